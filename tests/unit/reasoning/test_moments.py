"""When something was recorded is asked of the chart alone: a zone, or none, changes no answer."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from lenitive.chart import Chart
from lenitive.chart.authorization import Authorization
from lenitive.chart.measure import Measure
from lenitive.chart.medication import Medication
from lenitive.reasoning import assess
from lenitive.reasoning.authorizations import authorizations
from lenitive.reasoning.book import book
from lenitive.reasoning.opioids import equivalents_on
from tests.conftest import ROOT

DAY = date(2026, 5, 4)
WESTERN = timezone(timedelta(hours=-5))
REASONING = ROOT / "src" / "lenitive" / "reasoning"


@pytest.mark.parametrize("file", sorted(REASONING.glob("*.py")), ids=lambda file: file.name)
def test_nothing_here_reads_the_moment_by_itself(file):
    """``order_key`` and ``recorded_on`` do, in one zone."""
    assert ".recorded_at" not in file.read_text(encoding="utf-8")


def test_steps_of_one_day_follow_each_other_whatever_their_zones():
    about = {"patient": "p", "true_on": date(2026, 5, 1), "request": "r", "kind": "medial_branch_block_lumbar"}
    early, late = datetime(2026, 5, 1, 15, tzinfo=UTC), datetime(2026, 5, 1, 11, 30, tzinfo=WESTERN)
    sent = Authorization(id="a", recorded_at=early, status="sent", **about)
    approved = Authorization(id="b", recorded_at=late, status="approved", number="T1", **about)
    [found] = authorizations(Chart.of([sent, approved]), DAY)
    assert found.state == "approved"


def test_two_values_of_one_day_may_have_a_zone_and_none():
    taken = Medication(
        id="m",
        patient="p",
        recorded_at=datetime(2026, 5, 1),
        ingredient="gabapentin",
        dose=1200,
        unit="mg",
        times_a_day=3,
        status="active",
        true_on=date(2026, 1, 1),
    )
    about = {"patient": "p", "instrument": "egfr", "true_on": date(2026, 4, 30)}
    later = Measure(id="k1", recorded_at=datetime(2026, 5, 1, 1, tzinfo=UTC), score=25, **about)
    earlier = Measure(id="k2", recorded_at=datetime(2026, 5, 1), score=95, **about)
    titles = [alert.title for alert in assess(Chart.of([taken, later, earlier]), DAY).alerts]
    assert any("too much for the kidneys" in title for title in titles)


def test_a_drug_is_known_of_from_the_day_in_utc():
    stopped = Medication(
        id="m",
        patient="p",
        recorded_at=datetime(2026, 5, 1, 22, tzinfo=WESTERN),
        ingredient="oxycodone",
        drug_class="opioid",
        dose=20,
        unit="mg",
        times_a_day=3,
        status="stopped",
    )
    chart = Chart.of([stopped])
    told = {day: equivalents_on(book(), chart, date(2026, 5, day)).is_complete for day in (1, 2)}
    assert told == {1: False, 2: True}

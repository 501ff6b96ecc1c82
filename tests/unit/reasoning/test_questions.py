"""Which questions a pain raises, and in which order."""

from datetime import UTC, date, datetime

from lenitive.chart import Chart
from lenitive.chart.complaint import Complaint
from lenitive.reasoning.book import book
from lenitive.reasoning.differential import differentials

DAY = date(2026, 6, 1)


def complaint(number, region, **more):
    return Complaint(id=f"c{number}", patient="p", recorded_at=datetime(2026, 1, 1, tzinfo=UTC), region=region, **more)


def asked(*complaints):
    chart = Chart.of(complaints)
    return [one.question for one in differentials(book(), chart, {}, DAY)]


def test_the_question_of_the_dominant_pain_comes_first():
    back = complaint(1, "low_back_midline")
    leg = complaint(2, "lateral_leg_dorsum_foot", dominant=True)
    assert asked(back, leg)[0] == "leg_pain"
    assert asked(complaint(1, "low_back_midline", dominant=True), complaint(2, "lateral_leg_dorsum_foot"))[0] == (
        "axial_low_back"
    )


def test_where_it_hurts_comes_before_where_it_goes():
    assert asked(complaint(1, "lateral_leg_dorsum_foot", radiates_to=("buttock",)))[0] == "leg_pain"


def test_a_pain_elsewhere_raises_no_question_about_the_back():
    assert asked(complaint(1, "knee_front")) == ["knee_pain"]

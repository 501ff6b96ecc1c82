"""What a fact means that names one which was corrected, and what becomes of a record that was read twice."""

from datetime import UTC, date, datetime, timedelta
from itertools import permutations

import msgspec
import pytest

from lenitive.chart import Chart, Fact
from lenitive.chart.measure import Measure
from lenitive.chart.procedure import Procedure
from lenitive.chart.relief import Relief
from lenitive.chart.statement import Statement
from lenitive.chart.versions import Correction, replacements, versions
from lenitive.reasoning.block_series import results_of
from lenitive.reasoning.book import book
from lenitive.reasoning.follow_up import follow_ups

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
MEDIAL = "medial_branch_block_lumbar"
ABLATION = "radiofrequency_ablation_medial_branch_lumbar"


def written(told: str, day: int = 0, withdrawn: bool = False) -> Correction:
    """A correction such as ``"b for a"``."""
    name, _, superseded = told.partition(" for ")
    return Correction(AT + timedelta(days=day), name, superseded, withdrawn)


@pytest.mark.parametrize(
    ("corrections", "expected"),
    [
        ([], {}),
        ([written("b for a")], {"a": "b"}),
        ([written("b for a"), written("c for b")], {"a": "c", "b": "c"}),
        ([written("b for a", 1), written("c for a", 2)], {"a": "c"}),
        ([written("c for a", 1), written("b for a", 2)], {"a": "b"}),
        ([written("b for a"), written("c for a")], {"a": "c"}),
        ([written("b for a", withdrawn=True)], {}),
        ([written("b for a"), written("c for b", withdrawn=True)], {}),
        ([written("b for a", withdrawn=True), written("c for b")], {"a": "c", "b": "c"}),
        ([written("b for a", 1), written("c for a", 2, withdrawn=True)], {}),
        ([written("a for a")], {}),
        ([written("b for a"), written("a for b")], {}),
        ([written("b for a"), written("c for b"), written("b for c")], {}),
    ],
)
def test_what_stands_in_the_place_of_a_superseded_fact(corrections, expected):
    for order in permutations(corrections):
        assert replacements(order) == expected


def block(name: str, side: str, **said: object) -> Procedure:
    about = {"id": name, "patient": "p", "recorded_at": AT, "kind": MEDIAL, "intent": "diagnostic"}
    return Procedure(**{**about, "side": side, "true_on": AT.date(), **said})


RELIEF = Relief(id="r", patient="p", recorded_at=AT, procedure="b1", percent=85, true_on=AT.date())


def test_a_block_whose_side_was_corrected_keeps_its_relief():
    corrected = block("b2", "right", supersedes="b1", recorded_at=AT + timedelta(days=1))
    chart = Chart.of([block("b1", "left"), RELIEF, corrected])
    [result] = results_of(chart, MEDIAL)
    assert (result.block, result.percent) == (corrected, 85)
    assert chart.rows(Relief)[0].procedure == "b2"
    assert RELIEF in chart.facts  # as it was recorded


def test_before_the_correction_was_written_the_chart_is_as_it_was():
    chart = Chart.of(
        [block("b1", "left"), RELIEF, block("b2", "right", supersedes="b1", recorded_at=AT.replace(day=9))]
    )
    [result] = results_of(chart.as_of(date(2026, 3, 8)), MEDIAL)
    assert result.block.id == "b1"


def test_a_block_that_was_entered_in_error_takes_its_relief_along():
    gone = block("b2", "left", supersedes="b1", withdrawn=True)
    chart = Chart.of([block("b1", "left"), RELIEF, gone])
    assert results_of(chart, MEDIAL) == []
    assert chart.rows(Relief) == (RELIEF,)


def test_a_complication_stays_with_the_procedure_that_was_corrected():
    done = block("a1", "left", kind=ABLATION, intent="therapeutic")
    better = msgspec.structs.replace(done, id="a2", side="right", supersedes="a1")
    about = {"patient": "p", "recorded_at": AT, "kind": "complication_reported", "about": "a1"}
    said = Statement(id="s", says=True, text="numb thigh", **about)
    [told] = follow_ups(book(), Chart.of([done, better, said]), date(2026, 5, 4))
    assert (told.procedure, "numb thigh" in told.why) == ("a2", True)


# --- one id, several facts ---------------------------------------------------------------------------------------


def score(value: float, day: int, source: str = "", naive: bool = False) -> Fact:
    at = AT + timedelta(days=day)
    at = at.replace(tzinfo=None) if naive else at
    return Measure(id="o1", patient="p", recorded_at=at, instrument="nrs", score=value, source=source)


@pytest.mark.parametrize(
    ("read", "scores", "again"),
    [
        ([score(7, 0)], [7], 0),
        ([score(7, 0, "may"), score(7, 0, "june")], [7], 1),
        ([score(7, 0), score(2, 1)], [7, 2], 0),
        ([score(7, 0), score(2, 0)], [2, 7], 0),
        ([score(7, 0, "a"), score(2, 0, "b"), score(7, 0, "c")], [2, 7], 1),
        ([score(7, 0), score(2, 1, naive=True), score(2, 1)], [7, 2], 1),
        ([score(7, 0), score(7, 1)], [7, 7], 0),
    ],
)
def test_versions_do_not_depend_on_the_order_in_which_they_came(read, scores, again):
    for order in permutations(read):
        distinct, same = versions(order)
        assert ([one.score for one in distinct], same) == (scores, again)
        assert [one.supersedes for one in distinct[1:]] == [one.id for one in distinct[:-1]]
        assert Chart.of(distinct).rows(Measure) == (distinct[-1],)

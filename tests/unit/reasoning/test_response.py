"""Relief against a policy's threshold, and changes of scores against what matters."""

import pytest

from lenitive.errors import LenitiveError
from lenitive.reasoning.book import book
from lenitive.reasoning.response import changed, responded
from tests.unit.reasoning.conftest import fact


def relief(**fields):
    return fact("relief", id="r", procedure="p", **fields)


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"percent": 50, "lasted_days": 90}, "met"),
        ({"percent": 49, "lasted_days": 90}, "not met"),
        ({"percent": 50, "lasted_days": 89}, "not met"),
        ({"percent": 80}, "undocumented"),
        ({"percent": 20}, "not met"),
        ({"lasted_days": 200}, "undocumented"),
        ({"percent": 80, "lasted_hours": 12}, "not met"),
        ({}, "undocumented"),
    ],
)
def test_relief_against_half_of_the_pain_for_ninety_days(fields, status):
    assert responded(relief(**fields), min_percent=50, min_days=90).status == status


def test_without_a_duration_in_the_policy_the_percent_decides():
    assert responded(relief(percent=80), min_percent=80).status == "met"


@pytest.mark.parametrize(
    ("before", "after", "matters"),
    [(7, 4, "met"), (7, 6, "not met"), (9, 7, "undocumented"), (3, 2, "undocumented"), (7, 7, "not met")],
)
def test_a_change_of_pain_must_clear_two_points_and_thirty_percent(before, after, matters):
    """Ostelo 2008: 2 of 10, and 30 % of the baseline. From 9 to 7 is two points but 22 %; from 3 to 2, one and 33 %."""
    change = changed(book(), "nrs", before, after)
    assert change.matters == matters
    assert change.direction == ("same" if before == after else "better")


def test_a_change_for_the_worse_is_measured_alike():
    change = changed(book(), "nrs", 4, 7)
    assert (change.direction, change.matters, change.by) == ("worse", "met", 3)


def test_from_nothing_there_is_no_percent():
    change = changed(book(), "nrs", 0, 3)
    assert change.percent is None
    assert change.matters == "undocumented"


def test_a_score_without_a_published_threshold_is_undocumented():
    silent = next(name for name, one in book().content.instruments.items() if not one.minimal_important_change)
    assert changed(book(), silent, 10, 1).matters == "undocumented"


def test_inside_a_published_range_nobody_can_say():
    """PEG: anchors of 1.0 to 1.75 points. A fall from 4 to 2.6 is 35 % and inside the range."""
    assert changed(book(), "peg", 4.0, 2.6).matters == "undocumented"
    assert changed(book(), "peg", 6.0, 3.0).matters == "met"


def test_every_threshold_is_cited():
    change = changed(book(), "nrs", 9, 7)
    assert change.cleared
    assert change.not_cleared
    assert all(one.source and one.grade for one in change.cleared + change.not_cleared)


def test_an_unknown_instrument_is_named():
    with pytest.raises(LenitiveError, match="nrss"):
        changed(book(), "nrss", 1, 2)

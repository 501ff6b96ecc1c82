"""Open points of a policy: what the other reading would say of this request."""

from datetime import date

import pytest

from lenitive.chart import Request
from lenitive.interop.case_file import parse_case_file
from lenitive.reasoning.book import book
from lenitive.reasoning.coverage import coverage
from lenitive.reasoning.determination import Asking
from lenitive.reasoning.readings import book_read_otherwise, choosable, key_of_reading, open_points

DAY = date(2026, 6, 1)
CASE = """
as_of = 2026-06-01
complete = ["condition", "device"]
[patient]
id = "rue"
[[condition]]
code = "crps"
[[treatment]]
kind = "opioid"
response = "failed"
[[statement]]
kind = "late_resort"
says = true
[[statement]]
kind = "team_evaluation"
says = true
[[statement]]
kind = "psychological_evaluation_favourable"
says = true
[[procedure]]
id = "trial"
kind = "spinal_cord_stimulation_trial"
true_on = 2026-05-01
[[relief]]
procedure = "trial"
percent = {percent}
true_on = 2026-05-08
[[statement]]
kind = "analgesics_halved_in_trial"
says = false
"""
REQUEST = Request(kind="spinal_cord_stimulation_implant", programme="medicare", state="OH", payer="Medicare")


def points(percent, request=REQUEST, known=None):
    chart = parse_case_file(CASE.replace("{percent}", str(percent))).chart.as_of(DAY)
    asking = Asking.about(known or book(), chart, DAY, request)
    found = coverage(asking, request)
    return found, open_points(asking, found.chosen.policy, request, found.determination.status)


def test_the_open_point_that_matters_comes_first_with_the_other_status():
    found, (first, *rest) = points(30)
    assert found.determination.status == "not met"
    assert first.issue == "How much relief is shown relief?"
    assert (first.matters, first.otherwise) == (True, "met")
    assert "Reading 2" in first.reading
    assert not any(point.matters for point in rest)


def test_where_both_readings_agree_nothing_matters():
    found, all_points = points(60)
    assert found.determination.status == "met"
    assert not any(point.matters for point in all_points)


def test_a_point_whose_rows_are_not_asked_has_no_other_status():
    _, all_points = points(30)
    team = next(point for point in all_points if "team" in point.issue)
    assert team.otherwise is None


def test_the_determination_itself_is_not_touched():
    before, _ = points(30)
    after, _ = points(30)
    assert before.determination == after.determination


# --- choosing --------------------------------------------------------------------------------------------------------


def test_every_open_point_with_another_reading_can_be_chosen_once():
    offered = choosable(book())
    keys = [one.key for one in offered]
    assert len(keys) == len(set(keys))
    with_rows = {
        key_of_reading(one)
        for policy in book().content.policies.values()
        for one in policy.ambiguities
        for version in policy.versions
        if {row.id for row in version.wants} & {change.row for change in one.otherwise}
    }
    assert set(keys) == with_rows
    for one in offered:
        assert one.policies
        assert all(row.here != row.otherwise for row in one.rows)


@pytest.mark.parametrize("point", [one.key for one in choosable(book())])
def test_a_reading_chosen_turns_round_exactly_its_own_point(point):
    turned = {one.key: one for one in choosable(book_read_otherwise(frozenset({point})))}
    for one in choosable(book()):
        rows = [(row.otherwise, row.here) if one.key == point else (row.here, row.otherwise) for row in one.rows]
        assert [(row.here, row.otherwise) for row in turned[one.key].rows] == rows


def test_nothing_chosen_is_the_book_itself():
    assert book_read_otherwise(frozenset()) is book()


def test_a_point_that_no_policy_leaves_open_any_more_changes_nothing():
    assert choosable(book_read_otherwise(frozenset({"a.row.of.long.ago"}))) == choosable(book())


def test_the_determination_follows_the_reading_that_was_chosen_and_says_so():
    known = book_read_otherwise(frozenset({"scs.trial.analgesics+scs.trial.relief"}))
    found, (first, *_rest) = points(30, known=known)
    assert found.determination.status == "met"
    assert (first.chosen, first.status, first.otherwise) == (True, "met", "not met")
    assert any("How much relief is shown relief?" in str(reading) for reading in found.own_readings)
    usual, _ = points(30)
    assert usual.determination.status == "not met"
    assert not usual.own_readings

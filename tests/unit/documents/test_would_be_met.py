"""What would make a request met is computed from the group logic: checked by trying every answer."""

from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lenitive.medicine.shapes import Requirement
from lenitive.reasoning.assessment import Citation, CriterionResult
from lenitive.reasoning.book import book
from lenitive.reasoning.determination import Asking, determine
from lenitive.reasoning.would_be_met import (
    MOST_TOGETHER,
    Row,
    required_rows,
    status_of,
    unsettled_rows,
    what_is_missing,
    would_be_met,
)
from lenitive.rules.reference import Reference


def row(name: str, counted: bool | None, group: str | None = None, at_least: int = 1, warns: bool = False) -> Row:
    cited = Citation(entry=name, source="x", reference="x", locator="x", grade="primary")
    result = CriterionResult(
        criterion=name,
        label=name,
        status="met",
        wanted="met",
        satisfied=False if warns else counted,
        severity="required",
        group=group,
        warns_only=warns,
        facts=[],
        citations=[cited],
        missing=[],
    )
    return Row(name, counted, group, at_least, result)


def test_a_single_open_row_settles_it_alone():
    found = would_be_met([row("a", True), row("b", None)])
    assert (found.status, found.needed, found.choices) == ("undocumented", ["b"], [])
    assert (found.open[0].if_satisfied, found.open[0].if_not) == ("met", "not met")


def test_all_open_rows_that_stand_alone_are_needed():
    assert would_be_met([row("a", None), row("b", None), row("c", None)]).needed == ["a", "b", "c"]


def test_of_alternatives_each_is_a_choice():
    found = would_be_met([row("a", None), row("b", None, "g"), row("c", None, "g")])
    assert (found.needed, found.choices) == (["a"], [["b"], ["c"]])


def test_where_two_of_a_group_are_needed_the_choices_are_pairs():
    rows = [row(name, None, "g", 2) for name in "abc"]
    assert would_be_met(rows).choices == [["a", "b"], ["a", "c"], ["b", "c"]]


def test_choices_go_up_to_three_together():
    found = would_be_met([row(name, None, "g", 3) for name in "abcd"])
    assert found.choices == [["a", "b", "c"], ["a", "b", "d"], ["a", "c", "d"], ["b", "c", "d"]]
    assert found.is_complete


def test_while_one_row_refuses_a_question_says_what_it_would_change_later(authorizations):
    refused = [one for _, one in authorizations if one.would_be_met and one.would_be_met.refused_by]
    changes = {item.change for one in refused for item in one.missing}
    assert "nothing while another criterion refuses; needed once none does" in changes
    assert "nothing while another criterion refuses; one of the alternatives once none does" in changes


def test_what_is_satisfied_already_shortens_the_choice():
    assert would_be_met([row("a", True, "g", 2), row("b", None, "g", 2), row("c", None, "g", 2)]).choices == [
        ["b"],
        ["c"],
    ]


def test_a_choice_of_more_than_three_is_not_looked_for_and_says_so():
    found = would_be_met([row(name, None, "g", 4) for name in "abcde"])
    assert (found.choices, found.is_complete) == ([], False)


def test_a_refusal_names_the_row_that_refuses():
    found = would_be_met([row("a", False), row("b", None)])
    assert (found.status, found.needed, found.refused_by) == ("not met", ["a", "b"], ["a"])
    assert found.open[0].if_satisfied == "not met"


def test_a_refused_alternative_does_not_refuse_while_another_is_open():
    found = would_be_met([row("a", False, "g"), row("b", None, "g")])
    assert (found.needed, found.refused_by) == (["b"], [])


def test_a_recalled_row_that_warns_is_open_until_the_text_is_read():
    assert would_be_met([row("a", None, warns=True)]).open[0].why == "only recalled"


def test_a_met_request_needs_nothing():
    found = would_be_met([row("a", True), row("b", None, "g"), row("c", True, "g")])
    assert (found.status, found.needed, found.choices, found.is_complete) == ("met", [], [], True)


@st.composite
def some_rows(draw):
    groups = {name: draw(st.integers(1, 3)) for name in "gh"}
    count = draw(st.integers(1, 7))
    found = []
    for number in range(count):
        group = draw(st.sampled_from([None, "g", "h"]))
        truth = draw(st.sampled_from([True, False, None, None]))
        found.append(row(f"r{number}", truth, group, groups.get(group, 1)))
    return found


@given(some_rows())
def test_each_way_is_met_and_nothing_less_is(rows):
    found = would_be_met(rows)
    ways = [[*found.needed, *choice] for choice in found.choices or ([[]] if found.is_complete else [])]
    for way in ways:
        assert status_of(rows, way) == "met"
        for left_out in way:
            assert status_of(rows, [one for one in way if one != left_out]) != "met"


@given(some_rows())
def test_no_smallest_way_of_open_rows_is_overlooked(rows):
    found = would_be_met(rows)
    open_rows = [one.id for one in rows if one.counted is None]
    if found.refused_by or status_of(rows, open_rows) != "met":
        return
    told = {frozenset([*found.needed, *choice]) for choice in found.choices or [[]]}
    for size in range(len(open_rows) + 1):
        for way in combinations(open_rows, size):
            is_smallest = status_of(rows, way) == "met" and not any(
                status_of(rows, [one for one in way if one != left]) == "met" for left in way
            )
            if is_smallest and size <= len(found.needed) + MOST_TOGETHER:
                assert frozenset(way) in told


@given(some_rows())
def test_met_and_not_met_are_what_every_answer_gives(rows):
    """A status of met or not met holds however the open rows turn out."""
    open_rows = [one.id for one in rows if one.counted is None]
    outcomes = set()
    for answers in product([True, False], repeat=len(open_rows)):
        yes = [name for name, answer in zip(open_rows, answers, strict=True) if answer]
        outcomes.add(status_of(rows, yes, [name for name in open_rows if name not in yes]))
    assert status_of(rows) == (outcomes.pop() if len(outcomes) == 1 else "undocumented")


def test_the_rows_put_together_give_the_status_of_the_determination(authorizations):
    compared = 0
    for _, one in authorizations:
        if one.determination:
            assert one.would_be_met.status == one.determination.status
            compared += 1
    assert compared > 10


def test_every_policy_agrees_with_its_determination(authorizations):
    """Also policies that do not speak for the request: the group logic is the same."""
    known = book()
    for chart, one in authorizations[::7]:
        asking = Asking(known, Reference(chart, one.as_of, one.request), "OH")
        for name, policy in known.content.policies.items():
            rows = policy.versions[-1].wants
            found = determine(asking, name, rows, recalled_refuses=False)
            counted = required_rows(found, name, rows, unsettled_rows(asking, name, rows))
            assert would_be_met(counted).status == found.status, name


def wanted(criterion, **fields):
    return Requirement(criterion=criterion, **{"source": "x", "locator": "x", "grade": "primary", **fields})


@pytest.mark.parametrize("group", [None, "g"])
def test_questions_come_in_the_order_of_what_they_change(authorizations, group):
    chart, one = authorizations[0]
    asking = Asking(book(), Reference(chart, one.as_of, one.request))
    rows = [
        wanted("patient_declined", severity="advice"),
        wanted("ablation_not_possible", group=group),
        wanted("plan_is_ablation"),
    ]
    found = determine(asking, "t", rows)
    missing = what_is_missing(found, would_be_met(required_rows(found, "t", rows)))
    assert [item.is_advice for item in missing] == sorted(item.is_advice for item in missing)
    assert all(item.question.endswith("?") for item in missing)


def test_a_row_that_may_not_apply_asks_whether_it_does(authorizations):
    chart, one = authorizations[0]
    asking = Asking(book(), Reference(chart, one.as_of, one.request))
    rows = [wanted("patient_declined", when="ablation_not_possible", id="r")]
    found = determine(asking, "t", rows)
    unsettled = unsettled_rows(asking, "t", rows)
    assert list(unsettled) == ["t#r"]
    ways = would_be_met(required_rows(found, "t", rows, unsettled))
    questions = [item.question for item in what_is_missing(found, ways, unsettled)]
    assert unsettled["t#r"][0].question in questions

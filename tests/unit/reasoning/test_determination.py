"""Requirements together: groups, advice, rows that do not apply, rows that are only recalled."""

import pytest

from lenitive.reasoning.book import book
from lenitive.reasoning.determination import determine
from tests.unit.reasoning.conftest import DAY, fact, row

NRS = fact("measure", id="nrs", instrument="nrs", score=7.0, true_on=DAY)
PLAN = fact("statement", id="plan", kind="plan_is_ablation", says=True, true_on=DAY)
NO_PLAN = fact("statement", id="plan", kind="plan_is_ablation", says=False, true_on=DAY)

SCORED = row("baseline_pain_score", parameters={"pain_scales": ["nrs"]})


@pytest.mark.parametrize(
    ("facts", "status"),
    [((NRS, PLAN), "met"), ((NRS, NO_PLAN), "not met"), ((NRS,), "undocumented"), ((NO_PLAN,), "not met")],
    ids=["all_hold", "one_fails", "one_is_unknown", "a_known_no_outweighs_an_unknown"],
)
def test_required_rows_must_all_hold(asking, facts, status):
    assert determine(asking(*facts), "t", [SCORED, row("plan_is_ablation")]).status == status


@pytest.mark.parametrize(("at_least", "status"), [(1, "met"), (2, "not met")])
def test_of_a_group_so_many_are_needed(asking, at_least, status):
    rows = [
        row("baseline_pain_score", parameters={"pain_scales": ["nrs"]}, group="g", at_least=at_least),
        row("plan_is_ablation", group="g", at_least=at_least),
    ]
    assert determine(asking(NRS, NO_PLAN), "t", rows).status == status


def test_advice_never_decides(asking):
    found = determine(asking(NRS, NO_PLAN), "t", [SCORED, row("plan_is_ablation", severity="advice")])
    assert found.status == "met"
    assert found.named("plan_is_ablation").satisfied is False
    assert found.violated == []


def test_what_is_wanted_not_met_is_turned_round(asking):
    found = determine(asking(PLAN), "t", [row("plan_is_ablation", want="not met")])
    assert found.status == "not met"
    assert found.named("plan_is_ablation").status == "met"


def test_a_row_that_does_not_apply_is_left_out(asking):
    rows = [SCORED, row("plan_is_ablation", when="patient_declined")]
    found = determine(asking(NRS, NO_PLAN), "t", rows)
    assert found.status == "met"
    assert [result.criterion for result in found.criteria] == ["baseline_pain_score"]


def test_a_row_that_is_as_wanted_is_not_among_those_that_keep_it_open(asking):
    asked = row("baseline_pain_score", parameters={"pain_scales": ["nrs"]}, label="now")
    other = row("baseline_pain_score", parameters={"pain_scales": ["odi"]}, label="another scale")
    found = determine(asking(NRS), "t", [asked, other])
    assert [one.satisfied for one in found.criteria] == [True, None]
    assert [one.label for one in found.results(found.open)] == ["another scale"]


def test_what_a_recalled_row_found_is_told_as_found(asking):
    against = row("plan_is_ablation", want="not met", grade="recalled")
    found = determine(asking(NRS, PLAN), "t", [against], recalled_refuses=False)
    assert [one.criterion for one in found.warned] == [one.criterion for one in found.found_against]
    assert found.warned[0].criterion == "plan_is_ablation"
    silent = determine(asking(NRS), "t", [against], recalled_refuses=False)
    assert silent.warned == silent.found_against == []


def test_a_recalled_row_warns_and_does_not_refuse(asking):
    rows = [SCORED, row("plan_is_ablation", grade="recalled")]
    refusing = determine(asking(NRS, NO_PLAN), "t", rows)
    warning = determine(asking(NRS, NO_PLAN), "t", rows, recalled_refuses=False)
    assert (refusing.status, warning.status) == ("not met", "undocumented")
    assert warning.named("plan_is_ablation").warns_only


def test_a_recalled_row_that_holds_counts(asking):
    rows = [SCORED, row("plan_is_ablation", grade="recalled")]
    assert determine(asking(NRS, PLAN), "t", rows, recalled_refuses=False).status == "met"


def test_a_met_criterion_shows_its_fact_and_its_number(asking):
    result = determine(asking(NRS), "t", [SCORED]).criteria[0]
    assert [seen.id for seen in result.facts] == ["nrs"]
    assert result.citations[0].grade == "primary"


def test_an_unknown_says_what_would_settle_it(asking):
    result = determine(asking(), "t", [row("plan_is_ablation")]).criteria[0]
    assert result.satisfied is None
    assert result.missing[0].question.endswith("?")
    assert result.missing[0].settles == [result.label]


# --- rows that several owners share --------------------------------------------------------------------------------

SHARED = "plan_of_many#1"
"""The name of a row that is the same wherever it stands."""


def test_a_row_that_two_owners_share_is_answered_once(asking):
    asked = asking(PLAN)
    for_one, for_other = (
        determine(asked, owner, [row("plan_is_ablation", id=SHARED)]).criteria[0] for owner in ("one", "other")
    )
    assert for_one is for_other
    assert for_one.citations[0].entry == SHARED


def test_a_row_of_one_name_that_asks_for_something_else_is_another(asking):
    asked = asking(PLAN)
    required = determine(asked, "one", [row("plan_is_ablation", id=SHARED, want="not met")])
    advised = determine(asked, "other", [row("plan_is_ablation", id=SHARED, want="not met", severity="advice")])
    assert (required.status, advised.status) == ("not met", "met")
    assert (required.criteria[0].severity, advised.criteria[0].severity) == ("required", "advice")


def test_a_shared_row_warns_one_owner_and_refuses_another(asking):
    asked, rows = asking(NO_PLAN), [row("plan_is_ablation", id=SHARED, grade="recalled")]
    refused = determine(asked, "one", rows)
    warned = determine(asked, "other", rows, recalled_refuses=False)
    assert (refused.status, warned.status) == ("not met", "undocumented")


def test_of_alternatives_that_apply_too_few_refuse(asking):
    rows = [
        row("plan_is_ablation", group="g", at_least=2),
        row("baseline_pain_score", parameters={"pain_scales": ["nrs"]}, group="g", at_least=2, when="patient_declined"),
    ]
    assert determine(asking(PLAN), "t", rows).status == "not met"


def test_the_shared_rows_of_the_procedures_are_bound_once():
    one, other = (
        book().sections_of(name, book().content.procedures[name], DAY)
        for name in ("medial_branch_block_lumbar", "medial_branch_block_cervical")
    )
    shared = {bound.id for bound in one.cautions.rows} & {bound.id for bound in other.cautions.rows}
    assert shared
    own = {bound.id: bound for bound in one.cautions.rows}
    assert all(bound is own[bound.id] for bound in other.cautions.rows if bound.id in shared)

"""Where one sign decides: which of two equal rows speaks, what counts at a threshold, what one day too many does.

Each of these was once turned round by way of trial, and nothing else noticed.
"""

from datetime import date, timedelta
from itertools import combinations

import msgspec
import pytest

from lenitive.reasoning import assess, next_test, policy_question
from lenitive.reasoning.authorizations import authorizations
from lenitive.reasoning.book import book
from lenitive.reasoning.determination import determine
from lenitive.reasoning.differential import differentials, tempered
from lenitive.reasoning.evidence import Limits, chosen_rows, scales_on, weigh
from lenitive.reasoning.findings import findings_of
from lenitive.reasoning.follow_up import follow_ups
from lenitive.reasoning.odds import variance_of_interval
from lenitive.reasoning.policy_changes import PolicyChanges
from lenitive.reasoning.policy_question import UNKNOWN, RowQuestion
from lenitive.reasoning.response import responded
from lenitive.rules.model import Constant
from lenitive.rules.reference import Reference
from tests.unit.reasoning.conftest import DAY, chart_of, fact, row

LIMITS = Limits(shrink=0.7, ceiling=10.0, floor=0.1, least_factor=1.9, block_negative_below=50.0)
PAIN = fact("complaint", id="pain", region="low_back_paramidline", side="left", true_on=date(2025, 2, 1))
MIDLINE = "midline_pain_depalma2011"


def found(code, present=True, **fields):
    return fact("finding", id=f"{code}-{fields}", code=code, present=present, **fields)


def answer_about(question, *facts):
    chart = chart_of(*facts).as_of(DAY)
    told = differentials(book(), chart, findings_of(chart, book(), DAY), DAY)
    return next(answer for answer in told if answer.question == question)


def equals(state):
    """Two rows for one source, of one group and equally good, that both speak of a state: of each source the first."""
    scales = scales_on(book(), DAY)
    for generator in book().evidence_for:
        rows = [one for one in scales.rows_for(book(), generator) if not one.row.likelihoods]
        for one, other in combinations(rows, 2):
            alike = (one.group, one.rank) == (other.group, other.rank) and one.finding != other.finding
            if alike and getattr(one, state) and getattr(other, state):
                yield generator, one, other
                break


def seen_as(present, *rows):
    facts = [found(one.finding, present) for one in rows]
    seen = findings_of(chart_of(*facts).as_of(DAY), book(), DAY)
    return {one.finding: seen[one.finding] for one in rows}


# --- what a finding weighs


def test_what_was_not_replicated_is_shrunk_and_its_doubt_with_it():
    printed = {"generator": "g", "finding": "f", "group": "x", "use": "primary", "source": "x", "locator": "x"}
    interval = (1.5, 6.0)
    once = row_of_evidence(**printed, design="derivation", lr_positive=3.0, lr_positive_interval=interval)
    expected = variance_of_interval(*interval) * LIMITS.shrink**2
    assert weigh(once, "present", LIMITS).odds.variance == pytest.approx(expected)


def row_of_evidence(**fields):
    example = next(iter(book().content.evidence.values()))
    return type(example)(**{"grade": "primary", **fields})


@pytest.mark.parametrize(("state", "strongest"), [("present", max), ("absent", min)])
def test_of_equal_signs_of_one_group_the_strongest_speaks(state, strongest):
    tried = 0
    for generator, *pair in equals(state):
        seen = seen_as(state == "present", *pair)
        rows = [one for one in scales_on(book(), DAY).rows_for(book(), generator) if one.finding in seen]
        rivals = [one for one in rows if one.group == pair[0].group and getattr(one, state) and not one.row.likelihoods]
        best = min(one.rank for one in rivals)
        values = {getattr(one, state).odds.value for one in rivals if one.rank == best}
        if len(values) == 1:
            continue
        told = chosen_rows(book(), generator, seen, scales_on(book(), DAY))
        assert [one.weighed.odds.value for one in told if one.row.group == pair[0].group] == [strongest(values)]
        tried += 1
    assert tried


def test_a_vector_of_likelihoods_takes_no_source_further_down_than_the_floor():
    telling = {"lumbar_disc": 0.999, "lumbar_facet": 0.999, "sacroiliac_joint": 0.001}
    shares = {"lumbar_disc": 0.35, "lumbar_facet": 0.25, "sacroiliac_joint": 0.15}
    example = book().content.evidence[MIDLINE]
    unlimited = msgspec.structs.replace(example, likelihoods=telling, cap_positive=None, floor_negative=None)
    used, _ = tempered(unlimited, telling, shares, LIMITS)
    others = (used["lumbar_disc"] * 0.35 + used["lumbar_facet"] * 0.25) / 0.6
    assert used["sacroiliac_joint"] / others == pytest.approx(LIMITS.floor, rel=1e-3)


def test_a_vector_of_likelihoods_is_weighed_once_for_all_rivals():
    answer = answer_about("axial_low_back", PAIN, found("midline_low_back_pain"))
    counted = {
        one.generator: [told.finding for told in one.contributions].count("midline_low_back_pain")
        for one in answer.estimates
    }
    rivals = book().content.evidence[MIDLINE].likelihoods.keys() & counted.keys()
    assert len(rivals) > 1
    assert {counted[rival] for rival in rivals} == {1}


def test_a_finding_of_a_side_belongs_to_a_pain_whose_side_nobody_recorded():
    leg = fact("complaint", id="leg", region="posterior_thigh", true_on=date(2026, 1, 1))
    scan = found("mri_nerve_root_compression", side="right", levels=("L5",), true_on=DAY)
    root = next(one for one in answer_about("leg_pain", leg, scan).estimates if one.generator == "lumbar_radicular")
    assert [part.generator for part in root.parts] == ["lumbar_radicular_l5"]


# --- the next test


def test_a_source_that_is_just_worth_a_block_gets_one():
    [test, *_] = answer_about("axial_low_back", PAIN).next_tests
    worth = book().number("target_worth_testing", DAY)
    block = msgspec.structs.replace(test, burden="block", now=worth, if_present=worth)
    assert next_test._may_matter(block, worth)
    assert not next_test._may_matter(msgspec.structs.replace(block, now=worth - 0.001), worth)


def test_a_sign_no_better_than_one_that_was_seen_is_not_asked_for():
    tried = 0
    for generator, one, other in equals("present"):
        rows = scales_on(book(), DAY).rows_for(book(), generator)
        left = next_test._rows_that_would_count(rows, seen_as(True, one))
        assert other.entry not in {each.entry for each in left}
        assert other.entry in {each.entry for each in next_test._rows_that_would_count([one, other], {})}
        tried += 1
    assert tried


def test_what_a_block_tells_is_held_against_its_burden():
    burdens = dict(pair.split("=") for pair in book().words("burden_of_tests", DAY))
    tests = answer_about("axial_low_back", PAIN).next_tests
    assert "block" in {test.burden for test in tests}
    for test in tests:
        assert test.score == pytest.approx(test.information_bits / float(burdens[test.burden])), test.label


# --- what came of a procedure


@pytest.mark.parametrize(("hours", "status"), [(48, "met"), (47, "not met")])
def test_relief_told_in_hours_is_held_against_days(hours, status):
    relief = fact("relief", id="r", procedure="x", percent=80, lasted_hours=hours)
    assert responded(relief, 50, 2).status == status


def test_a_treatment_of_the_day_of_the_test_is_not_what_the_test_opened():
    then = date(2026, 1, 10)
    block = fact("procedure", id="block", kind="medial_branch_block_lumbar", intent="diagnostic", true_on=then)
    report = fact("relief", id="r", procedure="block", percent=90)

    def said(on):
        treated = fact("procedure", id="done", kind="radiofrequency_ablation_medial_branch_lumbar", true_on=on)
        told = {one.kind: one for one in follow_ups(book(), chart_of(block, report, treated), DAY)}
        return told["medial_branch_block_lumbar"].why

    assert "comes next" in said(then)
    assert "was done on" in said(then + timedelta(days=1))


# --- requests and policies


def test_two_levels_of_one_session_use_one_session():
    about = {"kind": "medial_branch_block_lumbar", "side": "left"}
    asked = fact("authorization", id="a", request="block", status="sent", true_on=date(2026, 5, 20), **about)
    granted = fact(
        "authorization", id="b", request="block", status="approved", sessions_granted=2, true_on=date(2026, 5, 22)
    )
    levels = [
        fact("procedure", id=level, levels=(level,), true_on=date(2026, 5, 25), **about) for level in ("L4-5", "L5-S1")
    ]
    [followed] = authorizations(chart_of(asked, granted, *levels), DAY)
    assert (followed.sessions_left, followed.state) == (1, "approved")


def test_a_row_that_may_not_apply_does_not_refuse(asking):
    no_plan = asking(fact("statement", id="plan", kind="plan_is_ablation", says=False, true_on=DAY))
    assert no_plan.engine.truth(book().standing("sedative_taken", DAY).met_when) is None
    assert determine(no_plan, "t", [row("plan_is_ablation")]).status == "not met"
    perhaps = determine(no_plan, "t", [row("plan_is_ablation", when="sedative_taken")])
    assert (perhaps.status, perhaps.violated) == ("undocumented", [])


@pytest.mark.parametrize(
    ("met", "applies", "expected"),
    [(True, UNKNOWN, True), (False, UNKNOWN, None), (False, Constant(True), False), (False, Constant(False), True)],
)
def test_a_member_of_a_group_that_may_apply_is_never_a_no(met, applies, expected):
    member = RowQuestion("m", row("plan_is_ablation", group="g", at_least=1), Constant(met), applies)
    asked = policy_question._group([member], True)
    assert Reference(chart_of().as_of(DAY), DAY).truth(asked) is expected


def test_a_new_version_with_the_same_rows_is_a_change():
    nothing = {"added": [], "removed": [], "changed": []}
    nobody = {"members_added": [], "members_removed": [], "members_changed": []}
    days = {"before": date(2024, 1, 1), "after": date(2025, 1, 1)}

    def changes(version):
        versions = {"version_before": date(2023, 1, 1), "version_after": version}
        return PolicyChanges(policy="p", label="p", **days, **versions, **nothing, **nobody)

    assert changes(date(2023, 1, 1)).is_empty
    assert not changes(date(2024, 6, 1)).is_empty


# --- medicines


@pytest.mark.parametrize(("ahead", "alerts"), [(0, 1), (1, 0)])
def test_a_laboratory_value_of_tomorrow_does_not_count_today(ahead, alerts):
    taken = fact(
        "medication",
        id="m",
        ingredient="gabapentin",
        dose=900,
        times_a_day=3,
        unit="mg",
        status="active",
        true_on=date(2026, 5, 10),
    )
    kidneys = fact("measure", id="k", instrument="egfr", score=22, true_on=DAY + timedelta(days=ahead))
    told = [alert for alert in assess(chart_of(taken, kidneys, PAIN), DAY).alerts if "too much for" in alert.title]
    assert len(told) == alerts

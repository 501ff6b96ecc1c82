"""What the result of a procedure means, and whether to do it again."""

from datetime import date, timedelta

import pytest

from lenitive.reasoning.book import book
from lenitive.reasoning.follow_up import follow_ups, standard_for
from tests.unit.reasoning.conftest import DAY, chart_of, fact

THEN = date(2026, 1, 10)
"""142 days before the day of the assessment."""


def after(kind, intent="therapeutic", on=THEN, reports=(), others=()):
    done = fact("procedure", id="done", kind=kind, intent=intent, true_on=on)
    told = [fact("relief", id=f"r{number}", procedure="done", **report) for number, report in enumerate(reports)]
    found = follow_ups(book(), chart_of(done, *told, *others), DAY)
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize(
    ("percent", "days", "meaning", "again"),
    [
        (60, 120, "helped", "allowed"),
        (60, 90, "helped", "allowed"),
        (60, 89, "helped too short", "pointless"),
        (60, 142, "helped", "not due"),
        (60, 141, "helped", "allowed"),
        (60, None, "helped", "undocumented"),
        (49, 120, "did not help", "pointless"),
        (0, None, "did not help", "pointless"),
        (None, 120, "not known", "undocumented"),
    ],
)
def test_a_sacroiliac_injection_wants_half_of_the_pain_gone_for_three_months(percent, days, meaning, again):
    found = after("sacroiliac_joint_injection", reports=[{"percent": percent, "lasted_days": days}])
    assert (found.standard.percent, found.standard.days) == (50, 90)
    assert (found.meaning, found.again) == (meaning, again)


def test_relief_that_still_holds_is_not_too_short_yet():
    found = after("sacroiliac_joint_injection", on=date(2026, 5, 1), reports=[{"percent": 60, "lasted_days": 31}])
    assert (found.meaning, found.again) == ("helped", "not due")


def test_a_report_made_while_it_lasted_does_not_say_that_it_ended():
    asked = {"percent": 60, "lasted_days": 80, "true_on": date(2026, 3, 31)}
    found = after("sacroiliac_joint_injection", reports=[asked])
    assert (found.meaning, found.again, found.relief_lasts) == ("helped", "undocumented", None)
    ended = after("sacroiliac_joint_injection", reports=[{**asked, "true_on": date(2026, 4, 1)}])
    assert (ended.meaning, ended.again, ended.relief_lasts) == ("helped too short", "pointless", False)


def test_an_ablation_wants_half_a_year():
    found = after("radiofrequency_ablation_medial_branch_lumbar", reports=[{"percent": 90, "lasted_days": 120}])
    assert (found.standard.days, found.again) == (180, "pointless")


@pytest.mark.parametrize(
    ("percent", "meaning", "again"),
    [
        (80, "positive test", "not meant to be repeated"),
        (79, "equivocal test", "allowed"),
        (50, "equivocal test", "allowed"),
        (49, "negative test", "not meant to be repeated"),
        (None, "not known", "undocumented"),
    ],
)
def test_a_medial_branch_block_is_a_test(percent, meaning, again):
    report = {"percent": percent, "lasted_hours": 4}
    found = after("medial_branch_block_cervical", "diagnostic", reports=[report])
    assert (found.meaning, found.again) == (meaning, again)


@pytest.mark.parametrize(("percent", "meaning"), [(50, "trial passed"), (49, "trial failed")])
def test_a_trial_opens_or_closes_the_implant(percent, meaning):
    found = after("spinal_cord_stimulation_trial", "trial", reports=[{"percent": percent, "lasted_days": 7}])
    assert found.meaning == meaning


@pytest.mark.parametrize(("ended", "lasts"), [(None, True), (False, True), (True, False)])
def test_relief_that_wore_off_on_the_day_of_the_report_does_not_hold(ended, lasts):
    session = fact("procedure", id="s", kind="epidural_caudal", true_on=DAY - timedelta(days=30))
    report = fact("relief", id="r", procedure="s", percent=70, lasted_days=30, true_on=DAY, ended=ended)
    (found,) = follow_ups(book(), chart_of(session, report), DAY)
    assert found.relief_lasts is lasts


def test_what_nobody_reported_is_asked_for():
    found = after("epidural_caudal")
    assert (found.meaning, found.again, found.response) == ("not known", "undocumented", None)
    assert "How much of the pain went away" in found.missing[0].question
    assert all(citation.reference for citation in found.citations)


def test_the_best_of_several_reports_counts():
    found = after("epidural_caudal", reports=[{"percent": 20}, {"percent": 70, "lasted_days": 100}, {}])
    assert found.response.percent == 70


def test_only_the_last_session_of_a_kind_is_followed_up():
    sessions = [
        fact("procedure", id=f"s{day}", kind="epidural_caudal", true_on=date(2026, 1, day)) for day in (1, 20, 10)
    ]
    found = follow_ups(book(), chart_of(*sessions), DAY)
    assert [one.procedure for one in found] == ["s20"]


def test_scores_on_both_sides_of_the_procedure_show_a_change_that_matters():
    scores = [
        fact("measure", id=f"m{day}", instrument="nrs", score=score, true_on=day)
        for day, score in ((date(2025, 12, 1), 9), (date(2026, 1, 9), 8), (date(2026, 2, 1), 6), (date(2026, 5, 1), 3))
    ]
    found = after("epidural_caudal", reports=[{"percent": 60}], others=scores)
    assert [(one.before, one.after, one.matters) for one in found.changes] == [(8, 3, "met")]


def test_opioids_before_and_now():
    drugs = [
        fact(
            "medication", id="before", ingredient="oxycodone", dose=10, unit="mg", times_a_day=4, status="stopped",
            true_on=date(2025, 1, 1), until=date(2026, 2, 1),
        ),
        fact(
            "medication", id="now", ingredient="tramadol", dose=50, unit="mg", times_a_day=2, status="active",
            true_on=date(2026, 2, 2),
        ),
    ]  # fmt: skip
    found = after("epidural_caudal", others=drugs)
    assert (found.opioids.before, found.opioids.now, found.opioids.is_complete) == (
        pytest.approx(60),
        pytest.approx(20),
        True,
    )


@pytest.mark.parametrize("kind", [name for name, one in book().content.procedures.items() if one.role != "referral"])
@pytest.mark.parametrize("purpose", ["test", "trial", "treatment"])
def test_every_standard_is_cited(kind, purpose):
    standard = standard_for(book(), kind, purpose, DAY)
    assert 0 < standard.percent <= 100
    assert standard.citations


# --- policies ------------------------------------------------------------------------------------------------------


def by_policy(found):
    return {one.policy: one.response.status for one in found.policies}


@pytest.mark.parametrize(("days", "status"), [(179, "not met"), (180, "met"), (None, "undocumented")])
def test_each_policy_holds_the_relief_against_its_own_numbers(days, status):
    found = after("radiofrequency_ablation_medial_branch_lumbar", reports=[{"percent": 60, "lasted_days": days}])
    assert by_policy(found)["medicare_facet_ablation_repeat"] == status


def test_policies_differ_on_the_same_relief():
    report = {"percent": 60, "lasted_days": 100}
    found = by_policy(after("radiofrequency_ablation_medial_branch_lumbar", reports=[report]))
    assert {"met", "not met"} <= set(found.values())


def test_no_policy_speaks_of_a_test_or_of_a_relief_that_nobody_reported():
    assert after("medial_branch_block_lumbar", "diagnostic", reports=[{"percent": 90}]).policies == []
    assert after("epidural_caudal").policies == []

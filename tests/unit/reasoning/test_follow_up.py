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


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"lasted_days": 50, "true_on": date(2026, 2, 28)}, ", for 50 days by the last report; a repeat asks for 90."),
        ({"lasted_days": 100, "true_on": date(2026, 4, 20)}, ", for long enough as far as is recorded."),
        ({"lasted_days": 100, "true_on": date(2026, 5, 20)}, ", for 100 days."),
        ({}, "; for how long is not recorded."),
    ],
)
def test_how_long_it_helped_is_told_as_far_as_it_was_reported(told, says):
    """Fifty days at the last report are not long enough for a repeat, and may have become more since."""
    found = after("sacroiliac_joint_injection", reports=[{"percent": 60, **told}])
    assert found.meaning == "helped"
    assert found.says == f"It took away enough of the pain{says}"


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


def test_a_test_whose_reports_disagree_proves_nothing_and_may_be_done_again():
    report = {"percent": 85, "score_before": 8, "score_after": 8}
    found = after("medial_branch_block_cervical", "diagnostic", reports=[report])
    assert (found.meaning, found.again) == ("equivocal test", "allowed")
    assert "disagree: 85 % relief, and 0 % by the scores 8 and 8" in found.says


@pytest.mark.parametrize(("concordant", "meaning"), [(True, "tests agree"), (False, "equivocal test")])
def test_a_second_block_of_discordant_relief_does_not_agree_with_the_first(concordant, meaning):
    facts = []
    for number, lasts_as_expected in enumerate([True, concordant]):
        on, identity = date(2026, 3 + number, 1), f"b{number}"
        facts += [
            fact("procedure", id=identity, kind="medial_branch_block_lumbar", intent="diagnostic", true_on=on,
                 side="left", levels=("L4-5",)),
            fact("relief", id=f"r{number}", procedure=identity, percent=85, concordant=lasts_as_expected, true_on=on),
        ]  # fmt: skip
    (found,) = follow_ups(book(), chart_of(*facts), DAY)
    assert found.meaning == meaning
    assert ("does not agree" in found.says) is not concordant


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
    assert [(one.before, one.best.after, one.best.matters) for one in found.scores] == [(8, 3, "met")]


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


# --- climb, come down, stop ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "meaning", "again"),
    [(14, "helped too short", "pointless"), (89, "helped too short", "pointless"), (90, "helped", "allowed")],
)
@pytest.mark.parametrize("kind", ["epidural_transforaminal_lumbar", "epidural_interlaminar_cervical"])
def test_an_epidural_is_repeated_only_after_three_months_of_relief(kind, days, meaning, again):
    """A second injection after two weeks of relief is a series, which no policy pays for (epidural.toml, repeat)."""
    found = after(kind, reports=[{"percent": 60, "lasted_days": days, "ended": True}])
    assert (found.standard.percent, found.standard.days) == (50, 90)
    assert (found.meaning, found.again) == (meaning, again)


@pytest.mark.parametrize(
    ("kind", "days", "is_early"),
    [
        ("radiofrequency_ablation_medial_branch_lumbar", 27, True),
        ("radiofrequency_ablation_medial_branch_lumbar", 28, False),
        ("epidural_interlaminar_lumbar", 13, True),
        ("epidural_interlaminar_lumbar", 14, False),
    ],
)
def test_too_little_relief_is_no_answer_before_the_procedure_can_have_settled(kind, days, is_early):
    """An ablation takes up to four weeks and begins with a flare; an epidural is judged at two weeks (onset)."""
    found = after(kind, reports=[{"percent": 30, "true_on": THEN + timedelta(days=days)}])
    expected = ("not known", "undocumented") if is_early else ("did not help", "pointless")
    assert (found.meaning, found.again) == expected
    assert ("before the procedure can have settled" in found.says) is is_early
    assert bool(found.missing) is is_early


def test_enough_relief_is_never_too_early():
    found = after("epidural_interlaminar_lumbar", reports=[{"percent": 60, "true_on": THEN + timedelta(days=3)}])
    assert found.meaning == "helped"


def test_relief_that_ended_on_a_day_nobody_told_was_not_long_enough_for_sure():
    found = after("epidural_interlaminar_lumbar", reports=[{"percent": 60, "ended": True}])
    assert (found.meaning, found.again) == ("helped", "undocumented")
    assert [ask.question for ask in found.missing] == [
        "Does the relief still hold, and if not, for how many days did it?"
    ]


@pytest.mark.parametrize(
    ("kind", "percent", "meaning", "lasts"),
    [
        ("spinal_cord_stimulation_implant", 10, "helped too short", False),
        ("spinal_cord_stimulation_implant", 60, "helped", None),
        ("sacroiliac_joint_injection", 10, "helped", False),
    ],
)
def test_the_newest_report_says_whether_the_relief_holds(kind, percent, meaning, lasts):
    """What stays in the body and no longer helps is no success; a needle that wore off was one."""
    reports = [
        {"percent": 70, "lasted_days": 100, "true_on": THEN + timedelta(days=100)},
        {"percent": percent, "true_on": THEN + timedelta(days=130)},
    ]
    found = after(kind, intent="implant" if "implant" in kind else "therapeutic", reports=reports)
    assert (found.meaning, found.relief_lasts) == (meaning, lasts)
    assert (f"the last report, of 2026-05-20, says {percent} %" in found.says) is (percent == 10)


@pytest.mark.parametrize(
    ("report", "again"),
    [
        ({"percent": 65, "lasted_days": 100, "ended": True}, "not meant to be repeated"),
        ({"percent": 20}, "not meant to be repeated"),
        ({"percent": 65, "lasted_days": 142}, "not due"),
    ],
)
def test_a_device_that_lost_its_relief_is_looked_at_and_not_put_in_again(report, again):
    """Settings, leads and battery come before another operation: practice of the field, recalled."""
    found = after("spinal_cord_stimulation_implant", intent="implant", reports=[report])
    assert found.again == again
    assert ("The device is in place" in found.why) is (again == "not meant to be repeated")


def test_what_a_test_opened_is_not_announced_once_it_was_done():
    treated = fact("procedure", id="ablation", kind="radiofrequency_ablation_medial_branch_lumbar", true_on=DAY)
    block = fact("procedure", id="block", kind="medial_branch_block_lumbar", intent="diagnostic", true_on=THEN)
    report = fact("relief", id="r", procedure="block", percent=90)
    found = {one.kind: one for one in follow_ups(book(), chart_of(block, report, treated), DAY)}
    assert found["medial_branch_block_lumbar"].why == f"What it opens was done on {DAY}."
    before = {one.kind: one for one in follow_ups(book(), chart_of(block, report), DAY)}
    assert "comes next" in before["medial_branch_block_lumbar"].why


def test_an_ablation_on_the_other_side_is_not_what_the_block_opened():
    treated = fact(
        "procedure", id="ablation", kind="radiofrequency_ablation_medial_branch_lumbar", true_on=DAY, side="right"
    )
    block = fact("procedure", id="block", kind="medial_branch_block_lumbar", intent="diagnostic", true_on=THEN, side="left")  # fmt: skip  # noqa: E501
    report = fact("relief", id="r", procedure="block", percent=90)
    found = {one.kind: one for one in follow_ups(book(), chart_of(block, report, treated), DAY)}
    assert "comes next" in found["medial_branch_block_lumbar"].why


@pytest.mark.parametrize(
    ("complication", "is_said"), [("accidental dural puncture", True), ("none", False), ("None ", False), (None, False)]
)
def test_a_complication_is_said_before_a_repeat_is_thought_of(complication, is_said):
    done = fact(
        "procedure",
        id="done",
        kind="epidural_interlaminar_lumbar",
        intent="therapeutic",
        true_on=THEN,
        complication=complication,
    )
    report = fact("relief", id="r", procedure="done", percent=60, lasted_days=120)
    (found,) = follow_ups(book(), chart_of(done, report), DAY)
    assert ("A complication is on record (accidental dural puncture)" in found.why) is is_said
    assert ("omplication" in found.why) is is_said


@pytest.mark.parametrize(("says", "is_said"), [(True, True), (False, False)])
def test_a_complication_that_was_reported_later_counts_too(says, is_said):
    reported = fact(
        "statement", id="c", kind="complication_reported", about="done", says=says, text="fever", true_on=DAY
    )
    found = after("epidural_interlaminar_lumbar", reports=[{"percent": 60, "lasted_days": 120}], others=[reported])
    assert ("A complication is on record (fever)" in found.why) is is_said


def scored(*rows, instrument="nrs"):
    return [
        fact("measure", id=f"{instrument}{day}", instrument=instrument, score=score, true_on=day) for day, score in rows
    ]


ABLATION = "radiofrequency_ablation_medial_branch_lumbar"


def test_the_best_score_while_the_relief_lasted_counts_and_the_latest_stands_beside_it():
    scores = scored((date(2026, 1, 9), 7), (date(2026, 2, 1), 2), (date(2026, 3, 1), 3), (date(2026, 5, 20), 6))
    found = after(ABLATION, reports=[{"percent": 65, "lasted_days": 90}], others=scores)
    (course,) = found.scores
    assert (course.before, course.best.after, course.best.direction, course.best.matters) == (7, 2, "better", "met")
    assert (course.best_on, course.latest, course.latest_on) == (date(2026, 2, 1), 6, date(2026, 5, 20))
    assert found.scores_until == date(2026, 4, 10)


def test_a_score_after_the_relief_had_ended_is_not_what_the_procedure_did():
    scores = scored((date(2026, 1, 9), 6), (date(2026, 4, 11), 6))
    (course,) = after(ABLATION, reports=[{"percent": 65, "lasted_days": 90}], others=scores).scores
    assert (course.before, course.best, course.latest) == (6, None, 6)
    on_the_last_day = scored((date(2026, 1, 9), 6), (date(2026, 4, 10), 6))
    (course,) = after(ABLATION, reports=[{"percent": 65, "lasted_days": 90}], others=on_the_last_day).scores
    assert course.best.direction == "same"


def test_a_diagnostic_block_is_not_judged_by_a_later_score():
    scores = scored((date(2026, 1, 9), 44), (date(2026, 5, 1), 48), instrument="odi")
    found = after(
        "medial_branch_block_lumbar", "diagnostic", reports=[{"percent": 85, "lasted_hours": 3}], others=scores
    )
    assert (found.meaning, found.scores, found.scores_until) == ("positive test", [], None)


@pytest.mark.parametrize("kind", ["epidural_caudal", "discectomy_referral", "something else, in words"])
def test_the_next_session_of_any_kind_ends_the_time(kind):
    sessions = [
        fact("procedure", id="first", kind=ABLATION, intent="therapeutic", true_on=THEN),
        fact("procedure", id="next", kind=kind, intent="therapeutic", true_on=date(2026, 3, 1)),
    ]
    scores = scored((date(2026, 1, 9), 8), (date(2026, 3, 1), 5), (date(2026, 4, 1), 1))
    first = next(one for one in follow_ups(book(), chart_of(*sessions, *scores), DAY) if one.procedure == "first")
    (course,) = first.scores
    assert (course.best.after, course.latest, first.scores_until) == (5, 1, date(2026, 3, 1))


def test_the_longest_of_several_reports_ends_the_time():
    reports = [{"percent": 80, "lasted_days": 30, "true_on": date(2026, 2, 9)}, {"percent": 60, "lasted_days": 110}]
    scores = scored((date(2026, 1, 9), 8), (date(2026, 4, 20), 3))
    (course,) = after(ABLATION, reports=reports, others=scores).scores
    assert course.best.after == 3


def test_scores_told_with_the_relief_count_unless_it_had_ended():
    told = {"percent": 65, "lasted_days": 90, "instrument": "nrs", "score_before": 7, "score_after": 2}
    others = scored((date(2026, 1, 9), 6), (date(2026, 5, 1), 6))
    (course,) = after(ABLATION, reports=[told], others=others).scores
    assert (course.before, course.best.after, course.latest) == (6, 2, 6)
    (course,) = after(ABLATION, reports=[told]).scores
    assert (course.before, course.best.after, course.latest) == (7, 2, None)
    (course,) = after(ABLATION, reports=[{**told, "ended": True, "score_after": 6}], others=others).scores
    assert course.best is None


@pytest.mark.parametrize("instrument", ["heart_rate", "weight", "hba1c"])
def test_a_measurement_of_which_neither_direction_is_better_is_no_score(instrument):
    measured = scored((date(2026, 1, 9), 7), (date(2026, 2, 1), 8), instrument=instrument)
    assert after(ABLATION, reports=[{"percent": 65, "lasted_days": 90}], others=measured).scores == []


def test_where_more_is_better_the_best_is_the_highest():
    known = book().content.instruments
    name = next(one for one, entry in known.items() if entry.higher_is == "better")
    scores = scored((date(2026, 1, 9), 20), (date(2026, 2, 1), 40), (date(2026, 3, 1), 30), instrument=name)
    (course,) = after(ABLATION, reports=[{"percent": 65, "lasted_days": 90}], others=scores).scores
    assert (course.best.after, course.best.direction, course.latest) == (40, "better", 30)

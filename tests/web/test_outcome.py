"""What the Outcome says is what the library says; a follow-up becomes facts; the timeline draws what is recorded."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils.formats import date_format

from lenitive.reasoning.book import book
from lenitive.reasoning.follow_up import follow_ups
from lenitive_web.ledger.actions import record_facts
from lenitive_web.ledger.facts import NewFact
from lenitive_web.ledger.models import Entry, Patient
from lenitive_web.ledger.selectors import assessment_of, chart_of
from lenitive_web.outcome.telling import AGAIN, MEANINGS, came_of_it
from lenitive_web.outcome.templatetags.outcome import share
from lenitive_web.people.models import Practice
from lenitive_web.people.roles import Role
from lenitive_web.timeline.drawing import drawn
from lenitive_web.timeline.gathering import timeline_of
from lenitive_web.timeline.spec import spec_of
from tests.web.conftest import As, admitted, member

ABLATION = "radiofrequency_ablation_medial_branch_lumbar"


@pytest.fixture
def ablated(practice: Practice, today: date) -> Patient:
    """Somebody with a score of 8 before an ablation a hundred days ago, about whom nobody asked since."""
    patient = Patient.objects.create(practice=practice, name="Patient After")
    day = today - timedelta(100)
    facts = [
        NewFact("measure", {"instrument": "nrs", "score": 8, "true_on": day - timedelta(3)}),
        NewFact("measure", {"instrument": "peg", "score": 7, "true_on": day - timedelta(3)}),
        NewFact("procedure", {"kind": ABLATION, "intent": "therapeutic", "region": "lumbar", "true_on": day}),
    ]
    record_facts(patient=patient, facts=facts, by=member(practice, Role.PHYSICIAN), source="visit")
    return patient


def session_of(patient: Patient) -> str:
    return Entry.objects.get(patient=patient, table="procedure").fact_id


def reported(as_role: As, patient: Patient, today: date, **said: object):
    address = reverse("follow_up", args=[patient.public_id, session_of(patient)])
    patient.refresh_from_db()
    blank = {"version": patient.last_entry, "on": str(today), "lasted_unit": "days"}
    return as_role(Role.NURSE).post(address, blank | said)


def shown(as_role: As, patient: Patient):
    page = as_role(Role.PHYSICIAN).get(reverse("outcome", args=[patient.public_id]))
    [came] = page.context["came"]
    return came, page.content.decode()


def test_a_procedure_that_nobody_asked_about_says_so_and_asks(as_role: As, ablated: Patient) -> None:
    came, page = shown(as_role, ablated)
    assert came.told.meaning == "not known"
    assert came.complication_status == "undocumented"
    assert came.following == []
    assert "Nobody asked yet" in page
    assert came.told.missing[0].question in page


def test_a_follow_up_becomes_facts_and_a_verdict(as_role: As, ablated: Patient, today: date) -> None:
    said = {"percent": "75", "held": "yes", "score-nrs": "2", "score-peg": "2.3", "change": "2", "went_wrong": "no"}
    assert reported(as_role, ablated, today, **said).status_code == 302
    relief = Entry.objects.get(patient=ablated, table="relief").body
    assert (relief["percent"], relief["lasted_days"]) == (75.0, 100.0)
    assert (relief["score_before"], relief["score_after"]) == (8.0, 2.0)
    came, page = shown(as_role, ablated)
    [told] = follow_ups(book(), chart_of(ablated, today), today)
    assert came.told == told
    assert came.told.meaning == "helped"
    assert {one.change.instrument: one.change.by for one in came.scores} == {"nrs": -6.0, "peg": pytest.approx(-4.7)}
    assert came.complication_status == "not met"
    assert came.said
    assert "still holds" in page
    assert came.ask_on == told.on + timedelta(days=round(told.standard.days))


@pytest.mark.parametrize(("held", "ended"), [("yes", False), ("no", True), ("", None)])
def test_a_follow_up_says_whether_the_relief_had_ended(
    as_role: As, ablated: Patient, today: date, held: str, ended: bool | None
) -> None:
    said = {"percent": "60", "held": held} | ({"lasted": "20"} if held == "no" else {})
    reported(as_role, ablated, today, **said)
    relief = chart_of(ablated, today).table("relief")[-1]
    assert (relief.percent, relief.ended) == (60, ended)  # type: ignore[attr-defined]


def test_a_relief_that_wore_off_too_soon_is_not_repeated(as_role: As, ablated: Patient, today: date) -> None:
    reported(as_role, ablated, today, percent="60", held="no", lasted="20", went_wrong="yes", what="numb skin")
    came, page = shown(as_role, ablated)
    assert (came.told.meaning, came.told.again) == ("helped too short", "pointless")
    assert any("numb skin" in words for words in came.complications)
    assert "numb skin" in page


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({}, "Nothing was answered"),
        ({"percent": "50", "held": "no"}, "For how long did it last?"),
        ({"percent": "50", "lasted": "9"}, "choose “wore off”"),
        ({"held": "yes"}, "What still holds?"),
        ({"percent": "120"}, "write 100 or less"),
        ({"percent": "50", "held": "no", "lasted": "9999"}, "cannot have lasted longer than that"),
        ({"score-nrs": "12"}, "write 10 or less"),
        ({"went_wrong": "no", "what": "numb"}, "choose “something”"),
        ({"percent": "50", "on": "2001-01-01"}, "later than this"),
        ({"percent": "50", "on": "2999-01-01"}, "has not come yet"),
    ],
)
def test_a_follow_up_that_cannot_stand_is_told(
    as_role: As, ablated: Patient, today: date, said: dict[str, str], told: str
) -> None:
    before = Entry.objects.count()
    answer = reported(as_role, ablated, today, **said)
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert Entry.objects.count() == before


def test_a_follow_up_of_a_procedure_that_is_not_in_the_chart_does_not_exist(as_role: As, ablated: Patient) -> None:
    assert as_role(Role.NURSE).get(reverse("follow_up", args=[ablated.public_id, "nothing"])).status_code == 404


@pytest.mark.parametrize("number", range(12))
def test_every_story_has_an_outcome_in_words_that_are_known(
    as_role: As, practice: Practice, today: date, number: int
) -> None:
    patient = admitted(practice, today, number)
    came = came_of_it(chart_of(patient, today), assessment_of(patient, today), today, book())
    assert all(one.told.meaning in MEANINGS and one.told.again in AGAIN for one in came)
    assert as_role(Role.PHYSICIAN).get(reverse("outcome", args=[patient.public_id])).status_code == 200


# --- the timeline ----------------------------------------------------------------------------------------------------


def test_the_timeline_draws_scores_windows_and_opioids(ablated: Patient, today: date) -> None:
    day = today - timedelta(100)
    relief = {"procedure": session_of(ablated), "percent": 70, "lasted_days": 60, "true_on": today}
    drug = {"ingredient": "morphine", "drug_class": "opioid", "dose": 15, "unit": "mg", "times_a_day": 2}
    facts = [NewFact("relief", relief), NewFact("medication", {**drug, "true_on": day, "until": today - timedelta(50)})]
    record_facts(patient=ablated, facts=facts, by=None, source="visit")
    told = timeline_of(chart_of(ablated, today), today)
    assert (told.first, told.last) == (day - timedelta(3), today)
    assert {point.label: point.share for point in told.points} == {
        "Numeric rating scale, 0 to 10": 0.8,
        "PEG, mean of three items": 0.7,
    }
    [window] = told.windows
    assert (window.until, window.percent, window.still_held) == (day + timedelta(60), 70, False)
    assert [stretch.equivalents.total for stretch in told.opioids] == [0.0, 30.0, 0.0]
    picture = drawn(told)
    assert [lane.bars[0].words for lane in picture.lanes] == [
        f"{window.label}, {date_format(day)}, 70 % relief until {date_format(day + timedelta(60))}"
    ]
    until = date_format(today - timedelta(50))
    assert [bar.words for bar in picture.opioids] == [f"30 MME a day, {date_format(day)} to {until}"]
    assert len(spec_of(told)["vconcat"]) == 3


def test_a_relief_that_was_still_there_when_asked_has_no_known_end(ablated: Patient, today: date) -> None:
    relief = {"procedure": session_of(ablated), "percent": 70, "lasted_days": 100, "true_on": today}
    record_facts(patient=ablated, facts=[NewFact("relief", relief)], by=None, source="visit")
    [window] = timeline_of(chart_of(ablated, today), today).windows
    assert window.still_held


def test_an_empty_chart_has_an_empty_timeline(as_role: As, practice: Practice, today: date) -> None:
    patient = Patient.objects.create(practice=practice, name="Nobody Asked")
    assert timeline_of(chart_of(patient, today), today).is_empty
    page = as_role(Role.PHYSICIAN).get(reverse("story", args=[patient.public_id])).content.decode()
    assert "No score, procedure or opioid is recorded yet" in page
    assert "timeline-spec" not in page
    outcome = as_role(Role.PHYSICIAN).get(reverse("outcome", args=[patient.public_id]))
    assert "No procedure is recorded, so there is no outcome yet." in outcome.content.decode()


@pytest.fixture
def blocked(practice: Practice, today: date) -> Patient:
    """Somebody whose diary of a block is closed."""
    patient = Patient.objects.create(practice=practice, name="Patient Block")
    drug = {"ingredient": "lidocaine", "strength_percent": 2.0, "volume_ml": 1.0}
    done = NewFact("procedure", {
        "kind": "medial_branch_block_lumbar", "intent": "diagnostic", "region": "lumbar", "drugs": [drug],
        "true_on": today,
    })  # fmt: skip
    by = member(practice, Role.PHYSICIAN)
    [entry] = record_facts(patient=patient, facts=[done], by=by, source="record")
    diary = {"procedure": entry.fact_id, "percent": 85.0, "lasted_hours": 1.5, "true_on": today}
    record_facts(patient=patient, facts=[NewFact("relief", diary)], by=by, source="diary")
    return patient


def test_a_physician_judges_the_diary_and_nobody_types_it_again(as_role: As, blocked: Patient, today: date) -> None:
    came, page = shown(as_role, blocked)
    assert (came.is_judged, came.is_test) == (False, True)
    assert "Did the relief last as long as lidocaine 2 % 1 mL explains?" in page
    assert "still holds" not in page
    form = (
        as_role(Role.PHYSICIAN).get(reverse("follow_up", args=[blocked.public_id, session_of(blocked)])).context["form"]
    )
    known = {name: form[name].value() for name in ("percent", "held", "lasted", "lasted_unit")}
    assert known == {"percent": 85.0, "held": "no", "lasted": 1.5, "lasted_unit": "hours"}
    assert reported(as_role, blocked, today, **known, concordant="yes").status_code == 302
    judged = Entry.objects.filter(patient=blocked, table="relief").latest("pk").body
    assert (judged["percent"], judged["lasted_hours"], judged["concordant"]) == (85.0, 1.5, True)
    assert shown(as_role, blocked)[0].is_judged


def test_a_duration_is_judged_with_its_relief(as_role: As, blocked: Patient, today: date) -> None:
    page = reported(as_role, blocked, today, concordant="yes")
    assert page.status_code == 422
    assert page.context["form"].errors["percent"]


def test_nobody_judges_the_drug_of_a_treatment(as_role: As, ablated: Patient) -> None:
    form = as_role(Role.NURSE).get(reverse("follow_up", args=[ablated.public_id, session_of(ablated)])).context["form"]
    assert "concordant" not in form.fields
    assert shown(as_role, ablated)[0].is_judged


def test_the_outcome_shows_the_best_score_while_the_relief_lasted_and_then_the_latest(
    as_role: As, ablated: Patient, today: date
) -> None:
    done_on = today - timedelta(100)
    told = {"procedure": session_of(ablated), "percent": 65, "lasted_days": 60, "ended": True, "true_on": today}
    scores = [(2, done_on + timedelta(30)), (8, today)]
    facts = [NewFact("measure", {"instrument": "nrs", "score": score, "true_on": on}) for score, on in scores]
    record_facts(patient=ablated, facts=[NewFact("relief", told), *facts], by=None, source="visit")
    came, page = shown(as_role, ablated)
    [pain] = came.scores
    assert (pain.course.before, pain.change.after, pain.course.latest) == (8, 2, 8)
    assert "The latest says how the patient is, not what this procedure did." in page


def test_a_score_of_today_is_not_the_result_of_an_old_block(as_role: As, practice: Practice, today: date) -> None:
    patient = Patient.objects.create(practice=practice, name="Patient Long Ago")
    done_on = today - timedelta(400)
    columns = {"kind": "medial_branch_block_lumbar", "intent": "diagnostic", "true_on": done_on}
    scores = [
        NewFact("measure", {"instrument": "odi", "score": n, "true_on": on}) for n, on in ((44, done_on), (48, today))
    ]
    record_facts(patient=patient, facts=[NewFact("procedure", columns), *scores], by=None, source="visit")
    came, page = shown(as_role, patient)
    assert came.scores == []
    assert "worse" not in page


@pytest.mark.parametrize(
    ("percent", "needed", "shown"),
    [
        (100 * 6 / 7, 80, "86 %"),
        (79.6, 80, "just under 80 %"),
        (79.4, 80, "79 %"),
        (80, 80, "80 %"),
        (-50, 50, "-50 %"),
    ],
)
def test_a_share_of_the_pain_is_no_more_precise_than_its_scores(percent: float, needed: float, shown: str) -> None:
    assert share(percent, needed) == shown

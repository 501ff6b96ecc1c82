"""The day of a procedure: nothing is asked twice, each answer is a fact, and each step waits for the one before."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import escape

from lenitive.chart import Request
from lenitive.medicine.content import content
from lenitive.medicine.criteria import all_criteria
from lenitive.reasoning.book import book
from lenitive.reasoning.education import education_for
from lenitive_web.audit.models import Event
from lenitive_web.ledger.actions import record_facts
from lenitive_web.ledger.facts import NewFact
from lenitive_web.ledger.models import Entry, Patient
from lenitive_web.ledger.selectors import assessment_of, chart_of
from lenitive_web.people.models import Practice
from lenitive_web.people.roles import Role
from lenitive_web.practice.models import LetterHead
from lenitive_web.procedure.actions import items_of
from lenitive_web.procedure.checklist import ALWAYS, MEASURED, SAID, Item, is_complete, open_items, standing
from lenitive_web.procedure.forms import usual_guidance, usual_sedation
from lenitive_web.schedule.models import Booking, State, Step, StepName
from tests.web.conftest import As, admitted
from tests.web.procedure.booking import BLOCK, at, booked

DRUGS = {"drug1": "lidocaine", "strength1": "2", "volume1": "1.5"}
GOOD = {
    "side": "left", "levels": "L4-5 L5-S1", "guidance": "fluoroscopy", "needle": "25 G, 90 mm", "contrast": "yes",
    "contrast_agent": "iohexol", "contrast_ml": "0.5", "sedation": "none", "fluoroscopy_seconds": "24",
    "had_complication": "no", **DRUGS,
}  # fmt: skip


@pytest.fixture
def booking(patient: Patient, today: date) -> Booking:
    return booked(patient, at(today))


def send(client: Client, booking: Booking, route: str, htmx: bool = False, **form: Any):
    booking.patient.refresh_from_db()
    address = reverse(route, args=[booking.patient.public_id, booking.number])
    said = {"version": booking.patient.last_entry, **form}
    answer = client.post(address, said, headers={"HX-Request": "true"} if htmx else {})
    booking.refresh_from_db()
    return answer


def answers(booking: Booking, today: date, **instead: str) -> dict[str, str]:
    """What lets the procedure go on, unless said otherwise."""
    usual = {"yes or no": {True: "yes", False: "no"}}
    said = {
        item.name: usual[item.how][item.wanted] if item.how == "yes or no" else ""
        for item in items_of(booking, today)
        if not item.is_settled
    }
    return {**said, "weight": "80", **instead}


def checked(nurse: Client, booking: Booking, today: date) -> None:
    assert send(nurse, booking, "visit-checklist", **answers(booking, today)).status_code == 302


def signed(nurse: Client, booking: Booking) -> None:
    name = booking.patient.name
    answer = send(nurse, booking, "visit-consent", signed_name=name, signed_as="patient", understood="on")
    assert answer.status_code == 302


def stopped(nurse: Client, booking: Booking) -> None:
    said = dict.fromkeys(("patient", "procedure", "consent", "dangers", "ready"), "on")
    assert send(nurse, booking, "visit-time-out", team="Physician One and Nurse One", **said).status_code == 302


@pytest.fixture
def ready(as_role: As, booking: Booking, today: date) -> Booking:
    checked(as_role(Role.NURSE), booking, today)
    signed(as_role(Role.NURSE), booking)
    return booking


@pytest.fixture
def running(as_role: As, ready: Booking) -> Booking:
    stopped(as_role(Role.NURSE), ready)
    return ready


@pytest.fixture
def recorded(as_role: As, running: Booking) -> Booking:
    assert send(as_role(Role.PHYSICIAN), running, "visit-record", **GOOD).status_code == 302
    return running


def last(booking: Booking, table: str) -> dict[str, Any]:
    return Entry.objects.filter(patient=booking.patient, table=table).latest("pk").body


def names(items: list[Item]) -> set[str]:
    return {item.name for item in items}


# --- the checklist ---------------------------------------------------------------------------------------------------


def test_every_question_of_the_checklist_is_in_the_knowledge_base() -> None:
    assert set(SAID) | set(MEASURED) <= set(all_criteria())
    assert set(SAID.values()) | set(ALWAYS) <= set(content().statements)
    assert set(MEASURED.values()) <= set(content().instruments)


def test_what_a_procedure_needs_is_asked_and_nothing_else(booking: Booking, today: date) -> None:
    found = items_of(booking, today)
    assert {*ALWAYS, "allergies", "infection_now"} <= names(open_items(found))
    assert "inr" not in names(found), "no warfarin is taken"
    assert "glucose" not in names(found), "no corticosteroid is given"


def test_pregnancy_is_asked_where_it_is_possible(practice: Practice, patient: Patient, today: date) -> None:
    old = booked(patient, at(today, 8))
    assert "pregnancy_possible" not in names(open_items(items_of(old, today)))
    who = {"name": "Young Example", "sex": "female", "birth_date": date(today.year - 30, 1, 1)}
    young = Patient.objects.create(practice=practice, name="Young Example")
    record_facts(patient=young, facts=[NewFact("patient", who)], by=None, source="test")
    assert "pregnancy_possible" in names(open_items(items_of(booked(young, at(today, 9)), today)))


def test_answers_become_facts_and_close_the_list(as_role: As, booking: Booking, today: date) -> None:
    checked(as_role(Role.NURSE), booking, today)
    assert booking.state == State.PREPARED
    rows: Any = chart_of(booking.patient, today).table("statement")
    said = {row.kind: (row.says, row.by) for row in rows if row.true_on == today}
    assert said["identity_confirmed"] == said["site_marked"] == (True, "nurse")
    assert said["infection_now"] == (False, "nurse")
    assert last(booking, "measure")["score"] == 80
    assert is_complete(items_of(booking, today))


def test_half_a_list_is_kept_and_not_closed(as_role: As, booking: Booking, today: date) -> None:
    answer = send(as_role(Role.NURSE), booking, "visit-checklist", identity_confirmed="yes")
    assert answer.status_code == 302
    assert booking.state == State.BOOKED
    found = items_of(booking, today)
    assert "identity_confirmed" not in names(open_items(found))
    assert "site_marked" in names(open_items(found))


def test_an_infection_stops_and_only_a_physician_goes_on(as_role: As, booking: Booking, today: date) -> None:
    nurse, physician = as_role(Role.NURSE), as_role(Role.PHYSICIAN)
    send(nurse, booking, "visit-checklist", **answers(booking, today, infection_now="yes"))
    assert booking.state == State.BOOKED
    assert names(standing(items_of(booking, today))) == {"infection_now"}
    assert send(nurse, booking, "visit-checklist", reason="It is only a cold").status_code == 422
    assert send(physician, booking, "visit-checklist", reason="A cold, no fever").status_code == 302
    assert booking.state == State.PREPARED
    assert last(booking, "statement")["text"].startswith("A cold, no fever (Against: Fever or infection now")
    assert Event.objects.filter(action="procedure.override").count() == 1


def test_the_last_dose_is_asked_and_compared_with_the_hold(as_role: As, practice: Practice, today: date) -> None:
    thinned = admitted(practice, today, 2)
    day = today + timedelta(days=20)
    request = Request(kind="epidural_transforaminal_lumbar", side="left", levels=("L5-S1",), sedation="none")
    booking = booked(thinned, at(day), request)

    def hold() -> Item:
        return next(item for item in items_of(booking, today) if item.name.startswith("last-dose"))

    first = hold()
    assert (first.status, first.required, first.blocks) == ("undocumented", True, True)
    days = [day - timedelta(n) for n in range(60)]
    [limit] = [one for one in days if first.hint.startswith(f"The last dose must be no later than {date_format(one)}.")]
    assert limit < day
    late = {first.name: limit + timedelta(days=1)}
    assert send(as_role(Role.NURSE), booking, "visit-checklist", **late).status_code == 302
    assert hold().status == "not met"
    assert send(as_role(Role.NURSE), booking, "visit-checklist", **{hold().name: limit}).status_code == 302
    assert hold().status == "met"
    rows: Any = chart_of(thinned, today).table("medication")
    assert [row.last_dose_on for row in rows if row.last_dose_on] == [limit], "one correction supersedes the other"
    assert booking.state == State.BOOKED, "the list is closed on the day itself"


def test_a_chart_that_changed_meanwhile_is_told(as_role: As, booking: Booking, today: date) -> None:
    old = booking.patient.last_entry
    record_facts(
        patient=booking.patient, facts=[NewFact("measure", {"instrument": "nrs", "score": 5})], by=None, source="test"
    )
    answer = send(as_role(Role.NURSE), booking, "visit-checklist", version=old, identity_confirmed="yes")
    assert answer.status_code == 409
    assert "identity_confirmed" in names(open_items(items_of(booking, today)))


# --- consent and time-out --------------------------------------------------------------------------------------------


def test_the_consent_shows_every_harm_with_its_frequency_and_source(as_role: As, booking: Booking) -> None:
    address = reverse("visit-consent", args=[booking.patient.public_id, booking.number])
    page = as_role(Role.NURSE).get(address).content.decode()
    told = education_for(book(), booking.kind)
    assert told.harms
    for harm in told.harms:
        assert harm.text in page
        assert (harm.people.text if harm.people else "nobody knows how often") in page
        assert escape(harm.citation.reference) in page


def test_a_signature_is_a_fact_with_name_and_explainer(as_role: As, booking: Booking) -> None:
    signed(as_role(Role.NURSE), booking)
    fact = last(booking, "statement")
    assert (fact["kind"], fact["about"], fact["says"]) == ("procedure_consented", booking.kind, True)
    assert fact["text"] == "Signed by Patient 0 (patient); explained by Nurse One."
    assert booking.state == State.SIGNED


@pytest.mark.parametrize("missing", ["signed_name", "understood"])
def test_nothing_is_signed_by_half(missing: str, as_role: As, booking: Booking) -> None:
    form = {"signed_name": "Patient 0", "signed_as": "patient", "understood": "on"}
    form.pop(missing)
    assert send(as_role(Role.NURSE), booking, "visit-consent", **form).status_code == 422
    assert booking.state == State.BOOKED


@pytest.mark.parametrize("first", ["checklist", "consent"])
def test_no_time_out_before_checklist_and_consent(first: str, as_role: As, booking: Booking, today: date) -> None:
    nurse = as_role(Role.NURSE)
    checked(nurse, booking, today) if first == "checklist" else signed(nurse, booking)
    said = dict.fromkeys(("patient", "procedure", "consent", "dangers", "ready"), "on")
    assert send(nurse, booking, "visit-time-out", team="all", **said).status_code == 422
    assert not Step.objects.filter(name=StepName.TIME_OUT).exists()
    assert last(booking, "statement")["kind"] != "time_out_done", "the fact is rolled back with the step"


def test_everything_is_said_aloud_in_a_time_out(as_role: As, ready: Booking) -> None:
    said = dict.fromkeys(("patient", "procedure", "consent", "dangers"), "on")
    assert send(as_role(Role.NURSE), ready, "visit-time-out", team="all", **said).status_code == 422
    assert ready.state == State.READY
    stopped(as_role(Role.NURSE), ready)
    assert (ready.state, last(ready, "statement")["kind"]) == (State.TIMED_OUT, "time_out_done")


def test_a_time_out_is_taken_on_the_day(as_role: As, ready: Booking) -> None:
    tomorrow = ready.starts_at + timedelta(days=1)
    Booking.objects.filter(pk=ready.pk).update(starts_at=tomorrow, ends_at=tomorrow + timedelta(minutes=30))
    said = dict.fromkeys(("patient", "procedure", "consent", "dangers", "ready"), "on")
    assert send(as_role(Role.NURSE), ready, "visit-time-out", team="all", **said).status_code == 422


# --- the record ------------------------------------------------------------------------------------------------------


def test_the_record_is_a_fact_that_the_library_reads_and_a_note_in_prose(
    as_role: As, recorded: Booking, today: date
) -> None:
    fact = last(recorded, "procedure")
    assert (fact["kind"], fact["intent"], fact["side"], fact["levels"]) == (
        BLOCK.kind, "diagnostic", "left", ["L4-5", "L5-S1"],
    )  # fmt: skip
    assert fact["drugs"] == [{"ingredient": "lidocaine", "strength_percent": 2.0, "volume_ml": 1.5}]
    assert (fact["complication"], fact["true_on"], fact["operator"]) == ("none", str(today), "Physician One")
    assert recorded.state == State.RECORDED
    page = as_role(Role.NURSE).get(reverse("visit-note", args=[recorded.patient.public_id, recorded.number]))
    told = page.content.decode()
    for words in (
        "on the left at L4-5 and L5-S1", "Consent was signed by Patient 0", "with Physician One and Nurse One",
        "Injected: lidocaine 2 % 1.5 mL (30 mg).", "Radiation: 24 seconds, dose not recorded.",
        "There was no complication.",
    ):  # fmt: skip
        assert words in told
    assert assessment_of(recorded.patient, today).facts_read["procedure"] == 3


def test_needle_contrast_and_radiation_stand_in_the_fact(recorded: Booking) -> None:
    fact = last(recorded, "procedure")
    wanted = {"needle": "25 G, 90 mm", "contrast": True, "contrast_agent": "iohexol", "contrast_ml": 0.5}
    assert {name: fact[name] for name in wanted} == wanted
    assert fact["fluoroscopy_seconds"] == 24
    assert "dose_mgy" not in fact, "what was not written down is not nought"
    assert not Entry.objects.filter(patient=recorded.patient, table="device").exists()


TECHNIQUE = {
    "radiofrequency_ablation_medial_branch_lumbar": (
        {
            "ablation_mode": "conventional", "temperature_c": "80", "lesion_seconds": "90", "lesions": "3",
            "sensory_v": "0.4", "motor_v": "2", "motor_response": "no",
        },
        {
            "ablation_mode": "conventional", "temperature_c": 80, "lesion_seconds": 90, "lesions": 3,
            "sensory_v": 0.4, "motor_v": 2, "motor_response": False,
        },
        "Lesions: conventional radiofrequency, at 80 °C, 90 seconds a lesion, 3 in all.",
    ),
    "spinal_cord_stimulation_trial": (
        {"leads": "2", "lead_tip": "T8", "lead_side": "midline", "coverage_percent": "85"},
        {"leads": 2, "lead_tip": "T8", "lead_side": "midline", "coverage_percent": 85},
        "2 leads were placed in the midline; the tip at T8.",
    ),
    "vertebroplasty": (
        {"cement_ml": "4.5", "cement_leak": "none"},
        {"cement_ml": 4.5, "cement_leak": "none"},
        "Cement: 4.5 mL; none leaked.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", TECHNIQUE)
def test_the_record_asks_what_belongs_to_its_kind_and_keeps_it(
    kind: str, as_role: As, patient: Patient, today: date
) -> None:
    typed, kept, told = TECHNIQUE[kind]
    booking = booked(patient, at(today), Request(kind=kind, guidance="fluoroscopy"))
    Booking.objects.filter(pk=booking.pk).update(state=State.TIMED_OUT)
    physician = as_role(Role.PHYSICIAN)
    shown = physician.get(reverse("visit-record", args=[patient.public_id, booking.number])).context["form"].fields
    every = {name for fields, _kept, _told in TECHNIQUE.values() for name in fields}
    assert every & set(shown) == set(typed)
    others = dict.fromkeys(every - set(typed), "1")
    said = {"had_complication": "no", **others, **typed}
    assert send(physician, booking, "visit-record", **said).status_code == 302
    fact = last(booking, "procedure")
    assert {name: fact[name] for name in every if name in fact} == kept
    assert told in Step.objects.get(name=StepName.RECORD).body["prose"]


def test_an_implant_leaves_a_device_in_the_chart(as_role: As, patient: Patient, today: date) -> None:
    asked = Request(kind="spinal_cord_stimulation_implant", intent="implant", guidance="fluoroscopy")
    booking = booked(patient, at(today), asked)
    Booking.objects.filter(pk=booking.pk).update(state=State.TIMED_OUT)
    physician, said = as_role(Role.PHYSICIAN), {"had_complication": "no", "device_mri": "conditional"}
    assert send(physician, booking, "visit-record", **said).status_code == 422, "the device has a name"
    told = {**said, "device": "Example Neuro, model One", "device_identifier": "(01)00"}
    assert send(physician, booking, "visit-record", **told).status_code == 302
    fact = last(booking, "device")
    assert (fact["kind"], fact["label"], fact["identifier"], fact["mri"], fact["true_on"]) == (
        "spinal_cord_stimulator", "Example Neuro, model One", "(01)00", "conditional", str(today),
    )  # fmt: skip
    assert "Implanted: Example Neuro, model One." in Step.objects.get(name=StepName.RECORD).body["prose"]


def test_a_nurse_does_not_write_the_record(as_role: As, running: Booking) -> None:
    assert send(as_role(Role.NURSE), running, "visit-record", **GOOD).status_code == 404
    assert running.state == State.TIMED_OUT


def test_no_record_before_the_time_out(as_role: As, ready: Booking) -> None:
    assert send(as_role(Role.PHYSICIAN), ready, "visit-record", **GOOD).status_code == 422
    assert not Entry.objects.filter(patient=ready.patient, table="procedure", true_on=ready.day).exists()


def test_a_dose_above_the_ceiling_wants_a_reason_that_is_kept(as_role: As, running: Booking) -> None:
    physician = as_role(Role.PHYSICIAN)
    high = GOOD | {"volume1": "40"}
    answer = send(physician, running, "visit-record", **high)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "above the ceiling" in page
    assert "write down why" in page
    assert send(physician, running, "visit-record", **high, reason="Tumescent, under monitoring").status_code == 302
    assert last(running, "statement")["text"] == "Tumescent, under monitoring"
    assert Event.objects.filter(action="procedure.override").count() == 1
    assert "Exception: Tumescent, under monitoring." in Step.objects.get(name=StepName.RECORD).body["prose"]


def test_ceilings_are_shown_while_typing_and_nothing_is_written(as_role: As, running: Booking) -> None:
    answer = send(as_role(Role.PHYSICIAN), running, "visit-record", htmx=True, **DRUGS)
    assert answer.status_code == 200
    assert "within the ceiling" in answer.content.decode()
    assert running.state == State.TIMED_OUT


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"had_complication": ""}, "Nothing is chosen yet"),
        ({"had_complication": "yes"}, "Say what happened."),
        ({"drug1": ""}, "Say which drug this dose belongs to."),
        ({"strength1": "200"}, "at most 100 percent"),
        ({"levels": "X9"}, "not a spinal level"),
        ({"volume1": "-1"}, "write 0 or more"),
    ],
)
def test_a_record_that_cannot_be_so_is_refused(wrong: dict[str, str], told: str, as_role: As, running: Booking) -> None:
    answer = send(as_role(Role.PHYSICIAN), running, "visit-record", **(GOOD | wrong))
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert running.state == State.TIMED_OUT


# --- afterwards ------------------------------------------------------------------------------------------------------


def test_an_observation_is_measures_and_relief_but_never_the_usual_pain(
    as_role: As, recorded: Booking, today: date
) -> None:
    before: Any = [row for row in chart_of(recorded.patient, today).table("measure") if row.instrument == "nrs"]
    form = {"heart_rate": "66", "systolic": "120", "oxygen_saturation": "98", "pain": "1", "motor_block": "no"}
    assert send(as_role(Role.NURSE), recorded, "visit-recovery", **form).status_code == 302
    chart = chart_of(recorded.patient, today)
    rows: Any = chart.table("measure")
    assert {row.instrument: row.score for row in rows if row.true_on == today and row.instrument != "weight"} == {
        "heart_rate": 66, "systolic": 120, "oxygen_saturation": 98,
    }  # fmt: skip
    assert [row for row in rows if row.instrument == "nrs"] == before
    relief = last(recorded, "relief")
    worst = before[-1].score
    assert (relief["score_before"], relief["score_after"]) == (worst, 1)
    assert relief["percent"] == pytest.approx(100 * (worst - 1) / worst, abs=0.05)


def test_nothing_observed_is_nothing_written(as_role: As, recorded: Booking) -> None:
    assert send(as_role(Role.NURSE), recorded, "visit-recovery").status_code == 422


def test_after_a_treatment_the_first_hour_is_no_relief(as_role: As, practice: Practice, today: date) -> None:
    treated = admitted(practice, today, 3)
    request = Request(kind="sacroiliac_joint_injection", side="left", intent="therapeutic", guidance="fluoroscopy")
    booking = booked(treated, at(today), request)
    nurse, physician = as_role(Role.NURSE), as_role(Role.PHYSICIAN)
    send(nurse, booking, "visit-checklist", **answers(booking, today))
    signed(nurse, booking)
    stopped(nurse, booking)
    assert send(physician, booking, "visit-record", **(GOOD | {"levels": ""})).status_code == 302
    send(nurse, booking, "visit-recovery", pain="0")
    relief = last(booking, "relief")
    assert relief["score_after"] == 0
    assert "percent" not in relief
    assert send(nurse, booking, "visit-relief", minutes_after=60, score_before=7, score_after=0).status_code == 422


def test_going_home_wants_every_criterion_or_a_physicians_reason(as_role: As, recorded: Booking) -> None:
    nurse, physician = as_role(Role.NURSE), as_role(Role.PHYSICIAN)
    held = dict.fromkeys(("awake", "vital_signs", "limbs", "site", "told"), "on")
    assert send(nurse, recorded, "visit-discharge", **held, reason="in a hurry").status_code == 422
    assert send(physician, recorded, "visit-discharge", **held).status_code == 422
    assert recorded.state == State.RECORDED
    assert send(physician, recorded, "visit-discharge", **held, reason="Lives next door").status_code == 302
    fact = last(recorded, "statement")
    assert (fact["kind"], fact["says"]) == ("discharge_criteria_met", False)
    assert fact["text"] == "Missing: The way home is arranged. Lives next door"


def test_the_discharge_paper_says_whom_to_call(as_role: As, recorded: Booking) -> None:
    address = reverse("visit-discharge", args=[recorded.patient.public_id, recorded.number])
    nurse = as_role(Role.NURSE)
    assert "The practice has written down no telephone number" in nurse.get(address).content.decode()
    LetterHead.objects.create(practice=recorded.practice, phone="555-0100")
    text = nurse.get(address).content.decode()
    assert "Telephone 555-0100" in text
    assert "Ambulance: 911" in text


def test_the_last_look_stands_over_the_boxes_of_going_home(as_role: As, recorded: Booking) -> None:
    address = reverse("visit-discharge", args=[recorded.patient.public_id, recorded.number])
    nurse = as_role(Role.NURSE)
    assert "Nobody has looked since the record" in nurse.get(address).content.decode()
    assert send(nurse, recorded, "visit-recovery", heart_rate="71", motor_block="no").status_code == 302
    text = nurse.get(address).content.decode()
    assert "pulse 71 · pressure – / –" in text
    assert "Nobody has looked since the record" not in text


def test_a_nurse_sends_home_who_is_well(as_role: As, recorded: Booking) -> None:
    held = dict.fromkeys(("awake", "vital_signs", "limbs", "site", "escort", "told"), "on")
    assert send(as_role(Role.NURSE), recorded, "visit-discharge", **held).status_code == 302
    assert (recorded.state, last(recorded, "statement")["says"]) == (State.DISCHARGED, True)


@pytest.mark.parametrize(("after", "verdict"), [("1", "positive"), ("4", "equivocal"), ("6", "negative")])
def test_the_diary_gives_the_verdict_of_the_series(after: str, verdict: str, as_role: As, recorded: Booking) -> None:
    nurse = as_role(Role.NURSE)
    address = reverse("visit-discharge", args=[recorded.patient.public_id, recorded.number])
    assert nurse.get(address).context["visit"].diary.result is None
    form = {"minutes_after": 60, "score_before": "10", "score_after": after, "lasted_hours": "2"}
    assert send(nurse, recorded, "visit-relief", **form).status_code == 302
    diary = nurse.get(address).context["visit"].diary
    assert (diary.result, diary.best) == (verdict, 100 - 10 * float(after))
    assert diary.standard.percent == 80
    assert verdict in nurse.get(address).content.decode()


def test_pain_that_doubled_twice_stays_within_the_scale(as_role: As, recorded: Booking) -> None:
    form = {"minutes_after": 60, "score_before": "2", "score_after": "10"}
    assert send(as_role(Role.NURSE), recorded, "visit-relief", **form).status_code == 302
    assert last(recorded, "relief")["percent"] == -100


def test_relief_of_no_pain_is_refused(as_role: As, recorded: Booking) -> None:
    form = {"minutes_after": 60, "score_before": "0", "score_after": "0"}
    assert send(as_role(Role.NURSE), recorded, "visit-relief", **form).status_code == 422


# --- around it -------------------------------------------------------------------------------------------------------


def test_every_page_of_a_day_that_is_over_still_opens(as_role: As, recorded: Booking) -> None:
    held = dict.fromkeys(("awake", "vital_signs", "limbs", "site", "escort", "told"), "on")
    send(as_role(Role.NURSE), recorded, "visit-discharge", **held)
    for role in (Role.PHYSICIAN, Role.NURSE, Role.AUTHORIZATION):
        for step in ("", "-checklist", "-consent", "-time-out", "-record", "-note", "-recovery", "-discharge"):
            address = reverse(f"visit{step}", args=[recorded.patient.public_id, recorded.number])
            page = as_role(role).get(address)
            assert page.status_code == 200
            assert b'<form method="post" class="card"' not in page.content
    for route in ("visit-checklist", "visit-consent", "visit-time-out", "visit-record", "visit-recovery"):
        again = send(as_role(Role.PHYSICIAN), recorded, route, **GOOD)
        assert again.status_code == 422, route


def test_steps_only_grow(ready: Booking) -> None:
    step = Step.objects.filter(booking=ready).first()
    assert step is not None
    for write in (step.delete, lambda: Step.objects.filter(pk=step.pk).update(name="discharge")):
        with pytest.raises(DatabaseError, match="only grows"), transaction.atomic():
            write()


def test_each_step_leaves_its_event(as_role: As, recorded: Booking) -> None:
    told = list(Event.objects.filter(action__startswith="booking.").order_by("pk").values_list("action", flat=True))
    assert told == [
        "booking.make", "booking.checklist", "booking.consent", "booking.time_out", "booking.record",
    ]  # fmt: skip
    assert not Event.objects.filter(about__contains="lidocaine").exists()


def test_what_is_usual_comes_from_the_entry() -> None:
    procedures = content().procedures
    assert usual_sedation(procedures["medial_branch_block_lumbar"]) == "none"
    assert usual_guidance(procedures["medial_branch_block_lumbar"]) == "fluoroscopy"
    for entry in procedures.values():
        assert usual_sedation(entry) in ("", "none", "minimal", "moderate", "deep")
        assert usual_guidance(entry) in ("", "fluoroscopy", "ct", "ultrasound")

"""Booking: gates are enforced, a room is booked once, and the later of two editors is told."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec
import pytest
from django.test import Client
from django.urls import reverse

from lenitive.chart import Request
from lenitive.reasoning.book import book as shipped_book
from lenitive_web.audit.models import Event
from lenitive_web.ledger.actions import record_facts
from lenitive_web.ledger.facts import NewFact
from lenitive_web.ledger.models import Entry, Patient
from lenitive_web.ledger.selectors import chart_of, requests_of
from lenitive_web.people.models import Practice
from lenitive_web.people.roles import Role
from lenitive_web.procedure.actions import GateClosedError, book, move_booking
from lenitive_web.procedure.gates import closed, considered, payer
from lenitive_web.schedule.actions import BookingChangedError, NotNowError, SlotTakenError, cancel, move
from lenitive_web.schedule.models import Booking, State
from lenitive_web.schedule.selectors import bookings_on, columns_of
from tests.web.conftest import As, admitted, member
from tests.web.procedure.booking import BLOCK, at, booked, room, slot

ABLATION = Request(
    kind="radiofrequency_ablation_medial_branch_lumbar",
    region="lumbar",
    side="left",
    levels=("L4-5", "L5-S1"),
    intent="therapeutic",
    guidance="fluoroscopy",
)
NO_BLOCKS = 1
"""The invented patient with facet pain whom nobody has blocked."""


@pytest.fixture
def unproven(practice: Practice, today: date) -> Patient:
    """Facet pain without two positive blocks: ablation stands behind a closed gate."""
    return admitted(practice, today, NO_BLOCKS)


def said(practice: Practice, day: date, request: Request, **more: object) -> dict[str, object]:
    """The form as a browser sends it."""
    told = {name: getattr(request, name) for name in ("kind", "side", "guidance", "sedation") if getattr(request, name)}
    return {
        **told,
        "levels": " ".join(request.levels),
        "day": day,
        "time": "10:00",
        "minutes": 30,
        "place": room(practice).pk,
        "operator": member(practice, Role.PHYSICIAN).pk,
        **more,
    }


def send(client: Client, patient: Patient, **form: object):
    return client.post(reverse("book", args=[patient.public_id]), form)


# --- gates -----------------------------------------------------------------------------------------------------------


def test_ablation_without_blocks_is_not_booked(as_role: As, practice: Practice, unproven: Patient, today: date) -> None:
    answer = send(as_role(Role.PHYSICIAN), unproven, **said(practice, today, ABLATION))
    assert answer.status_code == 422
    assert "The gate is closed" in answer.content.decode()
    assert not Booking.objects.exists()


def test_a_physician_goes_on_with_a_reason_that_is_fact_and_event(
    as_role: As, practice: Practice, unproven: Patient, today: date
) -> None:
    answer = send(as_role(Role.PHYSICIAN), unproven, **said(practice, today, ABLATION, reason="Blocks done elsewhere."))
    assert answer.status_code == 302
    [booking] = Booking.objects.all()
    assert (booking.exception, booking.exception_by.role) == ("Blocks done elsewhere.", Role.PHYSICIAN)
    fact = Entry.objects.filter(patient=unproven, table="statement").latest("pk").body
    assert (fact["kind"], fact["about"]) == ("procedure_exception", ABLATION.kind)
    assert fact["text"].startswith("Blocks done elsewhere.")
    assert "A first positive block" in fact["text"]
    event = Event.objects.filter(action="procedure.override").get()
    assert (event.patient, event.by.role) == (unproven.public_id, Role.PHYSICIAN)


def test_a_nurse_cannot_go_on_with_a_reason(as_role: As, practice: Practice, unproven: Patient, today: date) -> None:
    answer = send(as_role(Role.NURSE), unproven, **said(practice, today, ABLATION, reason="The doctor said so."))
    assert answer.status_code == 422
    assert "Only a physician" in answer.content.decode()
    assert not Booking.objects.exists()


def test_the_action_itself_keeps_the_gate(practice: Practice, unproven: Patient, today: date) -> None:
    nurse = member(practice, Role.NURSE)
    with pytest.raises(GateClosedError):
        book(patient=unproven, request=ABLATION, slot=slot(practice, at(today)), as_of=today, by=nurse, reason="no")
    assert not Booking.objects.exists()
    assert not Event.objects.filter(action__startswith="booking").exists()


def test_an_open_gate_needs_no_reason_and_keeps_none(
    as_role: As, practice: Practice, patient: Patient, today: date
) -> None:
    side = chart_of(patient, today).table("procedure")[-1].side  # type: ignore[attr-defined]
    request = msgspec.structs.replace(ABLATION, side=side)
    answer = send(as_role(Role.NURSE), patient, **said(practice, today, request, reason="Not needed"))
    assert answer.status_code == 302
    assert Booking.objects.get().exception == ""
    assert not Event.objects.filter(action="procedure.override").exists()


def test_a_gate_shuts_for_a_red_flag_a_contraindication_and_an_unsupported_target(
    practice: Practice, today: date, patient: Patient
) -> None:
    emergency = admitted(practice, today, 6)
    told = [one.what for one in closed(considered(chart_of(emergency, today), today, BLOCK, shipped_book()))]
    assert any(words.startswith("Red flag") for words in told)
    no = [NewFact("statement", {"kind": "declines_procedure", "says": True, "true_on": today})]
    record_facts(patient=patient, facts=no, by=None, source="test")
    told = [one.what for one in closed(considered(chart_of(patient, today), today, BLOCK, shipped_book()))]
    assert any(words.startswith("Contraindication") for words in told)
    stimulator = Request(kind="spinal_cord_stimulation_trial", region="thoracic", intent="trial")
    told = [one.what for one in closed(considered(chart_of(patient, today), today, stimulator, shipped_book()))]
    assert any(words.startswith("No supported source of pain") for words in told)


def test_alternatives_of_a_gate_are_one_line(unproven: Patient, today: date) -> None:
    [first, second] = closed(considered(chart_of(unproven, today), today, ABLATION, shipped_book()))
    assert ", or an earlier ablation there" in first.what
    assert first.opens_with != second.opens_with


# --- the form --------------------------------------------------------------------------------------------------------


def test_the_form_is_filled_with_what_was_asked_for(as_role: As, patient: Patient) -> None:
    page = as_role(Role.PHYSICIAN).get(
        reverse("book", args=[patient.public_id]), {"kind": "radiofrequency_ablation_medial_branch_lumbar"}
    )
    initial = page.context["form"].initial
    assert (initial["levels"], initial["guidance"], initial["sedation"]) == ("L4-5 L5-S1", "fluoroscopy", "minimal")
    assert initial["minutes"] is None, "no entry says how long it takes"


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"levels": "L4-9"}, "is not a spinal level"),
        ({"day": "2020-01-01"}, "Jan. 1, 2020 is over. Plan for today, "),
        ({"day": "2999-01-01"}, "The year 2999 is too far ahead. Is the year right?"),
        ({"day": "0026-11-30"}, "is over"),
        ({"minutes": 0}, "write 5 or more"),
        ({"time": ""}, "required"),
    ],
)
def test_what_is_wrong_is_said(
    wrong: dict[str, object], told: str, as_role: As, practice: Practice, patient: Patient, today: date
) -> None:
    answer = send(as_role(Role.PHYSICIAN), patient, **said(practice, today, BLOCK) | wrong)
    assert answer.status_code == 422
    assert told in answer.content.decode()


def test_a_room_that_cannot_see_is_refused(as_role: As, practice: Practice, patient: Patient, today: date) -> None:
    blind = room(practice, "Room 2", "ultrasound")
    answer = send(as_role(Role.PHYSICIAN), patient, **said(practice, today, BLOCK, place=blind.pk))
    assert answer.status_code == 422
    assert "This room has no fluoroscopy." in answer.content.decode()


def test_rooms_and_operators_of_another_practice_are_not_offered(
    as_role: As, practice: Practice, other_practice: Practice, patient: Patient, today: date
) -> None:
    theirs = said(practice, today, BLOCK, place=room(other_practice).pk)
    assert send(as_role(Role.PHYSICIAN), patient, **theirs).status_code == 422
    theirs = said(practice, today, BLOCK, operator=member(other_practice, Role.PHYSICIAN).pk)
    assert send(as_role(Role.PHYSICIAN), patient, **theirs).status_code == 422


def test_the_day_moves_the_hold(as_role: As, practice: Practice, today: date) -> None:
    thinned = admitted(practice, today, 2)
    day = today + timedelta(days=20)
    form = said(practice, day, Request(kind="epidural_transforaminal_lumbar", side="left", levels=("L5-S1",)))
    answer = as_role(Role.NURSE).get(reverse("book", args=[thinned.public_id]), form, headers={"HX-Request": "true"})
    [hold] = answer.context["holds"]
    later = as_role(Role.NURSE).get(
        reverse("book", args=[thinned.public_id]),
        {**form, "day": day + timedelta(days=3)},
        headers={"HX-Request": "true"},
    )
    assert later.context["holds"][0].hold_from - hold.hold_from == timedelta(days=3)


@pytest.mark.parametrize(("days", "is_warned"), [(30, True), (31, False)])
def test_a_steroid_given_shortly_before_the_booked_day_is_a_caution(
    days: int, is_warned: bool, as_role: As, practice: Practice, today: date
) -> None:
    patient = admitted(practice, today, 9)
    kind, planned = "epidural_transforaminal_lumbar", today + timedelta(days=21)
    done = {"kind": kind, "true_on": planned - timedelta(days=days)}
    record_facts(patient=patient, facts=[NewFact("procedure", done)], by=None, source="test")
    form = {"kind": kind, "day": planned}
    page = as_role(Role.NURSE).get(reverse("book", args=[patient.public_id]), form, headers={"HX-Request": "true"})
    assert ("steroid_given_recently" in [one.criterion for one in page.context["cautions"]]) is is_warned


def test_an_authorization_that_ends_before_the_day_is_told(patient: Patient, today: date) -> None:
    approved = {
        "request": "one", "status": "approved", "kind": ABLATION.kind, "side": "left", "sessions_granted": 1,
        "valid_from": today, "valid_until": today + timedelta(days=5), "true_on": today,
    }  # fmt: skip
    record_facts(patient=patient, facts=[NewFact("authorization", approved)], by=None, source="test")
    chart = chart_of(patient, today)

    def warned(days: int) -> list[str]:
        request = msgspec.structs.replace(ABLATION, on=today + timedelta(days=days))
        return list(payer(chart, today, considered(chart, today, request, shipped_book()).options[0]).warnings)

    assert warned(5) == []
    assert any("before the booked day" in words for words in warned(6))


def test_htmx_gets_a_refusal_as_a_page_it_shows(
    as_role: As, practice: Practice, unproven: Patient, today: date
) -> None:
    address = reverse("book", args=[unproven.public_id])
    headers = {"HX-Request": "true", "HX-Boosted": "true"}
    answer = as_role(Role.PHYSICIAN).post(address, said(practice, today, ABLATION), headers=headers)
    assert answer.status_code == 200
    assert "write down why" in answer.content.decode()
    assert not Booking.objects.exists()


# --- one room, one operator, one patient -----------------------------------------------------------------------------


@pytest.mark.parametrize(("minutes", "is_free"), [(-30, True), (-29, False), (0, False), (29, False), (30, True)])
def test_a_room_is_booked_once(
    minutes: int, is_free: bool, practice: Practice, patient: Patient, unproven: Patient, today: date
) -> None:
    booked(patient, at(today))
    begins = at(today) + timedelta(minutes=minutes)
    if is_free:
        booked(unproven, begins)
        return
    with pytest.raises(SlotTakenError) as refused:
        booked(unproven, begins)
    assert len(refused.value.taken) == 1


def test_an_operator_is_in_one_room_at_a_time(practice: Practice, patient: Patient, unproven: Patient, today: date):
    booked(patient, at(today))
    with pytest.raises(SlotTakenError):
        booked(unproven, at(today), place=room(practice, "Room 2"))


def test_a_patient_is_in_one_room_at_a_time(practice: Practice, patient: Patient, today: date) -> None:
    booked(patient, at(today))
    with pytest.raises(SlotTakenError):
        booked(patient, at(today), place=room(practice, "Room 2"), operator=member(practice, Role.NURSE))


def test_the_page_says_what_is_in_the_way_and_not_whose_it_is(
    as_role: As, practice: Practice, patient: Patient, unproven: Patient, today: date
) -> None:
    booked(patient, at(today))
    page = send(as_role(Role.PHYSICIAN), unproven, **said(practice, today, BLOCK)).content.decode()
    assert "Room 1, Physician One, 10:00 to 10:30" in page
    assert patient.name not in page


def test_a_cancelled_booking_frees_the_time(practice: Practice, patient: Patient, unproven: Patient, today: date):
    first = booked(patient, at(today))
    cancel(booking=first, version=first.version, by=member(practice, Role.NURSE))
    assert booked(unproven, at(today)).state == State.BOOKED
    assert Event.objects.filter(action="booking.cancel").count() == 1


# --- moving ----------------------------------------------------------------------------------------------------------


def test_the_later_of_two_editors_is_told(as_role: As, practice: Practice, patient: Patient, today: date) -> None:
    booking = booked(patient, at(today))
    address = reverse("visit-move", args=[patient.public_id, booking.number])
    form = said(practice, today, BLOCK, booking_version=booking.version)
    assert as_role(Role.NURSE).post(address, {**form, "time": "11:00"}).status_code == 302
    answer = as_role(Role.PHYSICIAN).post(address, {**form, "time": "12:00"})
    assert answer.status_code == 409
    assert "Somebody changed this booking" in answer.content.decode()
    booking.refresh_from_db()
    assert booking.starts_at == at(today, 11)
    again = {**form, "time": "12:00", "booking_version": answer.context["form"].data["booking_version"]}
    assert as_role(Role.PHYSICIAN).post(address, again).status_code == 302


def test_a_procedure_that_may_be_a_test_is_booked_as_what_was_asked_for(
    as_role: As, practice: Practice, patient: Patient, today: date
) -> None:
    injection = Request(kind="sacroiliac_joint_injection", side="left", guidance="fluoroscopy")
    physician = as_role(Role.PHYSICIAN)
    assert send(physician, patient, **said(practice, today, injection, intent="diagnostic")).status_code == 302
    booking = Booking.objects.get(patient=patient)
    assert booking.request.intent == "diagnostic"
    moved = physician.get(reverse("visit-move", args=[patient.public_id, booking.number])).context["form"]
    assert moved["intent"].value() == "diagnostic"
    undecided = said(practice, today, injection, time="11:00")
    assert send(physician, patient, **undecided).status_code == 302
    assert Booking.objects.filter(patient=patient).latest("pk").request.intent is None
    assert (
        "intent"
        not in physician.get(reverse("book", args=[patient.public_id]), {"kind": BLOCK.kind}).context["form"].fields
    )


def test_a_booking_does_not_stand_in_its_own_way(practice: Practice, patient: Patient, today: date) -> None:
    booking = booked(patient, at(today))
    moved = move(
        booking=booking, slot=slot(practice, at(today, 10, 15)), escort="", version=1, by=member(practice, Role.NURSE)
    )
    assert (moved.starts_at, moved.version) == (at(today, 10, 15), 2)
    with pytest.raises(BookingChangedError):
        cancel(booking=booking, version=1, by=member(practice, Role.NURSE))


def test_what_is_asked_for_is_asked_for_the_booked_day(patient: Patient, practice: Practice, today: date) -> None:
    physician = member(practice, Role.PHYSICIAN)
    [asked] = [one for one in requests_of(patient) if one.kind == ABLATION.kind]

    def day_asked_for() -> date | None:
        [now] = [one for one in requests_of(patient) if one.kind == ABLATION.kind]
        assert msgspec.structs.replace(now, on=asked.on) == asked, "nothing but the day changes"
        return now.on

    first, later, soon = today + timedelta(20), today + timedelta(40), today + timedelta(10)
    told = {"as_of": today, "by": physician}
    request = msgspec.structs.replace(asked, on=first)
    booking = book(patient=patient, request=request, slot=slot(practice, at(first)), reason="It is due.", **told)
    assert day_asked_for() == first
    book(patient=patient, request=request, slot=slot(practice, at(later)), reason="The other side.", **told)
    assert day_asked_for() == first, "the next one counts"
    move_booking(booking=booking, slot=slot(practice, at(soon)), escort="", version=booking.version, **told)
    assert day_asked_for() == soon
    events = Event.objects.filter(action="request.make", patient=patient.public_id, by=physician)
    assert events.count() == 2


def test_a_booking_asks_for_nothing_that_nobody_asked_for(patient: Patient, practice: Practice, today: date) -> None:
    before = requests_of(patient)
    told = {"as_of": today, "by": member(practice, Role.PHYSICIAN)}
    book(patient=patient, request=BLOCK, slot=slot(practice, at(today)), reason="It is due.", **told)
    assert requests_of(patient) == before


def test_a_request_for_another_day_than_the_booked_one_says_so_and_offers_it(
    as_role: As, patient: Patient, today: date
) -> None:
    day = today + timedelta(12)
    asked = requests_of(patient)[0]
    booked(patient, at(day), asked)
    staff, address = as_role(Role.AUTHORIZATION), reverse("authorization", args=[patient.public_id])
    assert "everything below is answered for another day" in staff.get(address).content.decode()
    assert staff.post(reverse("ask", args=[patient.public_id]), {"as_booked": asked.kind}).status_code == 302
    assert requests_of(patient) == [msgspec.structs.replace(asked, on=day)]
    page = staff.get(address).content.decode()
    assert "answered for another day" not in page
    assert "Ask for the booked day" not in page


def test_who_asks_for_a_booked_day_that_is_gone_is_told(as_role: As, patient: Patient) -> None:
    before, staff = requests_of(patient), as_role(Role.AUTHORIZATION)
    said = {"as_booked": before[0].kind}
    answer = staff.post(reverse("ask", args=[patient.public_id]), said, follow=True)
    assert "Nothing was changed" in answer.content.decode()
    assert requests_of(patient) == before


def test_a_closed_gate_is_not_opened_by_moving(practice: Practice, unproven: Patient, today: date) -> None:
    booking = booked(unproven, at(today), ABLATION)
    nurse = member(practice, Role.NURSE)
    more = {"booking": booking, "escort": "", "version": 1, "as_of": today, "by": nurse}
    with pytest.raises(GateClosedError):
        move_booking(slot=slot(practice, at(today, 12)), **more)


def test_what_has_begun_is_neither_moved_nor_cancelled(practice: Practice, patient: Patient, today: date) -> None:
    booking = booked(patient, at(today))
    Booking.objects.filter(pk=booking.pk).update(state=State.TIMED_OUT)
    with pytest.raises(NotNowError):
        cancel(booking=booking, version=1, by=member(practice, Role.NURSE))
    with pytest.raises(NotNowError):
        move(booking=booking, slot=slot(practice, at(today, 12)), escort="", version=1, by=member(practice, Role.NURSE))


# --- the day ---------------------------------------------------------------------------------------------------------


def test_the_schedule_shows_the_own_practice_by_room_and_operator(
    as_role: As, practice: Practice, other_practice: Practice, patient: Patient, today: date
) -> None:
    booked(patient, at(today))
    theirs = admitted(other_practice, today)
    Patient.objects.filter(pk=theirs.pk).update(name="Somebody Else")
    theirs.refresh_from_db()
    booked(theirs, at(today))
    for by in ("room", "operator"):
        page = as_role(Role.FRONT_DESK).get(reverse("schedule"), {"by": by}).content.decode()
        assert "Patient 0" in page
        assert "Somebody Else" not in page
        opened = page.replace(reverse("desk", args=[patient.public_id]), "")
        assert str(patient.public_id) not in opened, "the front desk opens no chart"
    assert Event.objects.filter(action="schedule.view").count() == 2
    assert (
        "Patient 0" not in as_role(Role.NURSE).get(reverse("schedule"), {"day": today + timedelta(1)}).content.decode()
    )


def test_a_day_that_cannot_be_read_is_today(as_role: As, today: date) -> None:
    for unread in ("tomorrow", "0001-01-01", "9999-12-31"):
        assert as_role(Role.NURSE).get(reverse("schedule"), {"day": unread}).context["day"] == today


def test_columns_stand_in_order(practice: Practice, patient: Patient, unproven: Patient, today: date) -> None:
    booked(patient, at(today, 11), place=room(practice, "B"))
    booked(unproven, at(today, 9), place=room(practice, "A"))
    rows = bookings_on(practice, today)
    assert [one.patient.name for one in rows] == ["Patient 1", "Patient 0"]
    assert [column.name for column in columns_of(rows, "room")] == ["A", "B"]
    assert [len(column.bookings) for column in columns_of(rows, "operator")] == [2]


def test_today_shows_who_comes(as_role: As, patient: Patient, today: date) -> None:
    booked(patient, at(today))
    page = as_role(Role.NURSE).get(reverse("today")).content.decode()
    assert reverse("visit", args=[patient.public_id, 1]) in page

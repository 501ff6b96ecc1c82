"""A request leaves for a payer in a process of its own; what it answers is in the chart, once, and booking sees it."""

from __future__ import annotations

import base64
import json
from datetime import date, timedelta
from io import BytesIO

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from lenitive.chart import Request
from lenitive.reasoning.authorizations import authorizations, booking_warnings
from lenitive.reasoning.coverage import insurance
from lenitive_web.attachments import enclosing
from lenitive_web.attachments.actions import enclose
from lenitive_web.audit.models import Event
from lenitive_web.authorization.connections import client_for, variables_of
from lenitive_web.authorization.exchange import carry_on, sendings_due
from lenitive_web.authorization.models import PacketTaken, PayerConnection, Purpose, Sending, SendingState
from lenitive_web.authorization.selectors import ACT, requests_to_payers
from lenitive_web.ledger.actions import make_request
from lenitive_web.ledger.models import Entry, Patient
from lenitive_web.ledger.selectors import chart_of, requests_of
from lenitive_web.people.models import Practice
from lenitive_web.people.roles import Role
from tests.web.attachments import making
from tests.web.authorization.sending import KIND, NUMBER, WHY, Office, carry, connect, filled, say_the_rest, submit
from tests.web.conftest import As, admitted, member

PENDS = "spinal_cord_stimulation_trial"


def followed(patient: Patient, today: date, kind: str = KIND):
    return next(one for one in authorizations(chart_of(patient, today), today) if one.kind == kind)


def steps(patient: Patient) -> list[str]:
    """The steps of all requests, as they were written."""
    rows = Entry.objects.filter(patient=patient, table="authorization").values_list("body", flat=True)
    return [row["status"] for row in rows]


@pytest.fixture
def pending(connected: Patient) -> Patient:
    """The same patient; a trial of stimulation is asked for, about which this payer thinks first."""
    make_request(patient=connected, request=Request(kind=PENDS, on=timezone.localdate() + timedelta(9)), by=None)
    return connected


def test_an_approval_becomes_a_fact_with_number_units_and_days_and_booking_sees_it(
    as_role: As, connected: Patient, office: Office, today: date
) -> None:
    staff = as_role(Role.AUTHORIZATION)
    assert submit(staff, connected, with_packet="on").status_code == 302
    sending = Sending.objects.get()
    assert (sending.state, sending.number) == (SendingState.QUEUED, NUMBER)
    assert followed(connected, today).state == "drafted"
    assert office.ledger()["received"] == []
    page = staff.get(reverse("authorization", args=[connected.public_id])).content.decode()
    assert f'hx-post="{reverse("carry_on", args=[connected.public_id, sending.pk])}" hx-trigger="load"' in page
    assert carry(staff, sending).status_code == 302
    sending.refresh_from_db()
    assert (sending.state, sending.decision) == (SendingState.ANSWERED, "approved")
    granted = followed(connected, today)
    assert (granted.state, granted.number, granted.units_granted) == ("approved", "AUTH-C1", 1)
    assert (granted.valid_from, granted.valid_until) == (today - timedelta(4), today + timedelta(85))
    assert steps(connected) == ["drafted", "sent", "approved"]
    [asked] = requests_of(connected)
    assert booking_warnings(granted, asked, today + timedelta(20)) == []
    page = staff.get(reverse("authorization", args=[connected.public_id])).content.decode()
    assert "AUTH-C1" in page
    assert office.ledger()["received"] == [NUMBER]


def test_what_leaves_is_shown_before_and_nothing_is_kept_by_looking(as_role: As, connected: Patient) -> None:
    page = as_role(Role.NURSE).get(reverse("send_request", args=[connected.public_id, KIND]))
    body = page.content.decode()
    assert page.context["leaving"].shown
    assert all(words.split(";")[0].split(": ")[0] in body for words in page.context["leaving"].shown)
    assert "What leaves the clinic" in body
    assert not Sending.objects.exists()


def test_the_same_form_twice_is_one_request(as_role: As, connected: Patient, office: Office) -> None:
    staff = as_role(Role.AUTHORIZATION)
    said = filled(connected)
    address = reverse("send_request", args=[connected.public_id, KIND])
    first, again = staff.post(address, said), staff.post(address, said)
    assert first.status_code == again.status_code == 302
    sending = Sending.objects.get()
    for _ in range(2):
        carry(staff, sending)
    assert staff.post(address, said).status_code == 302
    assert Sending.objects.count() == 1
    assert office.ledger()["received"] == [NUMBER]
    assert steps(connected) == ["drafted", "sent", "approved"]


def test_while_something_is_open_it_is_sent_for_a_word_why_which_is_kept_once(
    as_role: As, connected: Patient, today: date
) -> None:
    staff, address = as_role(Role.AUTHORIZATION), reverse("send_request", args=[connected.public_id, KIND])
    ready = staff.get(address).context["ready"]
    assert ready.number > 0
    for nothing in ("", "  ", "x" * 501):
        assert submit(staff, connected, why=nothing).status_code == 422
    assert not Sending.objects.exists()
    assert not PacketTaken.objects.exists()
    said = filled(connected)
    assert [staff.post(address, said).status_code for _ in range(2)] == [302, 302]
    [taken] = PacketTaken.objects.all()
    assert (taken.why, taken.number_open, taken.sending.number) == (WHY, ready.number, NUMBER)
    [event] = Event.objects.filter(action="packet.take_unready", patient=connected.public_id)
    assert event.about == f"{KIND}, sending {taken.sending.pk}, {ready.number} open, taking {taken.pk} holds why"
    page = staff.get(reverse("packet", args=[connected.public_id, KIND])).content.decode()
    assert WHY in page
    assert f"sent as {NUMBER}" in page


def test_where_nothing_is_open_nobody_asks_why(as_role: As, office: Office, practice: Practice, today: date) -> None:
    whole, kind = admitted(practice, today, 3), "sacroiliac_joint_injection"
    say_the_rest(whole, today)
    connect(practice, office.base, insurance(chart_of(whole, today), today).payer)
    staff = as_role(Role.AUTHORIZATION)
    page = staff.get(reverse("send_request", args=[whole.public_id, kind]))
    assert page.context["ready"].is_ready
    assert "Why is it sent as it is?" not in page.content.decode()
    assert submit(staff, whole, kind, code_1="27096", why="").status_code == 302
    assert Sending.objects.get().patient == whole
    assert not PacketTaken.objects.exists()


def test_what_is_attached_goes_along_as_files_of_their_own(
    as_role: As, connected: Patient, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    staff, nurse = as_role(Role.AUTHORIZATION), member(connected.practice, Role.NURSE)
    report = making.attached(connected, nurse)
    enclose(attachment=report, kind=KIND, shows="Imaging shows no other cause", by=nurse)
    page = staff.get(reverse("send_request", args=[connected.public_id, KIND])).content.decode()
    assert "MRI of the lumbar spine" in page
    with monkeypatch.context() as less:
        less.setattr(enclosing, "MOST_BYTES", 10)
        answer = submit(staff, connected, with_packet="on")
        assert answer.status_code == 422
        assert "Too large to go along: MRI of the lumbar spine." in answer.content.decode()
    assert not Sending.objects.exists()
    submit(staff, connected, with_packet="on")
    body = json.loads(Sending.objects.get().request_body)
    held = [one["resource"] for one in body["entry"] if one["resource"]["resourceType"] == "DocumentReference"]
    assert [one["description"] for one in held] == ["Prior authorization packet", "MRI of the lumbar spine"]
    assert base64.b64decode(held[1]["content"][0]["attachment"]["data"]) == making.report()
    packet = PdfReader(BytesIO(base64.b64decode(held[0]["content"][0]["attachment"]["data"])))
    assert "sent apart" in " ".join(page.extract_text() for page in packet.pages)
    assert not any(page.images for page in packet.pages), "the pages go along once"
    told = json.dumps(body["entry"][0]["resource"]["supportingInfo"])
    assert "Shows: Imaging shows no other cause. MRI of the lumbar spine" in told
    carry(staff, Sending.objects.get())
    assert Sending.objects.get().decision == "approved"


def test_a_number_that_this_page_did_not_make_is_refused(as_role: As, connected: Patient) -> None:
    for number in ("pa-\0", "another", ""):
        assert submit(as_role(Role.AUTHORIZATION), connected, number=number).status_code == 422
    assert not Sending.objects.exists()


def test_while_one_is_on_its_way_no_other_begins(as_role: As, connected: Patient) -> None:
    staff = as_role(Role.AUTHORIZATION)
    submit(staff, connected)
    answer = submit(staff, connected, number="pa-ffffffffffffffffffff")
    assert answer.status_code == 302
    assert Sending.objects.count() == 1


def test_who_sends_what_an_old_chart_says_is_told(as_role: As, connected: Patient) -> None:
    staff = as_role(Role.AUTHORIZATION)
    answer = submit(staff, connected, version=1)
    assert answer.status_code == 409
    assert "an import wrote" in answer.content.decode()
    assert not Sending.objects.exists()


@pytest.mark.parametrize("behaviour", ["drop after", "500 after", "delay 2"])
def test_a_lost_answer_is_asked_for_under_the_same_number(
    as_role: As, connected: Patient, office: Office, today: date, behaviour: str
) -> None:
    staff = as_role(Role.AUTHORIZATION)
    submit(staff, connected)
    office.tell("behave", [behaviour])
    sending = Sending.objects.get()
    carry(staff, sending)
    sending.refresh_from_db()
    assert (sending.state, sending.problem, sending.tries) == (SendingState.UNANSWERED, "no answer", 1)
    assert followed(connected, today).state == "drafted"
    page = staff.get(reverse("authorization", args=[connected.public_id])).content.decode()
    assert "Could not be delivered" in page
    assert "the payer is asked before anything is sent again" in page
    assert 'hx-trigger="load"' not in page
    [row] = [one for one in requests_to_payers(connected.practice, today) if one.kind == KIND]
    assert (row.urgency, row.undelivered) == (ACT, "Could not be delivered")
    carry(staff, sending)
    ledger = office.ledger()
    assert (ledger["received"], ledger["inquired"]) == ([NUMBER], 1)
    assert followed(connected, today).state == "approved"


@pytest.mark.parametrize("behaviour", ["drop", "500"])
def test_what_did_not_arrive_is_sent_again_with_the_same_number(
    as_role: As, connected: Patient, office: Office, today: date, behaviour: str
) -> None:
    staff = as_role(Role.AUTHORIZATION)
    submit(staff, connected)
    office.tell("behave", [behaviour])
    carry(staff, Sending.objects.get())
    assert office.ledger()["received"] == []
    carry(staff, Sending.objects.get())
    assert office.ledger()["received"] == [NUMBER]
    assert followed(connected, today).state == "approved"


def test_the_command_goes_on_where_a_killed_process_stopped(
    as_role: As, connected: Patient, office: Office, today: date
) -> None:
    submit(as_role(Role.AUTHORIZATION), connected)
    now = timezone.now()
    # As a process leaves it that was killed after the request had gone out.
    Sending.objects.update(state=SendingState.SENDING, begun_at=now, leased_until=now + timedelta(minutes=1))
    assert sendings_due() == []
    assert carry_on(Sending.objects.get(), by=None).state == SendingState.SENDING
    Sending.objects.update(leased_until=now - timedelta(seconds=1))
    call_command("send_requests")
    ledger = office.ledger()
    assert (ledger["inquired"], ledger["received"]) == (1, [NUMBER])
    assert followed(connected, today).state == "approved"
    assert Event.objects.filter(action="authorization.answer: approved", by=None).exists()


def test_two_at_once_send_once(as_role: As, connected: Patient, office: Office) -> None:
    submit(as_role(Role.AUTHORIZATION), connected)
    one, other = Sending.objects.get(), Sending.objects.get()
    carry_on(one, by=None)
    carry_on(other, by=None)
    assert office.ledger()["received"] == [NUMBER]
    assert steps(connected) == ["drafted", "sent", "approved"]


def test_a_refusal_is_shown_in_the_payers_words_and_corrected_under_a_new_number(
    as_role: As, connected: Patient, office: Office, today: date
) -> None:
    staff = as_role(Role.AUTHORIZATION)
    submit(staff, connected)
    sending = Sending.objects.get()
    Sending.objects.update(request_body=sending.request_body.replace('"category":', '"category_":'))
    carry(staff, sending)
    sending.refresh_from_db()
    assert sending.state == SendingState.REFUSED
    page = staff.get(reverse("authorization", args=[connected.public_id])).content.decode()
    assert "Claim.item.category is missing" in page
    assert "Correct it and send anew" in page
    assert followed(connected, today).state == "drafted"
    submit(staff, connected, number="pa-ffffffffffffffffffff")
    carry(staff, Sending.objects.get(number="pa-ffffffffffffffffffff"))
    assert followed(connected, today).state == "approved"
    assert len([one for one in authorizations(chart_of(connected, today), today) if one.kind == KIND]) == 1


def test_a_denial_keeps_its_reason(as_role: As, connected: Patient, office: Office, today: date) -> None:
    make_request(patient=connected, request=Request(kind="medial_branch_block_lumbar", side="left"), by=None)
    staff = as_role(Role.AUTHORIZATION)
    page = staff.get(reverse("send_request", args=[connected.public_id, "medial_branch_block_lumbar"]))
    codes = [value for value, _ in page.context["form"].fields["code_1"].choices if value]
    denied = next(code for code in codes if code not in ("64493", "64494"))
    submit(staff, connected, "medial_branch_block_lumbar", code_1=denied)
    carry(staff, Sending.objects.get())
    found = followed(connected, today, "medial_branch_block_lumbar")
    assert found.state == "denied"
    assert found.reason == "Criteria not met; The second block is not documented."


def test_a_part_is_a_part(as_role: As, connected: Patient, today: date) -> None:
    staff = as_role(Role.AUTHORIZATION)
    submit(staff, connected, code_2="64636", units_2=2)
    carry(staff, Sending.objects.get())
    found = followed(connected, today)
    assert (found.state, found.units_granted) == ("partly approved", 2)
    page = staff.get(reverse("authorization", args=[connected.public_id])).content.decode()
    assert page.count("AUTH-C1") > 1
    assert "Changed" in page


def test_an_answer_that_nobody_can_read_is_left_to_a_person(as_role: As, connected: Patient, today: date) -> None:
    kind = "epidural_transforaminal_lumbar"
    make_request(patient=connected, request=Request(kind=kind, side="left", levels=("L5-S1",)), by=None)
    staff = as_role(Role.AUTHORIZATION)
    submit(staff, connected, kind, code_1="64483")
    carry(staff, Sending.objects.get())
    assert Sending.objects.get().decision == "unclear"
    assert steps(connected) == ["drafted", "sent"]
    page = staff.get(reverse("authorization", args=[connected.public_id])).content.decode()
    assert "Read the answer and write down below what it says" in page


def test_pended_then_asked_then_approved(as_role: As, pending: Patient, office: Office, today: date) -> None:
    staff = as_role(Role.AUTHORIZATION)
    submit(staff, pending, PENDS, code_1="63650")
    sending = Sending.objects.get()
    carry(staff, sending)
    assert followed(pending, today, PENDS).state == "waiting for a decision"
    page = staff.get(reverse("authorization", args=[pending.public_id])).content.decode()
    assert "Pended: the payer has it and has not decided" in page
    assert "PEND-C1" in page
    ask = reverse("ask_payer", args=[pending.public_id, sending.pk])
    staff.post(ask)
    assert followed(pending, today, PENDS).state == "waiting for a decision"
    office.tell("decide", {"number": NUMBER, "action": "A1"})
    staff.post(ask)
    found = followed(pending, today, PENDS)
    assert (found.state, found.number, found.units_granted) == ("approved", "AUTH-C1", 1)
    staff.post(ask)
    assert steps(pending) == ["drafted", "sent", "approved"]
    assert office.ledger()["received"] == [NUMBER]


def test_a_change_points_to_what_it_changes_and_a_cancellation_takes_it_back(
    as_role: As, pending: Patient, office: Office, today: date
) -> None:
    staff = as_role(Role.AUTHORIZATION)
    submit(staff, pending, PENDS, code_1="63650")
    first = Sending.objects.get()
    carry(staff, first)
    page = staff.get(reverse("send_request", args=[pending.public_id, PENDS]))
    form = page.context["form"]
    assert (form["code_1"].value(), form["units_1"].value(), form["insured_through"].value()) == ("63650", 1, "self")
    second_number = "pa-ffffffffffffffffffff"
    submit(staff, pending, PENDS, code_1="63650", units_1=2, number=second_number)
    second = Sending.objects.get(number=second_number)
    assert (second.purpose, second.earlier, second.ledger_request) == (Purpose.UPDATE, first, first.ledger_request)
    carry(staff, second)
    assert office.ledger()["authorizations"] == [second_number]
    staff.post(reverse("cancel_request", args=[pending.public_id, first.pk]))
    assert Sending.objects.count() == 2
    staff.post(reverse("cancel_request", args=[pending.public_id, second.pk]))
    third = Sending.objects.last()
    assert (third.purpose, third.earlier) == (Purpose.CANCELLATION, second)
    carry(staff, third)
    assert followed(pending, today, PENDS).state == "withdrawn"
    assert office.ledger()["received"] == [NUMBER, second_number, third.number]
    assert len([one for one in authorizations(chart_of(pending, today), today) if one.kind == PENDS]) == 1


def test_going_on_by_hand_ends_it_here(as_role: As, connected: Patient, office: Office, today: date) -> None:
    staff = as_role(Role.AUTHORIZATION)
    submit(staff, connected)
    sending = Sending.objects.get()
    staff.post(reverse("stop_sending", args=[connected.public_id, sending.pk]))
    carry(staff, sending)
    call_command("send_requests")
    assert office.ledger()["received"] == []
    connected.refresh_from_db()
    answer = staff.post(
        reverse("record_step", args=[connected.public_id, KIND]),
        {"status": "sent", "version": connected.last_entry, "on": today, "why": "Their portal takes it so."},
    )
    assert answer.status_code == 302
    assert followed(connected, today).state == "waiting for a decision"


def test_under_htmx_a_settled_sending_refreshes_the_page_and_another_is_a_fragment(
    as_role: As, connected: Patient, office: Office
) -> None:
    staff = as_role(Role.AUTHORIZATION)
    submit(staff, connected)
    office.tell("behave", ["drop"])
    sending = Sending.objects.get()
    fragment = carry(staff, sending, **{"HX-Request": "true"})
    assert fragment.status_code == 200
    assert "Could not be delivered" in fragment.content.decode()
    assert "<html" not in fragment.content.decode()
    settled = carry(staff, sending, **{"HX-Request": "true"})
    assert settled["HX-Refresh"] == "true"


# --- what keeps it from leaving


def test_without_an_endpoint_the_room_stays_as_it_is_and_says_so(as_role: As, patient: Patient) -> None:
    staff = as_role(Role.AUTHORIZATION)
    page = staff.get(reverse("authorization", args=[patient.public_id])).content.decode()
    assert "Requests to this payer go by hand" in page
    assert "Look it over and send" not in page
    assert staff.get(reverse("send_request", args=[patient.public_id, KIND])).status_code == 302


def test_what_is_lacking_is_named_and_nothing_leaves(
    as_role: As, patient: Patient, office: Office, today: date
) -> None:
    connection = connect(patient.practice, office.base)
    nowhere = f"{variables_of(patient.practice)}NOWHERE"
    PayerConnection.objects.filter(pk=connection.pk).update(token_variable=nowhere)
    staff = as_role(Role.AUTHORIZATION)
    address = reverse("send_request", args=[patient.public_id, KIND])
    page = staff.get(address).content.decode()
    for words in ("no member number", "ICD-10-CM", f"{nowhere} is not set"):
        assert words in page
    assert staff.post(address, filled(patient)).status_code == 422
    say_the_rest(patient, today)
    page = staff.get(address).content.decode()
    assert "no member number" not in page
    assert not Sending.objects.exists()


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"units_1": ""}, "how many units"),
        ({"code_1": ""}, "required"),
        ({"code_1": "99999"}, "not on the list. Choose again"),
        ({"code_2": "64635", "units_2": 1}, "stands twice"),
        ({"modifiers_1": "LEFT"}, "Two signs each"),
        ({"insured_through": ""}, "required"),
        ({"insured_through": "spouse"}, "Name the person"),
        ({"principal": "Z99"}, "not on the list. Choose again"),
        ({"clinician": "999"}, "not on the list. Choose again"),
        ({"number": "pa-1"}, "cannot be read"),
    ],
)
def test_a_form_that_is_not_whole_is_shown_again(
    as_role: As, connected: Patient, said: dict[str, str], told: str
) -> None:
    answer = submit(as_role(Role.AUTHORIZATION), connected, **said)
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not Sending.objects.exists()


def test_somebody_elses_insurance_names_the_person(as_role: As, connected: Patient, office: Office) -> None:
    staff = as_role(Role.AUTHORIZATION)
    submit(
        staff,
        connected,
        insured_through="spouse",
        subscriber_family="Example",
        subscriber_given="Noah",
        subscriber_member="M-000-9",
        subscriber_sex="male",
        modifiers_1="lt, 50",
    )
    sending = Sending.objects.get()
    assert sending.submission["lines"][0]["modifiers"] == ["LT", "50"]
    carry(staff, sending)
    sending.refresh_from_db()
    assert sending.decision == "approved"


def test_no_value_of_a_patient_and_no_token_stands_in_log_or_audit(
    as_role: As, connected: Patient, office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    variable = f"{variables_of(connected.practice)}TEST"
    monkeypatch.setenv(variable, f"{PayerConnection.objects.get().base} a-secret-token")
    PayerConnection.objects.update(token_variable=variable)
    staff = as_role(Role.AUTHORIZATION)
    submit(staff, connected)
    office.tell("behave", ["drop after"])
    for _ in range(2):
        carry(staff, Sending.objects.get())
    said = " ".join([caplog.text, *Event.objects.values_list("about", flat=True)])
    assert "authorization" in said
    for secret in ("a-secret-token", "M-000-1", "M47.816", "Invented", connected.name):
        assert secret not in said


def test_the_token_goes_along(as_role: As, connected: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    variable = f"{variables_of(connected.practice)}TEST"
    monkeypatch.setenv(variable, f"{PayerConnection.objects.get().base} a-secret-token")
    PayerConnection.objects.update(token_variable=variable)
    with client_for(PayerConnection.objects.get()) as client:
        assert client.headers["Authorization"] == "Bearer a-secret-token"
        assert not client.follow_redirects

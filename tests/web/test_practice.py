"""The administrator's settings, and registering a patient."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from lenitive_web.audit.models import Event
from lenitive_web.ledger.actions import make_request, record_facts
from lenitive_web.ledger.facts import NewFact
from lenitive_web.ledger.models import Patient
from lenitive_web.ledger.selectors import assessment_of, chart_of, requests_of
from lenitive_web.people.models import Practice, User
from lenitive_web.people.roles import Role
from lenitive_web.portal.door import OwnPage
from lenitive_web.portal.questions import due
from lenitive_web.practice.models import LetterHead, Payer
from lenitive_web.readings.models import ReadingChosen
from lenitive_web.readings.selectors import read_otherwise
from lenitive_web.schedule.models import Place
from lenitive_web.today import views as first_page
from lenitive_web.today.models import Glance
from tests.unit.documents.test_letter_head import png
from tests.web.conftest import As, admitted, member, seen_at
from tests.web.procedure.booking import BLOCK

PAGES = ("practice", "invite", "places", "payers", "letter_head", "policies", "readings", "questionnaires")
NEW = {"email": "New@Example.org", "name": "New Nurse", "role": "nurse"}


@pytest.mark.parametrize("name", PAGES)
def test_only_the_administrator_finds_the_settings(name: str, as_role: As) -> None:
    assert as_role(Role.ADMINISTRATOR).get(reverse(name)).status_code == 200
    for role in set(Role) - {Role.ADMINISTRATOR}:
        assert as_role(role).get(reverse(name)).status_code == 404


def test_an_invitation_lets_somebody_in_once(as_role: As, practice: Practice) -> None:
    assert as_role(Role.ADMINISTRATOR).post(reverse("invite"), NEW).status_code == 302
    user = User.objects.get(email="new@example.org")
    assert (user.practice, user.role, user.has_usable_password()) == (practice, Role.NURSE, False)
    [letter] = mail.outbox
    link = re.search(r"http://testserver(\S+)", letter.body)
    client = Client()
    form = client.get(link[1], follow=True)
    address = form.redirect_chain[-1][0]
    password = {"password1": "sixteen green doors", "password2": "sixteen green doors"}
    assert client.post(address, password).status_code == 302
    user.refresh_from_db()
    assert user.check_password("sixteen green doors")
    again = Client().get(link[1], follow=True)
    assert "password1" not in again.content.decode()


def test_an_address_has_one_account(as_role: As) -> None:
    admin = as_role(Role.ADMINISTRATOR)
    admin.post(reverse("invite"), NEW)
    answer = admin.post(reverse("invite"), NEW)
    assert answer.status_code == 422
    assert "has an account already" in answer.content.decode()
    assert admin.post(reverse("invite"), {**NEW, "email": "p@example.org", "role": "patient"}).status_code == 422


def test_who_is_deactivated_is_out_at_the_next_click(as_role: As, practice: Practice) -> None:
    nurse = as_role(Role.NURSE)
    assert nurse.get(reverse("today")).status_code == 200
    person = member(practice, Role.NURSE)
    address, administrator = reverse("person", args=[person.pk]), as_role(Role.ADMINISTRATOR)
    said = {"name": person.name, "role": person.role, **seen_at(administrator, address)}
    assert administrator.post(address, said).status_code == 302
    assert nurse.get(reverse("today")).status_code == 302
    assert Event.objects.get(action="people.change").about.endswith("deactivated")


def test_nobody_changes_the_own_account_or_one_of_another_practice(
    as_role: As, practice: Practice, other_practice: Practice
) -> None:
    admin, self_ = as_role(Role.ADMINISTRATOR), member(practice, Role.ADMINISTRATOR)
    assert admin.post(reverse("person", args=[self_.pk]), {"name": "X", "role": "auditor"}).status_code == 302
    self_.refresh_from_db()
    assert self_.role == Role.ADMINISTRATOR
    stranger = member(other_practice, Role.NURSE)
    assert admin.get(reverse("person", args=[stranger.pk])).status_code == 404


def test_rooms_payers_and_the_letter_head_are_kept(as_role: As, practice: Practice) -> None:
    admin = as_role(Role.ADMINISTRATOR)
    assert admin.post(reverse("places"), {"name": "Suite 1", "imaging": "fluoroscopy"}).status_code == 302
    assert admin.post(reverse("places"), {"name": "suite 1", "imaging": "ct"}).status_code == 422
    assert admin.post(reverse("payers"), {"name": "Example Health", "programme": "commercial"}).status_code == 302
    payer = Payer.objects.get(practice=practice)
    assert admin.post(reverse("remove_payer", args=[payer.pk])).status_code == 302
    assert not Payer.objects.exists()
    head = {"lines": "Clinic", "npi": "1234567893", "state": "OH", "site_of_service": "office"}
    assert admin.post(reverse("letter_head"), {**head, "npi": "12"}).status_code == 422
    assert admin.post(reverse("letter_head"), head).status_code == 302
    assert LetterHead.objects.get(practice=practice).state == "OH"


def test_a_new_insurance_begins_with_the_usual_state_and_site(
    as_role: As, practice: Practice, patient: Patient
) -> None:
    LetterHead.objects.create(practice=practice, state="OH", site_of_service="office")
    form = as_role(Role.NURSE).get(reverse("story_add", args=[patient.public_id, "coverage"])).context["form"]
    assert (form["state"].value(), form["site_of_service"].value()) == ("OH", "office")


# --- the letter head --------------------------------------------------------------------------------------------------


def test_a_logo_is_drawn_anew_shown_to_the_practice_and_taken_off(as_role: As, practice: Practice) -> None:
    admin = as_role(Role.ADMINISTRATOR)
    address = reverse("letter_head")
    file = SimpleUploadedFile("logo.png", png(more=b"something hidden"), "image/png")
    assert admin.post(address, {"lines": "Clinic", "logo": file}).status_code == 302
    kept = bytes(LetterHead.objects.get(practice=practice).logo)
    assert b"something hidden" not in kept
    answer = as_role(Role.NURSE).get(reverse("logo"))
    assert (answer["Content-Type"], answer.content) == ("image/png", kept)
    assert admin.post(address, {"lines": "Clinic", **seen_at(admin, address)}).status_code == 302
    assert bytes(LetterHead.objects.get(practice=practice).logo) == kept
    assert admin.post(address, {"lines": "Clinic", "without_logo": "on", **seen_at(admin, address)}).status_code == 302
    assert admin.get(reverse("logo")).status_code == 404


def test_what_is_no_picture_is_refused_with_the_reason(as_role: As, practice: Practice) -> None:
    file = SimpleUploadedFile("logo.png", b"<svg onload=alert(1)>", "image/png")
    answer = as_role(Role.ADMINISTRATOR).post(reverse("letter_head"), {"lines": "Clinic", "logo": file})
    assert answer.status_code == 422
    assert "neither PNG nor JPEG" in answer.content.decode()
    assert not LetterHead.objects.exists()


def test_letters_and_packets_begin_with_the_letter_head(as_role: As, practice: Practice, today: date) -> None:
    thinned = admitted(practice, today, 2)
    [asked] = requests_of(thinned)
    packet = reverse("packet", args=[thinned.public_id, asked.kind])
    client = as_role(Role.PHYSICIAN)
    before = client.get(packet).content
    LetterHead.objects.create(practice=practice, lines="Harbour Spine Clinic\n12 Quay", npi="1234567893")
    assert client.get(packet).content != before
    letter = client.get(reverse("referral_letter", args=[thinned.public_id, "prescriber_of_antithrombotic"]))
    assert "Harbour Spine Clinic" in letter.content.decode()
    assert "NPI 1234567893" in letter.content.decode()


# --- readings ---------------------------------------------------------------------------------------------------------

SESSIONS = "facet.all_sessions"


def chose(as_role: As, point: str, reading: str, reason: str = "Our contractor said so in writing.") -> int:
    said = {"point": point, f"{point}-reading": reading, f"{point}-reason": reason}
    return as_role(Role.ADMINISTRATOR).post(reverse("readings"), said).status_code


def test_a_reading_is_chosen_with_a_reason_and_can_be_chosen_back(as_role: As, practice: Practice) -> None:
    assert chose(as_role, SESSIONS, "otherwise", reason=" ") == 422
    assert chose(as_role, SESSIONS, "neither") == 422
    assert chose(as_role, "no such point", "otherwise") == 404
    assert read_otherwise(practice.pk) == frozenset()
    assert chose(as_role, SESSIONS, "otherwise") == 302
    assert read_otherwise(practice.pk) == {SESSIONS}
    page = as_role(Role.ADMINISTRATOR).get(reverse("readings")).content.decode()
    assert "Our contractor said so in writing." in page
    event = Event.objects.get(action="practice.reading")
    assert event.about == f"{SESSIONS} read otherwise"
    assert chose(as_role, SESSIONS, "here", "They took it back.") == 302
    assert read_otherwise(practice.pk) == frozenset()
    assert ReadingChosen.objects.count() == 2
    with pytest.raises(DatabaseError, match="only grows"), transaction.atomic():
        ReadingChosen.objects.update(reason="rewritten")


def test_a_reading_is_of_one_practice_only(as_role: As, practice: Practice, other_practice: Practice) -> None:
    chose(as_role, SESSIONS, "otherwise")
    assert read_otherwise(other_practice.pk) == frozenset()


MEDICARE = NewFact("coverage", {"payer": "Medicare", "programme": "medicare", "state": "OH", "order": 1})


@pytest.fixture
def asks_for_a_first_block(practice: Practice, today: date) -> Patient:
    """Insured by Medicare; a first block of facet joints is asked for, and no disability scale was taken."""
    patient = admitted(practice, today, 7)
    record_facts(patient=patient, facts=[MEDICARE], by=None, source="visit")
    make_request(patient=patient, request=BLOCK, by=None)
    return patient


def test_every_answer_follows_the_reading_and_says_so(
    as_role: As, asks_for_a_first_block: Patient, today: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient = asks_for_a_first_block
    monkeypatch.setattr(first_page, "ON_THE_PAGE", 60.0)
    address = reverse("authorization", args=[patient.public_id])

    def answers() -> dict[str, str]:
        [case] = as_role(Role.PHYSICIAN).get(address).context["cases"]
        fresh = Patient.objects.get(pk=patient.pk)
        [option] = [one for one in assessment_of(fresh, today).options if one.procedure == BLOCK.kind]
        determination = option.coverage.determination
        assert determination is not None
        assert determination.status == case.told.determination.status
        return {one.label: one.severity for one in determination.criteria}

    scale = "A disability scale at baseline"
    assert answers()[scale] == "advice"
    glance = Glance.objects.get(patient=patient).release
    assert chose(as_role, "facet.scale.disability.advice", "otherwise") == 302
    assert answers()[scale] == "required"
    page = as_role(Role.PHYSICIAN).get(address).content.decode()
    assert "This practice reads it the other way." in page
    assert "Our contractor said so in writing." in page
    shown = as_role(Role.PHYSICIAN).get(reverse("option", args=[patient.public_id, BLOCK.kind])).content.decode()
    assert "The practice chose to read this otherwise" in shown
    drafted = as_role(Role.PHYSICIAN).get(reverse("book", args=[patient.public_id]), {"kind": BLOCK.kind})
    rows = drafted.context["option"].coverage.determination.criteria
    assert [one.severity for one in rows if one.label == scale] == ["required"]
    as_role(Role.PHYSICIAN).get(reverse("today"))
    assert Glance.objects.get(patient=patient).release != glance


# --- registering -----------------------------------------------------------------------------------------------------

ADA = {"name": "Ada  Example", "birth_date": "1960-05-04", "sex": "female"}


def test_a_registered_patient_has_a_chart_with_a_person(as_role: As, practice: Practice, today: date) -> None:
    answer = as_role(Role.NURSE).post(reverse("register"), ADA)
    patient = Patient.objects.get(practice=practice)
    assert answer["Location"] == reverse("story", args=[patient.public_id])
    person = chart_of(patient, today).patient
    assert (patient.name, person.name, person.sex) == ("Ada Example", "Ada Example", "female")


@pytest.mark.parametrize(
    "said", [ADA, {**ADA, "name": "ada example", "birth_date": "1999-01-01"}, {**ADA, "name": "Ada Sample"}]
)
def test_a_look_alike_is_shown_first(as_role: As, practice: Practice, said: dict[str, str]) -> None:
    client = as_role(Role.FRONT_DESK)
    client.post(reverse("register"), ADA)
    answer = client.post(reverse("register"), said)
    assert answer.status_code == 422
    assert [one.name for one in answer.context["form"].look_alikes] == ["Ada Example"]
    assert client.post(reverse("register"), {**said, "is_new": "on"}).status_code == 302
    assert Patient.objects.filter(practice=practice).count() == 2


def test_somebody_else_is_no_look_alike(as_role: As, practice: Practice, other_practice: Practice) -> None:
    Patient.objects.create(practice=other_practice, name="Ada Example", birth_date=date(1960, 5, 4))
    client = as_role(Role.FRONT_DESK)
    assert client.post(reverse("register"), ADA).status_code == 302
    other = {"name": "Ben Sample", "birth_date": "1960-05-04", "sex": ""}
    assert client.post(reverse("register"), other).status_code == 302
    assert as_role(Role.AUTHORIZATION).get(reverse("register")).status_code == 404


# --- questionnaires ---------------------------------------------------------------------------------------------------


def test_what_the_practice_does_not_ask_is_not_due_for_its_patients(
    as_role: As, practice: Practice, patient: Patient, today: date
) -> None:
    def asked() -> set[str]:
        return set(due(OwnPage(request=None, patient=patient, as_of=today)))

    assert "gad7" in asked()
    admin = as_role(Role.ADMINISTRATOR)
    offered = {value for value, _label in admin.get(reverse("questionnaires")).context["form"].fields["asked"].choices}
    assert {"peg", "phq9", "gad7"} <= offered
    seen = seen_at(admin, reverse("questionnaires"))
    assert admin.post(reverse("questionnaires"), {"asked": sorted(offered - {"gad7"}), **seen}).status_code == 302
    assert "gad7" not in asked()
    assert Event.objects.get(action="practice.questionnaires").about == "without gad7"
    seen = seen_at(admin, reverse("questionnaires"))
    assert admin.post(reverse("questionnaires"), {"asked": ["nrs of somebody"], **seen}).status_code == 422


def test_a_room_whose_name_was_mistyped_is_corrected(as_role: As, practice: Practice) -> None:
    administrator = as_role(Role.ADMINISTRATOR)
    room = Place.objects.create(practice=practice, name="Fluorscopy 1", imaging="fluoroscopy")
    other = Place.objects.create(practice=practice, name="Room 2", imaging="ultrasound")
    address = reverse("place", args=[room.pk])
    assert f'href="{address}"' in administrator.get(reverse("places")).content.decode()
    seen = seen_at(administrator, address)
    taken = administrator.post(address, {"name": "room 2", "imaging": "fluoroscopy", **seen})
    assert (taken.status_code, b"There is a room of this name already." in taken.content) == (422, True)
    said = {"name": "Fluoroscopy 1", "imaging": "fluoroscopy", **seen}
    assert administrator.post(address, said).status_code == 302
    room.refresh_from_db()
    other.refresh_from_db()
    assert (room.name, other.name) == ("Fluoroscopy 1", "Room 2")
    assert Event.objects.get(action="practice.room").about == f"room {room.pk} corrected"


def test_a_room_elsewhere_is_not_found(as_role: As, other_practice: Practice) -> None:
    room = Place.objects.create(practice=other_practice, name="Room", imaging="fluoroscopy")
    assert as_role(Role.ADMINISTRATOR).get(reverse("place", args=[room.pk])).status_code == 404


@pytest.mark.parametrize(
    ("born", "told"),
    [
        ("1850-01-01", "has seen the year 1850"),
        ("0026-11-22", "has seen the year 0026"),
        ("2850-01-01", "not come yet"),
    ],
)
def test_a_day_of_birth_that_nobody_has_is_refused(as_role: As, born: str, told: str) -> None:
    answer = as_role(Role.FRONT_DESK).post(reverse("register"), {"name": "Ada Quill", "birth_date": born, "sex": ""})
    assert (answer.status_code, told in answer.content.decode()) == (422, True)
    assert not Patient.objects.exists()


def test_whoever_is_very_old_is_registered(as_role: As) -> None:
    said = {"name": "Ada Quill", "birth_date": "1906-01-01", "sex": ""}
    assert as_role(Role.FRONT_DESK).post(reverse("register"), said).status_code == 302

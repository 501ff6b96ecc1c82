"""A letter is changed, kept edition by edition, typeset as it was written, and the later of two writers is told."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from lenitive_web.audit.models import Event
from lenitive_web.authorization import documents
from lenitive_web.ledger.actions import record_facts
from lenitive_web.ledger.facts import NewFact
from lenitive_web.ledger.models import Patient
from lenitive_web.ledger.selectors import requests_of
from lenitive_web.letters.models import LetterEdition, LetterStep, Partner
from lenitive_web.people.models import Practice
from lenitive_web.people.roles import Role
from tests.web.authorization.test_copies import denied
from tests.web.conftest import As, admitted, member

LINK = re.compile(r"/plan/letter/([\w-]+)")
OURS = "We have treated her for two years.\nThe pain keeps her from work."


def address(patient: Patient, sort: str = "necessity", about: str = "") -> str:
    return reverse("letter", args=[patient.public_id, sort, about or requests_of(patient)[0].kind])


def shown(client, at: str) -> dict[str, str]:
    """What a browser would send back."""
    form = client.get(at).context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else str(value) for name, value in values.items()}


def field_of(client, at: str, key: str) -> str:
    rows = client.get(at).context["rows"]
    return next(row.field.name for row in rows if row.proposed.key == key)


def saved(client, at: str, key: str = "The pain", text: str = OURS, **more: str):
    return client.post(at, shown(client, at) | {field_of(client, at, key): text} | more)


def test_what_was_written_stands_in_the_payers_copy(
    as_role: As, patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    doctor, at, printed = as_role(Role.PHYSICIAN), address(patient), []
    real = documents.pdf
    monkeypatch.setattr(documents, "pdf", lambda told, pictures: printed.append(told) or real(told, pictures))
    before = next(row.proposed for row in doctor.get(at).context["rows"] if row.proposed.key == "The pain")
    assert before.facts
    assert saved(doctor, at, to_name="Hill Health Plan", to_address="PO Box 9\nDayton").status_code == 302
    doctor.post(reverse("packet", args=[patient.public_id, requests_of(patient)[0].kind]), {"why": "Wanted today."})
    [told] = printed
    pain = next(one for one in told.letter if one.title == "The pain")
    assert [one.text for one in pain.sentences] == OURS.splitlines()
    assert pain.sentences[-1].evidence, "the facts behind the paragraph stay with it"
    assert told.to == ["Hill Health Plan", "PO Box 9", "Dayton"]
    assert told.letter[0].sentences[0].text.startswith("Authorization is requested")


def test_only_what_differs_is_kept_and_the_event_holds_no_words(as_role: As, patient: Patient) -> None:
    doctor, at = as_role(Role.PHYSICIAN), address(patient)
    saved(doctor, at)
    [edition] = LetterEdition.objects.all()
    assert {key: one["text"] for key, one in edition.written.items()} == {"The pain": OURS}
    [event] = Event.objects.filter(action="letter.keep", patient=patient.public_id)
    assert "pain" not in event.about.lower()
    with pytest.raises(DatabaseError), transaction.atomic():
        LetterEdition.objects.update(written={})


def test_the_proposal_can_be_taken_again_and_nothing_of_before_is_lost(as_role: As, patient: Patient) -> None:
    doctor, at = as_role(Role.PHYSICIAN), address(patient)
    saved(doctor, at)
    doctor.post(at, shown(doctor, at) | {"reset": "The pain"})
    assert [one.written.keys() for one in LetterEdition.objects.all()] == [{"The pain"}, set()]
    row = next(row for row in doctor.get(at).context["rows"] if row.proposed.key == "The pain")
    assert (row.is_changed, row.field.value()) == (False, row.proposed.text)


def test_the_later_of_two_writers_is_told_and_may_insist(as_role: As, patient: Patient) -> None:
    doctor, nurse, at = as_role(Role.PHYSICIAN), as_role(Role.NURSE), address(patient)
    seen = shown(nurse, at)
    saved(doctor, at)
    name = field_of(nurse, at, "The pain")
    late = nurse.post(at, seen | {name: "Of the nurse."})
    assert late.status_code == 409
    told = late.content.decode()
    assert member(patient.practice, Role.PHYSICIAN).name in told
    assert "We have treated her for two years." in told
    assert "Of the nurse." in told
    assert LetterEdition.objects.count() == 1
    assert nurse.post(at, {**seen, name: "Of the nurse.", "edition": "1"}).status_code == 302
    assert LetterEdition.objects.last().written["The pain"]["text"] == "Of the nurse."


def test_a_paragraph_whose_facts_changed_since_says_so(as_role: As, patient: Patient, today: date) -> None:
    doctor, at = as_role(Role.PHYSICIAN), address(patient)
    saved(doctor, at)
    assert not any(row.is_outdated for row in doctor.get(at).context["rows"])
    record_facts(
        patient=patient,
        facts=[NewFact("condition", {"code": "lumbar_spondylosis", "icd10": "M47.816", "true_on": today})],
        by=member(patient.practice, Role.PHYSICIAN),
        source="test",
        version=Patient.objects.get(pk=patient.pk).last_entry,
    )
    rows = doctor.get(at).context["rows"]
    assert [row.proposed.key for row in rows if row.is_outdated] == ["The pain"]
    assert "The chart says something else since" in doctor.get(at).content.decode()


def test_a_paragraph_that_is_emptied_is_left_out_and_markup_stays_text(as_role: As, patient: Patient) -> None:
    doctor, at = as_role(Role.PHYSICIAN), address(patient)
    assert saved(doctor, at, text="").status_code == 302
    assert saved(doctor, at, text="<b>bold</b> #import “x” *a*").status_code == 302
    assert "<b>bold</b>" not in doctor.get(at).content.decode()
    packet = reverse("packet", args=[patient.public_id, requests_of(patient)[0].kind])
    assert doctor.post(packet, {"why": "Wanted."}).content.startswith(b"%PDF-")


def test_a_text_that_is_too_long_is_refused(as_role: As, patient: Patient) -> None:
    doctor, at = as_role(Role.PHYSICIAN), address(patient)
    assert saved(doctor, at, text="x" * 8001).status_code == 422
    assert not LetterEdition.objects.exists()


def test_every_paragraph_of_an_appeal_is_changed_and_printed(
    as_role: As, practice: Practice, patient: Patient, today: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    denied(practice, patient, today)
    doctor, at, printed = as_role(Role.PHYSICIAN), address(patient, "appeal"), []
    real = documents.pdf
    monkeypatch.setattr(documents, "pdf", lambda told, pictures: printed.append(told) or real(told, pictures))
    rows = doctor.get(at).context["rows"]
    keys = [row.proposed.key for row in rows]
    assert (keys[0], keys[-1]) == ("opening", "closing")
    assert len(keys) > 4
    assert any(row.proposed.facts for row in rows[1:-1])
    own = {row.field.name: f"Words {number}." for number, row in enumerate(rows)}
    assert doctor.post(at, shown(doctor, at) | own).status_code == 302
    [edition] = LetterEdition.objects.all()
    assert set(edition.written) == set(keys)
    kind = requests_of(patient)[0].kind
    assert doctor.get(reverse("appeal", args=[patient.public_id, kind])).content.startswith(b"%PDF-")
    [told] = printed
    assert told.opening == ["Words 0."]
    assert [one.seen for one in told.shown] == [[f"Words {number}."] for number in range(1, len(keys) - 1)]
    assert told.closing == [f"Words {len(keys) - 1}."]
    assert Event.objects.filter(action="letter.keep").count() == 1


def test_a_letter_to_a_partner_prints_what_was_written(as_role: As, practice: Practice, today: date) -> None:
    doctor = as_role(Role.PHYSICIAN)
    for number in range(8):
        patient = admitted(practice, today, number)
        found = LINK.search(doctor.get(reverse("plan", args=[patient.public_id])).content.decode())
        if found:
            break
    partner = found[1]
    at, sheet = address(patient, "referral", partner), reverse("referral_letter", args=[patient.public_id, partner])
    assert "changed words" not in doctor.get(sheet).content.decode()
    assert saved(doctor, at, "question", "Would you see her soon?", to_name="Dr. Example").status_code == 302
    page = doctor.get(sheet).content.decode()
    assert "Would you see her soon?" in page
    assert "Dr. Example" in page
    assert "changed words of this letter" in page


def test_the_book_of_partners_gives_name_and_address(as_role: As, patient: Patient, other_practice: Practice) -> None:
    head, doctor, at = as_role(Role.ADMINISTRATOR), as_role(Role.PHYSICIAN), address(patient)
    said = {"name": "Dr. Rowan Example", "work": "Physical therapy", "address": "1 Mill Lane\nDayton"}
    assert head.post(reverse("partners"), said).status_code == 302
    assert head.post(reverse("partners"), said | {"name": "dr. rowan example"}).status_code == 422
    foreign = Partner.objects.create(practice=other_practice, name="Of another practice")
    one = Partner.objects.get(practice=patient.practice)
    assert saved(doctor, at, partner=str(foreign.pk)).status_code == 422
    assert saved(doctor, at, partner=str(one.pk)).status_code == 302
    head.post(reverse("remove_partner", args=[one.pk]))
    edition = LetterEdition.objects.last()
    assert (edition.to_name, edition.to_address) == ("Dr. Rowan Example", "1 Mill Lane\nDayton")
    assert head.post(reverse("remove_partner", args=[foreign.pk])).status_code == 404
    assert Event.objects.filter(action__in=("partner.add", "partner.remove")).count() == 2


def test_sent_and_answered_are_written_down(as_role: As, patient: Patient, today: date) -> None:
    doctor, at = as_role(Role.PHYSICIAN), address(patient)
    step = f"{at}/step"
    assert doctor.post(step, {"kind": "sent", "on": str(today + timedelta(1))}).status_code == 422
    assert doctor.post(step, {"kind": "lost", "on": str(today)}).status_code == 422
    assert doctor.post(step, {"kind": "sent", "on": str(today)}).status_code == 302
    assert doctor.post(step, {"kind": "answered", "on": str(today)}).status_code == 302
    assert [one.kind for one in LetterStep.objects.all()] == ["sent", "answered"]
    assert "Answered" in doctor.get(at).content.decode()
    assert Event.objects.filter(action="letter.sent").count() == 1


def test_the_request_says_who_changed_its_letter_and_what_became_of_it(
    as_role: As, patient: Patient, today: date
) -> None:
    doctor, at = as_role(Role.PHYSICIAN), address(patient)
    room = reverse("authorization", args=[patient.public_id])
    assert "The letter was changed by" not in doctor.get(room).content.decode()
    saved(doctor, at)
    doctor.post(f"{at}/step", {"kind": "sent", "on": str(today)})
    told = doctor.get(room).content.decode()
    assert f"The letter was changed by {member(patient.practice, Role.PHYSICIAN).name} on" in told
    assert "Sent" in told[told.index("The letter was changed by") :][:200]


def test_there_is_no_letter_about_nothing(as_role: As, patient: Patient) -> None:
    doctor = as_role(Role.PHYSICIAN)
    assert doctor.get(address(patient, "poem")).status_code == 404
    assert doctor.get(address(patient, "necessity", "nothing")).status_code == 404
    assert doctor.get(address(patient, "appeal")).status_code == 404, "nothing was refused"
    assert doctor.get(address(patient, "referral", "nobody")).status_code == 404

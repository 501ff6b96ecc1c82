"""What staff type is kept before it is written down: their own, never a fact, gone once it is written."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import time_format

from lenitive_web.audit.models import Event
from lenitive_web.drafts.keeping import LONGEST
from lenitive_web.drafts.models import Draft
from lenitive_web.ledger.actions import record_facts
from lenitive_web.ledger.facts import NewFact
from lenitive_web.ledger.models import Entry, Patient
from lenitive_web.people.models import Practice
from lenitive_web.people.roles import Role
from tests.web.conftest import As, member

FORM = "story/complaint/new"
TYPED = {"region": "low_back_paramidline", "true_on": "last spring", "quality": ["aching", "burning"], "dominant": "on"}


def keep(client: Client, patient: Patient, edition: int = 0, form: str = FORM, **typed: object):
    said = {"draft_edition": edition, "draft_form": form, "version": patient.last_entry, **(typed or TYPED)}
    return client.post(reverse("draft_keep", args=[patient.public_id, form]), said)


def opened(client: Client, patient: Patient):
    return client.get(reverse("story_add", args=[patient.public_id, "complaint"]))


@pytest.fixture
def nurse(as_role: As) -> Client:
    return as_role(Role.NURSE)


def test_what_was_typed_is_there_again_unchecked_and_is_no_fact(nurse: Client, patient: Patient) -> None:
    before = Entry.objects.count()
    kept = keep(nurse, patient).content.decode()
    at = timezone.localtime(Draft.objects.get().changed_at)
    assert f"Draft kept at {time_format(at, 'TIME_FORMAT')}" in kept
    page = opened(nurse, patient)
    form = page.context["form"]
    assert form["true_on"].value() == "last spring"
    assert form["quality"].value() == ["aching", "burning"]
    assert form["dominant"].value() is True
    assert form.errors == {}
    assert "This is your draft of" in page.content.decode()
    assert 'value="last spring"' in page.content.decode()
    assert Entry.objects.count() == before


def test_keeping_is_an_event_and_names_no_value(nurse: Client, patient: Patient) -> None:
    keep(nurse, patient)
    event = Event.objects.order_by("-pk")[0]
    assert (event.action, event.patient, event.about) == ("draft.keep", patient.public_id, "POST draft_keep")


def test_a_draft_is_seen_by_nobody_else(nurse: Client, as_role: As, patient: Patient) -> None:
    keep(nurse, patient)
    page = opened(as_role(Role.PHYSICIAN), patient)
    assert page.context["form"]["true_on"].value() is None
    assert "This is your draft" not in page.content.decode()


def test_writing_down_forgets_the_draft(nurse: Client, patient: Patient, today: date) -> None:
    keep(nurse, patient)
    address = reverse("story_add", args=[patient.public_id, "complaint"])
    said = {**TYPED, "true_on": str(today), "version": patient.last_entry, "draft_form": FORM, "draft_edition": 1}
    assert nurse.post(address, {**said, "true_on": "last spring"}).status_code == 422
    assert Draft.objects.get().body, "a form that was refused keeps its draft"
    assert nurse.post(address, said).status_code == 302
    assert Draft.objects.get().body == {}
    assert opened(nurse, patient).context["form"]["region"].value() is None


def test_a_late_window_brings_nothing_back(nurse: Client, patient: Patient, today: date) -> None:
    keep(nurse, patient)
    said = {**TYPED, "true_on": str(today), "version": patient.last_entry, "draft_form": FORM}
    nurse.post(reverse("story_add", args=[patient.public_id, "complaint"]), said)
    for late in (0, 1):
        assert "in another window" in keep(nurse, patient, edition=late).content.decode()
    assert Draft.objects.get().body == {}


def test_of_two_windows_the_later_one_is_told_and_overwrites_nothing(nurse: Client, patient: Patient) -> None:
    keep(nurse, patient, comment="from the first window")
    answer = keep(nurse, patient, edition=0, comment="from the second window")
    assert "in another window" in answer.content.decode()
    assert Draft.objects.get().body == {"comment": ["from the first window"]}
    assert "Draft kept" in keep(nurse, patient, edition=1, comment="the first goes on").content.decode()


def test_a_draft_on_an_older_chart_says_what_was_written_since(nurse: Client, patient: Patient) -> None:
    keep(nurse, patient)
    fact = NewFact("allergy", {"substance": "latex"})
    record_facts(patient=patient, facts=[fact], by=member(patient.practice, Role.PHYSICIAN), source="visit")
    page = opened(nurse, patient)
    assert "Written into the chart since then" in page.content.decode()
    assert "Allergy: Latex" in page.content.decode()
    assert page.context["form"]["version"].value() == patient.last_entry


def test_throwing_a_draft_away(nurse: Client, patient: Patient) -> None:
    keep(nurse, patient)
    answer = nurse.post(reverse("draft_discard", args=[patient.public_id, FORM]))
    assert answer["HX-Refresh"] == "true"
    assert opened(nurse, patient).context["form"]["region"].value() is None


def test_an_examination_is_kept_and_forgotten_under_htmx(nurse: Client, patient: Patient) -> None:
    address = reverse("examination", args=[patient.public_id])
    field = next(name for name in nurse.get(address).context["form"].fields if name not in ("on", "version"))
    value = next(str(code) for code, _ in nurse.get(address).context["form"].fields[field].choices if code)
    keep(nurse, patient, form="examination", **{field: value})
    page = nurse.get(address)
    assert page.context["form"][field].value() == value
    assert f'name="{field}" value="{value}" checked' in page.content.decode()
    said = {field: value, "on": str(timezone.localdate()), "version": patient.last_entry, "draft_form": "examination"}
    wrong = nurse.post(address, {**said, field: ""}, headers={"HX-Request": "true"})
    assert (wrong.status_code, bool(Draft.objects.get().body)) == (200, True)
    nurse.post(address, said, headers={"HX-Request": "true"})
    assert Draft.objects.get().body == {}


def test_more_than_a_form_holds_is_not_kept_and_that_is_said(nurse: Client, patient: Patient) -> None:
    assert "too long" in keep(nurse, patient, comment="x" * (LONGEST + 1)).content.decode()
    assert not Draft.objects.exists()


def test_a_sign_that_no_database_keeps_is_left_out(nurse: Client, patient: Patient) -> None:
    assert "Draft kept" in keep(nurse, patient, comment="before\0after").content.decode()
    assert Draft.objects.get().body == {"comment": ["beforeafter"]}


def test_whoever_is_not_signed_in_any_more_is_told_and_not_led_away(patient: Patient) -> None:
    address = reverse("draft_keep", args=[patient.public_id, FORM])
    answer = Client().post(address, TYPED, headers={"HX-Request": "true"})
    assert answer.status_code == 401


def test_old_drafts_expire(nurse: Client, patient: Patient) -> None:
    keep(nurse, patient)
    keep(nurse, patient, form="examination")
    long_ago = timezone.now() - timedelta(days=15)
    Draft.objects.filter(form=FORM).update(changed_at=long_ago)
    out = io.StringIO()
    call_command("expire_drafts", stdout=out)
    assert "1 drafts removed" in out.getvalue()
    assert list(Draft.objects.values_list("form", flat=True)) == ["examination"]
    with pytest.raises(CommandError, match="one or more"):
        call_command("expire_drafts", days=0)


def test_a_draft_of_another_practice_is_out_of_reach(nurse: Client, other_practice: Practice) -> None:
    elsewhere = Patient.objects.create(practice=other_practice, name="Somebody Else")
    assert keep(nurse, elsewhere).status_code == 404
    assert not Draft.objects.exists()

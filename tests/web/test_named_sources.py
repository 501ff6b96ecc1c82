"""The Diagnosis room shows the sources that have no number: why each came up, what confirms it, what to look for."""

from __future__ import annotations

from datetime import date
from html import escape

from django.urls import reverse

from lenitive.reasoning.assessment import NamedSource
from lenitive_web.diagnosis.presenting import SHOWN_NAMED
from lenitive_web.ledger.actions import record_facts
from lenitive_web.ledger.facts import NewFact
from lenitive_web.ledger.models import Patient
from lenitive_web.ledger.selectors import assessment_of
from lenitive_web.people.models import Practice
from lenitive_web.people.roles import Role
from tests.web.conftest import As, member


def hurting(practice: Practice, *regions: str) -> Patient:
    """A patient who hurts there, of whom nothing else is known."""
    patient = Patient.objects.create(practice=practice, name="Sore")
    facts = [NewFact("complaint", {"region": region}) for region in regions]
    record_facts(patient=patient, facts=facts, by=member(practice, Role.PHYSICIAN), source="story", version=0)
    return patient


def page_of(as_role: As, patient: Patient, role: Role = Role.PHYSICIAN) -> str:
    return as_role(role).get(reverse("diagnosis", args=[patient.public_id])).content.decode()


def assert_told(one: NamedSource, page: str) -> None:
    words = [one.label, one.says, *one.confirmed_by, *one.mimics, *(finding.label for finding in one.to_find)]
    for told in words:
        assert escape(told) in page, told


def test_a_source_without_a_number_is_shown_with_what_confirms_it(as_role: As, practice: Practice, today: date) -> None:
    patient = hurting(practice, "tailbone")
    told = assessment_of(patient, today)
    page = page_of(as_role, patient)
    assert [one.generator for one in told.named] == ["coccyx"]
    assert not told.differential
    assert_told(told.named[0], page)
    assert "Think of" in page
    assert "Nothing to go by yet" not in page


def test_the_working_diagnosis_can_be_written_down_where_no_question_ranks_anything(
    as_role: As, practice: Practice
) -> None:
    patient = hurting(practice, "tailbone")
    assert reverse("override", args=[patient.public_id]) in page_of(as_role, patient)
    assert reverse("override", args=[patient.public_id]) not in page_of(as_role, patient, Role.NURSE)


def test_all_of_many_named_sources_are_on_the_page_the_first_few_at_once(
    as_role: As, practice: Practice, today: date
) -> None:
    patient = hurting(practice, "low_back_midline", "chest_wall_band", "cheek", "perineum", "tailbone")
    told, page = assessment_of(patient, today), page_of(as_role, patient)
    assert len(told.named) > SHOWN_NAMED
    assert "Also think of" in page
    places = [page.index(f'class="test named" data-generator="{one.generator}"') for one in told.named]
    folded = page.index(f"{len(told.named) - SHOWN_NAMED} more source")
    assert places == sorted(places)
    assert places[SHOWN_NAMED - 1] < folded < places[SHOWN_NAMED]
    for one in told.named:
        assert_told(one, page)


def test_nothing_named_shows_no_section(as_role: As, practice: Practice) -> None:
    page = page_of(as_role, Patient.objects.create(practice=practice, name="Nobody Asked"))
    assert 'id="named"' not in page
    assert "Nothing to go by yet" in page

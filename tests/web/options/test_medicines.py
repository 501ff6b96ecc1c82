"""Medicines stand where the physician chooses: folded under the procedures, with standing, relief and risks."""

from __future__ import annotations

from datetime import date
from html import unescape
from typing import Any

from django.urls import reverse

from lenitive.reasoning.plan_of_care import plan_of_care
from lenitive_web.ledger.actions import record_facts, register_patient
from lenitive_web.ledger.facts import NewFact
from lenitive_web.ledger.models import Patient
from lenitive_web.ledger.selectors import assessment_of, chart_of
from lenitive_web.look.templatetags.look import reason
from lenitive_web.options.aid import frequencies_of
from lenitive_web.people.models import Practice
from lenitive_web.people.roles import Role
from tests.web.conftest import As, admitted

CAUDA_EQUINA = 6


def section_of(as_role: As, patient: Patient) -> tuple[Any, str]:
    """The page, and the part of it that tells of medicines."""
    page = as_role(Role.PHYSICIAN).get(reverse("options", args=[patient.public_id]))
    body = " ".join(unescape(page.content.decode()).split())
    return page, body.partition('id="medicines"')[2]


def test_every_class_of_the_plan_stands_under_the_procedures(as_role: As, patient: Patient, today: date) -> None:
    page, section = section_of(as_role, patient)
    told = plan_of_care(chart_of(patient, today), today, assessment_of(patient, today)).medicines
    assert told
    assert [row.step.medicine for row in page.context["medicines"]] == [one.medicine for one in told]
    for one in told:
        row = section.partition(f'data-medicine="{one.medicine}"')[2].partition("</tr>")[0]
        assert one.label in row
        assert reason(one) in row
        assert all(care in row for care in one.take_care)
        assert all(harm.text in row for harm in frequencies_of(one.medicine, one.target.generator))
    assert f"{reverse('plan', args=[patient.public_id])}#medicines" in section


def test_published_relief_stands_beside_its_comparator(as_role: As, patient: Patient) -> None:
    """Shares as dots beside those without it; a difference on a scale with its interval, and which way is better."""
    page, section = section_of(as_role, patient)
    told = {row.step.medicine: row.relief for row in page.context["medicines"] if row.relief}
    (difference,) = told["nsaid"].differences
    assert difference.text == (
        "pain, 0 to 100: −3.3 (−5.33 to −1.27) against placebo; less is better, after 1.8 months"
    )
    assert difference.text in section


def test_no_medicine_can_be_booked(as_role: As, patient: Patient) -> None:
    assert "?kind=" not in section_of(as_role, patient)[1]


def test_under_a_red_flag_only_what_need_not_wait_is_told(as_role: As, practice: Practice, today: date) -> None:
    patient = admitted(practice, today, CAUDA_EQUINA)
    page, _section = section_of(as_role, patient)
    stopping = [flag for flag in assessment_of(patient, today).red_flags if flag.status == "met"]
    told = [row.step.medicine for row in page.context["medicines"]]
    assert stopping
    assert not [name for name in told if any(flag.holds_up(name) for flag in stopping)]


def test_where_nobody_says_what_hurts_no_medicine_is_thought_of(as_role: As, practice: Practice) -> None:
    patient = register_patient(practice=practice, name="Nobody Asked", birth_date=None, by=None)
    page, section = section_of(as_role, patient)
    assert (page.context["medicines"], section) == ([], "")


def test_what_is_taken_is_told(as_role: As, practice: Practice, today: date) -> None:
    patient = register_patient(practice=practice, name="Takes It", birth_date=None, by=None)
    facts = [
        NewFact("complaint", {"region": "low_back_midline", "dominant": True}),
        NewFact("medication", {"ingredient": "ibuprofen", "status": "active", "true_on": today}),
    ]
    record_facts(patient=patient, facts=facts, by=None, source="test", version=patient.last_entry)
    patient.refresh_from_db()
    page, _section = section_of(as_role, patient)
    (taken,) = [row.step for row in page.context["medicines"] if row.step.taken]
    assert (taken.medicine, taken.place) == ("nsaid", "now")

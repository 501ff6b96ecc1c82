"""A record goes out whole, and comes back as what it was: nothing new here, everything elsewhere."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from lenitive.chart import Chart
from lenitive.interop.case_file import parse_case_file
from lenitive.interop.fhir.reader import charts_of, facts_of_document
from lenitive.interop.report import ReadReport
from lenitive_web.audit.models import Event
from lenitive_web.importing.export_views import record_of
from lenitive_web.importing.models import Outcome, Standing, Why
from lenitive_web.importing.packing import as_utc
from lenitive_web.ledger.actions import record_facts
from lenitive_web.ledger.facts import NewFact
from lenitive_web.ledger.models import Entry, Patient
from lenitive_web.ledger.selectors import assessment_of, chart_of
from lenitive_web.people.models import Practice
from lenitive_web.people.roles import Role
from tests.web.conftest import As, member
from tests.web.importing.uploads import imported, rows, taken_in

FORMS = {"export_bundle": "json", "export_case_file": "toml"}


def exported(client: Client, patient: Patient, form: str) -> bytes:
    answer = client.get(reverse(form, args=[patient.public_id]))
    assert answer.status_code == 200
    assert "attachment" in answer["Content-Disposition"]
    assert patient.name not in answer["Content-Disposition"]
    return answer.content


def read_back(form: str, data: bytes) -> Chart:
    if form == "export_case_file":
        return parse_case_file(data.decode()).chart
    report = ReadReport()
    [chart] = charts_of(facts_of_document(Path("record.json"), report, data), report, "record.json")
    assert report.refused_count == 0
    return chart


@pytest.fixture
def corrected(patient: Patient) -> Patient:
    """A patient in whose chart one thing was corrected here."""
    first = chart_of(patient, date(2999, 1, 1)).table("measure")[0]
    columns = {"instrument": first.instrument, "score": 1, "true_on": str(first.true_on), "supersedes": first.id}
    record_facts(patient=patient, facts=[NewFact("measure", columns)], by=None, source="visit")
    return patient


@pytest.mark.parametrize("form", FORMS)
def test_what_goes_out_is_the_whole_record(as_role: As, corrected: Patient, form: str) -> None:
    back = read_back(form, exported(as_role(Role.NURSE), corrected, form))
    assert {fact.id: as_utc(fact) for fact in back.facts} == {fact.id: fact for fact in record_of(corrected).facts}
    assert len(back.facts) == Entry.objects.filter(patient=corrected).count()


@pytest.mark.parametrize("form", FORMS)
def test_back_into_the_same_clinic_nothing_is_new(as_role: As, corrected: Patient, form: str) -> None:
    data = exported(as_role(Role.PHYSICIAN), corrected, form)
    before = Entry.objects.count()
    desk = member(corrected.practice, Role.FRONT_DESK)
    Patient.objects.filter(pk=corrected.pk).update(name=record_of(corrected).patient.name or corrected.name)
    job = imported(as_role(Role.FRONT_DESK), taken_in(desk, **{f"record__{FORMS[form]}": data}))
    [row] = rows(job)
    assert (row.standing, row.why, row.outcome) == (Standing.KNOWN, Why.OWN_NUMBER, Outcome.SAME)
    assert (Entry.objects.count(), row.there_before) == (before, before)


@pytest.mark.parametrize("form", FORMS)
def test_into_another_clinic_the_same_assessment_follows(
    as_role: As, corrected: Patient, other_practice: Practice, today: date, form: str
) -> None:
    data = exported(as_role(Role.PHYSICIAN), corrected, form)
    elsewhere = member(other_practice, Role.FRONT_DESK)
    client = Client()
    client.force_login(elsewhere, backend="allauth.account.auth_backends.AuthenticationBackend")
    job = taken_in(elsewhere, **{f"record__{FORMS[form]}": data})
    [row] = rows(job)
    decisions = [(f"is-{row.pk}", "new"), (f"name-{row.pk}", "Somebody Typed")]
    imported(client, job, decisions)
    there = Patient.objects.get(practice=other_practice)
    here, now = (estimates(one, today) for one in (corrected, there))
    assert here == now


def estimates(patient: Patient, day: date) -> list[tuple[str, float, float, float]]:
    answers = assessment_of(patient, day).differential
    return [(one.label, one.probability, one.low, one.high) for answer in answers for one in answer.estimates]


def test_exporting_is_written_down_and_not_for_everybody(as_role: As, patient: Patient) -> None:
    exported(as_role(Role.PHYSICIAN), patient, "export_bundle")
    event = Event.objects.get(action="chart.exported")
    assert (event.patient, event.by.role) == (patient.public_id, Role.PHYSICIAN)
    assert as_role(Role.AUTHORIZATION).get(reverse("export", args=[patient.public_id])).status_code == 404
    page = as_role(Role.AUTHORIZATION).get(reverse("story", args=[patient.public_id])).content.decode()
    assert "Export the record" not in page


def test_a_patient_without_any_fact_goes_out_by_the_register(as_role: As, practice: Practice) -> None:
    nobody = Patient.objects.create(practice=practice, name="Nobody Asked", birth_date=date(1950, 1, 2))
    client = as_role(Role.PHYSICIAN)
    assert "1 fact" in client.get(reverse("export", args=[nobody.public_id])).content.decode()
    back = read_back("export_bundle", exported(client, nobody, "export_bundle"))
    assert (back.patient.name, back.patient.birth_date) == ("Nobody Asked", date(1950, 1, 2))

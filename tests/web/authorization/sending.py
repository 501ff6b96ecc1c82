"""A practice that can send, a patient about whom everything is said, and a payer in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.urls import reverse

from lenitive.chart.coverage import Coverage
from lenitive_web.authorization.models import PayerConnection, RequestingClinician, Sending
from lenitive_web.ledger.actions import record_facts
from lenitive_web.ledger.facts import NewFact
from lenitive_web.ledger.models import Patient
from lenitive_web.ledger.selectors import chart_of
from lenitive_web.people.models import Practice
from lenitive_web.people.roles import Role
from lenitive_web.practice.models import LetterHead, Payer
from tests.conftest import ROOT
from tests.web.conftest import member

KIND = "radiofrequency_ablation_medial_branch_lumbar"
NUMBER = "pa-0123456789abcdef0123"
WHY = "The payer asked for what we have until Friday."


@dataclass
class Office:
    """The running payer and its doors for tests."""

    port: int

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}/fhir"

    def tell(self, door: str, body: Any) -> None:
        data = json.dumps(body).encode()
        urllib.request.urlopen(urllib.request.Request(f"http://127.0.0.1:{self.port}/{door}", data), timeout=10).read()

    def ledger(self) -> dict[str, Any]:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/ledger", timeout=10) as answer:
            return json.load(answer)


@contextmanager
def payer_process(day: date) -> Iterator[Office]:
    """The payer of the tests, which lives on a day."""
    running = subprocess.Popen(
        [sys.executable, "-m", "tests.payer"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PAYER_DAY": str(day)},
    )
    assert running.stdout is not None
    try:
        yield Office(int(running.stdout.readline()))
    finally:
        running.kill()
        running.wait()
        running.stdout.close()


def connect(practice: Practice, base: str, payer: str = "Medicare") -> PayerConnection:
    """The settings that an administrator makes."""
    LetterHead.objects.get_or_create(practice=practice, defaults={"npi": "1234567893"})
    named, _ = Payer.objects.get_or_create(practice=practice, name=payer, defaults={"programme": "medicare"})
    physician = member(practice, Role.PHYSICIAN)
    RequestingClinician.objects.get_or_create(
        user=physician, defaults={"family": "One", "given": "Physician", "npi": "1245319599", "phone": "555-0100"}
    )
    return PayerConnection.objects.create(
        payer=named,
        by_hand=False,
        base=base,
        identifier_system="https://payer.example/id",
        identifier="12345",
        member_system="https://payer.example/member",
    )


def say_the_rest(patient: Patient, day: date) -> None:
    """Member number and diagnosis, which the invented patients lack."""
    [cover] = chart_of(patient, day).table("coverage")
    body = {name: getattr(cover, name) for name in ("payer", "programme", "state", "site_of_service", "true_on")}
    assert isinstance(cover, Coverage)
    record_facts(
        patient=patient,
        facts=[
            NewFact("coverage", {**body, "member": "M-000-1", "supersedes": cover.id}),
            NewFact("condition", {"icd10": "M47.816", "label": "Lumbar spondylosis", "true_on": day - timedelta(400)}),
        ],
        by=None,
        source="test",
    )


def filled(patient: Patient, **said: Any) -> dict[str, Any]:
    """The form as somebody fills it in."""
    patient.refresh_from_db()
    clinician = RequestingClinician.objects.get(user__practice=patient.practice)
    return {
        "number": NUMBER,
        "version": patient.last_entry,
        "clinician": clinician.pk,
        "given": "Invented",
        "family": "Patient",
        "principal": "M47.816",
        "insured_through": "self",
        "code_1": "64635",
        "units_1": 1,
        "why": WHY,
    } | said


def submit(client: Any, patient: Patient, kind: str = KIND, **said: Any) -> Any:
    """The answer after the form was sent."""
    return client.post(reverse("send_request", args=[patient.public_id, kind]), filled(patient, **said))


def carry(client: Any, sending: Sending, **headers: Any) -> Any:
    """The page carries it on."""
    address = reverse("carry_on", args=[sending.patient.public_id, sending.pk])
    return client.post(address, headers=headers)

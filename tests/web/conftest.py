"""Practices, people and patients for the tests of the clinic."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from lenitive.registry.invented import invented_patients
from lenitive_web.ledger.actions import import_facts, make_request, register_patient
from lenitive_web.ledger.models import Patient
from lenitive_web.people.models import Practice, User
from lenitive_web.people.roles import Role

As = Callable[[Role], Client]


@pytest.fixture
def practice(db: None) -> Practice:
    return Practice.objects.create(name="First Practice")


@pytest.fixture
def other_practice(db: None) -> Practice:
    return Practice.objects.create(name="Other Practice")


def member(practice: Practice, role: Role) -> User:
    email = f"{role}-{practice.pk}@example.org"
    return User.objects.filter(email=email).first() or User.objects.create_user(
        email=email, password="a long enough password", practice=practice, role=role, name=f"{role.label} One"
    )


@pytest.fixture
def as_role(practice: Practice) -> As:
    """A signed-in client for a role of the practice."""

    def signed_in(role: Role) -> Client:
        client = Client()
        client.force_login(member(practice, role), backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return signed_in


@pytest.fixture
def today() -> date:
    return timezone.localdate()


def seen_at(client: Client, address: str) -> dict[str, str]:
    """What the form of settings at an address carries of what its reader saw."""
    page = client.get(address)
    return {"seen": page.context["form"]["seen"].value()} if page.status_code == 200 else {}


def admitted(practice: Practice, day: date, number: int = 0) -> Patient:
    """The invented patient of that number, with what is asked for."""
    told = list(invented_patients(day, number + 1))[number]
    patient = register_patient(practice=practice, name=f"Patient {number}", birth_date=None, by=None)
    import_facts(patient=patient, facts=told.chart.facts, by=None)
    if told.request:
        make_request(patient=patient, request=told.request, by=None)
    return patient


@pytest.fixture
def patient(practice: Practice, today: date) -> Patient:
    """Facet pain after two blocks; ablation is asked for."""
    return admitted(practice, today)

"""Practices, people and patients for the tests of the clinic."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from copy import deepcopy
from datetime import date
from functools import cache

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from lenitive.registry.invented import Invented, invented_patients
from lenitive_web.ledger.actions import import_facts, make_request, register_patient
from lenitive_web.ledger.models import Patient
from lenitive_web.ledger.signals import chart_changed
from lenitive_web.people.models import Practice, User
from lenitive_web.people.roles import Role
from lenitive_web.today.listening import chart_was_written

As = Callable[[Role], Client]


# --- what a file builds once -----------------------------------------------------------------------------------------


@contextmanager
def taken_back() -> Iterator[None]:
    """Whatever is done to the database is undone, so that the next one finds everything as it was."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def once(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The database for what the tests of a file only read: built once, and taken back after the last of them. What a
    test itself writes is taken back as ever, if it is marked ``django_db``."""
    with django_db_blocker.unblock(), taken_back():
        yield


def signed_in_once(practice: Practice) -> As:
    """Signs each role in, and hands out a client of its own to everybody who asks for one."""
    cookies = {}
    for role in Role:
        client = Client()
        client.force_login(member(practice, role), backend="allauth.account.auth_backends.AuthenticationBackend")
        cookies[role] = client.cookies

    def signed_in(role: Role) -> Client:
        client = Client()
        client.cookies = deepcopy(cookies[role])
        return client

    return signed_in


# --- what each test has of its own -----------------------------------------------------------------------------------


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


@contextmanager
def _unheard() -> Iterator[None]:
    """Nobody looks at the chart: the request that comes next is looked at together with it."""
    chart_changed.disconnect(chart_was_written)
    try:
        yield
    finally:
        chart_changed.connect(chart_was_written)


@cache
def _told(day: date, number: int) -> Invented:
    return list(invented_patients(day, number + 1))[number]


def admitted(practice: Practice, day: date, number: int = 0) -> Patient:
    """The invented patient of that number, with what is asked for."""
    told = _told(day, number)
    patient = register_patient(practice=practice, name=f"Patient {number}", birth_date=None, by=None)
    with _unheard() if told.request else nullcontext():
        import_facts(patient=patient, facts=told.chart.facts, by=None)
    if told.request:
        make_request(patient=patient, request=told.request, by=None)
    return patient


@pytest.fixture
def patient(practice: Practice, today: date) -> Patient:
    """Facet pain after two blocks; ablation is asked for."""
    return admitted(practice, today)

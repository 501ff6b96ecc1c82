"""Fills an empty database with an invented clinic."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import cast

import msgspec
from django.db import transaction

from lenitive.chart import Chart
from lenitive.chart.patient import Patient as Person
from lenitive.registry.invented import Invented, Teller, invented_patients
from lenitive_web.demo.accounts import PASSWORD, PEOPLE
from lenitive_web.demo.authorizations import open_authorizations, open_endpoint
from lenitive_web.demo.documents import open_documents
from lenitive_web.demo.importing import open_imports
from lenitive_web.demo.letters import open_letters
from lenitive_web.demo.outcome import open_outcomes
from lenitive_web.demo.plan import open_plans
from lenitive_web.demo.portal import open_portal
from lenitive_web.demo.procedure import fill_day
from lenitive_web.demo.stories import LATER_STORIES
from lenitive_web.ledger.actions import import_facts, make_request, register_patient
from lenitive_web.people.models import Practice, User
from lenitive_web.people.roles import Role
from lenitive_web.today.looking import look_through

NAMES = (
    "Rosalind Achterberg", "Benedikt Aldana", "Cleo Barrowman", "Dov Castellanos", "Edna Dvorak", "Finn Eberhardt",
    "Augusta Farrow", "Hana Grigoryan", "Ivo Halloran", "June Ibarra", "Kofi Jernigan", "Lea Kirchner",
    "Mira Lowenthal", "Noor Mansfield", "Otto Nakagawa", "Paloma Oyelaran", "Quentin Pavlov", "Ruth Quaye",
    "Silas Rautio", "Thea Sandoval", "Umar Tillery", "Vera Underhill", "Walt Vasquez", "Yara Whitcombe",
)  # fmt: skip
FROM_THE_LIBRARY = len(NAMES) - len(LATER_STORIES)


@dataclass(frozen=True)
class Account:
    """Somebody who can sign in to the demonstration."""

    role: str
    email: str


@transaction.atomic
def open_demo(as_of: date) -> list[Account]:
    """A practice with an account a role and two dozen patients, if there is none yet; the accounts."""
    if not Practice.objects.exists():
        practice = Practice.objects.create(name="Lenitive Demonstration Clinic")
        people = {role: _account(practice, role) for role in PEOPLE}
        for name, patient in zip(NAMES, invented(as_of), strict=True):
            _admit(practice, name, patient, people[Role.PHYSICIAN])
        fill_day(practice, people[Role.PHYSICIAN], people[Role.NURSE], as_of)
        open_authorizations(list(practice.patients.all()), as_of, people[Role.AUTHORIZATION])
        open_portal(practice)
        open_outcomes(practice, people, as_of)
        open_plans(practice, people[Role.ADMINISTRATOR], people[Role.NURSE], as_of)
        open_endpoint(practice, people, as_of)
        open_imports(practice, people, as_of)
        open_documents(practice, people, as_of)
        open_letters(practice, people, as_of)
        sum(look_through(practice, as_of))
    return [Account(str(Role(user.role).label), user.email) for user in User.objects.order_by("pk")]


def invented(as_of: date) -> Iterator[Invented]:
    """Two dozen patients at every stage: those of the library, and some later in their journey."""
    yield from invented_patients(as_of, FROM_THE_LIBRARY, seed=7)
    for number, tell in enumerate(LATER_STORIES):
        teller = Teller(f"later-{number + 1:03d}", as_of, Random(f"later/{number}"))  # noqa: S311
        request = tell(teller)
        yield Invented(teller.patient, " ".join((tell.__doc__ or "").split()), Chart.of(teller.facts), request)


def _account(practice: Practice, role: Role) -> User:
    name, email = PEOPLE[role]
    return User.objects.create_user(email=email, password=PASSWORD, practice=practice, role=role, name=name)


def _admit(practice: Practice, name: str, told: Invented, by: User) -> None:
    person = cast("Person", told.chart.patient)
    patient = register_patient(practice=practice, name=name, birth_date=person.birth_date, by=by)
    facts = [
        msgspec.structs.replace(fact, name=name) if isinstance(fact, Person) else fact for fact in told.chart.facts
    ]
    import_facts(patient=patient, facts=facts, by=by)
    if told.request:
        make_request(patient=patient, request=told.request, by=by)

"""Patients with own pages, and what they type."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lenitive_web.ledger.models import Patient
from lenitive_web.people.models import Practice
from lenitive_web.people.roles import Role
from lenitive_web.portal.models import OwnChart
from tests.web.conftest import member

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
LOW_BACK, BUTTOCK, KNEE = "low_back_paramidline:left", "buttock:left", "knee_front:right"
STORY: dict[str, dict[str, Any]] = {
    "where": {"marks": [LOW_BACK, BUTTOCK, KNEE]},
    "feel": {
        "worst": LOW_BACK,
        f"{LOW_BACK}-intensity": "7",
        f"{LOW_BACK}-quality": ["aching", "burning"],
        f"{LOW_BACK}-depth": "deep",
        f"{BUTTOCK}-intensity": "4",
        f"{BUTTOCK}-same": "same",
        f"{KNEE}-intensity": "2",
        f"{KNEE}-same": "other",
    },
    "since": {"year": "2025", "month": "2", "worse": ["extension", "standing"], "better": ["sitting"], "own_words": ""},
    "tried": {"tried": ["physical_therapy", "nsaid"], "complete": "on"},
    "courses": {
        "physical_therapy-year": "2025",
        "physical_therapy-month": "6",
        "physical_therapy-weeks": "8",
        "physical_therapy-sessions": "12",
        "physical_therapy-response": "failed",
        "nsaid-response": "partial",
    },
    "medicines": {"first-0": "Apixaban", "second-0": "5 mg twice a day", "thinner": "yes", "complete": "on"},
    "allergies": {"first-0": "iodinated contrast", "second-0": "hives", "complete": "on"},
}


@pytest.fixture
def person(practice: Practice) -> Patient:
    """A patient without any fact, with an account."""
    made = Patient.objects.create(practice=practice, name="Ada Example")
    OwnChart.objects.create(user=member(practice, Role.PATIENT), patient=made, opened_at=timezone.now())
    return made


@pytest.fixture
def own(practice: Practice, person: Patient) -> Client:
    """The patient, signed in."""
    client = Client()
    client.force_login(member(practice, Role.PATIENT), backend=BACKEND)
    return client


Tell = Callable[..., None]


@pytest.fixture
def tell(own: Client) -> Tell:
    """Fill in the story step by step and send it."""

    def told(**instead: dict[str, Any] | None) -> None:
        for step, typed in {**STORY, **instead}.items():
            if typed is None:
                continue
            answer = own.post(reverse("my_story", args=[step]), typed)
            assert answer.status_code == 302, (step, answer.context and answer.context["form"].errors)
        assert own.post(reverse("my_story_check")).status_code == 302

    return told

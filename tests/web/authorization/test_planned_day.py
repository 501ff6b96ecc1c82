"""The day for which something is asked: one that is over is taken, because it may be true, and is pointed out."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from lenitive_web.ledger.models import Patient
from lenitive_web.ledger.selectors import requests_of
from lenitive_web.people.roles import Role
from tests.web.conftest import As

pytestmark = pytest.mark.django_db
ABLATION = "radiofrequency_ablation_medial_branch_lumbar"


def ask(client: Client, patient: Patient, on: date) -> str:
    """The page after asking for the ablation on that day."""
    said = {"kind": ABLATION, "levels": "l4/5 L5–S1", "side": "left", "on": on.isoformat()}
    return client.post(reverse("ask", args=[patient.public_id]), said, follow=True).content.decode()


@pytest.mark.parametrize(("days", "is_pointed_out"), [(-1, True), (0, False), (30, False)])
def test_a_day_that_is_over_is_taken_and_pointed_out(
    as_role: As, patient: Patient, today: date, days: int, is_pointed_out: bool
) -> None:
    day = today + timedelta(days=days)
    page = ask(as_role(Role.PHYSICIAN), patient, day)
    [asked] = [one for one in requests_of(patient) if one.kind == ABLATION]
    assert (asked.on, asked.levels) == (day, ("L4-5", "L5-S1"))
    assert ("is over. Change it, unless" in page) == is_pointed_out


@pytest.mark.parametrize(("year", "told"), [(26, "has seen the year 0026"), (2999, "The year 2999 is too far ahead")])
def test_a_year_that_must_be_mistyped_is_refused(as_role: As, patient: Patient, year: int, told: str) -> None:
    before = requests_of(patient)
    assert told in ask(as_role(Role.PHYSICIAN), patient, date(year, 1, 20))
    assert requests_of(patient) == before

"""Staff see what the version in force changed, and whose request stands otherwise since; nobody else's names."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse
from msgspec.structs import replace

from lenitive.chart.procedure import Procedure
from lenitive.registry.invented import invented_patients
from lenitive_web.audit.models import Event
from lenitive_web.authorization import policies_in_use
from lenitive_web.ledger.actions import import_facts, make_request, register_patient
from lenitive_web.ledger.models import Patient
from lenitive_web.people.models import Practice
from lenitive_web.people.roles import Role
from tests.web.conftest import As, admitted

ADDRESS = "policies_in_use"
ABLATION = "Medicare: first ablation of facet joint nerves"
LEVELS = ("L3-4", "L4-5", "L5-S1")


@pytest.fixture
def three_levels(practice: Practice, today: date) -> Patient:
    """A patient with blocks at three levels, for whom ablation of all three is asked for: the version of August 2024
    does not let that pass."""
    told = next(invented_patients(today, 1))
    assert told.request is not None
    facts = [replace(one, levels=LEVELS) if isinstance(one, Procedure) else one for one in told.chart.facts]
    patient = register_patient(practice=practice, name="Three Levels", birth_date=None, by=None)
    import_facts(patient=patient, facts=facts, by=None)
    make_request(patient=patient, request=replace(told.request, levels=LEVELS), by=None)
    return patient


def test_whose_request_stands_otherwise_is_named_with_both_answers(
    as_role: As, practice: Practice, three_levels: Patient, today: date
) -> None:
    other = admitted(practice, today)
    page = as_role(Role.AUTHORIZATION).get(reverse(ADDRESS))
    told = page.content.decode()
    [policy] = [
        one for one in page.context["policies"] if one.label == "Medicare: first ablation of facet joint nerves"
    ]
    [turned] = policy.turns
    assert (turned.turn.on, policy.requests) == (date(2024, 8, 11), 2)
    assert [(one.patient, one.before, one.after) for one in turned.moved] == [(three_levels, "undocumented", "not met")]
    assert [(row.label, [one.what for one in row.changes]) for row in turned.changed] == [
        ("One or two levels", ["What is asked", "How it counts"])
    ]
    assert "How it counts: advice → required" in told
    assert three_levels.name in told
    assert f">{other.name}<" not in told, "who stands as before is not named"
    event = Event.objects.filter(action="authorization.list").latest("pk")
    assert list(event.shown.values_list("patient", flat=True)) == [three_levels.public_id]


def test_the_number_is_told_where_not_all_are_named(
    as_role: As, three_levels: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policies_in_use, "MOST_PATIENTS", 0)
    told = as_role(Role.AUTHORIZATION).get(reverse(ADDRESS)).content.decode()
    assert "1 request stands otherwise" in told
    assert f">{three_levels.name}<" not in told


def test_without_requests_the_page_says_so(as_role: As, practice: Practice) -> None:
    assert "No request is answered by a policy now." in as_role(Role.NURSE).get(reverse(ADDRESS)).content.decode()


def test_another_practice_is_not_seen(as_role: As, other_practice: Practice, today: date) -> None:
    admitted(other_practice, today, 0)
    assert as_role(Role.AUTHORIZATION).get(reverse(ADDRESS)).context["policies"] == []


def test_a_policy_of_which_one_version_is_known_is_named_at_the_end(
    as_role: As, practice: Practice, today: date
) -> None:
    admitted(practice, today, 2)
    page = as_role(Role.AUTHORIZATION).get(reverse(ADDRESS))
    assert page.context["policies"] == []
    assert [one.label for one in page.context["unturned"]] == ["Medicare: first epidural injection of a region"]
    assert "No earlier and no coming version is known" in page.content.decode()

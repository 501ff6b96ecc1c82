"""What the front desk writes into a chart: the insurance, and who the patient is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from lenitive.chart.patient import Patient as Person
from lenitive_web.ledger.actions import ChartChangedError, record_facts
from lenitive_web.ledger.facts import NewFact
from lenitive_web.ledger.models import Patient
from lenitive_web.people.models import User

SOURCE = "front desk"
TABLE = "coverage"


@transaction.atomic
def correct_person(
    *, patient: Patient, said: Mapping[str, Any], before: Person | None, by: User, address: str | None = None
) -> None:
    """Put name, day of birth and sex right. What else stands of the person, as identifiers, is kept.

    Raises :class:`FactRefusedError` when somebody else corrected the same person meanwhile.
    """
    kept = {"identifiers": before.identifiers, "died_on": before.died_on, "supersedes": before.id} if before else {}
    told = {**kept, "name": said["name"], "birth_date": said["birth_date"], "sex": said["sex"] or None}
    record_facts(patient=patient, facts=[NewFact("patient", told)], by=by, source=SOURCE, address=address)


@transaction.atomic
def insure(*, patient: Patient, facts: Sequence[NewFact], version: int, by: User, address: str | None = None) -> None:
    """Write an insurance down. Only who changed the insurance meanwhile is in the way, not who wrote of the illness.

    Raises :class:`ChartChangedError` with the entries about insurance alone: the front desk reads no others.
    """
    try:
        with transaction.atomic():
            record_facts(patient=patient, facts=facts, by=by, source=SOURCE, version=version, address=address)
    except ChartChangedError as changed:
        if of_insurance := [entry for entry in changed.entries if entry.table == TABLE]:
            raise ChartChangedError(of_insurance) from None
        record_facts(patient=patient, facts=facts, by=by, source=SOURCE, address=address)

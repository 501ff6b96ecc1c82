"""What the front desk writes into a chart: the insurance."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from lenitive_web.ledger.actions import ChartChangedError, record_facts
from lenitive_web.ledger.facts import NewFact
from lenitive_web.ledger.models import Patient
from lenitive_web.people.models import User

SOURCE = "front desk"
TABLE = "coverage"


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

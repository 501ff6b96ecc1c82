"""What the administrator changes about how payers are reached. Each change is an event that names no secret."""

from __future__ import annotations

from django.db import transaction

from lenitive_web.audit.actions import write_event
from lenitive_web.authorization.models import PayerConnection, RequestingClinician
from lenitive_web.people.models import User


@transaction.atomic
def change_connection(*, connection: PayerConnection, by: User, address: str | None = None) -> PayerConnection:
    """How a payer is reached from now on. What is on its way goes to the new address, after asking there."""
    connection.save()
    how = "by hand" if connection.by_hand else f"endpoint {connection.base}"
    write_event(
        practice=by.practice,
        by=by,
        action="practice.connection",
        about=f"payer {connection.payer_id}, {how}",
        address=address,
    )
    return connection


@transaction.atomic
def change_clinician(*, clinician: RequestingClinician, by: User, address: str | None = None) -> RequestingClinician:
    """In whose name requests are sent."""
    clinician.save()
    write_event(
        practice=by.practice,
        by=by,
        action="practice.clinician",
        about=f"account {clinician.user_id}",
        address=address,
    )
    return clinician

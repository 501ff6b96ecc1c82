"""The one door to a patient. Every view that is about a patient goes through it, and each passage is an event."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest

from lenitive_web.audit.actions import address_of, write_event
from lenitive_web.emergency.selectors import open_access
from lenitive_web.ledger.models import Patient


def access_patient(request: HttpRequest, patient_id: UUID, permission: str) -> Patient:
    """The patient, for somebody of the same practice whose role may do this; for everybody else there is none.

    The 404 is the same whether the patient is unknown, belongs elsewhere, or is not for this role. A refusal is an
    event too, of the practice of the person who asked. An emergency access that is open lets its person read.
    """
    user = request.user
    patient = Patient.objects.select_related("practice").filter(public_id=patient_id, practice=user.practice_id).first()
    access = open_access(user, patient.public_id, permission) if patient and not user.may(permission) else None
    allowed = patient is not None and (user.may(permission) or access is not None)
    write_event(
        practice=user.practice,
        by=user,
        action=permission if allowed else f"refused: {permission}",
        patient=patient_id,
        about=f"{request.method} {request.resolver_match.view_name}{', emergency' if access else ''}",
        address=address_of(request),
    )
    if patient is None or not allowed:
        raise Http404
    request.emergency = access
    return patient

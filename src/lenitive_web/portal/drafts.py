"""Forms that can be left and taken up again. What is typed is kept as it was typed; it is checked when it is sent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.http import QueryDict
from django.utils import timezone

from lenitive_web.ledger.models import Patient
from lenitive_web.portal.models import Draft

_NOT_KEPT = {"csrfmiddlewaretoken", "begun"}


def draft_of(patient: Patient, kind: str) -> Draft | None:
    """What a patient has begun of a kind."""
    return Draft.objects.filter(patient=patient, kind=kind).first()


def typed_in(draft: Draft | None, step: str) -> QueryDict:
    """What was typed in one step, as the form would have sent it."""
    query = QueryDict(mutable=True)
    for name, values in (draft.body.get(step, {}) if draft else {}).items():
        query.setlist(name, values)
    return query


@transaction.atomic
def keep(*, patient: Patient, kind: str, step: str, typed: Iterable[tuple[str, list[str]]]) -> Draft:
    """Keep what was typed in one step. The door has written the event already."""
    Patient.objects.select_for_update().get(pk=patient.pk)
    draft = draft_of(patient, kind) or Draft(patient=patient, kind=kind)
    body: dict[str, Any] = dict(draft.body)
    body[step] = {name: values for name, values in typed if name not in _NOT_KEPT}
    draft.body, draft.changed_at = body, timezone.now()
    draft.save()
    return draft


def is_late(patient: Patient, kind: str, begun: str) -> bool:
    """Whether something to keep comes after its draft was sent: ``begun`` is the draft that the form was shown with."""
    return begun.isdigit() and not Draft.objects.filter(patient=patient, kind=kind, pk=int(begun)).exists()


def forget(patient: Patient, kind: str) -> None:
    """Remove a draft that was sent."""
    Draft.objects.filter(patient=patient, kind=kind).delete()

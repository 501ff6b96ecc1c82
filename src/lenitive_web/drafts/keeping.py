"""Keeping, finding and forgetting drafts. What is typed is kept as it was typed; it is checked when it is written."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from lenitive.errors import LenitiveError
from lenitive_web.drafts.models import Draft
from lenitive_web.ledger.models import Patient
from lenitive_web.people.models import User

NOT_KEPT = frozenset({"csrfmiddlewaretoken", "version", "draft_edition", "draft_form"})
LONGEST = 100_000
"""So many characters of one form are kept; a form of ours has far fewer."""


class OtherWindowError(LenitiveError):
    """The draft was changed, written down or thrown away in another window. ``draft`` is what there is now."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        super().__init__("This form was changed in another window.")


class TooLongError(LenitiveError):
    """More was typed than any form of ours holds."""


def held(patient: Patient, by: User, form: str) -> Draft:
    """The draft of a form as it is now. Nothing of it is typed, or was ever kept, if its body is empty."""
    return Draft.objects.filter(patient=patient, by=by, form=form).first() or Draft(patient=patient, by=by, form=form)


@transaction.atomic
def keep(
    *, patient: Patient, by: User, form: str, begun_from: int, version: int, typed: Iterable[tuple[str, list[str]]]
) -> Draft:
    """Keep what was typed in a window that shows the edition ``begun_from``. The door has written the event already."""
    body = {name: [value.replace("\0", "") for value in values] for name, values in typed if name not in NOT_KEPT}
    body = {name.replace("\0", ""): values for name, values in body.items() if any(values)}
    if sum(len(value) for values in body.values() for value in values) > LONGEST:
        raise TooLongError(f"More than {LONGEST} characters in one form are not kept as a draft.")
    draft = _alone_with(patient, by, form)
    if draft.edition != begun_from:
        raise OtherWindowError(draft)
    draft.body, draft.version, draft.edition, draft.changed_at = body, version, begun_from + 1, timezone.now()
    draft.save()
    return draft


@transaction.atomic
def forget(*, patient: Patient, by: User, form: str) -> None:
    """Empty a draft that was written down or thrown away. The edition stays: a late window brings nothing back."""
    draft = _alone_with(patient, by, form)
    draft.body, draft.edition, draft.changed_at = {}, draft.edition + 1, timezone.now()
    draft.save()


def expire(before: datetime) -> int:
    """Remove drafts that nobody touched since a moment; how many held something."""
    old = Draft.objects.filter(changed_at__lt=before)
    holding = old.exclude(body={}).count()
    old.delete()
    return holding


def _alone_with(patient: Patient, by: User, form: str) -> Draft:
    """The one draft of a form, for this transaction alone."""
    Patient.objects.select_for_update().get(pk=patient.pk)
    return held(patient, by, form)

"""How a letter is changed and followed, and how the book of partners is kept. Each write leaves its event."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.utils import timezone

from lenitive.errors import LenitiveError
from lenitive_web.audit.actions import write_event
from lenitive_web.ledger.models import Patient
from lenitive_web.letters.models import LetterEdition, LetterStep, Partner, Sort, StepKind
from lenitive_web.letters.selectors import last_edition
from lenitive_web.people.models import User

Written = Mapping[str, Mapping[str, str]]


class LetterChangedError(LenitiveError):
    """Somebody wrote in the letter meanwhile. ``last`` is what stands now."""

    def __init__(self, last: LetterEdition) -> None:
        self.last = last
        super().__init__("The letter was changed meanwhile.")


@transaction.atomic
def write_letter(
    *,
    patient: Patient,
    sort: Sort,
    about: str,
    seen: int,
    written: Written,
    to_name: str,
    to_address: str,
    by: User,
    address: str | None = None,
) -> LetterEdition:
    """Keep a letter as it was written. ``seen`` is the edition that its writer saw; 0 is the bare proposal."""
    Patient.objects.select_for_update().get(pk=patient.pk)
    last = last_edition(patient, sort, about)
    stands = last.edition if last else 0
    if last and stands != seen:
        raise LetterChangedError(last)
    kept = LetterEdition.objects.create(
        patient=patient,
        sort=sort,
        about=about,
        edition=stands + 1,
        written=dict(written),
        to_name=to_name,
        to_address=to_address,
        at=timezone.now(),
        by=by,
    )
    _tell(patient, "letter.keep", f"{sort}, {about}, edition {kept.edition}, {len(written)} changed", by, address)
    return kept


@transaction.atomic
def record_letter_step(
    *, patient: Patient, sort: Sort, about: str, kind: StepKind, on: date, by: User, address: str | None = None
) -> LetterStep:
    """Write down that a letter was sent or answered."""
    last = last_edition(patient, sort, about)
    step = LetterStep.objects.create(
        patient=patient,
        sort=sort,
        about=about,
        kind=kind,
        on=on,
        to_name=last.to_name if last else "",
        at=timezone.now(),
        by=by,
    )
    _tell(patient, f"letter.{kind}", f"{sort}, {about}", by, address)
    return step


@transaction.atomic
def add_partner(*, partner: Partner, by: User, address: str | None = None) -> Partner:
    """Put somebody into the book."""
    partner.practice = by.practice
    partner.save(force_insert=True)
    write_event(practice=by.practice, by=by, action="partner.add", about=f"partner {partner.pk}", address=address)
    return partner


@transaction.atomic
def remove_partner(*, partner: Partner, by: User, address: str | None = None) -> None:
    """Take somebody out of the book; letters that were written keep name and address."""
    write_event(practice=by.practice, by=by, action="partner.remove", about=f"partner {partner.pk}", address=address)
    partner.delete()


def _tell(patient: Patient, action: str, about: str, by: User, address: str | None) -> None:
    write_event(
        practice=patient.practice, by=by, action=action, patient=patient.public_id, about=about, address=address
    )

"""How the ledger grows. Every write is one transaction, with its audit event inside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from uuid import uuid4

import msgspec
from django.db import transaction
from django.utils import timezone

from lenitive.chart import TABLE_OF, Fact, Request
from lenitive.chart.patient import Patient as Person
from lenitive.errors import LenitiveError
from lenitive_web.audit.actions import write_event
from lenitive_web.ledger.facts import FactRefusedError, NewFact, body_of, checked
from lenitive_web.ledger.models import Entry, Patient, RequestMade
from lenitive_web.ledger.selectors import written_since
from lenitive_web.ledger.signals import chart_changed
from lenitive_web.people.models import Practice, User


class ChartChangedError(LenitiveError):
    """Somebody wrote into the chart after the form was opened. ``entries`` are what they wrote."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = entries
        super().__init__(f"The chart grew by {len(entries)} entries after this form was opened.")


@transaction.atomic
def register_patient(
    *, practice: Practice, name: str, birth_date: date | None, by: User | None, address: str | None = None
) -> Patient:
    """A new patient of a practice, without any fact yet."""
    patient = Patient(practice=practice, name=name, birth_date=birth_date)
    patient.full_clean()
    patient.save(force_insert=True)
    write_event(practice=practice, by=by, action="patient.register", patient=patient.public_id, address=address)
    return patient


@transaction.atomic
def record_facts(
    *,
    patient: Patient,
    facts: Sequence[NewFact],
    by: User | None,
    source: str,
    version: int | None = None,
    address: str | None = None,
) -> list[Entry]:
    """Write facts down, all or none. ``version`` is the chart's version that the writer saw; a newer one is told.

    Raises :class:`FactRefusedError` for what the chart's structs refuse and :class:`ChartChangedError` when somebody
    else was faster.
    """
    held = Patient.objects.select_for_update().get(pk=patient.pk)
    if version is not None and held.last_entry != version:
        raise ChartChangedError(written_since(held, version))
    now = timezone.now()
    made = [
        checked(
            new, fact_id=f"{new.table}-{uuid4().hex[:12]}", patient=str(held.public_id), recorded_at=now, source=source
        )
        for new in facts
    ]
    _follow_person(held, made)
    _follow_person(patient, made)
    return _append(held, made, by=by, address=address, told=patient)


def _follow_person(patient: Patient, facts: Sequence[Fact]) -> None:
    """Let the row say who the patient is as the chart does: lists and the proof behind an invitation read it."""
    for fact in facts:
        if isinstance(fact, Person) and not fact.withdrawn:
            patient.name = fact.name or patient.name
            patient.birth_date = fact.birth_date or patient.birth_date


@transaction.atomic
def import_facts(
    *, patient: Patient, facts: Sequence[Fact], by: User | None, address: str | None = None
) -> list[Entry]:
    """Write down facts that carry their own ids and moments: from another system, or invented for a demonstration."""
    held = Patient.objects.select_for_update().get(pk=patient.pk)
    own = [msgspec.structs.replace(fact, patient=str(held.public_id)) for fact in facts]
    return _append(held, own, by=by, address=address, told=patient)


def _append(
    held: Patient, facts: Sequence[Fact], *, by: User | None, address: str | None, told: Patient
) -> list[Entry]:
    if not facts:
        return []
    _refuse_loose_ends(held, facts)
    entries = [
        Entry(
            patient=held,
            table=TABLE_OF[type(fact)],
            fact_id=fact.id,
            true_on=fact.true_on,
            recorded_at=fact.recorded_at
            if timezone.is_aware(fact.recorded_at)
            else timezone.make_aware(fact.recorded_at),
            by=by,
            source=fact.source[:200],
            body=body_of(fact),
            supersedes=fact.supersedes or "",
        )
        for fact in facts
    ]
    Entry.objects.bulk_create(entries, batch_size=500)
    held.last_entry = max(entry.pk for entry in entries)
    held.last_entry_at = timezone.now()
    held.save(update_fields=["last_entry", "last_entry_at", "name", "birth_date"])
    told.last_entry, told.last_entry_at = held.last_entry, held.last_entry_at
    counts = Counter(entry.table for entry in entries)
    write_event(
        practice=held.practice,
        by=by,
        action="facts.record",
        patient=held.public_id,
        about=", ".join(f"{number} {table}" for table, number in sorted(counts.items())),
        address=address,
    )
    chart_changed.send_robust(Entry, patient=held)
    return entries


def _refuse_loose_ends(patient: Patient, facts: Sequence[Fact]) -> None:
    """A correction must correct something that stands."""
    named = [fact.supersedes for fact in facts if fact.supersedes]
    if not named:
        return
    before = Entry.objects.filter(patient=patient)
    there = set(before.filter(fact_id__in=named).values_list("fact_id", flat=True)) | {fact.id for fact in facts}
    gone = set(before.filter(supersedes__in=named).values_list("supersedes", flat=True))
    if twice := {fact_id for fact_id, times in Counter(named).items() if times > 1}:
        table = next(TABLE_OF[type(fact)] for fact in facts if fact.supersedes in twice)
        raise FactRefusedError(facts[0].source, table, "two facts correct the same one", "one correction of a fact")
    for fact in facts:
        if fact.supersedes and fact.supersedes not in there:
            raise FactRefusedError(fact.source, TABLE_OF[type(fact)], "it corrects a fact that is not in this chart")
        if fact.supersedes in gone:
            raise FactRefusedError(
                fact.source, TABLE_OF[type(fact)], "it corrects a fact that was corrected before", "the latest one"
            )


@transaction.atomic
def make_request(
    *, patient: Patient, request: Request, by: User | None, withdrawn: bool = False, address: str | None = None
) -> RequestMade:
    """Decide what is asked for; an earlier decision about the same procedure gives way."""
    made = RequestMade.objects.create(
        patient=patient,
        kind=request.kind,
        recorded_at=timezone.now(),
        by=by,
        body=msgspec.to_builtins(request),
        withdrawn=withdrawn,
    )
    write_event(
        practice=patient.practice,
        by=by,
        action="request.withdraw" if withdrawn else "request.make",
        patient=patient.public_id,
        about=request.kind,
        address=address,
    )
    chart_changed.send_robust(RequestMade, patient=patient)
    return made

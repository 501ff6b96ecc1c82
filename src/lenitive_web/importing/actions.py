"""What a person does with an import: decide, begin, stop, throw away."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from lenitive_web.audit.actions import write_event
from lenitive_web.importing.models import (
    BUSY,
    OPEN,
    UNDONE,
    Decision,
    Outcome,
    Part,
    RecordImport,
    StagedPatient,
    Standing,
    State,
)
from lenitive_web.importing.selectors import ready
from lenitive_web.ledger.models import Patient
from lenitive_web.people.models import User


@transaction.atomic
def decide(
    *,
    row: StagedPatient,
    decision: Decision,
    chosen: Patient | None,
    typed_name: str,
    by: User,
    address: str | None,
) -> bool:
    """Say who a patient of an upload is: somebody here, somebody new, or nobody to be imported.

    No if the patient was written, or somebody else decided, since ``row`` was read.
    """
    as_read = StagedPatient.objects.filter(pk=row.pk, decision=row.decision, outcome__in=UNDONE)
    if not as_read.update(decision=decision, chosen=chosen, typed_name=typed_name):
        return False
    RecordImport.objects.filter(pk=row.record_import_id).update(changed_at=timezone.now())
    write_event(
        practice=by.practice,
        by=by,
        action="import.decide",
        patient=chosen.public_id if chosen else None,
        about=f"import {row.record_import_id}, no. {row.number}: {decision.value or 'open again'}",
        address=address,
    )
    return True


@transaction.atomic
def begin(*, job: RecordImport, by: User, address: str | None) -> int:
    """Have everybody written who is ready, those who failed before included; how many that are.

    What is written is written in the name of whoever begins.
    """
    held = RecordImport.objects.select_for_update().get(pk=job.pk)
    if held.state not in OPEN:
        return 0
    _patients(held).filter(outcome=Outcome.FAILED).update(outcome=Outcome.WAITING, problem="")
    number = ready(held).count()
    if number:
        held.by, held.address = by, address
        _turn(held, State.WRITING)
        _tell(held, by, address, "import.begin", f"{number} patients")
    return number


@transaction.atomic
def stop(*, job: RecordImport, by: User, address: str | None) -> State:
    """Stop the work. Patients that were written stay; what was only read is thrown away."""
    held = RecordImport.objects.select_for_update().get(pk=job.pk)
    if held.state not in BUSY:
        return State(held.state)
    if held.state == State.READING:
        _forget(held)
        _turn(held, State.DISCARDED)
    else:
        _turn(held, State.STOPPED)
    _tell(held, by, address, "import.stop", held.state)
    return State(held.state)


@transaction.atomic
def discard(*, job: RecordImport, by: User, address: str | None) -> None:
    """Throw away what waits. What was written stays, and so do the counts."""
    held = RecordImport.objects.select_for_update().get(pk=job.pk)
    if held.state in BUSY:
        return
    throw_away(held)
    _tell(held, by, address, "import.discard", held.state)


def throw_away(held: RecordImport, problem: str = "") -> None:
    """Let go of what waits in a locked import, and say why if no person did it."""
    over = _patients(held).filter(outcome__in=(Outcome.WRITTEN, Outcome.SAME)).exists()
    _forget(held)
    held.problem = problem or held.problem
    _turn(held, State.DONE if over else State.DISCARDED)


def _patients(job: RecordImport) -> QuerySet[StagedPatient]:
    return StagedPatient.objects.filter(record_import=job)


def _forget(job: RecordImport) -> None:
    """Remove what is kept of people who were not imported: their records, and who they are."""
    Part.objects.filter(file__record_import=job).delete()
    gone = _patients(job).filter(outcome__in=UNDONE).exclude(standing=Standing.HELD)
    gone.update(outcome=Outcome.LEFT)
    _patients(job).filter(outcome__in=(Outcome.LEFT, Outcome.WAITING)).update(
        facts=None, name="", birth_date=None, identifiers=[], alike=[], match=None, chosen=None, typed_name=""
    )


def _turn(job: RecordImport, state: State) -> None:
    job.state, job.worker, job.beat_at, job.attempts, job.changed_at = state, "", None, 0, timezone.now()
    job.save(update_fields=["state", "worker", "beat_at", "attempts", "changed_at", "by", "address", "problem"])


def _tell(job: RecordImport, by: User, address: str | None, action: str, about: str) -> None:
    write_event(practice=by.practice, by=by, action=action, about=f"import {job.pk}: {about}", address=address)

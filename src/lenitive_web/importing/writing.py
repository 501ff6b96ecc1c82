"""Writing one patient of an upload into the ledger: all in one transaction, or nothing."""

from __future__ import annotations

import zlib
from typing import Any

import msgspec
from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, transaction

from lenitive.chart import Fact
from lenitive.errors import LenitiveError
from lenitive_web.audit.actions import write_event
from lenitive_web.importing.matching import Directory, Who, match
from lenitive_web.importing.models import Decision, Outcome, RecordImport, StagedPatient, Standing, State, Why
from lenitive_web.importing.packing import unpacked
from lenitive_web.importing.placing import place, stored_facts
from lenitive_web.importing.selectors import ready
from lenitive_web.ledger.actions import import_facts, register_patient
from lenitive_web.ledger.models import Patient
from lenitive_web.people.models import Practice

REFUSALS = (LenitiveError, ValidationError, ValueError, ArithmeticError, zlib.error, DataError, IntegrityError)
"""What is wrong with one patient's record and not with the database: this patient fails, the others go on."""


class NotOursError(Exception):
    """Somebody stopped the import, or another worker has it."""


class AskFirstError(Exception):
    """Who this is has become doubtful since somebody looked."""

    def __init__(self, why: Why, alike: tuple[Patient, ...]) -> None:
        super().__init__(why)
        self.why, self.alike = why, alike


def write_next(job: RecordImport, directory: Directory, *, worker: str) -> bool:
    """Write the next patient who is ready; no if there is none left. What fails is noted and passed over.

    Raises :class:`NotOursError` when the import was stopped or taken over.
    """
    row = ready(job).order_by("number").first()
    if row is None:
        return False
    try:
        with transaction.atomic():
            _hold(job, worker)
            _write(job, row, directory)
    except AskFirstError as doubt:
        alike = [one.pk for one in doubt.alike]
        _note(row, standing=Standing.ASK, why=doubt.why, alike=alike, decision=Decision.OPEN, match=None)
    except REFUSALS as problem:
        _note(row, outcome=Outcome.FAILED, problem=_in_words(problem)[:300])
    return True


def _note(row: StagedPatient, **what: Any) -> None:
    """Note what became of a patient of whom nothing was written."""
    StagedPatient.objects.filter(pk=row.pk, outcome=Outcome.WAITING).update(**what)


def _hold(job: RecordImport, worker: str) -> None:
    """One import at a time writes into a practice, and only while nobody has stopped it."""
    Practice.objects.select_for_update(no_key=True).get(pk=job.practice_id)
    held = RecordImport.objects.select_for_update().get(pk=job.pk)
    if held.state != State.WRITING or held.worker != worker:
        raise NotOursError


def _write(job: RecordImport, row: StagedPatient, directory: Directory) -> None:
    held = ready(job).select_for_update().filter(pk=row.pk).first()
    if held is None:
        return
    if held.facts is None:
        raise ValueError("nothing is kept of this patient")
    facts = [_with_source(fact, job) for fact in unpacked(held.facts)]
    patient = _whose(job, held, facts[0].patient, directory)
    placed = place(facts, stored_facts(patient), versions=held.versions)
    import_facts(patient=patient, facts=placed.new, by=job.by, address=job.address)
    held.outcome = Outcome.WRITTEN if placed.new else Outcome.SAME
    held.written, held.there_before, held.left_out = len(placed.new), placed.there_before, placed.left_out
    held.into, held.facts, held.problem = patient, None, ""
    held.save()
    write_event(
        practice=job.practice,
        by=job.by,
        action="import.write",
        patient=patient.public_id,
        about=f"import {job.pk}: {held.written} new, {held.there_before} there before, {held.left_out} left out",
        address=job.address,
    )


def _with_source(fact: Fact, job: RecordImport) -> Fact:
    return msgspec.structs.replace(fact, source=f"import {job.pk}: {fact.source}"[:200])


def _whose(job: RecordImport, row: StagedPatient, number: str, directory: Directory) -> Patient:
    """Whose chart this goes into, asked anew: others may have registered the patient since the preview."""
    if row.decision == Decision.EXISTING and row.chosen:
        return row.chosen
    directory.refresh()
    name = row.name or row.typed_name
    found = match(Who(number, name, row.birth_date, tuple(row.identifiers), row.digest), directory)
    if found.standing == Standing.KNOWN and found.match:
        if row.decision == Decision.NEW or (row.match and row.match != found.match):
            raise AskFirstError(found.why, (found.match,))
        return found.match
    if row.match:
        raise AskFirstError(found.why if found.alike else Why.ALIKE, found.alike or (row.match,))
    if found.standing == Standing.ASK and row.decision != Decision.NEW:
        raise AskFirstError(found.why, found.alike)
    return register_patient(
        practice=job.practice,
        name=name,
        birth_date=row.birth_date,
        by=job.by,
        address=job.address,
    )


def _in_words(problem: Exception) -> str:
    """What is wrong, without a value of the record: the messages of a database quote them."""
    if isinstance(problem, LenitiveError):
        return str(problem)
    if isinstance(problem, ValidationError):
        return " ".join(problem.messages)
    return f"The record does not fit into a chart ({type(problem).__name__})."

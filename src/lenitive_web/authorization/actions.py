"""How a request to a payer goes a step further, and how tasks are given and ended. Each write leaves its event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from lenitive.errors import LenitiveError
from lenitive_web.audit.actions import write_event
from lenitive_web.authorization.models import Ending, PacketTaken, Sending, Task
from lenitive_web.authorization.steps import Step
from lenitive_web.ledger.actions import record_facts
from lenitive_web.ledger.facts import NewFact
from lenitive_web.ledger.models import Entry, Patient
from lenitive_web.people.models import User


class TaskTakenError(LenitiveError):
    """Somebody is seeing to it already. ``task`` is theirs."""

    def __init__(self, task: Task) -> None:
        self.task = task
        super().__init__("There is an open task for this already.")


class TaskEndedError(LenitiveError):
    """Somebody else ended the task meanwhile."""


@dataclass(frozen=True)
class LeftOpen:
    """How much was open in a request that is sent all the same, and the word why."""

    number: int
    why: str


@transaction.atomic
def record_step(
    *,
    patient: Patient,
    step: Step,
    by: User,
    version: int,
    left_open: LeftOpen | None = None,
    address: str | None = None,
) -> Entry:
    """Write down one step of a request as a fact of the chart; with the word why if it left with something open."""
    columns = {**step.columns, "request": step.request or f"{step.columns['kind']}-{uuid4().hex[:8]}"}
    [entry] = record_facts(
        patient=patient,
        facts=[NewFact("authorization", columns)],
        by=by,
        source=f"authorization, {by.get_role_display().lower()}",
        version=version,
        address=address,
    )
    if left_open is not None:
        take_unready(
            patient=patient,
            kind=step.columns["kind"],
            number_open=left_open.number,
            why=left_open.why,
            step=entry,
            by=by,
            address=address,
        )
    return entry


@transaction.atomic
def give_task(
    *, patient: Patient, kind: str, what: str, to: User, due_on: date | None, by: User, address: str | None = None
) -> Task:
    """Ask somebody to get what is missing. Raises :class:`TaskTakenError` if somebody was asked already."""
    Patient.objects.select_for_update().get(pk=patient.pk)
    open_one = Task.objects.filter(patient=patient, kind=kind, what=what, ending="").first()
    if open_one:
        raise TaskTakenError(open_one)
    task = Task.objects.create(
        practice=patient.practice,
        patient=patient,
        kind=kind,
        what=what,
        assigned_to=to,
        due_on=due_on,
        made_at=timezone.now(),
        made_by=by,
    )
    _tell(task, "task.give", by, address)
    return task


@transaction.atomic
def give_tasks(
    *,
    patient: Patient,
    kind: str,
    questions: Sequence[str],
    to: User,
    due_on: date | None,
    by: User,
    address: str | None = None,
) -> list[Task]:
    """Ask one person to get all of this; what somebody sees to already stays with them."""
    Patient.objects.select_for_update().get(pk=patient.pk)
    taken = set(Task.objects.filter(patient=patient, kind=kind, ending="").values_list("what", flat=True))
    told: dict[str, Any] = {"patient": patient, "kind": kind, "to": to, "due_on": due_on, "by": by, "address": address}
    return [give_task(what=question, **told) for question in dict.fromkeys(questions) if question not in taken]


@transaction.atomic
def end_task(*, task: Task, ending: Ending, by: User, answer: str = "", address: str | None = None) -> Task:
    """Say that a task is done, with the answer, or not needed. Raises :class:`TaskEndedError` if it ended before."""
    held = Task.objects.select_for_update().get(pk=task.pk)
    if not held.is_open:
        raise TaskEndedError("The task was ended before.")
    held.ending, held.ended_at, held.ended_by, held.answer = ending, timezone.now(), by, answer
    held.save(update_fields=["ending", "ended_at", "ended_by", "answer"])
    _tell(held, f"task.{ending}", by, address)
    return held


@transaction.atomic
def take_unready(
    *,
    patient: Patient,
    kind: str,
    number_open: int,
    why: str,
    by: User,
    address: str | None = None,
    sending: Sending | None = None,
    step: Entry | None = None,
) -> PacketTaken:
    """Keep that a request left for the payer although something was open, and the word why.

    It left as a packet that was taken, as a sending, or by hand, which is a step that was written down.
    """
    taken = PacketTaken.objects.create(
        patient=patient,
        kind=kind,
        number_open=number_open,
        why=why,
        at=timezone.now(),
        by=by,
        sending=sending,
        step=step,
    )
    left_as = f"sending {sending.pk}" if sending else f"sent by hand, entry {step.pk}" if step else "packet"
    write_event(
        practice=patient.practice,
        by=by,
        action="packet.take_unready",
        patient=patient.public_id,
        about=f"{kind}, {left_as}, {number_open} open, taking {taken.pk} holds why",
        address=address,
    )
    return taken


def _tell(task: Task, action: str, by: User, address: str | None) -> None:
    write_event(
        practice=task.practice,
        by=by,
        action=action,
        patient=task.patient.public_id,
        about=f"{task.kind}, task {task.pk}",
        address=address,
    )

"""When somebody leaves the practice: signed out at once, the open tasks in other hands. What was written stays."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from lenitive.errors import LenitiveError
from lenitive_web.audit.actions import write_event
from lenitive_web.people.models import User
from lenitive_web.people.sessions import end_sessions


class TasksLeftError(LenitiveError):
    """Somebody who leaves has tasks that nobody takes over. ``number`` is how many."""

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__(f"{number} open tasks have to be taken over by somebody.")


def open_tasks_of(person: User) -> Any:
    """What somebody still has to see to. Tasks are the rooms' own; here only their hands change."""
    return person.tasks.filter(ending="")  # type: ignore[attr-defined]


@transaction.atomic
def leave(*, person: User, successor: User | None, by: User, address: str | None = None) -> None:
    """Close an account. Raises :class:`TasksLeftError` if somebody has to take over and nobody does."""
    tasks = list(open_tasks_of(person).select_for_update().select_related("patient"))
    if tasks and successor is None:
        raise TasksLeftError(len(tasks))
    for task in tasks:
        task.assigned_to = successor
        task.save(update_fields=["assigned_to"])
        write_event(
            practice=person.practice,
            by=by,
            action="task.hand_over",
            patient=task.patient.public_id,
            about=f"task {task.pk} from account {person.pk} to account {successor.pk if successor else ''}",
            address=address,
        )
    person.is_active = False
    person.save(update_fields=["is_active"])
    end_sessions(person)

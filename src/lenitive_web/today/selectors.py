"""What the first page reads: who comes, who is flagged, what is owed, and how far the charts were looked through."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from math import inf
from time import monotonic
from typing import Any

import msgspec
from django.db.models import F, Max, Q, QuerySet
from django.utils import timezone

from lenitive.medicine.content import content
from lenitive.reasoning.citing import plain
from lenitive_web.attachments.naming import name_of
from lenitive_web.attachments.selectors import not_looked_at
from lenitive_web.audit.models import Event
from lenitive_web.authorization.selectors import open_tasks
from lenitive_web.ledger.models import Patient
from lenitive_web.people.models import Practice, User
from lenitive_web.schedule.models import Booking
from lenitive_web.schedule.selectors import bookings_on
from lenitive_web.today.asking import Question, SaidOnce, own, said_once
from lenitive_web.today.duties import AHEAD, FOR, Duty
from lenitive_web.today.looking import CALM, CLINICIANS, Seen, Wanted, current, look_at, release, waiting, written
from lenitive_web.today.models import Glance, Owed

AT_ONCE = 5
"""So many charts are looked at before a page asks whether there is time for more."""


@dataclass(frozen=True)
class Line:
    """One patient on the first page, and what was seen in the chart, or why nothing could be.

    ``ask`` is what to ask this patient next; ``is_asked_above`` that a question above the list is for this patient too.
    """

    patient: Patient
    seen: Seen
    is_of_today: bool
    problem: str = ""
    ask: Question | None = None
    is_asked_above: bool = False


@dataclass(frozen=True)
class Row:
    """A duty, the patient to whom it is owed, and whether it is late."""

    patient: Patient
    duty: Duty
    address: str
    is_late: bool


@dataclass(frozen=True)
class Visit:
    """Somebody who comes today, and how they stand; nothing is said of a visit that has begun."""

    booking: Booking
    seen: Wanted | None
    is_of_today: bool
    ask: Question | None = None
    more: int = 0

    @property
    def questions(self) -> list[Question]:
        """What is to be asked before the procedure."""
        return self.seen.questions if self.seen else []


@dataclass(frozen=True)
class Progress:
    """How many charts there are, how many were looked at today, and how many could not be read."""

    charts: int
    looked_at: int
    problems: int

    @property
    def left(self) -> int:
        """The charts that nobody looked at today."""
        return self.charts - self.looked_at


def progress(practice: Practice, day: date) -> Progress:
    """How far the charts of a practice were looked through."""
    done = current(practice, day)
    return Progress(written(practice).count(), done.count(), done.exclude(problem="").count())


def urgent(practice: Practice, day: date, number: int) -> list[Patient]:
    """The patients whose charts are looked at before all others: so many with an alert, and who comes."""
    flags = [one.patient for one in flagged(practice)[:number]]
    return [*flags, *(one.patient for one in bookings_on(practice, day))]


# --- patients --------------------------------------------------------------------------------------------------------


def flagged(practice: Practice) -> QuerySet[Glance]:
    """The charts with an alert, the worst first; then those that were written last."""
    found = Glance.objects.filter(practice=practice, rank__lt=CALM).select_related("patient")
    return found.order_by("rank", F("patient__last_entry_at").desc(nulls_last=True), "-patient")


def unreadable(practice: Practice) -> QuerySet[Glance]:
    """The charts that could not be looked at."""
    return Glance.objects.filter(practice=practice).exclude(problem="").select_related("patient").order_by("patient")


def not_asked(practice: Practice) -> QuerySet[Glance]:
    """The charts with red flags that nobody fully asked about, those with the most of them first."""
    found = Glance.objects.filter(practice=practice, unasked__gt=0).select_related("patient")
    return found.order_by("-unasked", "patient")


def latest(practice: Practice) -> QuerySet[Patient]:
    """Every patient with a chart, those first whose chart was written last."""
    return written(practice).order_by("-last_entry_at", "-pk")


def lines_of(patients: Iterable[Patient], practice: Practice, day: date) -> list[Line]:
    """What was seen of each of these patients. One whose chart was never looked at has an empty line."""
    shown, now = list(patients), release(practice.pk)
    kept = {one.patient_id: one for one in Glance.objects.filter(patient__in=shown)}
    return [
        _line(kept[patient.pk], patient, day, now) if patient.pk in kept else Line(patient, Seen(), is_of_today=False)
        for patient in shown
    ]


def lines_from(glances: Iterable[Glance], practice: Practice, day: date) -> list[Line]:
    """Kept glances as lines of the page."""
    now = release(practice.pk)
    return [_line(glance, glance.patient, day, now) for glance in glances]


def _line(glance: Glance, patient: Patient, day: date, now: str) -> Line:
    is_of_today = (glance.day, glance.release, glance.version) == (day, now, patient.last_entry)
    return Line(patient, msgspec.convert(glance.body, Seen), is_of_today, glance.problem)


ROWS_THAT_REPEAT = 3
"""A question that would stand in so many rows of a list is said once above it."""
VISITS_THAT_REPEAT = 2


def with_questions(lines: Sequence[Line]) -> tuple[list[SaidOnce], list[Line]]:
    """What is said once above the list, and each line with its own question."""
    said = said_once([line.seen.questions for line in lines], ROWS_THAT_REPEAT)
    above = {one.text for one in said}
    return said, [
        replace(
            line,
            ask=own(line.seen.questions, above),
            is_asked_above=any(one.text in above for one in line.seen.questions),
        )
        for line in lines
    ]


def look_now(practice: Practice, patients: Sequence[Patient], day: date, until: float = inf) -> None:
    """Look at those of these patients whose charts wait, the most urgent first. ``until`` is when to stop."""
    behind = list(waiting(practice, day).filter(pk__in={one.pk for one in patients}))
    for start in range(0, len(behind), AT_ONCE):
        if monotonic() > until:
            break
        look_at(behind[start : start + AT_ONCE], day)


# --- who comes -------------------------------------------------------------------------------------------------------


def visits_on(practice: Practice, day: date) -> list[Visit]:
    """Who comes on a day, by the time."""
    bookings = bookings_on(practice, day)
    lines = {line.patient.pk: line for line in lines_of({one.patient for one in bookings}, practice, day)}
    return [_visit(booking, lines[booking.patient_id]) for booking in bookings]


def with_what_to_ask(visits: Sequence[Visit]) -> tuple[list[SaidOnce], list[Visit]]:
    """What is said once above those who come, and each visit with its own question."""
    said = said_once([visit.questions for visit in visits], VISITS_THAT_REPEAT)
    above = {one.text for one in said}
    return said, [_asking(visit, above) for visit in visits]


def _asking(visit: Visit, above: set[str]) -> Visit:
    left = [one for one in visit.questions if one.text not in above]
    return replace(visit, ask=own(left, ()), more=max(len(left) - 1, 0))


def _visit(booking: Booking, line: Line) -> Visit:
    found = [one for one in line.seen.booked if one.number == booking.number]
    return Visit(booking, found[0] if found and booking.may_move else None, line.is_of_today or not booking.may_move)


# --- what is owed ----------------------------------------------------------------------------------------------------


def owed(practice: Practice, kind: str, day: date) -> QuerySet[Owed] | list[Owed]:
    """What is due of one kind: what is late or soonest first; of follow-ups and diaries, the latest procedure first."""
    if kind == "result":
        return unread(practice)
    if kind == "document":
        return sent_by_patients(practice)
    if kind == "question":
        return asked_by_patients(practice)
    soon = day + AHEAD if kind == "hold" else day
    found = Owed.objects.filter(practice=practice, kind=kind).select_related("patient")
    if kind == "authorization":
        return found.order_by(F("due").asc(nulls_last=True), "pk")
    due = found.filter(Q(due__lte=soon) | Q(due=None))
    return due.order_by("due", "pk") if kind == "hold" else due.order_by(F("due").desc(nulls_last=True), "pk")


RESULTS = 100
"""So many of the latest results are gone through; the page says so where there are more."""


def sent_by_patients(practice: Practice) -> list[Owed]:
    """What patients sent and nobody of the clinic has looked at, the oldest first. It is never kept: it is asked."""
    return [
        Owed(
            practice=practice,
            patient=one.patient,
            kind="document",
            body=msgspec.to_builtins(
                Duty(
                    kind="document",
                    why="document",
                    about=name_of(one),
                    on=timezone.localtime(one.recorded_at).date(),
                    place=str(one.public_id),
                )
            ),
        )
        for one in not_looked_at(practice)[:RESULTS]
    ]


def asked_by_patients(practice: Practice) -> list[Owed]:
    """What patients ask about a decision aid on their own pages, while no physician or nurse has opened these since."""
    there = Patient.objects.filter(
        practice=practice, shared_aids__withdrawn_at=None, shared_aids__asked_at__isnull=False
    ).annotate(
        procedure=F("shared_aids__procedure"), said=F("shared_aids__questions"), said_at=F("shared_aids__asked_at")
    )
    found = [one for one in there.order_by("said_at")[:RESULTS] if one.said]
    opened = Event.objects.filter(
        patient__in=[one.public_id for one in found],
        role__in=CLINICIANS,
        action="portal.invite",
        about=OWN_PAGES_OPENED,
    )
    last = dict(opened.order_by().values("patient").annotate(last=Max("at")).values_list("patient", "last"))
    return [
        Owed(practice=practice, patient=one, kind="question", body=msgspec.to_builtins(_question(one)))
        for one in found
        if not (at := last.get(one.public_id)) or at < one.said_at
    ]


OWN_PAGES_OPENED = "GET own_pages"
"""What the event says of somebody who read what a patient asks: it stands on that page whatever else does."""


def _question(one: Any) -> Duty:
    entry = content().procedures.get(one.procedure)
    label = entry.label if entry else plain(one.procedure)
    return Duty(kind="question", why="question", about=label, on=timezone.localtime(one.said_at).date())


def more_results(practice: Practice) -> int:
    """How many patients have results that are too old to be gone through."""
    return max(Owed.objects.filter(practice=practice, kind="result").count() - RESULTS, 0)


def unread(practice: Practice) -> list[Owed]:
    """Of the latest results that came from outside, those that no physician or nurse has looked at since."""
    found = Owed.objects.filter(practice=practice, kind="result").select_related("patient").order_by("-due", "-pk")
    kept = list(found[:RESULTS])
    looked = Event.objects.filter(
        patient__in=[one.patient.public_id for one in kept], role__in=CLINICIANS, action__startswith="chart."
    )
    last = dict(looked.order_by().values("patient").annotate(last=Max("at")).values_list("patient", "last"))
    return [one for one in kept if not (at := last.get(one.patient.public_id)) or at < _since(one)]


def _since(one: Owed) -> datetime:
    return datetime.fromisoformat(one.body["more"])


def rows_of(found: Iterable[Owed], day: date) -> list[Row]:
    """Kept duties as rows of the page."""
    return [_row(one.patient, msgspec.convert(one.body, Duty), day) for one in found]


def _row(patient: Patient, duty: Duty, day: date) -> Row:
    return Row(patient, duty, duty.address(patient), duty.is_late(day))


def kinds_of(role: str) -> tuple[str, ...]:
    """The kinds of duties that a role is shown."""
    return FOR.get(role, ())


def my_tasks(practice: Practice, who: User, day: date) -> list[Row]:
    """What this person was asked to get for a request to a payer, what is due first."""
    tasks = [
        (task.patient, Duty(kind="task", why="task", about=task.what, due=task.due_on, place=task.kind))
        for task in open_tasks(practice, who)
    ]
    rows = [_row(patient, duty, day) for patient, duty in tasks]
    return sorted(rows, key=lambda row: row.duty.due or date.max)

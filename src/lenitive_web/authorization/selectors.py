"""Where all requests of a practice stand, what needs doing first, and which tasks are open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache

import msgspec
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.functional import Promise

from lenitive.chart import Chart, Request
from lenitive.medicine.content import content
from lenitive.reasoning.authorizations import Followed, NextStep, authorizations
from lenitive.reasoning.book import book
from lenitive_web.authorization.after_death import TO_DO, deaths_in
from lenitive_web.authorization.models import BODIES, PacketTaken, Sending, SendingState, Task
from lenitive_web.authorization.words import STATES, TO_PREPARE
from lenitive_web.ledger.facts import fact_of
from lenitive_web.ledger.models import Entry, Patient, RequestMade
from lenitive_web.ledger.selectors import assessment_of
from lenitive_web.look.words import Sign
from lenitive_web.people.models import Practice, User

TABLES = ("authorization", "procedure", "coverage", "patient")
"""The tables from which it follows where a request stands; the rest of a chart says nothing of it."""

LATE, ACT, PREPARE, WAIT, HOLDS, OVER = range(6)
_URGENCY: Mapping[str, int] = {
    TO_PREPARE: PREPARE,
    "drafted": PREPARE,
    "waiting for a decision": WAIT,
    "more is wanted": ACT,
    "approved": HOLDS,
    "partly approved": ACT,
    "not yet valid": HOLDS,
    "denied": ACT,
    "in appeal": WAIT,
    "refused in appeal": OVER,
    "withdrawn": OVER,
    "used up": OVER,
    "expired": OVER,
}


@dataclass(frozen=True)
class Row:
    """One request of one patient. ``followed`` is what was recorded with the payer; without it nothing was sent."""

    patient: Patient
    kind: str
    label: str
    where: str
    state: str
    followed: Followed | None
    urgency: int
    is_expiring: bool = False
    planned: date | None = None
    open_tasks: int = 0
    late_tasks: int = 0
    missing: int | None = None
    undelivered: str = ""
    died_on: date | None = None

    @property
    def sign(self) -> Sign:
        """The state as a sign."""
        return STATES[self.state]

    @property
    def next(self) -> NextStep | None:
        """The next step, the most telling first."""
        return self.followed.next[0] if self.followed and self.followed.next else None

    @property
    def why(self) -> str:
        """Why that is next, unless it says no more than the number, which stands beside the payer."""
        return why_of(self.next, self.followed) if self.next and self.followed else ""

    @property
    def after_death(self) -> str | Promise:
        """What is left to do for a patient who died."""
        return TO_DO.get(self.state, "") if self.died_on else ""

    @property
    def by(self) -> date | None:
        """The day that counts now: of an answer, a decision, or the end of what was granted."""
        if self.followed is None or self.died_on or self.is_over:
            return None
        return self.next.by if self.next and self.next.by else self.followed.valid_until

    @property
    def is_end(self) -> bool:
        """Whether that day is no deadline for anybody, but the last on which the decision holds."""
        return self.by is not None and self.followed is not None and self.by == self.followed.valid_until

    @property
    def is_over(self) -> bool:
        """Nothing waits for it any more."""
        return self.urgency == OVER

    @property
    def warnings(self) -> Sequence[str]:
        """What must not be overlooked."""
        return self.followed.warnings if self.followed and not self.died_on else ()


def requests_to_payers(practice: Practice, as_of: date) -> list[Row]:
    """Every request of a practice, what needs doing first: late, to act on, to prepare, waiting, granted, over."""
    asked = _asked_for(practice)
    followed = [(patient, one) for patient, found in _followed_in(practice, as_of) for one in found]
    latest = {(patient.pk, one.kind): one.request for patient, one in reversed(followed)}
    rows = [
        _row(patient, one, as_of, (patient.pk, one.kind) in asked and latest[patient.pk, one.kind] == one.request)
        for patient, one in followed
    ]
    begun = latest.keys()
    rows += [_to_prepare(made) for key, made in asked.items() if key not in begun]
    tasks, stuck = _tasks_about(practice), _stuck(practice)
    rows = [_with_sending(row, stuck.get((row.patient.pk, row.kind))) for row in rows]
    deaths = deaths_in(practice, as_of)
    rows = [_with_death(row, deaths.get(row.patient.pk)) for row in rows]
    return sorted((_with_tasks(row, tasks[row.patient.pk, row.kind], as_of) for row in rows), key=_order)


def open_tasks(practice: Practice, who: User | None = None) -> QuerySet[Task]:
    """Tasks nobody has ended, those due first; of one person if asked."""
    found = Task.objects.filter(practice=practice, ending="").select_related("patient", "assigned_to")
    return found.filter(assigned_to=who) if who else found


def left_open_before(patient: Patient, kind: str) -> list[PacketTaken]:
    """When a request left although something was open, the last time first."""
    return list(PacketTaken.objects.filter(patient=patient, kind=kind).select_related("by", "sending"))


def why_packet_was_taken(patient: Patient, kind: str) -> str:
    """Why the payer's copy was taken as it stood, while it has not left since; blank if it was not taken so."""
    last = PacketTaken.objects.filter(patient=patient, kind=kind).first()
    return last.why if last and last.sending_id is None and last.step_id is None else ""


def tasks_of(patient: Patient) -> list[Task]:
    """All tasks about a patient, open and ended."""
    return list(Task.objects.filter(patient=patient).select_related("assigned_to", "ended_by"))


def sendings_of(patient: Patient) -> list[Sending]:
    """Everything that left or is about to leave for payers' endpoints; its content is read only where it is needed."""
    found = Sending.objects.filter(patient=patient).select_related("connection__payer", "made_by")
    return list(found.defer(*BODIES))


def with_missing(rows: Iterable[Row], as_of: date) -> list[Row]:
    """The rows with the number of open criteria, for those that are still being prepared. Charts are read for it."""
    return [_with_missing(row, as_of) if row.urgency == PREPARE and not row.died_on else row for row in rows]


def why_of(step: NextStep, found: Followed) -> str:
    """Why a step comes next, unless it only repeats the number of the decision."""
    return "" if found.number and step.why == f"Number {found.number}." else step.why


def _with_missing(row: Row, as_of: date) -> Row:
    options = assessment_of(row.patient, as_of).options
    found = next((one.coverage.determination for one in options if one.procedure == row.kind), None)
    return replace(row, missing=len(found.open) if found else None)


def _order(row: Row) -> tuple[int, bool, date, str, str]:
    return row.urgency, row.by is None, row.by or date.max, row.patient.name, row.kind


def _row(patient: Patient, one: Followed, as_of: date, is_asked_for: bool) -> Row:
    return Row(
        patient=patient,
        kind=one.kind or "",
        label=one.label,
        where=_where(one.side, one.levels),
        state=one.state,
        followed=one,
        urgency=_urgency(one, as_of, is_asked_for),
        is_expiring=is_expiring(one, as_of),
    )


def _urgency(one: Followed, as_of: date, is_asked_for: bool) -> int:
    if one.due is not None and one.due.is_over:
        return LATE
    if is_expiring(one, as_of) or (one.state == "expired" and is_asked_for):
        return ACT
    return _URGENCY[one.state]


def is_expiring(one: Followed, as_of: date) -> bool:
    """Whether what was granted ends so soon that its end is warned of."""
    return one.days_left is not None and one.days_left <= book().number("authorization_warning_days", as_of)


def _where(side: str | None, levels: Iterable[str]) -> str:
    return ", ".join(part for part in (side, " ".join(levels)) if part)


# --- what was recorded ---------------------------------------------------------------------------------------------


def _followed_in(practice: Practice, as_of: date) -> list[tuple[Patient, tuple[Followed, ...]]]:
    """The requests of every patient of whom a step is recorded."""
    asked = Entry.objects.filter(patient__practice=practice, table="authorization").values("patient")
    patients = list(Patient.objects.filter(pk__in=asked))
    versions = [(one.pk, one.last_entry, one.last_entry_at) for one in patients]
    return [(one, _followed(version, as_of)) for one, version in zip(patients, versions, strict=True)]


@lru_cache(maxsize=8192)
def _followed(version: tuple[int, int, datetime | None], as_of: date) -> tuple[Followed, ...]:
    """The requests of one patient, worked out once for a version of the chart and a day."""
    rows = Entry.objects.filter(patient=version[0], table__in=TABLES).values_list("table", "body")
    return tuple(authorizations(Chart.of([fact_of(table, body) for table, body in rows]), as_of))


def _asked_for(practice: Practice) -> dict[tuple[int, str | None], RequestMade]:
    """What the clinic asks for now, the latest decision for each procedure of each patient."""
    latest: dict[tuple[int, str | None], RequestMade] = {}
    for made in RequestMade.objects.filter(patient__practice=practice).select_related("patient"):
        latest[made.patient_id, made.kind] = made
    known = content().procedures
    return {key: made for key, made in latest.items() if not made.withdrawn and made.kind in known}


def asked_for_in(practice: Practice) -> list[tuple[Patient, Request]]:
    """Every procedure that the clinic asks for now, with its patient."""
    return [(made.patient, msgspec.convert(made.body, Request)) for made in _asked_for(practice).values()]


def _to_prepare(made: RequestMade) -> Row:
    """What is asked for and was not taken to a payer yet."""
    asked = msgspec.convert(made.body, Request)
    return Row(
        patient=made.patient,
        kind=made.kind,
        label=content().procedures[made.kind].label,
        where=_where(asked.side, asked.levels),
        state=TO_PREPARE,
        followed=None,
        urgency=PREPARE,
        planned=asked.on,
    )


def _tasks_about(practice: Practice) -> Mapping[tuple[int, str], list[Task]]:
    found: dict[tuple[int, str], list[Task]] = defaultdict(list)
    for task in Task.objects.filter(practice=practice, ending=""):
        found[task.patient_id, task.kind].append(task)
    return found


def _stuck(practice: Practice) -> Mapping[tuple[int, str], tuple[str, str]]:
    """Where the last sending about a procedure of a patient did not come through: its request and state."""
    later = Sending.objects.filter(patient=OuterRef("patient"), kind=OuterRef("kind"), pk__gt=OuterRef("pk"))
    wanted = (SendingState.UNANSWERED, SendingState.REFUSED)
    rows = Sending.objects.filter(~Exists(later), practice=practice, state__in=wanted)
    return {
        (patient, kind): (request, state)
        for patient, kind, request, state in rows.values_list("patient", "kind", "ledger_request", "state")
    }


def _with_sending(row: Row, stuck: tuple[str, str] | None) -> Row:
    """A request that did not come through is something to act on, whatever else stands."""
    if stuck is None or (row.followed is not None and row.followed.request != stuck[0]):
        return row
    return replace(row, undelivered=str(SendingState(stuck[1]).label), urgency=min(row.urgency, ACT))


def _with_death(row: Row, died_on: date | None) -> Row:
    """Of a patient who died nothing is left to do but to take back what is under way."""
    if died_on is None:
        return row
    return replace(row, died_on=died_on, urgency=ACT if row.state in TO_DO else OVER, is_expiring=False)


def _with_tasks(row: Row, tasks: Sequence[Task], as_of: date) -> Row:
    return replace(row, open_tasks=len(tasks), late_tasks=sum(task.is_late(as_of) for task in tasks))

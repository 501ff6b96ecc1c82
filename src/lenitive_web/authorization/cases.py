"""One procedure that is asked for, with all that its authorization needs: criteria, tasks, history, what may follow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from django.utils.functional import Promise

from lenitive.chart import Request
from lenitive.documents.appeal import REFUSED
from lenitive.documents.authorization import Authorization, authorization
from lenitive.documents.readiness import Readiness, readiness, refusing
from lenitive.medicine.content import content
from lenitive.reasoning.assessment import CriterionResult, DecisionTime
from lenitive.reasoning.authorities import decision_due, times_for
from lenitive.reasoning.authorizations import Followed, NextStep, authorizations, booking_warnings
from lenitive.reasoning.book import book
from lenitive.reasoning.would_be_met import Missing
from lenitive_web.authorization.after_death import TO_DO, died_on
from lenitive_web.authorization.connections import connection_of
from lenitive_web.authorization.forms import AllTasksForm, StepForm, TaskForm
from lenitive_web.authorization.models import AnswersReceived, PayerConnection, Sending, Task
from lenitive_web.authorization.on_its_way import SendingShown
from lenitive_web.authorization.selectors import sendings_of, tasks_of, why_of, why_packet_was_taken
from lenitive_web.authorization.steps import steps_from
from lenitive_web.authorization.submitting import latest_about, may_send, standing_with_payer
from lenitive_web.authorization.words import STATES, TO_PREPARE
from lenitive_web.ledger.selectors import requests_of
from lenitive_web.letters.models import Sort
from lenitive_web.letters.selectors import Standing, letters_of
from lenitive_web.look.words import Sign
from lenitive_web.options.presenting import split
from lenitive_web.patients.page import PatientPage
from lenitive_web.schedule.models import Booking
from lenitive_web.schedule.selectors import next_booking_of


@dataclass(frozen=True)
class Wanted:
    """Something missing, and the task that was made of it, if one was."""

    missing: Missing
    task: Task | None
    form: TaskForm | None


@dataclass(frozen=True)
class TimeToDecide:
    """How long the payer may take, and the last day if it is sent today."""

    time: DecisionTime
    if_sent_today: date


@dataclass(frozen=True)
class Case:
    """One procedure, set against the payer's policy, and how far its request has come."""

    told: Authorization
    current: Followed | None
    earlier: Sequence[Followed]
    is_asked_for: bool
    tasks: Sequence[Task]
    version: int
    may_record: bool
    ready: Readiness
    said_before: str = ""
    given: TaskForm | None = None
    taken: StepForm | None = None
    people: Sequence[tuple[str, str]] = field(default=())
    sendings: Sequence[Sending] = field(default=())
    connection: PayerConnection | None = None
    answers: Sequence[AnswersReceived] = field(default=())
    may_send_requests: bool = False
    booked: Booking | None = None
    letter: Standing | None = None
    died_on: date | None = None

    @property
    def kind(self) -> str:
        """The procedure."""
        return self.told.request.kind

    @property
    def sign(self) -> Sign:
        """Where the request stands, as a sign."""
        return STATES[self.current.state if self.current else TO_PREPARE]

    @property
    def next(self) -> list[tuple[NextStep, str]]:
        """What is to be done, each with why, unless that only repeats a number that stands above it."""
        return [(step, why_of(step, self.current)) for step in self.current.next] if self.current else []

    @property
    def after_death(self) -> str | Promise:
        """What is left to do for a patient who died."""
        return TO_DO.get(self.current.state if self.current else TO_PREPARE, "") if self.died_on else ""

    @property
    def unsettled(self) -> list[CriterionResult]:
        """The criteria that keep it from being met."""
        return split(self.told.determination)[0] if self.told.determination else []

    @property
    def against(self) -> list[CriterionResult]:
        """The criteria that the chart answers against the policy: no missing paper helps while there is one."""
        return [one for one in self.unsettled if one.satisfied is False]

    @property
    def settled(self) -> list[CriterionResult]:
        """The other criteria."""
        return split(self.told.determination)[1] if self.told.determination else []

    @cached_property
    def steps(self) -> list[StepForm]:
        """A form for each step that may come next; the one that was just tried keeps what was typed."""
        if not self.may_record:
            return []
        fresh = [
            StepForm(
                self.told.request,
                status,
                self.current,
                self.told.as_of,
                self.version,
                ready=self.ready,
                said_before=self.said_before,
            )
            for status in steps_from(self.current)
        ]
        return [self.taken if self.taken and self.taken.status == one.status else one for one in fresh]

    @cached_property
    def wanted(self) -> list[Wanted]:
        """What is missing in the order of what it would change, each with its open or last task."""
        latest = {task.what: task for task in self.tasks}
        latest |= {task.what: task for task in self.tasks if task.is_open}
        return [Wanted(one, latest.get(one.question), self._form(one.question)) for one in self.told.missing]

    @property
    def unassigned(self) -> list[str]:
        """The questions that nobody was asked to see to."""
        return [one.missing.question for one in self.wanted if not (one.task and one.task.is_open)]

    @cached_property
    def all_form(self) -> AllTasksForm | None:
        """A form that gives all of them to one person, where there is more than one."""
        if not self.may_record or len(self.unassigned) < 2:
            return None
        return self.given if isinstance(self.given, AllTasksForm) else AllTasksForm(self.people, self.kind)

    def _form(self, question: str) -> TaskForm | None:
        if not self.may_record:
            return None
        if self.given and self.given.data.get("what") == question:
            return self.given
        return TaskForm(self.people, self.kind, initial={"what": question})

    @cached_property
    def sending(self) -> SendingShown | None:
        """The last thing that left for the payer's endpoint or is about to, as it is shown."""
        last = latest_about(self.sendings, self.kind)
        return SendingShown(last) if last and (last.is_open or self._is_about_the_current(last)) else None

    def _is_about_the_current(self, sending: Sending) -> bool:
        return self.current is not None and self.current.request == sending.ledger_request

    @property
    def standing(self) -> Sending | None:
        """What the payer's endpoint holds: it can be asked about, changed, taken back."""
        return standing_with_payer(self.sendings, self.current)

    @property
    def can_send(self) -> bool:
        """Whether the request, or a change of it, can leave for the payer's endpoint now."""
        if self.connection is None or not self.may_send_requests or self.died_on:
            return False
        return may_send(self.sendings, self.kind, self.current)

    @property
    def earlier_sendings(self) -> list[SendingShown]:
        """What was sent before, the latest first."""
        last = self.sending.sending if self.sending else None
        return [SendingShown(one) for one in reversed(self.sendings) if one.kind == self.kind and one != last]

    @property
    def answered_tasks(self) -> list[Task]:
        """Open tasks with nothing left to get: the chart is no longer silent about it, or the patient died."""
        asked = set() if self.died_on else {one.question for one in self.told.missing}
        return [task for task in self.tasks if task.is_open and task.what not in asked]

    @property
    def lacks_nothing(self) -> bool:
        """Whether the policy is answered, and it is known whether somebody has to be asked beforehand."""
        return bool(self.told.criteria) and not self.unsettled and not any(not one.rows for one in self.told.missing)

    @property
    def times(self) -> list[TimeToDecide]:
        """How long the payer may take."""
        found = times_for(book(), self.told.request, self.told.as_of)
        return [TimeToDecide(one, decision_due(self.told.as_of, one)) for one in found]

    @property
    def is_refused(self) -> bool:
        """Whether there is a refusal to appeal against, and a policy to appeal by."""
        states = [one.state for one in (self.current, *self.earlier) if one]
        return any(state in REFUSED for state in states) and self.told.determination is not None

    @property
    def before_an_appeal(self) -> list[str]:
        """What has to change first: while the chart answers against the policy, an appeal argues against itself."""
        return [one.label for one in refusing(self.told.criteria)] if self.is_refused else []

    @property
    def may_appeal(self) -> bool:
        """Whether an appeal could help."""
        return self.is_refused and not self.before_an_appeal

    @property
    def planned(self) -> date:
        """The day that it is meant for; today while none was set."""
        return self.told.request.on or self.told.as_of

    @property
    def is_booked_otherwise(self) -> bool:
        """Whether it is booked for another day than the one that is asked about here."""
        return self.booked is not None and self.booked.day != self.told.request.on

    @property
    def against_booking(self) -> list[str]:
        """What speaks against doing it on the planned day under what the payer granted."""
        return booking_warnings(self.current, self.told.request, self.planned) if self.current else []


def cases(
    page: PatientPage, *, taken: StepForm | None = None, given: TaskForm | None = None
) -> tuple[list[Case], list[Followed]]:
    """What is asked for or still with a payer; and requests of the past about anything else."""
    may_record = page.request.user.may("authorization.record")
    followed = authorizations(page.chart, page.as_of)
    asked = {one.kind: one for one in requests_of(page.patient)}
    tasks = tasks_of(page.patient)
    people = TaskForm.people_of(page.patient.practice) if may_record else ()
    sendings = sendings_of(page.patient)
    answers = list(
        AnswersReceived.objects.filter(form__patient=page.patient, ending="").select_related("form", "client")
    )
    letters = letters_of(page.patient, Sort.NECESSITY)
    found = [
        _case(page, request, kind in asked, followed, tasks, people, may_record, taken, given, sendings, answers)
        for kind, request in (asked | _live(followed, asked)).items()
    ]
    found = [replace(case, letter=letters.get(case.kind)) for case in found]
    shown = {case.kind for case in found}
    return found, [one for one in followed if one.kind not in shown]


_OVER = ("withdrawn", "expired", "used up", "refused in appeal")


def _live(followed: Sequence[Followed], asked: dict[str, Request]) -> dict[str, Request]:
    """Requests that are still with a payer although nobody asks for them here any more, or they came from elsewhere."""
    return {
        one.kind: Request(kind=one.kind, side=one.side, levels=tuple(one.levels), payer=one.payer)
        for one in reversed(followed)
        if one.kind in content().procedures and one.kind not in asked and one.state not in _OVER
    }


def _case(
    page: PatientPage,
    request: Request,
    is_asked_for: bool,
    followed: Sequence[Followed],
    tasks: Sequence[Task],
    people: Sequence[tuple[str, str]],
    may_record: bool,
    taken: StepForm | None,
    given: TaskForm | None,
    sendings: Sequence[Sending],
    answers: Sequence[AnswersReceived],
) -> Case:
    own = [one for one in followed if one.kind == request.kind]
    told = authorization(page.chart, page.as_of, request, knowledge=page.book)
    ready = readiness(told, page.chart)
    return Case(
        told=told,
        current=own[0] if own else None,
        earlier=own[1:],
        is_asked_for=is_asked_for,
        tasks=[task for task in tasks if task.kind == request.kind],
        version=page.patient.last_entry,
        may_record=may_record,
        ready=ready,
        said_before="" if ready.is_ready else why_packet_was_taken(page.patient, request.kind),
        given=given if given and given.kind == request.kind else None,
        taken=taken if taken and taken.asked.kind == request.kind else None,
        people=people,
        sendings=sendings,
        connection=connection_of(page.patient.practice, told.request.payer),
        answers=[one for one in answers if one.form.kind == request.kind],
        may_send_requests=page.request.user.may("authorization.send"),
        booked=next_booking_of(page.patient, request.kind, page.as_of),
        died_on=died_on(page.chart, page.as_of),
    )


def request_about(page: PatientPage, kind: str) -> tuple[Request | None, Followed | None]:
    """What is asked for of a kind, by the clinic or by what is with a payer; and how far that has come."""
    followed = [one for one in authorizations(page.chart, page.as_of) if one.kind == kind]
    made = next((one for one in requests_of(page.patient) if one.kind == kind), None)
    return made or _live(followed, {}).get(kind), followed[0] if followed else None

"""One booking with everything its pages show: how it stands, its steps, its education, what was done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.functional import Promise

from lenitive.chart.measure import Measure
from lenitive.chart.medication import Medication
from lenitive.chart.procedure import Procedure
from lenitive.chart.relief import Relief
from lenitive.medicine.content import content
from lenitive.medicine.shapes import ProcedureEntry, Restart
from lenitive.reasoning.assessment import Citation, Option
from lenitive.reasoning.block_series import Result, anaesthetics_of, result_of, results_of, series
from lenitive.reasoning.book import book
from lenitive.reasoning.citing import cite
from lenitive.reasoning.consider import Considered
from lenitive.reasoning.education import Education, education_for
from lenitive.reasoning.follow_up import Standard, standard_for
from lenitive.reasoning.safety import drug_of
from lenitive_web.patients.page import PatientPage, open_page
from lenitive_web.procedure.checklist import Item, items
from lenitive_web.procedure.gates import considered
from lenitive_web.schedule.models import Booking, State, Step, StepName
from lenitive_web.schedule.selectors import booking_of, steps_of

ROUTES = {
    StepName.CHECKLIST: "visit-checklist",
    StepName.CONSENT: "visit-consent",
    StepName.TIME_OUT: "visit-time-out",
    StepName.RECORD: "visit-record",
    StepName.RECOVERY: "visit-recovery",
    StepName.DISCHARGE: "visit-discharge",
}


@dataclass(frozen=True)
class Tab:
    """One step in the row of steps."""

    route: str
    label: str | Promise
    is_done: bool
    is_next: bool


@dataclass(frozen=True)
class TakenAgain:
    """A drug against clotting and when it may be taken again, if prescriber and proceduralist agree."""

    label: str
    rows: Sequence[tuple[Restart, Citation]]


@dataclass(frozen=True)
class Diary:
    """The readings after a diagnostic block, and what its series says so far."""

    readings: Sequence[Any]
    best: float | None
    blocks: int
    standard: Standard
    result: Result | None


@dataclass
class Visit:
    """A booking of the patient of a page."""

    page: PatientPage
    booking: Booking

    @cached_property
    def found(self) -> Considered:
        """How the request stands on the booked day."""
        return considered(self.page.chart, self.page.as_of, self.booking.request, self.page.book)

    @property
    def option(self) -> Option:
        """The one option."""
        return self.found.options[0]

    @property
    def entry(self) -> ProcedureEntry:
        """What the knowledge base says about the procedure."""
        return content().procedures[self.booking.kind]

    @cached_property
    def steps(self) -> dict[str, Step]:
        """The latest of each step."""
        return steps_of(self.booking)

    @cached_property
    def items(self) -> list[Item]:
        """The checklist as the chart stands."""
        return items(self.option, self.page.chart, self.page.as_of)

    @cached_property
    def education(self) -> Education:
        """What a patient is told, with numbers."""
        return education_for(book(), self.booking.kind)

    @property
    def is_today(self) -> bool:
        """Whether the booked day has come."""
        return self.booking.day == self.page.as_of

    @property
    def next_step(self) -> StepName | None:
        """The step that comes next, if one does."""
        if self.booking.state in (State.DISCHARGED, State.CANCELLED):
            return None
        if self.booking.state == State.RECORDED:
            return StepName.DISCHARGE if StepName.RECOVERY in self.steps else StepName.RECOVERY
        return next((name for name in StepName if name not in self.steps), None)

    @property
    def tabs(self) -> list[Tab]:
        """The steps in order."""
        return [Tab(ROUTES[name], name.label, name in self.steps, name == self.next_step) for name in StepName]

    @property
    def observations(self) -> list[Step]:
        """Every look at the patient afterwards, in time order."""
        return list(Step.objects.filter(booking=self.booking, name=StepName.RECOVERY).select_related("by"))

    @property
    def done(self) -> Any:
        """The procedure of the chart that the record wrote."""
        if StepName.RECORD not in self.steps:
            return None
        written = self.steps[StepName.RECORD].body["facts"]
        return next((row for row in self.page.chart.rows(Procedure) if row.id in written), None)

    @property
    def is_diagnostic(self) -> bool:
        """Whether its relief is a test of a source of pain."""
        return self.booking.request.intent == "diagnostic"

    @property
    def minutes_since(self) -> int | None:
        """Whole minutes since the record was written."""
        step = self.steps.get(StepName.RECORD)
        return (timezone.now() - step.at) // timedelta(minutes=1) if step else None

    @property
    def score_before(self) -> float | None:
        """The pain before: of an earlier line of the diary, else the latest score of the chart."""
        rows = self.page.chart.rows(Relief)
        told = [row.score_before for row in rows if self.done and row.procedure == self.done.id]
        scores = [row for row in self.page.chart.rows(Measure) if row.instrument == "nrs"]
        known = [score for score in (*told, *(row.score for row in scores[-1:])) if score is not None]
        return known[0] if known else None

    @property
    def diary(self) -> Diary | None:
        """The diary of a diagnostic block that was done, and the verdict of its series."""
        if self.done is None or not self.is_diagnostic:
            return None
        rows = [row for row in self.page.chart.rows(Relief) if row.procedure == self.done.id]
        standard = standard_for(book(), self.booking.kind, "test", self.page.as_of)
        results = series(results_of(self.page.chart, self.booking.kind))
        own = [row.percent for row in rows if row.percent is not None]
        return Diary(
            readings=sorted(rows, key=lambda row: (row.minutes_after is None, row.minutes_after or 0)),
            best=max(own, default=None),
            blocks=len(results),
            standard=standard,
            result=result_of(
                standard.percent,
                book().number("block_negative_below", self.page.as_of),
                results,
                anaesthetics_of(book(), self.booking.kind),
            )
            if own
            else None,
        )

    @property
    def taken_again(self) -> list[TakenAgain]:
        """The held drugs and when they may be taken again, as printed."""
        risk = self.entry.bleeding_class.text if self.entry.bleeding_class else None
        held = {alert.facts[0].id for alert in self.option.alerts if alert.facts}
        found: list[TakenAgain] = []
        for row in self.page.chart.rows(Medication):
            known = drug_of(book(), row) if row.id in held else None
            if known:
                name, drug = known
                rows = [
                    (one, cite(f"{name}.restart", one)) for one in drug.restart if one.bleeding_class in (None, risk)
                ]
                found.append(TakenAgain(drug.label, rows))
        return found

    def context(self, **more: Any) -> dict[str, Any]:
        """What every page of the visit shows."""
        user = self.page.request.user
        return self.page.context(
            "procedure",
            visit=self,
            booking=self.booking,
            may_book=user.may("procedure.book"),
            may_override=user.may("procedure.override"),
            may_write_record=user.may("procedure.record"),
            **more,
        )


def open_visit(request: HttpRequest, patient_id: UUID, number: int, permission: str) -> Visit:
    """A booking of a patient, for somebody who may do this; the patient's door comes first."""
    page = open_page(request, patient_id, permission)
    booking = booking_of(page.patient, number)
    if booking is None:
        raise Http404
    return Visit(page, booking)

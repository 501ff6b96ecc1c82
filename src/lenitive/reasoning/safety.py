"""Red flags, and drugs that must be held before a needle.

Nothing here tells anybody to stop a drug. It computes the earliest day on which a last dose would have to have been
taken, and asks the prescriber and the proceduralist. What is not known blocks as unknown, never as passed.
"""

from __future__ import annotations

from datetime import date, timedelta
from math import ceil
from typing import cast

from lenitive.chart.chart import Chart
from lenitive.chart.medication import Medication
from lenitive.chart.request import Request
from lenitive.medicine.shapes import DrugEntry, Hold, ProcedureEntry
from lenitive.reasoning.assessment import Alert, RedFlagResult
from lenitive.reasoning.book import Book
from lenitive.reasoning.citing import cite, cite_parameter, see
from lenitive.reasoning.determination import Asking, asks


def red_flags(asking: Asking) -> list[RedFlagResult]:
    """Every red flag: raised, not raised as far as asked, or not asked."""
    found: list[RedFlagResult] = []
    for name, flag in asking.book.content.red_flags.items():
        criterion = asking.book.standing(flag.criterion, asking.engine.day)
        answer = asking.engine.answer(criterion)
        found.append(
            RedFlagResult(
                id=name,
                label=flag.label,
                status=answer.status.value,
                urgency=flag.urgency,
                action=flag.action,
                stops_procedures=flag.stops_procedures,
                facts=[see(fact) for fact in answer.facts],
                citations=[cite(name, flag), *(cite_parameter(used) for used in answer.citations)],
                missing=asks(criterion.ask, answer.missing, flag.label),
            )
        )
    return found


def red_flag_alerts(flags: list[RedFlagResult]) -> list[Alert]:
    """The alerts for raised red flags."""
    return [
        Alert(
            severity="emergency" if flag.urgency == "emergency" else "stop" if flag.stops_procedures else "warning",
            title=flag.label,
            action=flag.action,
            facts=flag.facts,
            citations=flag.citations,
        )
        for flag in flags
        if flag.status == "met"
    ]


def taken(chart: Chart, day: date) -> list[Medication]:
    """Medications that are taken on a day, or may be: started, and not known to have ended."""
    medications = [cast("Medication", fact) for fact in chart.table("medication")]
    return [
        one
        for one in medications
        if one.status not in ("stopped", "completed")
        and (one.until is None or one.until >= day)
        and (one.true_on is None or one.true_on <= day)
    ]


def drug_of(book: Book, medication: Medication) -> tuple[str, DrugEntry] | None:
    """The drug entry that a medication is, by ingredient or code."""
    for name, drug in book.content.drugs.items():
        if medication.ingredient in drug.names or (medication.rxnorm and medication.rxnorm in drug.rxnorm):
            return name, drug
    return None


def hold_alerts(book: Book, chart: Chart, request: Request, procedure: ProcedureEntry, as_of: date) -> list[Alert]:
    """Holds for the antithrombotic drugs a patient takes, for one procedure."""
    if procedure.bleeding_class is None:
        return []
    alerts: list[Alert] = []
    for medication in taken(chart, as_of):
        known = drug_of(book, medication)
        if known is None:
            continue
        name, drug = known
        for hold in drug.holds:
            if hold.bleeding_class == procedure.bleeding_class.text and hold.rule != "none":
                alerts.append(_hold_alert(name, drug, hold, medication, request, procedure))
    return alerts


def _hold_alert(
    name: str, drug: DrugEntry, hold: Hold, medication: Medication, request: Request, procedure: ProcedureEntry
) -> Alert:
    last_dose = _last_dose(hold, request.on)
    still = "" if medication.status == "active" else " First ask whether it is still taken: the chart does not say."
    if hold.rule == "shared" or hold.amount is None:
        action = f"No fixed interval: the prescriber of {drug.label} and the proceduralist decide together.{still}"
    else:
        unit = hold.rule
        when = f" (last dose no later than {last_dose})" if last_dose else ""
        action = (
            f"Guideline interval for {hold.bleeding_class} bleeding risk: {hold.amount:g} {unit} from the last dose to "
            f"the needle{when}. Ask the prescriber before anything is stopped.{still}"
        )
    if hold.also:
        action += f" Also: {hold.also}."
    return Alert(
        severity="ask" if hold.rule == "shared" else "warning",
        title=f"Takes {drug.label}: {hold.bleeding_class} bleeding risk",
        action=action,
        facts=[see(medication)],
        citations=[cite(f"{name}.hold", hold)],
        hold_from=last_dose,
        procedure=request.kind,
    )


def _last_dose(hold: Hold, planned: date | None) -> date | None:
    if planned is None or hold.amount is None or hold.rule not in ("days", "hours"):
        return None
    days = hold.amount if hold.rule == "days" else hold.amount / 24
    return planned - timedelta(days=ceil(days))

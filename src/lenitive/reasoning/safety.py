"""Red flags, and drugs that must be held before a needle.

Nothing here tells anybody to stop a drug. It computes the earliest day on which a last dose would have to have been
taken, and asks the prescriber and the proceduralist. What is not known blocks as unknown, never as passed.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache
from math import ceil
from typing import Literal

import msgspec

from lenitive.chart.chart import Chart
from lenitive.chart.medication import Medication
from lenitive.chart.patient import Patient
from lenitive.chart.request import Request
from lenitive.medicine.shapes import DrugEntry, Hold, ProcedureEntry, RedFlag
from lenitive.reasoning.assessment import Alert, RedFlagResult, most_urgent_first
from lenitive.reasoning.book import Book
from lenitive.reasoning.citing import amount, cite, cite_parameter, in_a_sentence, see
from lenitive.reasoning.determination import Asking, asks, topics_of
from lenitive.rules.model import Criterion
from lenitive.rules.reference import Answer
from lenitive.rules.sources import reads
from lenitive.status import Status

DIED = "patient_died"
"""What stands in the place of every red flag once the patient has died."""


def red_flags(asking: Asking) -> list[RedFlagResult]:
    """Every red flag: raised, not raised as far as asked, or not asked. Of a patient who died only that is said."""
    patient = asking.engine.chart.patient
    if patient and patient.has_died_by(asking.engine.day):
        return [_death(patient)]
    # What each flag reads is named before the chart is listened to: a source named later would pass for silent.
    flags = _red_flags_on(asking.book, asking.engine.day)
    heard = asking.engine.heard()
    found: list[RedFlagResult] = []
    for name, flag, criterion, sources in flags:
        if sources & heard or not asking.blank:
            found.append(_red_flag(asking, name, flag, criterion))
        else:
            silent = _red_flag(asking.blank, name, flag, criterion)
            found.append(asking.here(silent, topics_of(silent)) if silent.facts else silent)
    return found


def has_died(flags: Iterable[RedFlagResult]) -> bool:
    """Whether the flags say no more than that the patient has died."""
    return any(flag.id == DIED for flag in flags)


def _death(patient: Patient) -> RedFlagResult:
    return RedFlagResult(
        id=DIED,
        label=f"The patient died on {patient.died_on}",
        status="met",
        urgency="urgent",
        action="Nothing is proposed, asked for or done. If this is a mistake, correct the day of death in the record.",
        stops_procedures=True,
        facts=[see(patient)],
        citations=[],
        missing=[],
    )


@lru_cache(maxsize=8)
def _red_flags_on(book: Book, day: date) -> tuple[tuple[str, RedFlag, Criterion, int], ...]:
    """Every red flag with its criterion as it holds on a day, and the sources that it reads."""
    criteria = [(name, flag, book.standing(flag.criterion, day)) for name, flag in book.content.red_flags.items()]
    return tuple((name, flag, criterion, reads(criterion.met_when)) for name, flag, criterion in criteria)


def _red_flag(asking: Asking, name: str, flag: RedFlag, criterion: Criterion) -> RedFlagResult:
    kept = asking.kept.red_flags.get(name)
    if kept is None:
        answer = asking.engine.answer(criterion)
        spares = _spared(asking, flag) if answer.status is Status.MET else []
        kept = asking.kept.red_flags[name] = RedFlagResult(
            id=name,
            label=flag.label,
            status=answer.status.value,
            urgency=flag.urgency,
            action=flag.action_when_spared if spares and flag.action_when_spared else flag.action,
            stops_procedures=flag.stops_procedures,
            facts=[asking.seen(fact) for fact in answer.facts],
            citations=[cite(name, flag), *(cite_parameter(used) for used in answer.citations)],
            missing=asks(criterion.ask, answer.missing, flag.label),
            stops=flag.stops,
            spares=spares,
        )
    return kept


def _spared(asking: Asking, flag: RedFlag) -> list[str]:
    """The procedures that need not wait for a raised flag, if the chart says so."""
    if flag.spares_when is None:
        return []
    known = asking.engine.answer(asking.book.standing(flag.spares_when, asking.engine.day))
    return flag.spares if known.status is Status.MET else []


def red_flag_alerts(flags: list[RedFlagResult]) -> list[Alert]:
    """The alerts for raised red flags, the most urgent first."""
    return [
        Alert(
            severity=_severity(flag),
            title=flag.label,
            action=flag.action,
            facts=flag.facts,
            citations=flag.citations,
        )
        for flag in most_urgent_first(flags)
        if flag.status == "met"
    ]


def _severity(flag: RedFlagResult) -> Literal["emergency", "stop", "warning"]:
    """How it is marked. Where the danger is known and what is meant for it goes on, it warns."""
    if flag.urgency == "emergency":
        return "emergency"
    return "stop" if flag.stops_procedures and not flag.spares else "warning"


def taken(chart: Chart, day: date) -> list[Medication]:
    """Medications that are taken on a day, or may be: started, and not known to have ended."""
    return [
        one
        for one in chart.rows(Medication)
        if one.status not in ("stopped", "completed")
        and (one.until is None or one.until >= day)
        and (one.true_on is None or one.true_on <= day)
    ]


def drug_of(book: Book, medication: Medication) -> tuple[str, DrugEntry] | None:
    """The drug entry that a medication is, by ingredient or code."""
    return _drug_named(book, medication.ingredient, medication.rxnorm)


@lru_cache(maxsize=4_096)
def _drug_named(book: Book, ingredient: str | None, rxnorm: str | None) -> tuple[str, DrugEntry] | None:
    for name, drug in book.content.drugs.items():
        if ingredient in drug.names or (rxnorm and rxnorm in drug.rxnorm):
            return name, drug
    return None


def hold_alerts(asking: Asking, request: Request, procedure: ProcedureEntry) -> list[Alert]:
    """One alert for each antithrombotic drug that the patient takes and that one procedure asks to hold."""
    if procedure.bleeding_class is None:
        return []
    usual = procedure.bleeding_class.text
    alerts: list[Alert] = []
    for medication in taken(asking.engine.chart, asking.engine.day):
        known = drug_of(asking.book, medication)
        if known is None:
            continue
        name, drug = known
        raised = _raised_by(asking, usual, medication) if drug.holds else None
        counts_as = _NEXT_CLASS[usual] if raised else usual
        rows = [hold for hold in drug.holds if hold.bleeding_class == counts_as]
        holds = [hold for hold in rows if hold.rule != "none" and _applies(asking, hold)]
        if holds:
            danger = _danger_of_stopping(asking, medication)
            told = _hold_alert(name, drug, holds, medication, request, danger)
            alerts.append(_as_raised(asking, told, raised, usual) if raised else told)
    return alerts


_NEXT_CLASS = {"low": "intermediate", "intermediate": "high"}


def _raised_by(asking: Asking, usual: str, medication: Medication) -> tuple[str, Answer] | None:
    """What raises the class of the procedure by one, if the chart says so, for a drug against clotting."""
    day = asking.engine.day
    if usual not in _NEXT_CLASS or medication.ingredient not in asking.book.words("antithrombotics", day):
        return None
    for name in asking.book.words("bleeding_class_raised_by", day):
        criterion = asking.book.standing(name, day, asking.place)
        answer = asking.engine.answer(criterion)
        if answer.status is Status.MET:
            return criterion.label, answer
    return None


def _as_raised(asking: Asking, told: Alert, raised: tuple[str, Answer], usual: str) -> Alert:
    """The alert with why the class counts one higher than the procedure's own."""
    label, answer = raised
    entry = "bleeding_class_raised_by"
    facts = {(fact.table, fact.id): fact for fact in (*told.facts, *map(see, answer.facts))}
    return msgspec.structs.replace(
        told,
        action=f"{told.action} Counted one class above {usual}: {in_a_sentence(label)}.",
        facts=list(facts.values()),
        citations=[*told.citations, cite(entry, asking.book.value(entry, asking.engine.day))],
    )


def _danger_of_stopping(asking: Asking, medication: Medication) -> Answer | None:
    """Why stopping a drug against clotting would itself be dangerous, if the chart says so: a stent, a valve, a stroke,
    a clot. Other drugs that are held for a needle protect from none of these."""
    if medication.ingredient not in asking.book.words("antithrombotics", asking.engine.day):
        return None
    answer = asking.engine.answer(asking.book.standing("thrombosis_risk_high", asking.engine.day, asking.place))
    return answer if answer.status.value == "met" else None


def _applies(asking: Asking, hold: Hold) -> bool:
    """A row counts unless its condition is known not to hold."""
    if hold.criterion is None:
        return True
    condition = asking.book.standing(hold.criterion, asking.engine.day, asking.place)
    return asking.engine.truth(condition.met_when) is not False


def strictest(holds: list[Hold]) -> Hold:
    """The row with the longest interval; one that leaves the interval to the prescriber only if no row has a number."""
    return max(holds, key=lambda hold: hours_of(hold) or -1.0)


def hours_of(hold: Hold) -> float | None:
    """The interval in hours, or ``None`` if the row has no number of hours or days."""
    if hold.amount is None or hold.rule not in ("days", "hours"):
        return None
    return hold.amount * (24 if hold.rule == "days" else 1)


def _hold_alert(
    name: str, drug: DrugEntry, holds: list[Hold], medication: Medication, request: Request, danger: Answer | None
) -> Alert:
    longest = strictest(holds)
    others = [hold for hold in holds if hold is not longest]
    last_dose = _last_dose(longest, request.on)
    by = f" (last dose no later than {last_dose})" if last_dose else ""
    words = _in_words(longest)
    action = [f"{words[:1].upper()}{words[1:]}{by}."]
    if danger:
        action.insert(0, f"{_DANGER} If it may be stopped at all:")
    if others:
        action.append(f"Also printed: {'; '.join(dict.fromkeys(_in_words(hold) for hold in others))}.")
    action.append("Ask the prescriber before anything is stopped.")
    if medication.status != "active":
        action.append("First ask whether it is still taken: the chart does not say.")
    return Alert(
        severity="ask" if hours_of(longest) is None else "warning",
        title=f"Takes {drug.label}: {longest.bleeding_class} bleeding risk",
        action=" ".join(action),
        facts=[see(medication), *(see(fact) for fact in (danger.facts if danger else ()))],
        citations=[
            *(cite(f"{name}.hold", hold) for hold in (longest, *others)),
            *(cite_parameter(used) for used in (danger.citations if danger else ())),
        ],
        hold_from=last_dose,
        procedure=request.kind,
    )


_DANGER = (
    "Stopping is itself dangerous here: ask the prescriber first whether the procedure can wait, or be done without "
    "stopping, and for a stent or a clot, how old it is."
)


def _in_words(hold: Hold) -> str:
    if hold.amount is None or hold.rule == "shared":
        words = "no fixed interval, the prescriber and the proceduralist decide together"
    else:
        words = f"{amount(hold.amount, hold.rule.removesuffix('s'))} from the last dose to the needle"
    return words + (f" ({hold.when})" if hold.when else "") + (f", {hold.also}" if hold.also else "")


def _last_dose(hold: Hold, planned: date | None) -> date | None:
    hours = hours_of(hold)
    return None if planned is None or hours is None else planned - timedelta(days=ceil(hours / 24))

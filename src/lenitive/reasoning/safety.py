"""Red flags, and drugs that must be held before a needle.

Nothing here tells anybody to stop a drug. It computes the earliest day on which a last dose would have to have been
taken, and asks the prescriber and the proceduralist. What is not known blocks as unknown, never as passed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import lru_cache
from math import ceil
from typing import Literal

import msgspec

from lenitive.chart.chart import Chart
from lenitive.chart.condition import Condition
from lenitive.chart.device import Device
from lenitive.chart.medication import Medication
from lenitive.chart.patient import Patient
from lenitive.chart.request import Request
from lenitive.medicine.shapes import DrugEntry, Hold, ProcedureEntry, RedFlag
from lenitive.reasoning.assessment import Alert, RedFlagResult, most_urgent_first
from lenitive.reasoning.book import Book
from lenitive.reasoning.citing import amount, cite, cite_parameter, in_a_sentence, plain, see
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
    flags = _red_flags_on(asking.book, asking.book.since[asking.engine.day])
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


def nothing_is_prepared(flags: Iterable[RedFlagResult]) -> bool:
    """Whether no drug is to be held for a needle: the patient has died, or an emergency stops whatever is planned."""
    return any(
        flag.id == DIED or (flag.status == "met" and flag.stops_procedures and flag.urgency == "emergency")
        for flag in flags
    )


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
            upkeep=[] if flag.holds_upkeep else _upkeep(asking.book),
        )
    return kept


@lru_cache(maxsize=8)
def _upkeep(book: Book) -> list[str]:
    """Procedures that keep going what is in the body: to miss the refill of a pump is itself a danger."""
    return [name for name, entry in book.content.procedures.items() if entry.continues]


def _spared(asking: Asking, flag: RedFlag) -> list[str]:
    """The procedures that need not wait for a raised flag, if the chart says so."""
    if flag.spares_when is None:
        return []
    known = asking.engine.answer(asking.book.standing(flag.spares_when, asking.engine.day))
    return flag.spares if known.status is Status.MET else []


def red_flag_alerts(asking: Asking, flags: list[RedFlagResult]) -> list[Alert]:
    """The alerts for raised red flags, the most urgent first, each danger once."""
    raised = {flag.id for flag in flags if flag.status == "met"}
    return [
        _red_flag_alert(asking, flag)
        for flag in most_urgent_first(flags)
        if flag.status == "met" and not _is_told_by_another(asking.book, flag.id, raised)
    ]


def _red_flag_alert(asking: Asking, flag: RedFlagResult) -> Alert:
    thinners = _against_clotting(asking) if flag.id == BLEED else []
    names = " and ".join(dict.fromkeys(one.ingredient or one.label or one.id for one in thinners))
    devices = _against_a_magnet(asking) if "MRI" in flag.action else []
    return Alert(
        severity=_severity(flag),
        title=f"{flag.label}, under {names}" if names else flag.label,
        action=" ".join([flag.action, *([_before_mri(devices)] if devices else [])]),
        facts=[*flag.facts, *map(see, thinners), *map(see, devices)],
        citations=flag.citations,
    )


def _against_a_magnet(asking: Asking) -> list[Device]:
    """What is in the body, and not known to be safe in a magnet, whatever the field."""
    day = asking.engine.day
    return [
        one
        for one in asking.engine.chart.rows(Device)
        if one.mri != "safe" and not (one.until and one.until < day) and not (one.true_on and one.true_on > day)
    ]


def _before_mri(devices: Sequence[Device]) -> str:
    """What to settle before the scan: which model it is, what its maker allows, and what to do where it is barred."""
    names = " and ".join(
        f"{in_a_sentence(one.label or plain(one.kind))} (MRI {one.mri or 'not known'})" for one in devices
    )
    return (
        f"Carries {names}: ask the maker and the device team now what the model and its leads allow. Where it is "
        "barred or cannot be found out in time: CT, with contrast in the canal if the cord or roots are in question."
    )


BLEED = "bleed_at_cord"
"""The red flag for which it counts at once what is taken against clotting."""


def _against_clotting(asking: Asking) -> list[Medication]:
    """The drugs against clotting that are taken, or were until lately."""
    answer = asking.engine.answer(asking.book.standing("antithrombotic_taken", asking.engine.day))
    return [one for one in answer.facts if isinstance(one, Medication)] if answer.status is Status.MET else []


def _is_told_by_another(book: Book, name: str, raised: set[str]) -> bool:
    """Whether the alert of another raised flag says all that this one's would."""
    flag = book.content.red_flags.get(name)
    return flag is not None and not raised.isdisjoint(flag.told_by)


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


def is_of_class(book: Book, medication: Medication, *classes: str) -> bool:
    """True if a medication is of one of these classes of drugs: it says so, or what it is made of does."""
    known = drug_of(book, medication)
    return medication.drug_class in classes or (known is not None and known[1].drug_class in classes)


@lru_cache(maxsize=4_096)
def _drug_named(book: Book, ingredient: str | None, rxnorm: str | None) -> tuple[str, DrugEntry] | None:
    for name, drug in book.content.drugs.items():
        if ingredient in drug.names or (rxnorm and rxnorm in drug.rxnorm):
            return name, drug
    return None


def hold_alerts(asking: Asking, request: Request, procedure: ProcedureEntry, today: date) -> list[Alert]:
    """One alert for each antithrombotic drug that the patient takes and that one procedure asks to hold.

    A drug that keeps a young coronary stent open, or treats a young clot, gets no day: what is said is not to stop it.
    """
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
        if not holds:
            continue
        if young := _young_stent(asking, medication):
            alerts.append(_not_to_stop(asking, drug, medication, young, request))
        elif clot := _young_clot(asking, medication):
            alerts.append(_not_to_stop_for_a_clot(asking, drug, medication, clot, request))
        else:
            danger = _danger_of_stopping(asking, medication)
            told = _hold_alert(name, drug, _of_this_dose(holds, medication), medication, request, danger, today)
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


YOUNG_STENT = "coronary_stent_is_young"
YOUNG_CLOT = "clot_is_young"
WAIT_AFTER_CLOT = "clot_wait_months"
HEART_ATTACK = "heart_attack_lately"


def each_drug_once(alerts: Iterable[Alert]) -> list[Alert]:
    """Of the alerts about drugs to hold for several procedures the one that matters most for each drug: what must not
    be stopped, then the earliest day."""
    by_drug: dict[str, list[Alert]] = {}
    for alert in alerts:
        by_drug.setdefault(alert.facts[0].id, []).append(alert)
    return [
        min(same, key=lambda one: (SEVERITIES.index(one.severity), one.hold_from or date.max))
        for same in by_drug.values()
    ]


def worst_first(alerts: Iterable[Alert]) -> list[Alert]:
    """Alerts by how much harm they prevent, otherwise as they stood."""
    return sorted(alerts, key=lambda one: SEVERITIES.index(one.severity))


SEVERITIES = ("emergency", "stop", "warning", "ask")


def emergencies_first(alerts: Iterable[Alert]) -> list[Alert]:
    """Emergencies before all else, otherwise as they stood."""
    return sorted(alerts, key=lambda one: one.severity != "emergency")


def _young_stent(asking: Asking, medication: Medication) -> Answer | None:
    """The stent that a drug keeps open, if it is known to be too young for an elective procedure to interrupt it."""
    if medication.ingredient not in asking.book.words("stent_antiplatelets", asking.engine.day):
        return None
    return asking.if_met(YOUNG_STENT)


def _not_to_stop(asking: Asking, drug: DrugEntry, medication: Medication, young: Answer, request: Request) -> Alert:
    """That a drug goes on, since when the stent is there, and how long elective work waits."""
    book, day = asking.book, asking.engine.day
    attack = asking.if_met(HEART_ATTACK)
    wait = "stent_after_attack_wait_months" if attack else "stent_wait_months"
    placed = _placed_on(book, day, young)
    why = ", which was placed around a heart attack" if attack else ""
    return Alert(
        severity="stop",
        title=f"Do not stop {drug.label.lower()}: coronary stent of {placed}",
        action=(
            f"What would interrupt it waits until {book.number(wait, day):g} months after the stent{why}. The "
            "cardiologist says whether anything may be done before, and how; no day to stop is worked out."
        ),
        facts=[see(medication), *map(see, young.facts)],
        citations=[cite(wait, book.value(wait, day)), *(cite_parameter(used) for used in young.citations)],
        procedure=request.kind,
    )


def _young_clot(asking: Asking, medication: Medication) -> Answer | None:
    """The clot that a drug treats, if it is known to be too young for an elective procedure to interrupt it."""
    if not is_of_class(asking.book, medication, "anticoagulant"):
        return None
    return asking.if_met(YOUNG_CLOT)


def _not_to_stop_for_a_clot(
    asking: Asking, drug: DrugEntry, medication: Medication, young: Answer, request: Request
) -> Alert:
    """That a drug goes on, since when the clot is known, and how long elective work waits."""
    book, day = asking.book, asking.engine.day
    found = max(fact.true_on for fact in young.facts if isinstance(fact, Condition) and fact.true_on is not None)
    return Alert(
        severity="stop",
        title=f"Do not stop {drug.label.lower()}: clot of {found}",
        action=(
            f"What would interrupt it waits until {book.number(WAIT_AFTER_CLOT, day):g} months after the clot. What "
            "cannot wait is talked over with its prescriber; no day to stop is worked out."
        ),
        facts=[see(medication), *map(see, young.facts)],
        citations=[
            cite(WAIT_AFTER_CLOT, book.value(WAIT_AFTER_CLOT, day)),
            *(cite_parameter(used) for used in young.citations),
        ],
        procedure=request.kind,
    )


def _of_this_dose(holds: list[Hold], medication: Medication) -> list[Hold]:
    """The rows that speak for the dose that is taken; all of them where none does, or it is not known."""
    return [hold for hold in holds if hold.is_for(medication.dose, medication.unit, medication.times_a_day)] or holds


def _placed_on(book: Book, day: date, young: Answer) -> date:
    """The day of the youngest stent among the facts of an answer."""
    codes, concepts = tuple(book.words("coronary_stent_icd10", day)), book.words("coronary_stent_concepts", day)
    return max(
        fact.true_on
        for fact in young.facts
        if isinstance(fact, Condition)
        and fact.true_on is not None
        and (fact.code in concepts or (fact.icd10 or "").startswith(codes))
    )


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
    name: str,
    drug: DrugEntry,
    holds: list[Hold],
    medication: Medication,
    request: Request,
    danger: Answer | None,
    today: date,
) -> Alert:
    longest = strictest(holds)
    others = [hold for hold in holds if hold is not longest]
    shorter = [hold for hold in others if hours_of(hold) != hours_of(longest)]
    last_dose = _last_dose(longest, request.on)
    by = f" (last dose no later than {last_dose})" if last_dose else ""
    words = _in_words(longest)
    action = [f"{words[:1].upper()}{words[1:]}{by}."]
    if danger:
        age = "" if _is_dated(danger) else _HOW_OLD
        action.insert(0, f"{_DANGER}{age}. If it may be stopped at all:")
    if last_dose and last_dose < today and medication.status == "active":
        action.append("That day has passed while it is still taken: the planned day cannot be kept.")
    if shorter:
        action.append(f"{ALSO_PRINTED} {'; '.join(dict.fromkeys(_in_words(hold) for hold in shorter))}.")
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


ALSO_PRINTED = "Also printed:"
"""How the sentence begins that names shorter intervals of other sources."""

_DANGER = (
    "Stopping is itself dangerous here: ask the prescriber first whether the procedure can wait, or be done without "
    "stopping"
)
_HOW_OLD = ", and for a stent or a clot, how old it is"


def _is_dated(danger: Answer) -> bool:
    """Whether the day of everything that makes stopping dangerous is on record."""
    return all(fact.true_on is not None for fact in danger.facts if isinstance(fact, Condition))


def _in_words(hold: Hold) -> str:
    if hold.amount is None or hold.rule == "shared":
        words = "no fixed interval, the prescriber and the proceduralist decide together"
    else:
        words = f"{amount(hold.amount, hold.rule.removesuffix('s'))} from the last dose to the needle"
    return words + (f" ({hold.when})" if hold.when else "") + (f", {hold.also}" if hold.also else "")


def _last_dose(hold: Hold, planned: date | None) -> date | None:
    hours = hours_of(hold)
    return None if planned is None or hours is None else planned - timedelta(days=ceil(hours / 24))

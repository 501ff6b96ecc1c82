"""Facts as sentences. Nothing is added to a fact, nothing is worked out from it, and no number is rounded."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

from lenitive.chart.fact import Fact, Span
from lenitive.chart.schema import TABLE_OF
from lenitive.codes import unit_in_words
from lenitive.medicine.shapes import Content
from lenitive.reasoning.citing import amount, distinct, in_a_sentence, named, plain, scale, topic


def number(value: float) -> str:
    """A number as it was recorded: 7.0 as 7, and never rounded."""
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def days(first: date | None, last: date | None = None) -> str:
    """A day, or the month, year or range within which it lies."""
    if first is None:
        return "day not recorded"
    if last is None or last == first:
        return str(first)
    after = last + timedelta(days=1)
    if first.day == 1 and after.day == 1:
        if (first.year, first.month) == (last.year, last.month):
            return f"{first:%Y-%m}"
        if first.month == 1 and last.month == 12 and first.year == last.year:
            return str(first.year)
    return f"between {first} and {last}"


def on(fact: Fact) -> str:
    """When a fact was true, or since when."""
    return days(fact.true_on, fact.true_by)


def span(fact: Span) -> str:
    """From when until when."""
    started = "start not recorded" if fact.true_on is None else f"from {on(fact)}"
    return f"{started}, {f'until {fact.until}' if fact.until else 'no end recorded'}"


def joined(*parts: str | None) -> str:
    """The parts that say something, with commas."""
    return ", ".join(" ".join(part.split()) for part in parts if part and part.strip())


def listed(words: Iterable[str]) -> str:
    """Words one after the other: ``a, b and c``."""
    *most, last = [plain(word) for word in words] or [""]
    return f"{', '.join(most)} and {last}" if most else last


def capital(text: str) -> str:
    """The text as the start of a sentence."""
    return text[:1].upper() + text[1:]


def name_of(fact: Any, content: Content) -> str:
    """What a fact is about, in the words of the knowledge base; its own words where those would add a number."""
    table = TABLE_OF[type(fact)]
    return named(table, fact.code if table == "finding" else fact.kind, content)


def _place(fact: Any) -> str:
    side = "both sides" if fact.side == "both" else fact.side or ""
    return joined(side, " ".join(fact.levels))


def _region(code: str) -> str:
    return in_a_sentence(named("complaint", code))


def _where_it_goes(f: Any) -> str:
    if f.stays:
        return "going nowhere else"
    return f"going to {listed(map(_region, f.radiates_to))}" if f.radiates_to else ""


def _complaint(f: Any) -> str:
    return joined(
        f"pain: {_region(f.region)}",
        "both sides" if f.side == "both" else f.side,
        f"since {on(f)}" if f.true_on else "start not recorded",
        f"until {f.until}" if f.until else "",
        _where_it_goes(f),
        listed(f.quality) if f.quality else "",
        f"worse with {listed(f.aggravated_by)}" if f.aggravated_by else "",
        f"eased by {listed(f.relieved_by)}" if f.relieved_by else "",
    )


def _treatment(f: Any, name: str) -> str:
    return joined(
        name,
        span(f),
        amount(f.sessions, "session") if f.sessions is not None else "",
        f"adherence: {f.adherence}" if f.adherence else "",
        f"response: {plain(f.response)}" if f.response else "response not recorded",
        f"reason: {f.reason}" if f.reason else "",
    )


def _measure(f: Any) -> str:
    unit = "" if f.unit == "{score}" else unit_in_words(f.unit)
    score = f"{number(f.score)} {unit}".rstrip() if f.score is not None else f.text or "no score recorded"
    return f"{scale(f.instrument)} {score} ({on(f)})"


def _finding(f: Any, name: str) -> str:
    state = {True: "present", False: "looked for and not found", None: ""}[f.present]
    value = f"{number(f.value)} {unit_in_words(f.unit)}" if f.value is not None else ""
    return f"{joined(f'{name}: {state}' if state else name, value, _place(f), f.text)} ({on(f)})"


def _drug(drug: Any) -> str:
    parts = [drug.ingredient]
    parts += [f"{number(drug.strength_percent)} %"] if drug.strength_percent is not None else []
    parts += [f"{number(drug.dose)} {unit_in_words(drug.unit)}"] if drug.dose is not None else []
    parts += [f"{number(drug.volume_ml)} mL"] if drug.volume_ml is not None else []
    return " ".join(parts)


def given(procedure: Any) -> str:
    """The drugs of a procedure."""
    return "; ".join(_drug(drug) for drug in procedure.drugs)


def technique(f: Any) -> str:
    """How radiofrequency was applied, where the leads lie, how much cement was given: what is recorded of these."""
    coverage = f"{number(f.coverage_percent)} % of the pain covered" if f.coverage_percent is not None else ""
    return joined(
        f"{f.ablation_mode} radiofrequency" if f.ablation_mode else "",
        f"{number(f.temperature_c)} °C" if f.temperature_c is not None else "",
        f"{number(f.lesion_seconds)} s a lesion" if f.lesion_seconds is not None else "",
        amount(f.lesions, "lesion") if f.lesions is not None else "",
        f"sensory stimulation felt at {number(f.sensory_v)} V" if f.sensory_v is not None else "",
        f"motor stimulation tested up to {number(f.motor_v)} V" if f.motor_v is not None else "",
        {True: "the limb moved", False: "no limb moved", None: ""}[f.motor_response],
        amount(f.leads, "lead") if f.leads is not None else "",
        f"tip at {f.lead_tip}" if f.lead_tip else "",
        {"both": "leads on both sides", "midline": "lead in the midline", None: ""}.get(
            f.lead_side, f"lead on the {f.lead_side}"
        ),
        coverage,
        f"{number(f.cement_ml)} mL of cement" if f.cement_ml is not None else "",
        f"leak of cement: {f.cement_leak}" if f.cement_leak else "",
    )


def _procedure(f: Any, name: str) -> str:
    drugs = f"with {given(f)}" if f.drugs else ""
    return f"{joined(name, f.intent, _place(f), f.guidance, technique(f), drugs)} ({on(f)})"


def relief(f: Any) -> str:
    """How much a procedure helped, without the day."""
    gone = f"{number(f.percent)} % relief" if f.percent is not None else "percent of relief not recorded"
    hours = f"for {amount(f.lasted_hours, 'hour')}" if f.lasted_hours is not None else ""
    lasted = f"for {amount(f.lasted_days, 'day')}" if f.lasted_days is not None else hours
    after = f"{amount(f.minutes_after, 'minute')} after" if f.minutes_after is not None else ""
    scale = f"{f.instrument.upper()} " if f.instrument else ""
    before = f"{scale}{number(f.score_before)} before" if f.score_before is not None else ""
    then = f"{'' if before else scale}{number(f.score_after)} after" if f.score_after is not None else ""
    function = f"function {number(f.function_percent)} % better" if f.function_percent is not None else ""
    return joined(after, gone, lasted, before, then, function)


def _condition(f: Any) -> str:
    name = plain(f.code) or f.label or f.icd10 or f.snomed or "diagnosis without a name"
    code = f.icd10 if f.icd10 and f.icd10 != name else ""
    return joined(name, code, f.status, f.certainty, _place(f), f"since {on(f)}" if f.true_on else "")


def _statement(f: Any, name: str) -> str:
    says = {True: "yes", False: "no", None: ""}[f.says]
    told = f"“{f.text}”" if f.text else ""
    return joined(f"{name}: {says}" if says else name, told, f"by {f.by}" if f.by else "", on(f))


def _medication(f: Any) -> str:
    dose = f"{number(f.dose)} {unit_in_words(f.unit)}" if f.dose is not None else ""
    return joined(f.ingredient or f.label or "drug without a name", dose, f.status or "status not recorded", span(f))


def _goal(f: Any) -> str:
    target = f"{f.instrument.upper()} {number(f.score)}" if f.instrument and f.score is not None else ""
    said = f"{f.outcome}{f' ({f.outcome_on})' if f.outcome_on else ''}" if f.outcome else ""
    about = f"goal: {f.text or plain(f.kind)}"
    return joined(about, target, f"by {f.due}" if f.due else "", said, f"set {on(f)}" if f.true_on else "")


_SENTENCES: dict[str, Callable[[Any], str]] = {
    "patient": lambda f: joined(f"born {days(f.birth_date, f.birth_by)}" if f.birth_date else "", f.sex) or "patient",
    "complaint": _complaint,
    "condition": _condition,
    "medication": _medication,
    "allergy": lambda f: joined(f.substance, f.reaction, f.severity),
    "relief": lambda f: f"{relief(f)} (reported {on(f)})",
    "measure": _measure,
    "goal": _goal,
    "device": lambda f: joined(plain(f.kind), span(f)),
    "coverage": lambda f: joined(*distinct(f.payer, f.plan, plain(f.programme)), f.state),
    "attestation": lambda f: f"asked and complete: {topic(f.topic)} ({on(f)})",
}
_NAMED: dict[str, Callable[[Any, str], str]] = {
    "finding": _finding,
    "treatment": _treatment,
    "procedure": _procedure,
    "statement": _statement,
}


def sentence(fact: Fact, content: Content) -> str:
    """A fact as one sentence without a full stop."""
    table = TABLE_OF[type(fact)]
    if table in _NAMED:
        return capital(_NAMED[table](fact, name_of(fact, content)))
    return capital(_SENTENCES[table](fact))


GAPS = (
    "start not recorded",
    "no end recorded",
    "day not recorded",
    "birth date not recorded",
    "response not recorded",
    "status not recorded",
    "percent of relief not recorded",
    "relief not recorded",
    "no score recorded",
    "side not set",
    "levels not set",
    "sedation not set",
    "day not set",
)
"""How our sentences and cells say that something is not known."""

_GAP = "|".join(map(re.escape, GAPS))
_IN_BRACKETS = re.compile(rf" ?\((?:reported )?(?:{_GAP})\)")
_BEFORE_MORE = re.compile(rf"(?:^|(?<=: ))(?:{_GAP}), ", re.IGNORECASE)
_AFTER = re.compile(rf"(?:^|[,;:]? )(?:{_GAP})(?=$|[,;.(] ?| \()", re.IGNORECASE)


def without_gaps(text: str) -> str:
    """A sentence of ours with only what it tells; what it says to be unknown is left out and nothing is put there."""
    told = _IN_BRACKETS.sub("", text)
    while (shorter := _AFTER.sub("", _BEFORE_MORE.sub("", told))) != told:
        told = shorter
    return told.strip()

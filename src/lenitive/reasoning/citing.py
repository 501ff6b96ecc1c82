"""Turns cited content and facts into the citations and sentences of an assessment."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from typing import Any

from lenitive.chart.fact import Fact
from lenitive.chart.medication import Medication
from lenitive.chart.schema import TABLE_OF
from lenitive.codes import unit_in_words
from lenitive.knowledge.entries import Cited
from lenitive.medicine.content import content
from lenitive.medicine.shapes import Content
from lenitive.reasoning.assessment import Citation, FactSeen
from lenitive.rules import model


@cache
def reference(source: str) -> str:
    """The document that a source id names."""
    known = content().sources.get(source)
    return known.citation if known else f"unknown source {source}"


def cite(entry: str, cited: Cited) -> Citation:
    """The citation of a piece of content."""
    return Citation(
        entry=entry,
        source=cited.source,
        reference=reference(cited.source),
        locator=cited.locator,
        grade=cited.grade,
        note=cited.note or "",
    )


@lru_cache(maxsize=10_000)
def cite_parameter(used: model.Citation) -> Citation:
    """The citation of a parameter that a rule used."""
    return Citation(
        entry=used.entry,
        source=used.source,
        reference=reference(used.source),
        locator=used.locator,
        grade=used.grade,
        note=used.note,
    )


def see(fact: Fact) -> FactSeen:
    """A fact as it is shown beside what it decided."""
    table = TABLE_OF[type(fact)]
    return FactSeen(table=table, id=fact.id, on=fact.true_on, text=say(table, fact), source=fact.source)


def say(table: str, fact: Fact) -> str:
    """A fact in a few words."""
    words = _SENTENCES[table](fact) if table in _SENTENCES else table
    return " ".join(words.split())


def _joined(*parts: Any) -> str:
    return ", ".join([str(part) for part in parts if part not in (None, "", ())])


def distinct(*words: str | None) -> list[str]:
    """The words that say something, each once whatever its case: a payer is often called like its programme."""
    return list({word.casefold(): word for word in reversed(words) if word}.values())[::-1]


def plain(code: str | None) -> str:
    """A code in words: ``straight_leg_raise`` as ``straight leg raise``."""
    return (code or "").replace("_", " ")


def drugs_in_words(medications: Iterable[Medication]) -> str:
    """The drugs by their ingredients, by what the record calls them, or by their class, each once."""
    return " and ".join(dict.fromkeys(one.ingredient or one.label or plain(one.drug_class) for one in medications))


@lru_cache(maxsize=4_096)
def in_a_sentence(label: str) -> str:
    """A label as it stands inside a sentence: *Headache from C1-2* as *headache from C1-2*; names like C1-2 stay."""
    first = label.split(" ", 1)[0]
    return label if first != first.capitalize() or any(map(str.isdigit, first)) else label[:1].lower() + label[1:]


def named(table: str, code: str | None, known: Content | None = None) -> str:
    """What a fact is about, in the words of the knowledge base; its own words where those would add a number."""
    return _named(table, code) if known is None else _named_by(known, table, code)


@lru_cache(maxsize=4_096)
def _named(table: str, code: str | None) -> str:
    return _named_by(content(), table, code)


def _named_by(known: Content, table: str, code: str | None) -> str:
    tables: dict[str, Mapping[str, Any]] = {
        "complaint": known.regions,
        "finding": known.findings,
        "procedure": known.procedures,
        "statement": known.statements,
        "treatment": known.treatments,
    }
    entry = tables.get(table, {}).get(code or "")
    label = str(entry.label) if entry else ""
    return label if label and not re.search(r"\d", label) else plain(code)


ROWS_OF = {
    "allergy": "allergies",
    "complaint": "pains",
    "condition": "diagnoses",
    "device": "devices",
    "finding": "findings",
    "measure": "scores",
    "medication": "medicines",
    "procedure": "procedures",
    "relief": "reports of relief",
    "treatment": "treatments",
}
"""What the rows of a table are called where a list of them may not be complete."""


def topic(attested: str) -> str:
    """What was asked completely: ``procedure:epidural`` as *procedures, epidural*."""
    table, _, part = attested.partition(":")
    return f"{ROWS_OF.get(table, plain(table))}{f', {plain(part)}' if part else ''}"


def amount(value: float, unit: str) -> str:
    """A number with its unit, one or many: *1 hour*, *2.5 hours*."""
    said = str(int(value)) if float(value).is_integer() else repr(float(value))
    return f"{said} {unit if value == 1 else unit + 's'}"


def _place(fact: Any) -> str:
    return _joined(getattr(fact, "side", None), " ".join(getattr(fact, "levels", ())))


def _finding(f: Any) -> str:
    state = {True: "present", False: "absent", None: ""}[f.present]
    value = f"{f.value:g} {unit_in_words(f.unit)}" if f.value is not None else ""
    return _joined(named("finding", f.code), state, value, _place(f))


def _procedure(f: Any) -> str:
    return _joined(named("procedure", f.kind), f.intent, _place(f))


def _relief(f: Any) -> str:
    percent = f"{f.percent:g} % relief" if f.percent is not None else "relief not recorded"
    lasted = f"for {amount(f.lasted_days, 'day')}" if f.lasted_days is not None else ""
    hours = f"for {amount(f.lasted_hours, 'hour')}" if f.lasted_hours is not None else ""
    return _joined(percent, lasted or hours)


def _treatment(f: Any) -> str:
    until = f"until {f.until}" if f.until else "no end recorded"
    sessions = amount(f.sessions, "session") if f.sessions is not None else ""
    return _joined(named("treatment", f.kind), until, sessions, plain(f.response))


def scale(instrument: str) -> str:
    """What was measured: a score by the letters that it goes by, what has a unit by its name."""
    entry = content().instruments.get(instrument)
    return entry.label if entry and entry.unit != "{score}" else plain(instrument).upper()


def _measure(f: Any) -> str:
    unit = "" if f.unit == "{score}" else unit_in_words(f.unit)
    score = "" if f.score is None else f"{f.score:g} {unit}"
    return f"{scale(f.instrument)} {f.text or ''}{score}"


_SENTENCES: dict[str, Any] = {
    "patient": lambda f: _joined(f"born {f.birth_date}" if f.birth_date else "", f.sex),
    "complaint": lambda f: _joined(
        f"pain: {in_a_sentence(named('complaint', f.region))}",
        f.side,
        *(["goes nowhere"] if f.stays else [in_a_sentence(named("complaint", r)) for r in f.radiates_to]),
    ),
    "finding": _finding,
    "condition": lambda f: _joined(*distinct(plain(f.code) or f.label or f.icd10 or f.snomed, f.icd10), f.status),
    "treatment": _treatment,
    "medication": lambda f: _joined(
        f.ingredient or f.label,
        f"{f.dose:g} {unit_in_words(f.unit)}" if f.dose else "",
        f.status or "status not recorded",
    ),
    "allergy": lambda f: _joined(f.substance, f.reaction),
    "procedure": _procedure,
    "relief": _relief,
    "measure": _measure,
    "device": lambda f: plain(f.kind),
    "coverage": lambda f: _joined(*distinct(f.payer, plain(f.programme)), f.state),
    "attestation": lambda f: f"asked and complete: {topic(f.topic)}",
    "authorization": lambda f: _joined(
        f"request: {in_a_sentence(named('procedure', f.kind))}" if f.kind else "request",
        plain(f.status),
        f.number and f"number {f.number}",
        f.reason,
    ),
    "goal": lambda f: _joined(
        f.text or plain(f.kind),
        f"{f.instrument.upper()} {f.score:g}" if f.instrument and f.score is not None else "",
        f"by {f.due}" if f.due else "",
        f.outcome,
    ),
    "statement": lambda f: _joined(named("statement", f.kind), {True: "yes", False: "no", None: ""}[f.says], f.text),
}

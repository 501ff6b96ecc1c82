"""The facts that a packet shows: those that decided a criterion, and those that tell the story of this pain.

A payer gets what the request needs and no more: drugs, allergies, other diagnoses and other procedures stay out unless
a criterion rests on them. Each fact gets a number; everything else in the packet points to these numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from lenitive.chart.chart import Chart, recorded_on
from lenitive.chart.fact import Fact
from lenitive.chart.procedure import Procedure
from lenitive.chart.schema import TABLE_OF
from lenitive.documents.authorization import Authorization
from lenitive.documents.wording import name_of, on, sentence
from lenitive.medicine.shapes import Content

SCORED = frozenset(
    (
        "pain intensity",
        "pain and its interference",
        "interference of pain",
        "disability from low back pain",
        "disability from neck pain",
        "disability from pain",
        "physical function",
    )
)
"""What instruments measure whose scores tell how bad the pain is."""

LOOKED_AT = frozenset(("examination", "imaging", "electrodiagnostic"))
PAINFUL_CODES = ("M", "G")
"""Chapters of ICD-10-CM: musculoskeletal and nervous system."""

ORDER = (
    "complaint",
    "condition",
    "treatment",
    "measure",
    "finding",
    "procedure",
    "relief",
    "device",
    "medication",
    "allergy",
    "statement",
    "coverage",
    "authorization",
    "attestation",
    "patient",
)


class EvidenceRow(msgspec.Struct, frozen=True, kw_only=True):
    """One fact with its number."""

    number: str
    table: str
    text: str
    day: str
    recorded: str
    source: str
    fact: str


@dataclass(frozen=True)
class Evidence:
    """The facts of a packet, each with its number."""

    facts: Mapping[str, Fact]
    numbers: Mapping[str, str]
    content: Content

    def table(self, name: str) -> list[Any]:
        """The facts of a table, in time order."""
        return [fact for fact in self.facts.values() if TABLE_OF[type(fact)] == name]

    def of(self, *ids: str) -> list[str]:
        """The numbers of some facts."""
        return [self.numbers[name] for name in dict.fromkeys(ids) if name in self.numbers]

    def say(self, fact: Fact) -> str:
        """A fact as a sentence."""
        return sentence(fact, self.content)

    def name(self, fact: Fact) -> str:
        """What a fact is about."""
        return name_of(fact, self.content)

    def rows(self) -> list[EvidenceRow]:
        """The facts as the evidence table shows them."""
        return [
            EvidenceRow(
                number=self.numbers[name],
                table=TABLE_OF[type(fact)],
                text=self.say(fact),
                day=on(fact),
                recorded=str(recorded_on(fact)),
                source=fact.source or "not recorded",
                fact=name,
            )
            for name, fact in self.facts.items()
        ]


def evidence_of(chart: Chart, request: Authorization, content: Content) -> Evidence:
    """The facts of a chart, as of the day, that belong into the packet of a request."""
    witnesses = {seen.id for one in request.criteria for seen in one.result.facts}
    told = {fact.id: fact for table in ORDER for fact in _told(chart, table, witnesses, request, content)}
    return Evidence(told, {name: f"E{number}" for number, name in enumerate(told, start=1)}, content)


def _told(chart: Chart, table: str, witnesses: set[str], request: Authorization, content: Content) -> Iterator[Fact]:
    belongs = _BELONGS.get(table)
    shown = {fact.id for fact in chart.rows(Procedure) if _is_known_procedure(fact, content, request)}
    for fact in chart.table(table):
        of_shown = table == "relief" and getattr(fact, "procedure", None) in (shown | witnesses)
        if fact.id in witnesses or of_shown or (belongs and belongs(fact, content, request)):
            yield fact


def _is_known_procedure(fact: Any, content: Content, request: Authorization) -> bool:
    return fact.kind in content.procedures


def _is_painful(fact: Any, content: Content, request: Authorization) -> bool:
    return bool(fact.icd10) and fact.icd10.startswith(PAINFUL_CODES)


def _is_scored(fact: Any, content: Content, request: Authorization) -> bool:
    instrument = content.instruments.get(fact.instrument)
    return instrument is not None and instrument.measures in SCORED


def _is_looked_at(fact: Any, content: Content, request: Authorization) -> bool:
    return kind_of(fact, content) in LOOKED_AT


def kind_of(finding: Any, content: Content) -> str:
    """Whether a finding was told, examined or imaged: as recorded, else as the catalogue has it."""
    entry = content.findings.get(finding.code)
    return finding.kind or (entry.kind if entry else "history")


def _is_about_the_request(fact: Any, content: Content, request: Authorization) -> bool:
    return fact.about in (None, request.request.kind)


def _always(fact: Any, content: Content, request: Authorization) -> bool:
    return True


_BELONGS: dict[str, Callable[[Any, Content, Authorization], bool]] = {
    "complaint": _always,
    "condition": _is_painful,
    "treatment": _always,
    "measure": _is_scored,
    "finding": _is_looked_at,
    "procedure": _is_known_procedure,
    "statement": _is_about_the_request,
}

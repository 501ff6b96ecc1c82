"""Which manoeuvres matter for this patient, and in which order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lenitive.chart import Chart
from lenitive.chart.finding import Finding
from lenitive.medicine.content import content
from lenitive.medicine.shapes import CatalogueFinding
from lenitive.reasoning import Assessment
from lenitive.reasoning.book import book
from lenitive_web.options.answering import open_results, read_by

RECORDABLE = ("examination", "history", "imaging", "electrodiagnostic")


@dataclass(frozen=True)
class Manoeuvre:
    """One thing to look for: why it matters here, and what was found before."""

    code: str
    finding: CatalogueFinding
    reason: str
    before: Any

    @property
    def was(self) -> str:
        """What the chart says: ``present``, ``absent`` or nothing."""
        state = self.before.present if self.before else None
        return {True: "present", False: "absent", None: ""}[state]


@dataclass(frozen=True)
class Section:
    """Manoeuvres that are asked or done in one go."""

    name: str
    manoeuvres: Sequence[Manoeuvre]


def sections(assessment: Assessment, chart: Chart) -> list[Section]:
    """What tells most first, then the rest by how it is found out. Each manoeuvre stands once."""
    before: dict[str, Any] = {row.code: row for row in chart.rows(Finding)}
    known = content().findings
    first = list(dict.fromkeys(_of_next_tests(assessment)))
    dangers = [code for code in _of_red_flags(assessment) if code not in dict(first)]
    ranked = dict(first)
    others = dict.fromkeys([*_of_rivals(assessment), *_of_options(assessment)])
    rest = [code for code in others if code not in ranked and code not in dangers]

    def made(code: str, reason: str = "") -> Manoeuvre:
        return Manoeuvre(code, known[code], reason, before.get(code))

    found = [
        Section("flags", [made(code) for code in dangers]),
        Section("telling", [made(code, reason) for code, reason in ranked.items()]),
    ]
    found += [Section(kind, [made(code) for code in rest if known[code].kind == kind]) for kind in RECORDABLE]
    return [section for section in found if section.manoeuvres]


def _of_next_tests(assessment: Assessment) -> Iterator[tuple[str, str]]:
    """The findings behind the tests that would settle most, with the test they belong to."""
    seen: set[str] = set()
    tests = sorted((test for answer in assessment.differential for test in answer.next_tests), key=lambda t: -t.score)
    for test in tests:
        for code in _parts(test.finding):
            if code not in seen:
                seen.add(code)
                yield code, test.label if code != test.finding else ""


def _of_red_flags(assessment: Assessment) -> list[str]:
    """The findings that would answer the red flags that nobody fully asked about."""
    codes: dict[str, None] = {}
    known = content().findings
    questions = {finding.ask: code for code, finding in known.items()}
    for flag in assessment.red_flags:
        for ask in flag.missing if flag.status == "undocumented" else []:
            if code := questions.get(ask.question):
                codes.update(dict.fromkeys(_parts(code)))
    return list(codes)


def _of_rivals(assessment: Assessment) -> list[str]:
    """All findings that say anything about a source under consideration, the likelier source's first."""
    codes: dict[str, None] = {}
    for answer in assessment.differential:
        for estimate in answer.estimates:
            for _name, row in book().evidence_for.get(estimate.generator, ()):
                codes.update(dict.fromkeys(_parts(row.finding)))
    return list(codes)


def _of_options(assessment: Assessment) -> Iterator[str]:
    """The findings that gates, safety and coverage of the procedures under consideration still ask for."""
    for option in assessment.options:
        for one in open_results(option):
            for code in read_by(one.criterion, "finding", "code"):
                yield from _parts(code)


def _parts(code: str) -> Iterator[str]:
    """The findings that one records: of a composite its parts. What age and sex say is not recorded here."""
    finding = content().findings.get(code)
    if finding is None:
        return
    if finding.composite:
        for part in (*finding.composite.of, *finding.composite.without):
            yield from _parts(part)
    elif is_recorded(code):
        yield code


def is_recorded(code: str) -> bool:
    """Whether somebody looks for it. A composite follows from its parts; what age and sex say is known."""
    finding = content().findings[code]
    derived = finding.composite is not None or finding.from_age is not None or finding.from_sex is not None
    return finding.kind in RECORDABLE and not derived

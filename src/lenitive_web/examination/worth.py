"""Which manoeuvres matter for this patient, and in which order."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lenitive.chart import Chart
from lenitive.chart.complaint import Complaint
from lenitive.chart.finding import Finding
from lenitive.medicine.content import content
from lenitive.medicine.shapes import CatalogueFinding
from lenitive.reasoning import Assessment
from lenitive.reasoning.book import book
from lenitive.reasoning.named import COMMON, findings_about
from lenitive.reasoning.open_questions import bearing
from lenitive_web.options.answering import open_results
from lenitive_web.patients.where_answered import RECORDABLE, findings_of, findings_read, recordable, recorded_parts


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


WANTED, NEEDED, FLAGS, TELLING = "wanted", "needed", "flags", "telling"
"""The sections that stand open: what one came for, what a request waits for, dangers, and what tells most."""
CLEARING = ("_excluded", "_assessed")
"""How the catalogue ends the names of findings that clear a danger: they are no signs of it."""
DANGERS = "dangers"
"""The other danger signs, one by one, for who cannot say that there is none."""


def sections(
    assessment: Assessment, chart: Chart, wanted: Sequence[str] = (), needed_by: Container[str] = ()
) -> list[Section]:
    """What one came for and what a request waits for, dangers, what tells most, then the rest by how it is found out.

    ``wanted`` are findings that a question elsewhere led to; ``needed_by`` the procedures that are asked for or booked.
    Each manoeuvre stands once.
    """
    before: dict[str, Any] = {row.code: row for row in chart.rows(Finding)}
    known = content().findings
    found: list[Section] = []
    taken: set[str] = set()

    def add(name: str, codes: Iterable[tuple[str, str]]) -> None:
        once = {code: reason for code, reason in reversed(list(codes)) if code not in taken}
        rows = [Manoeuvre(code, known[code], reason, before.get(code)) for code, reason in reversed(once.items())]
        taken.update(once)
        if rows:
            found.append(Section(name, rows))

    add(WANTED, ((code, "") for code in recordable(wanted)))
    add(NEEDED, ((code, why) for code, why in _of_requests(assessment, needed_by) if code not in before))
    telling = list(dict(_of_next_tests(assessment)).items())
    asked_anyway = {code for code, _why in telling}
    add(FLAGS, ((code, "") for code in _of_red_flags(assessment, chart) if code not in asked_anyway))
    add(TELLING, telling)
    add(DANGERS, ((one.code, "") for one in dangers_to_ask(assessment, chart)))
    rest = dict.fromkeys([*_of_rivals(assessment), *_felt_here(chart), *_of_options(assessment)])
    for kind in RECORDABLE:
        add(kind, [(code, "") for code in rest if known[code].kind == kind])
    return found


def dangers_to_ask(assessment: Assessment, chart: Chart) -> list[Manoeuvre]:
    """Every danger sign that words can ask about and nobody asked, of all red flags: those that bear on the pain first.

    Somebody who asked about all of them in one breath says so in one line.
    """
    known, before = content().findings, {row.code for row in chart.rows(Finding)}
    silent = [flag for flag in assessment.red_flags if flag.status == "undocumented"]
    near = bearing(content(), chart, silent, assessment.differential)
    asks = [ask.question for flag in (*near, *silent) for ask in flag.missing]
    read = dict.fromkeys(code for question in asks for code in findings_read(question, assessment.as_of))
    signs = [code for code in read if known[code].kind == "history" and not code.endswith(CLEARING)]
    return [Manoeuvre(code, known[code], "", None) for code in signs if code not in before]


def _of_requests(assessment: Assessment, procedures: Container[str]) -> Iterator[tuple[str, str]]:
    """The findings that settle what is open about what is asked for or booked, with what they settle."""
    for option in assessment.options:
        if option.procedure in procedures:
            for one in open_results(option):
                for code in findings_of(one.criterion, assessment.as_of, option.procedure):
                    for part in recorded_parts(code):
                        yield part, one.label


def _of_next_tests(assessment: Assessment) -> Iterator[tuple[str, str]]:
    """The findings behind the tests that would settle most, with the test they belong to."""
    seen: set[str] = set()
    tests = sorted((test for answer in assessment.differential for test in answer.next_tests), key=lambda t: -t.score)
    for test in tests:
        for code in recorded_parts(test.finding):
            if code not in seen:
                seen.add(code)
                yield code, test.label if code != test.finding else ""


def _of_red_flags(assessment: Assessment, chart: Chart | None = None) -> list[str]:
    """The findings that would answer the red flags that nobody fully asked about; of a chart, those that bear on its
    pain."""
    silent = [flag for flag in assessment.red_flags if flag.status == "undocumented"]
    if chart is not None:
        silent = bearing(content(), chart, silent, assessment.differential)
    asks = [ask for flag in silent for ask in flag.missing]
    return list(dict.fromkeys(code for ask in asks for code in _asked_in(ask.question)))


def _asked_in(question: str) -> list[str]:
    """The parts of the finding whose question is asked."""
    return [part for code, one in content().findings.items() if one.ask == question for part in recorded_parts(code)]


def _of_rivals(assessment: Assessment) -> list[str]:
    """All findings that say anything about a source under consideration, the likelier source's first."""
    codes: dict[str, None] = {}
    for answer in assessment.differential:
        for estimate in answer.estimates:
            for _name, row in book().evidence_for.get(estimate.generator, ()):
                codes.update(dict.fromkeys(recorded_parts(row.finding)))
    return list(codes)


def _felt_here(chart: Chart) -> Iterator[str]:
    """All findings that say anything about a source that is commonly felt where it hurts, ranked or not."""
    regions = {complaint.region for complaint in chart.rows(Complaint)}
    for name, generator in content().generators.items():
        if any(one.region in regions and one.weight >= COMMON for one in generator.referral):
            for code in findings_about(book(), name):
                yield from recorded_parts(code)


def _of_options(assessment: Assessment) -> Iterator[str]:
    """The findings that gates, safety and coverage of the procedures under consideration still ask for."""
    for option in assessment.options:
        for one in open_results(option):
            for code in findings_of(one.criterion, assessment.as_of, option.procedure):
                yield from recorded_parts(code)

"""What to examine next: the few manoeuvres that would tell most, and what each result would do to the differential.

The candidates are the next tests that need hands and no machine. A counted finding names the manoeuvres it is counted
from, so that nobody does a third of a cluster. All figures are those of the differential itself: nothing is weighed
anew.
"""

from __future__ import annotations

from collections.abc import Sequence

from lenitive.reasoning.assessment import Citation, Differential, Estimate, NextTest, Value
from lenitive.reasoning.book import Book
from lenitive.reasoning.findings import can_be_scored_by

AT_THE_BEDSIDE = "bedside"


class Manoeuvre(Value, frozen=True, kw_only=True):
    """One thing to do with the patient, and what counts as positive."""

    finding: str
    label: str
    how: str


class WouldBe(Value, frozen=True, kw_only=True):
    """A source of pain now, and after either result."""

    generator: str
    label: str
    now: float
    if_present: float
    if_absent: float


class ExaminationStep(Value, frozen=True, kw_only=True):
    """A finding worth looking for, how, and what it would do to the sources in question.

    ``manoeuvres`` holds what is done: the finding itself, or the parts that a counted finding is counted from.
    """

    finding: str
    label: str
    question: str
    manoeuvres: list[Manoeuvre]
    information_bits: float
    about: str
    sources: list[WouldBe]
    citation: Citation


def examination_plan(
    book: Book, differential: Sequence[Differential], steps: int = 5, sources: int = 3
) -> list[ExaminationStep]:
    """The findings of the examination that would tell most, over all questions that the pain raises, the best first.

    ``sources`` is how many rivals are shown beside the source that a finding is about.
    """
    open_steps = [
        (test.score, _step(book, answer, test, sources))
        for answer in differential
        for test in answer.next_tests
        if test.burden == AT_THE_BEDSIDE
    ]
    best: dict[str, tuple[float, ExaminationStep]] = {}
    for score, step in open_steps:
        if step.finding not in best or score > best[step.finding][0]:
            best[step.finding] = score, step
    ranked = sorted(best.values(), key=lambda one: (-one[0], one[1].finding))
    return [step for _, step in ranked[:steps]]


def _step(book: Book, answer: Differential, test: NextTest, sources: int) -> ExaminationStep:
    finding = book.content.findings[test.finding]
    parts = can_be_scored_by(finding)
    return ExaminationStep(
        finding=test.finding,
        label=test.label,
        question=answer.question,
        manoeuvres=[_manoeuvre(book, name) for name in parts or [test.finding]],
        information_bits=test.information_bits,
        about=test.about,
        sources=_sources(answer.estimates, test, sources),
        citation=test.citation,
    )


def _manoeuvre(book: Book, name: str) -> Manoeuvre:
    finding = book.content.findings[name]
    return Manoeuvre(finding=name, label=finding.label, how=finding.ask)


def _sources(estimates: Sequence[Estimate], test: NextTest, rivals: int) -> list[WouldBe]:
    """The source that the finding is about, and its likeliest rivals, which share what it gains or loses."""
    about = [one for one in estimates if one.generator == test.about]
    others = [one for one in estimates if one.generator != test.about][:rivals]
    return [_would_be(one, test) for one in (*about, *others)]


def _would_be(one: Estimate, test: NextTest) -> WouldBe:
    if one.generator == test.about:
        if_present, if_absent = test.if_present, test.if_absent
    else:
        rest = one.probability / (1 - test.now)
        if_present, if_absent = rest * (1 - test.if_present), rest * (1 - test.if_absent)
    return WouldBe(
        generator=one.generator,
        label=one.label,
        now=one.probability,
        if_present=if_present,
        if_absent=if_absent,
    )

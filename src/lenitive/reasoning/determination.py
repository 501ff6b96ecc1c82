"""How a request stands against a list of requirements.

Required rows must all hold; rows of one group are alternatives, of which so many are needed. A row that does not apply
(its ``when`` is not met) is left out. Where the caller says so, a row that is only recalled can warn but never refuse:
if it is violated the determination is undocumented instead of not met.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache

from lenitive.chart.chart import Chart
from lenitive.chart.fact import Fact
from lenitive.chart.request import Request
from lenitive.medicine.shapes import Requirement
from lenitive.reasoning.assessment import Ask, CriterionResult, Determination, FactSeen, RedFlagResult, StatusWord
from lenitive.reasoning.book import Book, BoundRow, Section
from lenitive.reasoning.citing import cite_parameter, plain, see
from lenitive.rules.quick import BLANK, Quick
from lenitive.rules.reference import Missing, Reference
from lenitive.status import Status, kleene_and, kleene_at_least, kleene_not

Line = tuple[bool | None, CriterionResult]
"""Whether a requirement applies, and how it stands."""

EVERY_SOURCE = -1
"""A number of which every bit is set."""


@dataclass(slots=True)
class Kept:
    """What was worked out for one chart and day, to be taken again where another request does not change it."""

    results: dict[tuple[str, str | None, bool, int], CriterionResult] = field(default_factory=dict)
    lines: dict[tuple[str, str | None, bool, tuple[object, ...]], list[Line | None]] = field(default_factory=dict)
    determinations: dict[tuple[str, str | None, bool, tuple[object, ...]], Determination] = field(default_factory=dict)
    red_flags: dict[str, RedFlagResult] = field(default_factory=dict)
    seen: dict[str, FactSeen] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Asking:
    """Everything needed to put requirements to one chart.

    ``place`` chooses the numbers that hold there. ``blank`` puts the same questions to the blank chart: what the chart
    is silent about is taken from it.
    """

    book: Book
    engine: Reference
    place: str | None = None
    kept: Kept = field(default_factory=Kept)
    blank: Asking | None = None

    @classmethod
    def about(cls, book: Book, chart: Chart, as_of: date, request: Request | None = None) -> Asking:
        """What is asked of a chart on a day, for a request."""
        return cls(book, Quick(chart, as_of)).beside(request)

    def beside(self, request: Request | None) -> Asking:
        """The same chart asked for a request. What was worked out and does not depend on it is not worked out again."""
        day = request.on if request and request.on else self.engine.day
        return self._asked_for(request, _blank(self.book, day, request))

    def _asked_for(self, request: Request | None, blank: Asking | None) -> Asking:
        neighbour = self.engine if isinstance(self.engine, Quick) else None
        answers = blank.engine if blank and isinstance(blank.engine, Quick) else None
        engine = Quick(self.engine.chart, self.engine.day, request, beside=neighbour, blank=answers)
        kept = self.kept if engine.day == self.engine.day else Kept()
        return Asking(self.book, engine, self.place, kept, blank)

    def at(self, place: str | None) -> Asking:
        """The same with the numbers that hold in a place."""
        return replace(self, place=place, blank=self.blank.at(place) if self.blank else None)

    def seen(self, fact: Fact) -> FactSeen:
        """A fact as it is shown."""
        kept = self.kept.seen.get(fact.id)
        if kept is None:
            kept = self.kept.seen[fact.id] = see(fact)
        return kept

    def heard(self) -> int:
        """The sources that the chart is not silent about; all of them if there is no blank chart to answer instead."""
        return self.engine.heard() if self.blank and isinstance(self.engine, Quick) else EVERY_SOURCE


@lru_cache(maxsize=1_000)
def _blank(book: Book, day: date, request: Request | None) -> Asking:
    """The blank chart asked for a request on a day."""
    return _blank_on(book, day)._asked_for(request, None)


@lru_cache(maxsize=8)
def _blank_on(book: Book, day: date) -> Asking:
    return Asking(book, Quick(BLANK, day))


def determine(asking: Asking, owner: str, rows: Sequence[Requirement], recalled_refuses: bool = True) -> Determination:
    """The status of all rows together, and of each with its evidence. ``owner`` names them in citations."""
    engine = asking.engine
    section = asking.book.section(owner, rows, engine.day, asking.place)
    if asking.blank and not section.reads & asking.heard():
        return determine(asking.blank, owner, rows, recalled_refuses)
    key = (owner, asking.place, recalled_refuses, engine.decided(section.request_fields))
    if key not in asking.kept.determinations:
        lines = _lines(asking, section, recalled_refuses)
        asking.kept.determinations[key] = _together(section, lines)
    return asking.kept.determinations[key]


def _lines(asking: Asking, section: Section, recalled_refuses: bool) -> list[Line | None]:
    """Each requirement as it stands; ``None`` for one that does not apply."""
    key = (section.owner, asking.place, recalled_refuses, asking.engine.decided(section.request_fields))
    if key not in asking.kept.lines:
        blank = _lines(asking.blank, section, recalled_refuses) if asking.blank else None
        heard = asking.heard()
        asking.kept.lines[key] = [
            blank[number] if blank and not bound.reads & heard else _line(asking, bound, recalled_refuses)
            for number, bound in enumerate(section.rows)
        ]
    return asking.kept.lines[key]


def _line(asking: Asking, bound: BoundRow, recalled_refuses: bool) -> Line | None:
    applies = True if bound.applies is None else asking.engine.truth(bound.applies.met_when)
    return None if applies is False else (applies, _result(asking, bound, recalled_refuses))


def _together(section: Section, lines: Sequence[Line | None]) -> Determination:
    results: list[CriterionResult] = []
    alone: list[tuple[str, bool | None]] = []
    groups: dict[str, list[tuple[str, bool | None]]] = defaultdict(list)
    needed: dict[str, int] = {}
    for bound, line in zip(section.rows, lines, strict=True):
        if line is None:
            continue
        row = bound.row
        applies, result = line
        results.append(result)
        satisfied = result.satisfied if applies or result.satisfied else None
        if row.severity == "advice":
            continue
        counted = None if result.warns_only else satisfied
        if row.group:
            groups[row.group].append((row.criterion, counted))
            needed[row.group] = max(needed.get(row.group, 1), row.at_least)
        else:
            alone.append((row.criterion, counted))
    verdicts = [([name], truth) for name, truth in alone]
    verdicts += [
        (
            [name for name, truth in members if truth is not True],
            kleene_at_least(needed[group], (t for _, t in members)),
        )
        for group, members in groups.items()
    ]
    return Determination(
        status=_WORDS[kleene_and(truth for _, truth in verdicts)],
        criteria=results,
        violated=[name for names, truth in verdicts if truth is False for name in names],
        open=[name for names, truth in verdicts if truth is None for name in names],
    )


_WORDS: dict[bool | None, StatusWord] = {truth: Status.of(truth).value for truth in (True, False, None)}


def _result(asking: Asking, bound: BoundRow, recalled_refuses: bool) -> CriterionResult:
    engine = asking.engine
    alike = bound.key(engine) if isinstance(engine, Quick) else engine.key(bound.criterion.met_when)
    key = (bound.id, asking.place, recalled_refuses, alike)
    kept = asking.kept.results.get(key)
    if kept is None:
        kept = asking.kept.results[key] = _worked_out(asking, bound, recalled_refuses)
    return kept


def _worked_out(asking: Asking, bound: BoundRow, recalled_refuses: bool) -> CriterionResult:
    row, criterion = bound.row, bound.criterion
    answer = asking.engine.answer(criterion)
    truth = answer.status.truth
    satisfied = truth if row.want == "met" else kleene_not(truth)
    label = row.label or criterion.label
    return CriterionResult(
        criterion=row.criterion,
        label=label,
        status=_WORDS[truth],
        wanted=row.want,
        satisfied=satisfied,
        severity=row.severity,
        group=row.group,
        warns_only=satisfied is False and row.grade == "recalled" and not recalled_refuses,
        facts=[asking.seen(fact) for fact in answer.facts],
        citations=[bound.citation, *(cite_parameter(used) for used in answer.citations if used.entry != bound.id)],
        missing=asks(criterion.ask, answer.missing, label),
        opens_with=row.opens_with,
    )


def asks(question: str, missing: Sequence[Missing], settles: str) -> list[Ask]:
    """What would settle an undocumented criterion: the question to ask, and each thing that is missing."""
    if not missing:
        return []
    details = dict.fromkeys(_detail(one.what, one.table, one.column) for one in missing)
    ordered = all(one.what == "request" for one in missing)
    return [Ask(question=question, detail="; ".join(details), settles=[settles], about_request=ordered)]


@lru_cache(maxsize=2_000)
def _detail(what: str, table: str, column: str | None) -> str:
    if what == "topic":
        return f"nobody attested that the list of {plain(column or table).replace(':', ', ')} is complete"
    if what == "request":
        return f"the request does not say: {plain(column)}"
    if what == "row":
        return f"no {plain(table)} is recorded"
    return f"{plain(column)} of a {plain(table)} is not recorded exactly"

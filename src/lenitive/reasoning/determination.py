"""How a request stands against a list of requirements.

Required rows must all hold; rows of one group are alternatives, of which so many are needed. A row that does not apply
(its ``when`` is not met) is left out. Where the caller says so, a row that is only recalled can warn but never refuse:
if it is violated the determination is undocumented instead of not met.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import TypeVar

import msgspec

from lenitive.chart.chart import Chart, order_key
from lenitive.chart.fact import Fact
from lenitive.chart.request import Request
from lenitive.medicine.shapes import Requirement
from lenitive.reasoning.assessment import Ask, CriterionResult, Determination, FactSeen, RedFlagResult, StatusWord
from lenitive.reasoning.book import Book, BoundRow, Section
from lenitive.reasoning.citing import ROWS_OF, cite_parameter, plain, see
from lenitive.rules.quick import BLANK, Quick, blank_beside
from lenitive.rules.reference import Missing, Reference
from lenitive.status import Status, kleene_and, kleene_at_least, kleene_not

Key = tuple[str, str | None, bool, tuple[object, ...]]
"""What a determination depends on beside the chart: owner, place, whether recalled rows refuse, and the request."""

Topics = tuple[str, ...]
"""The facts that a result from the blank chart shows, each named by the topic that it attests."""

Result = TypeVar("Result", CriterionResult, RedFlagResult)


@dataclass(frozen=True, slots=True)
class Lines:
    """How each requirement of a section stands, and what that says of the whole.

    A row that does not apply has no result, and nothing against the whole. One that only warns, or of which it is not
    known whether it applies, can leave the whole open and cannot refuse it.
    """

    results: list[CriterionResult | None]
    says: list[bool | None]
    lacking: list[int]
    """Numbers of the rows, in order, that decide by themselves and do not hold."""


@dataclass(slots=True)
class Kept:
    """What was worked out for one chart and day, to be taken again where another request does not change it."""

    results: dict[tuple[str, str | None, bool, int], CriterionResult] = field(default_factory=dict)
    lines: dict[Key, Lines] = field(default_factory=dict)
    determinations: dict[Key, Determination] = field(default_factory=dict)
    showing: dict[Key, list[tuple[int, Topics]]] = field(default_factory=dict)
    red_flags: dict[str, RedFlagResult] = field(default_factory=dict)
    seen: dict[str, FactSeen] = field(default_factory=dict)
    attested: dict[Topics, list[FactSeen]] = field(default_factory=dict)
    blank: Chart | None = None


class Asking(msgspec.Struct, frozen=True, eq=False):
    """Everything needed to put requirements to one chart.

    ``place`` chooses the numbers that hold there. ``blank`` puts the same questions to a blank chart with the same
    attestations: what the chart is silent about is taken from it.
    """

    book: Book
    engine: Reference
    place: str | None = None
    kept: Kept = msgspec.field(default_factory=Kept)
    blank: Asking | None = None

    @classmethod
    def about(cls, book: Book, chart: Chart, as_of: date, request: Request | None = None) -> Asking:
        """What is asked of a chart on a day, for a request."""
        return cls(book, Quick(chart, as_of)).beside(request)

    def beside(self, request: Request | None) -> Asking:
        """The same chart asked for a request. What was worked out and does not depend on it is not worked out again."""
        day = request.on if request and request.on else self.engine.day
        self.kept.blank = self.kept.blank or blank_beside(self.engine.chart)
        return self._asked_for(request, _blank(self.book, day, request, self.kept.blank))

    def _asked_for(self, request: Request | None, blank: Asking | None) -> Asking:
        neighbour = self.engine if isinstance(self.engine, Quick) else None
        answers = blank.engine if blank and isinstance(blank.engine, Quick) else None
        engine = Quick(self.engine.chart, self.engine.day, request, beside=neighbour, blank=answers)
        kept = self.kept if engine.day == self.engine.day else Kept(blank=self.kept.blank)
        return Asking(self.book, engine, self.place, kept, blank)

    def at(self, place: str | None) -> Asking:
        """The same with the numbers that hold in a place."""
        if place == self.place:
            return self
        return Asking(self.book, self.engine, place, self.kept, self.blank.at(place) if self.blank else None)

    def seen(self, fact: Fact) -> FactSeen:
        """A fact as it is shown."""
        kept = self.kept.seen.get(fact.id)
        if kept is None:
            kept = self.kept.seen[fact.id] = see(fact)
        return kept

    def here(self, result: Result, topics: Topics) -> Result:
        """A result from the blank chart with this chart's own attestations, which are all the facts that it shows."""
        kept = self.kept.attested.get(topics)
        if kept is None:
            own = sorted(self.engine.attestations_of(topics).values(), key=order_key)
            kept = self.kept.attested[topics] = [self.seen(fact) for fact in own]
        return msgspec.structs.replace(result, facts=kept)


@lru_cache(maxsize=2_000)
def _blank(book: Book, day: date, request: Request | None, chart: Chart) -> Asking:
    """A blank chart asked for a request on a day; what is not attested on it is taken from the one without anything."""
    blank = None if chart is BLANK else _blank(book, day, request, BLANK)
    return _blank_on(book, day, chart)._asked_for(request, blank)


@lru_cache(maxsize=64)
def _blank_on(book: Book, day: date, chart: Chart) -> Asking:
    return Asking(book, Quick(chart, day))


def determine(asking: Asking, owner: str, rows: Sequence[Requirement], recalled_refuses: bool = True) -> Determination:
    """The status of all rows together, and of each with its evidence. ``owner`` names them in citations."""
    section = asking.book.section(owner, rows, asking.engine.day, asking.place)
    key = (owner, asking.place, recalled_refuses, asking.engine.decided(section.request_fields))
    return _determined(asking, section, key)


def _determined(asking: Asking, section: Section, key: Key) -> Determination:
    kept = asking.kept.determinations.get(key)
    if kept is None:
        heard, blank = asking.engine.heard(), asking.blank
        if blank and not section.reads & heard:
            kept = _taken_over(asking, _determined(blank, section, key))
        else:
            kept = _together(section, _lines(asking, section, key, heard))
        asking.kept.determinations[key] = kept
    return kept


def _taken_over(asking: Asking, found: Determination) -> Determination:
    """What was determined on the blank chart, with this chart's own attestations."""
    for result in found.criteria:
        if result.facts:
            own = [asking.here(result, topics_of(result)) if result.facts else result for result in found.criteria]
            return msgspec.structs.replace(found, criteria=own)
    return found


def topics_of(result: CriterionResult | RedFlagResult) -> Topics:
    """The topics whose attestations a result from the blank chart shows."""
    return tuple([fact.id for fact in result.facts])


def _lines(asking: Asking, section: Section, key: Key, heard: int) -> Lines:
    kept = asking.kept.lines.get(key)
    if kept is None:
        blank, (_, _, recalled_refuses, _) = asking.blank, key
        if blank:
            kept = _lines_beside(asking, blank, section, key, heard)
        else:
            told = [_line(asking, bound, recalled_refuses) for bound in section.rows]
            says = [said for _, said in told]
            lacking = [number for number in sorted(section.alone) if says[number] is not True]
            kept = Lines([result for result, _ in told], says, lacking)
        asking.kept.lines[key] = kept
    return kept


def _lines_beside(asking: Asking, blank: Asking, section: Section, key: Key, heard: int) -> Lines:
    """The lines of the blank chart, those worked out that this chart is not silent about."""
    _, _, recalled_refuses, _ = key
    silent, anew = _lines(blank, section, key, blank.engine.heard()), section.that_read(heard)
    results, says = silent.results.copy(), silent.says.copy()
    for number, topics in _showing(blank, key, silent):
        result = results[number]
        if result and number not in anew:
            results[number] = asking.here(result, topics)
    for number in anew:
        results[number], says[number] = _line(asking, section.rows[number], recalled_refuses)
    may_lack = section.alone.intersection((*silent.lacking, *anew))
    return Lines(results, says, [number for number in sorted(may_lack) if says[number] is not True])


def _showing(blank: Asking, key: Key, lines: Lines) -> list[tuple[int, Topics]]:
    """Those lines of a blank chart that show attestations, by number."""
    kept = blank.kept.showing.get(key)
    if kept is None:
        told = enumerate(lines.results)
        shown = [(number, topics_of(result)) for number, result in told if result and result.facts]
        kept = blank.kept.showing[key] = shown
    return kept


def _line(asking: Asking, bound: BoundRow, recalled_refuses: bool) -> tuple[CriterionResult | None, bool | None]:
    applies = True if bound.applies is None else asking.engine.truth(bound.applies.met_when)
    if applies is False:
        return None, True
    result = _result(asking, bound, recalled_refuses)
    if result.satisfied is False and (result.warns_only or not applies):
        return result, None
    return result, result.satisfied


def _together(section: Section, lines: Lines) -> Determination:
    says, rows = lines.says, section.rows
    truths: list[bool | None] = []
    violated: list[str] = []
    undecided: list[str] = []
    for number in lines.lacking:
        truths.append(says[number])
        (undecided if says[number] is None else violated).append(rows[number].row.criterion)
    for numbers in section.groups:
        members = [number for number in numbers if lines.results[number]]
        needed = max([rows[number].row.at_least for number in members], default=0)
        enough = kleene_at_least(needed, [says[number] for number in members])
        if enough is not True:
            truths.append(enough)
            lacking = [rows[number].row.criterion for number in members if says[number] is not True]
            (undecided if enough is None else violated).extend(lacking)
    results = [result for result in lines.results if result]
    return Determination(status=_WORDS[kleene_and(truths)], criteria=results, violated=violated, open=undecided)


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
    truth = answer.truth
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
        facts=[asking.seen(fact) for fact in answer.facts] if answer.facts else [],
        citations=[bound.citation, *map(cite_parameter, answer.citations)],
        missing=asks(criterion.ask, answer.missing, label),
        opens_with=row.opens_with,
    )


def asks(question: str, missing: Sequence[Missing], settles: str) -> list[Ask]:
    """What would settle an undocumented criterion: the question to ask, and each thing that is missing."""
    if not missing:
        return []
    details = dict.fromkeys([_detail(one.what, one.table, one.column) for one in missing])
    ordered = {one.what for one in missing} == {"request"}
    tables = list(dict.fromkeys([_recorded_in(one.what, one.table, one.column) for one in missing]))
    ask = Ask(
        question=question, detail="; ".join(details), settles=[settles], about_request=ordered, recorded_in=tables
    )
    return [ask]


ANSWERED_ONE_BY_ONE = ("finding", "statement")
"""Tables whose questions a row answers with yes or no, so that nobody has to say that the rows are all there are."""


@lru_cache(maxsize=2_000)
def _recorded_in(what: str, table: str, column: str | None) -> str:
    """The table that waits for the answer, or the topic of which somebody has to say that the record holds it all."""
    is_attested = what == "topic" and table not in ANSWERED_ONE_BY_ONE
    return f"attestation:{column or table}" if is_attested else table


def _not_attested(table: str, topic: str) -> str:
    """Silence about a topic of which nobody said that the record holds it all."""
    if table == "statement":
        return "nothing is written down about it"
    part = topic.partition(":")[2]
    rows = ROWS_OF.get(table, topic)
    return f"nobody attested that the {rows} on record{f' ({part})' if part else ''} are all there are"


@lru_cache(maxsize=2_000)
def _detail(what: str, table: str, column: str | None) -> str:
    if what == "topic":
        return _not_attested(table, plain(column or table))
    if what == "request":
        return f"the request does not say: {plain(column)}"
    if what == "row":
        return f"no {plain(table)} is recorded"
    return f"{plain(column)} of a {plain(table)} is not recorded exactly"

"""How a request stands against a list of requirements.

Required rows must all hold; rows of one group are alternatives, of which so many are needed. A row that does not apply
(its ``when`` is not met) is left out. Where the caller says so, a row that is only recalled can warn but never refuse:
if it is violated the determination is undocumented instead of not met.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import NamedTuple, TypeVar

import msgspec

from lenitive.chart.chart import Chart, order_key
from lenitive.chart.fact import Fact
from lenitive.chart.request import Request
from lenitive.medicine.shapes import Requirement
from lenitive.reasoning.assessment import Ask, CriterionResult, Determination, FactSeen, RedFlagResult, StatusWord
from lenitive.reasoning.book import Book, BoundRow, Section
from lenitive.reasoning.citing import ROWS_OF, cite_parameter, plain, see
from lenitive.rules.quick import BLANK, Quick, blank_beside
from lenitive.rules.reference import Answer, Missing, Reference
from lenitive.status import Status, kleene_at_least, kleene_not

Key = tuple[Section, tuple[object, ...]]
"""What a determination depends on beside the chart: the rows with their numbers, and what the request decides."""

Topics = tuple[str, ...]
"""The facts that a result from the blank chart shows, each named by the topic that it attests."""

Result = TypeVar("Result", CriterionResult, RedFlagResult)


Line = tuple[CriterionResult | None, bool | None]
"""How one row stands, and what that says of the whole.

A row that does not apply has no result, and nothing against the whole. One that only warns, or of which it is not known
whether it applies, can leave the whole open and cannot refuse it.
"""


Lacking = tuple[int, bool | None, str]
"""A row that decides by itself and does not hold: its number, what it says of the whole, its criterion."""


Unmet = tuple[bool | None, list[str]]
"""Alternatives of which not enough hold: what they say of the whole, and the criteria that do not hold."""


class Lines(NamedTuple):
    """How each row of a section stands, what each says of the whole, those that are lacking, in order, and what each
    group of alternatives lacks."""

    results: list[CriterionResult | None]
    says: list[bool | None]
    lacking: list[Lacking]
    unmet: list[Unmet | None]


class Beside(NamedTuple):
    """What a chart takes over of a section: the lines of the rows that it is silent about, those of them that show
    attestations, with their topics; the rows to work out anew, with their numbers; and the groups that they are in."""

    lines: Lines
    showing: list[tuple[int, CriterionResult, Topics]]
    anew: Sequence[tuple[int, BoundRow]]
    groups: list[tuple[int, tuple[int, ...]]]


MOST_HEARD = 1_000
"""Sets of sources for which a section keeps what is taken over beside them, before it starts over."""


@dataclass(slots=True)
class Silence:
    """The lines of a section on a blank chart."""

    section: Section
    lines: Lines
    _beside: dict[int, Beside] = field(default_factory=dict)

    def beside(self, heard: int) -> Beside:
        """What is taken over by a chart that speaks of these sources, all of which are the section's."""
        found = self._beside.get(heard)
        if found is None:
            if len(self._beside) > MOST_HEARD:
                self._beside.clear()
            found = self._beside[heard] = self._without(heard)
        return found

    def _without(self, heard: int) -> Beside:
        results, says, lacking, unmet = self.lines
        anew = [(number, bound) for number, bound in enumerate(self.section.rows) if bound.reads & heard]
        numbers = {number for number, _ in anew}
        told = [(number, result) for number, result in enumerate(results) if result and result.facts]
        showing = [(number, result, topics_of(result)) for number, result in told if number not in numbers]
        groups = [(place, group) for place, group in enumerate(self.section.groups) if not numbers.isdisjoint(group)]
        return Beside(
            Lines(results, says, [one for one in lacking if one[0] not in numbers], unmet), showing, anew, groups
        )


@dataclass(slots=True)
class Kept:
    """What was worked out for one chart and day, to be taken again where another request does not change it."""

    lines: dict[object, Line] = field(default_factory=dict)
    """By the row alone if the request has no say in it, else by the row and what the request decides in it."""
    silences: dict[Key, Silence] = field(default_factory=dict)
    determinations: dict[Key, Determination] = field(default_factory=dict)
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
        asked = msgspec.structs.replace(request, on=None) if request and request.on else request
        self.kept.blank = self.kept.blank or blank_beside(self.engine.chart)
        return self._asked_for(request, _blank(self.book, self.book.since[day], asked, self.kept.blank))

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

    def if_met(self, criterion: str) -> Answer | None:
        """What says that a criterion is met which takes its numbers from the knowledge base; none if that is not so, or
        not known."""
        answer = self.engine.answer(self.book.standing(criterion, self.engine.day, self.place))
        return answer if answer.status is Status.MET else None

    def seen(self, fact: Fact) -> FactSeen:
        """A fact as it is shown."""
        kept = self.kept.seen.get(fact.id)
        if kept is None:
            kept = self.kept.seen[fact.id] = see(fact)
        return kept

    def all_seen(self, facts: Iterable[Fact]) -> list[FactSeen]:
        """Facts as they are shown."""
        kept = self.kept.seen
        return [kept.get(fact.id) or self.seen(fact) for fact in facts]

    def here(self, result: Result, topics: Topics) -> Result:
        """A result from the blank chart with this chart's own attestations, which are all the facts that it shows."""
        kept = self.kept.attested.get(topics)
        if kept is None:
            own = sorted(self.engine.attestations_of(topics).values(), key=order_key)
            kept = self.kept.attested[topics] = [self.seen(fact) for fact in own]
        return msgspec.structs.replace(result, facts=kept)


@lru_cache(maxsize=2_000)
def _blank(book: Book, since: date, request: Request | None, chart: Chart) -> Asking:
    """A blank chart asked for a request of whatever day since the numbers last changed; what is not attested on it is
    taken from the one without anything."""
    blank = None if chart is BLANK else _blank(book, since, request, BLANK)
    return _blank_on(book, since, chart)._asked_for(request, blank)


@lru_cache(maxsize=64)
def _blank_on(book: Book, since: date, chart: Chart) -> Asking:
    return Asking(book, Quick(chart, since))


def determine(asking: Asking, owner: str, rows: Sequence[Requirement], recalled_refuses: bool = True) -> Determination:
    """The status of all rows together, and of each with its evidence. ``owner`` names them in citations."""
    return determined(asking, asking.book.section(owner, rows, asking.engine.day, asking.place, recalled_refuses))


def determined(asking: Asking, section: Section) -> Determination:
    """The same for rows that are bound."""
    return _determined(asking, section, (section, asking.engine.decided(section.request_fields)))


def _determined(asking: Asking, section: Section, key: Key) -> Determination:
    kept = asking.kept.determinations.get(key)
    if kept is None:
        heard = asking.engine.heard() & section.reads
        if asking.blank and not heard:
            kept = _taken_over(asking, _determined(asking.blank, section, key))
        else:
            kept = _together(_lines(asking, section, key, heard))
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
    """How each row stands. ``heard`` are the sources of the section that the chart is not silent about."""
    if asking.blank is None:
        nothing: list[None] = [None] * len(section.rows)
        blank = Lines([*nothing], [*nothing], [], [None] * len(section.groups))
        return _lines_beside(
            asking, section, Beside(blank, [], [*enumerate(section.rows)], [*enumerate(section.groups)])
        )
    return _lines_beside(asking, section, _silence(asking.blank, section, key).beside(heard))


def _lines_beside(asking: Asking, section: Section, beside: Beside) -> Lines:
    """The lines that are taken over, and those worked out anew."""
    silent, showing, anew, groups = beside
    results, says = silent.results.copy(), silent.says.copy()
    for number, silently, topics in showing:
        results[number] = asking.here(silently, topics)
    known, engine = asking.kept.lines, asking.engine
    quick = engine if isinstance(engine, Quick) else None
    lacking: list[Lacking] = []
    for number, bound in anew:
        # The same for all requests that decide alike in a row.
        key = bound.key
        alike = bound if key is None else (bound, key(quick) if quick else engine.request)
        results[number], said = known.get(alike) or _line(asking, bound, alike)
        says[number] = said
        if said is not True and bound.alone:
            lacking.append((number, said, bound.row.criterion))
    unmet = silent.unmet
    if groups:
        unmet = unmet.copy()
        for place, numbers in groups:
            unmet[place] = _unmet(section, numbers, results, says)
    return Lines(results, says, sorted([*silent.lacking, *lacking]) if lacking else silent.lacking, unmet)


def _unmet(
    section: Section, numbers: Sequence[int], results: Sequence[CriterionResult | None], says: Sequence[bool | None]
) -> Unmet | None:
    """What a group of alternatives lacks; none if as many of them hold as are needed."""
    members = [number for number in numbers if results[number]]
    needed = max([section.rows[number].row.at_least for number in members], default=0)
    enough = kleene_at_least(needed, [says[number] for number in members])
    if enough is True:
        return None
    return enough, [section.rows[number].row.criterion for number in members if says[number] is not True]


def _silence(blank: Asking, section: Section, key: Key) -> Silence:
    """The lines of a section on a blank chart."""
    kept = blank.kept.silences.get(key)
    if kept is None:
        lines = _lines(blank, section, key, blank.engine.heard() & section.reads)
        kept = blank.kept.silences[key] = Silence(section, lines)
    return kept


def _line(asking: Asking, bound: BoundRow, alike: object) -> Line:
    """How a row stands, worked out and kept for every owner that shares it."""
    applies = True if bound.applies is None else asking.engine.truth(bound.applies.met_when)
    if applies is False:
        line: Line = (None, True)
    else:
        result = _result(asking, bound)
        only_warns = result.satisfied is False and (result.warns_only or not applies)
        line = (result, None if only_warns else result.satisfied)
    asking.kept.lines[alike] = line
    return line


def _together(lines: Lines) -> Determination:
    """What is false or unknown of the rows that decide by themselves, and of the alternatives together."""
    results, _, lacking, unmet = lines
    violated: list[str] = []
    undecided: list[str] = []
    refuses = is_open = False
    for _, said, criterion in lacking:
        if said is False:
            refuses = True
            violated.append(criterion)
        else:
            is_open = True
            undecided.append(criterion)
    for group in unmet:
        if group is not None:
            enough, missed = group
            (undecided if enough is None else violated).extend(missed)
            refuses, is_open = refuses or enough is False, is_open or enough is None
    return Determination(
        status="not met" if refuses else "undocumented" if is_open else "met",
        criteria=list(filter(None, results)),
        violated=violated,
        open=undecided,
    )


_WORDS: dict[bool | None, StatusWord] = {truth: Status.of(truth).value for truth in (True, False, None)}


def _result(asking: Asking, bound: BoundRow) -> CriterionResult:
    row, answer = bound.row, asking.engine.answer(bound.criterion)
    truth = answer.truth
    satisfied = truth if row.want == "met" else kleene_not(truth)
    return CriterionResult(
        criterion=row.criterion,
        label=bound.label,
        status=_WORDS[truth],
        wanted=row.want,
        satisfied=satisfied,
        severity=row.severity,
        group=row.group,
        warns_only=satisfied is False and not bound.refuses,
        facts=asking.all_seen(answer.facts) if answer.facts else [],
        citations=[bound.citation, *map(cite_parameter, answer.citations)],
        missing=asks(bound.criterion.ask, answer.missing, bound.label) if answer.missing else [],
        opens_with=(row.otherwise or row.opens_with) if satisfied is False else row.opens_with,
    )


def asks(question: str, missing: Sequence[Missing], settles: str) -> list[Ask]:
    """What would settle an undocumented criterion: the question to ask, and each thing that is missing."""
    if not missing:
        return []
    return [_ask(question, tuple(dict.fromkeys([one[:3] for one in missing])), settles)]


@lru_cache(maxsize=10_000)
def _ask(question: str, missing: tuple[tuple[str, str, str | None], ...], settles: str) -> Ask:
    """The question, for what is missing of whichever fact."""
    return Ask(
        question=question,
        detail="; ".join(dict.fromkeys(_detail(*one) for one in missing)),
        settles=[settles],
        about_request={what for what, _, _ in missing} == {"request"},
        recorded_in=list(dict.fromkeys(_recorded_in(*one) for one in missing)),
    )


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

"""What would turn a determination that is open, or refused, into one that is met.

Nothing here is written by hand for a policy. The rows are put together again with some of them taken as satisfied, and
the answer is read off: which rows every way to *met* needs, which smallest choices of up to three others complete it,
and what each open row does alone. Questions are then ordered by what their answer would change.

Three things leave a required row open: the chart does not answer it; it is not known whether it applies; or it is not
as wanted but only recalled, so that it warns and the policy text has to be read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from lenitive.medicine.shapes import Requirement
from lenitive.reasoning.assessment import Ask, CriterionResult, Determination, StatusWord, Value
from lenitive.reasoning.book import row_id
from lenitive.reasoning.determination import Asking, asks
from lenitive.status import Status, kleene_and, kleene_at_least

MOST_TOGETHER = 3
"""Larger choices are not looked for: nobody acts on them."""

Openness = Literal["not recorded", "may not apply", "only recalled"]


@dataclass(frozen=True, slots=True)
class Row:
    """A required row as the group logic counts it."""

    id: str
    counted: bool | None
    group: str | None
    at_least: int
    result: CriterionResult


class OpenRow(Value, frozen=True, kw_only=True):
    """An open row: why it is open, and the status of the whole if it alone were settled one way or the other."""

    row: str
    criterion: str
    label: str
    wanted: Literal["met", "not met"]
    why: Openness
    if_satisfied: StatusWord
    if_not: StatusWord


class WouldBeMet(Value, frozen=True, kw_only=True):
    """The ways from a status to *met*, as ids of rows that would have to be satisfied.

    ``needed`` belongs to every way; one of ``choices`` comes on top, if there are any. ``refused_by`` are the rows
    among them that the chart answers against the policy: while it is not empty, no missing paper helps. ``is_complete``
    is false if the choices would need more than three rows on top of what is needed.
    """

    status: StatusWord
    needed: list[str]
    choices: list[list[str]]
    refused_by: list[str]
    open: list[OpenRow]
    is_complete: bool


class Missing(Value, frozen=True, kw_only=True):
    """A question or document that would settle something, and what it would change."""

    question: str
    details: list[str]
    settles: list[str]
    rows: list[str]
    change: str
    is_advice: bool = False
    recorded_in: list[str] = []


def unsettled_rows(asking: Asking, owner: str, rows: Sequence[Requirement]) -> dict[str, list[Ask]]:
    """The rows of which the chart does not say whether they apply, and what would say so."""
    found: dict[str, list[Ask]] = {}
    for number, row in enumerate(rows):
        if row.when is None:
            continue
        condition = asking.book.standing(row.when, asking.engine.day, asking.place)
        if asking.engine.truth(condition.met_when) is None:
            answer = asking.engine.answer(condition)
            found[row_id(owner, number, row)] = asks(condition.ask, answer.missing, row.label or row.criterion)
    return found


def required_rows(
    determination: Determination, owner: str, rows: Sequence[Requirement], unsettled: Collection[str] = ()
) -> list[Row]:
    """The rows that decide, each as it counts: satisfied, not, or open."""
    results = {result.citations[0].entry: result for result in determination.criteria}
    found: list[Row] = []
    for number, row in enumerate(rows):
        name = row_id(owner, number, row)
        if row.severity == "advice" or name not in results:
            continue
        result = results[name]
        is_open = result.warns_only or (name in unsettled and not result.satisfied)
        found.append(Row(name, None if is_open else result.satisfied, row.group, row.at_least, result))
    return found


def status_of(rows: Iterable[Row], satisfied: Collection[str] = (), refused: Collection[str] = ()) -> StatusWord:
    """The status of the rows together, some of them taken as satisfied or as refused."""
    alone: list[bool | None] = []
    groups: dict[str, list[bool | None]] = defaultdict(list)
    needed: dict[str, int] = {}
    for row in rows:
        truth = True if row.id in satisfied else False if row.id in refused else row.counted
        if row.group is None:
            alone.append(truth)
        else:
            groups[row.group].append(truth)
            needed[row.group] = max(needed.get(row.group, 1), row.at_least)
    together = [kleene_at_least(needed[group], truths) for group, truths in groups.items()]
    return Status.of(kleene_and([*alone, *together])).value


def would_be_met(rows: Sequence[Row]) -> WouldBeMet:
    """What would have to be satisfied for the rows to be met: from the open ones if these can do it."""
    open_rows = [row for row in rows if row.counted is None]
    candidates = [row.id for row in open_rows]
    if status_of(rows, candidates) != "met":
        candidates = [row.id for row in rows if row.counted is not True]
    needed = [name for name in candidates if status_of(rows, [other for other in candidates if other != name]) != "met"]
    choices = _choices(rows, needed, [name for name in candidates if name not in needed])
    used = {*needed, *(name for choice in choices for name in choice)}
    return WouldBeMet(
        status=status_of(rows),
        needed=needed,
        choices=choices,
        refused_by=[row.id for row in rows if row.counted is False and row.id in used],
        open=[_open(rows, row) for row in open_rows],
        is_complete=bool(choices) or status_of(rows, needed) == "met",
    )


def _choices(rows: Sequence[Row], needed: list[str], others: list[str]) -> list[list[str]]:
    """The minimal sets of others that complete what is needed; none if nothing else is needed."""
    if status_of(rows, needed) == "met":
        return []
    found: list[list[str]] = []
    for size in range(1, MOST_TOGETHER + 1):
        for choice in combinations(others, size):
            is_minimal = not any(set(smaller) <= set(choice) for smaller in found)
            if is_minimal and status_of(rows, [*needed, *choice]) == "met":
                found.append(list(choice))
    return found


def _open(rows: Sequence[Row], row: Row) -> OpenRow:
    return OpenRow(
        row=row.id,
        criterion=row.result.criterion,
        label=row.result.label,
        wanted=row.result.wanted,
        why="only recalled"
        if row.result.warns_only
        else "may not apply"
        if row.result.satisfied is False
        else "not recorded",
        if_satisfied=status_of(rows, satisfied=[row.id]),
        if_not=status_of(rows) if is_recalled(row.result) else status_of(rows, refused=[row.id]),
    )


def is_recalled(result: CriterionResult) -> bool:
    """True of a row that nobody read on its document: not as wanted, it warns and leaves the request open."""
    return result.citations[0].grade == "recalled"


def what_is_missing(
    determination: Determination, found: WouldBeMet, unsettled: Mapping[str, list[Ask]] | None = None
) -> list[Missing]:
    """Questions and documents, those first whose answer would change most; the same question once.

    First what settles the whole alone, then what every way needs and could refuse, then what belongs to the smallest
    choice, then what cannot change the status any more, and advice last.
    """
    settled = {one.row: one for one in found.open}
    asked: dict[str, Results] = defaultdict(list)
    for result in determination.criteria:
        for ask in _asks_of(result, settled, unsettled or {}):
            asked[ask.question].append((result, ask))
    items = [
        (_rank(results, settled, found), _missing(question, results, settled, found))
        for question, results in asked.items()
    ]
    return [item for _, item in sorted(items, key=lambda pair: pair[0])]


Results = list[tuple[CriterionResult, Ask]]


def _asks_of(
    result: CriterionResult, settled: Mapping[str, OpenRow], unsettled: Mapping[str, list[Ask]]
) -> Iterator[Ask]:
    name = result.citations[0].entry
    if result.satisfied is None:
        yield from result.missing
    elif result.warns_only:
        cited = result.citations[0]
        yield Ask(
            question=f"Does the policy's own text want this: {result.label}?",
            detail=f"the row is {cited.grade} and was not read; see {cited.reference}, {cited.locator}",
            settles=[result.label],
        )
    if name in settled:
        yield from unsettled.get(name, [])


def _rank(results: Results, settled: dict[str, OpenRow], found: WouldBeMet) -> tuple[int, int]:
    """Smaller comes first."""
    return min(_rank_of(result, settled, found) for result, _ in results), -len(results)


def _rank_of(result: CriterionResult, settled: dict[str, OpenRow], found: WouldBeMet) -> int:
    name = result.citations[0].entry
    if result.severity == "advice":
        return 9
    one = settled.get(name)
    if one is None or (one.if_satisfied == found.status and one.if_not == found.status and not _helps(name, found)):
        return 8
    if one.if_satisfied == "met":
        return 0
    if name in found.needed:
        return 1 if one.if_not == "not met" else 2
    return 2 + min((len(choice) for choice in found.choices if name in choice), default=5)


def _helps(name: str, found: WouldBeMet) -> bool:
    return name in found.needed or any(name in choice for choice in found.choices)


def _missing(question: str, results: Results, settled: dict[str, OpenRow], found: WouldBeMet) -> Missing:
    names = list(dict.fromkeys(result.citations[0].entry for result, _ in results))
    return Missing(
        question=question,
        details=list(dict.fromkeys(ask.detail for _, ask in results if ask.detail)),
        settles=list(dict.fromkeys(result.label for result, _ in results)),
        rows=names,
        change=_change(
            [settled[name] for name in names if name in settled],
            found,
            all(is_recalled(result) for result, _ in results),
        ),
        is_advice=all(result.severity == "advice" for result, _ in results),
        recorded_in=list(dict.fromkeys(table for _, ask in results for table in ask.recorded_in)),
    )


def _change(rows: list[OpenRow], found: WouldBeMet, recalled: bool) -> str:
    """What the answer would change, in one phrase."""
    if not rows:
        return "nothing decides on it: advice"
    if found.status == "met":
        return "nothing: the request is met without it"
    refuses = any(row.if_not == "not met" for row in rows) and found.status != "not met"
    warns = recalled and found.status != "not met" and any(row.why != "only recalled" for row in rows)
    against = "; an answer against it refuses" if refuses else "; an answer against it only warns" if warns else ""
    if any(row.if_satisfied == "met" for row in rows):
        return f"settles the request alone{against}"
    if found.refused_by and any(_helps(row.row, found) for row in rows):
        is_needed = any(row.row in found.needed for row in rows)
        then = "needed" if is_needed else "one of the alternatives"
        return f"nothing while another criterion refuses; {then} once none does"
    if any(row.row in found.needed for row in rows):
        return f"needed whatever else is shown{against}"
    if any(row.row in choice for row in rows for choice in found.choices):
        return f"one of the alternatives{against}"
    return f"nothing by itself{against}"

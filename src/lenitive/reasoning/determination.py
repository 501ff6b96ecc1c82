"""How a request stands against a list of requirements.

Required rows must all hold; rows of one group are alternatives, of which so many are needed. A row that does not apply
(its ``when`` is not met) is left out. Where the caller says so, a row that is only recalled can warn but never refuse:
if it is violated the determination is undocumented instead of not met.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from lenitive.medicine.shapes import Requirement
from lenitive.reasoning.assessment import Ask, CriterionResult, Determination, StatusWord
from lenitive.reasoning.book import Book
from lenitive.reasoning.citing import cite, cite_parameter, plain, see
from lenitive.rules.model import Criterion
from lenitive.rules.reference import Key, Missing, Reference
from lenitive.status import Status, kleene_and, kleene_at_least, kleene_not


@dataclass(frozen=True, slots=True)
class Asking:
    """Everything needed to put requirements to one chart."""

    book: Book
    engine: Reference
    place: str | None = None
    results: dict[tuple[str, str | None, bool, Key], CriterionResult] = field(default_factory=dict)
    """Results that another request of the same assessment gave already."""


def determine(asking: Asking, owner: str, rows: Sequence[Requirement], recalled_refuses: bool = True) -> Determination:
    """The status of all rows together, and of each with its evidence. ``owner`` names them in citations."""
    results: list[CriterionResult] = []
    alone: list[tuple[str, bool | None]] = []
    groups: dict[str, list[tuple[str, bool | None]]] = defaultdict(list)
    needed: dict[str, int] = {}
    for number, row in enumerate(rows):
        row_id = row.id if row.id and "#" in row.id else f"{owner}#{row.id or number + 1}"
        applies = _applies(asking, row)
        if applies is False:
            continue
        result = _result(asking, row_id, row, recalled_refuses)
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
        status=_word(kleene_and(truth for _, truth in verdicts)),
        criteria=results,
        violated=[name for names, truth in verdicts if truth is False for name in names],
        open=[name for names, truth in verdicts if truth is None for name in names],
    )


def _word(truth: bool | None) -> StatusWord:
    return Status.of(truth).value


def _applies(asking: Asking, row: Requirement) -> bool | None:
    if row.when is None:
        return True
    condition = asking.book.standing(row.when, asking.engine.day, asking.place)
    return asking.engine.truth(condition.met_when)


def _result(asking: Asking, row_id: str, row: Requirement, recalled_refuses: bool) -> CriterionResult:
    criterion = asking.book.bound(row_id, row, asking.engine.day, asking.place)
    key = (row_id, asking.place, recalled_refuses, asking.engine.key(criterion.met_when))
    if key not in asking.results:
        asking.results[key] = _worked_out(asking, row_id, row, criterion, recalled_refuses)
    return asking.results[key]


def _worked_out(
    asking: Asking, row_id: str, row: Requirement, criterion: Criterion, recalled_refuses: bool
) -> CriterionResult:
    answer = asking.engine.answer(criterion)
    truth = asking.engine.truth(criterion.met_when)
    satisfied = truth if row.want == "met" else kleene_not(truth)
    label = row.label or criterion.label
    return CriterionResult(
        criterion=row.criterion,
        label=label,
        status=_word(truth),
        wanted=row.want,
        satisfied=satisfied,
        severity=row.severity,
        group=row.group,
        warns_only=satisfied is False and row.grade == "recalled" and not recalled_refuses,
        facts=[see(fact) for fact in answer.facts],
        citations=[cite(row_id, row), *(cite_parameter(used) for used in answer.citations if used.entry != row_id)],
        missing=asks(criterion.ask, answer.missing, label),
        opens_with=row.opens_with,
    )


def asks(question: str, missing: Sequence[Missing], settles: str) -> list[Ask]:
    """What would settle an undocumented criterion: the question to ask, and each thing that is missing."""
    if not missing:
        return []
    details = dict.fromkeys(_detail(one) for one in missing)
    return [Ask(question=question, detail="; ".join(details), settles=[settles])]


def _detail(missing: Missing) -> str:
    if missing.what == "topic":
        return (
            f"nobody attested that the list of {plain(missing.column or missing.table).replace(':', ', ')} is complete"
        )
    if missing.what == "request":
        return f"the request does not say: {plain(missing.column)}"
    if missing.what == "row":
        return f"no {plain(missing.table)} is recorded"
    return f"{plain(missing.column)} of a {plain(missing.table)} is not recorded exactly"

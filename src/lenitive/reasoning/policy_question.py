"""A policy as one question, for any engine.

:func:`lenitive.reasoning.determination.determine` answers a policy's rows for one chart, with the evidence. Here the
same rows become nodes of the rules, so that the frame engine can answer them for many patients. The status of both is
the same for every chart.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from lenitive.chart.request import Request
from lenitive.errors import UsageError, no_such
from lenitive.medicine.shapes import Policy, PolicyVersion, Requirement
from lenitive.reasoning.book import Book
from lenitive.reasoning.in_force import version_in_force
from lenitive.rules.model import And, AtLeast, Compare, Constant, IsRecorded, Node, Not, Or

UNKNOWN = Compare("==", Constant(None), Constant(None))
"""A truth that is never known."""
ALWAYS = Constant(True)


@dataclass(frozen=True)
class RowQuestion:
    """One row: the truth of its criterion, and whether the row applies (``None``: always)."""

    name: str
    row: Requirement
    met: Node
    applies: Node | None


@dataclass(frozen=True)
class PolicyQuestion:
    """All rows of a policy in force on a day, bound to their numbers."""

    policy: str
    effective_from: date
    rows: tuple[RowQuestion, ...]
    status: Node
    """True if the request stands as the policy wants it; advice does not count."""
    speaks: Node | None
    """Whether this policy rather than its sibling is the one that applies; ``None``: always."""


def policy_question(book: Book, name: str, request: Request, as_of: date) -> PolicyQuestion:
    """The question that a policy puts to a chart about a request."""
    policy = book.content.policies.get(name)
    if policy is None:
        raise no_such("policy", name, book.content.policies)
    day = request.on or as_of
    version = _version_on(name, policy, day)
    place = request.state
    return PolicyQuestion(
        policy=name,
        effective_from=version.effective_from,
        rows=(rows := row_questions(book, version.wants, day, place)),
        status=overall(rows, recalled_refuses=False),
        speaks=book.standing(policy.applies_when, day, place).met_when if policy.applies_when else None,
    )


def _version_on(name: str, policy: Policy, day: date) -> PolicyVersion:
    in_force = version_in_force(policy, day)
    if in_force is None:
        known = "; ".join(
            f"from {version.effective_from}" + (f" to {version.effective_until}" if version.effective_until else "")
            for version in policy.versions
        )
        raise UsageError(f"No version of the policy {name!r} was in force on {day}. There are versions: {known}.")
    return in_force


def row_questions(
    book: Book, rows: Sequence[Requirement], day: date, place: str | None = None
) -> tuple[RowQuestion, ...]:
    """Each row with its parameters bound, under a name that is unique among the rows."""
    uses = Counter(row.criterion for row in rows)
    found: list[RowQuestion] = []
    for number, row in enumerate(rows):
        met = book.bound(row, day, place).met_when
        applies = book.standing(row.when, day, place).met_when if row.when else None
        name = row.criterion if uses[row.criterion] == 1 else f"{row.criterion}#{row.id or number + 1}"
        found.append(RowQuestion(name, row, met, applies))
    return tuple(found)


def overall(rows: Sequence[RowQuestion], recalled_refuses: bool = True) -> Node:
    """All required rows together, as one node: the group logic of ``determine``."""
    parts: list[Node] = []
    groups: dict[str, list[RowQuestion]] = defaultdict(list)
    for row in rows:
        if row.row.severity == "advice":
            continue
        if row.row.group:
            groups[row.row.group].append(row)
        else:
            parts.append(_alone(row, recalled_refuses))
    parts += [_group(members, recalled_refuses) for members in groups.values()]
    return And(tuple(parts)) if parts else ALWAYS


def _counted(row: RowQuestion, recalled_refuses: bool) -> Node:
    """Whether the row is as wanted; where a row that is only recalled is not, unknown."""
    truth = row.met if row.row.want == "met" else Not(row.met)
    return truth if recalled_refuses or row.row.grade != "recalled" else Or((truth, UNKNOWN))


def _alone(row: RowQuestion, recalled_refuses: bool) -> Node:
    """A row that does not apply is left out; one that may apply counts only if it is as wanted."""
    counted = _counted(row, recalled_refuses)
    return counted if row.applies is None else Or((Not(row.applies), counted))


def _group(members: Sequence[RowQuestion], recalled_refuses: bool) -> Node:
    """So many of the members that apply; a group of which none applies is left out."""
    enough = AtLeast(
        max(member.row.at_least for member in members), tuple(_member(row, recalled_refuses) for row in members)
    )
    conditions = [member.applies for member in members if member.applies is not None]
    if len(conditions) < len(members):
        return enough
    some_applies = Or(tuple(conditions))
    return Or((And((IsRecorded(some_applies), Not(some_applies))), enough))


def _member(row: RowQuestion, recalled_refuses: bool) -> Node:
    counted = _counted(row, recalled_refuses)
    if row.applies is None:
        return counted
    undecided = And((Not(IsRecorded(row.applies)), Or((counted, UNKNOWN))))
    return Or((And((row.applies, counted)), undecided))

"""What a policy would say if its open points were read the other way.

An ambiguity names both readings and the one that is used. Where the other one changes rows, the policy is asked with
these rows changed, one ambiguity at a time, so that a reader sees whether the open point matters for this patient.
"""

from __future__ import annotations

from functools import lru_cache

import msgspec

from lenitive.chart.request import Request
from lenitive.medicine.shapes import Ambiguity, Policy, Requirement, RowChange
from lenitive.reasoning.assessment import Citation, StatusWord, Value
from lenitive.reasoning.book import Book
from lenitive.reasoning.citing import cite
from lenitive.reasoning.determination import Asking, determine
from lenitive.reasoning.in_force import version_in_force


class OpenPoint(Value, frozen=True, kw_only=True):
    """A point that the policy's text leaves open. ``status`` is the whole as it is read here, ``otherwise`` the whole
    as it could be read; ``None`` where the other reading changes no row that is asked."""

    issue: str
    reading: str
    status: StatusWord
    otherwise: StatusWord | None
    citation: Citation

    @property
    def matters(self) -> bool:
        """The other reading would give another status."""
        return self.otherwise is not None and self.otherwise != self.status


def open_points(asking: Asking, name: str, request: Request, status: StatusWord) -> list[OpenPoint]:
    """The open points of a policy, those first that matter for this request."""
    policy = asking.book.content.policies[name]
    points = [
        OpenPoint(
            issue=ambiguity.issue,
            reading=ambiguity.reading,
            status=status,
            otherwise=_otherwise(asking, name, number, request),
            citation=cite(f"{name}.ambiguities[{number}]", ambiguity),
        )
        for number, ambiguity in enumerate(policy.ambiguities)
    ]
    return sorted(points, key=lambda point: (not point.matters, point.otherwise is None))


def _otherwise(asking: Asking, name: str, number: int, request: Request) -> StatusWord | None:
    version = version_in_force(asking.book.content.policies[name], asking.engine.day)
    if version is None:
        return None
    rows = _rows_read_otherwise(asking.book, name, number, version.effective_from.isoformat())
    if rows is None:
        return None
    return determine(asking.at(request.state), f"{name}~{number}", rows, recalled_refuses=False).status


@lru_cache(maxsize=4096)
def _rows_read_otherwise(book: Book, name: str, number: int, begins: str) -> list[Requirement] | None:
    """The rows of a version with one ambiguity read the other way; kept, because engines know rows by identity."""
    policy: Policy = book.content.policies[name]
    ambiguity: Ambiguity = policy.ambiguities[number]
    changes = {change.row: change for change in ambiguity.otherwise}
    (version,) = (one for one in policy.versions if one.effective_from.isoformat() == begins)
    if not changes.keys() & {row.id for row in version.wants}:
        return None
    return [_changed(row, changes.get(row.id or "")) for row in version.wants]


def _changed(row: Requirement, change: RowChange | None) -> Requirement:
    if change is None:
        return row
    return msgspec.structs.replace(
        row, severity=change.severity or row.severity, parameters={**row.parameters, **change.parameters}
    )

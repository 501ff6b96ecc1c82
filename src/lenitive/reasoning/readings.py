"""What a policy would say if its open points were read the other way.

An ambiguity names both readings and the one that is used. Where the other one changes rows, the policy is asked with
these rows changed, one ambiguity at a time, so that a reader sees whether the open point matters for this patient.
"""

from __future__ import annotations

from functools import lru_cache

import msgspec

from lenitive.chart.request import Request
from lenitive.codes import unit_in_words
from lenitive.medicine.criteria import criterion_named
from lenitive.medicine.shapes import Ambiguity, Policy, PolicyVersion, Requirement, RowChange
from lenitive.reasoning.assessment import Citation, StatusWord, Value
from lenitive.reasoning.book import Book, book
from lenitive.reasoning.citing import cite
from lenitive.reasoning.determination import Asking, determine
from lenitive.reasoning.in_force import version_in_force
from lenitive.reasoning.row_words import row_parameter, row_value


class OpenPoint(Value, frozen=True, kw_only=True):
    """A point that the policy's text leaves open. ``status`` is the whole as it is read here, ``otherwise`` the whole
    as it could be read; ``None`` where the other reading changes no row that is asked. ``chosen`` says that it is read
    here otherwise than the knowledge base does, because somebody chose so."""

    issue: str
    reading: str
    status: StatusWord
    otherwise: StatusWord | None
    citation: Citation
    key: str = ""
    chosen: bool = False

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
            key=key_of_reading(ambiguity),
            chosen=key_of_reading(ambiguity) in asking.book.read_otherwise,
        )
        for number, ambiguity in enumerate(policy.ambiguities)
    ]
    return sorted(points, key=lambda point: (not point.matters, not point.chosen, point.otherwise is None))


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


# --- choosing --------------------------------------------------------------------------------------------------------


class RowReadOtherwise(Value, frozen=True, kw_only=True):
    """What becomes of one row under the reading that the knowledge base does not use."""

    label: str
    here: str
    otherwise: str


class Choosable(Value, frozen=True, kw_only=True):
    """An open point that can be read in two ways, with the policies in which it changes a row."""

    key: str
    issue: str
    reading: str
    rows: list[RowReadOtherwise]
    policies: list[str]
    citation: Citation


def key_of_reading(ambiguity: Ambiguity) -> str:
    """The name of an open point: the rows that its other reading changes; empty if it changes none."""
    return "+".join(sorted(change.row for change in ambiguity.otherwise))


@lru_cache(maxsize=8)
def choosable(known: Book) -> tuple[Choosable, ...]:
    """Every open point that can be read the other way, each once, however many policies share it."""
    found: dict[str, Choosable] = {}
    for name, policy in known.content.policies.items():
        for number, ambiguity in enumerate(policy.ambiguities):
            rows = _rows_that_change(policy, ambiguity)
            if not rows:
                continue
            key = key_of_reading(ambiguity)
            told = found.get(key) or Choosable(
                key=key,
                issue=ambiguity.issue,
                reading=ambiguity.reading,
                rows=[_read_otherwise(row, change) for row, change in rows],
                policies=[],
                citation=cite(f"{name}.ambiguities[{number}]", ambiguity),
            )
            found[key] = msgspec.structs.replace(told, policies=[*told.policies, policy.label])
    return tuple(sorted(found.values(), key=lambda one: (one.policies[0], one.issue)))


def _rows_that_change(policy: Policy, ambiguity: Ambiguity) -> list[tuple[Requirement, RowChange]]:
    """The rows of the latest version that has them, with their change."""
    latest = {row.id: row for version in policy.versions for row in version.wants}
    return [(latest[change.row], change) for change in ambiguity.otherwise if change.row in latest]


def _read_otherwise(row: Requirement, change: RowChange) -> RowReadOtherwise:
    changed = _changed(row, change)
    numbers = [name for name in change.parameters if row.parameters.get(name) != changed.parameters[name]]

    def told(one: Requirement) -> str:
        said = [_parameter_in_words(name, one.parameters.get(name)) for name in numbers]
        return "; ".join([{"required": "required", "advice": "advised"}[one.severity], *said])

    return RowReadOtherwise(
        label=row.label or criterion_named(row.criterion).label, here=told(row), otherwise=told(changed)
    )


def _parameter_in_words(name: str, value: bool | float | str | list[str] | None) -> str:
    label, unit = row_parameter(name)
    return f"{label}: {row_value(value)} {'' if value is None else unit_in_words(unit)}".rstrip()


def issues_read_otherwise(known: Book, policy: Policy, version: PolicyVersion) -> list[str]:
    """The open points that change a row of this version and are read otherwise than the knowledge base does."""
    if not known.read_otherwise:
        return []
    rows = {row.id for row in version.wants}
    return [
        ambiguity.issue
        for ambiguity in policy.ambiguities
        if key_of_reading(ambiguity) in known.read_otherwise and any(one.row in rows for one in ambiguity.otherwise)
    ]


@lru_cache(maxsize=32)
def book_read_otherwise(keys: frozenset[str]) -> Book:
    """The book of the shipped content with some open points read the other way; names of points that are gone change
    nothing, and :func:`choosable` no longer offers them."""
    if not keys:
        return book()
    content = book().content
    policies = {name: _policy_read_otherwise(policy, keys) for name, policy in content.policies.items()}
    return Book(msgspec.structs.replace(content, policies=policies), keys)


def _policy_read_otherwise(policy: Policy, keys: frozenset[str]) -> Policy:
    """The policy with the rows changed, and the open points turned round, so that the shipped reading is the other."""
    turned = [one for one in policy.ambiguities if one.otherwise and key_of_reading(one) in keys]
    changes = {change.row: change for one in turned for change in one.otherwise}
    if not turned:
        return policy
    shipped = {row.id: row for version in policy.versions for row in version.wants if row.id and row.id in changes}
    versions = [
        msgspec.structs.replace(version, wants=[_changed(row, changes.get(row.id or "")) for row in version.wants])
        for version in policy.versions
    ]
    ambiguities = [_turned(one, shipped) if one in turned else one for one in policy.ambiguities]
    return msgspec.structs.replace(policy, versions=versions, ambiguities=ambiguities)


def _turned(ambiguity: Ambiguity, shipped: dict[str, Requirement]) -> Ambiguity:
    back = [
        RowChange(
            row=change.row,
            severity=shipped[change.row].severity,
            parameters={name: shipped[change.row].parameters[name] for name in change.parameters},
        )
        if change.row in shipped
        else change
        for change in ambiguity.otherwise
    ]
    return msgspec.structs.replace(ambiguity, otherwise=back)

"""What a policy wants on a day, and what changed between two days."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from lenitive.errors import UsageError, no_such
from lenitive.medicine.criteria import criterion_named
from lenitive.medicine.shapes import Member, Policy, Requirement
from lenitive.reasoning.assessment import Citation, Value
from lenitive.reasoning.book import Book, row_id
from lenitive.reasoning.citing import cite
from lenitive.reasoning.in_force import holds_on, version_in_force
from lenitive.reasoning.parameters_used import ParameterUsed, parameters_used


class RowShown(Value, frozen=True, kw_only=True):
    """One row of a policy with its numbers."""

    row: str
    label: str
    criterion: str
    want: str
    group: str | None
    at_least: int
    severity: str
    when: str | None
    parameters: list[ParameterUsed]
    citation: Citation


class PolicyOnDay(Value, frozen=True, kw_only=True):
    """A policy as it stands on a day. ``effective_from`` is ``None`` where no version is in force."""

    policy: str
    label: str
    day: date
    effective_from: date | None
    rows: list[RowShown]
    members: list[Member]


class Change(Value, frozen=True, kw_only=True):
    """Something that is different: what, and what it was and is."""

    what: str
    before: str
    after: str


class RowChange(Value, frozen=True, kw_only=True):
    """A row that both days have, and what is different in it."""

    row: str
    label: str
    changes: list[Change]


class MemberChange(Value, frozen=True, kw_only=True):
    """A contractor's version that both days have, and what is different in it."""

    member: str
    changes: list[Change]


class PolicyChanges(Value, frozen=True, kw_only=True):
    """What changed in a policy between two days."""

    policy: str
    label: str
    before: date
    after: date
    version_before: date | None
    version_after: date | None
    added: list[RowShown]
    removed: list[RowShown]
    changed: list[RowChange]
    members_added: list[Member]
    members_removed: list[Member]
    members_changed: list[MemberChange]

    @property
    def is_empty(self) -> bool:
        """Nothing is different."""
        parts = (self.added, self.removed, self.changed, self.members_added, self.members_removed, self.members_changed)
        return self.version_before == self.version_after and not any(parts)


def policy_named(known: Book, name: str) -> Policy:
    """A policy by its id."""
    policy = known.content.policies.get(name)
    if policy is None:
        raise no_such("policy", name, known.content.policies)
    return policy


def policy_on(known: Book, name: str, day: date, state: str | None = None) -> PolicyOnDay:
    """The rows and members of a policy that are in force on a day; in a state, only its contractor's."""
    policy = policy_named(known, name)
    version = version_in_force(policy, day)
    members = [one for one in policy.members if holds_on(one, day) and state in (None, *one.states)]
    rows = version.wants if version else []
    return PolicyOnDay(
        policy=name,
        label=policy.label,
        day=day,
        effective_from=version.effective_from if version else None,
        rows=[_shown(known, name, number, row, day, state) for number, row in enumerate(rows)],
        members=members,
    )


def _shown(known: Book, owner: str, number: int, row: Requirement, day: date, state: str | None) -> RowShown:
    name = row_id(owner, number, row)
    return RowShown(
        row=name.partition("#")[2],
        label=row.label or criterion_named(row.criterion).label,
        criterion=row.criterion,
        want=row.want,
        group=row.group,
        at_least=row.at_least,
        severity=row.severity,
        when=row.when,
        parameters=parameters_used(known, name, row, day, state),
        citation=cite(name, row),
    )


def policy_changes(known: Book, name: str, before: date, after: date, state: str | None = None) -> PolicyChanges:
    """What changed in a policy between two days, in which order they are given. A row keeps its id between versions."""
    old, new = policy_on(known, name, before, state), policy_on(known, name, after, state)
    if old.effective_from is None and new.effective_from is None:
        versions = ", ".join(str(one.effective_from) for one in policy_named(known, name).versions)
        raise UsageError(
            f"No version of the policy {name!r} was in force on {before} or on {after}. Versions begin on {versions}."
        )
    rows_before, rows_after = {one.row: one for one in old.rows}, {one.row: one for one in new.rows}
    members_before, members_after = _by_contractor(old.members), _by_contractor(new.members)
    both = [row for row in rows_before if row in rows_after]
    rows = [
        RowChange(row=row, label=rows_after[row].label, changes=_row_changes(rows_before[row], rows_after[row]))
        for row in both
    ]
    members = [
        MemberChange(member=one, changes=_differences(members_before[one], members_after[one], _MEMBER_WORDS))
        for one in members_before
        if one in members_after
    ]
    return PolicyChanges(
        policy=name,
        label=new.label,
        before=before,
        after=after,
        version_before=old.effective_from,
        version_after=new.effective_from,
        added=[one for row, one in rows_after.items() if row not in rows_before],
        removed=[one for row, one in rows_before.items() if row not in rows_after],
        changed=[one for one in rows if one.changes],
        members_added=[one for name, one in members_after.items() if name not in members_before],
        members_removed=[one for name, one in members_before.items() if name not in members_after],
        members_changed=[one for one in members if one.changes],
    )


def _by_contractor(members: Iterable[Member]) -> dict[str, Member]:
    return {f"{one.contractor} {' '.join(one.jurisdictions)}": one for one in members}


_ROW_WORDS = ("label", "criterion", "want", "group", "at_least", "severity", "when")
_MEMBER_WORDS = ("policy_id", "article", "version", "effective_from", "effective_until", "revised", "states")


def _row_changes(before: RowShown, after: RowShown) -> list[Change]:
    old = {one.name: one for one in before.parameters}
    new = {one.name: one for one in after.parameters}
    found = _differences(before, after, _ROW_WORDS)
    for name in dict.fromkeys([*old, *new]):
        was, now = _value(old.get(name)), _value(new.get(name))
        if was != now:
            found.append(Change(what=name, before=was, after=now))
    found += _differences(before.citation, after.citation, ("source", "locator", "grade"))
    return found


def _value(one: ParameterUsed | None) -> str:
    return "not asked" if one is None else f"{_said(one.value)} {one.unit}".strip()


def _said(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _differences(before: Any, after: Any, names: Sequence[str], said: Callable[[Any], str] = _said) -> list[Change]:
    return [
        Change(what=name.replace("_", " "), before=said(getattr(before, name)), after=said(getattr(after, name)))
        for name in names
        if getattr(before, name) != getattr(after, name)
    ]

"""The content, arranged once for the questions that reasoning asks of it."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, cached_property, reduce
from operator import or_
from types import MappingProxyType
from typing import NamedTuple

from lenitive.errors import KnowledgeError, UsageError, no_such
from lenitive.knowledge.entries import DatedValue
from lenitive.medicine.content import content
from lenitive.medicine.criteria import criterion_named
from lenitive.medicine.shapes import (
    Block,
    CatalogueFinding,
    Composite,
    Content,
    Evidence,
    Generator,
    Prior,
    ProcedureEntry,
    Requirement,
)
from lenitive.reasoning.assessment import Citation
from lenitive.reasoning.citing import cite
from lenitive.rules import model
from lenitive.rules.keys import key_of
from lenitive.rules.model import Constant, Criterion, bind, parameters_of, request_fields, with_children
from lenitive.rules.quick import Quick
from lenitive.rules.sources import reads

IDLE = frozenset({"context", "do-not-use"})
"""Uses of evidence rows that never enter a calculation."""


def row_id(owner: str, number: int, row: Requirement) -> str:
    """The name of a row as determinations and citations have it; ``number`` counts from nought.

    A row that several owners share has a name of its own.
    """
    return row.id if row.id and "#" in row.id else f"{owner}#{row.id or number + 1}"


@dataclass(frozen=True, slots=True, eq=False)
class BoundRow:
    """A requirement as it is put to a chart: its citation, its criterion and condition with every parameter bound.

    A row that several owners share is one object. ``refuses`` says that it decides where it is not as wanted; one that
    does not can only warn. ``alone`` says that it is required whatever becomes of others. ``key`` gives what the
    request decides in it; there is none if the request has no say.
    """

    id: str
    citation: Citation
    row: Requirement
    label: str
    refuses: bool
    alone: bool
    criterion: Criterion
    applies: Criterion | None
    reads: int
    key: Callable[[Quick], object] | None

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """What is asked: the criterion, and the condition if there is one."""
        return (self.criterion, self.applies) if self.applies else (self.criterion,)


@dataclass(frozen=True, slots=True, eq=False)
class Section:
    """Requirements that are determined together, the sources they read, and the request's fields they depend on.

    ``groups`` are the numbers of the rows that are alternatives of each other.
    """

    owner: str
    rows: tuple[BoundRow, ...]
    reads: int
    request_fields: tuple[str, ...]
    groups: tuple[tuple[int, ...], ...]


class Sections(NamedTuple):
    """All that is asked before a procedure. What speaks against it warns where a row is only recalled."""

    gates: Section
    candidacy: Section
    contraindications: Section
    cautions: Section


MOST_BOUND = 20_000
"""Criteria that are kept bound, of every time and place that was asked for, before they are bound anew."""


class Since(dict[date, date]):
    """Day -> the day since which every number is what it is then: the same questions are put on all days between."""

    def __init__(self, changes: Iterable[date]) -> None:
        """``changes``: the days on which some number begins or ends to hold."""
        super().__init__()
        self._changes = sorted(set(changes))
        self.first = self._changes[0]

    def is_before_all(self, day: date) -> bool:
        """True if no number holds yet on a day."""
        return day < self.first

    def __missing__(self, day: date) -> date:
        number = bisect_right(self._changes, day)
        found = self._changes[number - 1] if number else day
        if len(self) < MOST_BOUND:
            self[day] = found
        return found


class Book:
    """Indexes over one content. Nothing in it depends on a patient.

    ``read_otherwise`` names the open points of policies that are read the other way in this content.
    """

    def __init__(self, content: Content, read_otherwise: frozenset[str] = frozenset()) -> None:
        self.content = content
        self.read_otherwise = read_otherwise
        self.since = Since(value.effective_from for one in content.parameters.values() for value in one.values)
        self._nodes: dict[tuple[object, ...], model.Node] = {}
        self._seen: dict[int, tuple[model.Node, model.Node]] = {}
        self._bound: dict[tuple[object, str, date, str | None], Criterion] = {}
        self._rows: dict[tuple[str, bool, date, str | None], BoundRow] = {}
        self._sections: dict[tuple[str, bool, date, str | None], tuple[Sequence[Requirement], Section]] = {}
        self._procedures: dict[tuple[str, date, str | None], tuple[ProcedureEntry, Sections]] = {}
        self._values: dict[tuple[str, date, str | None], DatedValue] = {}

    @cached_property
    def answers(self) -> Mapping[str, tuple[str, ...]]:
        """Question -> the generators that answer it."""
        found: dict[str, list[str]] = defaultdict(list)
        for name, generator in self.content.generators.items():
            if generator.kind == "generator" and generator.question and not generator.part_of:
                found[generator.question].append(name)
        return MappingProxyType({question: tuple(names) for question, names in found.items()})

    @cached_property
    def overlays(self) -> tuple[tuple[str, Generator], ...]:
        """The mechanisms that ride on a source."""
        return tuple((name, one) for name, one in self.content.generators.items() if one.kind == "overlay")

    @cached_property
    def parts(self) -> Mapping[str, tuple[str, ...]]:
        """Generator -> its levels or parts."""
        found: dict[str, list[str]] = defaultdict(list)
        for name, generator in self.content.generators.items():
            if generator.part_of:
                found[generator.part_of].append(name)
        return MappingProxyType({whole: tuple(names) for whole, names in found.items()})

    @cached_property
    def aimed_at(self) -> Mapping[str, frozenset[str]]:
        """Generator -> the procedures that are aimed at it, but for classes of medicines."""
        found: dict[str, set[str]] = defaultdict(set)
        for name, one in self.content.procedures.items():
            for generator in () if one.role == "medicine" else one.targets:
                found[generator].add(name)
        return MappingProxyType({generator: frozenset(names) for generator, names in found.items()})

    @cached_property
    def place_of(self) -> Mapping[str, int]:
        """Procedure -> its place among all of them."""
        return MappingProxyType({name: place for place, name in enumerate(self.content.procedures)})

    @cached_property
    def medicines(self) -> frozenset[str]:
        """The procedures that are classes of medicines."""
        return frozenset(name for name, one in self.content.procedures.items() if one.role == "medicine")

    @cached_property
    def evidence_for(self) -> Mapping[str, tuple[tuple[str, Evidence], ...]]:
        """Generator -> evidence rows that may be used for it."""
        found: dict[str, list[tuple[str, Evidence]]] = defaultdict(list)
        for name, row in self.content.evidence.items():
            if row.use in IDLE:
                continue
            for generator in row.likelihoods or (row.generator,):
                found[generator].append((name, row))
        return MappingProxyType({generator: tuple(rows) for generator, rows in found.items()})

    @cached_property
    def findings_in_complaints(self) -> tuple[tuple[str, frozenset[str]], ...]:
        """The findings that a patient's own words show, with those words."""
        told = self.content.findings.items()
        return tuple((name, frozenset(entry.from_complaint)) for name, entry in told if entry.from_complaint)

    @cached_property
    def findings_of_age_and_sex(self) -> tuple[tuple[str, CatalogueFinding], ...]:
        """The findings that an age or a sex is."""
        told = self.content.findings.items()
        return tuple((name, one) for name, one in told if one.from_age is not None or one.from_sex is not None)

    @cached_property
    def counted_findings(self) -> tuple[tuple[str, Composite], ...]:
        """The findings that are counted from others."""
        told = self.content.findings.items()
        return tuple((name, entry.composite) for name, entry in told if entry.composite)

    @cached_property
    def blocks_for(self) -> Mapping[str, tuple[tuple[str, Block], ...]]:
        """Generator -> what is known about its diagnostic blocks."""
        found: dict[str, list[tuple[str, Block]]] = defaultdict(list)
        for name, block in self.content.blocks.items():
            if block.use == "primary":
                found[block.generator].append((name, block))
        return MappingProxyType({generator: tuple(rows) for generator, rows in found.items()})

    @cached_property
    def diagnostic_blocks(self) -> frozenset[str]:
        """The procedures that are diagnostic blocks of some generator."""
        return frozenset(block.procedure for blocks in self.blocks_for.values() for _, block in blocks)

    @cached_property
    def gates_opened_by(self) -> Mapping[str, Mapping[str, tuple[Requirement, ...]]]:
        """Procedure -> the procedures with gates that its relief opens, with those gates."""
        found: dict[str, dict[str, tuple[Requirement, ...]]] = defaultdict(dict)
        for name, entry in self.content.procedures.items():
            for row in entry.gates:
                named = row.parameters.get("earlier_kinds")
                for kind in dict.fromkeys([*row.opened_by, *(named if isinstance(named, list) else ())]):
                    found[kind][name] = (*found[kind].get(name, ()), row)
        return MappingProxyType(found)

    def prior(self, name: str) -> Prior:
        """A prior by its id."""
        if name not in self.content.priors:
            raise no_such("prior", name, self.content.priors)
        return self.content.priors[name]

    def value(self, name: str, day: date, place: str | None = None) -> DatedValue:
        """A parameter in force on a day. One that is not in force is an error of the content, never a default."""
        key = (name, self.since[day], place)
        kept = self._values.get(key)
        if kept is None:
            entry = self.content.parameters.get(name)
            if entry is None:
                raise no_such("parameter", name, self.content.parameters)
            value = entry.in_force(day, place)
            if value is None and self.since.is_before_all(day):
                raise UsageError(f"Nothing is known for {day}: the numbers begin on {self.since.first}.")
            if value is None:
                raise KnowledgeError(f"The parameter {name!r} has no value in force on {day}. Ask about a later day.")
            self._make_room()
            kept = self._values[key] = value
        return kept

    def number(self, name: str, day: date) -> float:
        """A numeric parameter in force on a day."""
        value = self.value(name, day).value
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise KnowledgeError(f"The parameter {name!r} is not a number.")
        return float(value)

    def words(self, name: str, day: date) -> list[str]:
        """A parameter that is a list of words."""
        value = self.value(name, day).value
        if not isinstance(value, list):
            raise KnowledgeError(f"The parameter {name!r} is not a list.")
        return value

    def bound(self, row: Requirement, day: date, place: str | None = None) -> Criterion:
        """A requirement's criterion with every parameter bound: to the row's number, else to the knowledge base's.

        The row's own numbers carry no citation: theirs is that of the row, and rows of many owners that ask with the
        same numbers are one question.
        """
        if not row.parameters:
            return self.standing(row.criterion, day, place)
        given = {name: Constant(_fixed(value), None, name) for name, value in row.parameters.items()}
        key = (frozenset(map(_shallow, given.values())), row.criterion, self.since[day], place)
        if key not in self._bound:
            general = self._general(row.criterion, frozenset(given), day, place)
            self._bound[key] = replace(general, met_when=self._shared(bind(general.met_when, given)))
        return self._bound[key]

    def section(
        self,
        owner: str,
        rows: Sequence[Requirement],
        day: date,
        place: str | None = None,
        recalled_refuses: bool = True,
    ) -> Section:
        """All rows of one owner, bound. ``owner`` names rows without an id of their own in citations."""
        key = (owner, recalled_refuses, self.since[day], place)
        kept = self._sections.get(key)
        if kept is None or kept[0] is not rows:
            self._make_room()
            kept = self._sections[key] = rows, self._bound_section(owner, rows, day, place, recalled_refuses)
        return kept[1]

    def sections_of(self, name: str, procedure: ProcedureEntry, day: date, place: str | None = None) -> Sections:
        """All rows of one procedure, bound."""
        key = (name, self.since[day], place)
        kept = self._procedures.get(key)
        if kept is None or kept[0] is not procedure:
            sections = Sections(
                self.section(f"{name}.gates", procedure.gates, day, place),
                self.section(f"{name}.candidacy", procedure.candidacy, day, place),
                self.section(f"{name}.contraindications", procedure.contraindications, day, place, False),
                self.section(f"{name}.cautions", procedure.cautions, day, place, False),
            )
            kept = self._procedures[key] = procedure, sections
        return kept[1]

    def _make_room(self) -> None:
        """Forget the criteria of other times. Those that are bound again are the equal nodes that engines know."""
        if len(self._bound) + len(self._values) + len(self._rows) > MOST_BOUND:
            self._bound.clear()
            self._values.clear()
            self._rows.clear()
            self._sections.clear()
            self._procedures.clear()
            self._seen.clear()

    def _bound_section(
        self, owner: str, rows: Sequence[Requirement], day: date, place: str | None, recalled_refuses: bool
    ) -> Section:
        bound = tuple(
            self._bound_row(row_id(owner, number, row), row, day, place, recalled_refuses or row.grade != "recalled")
            for number, row in enumerate(rows)
        )
        fields: set[str] = set()
        for one in bound:
            for criterion in one.criteria:
                fields.update(request_fields(criterion.met_when))
        groups: dict[str, list[int]] = defaultdict(list)
        for number, row in enumerate(rows):
            if row.group and row.severity != "advice":
                groups[row.group].append(number)
        return Section(
            owner=owner,
            rows=bound,
            reads=reduce(or_, (one.reads for one in bound), 0),
            request_fields=tuple(sorted(fields)),
            groups=tuple(map(tuple, groups.values())),
        )

    def _bound_row(self, name: str, row: Requirement, day: date, place: str | None, refuses: bool) -> BoundRow:
        """A row bound. Rows that several owners share are equal and have one name: they are one."""
        key = (name, refuses, self.since[day], place)
        kept = self._rows.get(key)
        if kept is None or kept.row != row:
            criterion = self.bound(row, day, place)
            applies = None if row.when is None else self.standing(row.when, day, place)
            nodes = [criterion.met_when, *([applies.met_when] if applies else [])]
            kept = self._rows[key] = BoundRow(
                id=name,
                citation=cite(name, row),
                row=row,
                label=row.label or criterion.label,
                refuses=refuses,
                alone=row.severity != "advice" and not row.group,
                criterion=criterion,
                applies=applies,
                reads=reduce(or_, map(reads, nodes)),
                key=_key_of([node for node in nodes if request_fields(node)]),
            )
        return kept

    def standing(self, name: str, day: date, place: str | None = None) -> Criterion:
        """A criterion that takes all its parameters from the knowledge base."""
        return self._general(name, frozenset(), day, place)

    def _general(self, name: str, but: frozenset[str], day: date, place: str | None) -> Criterion:
        """A criterion with every parameter bound to the knowledge base's value, ``but`` some that a row gives."""
        key = (but, name, self.since[day], place)
        if key not in self._bound:
            criterion = criterion_named(name)
            needed = parameters_of(criterion.met_when) - but
            constants = {parameter: self._constant(parameter, day, place) for parameter in needed}
            self._bound[key] = replace(criterion, met_when=self._shared(bind(criterion.met_when, constants)))
        return self._bound[key]

    def _shared(self, node: model.Node) -> model.Node:
        """The node itself, or the equal one that stands in an earlier question, so that engines work it out once.

        Children are shared first, so two nodes are equal if their children are the same and the rest is equal.
        """
        seen = self._seen.get(id(node))
        if seen is not None:
            return seen[1]
        made = with_children(node, self._shared)
        kept = self._nodes.setdefault(_shallow(made), made)
        self._seen[id(node)] = node, kept
        return kept

    def _constant(self, name: str, day: date, place: str | None) -> Constant:
        value = self.value(name, day, place)
        if value.value is None:
            raise KnowledgeError(f"The parameter {name!r} is withdrawn on {day}.")
        citation = model.Citation(name, value.source, value.locator, value.grade, value.note or "")
        return Constant(_fixed(value.value), citation, name)


def _key_of(nodes: Sequence[model.Node]) -> Callable[[Quick], object] | None:
    """What a request decides in some nodes, for an engine that knows the request."""
    keys = [key_of(node) for node in nodes]
    if len(keys) < 2:
        return keys[0] if keys else None
    return lambda engine: tuple([key(engine) for key in keys])


def _shallow(node: model.Node) -> tuple[object, ...]:
    """What a node is, its children by identity."""
    parts: list[object] = [type(node)]
    for name in node.__dataclass_fields__:
        value = getattr(node, name)
        if isinstance(value, model.Node):
            parts.append(id(value))
        elif isinstance(value, tuple) and value and isinstance(value[0], model.Node):
            parts.append(tuple(id(part) for part in value))
        else:
            parts.append((type(value), value))
    return tuple(parts)


def _fixed(value: bool | float | str | list[str]) -> model.Scalar | tuple[model.Scalar, ...]:
    return tuple(value) if isinstance(value, list) else value


@cache
def book() -> Book:
    """The book of the shipped content."""
    return Book(content())

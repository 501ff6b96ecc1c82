"""Names that facts and requests take from a list, and those that stand in none.

A rule looks for a name letter by letter: a fact under a misspelt name is one that nobody looks at. Some lists are
closed, nothing else means anything (findings, regions of the body map, instruments, goals, statements, the topics of
attestations, the words of a request); others are open, a chart may say more than the rules know (drugs, procedures,
treatments, devices).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Set
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Any, NamedTuple

from lenitive.chart import TABLE_OF, TABLES, Fact, Request
from lenitive.interop.fhir import code_maps
from lenitive.medicine.content import content
from lenitive.medicine.criteria import all_criteria
from lenitive.rules import model

OTHER_GOAL = "other"
"""The kind of a goal that another system set."""
NO_STEROID = "none"
PLAIN_APPROACHES = ("caudal", "thermal")
"""Approaches that requests name and no procedure lists: a way of epidurals, and of ablation what is no other method."""


class Unlisted(NamedTuple):
    """A name that stands in no list: where it stands, what it is called, and the nearest names that do."""

    table: str
    column: str
    name: str
    what: str
    near: tuple[str, ...]
    is_closed: bool
    allowed: str

    @property
    def problem(self) -> str:
        """What is wrong, with the nearest names."""
        return f"there is no {self.what} called {self.name!r}.{self.hint}"

    @property
    def hint(self) -> str:
        """The nearest names, as a question; empty if there are none."""
        return f" Did you mean {' or '.join(self.near)}?" if self.near else ""


@dataclass(frozen=True)
class _List:
    """A list: what one of its names is called, all of them, whether it is closed."""

    what: str
    names: Callable[[], Set[str]]
    shown_as: str = ""
    """The kind of knowledge under which the names are listed."""
    is_closed: bool = True


def unlisted(fact: Fact) -> Iterator[Unlisted]:
    """The names in a fact that stand in no list."""
    table = TABLE_OF[type(fact)]
    for column, listed in _LISTS.get(table, {}).items():
        for name in _names_in(getattr(fact, column)):
            yield from _missing(table, column, name, listed)


def unlisted_in_request(request: Request) -> Iterator[Unlisted]:
    """The words of a request that no rule looks for; whether there is such a procedure is not asked here."""
    for column, listed in _IN_REQUEST.items():
        for name in _names_in(getattr(request, column)):
            yield from _missing("request", column, name, listed)


def words_of_requests(column: str) -> Set[str]:
    """What may stand in a column of a request whose words are listed."""
    return _IN_REQUEST[column].names()


def remarks_of(found: Iterable[Unlisted]) -> list[str]:
    """What to know about names that may stay: likely slips of the pen first, then the others of each list together."""
    slips: list[str] = []
    others: dict[str, list[str]] = {}
    for one in found:
        if one.near:
            slips.append(f"No rule knows the {one.what} {one.name!r}.{one.hint}")
        else:
            others.setdefault(one.what, []).append(one.name)
    told = (
        f"No rule knows the {what} {' or '.join(map(repr, dict.fromkeys(names)))}." for what, names in others.items()
    )
    return [*dict.fromkeys(slips), *told]


def _names_in(value: Any) -> Iterator[str]:
    """The names in a column: one, several, or those of the drugs given."""
    if isinstance(value, str):
        yield from (value,) if value else ()
    elif value is not None:
        for one in value:
            yield one if isinstance(one, str) else one.ingredient


def _missing(table: str, column: str, name: str, listed: _List) -> Iterator[Unlisted]:
    known = listed.names()
    if name not in known:
        near = _near(name, listed.what, known)
        yield Unlisted(table, column, name, listed.what, near, listed.is_closed, _allowed(name, listed))


def _allowed(name: str, listed: _List) -> str:
    if listed.shown_as:
        return f"one of `lenitive knowledge list {listed.shown_as}`"
    table, colon, _ = name.partition(":")
    names = sorted(known for known in listed.names() if not colon or known.partition(":")[0] == table)
    return f"one of {', '.join(names)}"


def _near(name: str, what: str, known: Set[str]) -> tuple[str, ...]:
    if what == DRUG and (by_its_brand := code_maps.ingredients_in_words(name)):
        return by_its_brand
    return tuple(get_close_matches(name, sorted(known), n=2, cutoff=0.75))


# --- the lists -------------------------------------------------------------------------------------------------------

DRUG = "drug"


@cache
def _instruments() -> frozenset[str]:
    of_items = (item for mean in code_maps.means() for item in (mean.name, *mean.items))
    read = (name for one in code_maps.instruments().values() for name in (one.name, one.with_score_unit) if name)
    return frozenset((*content().instruments, *read, *of_items))


@cache
def _topics() -> frozenset[str]:
    """Every topic that a criterion or a reader of records asks for: a table, or a part of one."""
    asked = {topic for node in _nodes_of_criteria() if isinstance(node, model.Rows) for topic in node.topics}
    return frozenset((*TABLES, *asked, *code_maps.no_allergy_topics()))


@cache
def _drugs() -> frozenset[str]:
    of_classes = (name for entry in content().procedures.values() for name in entry.ingredients)
    return frozenset((*content().drugs, *code_maps.known_ingredients(), *of_classes))


@cache
def _procedures() -> frozenset[str]:
    coded = (kind for one in _coded() for kind in (one.kind, *(narrow for _, narrow in one.kind_in_words)))
    return frozenset((*content().procedures, *coded))


@cache
def _devices() -> frozenset[str]:
    placed = (entry.device for entry in content().procedures.values() if entry.device)
    return frozenset((*code_maps.known_devices(), *placed))


@cache
def _regions_of_procedures() -> frozenset[str]:
    return frozenset(entry.region for entry in content().procedures.values() if entry.region)


@cache
def _approaches() -> frozenset[str]:
    named = (approach for entry in content().procedures.values() for approach in entry.approaches)
    return frozenset((*named, *_held_against("approach"), *PLAIN_APPROACHES))


def _coded() -> Iterable[code_maps.ProcedureMeaning]:
    return code_maps.procedures().values()


@cache
def _steroids() -> frozenset[str]:
    return frozenset((*code_maps.known_ingredients("steroid"), *_held_against("steroid"), NO_STEROID))


@cache
def _held_against(field: str) -> frozenset[str]:
    """The words that criteria hold a field of the request against: their own, and those that policies give."""
    found: set[str] = set()
    for node in _nodes_of_criteria():
        match node:
            case model.IsIn(model.RequestField(named), options) | model.Compare(
                _, model.RequestField(named), options
            ) if named == field:
                found.update(_words(options))
    return frozenset(found)


def _words(node: model.Node) -> Iterator[str]:
    if isinstance(node, model.Constant):
        yield from (word for word in _listed(node.value) if isinstance(word, str))
    elif isinstance(node, model.Parameter):
        for values in _values_of_parameter(node.name):
            yield from (word for word in _listed(values) if isinstance(word, str))


def _values_of_parameter(name: str) -> Iterator[Any]:
    if name in content().parameters:
        yield from (value.value for value in content().parameters[name].values)
    for policy in content().policies.values():
        for version in policy.versions:
            yield from (row.parameters[name] for row in version.wants if name in row.parameters)


def _listed(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list | tuple) else (value,)


@cache
def _nodes_of_criteria() -> tuple[model.Node, ...]:
    """Every node of every criterion, each once."""
    seen: dict[int, model.Node] = {}
    pending: list[model.Node] = [one.met_when for one in all_criteria().values()]
    while pending:
        node = pending.pop()
        if id(node) not in seen:
            seen[id(node)] = node
            pending.extend(model.children(node))
    return tuple(seen.values())


_FINDINGS = _List("finding", lambda: content().findings.keys(), "findings")
_REGIONS = _List("region of the body map", lambda: content().regions.keys(), "regions")
_INSTRUMENTS = _List("instrument", _instruments, "instruments")
_DRUGS = _List(DRUG, _drugs, is_closed=False)

_LISTS: dict[str, dict[str, _List]] = {
    "finding": {"code": _FINDINGS},
    "complaint": {"region": _REGIONS, "radiates_to": _REGIONS},
    "measure": {"instrument": _INSTRUMENTS},
    "goal": {
        "kind": _List("goal", lambda: content().goals.keys() | {OTHER_GOAL}, "goals"),
        "instrument": _INSTRUMENTS,
    },
    "statement": {"kind": _List("statement", lambda: content().statements.keys(), "statements")},
    "attestation": {"topic": _List("topic", _topics)},
    "medication": {"ingredient": _DRUGS},
    "procedure": {"kind": _List("procedure", _procedures, is_closed=False), "drugs": _DRUGS},
    "treatment": {"kind": _List("treatment", lambda: content().treatments.keys(), is_closed=False)},
    "device": {"kind": _List("device", _devices, is_closed=False)},
}
"""The columns of each table whose words stand in a list."""

_IN_REQUEST: dict[str, _List] = {
    "approach": _List("approach", _approaches),
    "region": _List("region of procedures", _regions_of_procedures),
    "steroid": _List("corticosteroid", _steroids),
}

"""Names that facts and requests take from a list, and those that stand in none.

A rule looks for a name letter by letter: a fact under a misspelt name is one that nobody looks at. Some lists are
closed, nothing else means anything (findings, regions of the body map, instruments, goals, statements, the topics of
attestations, the words of a request); others are open, a chart may say more than the rules know (drugs, procedures,
treatments, devices, diagnoses, substances, what a pain is like).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Any, NamedTuple

from lenitive.chart import TABLE_OF, TABLES, Fact, Request
from lenitive.chart.complaint import FACTORS, NOWHERE, QUALITIES
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
    written_like: str = ""

    @property
    def problem(self) -> str:
        """What is wrong, with the nearest names."""
        return f"there is no {self.what} called {self.name!r}.{self.hint}"

    @property
    def hint(self) -> str:
        """The nearest names, as a question, or how one is written; empty if there is nothing to say."""
        if self.near:
            return f" Did you mean {' or '.join(self.near)}?"
        return f" One is written like {self.written_like}." if self.written_like else ""


@dataclass(frozen=True)
class _List:
    """A list: what one of its names is called, all of them, whether it is closed."""

    what: str
    names: Callable[[], Set[str]]
    shown_as: str = ""
    """The kind of knowledge under which the names are listed."""
    is_closed: bool = True
    takes_own_words: bool = False
    """Whether a name that is near none of the list is as good as one in it."""
    meant_by: Callable[[str], tuple[str, ...]] = lambda name: ()
    """What a name surely means, if it stands in the list under another one."""
    are_beginnings: bool = False
    """Whether the names are what longer names begin with."""
    words: Callable[[], Set[str]] = frozenset
    """Words by which a longer name is known."""
    written_as: str = ""
    """The pattern of every name, where they have one."""
    example: str = ""
    """A name that is written as they are."""

    def has(self, name: str) -> bool:
        """Whether a name stands in the list."""
        known = self.names()
        if self.are_beginnings:
            return name.startswith(tuple(known)) and re.fullmatch(self.written_as, name) is not None
        said = name.casefold().replace("_", " ")
        return name in known or any(word in said for word in self.words())

    def near(self, name: str) -> tuple[str, ...]:
        """What a name that does not stand in the list was probably meant to be."""
        if sure := self.meant_by(name):
            return sure
        if self.are_beginnings:
            return ()
        return tuple(get_close_matches(name.casefold(), sorted(self.names()), n=2, cutoff=0.75))


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
        if one.hint:
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
    if listed.has(name):
        return
    near = listed.near(name)
    if near or not listed.takes_own_words:
        like = "" if re.fullmatch(listed.written_as, name) else listed.example
        yield Unlisted(table, column, name, listed.what, near, listed.is_closed, _allowed(name, listed), like)


def _allowed(name: str, listed: _List) -> str:
    if listed.shown_as:
        return f"one of `lenitive knowledge list {listed.shown_as}`"
    table, colon, _ = name.partition(":")
    names = sorted(known for known in listed.names() if not colon or known.partition(":")[0] == table)
    return f"one of {', '.join(names)}"


# --- the lists -------------------------------------------------------------------------------------------------------


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
    asked = _held_against(model.Column("medication", "ingredient"))
    return frozenset((*content().drugs, *code_maps.known_ingredients(), *of_classes, *asked))


@cache
def _procedures() -> frozenset[str]:
    coded = (kind for one in _coded() for kind in (one.kind, *(narrow for _, narrow in one.kind_in_words)))
    return frozenset((*content().procedures, *coded, *_held_against(model.Column("procedure", "kind"))))


@cache
def _words_of_operations() -> frozenset[str]:
    """What is found in the words of an operation, however else it is called."""
    after = (entry for one in content().generators.values() for entry in one.after_operation)
    return frozenset(word for entry in after for word in entry.words)


@cache
def _treatments() -> frozenset[str]:
    return frozenset((*content().treatments, *_held_against(model.Column("treatment", "kind"))))


@cache
def _devices() -> frozenset[str]:
    placed = (entry.device for entry in content().procedures.values() if entry.device)
    return frozenset((*code_maps.known_devices(), *placed, *_held_against(model.Column("device", "kind"))))


@cache
def _regions_of_procedures() -> frozenset[str]:
    return frozenset(entry.region for entry in content().procedures.values() if entry.region)


@cache
def _regions_treated() -> frozenset[str]:
    """Where something was done: parts of the body that procedures name, or that rules ask for."""
    asked = (_held_against(model.Column(table, "region")) for table in ("procedure", "treatment"))
    after = (entry for one in content().generators.values() for entry in one.after_operation)
    return frozenset(
        (
            *_regions_of_procedures(),
            *(region for regions in asked for region in regions),
            *(region for entry in after for region in entry.regions),
        )
    )


@cache
def _approaches() -> frozenset[str]:
    named = (approach for entry in content().procedures.values() for approach in entry.approaches)
    return frozenset((*named, *_held_against(model.RequestField("approach")), *PLAIN_APPROACHES))


def _coded() -> Iterable[code_maps.ProcedureMeaning]:
    return code_maps.procedures().values()


@cache
def _steroids() -> frozenset[str]:
    return frozenset(
        (*code_maps.known_ingredients("steroid"), *_held_against(model.RequestField("steroid")), NO_STEROID)
    )


@cache
def _concepts() -> frozenset[str]:
    """Our names of diagnoses; a source of pain may be named as one."""
    asked = _held_against(model.Column("condition", "code"))
    return frozenset((*content().generators, *code_maps.known_concepts(), *asked))


@cache
def _beginnings_of_icd10() -> frozenset[str]:
    sources = content().generators.values()
    of_sources = (code for one in sources for code in (*one.icd10, *one.recorded_under))
    as_well = (code for one in sources for shown in one.shown_by for code in shown.icd10)
    asked = _held_against(model.Column("condition", "icd10"))
    return frozenset((*of_sources, *as_well, *code_maps.known_icd10(), *asked))


ICD10 = r"[A-Z][0-9][0-9A-Z](\.[0-9A-Z]{1,4})?"


def _as_icd10(name: str) -> tuple[str, ...]:
    """An ICD-10-CM code that was written without its point, in small letters or with blanks."""
    bare = re.sub(r"[\s.]", "", name.upper())
    code = f"{bare[:3]}.{bare[3:]}".rstrip(".")
    return (code,) if code != name and re.fullmatch(ICD10, code) else ()


def _concept_of(name: str) -> tuple[str, ...]:
    """What an ICD-10-CM code means that was given as our concept."""
    [code] = _as_icd10(name) or (name,)
    return (f'icd10 = "{code}"',) if re.fullmatch(ICD10, code) else ()


@cache
def _substances() -> frozenset[str]:
    asked = _held_against(model.Column("allergy", "substance"))
    return frozenset((*_drugs(), *code_maps.known_substances(), *asked))


def _substance_in(name: str) -> tuple[str, ...]:
    found = code_maps.substance_in_words(name)
    return () if found is None else (found,)


@cache
def _drug_classes() -> frozenset[str]:
    of_codes = filter(None, map(code_maps.class_of_drug, code_maps.known_ingredients()))
    of_drugs = (drug.drug_class for drug in content().drugs.values())
    return frozenset((*of_drugs, *of_codes, *_held_against(model.Column("medication", "drug_class"))))


@cache
def _qualities() -> frozenset[str]:
    named = (word for one in content().generators.values() if one.in_words for word in one.in_words.quality)
    return frozenset((*QUALITIES, *_words_that_show_findings(), *named))


@cache
def _factors() -> frozenset[str]:
    asked = (_held_against(model.Column("complaint", name)) for name in ("aggravated_by", "relieved_by"))
    return frozenset((*FACTORS, *_words_that_show_findings(), *(word for words in asked for word in words)))


@cache
def _words_that_show_findings() -> frozenset[str]:
    said = (word for one in content().findings.values() for word in one.from_complaint)
    return frozenset(word for word in said if word not in content().regions)


def _held_against(value: model.Column | model.RequestField) -> frozenset[str]:
    """The words that criteria hold a value against: their own, and those that policies give."""
    return _words_held_against().get(value, frozenset())


@cache
def _words_held_against() -> Mapping[model.Node, frozenset[str]]:
    found: dict[model.Node, set[str]] = {}
    for node in _nodes_of_criteria():
        match node:
            case (
                model.IsIn(model.Column() | model.RequestField() as held, options)
                | model.StartsWith(model.Column() | model.RequestField() as held, options)
                | model.Shares(model.Column() | model.RequestField() as held, options)
                | model.Compare(_, model.Column() | model.RequestField() as held, options)
            ):
                found.setdefault(held, set()).update(_words(options))
    return {held: frozenset(words) for held, words in found.items()}


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
_WHERE_IT_GOES = _List("region of the body map", lambda: {*content().regions, NOWHERE}, "regions")
_INSTRUMENTS = _List("instrument", _instruments, "instruments")
_DRUGS = _List("drug", _drugs, is_closed=False, meant_by=code_maps.ingredients_in_words)
_REGIONS_TREATED = _List("region of procedures", _regions_treated, is_closed=False, takes_own_words=True)
_FACTORS = _List("word for what changes a pain", _factors, is_closed=False, takes_own_words=True)

_LISTS: dict[str, dict[str, _List]] = {
    "finding": {"code": _FINDINGS},
    "complaint": {
        "region": _REGIONS,
        "radiates_to": _WHERE_IT_GOES,
        "quality": _List("word for what a pain is like", _qualities, is_closed=False, takes_own_words=True),
        "aggravated_by": _FACTORS,
        "relieved_by": _FACTORS,
    },
    "condition": {
        "code": _List("diagnosis", _concepts, is_closed=False, meant_by=_concept_of),
        "icd10": _List(
            "ICD-10-CM code",
            _beginnings_of_icd10,
            is_closed=False,
            meant_by=_as_icd10,
            are_beginnings=True,
            written_as=ICD10,
            example="M54.16",
        ),
    },
    "allergy": {"substance": _List("substance", _substances, is_closed=False, meant_by=_substance_in)},
    "measure": {"instrument": _INSTRUMENTS},
    "goal": {
        "kind": _List("goal", lambda: content().goals.keys() | {OTHER_GOAL}, "goals"),
        "instrument": _INSTRUMENTS,
    },
    "statement": {"kind": _List("statement", lambda: content().statements.keys(), "statements")},
    "attestation": {"topic": _List("topic", _topics)},
    "medication": {"ingredient": _DRUGS, "drug_class": _List("class of drugs", _drug_classes, is_closed=False)},
    "procedure": {
        "kind": _List("procedure", _procedures, is_closed=False, words=_words_of_operations),
        "drugs": _DRUGS,
        "region": _REGIONS_TREATED,
    },
    "treatment": {"kind": _List("treatment", _treatments, is_closed=False), "region": _REGIONS_TREATED},
    "device": {"kind": _List("device", _devices, is_closed=False)},
}
"""The columns of each table whose words stand in a list."""

_IN_REQUEST: dict[str, _List] = {
    "approach": _List("approach", _approaches),
    "region": _List("region of procedures", _regions_of_procedures),
    "steroid": _List("corticosteroid", _steroids),
}

"""Pages of the knowledge base for a terminal: lists of entries, and one entry with all that it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from datetime import date
from difflib import get_close_matches
from typing import Any

import msgspec
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from lenitive.cli.glyphs import GRADES, in_ascii
from lenitive.cli.paper import Paper
from lenitive.errors import KnowledgeError, UsageError, no_such
from lenitive.knowledge.entries import Cited, Source
from lenitive.medicine.content import KINDS, cited_parts, content, place_of
from lenitive.medicine.criteria import all_criteria
from lenitive.medicine.shapes import DrugEntry, Evidence, RawScores
from lenitive.rules.model import Criterion, parameters_of

CRITERIA = "criteria"


def _entries_of(kind: str) -> Mapping[str, Any]:
    if kind == CRITERIA:
        return all_criteria()
    if kind not in KINDS:
        raise no_such("kind of entry", kind, [*KINDS, CRITERIA])
    entries: Mapping[str, Any] = getattr(content(), kind)
    return entries


def _label(entry: Any) -> str:
    for name in ("label", "citation", "name", "text"):
        if value := getattr(entry, name, None):
            return str(value)
    if isinstance(entry, Evidence):
        return f"{entry.finding} for {entry.generator}"
    return str(getattr(entry, "protocol", ""))


# --- lists -------------------------------------------------------------------------------------------------------


def kinds(on: Paper) -> RenderableType:
    """The kinds of entries and how many there are of each."""
    table = _table(on, "kind", "entries", "lenitive knowledge list …")
    for kind in (*KINDS, CRITERIA):
        table.add_row(kind, str(len(_entries_of(kind))), f"lenitive knowledge list {kind}")
    return table


def entries(kind: str, on: Paper) -> RenderableType:
    """The entries of one kind: id, what it is, and how well it was checked."""
    found = _entries_of(kind)
    table = _table(on, "id", "what it is", "grade")
    for name, entry in sorted(found.items()):
        grades = dict.fromkeys(cited.grade for _, cited in cited_parts(entry, ""))
        marks = " ".join(on.glyphs.grade(grade) for grade in GRADES if grade in grades)
        table.add_row(name, _plain(on, _label(entry)), marks)
    return Group(table, _legend(on))


def _table(on: Paper, *heads: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for head in heads:
        table.add_column(_plain(on, head), overflow="fold")
    return table


def _legend(on: Paper) -> RenderableType:
    marks = "  ".join(f"{on.glyphs.grade(grade)} {words}" for grade, words in GRADES.items())
    return Text(marks, style="dim")


# --- one entry ---------------------------------------------------------------------------------------------------


def pages(name: str, on: Paper) -> Iterator[RenderableType]:
    """A page for each entry of that id."""
    wanted, _, alone = name.rpartition(":")
    places = [wanted] if wanted else [*KINDS, CRITERIA]
    found = [(kind, _entries_of(kind)[alone]) for kind in places if alone in _entries_of(kind)]
    if not found:
        raise _no_such_entry(alone, {known for kind in places for known in _entries_of(kind)})
    for kind, entry in found:
        yield from _page(kind, alone, entry, on)
    yield _legend(on)


def _no_such_entry(name: str, known: Set[str]) -> UsageError:
    """There are thousands: the nearest are named, or where they are listed."""
    near = get_close_matches(name, sorted(known), n=3)
    hint = f"Did you mean {' or '.join(near)}?" if near else "`lenitive knowledge list` names the kinds."
    return UsageError(f"No entry called {name!r}. {hint}")


def _page(kind: str, name: str, entry: Any, on: Paper) -> Iterator[RenderableType]:
    yield Text.assemble((name, "bold"), f" {on.glyphs.dot} {kind} {on.glyphs.dot} {_where(kind, name)}")
    if label := _label(entry):
        yield Text(_plain(on, label), style="italic")
    if isinstance(entry, Criterion):
        yield from _criterion(entry, on)
    else:
        yield from _fields(entry, on, 2)
    yield from _users(kind, name, on)
    yield from _conflicts(kind, name, entry, on)
    yield from _documents(entry, on)
    yield Text("")


def _where(kind: str, name: str) -> str:
    if kind == CRITERIA:
        return "medicine/criteria"
    try:
        return place_of(kind, name)
    except KnowledgeError:
        return f"medicine/{KINDS[kind][0]}"


def _criterion(criterion: Criterion, on: Paper) -> Iterator[RenderableType]:
    yield _line(on, 2, "ask", criterion.ask)
    for parameter in sorted(parameters_of(criterion.met_when)):
        entry = content().parameters.get(parameter)
        value = (
            "given by each policy or procedure"
            if entry is None
            else "; ".join(f"{_value(one.value)} from {one.effective_from}" for one in entry.values)
        )
        yield _line(on, 2, parameter, value)


def _fields(entry: Any, on: Paper, indent: int) -> Iterator[RenderableType]:
    """The fields of an entry; each cited part with its source, place and grade beside it."""
    for name in entry.__struct_fields__:
        value = getattr(entry, name)
        if (
            value in (None, [], {}, "")
            or name in ("label", "citation")
            or (isinstance(entry, Cited) and name in _BASIS)
        ):
            continue
        title = name.replace("_", " ")
        if isinstance(value, msgspec.Struct):
            yield _line(on, indent, _TITLES.get(type(value), title), _inline(value))
            yield from _basis(value, on, indent + 2)
        elif isinstance(value, list) and value and isinstance(value[0], msgspec.Struct):
            yield _line(on, indent, title, "")
            for part in value:
                yield from _part(part, on, indent + 2)
        else:
            yield _line(on, indent, title, _value(value))
    if isinstance(entry, Cited):
        yield from _basis(entry, on, indent)


_BASIS = ("source", "locator", "grade", "note")
_TITLES: dict[type[msgspec.Struct], str] = {RawScores: "T-score of each raw sum"}


def _part(part: Any, on: Paper, indent: int) -> Iterator[RenderableType]:
    nested = [name for name in part.__struct_fields__ if _is_list_of_parts(getattr(part, name))]
    yield Padding(Text(_plain(on, f"{on.glyphs.dash} {_inline(part)}")), (0, 0, 0, indent))
    yield from _basis(part, on, indent + 2)
    for name in nested:
        yield _line(on, indent + 2, name.replace("_", " "), "")
        for inner in getattr(part, name):
            yield from _part(inner, on, indent + 4)


def _is_list_of_parts(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], msgspec.Struct)


def _inline(part: Any) -> str:
    """A small struct on one line, its basis left out."""
    if isinstance(part, RawScores):
        return ", ".join(f"{raw}: {_value(score)}" for raw, score in enumerate(part.t_scores, start=part.first))
    told = []
    for name in part.__struct_fields__:
        value = getattr(part, name)
        if name in _BASIS or value in (None, [], {}, "") or _is_list_of_parts(value):
            continue
        told.append(
            _value(value) if name in ("text", "criterion", "harm") else f"{name.replace('_', ' ')} {_value(value)}"
        )
    return ", ".join(told)


def _basis(part: Any, on: Paper, indent: int) -> Iterator[RenderableType]:
    if not isinstance(part, Cited):
        return
    mark = on.glyphs.grade(part.grade)
    note = f" {on.glyphs.dot} {part.note}" if part.note else ""
    told = f"{mark} {part.grade} {on.glyphs.dot} {part.source}, {part.locator}{note}"
    yield Padding(Text(_plain(on, told), style="dim"), (0, 0, 0, indent))


def _line(on: Paper, indent: int, title: str, value: str) -> RenderableType:
    return Padding(
        Text.assemble((f"{title}: " if value else f"{title}:", "bold"), _plain(on, value)), (0, 0, 0, indent)
    )


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, (list, tuple)):
        return ", ".join(_value(part) for part in value)
    if isinstance(value, dict):
        return ", ".join(f"{name} {_value(part)}" for name, part in value.items())
    return value.isoformat() if isinstance(value, date) else str(value)


# --- what uses it, what contradicts it, where it was read --------------------------------------------------------


def _users(kind: str, name: str, on: Paper) -> Iterator[RenderableType]:
    """Which entries name this one."""
    found = sorted(f"{other}:{entry}" for other, entry in _naming(kind, name))
    if found:
        listed = ", ".join(found[:12]) + (f", and {len(found) - 12} more" if len(found) > 12 else "")
        yield _line(on, 2, "used by", listed)


def _naming(kind: str, name: str) -> Iterator[tuple[str, str]]:
    everything = content()
    for other in KINDS:
        for entry_name, entry in getattr(everything, other).items():
            if (other, entry_name) == (kind, name):
                continue
            if kind == "sources":
                names = any(cited.source == name for _, cited in cited_parts(entry, ""))
            else:
                names = _mentions(entry, name)
            if names:
                yield other, entry_name
    if kind == "parameters":
        for criterion in all_criteria().values():
            if name in parameters_of(criterion.met_when):
                yield CRITERIA, criterion.name


def _mentions(value: Any, name: str) -> bool:
    """The name stands somewhere in an entry as a whole word of a list, a key or a field."""
    if isinstance(value, str):
        return value == name
    if isinstance(value, msgspec.Struct):
        return any(_mentions(getattr(value, field), name) for field in value.__struct_fields__ if field not in _BASIS)
    if isinstance(value, dict):
        return any(key == name or _mentions(part, name) for key, part in value.items())
    return isinstance(value, (list, tuple)) and any(_mentions(part, name) for part in value)


def _conflicts(kind: str, name: str, entry: Any, on: Paper) -> Iterator[RenderableType]:
    """Rows that speak about the same thing, and parts whose sources are known to disagree."""
    rivals = list(_rows_beside(kind, name, entry))
    if rivals:
        yield _line(on, 2, "beside it", "other rows about the same thing; one of a group counts")
        for other, row in rivals:
            told = f"{on.glyphs.grade(row.grade)} {other}: {_inline(row)} ({row.source}, {row.locator})"
            yield Padding(Text(_plain(on, told)), (0, 0, 0, 4))
    yield from _different_holds(entry, on)
    for path, cited in cited_parts(entry, ""):
        if cited.grade == "disputed":
            about = f"{path.strip('.')}: " if path else ""
            why = cited.note or "the sources disagree; both are kept"
            yield Padding(Text(_plain(on, f"{on.glyphs.disputed} disputed: {about}{why}"), style="bold"), (0, 0, 0, 2))


def _different_holds(entry: Any, on: Paper) -> Iterator[RenderableType]:
    """Bleeding classes for which sources give a drug different intervals."""
    said: dict[str, dict[str, None]] = {}
    for hold in entry.holds if isinstance(entry, DrugEntry) else ():
        interval = hold.rule if hold.amount is None else f"{hold.amount:g} {hold.rule}"
        said.setdefault(hold.bleeding_class, {})[
            f"{interval} ({hold.source}{f', {hold.when}' if hold.when else ''})"
        ] = None
    for bleeding_class, intervals in said.items():
        if len(intervals) > 1:
            told = f"{on.glyphs.disputed} {bleeding_class} bleeding risk, by source: {'; '.join(intervals)}"
            yield Padding(Text(_plain(on, told)), (0, 0, 0, 2))


def _rows_beside(kind: str, name: str, entry: Any) -> Iterator[tuple[str, Any]]:
    everything = content()
    if kind == "evidence":
        for other, row in everything.evidence.items():
            if other != name and (row.generator, row.group) == (entry.generator, entry.group):
                yield other, row
    if kind == "blocks":
        for other, block in everything.blocks.items():
            if other != name and block.generator == entry.generator:
                yield other, block


def _documents(entry: Any, on: Paper) -> Iterator[RenderableType]:
    """The documents that the entry rests on."""
    if isinstance(entry, Source):
        yield _line(on, 2, "citation", entry.citation)
        return
    named = dict.fromkeys(cited.source for _, cited in cited_parts(entry, ""))
    if not named:
        return
    yield _line(on, 2, "documents", "")
    for name in named:
        source = content().sources.get(name)
        if source:
            link = (source.doi and f"doi:{source.doi}") or source.url or (f"PMID {source.pmid}" if source.pmid else "")
            told = f"{name}: {source.citation} ({source.access}){f' {link}' if link else ''}"
            yield Padding(Text(_plain(on, told)), (0, 0, 0, 4))


def _plain(on: Paper, text: str) -> str:
    return in_ascii(text) if on.is_ascii else text

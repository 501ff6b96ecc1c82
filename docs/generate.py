"""Writes the reference pages while the documentation is built, from the code and the content themselves.

Each source of pain, procedure, drug and policy has a page of its own, so that a search finds it; its list links there.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from lenitive.chart.schema import TABLES, columns
from lenitive.knowledge.entries import Cited
from lenitive.medicine.content import KINDS, content
from lenitive.medicine.criteria import all_criteria
from lenitive.reasoning.book import book
from lenitive.reasoning.education import Harm, education_for

LISTED = {
    "generators": "Pain generators",
    "findings": "Findings",
    "evidence": "What findings do to the odds",
    "blocks": "Diagnostic blocks",
    "priors": "Priors",
    "red_flags": "Red flags",
    "procedures": "Procedures",
    "outcomes": "Published outcomes",
    "drugs": "Drugs",
    "policies": "Policies",
    "authorities": "Programmes that decide beforehand",
    "contractors": "Who decides for Medicare",
    "parameters": "Parameters",
    "instruments": "Instruments",
    "sources": "Sources",
}


ONE_PAGE_EACH = ("generators", "procedures", "drugs", "policies")
"""Kinds whose entries have a page each; their list only links to it."""

EDUCATION = {
    "what": "What it is",
    "how": "How it is done or found",
    "feels": "What it feels like",
    "helps": "What helps",
    "risks": "Risks and signs of danger",
    "alternatives": "What else there is",
    "before": "Before",
    "after": "After",
}


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the generated pages."""
    pages = {"reference/tables.md": _tables(), "reference/criteria.md": _criteria()}
    pages |= {f"reference/{kind}.md": _listed(kind, title) for kind, title in LISTED.items()}
    pages |= dict(single_pages())
    for path, text in pages.items():
        files.append(File.generated(config, path, content=text))
    return files


def single_pages() -> Iterator[tuple[str, str]]:
    """The path and the text of every entry that has a page of its own."""
    for kind in ONE_PAGE_EACH:
        for name in getattr(content(), kind):
            yield f"reference/{kind}/{name}.md", "\n".join(_single(kind, name))


def _listed(kind: str, title: str) -> str:
    return _links(kind, title) if kind in ONE_PAGE_EACH else _content(kind, title)


def _links(kind: str, title: str) -> str:
    entries: dict[str, Any] = getattr(content(), kind)
    parts = [f"# {title}", "", f"{inspect.getdoc(KINDS[kind][1])}", "", f"{len(entries)} entries.", ""]
    parts += [f"- [{_cell(entry.label)}]({kind}/{name}.md) `{name}`" for name, entry in entries.items()]
    return "\n".join(parts)


def _tables() -> str:
    parts = ["# Fact tables", "", "What a chart can hold. Every table also has the columns of a fact.", ""]
    for name, fact in TABLES.items():
        parts += [f"## {name}", "", inspect.cleandoc(fact.__doc__ or "").replace("Example::", "Example:"), ""]
        parts += ["| column | holds | meaning |", "| --- | --- | --- |"]
        for column in columns(name).values():
            holds = " · ".join(column.choices) if column.choices else column.kind
            parts.append(f"| `{column.name}` | {holds} | {_cell(column.description)} |")
        parts.append("")
    return "\n".join(parts)


def _criteria() -> str:
    parts = ["# Criteria", "", "Each is met, not met or undocumented.", ""]
    for name, criterion in sorted(all_criteria().items()):
        parts += [f"## `{name}`", "", f"{criterion.label}.", "", f"Ask: {criterion.ask}", ""]
    return "\n".join(parts)


def _content(kind: str, title: str) -> str:
    entries: dict[str, Any] = getattr(content(), kind)
    shape = KINDS[kind][1]
    parts = [f"# {title}", "", f"{inspect.getdoc(shape)}", "", f"{len(entries)} entries.", ""]
    for name, entry in entries.items():
        parts += [f"## `{name}`", "", *_entry(entry), ""]
    return "\n".join(parts)


def _entry(entry: Any) -> Iterator[str]:
    for field in entry.__struct_fields__:
        value = getattr(entry, field)
        if value in (None, [], {}, ()) or field in ("source", "locator", "grade"):
            continue
        if isinstance(value, list) and value and isinstance(value[0], msgspec.Struct):
            yield f"- {_words(field)}:"
            yield from (f"    - {_inline(part)}" for part in value)
        else:
            yield f"- {_words(field)}: {_inline(value)}"
    if isinstance(entry, Cited):
        yield f"- {_citation(entry)}"


def _inline(value: Any) -> str:
    if isinstance(value, msgspec.Struct):
        parts = [
            f"{_words(field)} {_inline(getattr(value, field))}"
            for field in value.__struct_fields__
            if getattr(value, field) not in (None, [], {}, ()) and field not in ("source", "locator", "grade")
        ]
        return "; ".join([*parts, *([_citation(value)] if isinstance(value, Cited) else [])])
    if isinstance(value, dict):
        return ", ".join(f"{_words(str(key))} {_inline(part)}" for key, part in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(_inline(part) for part in value)
    return _cell(str(value))


def _citation(cited: Cited) -> str:
    return f"*{cited.grade}*, [{cited.source}](sources.md#{cited.source.lower()}), {_cell(cited.locator)}"


def _words(field: str) -> str:
    return field.replace("_", " ")


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ").replace("<", "&lt;").replace("*", "\\*")


# --- one page each -------------------------------------------------------------------------------------------------


def _single(kind: str, name: str) -> Iterator[str]:
    """A page: the entry itself, then what else the content says about it."""
    entry = getattr(content(), kind)[name]
    yield from (f"# {_cell(entry.label)}", "", f"`{name}`", "")
    if getattr(entry, "plain", None):
        yield from (_cell(entry.plain), "")
    for line in _entry(entry):
        yield _deeper(line)
    yield ""
    for title, lines in _beside(kind, name):
        if lines:
            yield from (f"## {title}", "", *lines, "")


def _deeper(line: str) -> str:
    """A line as it stands one folder further down."""
    return line.replace("](sources.md", "](../sources.md")


def _beside(kind: str, name: str) -> Iterator[tuple[str, list[str]]]:
    """What else is known about an entry: a title and its lines."""
    if kind == "generators":
        yield "Procedures aimed at it", _names_of("procedures", lambda one: name in one.targets)
        yield "Evidence", _rows_of("evidence", lambda one: name in (one.likelihoods or (one.generator,)))
        yield "Diagnostic blocks", _rows_of("blocks", lambda one: one.generator == name)
        yield "Starting shares", _rows_of("priors", lambda one: name in one.shares)
        yield "Red flags", _rows_of("red_flags", lambda one: one.danger == name)
        yield "For patients", list(_told_to_patients(name))
    if kind == "procedures":
        yield "How often harms happen", list(_harms(name))
        yield "What was published", _rows_of("outcomes", lambda one: name in one.procedures)
        yield "Waveforms", _rows_of("waveforms", lambda one: name in one.procedures)
        yield "Policies", _names_of("policies", lambda one: name in one.procedures)
        yield "Programmes that decide beforehand", _programmes_for(name)
        yield "For patients", list(_told_to_patients(name))
    if kind == "drugs":
        yield "Lists that it stands on", _lists_with(content().drugs[name].names)


def _rows_of(kind: str, fits: Callable[[Any], bool]) -> list[str]:
    lines: list[str] = []
    for name, entry in getattr(content(), kind).items():
        if fits(entry):
            lines += [f"### `{name}`", "", *(_deeper(line) for line in _entry(entry)), ""]
    return lines


def _names_of(kind: str, fits: Callable[[Any], bool]) -> list[str]:
    entries: dict[str, Any] = getattr(content(), kind)
    return [f"- [{_cell(one.label)}](../{kind}/{name}.md)" for name, one in entries.items() if fits(one)]


def _programmes_for(procedure: str) -> list[str]:
    """Programmes that want a decision before a procedure."""
    return [
        f"- [{_cell(one.label)}](../authorities.md#{name})"
        for name, one in content().authorities.items()
        if any(procedure in service.procedures for service in one.services)
    ]


def _lists_with(names: list[str]) -> list[str]:
    """Parameters whose list of words holds one of the names."""
    return [
        f"- [{_cell(entry.label)}](../parameters.md#{name})"
        for name, entry in content().parameters.items()
        if any(isinstance(value.value, list) and set(names) & set(value.value) for value in entry.values)
    ]


def _harms(procedure: str) -> Iterator[str]:
    harms = education_for(book(), procedure).harms
    if harms:
        yield "| harm | how often | grade | source |"
        yield "| --- | --- | --- | --- |"
    for harm in harms:
        source = f"[{harm.citation.source}](../sources.md#{harm.citation.source.lower()})"
        yield f"| {_cell(harm.text)} | {_how_often(harm)} | *{harm.citation.grade}* | {source} |"


def _how_often(harm: Harm) -> str:
    if harm.often:
        return harm.often
    if harm.low and harm.high:
        return f"{harm.low.text} to {harm.high.text}"
    return "nobody knows"


def _told_to_patients(subject: str) -> Iterator[str]:
    page = education_for(book(), subject)
    yield from (f"**{_cell(page.label)}**", "")
    for field in EDUCATION:
        yield from (f"*{EDUCATION[field]}.* {_cell(getattr(page, field))}", "")
    yield f"Words: *{page.words_from.grade}*, [{page.words_from.source}](../sources.md#{page.words_from.source})"

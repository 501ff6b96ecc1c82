"""Writes the reference pages while the documentation is built, from the code and the content themselves."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

import msgspec
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from lenitive.chart.schema import TABLES, columns
from lenitive.knowledge.entries import Cited
from lenitive.medicine.content import KINDS, content
from lenitive.medicine.criteria import all_criteria

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
    "parameters": "Parameters",
    "instruments": "Instruments",
    "sources": "Sources",
}


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the generated pages."""
    pages = {"reference/tables.md": _tables(), "reference/criteria.md": _criteria()}
    pages |= {f"reference/{kind}.md": _content(kind, title) for kind, title in LISTED.items()}
    for path, text in pages.items():
        files.append(File.generated(config, path, content=text))
    return files


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

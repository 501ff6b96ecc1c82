"""What FHIR has no place for: how our own writer marks a resource, and how the reader finds it again.

A resource that stands for a fact carries an identifier, whose system names the table and whose value is the fact's
id. Its standard elements are read like anybody else's; one extension then holds, column by column, only what those
elements do not say. So a chart comes back whole, and nothing is said twice where it could come to differ. Where FHIR
has no resource for a table (a complaint, a statement) the extension says it all. A resource that somebody has marked
``entered-in-error`` since is no fact any more.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from operator import attrgetter
from typing import Any, cast

import msgspec

from lenitive.chart import TABLES, Fact
from lenitive.chart.chart import fact_as_builtins
from lenitive.chart.schema import ColumnInfo, columns
from lenitive.interop.fhir.context import Refused, first_code
from lenitive.interop.fhir.resources import Concept, Element, Identifier, Resource

FACT_SYSTEM = "urn:lenitive:fact:"
"""Begins the system of the identifier; the name of the table follows."""

FACT_EXTENSION = "urn:lenitive:fact"
"""The extension that holds what the standard elements do not say, one inner extension per column."""

MARK = b"urn:lenitive:fact"
"""Bytes that stand in every resource of ours, and in hardly any other."""


class Extension(Element):
    """An extension, with the value types that our writer uses."""

    url: str | None = None
    valueString: str | None = None
    valueCode: str | None = None
    valueBoolean: bool | None = None
    valueInteger: int | None = None
    valueDecimal: float | None = None
    valueDate: str | None = None
    valueDateTime: str | None = None
    extension: list[Extension] | None = None

    def value(self) -> Any:
        """The one value that the extension has; inner extensions as a mapping."""
        if self.extension:
            return {inner.url: inner.value() for inner in self.extension}
        for value in _VALUES_OF(self):
            if value is not None:
                return value
        return None


_VALUES_OF = attrgetter(*(name for name in Extension.__struct_fields__ if name.startswith("value")))


IN_ERROR = "entered-in-error"


class Mark(msgspec.Struct, frozen=True, gc=False):
    """Which fact a resource of ours stands for, and what its extension says."""

    table: str
    fact_id: str
    source: str | None
    """Where the fact came from. Every fact says it, and no standard element does."""
    said: Sequence[tuple[str, Any]]
    """All other columns and their values; a column that is a list stands once for each item."""
    disowned: bool
    """Somebody marked the resource as wrong after we wrote it."""


WRONG = "wrong"
"""Stands in the extension of a fact that was superseded or withdrawn when we wrote it."""
NONE = "none"
"""Names a column that the standard elements seem to fill and that is empty."""
AS_JSON = "json"
"""Holds columns whose texts FHIR does not allow."""
SOURCE = "source"
"""The column that nearly every extension holds, and often nothing else."""

_TABLE_OF_SYSTEM: dict[str | None, str] = {f"{FACT_SYSTEM}{table}": table for table in TABLES}
_LISTS = {
    table: {name for name, info in columns(table).items() if info.kind in ("texts", "nested")} for table in TABLES
}


_IN_OUR_FORM: dict[str, Any] = {
    "identifier": list[Identifier] | None,
    "extension": list[Extension] | None,
    "status": str | None,
    "verificationStatus": Concept | None,
    "lifecycleStatus": str | None,
}
"""The elements in which a resource says what fact it stands for, and that it was entered in error."""


def own_form(struct: type[Resource]) -> type[Resource]:
    """The same elements and those of our mark beside them, so that a resource of ours is decoded once."""
    more = [(name, kind, None) for name, kind in _IN_OUR_FORM.items()]
    return cast("type[Resource]", msgspec.defstruct(f"Our{struct.__name__}", more, bases=(struct,), gc=False))


def mark_in(resource: Any) -> Mark | None:
    """Which fact a resource in :func:`own_form` stands for, if our writer wrote it."""
    for identifier in resource.identifier or ():
        system = identifier.system
        if system is not None and system.startswith(FACT_SYSTEM):
            table = _TABLE_OF_SYSTEM.get(system)
            if table is None or not identifier.value:
                raise Refused("its mark names no fact table", f"an identifier of a system {FACT_SYSTEM}<table>")
            source, said = _said_in(resource.extension or ())
            disowned = _says_wrong(resource) and (WRONG, True) not in said
            return Mark(table, identifier.value, source, said, disowned)
    return None


def _says_wrong(resource: Any) -> bool:
    return IN_ERROR in (resource.status, resource.lifecycleStatus) or (
        resource.verificationStatus is not None and first_code(resource.verificationStatus) == IN_ERROR
    )


def _said_in(extensions: Sequence[Extension]) -> tuple[str | None, list[tuple[str, Any]]]:
    """The source that the extension names, and what else it says."""
    source: str | None = None
    said: list[tuple[str, Any]] = []
    for extension in extensions:
        if extension.url == FACT_EXTENSION:
            for inner in extension.extension or ():
                name, text = inner.url, inner.valueString
                if name == SOURCE and text is not None:
                    source = text
                elif name:
                    said.append((name, inner.value() if text is None else text))
    return source, said


def restored(mark: Mark, standard: Fact | None) -> Fact:
    """The fact that our writer wrote: what the standard elements say, corrected by what the extension says.

    ``standard`` was read under the id and the source that the mark names. Several facts of one resource have ids of
    their own, so the first of them may have another.
    """
    if standard is not None and not mark.said and standard.id == mark.fact_id:
        return standard
    values: dict[str, Any] = {} if standard is None else msgspec.structs.asdict(standard)
    if mark.source is not None:
        values[SOURCE] = mark.source
    known, lists = columns(mark.table), _LISTS[mark.table]
    listed: dict[str, list[Any]] = {}
    for name, value in mark.said:
        if name in lists:
            listed.setdefault(name, []).append(value)
        elif name in known:
            values[name] = value
        elif name == NONE:
            values.pop(value, None)
        elif name == AS_JSON:
            values.update(msgspec.json.decode(value))
    values.update(listed)
    values["id"] = mark.fact_id
    return msgspec.convert(values, TABLES[mark.table])


# --- writing


def extension_for(table: str, fact: Fact, standard: Fact | None, *, wrong: bool) -> dict[str, Any] | None:
    """The extension that makes a fact whole again after its standard elements were read as ``standard``."""
    wanted = fact_as_builtins(fact)
    given = fact_as_builtins(standard) if standard is not None else {}
    inner: list[dict[str, Any]] = [{"url": WRONG, "valueBoolean": True}] if wrong else []
    for name, column in columns(table).items():
        same = (name in wanted) is (name in given) and _same(wanted.get(name), given.get(name))
        if same or name == "id":
            continue
        inner.extend(_written(column, wanted[name]) if name in wanted else [{"url": NONE, "valueCode": name}])
    return {"url": FACT_EXTENSION, "extension": inner} if inner else None


def _same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and one == other


def _written(column: ColumnInfo, value: Any) -> list[dict[str, Any]]:
    name = column.name
    if column.kind == "nested":
        return [{"url": name, "extension": [_part(key, part) for key, part in item.items()]} for item in value]
    if _needs_json(value):
        return [{"url": AS_JSON, "valueString": json.dumps({name: value})}]
    if column.kind == "texts":
        return [_part(name, item) for item in value]
    return [_part(name, value)]


def _needs_json(value: Any) -> bool:
    """True for texts that FHIR does not allow as a string: blank ones, and those with control characters."""
    texts = [value] if isinstance(value, str) else value if isinstance(value, tuple | list) else []
    return not all(map(is_fhir_text, texts))


def is_fhir_text(text: str) -> bool:
    """True for what FHIR allows as a string: something other than spaces, and no control characters."""
    return bool(text.strip()) and not any(sign < " " and sign not in "\t\n\r" for sign in text)


def _part(url: str, value: Any) -> dict[str, Any]:
    if isinstance(value, bool):
        return {"url": url, "valueBoolean": value}
    if isinstance(value, int):
        return {"url": url, "valueInteger": value}
    if isinstance(value, float):
        return {"url": url, "valueDecimal": value}
    if isinstance(value, datetime):
        return {"url": url, "valueDateTime" if value.tzinfo else "valueString": value.isoformat()}
    if isinstance(value, date):
        return {"url": url, "valueDate": value.isoformat()}
    return {"url": url, "valueString": value}

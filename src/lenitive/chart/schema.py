"""The tables, and what their columns are: the one schema from which every other form is derived."""

from __future__ import annotations

import types
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec

from lenitive.chart.allergy import Allergy
from lenitive.chart.attestation import Attestation
from lenitive.chart.authorization import Authorization
from lenitive.chart.complaint import Complaint
from lenitive.chart.condition import Condition
from lenitive.chart.coverage import Coverage
from lenitive.chart.device import Device
from lenitive.chart.fact import Fact
from lenitive.chart.finding import Finding
from lenitive.chart.goal import Goal
from lenitive.chart.measure import Measure
from lenitive.chart.medication import Medication
from lenitive.chart.patient import Patient
from lenitive.chart.procedure import Procedure
from lenitive.chart.relief import Relief
from lenitive.chart.statement import Statement
from lenitive.chart.treatment import Treatment
from lenitive.errors import no_such

TABLES: dict[str, type[Fact]] = {
    "patient": Patient,
    "complaint": Complaint,
    "finding": Finding,
    "condition": Condition,
    "treatment": Treatment,
    "medication": Medication,
    "allergy": Allergy,
    "procedure": Procedure,
    "relief": Relief,
    "measure": Measure,
    "device": Device,
    "coverage": Coverage,
    "attestation": Attestation,
    "statement": Statement,
    "authorization": Authorization,
    "goal": Goal,
}
"""Every fact table by its name."""

TABLE_OF: dict[type[Fact], str] = {fact: name for name, fact in TABLES.items()}

LATEST_OF = {"true_on": "true_by", "birth_date": "birth_by"}
"""Day columns that may be a range, and the column that holds its end."""

REFERENCES = {("relief", "procedure"): "procedure"}
"""Columns that hold the id of a fact in another table."""

NAMES_A_FACT = (*REFERENCES, ("statement", "about"))
"""Columns that hold the id of a fact, or may: if that fact was corrected, they mean the one in its place."""

Kind = Literal["text", "number", "whole", "truth", "day", "moment", "texts", "nested"]


@dataclass(frozen=True)
class ColumnInfo:
    """One column of a fact table: its name, what it holds, and what it means."""

    name: str
    kind: Kind
    description: str
    choices: tuple[str, ...] = ()
    required: bool = False


def table(name: str) -> type[Fact]:
    """The fact table of that name; an error that lists the tables if there is none."""
    try:
        return TABLES[name]
    except KeyError:
        raise no_such("fact table", name, TABLES) from None


def columns(name: str) -> dict[str, ColumnInfo]:
    """The columns of a fact table, by name."""
    table(name)
    return _COLUMNS[name]


def _column(name: str, hint: Any, required: bool) -> ColumnInfo:
    description = ""
    choices: tuple[str, ...] = ()
    kind: Kind | None = None
    pending = [hint]
    while pending:
        part = pending.pop()
        origin = get_origin(part)
        if origin is Annotated:
            inner, *metas = get_args(part)
            for meta in metas:
                if isinstance(meta, msgspec.Meta) and meta.description and not description:
                    description = meta.description
            pending.append(inner)
        elif origin in (Union, types.UnionType):
            pending.extend(reversed(get_args(part)))
        elif origin is Literal:
            choices, kind = get_args(part), "text"
        elif origin is tuple:
            kind = "texts" if _is_text(get_args(part)[0]) else "nested"
        elif part is not types.NoneType:
            kind = {str: "text", float: "number", int: "whole", bool: "truth", date: "day", datetime: "moment"}[part]  # type: ignore[assignment]
    if kind is None:
        raise TypeError(f"column {name} has a type that no table may hold: {hint}")
    return ColumnInfo(name, kind, description, choices, required)


def _is_text(hint: Any) -> bool:
    return hint is str or (get_origin(hint) is Annotated and get_args(hint)[0] is str)


def _columns_of(fact: type[Fact]) -> dict[str, ColumnInfo]:
    hints = get_type_hints(fact, include_extras=True)
    return {
        field.name: _column(field.name, hints[field.name], field.required) for field in msgspec.structs.fields(fact)
    }


_COLUMNS = {name: _columns_of(fact) for name, fact in TABLES.items()}

"""The numbers and words that a row of a policy asks its criterion with, and where each of them stands."""

from __future__ import annotations

from datetime import date

from lenitive.medicine.criteria import criterion_named
from lenitive.medicine.shapes import Requirement
from lenitive.reasoning.assessment import Citation, Value
from lenitive.reasoning.book import Book
from lenitive.reasoning.citing import cite_parameter
from lenitive.reasoning.row_words import row_parameter
from lenitive.rules import model
from lenitive.rules.model import parameters_of


class ParameterUsed(Value, frozen=True, kw_only=True):
    """A number or word that a criterion was asked with, and where it stands."""

    name: str
    label: str
    value: bool | float | str | list[str]
    unit: str
    citation: Citation


def parameters_used(known: Book, name: str, row: Requirement, day: date, place: str | None) -> list[ParameterUsed]:
    """The numbers that a row's criterion is asked with on a day: the row's own and those of the knowledge base."""
    found: list[ParameterUsed] = []
    for parameter in sorted(parameters_of(criterion_named(row.criterion).met_when)):
        entry = known.content.parameters.get(parameter)
        if parameter in row.parameters:
            value = row.parameters[parameter]
            cited = model.Citation(name, row.source, row.locator, row.grade, row.note or "")
        else:
            dated = known.value(parameter, day, place)
            if dated.value is None:
                continue
            value = dated.value
            cited = model.Citation(parameter, dated.source, dated.locator, dated.grade, dated.note or "")
        found.append(
            ParameterUsed(
                name=parameter,
                label=entry.label if entry else row_parameter(parameter)[0],
                value=value,
                unit=(entry.unit or "") if entry else row_parameter(parameter)[1],
                citation=cite_parameter(cited),
            )
        )
    return found

"""From a stored body to a fact of the chart and back. The chart's structs are the only schema."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from django.utils import timezone
from django.utils.translation import gettext as _

from lenitive.chart import TABLES, Fact
from lenitive.chart.schema import table as table_named
from lenitive.errors import BadInputError
from lenitive.reasoning.citing import plain


@dataclass(frozen=True)
class NewFact:
    """What somebody wants to write down: the table and its columns, without id, patient and the moment."""

    table: str
    columns: Mapping[str, Any]


class FactRefusedError(BadInputError):
    """Something that cannot stand in a chart as it was written; whoever typed it reads what is wrong with it."""

    def __str__(self) -> str:
        return in_words(self.problem)


def checked(new: NewFact, *, fact_id: str, patient: str, recorded_at: datetime, source: str) -> Fact:
    """The fact that this would be; what the chart's struct refuses is refused here."""
    given = {
        **{name: value for name, value in new.columns.items() if value is not None and value != ""},
        "id": fact_id,
        "patient": patient,
        "recorded_at": recorded_at,
        "source": source,
    }
    try:
        return msgspec.convert(given, table_named(new.table), strict=False)
    except msgspec.ValidationError as problem:
        raise FactRefusedError(source, new.table, str(problem)) from None


_PLACE = re.compile(r" - at `\$\.?(?P<column>\w*)[^`]*`$")
_MISSING = re.compile(r"Object missing required field `(?P<column>\w+)`")
_PARSER = re.compile(r"Expected |Invalid |Object ")


def in_words(problem: str) -> str:
    """What a struct has against a value, for a reader who knows neither structs nor types."""
    place, missing = _PLACE.search(problem), _MISSING.match(problem)
    if missing:
        return _("Something is missing: %(what)s.") % {"what": plain(missing["column"])}
    if place and place["column"] and _PARSER.match(problem):
        return _("The chart cannot take this as it is written: %(what)s. Look it over.") % {
            "what": plain(place["column"])
        }
    said = _PLACE.sub("", problem)
    return said[:1].upper() + said[1:]


def body_of(fact: Fact) -> dict[str, Any]:
    """A fact as it is stored."""
    body: dict[str, Any] = msgspec.to_builtins(fact)
    return body


def fact_of(table: str, body: Mapping[str, Any]) -> Fact:
    """A stored fact. The moment of recording becomes the clinic's wall clock, so that a day is the clinic's day."""
    recorded = timezone.localtime(datetime.fromisoformat(body["recorded_at"])).replace(tzinfo=None)
    return msgspec.convert({**body, "recorded_at": recorded}, TABLES[table])

"""Tags and filters that rooms share."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import template
from django.utils.functional import Promise

from lenitive.codes import unit_in_words
from lenitive.medicine.content import content
from lenitive.medicine.criteria import criterion_named
from lenitive.reasoning.citing import plain
from lenitive.reasoning.telling import also_printed_apart
from lenitive_web.look import words
from lenitive_web.look.bars import Interval

register = template.Library()


@register.inclusion_tag("look/_sign.html")
def sign(kind: str, value: Any, word: str = "") -> dict[str, Any]:
    """A value as a coloured sign with its word."""
    found = words.sign_of(kind, value)
    return {"look": found.look, "sign": found.sign, "word": word or found.word}


@register.inclusion_tag("look/_citation.html")
def cited(citation: Any) -> dict[str, Any]:
    """Where a number comes from: opens to the reference, the place in it, and how it was checked."""
    return _told([citation])


@register.inclusion_tag("look/_citations.html")
def all_cited(citations: list[Any]) -> dict[str, Any]:
    """Several citations, each once; what stands in one source stands together."""
    by_source: dict[tuple[str, str], dict[str, Any]] = {}
    for one in citations:
        by_source.setdefault((one.source, one.grade), {})[one.entry] = one
    return {"sources": [_told(list(entries.values())) for entries in by_source.values()]}


def _told(citations: list[Any]) -> dict[str, Any]:
    [first, *_more] = citations
    return {
        "citations": citations,
        "name": words.short_source(first.reference),
        "reference": first.reference,
        "grade": words.sign_of("grade", first.grade),
    }


@register.inclusion_tag("look/_interval.html")
def interval(label: str, point: float, low: float, high: float, needed: float | None = None) -> dict[str, Any]:
    """A probability and its 95 % interval as a drawing that says the same in words."""
    return {
        "label": label,
        "bar": Interval.of(point, low, high),
        "words": f"{words.percent(point)}, 95 % interval {words.interval(low, high)}",
    }


@register.filter
def percent(share: float) -> str:
    """A share in whole percent."""
    return words.percent(share)


@register.filter
def beside(share: float, needed: float) -> str:
    """A share in whole percent beside what is needed."""
    return words.percent_beside(share, needed)


@register.simple_tag
def percent_interval(low: float, high: float) -> str:
    """An interval in whole percent."""
    return words.interval(low, high)


@register.filter
def in_months(number: float) -> str:
    """A time in months, one or many."""
    return words.months(number)


@register.filter
def days(sentence: str | Promise | None) -> str | None:
    """A sentence with its days as the reader's locale writes them, and no level torn at the end of a line. It may hold
    markup: for a page's text, not for an attribute."""
    return None if sentence is None else words.levels_together(words.days_by_locale(str(sentence)))


@register.filter
def reason(option: Any) -> str:
    """Why an option stands where it stands, with the first question where it only waits for answers."""
    return words.levels_together(words.days_by_locale(words.reason(option)))


@register.filter
def must(alert: Any) -> str:
    """What to do about an alert."""
    return words.levels_together(words.days_by_locale(also_printed_apart(alert.action)[0]))


@register.filter
def also_printed(alert: Any) -> str:
    """The shorter intervals that other sources print, which nobody needs at a glance."""
    return words.levels_together(words.days_by_locale(also_printed_apart(alert.action)[1]))


@register.filter
def step(option: Any) -> str:
    """What opens an option that is closed."""
    return words.levels_together(words.days_by_locale(words.step(option)))


@register.filter
def unit(code: str | None) -> str:
    """A unit as people write it."""
    return unit_in_words(code)


@register.filter
def plainly(code: str) -> str:
    """A code as plain words."""
    return plain(code)


@register.filter
def names_the_unwanted(one: Any) -> bool:
    """Whether a criterion is called after what must not be: then this has to be said beside its name."""
    return bool(one.wanted == "not met" and one.label == criterion_named(one.criterion).label)


@register.filter
def region(code: str) -> str:
    """A region of the body map by its name."""
    known = content().regions.get(code)
    return known.label if known else plain(code)


@register.filter
def generator(code: str) -> str:
    """A pain generator by its name."""
    known = content().generators.get(code)
    return known.label if known else plain(code)


@register.filter
def age_on(born: date | None, day: date) -> int | None:
    """Whole years on a day."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day)) if born else None

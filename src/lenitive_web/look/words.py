"""Words and signs of the screen: what colour says, a sign and a word say too."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from textwrap import shorten
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from lenitive.reasoning.proportions import in_percent, range_in_percent
from lenitive.reasoning.telling import first_question

percent, interval = in_percent, range_in_percent
"""A share and an interval read on the screen as in the sentences of the library."""


@dataclass(frozen=True)
class Sign:
    """How one value looks: the class of its colour, its sign, its word."""

    look: str
    sign: str
    word: str | Promise


STATUS = {
    "met": Sign("good", "✓", _("met")),
    "not met": Sign("bad", "✕", _("not met")),
    "undocumented": Sign("open", "?", _("undocumented")),
}
VERDICTS = {
    "candidate": Sign("good", "✓", _("Candidate")),
    "not yet": Sign("wait", "◔", _("Not yet")),
    "not a candidate": Sign("bad", "✕", _("Not a candidate")),
    "undocumented": Sign("open", "?", _("Undocumented")),
}
GATE = {
    "met": Sign("good", "✓", _("Gate open")),
    "not met": Sign("wait", "◔", _("Gate shut")),
    "undocumented": Sign("open", "?", _("Gate: not all asked")),
}
SEVERITY = {
    "emergency": Sign("danger", "‼", _("Emergency")),
    "stop": Sign("bad", "■", _("Stop")),
    "warning": Sign("wait", "▲", _("Warning")),
    "ask": Sign("open", "?", _("Ask")),
}
GRADES = {
    "primary": Sign("good", "●", _("read at the source")),
    "secondary": Sign("plain", "◐", _("read in a third party")),
    "recalled": Sign("wait", "○", _("not read at its source")),
    "judgement": Sign("plain", "◇", _("our own choice")),
    "disputed": Sign("bad", "≠", _("sources conflict")),
}
PLACES = {
    "now": _("Now"),
    "next": _("Next"),
    "later": _("Later"),
    "not now": _("Not now"),
}
SATISFIED = {
    True: Sign("good", "✓", _("satisfied")),
    False: Sign("bad", "✕", _("not satisfied")),
    None: Sign("open", "?", _("undocumented")),
}


def percent_beside(share: float, needed: float) -> str:
    """A share beside what is needed: one that falls short never reads as if it did not."""
    told = percent(share)
    return gettext("just under %(share)s") % {"share": told} if share < needed and told == percent(needed) else told


_DAY = re.compile(r"(?<![\w/-])(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?![\w-])")


def days_by_locale(sentence: str) -> str:
    """A sentence of the library, which names days as machines do, with its days as this reader writes them."""
    return _DAY.sub(_by_locale, sentence)


_JUNCTION = re.compile(r"\b[CTLS]\d{1,2}-[CTLS]\d{1,2}\b")
"""A level with a letter on both sides of its hyphen: there, and only there, a browser would break the line."""


def levels_together(sentence: str) -> SafeString:
    """A sentence, escaped, in which no level is torn at the end of a line. What is copied from it stays as written."""
    escaped = str(conditional_escape(sentence))
    return mark_safe(_JUNCTION.sub(r'<span class="nowrap">\g<0></span>', escaped))  # noqa: S308  escaped above


def reason(option: Any) -> str:
    """Why an option, a step or a medicine stands where it stands; what only waits for an answer asks its first
    question, since the name of what is not documented reads as a finding."""
    asked = first_question(option.why, option.opens_with)
    if asked is None:
        return str(option.why)
    told = gettext("To ask: %(question)s") % {"question": asked.question}
    return f"{asked.before}{told}{_and_more(asked.more)}"


def step(option: Any) -> str:
    """What opens it; nothing where it is open, or where the reason asks already."""
    if not option.opens_with or first_question(option.why, option.opens_with):
        return ""
    [first, *more] = option.opens_with
    told = gettext("To ask: %(question)s") % {"question": first} if first.endswith("?") else f"→ {first}"
    return f"{told}{_and_more(len(more))}"


def _and_more(number: int) -> str:
    return gettext(" (and %(number)d more)") % {"number": number} if number else ""


def day(on: date | None) -> str:
    """A day as this reader writes it, or that none is recorded."""
    return date_format(on) if on else gettext("day not recorded")


def _by_locale(found: re.Match[str]) -> str:
    try:
        return date_format(date.fromisoformat(found[0]))
    except ValueError:  # no such day: it is shown as it was written
        return found[0]


def sign_of(kind: str, value: Any) -> Sign:
    """The sign of a value of one kind."""
    tables: dict[str, dict[Any, Sign]] = {
        "status": STATUS,
        "verdict": VERDICTS,
        "gate": GATE,
        "severity": SEVERITY,
        "grade": GRADES,
        "satisfied": SATISFIED,
    }
    return tables[kind][value]


def months(number: float) -> str:
    """A time in months, one or many."""
    return ngettext("%(number)g month", "%(number)g months", 1 if number == 1 else 2) % {"number": number}


_AUTHOR = re.compile(r"((?:[A-Z]\w+ |[a-z]+ )*[A-Z][\w’'-]+) [A-Z]{1,4}(?= et al|[,:])")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_LONGEST = 48


@lru_cache(maxsize=2_000)
def short_source(reference: str) -> str:
    """A source in a word or two: *Laslett 2003*, or who published it."""
    author, year = _AUTHOR.match(reference), _YEAR.search(reference)
    if author:
        return f"{author[1]} {year[0]}" if year else author[1]
    published_by = re.split(r"[.,:;(]\s|\s\(", reference, maxsplit=1)[0].rstrip(".")
    return shorten(published_by, _LONGEST, placeholder=" …")

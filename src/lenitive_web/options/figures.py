"""A share of people as a hundred figures, so that it can be seen beside another one.

The figures up to the lower end of the interval are drawn full, those up to the share itself lighter, those up to the
upper end as outlines: what the study leaves open is seen to be open. The words beside the drawing say the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lenitive.reasoning.assessment import Citation, Outlook, OutlookShare
from lenitive_web.look.words import interval as percent_interval
from lenitive_web.look.words import months, percent

PEOPLE = 100
COLUMNS, ACROSS, DOWN = 20, 12, 17
WIDTH, HEIGHT = COLUMNS * ACROSS, PEOPLE // COLUMNS * DOWN
PITCH = 10
"""From one dot to the next, where the hundred are drawn small. The style sheet draws a line as dots so far apart."""


@dataclass(frozen=True)
class Figures:
    """The four parts of a drawing, each as one path."""

    sure: str
    likely: str
    possible: str
    others: str
    width: int = WIDTH
    height: int = HEIGHT


@dataclass(frozen=True)
class Dots:
    """The same four parts, small enough for a table: each a line along its rows, which is drawn as dots."""

    sure: str
    likely: str
    possible: str
    others: str
    width: int = COLUMNS * PITCH
    height: int = PEOPLE // COLUMNS * PITCH


@dataclass(frozen=True)
class Arm:
    """One group of a study: the drawing and its words."""

    who: str | Promise
    is_comparison: bool
    figures: Figures
    dots: Dots
    share: str
    between: str
    count: str
    words: str
    interval: str
    size: int | None
    subgroup: str | None
    citation: Citation


@dataclass(frozen=True)
class Benefit:
    """What one publication found, at one time: the group with the procedure beside those without it."""

    label: str
    better: str | Promise
    when: str
    arms: Sequence[Arm]
    source: Outlook

    @property
    def is_compared(self) -> bool:
        """Whether a group without the procedure stands beside it."""
        return any(arm.is_comparison for arm in self.arms)

    @property
    def side_by_side(self) -> list[Arm]:
        """The group with the procedure and those like it without; other groups are left to the full page."""
        [own, *others] = self.arms
        return [own, *(arm for arm in others if arm.is_comparison and arm.subgroup == own.subgroup)]

    @property
    def has_interval(self) -> bool:
        """Whether the drawings show what the study leaves open."""
        return any(arm.interval for arm in self.arms)


@dataclass(frozen=True)
class Benefits:
    """The two publications that are shown at once, and the rest."""

    shown: Sequence[Benefit]
    more: Sequence[Benefit]

    @property
    def all(self) -> list[Benefit]:
        """Every publication."""
        return [*self.shown, *self.more]


def benefits(outlook: Sequence[Outlook]) -> Benefits:
    """What was published for patients like this one, each publication at the time that has a comparator, if any has.

    Shown at once are the one that speaks most surely for this patient, and the first that has a comparator.
    """
    found = [_benefit(one) for one in outlook if one.status == "published" and _own(one)]
    compared = [one for one in found if one.is_compared]
    shown = list({one.source.outcome: one for one in (*found[:1], *compared[:1])}.values())
    return Benefits(shown, [one for one in found if one not in shown])


def _own(one: Outlook) -> list[OutlookShare]:
    return [share for share in one.shares if share.comparator is None]


def _benefit(one: Outlook) -> Benefit:
    compared = {share.months for share in one.shares if share.comparator}
    own = sorted(_own(one), key=lambda share: share.months not in compared)
    shown = [share for share in own if share.months == own[0].months]
    beside = [share for share in one.shares if share.comparator and share.months == own[0].months]
    better = gettext_lazy("half of the pain gone, or more") if one.half else one.responder or ""
    return Benefit(
        label=one.label,
        better=better or gettext_lazy("as the study defines it"),
        when=_("after %(time)s") % {"time": months(own[0].months)} if own[0].months is not None else "",
        arms=[_arm(share) for share in (*shown, *beside)],
        source=one,
    )


def _arm(share: OutlookShare) -> Arm:
    count, low, high = (_of_hundred(one) for one in (share.probability, share.low, share.high))
    told = _in_words(share.probability, share.of)
    known = low is not None and high is not None
    between = _("%(low)s to %(high)s of 100") % {"low": low, "high": high} if known else ""
    said = (
        _("%(count)s; the study leaves open anything from %(between)s") % {"count": told, "between": between}
        if known
        else _("%(count)s; how uncertain that is was not published") % {"count": told}
    )
    return Arm(
        who=share.comparator or share.subgroup or gettext_lazy("With this procedure"),
        is_comparison=share.comparator is not None,
        figures=figures(count or 0, low, high),
        dots=dots(count or 0, low, high),
        share=percent(share.probability),
        between="" if share.low is None or share.high is None else percent_interval(share.low, share.high),
        count=told,
        words=said,
        interval=between,
        size=share.of,
        subgroup=share.subgroup,
        citation=share.citation,
    )


def _of_hundred(share: float | None) -> int | None:
    return None if share is None else round(share * PEOPLE)


def _in_words(share: float, of: int | None) -> str:
    """So many of a hundred people; what is not nought or all never reads as if it were. None is none of the study."""
    count = round(share * PEOPLE)
    if share == 0 and of:
        return _("none of %(of)d people") % {"of": of}
    if count == 0 and share > 0:
        return _("fewer than 1 of 100 people")
    if count == PEOPLE and share < 1:
        return _("more than 99 of 100 people")
    return _("%(count)d of 100 people") % {"count": count}


def figures(count: int, low: int | None, high: int | None) -> Figures:
    """The drawing of a count of a hundred between two ends; without ends all figures up to the count are sure."""
    return Figures(*(_people(*part) for part in _parts(count, low, high)))


def dots(count: int, low: int | None, high: int | None) -> Dots:
    """The same, drawn small."""
    return Dots(*(_dots(*part) for part in _parts(count, low, high)))


def _parts(count: int, low: int | None, high: int | None) -> Iterator[tuple[int, int]]:
    """From which to which of the hundred each part goes."""
    sure = count if low is None else min(low, count)
    ends = count if high is None else max(high, count)
    yield from pairwise((0, sure, count, ends, PEOPLE))


@lru_cache(maxsize=1024)
def _people(first: int, last: int) -> str:
    return "".join(_person(number) for number in range(first, last))


def _person(number: int) -> str:
    """A head and a body, as a path."""
    x, y = number % COLUMNS * ACROSS, number // COLUMNS * DOWN
    return f"M{x + 4} {y + 3}a2 2 0 1 0 4 0a2 2 0 1 0-4 0zM{x + 3} {y + 15}v-6a3 3 0 0 1 6 0v6z"


@lru_cache(maxsize=1024)
def _dots(first: int, last: int) -> str:
    """Each row's run of dots as a line. It ends a little after its last dot, so that this one is drawn too."""
    rows = range(first // COLUMNS, -(-last // COLUMNS))
    runs = [(max(first, row * COLUMNS), min(last, (row + 1) * COLUMNS), row) for row in rows]
    return "".join(
        f"M{start % COLUMNS * PITCH + PITCH // 2} {row * PITCH + PITCH // 2}h{(end - start - 1) * PITCH + 0.1:g}"
        for start, end, row in runs
        if start < end
    )

"""Did it work: relief against the threshold of a policy, and a change of a score against what matters to people.

A reported relief answers with its percent and its days; what was not reported is undocumented, never zero. A change of
a score matters if it clears every published threshold of its instrument, the absolute ones and the share of the
baseline; it does not if it clears none; between the two the publications disagree, and the answer is undocumented.
"""

from __future__ import annotations

from typing import Literal

from lenitive.chart.relief import Relief
from lenitive.errors import no_such
from lenitive.knowledge.entries import Quantity
from lenitive.medicine.shapes import Instrument
from lenitive.reasoning.assessment import Citation, StatusWord, Value
from lenitive.reasoning.book import Book
from lenitive.reasoning.citing import cite
from lenitive.status import Status, kleene_and


class Response(Value, frozen=True, kw_only=True):
    """A reported relief against a threshold: enough, for long enough, both."""

    percent: float | None
    days: float | None
    enough: StatusWord
    long_enough: StatusWord
    status: StatusWord


class Change(Value, frozen=True, kw_only=True):
    """A change of one score: by how much, for better or worse, and whether it is one that matters."""

    instrument: str
    before: float
    after: float
    by: float
    percent: float | None
    direction: Literal["better", "worse", "same", "neither"]
    matters: StatusWord
    cleared: list[Citation]
    not_cleared: list[Citation]


def responded(relief: Relief, min_percent: float, min_days: float | None = None) -> Response:
    """A report of relief against so many percent, for so many days if the policy asks for a duration."""
    days = relief.lasted_days
    if days is None and relief.lasted_hours is not None:
        days = relief.lasted_hours / 24
    enough = None if relief.percent is None else relief.percent >= min_percent
    lasted = True if min_days is None else None if days is None else days >= min_days
    return Response(
        percent=relief.percent,
        days=days,
        enough=Status.of(enough).value,
        long_enough=Status.of(lasted).value,
        status=Status.of(kleene_and([enough, lasted])).value,
    )


def changed(book: Book, instrument: str, before: float, after: float) -> Change:
    """What a change of a score means. The same thresholds serve for better and for worse: no others are published."""
    known = book.content.instruments
    if instrument not in known:
        raise no_such("instrument", instrument, known)
    entry = known[instrument]
    by = after - before
    percent = 100 * by / before if before > 0 else None
    cleared: list[Citation] = []
    missed: list[Citation] = []
    truths: list[bool | None] = []
    for number, threshold in enumerate(entry.minimal_important_change, start=1):
        truth = _clears(threshold, by, percent)
        truths.append(truth)
        if truth is not None:
            (cleared if truth else missed).append(cite(f"{instrument}.minimal_important_change#{number}", threshold))
    return Change(
        instrument=instrument,
        before=before,
        after=after,
        by=by,
        percent=percent,
        direction=_direction(entry, by),
        matters=Status.of(_agreed(truths)).value,
        cleared=cleared,
        not_cleared=missed,
    )


def _clears(threshold: Quantity, by: float, percent: float | None) -> bool | None:
    """Whether a change is as big as a threshold; inside a published range nobody can say."""
    size = percent if threshold.unit == "%" else by
    if size is None:
        return None
    low = threshold.low if threshold.value is None else threshold.value
    high = threshold.high if threshold.value is None else threshold.value
    if low is not None and abs(size) < low:
        return False
    return True if high is not None and abs(size) >= high else None


def _agreed(truths: list[bool | None]) -> bool | None:
    if truths and all(truth is True for truth in truths):
        return True
    return False if truths and all(truth is False for truth in truths) else None


def _direction(entry: Instrument, by: float) -> Literal["better", "worse", "same", "neither"]:
    if by == 0:
        return "same"
    if entry.higher_is == "neither":
        return "neither"
    return "better" if (by > 0) is (entry.higher_is == "better") else "worse"

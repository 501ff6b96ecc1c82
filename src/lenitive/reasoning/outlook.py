"""What to expect: what was published about relief after a procedure, for patients like this one.

No number is made up, averaged or carried over from a neighbour. A share stands beside its comparator, the patients it
speaks for and whatever contradicts it; where there is none, the outlook is *unknown*. A row whose selection is known
not to hold for this patient (two positive blocks, a passed trial) is left out; one of which that is unknown stays, and
says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import msgspec

from lenitive.medicine.shapes import Content, Difference, Figure, Outcome, Requirement
from lenitive.reasoning.assessment import (
    Conflict,
    LocalOutlook,
    Outlook,
    OutlookDifference,
    OutlookShare,
    StatusWord,
)
from lenitive.reasoning.book import Book
from lenitive.reasoning.citing import cite
from lenitive.reasoning.determination import Asking
from lenitive.reasoning.proportions import after, belief, size_behind, wilson
from lenitive.status import Status, kleene_and, kleene_not

_ORDER: Mapping[StatusWord, int] = {"met": 0, "undocumented": 1, "not met": 2}


def outlook(asking: Asking, procedure: str, generator: str | None) -> list[Outlook]:
    """What was published for a procedure aimed at a source of pain, the rows that surely speak for this patient first.

    Without a number that may be used there is one more, *unknown*, that says why. Never a default. A procedure that
    only tests is not expected to relieve.
    """
    told = [(row.read_as, row.settled or _selected(asking, row)) for row in _about(asking.book, procedure, generator)]
    found = [read_as[status] for read_as, status in told if status != "not met"]
    found.sort(key=lambda row: (not row.shares, _ORDER[row.selected]))
    if any(row.shares for row in found) or asking.book.content.procedures[procedure].role == "diagnostic":
        return found
    others = [read_as["not met"] for read_as, _ in told if read_as["not met"].shares]
    return [_unknown(asking.book.content, generator, others), *found]


def updated(book: Book, prior: OutlookShare | Figure, successes: int, trials: int, day: date) -> LocalOutlook:
    """A published share after a clinic's own ``successes`` of ``trials``.

    A conjugate Beta update. The published share is worth as many patients as it rests on, at most
    ``literature_counts_for``; where neither a number of patients nor an interval was printed,
    ``literature_without_size_counts_for``. So little local data is shrunk to the literature, and much outweighs it. The
    interval holds the central 95 % of the Beta distribution.
    """
    share = prior.share if isinstance(prior, Figure) else prior.probability
    size = _size(prior)
    cap = book.number("literature_counts_for", day)
    worth = book.number("literature_without_size_counts_for", day) if size is None else min(size, cap)
    learned = after(belief(share, worth), successes, trials)
    low, high = learned.interval()
    return LocalOutlook(
        probability=learned.mean,
        low=low,
        high=high,
        successes=successes,
        trials=trials,
        literature=share,
        literature_counts_for=worth,
        citations=[
            cite(name, book.value(name, day))
            for name in ("literature_counts_for", "literature_without_size_counts_for")
            if (size is None) is (name == "literature_without_size_counts_for")
        ],
    )


def _size(prior: OutlookShare | Figure) -> float | None:
    """How many patients a published share rests on: as printed, else as its printed interval implies."""
    if prior.of is not None:
        return float(prior.of)
    if isinstance(prior, Figure):
        return size_behind(prior.share, *prior.interval) if prior.interval else None
    if prior.low is None or prior.high is None:
        return None
    return size_behind(prior.probability, prior.low, prior.high)


# --- which rows speak --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Row:
    """What does not depend on the patient: whom a row speaks for, and how it is shown for each answer to that."""

    outcome: str
    needs: Sequence[Requirement]
    settled: StatusWord | None
    generators: frozenset[str]
    always: bool
    read_as: Mapping[StatusWord, Outlook]

    def is_about(self, generator: str | None) -> bool:
        """A row about the target; all rows while there is no target. Overlays ride on any target."""
        return generator is None or self.always or generator in self.generators


def _settled(row: Outcome) -> StatusWord | None:
    """Whether any patient is chosen as those of the row were, where it does not depend on the patient. A selection in
    words alone is not checked."""
    if row.needs:
        return None
    return "met" if row.selection is None else "undocumented"


def _selected(asking: Asking, row: _Row) -> StatusWord:
    """Whether this patient is chosen as the patients of the row were."""
    truths: list[bool | None] = []
    for need in asking.book.section(f"{row.outcome}.needs", row.needs, asking.engine.day, asking.place).rows:
        truth = asking.engine.truth(need.criterion.met_when)
        truths.append(truth if need.row.want == "met" else kleene_not(truth))
    return Status.of(kleene_and(truths)).value


def _unknown(content: Content, generator: str | None, others: list[Outlook]) -> Outlook:
    """No usable number, and why."""
    if others:
        why = "What was published speaks for patients who were chosen otherwise: " + "; ".join(
            dict.fromkeys(row.selection or row.label for row in others)
        )
    else:
        why = "No publication with a share that may be used was found, and none is borrowed from a neighbour"
    return Outlook(
        outcome="",
        status="unknown",
        label="Unknown",
        says=f"{why}.",
        generators=[generator] if generator else [],
        for_whom=content.generators[generator].label if generator else "",
        design="",
        responder=None,
        half=False,
        sponsor=None,
        selection=None,
        selected="undocumented",
        shares=[],
        differences=[],
        lasts=[],
        conflicts=[],
        citations=[],
    )


# --- rows as they are shown --------------------------------------------------------------------------------------


@lru_cache(maxsize=4_096)
def _about(book: Book, procedure: str, generator: str | None) -> tuple[_Row, ...]:
    """The rows of a procedure that speak for a source of pain."""
    return tuple(row for row in _drawn(book).get(procedure, ()) if row.is_about(generator))


@lru_cache(maxsize=4)
def _drawn(book: Book) -> Mapping[str, tuple[_Row, ...]]:
    """Procedure -> its rows."""
    content = book.content
    against: dict[str, list[str]] = defaultdict(list)
    for name, row in content.outcomes.items():
        for other in row.conflicts_with:
            against[name].append(other)
            against[other].append(name)
    found: dict[str, list[_Row]] = defaultdict(list)
    for name, row in content.outcomes.items():
        shown = _shown(content, name, row, list(dict.fromkeys(against[name])))
        drawn = _Row(
            outcome=name,
            needs=row.needs,
            settled=_settled(row),
            generators=frozenset(row.generators),
            always=not row.generators or any(content.generators[one].kind == "overlay" for one in row.generators),
            read_as={status: msgspec.structs.replace(shown, selected=status) for status in _ORDER},
        )
        for procedure in row.procedures:
            found[procedure].append(drawn)
    return {procedure: tuple(rows) for procedure, rows in found.items()}


def _shown(content: Content, name: str, row: Outcome, against: list[str]) -> Outlook:
    return Outlook(
        outcome=name,
        status="published",
        label=row.label,
        says=row.says.text,
        generators=row.generators,
        for_whom=", ".join(content.generators[one].label for one in row.generators),
        design=row.design,
        responder=row.responder,
        half=row.half,
        sponsor=row.sponsor,
        selection=row.selection,
        selected="undocumented",
        shares=[
            *(_share(name, figure) for figure in row.shares),
            *(_share(name, figure, figure.arm) for figure in row.comparators),
        ],
        differences=[_difference(name, one) for one in row.differences],
        lasts=[one.text for one in row.lasts],
        conflicts=[_conflict(content, name, other) for other in against],
        citations=[cite(name, row.says), *(cite(f"{name}.lasts", one) for one in row.lasts)],
    )


def _share(name: str, figure: Figure, comparator: str | None = None) -> OutlookShare:
    """Counts speak for themselves (Wilson); else the printed interval; else a point and no interval."""
    counted = figure.events is not None and figure.of is not None
    probability, interval = figure.share, figure.interval
    if figure.events is not None and figure.of is not None:
        probability, interval = figure.events / figure.of, wilson(figure.events, figure.of)
    low, high = interval or (None, None)
    return OutlookShare(
        months=figure.months,
        probability=probability,
        low=low,
        high=high,
        interval="none" if interval is None else "computed" if counted else "printed",
        events=figure.events,
        of=figure.of,
        subgroup=figure.subgroup,
        comparator=comparator,
        citation=cite(name, figure),
    )


def _difference(name: str, one: Difference) -> OutlookDifference:
    low, high = one.interval or (None, None)
    return OutlookDifference(
        scale=one.scale,
        against=one.against,
        months=one.months,
        value=one.value,
        low=low,
        high=high,
        better=one.better,
        citation=cite(name, one),
    )


def _conflict(content: Content, name: str, other: str) -> Conflict:
    """What another row says against this one, and why they may disagree, from whichever of the two explains it."""
    here, there = content.outcomes[name], content.outcomes[other]
    explained = name if here.conflict else other
    why = here.conflict or there.conflict
    return Conflict(
        outcome=other,
        label=there.label,
        says=there.says.text,
        why=why.text if why else "",
        citations=[cite(other, there.says), *([cite(f"{explained}.conflict", why)] if why else [])],
    )

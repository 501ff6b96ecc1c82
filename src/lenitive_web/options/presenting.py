"""How options are laid out: by when they come, with the published relief beside its comparator."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lenitive.chart import Chart
from lenitive.reasoning import Assessment
from lenitive.reasoning.assessment import (
    CriterionResult,
    Determination,
    Option,
    Outlook,
    OutlookShare,
    StatusWord,
    what_stops,
)
from lenitive_web.look.words import PLACES, STATUS, interval, months, percent
from lenitive_web.options.safety import Said, Where, safety


@dataclass(frozen=True)
class Relief:
    """What one publication found: the share that got better, beside the arm without the procedure."""

    share: str
    interval: str
    counted: str
    when: str
    comparator: str
    source: Outlook


@dataclass(frozen=True)
class Row:
    """One procedure of the table."""

    option: Option
    relief: Relief | None
    coverage: StatusWord | None
    asked_for: bool
    safety: Sequence[Said]


@dataclass(frozen=True)
class Group:
    """The procedures that have their place at one time. What is far off is folded away."""

    label: str | Promise
    rows: Sequence[Row]
    is_folded: bool

    @property
    def alone(self) -> Sequence[Group]:
        """Itself, for a table of its own."""
        return [self]


@dataclass(frozen=True)
class Questions:
    """One set of criteria of an option, the open and unsatisfied ones first."""

    label: str | Promise
    determination: Determination
    unsettled: Sequence[CriterionResult]
    settled: Sequence[CriterionResult]
    words: Mapping[str, str | Promise]

    @property
    def word(self) -> str | Promise:
        """How the whole stands, in words that fit what was asked."""
        return self.words[self.determination.status]


FAR = ("later", "not now")


def groups(assessment: Assessment, asked_for: set[str], chart: Chart, where: Where) -> list[Group]:
    """What is asked for first, then the other options by when they come."""
    stopping = what_stops(assessment.red_flags)
    rows = [
        _row(option, option.procedure in asked_for, safety(option, chart, stopping, where))
        for option in assessment.options
    ]
    found = [Group(gettext_lazy("Asked for"), [row for row in rows if row.asked_for], is_folded=False)]
    for place, label in PLACES.items():
        placed = [row for row in rows if row.option.place == place and not row.asked_for]
        found.append(Group(label, placed, is_folded=place in FAR))
    return [group for group in found if group.rows]


def _row(option: Option, asked_for: bool, said: Sequence[Said]) -> Row:
    determination = option.coverage.determination
    status = determination.status if determination else None
    return Row(option, best_relief(option.outlook), status, asked_for, said)


def best_relief(outlook: Sequence[Outlook]) -> Relief | None:
    """The first published share with its comparator; nothing where no publication may be used."""
    for one in outlook:
        if one.status == "published" and (own := [share for share in one.shares if share.comparator is None]):
            return relief(one, own[0])
    return None


def relief(one: Outlook, share: OutlookShare) -> Relief:
    """One share in words, beside the comparator's at the same time."""
    beside = [
        other
        for other in one.shares
        if other.comparator and other.months == share.months and other.subgroup == share.subgroup
    ]
    known = share.low is not None and share.high is not None
    return Relief(
        share=percent(share.probability),
        interval=interval(share.low, share.high) if known else "",  # type: ignore[arg-type]
        counted=one.responder or (_("half of the pain gone") if one.half else _("better, as the study defines it")),
        when=months(share.months) if share.months is not None else "",
        comparator=", ".join(f"{other.comparator}: {percent(other.probability)}" for other in beside),
        source=one,
    )


_ASKED = {name: sign.word for name, sign in STATUS.items()}
_AGAINST = {
    "met": gettext_lazy("nothing found"),
    "not met": gettext_lazy("stands against it"),
    "undocumented": gettext_lazy("not all asked"),
}


def questions(option: Option) -> list[Questions]:
    """All criteria of an option: gates first."""
    return list(_questions(option))


def _questions(option: Option) -> Iterator[Questions]:
    parts = [
        (gettext_lazy("Gates: what must come first"), option.gates, _ASKED),
        (gettext_lazy("A good candidate"), option.candidacy, _ASKED),
        (gettext_lazy("Speaks against it"), option.contraindications, _AGAINST),
        (gettext_lazy("Cautions"), option.cautions, _AGAINST),
    ]
    if option.coverage.determination:
        parts.append((gettext_lazy("The payer’s policy"), option.coverage.determination, _ASKED))
    for label, determination, words in parts:
        if determination.criteria:
            yield Questions(label, determination, *split(determination), words)


def split(determination: Determination) -> tuple[list[CriterionResult], list[CriterionResult]]:
    """The criteria that keep a determination from being met, the violated ones first; and the rest.

    An alternative that is not needed because another one of its group is satisfied keeps nothing from anything.
    """
    unsettled = determination.results(determination.violated) + determination.results(determination.open)
    return unsettled, [one for one in determination.criteria if one not in unsettled]

"""How options are laid out: what is asked for, what is near, care without a needle, and what is closed and why.

What is near stands in full, with the published relief beside its comparator. What is closed stands together with all
that is closed for the same reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lenitive.chart import Chart
from lenitive.medicine.content import content
from lenitive.reasoning import Assessment
from lenitive.reasoning.assessment import (
    Citation,
    Conflict,
    CriterionResult,
    Determination,
    Option,
    Outlook,
    OutlookDifference,
    StatusWord,
    what_holds_up,
)
from lenitive.reasoning.candidacy import CARE
from lenitive.reasoning.citing import cite
from lenitive_web.look.words import PLACES, STATUS, months, reason
from lenitive_web.options.aid import Frequency, frequencies
from lenitive_web.options.figures import Arm, benefits
from lenitive_web.options.safety import Said, Where, safety

FAR = ("later", "not now")


@dataclass(frozen=True)
class Compared:
    """A difference that a publication measured on a scale, against what, and which way is better."""

    text: str
    citation: Citation


@dataclass(frozen=True)
class Relief:
    """What one publication found: the group with the procedure, beside those without it; else its words alone."""

    label: str
    counted: str | Promise
    when: str
    arms: Sequence[Arm]
    says: str
    differences: Sequence[Compared]
    by_maker: bool
    conflicts: Sequence[Conflict]
    citations: Sequence[Citation]
    more: int

    @property
    def all_citations(self) -> Sequence[Citation]:
        """Those of its differences too; what stands in one source is cited once."""
        return [*self.citations, *(one.citation for one in self.differences)]


@dataclass(frozen=True)
class Lasting:
    """How long it lasts, as somebody wrote."""

    says: str
    citations: Sequence[Citation]


@dataclass(frozen=True)
class Harms:
    """The gravest harms, the gravest first, and how many more the option's page names."""

    shown: Sequence[Frequency]
    more: int


@dataclass(frozen=True)
class Row:
    """One procedure of the table."""

    option: Option
    gate: StatusWord | None
    relief: Relief | None
    lasting: Lasting | None
    harms: Harms
    coverage: StatusWord | None
    asked_for: bool
    safety: Sequence[Said]

    @property
    def is_near_care(self) -> bool:
        """Whether it is done without a needle and without a referral, and soon."""
        return self.option.role == "conservative" and self.option.place not in FAR

    @property
    def besides(self) -> str:
        """What is said of care besides that nothing stands in its way, which is said of all of it together."""
        return reason(self.option).removesuffix(CARE).rstrip()

    @property
    def why(self) -> str:
        """The reason; of care that stands back, why it stands back."""
        return self.besides or reason(self.option)

    @property
    def wanted(self) -> Sequence[str]:
        """What the payer wants and the chart says is not so."""
        found = self.option.coverage.determination
        return [one.label for one in found.results(found.violated)] if found else []


@dataclass(frozen=True)
class Group:
    """Procedures that stand together. Care without a needle is told in short, what is far off is folded away."""

    label: str | Promise
    rows: Sequence[Row]
    is_care: bool = False
    is_folded: bool = False

    @property
    def alike(self) -> Sequence[Sequence[Row]]:
        """The rows of which the very same is said of where they stand, together."""
        found: dict[tuple[object, ...], list[Row]] = {}
        for row in self.rows:
            one = row.option
            found.setdefault(
                (one.verdict, row.gate, one.why, *one.opens_with, one.target.generator, *row.safety), []
            ).append(row)
        return list(found.values())


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


HARMS = 2
"""So many harms stand in the table."""


def groups(assessment: Assessment, asked_for: Set[str], chart: Chart, where: Where) -> list[Group]:
    """What is asked for first, then the needles and referrals that are near, then care without a needle, then what is
    closed."""
    rows = [_as_row(option, assessment, asked_for, chart, where) for option in assessment.options]
    others = [row for row in rows if not row.asked_for]
    found = [Group(gettext_lazy("Asked for"), [row for row in rows if row.asked_for])]
    for place, label in PLACES.items():
        if place == FAR[0]:
            care = [row for row in others if row.is_near_care]
            found.append(Group(gettext_lazy("Care without a needle"), care, is_care=True))
        placed = [row for row in others if row.option.place == place and not row.is_near_care]
        found.append(Group(label, placed, is_folded=place in FAR))
    return [group for group in found if group.rows]


def _as_row(option: Option, assessment: Assessment, asked_for: Set[str], chart: Chart, where: Where) -> Row:
    is_asked_for = option.procedure in asked_for
    stopping = what_holds_up(option.procedure, assessment.red_flags)
    is_near = is_asked_for or option.place not in FAR
    return _row(option, is_asked_for, safety(option, chart, stopping, where, is_near))


def _row(option: Option, asked_for: bool, said: Sequence[Said]) -> Row:
    determination = option.coverage.determination
    return Row(
        option,
        gate=option.gates.status if option.gates.criteria else None,
        relief=relief(option.outlook),
        lasting=lasting(option),
        harms=_harms(option),
        coverage=determination.status if determination else None,
        asked_for=asked_for,
        safety=said,
    )


def relief(outlook: Sequence[Outlook]) -> Relief | None:
    """What the table shows of the publications; nothing where none may be used.

    The publication that speaks most surely for this patient, or the first that has a comparator if it speaks as surely.
    """
    published = [one for one in outlook if one.status == "published"]
    if not published:
        return None
    drawn = benefits(outlook).shown
    compared = [one for one in drawn if one.is_compared and one.source.selected == drawn[0].source.selected]
    shown = next(iter([*compared, *drawn]), None)
    source = shown.source if shown else published[0]
    arms = shown.side_by_side if shown else []
    measured = [] if arms else [one for one in source.differences if one.value is not None]
    beside = {one.citation.source for one in measured}
    return Relief(
        label=source.label,
        counted=shown.better if shown else "",
        when=shown.when if shown else "",
        arms=arms,
        says="" if arms else source.says,
        differences=[_compared(one) for one in measured],
        by_maker=bool(source.sponsor),
        conflicts=source.conflicts,
        citations=[arm.citation for arm in arms] or [one for one in source.citations if one.source not in beside],
        more=len(published) - 1,
    )


BETTER = {"down": gettext_lazy("less is better"), "up": gettext_lazy("more is better")}


def _compared(one: OutlookDifference) -> Compared:
    told = _signed(one.value)
    if one.low is not None and one.high is not None:
        told = _("%(value)s (%(low)s to %(high)s)") % {
            "value": told,
            "low": _signed(one.low),
            "high": _signed(one.high),
        }
    said = {"scale": one.scale, "value": told, "against": one.against, "better": BETTER[one.better]}
    text = _("%(scale)s: %(value)s against %(against)s; %(better)s") % said
    when = "" if one.months is None else _(", after %(time)s") % {"time": months(one.months)}
    return Compared(f"{text}{when}", one.citation)


def _signed(value: float | None) -> str:
    return "" if value is None else f"{value:+g}".replace("-", "−")


def lasting(option: Option) -> Lasting | None:
    """How long it lasts, from the procedure's own entry, else from the first publication that says so."""
    if told := content().procedures[option.procedure].lasts:
        return Lasting(told.text, [cite(f"{option.procedure}.lasts", told)])
    said = next((one for one in option.outlook if one.lasts), None)
    return Lasting(said.lasts[0], said.citations) if said else None


def _harms(option: Option) -> Harms:
    known = frequencies(option)
    return Harms(known[:HARMS], len(known[HARMS:]))


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

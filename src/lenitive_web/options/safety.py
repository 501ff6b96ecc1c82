"""What a column on safety says of an option: dangers, holds, what forbids it, what calls for care, what nobody asked.

Silence of the chart is no reassurance. That there is nothing to hold is said only where the medicines were asked about
completely, and a procedure whose contraindications are open says so. A drug to hold is told once above the options,
with what to do; each option names it and leads there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lenitive.chart import Chart
from lenitive.chart.allergy import Allergy
from lenitive.reasoning.assessment import NO_NEEDLE, Alert, Option, RedFlagResult
from lenitive.reasoning.citing import in_a_sentence
from lenitive.reasoning.safety import worst_first
from lenitive.reasoning.telling import Hold, alike_alerts, by_drug, cautions_of, holds_of, that_may_be
from lenitive_web.patients.heading import medicines_are_asked


@dataclass(frozen=True)
class Said:
    """One line of the column. ``address`` is where the answer is written down; the line then leads there."""

    severity: str
    text: str | Promise
    address: str = ""


@dataclass(frozen=True)
class Where:
    """Where this person can answer what was not asked; nowhere for who only reads."""

    patient_id: UUID
    may_record: bool

    def asked(self) -> str:
        """The page on which a topic is said to be asked completely."""
        return reverse("asked", args=[self.patient_id]) if self.may_record else ""

    def option(self, procedure: str) -> str:
        """The page of an option."""
        return reverse("option", args=[self.patient_id, procedure])


HOLDS = "holds"
"""Where on the page of the options the drugs to hold are told."""


@dataclass(frozen=True)
class Held:
    """Alerts on drugs that say the very same, and the procedures that they are about."""

    alike: Sequence[Alert]
    procedures: Sequence[str]


@dataclass(frozen=True)
class Holds:
    """The drugs to hold: for what is asked for, else for what is nearest; and for procedures that bleed otherwise."""

    first: Sequence[Held]
    others: Sequence[Held]


def holds_told(options: Sequence[Option], asked_for: Set[str]) -> Holds:
    """The drugs to hold for what is asked for or may be done. What must not be stopped always stands first."""
    drugs = by_drug(holds_of(that_may_be(options, frozenset(asked_for))), frozenset(asked_for))
    first = [one for classes in drugs for one in classes if one is classes[0] or one.alert.severity == "stop"]
    others = [one for classes in drugs for one in classes if one not in first]
    return Holds(_together(first, asked_for), _together(others, asked_for))


def _together(holds: Sequence[Hold], asked_for: Set[str]) -> list[Held]:
    of_alert = {id(hold.alert): hold for hold in holds}
    told = alike_alerts(worst_first(hold.alert for hold in holds))
    return [Held(same, _named([of_alert[id(alert)] for alert in same], asked_for)) for same in told]


def _named(holds: Sequence[Hold], asked_for: Set[str]) -> list[str]:
    """What is asked for, if it is among the procedures; else all of them."""
    labels = {kind: label for hold in holds for kind, label in hold.labels.items()}
    return [label for kind, label in labels.items() if kind in asked_for] or list(labels.values())


def safety(
    option: Option, chart: Chart, stopping: Sequence[RedFlagResult], where: Where, is_near: bool = True
) -> list[Said]:
    """What is known to be dangerous, and what is not known; an empty list means asked and nothing found. Of what is not
    near, cautions and what exactly was not asked stand on its own page."""
    return list(_safety(option, chart, stopping, where, is_near))


def _safety(
    option: Option, chart: Chart, stopping: Sequence[RedFlagResult], where: Where, is_near: bool
) -> Iterator[Said]:
    is_ruled_out = option.verdict == "not a candidate"
    for flag in stopping[:1]:
        yield Said("emergency" if flag.urgency == "emergency" else "stop", _("waits: red flag"))
    if is_near or not is_ruled_out:
        yield from _drugs(option)
    yield from _against(option)
    cautions = cautions_of(option) if is_near and not is_ruled_out else _recalled(option)
    yield from (Said("warning", label) for label in cautions)
    silent = [*(() if option.role in NO_NEEDLE else not_asked(chart, where)), *_open(option, where)]
    yield from silent if is_near or not silent else [Said("ask", _("not all asked"))]


def _drugs(option: Option) -> Iterator[Said]:
    """The drugs to hold by name, those of one severity together; what to do stands above."""
    named: dict[str, dict[str, None]] = {}
    for alert in worst_first(option.alerts):
        named.setdefault(alert.severity, {})[alert.facts[0].text.partition(",")[0]] = None
    for severity, drugs in named.items():
        yield Said(severity, _("%(drugs)s: see above") % {"drugs": ", ".join(drugs)}, f"#{HOLDS}")


def _against(option: Option) -> Iterator[Said]:
    """What forbids it; in a word where the reason beside it has named it."""
    found = option.contraindications.results(option.contraindications.violated)
    told = [one for one in found if one.label in option.why or in_a_sentence(one.label) in option.why]
    if told:
        yield Said("stop", _("contraindicated"))
    yield from (Said("stop", one.label) for one in found if one not in told)


def _recalled(option: Option) -> list[str]:
    """What speaks against it as far as is recalled, unless the reason beside it has said so."""
    found = [one.label for one in option.contraindications.warned if in_a_sentence(one.label) not in option.why]
    return [_("%(found)s (speaks against it; recalled)") % {"found": label} for label in found]


def _open(option: Option, where: Where) -> Iterator[Said]:
    """How many contraindications nobody asked about."""
    against = option.contraindications
    unknown = [one for one in against.results(against.open) if not one.warns_only]
    open_ = [one for one in unknown if not all(ask.about_request for ask in one.missing)]
    if open_:
        told = ngettext("%(number)d contraindication not asked", "%(number)d contraindications not asked", len(open_))
        yield Said("ask", told % {"number": len(open_)}, where.option(option.procedure))


def not_asked(chart: Chart, where: Where) -> Iterator[Said]:
    """What matters before any needle, and nobody asked."""
    if not medicines_are_asked(chart):
        yield Said("ask", _("blood thinners not asked"), where.asked())
    if not chart.rows(Allergy) and not chart.is_complete(["allergy"]):
        yield Said("ask", _("allergies not asked"), where.asked())

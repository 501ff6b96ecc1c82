"""What keeps a procedure from being booked, and what only warns. The answers are the library's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from lenitive.chart import Chart, Request
from lenitive.reasoning.assessment import Citation, CriterionResult, Option
from lenitive.reasoning.authorizations import Followed, authorizations, booking_warnings
from lenitive.reasoning.book import Book
from lenitive.reasoning.consider import Considered, consider


@dataclass(frozen=True)
class Closed:
    """One thing that keeps the gate shut, and the step that would open it."""

    what: str
    opens_with: str
    citations: Sequence[Citation]


def considered(chart: Chart, as_of: date, request: Request, known: Book) -> Considered:
    """How this one request stands by what the practice knows."""
    return consider(chart, as_of, [request], known)


def closed(found: Considered) -> list[Closed]:
    """Everything that shuts the gate: nothing may be booked against it without a physician's reason.

    A gate that is not documented is shut like one that is not met. A source of pain that is only in doubt is shown on
    the page; one that is known not to be supported shuts the gate.
    """
    return list(_closed(found))


def _closed(found: Considered) -> Iterator[Closed]:
    [option] = found.options
    for flag in found.red_flags:
        if flag.holds_up(option.procedure):
            yield Closed(_("Red flag: %(label)s") % {"label": flag.label}, flag.action, flag.citations)
    against = option.contraindications
    for one in against.results(against.violated):
        yield Closed(_("Contraindication: %(label)s") % {"label": one.label}, "", one.citations)
    for one in against.warned:
        told = _("The rule is recalled, not read: check it, and say why it may go on.")
        yield Closed(_("Speaks against it: %(label)s") % {"label": one.label}, told, one.citations)
    gates = option.gates
    for rows in _alternatives(gates.results(gates.violated)):
        yield Closed(_labels(rows), _opens(rows), _citations(rows))
    for rows in _alternatives(gates.results(gates.open)):
        yield Closed(_("Not documented: %(label)s") % {"label": _labels(rows)}, _opens(rows), _citations(rows))
    if option.target.status == "not met":
        told = _("No supported source of pain: %(label)s") % {"label": option.target.label}
        yield Closed(told, " ".join(option.opens_with), [option.target.citation])


def _alternatives(found: Sequence[CriterionResult]) -> list[list[CriterionResult]]:
    """Rows of one group together: one of them is enough."""
    groups: dict[str, list[CriterionResult]] = {}
    for one in found:
        groups.setdefault(one.group or one.criterion + one.label, []).append(one)
    return list(groups.values())


def _labels(rows: Sequence[CriterionResult]) -> str:
    first, *others = [one.label for one in rows]
    return ", ".join([first, *(label[:1].lower() + label[1:] for label in others)])


def _opens(rows: Sequence[CriterionResult]) -> str:
    steps = [one.opens_with for one in rows if one.opens_with]
    return " ".join(dict.fromkeys(steps or [ask.question for one in rows for ask in one.missing]))


def _citations(rows: Sequence[CriterionResult]) -> list[Citation]:
    return [citation for one in rows for citation in one.citations]


@dataclass(frozen=True)
class Payer:
    """What the payer's decision says about the booked day: the decision that fits best, and what speaks against it."""

    decision: Followed | None
    warnings: Sequence[str]
    wanted_by: Sequence[str]


def payer(chart: Chart, as_of: date, option: Option) -> Payer:
    """Whether the booked day stands under a decision of the payer.

    The decision with the fewest warnings is shown. Without one, the programmes that want a decision beforehand are
    named.
    """
    planned = option.request.on or as_of
    wanted = [one.label for one in option.coverage.authorities if one.applies != "not met"]
    found = [one for one in authorizations(chart, as_of) if one.kind == option.procedure]
    if not found:
        told = [_("No decision of the payer is recorded.")] if wanted else []
        return Payer(None, told, wanted)
    warned = [(booking_warnings(one, option.request, planned), one) for one in found]
    warnings, best = min(warned, key=lambda pair: len(pair[0]))
    return Payer(best, warnings, wanted)

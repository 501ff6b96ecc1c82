"""A draft of an appeal against a denial: what the payer refused, and each criterion beside what stands in the record.

The draft names criteria in our own words and the section of the policy where each stands; it never quotes a policy's
sentences. It claims nothing that the record does not hold: what is not shown is listed as not shown, because an appeal
that hides it fails. A physician reads, changes and signs it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import msgspec

from lenitive.chart.chart import Chart
from lenitive.documents.authorization import Authorization, CriterionShown
from lenitive.documents.evidence import Evidence, EvidenceRow, evidence_of
from lenitive.documents.letter import refs, that_decide, what_is_asked
from lenitive.documents.letter_head import LetterHead
from lenitive.documents.packet import Cell, name_of_patient, parameter_text, who_is_meant
from lenitive.documents.wording import capital, joined
from lenitive.errors import UsageError
from lenitive.reasoning.authorizations import Followed, authorizations
from lenitive.reasoning.book import Book, book

REFUSED = ("denied", "partly approved", "in appeal", "refused in appeal")
"""States of a request in which there is something to appeal against."""


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """One criterion: our words for it, where it stands in the policy, and what the record holds."""

    label: str
    section: str
    numbers: list[str]
    seen: list[str]
    evidence: list[str]


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """A criterion that the record does not show, and what would show it."""

    label: str
    section: str
    what: str


class Appeal(msgspec.Struct, frozen=True, kw_only=True):
    """The draft, ready for the template."""

    title: str
    who: str
    name: str
    version: str
    as_of: date
    cover: list[Cell]
    asked: str
    reason: str
    policy: str
    shown: list[Point]
    against: list[Gap]
    gaps: list[Gap]
    unread: list[str]
    sources: list[str]
    evidence: list[EvidenceRow]
    warnings: list[str]
    head: LetterHead | None = None


def denied_request(chart: Chart, as_of: date, kind: str, knowledge: Book | None = None) -> Followed:
    """The request on record for a procedure that was refused, the last one touched."""
    known = knowledge or book()
    followed = [one for one in authorizations(chart, as_of, known) if one.kind == kind]
    refused = [one for one in followed if one.state in REFUSED]
    if refused:
        return refused[0]
    label = known.content.procedures[kind].label
    stands = "; ".join(f"{one.request}: {one.state}" for one in followed) or "none at all"
    raise UsageError(f"No refused request for {label} is on record: there is nothing to appeal. On record: {stands}.")


def appeal(request: Authorization, refused: Followed, chart: Chart, knowledge: Book | None = None) -> Appeal:
    """The draft of an appeal for a request that was refused, from the chart as of the request's day."""
    known = knowledge or book()
    if request.determination is None:
        raise UsageError(f"There is no policy to appeal by. {request.chosen.reason}")
    chart = chart.as_of(request.as_of)
    told = evidence_of(chart, request, known.content)
    decisive = that_decide(request.criteria)
    shown = [_point(request, one, told) for one in decisive if one.result.satisfied]
    named = {number for point in shown for number in point.evidence}
    return Appeal(
        title=f"Appeal: {request.procedure}",
        who=who_is_meant(chart),
        name=name_of_patient(chart),
        version=request.version,
        as_of=request.as_of,
        cover=list(_cover(request, refused)),
        asked=what_is_asked(request),
        reason=refused.reason or "",
        policy=joined(request.chosen.label, request.chosen.contractor, request.chosen.policy_id),
        shown=shown,
        against=[_gap(request, one) for one in decisive if one.result.satisfied is False and not one.result.warns_only],
        gaps=[_gap(request, one) for one in decisive if one.result.satisfied is None],
        unread=[one.label for one in decisive if one.result.citations[0].grade == "recalled"],
        sources=_sources(decisive),
        evidence=[row for row in told.rows() if row.number in named],
        warnings=[*request.warnings, *refused.warnings],
    )


def _cover(request: Authorization, refused: Followed) -> Iterator[Cell]:
    decided = next((seen for seen in reversed(refused.history) if _is_decision(seen.text)), None)
    chosen = request.chosen
    yield Cell(name="Payer", value=refused.payer or "not in the record")
    yield Cell(name="Number of the decision", value=refused.number or "not in the record")
    yield Cell(name="Decided on", value=str(decided.on) if decided and decided.on else "not in the record")
    yield Cell(name="Procedure", value=what_is_asked(request))
    yield Cell(name="Code numbers", value=", ".join(request.codes) or "not in the record")
    yield Cell(name="Policy", value=joined(chosen.label, chosen.contractor, chosen.policy_id))
    yield Cell(name="Rows in force from", value=str(chosen.effective_from or "not in the record"))


def _is_decision(step: str) -> bool:
    return "denied" in step or "partly approved" in step


def _section(request: Authorization, one: CriterionShown) -> str:
    """The policy's own number and the section in which the criterion stands."""
    return joined(request.chosen.policy_id, one.result.citations[0].locator)


def _sources(criteria: list[CriterionShown]) -> list[str]:
    """Where the sections were read, and how well: for the physician, who checks them before the appeal is sent."""
    cited = [one.result.citations[0] for one in criteria]
    return list(dict.fromkeys(f"{one.reference} ({one.grade})" for one in cited))


def _point(request: Authorization, one: CriterionShown, told: Evidence) -> Point:
    seen = [f"{fact.text}{f' ({fact.on})' if fact.on else ''}" for fact in one.result.facts]
    return Point(
        label=one.label,
        section=_section(request, one),
        numbers=[said for used in one.parameters if (said := parameter_text(used))],
        seen=list(dict.fromkeys(map(capital, seen))) or ["By the request itself, or by the record as a whole"],
        evidence=refs(one, told),
    )


def _gap(request: Authorization, one: CriterionShown) -> Gap:
    seen = "; ".join(dict.fromkeys(fact.text for fact in one.result.facts))
    asked = " ".join(ask.question for ask in one.result.missing)
    what = asked if one.result.satisfied is None else capital(seen)
    return Gap(label=one.label, section=_section(request, one), what=what)

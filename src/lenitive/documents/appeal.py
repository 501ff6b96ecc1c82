"""A draft of an appeal against a denial: what the payer refused, and each criterion that stands beside its facts.

The draft names criteria in our own words and the section of the policy where each stands; it never quotes a policy's
sentences. It claims nothing that the record does not hold, and argues nothing against itself: what is open stands in
:mod:`.readiness`, for us. While the record itself answers a criterion that decides against the policy, there is no
draft: what has to come first is said instead. A physician reads, changes and signs it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import msgspec

from lenitive.chart.chart import Chart
from lenitive.documents.authorization import Authorization, CriterionShown
from lenitive.documents.enclosures import Enclosure
from lenitive.documents.evidence import Evidence, EvidenceRow, evidence_of
from lenitive.documents.letter import lines_of, refs, that_decide, what_is_asked
from lenitive.documents.letter_head import LetterHead
from lenitive.documents.packet import Cell, name_of_patient, who_is_meant
from lenitive.documents.payers_copy import known_of, numbers_of, section_of
from lenitive.documents.readiness import refusing
from lenitive.documents.wording import capital, joined, without_gaps
from lenitive.errors import UsageError
from lenitive.reasoning.authorizations import Followed, authorizations
from lenitive.reasoning.book import Book, book

REFUSED = ("denied", "partly approved", "in appeal", "refused in appeal")
"""States of a request in which there is something to appeal against."""


OPENING, CLOSING = "opening", "closing"
"""The keys of the words before the criteria, and of those after them, which nobody proposes."""
BY_ITSELF = "By the request as it is made, or by the record as a whole"


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """One criterion: our words for it, where it stands in the policy, and what the record holds.

    ``key`` is its name in the knowledge base, which stays when our words for it change.
    """

    key: str
    label: str
    section: str
    numbers: list[str]
    seen: list[str]
    evidence: list[str]


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
    opening: list[str]
    to: list[str] = []
    shown: list[Point]
    closing: list[str] = []
    evidence: list[EvidenceRow]
    enclosures: list[Enclosure] = []
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


def appeal(
    request: Authorization,
    refused: Followed,
    chart: Chart,
    knowledge: Book | None = None,
    *,
    written: Mapping[str, str] | None = None,
    to: Sequence[str] = (),
) -> Appeal:
    """The draft of an appeal for a request that was refused, from the chart as of the request's day.

    ``written`` is what a person wrote: in place of the opening words, of what the record holds on a criterion (by its
    key), and as words at the end. A criterion whose words were emptied is left out. ``to`` is whom it goes to.
    """
    own = written or {}
    known = knowledge or book()
    if request.determination is None:
        raise UsageError(f"There is no policy to appeal by. {request.chosen.reason}")
    if first := refusing(request.criteria):
        names = "; ".join(one.label for one in first)
        raise UsageError(f"An appeal will not help before the record changes. It answers against the policy: {names}.")
    chart = chart.as_of(request.as_of)
    told = evidence_of(chart, request, known.content)
    decisive = that_decide(request.criteria)
    proposed = [_point(request, one, key, told) for key, one in keyed(decisive) if one.result.satisfied]
    shown = [point for one in proposed if (point := _rewritten(one, own)).seen]
    named = {number for point in shown for number in point.evidence}
    return Appeal(
        title=f"Appeal: {request.procedure}",
        who=who_is_meant(chart),
        name=name_of_patient(chart),
        version=request.version,
        as_of=request.as_of,
        cover=[cell for cell in _cover(request, refused) if cell.value],
        asked=without_gaps(what_is_asked(request)),
        reason=refused.reason or "",
        policy=joined(request.chosen.label, request.chosen.contractor, request.chosen.policy_id),
        opening=lines_of(own[OPENING]) if OPENING in own else _opening(request, refused),
        to=list(to),
        shown=shown,
        closing=lines_of(own.get(CLOSING, "")),
        evidence=[known_of(row) for row in told.rows() if row.number in named],
    )


def keyed(criteria: Sequence[CriterionShown]) -> Iterator[tuple[str, CriterionShown]]:
    """Each criterion by its name; of those that are asked more than once, the later ones with their number."""
    seen: Counter[str] = Counter()
    for one in criteria:
        name = one.result.criterion
        seen[name] += 1
        yield name if seen[name] == 1 else f"{name} {seen[name]}", one


def _rewritten(point: Point, written: Mapping[str, str]) -> Point:
    """A criterion with what a person wrote of it; the facts behind it stay with it."""
    return msgspec.structs.replace(point, seen=lines_of(written[point.key])) if point.key in written else point


def _opening(request: Authorization, refused: Followed) -> list[str]:
    asked, chosen = without_gaps(what_is_asked(request)), request.chosen
    policy = joined(chosen.label, chosen.contractor, chosen.policy_id)
    gave = f"You gave this reason: {refused.reason.rstrip('.')}." if refused.reason else NO_REASON
    return [
        f"We ask you to look again at your decision on {asked}. {gave}",
        f"Below, each criterion of {policy} that the record meets stands beside the facts that show it. {IN_OUR_WORDS}",
    ]


IN_OUR_WORDS = "Criteria are named in our words; the section says where each stands in the policy."
NO_REASON = "Please state the reason for it, which we do not have."


def _cover(request: Authorization, refused: Followed) -> Iterator[Cell]:
    decided = next((seen for seen in reversed(refused.history) if _is_decision(seen.text)), None)
    chosen = request.chosen
    yield Cell(name="Payer", value=refused.payer or "")
    yield Cell(name="Number of the decision", value=refused.number or "")
    yield Cell(name="Decided on", value=str(decided.on) if decided and decided.on else "")
    yield Cell(name="Procedure", value=without_gaps(what_is_asked(request)))
    yield Cell(name="Code numbers", value=", ".join(request.codes))
    yield Cell(name="Policy", value=joined(chosen.label, chosen.contractor, chosen.policy_id))
    yield Cell(name="Rows in force from", value=str(chosen.effective_from or ""))


def _is_decision(step: str) -> bool:
    return "denied" in step or "partly approved" in step


def _point(request: Authorization, one: CriterionShown, key: str, told: Evidence) -> Point:
    seen = [f"{fact.text}{f' ({fact.on})' if fact.on else ''}" for fact in one.result.facts]
    return Point(
        key=key,
        label=one.label,
        section=section_of(request, one),
        numbers=numbers_of(one),
        seen=list(dict.fromkeys(map(capital, map(without_gaps, seen)))) or [BY_ITSELF],
        evidence=refs(one, told),
    )

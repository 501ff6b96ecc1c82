"""Which policy speaks for a request, and how the request stands against it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import chain
from types import MappingProxyType

import msgspec

from lenitive.chart.chart import Chart
from lenitive.chart.coverage import Coverage as CoverageFact
from lenitive.chart.request import Request
from lenitive.medicine.shapes import Member, Policy, PolicyVersion
from lenitive.reasoning.assessment import Coverage, PolicyChosen
from lenitive.reasoning.authorities import authorities_over
from lenitive.reasoning.book import Book
from lenitive.reasoning.citing import cite
from lenitive.reasoning.determination import Asking, determine
from lenitive.reasoning.in_force import holds_on, version_in_force
from lenitive.reasoning.readings import issues_read_otherwise
from lenitive.status import Status

NOT_RECORDED = "The payer is not recorded."


def insurance(chart: Chart, day: date) -> CoverageFact | None:
    """The insurance in force on a day that pays first; ``None`` if there is none, or if nobody said which of several
    does."""
    current = _in_force_on(chart, day)
    if len({(cover.payer, cover.programme, cover.state, cover.site_of_service) for cover in current}) == 1:
        return current[0]
    orders = [cover.order for cover in current]
    least = min((order for order in orders if order), default=None)
    is_said = orders.count(least) == 1 and (least == 1 or None not in orders)
    return current[orders.index(least)] if is_said else None


def _in_force_on(chart: Chart, day: date) -> list[CoverageFact]:
    return [
        cover
        for cover in chart.rows(CoverageFact)
        if (cover.true_on is None or cover.true_on <= day) and (cover.until is None or cover.until >= day)
    ]


def _no_insurance(chart: Chart, day: date) -> str:
    """Why no insurance is known to pay first."""
    payers = [cover.payer for cover in _in_force_on(chart, day)]
    if not payers:
        return NOT_RECORDED
    return f"Several insurances are in force ({', '.join(payers)}), and which pays first is not recorded."


def with_insurance(request: Request, cover: CoverageFact | None) -> Request:
    """The request with payer, programme, state and site of service from the chart where it does not say."""
    if cover is None:
        return request
    return msgspec.structs.replace(
        request,
        payer=request.payer or cover.payer,
        programme=request.programme or cover.programme,
        state=request.state or cover.state,
        site_of_service=request.site_of_service or cover.site_of_service,
    )


def coverage(asking: Asking, request: Request) -> Coverage:
    """The policy that speaks for a request and the determination under it, or the reason why none speaks."""
    day = asking.engine.day
    authorities = authorities_over(asking.book, request, day)
    speaker = choose(asking, request, day)
    if isinstance(speaker, str):
        reason = _no_insurance(asking.engine.chart, day) if speaker == NOT_RECORDED else speaker
        none = PolicyChosen(policy=None, label="No policy found", reason=reason)
        return Coverage(chosen=none, determination=None, warnings=[], authorities=authorities)
    determination = determine(asking.at(request.state), speaker.name, speaker.version.wants, recalled_refuses=False)
    warnings = [
        f"{result.label}: not as wanted, but the row is only recalled; check the policy text."
        for result in determination.criteria
        if result.warns_only
    ]
    own = [
        f"{issue} The practice chose to read this otherwise than the knowledge base does."
        for issue in issues_read_otherwise(asking.book, speaker.policy, speaker.version)
    ]
    return Coverage(
        chosen=speaker.chosen,
        determination=determination,
        warnings=warnings,
        authorities=authorities,
        own_readings=own,
    )


Named = tuple[str, Policy]


@dataclass(frozen=True, slots=True)
class Speaker:
    """A policy that speaks for a request unless a sibling does, its version in force, and why it was chosen."""

    name: str
    policy: Policy
    version: PolicyVersion
    chosen: PolicyChosen


def choose(asking: Asking, request: Request, day: date) -> Speaker | str:
    """The policy in force for the procedure, programme, payer, state and day; or why there is none.

    The payer's own policy outranks what payers commonly ask. A Medicare Advantage plan follows the Medicare policy of
    the area first, and its own only where that is silent.
    """
    place = Request(kind=request.kind, payer=request.payer, programme=request.programme, state=request.state)
    speakers, silence = _speakers(asking.book, place, day)
    return next((one for one in speakers if _is_the_sibling(asking, one.policy, request.state)), silence)


@lru_cache(maxsize=4_096)
def _speakers(book: Book, request: Request, day: date) -> tuple[tuple[Speaker, ...], str]:
    """The policies that may speak for a request, whoever the patient is, those first that outrank the others; and what
    to say if none of them does."""
    if request.kind not in _policies_about(book):
        return (), f"No policy in the knowledge base is about {request.kind.replace('_', ' ')}."
    if not request.programme and not request.payer:
        return (), NOT_RECORDED
    programme = request.programme or _programme_named(book, request.payer, day)
    tiers, passed_over, some_bind = _whoever_pays(book, request, programme)
    reasons = list(passed_over)
    speakers: list[Speaker] = []
    for name, policy in tiers:
        found = _in_force(policy, request, day)
        if isinstance(found, str):
            reasons.append(found)
        else:
            version, member = found
            why = _why(policy, member, request, programme, day, reasons)
            speakers.append(Speaker(name, policy, version, _chosen(name, policy, version, member, why)))
    if reasons:
        return tuple(speakers), " ".join(dict.fromkeys(reasons))
    if some_bind:
        return tuple(speakers), "None of the policies for this procedure applies to this patient's situation."
    return tuple(speakers), f"No policy of {request.payer or request.programme} is known for this procedure."


@lru_cache(maxsize=4_096)
def _whoever_pays(
    book: Book, request: Request, programme: str | None
) -> tuple[tuple[Named, ...], tuple[str, ...], bool]:
    """What of a request's policies no day changes: those that may speak, first those that outrank the others; why some
    are passed over; and whether any binds."""
    about = _policies_about(book)[request.kind]
    return (
        tuple(chain.from_iterable(_tiers(about, request, programme))),
        tuple(_not_known_to_bind(about, request, programme)),
        any(_binds(policy, request, programme) for _, policy in about),
    )


def _chosen(name: str, policy: Policy, version: PolicyVersion, member: Member | None, why: str) -> PolicyChosen:
    return PolicyChosen(
        policy=name,
        label=policy.label,
        reason=why,
        policy_id=member.policy_id if member else None,
        contractor=member.contractor if member else None,
        effective_from=version.effective_from,
        citation=cite(name, member) if member else None,
    )


@lru_cache(maxsize=8)
def _policies_about(book: Book) -> Mapping[str, tuple[Named, ...]]:
    """Procedure -> the policies that are about it."""
    found: dict[str, list[Named]] = defaultdict(list)
    for name, policy in book.content.policies.items():
        for procedure in policy.procedures:
            found[procedure].append((name, policy))
    return MappingProxyType({procedure: tuple(named) for procedure, named in found.items()})


def _programme_named(book: Book, payer: str | None, day: date) -> str | None:
    """The programme that the payer's name alone says: Medicare, or a Medicare Advantage plan."""
    name = (payer or "").lower()
    for programme in ("medicare_advantage", "medicare"):
        if any(word in name for word in book.words(f"names_of_{programme}", day)):
            return programme
    return None


def _not_known_to_bind(about: Sequence[Named], request: Request, programme: str | None) -> Iterator[str]:
    """A payer's name alone does not say which of its policies binds: most sell several kinds of insurance."""
    own = [policy for _, policy in about if _is_of_payer(policy, request)]
    if programme is None and own:
        kinds = " or ".join(sorted({kind.replace("_", " ") for policy in own for kind in policy.programmes}))
        yield f"This payer has a policy of its own for {kinds} insurance; the programme is not recorded."


def _tiers(about: Sequence[Named], request: Request, programme: str | None) -> list[list[Named]]:
    """The policies that may speak, those first that outrank the others."""
    own = [named for named in about if _is_of_payer(named[1], request) and programme in named[1].programmes]
    public = [named for named in about if _is_public(named[1]) and programme in named[1].programmes]
    standing_in = [named for named in about if named[1].stands_in and _may_stand_in(named[1], request, programme)]
    return [public, own, standing_in] if programme == "medicare_advantage" else [own, public, standing_in]


def _binds(policy: Policy, request: Request, programme: str | None) -> bool:
    return (
        (_is_of_payer(policy, request) and programme in policy.programmes)
        or (_is_public(policy) and programme in policy.programmes)
        or (policy.stands_in and _may_stand_in(policy, request, programme))
    )


def _is_of_payer(policy: Policy, request: Request) -> bool:
    name = (request.payer or "").lower()
    return any(payer.lower() in name for payer in policy.payers) if name else False


def _is_public(policy: Policy) -> bool:
    return not policy.payers and not policy.stands_in


def _may_stand_in(policy: Policy, request: Request, programme: str | None) -> bool:
    """What payers commonly ask speaks for every payer but Medicare itself, which has its own policies or none."""
    return (
        programme in policy.programmes
        or programme == "medicare_advantage"
        or (programme is None and request.payer is not None)
    )


def _in_force(policy: Policy, request: Request, day: date) -> tuple[PolicyVersion, Member | None] | str:
    version = version_in_force(policy, day)
    if version is None:
        return f"{policy.label}: no version was in force on {day}."
    if not policy.members:
        return version, None
    if request.state is None:
        return f"{policy.label}: the state is not recorded, so the contractor is not known."
    for member in policy.members:
        if request.state in member.states and holds_on(member, day):
            return version, member
    return f"{policy.label}: no contractor's version for {request.state} was in force on {day}."


def _is_the_sibling(asking: Asking, policy: Policy, place: str | None) -> bool:
    """Siblings (first and repeat) are told apart by a criterion; one that is not known to hold does not apply."""
    if policy.applies_when is None:
        return True
    criterion = asking.book.standing(policy.applies_when, asking.engine.day, place)
    return asking.engine.status(criterion) is Status.MET


def _why(
    policy: Policy,
    member: Member | None,
    request: Request,
    programme: str | None,
    day: date,
    passed_over: Sequence[str],
) -> str:
    parts = [f"{request.payer or request.programme}, {day}"]
    if request.programme is None and programme is not None:
        parts.append(f"the name of the payer says {programme.replace('_', ' ')}")
    if member:
        parts.append(
            f"{request.state} belongs to {member.contractor}, {member.policy_id} since {member.effective_from}"
        )
    if programme == "medicare_advantage" and member:
        parts.append("a Medicare Advantage plan follows the area's Medicare policy where it has none of its own")
    if policy.stands_in:
        known = "" if passed_over else "no policy of this payer is known here, so "
        parts.append(f"{known}what payers commonly ask stands in")
    parts += [reason.rstrip(".") for reason in dict.fromkeys(passed_over)]
    return "; ".join(parts) + "."

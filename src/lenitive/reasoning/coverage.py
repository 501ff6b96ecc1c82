"""Which policy speaks for a request, and how the request stands against it."""

from __future__ import annotations

from datetime import date
from typing import cast

import msgspec

from lenitive.chart.chart import Chart
from lenitive.chart.coverage import Coverage as CoverageFact
from lenitive.chart.request import Request
from lenitive.medicine.shapes import Member, Policy, PolicyVersion
from lenitive.reasoning.assessment import Coverage, PolicyChosen
from lenitive.reasoning.citing import cite
from lenitive.reasoning.determination import Asking, determine
from lenitive.status import Status


def insurance(chart: Chart, day: date) -> CoverageFact | None:
    """The insurance in force on a day that pays first."""
    covers = [cast("CoverageFact", fact) for fact in chart.table("coverage")]
    current = [
        cover
        for cover in covers
        if (cover.true_on is None or cover.true_on <= day) and (cover.until is None or cover.until >= day)
    ]
    return min(current, key=lambda cover: (cover.order or 99, cover.id), default=None)


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
    chosen = choose(asking, request, day)
    if isinstance(chosen, str):
        return Coverage(
            chosen=PolicyChosen(policy=None, label="No policy found", reason=chosen), determination=None, warnings=[]
        )
    name, policy, version, member, reason = chosen
    placed = Asking(asking.book, asking.engine, request.state, asking.results)
    determination = determine(placed, name, version.wants, recalled_refuses=False)
    warnings = [
        f"{result.label}: not as wanted, but the row is only recalled; check the policy text."
        for result in determination.criteria
        if result.warns_only
    ]
    return Coverage(
        chosen=PolicyChosen(
            policy=name,
            label=policy.label,
            reason=reason,
            policy_id=member.policy_id if member else None,
            contractor=member.contractor if member else None,
            effective_from=version.effective_from,
            citation=cite(name, member) if member else None,
        ),
        determination=determination,
        warnings=warnings,
    )


Choice = tuple[str, Policy, PolicyVersion, Member | None, str]


def choose(asking: Asking, request: Request, day: date) -> Choice | str:
    """The policy in force for the procedure, programme, payer, state and day; or why there is none."""
    policies = {
        name: policy for name, policy in asking.book.content.policies.items() if request.kind in policy.procedures
    }
    if not policies:
        return f"No policy in the knowledge base is about {request.kind.replace('_', ' ')}."
    if not request.programme and not request.payer:
        return "The payer is not recorded."
    matching = {name: policy for name, policy in policies.items() if _pays(policy, request)}
    if not matching:
        return f"No policy of {request.payer or request.programme} is known for this procedure."
    reasons: list[str] = []
    for name, policy in matching.items():
        found = _in_force(name, policy, request, day)
        if isinstance(found, str):
            reasons.append(found)
            continue
        if not _is_the_sibling(asking, policy):
            continue
        version, member = found
        return name, policy, version, member, _why(policy, member, request, day)
    return (
        " ".join(dict.fromkeys(reasons))
        or "None of the policies for this procedure applies to this patient's situation."
    )


def _pays(policy: Policy, request: Request) -> bool:
    programmes = {request.programme, "medicare" if request.programme == "medicare_advantage" else request.programme}
    if policy.payers:
        return bool(request.payer) and any(payer.lower() in str(request.payer).lower() for payer in policy.payers)
    return bool(programmes & set(policy.programmes))


def _in_force(name: str, policy: Policy, request: Request, day: date) -> tuple[PolicyVersion, Member | None] | str:
    version = max(
        (
            v
            for v in policy.versions
            if v.effective_from <= day and (v.effective_until is None or day <= v.effective_until)
        ),
        key=lambda v: v.effective_from,
        default=None,
    )
    if version is None:
        return f"{policy.label}: no version was in force on {day}."
    if not policy.members:
        return version, None
    if request.state is None:
        return f"{policy.label}: the state is not recorded, so the contractor is not known."
    for member in policy.members:
        if (
            request.state in member.states
            and member.effective_from <= day
            and (member.effective_until is None or day <= member.effective_until)
        ):
            return version, member
    return f"{policy.label}: no contractor's version for {request.state} was in force on {day}."


def _is_the_sibling(asking: Asking, policy: Policy) -> bool:
    """Siblings (first and repeat) are told apart by a criterion; one that is not known to hold does not apply."""
    if policy.applies_when is None:
        return True
    criterion = asking.book.standing(policy.applies_when, asking.engine.day, asking.place)
    return asking.engine.status(criterion) is Status.MET


def _why(policy: Policy, member: Member | None, request: Request, day: date) -> str:
    parts = [f"{request.payer or request.programme}, {day}"]
    if member:
        parts.append(
            f"{request.state} belongs to {member.contractor}, {member.policy_id} since {member.effective_from}"
        )
    if request.programme == "medicare_advantage":
        parts.append("a Medicare Advantage plan follows the area's Medicare policy where it has none of its own")
    return "; ".join(parts) + "."

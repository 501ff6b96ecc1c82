"""A payer's decision as a step in the life of a request: the fact that the chart keeps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal

from lenitive.chart import Request
from lenitive.chart.authorization import Authorization
from lenitive.interop.davinci.claim_parties import Submission
from lenitive.interop.davinci.claim_response import Decision, LineDecision

Step = Literal["approved", "partly_approved", "denied", "more_wanted"]

_STEPS: dict[str, Step] = {"approved": "approved", "partly approved": "partly_approved", "denied": "denied"}


def sent_step(patient: str, request: Request, submission: Submission) -> Authorization:
    """The fact that a request was sent."""
    return Authorization(
        id=f"pas-{submission.number}-sent",
        patient=patient,
        recorded_at=submission.at,
        source="PAS",
        true_on=submission.at.date(),
        request=submission.number,
        status="sent",
        kind=request.kind,
        side=request.side,
        levels=request.levels,
        payer=submission.payer.name,
        expedited=submission.expedited,
    )


def decided_step(patient: str, number: str, decision: Decision, payer: str, at: datetime) -> Authorization | None:
    """The fact that a payer decided, or wants more; none while it has not, or where a person has to look.

    Numbers, days and units are kept only if every granted line says the same number, the days hold for all of them, and
    each says its units: one fact cannot say more.
    """
    step: Step | None = _STEPS.get(decision.state)
    if step is None and decision.state == "pended" and decision.more_is_wanted:
        step = "more_wanted"
    if step is None:
        return None
    granted = [line for line in decision.lines if line.state in ("approved", "changed")]
    return Authorization(
        id=f"pas-{number}-{step}-{at:%Y%m%dT%H%M%S%f}",
        patient=patient,
        recorded_at=at,
        source="PAS",
        true_on=at.date(),
        request=number,
        status=step,
        payer=payer,
        number=_same([line.number for line in granted]),
        units_granted=_units(granted),
        valid_from=_latest(granted),
        valid_until=_earliest_end(granted),
        reason=_reason(decision),
    )


def _same(numbers: Sequence[str | None]) -> str | None:
    return numbers[0] if numbers and len(set(numbers)) == 1 else None


def _units(granted: Sequence[LineDecision]) -> int | None:
    units = [one.units for line in granted for one in line.granted]
    said = [int(one) for one in units if one is not None and one == int(one)]
    return sum(said) if units and len(said) == len(units) and all(line.granted for line in granted) else None


def _latest(granted: Sequence[LineDecision]) -> date | None:
    days = [line.valid_from for line in granted]
    known = [day for day in days if day]
    return max(known) if known and len(known) == len(days) else None


def _earliest_end(granted: Sequence[LineDecision]) -> date | None:
    days = [line.valid_until for line in granted]
    known = [day for day in days if day]
    return min(known) if known and len(known) == len(days) else None


def _reason(decision: Decision) -> str | None:
    reasons = [reason for line in decision.lines for reason in (*line.reasons, *line.notes)]
    return "; ".join(dict.fromkeys([*reasons, *decision.notes])) or None

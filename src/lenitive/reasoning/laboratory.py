"""Blood values that decide whether a needle may go in: too few platelets, a raised INR. The number comes first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from lenitive.chart.chart import order_key
from lenitive.chart.measure import Measure
from lenitive.chart.request import Request
from lenitive.medicine.shapes import Requirement
from lenitive.reasoning.assessment import Alert
from lenitive.reasoning.citing import cite, see
from lenitive.reasoning.determination import Asking


@dataclass(frozen=True, slots=True)
class _Value:
    """A value of the blood, the criterion and the parameter that set its limit, and what to do beyond it."""

    instrument: str
    criterion: str
    limit: str
    name: str
    is_too_low: bool
    action: str

    def is_beyond(self, score: float, limit: float) -> bool:
        return score < limit if self.is_too_low else score > limit


_VALUES = (
    _Value(
        "platelets",
        "platelets_low",
        "min_platelets",
        "Platelets",
        True,
        "Find out why, with a haematologist, and count again; whether and after what it is done is decided together.",
    ),
    _Value(
        "inr",
        "inr_raised",
        "max_inr",
        "INR",
        False,
        "Find out why (warfarin that still acts, a drug that is not on the list, the liver), and measure again on the "
        "day of the needle.",
    ),
)


def laboratory_alerts(asking: Asking, requests: Sequence[Request]) -> list[Alert]:
    """One alert for each value that is beyond the limit of a procedure asked for, whatever else is on record."""
    found = (_alert(asking, requests, value) for value in _VALUES)
    return [alert for alert in found if alert is not None]


def _alert(asking: Asking, requests: Sequence[Request], value: _Value) -> Alert | None:
    latest = _latest(asking, value.instrument)
    if latest is None or latest.score is None:
        return None
    score = latest.score
    broken = (one for one in _limits(asking, requests, value) if value.is_beyond(score, one.limit))
    first = next(broken, None)
    if first is None:
        return None
    kind, part, row, limit = first
    label = asking.book.content.procedures[kind].label
    is_read = row.grade not in ("recalled", "judgement")
    side = "below" if value.is_too_low else "above"
    check = "" if is_read else " The limit is recalled or a clinic's default: the physician decides."
    return Alert(
        severity="stop" if is_read else "warning",
        title=f"{value.name} {score:g} on {latest.true_on}, {side} {limit:g}",
        action=f"{label} waits. {value.action}{check}",
        facts=[see(latest)],
        citations=[cite(f"{kind}.{part}", row)],
        procedure=kind,
    )


class _Limit(NamedTuple):
    """A limit that a row of a procedure sets, and the part that the row stands in."""

    kind: str
    part: str
    row: Requirement
    limit: float


def _limits(asking: Asking, requests: Sequence[Request], value: _Value) -> Iterator[_Limit]:
    """Each limit for the value among the rows of what is asked for: those that bar first."""
    for part in ("contraindications", "cautions"):
        for request in requests:
            for row in getattr(asking.book.content.procedures[request.kind], part):
                if row.criterion == value.criterion and value.limit in row.parameters:
                    yield _Limit(request.kind, part, row, float(row.parameters[value.limit]))


def _latest(asking: Asking, instrument: str) -> Measure | None:
    """The latest value that is recent enough to count as a blood value at all."""
    day = asking.engine.day
    days = asking.book.number("laboratory_valid_days", day)
    values = [
        one
        for one in asking.engine.chart.rows(Measure)
        if one.instrument == instrument
        and one.score is not None
        and one.true_on is not None
        and 0 <= (day - one.true_on).days <= days
    ]
    return max(values, key=order_key, default=None)

"""Where each request to a payer stands, until when it must be decided, how long it holds, and what to do next.

The steps of a request are facts (``authorization``). Everything else follows: the state from the last step, the day by
which the payer must decide from the programme's times, the validity from the decision or the programme, the sessions
used from the procedures that were done. Nothing here sends or changes anything.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any, Literal

import msgspec

from lenitive.chart.authorization import Authorization
from lenitive.chart.chart import Chart, order_key
from lenitive.chart.procedure import Procedure
from lenitive.chart.request import Request
from lenitive.reasoning.assessment import Citation, DecisionTime, FactSeen, Value
from lenitive.reasoning.authorities import authorities_over, decision_due, times_for
from lenitive.reasoning.book import Book, book
from lenitive.reasoning.citing import see
from lenitive.reasoning.coverage import insurance, with_insurance

State = Literal[
    "drafted",
    "waiting for a decision",
    "more is wanted",
    "approved",
    "partly approved",
    "denied",
    "in appeal",
    "refused in appeal",
    "withdrawn",
    "not yet valid",
    "used up",
    "expired",
]

_STATE_AFTER: dict[str, State] = {
    "drafted": "drafted",
    "sent": "waiting for a decision",
    "more_wanted": "more is wanted",
    "approved": "approved",
    "partly_approved": "partly approved",
    "denied": "denied",
    "appealed": "in appeal",
    "overturned": "approved",
    "upheld": "refused in appeal",
    "withdrawn": "withdrawn",
}
GRANTED = ("approved", "partly_approved", "overturned")


class NextStep(Value, frozen=True, kw_only=True):
    """Something to do, by when if there is such a day, and why."""

    what: str
    by: date | None
    why: str


class Due(Value, frozen=True, kw_only=True):
    """The last day for the payer's decision, and the time that it comes from."""

    on: date
    is_over: bool
    time: DecisionTime


class Followed(Value, frozen=True, kw_only=True):
    """One request to a payer, as far as it has come on a day.

    ``sessions_left`` is known only if the payer said how many sessions it grants. ``sessions_used`` counts days with
    that procedure while the decision holds; it is a lower bound if the list of procedures is not complete.
    """

    request: str
    kind: str | None
    label: str
    side: str | None
    levels: list[str]
    payer: str | None
    number: str | None
    state: State
    history: list[FactSeen]
    due: Due | None
    valid_from: date | None
    valid_until: date | None
    validity_rests_on: Citation | None
    days_left: int | None
    sessions_granted: int | None
    units_granted: int | None
    sessions_used: int
    used: list[FactSeen]
    sessions_left: int | None
    reason: str | None
    next: list[NextStep]
    warnings: list[str]

    @property
    def units_a_session(self) -> int | None:
        """What one session takes where the units divide evenly among the sessions granted; unknown otherwise."""
        if not self.units_granted or not self.sessions_granted or self.units_granted % self.sessions_granted:
            return None
        return self.units_granted // self.sessions_granted

    @property
    def units_left(self) -> int | None:
        """The units not used yet, each session with its even share: a chart holds sessions done, not units."""
        if self.units_granted is None or not self.sessions_used:
            return self.units_granted
        if self.units_a_session is None:
            return None
        return max(self.units_granted - self.sessions_used * self.units_a_session, 0)


def authorizations(chart: Chart, as_of: date, knowledge: Book | None = None) -> list[Followed]:
    """Every request of the chart as of a day, the one touched last first."""
    known = knowledge or book()
    chart = chart.as_of(as_of)
    steps: dict[str, list[Authorization]] = defaultdict(list)
    for step in chart.rows(Authorization):
        if step.true_on is None or step.true_on <= as_of:
            steps[step.request].append(step)
    ordered = [sorted(found, key=order_key) for found in steps.values()]
    ordered.sort(key=lambda found: order_key(found[-1]), reverse=True)
    return [_followed(known, chart, as_of, found) for found in ordered]


def _followed(known: Book, chart: Chart, as_of: date, steps: Sequence[Authorization]) -> Followed:
    request = _request(chart, as_of, steps)
    valid_from, valid_until, rests_on = _validity(known, request, steps)
    used = _used(chart, as_of, request, valid_from, valid_until)
    granted = _last(steps, "sessions_granted")
    left = None if granted is None else granted - len({fact.true_on for fact in used})
    state = _state(steps, as_of, valid_from, valid_until, left)
    procedure = known.content.procedures.get(request.kind) if request.kind else None
    found = Followed(
        request=steps[-1].request,
        kind=request.kind or None,
        label=procedure.label if procedure else request.kind or "procedure not recorded",
        side=request.side,
        levels=list(request.levels),
        payer=request.payer,
        number=_last(steps, "number"),
        state=state,
        history=[see(step) for step in steps],
        due=_due(known, request, as_of, steps) if state == "waiting for a decision" else None,
        valid_from=valid_from,
        valid_until=valid_until,
        validity_rests_on=rests_on,
        days_left=(valid_until - as_of).days if valid_until and state in ("approved", "partly approved") else None,
        sessions_granted=granted,
        units_granted=_last(steps, "units_granted"),
        sessions_used=len({fact.true_on for fact in used}),
        used=[see(fact) for fact in used],
        sessions_left=left,
        reason=_last(steps, "reason"),
        next=[],
        warnings=[],
    )
    warning_days = known.number("authorization_warning_days", as_of)
    return msgspec.structs.replace(
        found,
        next=list(_next(known, found, request, as_of, steps)),
        warnings=list(_warnings(found, as_of, warning_days)),
    )


def _last(steps: Sequence[Authorization], field: str) -> Any:
    """What the last step that says something of it says."""
    return next((value for step in reversed(steps) if (value := getattr(step, field)) not in (None, ())), None)


def _request(chart: Chart, as_of: date, steps: Sequence[Authorization]) -> Request:
    asked = Request(
        kind=_last(steps, "kind") or "",
        side=_last(steps, "side"),
        levels=_last(steps, "levels") or (),
        payer=_last(steps, "payer"),
    )
    return with_insurance(asked, insurance(chart, as_of))


# --- how long it holds ---------------------------------------------------------------------------------------------


def _validity(
    known: Book, request: Request, steps: Sequence[Authorization]
) -> tuple[date | None, date | None, Citation | None]:
    """From when to when the last decision holds: as it says, else as the programme says."""
    decision = next((step for step in reversed(steps) if step.status in GRANTED), None)
    if decision is None:
        return None, None, None
    begins = decision.valid_from or decision.true_on
    if decision.valid_until or begins is None:
        return begins, decision.valid_until, None
    for authority in authorities_over(known, request, begins):
        if authority.valid_days is not None and authority.applies == "met":
            return begins, begins + timedelta(days=authority.valid_days), authority.citation
    return begins, None, None


def _used(
    chart: Chart, as_of: date, request: Request, valid_from: date | None, valid_until: date | None
) -> list[Procedure]:
    """Procedures of that kind done while the decision holds, on a side and at a level that it may mean."""
    if valid_from is None:
        return []
    done = chart.rows(Procedure)
    return [
        fact
        for fact in done
        if fact.kind == request.kind
        and fact.true_on is not None
        and valid_from <= fact.true_on <= min(as_of, valid_until or as_of)
        and (request.side in (None, "both") or fact.side in (None, "both", request.side))
        and (not request.levels or not fact.levels or set(fact.levels) & set(request.levels))
    ]


def _state(
    steps: Sequence[Authorization],
    as_of: date,
    valid_from: date | None,
    valid_until: date | None,
    left: int | None,
) -> State:
    state = _STATE_AFTER[steps[-1].status]
    if state not in ("approved", "partly approved"):
        return state
    if left is not None and left <= 0:
        return "used up"
    if valid_until is not None and valid_until < as_of:
        return "expired"
    if valid_from is not None and as_of < valid_from:
        return "not yet valid"
    return state


def _due(known: Book, request: Request, as_of: date, steps: Sequence[Authorization]) -> Due | None:
    """By when the payer must decide, if the programme's time is known and the day of sending recorded."""
    sent = next((step for step in reversed(steps) if step.status == "sent"), None)
    if sent is None or sent.true_on is None:
        return None
    urgency = "expedited" if sent.expedited else "standard"
    for time in times_for(known, request, sent.true_on):
        if time.urgency == urgency:
            on = decision_due(sent.true_on, time)
            return Due(on=on, is_over=on < as_of, time=time)
    return None


# --- what to do ----------------------------------------------------------------------------------------------------


def _next(
    known: Book, found: Followed, request: Request, as_of: date, steps: Sequence[Authorization]
) -> Iterator[NextStep]:
    last = steps[-1]
    match found.state:
        case "drafted":
            yield NextStep(what="Complete the record and send the request.", by=None, why="It was drafted, not sent.")
        case "waiting for a decision":
            yield _wait(found)
        case "more is wanted":
            why = last.reason or "The payer wants more; what it wants is not recorded."
            yield NextStep(what="Send what the payer wants.", by=last.answer_by, why=why)
        case "approved" | "partly approved":
            yield from _use(found)
        case "not yet valid":
            yield NextStep(what=f"Book for {found.valid_from} or later.", by=None, why="The decision begins then.")
        case "denied":
            yield from _denied(known, request, as_of, last)
        case "in appeal":
            yield NextStep(what="Wait for the appeal, and ask if it takes long.", by=None, why="It was appealed.")
        case "refused in appeal":
            yield NextStep(what="Talk over other treatments.", by=last.answer_by, why=last.reason or "Upheld.")
        case "used up":
            yield NextStep(what="Ask again before another session.", by=None, why="All sessions granted were used.")
        case "expired":
            yield NextStep(what="Ask again.", by=None, why=f"The decision ended on {found.valid_until}.")
        case "withdrawn":
            return


def _wait(found: Followed) -> NextStep:
    if found.due is None:
        why = "No time to decide is known for this payer, or the day of sending is not recorded."
        return NextStep(what="Wait for the decision.", by=None, why=why)
    time = found.due.time
    why = f"{time.urgency.capitalize()} requests are decided within {time.amount} {time.counted}."
    what = "Ask the payer: the decision is overdue." if found.due.is_over else "Wait for the decision."
    return NextStep(what=what, by=found.due.on, why=why)


def _use(found: Followed) -> Iterator[NextStep]:
    if found.state == "partly approved":
        why = found.reason or "What was left out is not recorded."
        yield NextStep(what="Decide whether to accept the part or to ask again for the rest.", by=None, why=why)
    yield NextStep(
        what="Do it while the decision holds, and put its number on the claim.",
        by=found.valid_until,
        why=f"Number {found.number}." if found.number else "The number is not recorded: ask for it.",
    )


def _denied(known: Book, request: Request, as_of: date, last: Authorization) -> Iterator[NextStep]:
    why = last.reason or "The reason is not recorded: ask for it."
    yield NextStep(what="Answer the reason: complete the record and ask again, or appeal.", by=last.answer_by, why=why)
    for authority in authorities_over(known, request, as_of):
        for said in authority.says:
            if "sent again" in said or "appeal" in said:
                yield NextStep(what=said, by=None, why=f"{authority.label}.")


def _warnings(found: Followed, as_of: date, warning_days: float) -> Iterator[str]:
    if found.days_left is not None and found.days_left <= warning_days:
        yield f"The decision ends in {found.days_left} days, on {found.valid_until}."
    if found.due is not None and found.due.is_over:
        yield f"The decision was due on {found.due.on}."
    if found.state in ("approved", "partly approved") and found.valid_until is None:
        yield "The last day of the decision is not recorded."
    if found.state in ("approved", "partly approved") and found.sessions_left is None:
        yield "How many sessions were granted is not recorded."
    if found.sessions_left is not None and found.sessions_left < 0:
        yield f"{-found.sessions_left} more sessions were done than granted."


def booking_warnings(found: Followed, booked: Request, day: date) -> list[str]:
    """What speaks against doing a procedure on a day under this authorization; nothing if all fits."""
    warnings: list[str] = []
    if found.state not in ("approved", "partly approved", "not yet valid"):
        warnings.append(f"The request is not approved: {found.state}.")
    if booked.kind != found.kind:
        warnings.append(f"It is for another procedure: {found.label}.")
    if found.valid_from is not None and day < found.valid_from:
        warnings.append(f"The decision begins on {found.valid_from}, after the booked day.")
    if found.valid_until is not None and found.valid_until < day:
        warnings.append(f"The decision ends on {found.valid_until}, before the booked day.")
    if found.sessions_left is not None and found.sessions_left <= 0:
        warnings.append("No session is left.")
    if found.side and booked.side and found.side not in ("both", booked.side):
        warnings.append(f"It is for the {found.side} side.")
    beyond = [level for level in booked.levels if found.levels and level not in found.levels]
    if beyond:
        warnings.append(f"Not granted: {', '.join(beyond)}.")
    return warnings

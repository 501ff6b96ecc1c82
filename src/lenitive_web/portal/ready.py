"""Getting ready: what is planned, what to ask before it, and the same as a calendar file.

Nobody is told to stop a medicine from here. A day is named as the latest last dose *if* the prescriber agrees.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from lenitive.chart import Chart, Request
from lenitive.chart.procedure import Procedure
from lenitive.medicine.content import content
from lenitive.reasoning.assessment import Alert
from lenitive.reasoning.consider import consider
from lenitive.reasoning.education import Education, education_for
from lenitive_web.ledger.selectors import requests_of
from lenitive_web.portal.door import Clinic, OwnPage
from lenitive_web.portal.words import plain_name
from lenitive_web.schedule.models import NOT_BEGUN, Booking, State
from lenitive_web.schedule.selectors import bookings_of

BEYOND_LIGHT = ("moderate", "deep", "general")
BEGUN = (State.TIMED_OUT, State.RECORDED, State.DISCHARGED)
SOON = timedelta(days=7)
"""A visit so near stands before whatever else there is to do."""


@dataclass(frozen=True)
class Ask:
    """A medicine to ask about before anything is stopped, and the latest last dose if the prescriber agrees."""

    medicine: str
    last_dose: date | None
    is_pressing: bool = False
    """Whether that day is today or has gone by: then only a call helps."""


@dataclass(frozen=True)
class Plan:
    """One planned procedure and how to get ready for it. Without ``starts_at`` only the day is known."""

    label: str
    official: str
    kind: str
    on: date
    days_left: int
    starts_at: datetime | None
    asks: Sequence[Ask]
    sedation: str | None
    fasting: bool
    education: Education
    minutes: int | None = None
    """How long the booking is planned to take; none where nothing is booked."""

    @property
    def is_soon(self) -> bool:
        """Whether it stands before everything else on the first page."""
        return self.days_left <= SOON.days

    @property
    def in_words(self) -> str:
        """How far off the day is, as people say it."""
        if self.days_left == 0:
            return _("Today")
        if self.days_left == 1:
            return _("Tomorrow")
        return _("In %(n)s days") % {"n": self.days_left} if self.is_soon else ""

    @property
    def needs_escort(self) -> bool:
        """Whether an adult must take the patient home, as after any sedation."""
        return self.sedation not in (None, "none")


def plans_of(page: OwnPage) -> list[Plan]:
    """What is booked or planned from today on, the soonest first. A booking says more than the request behind it.

    What was begun or done today is not: its request still stands, and there is nothing left to get ready for.
    """
    bookings = bookings_of(page.patient)
    booked = [one for one in bookings if one.state in NOT_BEGUN and one.day >= page.as_of]
    begun = {one.kind for one in bookings if one.state in BEGUN and one.day == page.as_of}
    known = {one.kind for one in booked} | begun | _done_on(page.chart, page.as_of)
    asked = [one for one in requests_of(page.patient) if one.kind not in known and one.on and one.on >= page.as_of]
    pairs: list[tuple[Request, Booking | None]] = [(one.request, one) for one in booked]
    pairs += [(one, None) for one in asked]
    if not pairs:
        return []
    options = consider(page.chart, page.as_of, [request for request, _booking in pairs], page.book).options
    plans = [
        _plan(page, request, booking, option.alerts) for (request, booking), option in zip(pairs, options, strict=True)
    ]
    return sorted(plans, key=lambda plan: plan.on)


def _done_on(chart: Chart, day: date) -> set[str]:
    return {row.kind for row in chart.rows(Procedure) if row.true_on == day}


def _plan(page: OwnPage, request: Request, booking: Booking | None, alerts: Sequence[Alert]) -> Plan:
    on = request.on
    if on is None:
        raise ValueError("A plan without a day")
    return Plan(
        label=plain_name(request.kind),
        official=content().procedures[request.kind].label,
        kind=request.kind,
        on=on,
        days_left=(on - page.as_of).days,
        starts_at=timezone.localtime(booking.starts_at) if booking else None,
        minutes=booking.minutes if booking else None,
        asks=[
            Ask(fact.text, alert.hold_from, is_pressing=bool(alert.hold_from and alert.hold_from <= page.as_of))
            for alert in alerts
            for fact in alert.facts
            if fact.table == "medication"
        ],
        sedation=request.sedation,
        fasting=request.sedation in BEYOND_LIGHT,
        education=education_for(page.book, request.kind),
    )


def calendar_of(plans: Sequence[Plan], practice: str, made_at: datetime, clinic: Clinic | None = None) -> str:
    """The plans as an iCalendar file (RFC 5545): the day itself, and the days by which to ask. No diagnosis in it.

    The day says where to come, for how long, whether with an empty stomach, who drives home, and whom to call.
    """
    events = [event for plan in plans for event in _events(plan, practice, clinic)]
    stamp = f"{made_at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Lenitive//Getting ready//EN", "METHOD:PUBLISH"]
    for begins, ends, summary, *more in events:
        uid = hashlib.sha256(f"{begins}{summary}{practice}".encode()).hexdigest()[:32]
        lines += ["BEGIN:VEVENT", f"UID:{uid}@lenitive", f"DTSTAMP:{stamp}", begins, ends]
        lines += [f"SUMMARY:{_escaped(summary)}", *more, "END:VEVENT"]
    return "".join(f"{_folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def _events(plan: Plan, practice: str, clinic: Clinic | None) -> list[tuple[str, ...]]:
    if plan.starts_at is not None and plan.minutes is not None:
        begins = (f"DTSTART:{plan.starts_at.astimezone(UTC):%Y%m%dT%H%M%SZ}", f"DURATION:PT{plan.minutes}M")
        visit: tuple[str, ...] = (*begins, _("Appointment at %(practice)s") % {"practice": practice})
    else:
        visit = (*_whole_day(plan.on), _("Planned day at %(practice)s") % {"practice": practice})
    visit += _where_and_how(plan, clinic)
    asks = [
        (*_whole_day(one.last_dose), _("Ask before you stop: the clinic told you about a medicine"))
        for one in plan.asks
        if one.last_dose
    ]
    return [visit, *asks]


def _where_and_how(plan: Plan, clinic: Clinic | None) -> tuple[str, ...]:
    """The place, and what to mind: the stomach, the way home, the telephone. Not what is done, nor that one sleeps."""
    said = [
        _("Your stomach must be empty. Your clinic tells you from when on.")
        if plan.fasting
        else _("Ask your clinic whether you may eat before."),
        _("An adult must take you home. Do not drive that day.")
        if plan.needs_escort
        else _("Have somebody with you who can drive."),
    ]
    if clinic and clinic.phone:
        said.append(_("Questions, or you are ill? Call %(phone)s.") % {"phone": clinic.phone})
    place = (f"LOCATION:{_escaped(', '.join(clinic.lines))}",) if clinic and clinic.lines else ()
    return (*place, f"DESCRIPTION:{_escaped(chr(10).join(said))}")


def _whole_day(day: date) -> tuple[str, str]:
    return f"DTSTART;VALUE=DATE:{day:%Y%m%d}", f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> str:
    """A line of at most 75 octets, continued after a blank."""
    parts, part = [], ""
    for letter in line:
        if len((part + letter).encode()) > 74:
            parts.append(part)
            part = ""
        part += letter
    return "\r\n ".join([*parts, part])

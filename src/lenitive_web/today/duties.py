"""What has to be done for patients: holds, diaries, follow-ups, authorizations, each one click from where it is done.

A duty is kept without words in any language; :class:`Duty` says it in the reader's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Literal

import msgspec
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lenitive.chart import Chart
from lenitive.chart.procedure import Procedure
from lenitive.reasoning.assessment import Option
from lenitive.reasoning.authorizations import Followed, authorizations
from lenitive.reasoning.book import Book
from lenitive.reasoning.follow_up import FollowUp, follow_ups
from lenitive.reasoning.goals import goals_set
from lenitive_web.ledger.models import Patient
from lenitive_web.people.roles import Role

Kind = Literal["result", "document", "question", "task", "hold", "diary", "follow_up", "authorization"]

KINDS: dict[str, str | Promise] = {
    "result": gettext_lazy("Results nobody has looked at"),
    "document": gettext_lazy("Sent or brought by patients, not looked at yet"),
    "question": gettext_lazy("Patients ask about a choice"),
    "task": gettext_lazy("My tasks"),
    "hold": gettext_lazy("Medicines to hold"),
    "diary": gettext_lazy("Block diaries not filled"),
    "follow_up": gettext_lazy("Follow-ups due"),
    "authorization": gettext_lazy("Authorizations"),
}
FOR: dict[str, tuple[Kind, ...]] = {
    Role.PHYSICIAN: ("result", "document", "question", "diary", "follow_up", "hold", "authorization"),
    Role.NURSE: ("result", "document", "question", "hold", "diary", "follow_up"),
    Role.AUTHORIZATION: ("authorization",),
}
"""What each role is shown, in its order."""
OVER = ("withdrawn", "used up", "refused in appeal")
NEVER_LATE = ("result", "document", "question", "diary", "follow_up")
"""Nobody is late in asking how a patient is, or in reading what came."""
AHEAD = timedelta(days=1)
"""A hold is told on the day before it begins."""


class Duty(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing to do for one patient, without words. ``about`` is the procedure's name or the drug's."""

    kind: Kind
    why: Literal["hold", "not reported", "still holds", "request", "task", "goal", "result", "document", "question"]
    about: str
    due: date | None = None
    on: date | None = None
    more: str = ""
    step: str = ""
    place: str = ""

    @property
    def words(self) -> str:
        """What it is about, in the reader's language."""
        return _SAID[self.why](self)

    @property
    def action(self) -> str:
        """What is done about it."""
        words = {
            "hold": _("Tell the patient"),
            "not reported": _("Record the relief"),
            "still holds": _("Record a follow-up"),
            "request": self.step or _("Look at it"),
            "task": _("Open the request"),
            "goal": _("Say what came of it"),
            "result": _("Look at it"),
            "document": _("Look at it"),
            "question": _("Read the questions"),
        }
        return words[self.why]

    def address(self, patient: Patient) -> str:
        """Where it is done."""
        if self.why in ("not reported", "still holds"):
            return reverse("follow_up", args=[patient.public_id, self.place])
        if self.why == "document":
            return reverse("document", args=[patient.public_id, self.place])
        if self.why == "question":
            return reverse("own_pages", args=[patient.public_id])
        if self.why == "result":
            return reverse("story", args=[patient.public_id])
        if self.why == "goal":
            return reverse("goal_outcome", args=[patient.public_id, self.place])
        route = "procedure" if self.kind == "hold" else "authorization"
        return reverse(route, args=[patient.public_id]) + (f"#{self.place}" if self.place else "")

    def is_late(self, day: date) -> bool:
        """Whether the day by which it was due has gone by."""
        return self.kind not in NEVER_LATE and self.due is not None and self.due < day


def _day(day: date | None) -> str:
    return date_format(day) if day else _("a day not recorded")


_SAID: dict[str, Callable[[Duty], str]] = {
    "hold": lambda duty: (
        _("%(drug)s, from %(day)s, for %(procedure)s on %(on)s")
        % {"drug": duty.about, "day": _day(duty.due), "procedure": duty.more, "on": _day(duty.on)}
    ),
    "not reported": lambda duty: (
        (
            _("%(procedure)s on %(day)s: nobody recorded how much it helped")
            if duty.kind == "diary"
            else _("%(procedure)s on %(day)s: call and ask how the patient is, and how much it helped")
        )
        % {"procedure": duty.about, "day": _day(duty.on)}
    ),
    "still holds": lambda duty: (
        _("%(procedure)s on %(day)s: does the relief still hold?") % {"procedure": duty.about, "day": _day(duty.on)}
    ),
    "request": lambda duty: f"{duty.about}, {duty.more}",
    "task": lambda duty: duty.about,
    "result": lambda duty: _("%(what)s, written on %(day)s") % {"what": duty.about, "day": _day(duty.due)},
    "document": lambda duty: _("%(what)s, came on %(day)s") % {"what": duty.about, "day": _day(duty.on)},
    "question": lambda duty: _("%(what)s, asked on %(day)s") % {"what": duty.about, "day": _day(duty.on)},
    "goal": lambda duty: _("Goal for %(day)s: %(goal)s") % {"day": _day(duty.due), "goal": duty.about},
}


def news(labels: Sequence[str], at: datetime) -> Duty:
    """Results that came from outside: what they are about, and the moment since which somebody has to look."""
    some = ", ".join(list(dict.fromkeys(labels))[:NAMED])
    about = f"{some}, …" if len(set(labels)) > NAMED else some
    return Duty(kind="result", why="result", about=about, due=timezone.localtime(at).date(), more=at.isoformat())


NAMED = 3
"""So many results are named; the page of the patient has them all."""


def duties_of(chart: Chart, booked: Sequence[Option], as_of: date, known: Book) -> Iterator[Duty]:
    """What is owed to a patient, also what becomes due only later: a reader leaves out what is not due yet."""
    yield from _holds(booked)
    yield from _after_procedures(chart, as_of, known)
    yield from _authorizations(chart, as_of, known)
    yield from _goals(chart, as_of, known)


def _holds(booked: Sequence[Option]) -> Iterator[Duty]:
    """Medicines to hold for what is booked."""
    for option in booked:
        for alert in option.alerts:
            if alert.hold_from is not None:
                yield Duty(
                    kind="hold",
                    why="hold",
                    about=alert.title,
                    due=alert.hold_from,
                    on=option.request.on,
                    more=option.label,
                )


def _after_procedures(chart: Chart, as_of: date, known: Book) -> Iterator[Duty]:
    """Blocks without a reading, procedures nobody asked about, relief that has by then lasted as long as it should."""
    for told in follow_ups(known, chart, as_of):
        is_test = _is_test(chart, told, known)
        if told.meaning == "not known":
            due = told.on + timedelta(days=0 if is_test else 1) if told.on else None
            kind: Kind = "diary" if is_test else "follow_up"
            yield Duty(kind=kind, why="not reported", about=told.label, due=due, on=told.on, place=told.procedure)
        elif ask_on := _ask_again_on(told):
            yield Duty(
                kind="follow_up", why="still holds", about=told.label, due=ask_on, on=told.on, place=told.procedure
            )


def _is_test(chart: Chart, told: FollowUp, known: Book) -> bool:
    entry = known.content.procedures[told.kind]
    row = next(row for row in chart.rows(Procedure) if row.id == told.procedure)
    return (row.intent or entry.role) == "diagnostic"


def _ask_again_on(told: FollowUp) -> date | None:
    """The day from which the relief can have lasted long enough, while nobody knows whether it did."""
    response, days = told.response, told.standard.days
    if told.on is None or days is None or response is None or response.enough != "met":
        return None
    lasted = response.days or 0.0
    is_open = told.relief_lasts is not False and lasted < days
    return told.on + timedelta(days=round(days)) if is_open else None


def _authorizations(chart: Chart, as_of: date, known: Book) -> Iterator[Duty]:
    """Requests to payers that wait, want something, or expire."""
    for followed in authorizations(chart, as_of, known):
        if followed.state in OVER or not (followed.next or followed.warnings):
            continue
        step = followed.next[0] if followed.next else None
        yield Duty(
            kind="authorization",
            why="request",
            about=followed.label,
            due=step.by if step and step.by else followed.valid_until,
            more=": ".join(_told(followed)),
            step=step.what if step else "",
        )


def _goals(chart: Chart, as_of: date, known: Book) -> Iterator[Duty]:
    """Goals of which somebody has to say, on their day, what came of them."""
    for goal in goals_set(known, chart, as_of):
        if goal.outcome is None and goal.due is not None:
            about = goal.text or goal.label
            yield Duty(kind="follow_up", why="goal", about=about, due=goal.due, on=goal.set_on, place=goal.id)


def _told(followed: Followed) -> Iterator[str]:
    yield followed.state
    if followed.warnings:
        yield followed.warnings[0]

"""What has to be done for patients today: holds, diaries, follow-ups, authorizations, each one click away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lenitive.chart import Chart
from lenitive.chart.request import Request
from lenitive.reasoning.authorizations import Followed, authorizations
from lenitive.reasoning.book import book
from lenitive.reasoning.consider import consider
from lenitive.reasoning.follow_up import FollowUp, follow_ups
from lenitive_web.authorization.selectors import open_tasks
from lenitive_web.ledger.models import Patient
from lenitive_web.ledger.selectors import KEPT, chart_of
from lenitive_web.people.models import Practice, User
from lenitive_web.people.roles import Role

KINDS: dict[str, str | Promise] = {
    "task": gettext_lazy("My tasks"),
    "hold": gettext_lazy("Medicines to hold"),
    "diary": gettext_lazy("Block diaries not filled"),
    "follow_up": gettext_lazy("Follow-ups due"),
    "authorization": gettext_lazy("Authorizations"),
}
FOR: dict[str, tuple[str, ...]] = {
    Role.PHYSICIAN: ("diary", "follow_up", "hold", "authorization"),
    Role.NURSE: ("hold", "diary", "follow_up"),
    Role.AUTHORIZATION: ("authorization",),
}
"""What each role is shown, in its order."""
OVER = ("withdrawn", "used up", "refused in appeal")


@dataclass(frozen=True)
class Duty:
    """One thing to do for one patient, with the address where it is done."""

    kind: str
    words: str
    action: str | Promise
    address: str
    due: date | None
    is_late: bool


@dataclass(frozen=True)
class Owed:
    """A duty and the patient to whom it is owed."""

    patient: Patient
    duty: Duty


def duties_by_kind(
    patients: Sequence[Patient], booked: dict[int, list[Request]], as_of: date, role: str
) -> dict[str, list[Owed]]:
    """What is to be done for these patients, by kind in the order of a role; what is late comes first."""
    found: dict[str, list[Owed]] = {kind: [] for kind in FOR.get(role, ())}
    for patient in patients:
        requests = tuple(booked.get(patient.pk, ()))
        for duty in _duties(patient.public_id, (patient.last_entry, patient.last_entry_at), requests, as_of):
            if duty.kind in found:
                found[duty.kind].append(Owed(patient, duty))
    return {kind: sorted(rows, key=_urgency) for kind, rows in found.items() if rows}


def my_tasks(practice: Practice, who: User, as_of: date) -> list[Owed]:
    """What this person was asked to get for a request to a payer, what is due first."""
    return [
        Owed(
            task.patient,
            Duty(
                kind="task",
                words=task.what,
                action=_("Open the request"),
                address=f"{reverse('authorization', args=[task.patient.public_id])}#{task.kind}",
                due=task.due_on,
                is_late=task.is_late(as_of),
            ),
        )
        for task in open_tasks(practice, who)
    ]


def _urgency(owed: Owed) -> tuple[bool, int]:
    """Late things first; then what is due soonest, or happened last."""
    due = owed.duty.due or date.max
    return (not owed.duty.is_late, due.toordinal() if owed.duty.kind != "follow_up" else -due.toordinal())


@lru_cache(maxsize=KEPT)
def _duties(
    public_id: UUID, version: tuple[int, datetime | None], booked: tuple[Request, ...], as_of: date
) -> tuple[Duty, ...]:
    """Worked out once for a version of the chart, what is booked, and a day."""
    patient = Patient.objects.get(public_id=public_id)
    chart = chart_of(patient, as_of)
    return (
        *_holds(public_id, chart, booked, as_of),
        *_after_procedures(public_id, chart, as_of),
        *_authorizations(public_id, chart, as_of),
    )


def _holds(public_id: UUID, chart: Chart, booked: Sequence[Request], as_of: date) -> Iterator[Duty]:
    """Medicines whose hold began, or begins tomorrow, for a procedure that is booked."""
    options = consider(chart, as_of, booked).options if booked else []
    for request, option in zip(booked, options, strict=True):
        for alert in option.alerts:
            if alert.hold_from is not None and alert.hold_from <= as_of + timedelta(days=1):
                yield Duty(
                    kind="hold",
                    words=_("%(title)s, from %(day)s, for %(procedure)s on %(on)s")
                    % {"title": alert.title, "day": alert.hold_from, "procedure": option.label, "on": request.on},
                    action=_("Tell the patient"),
                    address=reverse("procedure", args=[public_id]),
                    due=alert.hold_from,
                    is_late=alert.hold_from < as_of,
                )


def _after_procedures(public_id: UUID, chart: Chart, as_of: date) -> Iterator[Duty]:
    """Blocks without a reading, procedures nobody asked about, relief that has by now lasted as long as it should."""
    for told in follow_ups(book(), chart, as_of):
        address = reverse("follow_up", args=[public_id, told.procedure])
        if told.meaning == "not known" and told.on == as_of and not _is_test(chart, told):
            continue
        if told.meaning == "not known":
            kind = "diary" if _is_test(chart, told) else "follow_up"
            words = _("%(procedure)s on %(day)s: nobody recorded how much it helped") % _named(told)
            yield Duty(kind, words, _("Record the relief"), address, told.on, is_late=False)
        elif (ask_on := _ask_again_on(told)) and ask_on <= as_of:
            words = _("%(procedure)s on %(day)s: does the relief still hold?") % _named(told)
            yield Duty("follow_up", words, _("Record a follow-up"), address, ask_on, is_late=False)


def _named(told: FollowUp) -> dict[str, object]:
    return {"procedure": told.label, "day": told.on or _("a day not recorded")}


def _is_test(chart: Chart, told: FollowUp) -> bool:
    entry = book().content.procedures[told.kind]
    row = next(row for row in chart.table("procedure") if row.id == told.procedure)
    return (row.intent or entry.role) == "diagnostic"  # type: ignore[attr-defined]


def _ask_again_on(told: FollowUp) -> date | None:
    """The day from which the relief can have lasted long enough, while nobody knows whether it did."""
    response, days = told.response, told.standard.days
    if told.on is None or days is None or response is None or response.enough != "met":
        return None
    lasted = response.days or 0.0
    is_open = told.relief_lasts is not False and lasted < days
    return told.on + timedelta(days=round(days)) if is_open else None


def _authorizations(public_id: UUID, chart: Chart, as_of: date) -> Iterator[Duty]:
    """Requests to payers that wait, want something, or expire."""
    for followed in authorizations(chart, as_of):
        if followed.state in OVER or not (followed.next or followed.warnings):
            continue
        step = followed.next[0] if followed.next else None
        due = step.by if step and step.by else followed.valid_until
        yield Duty(
            kind="authorization",
            words=": ".join(_told(followed)),
            action=step.what if step else _("Look at it"),
            address=reverse("authorization", args=[public_id]),
            due=due,
            is_late=due is not None and due < as_of,
        )


def _told(followed: Followed) -> Iterator[str]:
    yield f"{followed.label}, {followed.state}"
    if followed.warnings:
        yield followed.warnings[0]

"""Reminders: that there is something to do, never what. Whoever reads over a shoulder learns nothing."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from smtplib import SMTPException
from typing import Literal

from django.core.mail import send_mail
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lenitive_web.audit.actions import write_event
from lenitive_web.ledger.models import Patient
from lenitive_web.ledger.selectors import chart_of, requests_of
from lenitive_web.people.models import User
from lenitive_web.portal.aids import shared_aids
from lenitive_web.portal.diary import blocks_to_follow
from lenitive_web.portal.models import BlockDiary, Draft, OwnChart, Reminder
from lenitive_web.schedule.models import NOT_BEGUN
from lenitive_web.schedule.selectors import bookings_of

log = logging.getLogger("lenitive_web.reminders")
Outcome = Literal["sent", "before", "failed"]
AHEAD = (14, 7, 1)
"""So many days before a planned day."""
LEFT_FOR = timedelta(days=2)
"""After which something that was begun is recalled."""
NOT_READ_FOR = timedelta(days=1)
"""After which a page that was not opened is recalled."""


def send_reminders(on: date) -> Counter[Outcome]:
    """Remind every patient with an account who has something to do on a day, once; how often what came of it."""
    return Counter(_remind(own.user, own.patient, on) for own in _to_remind(on))


def _to_remind(on: date) -> Iterator[OwnChart]:
    for own in OwnChart.objects.select_related("user", "patient__practice").filter(user__is_active=True).order_by("pk"):
        if any(asks(own.patient, on) for asks in (_has_left_something, _is_near, _has_diary, _has_not_read)):
            yield own


def _has_left_something(patient: Patient, on: date) -> bool:
    return Draft.objects.filter(patient=patient, changed_at__date=on - LEFT_FOR).exists()


def _is_near(patient: Patient, on: date) -> bool:
    days = [one.on for one in requests_of(patient) if one.on]
    days += [one.day for one in bookings_of(patient) if one.state in NOT_BEGUN]
    return any((day - on).days in AHEAD for day in days)


def _has_diary(patient: Patient, on: date) -> bool:
    """Whether a diary of a recent block was not finished."""
    closed = BlockDiary.objects.filter(patient=patient, closed_at__isnull=False).values_list("procedure", flat=True)
    return any(block.id not in closed for block in blocks_to_follow(chart_of(patient, on), on))


def _has_not_read(patient: Patient, on: date) -> bool:
    """Whether a decision aid was put there and not opened on the day after."""
    unread = shared_aids(patient).filter(opened_at=None)
    return unread.filter(shared_at__date=on - NOT_READ_FOR).exists()


def _remind(user: User, patient: Patient, on: date) -> Outcome:
    """One mail a day at most: the row that says so is written first, and taken back if the mail does not go out."""
    try:
        with transaction.atomic():
            Reminder.objects.create(patient=patient, on=on)
            write_event(practice=patient.practice, by=None, action="reminder.send", patient=patient.public_id)
            send_mail(_subject(patient), _body(patient), None, [user.email])
    except IntegrityError:
        return "before"
    except (SMTPException, OSError) as problem:
        log.error("A reminder was not sent: %s", type(problem).__name__)
        return "failed"
    return "sent"


def _subject(patient: Patient) -> str:
    return _("Something is waiting on your pages at %(practice)s") % {"practice": patient.practice.name}


def _body(patient: Patient) -> str:
    return _(
        "There is something for you on your own pages at %(practice)s.\n\n"
        "Sign in as you always do. This mail has no link on purpose: never follow one from a mail that asks you to "
        "sign in."
    ) % {"practice": patient.practice.name}

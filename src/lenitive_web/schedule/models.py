"""Rooms, bookings, and the steps of a booking's day. What is clinical about them stands in the ledger."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
from django.db import models
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lenitive.chart import Request
from lenitive.medicine.content import content


class Imaging(models.TextChoices):
    """What a room can see with."""

    FLUOROSCOPY = "fluoroscopy", _("Fluoroscopy")
    CT = "ct", _("CT")
    ULTRASOUND = "ultrasound", _("Ultrasound")
    NONE = "none", _("No imaging")


class Place(models.Model):
    """A room of the practice in which procedures are done."""

    practice = models.ForeignKey("people.Practice", on_delete=models.PROTECT, related_name="places")
    name = models.CharField(_("room"), max_length=80)
    imaging = models.CharField(_("imaging"), max_length=20, choices=Imaging.choices)

    class Meta:
        ordering = ("name", "pk")
        constraints = (models.UniqueConstraint(fields=["practice", "name"], name="one_place_one_name"),)

    def __str__(self) -> str:
        return self.name


class State(models.TextChoices):
    """How far a booking has come."""

    BOOKED = "booked", _("Booked")
    PREPARED = "prepared", _("Checked, not signed")
    SIGNED = "signed", _("Signed, not checked")
    READY = "ready", _("Ready")
    TIMED_OUT = "timed_out", _("In progress")
    RECORDED = "recorded", _("In recovery")
    DISCHARGED = "discharged", _("Gone home")
    CANCELLED = "cancelled", _("Cancelled")


NOT_BEGUN = (State.BOOKED, State.PREPARED, State.SIGNED, State.READY)
"""The states in which a booking may still be moved or cancelled."""


class StepName(models.TextChoices):
    """What happens on the day, in the order in which it happens."""

    CHECKLIST = "checklist", _("Checklist")
    CONSENT = "consent", _("Consent")
    TIME_OUT = "time_out", _("Time-out")
    RECORD = "record", _("Record")
    RECOVERY = "recovery", _("Recovery")
    DISCHARGE = "discharge", _("Discharge")


class Booking(models.Model):
    """One procedure for one patient at one time. ``body`` is the request of the chart, with its side and levels."""

    practice = models.ForeignKey("people.Practice", on_delete=models.PROTECT, related_name="bookings")
    patient = models.ForeignKey("ledger.Patient", on_delete=models.PROTECT, related_name="bookings")
    number = models.PositiveIntegerField(help_text="counts the bookings of one patient")
    kind = models.CharField(max_length=120)
    body = models.JSONField()
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="bookings", verbose_name=_("room"))
    operator = models.ForeignKey(
        "people.User", on_delete=models.PROTECT, related_name="operates", verbose_name=_("operator")
    )
    escort = models.CharField(_("who takes the patient home"), max_length=120, blank=True)
    exception = models.TextField(blank=True, help_text="why it is done although a gate is closed")
    exception_by = models.ForeignKey("people.User", on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=20, choices=State.choices, default=State.BOOKED)
    version = models.PositiveIntegerField(default=1, help_text="grows with each change, so that two editors are told")

    class Meta:
        ordering = ("starts_at", "pk")
        indexes = (models.Index(fields=["practice", "starts_at"]),)
        constraints = (models.UniqueConstraint(fields=["patient", "number"], name="one_booking_one_number"),)

    def __str__(self) -> str:
        return f"booking #{self.pk}"

    @property
    def request(self) -> Request:
        """What is asked for, on the booked day."""
        return msgspec.structs.replace(msgspec.convert(self.body, Request), on=self.day)

    @property
    def day(self) -> date:
        """The day, on the clinic's clock."""
        return timezone.localtime(self.starts_at).date()

    @property
    def label(self) -> str:
        """The procedure by its name."""
        return content().procedures[self.kind].label

    @property
    def where(self) -> str:
        """Side and levels in a few words."""
        asked = self.request
        return ", ".join(part for part in (asked.side, " ".join(asked.levels)) if part)

    @property
    def minutes(self) -> int:
        """How long it is planned to take."""
        return round((self.ends_at - self.starts_at).total_seconds() / 60)

    @property
    def may_move(self) -> bool:
        """Whether it has not begun."""
        return self.state in NOT_BEGUN

    @property
    def look(self) -> str:
        """The colour of its chip."""
        return _LOOKS[State(self.state)]

    @property
    def state_word(self) -> str | Promise:
        """The word on its chip."""
        return State(self.state).label


_LOOKS = {
    State.BOOKED: "plain",
    State.PREPARED: "wait",
    State.SIGNED: "wait",
    State.READY: "good",
    State.TIMED_OUT: "open",
    State.RECORDED: "open",
    State.DISCHARGED: "plain",
    State.CANCELLED: "bad",
}


class Step(models.Model):
    """Something done on the day, written down once; doing it again is a new row. ``body`` names the facts written."""

    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="steps")
    name = models.CharField(max_length=20, choices=StepName.choices)
    at = models.DateTimeField()
    by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    body: Any = models.JSONField()

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.name} of booking #{self.booking_id}"


class Arrival(models.Model):
    """The patient of a booking is here, so that nobody has to ask in the waiting room."""

    booking = models.OneToOneField(Booking, on_delete=models.PROTECT, related_name="arrival")
    at = models.DateTimeField(_("arrived"))
    by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"arrival of booking #{self.booking_id}"

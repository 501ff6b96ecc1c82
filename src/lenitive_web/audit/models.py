"""One event of the chain."""

from __future__ import annotations

from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _


class Event(models.Model):
    """Somebody read or changed something. It carries the hash of the event before; the database refuses changes."""

    at = models.DateTimeField(_("when"))
    practice = models.ForeignKey("people.Practice", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey("people.User", on_delete=models.PROTECT, null=True, related_name="+")
    role = models.CharField(_("role"), max_length=20)
    address = models.GenericIPAddressField(_("from"), null=True)
    action = models.CharField(_("what"), max_length=60)
    patient = models.UUIDField(_("patient"), null=True)
    about = models.CharField(_("about"), max_length=200, blank=True)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ("-pk",)
        indexes = (
            models.Index(fields=["practice", "-id"]),
            models.Index(fields=["patient", "-id"]),
        )

    def __str__(self) -> str:
        return f"{self.action} #{self.pk}"

    @property
    def patients(self) -> list[UUID]:
        """Whose data were read or changed: the one patient, or everybody who stood on a list."""
        return [self.patient] if self.patient else [one.patient for one in self.shown.all()]


class Shown(models.Model):
    """A patient who stood on a page of a list. The event's hash covers all of its own; the database refuses changes."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="shown")
    patient = models.UUIDField(_("patient"))

    class Meta:
        ordering = ("patient",)
        constraints = (models.UniqueConstraint(fields=["patient", "event"], name="shown_once"),)

    def __str__(self) -> str:
        return f"in event #{self.event_id}"

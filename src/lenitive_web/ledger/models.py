"""A patient, and the facts about the patient. A fact has the chart's shape; here stands who wrote it when."""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _


class Patient(models.Model):
    """Somebody whose chart a practice keeps. Name and day of birth serve to find it; the facts are in the ledger."""

    practice = models.ForeignKey("people.Practice", on_delete=models.PROTECT, related_name="patients")
    public_id = models.UUIDField(_("identifier"), default=uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=200)
    birth_date = models.DateField(_("day of birth"), null=True, blank=True)
    last_entry = models.BigIntegerField(default=0, help_text="the number of the latest entry: the chart's version")
    last_entry_at = models.DateTimeField(null=True, blank=True, help_text="when that entry was written")

    class Meta:
        ordering = ("name", "pk")
        indexes = (
            models.Index(fields=["practice", "name"]),
            models.Index(fields=["practice", "birth_date"]),
            models.Index(fields=["practice", "-last_entry_at"]),
        )

    def __str__(self) -> str:
        return f"patient {self.public_id}"


class Entry(models.Model):
    """One fact, written down once. ``body`` is the fact of the chart; the columns beside it serve to search."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="entries")
    table = models.CharField(max_length=30)
    fact_id = models.CharField(max_length=120)
    true_on = models.DateField(null=True)
    recorded_at = models.DateTimeField()
    by = models.ForeignKey("people.User", on_delete=models.PROTECT, null=True, related_name="+")
    source = models.CharField(max_length=200)
    body = models.JSONField()
    supersedes = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ("pk",)
        verbose_name_plural = "entries"
        constraints = (models.UniqueConstraint(fields=["patient", "fact_id"], name="one_fact_one_id"),)

    def __str__(self) -> str:
        return f"{self.table} #{self.pk}"


class RequestMade(models.Model):
    """A procedure that the clinic asks for, as decided on a day. A later one for the same procedure takes its place."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="requests")
    kind = models.CharField(max_length=120)
    recorded_at = models.DateTimeField()
    by = models.ForeignKey("people.User", on_delete=models.PROTECT, null=True, related_name="+")
    body = models.JSONField()
    withdrawn = models.BooleanField(default=False)

    class Meta:
        ordering = ("pk",)
        verbose_name_plural = "requests made"

    def __str__(self) -> str:
        return f"request #{self.pk}"

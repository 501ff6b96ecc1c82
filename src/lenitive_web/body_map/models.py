"""What a patient drew, kept as it was given. The complaint that follows from it is a fact of the chart."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Drawing(models.Model):
    """One body map as somebody filled it in. A later one is a new row."""

    patient = models.ForeignKey("ledger.Patient", on_delete=models.PROTECT, related_name="drawings")
    drawn_at = models.DateTimeField(_("drawn at"))
    by = models.ForeignKey("people.User", on_delete=models.PROTECT, null=True, related_name="+")
    marks = models.JSONField()

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"drawing #{self.pk}"

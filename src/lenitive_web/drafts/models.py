"""A form that somebody has begun about a patient."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.http import QueryDict


class Draft(models.Model):
    """What one person typed into one form about one patient. Once written down or thrown away, it holds nothing more.

    ``edition`` grows with every change, so that a window that shows an older one never overwrites a newer one.
    """

    patient = models.ForeignKey("ledger.Patient", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    form = models.CharField(max_length=120)
    body = models.JSONField(default=dict)
    version = models.BigIntegerField(default=0, help_text="the chart's version that the person saw")
    edition = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        constraints: ClassVar = [models.UniqueConstraint(fields=["patient", "by", "form"], name="one_draft_of_a_form")]

    def __str__(self) -> str:
        return f"draft of a form #{self.pk}"

    @property
    def typed(self) -> QueryDict:
        """What was typed, as the form would send it."""
        query = QueryDict(mutable=True)
        values: Any
        for name, values in self.body.items():
            query.setlist(name, values)
        return query

"""A choice between two readings of a policy, written down once; a later one about the same point takes its place."""

from __future__ import annotations

from django.db import models


class ReadingChosen(models.Model):
    """From a day on, the practice reads one open point so, and says why."""

    practice = models.ForeignKey("people.Practice", on_delete=models.PROTECT, related_name="readings")
    point = models.CharField(max_length=200, help_text="the rows that the other reading changes")
    otherwise = models.BooleanField(help_text="read otherwise than the knowledge base does")
    reason = models.CharField(max_length=500)
    at = models.DateTimeField()
    by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("pk",)
        verbose_name_plural = "readings chosen"
        indexes = (models.Index(fields=["practice", "point"]),)

    def __str__(self) -> str:
        return f"reading #{self.pk}"

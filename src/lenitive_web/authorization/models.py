"""A task: something that is missing for a request, who sees to it, until when, and whether it was done.

Where a request stands is no table of its own: its steps are facts of the chart, and the rest follows from them.
"""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Ending(models.TextChoices):
    """How a task ended."""

    DONE = "done", _("Done")
    DROPPED = "dropped", _("Not needed")


class Task(models.Model):
    """One question or document to get for a procedure that is asked for. It is ended once, and never removed."""

    practice = models.ForeignKey("people.Practice", on_delete=models.PROTECT, related_name="tasks")
    patient = models.ForeignKey("ledger.Patient", on_delete=models.PROTECT, related_name="tasks")
    kind = models.CharField(max_length=120, help_text="the procedure that is asked for")
    what = models.TextField(_("what is missing"))
    assigned_to = models.ForeignKey(
        "people.User", on_delete=models.PROTECT, related_name="tasks", verbose_name=_("who sees to it")
    )
    due_on = models.DateField(_("until when"), null=True, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    ending = models.CharField(max_length=10, choices=Ending.choices, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("people.User", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = (models.F("due_on").asc(nulls_last=True), "pk")
        indexes = (models.Index(fields=["practice", "ending", "due_on"]),)
        constraints = (
            models.UniqueConstraint(
                fields=["patient", "kind", "what"], condition=Q(ending=""), name="one_open_task_for_one_question"
            ),
        )

    def __str__(self) -> str:
        return f"task #{self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to see to it."""
        return not self.ending

    def is_late(self, day: date) -> bool:
        """Whether it should have been done before a day."""
        return self.is_open and self.due_on is not None and self.due_on < day

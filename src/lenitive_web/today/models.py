"""What a glance at each chart found. All of it is derived: thrown away, it is worked out again from the ledger."""

from __future__ import annotations

from django.db import models


class Glance(models.Model):
    """What the first page shows of one patient, as worked out on a day from a version of the chart.

    It holds for that day only, because time alone changes answers; ``release`` tells the knowledge and the program that
    worked it out. A chart that could not be worked out keeps ``problem``, and is told on the page.
    """

    patient = models.OneToOneField("ledger.Patient", on_delete=models.CASCADE, primary_key=True, related_name="glance")
    practice = models.ForeignKey("people.Practice", on_delete=models.CASCADE, related_name="+")
    version = models.BigIntegerField(help_text="the chart's version that was looked at")
    day = models.DateField()
    release = models.CharField(max_length=40)
    rank = models.PositiveSmallIntegerField(help_text="the worst alert: 0 an emergency, 9 none")
    unasked = models.PositiveSmallIntegerField(default=0, help_text="so many red flags nobody fully asked about")
    problem = models.CharField(max_length=80, blank=True, help_text="the kind of error that kept it from being read")
    body = models.JSONField()

    class Meta:
        indexes = (
            models.Index(fields=["practice", "rank", "patient"]),
            models.Index(fields=["practice", "day", "release", "problem"]),
            models.Index(fields=["practice", "unasked", "patient"], name="glances_by_red_flags_unasked"),
        )

    def __str__(self) -> str:
        return f"glance at patient #{self.pk}"


class Owed(models.Model):
    """One thing to do for one patient: a row of the first page. ``body`` holds what its words are made of."""

    patient = models.ForeignKey("ledger.Patient", on_delete=models.CASCADE, related_name="+")
    practice = models.ForeignKey("people.Practice", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20)
    due = models.DateField(null=True)
    body = models.JSONField()

    class Meta:
        verbose_name_plural = "owed"
        indexes = (models.Index(fields=["practice", "kind", "due"]),)

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"

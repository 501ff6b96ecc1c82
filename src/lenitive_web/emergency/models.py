"""An access that was opened in an emergency, and what the auditor thought of it. Both only grow."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Access(models.Model):
    """Somebody opened a chart in an emergency. The patient is named as in the audit, by the public identifier."""

    practice = models.ForeignKey("people.Practice", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    patient = models.UUIDField(_("patient"))
    reason = models.CharField(_("reason"), max_length=500)
    opened_at = models.DateTimeField(_("opened"))
    until = models.DateTimeField(_("open until"))

    class Meta:
        ordering = ("-pk",)
        verbose_name_plural = "accesses"
        indexes = (models.Index(fields=["by", "patient", "-until"]),)

    def __str__(self) -> str:
        return f"emergency access #{self.pk}"


class Review(models.Model):
    """What the auditor found."""

    access = models.OneToOneField(Access, on_delete=models.PROTECT, related_name="review")
    by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    justified = models.BooleanField(_("justified"))
    note = models.CharField(_("note"), max_length=500, blank=True)
    at = models.DateTimeField(_("reviewed"))

    def __str__(self) -> str:
        return f"review #{self.pk}"

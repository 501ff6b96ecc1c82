"""What was written in letters, edition by edition; when they were sent on and answered; and the book of partners."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Sort(models.TextChoices):
    """The letters that can be changed."""

    NECESSITY = "necessity", _("Letter of medical necessity")
    APPEAL = "appeal", _("Appeal")
    REFERRAL = "referral", _("Letter to a partner")


class Partner(models.Model):
    """Somebody whom letters of the practice often go to."""

    practice = models.ForeignKey("people.Practice", on_delete=models.PROTECT, related_name="partners")
    name = models.CharField(_("name"), max_length=200)
    work = models.CharField(_("what they do"), max_length=200, blank=True)
    address = models.TextField(_("address"), max_length=600, blank=True)

    class Meta:
        ordering = ("name",)
        constraints = (models.UniqueConstraint(fields=["practice", "name"], name="one_partner_one_name"),)

    def __str__(self) -> str:
        return self.name


class LetterEdition(models.Model):
    """A letter as somebody left it. It only grows: the last edition stands, and the earlier ones say who wrote what.

    ``written`` holds by its key what stands in place of each changed paragraph: the text, and the proposal that its
    writer saw. A paragraph that is not in it stands as it is proposed, from the chart as it is known then.
    """

    patient = models.ForeignKey("ledger.Patient", on_delete=models.PROTECT, related_name="letter_editions")
    sort = models.CharField(max_length=20, choices=Sort.choices)
    about = models.CharField(max_length=120, help_text="the procedure, or the partner of the plan")
    edition = models.PositiveIntegerField()
    written = models.JSONField(default=dict)
    to_name = models.CharField(max_length=200, blank=True)
    to_address = models.TextField(max_length=600, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("edition",)
        constraints = (
            models.UniqueConstraint(fields=["patient", "sort", "about", "edition"], name="one_edition_one_number"),
        )

    def __str__(self) -> str:
        return f"letter edition #{self.pk}"


class StepKind(models.TextChoices):
    """What can become of a letter."""

    SENT = "sent", _("Sent")
    ANSWERED = "answered", _("Answered")


class LetterStep(models.Model):
    """A letter was sent, or answered. It only grows."""

    patient = models.ForeignKey("ledger.Patient", on_delete=models.PROTECT, related_name="letter_steps")
    sort = models.CharField(max_length=20, choices=Sort.choices)
    about = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=StepKind.choices)
    on = models.DateField()
    to_name = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("on", "pk")

    def __str__(self) -> str:
        return f"letter step #{self.pk}"

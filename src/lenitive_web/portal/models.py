"""What the patient's own pages keep beside the ledger: who the patient is here, and what is half done.

What a patient tells becomes facts when it is sent. Nothing clinical stands here but drafts, which are removed then.
"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class OwnChart(models.Model):
    """Which chart is the own one of an account with the role of a patient."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="own_chart")
    patient = models.OneToOneField("ledger.Patient", on_delete=models.PROTECT, related_name="own_account")
    opened_at = models.DateTimeField(_("opened at"))

    def __str__(self) -> str:
        return f"own chart #{self.pk}"


class Invitation(models.Model):
    """One link, for one patient, once. Only a hash of it is kept."""

    patient = models.ForeignKey("ledger.Patient", on_delete=models.PROTECT, related_name="invitations")
    email = models.EmailField(_("email address"))
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(_("made at"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    expires_at = models.DateTimeField(_("expires at"))
    tries = models.PositiveSmallIntegerField(default=0, help_text="wrong days of birth so far")
    used_at = models.DateTimeField(_("used at"), null=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"invitation #{self.pk}"


class Draft(models.Model):
    """A form that a patient has begun. It is gone once it is sent."""

    patient = models.ForeignKey("ledger.Patient", on_delete=models.PROTECT, related_name="drafts")
    kind = models.CharField(max_length=60)
    body = models.JSONField(default=dict)
    changed_at = models.DateTimeField(_("changed at"))

    class Meta:
        ordering = ("pk",)
        constraints: ClassVar = [models.UniqueConstraint(fields=["patient", "kind"], name="one_draft_of_a_kind")]

    def __str__(self) -> str:
        return f"draft #{self.pk}"


class BlockDiary(models.Model):
    """The hours after a diagnostic block: when it was and how strong the pain was before. Each tap is a relief fact."""

    patient = models.ForeignKey("ledger.Patient", on_delete=models.PROTECT, related_name="block_diaries")
    procedure = models.CharField(max_length=120, help_text="the id of the block in the ledger")
    block_at = models.DateTimeField(_("time of the block"))
    score_before = models.PositiveSmallIntegerField(_("pain before"))
    closed_at = models.DateTimeField(_("closed at"), null=True)

    class Meta:
        ordering = ("pk",)
        verbose_name_plural = "block diaries"
        constraints: ClassVar = [models.UniqueConstraint(fields=["patient", "procedure"], name="one_diary_a_block")]

    def __str__(self) -> str:
        return f"block diary #{self.pk}"


class Reminder(models.Model):
    """That a patient was reminded on a day, so that nobody is reminded twice."""

    patient = models.ForeignKey("ledger.Patient", on_delete=models.PROTECT, related_name="reminders")
    on = models.DateField(_("day"))

    class Meta:
        ordering = ("pk",)
        constraints: ClassVar = [models.UniqueConstraint(fields=["patient", "on"], name="one_reminder_a_day")]

    def __str__(self) -> str:
        return f"reminder #{self.pk}"


class SharedAid(models.Model):
    """A decision aid that the clinic put on a patient's own pages, and the patient's own questions about it.

    The page itself is not kept: it is drawn from the chart on the day it is read.
    """

    patient = models.ForeignKey("ledger.Patient", on_delete=models.PROTECT, related_name="shared_aids")
    procedure = models.CharField(max_length=120)
    shared_at = models.DateTimeField(_("shared at"))
    shared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(_("first opened at"), null=True)
    questions = models.TextField(_("the patient’s questions"), blank=True)
    asked_at = models.DateTimeField(_("asked at"), null=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["patient", "procedure"], condition=models.Q(withdrawn_at=None), name="one_aid_shared_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"shared decision aid #{self.pk}"

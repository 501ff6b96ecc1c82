"""Tasks, how each payer is reached, what was sent to payers, and answers to questions that came back.

Where a request stands is no table of its own: its steps are facts of the chart, and the rest follows from them.
"""

from __future__ import annotations

from datetime import date

from django.core.validators import RegexValidator
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
    answer = models.TextField(
        _("what the answer was"), blank=True, help_text="as it was heard; a clinician makes it a fact of the chart"
    )

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


class PacketTaken(models.Model):
    """A request left although something was open: the payer's copy was taken, or it was sent. It only grows."""

    patient = models.ForeignKey("ledger.Patient", on_delete=models.PROTECT, related_name="packets_taken")
    kind = models.CharField(max_length=120, help_text="the procedure that is asked for")
    number_open = models.PositiveIntegerField(help_text="how many criteria and entries were open; 0 without a policy")
    why = models.CharField(_("why it is taken so"), max_length=500)
    sending = models.ForeignKey(
        "Sending", on_delete=models.PROTECT, null=True, related_name="+", help_text="with which it left, if it was sent"
    )
    step = models.ForeignKey(
        "ledger.Entry",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="the entry that says it was sent, if that was written down by hand",
    )
    at = models.DateTimeField()
    by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-pk",)
        verbose_name_plural = "packets taken"

    def __str__(self) -> str:
        return f"packet taken #{self.pk}"


# --- how payers are reached ------------------------------------------------------------------------------------------


class PayerConnection(models.Model):
    """Where requests to a payer go. The secret that signs in there stays in the environment; here is only its name."""

    payer = models.OneToOneField("practice.Payer", on_delete=models.CASCADE, related_name="connection")
    by_hand = models.BooleanField(_("by hand only"), default=True)
    base = models.CharField(_("address of the payer’s endpoint"), max_length=300, blank=True)
    token_variable = models.CharField(_("variable that holds the token"), max_length=80, blank=True)
    identifier_system = models.CharField(_("address space of the payer’s identifier"), max_length=200, blank=True)
    identifier = models.CharField(_("the payer’s identifier"), max_length=80, blank=True)
    member_system = models.CharField(_("address space of its member numbers"), max_length=200, blank=True)
    notifier = models.ForeignKey(
        "services.Client",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("system whose notifications are believed"),
    )

    def __str__(self) -> str:
        return f"connection of payer #{self.payer_id}"


class RequestingClinician(models.Model):
    """A physician in whose name requests are sent, with what a payer wants to know of the physician."""

    user = models.OneToOneField(
        "people.User", on_delete=models.PROTECT, related_name="requesting", verbose_name=_("physician")
    )
    family = models.CharField(_("family name"), max_length=100)
    given = models.CharField(_("given names"), max_length=100)
    npi = models.CharField(
        _("national provider identifier"), max_length=10, validators=[RegexValidator(r"^\d{10}$", _("Ten digits."))]
    )
    phone = models.CharField(_("telephone"), max_length=40)

    class Meta:
        ordering = ("family", "given")

    def __str__(self) -> str:
        return f"requesting clinician #{self.pk}"


# --- what was sent ---------------------------------------------------------------------------------------------------


class Purpose(models.TextChoices):
    """What a sending is for."""

    REQUEST = "request", _("Request")
    UPDATE = "update", _("Change")
    CANCELLATION = "cancellation", _("Cancellation")


class SendingState(models.TextChoices):
    """How far a sending has come. What the payer decided is a fact of the chart."""

    QUEUED = "queued", _("Kept, not sent yet")
    SENDING = "sending", _("Being sent")
    UNANSWERED = "unanswered", _("Could not be delivered")
    ANSWERED = "answered", _("Answered")
    REFUSED = "refused", _("Refused as it is")
    STOPPED = "stopped", _("Stopped here")


OPEN = (SendingState.QUEUED, SendingState.SENDING, SendingState.UNANSWERED)
"""The states in which something has still to be done for a sending."""


BODIES = ("request_body", "inquiry_body", "answer_body")
"""What was sent and what came back: hundreds of kilobytes each, read only where one sending is worked on."""


class Sending(models.Model):
    """One request, change or cancellation to a payer, under a number of its own, kept before anything leaves.

    ``request_body`` is what goes out, byte for byte, in every attempt. ``begun_at`` is the moment from which it may
    have reached the payer: after it, the payer is asked before anything is sent again.
    """

    practice = models.ForeignKey("people.Practice", on_delete=models.PROTECT, related_name="sendings")
    patient = models.ForeignKey("ledger.Patient", on_delete=models.PROTECT, related_name="sendings")
    kind = models.CharField(max_length=120)
    ledger_request = models.CharField(max_length=120, help_text="the request of the chart that this belongs to")
    number = models.CharField(max_length=64, unique=True)
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    earlier = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="later")
    connection = models.ForeignKey(PayerConnection, on_delete=models.SET_NULL, null=True, related_name="sendings")
    asked = models.JSONField(help_text="what is asked for")
    submission = models.JSONField(help_text="who asks whom for what, without documents")
    request_body = models.TextField()
    inquiry_body = models.TextField()
    left_out = models.JSONField(default=list, help_text="facts that could not be taken along")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=20, choices=SendingState.choices, default=SendingState.QUEUED)
    begun_at = models.DateTimeField(null=True)
    leased_until = models.DateTimeField(null=True, help_text="until when somebody is at it")
    tries = models.PositiveIntegerField(default=0)
    tried_at = models.DateTimeField(null=True)
    next_try_at = models.DateTimeField(null=True)
    ask_at = models.DateTimeField(null=True, help_text="since when the payer is to be asked what became of it")
    problem = models.CharField(max_length=40, blank=True)
    said = models.JSONField(default=list, help_text="the payer's words on a refusal")
    answer_body = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=40, blank=True)
    step_digest = models.CharField(max_length=64, blank=True, help_text="of the last step written into the chart")

    class Meta:
        ordering = ("pk",)
        indexes = (models.Index(fields=["state", "next_try_at"], name="sendings_to_carry_on"),)
        constraints = (
            models.UniqueConstraint(
                fields=["patient", "kind"], condition=Q(state__in=OPEN), name="one_open_sending_for_one_procedure"
            ),
        )

    def __str__(self) -> str:
        return f"sending #{self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether something has still to be done for it."""
        return self.state in OPEN


# --- questions and answers -------------------------------------------------------------------------------------------


class FormGiven(models.Model):
    """A form that was handed out for a patient, so that answers to it can be read whenever they come back."""

    patient = models.ForeignKey("ledger.Patient", on_delete=models.PROTECT, related_name="forms_given")
    kind = models.CharField(max_length=120)
    canonical = models.CharField(max_length=300, help_text="address and version of the form")
    form = models.JSONField()
    asked = models.JSONField(help_text="what was asked for when it was handed out")
    given_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=["patient", "kind", "canonical"], name="one_form_is_kept_once"),)

    def __str__(self) -> str:
        return f"form #{self.pk}"


class AnswersReceived(models.Model):
    """A completed form that came back. It becomes facts only after a person has looked at it."""

    form = models.ForeignKey(FormGiven, on_delete=models.PROTECT, related_name="answers")
    client = models.ForeignKey("services.Client", on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    body = models.JSONField()
    received_at = models.DateTimeField()
    ending = models.CharField(max_length=10, choices=[("taken", _("Taken")), ("dropped", _("Not taken"))], blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("people.User", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=["form", "digest"], name="the_same_answers_come_once"),)

    def __str__(self) -> str:
        return f"answers #{self.pk}"

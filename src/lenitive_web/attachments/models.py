"""A document of a chart, what is kept of it, and what became of it. All of these tables only grow."""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _


class About(models.TextChoices):
    """What a document is about."""

    IMAGING = "imaging", _("Imaging")
    ELECTRODIAGNOSTIC = "electrodiagnostic", _("Electrodiagnosis")
    LABORATORY = "laboratory", _("Laboratory")
    OPERATION = "operation", _("Operative note")
    THERAPY = "therapy", _("Physical therapy notes")
    PSYCHOLOGY = "psychology", _("Psychological evaluation")
    LETTER = "letter", _("Letter")
    PHOTOGRAPH = "photograph", _("Photograph")
    CARD = "card", _("Insurance card")
    OTHER = "other", _("Other")


class Attachment(models.Model):
    """A document: whose, of which day, about what, from whom. Its bytes stand elsewhere, so that no list loads them.

    ``digests`` are those of its pieces in their order, the file first if it is kept; ``digest`` is that of all of
    them, and stands in the audit too.
    """

    patient = models.ForeignKey("ledger.Patient", on_delete=models.PROTECT, related_name="attachments")
    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    about = models.CharField(_("what it is about"), max_length=20, choices=About.choices)
    region = models.CharField(_("region"), max_length=40, blank=True)
    title = models.CharField(_("title"), max_length=100, blank=True)
    day = models.DateField(_("day of the document"))
    kind = models.CharField(max_length=10, help_text="what the file was, by its own bytes")
    pages = models.PositiveSmallIntegerField()
    is_kept = models.BooleanField(help_text="the file is kept as it came, beside its pages")
    because = models.JSONField(default=list, help_text="why it is not")
    received_size = models.BigIntegerField()
    received_sha256 = models.CharField(max_length=64)
    digests = models.JSONField()
    digest = models.CharField(max_length=64)
    recorded_at = models.DateTimeField()
    by = models.ForeignKey("people.User", on_delete=models.PROTECT, null=True, related_name="+")
    is_from_patient = models.BooleanField(default=False)
    is_from_desk = models.BooleanField(default=False, help_text="scanned where nobody reads what it says")

    class Meta:
        ordering = ("-day", "-pk")
        indexes = (
            models.Index(fields=["patient", "-day"], name="documents_of_a_patient"),
            models.Index(fields=["patient", "received_sha256"], name="the_same_file"),
        )

    def __str__(self) -> str:
        return f"document {self.public_id}"

    @property
    def waits_to_be_read(self) -> bool:
        """Whether it came from somebody who does not read charts, and nobody who does has looked at it."""
        comes_unread = self.is_from_patient or (self.is_from_desk and self.about != About.CARD)
        return comes_unread and not hasattr(self, "look") and not hasattr(self, "withdrawal")


class Piece(models.Model):
    """Bytes of a document: number 0 is the file as it came, where it is kept, from 1 on its pages as pictures."""

    attachment = models.ForeignKey(Attachment, on_delete=models.PROTECT, related_name="pieces")
    number = models.PositiveSmallIntegerField()
    media = models.CharField(max_length=20)
    width = models.PositiveSmallIntegerField(null=True)
    height = models.PositiveSmallIntegerField(null=True)
    words = models.TextField(blank=True, help_text="the words on a page, as far as the file gives them")
    body = models.BinaryField()

    class Meta:
        ordering = ("number",)
        constraints = (models.UniqueConstraint(fields=["attachment", "number"], name="one_piece_one_number"),)

    def __str__(self) -> str:
        return f"piece {self.number} of document #{self.attachment_id}"


class Withdrawal(models.Model):
    """That a document does not belong here, and why. The document stays."""

    attachment = models.OneToOneField(Attachment, on_delete=models.PROTECT, related_name="withdrawal")
    reason = models.CharField(_("reason"), max_length=300)
    at = models.DateTimeField()
    by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"withdrawal of document #{self.attachment_id}"


class Look(models.Model):
    """That somebody of the clinic has looked at what a patient sent."""

    attachment = models.OneToOneField(Attachment, on_delete=models.PROTECT, related_name="look")
    at = models.DateTimeField()
    by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"look at document #{self.attachment_id}"


class Enclosure(models.Model):
    """That a document goes along with a request to a payer, and what it shows; or, by a later row, no longer does."""

    attachment = models.ForeignKey(Attachment, on_delete=models.PROTECT, related_name="enclosures")
    kind = models.CharField(max_length=120, help_text="the procedure that is asked for")
    shows = models.CharField(_("what it shows"), max_length=300, blank=True)
    is_out = models.BooleanField(default=False, help_text="it does not go along any more")
    at = models.DateTimeField()
    by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"enclosure #{self.pk}"

"""An import from the upload to the last chart: what was received, who was read in it, what became of each.

Nothing here is a fact. Received bytes are removed once they are read, and what was read of a patient once it is in the
ledger or thrown away; what stays are counts and who did what.
"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where an import stands. Reading and writing are long work; everything else waits for a person or is over."""

    READING = "reading", _("Being read")
    READ = "read", _("Waits for you")
    WRITING = "writing", _("Being imported")
    STOPPED = "stopped", _("Stopped")
    DONE = "done", _("Done")
    EMPTY = "empty", _("Nothing to import")
    BROKEN = "broken", _("Could not be finished")
    DISCARDED = "discarded", _("Thrown away")


BUSY = (State.READING, State.WRITING)
OPEN = (State.READ, State.STOPPED, State.DONE, State.BROKEN)
"""States in which patients that wait can be decided about and imported."""


class RecordImport(models.Model):
    """One upload and all that comes of it. The table is the queue: whoever works looks here for what is to be done."""

    practice = models.ForeignKey("people.Practice", on_delete=models.PROTECT, related_name="imports")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    address = models.GenericIPAddressField(_("from"), null=True)
    received_at = models.DateTimeField(_("received"))
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.READING)
    changed_at = models.DateTimeField(_("last change"))
    records_read = models.PositiveIntegerField(_("records read so far"), default=0)
    report = models.JSONField(default=dict, help_text="what the reader says: counts, places and reasons")
    problem = models.CharField(max_length=300, blank=True)
    worker = models.CharField(max_length=120, blank=True, help_text="who works on it: machine, process, thread")
    beat_at = models.DateTimeField(null=True, help_text="when the worker last said that it is at work")
    attempts = models.PositiveSmallIntegerField(default=0, help_text="how often work was taken up without getting on")

    class Meta:
        ordering = ("-pk",)
        indexes = (models.Index(fields=["practice", "-id"]), models.Index(fields=["state"]))

    def __str__(self) -> str:
        return f"import #{self.pk}"

    @property
    def is_busy(self) -> bool:
        """Whether work is going on or waits for a worker."""
        return self.state in BUSY

    @property
    def is_open(self) -> bool:
        """Whether somebody may still decide about patients in it."""
        return self.state in OPEN


class Received(models.Model):
    """One file as it was uploaded."""

    record_import = models.ForeignKey(RecordImport, on_delete=models.PROTECT, related_name="files")
    name = models.CharField(max_length=120)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)

    class Meta:
        ordering = ("pk",)
        verbose_name_plural = "received"

    def __str__(self) -> str:
        return f"file #{self.pk}"


class Part(models.Model):
    """A piece of a received file, compressed. It is only ever read back by the reader, never served."""

    file = models.ForeignKey(Received, on_delete=models.CASCADE, related_name="parts")
    body = models.BinaryField()

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"part #{self.pk}"


class Standing(models.TextChoices):
    """What can be said about who a patient of an upload is."""

    NEW = "new", _("New")
    KNOWN = "known", _("Already here")
    ASK = "ask", _("You decide")
    HELD = "held", _("Cannot be imported")


class Why(models.TextChoices):
    """Why a patient stands as it does."""

    NOBODY_ALIKE = "nobody_alike", _("Nobody here is alike.")
    IDENTIFIER = "identifier", _("The same identifier.")
    OWN_NUMBER = "own_number", _("The record was written by this clinic.")
    SAME_RECORD = "same_record", _("This very record was imported before.")
    SAME_UPLOAD = "same_upload", _("The same identifier as a patient before in this upload.")
    ALIKE = "alike", _("Name and day of birth are alike, which proves nothing.")
    DIFFERS = "differs", _("The same identifier, but name or day of birth differ.")
    SEVERAL = "several", _("The identifiers belong to more than one patient here.")
    NO_NAME = "no_name", _("The record gives no name.")
    NO_PERSON = "no_person", _("Nothing in the upload says who this is: there is no Patient record.")
    TWO_BIRTHS = "two_births", _("The upload gives two days of birth for this patient.")
    NOT_BORN = "not_born", _("The day of birth has not come yet.")
    BAD_MOMENT = "bad_moment", _("A record was written before the first or after the last day that is kept.")
    BAD_TEXT = "bad_text", _("A text holds the character U+0000, which no database keeps.")


class Decision(models.TextChoices):
    """What a person decided about a patient of an upload."""

    OPEN = "", _("not decided")
    NEW = "new", _("a new patient")
    EXISTING = "existing", _("a patient who is here")
    LEAVE = "leave", _("left out")


class Outcome(models.TextChoices):
    """What became of a patient of an upload."""

    WAITING = "waiting", _("Waits")
    WRITTEN = "written", _("Imported")
    SAME = "same", _("Nothing new")
    FAILED = "failed", _("Failed")
    LEFT = "left", _("Left out")


UNDONE = (Outcome.WAITING, Outcome.FAILED)
"""What became of patients about whom somebody can still decide."""


class StagedPatient(models.Model):
    """One patient as the upload tells it, ready to be written in one transaction."""

    record_import = models.ForeignKey(RecordImport, on_delete=models.PROTECT, related_name="patients")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=200, blank=True)
    birth_date = models.DateField(null=True)
    identifiers = models.JSONField(default=list)
    digest = models.CharField(max_length=64, db_index=True, help_text="of all that the upload says about the patient")
    facts = models.BinaryField(null=True)
    counts = models.JSONField(default=dict)
    versions = models.BooleanField(default=True, help_text="whether a fact of the same id is another version of it")
    standing = models.CharField(max_length=10, choices=Standing.choices)
    why = models.CharField(max_length=20, choices=Why.choices)
    match = models.ForeignKey("ledger.Patient", on_delete=models.PROTECT, null=True, related_name="+")
    alike = models.JSONField(default=list, help_text="numbers of patients here among whom a person decides")
    decision = models.CharField(max_length=10, choices=Decision.choices, default=Decision.OPEN, blank=True)
    chosen = models.ForeignKey("ledger.Patient", on_delete=models.PROTECT, null=True, related_name="+")
    typed_name = models.CharField(max_length=200, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.WAITING)
    problem = models.CharField(max_length=300, blank=True)
    into = models.ForeignKey("ledger.Patient", on_delete=models.PROTECT, null=True, related_name="+")
    written = models.PositiveIntegerField(default=0)
    there_before = models.PositiveIntegerField(default=0)
    left_out = models.PositiveIntegerField(default=0, help_text="older than what stands here, or corrected here since")

    class Meta:
        ordering = ("number",)
        indexes = (models.Index(fields=["record_import", "outcome", "number"]),)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["record_import", "number"], name="one_staged_patient_one_number")
        ]

    def __str__(self) -> str:
        return f"staged patient #{self.pk}"

    @property
    def facts_count(self) -> int:
        """How many facts the upload holds about the patient."""
        return sum(self.counts.values())

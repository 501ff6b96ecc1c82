"""What a practice says about itself. Nothing here is about a patient."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from lenitive.documents.letter_head import LetterHead as Printed


class Payer(models.Model):
    """A payer that patients of the practice often have, as coverage is written down."""

    practice = models.ForeignKey("people.Practice", on_delete=models.PROTECT, related_name="payers")
    name = models.CharField(_("name"), max_length=200)
    programme = models.CharField(_("programme"), max_length=40)
    phone = models.CharField(_("telephone for authorizations"), max_length=40, blank=True)
    portal = models.URLField(_("portal"), blank=True)

    class Meta:
        ordering = ("name",)
        constraints = (models.UniqueConstraint(fields=["practice", "name"], name="one_payer_one_name"),)

    def __str__(self) -> str:
        return self.name


class LetterHead(models.Model):
    """What stands at the head of letters and packets."""

    practice = models.OneToOneField("people.Practice", on_delete=models.PROTECT, related_name="letter_head")
    lines = models.TextField(_("name and address"), max_length=600, blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    fax = models.CharField(_("fax"), max_length=40, blank=True)
    npi = models.CharField(_("national provider identifier"), max_length=10, blank=True)
    registrations = models.TextField(_("other registration numbers"), max_length=400, blank=True)
    logo = models.BinaryField(null=True, help_text="a PNG, drawn anew from the file that was given")
    state = models.CharField(_("state, two letters"), max_length=2, blank=True)
    site_of_service = models.CharField(_("usual site of service"), max_length=40, blank=True)

    def __str__(self) -> str:
        return f"letter head #{self.pk}"

    def printed(self) -> Printed:
        """As documents print it; the practice's name stands first if nothing else was given."""
        return Printed(
            lines=self.lines.splitlines() if self.lines.strip() else [self.practice.name],
            contact=[f"{label} {number}" for label, number in (("Telephone", self.phone), ("Fax", self.fax)) if number],
            registrations=[*([f"NPI {self.npi}"] if self.npi else []), *self.registrations.splitlines()],
            logo=bytes(self.logo) if self.logo else None,
        )


class Questionnaires(models.Model):
    """Which questionnaires the practice does not ask its patients; what is new in the knowledge base is asked."""

    practice = models.OneToOneField("people.Practice", on_delete=models.PROTECT, related_name="questionnaires")
    withheld = models.JSONField(default=list)

    class Meta:
        verbose_name_plural = "questionnaires"

    def __str__(self) -> str:
        return f"questionnaires #{self.pk}"


def withheld_from(practice_id: int) -> frozenset[str]:
    """The questionnaires that a practice does not ask."""
    found = Questionnaires.objects.filter(practice=practice_id).values_list("withheld", flat=True).first()
    return frozenset(found or ())

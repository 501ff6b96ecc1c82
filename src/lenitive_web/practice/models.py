"""What a practice says about itself. Nothing here is about a patient."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


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
    state = models.CharField(_("state, two letters"), max_length=2, blank=True)
    site_of_service = models.CharField(_("usual site of service"), max_length=40, blank=True)

    def __str__(self) -> str:
        return f"letter head #{self.pk}"

"""Who may call, which tokens were used, what was asked and what became of it. No value of a patient stands here."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Client(models.Model):
    """A system that a practice let in. What it reads of a chart it reads as its account, through the one door."""

    practice = models.ForeignKey("people.Practice", on_delete=models.PROTECT, related_name="clients")
    name = models.CharField(_("name"), max_length=200)
    is_active = models.BooleanField(_("may call"), default=True)
    account = models.ForeignKey(
        "people.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="whose role decides what the client reads through the FHIR API; none: nothing",
    )
    # CDS Hooks: the client signs each call with a key of its own.
    issuer = models.CharField(max_length=300, unique=True, null=True, blank=True, help_text="`iss` of its tokens")
    keys = models.JSONField(default=list, blank=True, help_text="its public keys (JWK), agreed beforehand")
    keys_url = models.URLField(blank=True, help_text="`jku`: the only address at which its keys are fetched")
    fhir_servers = models.JSONField(default=list, blank=True, help_text="where missing data may be fetched")
    origins = models.JSONField(default=list, blank=True, help_text="web origins from which a browser may call")
    # The FHIR API: the client holds a token of ours, of which only the hash is kept.
    token_hash = models.CharField(max_length=64, unique=True, null=True, blank=True)
    token_until = models.DateTimeField(null=True, blank=True)
    scopes = models.CharField(max_length=500, blank=True, help_text="SMART scopes, as `system/Observation.rs`")

    class Meta:
        ordering = ("name", "pk")

    def __str__(self) -> str:
        return f"client #{self.pk}"


class UsedToken(models.Model):
    """A token that was used once and may not be used again before it ends by itself."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="+")
    token = models.CharField(max_length=64, help_text="hash of `jti`")
    until = models.DateTimeField(db_index=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["client", "token"], name="a_token_is_used_once"),)

    def __str__(self) -> str:
        return f"token #{self.pk}"


class HookCall(models.Model):
    """One call that was answered: by whom, about how many orders, with how many cards, under which numbers."""

    at = models.DateTimeField()
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    service = models.CharField(max_length=60)
    hook = models.CharField(max_length=40)
    instance = models.UUIDField(db_index=True)
    orders = models.PositiveIntegerField()
    cards = models.PositiveIntegerField()
    fetched = models.PositiveIntegerField()
    assertions = models.JSONField(default=list, help_text="coverage assertion ids that were given out")

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"hook call #{self.pk}"


class CardFeedback(models.Model):
    """What became of one card, as the client told it. The same card may be told of more than once."""

    at = models.DateTimeField()
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    service = models.CharField(max_length=60)
    card = models.CharField(max_length=64, db_index=True)
    outcome = models.CharField(max_length=20)
    told = models.JSONField(help_text="the feedback as it came")

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"feedback #{self.pk}"

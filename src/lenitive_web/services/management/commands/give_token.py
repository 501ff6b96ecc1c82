"""``give_token``: a token with which a client reads through the FHIR API."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from lenitive_web.people.models import User
from lenitive_web.services.actions import give_token
from lenitive_web.services.models import Client


class Command(BaseCommand):
    """Gives a client its token. An earlier one ends at once."""

    help = "Print a new token for the FHIR API; only its hash is kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which client, as whom, for what, how long."""
        parser.add_argument("client", type=int, help="the client's number, as register_client said it")
        parser.add_argument("account", help="the email address of the account whose role it reads with")
        parser.add_argument("--scopes", default="system/*.rs", help="SMART scopes with blanks between them")
        parser.add_argument("--days", type=int, default=90, help="how long the token holds")

    def handle(self, **said: Any) -> None:
        """Print the token."""
        client = Client.objects.filter(pk=said["client"]).first()
        if client is None:
            raise CommandError(f"There is no client {said['client']}.")
        account = User.objects.filter(email__iexact=said["account"], practice=client.practice).first()
        if account is None:
            raise CommandError(f"No account of this practice has the address {said['account']!r}.")
        until = timezone.now() + timedelta(days=said["days"])
        self.stdout.write(give_token(client=client, account=account, scopes=said["scopes"], until=until, by=None))

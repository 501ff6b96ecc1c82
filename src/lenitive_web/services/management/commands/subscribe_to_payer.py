"""``subscribe_to_payer``: ask a payer to tell the clinic when it has decided."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

import httpx
import msgspec
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from lenitive.interop.davinci.pas_notification import subscription
from lenitive_web.authorization.connection_actions import change_connection
from lenitive_web.authorization.connections import NotConnectedError, client_for
from lenitive_web.authorization.models import PayerConnection
from lenitive_web.people.models import User
from lenitive_web.practice.actions import letter_head_of
from lenitive_web.services.actions import give_token, register_client
from lenitive_web.services.models import Client

SCOPES = "system/ClaimResponse.c"


class Command(BaseCommand):
    """Registers the payer as a system that may send notifications, and subscribes. An earlier token ends."""

    help = "Ask a payer to send notifications of its decisions to this clinic."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose payer, where the clinic is reached, in whose name."""
        parser.add_argument("payer", help="the payer's name, as under Practice")
        parser.add_argument("address", help="the clinic's own address, as https://clinic.example")
        parser.add_argument("account", help="the email address of the administrator who decided it")
        parser.add_argument("--days", type=int, default=90, help="how long the token holds")

    def handle(self, **said: Any) -> None:
        """Subscribe, or say what is wrong. The token goes to the payer and nowhere else."""
        account = User.objects.filter(email__iexact=said["account"]).first()
        if account is None or not account.may("practice.manage"):
            raise CommandError(f"No administrator has the address {said['account']!r}.")
        connection = (
            PayerConnection.objects.filter(payer__practice=account.practice, payer__name__iexact=said["payer"])
            .select_related("payer", "notifier")
            .first()
        )
        if connection is None or connection.by_hand:
            raise CommandError(f"Requests to {said['payer']!r} go by hand; set its endpoint under Practice first.")
        npi = letter_head_of(account.practice).npi
        if not npi:
            raise CommandError("The letter head does not say the clinic's national provider identifier.")
        client = connection.notifier or register_client(
            practice=account.practice, name=f"Notifications of {connection.payer.name}", by=account
        )
        earlier = Client.objects.filter(pk=client.pk)
        token_before = earlier.values("account", "scopes", "token_hash", "token_until").get()
        until = timezone.now() + timedelta(days=said["days"])
        token = give_token(client=client, account=account, scopes=SCOPES, until=until, by=account)
        connection.notifier = client
        change_connection(connection=connection, by=account)
        try:
            self._subscribe(connection, f"{said['address'].rstrip('/')}/pas/notifications", npi, token)
        except CommandError:
            earlier.update(**token_before)  # which the payer goes on using
            raise
        self.stdout.write(f"{connection.payer.name} tells this clinic until {until:%Y-%m-%d}; then run this again.")

    def _subscribe(self, connection: PayerConnection, endpoint: str, npi: str, token: str) -> None:
        wanted = subscription(endpoint, npi, f"Authorization: Bearer {token}")
        headers = {"Content-Type": "application/fhir+json", "Accept": "application/fhir+json"}
        try:
            with client_for(connection) as client:
                body = msgspec.json.encode(wanted)
                answer = client.post(f"{connection.base}/Subscription", content=body, headers=headers)
                answer.raise_for_status()
        except NotConnectedError as problem:
            raise CommandError(str(problem)) from None
        except httpx.HTTPStatusError as problem:
            raise CommandError(f"The payer refused the subscription (HTTP {problem.response.status_code}).") from None
        except httpx.HTTPError:
            raise CommandError("The payer did not answer.") from None

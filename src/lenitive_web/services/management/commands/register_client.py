"""``register_client``: let a system call the hooks of a practice."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from lenitive_web.people.models import Practice
from lenitive_web.services.actions import register_client


class Command(BaseCommand):
    """Registers a hook client."""

    help = "Let a system call the CDS Hooks services of a practice."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Practice, name, issuer, and where its keys are."""
        parser.add_argument("practice", help="the practice's name")
        parser.add_argument("name", help="what the system is called")
        parser.add_argument("--issuer", help="`iss` of its tokens")
        parser.add_argument("--keys", type=Path, help="a file with its public keys, a JWK set")
        parser.add_argument("--keys-url", default="", help="the only address at which its keys may be fetched")
        parser.add_argument("--fhir-server", action="append", default=[], help="where missing data may be fetched")
        parser.add_argument("--origin", action="append", default=[], help="a web origin that may call")

    def handle(self, **said: Any) -> None:
        """Register it, or say what is wrong."""
        practice = Practice.objects.filter(name=said["practice"]).first()
        if practice is None:
            raise CommandError(f"No practice is called {said['practice']!r}.")
        try:
            keys = json.loads(said["keys"].read_text())["keys"] if said["keys"] else []
        except (OSError, ValueError, KeyError, TypeError):
            raise CommandError(f"{said['keys']} is not a JWK set: a JSON object with `keys`.") from None
        if any("d" in key or key.get("kty") == "oct" for key in keys):
            raise CommandError(f"{said['keys']} holds a private key or a secret. Take the public keys only.")
        try:
            client = register_client(
                practice=practice,
                name=said["name"],
                by=None,
                issuer=said["issuer"],
                keys=keys,
                keys_url=said["keys_url"],
                fhir_servers=said["fhir_server"],
                origins=said["origin"],
            )
        except ValidationError as problem:
            raise CommandError("; ".join(problem.messages)) from None
        self.stdout.write(f"Client {client.pk} is registered.")

"""``python -m bench.hook_clinic KEYS``: an empty clinic whose one hook client signs with the keys in a file."""

from __future__ import annotations

import sys
from pathlib import Path

import django
from django.core.management import call_command

ISSUER = "https://bench.example"


def main(keys: str) -> None:
    """Make the tables, a practice and its client."""
    django.setup()
    from lenitive_web.people.models import Practice

    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    Practice.objects.create(name="Bench")
    call_command("register_client", "Bench", "load", issuer=ISSUER, keys=Path(keys), verbosity=0)


if __name__ == "__main__":
    main(sys.argv[1])

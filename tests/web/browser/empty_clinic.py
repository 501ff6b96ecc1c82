"""``python -m tests.web.browser.empty_clinic FOLDER PORT``: a practice on the day before its first patient.

It has its people, and one patient about whom nothing is known, so that every empty page can be seen.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

NOBODY_YET = "Nobody Yet"


def main() -> None:
    """Open the clinic in FOLDER and serve it on PORT."""
    folder, port = Path(sys.argv[1]), int(sys.argv[2])
    os.environ |= {
        "SECRET_KEY": "pictures-" + "k" * 60,
        "DATABASE_URL": f"sqlite:///{folder / 'clinic.sqlite3'}",
        "LENITIVE_HTTPS": "no",
    }
    from lenitive.cli.serve_command import serve

    _open()
    serve(port=port)


def _open() -> None:
    import django

    django.setup()
    from django.core.management import call_command

    from lenitive_web.demo.accounts import PASSWORD, PEOPLE

    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    from lenitive_web.ledger.actions import register_patient
    from lenitive_web.people.models import Practice, User
    from lenitive_web.people.roles import Role

    practice = Practice.objects.create(name="Clinic on Its First Day")
    people = {
        role: User.objects.create_user(email=email, password=PASSWORD, practice=practice, role=role, name=name)
        for role, (name, email) in PEOPLE.items()
    }

    register_patient(practice=practice, name=NOBODY_YET, birth_date=None, by=people[Role.FRONT_DESK])


if __name__ == "__main__":
    main()

"""``python -m tests.web.browser.journey_clinic FOLDER PORT``: a clinic on its first day.

Its people have accounts, its rooms stand, and it has no patient: whoever comes is registered at the front desk, in the
browser.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOMS = (("Fluoroscopy 1", "fluoroscopy"), ("Operating room", "fluoroscopy"))


def main() -> None:
    """Open the clinic in FOLDER and serve it on PORT."""
    folder, port = Path(sys.argv[1]), int(sys.argv[2])
    os.environ |= {
        "SECRET_KEY": "journeys-" + "k" * 60,
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

    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    from lenitive_web.demo.accounts import PASSWORD, PEOPLE
    from lenitive_web.people.models import Practice, User
    from lenitive_web.schedule.actions import open_place

    practice = Practice.objects.create(name="Clinic of the Journeys")
    for role, (name, email) in PEOPLE.items():
        User.objects.create_user(email=email, password=PASSWORD, practice=practice, role=role, name=name)
    for name, imaging in ROOMS:
        open_place(practice=practice, name=name, imaging=imaging, by=None)


if __name__ == "__main__":
    main()

"""``python -m tests.web.browser.journey_clinic FOLDER PORT``: a clinic on its first day, with three admitted patients.

Rooms, people and payers stand; nothing is booked and nobody was examined. All but one, whom the front desk invites in
the browser, have an account. Of each patient the chart holds what the
front desk and the patient's own intake write down (who it is, who pays, where it hurts and since when, what was tried,
which drugs are taken): the intake itself is walked in ``test_own_pages``.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from random import Random
from typing import cast

import msgspec

from lenitive.chart.patient import Patient as Person
from lenitive.registry.invented import Teller


def facet_pain(t: Teller) -> None:
    """Pain beside the midline for a year and a half, worse when standing and leaning back."""
    t.person((58, 62), "female")
    t.insured()
    t.pain("low_back_paramidline", 520, "buttock", side="left", aggravated_by=("extension", "standing"))
    t.tried()
    t.asked()


def root_pain_under_apixaban(t: Teller) -> None:
    """Pain down the leg for four months; apixaban for atrial fibrillation."""
    t.person((64, 68), "male")
    t.insured(state="TX")
    t.pain("posterior_thigh", 120, "calf_lateral_foot_sole", side="right", quality=("shooting",))
    t.tried(110)
    t.fact("condition", 900, written=7, code="atrial_fibrillation", icd10="I48.91", status="active")
    t.fact(
        "medication", 800, written=7, ingredient="apixaban", drug_class="anticoagulant", dose=5.0, unit="mg",
        times_a_day=2.0, status="active",
    )  # fmt: skip
    t.asked()


def pain_after_surgery(t: Teller) -> None:
    """Burning pain in the leg that stayed after two operations on the back."""
    t.person((52, 56), "female")
    t.fact("coverage", 500, payer="Medicare", programme="medicare", state="NC", site_of_service="hospital_outpatient")
    t.pain("posterior_thigh", 1100, "calf_lateral_foot_sole", side="left", quality=("burning", "electric"))
    t.fact("procedure", 1000, kind="discectomy_lumbar", intent="therapeutic", region="lumbar", levels=("L5-S1",))
    t.fact("procedure", 640, kind="lumbar_fusion", intent="therapeutic", region="lumbar", levels=("L4-5", "L5-S1"))
    t.tried(600)
    t.fact(
        "medication", 500, written=7, ingredient="duloxetine", dose=60.0, unit="mg", times_a_day=1.0, status="active"
    )
    t.asked()


FACET, ROOT, SURGERY = "Agnes Tidewater", "Bertil Oakes", "Carmen Vale"
PATIENTS: dict[str, tuple[str, Callable[[Teller], None]]] = {
    FACET: ("agnes@example.org", facet_pain),
    ROOT: ("bertil@example.org", root_pain_under_apixaban),
    SURGERY: ("carmen@example.org", pain_after_surgery),
}
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

    _open(serve_at=date.today())  # noqa: DTZ011, TID251
    serve(port=port)


def _open(serve_at: date) -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import transaction

    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    with transaction.atomic():
        _admit(serve_at)


def _admit(day: date) -> None:
    from django.utils import timezone

    from lenitive_web.demo.accounts import PASSWORD, PEOPLE
    from lenitive_web.ledger.actions import import_facts, register_patient
    from lenitive_web.people.models import Practice, User
    from lenitive_web.people.roles import Role
    from lenitive_web.portal.models import OwnChart
    from lenitive_web.schedule.actions import open_place

    practice = Practice.objects.create(name="Clinic of the Journeys")
    people = {
        role: User.objects.create_user(email=email, password=PASSWORD, practice=practice, role=role, name=name)
        for role, (name, email) in PEOPLE.items()
    }
    for name, imaging in ROOMS:
        open_place(practice=practice, name=name, imaging=imaging, by=None)
    for number, (name, (email, tell)) in enumerate(PATIENTS.items()):
        teller = Teller(f"journey-{number}", day, Random(number))
        tell(teller)
        facts = [msgspec.structs.replace(one, name=name) if isinstance(one, Person) else one for one in teller.facts]
        born = next(cast("Person", one).birth_date for one in facts if isinstance(one, Person))
        patient = register_patient(practice=practice, name=name, birth_date=born, by=people[Role.FRONT_DESK])
        import_facts(patient=patient, facts=facts, by=people[Role.FRONT_DESK])
        if name == ROOT:
            continue
        user = User.objects.create_user(email=email, password=PASSWORD, practice=practice, role=Role.PATIENT, name=name)
        OwnChart.objects.create(user=user, patient=patient, opened_at=timezone.now())


if __name__ == "__main__":
    main()

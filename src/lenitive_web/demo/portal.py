"""A patient of the demonstration with own pages, who has begun to tell the story and stopped half way."""

from __future__ import annotations

from django.utils import timezone

from lenitive_web.demo.accounts import PASSWORD
from lenitive_web.ledger.models import Patient
from lenitive_web.people.models import Practice, User
from lenitive_web.people.roles import Role
from lenitive_web.portal.drafts import keep
from lenitive_web.portal.intake import KIND
from lenitive_web.portal.models import OwnChart

NAME, EMAIL = "Thea Sandoval", "patient@example.org"
HALF_TOLD = {
    "where": {"marks": ["low_back_paramidline:left", "buttock:left"]},
    "feel": {
        "worst": ["low_back_paramidline:left"],
        "low_back_paramidline:left-intensity": ["7"],
        "low_back_paramidline:left-quality": ["aching"],
        "low_back_paramidline:left-depth": ["deep"],
        "buttock:left-intensity": ["4"],
        "buttock:left-quality": ["aching"],
        "buttock:left-same": ["same"],
    },
}


def open_portal(practice: Practice) -> None:
    """The account, and what was told so far."""
    patient = Patient.objects.select_related("practice").get(practice=practice, name=NAME)
    user = User.objects.create_user(
        email=EMAIL, password=PASSWORD, practice=patient.practice, role=Role.PATIENT, name=NAME
    )
    OwnChart.objects.create(user=user, patient=patient, opened_at=timezone.now())
    for step, typed in HALF_TOLD.items():
        keep(patient=patient, kind=KIND, step=step, typed=typed.items())

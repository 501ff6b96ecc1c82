"""Patients of the demonstration with own pages: one stopped telling the story half way, one keeps a diary today. Each
has a decision aid there; one has read it, and asks."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from lenitive_web.demo.accounts import PASSWORD
from lenitive_web.ledger.models import Patient
from lenitive_web.ledger.selectors import chart_of, requests_of
from lenitive_web.people.models import Practice, User
from lenitive_web.people.roles import Role
from lenitive_web.portal.aids import ask_about_aid, open_aid, share_aid
from lenitive_web.portal.diary import blocks_to_follow
from lenitive_web.portal.drafts import keep
from lenitive_web.portal.intake import KIND
from lenitive_web.portal.models import BlockDiary, OwnChart

NAME, EMAIL = "Thea Sandoval", "patient@example.org"
BLOCKED, DIARY_EMAIL = "Vera Underhill", "diary@example.org"
NEXT = "radiofrequency_ablation_medial_branch_cervical"
"""What the block is a test for."""
ASKED = "Who can drive me home if my son has to work?\nCan I garden again in spring?"
BLOCKED_AGO = timedelta(minutes=95)
"""After the two taps that are written down; the next one is due."""
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
    """The accounts, what was told so far, a diary that is open, and what is there to read."""
    patient = _with_own_pages(practice, NAME, EMAIL)
    blocked = _with_own_pages(practice, BLOCKED, DIARY_EMAIL)
    _open_diary(blocked)
    physician = User.objects.get(practice=practice, role=Role.PHYSICIAN)
    share_aid(patient=blocked, procedure=NEXT, by=physician)
    shared = share_aid(patient=patient, procedure=requests_of(patient)[0].kind, by=physician)
    open_aid(shared=shared, by=patient.own_account.user)
    ask_about_aid(shared=shared, questions=ASKED, by=patient.own_account.user)
    for step, typed in HALF_TOLD.items():
        keep(patient=patient, kind=KIND, step=step, typed=typed.items())


def _with_own_pages(practice: Practice, name: str, email: str) -> Patient:
    patient = Patient.objects.select_related("practice").get(practice=practice, name=name)
    user = User.objects.create_user(email=email, password=PASSWORD, practice=practice, role=Role.PATIENT, name=name)
    OwnChart.objects.create(user=user, patient=patient, opened_at=timezone.now())
    return patient


def _open_diary(patient: Patient) -> None:
    """The diary of today's block. Just after midnight the block was just now."""
    now = timezone.now()
    block = blocks_to_follow(chart_of(patient, timezone.localdate(now)), timezone.localdate(now))[0]
    ago = now - BLOCKED_AGO
    block_at = ago if timezone.localdate(ago) == block.true_on else now
    BlockDiary.objects.create(patient=patient, procedure=block.id, block_at=block_at, score_before=7)

"""What a new practice does first: a short list that is gone once all of it is done."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lenitive_web.ledger.models import Patient
from lenitive_web.look.first_step import FirstStep
from lenitive_web.people.models import Practice, User
from lenitive_web.people.roles import Role
from lenitive_web.practice.actions import letter_head_of
from lenitive_web.practice.models import Payer
from lenitive_web.schedule.models import Place


def first_steps(practice: Practice) -> list[FirstStep]:
    """The steps in the order in which they are worth doing; none once all are done.

    Whether mail is sent is not the administrator's to do: it alone keeps no list open, the page of inviting says it.
    """
    head = letter_head_of(practice)
    roles = set(User.objects.filter(practice=practice, is_active=True).values_list("role", flat=True).distinct())
    mail = FirstStep(
        _("Have mail sent"),
        _("Until LENITIVE_MAIL_FROM is set, letters are written to the server’s log and reach nobody."),
        "",
        is_mail_sent(),
    )
    steps = [
        FirstStep(
            _("Write the letter head"),
            _("Name, address and telephone: patients are shown whom to call, payers who asks."),
            reverse("letter_head"),
            bool(head.lines and head.phone),
        ),
        FirstStep(
            _("Add a room"),
            _("Without one nothing can be booked."),
            reverse("places"),
            Place.objects.filter(practice=practice).exists(),
        ),
        FirstStep(
            _("Name the payers"),
            _("Those that your patients have most: they are offered when an insurance is written down."),
            reverse("payers"),
            Payer.objects.filter(practice=practice).exists(),
        ),
        FirstStep(
            _("Invite a physician"),
            _("Charts are read and written by physicians and nurses, never by the administrator."),
            f"{reverse('invite')}?role={Role.PHYSICIAN}",
            Role.PHYSICIAN in roles,
        ),
        FirstStep(
            _("Invite the front desk, or a nurse"),
            _("They register patients, write down the insurance and invite patients to their own pages."),
            f"{reverse('invite')}?role={Role.FRONT_DESK}",
            bool(roles & {Role.FRONT_DESK, Role.NURSE}),
        ),
        FirstStep(
            _("Bring the first patients"),
            _("Import records that you have, or let the front desk register the first patient."),
            reverse("imports"),
            Patient.objects.filter(practice=practice).exists(),
        ),
    ]
    return [] if all(step.is_done for step in steps) else [mail, *steps]


def is_mail_sent() -> bool:
    """Whether letters leave this machine."""
    return "console" not in settings.EMAIL_BACKEND

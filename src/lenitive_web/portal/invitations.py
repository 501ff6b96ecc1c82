"""How a patient comes to an account: a link, once, for some days, and the day of birth as a second proof."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date, timedelta
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lenitive_web.audit.actions import write_event
from lenitive_web.ledger.models import Patient
from lenitive_web.people.models import User
from lenitive_web.people.roles import Role
from lenitive_web.people.sessions import end_sessions
from lenitive_web.portal.models import Draft, Invitation, OwnChart

OPEN_FOR = timedelta(days=7)
TRIES = 5
"""Wrong days of birth before a link is worth nothing."""


@transaction.atomic
def invite(*, patient: Patient, email: str, by: User, link_to: str, address: str | None = None) -> Invitation:
    """Send a patient a link to an own account; an earlier link is worth nothing from now on.

    ``link_to`` is the address of the page that takes a token, with ``TOKEN`` in its place.
    """
    _refuse_if_taken(patient, email)
    now = timezone.now()
    _open(patient).update(withdrawn_at=now)
    token = secrets.token_urlsafe(32)
    made = Invitation.objects.create(
        patient=patient, email=email, token_hash=_hash(token), made_at=now, by=by, expires_at=now + OPEN_FOR
    )
    _event(patient, by, "portal.invite", address)
    _write_mail(patient, email, link_to.replace("TOKEN", token))
    return made


@transaction.atomic
def withdraw_invitations(*, patient: Patient, by: User, address: str | None = None) -> None:
    """Make every open link of a patient worthless."""
    _open(patient).update(withdrawn_at=timezone.now())
    _event(patient, by, "portal.withdraw", address)


def invitation_of(token: str) -> Invitation | None:
    """The invitation that a link stands for, if it still holds."""
    found = Invitation.objects.select_related("patient__practice").filter(token_hash=_hash(token)).first()
    return found if found is not None and holds(found) else None


def holds(invitation: Invitation) -> bool:
    """Whether a link can still be used."""
    return (
        invitation.used_at is None
        and invitation.withdrawn_at is None
        and invitation.tries < TRIES
        and invitation.expires_at > timezone.now()
    )


def is_born_on(invitation: Invitation, day: date | None) -> bool:
    """Whether this is the patient's day of birth; a wrong one counts. A chart without one asks for none."""
    born = invitation.patient.birth_date
    if born is None or born == day:
        return True
    with transaction.atomic():
        held = Invitation.objects.select_for_update().get(pk=invitation.pk)
        held.tries += 1
        held.save(update_fields=["tries"])
        invitation.tries = held.tries
        _event(held.patient, None, "portal.wrong_birth_date", None)
    return False


@transaction.atomic
def accept(*, invitation: Invitation, password: str, address: str | None = None) -> User:
    """Make the account that was invited, and join it to its chart. A link works once."""
    held = Invitation.objects.select_for_update().select_related("patient__practice").get(pk=invitation.pk)
    if not holds(held):
        raise ValidationError(_("This link has been used or is too old. Ask your clinic for a new one."))
    patient = held.patient
    _refuse_if_taken(patient, held.email)
    user = User.objects.create_user(
        email=held.email, password=password, practice=patient.practice, role=Role.PATIENT, name=patient.name
    )
    OwnChart.objects.create(user=user, patient=patient, opened_at=timezone.now())
    held.used_at = timezone.now()
    held.save(update_fields=["used_at"])
    write_event(practice=patient.practice, by=user, action="portal.accept", patient=patient.public_id, address=address)
    return user


@transaction.atomic
def close_account(*, own: OwnChart, by: User, address: str | None = None) -> None:
    """Close a patient's account: signed out everywhere at once, no mail any more. The chart and all events stay.

    What was begun and not sent was the patient's own and is removed.
    """
    User.objects.filter(pk=own.user_id).update(is_active=False)
    end_sessions(own.user)
    Draft.objects.filter(patient=own.patient).delete()
    _event(own.patient, by, "portal.close", address)


@transaction.atomic
def reopen_account(*, own: OwnChart, by: User, address: str | None = None) -> None:
    """Let a patient sign in again, with the same password."""
    User.objects.filter(pk=own.user_id).update(is_active=True)
    _event(own.patient, by, "portal.reopen", address)


def _refuse_if_taken(patient: Patient, email: str) -> None:
    if OwnChart.objects.filter(patient=patient).exists():
        raise ValidationError(_("This patient has an account already."))
    if User.objects.filter(email__iexact=email).exists():
        raise ValidationError({"email": _("This address cannot be used here. Ask for another one.")})


def _open(patient: Patient):
    return Invitation.objects.filter(patient=patient, used_at=None, withdrawn_at=None)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _event(patient: Patient, by: User | None, action: str, address: str | None) -> None:
    write_event(practice=patient.practice, by=by, action=action, patient=patient.public_id, address=address)


def _write_mail(patient: Patient, email: str, link: str) -> None:
    """The mail says who writes and where to go; nothing about why."""
    host = urlsplit(link).hostname
    body = _(
        "%(practice)s invites you to your own pages.\n\n"
        "Open this link within %(days)s days and choose a password:\n%(link)s\n\n"
        "The link leads to %(host)s and works once. If you did not expect it, do nothing."
    ) % {"practice": patient.practice.name, "days": OPEN_FOR.days, "link": link, "host": host}
    send_mail(_("Your own pages at %(practice)s") % {"practice": patient.practice.name}, body, None, [email])

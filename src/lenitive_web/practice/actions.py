"""What the administrator changes: people, payers, rooms, the letter head. Each change is an event."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.core.mail import send_mail
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from lenitive_web.audit.actions import write_event
from lenitive_web.people.models import Practice, User
from lenitive_web.people.roles import Role
from lenitive_web.practice.leaving import leave
from lenitive_web.practice.models import LetterHead, Payer, Questionnaires
from lenitive_web.schedule.models import Place


@transaction.atomic
def invite(*, practice: Practice, email: str, name: str, role: Role, by: User, address: str | None = None) -> User:
    """An account without a password. The letter with the link goes out by :func:`send_invitation`."""
    user = User.objects.create_user(email=email, password=None, practice=practice, role=role, name=name)
    _note(by, "people.invite", f"account {user.pk} as {role}", address)
    return user


def send_invitation(user: User, site: str) -> None:
    """A letter with the link of :func:`first_link`. It says nothing about any patient."""
    send_mail(
        subject=_("Your account at %(practice)s") % {"practice": user.practice},
        message=_("You have an account at %(practice)s. Choose your password here:\n\n%(link)s\n\nThe link works once.")
        % {"practice": user.practice, "link": first_link(user, site)},
        from_email=None,
        recipient_list=[user.email],
    )


def first_link(user: User, site: str) -> str:
    """The address of the page on which the password of an account is set once."""
    path = reverse(
        "account_reset_password_from_key",
        kwargs={"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)},
    )
    return f"{site.rstrip('/')}{path}"


@transaction.atomic
def change_person(
    *,
    person: User,
    name: str,
    role: Role,
    is_active: bool,
    by: User,
    successor: User | None = None,
    address: str | None = None,
) -> User:
    """Another name or role, or no longer here: then signed out at once, and ``successor`` has the open tasks."""
    said = [f"role {role}"] if person.role != role else []
    said += [f"{'activated' if is_active else 'deactivated'}"] if person.is_active != is_active else []
    if person.is_active and not is_active:
        leave(person=person, successor=successor, by=by, address=address)
    person.name, person.role, person.is_active = name, role, is_active
    person.full_clean()
    person.save(update_fields=["name", "role", "is_active"])
    _note(by, "people.change", f"account {person.pk} {', '.join(said)}".strip(), address)
    return person


@transaction.atomic
def add_place(*, place: Place, by: User, address: str | None = None) -> Place:
    """A room for procedures."""
    place.save(force_insert=True)
    _note(by, "practice.room", f"room {place.pk}", address)
    return place


@transaction.atomic
def correct_place(*, place: Place, by: User, address: str | None = None) -> Place:
    """Another name of a room, or what it sees with."""
    place.save(force_update=True)
    _note(by, "practice.room", f"room {place.pk} corrected", address)
    return place


@transaction.atomic
def add_payer(*, payer: Payer, by: User, address: str | None = None) -> Payer:
    """A payer that patients here often have."""
    payer.save(force_insert=True)
    _note(by, "practice.payer", f"payer {payer.pk} added", address)
    return payer


@transaction.atomic
def remove_payer(*, payer: Payer, by: User, address: str | None = None) -> None:
    """Take a payer off the list; what charts say of it stays."""
    number = payer.pk
    payer.delete()
    _note(by, "practice.payer", f"payer {number} removed", address)


@transaction.atomic
def change_letter_head(*, head: LetterHead, by: User, address: str | None = None) -> LetterHead:
    """What letters begin with, and the usual state and site."""
    head.save()
    _note(by, "practice.letter_head", "", address)
    return head


@transaction.atomic
def choose_questionnaires(*, withheld: Collection[str], by: User, address: str | None = None) -> None:
    """What patients are asked from now on: everything with a free wording but these."""
    Questionnaires.objects.update_or_create(practice=by.practice, defaults={"withheld": sorted(withheld)})
    _note(by, "practice.questionnaires", f"without {', '.join(sorted(withheld)) or 'nothing'}", address)


def _note(by: User, action: str, about: str, address: str | None) -> None:
    write_event(practice=by.practice, by=by, action=action, about=about, address=address)


def letter_head_of(practice: Practice, **more: Any) -> LetterHead:
    """The letter head of a practice, a blank one if none was written."""
    return LetterHead.objects.filter(practice=practice).first() or LetterHead(practice=practice, **more)

"""The first day: a practice and its first administrator, before anybody can sign in to make them."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from lenitive.errors import UsageError
from lenitive_web.audit.actions import write_event
from lenitive_web.people.models import Practice, User
from lenitive_web.people.roles import Role


@transaction.atomic
def open_practice(*, name: str, email: str, person: str) -> User:
    """The administrator of a new practice, or of one that has none left who may sign in.

    A practice that still has one is refused: there, people are invited by the administrator. Whoever was made so and
    never chose a password is found again, so that a link that was lost can be printed anew.
    """
    name, person = " ".join(name.split()), " ".join(person.split())
    practice = Practice.objects.filter(name__iexact=name).first()
    people = User.objects.filter(practice=practice, role=Role.ADMINISTRATOR, is_active=True)
    if practice and (holding := people.first()):
        if holding.email == email.lower() and not holding.has_usable_password():
            return holding
        raise UsageError(
            f"{practice} has an administrator already: {holding.email}. Whoever else works there is invited under "
            "Practice in the browser; a forgotten password is set anew on the sign-in page."
        )
    _refuse_bad_address(email)
    practice = practice or _new_practice(name)
    user = _account(practice, email, person)
    write_event(practice=practice, by=None, action="practice.open", about=f"account {user.pk} as {user.role}")
    return user


def _refuse_bad_address(email: str) -> None:
    try:
        validate_email(email)
    except ValidationError:
        raise UsageError(f"{email!r} is not an e-mail address.") from None
    if User.objects.filter(email__iexact=email).exists():
        raise UsageError(f"{email} has an account already. An account belongs to one practice.")


def _new_practice(name: str) -> Practice:
    practice = Practice(name=name)
    try:
        practice.full_clean()
    except ValidationError as problem:
        raise UsageError(f"The practice cannot be called so: {' '.join(problem.messages)}") from None
    practice.save()
    return practice


def _account(practice: Practice, email: str, person: str) -> User:
    if not person:
        raise UsageError("The administrator needs a name: say it with --called.")
    return User.objects.create_user(email=email, password=None, practice=practice, role=Role.ADMINISTRATOR, name=person)

"""Signing in and out leaves events too, and so does every try that failed and every change of a secret."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import password_changed, password_reset, password_set
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authentication_failed, authenticator_added, authenticator_removed
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from lenitive_web.audit.actions import address_of, write_event
from lenitive_web.people.models import User


@receiver(user_logged_in)
def _came(sender: Any, request: HttpRequest, user: User, **more: Any) -> None:
    _note(user, "account.sign_in", request)


@receiver(user_logged_out)
def _left(sender: Any, request: HttpRequest, user: User | None, **more: Any) -> None:
    if user is not None:
        _note(user, "account.sign_out", request)


@receiver(user_login_failed)
def _was_refused(sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **more: Any) -> None:
    """A wrong password for an account that there is. What was typed for an unknown address belongs to no practice."""
    typed = credentials.get("email") or credentials.get("username") or ""
    if user := User.objects.filter(email__iexact=typed).first():
        _note_refusal(user, "password", request)


@receiver(authentication_failed)
def _showed_a_wrong_factor(sender: Any, request: HttpRequest, user: User, **more: Any) -> None:
    _note_refusal(user, "second factor", request)


@receiver([password_changed, password_reset, password_set])
def _chose_a_password(sender: Any, request: HttpRequest, user: User, **more: Any) -> None:
    _note(user, "account.password", request)


@receiver(authenticator_added)
def _took_a_factor(sender: Any, request: HttpRequest, user: User, authenticator: Authenticator, **more: Any) -> None:
    _note(user, "account.factor_added", request, authenticator.type)


@receiver(authenticator_removed)
def _gave_a_factor_back(
    sender: Any, request: HttpRequest, user: User, authenticator: Authenticator, **more: Any
) -> None:
    _note(user, "account.factor_removed", request, authenticator.type)


def _note(user: User, action: str, request: HttpRequest, about: str = "") -> None:
    write_event(practice=user.practice, by=user, action=action, about=about, address=address_of(request))


def _note_refusal(user: User, what: str, request: HttpRequest | None) -> None:
    """Whoever tried is not known: the event names the account, not a person."""
    write_event(
        practice=user.practice,
        by=None,
        action="account.refused",
        about=f"account {user.pk}, {what}",
        address=address_of(request) if request else None,
    )

"""Signing in and out leaves events too."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest

from lenitive_web.audit.actions import address_of, write_event
from lenitive_web.people.models import User


@receiver(user_logged_in)
def _came(sender: Any, request: HttpRequest, user: User, **more: Any) -> None:
    write_event(practice=user.practice, by=user, action="account.sign_in", address=address_of(request))


@receiver(user_logged_out)
def _left(sender: Any, request: HttpRequest, user: User | None, **more: Any) -> None:
    if user is not None:
        write_event(practice=user.practice, by=user, action="account.sign_out", address=address_of(request))

"""A session ends after a working day, however busy it was; that it ends when nobody clicks is the cookie's matter."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

BEGAN = "session_began"


@receiver(user_logged_in)
def _begin(sender: object, request: HttpRequest, **more: object) -> None:
    request.session[BEGAN] = timezone.now().timestamp()


class WorkingDay:
    """Signs out whoever signed in longer ago than the setting says. A session that does not know when ends too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and _is_over(request.session.get(BEGAN)):
            logout(request)
        return self.get_response(request)


def _is_over(began: float | None) -> bool:
    return began is None or timezone.now().timestamp() - began > settings.SESSION_LONGEST

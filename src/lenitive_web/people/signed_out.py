"""Who was signed out meanwhile and whose page asks in the background is told so; the page stays as it is."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url


class SaysSignedOut:
    """A request of htmx that would be led to the sign-in page gets a plain 401: no fragment holds that page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        led_away = response.status_code == 302 and response["Location"].startswith(resolve_url(settings.LOGIN_URL))
        if led_away and request.htmx and not request.htmx.boosted and not request.user.is_authenticated:
            return HttpResponse(status=401)
        return response

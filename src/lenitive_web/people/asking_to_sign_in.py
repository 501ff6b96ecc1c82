"""Who is not signed in is asked to; a form that came too late leads back to the page it stood on."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _

from lenitive_web.addresses import page_of


class AsksToSignIn(LoginRequiredMiddleware):
    """An address that only takes forms is nothing to come back to after signing in: its page is."""

    def handle_no_permission(self, request: HttpRequest, view_func: Callable[..., HttpResponse]) -> HttpResponse:
        """To the sign-in page, and from there to where one can go on."""
        if request.method in ("GET", "HEAD"):
            return super().handle_no_permission(request, view_func)
        if not request.htmx:
            messages.warning(
                request,
                _(
                    "You were signed out before this was sent, so nothing was written. Sign in and you are back on "
                    "the page; where a form keeps drafts, what you typed stands in it."
                ),
            )
        return redirect_to_login(page_of(request), resolve_url(self.get_login_url(view_func)))

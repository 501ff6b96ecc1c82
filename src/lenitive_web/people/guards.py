"""Who may open a page that is about no single patient."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from lenitive_web.people.roles import PERMISSIONS

View = Callable[..., HttpResponse]


def needs(permission: str) -> Callable[[View], View]:
    """A page for those who may do this; for everybody else it does not exist."""
    if permission not in PERMISSIONS:
        raise KeyError(f"No permission called {permission!r}; the table is in people/roles.py.")

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.may(permission):
                raise Http404
            return view(request, *args, **kwargs)

        guarded.needs = permission  # type: ignore[attr-defined]  # for whoever walks the addresses
        return guarded

    return guard

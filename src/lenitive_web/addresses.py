"""The page a form stood on, found from the address that takes the form."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.urls import Resolver404, resolve, reverse


def page_of(request: HttpRequest) -> str:
    """Where a form stood that was sent to here: the page the browser came from, else the nearest page above."""
    came_from = urlsplit(request.headers.get("Referer", ""))
    if came_from.netloc == request.get_host() and _is_a_page(came_from.path):
        return came_from.path + (f"?{came_from.query}" if came_from.query else "")
    return page_above(request.path)


def page_above(path: str) -> str:
    """The nearest address, this one or one above it, that can be looked at; the start if there is none."""
    return next((one for one in _upwards(path) if _is_a_page(one)), reverse("home"))


def _upwards(path: str) -> Iterator[str]:
    while path.strip("/"):
        yield path
        path = path.rstrip("/").rpartition("/")[0]


def _is_a_page(path: str) -> bool:
    """Whether this is an address of a room that can be looked at; the pages of signing in are none."""
    try:
        found = resolve(path)
    except Resolver404:
        return False
    return bool(getattr(found.func, "login_required", True)) and "GET" in methods_of(found.func)


def methods_of(view: Callable[..., object]) -> list[str]:
    """The methods that a view's ``require_http_methods`` lets through, below whatever else decorates it."""
    inner: Callable[..., object] | None = view
    while inner is not None:
        said = inspect.getclosurevars(inner).nonlocals.get("request_method_list")
        if said is not None:
            return list(said)
        inner = getattr(inner, "__wrapped__", None)
    return ["GET", "POST"]

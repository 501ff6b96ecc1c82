"""What every template may use."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from lenitive import __version__
from lenitive_web.stages import ROOMS


def look(request: HttpRequest) -> dict[str, Any]:
    """The rooms that this person may open, and which one is open."""
    user = getattr(request, "user", None)
    known = user is not None and user.is_authenticated
    return {
        "rooms": [room for room in ROOMS if user.may(room.permission)] if known else [],
        "version": __version__,
    }

"""One line of a list of first steps, which a new practice and a new patient begin with."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True)
class FirstStep:
    """One thing to do, what it is for, where, and whether it is done. Without an address it is done elsewhere."""

    what: str | Promise
    why: str | Promise
    address: str
    is_done: bool

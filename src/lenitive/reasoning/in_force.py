"""What is in force on a day: versions of policies, contractors' members, programmes and their services."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from lenitive.medicine.shapes import Policy, PolicyVersion


class Dated(Protocol):
    """Something that holds from a day on, and perhaps until another, both included."""

    @property
    def effective_from(self) -> date:
        """The first day."""

    @property
    def effective_until(self) -> date | None:
        """The last day; ``None`` if no end is known."""


def holds_on(dated: Dated, day: date) -> bool:
    """True from the first to the last day."""
    return dated.effective_from <= day and (dated.effective_until is None or day <= dated.effective_until)


def version_in_force(policy: Policy, day: date) -> PolicyVersion | None:
    """The version of a policy whose rows hold on a day: of several the one that began last."""
    return max((one for one in policy.versions if holds_on(one, day)), key=lambda one: one.effective_from, default=None)

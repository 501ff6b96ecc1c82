"""Met, not met, undocumented: the three answers, and how they combine.

The truth tables are Kleene's strong logic. Inside the engines a status is ``True``, ``False`` or ``None``
(unknown); outside it is a :class:`Status`, which refuses to be used as a plain yes or no.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum


class Status(Enum):
    """How a criterion stands."""

    MET = "met"
    NOT_MET = "not met"
    UNDOCUMENTED = "undocumented"

    def __bool__(self) -> bool:
        raise TypeError(
            "A status is met, not met or undocumented; `if status:` would hide the third. "
            "Write `if status is Status.MET:`."
        )

    @classmethod
    def of(cls, truth: bool | None) -> Status:
        """The status for true, false or unknown."""
        return cls.UNDOCUMENTED if truth is None else cls.MET if truth else cls.NOT_MET

    @property
    def truth(self) -> bool | None:
        """True for met, false for not met, unknown for undocumented."""
        return None if self is Status.UNDOCUMENTED else self is Status.MET


#       and      true   false  unknown        or       true   false  unknown
#       true     true   false  unknown        true     true   true   true
#       false    false  false  false          false    true   false  unknown
#       unknown  unknown false unknown        unknown  true   unknown unknown


def kleene_not(a: bool | None) -> bool | None:
    """True for false, false for true, unknown for unknown."""
    return None if a is None else not a


def kleene_and(values: Iterable[bool | None]) -> bool | None:
    """False if any is false, else unknown if any is unknown, else true."""
    unknown = False
    for value in values:
        if value is False:
            return False
        unknown = unknown or value is None
    return None if unknown else True


def kleene_or(values: Iterable[bool | None]) -> bool | None:
    """True if any is true, else unknown if any is unknown, else false."""
    unknown = False
    for value in values:
        if value is True:
            return True
        unknown = unknown or value is None
    return None if unknown else False


def kleene_at_least(n: int, values: Iterable[bool | None]) -> bool | None:
    """True if n are true, false if n can no longer be reached, else unknown."""
    listed = list(values)
    true = sum(value is True for value in listed)
    possible = sum(value is not False for value in listed)
    return True if true >= n else False if possible < n else None

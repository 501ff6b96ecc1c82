"""The errors a user can meet.

::

    LenitiveError
    ├── UsageError        asked for something that does not exist          exit code 2
    ├── BadInputError     a file or a record that cannot be read as a fact exit code 3
    ├── KnowledgeError    an entry, policy or source that does not hold     exit code 1
    └── RuleError         a criterion written in a way that has no meaning  (an author's mistake)

Each message says what was wrong, what is allowed, and what to do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches


class LenitiveError(Exception):
    """Any error whose message is written for the person who caused it."""

    exit_code = 1


class UsageError(LenitiveError):
    """Something was asked for that does not exist or does not fit together."""

    exit_code = 2


_LONG_WORDS = re.compile(r"'([^'\n]{60})[^']+'")
"""A long text that somebody typed: a message has enough of it to find it."""


class BadInputError(LenitiveError):
    """Input that cannot be read as facts: says the file, the place in it, and what was expected."""

    exit_code = 3

    def __init__(self, file: str, place: str, problem: str, expected: str = "") -> None:
        problem = _LONG_WORDS.sub(r"'\1…'", problem)
        self.file, self.place, self.problem, self.expected = file, place, problem, expected
        where = f"{file}, {place}" if place else file
        end = "" if problem.endswith((".", "?")) else "."
        super().__init__(f"{where}: {problem}" + (f"{end} Expected {expected}." if expected else ""))


class KnowledgeError(LenitiveError):
    """Clinical content that is malformed, uncited, ungraded or contradicts itself."""

    exit_code = 1


class RuleError(LenitiveError):
    """A rule that has no meaning as it is written; the message shows how to write it."""


def no_such(kind: str, name: str, known: Iterable[str]) -> UsageError:
    """The error for a name that is not there, with the nearest names that are."""
    names = sorted(known)
    near = get_close_matches(name, names, n=3)
    listed = ", ".join(names) if len(names) <= 30 else f"{', '.join(names[:30])}, and {len(names) - 30} more"
    hint = f" Did you mean {' or '.join(near)}?" if near else ""
    return UsageError(f"No {kind} called {name!r}.{hint} There are: {listed or 'none'}.")

"""How a command ends: a message instead of a traceback, and an exit code that a script can use.

==== =========================================================================
0    done
1    a check found something: content that does not hold, records refused
2    wrong use: an option, a name or a day that means nothing
3    bad input: a file that cannot be read as facts
130  stopped by the user
141  whoever read the output went away
==== =========================================================================
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from lenitive.errors import LenitiveError

FOUND_SOMETHING = 1
STOPPED = 130
READER_WENT_AWAY = 141


@contextmanager
def teaching_errors() -> Iterator[None]:
    """Turn what went wrong into a message on stderr and an exit code. A mistake of ours still shows its traceback."""
    try:
        yield
        sys.stdout.flush()
    except LenitiveError as error:
        complain(str(error))
        raise typer.Exit(error.exit_code) from None
    except BrokenPipeError:
        # Python flushes once more on its way out; there is nobody left to read it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(READER_WENT_AWAY) from None
    except KeyboardInterrupt:
        complain("Stopped.")
        raise typer.Exit(STOPPED) from None


def complain(message: str) -> None:
    """Say something on stderr, whatever its encoding can hold."""
    encoding = sys.stderr.encoding or "ascii"
    sys.stderr.write(message.encode(encoding, "backslashreplace").decode(encoding) + "\n")

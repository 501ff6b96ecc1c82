"""How a command ends: a message instead of a traceback, and an exit code that a script can use.

==== ============================================================================================
0    done
1    a check found something: content that does not hold, records refused
2    wrong use: an option, a name or a day that means nothing, a place where nothing can be written
3    bad input: a file that cannot be read as facts
130  stopped by the user
141  whoever read the output went away
==== ============================================================================================
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from lenitive.errors import LenitiveError, UsageError

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
        _stop_writing()
        raise typer.Exit(READER_WENT_AWAY) from None
    except OSError as error:
        _stop_writing()
        complain(_in_a_line(error))
        raise typer.Exit(UsageError.exit_code) from None
    except KeyboardInterrupt:
        complain("Stopped.")
        raise typer.Exit(STOPPED) from None


def _stop_writing() -> None:
    """Python flushes stdout once more on its way out; what could not be written then goes nowhere."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _in_a_line(error: OSError) -> str:
    """What the system refused, and where. Standard output has no name."""
    return f"{error.filename or 'What is printed'}: {error.strerror or 'the system refused it'}. Name another place."


def complain(message: str) -> None:
    """Say something on stderr, whatever its encoding can hold."""
    encoding = sys.stderr.encoding or "ascii"
    sys.stderr.write(message.encode(encoding, "backslashreplace").decode(encoding) + "\n")

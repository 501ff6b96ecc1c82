"""Draws a file in a process of its own: what kills that process, fills its memory or never ends harms nothing else."""

from __future__ import annotations

import os
import subprocess
import sys

import msgspec

from lenitive_web.attachments.drawing import CannotBeDrawnError, Drawn, Refused, drawn

MEMORY = 2 * 1024**3
"""Bytes."""
SECONDS = 60
"""Of work; a file of a hundred scanned pages takes a third."""
PATIENCE = 180
"""Seconds by the clock, on a machine that has other work."""


def drawn_apart(file: bytes) -> Drawn:
    """The pages of a file. Raises :class:`CannotBeDrawnError`."""
    try:
        # Nothing of the clinic's surroundings goes along, least of all its secrets; what it says may hold a chart's.
        done = subprocess.run(
            [sys.executable, "-I", "-m", __name__],
            input=file,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PATH": os.defpath},
            cwd="/",
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise CannotBeDrawnError("work") from None
    if done.returncode:
        raise CannotBeDrawnError("work")
    answer: Drawn | Refused = msgspec.msgpack.decode(done.stdout, type=Drawn | Refused)
    if isinstance(answer, Refused):
        raise CannotBeDrawnError(answer.why)
    return answer


def _limit() -> None:
    """So much memory, so much time, no file written, no process begun."""
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> None:
    """Read a file, say what came of it."""
    file = sys.stdin.buffer.read()
    _limit()
    answer: Drawn | Refused
    try:
        answer = drawn(file)
    except CannotBeDrawnError as refused:
        answer = Refused(why=refused.why)
    except MemoryError:
        answer = Refused(why="work")
    sys.stdout.buffer.write(msgspec.msgpack.encode(answer))


if __name__ == "__main__":
    main()

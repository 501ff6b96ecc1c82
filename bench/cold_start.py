"""``lenitive assess`` from cold: a new process, the report printed. And how much of that is Python itself."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from bench.measuring import ROOT, Figure, Scale, SkippedError, check, interleaved, timed

TITLE = "Cold start of `lenitive assess examples/facet.toml`"
BAR = 0.7
EXAMPLE = ROOT / "examples" / "facet.toml"
COMMAND = Path(sys.executable).with_name("lenitive")
EXPECTED = ("facet",)
"""Words without which the report is not about this case."""


def measure(scale: Scale) -> Iterator[Figure]:
    """The median of several starts, beside an empty Python."""
    if not EXAMPLE.exists() or not COMMAND.exists():
        raise SkippedError(f"{EXAMPLE.name} or the command is not there yet")
    with tempfile.TemporaryDirectory(prefix="lenitive-bench-") as empty:
        first = start({"XDG_CACHE_HOME": empty})
        taken = interleaved(
            {
                "lenitive assess": lambda: start({"XDG_CACHE_HOME": empty}),
                "python -c pass": lambda: timed(lambda: subprocess.run([sys.executable, "-c", "pass"], check=True))[0],
            },
            scale.of(15, 3),
        )
    time = taken["lenitive assess"]
    yield Figure("median of a new process", f"{time:.2f} s", f"under {BAR} s", time < BAR)
    yield Figure("the first time ever (content is compiled once)", f"{first:.2f} s")
    yield Figure("an empty Python", f"{taken['python -c pass']:.2f} s")


def start(environment: Mapping[str, str]) -> float:
    """The seconds of one run, whose report was looked at. Modules are compiled once, as where it is installed."""
    time, done = timed(
        lambda: subprocess.run(
            [COMMAND, "assess", EXAMPLE],
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "", **environment},
            capture_output=True,
            text=True,
            check=False,
        )
    )
    check(done.returncode == 0, f"lenitive assess ended with {done.returncode}: {done.stderr[-300:]}")
    for word in EXPECTED:
        check(word in done.stdout.lower(), f"the report does not mention {word!r}")
    return time

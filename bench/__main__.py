"""``python -m bench [NAME…] [--quick] [--millions N]``: measures, checks every answer, prints a table.

It ends with 1 if any answer was wrong; a missed bar is shown, not punished, because machines differ.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from statistics import median
from time import perf_counter

from bench.measuring import Figure, Scale, SkippedError, WrongAnswerError
from lenitive.errors import LenitiveError

PARTS = {
    "assess": "bench.assessing",
    "cold": "bench.cold_start",
    "frame": "bench.frame_engine",
    "policies": "bench.all_policies",
    "reading": "bench.reading",
    "hooks": "bench.hooks",
    "pages": "bench.patient_page",
    "today": "bench.first_page",
    "peers": "bench.peers",
}
LIBRARIES = ("polars", "narwhals", "msgspec", "orjson")
WIDTHS = (52, 64, 34)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the parts that were asked for; 1 if any gave a wrong answer."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", choices=[[], *PARTS], metavar="NAME", help=", ".join(PARTS))
    parser.add_argument("--quick", action="store_true", help="a short run; shows that it works, not how fast it is")
    parser.add_argument(
        "--millions", type=int, default=1, help="grow `frame` to so many million patients (10: 3.4 GB of disk)"
    )
    asked = parser.parse_args(arguments)
    started = perf_counter()
    print("\n".join(about_this_machine(asked.quick)))
    print(_pace("before"))
    _warn_if_busy("before")
    wrong = [name for name in asked.parts or PARTS if not run(name, Scale(asked.quick, asked.millions))]
    print(
        f"\nTook {perf_counter() - started:.0f} s.",
        f"Wrong answers in: {', '.join(wrong)}." if wrong else "All answers right.",
    )
    print(_pace("after"))
    _warn_if_busy("after")
    return 1 if wrong else 0


def _pace(when: str) -> str:
    """How long the interpreter takes for the same work in every run: a machine that others share has good and bad
    minutes, so runs of different days are compared by this."""
    times = []
    for _ in range(40):
        start = perf_counter()
        for number in range(500_000):
            number * 2 + 1
        times.append((perf_counter() - start) * 2000)
    return (
        f"Pace {when} the run: {median(times):.0f} ms for a million steps of a loop, {min(times):.0f} at the quickest."
    )


def _warn_if_busy(when: str) -> None:
    """Say so if others want the cores too: then times are longer than they need be, and only ratios say something."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    if load > cores() + 1:
        print(f"Busy machine {when} the run (load {load:.1f} on {cores()} cores): times are too long, ratios less so.")


def run(name: str, scale: Scale) -> bool:
    """Print the figures of one part as they come; false if an answer was wrong."""
    print(f"\n{import_module(PARTS[name]).TITLE}", flush=True)
    try:
        figures: Iterator[Figure] = import_module(PARTS[name]).measure(scale)
        for figure in figures:
            print(line(figure), flush=True)
    except SkippedError as reason:
        print(f"  skipped: {reason}")
    except (WrongAnswerError, LenitiveError) as error:
        print(f"  WRONG: {error}")
        return False
    return True


def line(figure: Figure) -> str:
    """A figure, its bar, and whether it was met."""
    word = {True: "pass", False: "MISS", None: ""}[figure.met]
    cells = (figure.what, figure.figure, figure.bar and f"bar: {figure.bar}")
    padded = [cell.ljust(width) for cell, width in zip(cells, WIDTHS, strict=True)]
    return f"  {' '.join(padded)} {word}".rstrip()


def about_this_machine(quick: bool) -> list[str]:
    """Where and with what this was measured."""
    versions = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return [
        f"Lenitive {version('lenitive')} bench, {date.today()}" + (" (quick: not for quoting)" if quick else ""),
        f"{_processor()}, {cores()} cores, {_memory()}, {platform.platform()}",
        f"Python {platform.python_version()}, {versions}",
    ]


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _processor() -> str:
    told = Path("/proc/cpuinfo")
    names = [row.split(":")[1] for row in told.read_text().splitlines() if "model name" in row] if told.exists() else []
    return names[0].strip() if names else platform.processor() or platform.machine()


def _memory() -> str:
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return f"{total / 2**30:.0f} GiB"


if __name__ == "__main__":
    sys.exit(main())

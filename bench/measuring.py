"""What every benchmark shares: figures, checked answers, a clock, a child process whose memory is known."""

from __future__ import annotations

import os
import random
import resource
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, TypeVar

import msgspec
import platformdirs

T = TypeVar("T")

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
"""Reference material beside the repository; what needs it is skipped where it is absent."""


class WrongAnswerError(Exception):
    """A benchmark worked out something else than it should have; its speed means nothing."""


class SkippedError(Exception):
    """Something that a benchmark needs is not here."""


@dataclass(frozen=True)
class Figure:
    """One line of the report. ``met`` is ``None`` where there is no bar."""

    what: str
    figure: str
    bar: str = ""
    met: bool | None = None


@dataclass(frozen=True)
class Scale:
    """How much is measured: everything, or a short run that shows whether it works."""

    quick: bool
    millions: int = 1
    """Millions of patients in the largest registry of the frame engine."""

    def of(self, full: T, quick: T) -> T:
        """The one or the other."""
        return quick if self.quick else full


def cache_folder() -> Path:
    """Where peers are kept between runs, outside the repository."""
    folder = Path(platformdirs.user_cache_dir("lenitive-bench"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


# --- answers -----------------------------------------------------------------------------------------------------


def check(holds: bool, wrong: str) -> None:
    """Refuse to report a speed if the answers are wrong."""
    if not holds:
        raise WrongAnswerError(wrong)


def check_same(found: Mapping[Any, Any], expected: Mapping[Any, Any], what: str) -> int:
    """How many answers were compared, all of them equal; otherwise an error that counts the others and shows three."""
    check(bool(expected), f"{what}: there was nothing to compare")
    wanted = {key: (found.get(key, "no answer"), expected.get(key, "no answer")) for key in {**found, **expected}}
    differing = {key: pair for key, pair in wanted.items() if pair[0] != pair[1]}
    shown = "; ".join(f"{key}: {mine!r}, expected {right!r}" for key, (mine, right) in list(differing.items())[:3])
    check(not differing, f"{what}: {len(differing)} of {len(wanted)} answers differ ({shown})")
    return len(wanted)


# --- time --------------------------------------------------------------------------------------------------------


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """The seconds that it took, and what came back."""
    start = perf_counter()
    result = work()
    return perf_counter() - start, result


def interleaved(contenders: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, float]:
    """The median seconds of each contender. Each round asks all of them, in an order of its own."""
    taken: dict[str, list[float]] = {name: [] for name in contenders}
    order = random.Random(1)
    for _ in range(rounds):
        for name in order.sample(list(contenders), len(contenders)):
            taken[name].append(contenders[name]())
    return {name: median(times) for name, times in taken.items()}


def percentile(values: Iterable[float], percent: int) -> float:
    """The smallest of the values that so many percent of them do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


# --- children ----------------------------------------------------------------------------------------------------


def in_child(module: str, *arguments: object, cores: int | None = None) -> Any:
    """What ``python -m MODULE ARGUMENTS`` says as JSON, on so many cores (all, if not given)."""
    command = [sys.executable, "-m", module, *map(str, arguments)]
    threads = {"POLARS_MAX_THREADS": str(cores)} if cores else {}
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **threads}, capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise WrongAnswerError(f"`{' '.join(command[1:])}` ended with {done.returncode}: {last[-500:]}")
    return msgspec.json.decode(done.stdout.splitlines()[-1])


def say(result: object) -> None:
    """A child's answer to :func:`in_child`, its peak memory added."""
    print(msgspec.json.encode({"answer": result, "peak_bytes": peak_bytes()}).decode(), flush=True)


def peak_bytes() -> int:
    """The most memory that this process held at once.

    ``getrusage`` also counts what the parent held when it started this process, so Linux is asked directly.
    """
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def stay_on_one_core() -> None:
    """Keep this process on one core, where the system can."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})

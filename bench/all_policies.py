"""Every policy of the knowledge base over one registry, as `lenitive evaluate` does it, one after the other.

The answers are counted, and those of patients drawn at random are held against the determination that an assessment
would give them.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl

from bench.measuring import Figure, Scale, SkippedError, check, check_same, in_child, say, timed
from bench.registries import charts_of, registry, some_patients
from bench.ten_criteria import DAY
from lenitive.chart import Request
from lenitive.errors import UsageError
from lenitive.reasoning.book import Book, book
from lenitive.reasoning.determination import Asking, determine
from lenitive.reasoning.policy_question import PolicyQuestion, policy_question
from lenitive.registry.evaluation import evaluate_store
from lenitive.registry.store import open_store
from lenitive.rules.frame import PATIENT
from lenitive.rules.model import Node
from lenitive.rules.reference import Reference

TITLE = "All policies over one registry"
SECONDS_BAR, BYTES_BAR = 60, 4 * 2**30


def measure(scale: Scale) -> Iterator[Figure]:
    """Seconds and memory for all policies together."""
    known = book()
    policies = in_force(known)
    if not policies:
        raise SkippedError(f"no policy of the knowledge base is in force on {DAY}")
    size = scale.of(1_000_000, 10_000)
    with tempfile.TemporaryDirectory(prefix="lenitive-bench-") as scratch:
        said = in_child("bench.all_policies", registry(size).path, scratch)
        compared = sum(_check(known, name, Path(scratch), size, scale.of(60, 20)) for name in policies)
    seconds, peak = sum(said["answer"].values()), said["peak_bytes"]
    slowest = max(said["answer"], key=said["answer"].__getitem__)
    rows = sum(len(question.rows) for question in policies.values())
    met = None if scale.quick else seconds < SECONDS_BAR and peak < BYTES_BAR
    yield Figure(
        f"{len(policies)} policies ({rows} criteria) × {size:,} patients",
        f"{seconds:.1f} s, peak {peak / 2**20:,.0f} MiB; slowest {slowest} {said['answer'][slowest]:.1f} s",
        "" if scale.quick else f"under {SECONDS_BAR} s and {BYTES_BAR / 2**30:.0f} GiB",
        met,
    )
    yield Figure("answers checked", f"{compared:,}, by the determinations of single patients")


def in_force(known: Book) -> dict[str, PolicyQuestion]:
    """The questions of the policies that have a version for the day."""
    found: dict[str, PolicyQuestion] = {}
    for name in known.content.policies:
        try:
            found[name] = policy_question(known, name, request_for(known, name), DAY)
        except UsageError:
            continue
    return found


def request_for(known: Book, name: str) -> Request:
    """A request that this policy could be asked about."""
    policy = known.content.policies[name]
    kind = policy.procedures[0]
    states = [state for member in policy.members for state in member.states]
    return Request(
        kind=kind,
        region=known.content.procedures[kind].region if kind in known.content.procedures else "lumbar",
        side="left",
        levels=("L4-5", "L5-S1"),
        guidance="fluoroscopy",
        sedation="none",
        programme=policy.programmes[0] if policy.programmes else None,
        payer=policy.payers[0] if policy.payers else None,
        state=states[0] if states else None,
    )


def questions_of(question: PolicyQuestion) -> dict[str, Node]:
    """The status of the policy, and each row's criterion."""
    return {"status": question.status, **{row.name: row.met for row in question.rows}}


def _check(known: Book, name: str, folder: Path, size: int, sample: int) -> int:
    """How many statuses were compared, and that every patient has one."""
    found = pl.read_parquet(folder / f"{name}.parquet")
    check(found.height == size, f"{name}: {found.height} patients answered instead of {size}")
    store, request = registry(size), request_for(known, name)
    patients = some_patients(store, sample)
    version = policy_question(known, name, request, DAY).effective_from
    wants = next(one.wants for one in known.content.policies[name].versions if one.effective_from == version)
    expected: dict[str, str] = {}
    for chart in charts_of(store, patients):
        asking = Asking(known, Reference(chart.as_of(DAY), DAY, request), request.state)
        expected[chart.patient_id] = determine(asking, name, wants, recalled_refuses=False).status
    rows = found.filter(pl.col(PATIENT).is_in(patients)).select(PATIENT, "status").iter_rows()
    return check_same({patient: str(status) for patient, status in rows}, expected, name)


# --- the child ---------------------------------------------------------------------------------------------------


def evaluate_all(path: Path, folder: Path) -> dict[str, Any]:
    """The seconds of each policy."""
    known, store = book(), open_store(path)
    return {
        name: timed(
            lambda n=name, q=question: evaluate_store(  # type: ignore[misc]
                store, questions_of(q), DAY, folder / f"{n}.parquet", request_for(known, n)
            )
        )[0]
        for name, question in in_force(known).items()
    }


if __name__ == "__main__":
    say(evaluate_all(Path(sys.argv[1]), Path(sys.argv[2])))

"""Every policy of the knowledge base over one registry, asked together, as `lenitive evaluate --policy all` does it.

The answers are held against two others: those of the same policies asked one by one, for patients that a smaller
registry shares, and the determinations that assessments of patients drawn at random give.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl

from bench.measuring import Figure, Scale, SkippedError, check, check_same, in_child, say, timed
from bench.registries import charts_of, registry, some_patients
from bench.ten_criteria import DAY
from lenitive.chart import Chart, Request
from lenitive.errors import UsageError
from lenitive.reasoning.book import Book, book
from lenitive.reasoning.determination import Asking, determine
from lenitive.reasoning.policy_question import PolicyQuestion, policy_question
from lenitive.registry.evaluation import evaluate_store
from lenitive.registry.store import open_store
from lenitive.registry.together import Asked, together
from lenitive.rules.frame import PATIENT
from lenitive.rules.model import Node
from lenitive.rules.reference import Reference

TITLE = "All policies over one registry, asked together"
SECONDS_BAR, BYTES_BAR = 60, 4 * 2**30
ONE_BY_ONE = 1_000
"""So many patients are asked about each policy by itself as well."""


def measure(scale: Scale) -> Iterator[Figure]:
    """Seconds and memory for all policies together."""
    known = book()
    policies = in_force(known)
    if not policies:
        raise SkippedError(f"no policy of the knowledge base is in force on {DAY}")
    size = scale.of(1_000_000, 10_000)
    with tempfile.TemporaryDirectory(prefix="lenitive-bench-") as scratch:
        out = Path(scratch) / "answers.parquet"
        said = in_child("bench.all_policies", registry(size).path, out)
        alone = check_one_by_one(known, policies, out, Path(scratch))
        compared = check_determinations(known, list(policies), out, size, scale.of(60, 20))
    seconds, peak = said["answer"], said["peak_bytes"]
    rows = sum(len(question.rows) for question in policies.values())
    met = None if scale.quick else seconds < SECONDS_BAR and peak < BYTES_BAR
    yield Figure(
        f"{len(policies)} policies ({rows} criteria) × {size:,} patients",
        f"{seconds:.1f} s, peak {peak / 2**20:,.0f} MiB",
        "" if scale.quick else f"under {SECONDS_BAR} s and {BYTES_BAR / 2**30:.0f} GiB",
        met,
    )
    yield Figure("answers checked", f"{alone:,} by policies asked one by one, {compared:,} by determinations")


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


def check_one_by_one(known: Book, policies: dict[str, PolicyQuestion], out: Path, folder: Path) -> int:
    """How many answers are those that each policy gives by itself; they must all be."""
    smaller, compared = registry(ONE_BY_ONE), 0
    for name, question in policies.items():
        evaluate_store(smaller, questions_of(question), DAY, folder / "one.parquet", request_for(known, name))
        one = pl.read_parquet(folder / "one.parquet").sort(PATIENT)
        columns = [pl.col(f"{name}.{column}").alias(column) for column in one.columns if column != PATIENT]
        both = pl.scan_parquet(out).join(one.lazy().select(PATIENT), on=PATIENT).select(PATIENT, *columns)
        check(both.collect().sort(PATIENT).equals(one), f"{name}: asked together it gives other answers than by itself")
        compared += one.height * len(columns)
    return compared


def check_determinations(known: Book, policies: Sequence[str], out: Path, size: int, sample: int) -> int:
    """How many statuses are those that assessments of single patients give; they must all be."""
    store = registry(size)
    patients = some_patients(store, sample)
    statuses = [pl.col(f"{name}.status").alias(name) for name in policies]
    answered = pl.scan_parquet(out).select(PATIENT, *statuses)
    height = answered.select(pl.len()).collect().item()
    check(height == size, f"{height} patients answered instead of {size}")
    rows = answered.filter(pl.col(PATIENT).is_in(patients)).collect()
    found = {row[PATIENT]: row for row in rows.iter_rows(named=True)}
    charts = charts_of(store, patients)
    return sum(
        check_same({patient: row[name] for patient, row in found.items()}, _determined(known, name, charts), name)
        for name in policies
    )


def _determined(known: Book, name: str, charts: Sequence[Chart]) -> dict[str, str]:
    """The status that one policy gives each patient in an assessment."""
    request = request_for(known, name)
    version = policy_question(known, name, request, DAY).effective_from
    wants = next(one.wants for one in known.content.policies[name].versions if one.effective_from == version)
    asking = {
        chart.patient_id: Asking(known, Reference(chart.as_of(DAY), DAY, request), request.state) for chart in charts
    }
    return {patient: determine(one, name, wants, recalled_refuses=False).status for patient, one in asking.items()}


# --- the child ---------------------------------------------------------------------------------------------------


def evaluate_all(path: Path, out: Path) -> float:
    """The seconds of all policies together."""
    known, store = book(), open_store(path)
    asked = {
        name: Asked(questions_of(question), request_for(known, name)) for name, question in in_force(known).items()
    }
    return timed(lambda: evaluate_store(store, together(asked, DAY), DAY, out))[0]


if __name__ == "__main__":
    say(evaluate_all(Path(sys.argv[1]), Path(sys.argv[2])))

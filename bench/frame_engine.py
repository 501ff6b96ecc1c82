"""The many-patient engine: one policy of ten criteria over registries of growing size, from Parquet to answers.

The answers are held against three others: those of the one-patient engine for patients drawn at random, those of a
plain Polars query on the generator's own rows, and those of the larger registries for the patients that they share.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from bench.measuring import Figure, Scale, check, check_same, in_child, say, timed
from bench.registries import charts_of, registry, some_patients
from bench.registry_data import FACTS_A_PATIENT, facts_of
from bench.ten_criteria import DAY, QUESTIONS, REQUEST
from lenitive.registry.evaluation import answers
from lenitive.registry.store import open_store
from lenitive.rules.frame import PATIENT
from lenitive.rules.reference import Reference

TITLE = f"Frame engine: a policy of ten criteria, {FACTS_A_PATIENT} facts a patient, from Parquet, Polars"
BAR = 300_000


def measure(scale: Scale) -> Iterator[Figure]:
    """Patients per second and memory at each size."""
    smaller: pl.DataFrame | None = None
    larger = (scale.millions * 1_000_000,) if scale.millions > 1 else ()
    for size in (*scale.of((10_000, 100_000, 1_000_000), (1_000, 10_000)), *larger):
        with tempfile.TemporaryDirectory(prefix="lenitive-bench-") as scratch:
            out = Path(scratch) / "answers.parquet"
            rounds = scale.of(5, 2) if size <= 1_000_000 else 1
            said = in_child("bench.frame_engine", registry(size).path, out, rounds)
            found = pl.read_parquet(out)
        compared = check_answers(found, size, smaller, scale.of(300, 50))
        smaller = found
        speed = size / said["answer"]["seconds"]
        met = speed >= BAR if size >= 1_000_000 else None
        yield Figure(
            f"{size:,} patients, {compared:,} answers checked",
            f"{speed:,.0f} patients/s ({said['answer']['seconds']:.2f} s), peak {said['peak_bytes'] / 2**20:,.0f} MiB",
            f"at least {BAR:,}/s" if met is not None else "",
            met,
        )


# --- answers -----------------------------------------------------------------------------------------------------


def check_answers(found: pl.DataFrame, size: int, smaller: pl.DataFrame | None, sample: int) -> int:
    """How many answers were compared with others that came about in another way."""
    check(found.height == size, f"{found.height} patients answered instead of {size}")
    compared = check_same(
        _cells(found, some_patients(registry(size), sample)), by_reference(size, sample), "frame engine"
    )
    if smaller is None:
        check_counts(found, size)
        return compared
    shared = found.join(smaller.select(PATIENT), on=PATIENT).sort(PATIENT).select(smaller.columns)
    check(shared.equals(smaller.sort(PATIENT)), "a patient of two registries got two answers")
    return compared + shared.height * len(QUESTIONS)


def _cells(found: pl.DataFrame, patients: list[str]) -> dict[tuple[str, str], bool | None]:
    rows = found.filter(pl.col(PATIENT).is_in(patients)).iter_rows(named=True)
    return {(row[PATIENT], name): row[name] for row in rows for name in QUESTIONS}


def by_reference(size: int, sample: int) -> dict[tuple[str, str], bool | None]:
    """The answers of the one-patient engine for some patients."""
    store = registry(size)
    found: dict[tuple[str, str], bool | None] = {}
    for chart in charts_of(store, some_patients(store, sample)):
        engine = Reference(chart.as_of(DAY), DAY, REQUEST)
        found.update({(chart.patient_id, name): engine.truth(question) for name, question in QUESTIONS.items()})
    return found


def check_counts(found: pl.DataFrame, size: int) -> None:
    """Counts of two criteria from the generator's rows, without anything of ours in between."""
    rows = facts_of(0, size)
    loading = rows["finding"].filter((pl.col("code") == "facet_loading") & pl.col("present"))
    lasting = rows["complaint"].filter(pl.col("true_on") <= date(2026, 3, 15))
    for name, told in (("facet_loading_found", loading), ("pain_is_chronic", lasting)):
        known, answered = told["patient"].n_unique(), found[name].sum()
        check(known == answered, f"{name}: the generator made {known} such patients, {answered} were found")


# --- the child ---------------------------------------------------------------------------------------------------


def evaluate_policy(path: Path, out: Path, rounds: int) -> dict[str, Any]:
    """The fastest of some evaluations; the first also reads the files from disk."""
    store = open_store(path)

    def once() -> list[pl.DataFrame]:
        return list(answers(store, QUESTIONS, DAY, REQUEST))

    times, parts = zip(*(timed(once) for _ in range(rounds)), strict=True)
    pl.concat(parts[-1]).write_parquet(out)
    return {"seconds": sorted(times)[len(times) // 2], "first": times[0]}


if __name__ == "__main__":
    say(evaluate_policy(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])))

"""Invented registries for one run of the bench, and single patients of them as charts."""

from __future__ import annotations

import atexit
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import polars as pl

from bench.measuring import ROOT
from lenitive.chart import TABLES, Chart, Fact
from lenitive.chart.schema import columns
from lenitive.registry.columns import PATIENTS
from lenitive.registry.store import Store, open_store


@cache
def registry(patients: int) -> Store:
    """A registry of so many invented patients, made by a process of its own and removed when this one ends."""
    out = _folder() / f"{patients}"
    made = [sys.executable, "-m", "bench.registry_data", str(patients), str(out)]
    subprocess.run(made, cwd=ROOT, check=True, capture_output=True)
    return open_store(out)


@cache
def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="lenitive-bench-registries-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def some_patients(store: Store, count: int) -> list[str]:
    """Patients drawn from a registry; the same ones each time."""
    everyone = pl.concat([pl.read_parquet(file, columns=["patient"]) for file in store.files(PATIENTS)])["patient"]
    return random.Random(4).sample(everyone.sort().to_list(), min(count, len(everyone)))


def charts_of(store: Store, patients: Iterable[str]) -> list[Chart]:
    """The charts of some patients, read back from the Parquet files."""
    wanted = list(patients)
    facts: dict[str, list[Fact]] = {patient: [] for patient in wanted}
    for table in TABLES:
        rows = pl.concat([pl.scan_parquet(file) for file in store.files(table)])
        for row in rows.filter(pl.col("patient").is_in(wanted)).collect().iter_rows(named=True):
            facts[row["patient"]].append(fact_of(table, row))
    return [Chart.of(one) for one in facts.values()]


def fact_of(table: str, row: Mapping[str, Any]) -> Fact:
    """One row of a stored table as the fact that it was."""
    known = columns(table)
    values = {name: row[name] for name in known if row[name] is not None}
    for name in values:
        if known[name].kind == "nested":
            values[name] = msgspec.json.decode(values[name])
        elif known[name].kind == "whole":
            values[name] = int(values[name])
    return msgspec.convert(values, TABLES[table], builtin_types=(date, datetime))

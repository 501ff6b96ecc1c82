"""Invented registries of any size, made column by column: thirty facts a patient over eleven tables.

::

    python -m bench.registry_data 1000000 /tmp/registry
"""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl

from lenitive.chart import TABLES
from lenitive.registry.columns import PATIENTS, finished, recorded_schema
from lenitive.registry.store import Written, first_key, partitions_for, write_about, write_partition

FACTS_A_PATIENT = 30
FIRST_DAY = date(2023, 1, 1)
RECORDED_AT = datetime(2026, 6, 1, 12, tzinfo=UTC)

KINDS = (
    "medial_branch_block_lumbar",
    "medial_branch_rfa_lumbar",
    "facet_injection_lumbar",
    "esi_transforaminal_lumbar",
    "esi_interlaminar_lumbar",
    "sacroiliac_joint_injection",
)
REGIONS = ("lumbar", "cervical", "thoracic", None)
SIDES = ("left", "right", "both", None)
LEVELS = (("L4-5", "L5-S1"), ("L3-4",), ("L5-S1",), None)
FINDINGS = ("straight_leg_raise", "radicular_pain", "facet_loading", "motor_deficit", "fever", "weight_loss")
TREATMENTS = ("physical_therapy", "home_exercise", "nsaid", "chiropractic")
RESPONSES = ("good", "partial", "failed", "not_tolerated", None)
DRUGS = ("ibuprofen", "gabapentin", "apixaban", "warfarin", "aspirin", "duloxetine")
TOPICS = ("procedure", "allergy", "medication", "treatment", "finding", "condition")


class _Dice:
    """Numbers that look random and are the same on every machine and in every run: a hash of the row."""

    def __init__(self, table: str) -> None:
        self._seed = sum(table.encode()) * 1000

    def upto(self, n: int) -> pl.Expr:
        """A whole number from 0 to n - 1, another one at each call."""
        self._seed += 1
        mixed = (pl.col("__row") * 1_000_003 + self._seed).cast(pl.UInt64)  # then splitmix64
        for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
            mixed = (mixed ^ (mixed // 2**shift)) * pl.lit(factor, pl.UInt64)
        return ((mixed ^ (mixed // 2**31)) % n).cast(pl.Int64)

    def choice(self, options: Sequence[Any], kind: Any = pl.String) -> pl.Expr:
        """One of the options."""
        listed = [list(option) if isinstance(option, tuple) else option for option in options]
        return pl.lit(pl.Series(listed, dtype=kind)).gather(self.upto(len(options)))

    def day(self, span: int = 1200, blank: int = 20) -> pl.Expr:
        """A day; one in ``blank`` is not known."""
        day = (pl.lit(FIRST_DAY) + pl.duration(days=self.upto(span))).cast(pl.Date)
        return pl.when(self.upto(blank) > 0).then(day)

    def number(self, n: int, blank: int = 20) -> pl.Expr:
        """A number from 0 to n - 1; one in ``blank`` is not known."""
        value = self.upto(n).cast(pl.Float64)
        return pl.when(self.upto(blank) > 0).then(value)


def _content() -> dict[str, tuple[int, Mapping[str, pl.Expr]]]:
    """For each table: how many facts a patient has, and what they say."""
    d = {name: _Dice(name) for name in TABLES}
    text_list = pl.List(pl.String)
    return {
        "patient": (1, {"birth_date": pl.lit(date(1960, 5, 1)), "sex": d["patient"].choice(("female", "male"))}),
        "complaint": (
            2,
            {"region": d["complaint"].choice(("low_back", "leg", "neck")), "side": d["complaint"].choice(SIDES)},
        ),
        "finding": (
            8,
            {"code": d["finding"].choice(FINDINGS), "present": d["finding"].choice((True, False, None), pl.Boolean)},
        ),
        "condition": (2, {"code": d["condition"].choice(("lumbar_radiculopathy", "diabetes", "infection", None))}),
        "treatment": (
            3,
            {"kind": d["treatment"].choice(TREATMENTS), "response": d["treatment"].choice(RESPONSES)},
        ),
        "medication": (
            4,
            {"ingredient": d["medication"].choice(DRUGS), "dose": d["medication"].number(50) + 1, "unit": pl.lit("mg")},
        ),
        "procedure": (
            3,
            {
                "kind": d["procedure"].choice(KINDS),
                "region": d["procedure"].choice(REGIONS),
                "side": d["procedure"].choice(SIDES),
                "levels": d["procedure"].choice(LEVELS, text_list),
            },
        ),
        "relief": (
            2,
            {
                "procedure": pl.format("procedure-{}-{}", pl.col("__person"), d["relief"].upto(3)),
                "percent": d["relief"].number(101),
            },
        ),
        "measure": (3, {"instrument": d["measure"].choice(("nrs", "odi")), "score": d["measure"].number(11)}),
        "coverage": (1, {"payer": pl.lit("Medicare"), "state": d["coverage"].choice(("OH", "TX", "CA"))}),
        "attestation": (1, {"topic": d["attestation"].choice(TOPICS), "complete": pl.lit(True)}),
    }


def facts_of(first: int, last: int) -> dict[str, pl.DataFrame]:
    """The recorded facts of the patients numbered from ``first`` to before ``last``, by table."""
    content = _content()
    tables = {name: pl.DataFrame(schema=recorded_schema(name)) for name in TABLES}
    for name, (each, columns) in content.items():
        start = pl.int_range(first * each, last * each, eager=True).alias("__row").to_frame()
        rows = start.with_columns((pl.col("__row") // each).alias("__person"))
        dice = _Dice(f"{name} days")
        rows = rows.with_columns(
            pl.format("patient-{}", pl.col("__person")).alias("patient"),
            pl.format(f"{name}-{{}}-{{}}", pl.col("__person"), pl.col("__row") % each).alias("id"),
            pl.lit(RECORDED_AT).alias("recorded_at"),
            pl.lit("bench").alias("source"),
            dice.day().alias("true_on"),
            pl.lit(False).alias("withdrawn"),
            **columns,
        )
        if "until" in recorded_schema(name):
            rows = rows.with_columns(
                pl.when(dice.upto(3) > 0)
                .then((pl.col("true_on") + pl.duration(days=dice.upto(120))).cast(pl.Date))
                .alias("until")
            )
        blank = [pl.lit(None).alias(column) for column in recorded_schema(name) if column not in rows.columns]
        rows = rows.with_columns(*blank)
        tables[name] = rows.select(pl.col(column).cast(kind) for column, kind in recorded_schema(name).items())
    return tables


def write_registry(patients: int, out: Path) -> Written:
    """A registry of invented patients."""
    shutil.rmtree(out, ignore_errors=True)
    partitions = partitions_for(patients * FACTS_A_PATIENT)
    facts = 0
    for number in range(partitions):
        first, last = patients * number // partitions, patients * (number + 1) // partitions
        frames, _ = finished(facts_of(first, last), first_key(number))
        write_partition(out, number, frames)
        facts += sum(frame.height for name, frame in frames.items() if name != PATIENTS)
    written = Written(patients, facts, partitions, facts)
    write_about(out, written)
    return written


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("patients", type=int)
    parser.add_argument("out", type=Path)
    given = parser.parse_args()
    print(write_registry(given.patients, given.out))

"""Questions asked of a registry on disk."""

from datetime import UTC, date, datetime

import polars as pl
import pytest

from lenitive.chart import TABLES
from lenitive.errors import UsageError
from lenitive.registry import evaluation, store
from lenitive.registry.evaluation import answers, evaluate_store
from lenitive.registry.store import open_store, write_facts
from lenitive.rules.language import rows
from lenitive.status import Status

AS_OF = date(2025, 6, 1)
measures = rows("measure")
QUESTIONS = {
    "pain is high": measures.where(measures.columns.score > 5).exist().node,
    "rows#2.applies": (measures.where(measures.columns.score > measures.latest().score).count() >= 1).node,
}


@pytest.fixture
def registry(tmp_path, monkeypatch):
    monkeypatch.setattr(store, "FACTS_PER_PARTITION", 10)
    at = datetime(2025, 1, 1, tzinfo=UTC)
    facts = [
        TABLES["measure"](
            id="m", patient=f"p{n:03d}", recorded_at=at, instrument="nrs", score=n % 10, true_on=at.date()
        )
        for n in range(100)
    ]
    facts += [
        TABLES["attestation"](id="a", patient=fact.patient, recorded_at=at, topic="measure") for fact in facts[::2]
    ]
    write_facts(facts, tmp_path / "registry")
    return open_store(tmp_path / "registry")


def expected(patient: str) -> str:
    number = int(patient[1:])
    return "met" if number % 10 > 5 else "not met" if number % 2 == 0 else "undocumented"


@pytest.mark.parametrize("suffix", [".parquet", ".csv"])
def test_the_status_of_every_patient_is_written(registry, tmp_path, suffix):
    out = tmp_path / f"answers{suffix}"
    steps: list[tuple[str, int, int | None]] = []
    counts = evaluate_store(registry, QUESTIONS, AS_OF, out, progress=lambda *step: steps.append(step))
    found = pl.read_parquet(out) if suffix == ".parquet" else pl.read_csv(out)
    assert found.columns == ["patient", *QUESTIONS]
    assert {row["patient"]: row["pain is high"] for row in found.to_dicts()} == {
        f"p{n:03d}": expected(f"p{n:03d}") for n in range(100)
    }
    assert counts["pain is high"] == {Status.MET: 40, Status.NOT_MET: 30, Status.UNDOCUMENTED: 30}
    assert steps[-1] == ("evaluating", 100, 100)
    assert sorted(path.name for path in tmp_path.iterdir()) == [out.name, "registry"]


def test_partitions_are_read_some_at_a_time(registry, monkeypatch):
    whole = pl.concat(answers(registry, QUESTIONS, AS_OF)).sort("patient")
    monkeypatch.setattr(evaluation, "PATIENTS_AT_ONCE", 20)
    parts = list(answers(registry, QUESTIONS, AS_OF))
    assert len(parts) > 3
    assert pl.concat(parts).sort("patient").equals(whole)


def test_another_kind_of_file_is_refused_before_anything_is_read(registry, tmp_path):
    with pytest.raises(UsageError, match=r"\.parquet or \.csv"):
        evaluate_store(registry, QUESTIONS, AS_OF, tmp_path / "answers.xlsx")
    with pytest.raises(UsageError, match="no folder"):
        evaluate_store(registry, QUESTIONS, AS_OF, tmp_path / "nowhere" / "answers.csv")


def test_spark_writes_the_same(registry, tmp_path):
    evaluate_store(registry, QUESTIONS, AS_OF, tmp_path / "polars.parquet")
    evaluate_store(registry, QUESTIONS, AS_OF, tmp_path / "spark.parquet", engine="spark")
    polars, spark = (pl.read_parquet(tmp_path / f"{name}.parquet").sort("patient") for name in ("polars", "spark"))
    assert polars.equals(spark)

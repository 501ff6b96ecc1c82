"""Questions asked of a registry."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Literal

import narwhals as nw
import polars as pl

from lenitive.chart import TABLES, Request
from lenitive.errors import UsageError
from lenitive.reasoning.policy_question import PolicyQuestion
from lenitive.registry.columns import PATIENTS
from lenitive.registry.spark import spark_session
from lenitive.registry.store import Progress, Store, told_as_bad_input, told_as_no_room
from lenitive.rules.frame import evaluate
from lenitive.rules.frames import PATIENT
from lenitive.rules.model import Node
from lenitive.status import Status

Engine = Literal["polars", "spark"]

STATUS = "status"
SPEAKS = "policy_applies"
"""The columns of an answer that say how the policy as a whole stands, and whether it is the one that applies."""

PATIENTS_AT_ONCE = 250_000
"""So many fit into a few hundred megabytes; many more are no faster."""


def named_questions(question: PolicyQuestion) -> dict[str, Node]:
    """The columns of the answer: the policy, whether it applies, each criterion, and whether its row applies."""
    named: dict[str, Node] = {STATUS: question.status}
    if question.speaks is not None:
        named[SPEAKS] = question.speaks
    for row in question.rows:
        named[row.name] = row.met
        if row.applies is not None:
            named[f"{row.name}.applies"] = row.applies
    return named


def answers(
    store: Store, questions: Mapping[str, Node], as_of: date, request: Request | None = None
) -> Iterator[pl.DataFrame]:
    """Each patient with a nullable truth a question, worked out with Polars, some partitions at a time."""
    for partitions in _batches(store):
        with told_as_bad_input(store):
            frames = {
                name: nw.from_native(pl.scan_parquet([store.file(name, number) for number in partitions]))
                for name in (*TABLES, PATIENTS)
            }
            asked: pl.LazyFrame = evaluate(questions, frames, frames[PATIENTS], as_of, request, _in_memory).to_native()
            answer = asked.collect(engine="in-memory")
        yield answer


def answers_by_spark(
    store: Store, questions: Mapping[str, Node], as_of: date, request: Request | None = None
) -> pl.DataFrame:
    """Each patient with a nullable truth a question, worked out with Spark, all at once."""
    spark = spark_session()
    frames: dict[str, Any] = {
        name: nw.from_native(spark.read.parquet(str(store.path / name))) for name in (*TABLES, PATIENTS)
    }
    answer = evaluate(questions, frames, frames[PATIENTS], as_of, request, _cached)
    return pl.DataFrame(answer.collect("polars").to_native())


def evaluate_store(
    store: Store,
    questions: Mapping[str, Node],
    as_of: date,
    out: Path,
    request: Request | None = None,
    *,
    engine: Engine = "polars",
    progress: Progress | None = None,
    only_where: Mapping[str, str] | None = None,
) -> dict[str, dict[Status, int]]:
    """Write how each patient stands (*met*, *not met*, *undocumented*) to a Parquet or CSV file; count the answers.

    ``only_where``: a question -> another one that must not be false of a patient whose answer to the first is counted.
    The file appears when it is whole. Nothing is written into the registry that is read.
    """
    write = _writer(out)
    if out.resolve().is_relative_to(store.path.resolve()):
        raise UsageError(f"{out} lies in the registry that is read. Name a file outside of {store.path}.")
    matters = only_where or {}
    counts = {name: dict.fromkeys(Status, 0) for name in questions}
    with tempfile.TemporaryDirectory(prefix=f".{out.name}.", dir=out.parent) as scratch:
        parts: list[Path] = []
        done = 0
        for answer in _by_engine(store, questions, as_of, request, engine):
            for name, count in counts.items():
                counted = answer.filter(pl.col(matters[name]).fill_null(True)) if name in matters else answer
                _tally(counted[name], count)
            parts.append(Path(scratch) / f"{len(parts):06d}.parquet")
            with told_as_no_room(str(out)):
                answer.select(PATIENT, *(_as_written(name) for name in questions)).write_parquet(parts[-1])
            done += answer.height
            if progress:
                progress("evaluating", done, store.about.patients)
        whole = Path(scratch) / out.name
        with told_as_no_room(str(out)):
            write(pl.scan_parquet(parts), whole)
        whole.rename(out)
    return counts


def _in_memory(frame: nw.LazyFrame[Any], again: bool) -> nw.LazyFrame[Any]:
    lazy: pl.LazyFrame = frame.to_native()
    return nw.from_native(lazy.collect(engine="streaming").lazy())


def _cached(frame: nw.LazyFrame[Any], again: bool) -> nw.LazyFrame[Any]:
    kept: nw.LazyFrame[Any] = nw.from_native(frame.to_native().cache()) if again else frame
    return kept


def _batches(store: Store) -> Iterator[range]:
    """Partitions to be read together."""
    each = max(1, PATIENTS_AT_ONCE * len(store.partitions) // max(1, store.about.patients))
    for first in range(0, len(store.partitions), each):
        yield store.partitions[first : first + each]


def _by_engine(
    store: Store, questions: Mapping[str, Node], as_of: date, request: Request | None, engine: Engine
) -> Iterator[pl.DataFrame]:
    if engine == "spark":
        yield answers_by_spark(store, questions, as_of, request)
    else:
        yield from answers(store, questions, as_of, request)


def _writer(out: Path) -> Callable[[pl.LazyFrame, Path], object]:
    writers: dict[str, Callable[[pl.LazyFrame, Path], object]] = {
        ".parquet": lambda frame, path: frame.sink_parquet(path),
        ".csv": lambda frame, path: frame.sink_csv(path),
    }
    if out.suffix not in writers:
        raise UsageError(f"{out} should end in {' or '.join(writers)}.")
    if not out.parent.is_dir():
        raise UsageError(f"There is no folder {out.parent} to write {out.name} to.")
    return writers[out.suffix]


def in_words(name: str) -> pl.Expr:
    """The status that a truth stands for; unknown is *undocumented*."""
    said = pl.when(pl.col(name)).then(pl.lit(Status.MET.value)).when(~pl.col(name)).then(pl.lit(Status.NOT_MET.value))
    return said.otherwise(pl.lit(Status.UNDOCUMENTED.value))


def _as_written(name: str) -> pl.Expr:
    return in_words(name).cast(pl.Enum([status.value for status in Status])).alias(name)


def _tally(truths: pl.Series, count: dict[Status, int]) -> None:
    met, unknown = int(truths.sum() or 0), truths.null_count()
    count[Status.MET] += met
    count[Status.UNDOCUMENTED] += unknown
    count[Status.NOT_MET] += len(truths) - met - unknown

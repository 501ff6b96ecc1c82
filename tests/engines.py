"""The engines that must agree, behind one face: questions and facts in, a truth per patient and question out."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from typing import Any

import narwhals as nw
import polars as pl

from lenitive.chart import TABLES, Chart, Fact, Request
from lenitive.registry.columns import PATIENTS, frames_of
from lenitive.registry.spark import spark_session
from lenitive.rules.frame import PATIENT, evaluate
from lenitive.rules.model import Node
from lenitive.rules.quick import BLANK, Quick, blank_beside
from lenitive.rules.reference import Reference

type_of_answers = dict[str, dict[str, bool | None]]

# Small jobs: no code is generated for them, nothing is adapted while they run, Java does not optimise at length what
# runs a few times, and nobody asks which line of Python built which column.
_FOR_SMALL_JOBS = {
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.sql.dataFrameQueryContext.enabled": "false",
    "spark.sql.lightweightPlanChangeValidation": "false",
}


def by_reference(
    questions: Mapping[str, Node], facts: Iterable[Fact], as_of: date, request: Request | None = None
) -> type_of_answers:
    """What the plain one-patient engine says."""
    said: type_of_answers = {}
    for chart in charts_of(facts, as_of):
        engine = Reference(chart, as_of, request)
        said[chart.patient_id] = {name: engine.truth(question) for name, question in questions.items()}
    return said


def by_quick(
    questions: Mapping[str, Node], facts: Iterable[Fact], as_of: date, request: Request | None = None
) -> type_of_answers:
    """What the one-patient engine of services says, which takes from a blank chart what a chart is silent about."""
    blank = Quick(BLANK, as_of, request)
    said: type_of_answers = {}
    for chart in charts_of(facts, as_of):
        attested = Quick(blank_beside(chart), as_of, request, blank=blank)
        engine = Quick(chart, as_of, request, blank=attested)
        said[chart.patient_id] = {name: engine.truth(question) for name, question in questions.items()}
    return said


def charts_of(facts: Iterable[Fact], as_of: date) -> list[Chart]:
    """The chart of each patient, as of a day."""
    by_patient: dict[str, list[Fact]] = {}
    for fact in facts:
        by_patient.setdefault(fact.patient, []).append(fact)
    return [Chart.of(rows).as_of(as_of) for rows in by_patient.values()]


def by_polars(
    questions: Mapping[str, Node], facts: Iterable[Fact], as_of: date, request: Request | None = None
) -> type_of_answers:
    """What the many-patient engine says on Polars."""
    return by_polars_over(questions, frames_of(facts), as_of, request)


def by_polars_over(
    questions: Mapping[str, Node], frames: Mapping[str, pl.DataFrame], as_of: date, request: Request | None = None
) -> type_of_answers:
    """The same, of facts that are frames already."""
    lazy: dict[str, Any] = {name: nw.from_native(frame.lazy()) for name, frame in frames.items()}
    return _as_answers(evaluate(questions, lazy, lazy[PATIENTS], as_of, request).collect().to_native())


def by_spark(
    questions: Mapping[str, Node], facts: Iterable[Fact], as_of: date, request: Request | None = None
) -> type_of_answers:
    """What the many-patient engine says on Spark."""
    frames = _OnSpark(frames_of(facts))
    return _as_answers(evaluate(questions, frames, frames[PATIENTS], as_of, request).collect("polars").to_native())


class _OnSpark(dict[str, Any]):
    """Frames by name. Spark is given those that are asked for: each costs it more than a question does."""

    def __getitem__(self, name: str) -> Any:
        return nw.from_native(_spark().createDataFrame(super().__getitem__(name).to_arrow()))


@cache
def _spark() -> Any:
    return spark_session(_FOR_SMALL_JOBS)


def _as_answers(frame: pl.DataFrame) -> type_of_answers:
    return {row.pop(PATIENT): row for row in frame.to_dicts()}


ALL_TABLES = tuple(TABLES)

"""Records read several times, changed and withdrawn meanwhile: a registry keeps what charts keep, on every day."""

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import narwhals as nw
import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lenitive.chart import TABLES, Fact
from lenitive.chart.versions import recorded_moment, withdrawal_of_record
from lenitive.interop.fhir.reader import charts_of
from lenitive.interop.report import ReadReport
from lenitive.registry.store import open_store, write_facts
from lenitive.rules.frames import KEY, ORDER, standing

FIRST = datetime(2025, 1, 1, 12, tzinfo=UTC)
DAYS = range(4)
_PATIENTS = st.sampled_from(("p", "q"))
_RECORDS = st.sampled_from(("Observation/o", "Observation/oo"))
_PARTS = st.sampled_from(("", "#1", "#2"))
_MOMENTS = st.sampled_from([FIRST + timedelta(days=day) for day in DAYS])
_SOURCES = st.sampled_from(("january", "march"))


@st.composite
def versions_of_records(draw) -> Fact:
    """One version of a part of a record, or its withdrawal, perhaps of a day that nobody knows."""
    patient, record, source = draw(_PATIENTS), draw(_RECORDS), draw(_SOURCES)
    if draw(st.sampled_from((True, False, False))):
        return withdrawal_of_record(record, patient, draw(st.none() | _MOMENTS), source)
    table, said = draw(st.sampled_from((("measure", {"instrument": "nrs"}), ("treatment", {"kind": "exercise"}))))
    if table == "measure":
        said = said | {"score": draw(st.sampled_from((2.0, 7.0)))}
    about = {"id": record + draw(_PARTS), "patient": patient, "recorded_at": draw(_MOMENTS), "source": source}
    return TABLES[table](**about, **said)


def stand_in_charts(facts: list[Fact], day: int) -> dict[str, list[tuple[str, str, datetime]]]:
    as_of = (FIRST + timedelta(days=day)).date()
    charts = [chart.as_of(as_of) for chart in charts_of(facts, ReadReport(), "export")]
    return {
        table: [(one.patient, one.id, recorded_moment(one)) for chart in charts for one in chart.table(table)]
        for table in TABLES
    }


def stand_in_registry(path: Path, day: int) -> dict[str, list[tuple[str, str, datetime]]]:
    as_of = (FIRST + timedelta(days=day)).date()
    found = {}
    for table in TABLES:
        rows = standing(nw.from_native(pl.scan_parquet(open_store(path).files(table))), as_of).sort(KEY, ORDER)
        found[table] = rows.select("patient", "id", "recorded_at").collect().rows()
    return found


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(versions_of_records(), min_size=1, max_size=9), st.randoms())
def test_a_registry_keeps_what_charts_keep_whatever_the_order(facts, random):
    shuffled = random.sample(facts, len(facts))
    with tempfile.TemporaryDirectory() as folder:
        told = write_facts(shuffled, Path(folder) / "registry")
        for day in DAYS:
            assert stand_in_registry(Path(folder) / "registry", day) == stand_in_charts(facts, day)
    assert told.facts == sum(len(chart.facts) for chart in charts_of(facts, ReadReport(), "export"))


@settings(max_examples=100, deadline=None)
@given(st.lists(versions_of_records(), min_size=1, max_size=9), _RECORDS)
def test_nothing_of_a_record_stands_from_its_last_withdrawal_on(facts, record):
    last = [withdrawal_of_record(record, patient, None, "april") for patient in ("p", "q")]
    charts = charts_of([*facts, *last], ReadReport(), "export")
    for chart in charts:
        standing_ids = {fact.id.partition("@")[0].partition("#")[0] for rows in chart.tables.values() for fact in rows}
        assert record not in standing_ids

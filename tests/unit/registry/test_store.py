"""Facts to Parquet and back: whole, by patient, or not at all."""

from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import narwhals as nw
import polars as pl
import pytest

from lenitive.chart import TABLES, Chart, Fact
from lenitive.chart.chart import order_key
from lenitive.chart.procedure import DrugGiven
from lenitive.chart.versions import recorded_moment
from lenitive.errors import BadInputError, UsageError
from lenitive.interop.fhir.reader import charts_of
from lenitive.interop.report import ReadReport
from lenitive.registry import store as module
from lenitive.registry.columns import PATIENTS, Again, schema
from lenitive.registry.store import VERSION, open_store, partition_of, told_as_bad_input, write_facts
from lenitive.rules.frames import KEY, ORDER, RECORDED, SUPERSEDED, standing

AT = datetime(2025, 1, 1, 12, tzinfo=UTC)


def fact(table: str, patient: str, name: str, **said: object) -> Fact:
    return TABLES[table](**{"id": name, "patient": patient, "recorded_at": AT, **said})


def many(patients: int) -> list[Fact]:
    return [
        fact("procedure", f"p{n}", f"x{k}", kind="esi", true_on=date(2025, 1, 1) + timedelta(days=(7 * k) % 5))
        for k in range(4)
        for n in range(patients)
    ]


def stored(path: Path, table: str) -> pl.DataFrame:
    return pl.concat([pl.read_parquet(file) for file in open_store(path).files(table)])


def test_every_table_has_its_folder_and_its_columns(tmp_path):
    write_facts(many(3), tmp_path / "registry")
    for table in TABLES:
        assert stored(tmp_path / "registry", table).schema == pl.Schema(schema(table))


def test_partitions_of_every_table_hold_the_same_patients(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "FACTS_PER_PARTITION", 100)
    facts = many(100) + [fact("measure", f"p{n}", "m", instrument="nrs") for n in range(100)]
    told = write_facts(facts, tmp_path / "registry")
    assert (told.patients, told.facts, told.partitions) == (100, 500, 8)
    store = open_store(tmp_path / "registry")
    for number in store.partitions:
        frames = store.partition(number)
        patients = frames[PATIENTS].collect()
        assert {partition_of(patient, 8) for patient in patients["patient"]} == {number}
        for table in ("procedure", "measure"):
            rows = frames[table].select("patient", KEY).unique().collect()
            assert rows.sort("patient").equals(patients.sort("patient").select("patient", KEY))
    assert stored(tmp_path / "registry", PATIENTS)[KEY].is_unique().all()


def test_a_patient_stays_in_a_partition_for_ever():
    assert [partition_of(patient) for patient in ("p1", "p2", "Zoë")] == [88, 70, 156]


def test_the_order_is_that_of_the_chart(tmp_path):
    zone = timezone(timedelta(hours=5))
    facts = [
        fact("procedure", "p", "b", kind="late", true_on=date(2025, 3, 1)),
        fact("procedure", "p", "a", kind="late", true_on=date(2025, 3, 1)),
        fact(
            "procedure",
            "p",
            "z",
            kind="early",
            true_on=date(2025, 3, 1),
            recorded_at=datetime(2025, 1, 1, 16, tzinfo=zone),
        ),
        fact("procedure", "p", "n", kind="naive", true_on=date(2025, 3, 1), recorded_at=datetime(2025, 1, 1, 11, 30)),
        fact("procedure", "p", "u", kind="undated"),
        fact("procedure", "p", "o", kind="old", true_on=date(1950, 1, 1)),
    ]
    write_facts(facts, tmp_path / "registry")
    rows = stored(tmp_path / "registry", "procedure").sort(ORDER)
    assert rows["id"].to_list() == [one.id for one in sorted(facts, key=order_key)]


def test_who_superseded_what_and_when(tmp_path):
    facts = [
        fact("measure", "p", "m1", instrument="nrs"),
        fact("measure", "p", "m2", instrument="nrs", supersedes="m1", recorded_at=AT + timedelta(days=40)),
        fact("statement", "p", "s1", kind="any", supersedes="m1", recorded_at=AT + timedelta(days=30)),
        fact("measure", "q", "m1", instrument="nrs"),
    ]
    write_facts(facts, tmp_path / "registry")
    rows = stored(tmp_path / "registry", "measure").sort("patient", "id")
    first = (AT.date() - date(1970, 1, 1)).days
    assert rows[RECORDED].to_list() == [first, first + 40, first]
    assert rows[SUPERSEDED].to_list() == [first + 30, None, None]


def test_days_are_kept_as_days_and_as_numbers(tmp_path):
    days = {"true_on": date(1970, 1, 2), "true_by": date(1970, 1, 5), "until": date(1970, 2, 1)}
    treatment = fact("treatment", "p", "t", kind="any", **days)
    write_facts([treatment], tmp_path / "registry")
    row = stored(tmp_path / "registry", "treatment").row(0, named=True)
    assert (row["true_on"], row["true_on__day"], row["true_on__latest"]) == (date(1970, 1, 2), 1, 4)
    assert (row["until"], row["until__day"]) == (date(1970, 2, 1), 31)


def test_lists_nested_things_and_moments(tmp_path):
    drug = DrugGiven(ingredient="lidocaine", volume_ml=0.5)
    one = fact("procedure", "p", "x", kind="esi", levels=("L4-5", "L5"), drugs=(drug,))
    write_facts([one, fact("procedure", "p", "y", kind="esi")], tmp_path / "registry")
    rows = stored(tmp_path / "registry", "procedure").sort("id")
    assert rows["levels"].to_list() == [["L4-5", "L5"], None]
    assert rows["drugs"].to_list() == ['[{"ingredient":"lidocaine","volume_ml":0.5}]', None]
    assert rows["recorded_at"][0] == AT


def test_charts_are_written_like_their_facts(tmp_path):
    facts = many(2)
    charts = [Chart.of(one for one in facts if one.patient == patient) for patient in ("p0", "p1")]
    write_facts(charts, tmp_path / "from_charts")
    write_facts(facts, tmp_path / "from_facts")
    for table in ("procedure", PATIENTS):
        assert stored(tmp_path / "from_charts", table).equals(stored(tmp_path / "from_facts", table))


def read_twice() -> list[Fact]:
    """Records as an export gives that is taken every month: some again, some changed since, one in another table."""
    later, lidocaine = AT + timedelta(days=59), DrugGiven(ingredient="lidocaine")
    return [
        *many(1),
        fact("measure", "p0", "m", instrument="nrs", score=2, recorded_at=later),
        fact("measure", "p0", "m", instrument="nrs", score=7, source="january"),
        fact("measure", "p0", "m", instrument="nrs", score=7, source="february"),
        fact("measure", "p1", "m", instrument="nrs", score=5),
        fact("relief", "p0", "r", procedure="x1", percent=80),
        fact("procedure", "p0", "x1", kind="rfa", recorded_at=later, levels=("L5",), drugs=(lidocaine,)),
        fact("treatment", "p0", "x2", kind="physical_therapy", recorded_at=later.replace(tzinfo=None)),
    ]


def test_the_same_again_is_read_once_and_a_newer_version_supersedes(tmp_path):
    told = write_facts(read_twice(), tmp_path / "registry")
    assert (told.facts, told.rows, told.again) == (10, 11, Again(same=1, newer=3))
    rows = stored(tmp_path / "registry", "measure").sort("patient", ORDER)
    assert rows.select("patient", "id", "score", "source", "supersedes").rows() == [
        ("p0", "m", 7.0, "january", None),
        ("p0", "m@2025-03-01T12:00:00+00:00+1", 2.0, "", "m"),
        ("p1", "m", 5.0, "", None),
    ]
    open_store(tmp_path / "registry")


@pytest.mark.parametrize("day", [AT.date(), date(2025, 2, 28), date(2025, 3, 1)])
def test_a_registry_keeps_the_versions_that_a_chart_keeps(tmp_path, day):
    write_facts(read_twice(), tmp_path / "registry")
    charts = [chart.as_of(day) for chart in charts_of(read_twice(), ReadReport(), "export")]
    for table in TABLES:
        frame = nw.from_native(stored(tmp_path / "registry", table).lazy())
        rows = standing(frame, day).sort(KEY, ORDER).select("patient", "id", "recorded_at").collect().rows()
        told = [(one.patient, one.id, recorded_moment(one)) for chart in charts for one in chart.table(table)]
        assert rows == told


def test_relief_follows_its_procedure_on_the_days_on_which_it_stands(tmp_path):
    facts = [
        fact("procedure", "p", "a", kind="esi"),
        fact("procedure", "p", "b", kind="esi", supersedes="a", recorded_at=AT + timedelta(days=10)),
        fact("procedure", "p", "c", kind="esi", supersedes="b", recorded_at=AT + timedelta(days=20)),
        fact("procedure", "p", "d", kind="esi", supersedes="c", withdrawn=True, recorded_at=AT + timedelta(days=30)),
        fact("relief", "p", "r", procedure="a", recorded_at=AT + timedelta(days=12)),
        fact("statement", "p", "s", kind="complication_reported", says=True, about="b"),
    ]
    write_facts(facts, tmp_path / "registry")
    for table, column in (("relief", "procedure"), ("statement", "about")):
        frame = nw.from_native(stored(tmp_path / "registry", table).lazy())
        for days in range(0, 35, 5):
            day = AT.date() + timedelta(days=days)
            named = standing(frame, day).collect()[column].to_list()
            assert named == [getattr(one, column) for one in Chart.of(facts).as_of(day).table(table)], (table, days)


def test_an_empty_registry_is_one(tmp_path):
    assert write_facts([], tmp_path / "registry").patients == 0
    assert stored(tmp_path / "registry", PATIENTS).is_empty()


@pytest.mark.parametrize("per_partition", [1_000_000, 40])
def test_many_facts_are_dealt_out_to_files_and_come_back_whole(tmp_path, monkeypatch, per_partition):
    facts = many(20) + [fact("measure", f"p{n}", "m", instrument="nrs") for n in range(0, 20, 3)]
    monkeypatch.setattr(module, "FACTS_PER_PARTITION", per_partition)
    write_facts(facts, tmp_path / "held")
    monkeypatch.setattr(module, "_TURNED_AT_ONCE", 3)
    monkeypatch.setattr(module, "_HELD_AT_ONCE", 10)
    told = write_facts(facts, tmp_path / "dealt")
    assert told.facts == len(facts)
    for table in (*TABLES, PATIENTS):
        assert stored(tmp_path / "dealt", table).equals(stored(tmp_path / "held", table))
    rows = stored(tmp_path / "dealt", "procedure").sort("patient", "id")
    assert rows.rows_by_key(["patient", "id"]).keys() == {(f"p{n}", f"x{k}") for n in range(20) for k in range(4)}


def test_of_two_facts_with_one_id_the_newer_stands_also_across_files(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_TURNED_AT_ONCE", 2)
    monkeypatch.setattr(module, "_HELD_AT_ONCE", 2)
    others = [fact("measure", f"q{n}", "m", instrument="nrs") for n in range(9)]
    new, old = (
        fact("measure", "p", "m", instrument=name, recorded_at=AT + timedelta(days=days))
        for name, days in (("new", 1), ("old", 0))
    )
    told = write_facts([new, *others, old], tmp_path / "registry")
    frame = nw.from_native(stored(tmp_path / "registry", "measure").lazy())
    rows = standing(frame, date(2025, 2, 1)).filter(nw.col("patient") == "p").collect()
    assert (told.facts, told.again, rows["instrument"].to_list()) == (11, Again(newer=1), ["new"])


def test_nothing_is_left_when_reading_fails(tmp_path):
    def broken():
        yield from many(2)
        raise BadInputError("file", "line 3", "is broken.")

    with pytest.raises(BadInputError):
        write_facts(broken(), tmp_path / "registry")
    assert list(tmp_path.iterdir()) == []


def test_an_earlier_registry_stays_until_the_new_one_is_whole(tmp_path):
    out = tmp_path / "registry"
    write_facts(many(3), out)
    with pytest.raises(UsageError, match="a registry already"):
        write_facts(many(1), out)

    def broken():
        yield from many(1)
        raise BadInputError("file", "line 3", "is broken.")

    with pytest.raises(BadInputError):
        write_facts(broken(), out, replace=True)
    assert open_store(out).about.patients == 3
    write_facts(many(1), out, replace=True)
    assert open_store(out).about.patients == 1
    assert [path.name for path in tmp_path.iterdir()] == ["registry"]


def test_a_folder_with_something_else_is_never_replaced(tmp_path):
    (tmp_path / "thesis.txt").write_text("two years of work")
    with pytest.raises(UsageError, match="not a registry"):
        write_facts(many(1), tmp_path, replace=True)
    with pytest.raises(UsageError, match="is a file"):
        write_facts(many(1), tmp_path / "thesis.txt")


def test_progress_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_TURNED_AT_ONCE", 10_000)
    told: list[tuple[str, int, int | None]] = []
    write_facts(many(3000), tmp_path / "registry", progress=lambda *step: told.append(step))
    assert told == [("reading", 10_000, None), ("writing", 1, 1)]


def test_opening_what_is_no_registry(tmp_path):
    with pytest.raises(UsageError, match="no such folder"):
        open_store(tmp_path / "nowhere")
    with pytest.raises(UsageError, match=r"has no store\.json"):
        open_store(tmp_path)
    (tmp_path / "store.json").write_text("{}")
    with pytest.raises(BadInputError, match=r"store\.json"):
        open_store(tmp_path)


def test_opening_a_registry_of_another_version_or_with_a_file_missing(tmp_path):
    write_facts(many(1), tmp_path / "registry")
    about = tmp_path / "registry" / "store.json"
    whole = about.read_text()
    about.write_text(whole.replace(f'"version": {VERSION}', '"version": 99'))
    with pytest.raises(UsageError, match="version 99"):
        open_store(tmp_path / "registry")
    about.write_text(whole)
    (tmp_path / "registry" / "measure" / "part-000.parquet").unlink()
    with pytest.raises(BadInputError, match="is missing"):
        open_store(tmp_path / "registry")


def _without_a_column(file: Path) -> None:
    pl.read_parquet(file).drop("kind").write_parquet(file)


def _with_another_type(file: Path) -> None:
    pl.read_parquet(file).with_columns(pl.col("contrast_ml").cast(pl.String)).write_parquet(file)


def _with_fewer_rows(file: Path) -> None:
    pl.read_parquet(file).head(2).write_parquet(file)


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda file: file.write_bytes(b""), r"procedure/part-000\.parquet: it is no whole Parquet file"),
        (
            lambda file: file.write_bytes(file.read_bytes()[:-9]),
            r"procedure/part-000\.parquet: it is no whole Parquet file",
        ),
        (_without_a_column, r"procedure/part-000\.parquet: the column kind is missing"),
        (_with_another_type, r"procedure/part-000\.parquet: the column contrast_ml holds String"),
        (_with_fewer_rows, r"its files hold 3 patients and 2 rows of facts\. Expected 3 and 12"),
    ],
    ids=["empty", "cut", "no column", "another type", "rows gone"],
)
def test_a_file_that_was_spoiled_is_bad_input_with_its_name(tmp_path, spoil, told):
    write_facts(many(3), tmp_path / "registry")
    spoil(tmp_path / "registry" / "procedure" / "part-000.parquet")
    with pytest.raises(BadInputError, match=told):
        open_store(tmp_path / "registry")


def test_a_file_whose_inside_is_spoiled_is_bad_input_when_it_is_read(tmp_path):
    write_facts(many(3), tmp_path / "registry")
    store = open_store(tmp_path / "registry")
    file = store.file("procedure", 0)
    data = bytearray(file.read_bytes())
    data[4:400] = bytes(396)
    file.write_bytes(data)
    with pytest.raises(BadInputError, match=r"procedure/part-000\.parquet"), told_as_bad_input(store):
        pl.read_parquet(file)


@pytest.mark.parametrize(
    "about", [b'{"version": \xff}', b'{"what": "lenitive registry", "version": 3, "partitions": 0}']
)
def test_what_the_registry_says_of_itself_has_to_make_sense(tmp_path, about):
    write_facts(many(1), tmp_path / "registry")
    (tmp_path / "registry" / "store.json").write_bytes(about)
    with pytest.raises(BadInputError, match=r"store\.json"):
        open_store(tmp_path / "registry")

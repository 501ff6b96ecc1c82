"""``lenitive outcomes``: a registry's own results, beside what was published."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import msgspec
import pytest

from lenitive.chart import Chart
from lenitive.chart.patient import Patient
from lenitive.chart.procedure import Procedure
from lenitive.chart.relief import Relief
from lenitive.medicine.shapes import DAYS_IN_A_MONTH
from lenitive.reasoning.book import book
from lenitive.reasoning.outlook import updated
from lenitive.registry.outcomes import MONTH
from lenitive.registry.store import write_facts
from tests.functional.conftest import Run

KIND = "radiofrequency_ablation_medial_branch_lumbar"
DAY = date(2026, 6, 1)
NOTED = datetime(2025, 1, 1, tzinfo=UTC)


def session(patient: str, done: date | None, *reports: dict[str, object], **said: object) -> Chart:
    told = [
        Relief(id=f"relief-{n}", patient=patient, recorded_at=NOTED, procedure="it", **report)  # type: ignore[arg-type]
        for n, report in enumerate(reports)
    ]
    it = Procedure(id="it", patient=patient, recorded_at=NOTED, kind=KIND, true_on=done, **said)  # type: ignore[arg-type]
    return Chart.of([Patient(id="patient", patient=patient, recorded_at=NOTED), it, *told])


LONG_AGO = DAY - timedelta(400)
AT_HALF_A_YEAR = [
    pytest.param({"percent": 50, "lasted_days": 180}, "helped", id="half for half a year"),
    pytest.param({"percent": 49, "lasted_days": 300}, "did_not", id="less than half"),
    pytest.param({"percent": 90, "lasted_days": 179}, "did_not", id="a day too short"),
    pytest.param({"percent": 90}, "not_known", id="nobody said how long"),
    pytest.param({"lasted_days": 300}, "not_known", id="nobody said how much"),
    pytest.param({"lasted_days": 20}, "did_not", id="short, whatever it was"),
    pytest.param({"percent": 90, "true_on": LONG_AGO + timedelta(180)}, "helped", id="still there"),
    pytest.param({"percent": 90, "true_on": LONG_AGO + timedelta(179)}, "not_known", id="reported too early to tell"),
    pytest.param({"percent": 90, "true_on": LONG_AGO + timedelta(99), "ended": True}, "did_not", id="worn off before"),
    pytest.param(
        {"percent": 90, "true_on": LONG_AGO + timedelta(300), "ended": True}, "not_known", id="worn off by then"
    ),
    pytest.param(None, "not_known", id="no report"),
]


def results(run: Run, tmp_path: Path, *charts: Chart, kind: str = KIND, months: float = 6) -> dict[str, object]:
    write_facts(charts, tmp_path / "registry")
    told = run("outcomes", tmp_path / "registry", "--procedure", kind, "--as-of", DAY, "--json")
    assert told.exit_code == 0, told.stderr
    return next((one for one in json.loads(told.stdout) if one["months"] == months), {})


def counts(found: dict[str, object]) -> Counter[str]:
    return Counter({name: found[name] for name in ("helped", "did_not", "not_known") if found.get(name)})


@pytest.mark.parametrize(("report", "counted"), AT_HALF_A_YEAR)
def test_a_session_helped_did_not_or_is_not_known(
    run: Run, tmp_path: Path, report: dict[str, object] | None, counted: str
) -> None:
    chart = session("p", LONG_AGO, *([report] if report else []))
    assert counts(results(run, tmp_path, chart)) == {counted: 1}


def test_one_report_that_it_held_is_enough_and_one_open_report_leaves_it_open(run: Run, tmp_path: Path) -> None:
    early, late, bad = {"percent": 90}, {"percent": 60, "lasted_days": 200}, {"percent": 10, "lasted_days": 200}
    charts = [session("a", LONG_AGO, early, late), session("b", LONG_AGO, bad, early), session("c", LONG_AGO, bad, bad)]
    assert counts(results(run, tmp_path, *charts)) == {"helped": 1, "not_known": 1, "did_not": 1}


@pytest.mark.parametrize(
    ("done", "said", "sessions"),
    [
        pytest.param(DAY - timedelta(180), {}, 1, id="it just had the time"),
        pytest.param(DAY - timedelta(179), {}, 0, id="a day too early"),
        pytest.param(None, {}, 0, id="without a day"),
        pytest.param(LONG_AGO, {"intent": "diagnostic"}, 0, id="only a test"),
        pytest.param(LONG_AGO, {"intent": "therapeutic"}, 1, id="a treatment"),
    ],
)
def test_which_sessions_count(
    run: Run, tmp_path: Path, done: date | None, said: dict[str, object], sessions: int
) -> None:
    assert counts(results(run, tmp_path, session("p", done, **said))).total() == sessions


def test_a_session_that_was_entered_in_error_is_not_counted(run: Run, tmp_path: Path) -> None:
    entered = session("p", LONG_AGO)
    (it,) = entered.table("procedure")
    taken_back = msgspec.structs.replace(it, id="back", supersedes="it", withdrawn=True)
    assert counts(results(run, tmp_path, Chart.of([*entered.facts, taken_back]))).total() == 0


def registry_of(number: int) -> Iterator[Chart]:
    draw = Random(7)
    for n in range(number):
        done = DAY - timedelta(draw.randrange(500))
        reports = [
            {"percent": draw.choice([None, 20, 50, 80]), "lasted_days": draw.choice([None, 30, 100, 400])}
            for _ in range(draw.randrange(3))
        ]
        yield session(f"p{n}", done, *reports)


def counted_by_hand(charts: list[Chart], months: float) -> Counter[str]:
    found: Counter[str] = Counter()
    for chart in charts:
        (it,) = chart.table("procedure")
        if (DAY - it.true_on).days < months * 30:
            continue
        truths = []
        for report in chart.table("relief"):
            enough = None if report.percent is None else report.percent >= 50
            held = None if report.lasted_days is None else report.lasted_days >= months * 30
            truths.append(False if False in (enough, held) else None if None in (enough, held) else True)
        found["helped" if True in truths else "did_not" if truths and None not in truths else "not_known"] += 1
    return found


def test_counts_and_expectations_are_those_worked_out_by_hand(run: Run, tmp_path: Path) -> None:
    charts = list(registry_of(300))
    write_facts(charts, tmp_path / "registry")
    told = json.loads(run("outcomes", tmp_path / "registry", "--as-of", DAY, "--json").stdout)
    assert len(told) > 1
    for one in told:
        by_hand = counted_by_hand(charts, one["months"])
        assert counts(one) == by_hand
        assert one["learned"]
        for learned in one["learned"]:
            shares = book().content.outcomes[learned["outcome"]].shares
            published = [s for s in shares if s.months == one["months"] and s.subgroup == learned.get("subgroup")]
            known = by_hand["helped"] + by_hand["did_not"]
            wanted = [updated(book(), share, by_hand["helped"], known, DAY).probability for share in published]
            assert learned["expected"]["probability"] in wanted


def test_the_page_says_what_is_not_known_and_where_a_number_is_from(run: Run, tmp_path: Path) -> None:
    write_facts([session("a", LONG_AGO), session("b", LONG_AGO, {"percent": 80, "lasted_days": 400})], tmp_path / "r")
    told = run("outcomes", tmp_path / "r", "--procedure", KIND, "--as-of", DAY).stdout
    assert "2 sessions: 1 helped, 0 did not, 1 not known" in told
    assert "published" in told
    assert "expected here" in told
    for word in ("p1", '"a"', '"b"'):
        assert word not in told


def test_nothing_to_count_is_said(run: Run, tmp_path: Path) -> None:
    write_facts([session("a", DAY)], tmp_path / "r")
    assert "No session had the time" in run("outcomes", tmp_path / "r", "--as-of", DAY).stdout


def test_a_procedure_that_does_not_exist_is_told(run: Run, tmp_path: Path) -> None:
    write_facts([session("a", DAY)], tmp_path / "r")
    result = run("outcomes", tmp_path / "r", "--procedure", "radiofrequency")
    assert (result.exit_code, "No procedure called" in result.stderr) == (2, True)


def test_a_registry_counts_months_as_the_patients_pages_tell_them() -> None:
    assert book().number(MONTH, DAY) == DAYS_IN_A_MONTH

"""``lenitive demo``, and the invented patients behind it."""

from datetime import date
from pathlib import Path

import pytest

from lenitive.chart import TABLE_OF
from lenitive.medicine.content import content
from lenitive.reasoning import assess
from lenitive.registry.invented import STORIES, Invented, invented_patients
from tests.functional.conftest import DAY, Run


def test_it_writes_a_dozen_patients_and_shows_one(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "patients"
    result = run("demo", "--out", out, "--as-of", DAY)
    assert result.exit_code == 0, result.stderr
    assert len(list(out.glob("*.toml"))) == 12
    assert str(out) in "".join(result.stdout.split("\n"))
    assert all(f"invented-{n:03d}" in result.stdout for n in range(1, 13))
    assert "OPTIONS" in result.stdout


def test_its_case_files_can_be_read_back(run: Run, tmp_path: Path) -> None:
    run("demo", "--out", tmp_path, "--as-of", DAY, "--count", 3)
    shown = run("assess", tmp_path / "invented-001.toml").stdout
    assert "as of 2026-06-01 (the day of the file)" in shown


def test_without_a_folder_it_makes_one_and_says_where(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    result = run("demo", "--count", 1, COLUMNS="200")
    made = next(tmp_path.glob("lenitive-demo-*"))
    assert str(made) in result.stdout
    assert (made / "invented-001.toml").is_file()


def test_it_overwrites_nothing(run: Run, tmp_path: Path) -> None:
    (tmp_path / "invented-002.toml").write_text("mine")
    result = run("demo", "--out", tmp_path)
    assert result.exit_code == 2
    assert [file.name for file in tmp_path.iterdir()] == ["invented-002.toml"]
    assert run("demo", "--out", tmp_path / "invented-002.toml").exit_code == 2


# --- the patients ----------------------------------------------------------------------------------------------------


def test_a_seed_and_a_day_give_the_same_patients() -> None:
    def facts(**seed: int) -> list[object]:
        return [patient.chart.facts for patient in invented_patients(DAY, 24, **seed)]

    assert facts(seed=5) == facts(seed=5)
    assert facts(seed=5) != facts(seed=6)
    assert len({patient.id for patient in invented_patients(DAY, 24)}) == 24


@pytest.mark.parametrize("day", [date(2024, 2, 29), DAY, date(2030, 12, 31)])
def test_no_fact_is_later_than_the_day(day: date) -> None:
    for patient in invented_patients(day, 24):
        assert patient.chart.as_of(day).facts == patient.chart.facts
        assert all(fact.true_on is None or fact.true_on <= day for fact in patient.chart.facts)


def test_their_words_are_those_of_the_content() -> None:
    known = content()
    lists = {
        ("finding", "code"): known.findings,
        ("complaint", "region"): known.regions,
        ("treatment", "kind"): known.treatments,
        ("procedure", "kind"): known.procedures,
        ("measure", "instrument"): known.instruments,
        ("statement", "kind"): known.statements,
    }
    for patient in invented_patients(DAY, len(STORIES)):
        assert patient.request is None or patient.request.kind in known.procedures
        for fact in patient.chart.facts:
            for (table, column), words in lists.items():
                if TABLE_OF[type(fact)] == table:
                    assert getattr(fact, column) in words, (patient.story, getattr(fact, column))
            for region in getattr(fact, "radiates_to", ()):
                assert region in known.regions


def test_the_stories_come_out_as_told(invented: dict[str, Invented]) -> None:
    def of(story: str):  # type: ignore[no-untyped-def]
        patient = invented[story]
        return assess(patient.chart, DAY, [patient.request] if patient.request else [])

    def likeliest(story: str) -> set[str]:
        return {answer.estimates[0].generator for answer in of(story).differential}

    def verdict(story: str) -> str:
        kind = invented[story].request.kind  # type: ignore[union-attr]
        return next(option.verdict for option in of(story).options if option.procedure == kind)

    assert "lumbar_facet" in likeliest("facet_pain_after_two_blocks")
    assert "lumbar_radicular" in likeliest("radiculopathy_under_an_anticoagulant")
    assert "sacroiliac_joint" in likeliest("sacroiliac_joint_pain")
    assert "lumbar_stenosis" in likeliest("narrow_canal")
    assert "lumbar_disc" in likeliest("disc_pain")
    assert verdict("facet_pain_before_any_block") == "not yet"
    assert verdict("cauda_equina") == "not yet"
    raised = {"cauda_equina": "cauda_equina", "broken_vertebra": "vertebral_fracture",
              "infection_after_an_injection": "spinal_infection"}  # fmt: skip
    for story, flag in raised.items():
        assert flag in {one.id for one in of(story).red_flags if one.status == "met"}
    for story in ("facet_pain_after_two_blocks", "disc_pain", "narrow_canal"):
        assert not [one for one in of(story).red_flags if one.status == "met"]
    assert {alert.title.split(":")[0] for option in of("narrow_canal").options for alert in option.alerts} == {
        "Takes Warfarin"
    }

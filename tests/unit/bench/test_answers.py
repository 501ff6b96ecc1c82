"""Assessments, registries and readings that are wrong are refused by the benchmark that measures them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import polars as pl
import pytest

from bench import assessing, exports, frame_engine, reading, registries
from bench.measuring import WrongAnswerError
from bench.ten_criteria import DAY, QUESTIONS, REQUEST
from lenitive.interop.report import ReadReport
from lenitive.reasoning.assess import assess
from lenitive.reasoning.assessment import Assessment
from lenitive.reasoning.book import book
from lenitive.registry.evaluation import answers
from lenitive.registry.invented import invented_patients

# --- one assessment ----------------------------------------------------------------------------------------------

INVENTED = list(invented_patients(assessing.DAY, 4))


@pytest.fixture(scope="module")
def assessments() -> list[Assessment]:
    return [assess(one.chart, assessing.DAY) for one in INVENTED]


def _changed(value: Any, **changes: Any) -> Any:
    return msgspec.structs.replace(value, **changes)


def test_shares_that_follow_are_accepted(assessments: list[Assessment]) -> None:
    assert sum(assessing.check_shares(one.differential) for one in assessments) > 10


@pytest.mark.parametrize(
    "wrong",
    [
        lambda answer: _changed(answer, unresolved=answer.unresolved + 0.01),
        lambda answer: _with_first(answer, low=answer.estimates[0].probability + 0.001),
        lambda answer: _with_first(answer, prior=answer.estimates[0].prior * 1.01),
        lambda answer: _with_first(answer, contributions=answer.estimates[0].contributions[1:]),
    ],
    ids=["do not add up", "outside the interval", "another prior", "a contribution is not shown"],
)
def test_wrong_shares_are_refused(assessments: list[Assessment], wrong: Any) -> None:
    answers_ = (answer for one in assessments for answer in one.differential if answer.estimates[0].contributions)
    with pytest.raises(WrongAnswerError):
        assessing.check_shares([wrong(next(answers_))])


def _with_first(answer: Any, **changes: Any) -> Any:
    first, *others = answer.estimates
    return _changed(answer, estimates=[_changed(first, **changes), *others])


def test_a_criterion_with_another_status_is_refused(assessments: list[Assessment]) -> None:
    charts = [one.chart for one in INVENTED]
    assert assessing.check_criteria(book(), charts[:1], assessments[:1], groups=3) > 10
    options = [_with_another_status(option) for option in assessments[0].options]
    with pytest.raises(WrongAnswerError, match="answers differ"):
        assessing.check_criteria(book(), charts[:1], [_changed(assessments[0], options=options)], groups=3)


def _with_another_status(option: Any) -> Any:
    first, *others = option.contraindications.criteria or option.candidacy.criteria
    part = "contraindications" if option.contraindications.criteria else "candidacy"
    status = "met" if first.status != "met" else "not met"
    turned = _changed(getattr(option, part), criteria=[_changed(first, status=status), *others])
    return _changed(option, **{part: turned})


# --- a registry --------------------------------------------------------------------------------------------------

SIZE = 200


@pytest.fixture(scope="module", autouse=True)
def registries_in_a_folder_of_the_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("registries")
        patch.setattr(registries, "_folder", lambda: folder)
        yield
        registries.registry.cache_clear()


@pytest.fixture(scope="module")
def found() -> pl.DataFrame:
    return pl.concat(answers(registries.registry(SIZE), QUESTIONS, DAY, REQUEST))


def test_right_answers_of_a_registry_are_counted(found: pl.DataFrame) -> None:
    assert frame_engine.check_answers(found, SIZE, None, 40) == 40 * len(QUESTIONS)


def test_every_criterion_of_the_policy_tells_patients_apart(found: pl.DataFrame) -> None:
    assert [name for name in QUESTIONS if found[name].n_unique() < 2] == []


@pytest.mark.parametrize("name", QUESTIONS)
def test_an_answer_turned_round_is_refused(found: pl.DataFrame, name: str) -> None:
    turned = found.with_columns(pl.when(pl.col(name)).then(None).otherwise(True).alias(name))
    with pytest.raises(WrongAnswerError):
        frame_engine.check_answers(turned, SIZE, None, 40)


def test_a_patient_without_an_answer_is_missed(found: pl.DataFrame) -> None:
    with pytest.raises(WrongAnswerError, match="199 patients answered"):
        frame_engine.check_answers(found.head(SIZE - 1), SIZE, None, 10)


def test_counts_are_those_of_the_generator(found: pl.DataFrame) -> None:
    frame_engine.check_counts(found, SIZE)
    with pytest.raises(WrongAnswerError, match="the generator made"):
        frame_engine.check_counts(found.with_columns(facet_loading_found=True), SIZE)


def test_a_patient_of_two_registries_has_one_answer(found: pl.DataFrame) -> None:
    frame_engine.check_answers(found, SIZE, found.head(50), 10)
    other = found.head(50).with_columns(~pl.col("pain_is_moderate"))
    with pytest.raises(WrongAnswerError, match="two answers"):
        frame_engine.check_answers(found, SIZE, other, 10)


# --- reading -----------------------------------------------------------------------------------------------------


@pytest.fixture
def export(tmp_path: Path) -> tuple[Path, Path, list[Any], int, ReadReport]:
    file, out = tmp_path / "export.ndjson", tmp_path / "registry"
    charts, copies = exports.write_invented(file, 250_000, 3)
    return file, out, charts, copies, reading.to_parquet(file, out)


def test_what_was_written_is_what_is_read(export: Any) -> None:
    file, out, charts, copies, report = export
    reading.check_records(file, report)
    reading.check_facts(report, out, charts, copies)
    assert copies > 1


def test_a_record_that_was_dropped_is_missed(export: Any) -> None:
    file, _, _, _, report = export
    report.read["Observation"] -= 1
    with pytest.raises(WrongAnswerError, match="records by type"):
        reading.check_records(file, report)


def test_a_fact_that_came_back_changed_is_seen(export: Any) -> None:
    _, out, charts, copies, report = export
    file = out / "measure" / "part-000.parquet"
    pl.read_parquet(file).with_columns(score=pl.col("score") + 1).write_parquet(file)
    with pytest.raises(WrongAnswerError, match="facts written and read back"):
        reading.check_facts(report, out, charts, copies)


def test_a_copy_that_was_not_read_is_missed(export: Any) -> None:
    _, out, charts, copies, report = export
    with pytest.raises(WrongAnswerError, match="copies"):
        reading.check_facts(report, out, charts, copies + 1)

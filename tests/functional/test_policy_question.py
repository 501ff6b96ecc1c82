"""A policy as one node gives the status that ``determine`` gives, for every policy and whatever is unknown."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lenitive.chart import Chart, Request
from lenitive.chart.patient import Patient
from lenitive.medicine.content import content
from lenitive.medicine.shapes import Requirement
from lenitive.reasoning.book import Book, book
from lenitive.reasoning.determination import Asking, determine
from lenitive.reasoning.policy_question import UNKNOWN, overall, policy_question, row_questions
from lenitive.registry.evaluation import answers
from lenitive.registry.invented import Invented, invented_patients
from lenitive.registry.store import Store, open_store, write_facts
from lenitive.rules.model import Constant, Criterion, Node
from lenitive.rules.reference import Reference
from lenitive.status import Status

DAY = date(2026, 6, 1)


# --- every policy, invented patients ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def patients() -> list[Invented]:
    return list(invented_patients(DAY, 36, seed=7))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, patients: list[Invented]) -> Store:
    out: Path = tmp_path_factory.mktemp("policies") / "registry"
    write_facts((patient.chart for patient in patients), out)
    return open_store(out)


def asked() -> Iterator[Any]:
    for name, policy in content().policies.items():
        for version in policy.versions:
            day = max(version.effective_from, DAY if version.effective_until is None else version.effective_from)
            yield pytest.param(name, policy.procedures[0], day, id=f"{name} {version.effective_from}")


@pytest.mark.parametrize(("name", "kind", "day"), list(asked()))
def test_the_frame_engine_gives_the_status_of_one_patient_at_a_time(
    store: Store, patients: list[Invented], name: str, kind: str, day: date
) -> None:
    request = Request(
        kind=kind, on=day, region="lumbar", side="left", levels=("L4-5", "L5-S1"), guidance="fluoroscopy", state="OH"
    )
    question = policy_question(book(), name, request, DAY)
    found = dict(
        pl.concat(answers(store, {"status": question.status}, DAY, request)).select("patient", "status").rows()
    )
    version = next(v for v in content().policies[name].versions if v.effective_from == question.effective_from)
    for patient in patients:
        engine = Reference(patient.chart.as_of(DAY), DAY, request)
        expected = determine(Asking(book(), engine, "OH"), name, version.wants, recalled_refuses=False)
        assert Status.of(found[patient.id]).value == expected.status, patient.id


# --- the logic of rows, groups and conditions, with every truth ------------------------------------------------------

TRUTHS: dict[str, Node] = {"yes": Constant(True), "no": Constant(False), "unknown": UNKNOWN}
CHART = Chart.of([Patient(id="p", patient="p", recorded_at=datetime(2026, 1, 1, tzinfo=UTC))])


class Given(Book):
    """A book whose criteria are truths."""

    def __init__(self) -> None:
        super().__init__(content())

    def bound(self, row: Requirement, day: date, place: str | None = None) -> Criterion:
        return self.standing(row.criterion.split("/")[1], day)

    def standing(self, name: str, day: date, place: str | None = None) -> Criterion:
        return Criterion(name, TRUTHS[name], name, name)


@st.composite
def requirement_lists(draw: st.DrawFn) -> list[Requirement]:
    needed = {"a": draw(st.integers(1, 3)), "b": 1}
    rows = []
    for number in range(draw(st.integers(1, 6))):
        group = draw(st.sampled_from([None, "a", "a", "b"]))
        rows.append(
            Requirement(
                criterion=f"{number}/{draw(st.sampled_from(list(TRUTHS)))}",
                want=draw(st.sampled_from(["met", "not met"])),
                group=group,
                at_least=needed.get(group or "", 1),
                severity=draw(st.sampled_from(["required", "required", "advice"])),
                when=draw(st.sampled_from([None, None, *TRUTHS])),
                source="lenitive-judgement",
                locator="test",
                grade=draw(st.sampled_from(["primary", "recalled"])),
            )
        )
    return rows


@settings(max_examples=500, deadline=None)
@given(requirement_lists(), st.booleans())
def test_the_node_of_any_rows_is_their_determination(rows: list[Requirement], recalled_refuses: bool) -> None:
    engine = Reference(CHART, DAY)
    given_book = Given()
    expected = determine(Asking(given_book, engine), "test", rows, recalled_refuses)
    node = overall(row_questions(given_book, rows, DAY), recalled_refuses)
    assert engine.status(Criterion("all", node, "all", "all")).value == expected.status


def test_a_criterion_that_is_asked_twice_gets_two_names() -> None:
    rows = [
        Requirement(criterion="1/yes", source="s", locator="l", grade="primary", id="first"),
        Requirement(criterion="1/yes", source="s", locator="l", grade="primary"),
        Requirement(criterion="2/no", source="s", locator="l", grade="primary"),
    ]
    given_book = Given()
    names = [row.name for row in row_questions(given_book, rows, DAY)]
    assert names == ["1/yes#first", "1/yes#2", "2/no"]

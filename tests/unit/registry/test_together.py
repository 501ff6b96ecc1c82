"""Questions about several requests, asked together."""

from datetime import UTC, date, datetime

import polars as pl
import pytest

from lenitive.chart import TABLES, Request
from lenitive.registry.evaluation import answers
from lenitive.registry.store import Store, open_store, write_facts
from lenitive.registry.together import Asked, together
from lenitive.rules.language import as_of, request, rows

AS_OF = date(2025, 6, 1)
procedures = rows("procedure")
QUESTIONS = {
    "same_side": procedures.where(procedures.columns.side == request.side).exist().node,
    "same_level": procedures.where(procedures.columns.levels.shares(request.levels)).exist().node,
    "two_levels": (request.level_count == 2).node,
    "lately": procedures.where(procedures.columns.true_on >= as_of.before(30, "days")).exist().node,
}
REQUESTS = {
    "left": Request(kind="any", side="left", levels=("L4-5",)),
    "right": Request(kind="any", side="right", levels=("L5-S1", "L4-5")),
    "later": Request(kind="any", side="left", on=date(2025, 7, 15)),
    "undecided": Request(kind="any"),
}


@pytest.fixture
def registry(tmp_path) -> Store:
    at = datetime(2025, 1, 1, tzinfo=UTC)
    known = [
        TABLES["attestation"](id="a", patient=patient, recorded_at=at, topic="procedure") for patient in ("p", "q", "r")
    ]
    done = [
        TABLES["procedure"](
            id="x", patient=patient, recorded_at=at, kind="any", side=side, levels=levels, true_on=date(2025, 5, day)
        )
        for patient, side, levels, day in (("p", "left", ("L4-5",), 20), ("q", "right", ("L5-S1",), 1))
    ]
    write_facts([*known, *done], tmp_path / "registry")
    return open_store(tmp_path / "registry")


def test_each_question_is_about_its_own_request(registry):
    asked = {name: Asked(QUESTIONS, one) for name, one in REQUESTS.items()}
    found = pl.concat(answers(registry, together(asked, AS_OF), AS_OF)).sort("patient")
    assert found.columns == ["patient", *(f"{name}.{question}" for name in REQUESTS for question in QUESTIONS)]
    different = set()
    for name, one in REQUESTS.items():
        alone = pl.concat(answers(registry, QUESTIONS, AS_OF, one)).sort("patient")
        mine = found.select("patient", *(pl.col(f"{name}.{question}").alias(question) for question in QUESTIONS))
        assert mine.equals(alone)
        different.add(str(alone.rows()))
    assert len(different) == len(REQUESTS)


def test_what_two_questions_share_stays_shared():
    shared = procedures.where(procedures.columns.side == request.side).exist()
    questions = {"one": (shared & (request.level_count == 1)).node, "two": (shared & (request.level_count == 2)).node}
    both = together({"a": Asked(questions, REQUESTS["left"])}, AS_OF)
    assert both["a.one"].parts[0] is both["a.two"].parts[0]

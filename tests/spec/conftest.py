"""The fixture ``spec``: a text table is asked on every engine."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from lenitive.chart import Request
from lenitive.rules.model import Criterion, Node
from lenitive.status import Status
from tests.engines import by_polars, by_quick, by_reference
from tests.spec.tables import Charts, read_tables

AS_OF = "2025-06-01"


@dataclass(frozen=True)
class Spec:
    """One table, ready to be asked on any engine."""

    charts: Charts
    question: Node
    as_of: date
    request: Request | None

    def check(self, engine: str, answers: dict[str, dict[str, bool | None]], name: str = "question") -> None:
        """Compare what an engine says with what the table expects."""
        said = {patient: Status.of(answers[patient][name]).value for patient in self.charts.expected}
        assert said == {patient: status.value for patient, status in self.charts.expected.items()}, f"by {engine}"


def read_spec(text: str, question: Any, *, as_of: str = AS_OF, request: Request | None = None) -> Spec:
    """A table and its question; ``question`` is a truth of the language, or a criterion."""
    node = question.met_when if isinstance(question, Criterion) else question.node
    return Spec(read_tables(text), node, date.fromisoformat(as_of), request)


@pytest.fixture
def spec() -> Callable[..., None]:
    """Ask the question of every row, on the reference engine and on Polars; ``test_on_spark.py`` does it on Spark."""

    def ask(text: str, question: Any, **options: Any) -> None:
        one = read_spec(text, question, **options)
        for engine in (by_reference, by_quick, by_polars):
            one.check(engine.__name__, engine({"question": one.question}, one.charts.facts, one.as_of, one.request))

    return ask

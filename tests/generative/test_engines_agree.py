"""Random questions over random charts: all engines give one answer."""

import os
import pickle
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from lenitive.registry.columns import frames_of
from lenitive.rules import model
from tests.engines import by_polars, by_polars_over, by_quick, by_reference, by_spark
from tests.generative.charts import (
    AS_OF,
    DAYS,
    IDS,
    KINDS,
    MOMENTS,
    REGIONS,
    charts,
    corrected_charts,
    requests,
)
from tests.generative.questions import PARAMETERS, days, longest, numbers, questions

ROOT = Path(__file__).parents[2]
AT_LENGTH = settings(deadline=None, suppress_health_check=list(HealthCheck))


def asked(count: int) -> st.SearchStrategy[dict[str, model.Node]]:
    """Bound questions by name."""
    bound = questions().map(lambda question: model.bind(question, PARAMETERS))
    return st.lists(bound, min_size=count, max_size=count).map(
        lambda listed: {f"q{n}": q for n, q in enumerate(listed)}
    )


@given(asked(3), charts(), requests, st.randoms(use_true_random=False))
@settings(AT_LENGTH, max_examples=250)
def test_polars_agrees_with_the_reference_for_any_order_of_rows(questions, facts, request, chance):
    frames = {
        name: frame.sample(fraction=1, shuffle=True, seed=chance.randrange(9))
        for name, frame in frames_of(facts).items()
    }
    assert by_polars_over(questions, frames, AS_OF, request) == by_reference(questions, facts, AS_OF, request)


def relief_where(column: str, value: str, via: str | None = None) -> model.Node:
    """There is relief for which this holds of it, or of the procedure that it names."""
    is_so = model.Compare("==", model.Column("relief", column, via), model.Constant(value))
    return model.Exists(model.Rows("relief", is_so, ("relief",)))


@given(corrected_charts(), st.sampled_from(MOMENTS))
@settings(AT_LENGTH, max_examples=150)
def test_a_procedure_that_was_corrected_keeps_its_relief_on_every_day(facts, moment):
    questions = {
        **{f"after {kind}": relief_where("kind", kind, "procedure") for kind in KINDS},
        **{f"after {region}": relief_where("region", region, "procedure") for region in REGIONS},
        **{f"names {name}": relief_where("procedure", name) for name in IDS},
    }
    day = moment.date()
    assert by_polars(questions, facts, day) == by_reference(questions, facts, day) == by_quick(questions, facts, day)


THRESHOLDS = sorted({0.3, 0.6, 2.5, *range(4), *((b - a).days for a in DAYS for b in DAYS if 0 < (b - a).days < 60)})


def probes(value: model.Node, marks: Iterable[Any]) -> dict[str, model.Node]:
    """Questions that, together, show both ends of a range."""
    bound = model.bind(value, PARAMETERS)
    asked: dict[str, model.Node] = {"is recorded": model.IsRecorded(bound)}
    for mark in marks:
        asked[f">= {mark}"] = model.Compare(">=", bound, model.Constant(mark))
        asked[f"<= {mark}"] = model.Compare("<=", bound, model.Constant(mark))
    return asked


numeric = numbers(None, 2).map(lambda value: probes(value, THRESHOLDS))
spans = longest(1).map(lambda value: probes(value, THRESHOLDS))
daily = days(None, 2).map(lambda value: probes(value, DAYS))


@given(st.one_of(numeric, spans, daily), charts(3, 5), requests)
@settings(AT_LENGTH, max_examples=120)
def test_both_ends_of_numbers_and_days_agree(questions, facts, request):
    assert by_polars_over(questions, frames_of(facts), AS_OF, request) == by_reference(questions, facts, AS_OF, request)


@given(asked(6), charts(6, 10), requests)
@settings(AT_LENGTH, max_examples=12, phases=[Phase.generate])
def test_spark_agrees_with_the_reference(questions, facts, request):
    assert by_spark(questions, facts, AS_OF, request) == by_reference(questions, facts, AS_OF, request)


@given(st.data())
@settings(AT_LENGTH, max_examples=1, phases=[Phase.generate])
def test_answers_do_not_depend_on_the_number_of_threads(tmp_path_factory, data):
    cases = [data.draw(st.tuples(asked(4), charts(20, 30), requests)) for _ in range(20)]
    file = tmp_path_factory.mktemp("threads") / "cases"
    file.write_bytes(pickle.dumps(cases))
    expected = [by_reference(questions, facts, AS_OF, request) for questions, facts, request in cases]
    for threads in (1, 2, 7):
        script = "import sys; from tests.generative.test_engines_agree import answer_cases; answer_cases(sys.argv[1])"
        run = subprocess.run(
            [sys.executable, "-c", script, str(file)],
            cwd=ROOT,
            env={**os.environ, "POLARS_MAX_THREADS": str(threads), "PYTHONPATH": str(ROOT)},
            capture_output=True,
            check=False,
        )
        assert run.returncode == 0, run.stderr.decode()
        assert pickle.loads(run.stdout) == expected, f"with {threads} threads"


def answer_cases(file: str) -> None:
    """What Polars says to the cases of a file, on the standard output; runs in a process of its own."""
    cases = pickle.loads(Path(file).read_bytes())
    answers = [by_polars_over(questions, frames_of(facts), AS_OF, request) for questions, facts, request in cases]
    sys.stdout.buffer.write(pickle.dumps(answers))

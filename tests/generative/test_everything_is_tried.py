"""A test that never tries an operation proves nothing about it."""

import inspect
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from typing import get_args

from hypothesis import HealthCheck, Phase, given, settings

from lenitive.rules import model
from tests.engines import by_reference
from tests.generative.charts import AS_OF, charts, requests
from tests.generative.questions import PARAMETERS, questions

EXAMPLES = settings(
    max_examples=600,
    deadline=None,
    phases=[Phase.generate],
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


def operations(node: model.Node) -> Iterator[str]:
    """What a question does, with the variants of each operation."""
    yield type(node).__name__
    match node:
        case model.Compare(op) | model.Arithmetic(op):
            yield f"{type(node).__name__} {op}"
        case model.Aggregate(how):
            yield f"Aggregate {how}"
        case model.Pick(which):
            yield f"Pick {which}"
        case model.Shift(unit=unit, sign=sign):
            yield f"Shift {unit} {sign}"
        case model.Column(via=via) if via:
            yield "Column via"
        case model.LongestSpan(gap=gap):
            yield "LongestSpan gap" if gap != 1 else "LongestSpan"
    for child in model.children(node):
        yield from operations(child)


def all_operations() -> set[str]:
    """Every operation of the model, read off the model itself."""
    nodes = {
        name
        for name, thing in vars(model).items()
        if inspect.isclass(thing) and issubclass(thing, model.Node) and thing is not model.Node
    }
    variants = {
        *(f"Compare {op}" for op in get_args(model.Comparison)),
        *(f"Arithmetic {op}" for op in _choices(model.Arithmetic, "op")),
        *(f"Aggregate {how}" for how in _choices(model.Aggregate, "how")),
        *(f"Pick {which}" for which in _choices(model.Pick, "which")),
        *(f"Shift {unit} {sign}" for unit in _choices(model.Shift, "unit") for sign in (1, -1)),
        "Column via",
        "LongestSpan gap",
    }
    return nodes | variants


def _choices(node: type[model.Node], name: str) -> tuple[str, ...]:
    return get_args(inspect.get_annotations(node, eval_str=True)[name])


class NothingIsMissing(Exception):
    """Every operation was tried: further questions would show no more."""


def test_every_operation_is_generated():
    missing = all_operations()

    @given(questions())
    @settings(EXAMPLES, max_examples=2000)
    def collect(question):
        missing.difference_update(operations(question))
        if not missing:
            raise NothingIsMissing

    with suppress(NothingIsMissing):
        collect()
    assert not missing, f"none of 2000 questions tries {sorted(missing)}"


def test_the_answers_are_of_all_three_kinds():
    said: Counter[bool | None] = Counter()

    @given(questions(), charts(), requests)
    @EXAMPLES
    def collect(question, facts, request):
        answers = by_reference({"q": model.bind(question, PARAMETERS)}, facts, AS_OF, request)
        said.update(answer["q"] for answer in answers.values())

    collect()
    assert min(said[answer] for answer in (True, False, None)) > sum(said.values()) / 10, said

"""What every benchmark shares: answers that differ are refused, and times are what was measured."""

from typing import Any

import pytest

from bench.measuring import WrongAnswerError, check_same, interleaved, percentile


def test_equal_answers_are_counted() -> None:
    assert check_same({"a": 1, "b": None}, {"b": None, "a": 1}, "answers") == 2


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ({"a": True}, {"a": False}),
        ({"a": None}, {"a": False}),
        ({}, {"a": True}),
        ({"a": 1, "b": 1}, {"a": 1}),
        ({}, {}),
    ],
    ids=["another answer", "unknown for no", "no answer", "an answer too many", "nothing to compare"],
)
def test_answers_that_differ_are_refused(found: dict[str, Any], expected: dict[str, Any]) -> None:
    with pytest.raises(WrongAnswerError, match="answers"):
        check_same(found, expected, "answers")


@pytest.mark.parametrize(("percent", "value"), [(50, 50), (99, 99), (100, 100), (1, 1)])
def test_a_percentile_is_a_value_that_was_measured(percent: int, value: int) -> None:
    assert percentile(range(100, 0, -1), percent) == value


def test_every_round_asks_every_contender() -> None:
    times = {"one": iter([3.0, 1.0, 2.0]), "other": iter([9.0, 9.0, 1.0])}
    taken = interleaved({name: lambda given=given: next(given) for name, given in times.items()}, 3)
    assert taken == {"one": 2.0, "other": 9.0}

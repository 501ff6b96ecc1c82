"""The truth tables, written out."""

import pytest

from lenitive.status import Status, kleene_and, kleene_at_least, kleene_not, kleene_or

T, F, U = True, False, None


@pytest.mark.parametrize(
    ("a", "b", "both", "either"),
    [
        (T, T, T, T),
        (T, F, F, T),
        (T, U, U, T),
        (F, T, F, T),
        (F, F, F, F),
        (F, U, F, U),
        (U, T, U, T),
        (U, F, F, U),
        (U, U, U, U),
    ],
)
def test_and_or(a, b, both, either):
    assert kleene_and([a, b]) is both
    assert kleene_or([a, b]) is either


def test_not():
    assert [kleene_not(value) for value in (T, F, U)] == [F, T, U]


@pytest.mark.parametrize(
    ("values", "expect"), [([T, T, U], T), ([T, F, F], F), ([T, U, F], U), ([T, F, T], T), ([U, U, F], U)]
)
def test_at_least_two(values, expect):
    assert kleene_at_least(2, values) is expect


def test_nothing_and_nothing():
    assert kleene_and([]) is T
    assert kleene_or([]) is F


def test_a_status_is_not_a_yes_or_no():
    with pytest.raises(TypeError, match=r"Status\.MET"):
        bool(Status.UNDOCUMENTED)
    assert [Status.of(value) for value in (T, F, U)] == [Status.MET, Status.NOT_MET, Status.UNDOCUMENTED]


@pytest.mark.parametrize("truth", [True, False, None])
def test_a_status_gives_back_the_truth_it_stands_for(truth):
    assert Status.of(truth).truth is truth

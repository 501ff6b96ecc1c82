"""What a book keeps bound holds from one change of a number to the next, and never leaks beyond it."""

from datetime import date, timedelta

import msgspec
import pytest

from lenitive.errors import UsageError
from lenitive.medicine.content import content
from lenitive.medicine.shapes import Requirement
from lenitive.reasoning.book import Book
from lenitive.rules.model import Constant, Criterion, children

NUMBER, CRITERION = "repeat_lookback_months", "epidural_is_repeat"
CHANGED = date(2026, 7, 1)
BEFORE, AFTER = date(2026, 6, 30), date(2026, 12, 1)


@pytest.fixture(scope="module")
def changing() -> Book:
    """The shipped content, in which one number changes on a day."""
    shipped = content()
    entry = shipped.parameters[NUMBER]
    then = msgspec.structs.replace(entry.values[-1], effective_from=CHANGED, value=99.0)
    changed = msgspec.structs.replace(entry, values=[*entry.values, then])
    return Book(msgspec.structs.replace(shipped, parameters={**shipped.parameters, NUMBER: changed}))


def number_in(criterion: Criterion) -> object:
    """What the number of a criterion was bound to."""
    below, found = [criterion.met_when], set()
    while below:
        node = below.pop()
        below += children(node)
        if isinstance(node, Constant) and node.name == NUMBER:
            found.add(node.value)
    (value,) = found
    return value


def row(**parameters: float) -> Requirement:
    return Requirement(source="s", locator="l", grade="primary", criterion=CRITERION, parameters=parameters)


def test_a_number_that_changes_is_bound_anew_on_that_day_and_not_before(changing):
    first = content().parameters[NUMBER].values[-1].value
    numbers = [number_in(changing.standing(CRITERION, day)) for day in (BEFORE, CHANGED, AFTER, BEFORE)]
    assert numbers == [first, 99, 99, first]


def test_days_between_two_changes_share_what_is_bound(changing):
    rows = [row()]
    kept = [changing.section("owner", rows, day) for day in (CHANGED, AFTER)]
    assert kept[0] is kept[1]
    assert changing.section("owner", rows, BEFORE) is not kept[0]


def test_rows_with_other_numbers_are_other_questions_whoever_owns_them(changing):
    numbers = [number_in(changing.bound(row(**given), AFTER)) for given in ({}, {NUMBER: 2.0}, {NUMBER: 3.0})]
    assert numbers == [99, 2, 3]
    assert changing.bound(row(**{NUMBER: 2.0}), AFTER) is changing.bound(row(**{NUMBER: 2.0}), CHANGED)


def test_a_day_before_every_number_is_wrong_use_and_no_fault_of_the_content(changing):
    long_ago = changing.since.first - timedelta(1)
    assert changing.since[long_ago] == long_ago
    with pytest.raises(UsageError, match=f"begin on {changing.since.first}"):
        changing.value(NUMBER, long_ago)
    assert changing.value(NUMBER, changing.since.first).value

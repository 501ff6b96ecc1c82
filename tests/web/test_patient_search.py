"""A patient is found as people write names and days."""

from datetime import date

import pytest

from lenitive_web.ledger.actions import register_patient
from lenitive_web.patients.selectors import patients_of
from lenitive_web.people.models import Practice


@pytest.fixture
def rosalind(practice: Practice) -> Practice:
    """A practice with two patients, of whom only one is meant."""
    register_patient(practice=practice, name="Rosalind Achterberg", birth_date=date(1962, 11, 8), by=None)
    register_patient(practice=practice, name="Rosa Example", birth_date=date(1962, 8, 11), by=None)
    return practice


@pytest.mark.parametrize(
    "words",
    [
        "achterberg",
        "Achterberg, Rosalind",
        "rosalind achter",
        "1962-11-08",
        "11/08/1962",
        "11/8/62",
        "8 Nov 1962",
        "Nov 8, 1962",
        "Nov. 8, 1962",
        "November 8, 1962",
        "achterberg 1962-11-08",
        "  Achterberg  ",
    ],
)
def test_the_one_who_is_meant_is_found(rosalind: Practice, words: str) -> None:
    assert [one.name for one in patients_of(rosalind, words)] == ["Rosalind Achterberg"]


@pytest.mark.parametrize("words", ["1962-11-09", "11/08/2062", "Achterberg 1961-01-01", "13/45/1962", "29 Feb 1900"])
def test_nobody_else_is(rosalind: Practice, words: str) -> None:
    assert not patients_of(rosalind, words).exists()


def test_without_a_word_everybody_is_listed(rosalind: Practice) -> None:
    assert patients_of(rosalind, " ").count() == 2

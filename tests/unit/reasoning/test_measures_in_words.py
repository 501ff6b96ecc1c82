"""What was measured is told by its name and with its unit as people write it."""

from __future__ import annotations

from datetime import date

import pytest

from lenitive.codes import unit_in_words
from lenitive.documents.wording import sentence
from lenitive.medicine.content import content
from lenitive.reasoning.citing import say
from tests.unit.reasoning.conftest import fact


@pytest.mark.parametrize(
    ("instrument", "score", "unit", "told"),
    [
        ("temperature", 38.6, "Cel", "Body temperature 38.6 °C"),
        ("platelets", 241, "10*9/L", "Platelets 241 ×10⁹/L"),
        ("weight", 78, "kg", "Body weight 78 kg"),
        ("inr", 1.1, "1", "INR 1.1"),
        ("inr", 1.1, None, "INR 1.1"),
        ("nrs", 6, "{score}", "NRS 6"),
        ("a_scale_nobody_knows", 3, None, "A SCALE NOBODY KNOWS 3"),
    ],
)
def test_a_measurement_has_its_name_and_unit(instrument: str, score: float, unit: str | None, told: str) -> None:
    row = fact("measure", id="m", instrument=instrument, score=score, unit=unit, true_on=date(2026, 1, 2))
    assert say("measure", row) == told
    assert sentence(row, content()) == f"{told} (2026-01-02)"


def test_no_unit_of_an_instrument_is_told_as_machines_write_it() -> None:
    told = {unit_in_words(one.unit) for one in content().instruments.values()}
    assert not [word for word in told if set(word) & set("*[]{}")]

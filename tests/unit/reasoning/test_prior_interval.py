"""What a starting share is sure of, before anything is known: the interval of a proportion of so many patients."""

from datetime import UTC, date, datetime
from math import sqrt

import pytest

from lenitive.chart import TABLES, Chart
from lenitive.reasoning.book import book
from lenitive.reasoning.differential import differentials

DAY = date(2026, 6, 1)
NOTED = datetime(2026, 6, 1, tzinfo=UTC)
COUNTED = [name for name, one in book().content.questions.items() if book().prior(one.prior).size]
"""Questions whose starting shares were counted in patients."""


def wilson(share: float, size: float) -> tuple[float, float]:
    """Wilson's 95 % interval of a proportion (1927)."""
    z = 1.96
    middle = (share + z * z / (2 * size)) / (1 + z * z / size)
    spread = z * sqrt(share * (1 - share) / size + z * z / (4 * size * size)) / (1 + z * z / size)
    return middle - spread, middle + spread


@pytest.mark.parametrize("question", COUNTED)
def test_a_starting_share_has_the_interval_of_its_patients(question):
    known = book()
    asked = known.content.questions[question]
    prior = known.prior(asked.prior)
    complaint = TABLES["complaint"](
        id="pain", patient="p", recorded_at=NOTED, true_on=DAY, region=asked.regions[0], dominant=True
    )
    (answer,) = [one for one in differentials(known, Chart.of([complaint]), {}, DAY) if one.question == question]
    assert prior.size
    assert answer.estimates
    for one in answer.estimates:
        assert one.contributions == []
        assert (one.low, one.high) == pytest.approx(wilson(one.probability, prior.size), abs=0.025)

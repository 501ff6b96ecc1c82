"""What keeps a request from being ready: here that the patient has died, whatever the policy says."""

from datetime import date

import pytest

from lenitive.chart import Chart, Request
from lenitive.documents.authorization import authorization
from lenitive.documents.readiness import readiness
from tests.unit.documents.conftest import DAY, MEDICARE
from tests.unit.reasoning.conftest import fact


@pytest.mark.parametrize(
    ("died_on", "is_missing"), [(None, False), (DAY, True), (date(2026, 5, 1), True), (date(2026, 6, 2), False)]
)
def test_a_request_for_a_patient_who_died_lacks_the_patient(died_on, is_missing):
    chart = Chart.of([fact("patient", id="patient", birth_date=date(1961, 4, 2), died_on=died_on)])
    request = Request(kind="medial_branch_block_lumbar", side="left", levels=("L4-5",), on=DAY, **MEDICARE)
    lacks = readiness(authorization(chart, DAY, request), chart).lacks
    assert ("a patient who is alive" in lacks) is is_missing

"""A request with its chart, invented."""

from collections.abc import Iterator
from datetime import date

import pytest

from lenitive.chart import Chart, Request
from lenitive.documents.authorization import Authorization, authorization
from lenitive.registry.invented import STORIES, invented_patients

DAY = date(2026, 6, 1)
MEDICARE = {"payer": "Medicare", "programme": "medicare", "state": "OH"}
KINDS = (
    "radiofrequency_ablation_medial_branch_lumbar",
    "medial_branch_block_lumbar",
    "epidural_transforaminal_lumbar",
    "sacroiliac_joint_injection",
    "discography_lumbar",
)


def every_invented_request() -> Iterator[tuple[Chart, Authorization]]:
    """Each invented patient with each of some requests."""
    for patient in invented_patients(DAY, len(STORIES)):
        for kind in KINDS:
            request = Request(kind=kind, region="lumbar", side="left", levels=("L4-5",), on=DAY, **MEDICARE)
            yield patient.chart, authorization(patient.chart, DAY, request)


@pytest.fixture(scope="session")
def authorizations() -> list[tuple[Chart, Authorization]]:
    """Requests of every status, each with its chart."""
    found = list(every_invented_request())
    statuses = {one.determination.status if one.determination else None for _, one in found}
    assert statuses >= {"not met", "undocumented", None}
    return found

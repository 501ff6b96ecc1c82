"""Small charts, and requirements to put to them."""

from datetime import date, datetime

import pytest

from lenitive.chart import TABLES, Chart, Request
from lenitive.medicine.shapes import Requirement
from lenitive.reasoning.book import book
from lenitive.reasoning.determination import Asking
from lenitive.rules.reference import Reference

DAY = date(2026, 6, 1)


def fact(table, **fields):
    """A fact of an invented patient, recorded before the day of the assessment."""
    fields.setdefault("id", f"{table}-{len(fields)}-{sorted(map(str, fields.values()))}")
    return TABLES[table](patient="p", recorded_at=datetime(2026, 1, 1), **fields)


def chart_of(*facts):
    """A chart that holds these facts and a patient."""
    return Chart.of([fact("patient", id="patient", birth_date=date(1961, 4, 2), sex="female"), *facts])


def row(criterion, **fields):
    """A requirement with an invented source."""
    return Requirement(criterion=criterion, **{"source": "x", "locator": "x", "grade": "primary", **fields})


@pytest.fixture
def asking():
    """Puts requirements to a chart for a request."""

    def ask(*facts, request=None):
        chart = chart_of(*facts).as_of(DAY)
        return Asking(book(), Reference(chart, DAY, request or Request(kind="medial_branch_block_lumbar")))

    return ask

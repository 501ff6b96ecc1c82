"""Pain medicines beside the procedures: how each class stands, what it brought others, and what it can do besides.

They are worked out for the page alone: an assessment holds only what somebody can order as a procedure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lenitive.reasoning.medicines import MedicineStep, medicines_that_need_not_wait
from lenitive_web.options.aid import Frequency, frequencies_of
from lenitive_web.options.presenting import Relief, relief
from lenitive_web.patients.page import PatientPage


@dataclass(frozen=True)
class MedicineRow:
    """One class of medicines of the table."""

    step: MedicineStep
    relief: Relief | None
    harms: Sequence[Frequency]


def medicine_rows(page: PatientPage) -> list[MedicineRow]:
    """The classes of medicines that are taken or thought of for this patient, in the order of the plan."""
    return [_row(step) for step in medicines_that_need_not_wait(page.book, page.chart, page.assessment)]


def _row(step: MedicineStep) -> MedicineRow:
    return MedicineRow(step, relief(step.outlook), frequencies_of(step.medicine, step.target.generator))

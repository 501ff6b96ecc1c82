"""The source that a clinician works with although no question of the differential weighs it.

Some diagnoses are definitions rather than rivals: pain that stayed after spinal surgery, or a confirmed neuropathy. No
probability can be given for them, so no procedure aimed at them could ever have a supported target. A working diagnosis
that a clinician wrote down with its reason stands in for the number that does not exist. It never stands against one:
where the differential weighs the source, its estimate decides.
"""

from __future__ import annotations

from collections.abc import Sequence

from lenitive.chart.chart import Chart
from lenitive.chart.statement import Statement
from lenitive.medicine.shapes import Content
from lenitive.reasoning.assessment import Differential

KIND = "working_diagnosis"


def worked_with(chart: Chart, content: Content, differential: Sequence[Differential]) -> str | None:
    """The generator of the latest working diagnosis, if it has a reason and the differential does not weigh it."""
    said = [one for one in chart.rows(Statement) if one.kind == KIND]
    if not said or said[-1].says is False or not said[-1].text or said[-1].about not in content.generators:
        return None
    weighed = {one.generator for answer in differential for one in answer.estimates}
    return None if said[-1].about in weighed else said[-1].about


def not_weighed(content: Content, differential: Sequence[Differential]) -> dict[str, str]:
    """Every source that only a clinician can name for this chart, with its label."""
    weighed = {one.generator for answer in differential for one in answer.estimates}
    found = {name: one.label for name, one in content.generators.items() if name not in weighed}
    return dict(sorted(found.items(), key=lambda pair: pair[1]))

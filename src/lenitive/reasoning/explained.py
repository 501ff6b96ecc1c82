"""Questions that one pain raises only by where it goes, and that a supported source of the same pain answers already.

A hip that hurts in the groin is felt in the thigh, a narrow canal in the buttock. Where the source of a pain is more
likely than not, and the pain goes only where that source is known to be felt, there is no second pain to look for: the
rivals stay in the differential, and no needle is next for them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lenitive.chart.chart import Chart
from lenitive.chart.complaint import Complaint
from lenitive.medicine.shapes import Content
from lenitive.reasoning.assessment import Differential


def explained(content: Content, chart: Chart, differential: Sequence[Differential], supported: float) -> frozenset[str]:
    """The questions that are explained. ``supported`` is the probability from which a source is supported."""
    complaints = chart.rows(Complaint)
    regions = {answer.question: set(content.questions[answer.question].regions) for answer in differential}
    by_itself = {name for name, raises in regions.items() if any(one.region in raises for one in complaints)}
    if len(by_itself) == len(regions):
        return frozenset()
    felt = [set(_felt_from(content, one, differential, supported)) for one in complaints]
    return frozenset(
        name
        for name, raises in regions.items()
        if name not in by_itself
        and all(raises.intersection(one.radiates_to) <= there for one, there in zip(complaints, felt, strict=True))
    )


def _felt_from(content: Content, pain: Complaint, answers: Sequence[Differential], supported: float) -> Iterator[str]:
    """Where the supported sources of a pain are felt."""
    for answer in answers:
        if pain.region in content.questions[answer.question].regions:
            for one in answer.estimates:
                if one.probability >= supported:
                    yield from (referral.region for referral in content.generators[one.generator].referral)

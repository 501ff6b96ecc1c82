"""What a patient and a team agreed to aim for."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from lenitive.chart.fact import Fact


class Goal(Fact, frozen=True, kw_only=True):
    """A goal beside less pain, set with the patient on ``true_on``: in whose words, by what measure, by when.

    ``kind`` is one of ``lenitive knowledge list goals`` (activity, sleep, coping, …). Whether it was reached is said by
    ``outcome``, in a later fact that supersedes this one; where nobody said, the measure may answer.

    Example::

        [[goal]]
        kind = "activity"
        text = "Walk to the shop and back each morning."
        instrument = "peg"
        score = 4
        due = 2026-08-01
        true_on = 2026-05-04
    """

    number_columns: ClassVar[tuple[str, ...]] = ("score",)

    kind: Annotated[str, Meta(min_length=1, description="an entry of goals; 'other' for one of another system")]
    text: Annotated[str | None, Meta(description="the goal in the patient's words")] = None
    instrument: Annotated[str | None, Meta(description="the measure that shows it")] = None
    score: Annotated[float | None, Meta(description="the score of that measure to be reached")] = None
    due: Annotated[date | None, Meta(description="the day by which it is to be reached")] = None
    outcome: Annotated[
        Literal["reached", "partly reached", "not reached", "given up"] | None,
        Meta(description="what came of it, as patient and team said; none while nobody said"),
    ] = None
    outcome_on: Annotated[date | None, Meta(description="the day on which that was said")] = None

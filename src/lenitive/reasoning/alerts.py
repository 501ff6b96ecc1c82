"""What concerns a patient whatever is planned."""

from __future__ import annotations

from lenitive.reasoning.assessment import Alert, RedFlagResult
from lenitive.reasoning.determination import Asking
from lenitive.reasoning.opioids import opioid_alerts
from lenitive.reasoning.safety import red_flag_alerts
from lenitive.reasoning.steroids import steroid_alerts


def standing_alerts(asking: Asking, flags: list[RedFlagResult]) -> list[Alert]:
    """Dangers that were raised, then opioids, then the corticosteroids of a year. ``asking`` is about no request."""
    book, chart, day = asking.book, asking.engine.chart, asking.engine.day
    return [*red_flag_alerts(flags), *opioid_alerts(asking), *steroid_alerts(book, chart, day)]

"""The block diary: one tap every half hour in the hours after a diagnostic block.

A tap is a relief fact at so many minutes after the block, written at once. Closing the diary adds the one report that
counts: the best relief, and for how long it was at least as much as a positive block asks for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lenitive.chart import Chart
from lenitive.chart.procedure import Procedure
from lenitive.chart.relief import Relief
from lenitive.medicine.content import content
from lenitive.reasoning.book import book
from lenitive.reasoning.follow_up import standard_for
from lenitive_web.audit.actions import write_event
from lenitive_web.ledger.actions import record_facts
from lenitive_web.ledger.facts import NewFact
from lenitive_web.ledger.models import Patient
from lenitive_web.ledger.selectors import chart_of
from lenitive_web.people.models import User
from lenitive_web.portal.models import BlockDiary
from lenitive_web.portal.sending import SOURCE
from lenitive_web.portal.words import plain_name

EVERY = timedelta(minutes=30)
SLIP = timedelta(minutes=2)
"""A tap so close to another takes its place: a finger slipped, or a telephone that lost its way sent it twice."""
OPEN_FOR = timedelta(days=2)
"""From the day of the block; later a diary would be written from memory."""


@dataclass(frozen=True)
class Tap:
    """How strong the pain was, so many minutes after the block."""

    minutes: float
    score: float
    percent: float

    @property
    def after(self) -> str:
        """The time after the block, as hours and minutes."""
        hours, minutes = divmod(round(self.minutes), 60)
        return f"{hours}:{minutes:02d}"


def blocks_to_follow(chart: Chart, as_of: date) -> list[Procedure]:
    """Diagnostic blocks so recent that a diary makes sense, the latest first."""
    found = chart.rows(Procedure)
    return [
        one
        for one in reversed(found)
        if one.intent == "diagnostic" and one.true_on and timedelta(0) <= as_of - one.true_on < OPEN_FOR
    ]


def taps_of(chart: Chart, procedure: str) -> list[Tap]:
    """The taps in the order of time."""
    rows = chart.rows(Relief)
    found = [
        Tap(row.minutes_after, row.score_after, row.percent)
        for row in rows
        if row.procedure == procedure
        and row.minutes_after is not None
        and row.score_after is not None
        and row.percent is not None
    ]
    return sorted(found, key=lambda tap: tap.minutes)


@transaction.atomic
def open_diary(
    *, patient: Patient, block: Procedure, block_at: datetime, score_before: int, by: User, address: str | None = None
) -> BlockDiary:
    """Begin a diary with the time of the block and the pain before it."""
    if timezone.localdate(block_at) != block.true_on or block_at > timezone.now():
        raise ValidationError({"at": _("The time lies on the day of the block and has passed.")})
    if not 1 <= score_before <= 10:
        raise ValidationError({"score": _("Without pain before it, a block cannot show anything. Tell your clinic.")})
    diary, made = BlockDiary.objects.get_or_create(
        patient=patient, procedure=block.id, defaults={"block_at": block_at, "score_before": score_before}
    )
    if made:
        write_event(practice=patient.practice, by=by, action="diary.open", patient=patient.public_id, address=address)
    return diary


@transaction.atomic
def tap(
    *, diary: BlockDiary, score: int, by: User, ago: timedelta = timedelta(0), address: str | None = None
) -> datetime:
    """Write down how strong the pain is, or was so long ago where there was no connection; when that was.

    Within moments of another tap it takes that one's place; the same number again is the same tap.
    """
    held = BlockDiary.objects.select_for_update().get(pk=diary.pk)
    if held.closed_at is not None:
        raise ValidationError(_("This diary is closed."))
    at = timezone.now() - ago
    minutes = (at - held.block_at).total_seconds() / 60
    if minutes < 0:
        raise ValidationError(_("This tap lies before the injection, so it was not kept."))
    slip = _close_to(chart_of(held.patient, timezone.localdate()), held.procedure, minutes)
    if slip is not None and slip.score_after == score:
        return at
    told = {
        "procedure": held.procedure,
        "supersedes": slip.id if slip else None,
        "minutes_after": round(minutes),
        "percent": percent_gone(held.score_before, score),
        "instrument": "nrs",
        "score_before": held.score_before,
        "score_after": score,
        "true_on": timezone.localdate(at),
    }
    record_facts(
        patient=held.patient, facts=[NewFact("relief", told)], by=by, source=f"{SOURCE}, diary", address=address
    )
    return at


def _close_to(chart: Chart, procedure: str, minutes: float) -> Relief | None:
    """The tap that stands within moments of a time after the block, if there is one."""
    rows = chart.rows(Relief)
    taps = [row for row in rows if row.procedure == procedure and row.minutes_after is not None]
    near = [row for row in taps if abs(cast("float", row.minutes_after) - minutes) <= SLIP.total_seconds() / 60]
    return near[-1] if near else None


@transaction.atomic
def close_diary(*, diary: BlockDiary, chart: Chart, by: User, address: str | None = None) -> None:
    """Add the report that counts: the best relief and how long it was enough."""
    held = BlockDiary.objects.select_for_update().get(pk=diary.pk)
    taps = taps_of(chart, held.procedure)
    if held.closed_at is not None or not taps:
        raise ValidationError(_("There is nothing to close."))
    block = block_of(chart, held.procedure)
    enough = standard_for(book(), block.kind, "test", timezone.localdate()).percent
    best = max(taps, key=lambda one: one.percent)
    told: dict[str, Any] = {
        "procedure": held.procedure,
        "percent": best.percent,
        "lasted_hours": hours_of_relief(taps, enough),
        "instrument": "nrs",
        "score_before": held.score_before,
        "score_after": best.score,
        "true_on": timezone.localdate(),
    }
    record_facts(
        patient=held.patient, facts=[NewFact("relief", told)], by=by, source=f"{SOURCE}, diary", address=address
    )
    held.closed_at = timezone.now()
    held.save(update_fields=["closed_at"])


def percent_gone(before: float, now: float) -> float:
    """The share of the pain that went away, in percent; a chart holds no rise beyond double."""
    return max(-100.0, round(100 * (before - now) / before, 1))


def hours_of_relief(taps: Sequence[Tap], enough: float) -> float:
    """From the first tap with enough relief to the last one before there was less, in hours.

    Nothing is added for the time between two taps, so the answer is what was seen and not more.
    """
    first = next((place for place, one in enumerate(taps) if one.percent >= enough), None)
    if first is None:
        return 0.0
    last = first
    for place in range(first, len(taps)):
        if taps[place].percent < enough:
            break
        last = place
    return round((taps[last].minutes - taps[first].minutes) / 60, 2)


def block_of(chart: Chart, procedure: str) -> Procedure:
    """The block that a diary follows."""
    return next(fact for fact in chart.rows(Procedure) if fact.id == procedure)


def label_of(block: Procedure) -> str:
    """The block as its leaflet calls it."""
    return plain_name(block.kind) if block.kind in content().procedures else block.label or _("Test block")

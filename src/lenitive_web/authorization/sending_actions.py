"""What is written down about a sending: that it is kept, what the payer answered, that it was refused or not heard of.

A decision of the payer becomes a fact of the chart in the same transaction. The same answer twice is one fact.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from lenitive.chart import Request
from lenitive.chart.authorization import Authorization
from lenitive.errors import LenitiveError
from lenitive.interop.davinci.claim_parties import Submission
from lenitive.interop.davinci.claim_response import Decision
from lenitive.interop.davinci.pas_facts import decided_step, sent_step
from lenitive_web.audit.actions import write_event
from lenitive_web.authorization.actions import LeftOpen, take_unready
from lenitive_web.authorization.models import BODIES, Purpose, Sending, SendingState
from lenitive_web.ledger.actions import ChartChangedError, import_facts
from lenitive_web.ledger.models import Entry, Patient
from lenitive_web.ledger.selectors import written_since
from lenitive_web.people.models import User

LONGEST_PAUSE = timedelta(hours=1)
_AFTERWARDS = timedelta(microseconds=1)
"""The decision comes after the sending, also where both are written down at once."""


class SendingOpenError(LenitiveError):
    """Something about this procedure is on its way already; it ends before something else begins."""


class NotToBeStoppedError(LenitiveError):
    """It may have reached the payer: only the payer can say what became of it."""


@transaction.atomic
def keep_sending(
    *, sending: Sending, version: int, by: User, address: str | None = None, left_open: LeftOpen | None = None
) -> Sending:
    """Keep a request before it leaves. A second one with the same number is the first; the form came twice.

    Raises :class:`SendingOpenError` if another one about the procedure is on its way, :class:`ChartChangedError` if
    somebody wrote into the chart after it was shown what would leave.
    """
    held = Patient.objects.select_for_update().get(pk=sending.patient_id)
    before = Sending.objects.filter(number=sending.number).first()
    if before is not None:
        if (before.patient_id, before.kind) != (sending.patient_id, sending.kind):
            raise SendingOpenError("The number belongs to another request.")
        return before
    if held.last_entry != version:
        raise ChartChangedError(written_since(held, version))
    sending.made_at, sending.made_by = timezone.now(), by
    try:
        with transaction.atomic():
            sending.save(force_insert=True)
    except IntegrityError:
        raise SendingOpenError("Something about this procedure is on its way to the payer already.") from None
    if not Entry.objects.filter(patient=held, table="authorization", body__request=sending.ledger_request).exists():
        import_facts(patient=sending.patient, facts=[_drafted(sending)], by=by, address=address)
    _tell(sending, "authorization.send", by, address)
    if left_open is not None:
        take_unready(
            patient=sending.patient,
            kind=sending.kind,
            number_open=left_open.number,
            why=left_open.why,
            sending=sending,
            by=by,
            address=address,
        )
    return sending


@transaction.atomic
def keep_decision(*, sending: Sending, decision: Decision, by: User | None, address: str | None = None) -> Sending:
    """Keep what a payer decided, and write it into the chart as far as one fact can say it."""
    held = _held(sending)
    refused = decision.state == "refused with faults"
    now = timezone.localtime()
    step = None if refused else _step_of(held, decision, now + _AFTERWARDS)
    digest = _digest(step) if step else ""
    facts = [] if refused or held.purpose == Purpose.CANCELLATION else _sent(held, now)
    if step is not None and digest != held.step_digest:
        facts.append(step)
    import_facts(patient=held.patient, facts=facts, by=by, address=address)
    held.state = SendingState.REFUSED if refused else SendingState.ANSWERED
    held.said = [_fault(one.code, one.path, one.follow_up) for one in decision.faults] if refused else []
    held.decision, held.step_digest = decision.state, digest or held.step_digest
    held.answered_at = held.answered_at or timezone.now()
    held.problem, held.leased_until, held.next_try_at, held.ask_at = "", None, None, None
    _tried(held)
    _tell(held, f"authorization.answer: {decision.state}", by, address)
    return _as_kept(sending)


@transaction.atomic
def keep_refusal(
    *, sending: Sending, status: int, issues: Sequence[str], by: User | None, address: str | None = None
) -> Sending:
    """Keep that the payer refuses the request as it is. The same is never sent again."""
    held = _held(sending)
    if not held.is_open:  # another one was at it too, or somebody goes on by hand
        return _as_kept(sending)
    held.state, held.problem, held.said = SendingState.REFUSED, f"HTTP {status}", [one[:500] for one in issues[:20]]
    held.leased_until = held.next_try_at = None
    _tried(held)
    _tell(held, "authorization.refused", by, address)
    return _as_kept(sending)


@transaction.atomic
def keep_silence(*, sending: Sending, problem: str, by: User | None, address: str | None = None) -> Sending:
    """Keep that no answer could be had, and when it is tried again: after pauses that grow to an hour."""
    held = _held(sending)
    if not held.is_open:  # another one was at it too, or somebody goes on by hand
        return _as_kept(sending)
    held.state, held.problem = SendingState.UNANSWERED, problem
    held.leased_until, held.next_try_at = None, timezone.now() + _pause_after(held)
    _tried(held)
    _tell(held, "authorization.unanswered", by, address)
    return _as_kept(sending)


@transaction.atomic
def note_inquiry(*, sending: Sending, came: str, by: User | None, address: str | None = None) -> None:
    """Keep that the payer was asked and said nothing of use.

    News that the payer announced waits for as long as the payer says nothing, with pauses that grow to an hour. They
    are over once it says that it knows nothing of the request, or once nobody is left to ask.
    """
    held = _held(sending)
    held.problem = came
    if held.ask_at is not None:
        held.ask_at = timezone.now() + _pause_after(held) if came == "no answer" else None
    _tried(held)
    _tell(held, f"authorization.ask: {came}", by, address)
    _as_kept(sending)


@transaction.atomic
def stop_sending(*, sending: Sending, by: User, address: str | None = None) -> Sending:
    """Go on by hand instead. Raises :class:`NotToBeStoppedError` while an answer may be under way."""
    held = _held(sending)
    under_way = held.leased_until is not None and held.leased_until > timezone.now()
    if not held.is_open or under_way:
        raise NotToBeStoppedError("It is being sent, or it is over.")
    held.state, held.leased_until, held.next_try_at = SendingState.STOPPED, None, None
    held.save(update_fields=["state", "leased_until", "next_try_at"])
    _tell(held, "authorization.stop", by, address)
    return _as_kept(sending)


@transaction.atomic
def ask_later(*, sendings: QuerySet[Sending]) -> int:
    """Note that a payer has news about sendings: it is to be asked now, also if it gave no answer before."""
    return Sending.objects.filter(pk__in=sendings.order_by().values("pk")).update(ask_at=timezone.now())


def _pause_after(sending: Sending) -> timedelta:
    return min(timedelta(minutes=2 ** min(sending.tries, 10)), LONGEST_PAUSE)


# --- facts


def _drafted(sending: Sending) -> Authorization:
    asked = msgspec.convert(sending.asked, Request)
    return Authorization(
        id=f"pas-{sending.number}-drafted",
        patient=str(sending.patient.public_id),
        recorded_at=timezone.localtime(),
        source="PAS",
        true_on=timezone.localdate(),
        request=sending.ledger_request,
        status="drafted",
        kind=asked.kind,
        side=asked.side,
        levels=asked.levels,
        payer=asked.payer,
    )


def _sent(sending: Sending, at: datetime) -> list[Authorization]:
    """That it was sent, the first time that the payer answers: only then is it known to have arrived."""
    submission = msgspec.convert(sending.submission, Submission)
    step = sent_step(str(sending.patient.public_id), msgspec.convert(sending.asked, Request), submission)
    if Entry.objects.filter(patient=sending.patient, fact_id=step.id).exists():
        return []
    return [msgspec.structs.replace(step, request=sending.ledger_request, recorded_at=at)]


def _step_of(sending: Sending, decision: Decision, at: datetime) -> Authorization | None:
    patient, payer = str(sending.patient.public_id), sending.submission["payer"]["name"]
    if sending.purpose == Purpose.CANCELLATION:
        return _withdrawn(sending, payer, at) if decision.state == "approved" else None
    step = decided_step(patient, sending.number, decision, payer, at)
    return step and msgspec.structs.replace(step, request=sending.ledger_request)


def _withdrawn(sending: Sending, payer: str, at: datetime) -> Authorization:
    return Authorization(
        id=f"pas-{sending.number}-withdrawn",
        patient=str(sending.patient.public_id),
        recorded_at=at,
        source="PAS",
        true_on=at.date(),
        request=sending.ledger_request,
        status="withdrawn",
        payer=payer,
    )


def _digest(step: Authorization) -> str:
    """What a step says, whenever it was said."""
    own = ("id", "recorded_at", "true_on")
    said = {name: value for name, value in msgspec.to_builtins(step).items() if name not in own}
    return hashlib.sha256(msgspec.json.encode(said, order="sorted")).hexdigest()


def _fault(code: str, path: str | None, follow_up: str | None) -> str:
    return ", ".join(part for part in (code, path, follow_up) if part)


# --- rows


def _held(sending: Sending) -> Sending:
    """The row, locked, without what was sent and what came back: these are large, and are not changed here."""
    return Sending.objects.select_for_update().defer(*BODIES).get(pk=sending.pk)


def _tried(sending: Sending) -> None:
    sending.tries, sending.tried_at = sending.tries + 1, timezone.now()
    sending.save()


def _as_kept(sending: Sending) -> Sending:
    sending.refresh_from_db()
    return sending


def _tell(sending: Sending, action: str, by: User | None, address: str | None) -> None:
    write_event(
        practice=sending.practice,
        by=by,
        action=action,
        patient=sending.patient.public_id,
        about=f"{sending.kind}, {sending.purpose}, sending {sending.pk}",
        address=address,
    )

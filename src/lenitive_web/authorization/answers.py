"""Forms that were handed out, answers that came back, and what of them a person takes into the chart."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from lenitive.chart import Fact, Request
from lenitive.errors import BadInputError, LenitiveError
from lenitive.interop.davinci.claim_evidence import unversioned
from lenitive.interop.davinci.questionnaire import canonical
from lenitive.interop.davinci.questionnaire_answers import Answered, answers_as_facts
from lenitive.interop.davinci.questionnaire_response import BY_A_PERSON, ORIGIN, origin_of
from lenitive.interop.fhir.serving import Answers, served_answers
from lenitive_web.audit.actions import write_event
from lenitive_web.authorization.models import AnswersReceived, FormGiven
from lenitive_web.ledger.actions import import_facts, make_request
from lenitive_web.ledger.models import Entry, Patient
from lenitive_web.ledger.selectors import chart_of
from lenitive_web.people.models import User

Json = dict[str, Any]


class NoSuchFormError(LenitiveError):
    """The answers are to a form that was never handed out for this patient."""


class ReceivedBeforeError(LenitiveError):
    """The same answers came before."""


class AnswersEndedError(LenitiveError):
    """Somebody took the answers, or decided against them, meanwhile."""


def keep_form(*, patient: Patient, form: Json, asked: Request) -> FormGiven:
    """Keep a form that is handed out. The same form for the same procedure is kept once."""
    found, _new = FormGiven.objects.get_or_create(
        patient=patient,
        kind=asked.kind,
        canonical=canonical(form),
        defaults={"form": form, "asked": msgspec.to_builtins(asked), "given_at": timezone.now()},
    )
    return found


@transaction.atomic
def receive_answers(*, patient: Patient, client: Any, body: Json, address: str | None = None) -> AnswersReceived:
    """Keep a completed form for a person to look at. What fits neither its form nor a chart is refused whole."""
    named = body.get("questionnaire")
    form = FormGiven.objects.filter(patient=patient, canonical=named).last() if isinstance(named, str) else None
    if form is None:
        raise NoSuchFormError("The answers are to a form that was not handed out for this patient.")
    told(form, body)
    digest = hashlib.sha256(msgspec.json.encode(body, order="sorted")).hexdigest()
    try:
        with transaction.atomic():
            kept = AnswersReceived.objects.create(
                form=form, client=client, digest=digest, body=body, received_at=timezone.now()
            )
    except IntegrityError:
        raise ReceivedBeforeError("The same answers came before.") from None
    write_event(
        practice=patient.practice,
        by=client.account,
        action="answers.receive",
        patient=patient.public_id,
        about=f"client {client.pk}, answers {kept.pk}",
        address=address,
    )
    return kept


@transaction.atomic
def end_answers(*, answers: AnswersReceived, take: bool, by: User, address: str | None = None) -> AnswersReceived:
    """Take answers into the chart as facts, all or none, or decide against them. Either is done once."""
    held = AnswersReceived.objects.select_for_update().get(pk=answers.pk)
    if held.ending:
        raise AnswersEndedError("Somebody decided about these answers meanwhile.")
    patient = held.form.patient
    if take:
        found = told(held.form, held.body)
        import_facts(patient=patient, facts=_as_recorded(held, found), by=by, address=address)
        if is_changed(held.form, found):
            make_request(patient=patient, request=found.request, by=by, address=address)
    held.ending, held.ended_at, held.ended_by = ("taken" if take else "dropped"), timezone.now(), by
    held.save(update_fields=["ending", "ended_at", "ended_by"])
    write_event(
        practice=patient.practice,
        by=by,
        action=f"answers.{held.ending}",
        patient=patient.public_id,
        about=f"answers {held.pk}",
        address=address,
    )
    return held


def told(form: FormGiven, body: Json) -> Answered:
    """What answers would become. Answers that were filled in by a machine and left alone become nothing."""
    chart = chart_of(form.patient, timezone.localdate())
    return answers_as_facts(form.form, body, chart, msgspec.convert(form.asked, Request), _authored(body))


def is_changed(form: FormGiven, found: Answered) -> bool:
    """Whether the answers say something new about what is asked for."""
    return found.request != msgspec.convert(form.asked, Request)


def _authored(body: Mapping[str, Any]) -> datetime:
    """When the answers were given: a moment that has come."""
    written = body.get("authored")
    try:
        moment = parse_datetime(written) if isinstance(written, str) else None
    except ValueError:
        moment = None
    if moment is None or timezone.is_naive(moment) or moment > timezone.now():
        raise BadInputError("response", "authored", "no moment that has come", "a date and time with its time zone")
    return timezone.localtime(moment)


def _as_recorded(held: AnswersReceived, found: Answered) -> list[Fact]:
    """The facts as they are written now: true when they were answered, recorded when a person took them."""
    now, source = timezone.localtime(), f"answers {held.pk} from {held.client.name}, {held.form.canonical}"[:200]
    known = set(Entry.objects.filter(patient=held.form.patient).values_list("fact_id", flat=True))
    fresh = [one for one in found.facts if one.id not in known]
    return [msgspec.structs.replace(one, recorded_at=now, source=source) for one in fresh]


# --- as evidence for a payer


@dataclass(frozen=True)
class AnswersTaken:
    """Answers of another system that a person took into the chart, as a payer gets them, and where they are from."""

    response: Json
    source: str


def answers_taken(patient: Patient, kind: str) -> list[AnswersTaken]:
    """The answers about a procedure that were taken, the latest to each form. What they name stays a name."""
    found = AnswersReceived.objects.filter(form__patient=patient, form__kind=kind, ending="taken")
    latest = {one.form_id: one for one in found.select_related("client").order_by("pk")}
    return [_as_evidence(one, patient) for one in latest.values()]


def _as_evidence(one: AnswersReceived, patient: Patient) -> AnswersTaken:
    given = served_answers(Answers(str(one.pk), one.body), patient.public_id)
    days = {"answered": f"{_authored(one.body):%Y-%m-%d}", "taken": f"{timezone.localtime(one.ended_at):%Y-%m-%d}"}
    said = ", ".join(f"{what} {day}" for what, day in days.items())
    return AnswersTaken(unversioned(given.body), f"{one.client.name}, {said}")


# --- for the page


@dataclass(frozen=True)
class AnswerShown:
    """One answer: the question, what was said, and who said it."""

    question: str
    said: str
    is_a_persons: bool
    author: str


def shown(form: Json, body: Json) -> Iterator[AnswerShown]:
    """The answers in the order of the form."""
    questions = {item["linkId"]: str(item.get("text", "")) for item in _items(form)}
    for item in _items(body):
        for answer in item.get("answer") or ():
            yield AnswerShown(
                question=questions.get(item.get("linkId"), ""),
                said=_words(answer),
                is_a_persons=origin_of(answer) in BY_A_PERSON,
                author=_author_of(answer),
            )


def _items(holder: Json) -> Iterator[Json]:
    for item in holder.get("item") or ():
        yield item
        yield from _items(item)
        for answer in item.get("answer") or ():
            yield from _items(answer)


def _words(answer: Json) -> str:
    value = next((value for key, value in answer.items() if key.startswith("value")), "")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dict):
        return str(value.get("display") or value.get("code") or value.get("value") or "")
    return str(value)


def _author_of(answer: Json) -> str:
    """Who a person is by name or reference, as the answer says."""
    for extension in answer.get("extension") or ():
        if extension.get("url") == ORIGIN:
            for part in extension.get("extension") or ():
                for inner in part.get("extension") or () if part.get("url") == "author" else ():
                    reference = inner.get("valueReference") or {}
                    return str(reference.get("display") or reference.get("reference") or "")
    return ""

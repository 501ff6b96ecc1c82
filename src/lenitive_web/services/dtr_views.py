"""Da Vinci DTR: the forms that a policy still wants filled in for one order, and completed forms that come back."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from lenitive.chart import Chart, Request
from lenitive.errors import BadInputError
from lenitive.interop.cds_hooks.messages import DraftOrders
from lenitive.interop.cds_hooks.orders import orders_in
from lenitive.interop.davinci.dtr_package import PackageAsked, package, package_answer, read_package_request
from lenitive.interop.davinci.questionnaire import questionnaire
from lenitive.interop.davinci.questionnaire_questions import policy_questions
from lenitive.interop.davinci.questionnaire_response import AboutResponse
from lenitive.interop.fhir.serving import id_of_answers
from lenitive.reasoning.consider import consider
from lenitive.reasoning.determination import Asking
from lenitive_web.audit.actions import address_of
from lenitive_web.authorization.answers import NoSuchFormError, ReceivedBeforeError, keep_form, receive_answers
from lenitive_web.ledger.door import access_patient
from lenitive_web.ledger.models import Patient
from lenitive_web.ledger.selectors import chart_of
from lenitive_web.readings.selectors import book_of
from lenitive_web.services.fhir_views import may, search
from lenitive_web.services.refusals import FHIR_JSON, RefusedError, body_of, for_machines, said
from lenitive_web.services.trust import fhir_client, sending_client

log = logging.getLogger("lenitive_web.services")

VERSION = "2.0"
"""The generation of the guide whose profiles are published as a package."""
MOST_ORDERS = 20
"""More orders in one request are refused: each is a whole determination."""


@for_machines("POST", kind=FHIR_JSON)
def questionnaire_package(request: HttpRequest) -> HttpResponse:
    """The forms for one patient's order, under the policy that speaks for it. They are kept, to read the answers by."""
    client = fhir_client(request)
    if not may(client.scopes, "Questionnaire", "r"):
        raise RefusedError(403, "forbidden", "The token has no scope for this type (Questionnaire.r).")
    request.user = client.account
    asked = _asked(body_of(request))
    patient_id = _patient_of(asked)
    patient = access_patient(request, patient_id, "chart.view")
    chart = chart_of(patient, timezone.localdate())
    base = request.build_absolute_uri("/fhir")
    packages: list[dict[str, Any]] = []
    notes: list[str] = []
    for order, wanted in _orders(asked, patient):
        about = AboutResponse(
            patient=f"Patient/{patient_id}",
            coverage=f"Coverage/{asked.coverages[0].get('id', 'unknown')}",
            order=order,
            version=VERSION,
        )
        found, note = _package(patient, chart, wanted, about, base)
        packages += [found] if found else []
        notes += [note] if note else []
    log.info("forms handed out", extra={"fields": {"client": client.pk, "forms": len(packages)}})
    return said(package_answer(packages, VERSION, notes), kind=FHIR_JSON)


def _package(
    patient: Patient, chart: Chart, wanted: Request, about: AboutResponse, base: str
) -> tuple[dict[str, Any] | None, str | None]:
    """The form for one procedure and its draft; or why there is none."""
    today, known = timezone.localdate(), book_of(patient.practice_id)
    option = consider(chart, today, [wanted], known).options[0]
    coverage = option.coverage
    if coverage.determination is None:
        return None, coverage.chosen.reason
    asking = Asking.about(known, chart.as_of(today), today, option.request)
    questions = policy_questions(asking, option.request, coverage.determination)
    if questions is None or not questions.open:
        return None, f"{coverage.chosen.label}: no answer would change how this request stands."
    form = questionnaire(questions, base, today)
    keep_form(patient=patient, form=form, asked=option.request)
    return package(form, option.request, about, base, timezone.localtime()), None


# --- what comes back


@for_machines("GET", "POST", kind=FHIR_JSON)
def questionnaire_responses(request: HttpRequest) -> HttpResponse:
    """Completed forms: those that were taken into the chart are found here, and new ones come in."""
    return search(request, "QuestionnaireResponse") if request.method == "GET" else questionnaire_response(request)


@for_machines("POST", kind=FHIR_JSON)
def questionnaire_response(request: HttpRequest) -> HttpResponse:
    """A completed form, kept for a person to look at: only then does it become facts of the chart."""
    client = sending_client(request)
    if client.account is None or not may(client.scopes, "QuestionnaireResponse", "c"):
        raise RefusedError(403, "forbidden", "The token has no scope for this (QuestionnaireResponse.c).")
    request.user = client.account
    body = _response(body_of(request))
    patient = access_patient(request, _patient_named(body.get("subject")), "chart.record")
    try:
        kept = receive_answers(patient=patient, client=client, body=body, address=address_of(request))
    except NoSuchFormError as problem:
        raise RefusedError(422, "not-found", str(problem)) from None
    except ReceivedBeforeError as problem:
        raise RefusedError(409, "duplicate", str(problem)) from None
    except BadInputError:
        log.info("answers refused", extra={"fields": {"client": client.pk}})
        raise RefusedError(
            422, "invalid", "The answers fit neither their form nor a chart, or do not say who gave them when."
        ) from None
    named = id_of_answers(kept.pk, patient.public_id)
    log.info("answers kept", extra={"fields": {"client": client.pk, "answers": kept.pk}})
    return said(body | {"id": named}, status=201, kind=FHIR_JSON)


def _response(body: bytes) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise RefusedError(400, "structure", "The body is not JSON.") from None
    if not isinstance(found, dict) or found.get("resourceType") != "QuestionnaireResponse":
        raise RefusedError(400, "structure", "The body is not a QuestionnaireResponse.")
    if "\\u0000" in body.decode():
        raise RefusedError(400, "value", "A text holds a sign that no text has.")
    return found


# --- what was asked


def _asked(body: bytes) -> PackageAsked:
    try:
        asked = read_package_request(msgspec.json.decode(body))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise RefusedError(400, "structure", "The body is not JSON.") from None
    except BadInputError as problem:
        raise RefusedError(400, "invalid", str(problem)) from None
    if not asked.orders:
        raise RefusedError(422, "not-supported", "Send the order: forms are made for one order, not kept by name.")
    if len(asked.orders) > MOST_ORDERS:
        raise RefusedError(422, "too-costly", f"Send at most {MOST_ORDERS} orders at a time.")
    return asked


def _patient_of(asked: PackageAsked) -> UUID:
    return _patient_named(asked.coverages[0].get("beneficiary"))


def _patient_named(reference: object) -> UUID:
    said_to_be = reference.get("reference") if isinstance(reference, Mapping) else None
    try:
        return UUID(str(said_to_be).rpartition("/")[2])
    except ValueError:
        raise RefusedError(404, "not-found", "There is no such patient.") from None


def _orders(asked: PackageAsked, patient: Patient) -> list[tuple[str, Request]]:
    """Each procedure that the orders may mean, with the order's reference."""
    raw = msgspec.json.encode({"resourceType": "Bundle", "entry": [{"resource": order} for order in asked.orders]})
    drafts = msgspec.json.decode(raw, type=DraftOrders)
    found = orders_in(drafts, str(patient.public_id), book_of(patient.practice_id), "parameter")
    if not found:
        raise RefusedError(422, "not-supported", "None of the orders is for a procedure that is known here.")
    return [(order.reference, wanted) for order in found for wanted in order.requests]

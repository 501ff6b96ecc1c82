"""A chart as resources that a FHIR server gives out one by one: with ids of the server's, and US Core where it is true.

The writer makes a Bundle whose resources point to each other by full URL. Here the same resources get ids that hold for
a whole server (``patient.fact``), references of the form ``Type/id``, and the few elements that US Core wants and the
chart does not say, as *unknown*, never made up. Facts that no longer stand are not given out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from lenitive.chart import Chart, Fact, Request
from lenitive.chart.schema import TABLES
from lenitive.codes import CPT, HCPCS, LENITIVE
from lenitive.interop.fhir.days import BadDateError, days
from lenitive.interop.fhir.medications import LISTED
from lenitive.interop.fhir.writer import chart_as_bundle, pointing
from lenitive.reasoning.book import Book

Json = dict[str, Any]

US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition"
US_CORE_VERSION = "6.1.0"
_ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
_ABSENT_CODES = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
_UNKNOWN = {"url": _ABSENT, "valueCode": "unknown"}

SERVED_TYPES = (
    "Patient",
    "AllergyIntolerance",
    "CarePlan",
    "Condition",
    "Coverage",
    "Device",
    "DocumentReference",
    "Goal",
    "MedicationRequest",
    "MedicationStatement",
    "Observation",
    "Procedure",
    "QuestionnaireResponse",
    "ServiceRequest",
)
"""The types that are given out. A List of what was asked completely is ours alone and stays here."""

PROFILES: Mapping[str, str] = {
    "Patient": "us-core-patient",
    "AllergyIntolerance": "us-core-allergyintolerance",
    "CarePlan": "us-core-careplan",
    "Condition": "us-core-condition-problems-health-concerns",
    "Coverage": "us-core-coverage",
    "DocumentReference": "us-core-documentreference",
    "Goal": "us-core-goal",
    "MedicationRequest": "us-core-medicationrequest",
    "Procedure": "us-core-procedure",
    "QuestionnaireResponse": "us-core-questionnaireresponse",
    "ServiceRequest": "us-core-servicerequest",
}
"""The US Core profile that every resource of a type follows, where one can be followed whatever the chart says."""


@dataclass(frozen=True, slots=True)
class Served:
    """One resource as it is given out."""

    kind: str
    id: str
    body: Json


@dataclass(frozen=True, slots=True)
class Asked:
    """A procedure that the clinic asks for: its number there, when it was decided, and what it is."""

    number: str
    at: datetime
    request: Request


@dataclass(frozen=True, slots=True)
class Answers:
    """A form that was filled in and taken into the chart: its number in the clinic, and the response as it came."""

    number: str
    response: Json


def served(chart: Chart, patient_id: UUID, book: Book, asked: Sequence[Asked] = ()) -> list[Served]:
    """Everything that stands in a chart, as resources of a server. The patient comes first."""
    standing = Chart(chart.patient_id, tuple(fact for name in TABLES for fact in _standing(chart, name)), chart.day)
    entries = chart_as_bundle(standing)["entry"]
    ids = {entry["fullUrl"]: _id_of(entry, patient_id) for entry in entries}
    targets = {entry["fullUrl"]: f"{entry['resource']['resourceType']}/{ids[entry['fullUrl']]}" for entry in entries}
    found = [_served(entry["resource"], ids[entry["fullUrl"]], targets, patient_id) for entry in entries]
    found += [_on_the_list(one, patient_id) for one in found if one.kind == "MedicationStatement"]
    found += [_service_request(one, patient_id, book) for one in asked]
    return sorted((one for one in found if one.kind in SERVED_TYPES), key=lambda one: SERVED_TYPES.index(one.kind))


def patient_of_id(resource_id: str) -> UUID | None:
    """The patient whose resource an id names; none for an id that this server never gave."""
    try:
        return UUID(resource_id.partition(".")[0])
    except ValueError:
        return None


def _standing(chart: Chart, table: str) -> Sequence[Fact]:
    """The facts of a table that stand; of who the patient is only the latest word."""
    rows = chart.table(table)
    return rows[-1:] if table == "patient" else rows


def _id_of(entry: Json, patient_id: UUID) -> str:
    if entry["resource"]["resourceType"] == "Patient":
        return str(patient_id)
    return f"{patient_id.hex}.{hashlib.sha256(entry['fullUrl'].encode()).hexdigest()[:24]}"


def _served(resource: Json, name: str, targets: Mapping[str, str], patient_id: UUID) -> Served:
    kind = resource["resourceType"]
    body = pointing(resource, targets)
    for owner in ("subject", "patient", "beneficiary"):
        if owner in body:
            body[owner] = {"reference": f"Patient/{patient_id}"}
    body = _WITH_UNKNOWNS.get(kind, _as_it_is)(body)
    return Served(kind, name, with_profile({**body, "id": name}))


def with_profile(body: Json) -> Json:
    """A resource, type and id first, that says which profile of US Core it follows, if it follows one."""
    profile = profile_of(body)
    meta = body.get("meta", {}) | ({"profile": [profile]} if profile else {})
    head: Json = {"resourceType": body["resourceType"], "id": body["id"]} | ({"meta": meta} if meta else {})
    return head | {key: value for key, value in body.items() if key not in head and key != "meta"}


# --- US Core


def profile_of(body: Json) -> str | None:
    """The US Core profile that a resource of ours follows."""
    kind = body["resourceType"]
    name = _observation_profile(body) if kind == "Observation" else PROFILES.get(kind)
    return f"{US_CORE}/{name}|{US_CORE_VERSION}" if name else None


def _observation_profile(body: Json) -> str | None:
    has_value = any(key.startswith("value") for key in body) or "dataAbsentReason" in body
    return "us-core-simple-observation" if has_value and body.get("category") else None


def _as_it_is(body: Json) -> Json:
    return body


def _patient(body: Json) -> Json:
    """A name that was written in one piece keeps its piece; its parts are unknown."""
    names = body.get("name") or [{}]
    body["name"] = [
        name if "family" in name or "given" in name else {"extension": [_UNKNOWN], **name} for name in names
    ]
    body.setdefault("gender", "unknown")
    body["identifier"] = [
        one if "system" in one else {"_system": {"extension": [_UNKNOWN]}, **one}
        for one in body.get("identifier", [])
        if "value" in one
    ]
    return body


def _coverage(body: Json) -> Json:
    body.setdefault("relationship", {"coding": [{"system": _ABSENT_CODES, "code": "unknown"}]})
    if "subscriberId" not in body:
        body["_subscriberId"] = {"extension": [_UNKNOWN]}
    return body


def _procedure(body: Json) -> Json:
    if body.get("status") == "completed" and not any(key.startswith("performed") for key in body):
        body["_performedDateTime"] = {"extension": [_UNKNOWN]}
    return body


def _condition(body: Json) -> Json:
    body.setdefault("code", {"extension": [_UNKNOWN]})
    return body


def _observation(body: Json) -> Json:
    """Relief after something that is no procedure in this chart is part of nothing."""
    parts = [one for one in body.pop("partOf", []) if one.get("reference", "").startswith("Procedure/")]
    return body | ({"partOf": parts} if parts else {})


_WITH_UNKNOWNS = {
    "Condition": _condition,
    "Coverage": _coverage,
    "Observation": _observation,
    "Patient": _patient,
    "Procedure": _procedure,
}


def _service_request(asked: Asked, patient_id: UUID, book: Book) -> Served:
    """What the clinic asks for: a draft, because the order itself stands in the record where it is signed."""
    request = asked.request
    procedure = book.content.procedures.get(request.kind)
    codes = procedure.codes if procedure else []
    billed = [{"system": HCPCS if codes[0][:1].isalpha() else CPT, "code": codes[0]}] if len(codes) == 1 else []
    site = ", ".join(part for part in (request.side, *request.levels, request.region) if part)
    body: Json = {
        "resourceType": "ServiceRequest",
        "status": "draft",
        "intent": "proposal",
        "code": {
            "coding": [*billed, {"system": LENITIVE, "code": request.kind}],
            "text": procedure.label if procedure else request.kind,
        },
        "subject": {"reference": f"Patient/{patient_id}"},
        "authoredOn": asked.at.isoformat(timespec="seconds"),
    }
    if request.on:
        body["occurrenceDateTime"] = request.on.isoformat()
    if site:
        body["bodySite"] = [{"text": site}]
    return _served(body, f"{patient_id.hex}.request-{asked.number}", {}, patient_id)


_STATUS_ON_THE_LIST = {"intended": "draft", "not-taken": "stopped"}
"""Where a statement about a drug and a request for it use other words for the same."""


def _on_the_list(statement: Served, patient_id: UUID) -> Served:
    """A drug once more, as US Core keeps the list of what a patient takes: reported, and no order."""
    said = statement.body
    body: Json = {
        "resourceType": "MedicationRequest",
        "identifier": [{"system": LISTED, "value": statement.id}],
        "status": _STATUS_ON_THE_LIST.get(said["status"], said["status"]),
        "intent": "plan",
        "reportedBoolean": True,
        "medicationCodeableConcept": said["medicationCodeableConcept"],
        "subject": said["subject"],
        "supportingInformation": [{"reference": f"MedicationStatement/{statement.id}"}],
    }
    body |= {ours: said[theirs] for ours, theirs in _SAID_ALIKE if theirs in said}
    digest = hashlib.sha256(f"listed {statement.id}".encode()).hexdigest()[:24]
    return _served(body, f"{patient_id.hex}.{digest}", {}, patient_id)


_SAID_ALIKE = (("authoredOn", "dateAsserted"), ("dosageInstruction", "dosage"))


def id_of_answers(number: object, patient_id: UUID) -> str:
    """Under which id answers are given out, and acknowledged when they come."""
    return f"{patient_id.hex}.answers-{number}"


def served_answers(answers: Answers, patient_id: UUID) -> Served:
    """What was answered. What it points to lies with the system that sent it, so it is named and not pointed to."""
    kept = {key: value for key, value in answers.response.items() if key not in ("id", "meta", "contained", "text")}
    return _served(_named_only(kept), id_of_answers(answers.number, patient_id), {}, patient_id)


def _named_only(value: Any) -> Any:
    """The same with each reference turned into the name by which the other system knows its target."""
    if isinstance(value, list):
        return [_named_only(part) for part in value]
    if not isinstance(value, dict):
        return value
    if isinstance(value.get("reference"), str):
        rest = {key: part for key, part in value.items() if key not in ("reference", "identifier")}
        return rest | {"identifier": {"value": value["reference"]}}
    return {key: _named_only(part) for key, part in value.items()}


# --- searching


TOKENS: Mapping[str, Mapping[str, str]] = {
    "AllergyIntolerance": {"clinical-status": "clinicalStatus"},
    "CarePlan": {"category": "category", "status": "status"},
    "Condition": {"category": "category", "clinical-status": "clinicalStatus", "code": "code"},
    "Coverage": {"status": "status"},
    "Device": {"status": "status", "type": "type"},
    "DocumentReference": {"category": "category", "status": "status", "type": "type"},
    "Goal": {"lifecycle-status": "lifecycleStatus"},
    "MedicationRequest": {"code": "medicationCodeableConcept", "intent": "intent", "status": "status"},
    "MedicationStatement": {"code": "medicationCodeableConcept", "status": "status"},
    "Observation": {"category": "category", "code": "code", "status": "status"},
    "Procedure": {"code": "code", "status": "status"},
    "QuestionnaireResponse": {"status": "status"},
    "ServiceRequest": {"code": "code", "status": "status"},
}
"""Search parameters that compare codes: parameter -> element."""
DATES: Mapping[str, Mapping[str, str]] = {
    "CarePlan": {"date": "created"},
    "Condition": {"onset-date": "onsetDateTime", "recorded-date": "recordedDate"},
    "DocumentReference": {"date": "date"},
    "Goal": {"start-date": "startDate"},
    "MedicationRequest": {"authoredon": "authoredOn"},
    "MedicationStatement": {"effective": "effectivePeriod"},
    "Observation": {"date": "effective"},
    "Procedure": {"date": "performed"},
    "QuestionnaireResponse": {"authored": "authored"},
    "ServiceRequest": {"authored": "authoredOn"},
}
"""Search parameters that compare days: parameter -> element, or the beginning of a choice element."""


class BadSearchError(ValueError):
    """A search that cannot be answered; says which parameter, not its value."""


def matches(one: Served, parameters: Sequence[tuple[str, str]]) -> bool:
    """True if a resource fits every parameter; values with commas are choices."""
    return all(_fits(one, name, value) for name, value in parameters)


def _fits(one: Served, name: str, value: str) -> bool:
    if name == "_id":
        return one.id in value.split(",")
    if name in TOKENS.get(one.kind, {}):
        return any(_has_code(one.body.get(TOKENS[one.kind][name]), token) for token in value.split(","))
    if name in DATES.get(one.kind, {}):
        first, last = _span(one.body, DATES[one.kind][name])
        return first is not None and last is not None and _in_range(first, last, value, name)
    raise BadSearchError(name)


def _has_code(element: Any, token: str) -> bool:
    system, bar, code = token.rpartition("|")
    if isinstance(element, str):
        return element == code
    concepts = element if isinstance(element, list) else [element] if element else []
    return any(
        (not code or coding.get("code") == code) and (not bar or coding.get("system", "") == system)
        for concept in concepts
        for coding in concept.get("coding", ())
    )


def _span(body: Json, element: str) -> tuple[date | None, date | None]:
    """The first and last day of an element, whichever type it has."""
    value = next((body[key] for key in body if key in (element, f"{element}DateTime", f"{element}Period")), None)
    if isinstance(value, str):
        first, last = days(value)
        return first, last or first
    if isinstance(value, dict):
        start, end = value.get("start"), value.get("end")
        first = days(start)[0] if start else date.min
        return first, (days(end)[1] or days(end)[0]) if end else date.max
    return None, None


def _in_range(first: date, last: date, value: str, name: str) -> bool:
    prefix, text = (value[:2], value[2:]) if value[:2].isalpha() else ("eq", value)
    try:
        low, high = days(text)
    except BadDateError:
        raise BadSearchError(name) from None
    high = high or low
    compared = {
        "eq": low <= first and last <= high,
        "ge": last >= low,
        "le": first <= high,
        "gt": last > high,
        "lt": first < low,
    }
    if prefix not in compared:
        raise BadSearchError(name)
    return compared[prefix]

"""The people and organizations of a request to a payer, as the resources that PAS wants."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date
from typing import Any

from lenitive.chart import Chart
from lenitive.chart.coverage import Coverage as Insurance
from lenitive.errors import UsageError
from lenitive.interop.davinci.claim_evidence import patient_uuid
from lenitive.interop.davinci.claim_parties import FHIR_ID, Address, Submission, Subscriber
from lenitive.interop.davinci.pas_codes import (
    MEMBER,
    NPI,
    PAS,
    PAYER_ID,
    RELATIONSHIP,
    TERMS,
    THE_PATIENT_IS_THE_SUBSCRIBER,
)

Json = dict[str, Any]


def parties(chart: Chart, as_of: date, submission: Submission) -> dict[str, Json]:
    """The people and organizations of a request, by reference."""
    return {f"{one['resourceType']}/{one['id']}": one for one in _each_party(chart, as_of, submission)}


def resource_id(kind: str, number: str) -> str:
    """The id of a resource that is named by a number, such as an NPI."""
    name = f"{kind}-{number}"
    return name if FHIR_ID.fullmatch(name) else f"{kind}-{hashlib.sha256(number.encode()).hexdigest()[:40]}"


def _each_party(chart: Chart, as_of: date, submission: Submission) -> Iterator[Json]:
    clinic, clinician, payer = submission.clinic, submission.clinician, submission.payer
    member, told = _member_number(chart, as_of), submission.beneficiary
    yield _beneficiary(chart, submission, member)
    if submission.beneficiary.subscriber:
        yield _subscriber(submission, submission.beneficiary.subscriber)
    yield {
        "resourceType": "Coverage",
        "id": coverage_reference(chart, submission).partition("/")[2],
        "meta": {"profile": [f"{PAS}profile-coverage"]},
        "identifier": [{"type": MEMBER, "system": payer.member_system, "value": member}],
        "status": "active",
        "subscriberId": told.subscriber.member if told.subscriber else member,
        "beneficiary": {"reference": f"Patient/{patient_uuid(chart, clinic.base)}"},
        **_insured_as(submission),
        "payor": [{"reference": f"Organization/{resource_id('payer', payer.identifier)}"}],
    }
    yield {
        "resourceType": "Organization",
        "id": resource_id("payer", payer.identifier),
        "meta": {"profile": [f"{PAS}profile-insurer"]},
        "identifier": [{"type": PAYER_ID, "system": payer.identifier_system, "value": payer.identifier}],
        "active": True,
        "name": payer.name,
    }
    yield {
        "resourceType": "Organization",
        "id": resource_id("clinic", clinic.npi),
        "meta": {"profile": [f"{PAS}profile-requestor"]},
        "identifier": [{"system": NPI, "value": clinic.npi}],
        "active": True,
        "name": clinic.name,
        **({"address": [_address(clinic.address)]} if clinic.address else {}),
    }
    yield {
        "resourceType": "PractitionerRole",
        "id": resource_id("role", clinician.npi),
        "meta": {"profile": [f"{PAS}profile-practitionerrole"]},
        "practitioner": {"reference": f"Practitioner/{resource_id('clinician', clinician.npi)}"},
        "organization": {"reference": f"Organization/{resource_id('clinic', clinic.npi)}"},
        "telecom": [{"system": "phone", "value": clinician.phone}],
    }
    yield {
        "resourceType": "Practitioner",
        "id": resource_id("clinician", clinician.npi),
        "meta": {"profile": [f"{PAS}profile-practitioner"]},
        "identifier": [{"system": NPI, "value": clinician.npi}],
        "name": [_name(clinician.family, clinician.given)],
    }


def _insured_as(submission: Submission) -> Json:
    """What the patient is to the subscriber, who is pointed to where it is another person."""
    subscriber = submission.beneficiary.subscriber
    system = f"{TERMS}subscriber-relationship"
    if subscriber is None:
        own = {"system": RELATIONSHIP, "code": THE_PATIENT_IS_THE_SUBSCRIBER}
        return {"relationship": {"coding": [{"system": system, "code": "self"}, own]}}
    return {
        "subscriber": {"reference": f"Patient/{resource_id('subscriber', subscriber.member)}"},
        "relationship": {"coding": [{"system": system, "code": subscriber.patient_is}]},
    }


def _subscriber(submission: Submission, subscriber: Subscriber) -> Json:
    return {
        "resourceType": "Patient",
        "id": resource_id("subscriber", subscriber.member),
        "meta": {"profile": [f"{PAS}profile-subscriber"]},
        "identifier": [{"type": MEMBER, "system": submission.payer.member_system, "value": subscriber.member}],
        "name": [_name(subscriber.family, subscriber.given)],
        "gender": subscriber.sex,
    }


def _beneficiary(chart: Chart, submission: Submission, member: str) -> Json:
    known, told = chart.patient, submission.beneficiary
    if known is None or known.sex is None:
        raise UsageError("PAS wants the patient's sex, and the chart does not say it.")
    exact = known.birth_date if known.birth_by is None else None
    return {
        "resourceType": "Patient",
        "id": str(patient_uuid(chart, submission.clinic.base)),
        "meta": {"profile": [f"{PAS}profile-beneficiary"]},
        "identifier": [{"type": MEMBER, "system": submission.payer.member_system, "value": member}],
        "name": [_name(told.family, told.given)],
        "gender": known.sex,
        **({"birthDate": exact.isoformat()} if exact else {}),
        **({"address": [_address(told.address)]} if told.address else {}),
    }


def _member_number(chart: Chart, as_of: date) -> str:
    """The member number of the insurance that is in force; the one that pays first, if there are several."""
    rows = chart.rows(Insurance)
    standing = [
        row for row in rows if not (row.true_on and row.true_on > as_of) and not (row.until and row.until < as_of)
    ]
    numbered = [row for row in sorted(standing, key=lambda row: row.order or 1) if row.member]
    if not numbered:
        raise UsageError("PAS wants the member number, and no insurance in force in the chart says it.")
    return str(numbered[0].member)


def coverage_reference(chart: Chart, submission: Submission) -> str:
    """The insurance of the patient."""
    return f"Coverage/{patient_uuid(chart, submission.clinic.base)}"


def _name(family: str, given: tuple[str, ...]) -> Json:
    return {"family": family} | ({"given": list(given)} if given else {})


def _address(address: Address) -> Json:
    return {
        "line": list(address.lines),
        "city": address.city,
        "state": address.state,
        "postalCode": address.postal_code,
    }

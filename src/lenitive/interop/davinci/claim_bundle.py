"""A prior authorization request as the Bundle that Da Vinci PAS wants: the claim, and all that it points to.

From a chart and how a request stands under a policy. Nothing is claimed that neither the chart nor the clinic says:
where PAS wants an element that nobody gave, an error says which.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import zip_longest
from typing import Any

import msgspec

from lenitive.chart import Chart, Request
from lenitive.chart.condition import Condition
from lenitive.codes import CPT, HCPCS, ICD10CM, LOINC
from lenitive.errors import UsageError
from lenitive.interop.davinci.claim_evidence import ClaimEvidence, claim_evidence, patient_uuid
from lenitive.interop.davinci.claim_parties import Attached, ServiceLine, Submission, checked
from lenitive.interop.davinci.claim_people import coverage_reference, parties, resource_id
from lenitive.interop.davinci.claim_references import entries
from lenitive.interop.davinci.coverage_information import Version
from lenitive.interop.davinci.pas_codes import (
    CERTIFICATION_TYPE,
    CLAIM,
    ELECTIVE,
    HEALTH_SERVICES_REVIEW,
    INITIAL,
    LEVEL_OF_SERVICE,
    PAS,
    PHYSICIAN_REPORT,
    PLACE_OF_SERVICE,
    REPORT_TYPE,
    REQUEST_BUNDLE,
    REQUEST_TYPE,
    SERVICE_TYPE,
    TEMPORARY,
    TERMS,
    URGENT,
    coded,
    extension,
)
from lenitive.interop.davinci.questionnaire_response import AboutResponse
from lenitive.reasoning.assessment import Coverage
from lenitive.reasoning.book import Book, book

Json = dict[str, Any]

PLACES: Mapping[str, str] = {
    "office": "11",
    "inpatient": "21",
    "hospital_outpatient": "22",
    "ambulatory_surgery_center": "24",
}
"""Place-of-service codes of CMS for the sites that a request can name."""


class ClaimRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A Bundle that is ready to be sent, and the cited facts that it could not take along."""

    bundle: Json
    left_out: tuple[str, ...]


def claim_request(
    chart: Chart,
    as_of: date,
    request: Request,
    standing: Coverage,
    submission: Submission,
    knowledge: Book | None = None,
) -> ClaimRequest:
    """The Bundle for ``Claim/$submit``. ``standing`` is how the request stands under the payer's policy."""
    known = knowledge or book()
    submission = checked(submission)
    chart = chart.as_of(as_of)
    evidence = claim_evidence(chart, standing.determination, known, submission.clinic.base)
    writer = _Writer(chart, as_of, request, standing, submission, evidence)
    return ClaimRequest(bundle=writer.bundle(), left_out=evidence.left_out)


def bundle_of(profile: str, submission: Submission, first: str, resources: Mapping[str, Json]) -> Json:
    """A PAS Bundle: one resource first, then everything that can be reached from it."""
    return {
        "resourceType": "Bundle",
        "meta": {"profile": [profile]},
        "identifier": {"system": f"{submission.clinic.base}/pas-submission", "value": submission.number},
        "type": "collection",
        "timestamp": submission.at.isoformat(timespec="seconds"),
        "entry": entries(first, resources),
    }


def claim_head(chart: Chart, submission: Submission, profile: str) -> Json:
    """The elements that a claim and an inquiry have in common."""
    insurance = {"sequence": 1, "focal": True, "coverage": {"reference": coverage_reference(chart, submission)}}
    return {
        "resourceType": "Claim",
        "id": submission.number,
        "meta": {"profile": [profile]},
        "identifier": [{"system": f"{submission.clinic.base}/pas-trace", "value": submission.number}],
        "status": "active",
        "type": coded(f"{TERMS}claim-type", submission.billed_as),
        "use": "preauthorization",
        "patient": {"reference": f"Patient/{patient_uuid(chart, submission.clinic.base)}"},
        "created": submission.at.isoformat(timespec="seconds"),
        "insurer": {"reference": f"Organization/{resource_id('payer', submission.payer.identifier)}"},
        "provider": {"reference": f"Organization/{resource_id('clinic', submission.clinic.npi)}"},
        "priority": coded(f"{TERMS}processpriority", "stat" if submission.expedited else "normal"),
        "insurance": [insurance],
    }


def service_codes(line: ServiceLine) -> Json:
    """The number of a line and its modifiers, in their code system."""
    system = HCPCS if line.code[0].isalpha() else CPT
    found: Json = {"productOrService": coded(system, line.code)}
    if line.modifiers:
        found["modifier"] = [coded(HCPCS if code.isalpha() else CPT, code) for code in line.modifiers]
    return found


def trace_of(submission: Submission, line: ServiceLine) -> Json:
    """The number by which a line is found again in an answer: the same in every sending of the request."""
    return {"system": f"{submission.clinic.base}/pas-line", "value": line.key}


def about_answers(chart: Chart, submission: Submission, version: Version = "2.2") -> AboutResponse:
    """What a questionnaire response has to point to so that it fits into the request of a submission."""
    return AboutResponse(
        patient=f"Patient/{patient_uuid(chart, submission.clinic.base)}",
        coverage=coverage_reference(chart, submission),
        order=f"ServiceRequest/{_order_id(submission)}",
        version=version,
    )


def author_of_answers(submission: Submission) -> str:
    """The physician of a submission, as the author of answers."""
    return f"Practitioner/{resource_id('clinician', submission.clinician.npi)}"


def _order_id(submission: Submission) -> str:
    return f"{submission.number[:56]}-order"


class _Writer:
    """Writes one request."""

    def __init__(
        self,
        chart: Chart,
        as_of: date,
        request: Request,
        standing: Coverage,
        submission: Submission,
        evidence: ClaimEvidence,
    ) -> None:
        self.chart, self.as_of, self.request, self.standing = chart, as_of, request, standing
        self.submission, self.evidence = submission, evidence
        self.patient = f"Patient/{patient_uuid(chart, submission.clinic.base)}"
        self.documents = [self._document(one) for one in submission.documents]
        self.answers = [_answer(one, self.patient, submission.number, n) for n, one in enumerate(submission.answers, 1)]
        self.order = self._order()

    def bundle(self) -> Json:
        claim = self._claim()
        base = self.submission.clinic.base
        known = dict(self.evidence.resources) | parties(self.chart, self.as_of, self.submission)
        for one in (claim, self.order, *self.documents, *self.answers):
            known[f"{one['resourceType']}/{one['id']}"] = one
        resources = {f"{base}/{reference}": body for reference, body in known.items()}
        return bundle_of(REQUEST_BUNDLE, self.submission, f"{base}/Claim/{claim['id']}", resources)

    def _claim(self) -> Json:
        infos = [info | {"sequence": number} for number, info in enumerate(self._supporting(), 1)]
        diagnoses = [_diagnosis(number, code) for number, code in enumerate(self._diagnoses(), 1)]
        level = URGENT if self.submission.expedited else ELECTIVE
        return {
            **claim_head(self.chart, self.submission, CLAIM),
            "extension": [extension("levelOfServiceCode", valueCodeableConcept=coded(LEVEL_OF_SERVICE, level))],
            "careTeam": [
                {
                    "extension": [extension("careTeamClaimScope", valueBoolean=True)],
                    "sequence": 1,
                    "provider": {"reference": f"PractitionerRole/{resource_id('role', self.submission.clinician.npi)}"},
                }
            ],
            "supportingInfo": infos,
            "diagnosis": diagnoses,
            "item": [
                self._item(number, line, len(diagnoses), infos) for number, line in enumerate(self.submission.lines, 1)
            ],
        }

    # --- what supports it

    def _supporting(self) -> Iterator[Json]:
        if self.request.on:
            yield {"category": coded(TEMPORARY, "patientEvent"), "timingDate": self.request.on.isoformat()}
        for document, held in zip(self.documents, self.submission.documents, strict=True):
            told = f"Shows: {held.shows}. {held.title}" if held.shows else held.title
            yield _additional(f"DocumentReference/{document['id']}", told)
        for answer, source in zip_longest(self.answers, self.submission.answers_from):
            told = "Answers to the questions of the policy"
            yield _additional(f"QuestionnaireResponse/{answer['id']}", f"{told}, from {source}" if source else told)
        for one in self.evidence.shown:
            yield _additional(one.reference, one.shows)
        message = self._under_which_policy()
        if message:
            yield {"category": coded(TEMPORARY, "freeFormMessage"), "valueString": message}

    def _under_which_policy(self) -> str | None:
        chosen, determination = self.standing.chosen, self.standing.determination
        if chosen.policy is None or determination is None:
            return None
        name = " ".join(part for part in (chosen.policy_id, chosen.contractor) if part) or chosen.label
        return f"The record was compared with {name}: {determination.status}."

    def _diagnoses(self) -> tuple[str, ...]:
        recorded = {fact.icd10 for fact in self.chart.rows(Condition)}
        for code in self.submission.diagnoses:
            if code not in recorded:
                raise UsageError(f"The chart holds no diagnosis with the ICD-10-CM code {code}; record it first.")
        return self.submission.diagnoses

    # --- what is asked

    def _item(self, number: int, line: ServiceLine, diagnoses: int, infos: list[Json]) -> Json:
        item: Json = {
            "extension": [
                extension("serviceItemRequestType", valueCodeableConcept=coded(REQUEST_TYPE, HEALTH_SERVICES_REVIEW)),
                extension("certificationType", valueCodeableConcept=coded(CERTIFICATION_TYPE, INITIAL)),
                extension("itemTraceNumber", valueIdentifier=trace_of(self.submission, line)),
                extension("requestedService", valueReference={"reference": f"ServiceRequest/{self.order['id']}"}),
            ],
            "sequence": number,
            "careTeamSequence": [1],
            "diagnosisSequence": list(range(1, diagnoses + 1)),
            "category": coded(SERVICE_TYPE, line.service_type),
            **service_codes(line),
            "locationCodeableConcept": coded(PLACE_OF_SERVICE, self._place()),
            "quantity": {"value": line.units},
        }
        if infos:
            item["informationSequence"] = [info["sequence"] for info in infos]
        if self.request.on:
            item["servicedDate"] = self.request.on.isoformat()
        return item

    def _place(self) -> str:
        place = self.submission.place_of_service or PLACES.get(self.request.site_of_service or "")
        if place is None:
            raise UsageError(f"A payer wants to know where it will be done. Sites are: {', '.join(PLACES)}.")
        return place

    def _order(self) -> Json:
        first = self.submission.lines[0]
        order: Json = {
            "resourceType": "ServiceRequest",
            "id": _order_id(self.submission),
            "meta": {"profile": [f"{PAS}profile-servicerequest"]},
            "status": "active",
            "intent": "order",
            "code": service_codes(first)["productOrService"],
            "subject": {"reference": self.patient},
            "authoredOn": self.submission.at.isoformat(timespec="seconds"),
            "requester": {"reference": f"PractitionerRole/{resource_id('role', self.submission.clinician.npi)}"},
        }
        site = ", ".join(part for part in (self.request.side, *self.request.levels, self.request.region) if part)
        if site:
            order["bodySite"] = [{"text": site}]
        return order

    def _document(self, document: Attached) -> Json:
        unknown = {"system": f"{TERMS}v3-NullFlavor", "code": "UNK"}
        kind = {"system": LOINC, "code": document.loinc} if document.loinc else unknown
        category = coded("http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category", "clinical-note")
        told: Json = {
            "resourceType": "DocumentReference",
            "id": resource_id("document", hashlib.sha256(document.data).hexdigest()[:40]),
            "meta": {"profile": [f"{PAS}profile-documentreference"]},
            "status": "current",
            "type": {"coding": [kind], "text": document.title},
            "category": [category | ({"text": document.about} if document.about else {})],
            "subject": {"reference": self.patient},
            "description": document.title,
            "content": [
                {
                    "attachment": {
                        "contentType": document.content_type,
                        "data": base64.b64encode(document.data).decode(),
                        "title": document.title,
                    }
                }
            ],
        }
        if document.on:
            told["context"] = {"period": {"start": document.on.isoformat(), "end": document.on.isoformat()}}
        return told


# --- parts of the claim


def _additional(reference: str, description: str) -> Json:
    said = [
        {"url": "reportTypeCode", "valueCodeableConcept": coded(REPORT_TYPE, PHYSICIAN_REPORT)},
        {"url": "description", "valueString": description},
    ]
    return {
        "extension": [{"url": f"{PAS}extension-documentInformation", "extension": said}],
        "category": coded(TEMPORARY, "additionalInformation"),
        "valueReference": {"reference": reference},
    }


def _diagnosis(number: int, code: str) -> Json:
    kind = [coded(TEMPORARY, "principal")] if number == 1 else []
    return {"sequence": number, "diagnosisCodeableConcept": coded(ICD10CM, code)} | ({"type": kind} if kind else {})


def _answer(answer: Json, patient: str, number: str, position: int) -> Json:
    if answer.get("status") != "completed":
        raise UsageError("Only a questionnaire response that is completed goes to the payer.")
    if answer.get("subject", {}).get("reference") != patient:
        raise UsageError("A questionnaire response is about another patient than the request.")
    return {**answer, "id": answer.get("id", f"{number[:56]}-qr-{position}")}

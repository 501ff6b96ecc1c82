"""How the payer decides, by code number, and how it writes its decision down."""

import copy
import os
from datetime import date, timedelta
from typing import Any

Json = dict[str, Any]
PAS = "http://hl7.org/fhir/us/davinci-pas/StructureDefinition/"
RULES = {
    "64493": "A1",
    "64494": "A1",
    "64635": "A1",
    "64636": "A6",
    "63650": "A4",
    "27096": "A4",
    "64625": "A3",
    "64483": "XX",
}
"""Approved, changed to one unit, pended, denied, and a code that nobody knows. Everything else is denied."""
DAY = date.fromisoformat(os.environ.get("PAYER_DAY", "2026-05-04"))
"""The day on which this payer lives: what it grants begins six days later and holds for ninety days."""
NOW = f"{DAY}T12:00:00+00:00"


def decide(bundle: Json, case: str, overruled: str | None = None) -> Json:
    """The response Bundle to a request. ``overruled`` stands for the rule, once a person has looked."""
    claim = bundle["entry"][0]["resource"]
    items, added = [], []
    for item in claim["item"]:
        code = item["productOrService"]["coding"][0]["code"]
        action = overruled or RULES.get(code, "A3")
        if action == "A6" and item["quantity"]["value"] == 1:
            action = "A1"
        items.append(_item(item, action, case))
        if action == "A6":
            added.append(_added(item, case))
    return response_bundle(bundle, _response(bundle, items, added, case), case)


def response_bundle(bundle: Json, response: Json, case: str) -> Json:
    """A response with the people and organizations that it points to."""
    claim = bundle["entry"][0]["resource"]
    wanted = {claim[name]["reference"] for name in ("patient", "insurer", "provider")}
    kept = [copy.deepcopy(entry) for entry in bundle["entry"] if "/".join(entry["fullUrl"].split("/")[-2:]) in wanted]
    base = "/".join(bundle["entry"][0]["fullUrl"].split("/")[:-2])
    return {
        "resourceType": "Bundle",
        "meta": {"profile": [f"{PAS}profile-pas-response-bundle"]},
        "identifier": {"system": "https://payer.example/answers", "value": case},
        "type": "collection",
        "timestamp": NOW,
        "entry": [{"fullUrl": f"{base}/ClaimResponse/{response['id']}", "resource": response}, *kept],
    }


def _response(bundle: Json, items: list[Json], added: list[Json], case: str) -> Json:
    claim = bundle["entry"][0]["resource"]
    denied = any("reasonCode" in str(item) for item in items)
    response: Json = {
        "resourceType": "ClaimResponse",
        "id": f"answer-{case}",
        "meta": {"profile": [f"{PAS}profile-claimresponse"]},
        "identifier": [{"system": "https://payer.example/cases", "value": case}],
        "status": "active",
        "type": claim["type"],
        "use": "preauthorization",
        "patient": claim["patient"],
        "created": NOW,
        "insurer": claim["insurer"],
        "requestor": claim["provider"],
        "request": {"identifier": claim["identifier"][0]},
        "outcome": "complete",
        "item": items,
    }
    if added:
        response["addItem"] = added
    if denied:
        response["processNote"] = [{"number": 1, "text": "The second block is not documented."}]
    return response


def _item(item: Json, action: str, case: str) -> Json:
    trace = next(one for one in item["extension"] if one["url"] == f"{PAS}extension-itemTraceNumber")
    said: list[Json] = [trace]
    if action == "A4":
        said.append({"url": f"{PAS}extension-administrationReferenceNumber", "valueString": f"PEND-{case}"})
    if action in ("A1", "A6"):
        period = {"start": str(DAY + timedelta(6)), "end": str(DAY + timedelta(95))}
        said.append({"url": f"{PAS}extension-itemPreAuthIssueDate", "valueDate": str(DAY)})
        said.append({"url": f"{PAS}extension-itemPreAuthPeriod", "valuePeriod": period})
    found = {"extension": said, "itemSequence": item["sequence"], "adjudication": [_adjudication(action, case)]}
    return found | ({"noteNumber": [1]} if action == "A3" else {})


def _adjudication(action: str, case: str) -> Json:
    code = {"coding": [{"system": "https://codesystem.x12.org/005010/306", "code": action}]}
    review: list[Json] = [{"url": f"{PAS}extension-reviewActionCode", "valueCodeableConcept": code}]
    if action in ("A1", "A6"):
        review.append({"url": "number", "valueString": f"AUTH-{case}"})
    if action == "A3":
        review.append({"url": "reasonCode", "valueCodeableConcept": {"text": "Criteria not met"}})
    return {
        "extension": [{"url": f"{PAS}extension-reviewAction", "extension": review}],
        "category": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/adjudication", "code": "submitted"}]},
    }


def _added(item: Json, case: str) -> Json:
    return {
        "itemSequence": [item["sequence"]],
        "productOrService": item["productOrService"],
        "quantity": {"value": 1},
        "adjudication": [_adjudication("A6", case)],
    }

"""The description of the services in OpenAPI 3.1, made from the message structs themselves."""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse

from lenitive import __version__
from lenitive.interop.cds_hooks.discovery import SERVICE_OF
from lenitive.interop.cds_hooks.messages import (
    Feedback,
    HookRequest,
    HookResponse,
    OrderSelectContext,
    OrderSignContext,
    PatientViewContext,
    Services,
)
from lenitive.interop.fhir.serving import DATES, SERVED_TYPES, TOKENS
from lenitive_web.attachments.serving import ENDINGS
from lenitive_web.services.refusals import FHIR_JSON, JSON, for_machines, said

_FHIR_ID = {"type": "string", "pattern": r"^[A-Za-z0-9\-.]{1,64}$"}
_TEMPLATE = "#/components/schemas/{name}"
_MESSAGES = (Services, HookRequest, HookResponse, Feedback, PatientViewContext, OrderSelectContext, OrderSignContext)
_WORDS = {
    400: "Not what was expected; the issue says where",
    401: "The caller is not known",
    403: "The token has no scope for this",
    404: "There is no such thing, or it is not yours",
    405: "Not a way to ask here",
    409: "The same came before",
    412: "Needed data was neither sent nor could it be fetched",
    413: "Too large",
    415: "Not JSON",
    422: "Breaks a rule of the guide that the caller follows",
}


@for_machines("GET")
def description(request: HttpRequest) -> HttpResponse:
    """The description."""
    return said(openapi())


@cache
def openapi() -> dict[str, Any]:
    """The OpenAPI document."""
    _, components = msgspec.json.schema_components(_MESSAGES, ref_template=_TEMPLATE)
    components["OperationOutcome"] = _resource("OperationOutcome")
    components["Resource"] = {
        "type": "object",
        "required": ["resourceType"],
        "properties": {"resourceType": {"type": "string"}},
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Lenitive services", "version": __version__},
        "paths": {
            "/cds-services": {"get": _operation("discovery", "Services", (401,), secured=False)},
            "/cds-services/{service_id}": {
                "parameters": [_service_id()],
                "post": _operation("hook", "HookResponse", (400, 401, 404, 412, 413, 415, 422), body="HookRequest"),
            },
            "/cds-services/{service_id}/feedback": {
                "parameters": [_service_id()],
                "post": _operation("feedback", None, (400, 401, 404, 413, 415), body="Feedback"),
            },
            "/fhir/metadata": {"get": _operation("capabilities", "Resource", (), secured=False, kind=FHIR_JSON)},
            "/fhir/Questionnaire/$questionnaire-package": {
                "post": _operation(
                    "questionnairePackage", "Resource", (400, 401, 403, 404, 413, 415, 422), "Resource", kind=FHIR_JSON
                ),
            },
            "/fhir/QuestionnaireResponse": {
                "get": {**_search(), "operationId": "answersFound"},
                "post": _operation(
                    "answers", "Resource", (400, 401, 403, 404, 409, 413, 415, 422), "Resource", FHIR_JSON, "201"
                ),
            },
            "/pas/notifications": {
                "post": _operation("notification", None, (400, 401, 403, 413, 415, 422), "Resource", FHIR_JSON, "204"),
            },
            "/fhir/Binary/{resource_id}": {
                "parameters": [_in_path("resource_id", _FHIR_ID)],
                "get": _file(),
            },
            "/fhir/{kind}": {"parameters": [_kind()], "get": _search()},
            "/fhir/{kind}/{resource_id}": {
                "parameters": [
                    _kind(),
                    _in_path("resource_id", _FHIR_ID),
                ],
                "get": _operation("read", "Resource", (401, 403, 404), kind=FHIR_JSON),
            },
        },
        "components": {
            "schemas": components,
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(
    name: str,
    answer: str | None,
    refusals: tuple[int, ...],
    body: str | None = None,
    kind: str = JSON,
    status: str = "200",
    *,
    secured: bool = True,
) -> dict[str, Any]:
    given = {"type": "object"} if answer is None else {"$ref": _TEMPLATE.format(name=answer)}
    content = {} if status == "204" else {"content": {kind: {"schema": given}}}
    responses: dict[str, Any] = {status: {"description": "The answer", **content}}
    for refusal in (*refusals, 405):
        outcome = {"schema": {"$ref": _TEMPLATE.format(name="OperationOutcome")}}
        responses[str(refusal)] = {"description": _WORDS[refusal], "content": {kind: outcome}}
    asked = {"requestBody": {"required": True, "content": {kind: {"schema": {"$ref": _TEMPLATE.format(name=body)}}}}}
    return {
        "operationId": name,
        "responses": responses,
        **(asked if body else {}),
        **({"security": [{"bearer": []}]} if secured else {}),
    }


def _search() -> dict[str, Any]:
    names = sorted({name for table in (TOKENS, DATES) for row in table.values() for name in row})
    parameters = ["patient", "subject", "_id", "name", "birthdate", "_count", "_page", *names]
    return {
        **_operation("search", "Resource", (400, 401, 403, 404), kind=FHIR_JSON),
        "parameters": [{"name": name, "in": "query", "schema": {"type": "string"}} for name in parameters],
    }


def _file() -> dict[str, Any]:
    """The bytes of a document, as what they are or as a resource."""
    told = _operation("file", "Resource", (401, 403, 404, 409), kind=FHIR_JSON)
    told["responses"]["200"]["content"] |= {media: {"schema": {}} for media in ENDINGS}
    return told


def _resource(kind: str) -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["resourceType", "issue"],
        "properties": {
            "resourceType": {"const": kind},
            "issue": {"type": "array", "minItems": 1, "items": {"type": "object", "required": ["severity", "code"]}},
        },
    }


def _in_path(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _service_id() -> dict[str, Any]:
    return _in_path("service_id", {"type": "string", "enum": sorted(set(SERVICE_OF.values()))})


def _kind() -> dict[str, Any]:
    return _in_path("kind", {"type": "string", "enum": list(SERVED_TYPES)})

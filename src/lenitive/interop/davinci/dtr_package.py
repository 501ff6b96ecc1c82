"""``$questionnaire-package``: a request for forms read, and the forms with their drafts handed out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from lenitive.chart import Request
from lenitive.codes import LENITIVE
from lenitive.errors import BadInputError
from lenitive.interop.davinci.coverage_information import Version
from lenitive.interop.davinci.questionnaire import DTR
from lenitive.interop.davinci.questionnaire_questions import CONTEXT, request_question
from lenitive.interop.davinci.questionnaire_response import AboutResponse, Source, draft

Json = dict[str, Any]

PACKAGE = f"{DTR}DTR-QPackageBundle"
_OUTPUT = {"2.0": "PackageBundle", "2.2": "packagebundle"}


class PackageAsked(msgspec.Struct, frozen=True, kw_only=True):
    """What a caller of ``$questionnaire-package`` sent."""

    coverages: tuple[Json, ...]
    orders: tuple[Json, ...]
    questionnaires: tuple[str, ...]
    context: str | None


def read_package_request(body: Any) -> PackageAsked:
    """The request of a caller. One of order, questionnaire and context must say which forms are meant."""
    if not isinstance(body, dict) or body.get("resourceType") != "Parameters":
        raise BadInputError("request", "", "not a Parameters resource", "the input of $questionnaire-package")
    parameters = body.get("parameter")
    if not isinstance(parameters, list) or not all(isinstance(one, dict) for one in parameters):
        raise BadInputError("request", "parameter", "no list of parameters")
    asked = PackageAsked(
        coverages=_resources(parameters, "coverage"),
        orders=_resources(parameters, "order"),
        questionnaires=tuple(_texts(parameters, "questionnaire", "valueCanonical")),
        context=next(iter(_texts(parameters, "context", "valueString")), None),
    )
    if not asked.coverages or any(one.get("resourceType") != "Coverage" for one in asked.coverages):
        raise BadInputError("request", "parameter coverage", "no Coverage", "the coverage that the forms are for")
    if not (asked.orders or asked.questionnaires or asked.context):
        raise BadInputError(
            "request", "parameter", "nothing says which forms are wanted", "order, questionnaire, context"
        )
    return asked


def package(form: Json, request: Request, about: AboutResponse, base: str, at: datetime) -> Json:
    """A Bundle with one form and its draft response, what the request says filled in."""
    filled_by: Source = "auto" if about.version == "2.0" else "auto-server"
    response = draft(form, about, at, known_answers(request), filled_by)
    response["id"] = f"draft-{form['id']}"[:64]
    return {
        "resourceType": "Bundle",
        "meta": {"profile": [PACKAGE]},
        "type": "collection",
        "timestamp": at.isoformat(timespec="seconds"),
        "entry": [
            {"fullUrl": f"{base}/Questionnaire/{form['id']}", "resource": form},
            {"fullUrl": f"{base}/QuestionnaireResponse/{response['id']}", "resource": response},
        ],
    }


def package_answer(packages: Sequence[Json], version: Version, warnings: Sequence[str] = ()) -> Json:
    """The output of the operation: the packages, and what the caller should know."""
    parameters: list[Json] = [{"name": _OUTPUT[version], "resource": one} for one in packages]
    if warnings:
        issues = [{"severity": "warning", "code": "informational", "diagnostics": text} for text in warnings]
        name = "operationOutcome" if version == "2.0" else "outcome"
        parameters.append({"name": name, "resource": {"resourceType": "OperationOutcome", "issue": issues}})
    return {"resourceType": "Parameters", **({"parameter": parameters} if parameters else {})}


def known_answers(request: Request) -> Mapping[str, list[Json]]:
    """What was decided about the request, as answers by the link of their question."""
    found: dict[str, list[Json]] = {}
    for name in CONTEXT:
        value = getattr(request, name)
        if value:
            kind = request_question(name).kind
            values = value if isinstance(value, tuple) else (value,)
            found[f"request/{name}"] = [_answer(kind, one) for one in values]
    return found


def _answer(kind: str, value: Any) -> Json:
    if kind == "choice":
        return {"valueCoding": {"system": LENITIVE, "code": value}}
    return {"valueDate": value.isoformat()} if kind == "date" else {"valueString": value}


def _resources(parameters: Sequence[Json], name: str) -> tuple[Json, ...]:
    held = (one.get("resource") for one in parameters if one.get("name") == name)
    return tuple(one for one in held if isinstance(one, dict))


def _texts(parameters: Sequence[Json], name: str, value: str) -> list[str]:
    return [one[value] for one in parameters if one.get("name") == name and isinstance(one.get(value), str)]

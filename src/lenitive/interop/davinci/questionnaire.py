"""The questions of a policy as a FHIR Questionnaire that any DTR client can show."""

from __future__ import annotations

import hashlib
from datetime import date
from html import escape
from typing import Any

import msgspec

from lenitive.codes import UCUM
from lenitive.interop.davinci.questionnaire_values import OpenCriterion, Option, PolicyQuestions, Question

Json = dict[str, Any]

DTR = "http://hl7.org/fhir/us/davinci-dtr/StructureDefinition/"
QUESTIONNAIRE = f"{DTR}dtr-std-questionnaire"
XHTML = "http://www.w3.org/1999/xhtml"
_UNIT_OPTION = "http://hl7.org/fhir/StructureDefinition/questionnaire-unit"


def questionnaire(questions: PolicyQuestions, base: str, on: date) -> Json:
    """The Questionnaire. Its version names its content: other questions, other version; the same ones, the same."""
    items = [*_context(questions.context), *(_criterion(one) for one in questions.open)]
    digest = hashlib.sha256(msgspec.json.encode(items, order="sorted")).hexdigest()[:12]
    address = questionnaire_address(questions.policy, base)
    return {
        "resourceType": "Questionnaire",
        "id": f"{address.rpartition('/')[2][:51]}-{digest}",
        "meta": {"profile": [QUESTIONNAIRE]},
        "text": {"status": "generated", "div": f'<div xmlns="{XHTML}"><p>{escape(questions.label)}</p></div>'},
        "url": address,
        "version": f"{questions.effective_from:%Y%m%d}.{digest}",
        "name": "".join(part.capitalize() for part in questions.policy.split("_")),
        "title": questions.label,
        "status": "active",
        "subjectType": ["Patient"],
        "date": on.isoformat(),
        "effectivePeriod": {"start": questions.effective_from.isoformat()},
        "item": items,
    }


def questionnaire_address(policy: str, base: str) -> str:
    """The address of a policy's forms, whichever questions they have."""
    return f"{base}/Questionnaire/{policy.replace('_', '-')}"


def canonical(form: Json) -> str:
    """The address and version by which a Questionnaire is named."""
    return f"{form['url']}|{form['version']}"


def _context(questions: tuple[Question, ...]) -> list[Json]:
    if not questions:
        return []
    return [
        {"linkId": "request", "text": "What is planned", "type": "group", "item": [_item(one) for one in questions]}
    ]


def _criterion(one: OpenCriterion) -> Json:
    return {
        "linkId": f"criterion/{one.row}",
        "text": one.question,
        "type": "group",
        "item": [
            {"linkId": f"settles/{one.row}", "text": f"Settles: {one.settles}", "type": "display"},
            *(_item(item) for item in one.items),
        ],
    }


def _item(question: Question) -> Json:
    found: Json = {"linkId": question.link, "text": question.text, "type": question.kind}
    if question.code:
        found["code"] = [_coding(question.code)]
    if question.required:
        found["required"] = True
    if question.repeats:
        found["repeats"] = True
    if question.options:
        found["answerOption"] = [{"valueCoding": _coding(option)} for option in question.options]
    if question.unit:
        found["extension"] = [{"url": _UNIT_OPTION, "valueCoding": {"system": UCUM, "code": question.unit}}]
    if question.items:
        found["item"] = [_item(item) for item in question.items]
    return found


def _coding(option: Option) -> Json:
    return {"system": option.system, "code": option.code, "display": option.label}

"""A form filled in, as a person would, for the tests."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from lenitive.chart import Chart
from lenitive.interop.davinci.claim_bundle import about_answers, author_of_answers
from lenitive.interop.davinci.coverage_information import Version
from lenitive.interop.davinci.dtr_package import package
from lenitive.interop.davinci.questionnaire import questionnaire
from lenitive.interop.davinci.questionnaire_answers import answers_as_facts
from lenitive.interop.davinci.questionnaire_questions import policy_questions
from lenitive.interop.davinci.questionnaire_response import completed
from lenitive.interop.davinci.questionnaire_values import PolicyQuestions
from lenitive.reasoning.book import book
from lenitive.reasoning.determination import Asking
from tests.unit.interop.davinci.inventing import AT, CLINIC, Asked, standing, submission

Json = dict[str, Any]


@dataclass(frozen=True)
class Form:
    """A form for a request, with its draft."""

    about: Asked
    form: Json
    draft: Json


def questions(about: Asked) -> PolicyQuestions:
    """What the policy still has to be told."""
    asking = Asking.about(book(), about.chart.as_of(about.as_of), about.as_of, about.request)
    assert about.standing.determination is not None
    found = policy_questions(asking, about.request, about.standing.determination)
    assert found is not None
    return found


def handed_out(about: Asked, version: Version = "2.2") -> Form:
    """The form and the draft that the operation hands out."""
    form = questionnaire(questions(about), CLINIC.base, about.as_of)
    bundle = package(form, about.request, about_answers(about.chart, submission(), version), CLINIC.base, AT)
    return Form(about, form, bundle["entry"][1]["resource"])


def filled(form: Form, answers: Mapping[str, Any]) -> Json:
    """What a person hands in: the draft as it was, with these answers by link."""
    values: dict[str, list[Json]] = {}
    for link, value in answers.items():
        values[link] = [_value(form.form, link, one) for one in (value if isinstance(value, list) else [value])]
    given = {"item": [_filled(item, form.draft, values) for item in form.form["item"]]}
    return completed(form.draft, given, author_of_answers(submission()), AT)


def told(about: Asked, answers: Mapping[str, Any]) -> Asked:
    """How the request stands once the answers have come back."""
    form = handed_out(about)
    found = answers_as_facts(form.form, filled(form, answers), about.chart, about.request, AT)
    return standing(Chart(about.chart.patient_id, (*about.chart.facts, *found.facts)), about.as_of, found.request)


def links(item: Json) -> list[str]:
    """Every link of a form or a response."""
    below = [link for inner in item.get("item", ()) for link in links(inner)]
    return [item["linkId"], *below] if "linkId" in item else below


def question(form: Json, link: str) -> Json:
    """The question with a link."""
    if form.get("linkId") == link:
        return form
    return next((found for inner in form.get("item", ()) if (found := question(inner, link))), {})


def _value(form: Json, link: str, value: Any) -> Json:
    asked = question(form, link)
    if isinstance(value, dict):
        return value
    options = {one["valueCoding"]["code"]: one for one in asked.get("answerOption", ())}
    if value in options:
        return {"valueCoding": msgspec.to_builtins(options[value]["valueCoding"])}
    name = {"boolean": "valueBoolean", "decimal": "valueDecimal", "date": "valueDate"}.get(asked["type"], "valueString")
    return {name: value}


def _filled(item: Json, draft: Json, values: Mapping[str, list[Json]]) -> Json:
    link = item["linkId"]
    before = question(draft, link).get("answer", [])
    kept = [{key: value for key, value in one.items() if key != "extension"} for one in before]
    found: Json = {"linkId": link}
    answers = values.get(link, kept)
    if answers:
        found["answer"] = answers
    inner = [_filled(part, draft, values) for part in item.get("item", ()) if _answered(part, draft, values)]
    return found | ({"item": inner} if inner else {})


def _answered(item: Json, draft: Json, values: Mapping[str, list[Json]]) -> bool:
    if item["linkId"] in values or question(draft, item["linkId"]).get("answer"):
        return True
    return any(_answered(part, draft, values) for part in item.get("item", ()))

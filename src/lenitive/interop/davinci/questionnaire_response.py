"""The answers to a Questionnaire, and where each came from: worked out here, given by a person, or changed by one."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

import msgspec

from lenitive.errors import BadInputError
from lenitive.interop.davinci.coverage_information import CODES, CODES_2_0, Version
from lenitive.interop.davinci.questionnaire import DTR, canonical
from lenitive.interop.davinci.questionnaire_shape import refuse_unshapely

Json = dict[str, Any]

Source = Literal["auto", "auto-client", "auto-server", "override", "manual"]
"""Version 2.0 of the guide knows only ``auto``, later ones say who filled in."""
Purpose = Literal["withpa", "withclaim", "withorder", "retain-doc"]

RESPONSE = f"{DTR}dtr-questionnaireresponse"
ORIGIN = f"{DTR}information-origin"
AUTOMATIC = ("auto-client", "auto-server", "auto")
BY_A_PERSON = ("override", "manual")


class AboutResponse(msgspec.Struct, frozen=True, kw_only=True):
    """What a response is about, as references: patient, insurance, order; what for; and in which version of DTR."""

    patient: str
    coverage: str
    order: str
    purpose: Purpose = "withpa"
    version: Version = "2.2"


def draft(
    form: Json, about: AboutResponse, at: datetime, known: Mapping[str, Sequence[Json]], filled_by: Source
) -> Json:
    """A response that is being worked on. ``known`` are the values that are filled in, by the link of the question."""
    return {
        "resourceType": "QuestionnaireResponse",
        "meta": {"profile": [RESPONSE]},
        "extension": _about(about),
        "questionnaire": canonical(form),
        "status": "in-progress",
        "subject": {"reference": about.patient},
        "authored": at.isoformat(timespec="seconds"),
        "item": [_drafted(one, known, filled_by) for one in form["item"]],
    }


def completed(draft_of: Json, given: Json, author: str, at: datetime) -> Json:
    """What a person handed in, with the origin of every answer.

    An answer that is as it was filled in keeps its origin; one that was changed is an override by the author, and any
    other was given by the author. What the form says about itself is taken from the draft, not from what came in.
    """
    refuse_unshapely(given)
    known = dict(answers_by_link(draft_of))
    found = {key: value for key, value in draft_of.items() if key != "item"}
    items = [_marked(copy.deepcopy(item), known, author) for item in given.get("item", ())]
    return {**found, "status": "completed", "authored": at.isoformat(timespec="seconds"), "item": items}


def answers_by_link(response: Json) -> Iterator[tuple[str, list[Json]]]:
    """The answers of a response with the link of their question, groups that repeat one after the other."""
    for item in response.get("item") or ():
        yield from _answers_below(item)


def _answers_below(item: Json) -> Iterator[tuple[str, list[Json]]]:
    answers = item.get("answer") or []
    if answers:
        yield str(item.get("linkId")), answers
    for inner in (*(item.get("item") or ()), *(part for one in answers for part in one.get("item") or ())):
        yield from _answers_below(inner)


def value_of(answer: Json) -> tuple[str, Any]:
    """The name and value of an answer: ``("valueBoolean", True)``."""
    values = [(key, value) for key, value in answer.items() if key.startswith("value")]
    if len(values) != 1:
        raise BadInputError("response", "item.answer", "an answer with no value, or with several", "one value")
    return values[0]


# --- origin


def origin(source: Source, author: str | None = None) -> Json:
    """The extension that says where an answer came from. A person is named exactly when one had a hand in it."""
    if (author is not None) is (source in AUTOMATIC):
        raise ValueError("an author stands exactly where a person gave or changed the answer")
    said: list[Json] = [{"url": "source", "valueCode": source}]
    if author is not None:
        person = {"url": "practitioner", "valueReference": {"reference": author}}
        said.append({"url": "author", "extension": [person]})
    return {"url": ORIGIN, "extension": said}


def origin_of(answer: Json) -> str | None:
    """Where an answer came from; none if it does not say."""
    for extension in answer.get("extension") or ():
        if extension.get("url") == ORIGIN:
            parts = extension.get("extension") or ()
            return next((part.get("valueCode") for part in parts if part.get("url") == "source"), None)
    return None


def _marked(item: Json, known: Mapping[str, list[Json]], author: str) -> Json:
    filled = known.get(str(item.get("linkId")), [])
    for number, answer in enumerate(item.get("answer") or ()):
        before = filled[number] if number < len(filled) else None
        answer["extension"] = [_origin_now(answer, before, author)]
        for inner in answer.get("item") or ():
            _marked(inner, known, author)
    for inner in item.get("item") or ():
        _marked(inner, known, author)
    return item


def _origin_now(answer: Json, before: Json | None, author: str) -> Json:
    if before is None or origin_of(before) not in AUTOMATIC:
        return origin("manual", author)
    if value_of(answer) != value_of(before):
        return origin("override", author)
    return next(one for one in before["extension"] if one["url"] == ORIGIN)


# --- writing


def _drafted(item: Json, known: Mapping[str, Sequence[Json]], filled_by: Source) -> Json:
    """An item of the response: groups always, questions once they have an answer."""
    found: Json = {"linkId": item["linkId"], "text": item["text"]}
    values = known.get(item["linkId"], ())
    if values:
        found["answer"] = [{"extension": [origin(filled_by)], **value} for value in values]
    inner = [_drafted(part, known, filled_by) for part in item.get("item", ()) if _is_wanted(part, known)]
    return found | ({"item": inner} if inner else {})


def _is_wanted(item: Json, known: Mapping[str, Sequence[Json]]) -> bool:
    return item["linkId"] in known or any(_is_wanted(part, known) for part in item.get("item", ()))


def _about(about: AboutResponse) -> list[Json]:
    system = CODES_2_0 if about.version == "2.0" else CODES
    purpose = {"coding": [{"system": system, "code": about.purpose}]}
    insured = "qr-context" if about.version == "2.0" else "qr-coverage"
    return [
        {"url": f"{DTR}qr-context", "valueReference": {"reference": about.order}},
        {"url": f"{DTR}{insured}", "valueReference": {"reference": about.coverage}},
        {"url": f"{DTR}intendedUse", "valueCodeableConcept": purpose},
    ]

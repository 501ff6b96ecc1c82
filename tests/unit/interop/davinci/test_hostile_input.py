"""Whatever comes in from a payer, a stranger or a browser: read, or refused with an error that teaches."""

import copy
import random
from collections.abc import Callable
from typing import Any

import pytest

from lenitive.errors import LenitiveError
from lenitive.interop.davinci.claim_response import answers_in, read_decision
from lenitive.interop.davinci.dtr_package import read_package_request
from lenitive.interop.davinci.pas_notification import read_notification
from lenitive.interop.davinci.questionnaire_answers import answers_as_facts
from tests.payer.__main__ import notification_of
from tests.payer.deciding import decide
from tests.unit.interop.davinci.answering import filled, handed_out
from tests.unit.interop.davinci.inventing import AT, asked, submission, written

SPOILED = 1500
ODD: tuple[Any, ...] = (None, True, 7, -1.5, "", "text", [], ["x"], [None], [{}], {}, {"reference": 5}, {"coding": "x"})


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a document."""
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, part in parts for place in places(part, (*path, key)))]


def spoiled(document: Any, chance: random.Random) -> Any:
    """The document with something odd, or nothing, in one place."""
    found = copy.deepcopy(document)
    path = chance.choice(places(found)[1:])
    holder = found
    for key in path[:-1]:
        holder = holder[key]
    if chance.random() < 0.3:
        del holder[path[-1]]
    else:
        holder[path[-1]] = copy.deepcopy(chance.choice(ODD))
    return found


def survives(read: Callable[[Any], Any], document: Any, seed: int) -> None:
    read(document)
    chance = random.Random(seed)
    refused = 0
    for _ in range(SPOILED):
        try:
            read(spoiled(document, chance))
        except LenitiveError:
            refused += 1
    assert 0 < refused < SPOILED


@pytest.fixture(scope="module")
def sent() -> dict[str, Any]:
    return written(asked(), submission()).bundle


def test_an_answer(sent):
    survives(lambda body: [read_decision(one, sent) for one in answers_in(body)], decide(sent, "C1"), 1)


def test_a_notification(sent):
    survives(lambda body: read_notification(body, {"pa-1": sent}, ()), notification_of(decide(sent, "C1"), 1), 2)


def test_a_response_to_a_questionnaire():
    about = asked()
    form = handed_out(about)
    answers = {
        "statement/other_cause_excluded": True,
        "statement/other_cause_excluded/text": "No.",
        "request/side": "right",
        "row/condition/code": "fibromyalgia",
        "row/condition/true_on": "2024-01-01",
    }
    response = filled(form, answers)
    survives(lambda body: answers_as_facts(form.form, body, about.chart, about.request, AT), response, 3)


def test_a_request_for_a_package():
    coverage = {"resourceType": "Coverage", "beneficiary": {"reference": "Patient/1"}}
    parameters = [{"name": "coverage", "resource": coverage}, {"name": "context", "valueString": "ca-1"}]
    survives(read_package_request, {"resourceType": "Parameters", "parameter": parameters}, 4)

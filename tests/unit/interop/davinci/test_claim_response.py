"""A payer's answer: by line, never by outcome; what is not certain is unclear."""

import copy
from datetime import UTC, date, datetime
from typing import Any

import pytest

from lenitive.chart import Request
from lenitive.errors import BadInputError
from lenitive.interop.davinci.claim_parties import ServiceLine
from lenitive.interop.davinci.claim_response import answers_in, read_decision
from lenitive.interop.davinci.pas_codes import PAS
from lenitive.interop.davinci.pas_facts import decided_step, sent_step
from lenitive.interop.davinci.pas_notification import read_notification
from tests.payer.deciding import decide
from tests.unit.interop.davinci.inventing import asked, submission, written

Json = dict[str, Any]
AT = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def sent() -> Json:
    return written(asked(), submission()).bundle


@pytest.fixture
def answer(sent: Json) -> Json:
    return copy.deepcopy(decide(sent, "C1"))


def response_of(answer: Json) -> Json:
    return answer["entry"][0]["resource"]


def act(answer: Json, line: int, action: str | None) -> None:
    """Put another action on a line."""
    review = response_of(answer)["item"][line]["adjudication"][0]["extension"][0]["extension"]
    if action is None:
        del review[0]
    else:
        review[0]["valueCodeableConcept"]["coding"][0]["code"] = action


def test_an_approval_says_number_days_and_what_was_asked_for(sent, answer):
    line = read_decision(answer, sent).line("pa-1-first")
    assert (line.number, line.issued_on) == ("AUTH-C1", date(2026, 5, 4))
    assert (line.valid_from, line.valid_until) == (date(2026, 5, 10), date(2026, 8, 7))
    assert [(one.code, one.units) for one in line.granted] == [("64635", 1)]


@pytest.mark.parametrize(
    ("actions", "state"),
    [
        (("A1", "A1"), "approved"),
        (("A1", "A3"), "partly approved"),
        (("A3", "A3"), "denied"),
        (("A1", "A4"), "pended"),
        (("A3", "A4"), "pended"),
        (("A1", "A6"), "partly approved"),
        (("A2", "A1"), "partly approved"),
        (("A1", "C"), "unclear"),
        (("A1", None), "unclear"),
        (("A4", "ZZ"), "unclear"),
    ],
)
def test_the_whole_is_as_good_as_its_worst_line_whatever_the_outcome_says(sent, answer, actions, state):
    assert response_of(answer)["outcome"] == "complete"
    for line, action in enumerate(actions):
        act(answer, line, action)
    assert read_decision(answer, sent).state == state


def test_lines_in_another_order_are_matched_by_their_trace(sent, answer):
    items = response_of(answer)["item"]
    act(answer, 1, "A3")
    items.reverse()
    for number, item in enumerate(items, 1):
        item["itemSequence"] = number
    decision = read_decision(answer, sent)
    assert [line.state for line in decision.lines] == ["approved", "denied"]


def test_without_a_trace_the_sequence_decides(sent, answer):
    for item in response_of(answer)["item"]:
        item["extension"] = [one for one in item["extension"] if not one["url"].endswith("itemTraceNumber")]
    act(answer, 1, "A3")
    assert [line.state for line in read_decision(answer, sent).lines] == ["approved", "denied"]


def test_a_trace_of_another_line_is_not_overruled_by_the_sequence(sent, answer):
    item = response_of(answer)["item"][0]
    trace = next(one for one in item["extension"] if one["url"].endswith("itemTraceNumber"))
    trace["valueIdentifier"]["value"] = "somebody else's"
    decision = read_decision(answer, sent)
    assert decision.line("pa-1-first").state == "unclear"
    assert decision.state == "unclear"


def test_a_line_that_is_not_answered_is_unclear(sent, answer):
    del response_of(answer)["item"][1]
    decision = read_decision(answer, sent)
    assert [line.state for line in decision.lines] == ["approved", "unclear"]
    assert decision.state == "unclear"


def test_what_is_authorized_instead_stands_beside_the_line():
    lines = (ServiceLine(key="k", code="64636", units=3),)
    request = written(asked(), submission(lines=lines)).bundle
    decision = read_decision(decide(request, "C2"), request)
    [line] = decision.lines
    assert (line.state, line.number, line.granted[0].units) == ("changed", "AUTH-C2", 1)
    assert decision.added == ()


def test_what_was_not_asked_for_and_is_authorized_is_shown_apart(sent, answer):
    extra = copy.deepcopy(response_of(answer)["item"][0])
    added = {key: extra[key] for key in ("adjudication",)}
    added |= {"itemSequence": [9], "productOrService": {"coding": [{"code": "64633"}]}, "quantity": {"value": 1}}
    response_of(answer)["addItem"] = [added]
    decision = read_decision(answer, sent)
    assert [one.granted[0].code for one in decision.added] == ["64633"]
    assert decision.state == "approved"


def test_a_denial_grants_nothing(sent, answer):
    act(answer, 0, "A3")
    assert read_decision(answer, sent).line("pa-1-first").granted == ()


def test_faults_make_it_no_decision(sent, answer):
    response_of(answer)["error"] = [{"code": {"coding": [{"code": "04"}]}}]
    assert read_decision(answer, sent).state == "refused with faults"


# --- not an answer, or not to us


def another_patient(answer: Json) -> None:
    for entry in answer["entry"]:
        if entry["resource"]["resourceType"] == "Patient":
            entry["resource"]["identifier"][0]["value"] = "M-999"


def no_patient(answer: Json) -> None:
    answer["entry"] = [one for one in answer["entry"] if one["resource"]["resourceType"] != "Patient"]


def change(**said: Any) -> Any:
    return lambda answer: response_of(answer).update(said)


UNFIT: dict[str, tuple[Any, str]] = {
    "another patient": (another_patient, "another patient"),
    "no patient": (no_patient, "not in the Bundle"),
    "another request": (change(request={"reference": "Claim/other"}), "another request"),
    "no request": (lambda answer: response_of(answer).pop("request"), "another request"),
    "a claim": (change(use="claim"), "preauthorization"),
    "cancelled": (change(status="cancelled"), "not an active"),
    "items that are none": (change(item="none"), "Expected `array`"),
    "a day that is none": (
        lambda answer: response_of(answer)["item"][0]["extension"][2]["valuePeriod"].update(start="2026-13-01"),
        "no FHIR date",
    ),
    "searchset": (lambda answer: answer.update(type="searchset"), "type collection"),
    "empty": (lambda answer: answer.update(entry=[]), "empty"),
    "entries that are none": (lambda answer: answer.update(entry=["x"]), "empty"),
}


@pytest.mark.parametrize("name", UNFIT)
def test_what_is_no_answer_to_the_request_is_refused(sent, answer, name):
    spoil, words = UNFIT[name]
    spoil(answer)
    with pytest.raises(BadInputError, match=words) as problem:
        read_decision(answer, sent)
    assert "M-999" not in str(problem.value)


@pytest.mark.parametrize("body", ["text", 5, None, {"resourceType": "Patient"}], ids=str)
def test_an_inquiry_that_brought_no_bundle_is_refused(body):
    with pytest.raises(BadInputError):
        answers_in(body)


def test_an_inquiry_may_bring_parameters_a_bundle_a_list_or_nothing(answer):
    assert answers_in(answer) == [answer]
    assert answers_in([answer, answer]) == [answer, answer]
    assert answers_in({"resourceType": "Parameters", "parameter": [{"name": "x", "resource": answer}]}) == [answer]
    assert answers_in({"resourceType": "Parameters"}) == []


# --- facts


def test_a_decision_becomes_a_step_of_the_request(sent, answer):
    step = decided_step("p", "pa-1", read_decision(answer, sent), "Example Health Plan", AT)
    assert step is not None
    assert (step.request, step.status, step.number, step.units_granted) == ("pa-1", "approved", "AUTH-C1", 2)
    assert (step.valid_from, step.valid_until) == (date(2026, 5, 10), date(2026, 8, 7))


def test_numbers_and_days_that_differ_by_line_are_not_merged(sent, answer):
    second = response_of(answer)["item"][1]
    second["extension"] = [one for one in second["extension"] if not one["url"].endswith("itemPreAuthPeriod")]
    review = second["adjudication"][0]["extension"][0]["extension"]
    next(one for one in review if one["url"] == "number")["valueString"] = "AUTH-OTHER"
    step = decided_step("p", "pa-1", read_decision(answer, sent), "x", AT)
    assert step is not None
    assert (step.number, step.valid_from, step.valid_until) == (None, None, None)


def test_a_denial_keeps_the_reason():
    request = written(asked(), submission(lines=(ServiceLine(key="k", code="64625", units=1),))).bundle
    step = decided_step("p", "pa-1", read_decision(decide(request, "C1"), request), "x", AT)
    assert step is not None
    assert (step.status, step.units_granted) == ("denied", None)
    assert step.reason == "Criteria not met; The second block is not documented."


@pytest.mark.parametrize("action", ["A4", "ZZ"])
def test_what_is_not_decided_is_no_step(sent, answer, action):
    act(answer, 0, action)
    assert decided_step("p", "pa-1", read_decision(answer, sent), "x", AT) is None


def test_a_pended_request_for_which_more_is_wanted_is_a_step(sent, answer):
    act(answer, 0, "A4")
    response_of(answer)["communicationRequest"] = [{"reference": "CommunicationRequest/1"}]
    step = decided_step("p", "pa-1", read_decision(answer, sent), "x", AT)
    assert step is not None
    assert step.status == "more_wanted"


def test_sending_is_a_step_too():
    step = sent_step("p", Request(kind="medial_branch_block_lumbar", side="left"), submission())
    assert (step.status, step.request, step.kind, step.side, step.payer) == (
        "sent",
        "pa-1",
        "medial_branch_block_lumbar",
        "left",
        "Example Health Plan",
    )


# --- notifications


@pytest.mark.parametrize(
    "body",
    [
        None,
        {"resourceType": "Bundle", "type": "collection"},
        {"resourceType": "Bundle", "type": "history"},
        {"resourceType": "Bundle", "type": "history", "entry": [{"resource": {"resourceType": "Parameters"}}]},
    ],
    ids=["nothing", "collection", "empty", "no topic"],
)
def test_what_is_no_notification_is_refused(body):
    with pytest.raises(BadInputError):
        read_notification(body, {}, ())


def test_a_heartbeat_says_nothing():
    topic = "http://hl7.org/fhir/us/davinci-pas/SubscriptionTopic/PASSubscriptionTopic"
    status = {
        "resourceType": "Parameters",
        "parameter": [{"name": "topic", "valueCanonical": topic}, {"name": "type", "valueCode": "heartbeat"}],
    }
    assert (
        read_notification({"resourceType": "Bundle", "type": "history", "entry": [{"resource": status}]}, {}, ()) == []
    )


def test_the_guides_extensions_are_read_by_their_whole_address(sent, answer):
    for item in response_of(answer)["item"]:
        for one in item["extension"]:
            one["url"] = one["url"].replace(PAS, "http://elsewhere.example/")
    assert read_decision(answer, sent).line("pa-1-first").valid_from is None

"""What is said to a hook call: the verdicts of the library, on cards and on the order, and nothing more."""

import json

import msgspec
import pytest

from lenitive.chart import Request
from lenitive.interop.case_file import read_case_file
from lenitive.interop.cds_hooks.cards import CardWriter, Unseen, general_cards, order_cards
from lenitive.interop.cds_hooks.errors import BadHookError, CrdRuleError, DataMissingError, NoSuchHookError
from lenitive.interop.cds_hooks.messages import Card
from lenitive.interop.cds_hooks.service import read_call
from lenitive.interop.davinci.coverage_information import URL
from lenitive.reasoning.assess import assess
from lenitive.reasoning.assessment import Alert, FactSeen, Option
from lenitive.reasoning.book import book
from lenitive.reasoning.consider import consider
from lenitive.reasoning.proportions import in_percent
from tests.unit.interop.cds_hooks.conftest import (
    CRD,
    DAY,
    EXAMPLES,
    ORDER_CHECK,
    SERVER,
    Server,
    answered,
    as_sent,
    asked,
    order,
)


def topics(cards: list[Card]) -> list[str]:
    return [card.source.topic.code for card in cards if card.source.topic]


def coverage_of(sent: dict, number: int = 0) -> dict:
    """The parts of the coverage-information on an order that was sent back."""
    parts = next(one for one in sent["systemActions"][number]["resource"]["extension"] if one["url"] == URL)[
        "extension"
    ]
    return {part["url"]: next(value for key, value in part.items() if key.startswith("value")) for part in parts}


@pytest.fixture
def writer() -> CardWriter:
    call = read_call(ORDER_CHECK, msgspec.json.encode(asked()))
    return CardWriter(call.request.hookInstance, book(), call.configuration)


# --- the same verdicts as everywhere


@pytest.mark.parametrize("example", ["facet_open", "radiculopathy", "sacroiliac"])
def test_a_request_is_considered_as_the_full_assessment_considers_it(example):
    case = read_case_file(EXAMPLES / f"{example}.toml")
    full = assess(case.chart, case.as_of, (case.request,))
    option = next(one for one in full.options if one.procedure == case.request.kind)
    considered = consider(case.chart, case.as_of, [case.request])
    assert considered.options == [msgspec.structs.replace(option, place="not now", outlook=[])]
    assert considered.alerts == full.alerts


def test_the_coverage_on_the_order_is_the_determination_of_the_library():
    case = read_case_file(EXAMPLES / "facet_open.toml")
    determination = consider(case.chart, DAY, [case.request]).options[0].coverage.determination
    assert determination.status == "undocumented"
    said = coverage_of(as_sent(answered(asked())))
    assert said["covered"] == "conditional"
    assert said["info-needed"] == "OTH"
    assert said["doc-needed"] == "clinical"
    assert said["coverage"] == {"reference": "Coverage/coverage-1"}
    assert said["date"] == "2026-05-04"


def test_a_policy_that_is_not_the_payers_own_says_nothing_about_coverage():
    said = coverage_of(as_sent(answered(asked(order("64483"), example="radiculopathy"))))
    assert said["covered"] == "indeterminate"
    assert "own" in said["reason"]["text"] or "No policy" in said["reason"]["text"]


def test_version_2_0_has_no_word_for_not_known_so_nothing_is_said():
    request = asked(order("64483"), example="radiculopathy", extension={"davinci-crd.requestedVersion": "2.0"})
    given = as_sent(answered(request))
    assert "systemActions" not in given


# --- cards


def test_an_anticoagulant_is_a_warning_with_the_fact_it_rests_on():
    given = answered(asked(order("64483"), example="radiculopathy"))
    card = next(card for card in given.response.cards if card.source.topic.code == "contraindication")
    assert card.indicator == "warning"
    assert "Apixaban" in card.summary
    assert "recorded: apixaban" in card.detail
    assert {one.code for one in card.overrideReasons} >= {"not-so", "exception"}


def test_an_ablation_without_a_supported_source_is_off_guideline():
    given = answered(asked(order("64635"), example="radiculopathy"))
    card = next(card for card in given.response.cards if card.source.topic.code == "off-guideline")
    assert card.indicator == "warning"
    assert "No supported target" in card.detail
    assert card.extension == {"davinci-crd.associated-resource": [{"reference": "ServiceRequest/draft-1"}]}


def test_the_opened_record_of_a_patient_gets_the_likeliest_source():
    case = read_case_file(EXAMPLES / "facet_open.toml")
    likeliest = max(assess(case.chart, DAY).differential[0].estimates, key=lambda one: one.probability)
    given = answered(asked(hook="patient-view"), service="lenitive-patient-view")
    assert likeliest.label.lower() in given.response.cards[0].summary
    assert in_percent(likeliest.probability) in given.response.cards[0].summary


@pytest.mark.parametrize("example", ["facet", "facet_open"])
def test_a_settled_source_is_said_to_need_no_further_test(example):
    case = read_case_file(EXAMPLES / f"{example}.toml")
    settled = assess(case.chart, DAY).differential[0].settled_on
    given = answered(asked(hook="patient-view", example=example), service="lenitive-patient-view")
    assert (settled is not None) == ("No further test is needed" in given.response.cards[0].detail)
    assert (settled is None) == ("would tell most" in given.response.cards[0].detail)


@pytest.mark.parametrize("example", ["facet_open", "radiculopathy", "sacroiliac"])
@pytest.mark.parametrize("number", ["64635", "64493", "64483", "27096", "62323", "63650", "20552"])
def test_cards_keep_to_the_form(example, number):
    sent = as_sent(answered(asked(order(number), example=example, extension=CRD)))
    assert len({card["uuid"] for card in sent["cards"]}) == len(sent["cards"])
    for card in sent["cards"]:
        assert len(card["summary"]) < 140
        assert card["indicator"] in ("info", "warning", "critical")
        assert card["source"]["label"]
        assert card["source"]["topic"]["code"] != "coverage-info"
        assert all(link["url"].startswith("https://") and link["type"] == "absolute" for link in card.get("links", []))
        assert ("suggestions" in card) is ("selectionBehavior" in card)
        assert not any(value is None for value in card.values())


def test_the_most_urgent_card_comes_first_and_the_limit_is_kept():
    request = asked(order("64635"), example="radiculopathy")
    every = answered(request).response.cards
    assert len(every) > 1
    order_of = ["critical", "warning", "info"]
    assert [card.indicator for card in every] == sorted((card.indicator for card in every), key=order_of.index)
    request["extension"] = {"davinci-crd.configuration": {"max-cards": 1}}
    request["prefetch"]["coverage"]["entry"] = request["prefetch"]["coverage"]["entry"][:1]
    assert answered(request).response.cards == [every[0]]


def test_a_text_of_the_record_is_not_read_as_markdown(writer):
    text = "gout [free](https://evil.example)\n# <b>now</b>"
    seen = FactSeen(table="condition", id="c", on=None, text=text, source="")
    alert = Alert(severity="warning", title="Something", action="Do this.", facts=[seen], citations=[])
    [card] = general_cards([alert], Unseen(), writer)
    assert r"gout \[free\]\(https://evil.example\) \# \<b\>now\</b\>" in card.detail


# --- what an order means


def test_an_order_that_may_mean_several_procedures_is_answered_only_where_they_agree():
    said = coverage_of(as_sent(answered(asked(order("64493", bodySite=[{"text": "lumbar"}])))))
    assert said["covered"] == "conditional"
    words = coverage_of(as_sent(answered(asked(order("64493", bodySite=[{"text": "medial branch, left L4-5"}])))))
    assert words["covered"] == "conditional"
    assert "may mean" not in words["reason"]["text"]


def test_two_orders_of_which_one_is_a_pain_procedure():
    mammography = order("77067") | {"id": "draft-2"}
    given = answered(asked(order(), mammography))
    assert given.orders == 1
    sent = as_sent(given)
    assert [action["resource"]["id"] for action in sent["systemActions"]] == ["draft-1"]
    assert "draft-2" not in json.dumps(sent)


def test_no_patient_data_is_looked_at_for_other_orders():
    request = asked(order("77067"))
    request["prefetch"] = {}
    assert as_sent(answered(request)) == {"cards": []}


@pytest.mark.parametrize("changed", [{"code": None}, {"doNotPerform": True}, {"status": "entered-in-error"}])
def test_an_order_without_a_code_or_not_to_be_done_is_left_alone(changed):
    assert as_sent(answered(asked(order(**changed)))) == {"cards": []}


def test_an_unlisted_number_names_no_procedure():
    assert as_sent(answered(asked(order("64999")))) == {"cards": []}


def test_only_chosen_orders_are_judged_while_choosing_and_no_document_is_asked_for():
    other = order("64483") | {"id": "draft-2"}
    request = asked(order(), other, hook="order-select")
    request["context"]["selections"] = ["ServiceRequest/draft-2"]
    sent = as_sent(answered(request))
    assert [action["resource"]["id"] for action in sent["systemActions"]] == ["draft-2"]
    assert "doc-needed" not in coverage_of(sent)


def test_an_order_for_somebody_else_is_refused():
    request = asked()
    request["context"]["draftOrders"]["entry"][0]["resource"]["subject"] = {"reference": "Patient/somebody-else"}
    with pytest.raises(BadHookError, match="another patient"):
        answered(request)


def test_the_order_comes_back_byte_for_byte_but_for_the_answer():
    """Decimals keep their zeros, foreign extensions stay, an older answer about the same coverage goes."""
    request = asked()
    written = msgspec.json.encode(order() | {"subject": {"reference": "Patient/example-facet-open"}})
    stranger = b'{"url":"https://else.example/price","valueDecimal":1.10}'
    old = (
        b'{"url":"%s","extension":[{"url":"coverage","valueReference":{"reference":"Coverage/coverage-1"}},'
        % URL.encode()
    )
    old += b'{"url":"covered","valueCode":"covered"}]}'
    written = written[:-1] + b',"extension":[' + stranger + b"," + old + b"]}"
    request["context"]["draftOrders"]["entry"] = [{"resource": msgspec.Raw(written)}]
    sent = msgspec.json.encode(answered(request).response)
    assert stranger in sent
    resource = json.loads(sent)["systemActions"][0]["resource"]
    assert [one["url"] for one in resource["extension"]] == ["https://else.example/price", URL]
    before = json.loads(written)
    assert {k: v for k, v in resource.items() if k != "extension"} == {
        k: v for k, v in before.items() if k != "extension"
    }


def test_an_order_that_has_the_answer_already_gets_no_action():
    request = asked()
    first = as_sent(answered(request))["systemActions"][0]["resource"]
    request["hookInstance"] = "9f0c8e9e-6ad5-4c0c-b1ce-2b2f41a1f2c1"
    request["context"]["draftOrders"]["entry"] = [{"resource": first}]
    again = answered(request)
    assert "systemActions" not in as_sent(again)
    assert again.orders == 1


def test_a_thousand_orders_are_answered():
    orders = [order() | {"id": f"draft-{number}"} for number in range(1000)]
    given = answered(asked(*orders))
    sent = as_sent(given)
    assert len(sent["systemActions"]) == 1000
    assert len(set(given.assertions)) == 1000
    assert len(sent["cards"]) == 10


# --- coverage


def test_crd_wants_exactly_one_coverage():
    request = asked(extension=CRD)
    entries = request["prefetch"]["coverage"]["entry"]
    entries.append({"resource": entries[0]["resource"] | {"id": "second", "identifier": []}})
    with pytest.raises(BadHookError, match="More than one Coverage"):
        answered(request)
    request["prefetch"]["coverage"] = None
    with pytest.raises(BadHookError, match="No Coverage"):
        answered(request)


def test_without_a_coverage_nothing_is_said_about_coverage_and_the_rest_is():
    request = asked(order("64483"), example="radiculopathy")
    request["prefetch"]["coverage"] = None
    sent = as_sent(answered(request))
    assert "systemActions" not in sent
    assert any("Apixaban" in card["summary"] for card in sent["cards"])


def test_a_coverage_that_is_over_is_no_coverage():
    request = asked(extension=CRD)
    coverage = request["prefetch"]["coverage"]["entry"][0]["resource"]
    coverage["period"] = {"start": "2025-01-01", "end": "2025-12-31"}
    coverage.pop("extension", None)
    coverage.pop("identifier", None)
    said = coverage_of(as_sent(answered(request)))
    assert said["covered"] == "not-covered"
    assert said["reason"]["coding"][0]["code"] == "no-active-coverage"
    assert "pa-needed" not in said


def test_switched_off_is_off():
    request = asked(extension={"davinci-crd.configuration": {"coverage-info": False, "guideline": False}})
    sent = as_sent(answered(request))
    assert "systemActions" not in sent
    assert not {"guideline", "off-guideline"} & {card["source"]["topic"]["code"] for card in sent["cards"]}


def test_unknown_options_wrong_types_and_unknown_fields_are_ignored():
    plain = as_sent(answered(asked(extension={"davinci-crd.configuration": {}})))
    request = asked(
        extension={"davinci-crd.configuration": {"cost": False, "max-cards": "many", "guideline": 1}, "else": [1]}
    )
    request["context"]["weather"] = {"is": "fine"}
    request["unknown"] = None
    assert as_sent(answered(request)) == plain


def test_a_version_that_is_not_spoken_is_refused():
    with pytest.raises(CrdRuleError, match=r"2\.0, 2\.2"):
        answered(asked(extension={"davinci-crd.requestedVersion": "3.0"}))


def test_the_topic_is_of_the_code_system_of_the_version():
    systems = {
        version: as_sent(answered(asked(extension={"davinci-crd.requestedVersion": version})))["cards"][0]["source"][
            "topic"
        ]["system"]
        for version in ("2.0", "2.2")
    }
    assert systems["2.0"].endswith("davinci-crd/CodeSystem/temp")
    assert systems["2.2"].endswith("cdshooks-card-type")


# --- what was not sent


def test_what_is_missing_is_fetched_and_the_answer_is_the_same(without):
    complete = as_sent(answered(asked(order("64483"), example="radiculopathy")))
    request, server = without("medications", "coverage", "conditions", example="radiculopathy")
    request["context"]["draftOrders"]["entry"][0]["resource"]["code"]["coding"][0]["code"] = "64483"
    given = answered(request, server)
    assert as_sent(given) == complete
    assert given.fetched == 3
    assert all(url.startswith(f"{SERVER}/") for url in server.asked)


def test_pages_are_followed(without):
    request, server = without("medications", example="radiculopathy")
    whole = server.pages.pop(f"{SERVER}/MedicationRequest?")
    first, *rest = whole["entry"]
    link = [{"relation": "next", "url": f"{SERVER}/more?page=2"}]
    server.pages[f"{SERVER}/MedicationRequest?"] = whole | {"entry": [first], "link": link}
    server.pages[f"{SERVER}/more?page=2"] = whole | {"entry": rest}
    given = answered(request, server)
    assert given.fetched == 2
    assert given.unseen == ()
    complete = answered(asked(example="radiculopathy"))
    assert as_sent(given) == as_sent(complete)


def test_pages_that_were_sent_are_followed_too(without):
    request, server = without("conditions")
    entry = server.pages.pop(f"{SERVER}/Condition?")
    link = [{"relation": "next", "url": f"{SERVER}/more?page=2"}]
    request["prefetch"]["conditions"] = {"resourceType": "Bundle", "type": "searchset", "link": link}
    server.pages[f"{SERVER}/more"] = entry
    assert as_sent(answered(request, server)) == as_sent(answered(asked()))


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/fhir/more",
        "http://ehr.example/fhir/more",
        "https://ehr.example:8443/fhir/more",
        "https://ehr.example@evil.example/",
        "//evil.example/more",
        "file:///etc/passwd",
        "http://[",
        "https://ehr.example]/fhir/more",
        "https://ehr.example:99999/fhir/more",
    ],
)
def test_a_link_to_another_server_is_never_followed(without, elsewhere):
    request, server = without("medications")
    server.pages[f"{SERVER}/MedicationRequest?"] = {
        "resourceType": "Bundle",
        "type": "searchset",
        "link": [{"relation": "next", "url": elsewhere}],
    }
    given = answered(request, server)
    assert given.unseen == ("medications",)
    assert all(url.startswith(f"{SERVER}/MedicationRequest?") for url in server.asked)


def test_pages_without_end_are_given_up(without):
    request, server = without("medications")
    server.pages[SERVER] = {
        "resourceType": "Bundle",
        "type": "searchset",
        "link": [{"relation": "next", "url": f"{SERVER}/again"}],
    }
    server.pages.pop(f"{SERVER}/MedicationRequest?")
    given = answered(request, server)
    assert given.unseen == ("medications",)
    assert given.fetched == 20


def test_what_cannot_be_had_is_said_not_passed_over(without):
    request, server = without("medications")
    server.pages.clear()
    given = answered(request, server)
    card = next(card for card in given.response.cards if "Checked without" in card.summary)
    assert "medications" in card.summary
    assert "no card is no all-clear" in card.detail


@pytest.mark.parametrize("hook", ["order-sign", "patient-view"])
def test_a_record_that_cannot_be_read_is_said_not_passed_over(hook):
    request = asked(example="radiculopathy", hook=hook)
    statement = {
        "resourceType": "MedicationStatement",
        "id": "w1",
        "status": "active",
        "subject": {"reference": f"Patient/{request['context']['patientId']}"},
        "medicationCodeableConcept": {"text": "warfarin"},
        "effectiveDateTime": "01/01/2026",
    }
    request["prefetch"]["medications"] = {
        "resourceType": "Bundle",
        "type": "searchset",
        "entry": [{"resource": statement}],
    }
    given = answered(request, service=ORDER_CHECK if hook == "order-sign" else "lenitive-patient-view")
    assert (given.unseen, given.refused) == ((), 1)
    said = msgspec.json.encode(given.response).decode()
    assert "1 record of medications" in said
    assert "01/01/2026" not in said


def test_a_record_that_could_be_read_is_not_said_to_be_unread():
    given = answered(asked(example="radiculopathy"))
    assert (given.refused, "could not be read" in str(as_sent(given)).lower()) == (0, False)


def test_a_reported_error_counts_as_not_sent(without):
    request, server = without("medications")
    issue = {"severity": "error", "code": "exception"}
    request["prefetch"]["medications"] = {"resourceType": "OperationOutcome", "issue": [issue]}
    assert answered(request, server).fetched == 1
    assert answered(request, None).unseen == ("medications",)


def test_an_empty_key_is_an_answer_not_a_gap():
    given = answered(asked())
    assert given.unseen == ()
    assert not any("Checked without" in card.summary for card in given.response.cards)


def test_without_the_patient_there_is_no_answer(without):
    request, server = without("patient")
    assert answered(request, server).fetched == 1
    server.pages.clear()
    with pytest.raises(DataMissingError, match="'patient'"):
        answered(request, server)


def test_crd_needs_the_coverage(without):
    request, _ = without("coverage", extension=CRD)
    with pytest.raises(DataMissingError, match="'coverage'"):
        answered(request, Server({}))


def test_poor_data_is_not_missing_data():
    request = asked(extension=CRD)
    request["prefetch"] = {
        "patient": {"resourceType": "Patient", "id": "example-facet-open"},
        "coverage": {"resourceType": "Coverage", "id": "c", "status": "active", "payor": [{"display": "Somebody"}]},
    }
    request["prefetch"]["coverage"]["beneficiary"] = {"reference": "Patient/example-facet-open"}
    given = answered(request)
    assert given.orders == 1
    assert coverage_of(as_sent(given))["covered"] == "indeterminate"


# --- what is refused


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"text"',
        b"{}",
        b"\xff\xfe",
        b'{"hook": "order-sign"}',
        b"[" * 100_000,
        b'{"a":' * 1000 + b"1" + b"}" * 1000,
    ],
)
def test_what_is_no_hook_request_is_refused(body):
    with pytest.raises(BadHookError):
        read_call(ORDER_CHECK, body)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"hook": "order-dispatch"}, "hook"),
        ({"hook": "patient-view"}, "hook"),
        ({"hookInstance": "not-a-uuid"}, "hookInstance"),
        ({"context": {"patientId": "p"}}, "context"),
        ({"context": None}, "context"),
        ({"prefetch": []}, "prefetch"),
        ({"fhirAuthorization": {"access_token": "t"}}, "fhirAuthorization"),
    ],
)
def test_a_refusal_says_where_and_repeats_nothing(change, where):
    with pytest.raises(BadHookError) as refused:
        read_call(ORDER_CHECK, msgspec.json.encode(asked() | change))
    assert where in refused.value.path
    assert "not-a-uuid" not in str(refused.value)


def test_a_value_of_the_patient_is_not_repeated():
    request = asked()
    request["context"]["patientId"] = "Rosa Example, born 1961"
    with pytest.raises(BadHookError) as refused:
        read_call(ORDER_CHECK, msgspec.json.encode(request))
    assert "Rosa" not in str(refused.value)
    assert "1961" not in str(refused.value)


def test_data_of_another_patient_is_refused():
    request = asked()
    stranger = {
        "resourceType": "Condition",
        "id": "x",
        "code": {"text": "gout"},
        "subject": {"reference": "Patient/else"},
    }
    request["prefetch"]["conditions"]["entry"].append({"resource": stranger})
    with pytest.raises(BadHookError, match="another patient"):
        answered(request)


@pytest.mark.parametrize("servers", [["https://in.example/fhir"], ["https://in.example/fhir", "https://else.example"]])
def test_a_patient_is_of_one_server_by_whatever_address(servers):
    """Behind a proxy a server calls itself otherwise than ``fhirServer`` does; the same id on a second one is somebody
    else."""
    request = asked() | {"fhirServer": f"{SERVER}/"}
    for number, server in enumerate(servers):
        gout = {"resourceType": "Condition", "id": f"x{number}", "code": {"text": "gout"}}
        gout["subject"] = {"reference": f"{server}/Patient/{request['context']['patientId']}"}
        request["prefetch"]["conditions"]["entry"].append({"resource": gout})
    assert answered(request).refused == len(servers) - 1


def test_the_patient_must_be_the_patient_of_the_context():
    request = asked()
    request["prefetch"]["patient"]["id"] = "somebody-else"
    with pytest.raises(BadHookError, match="not the patient"):
        answered(request)


def test_a_service_that_does_not_exist():
    with pytest.raises(NoSuchHookError, match=ORDER_CHECK):
        read_call("nope", b"{}")


def test_a_token_never_shows_in_a_repr(without):
    request, _ = without("medications")
    call = read_call(ORDER_CHECK, msgspec.json.encode(request))
    assert "secret-of-the-caller" not in repr(call.request.fhirAuthorization)
    assert "secret-of-the-caller" not in repr(call)


def epidural(*, contraindicated: bool = False) -> Option:
    """An epidural of the example with the anticoagulant; its first contraindication forced to hold."""
    chart = read_case_file(EXAMPLES / "radiculopathy.toml").chart
    option = consider(chart, DAY, [Request(kind="epidural_transforaminal_lumbar")]).options[0]
    if not contraindicated:
        return option
    against = option.contraindications
    violated = msgspec.structs.replace(against, violated=[against.criteria[0].criterion])
    return msgspec.structs.replace(option, verdict="not a candidate", contraindications=violated)


def test_a_contraindicated_order_may_be_taken_back(writer):
    cards = order_cards([epidural(contraindicated=True)], "ServiceRequest/draft-1", writer, with_coverage=False)
    card = next(card for card in cards if card.suggestions)
    assert card.indicator == "critical"
    assert card.selectionBehavior == "at-most-one"
    assert card.suggestions[0].uuid
    action = card.suggestions[0].actions[0]
    assert (action.type, action.resourceId) == ("delete", "ServiceRequest/draft-1")
    assert action.description


def test_an_order_that_may_mean_something_else_is_warned_of_not_taken_back(writer):
    options = [epidural(), epidural(contraindicated=True)]
    cards = order_cards(options, "ServiceRequest/draft-1", writer, with_coverage=False)
    assert not any(card.suggestions for card in cards)
    card = next(card for card in cards if "contraindicated" in card.summary)
    assert card.indicator == "warning"
    assert card.summary.startswith("If ")


def test_a_drug_is_named_once_whichever_procedure_is_meant(writer):
    cards = order_cards([epidural(), epidural()], "ServiceRequest/draft-1", writer, with_coverage=False)
    assert len([card for card in cards if "Apixaban" in card.summary]) == 1


@pytest.mark.parametrize(
    ("severity", "indicator"),
    [("emergency", "critical"), ("stop", "critical"), ("warning", "warning"), ("ask", "info")],
)
def test_only_clinical_danger_is_critical(writer, severity, indicator):
    alert = Alert(severity=severity, title="Something", action="Do this.", facts=[], citations=[])
    [card] = general_cards([alert], Unseen(), writer)
    assert card.indicator == indicator
    assert card.detail == "Do this."

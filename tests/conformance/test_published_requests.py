"""The hook requests that the guide and its test kit publish, posted as they are and answered as the guide says."""

import json
from pathlib import Path

import msgspec
import pytest

from lenitive.interop.cds_hooks.errors import BadHookError
from lenitive.interop.cds_hooks.service import Desk, answer, read_call
from lenitive.interop.davinci.coverage_information import URL, is_about, is_coverage_information
from tests.conftest import SHARED
from tests.unit.interop.cds_hooks.conftest import DAY, ORDER_CHECK

FHIR = SHARED / "data" / "fhir"
OURS = (
    "hl7-davinci-crd-2.2.1-hooks/CRDServiceRequest",
    "inferno-crd/order_sign_hook_request",
    "inferno-crd/order_select_hook_request",
)
OTHER_HOOKS = (
    "hl7-davinci-crd-2.2.1-hooks/CRDServiceRequest2",
    "hl7-davinci-crd-2.2.1-hooks/CRDServiceRequest4",
    "inferno-crd/appointment_book_hook_request",
    "inferno-crd/order_dispatch_hook_request",
)


def published(shared: Path, name: str) -> dict:
    return json.loads((shared / "data/fhir" / f"{name}.json").read_text())


def sent(request: dict) -> dict:
    given = answer(read_call(ORDER_CHECK, msgspec.json.encode(request)), DAY, Desk())
    return msgspec.json.decode(msgspec.json.encode(given.response))


@pytest.mark.parametrize("name", OURS)
def test_orders_of_other_fields_get_no_card_and_no_error(shared, name):
    assert sent(published(shared, name)) == {"cards": []}


@pytest.mark.parametrize("name", OTHER_HOOKS)
def test_hooks_that_are_not_offered_are_refused(shared, name):
    with pytest.raises(BadHookError) as refused:
        sent(published(shared, name))
    assert refused.value.path == "hook"


@pytest.fixture
def ablation(shared) -> dict:
    """The published request for order-sign, its first order turned into a pain procedure. The rest is as published."""
    request = published(shared, OURS[0])
    request["context"]["draftOrders"]["entry"][0]["resource"]["code"] = {
        "coding": [{"system": "http://www.ama-assn.org/go/cpt", "code": "64635"}]
    }
    request["extension"].pop("davinci-crd.configuration")
    return request


def test_the_published_request_with_a_pain_procedure(ablation):
    """The order is annotated for the one coverage, as it is named; the oxygen beside it is left alone."""
    actions = sent(ablation)["systemActions"]
    assert [action["resource"]["id"] for action in actions] == ["1357"]
    extension = next(one for one in actions[0]["resource"]["extension"] if one["url"] == URL)
    parts = {part["url"]: part for part in extension["extension"]}
    assert parts["coverage"]["valueReference"]["reference"] == "http://example.org/someEHR/fhir/Coverage/COV1"
    assert parts["covered"]["valueCode"] == "indeterminate"
    assert parts["billingCode"]["valueCoding"]["code"] == "64635"


def test_nothing_else_of_the_published_order_changes(ablation):
    before = ablation["context"]["draftOrders"]["entry"][0]["resource"]
    after = sent(ablation)["systemActions"][0]["resource"]
    assert {key: value for key, value in after.items() if key != "extension"} == before


def test_two_coverages_in_the_published_request_are_refused(ablation):
    entries = ablation["prefetch"]["coverage"]["entry"]
    entries.append({"resource": entries[0]["resource"] | {"id": "COV2"}})
    with pytest.raises(BadHookError, match="More than one Coverage"):
        sent(ablation)


def test_published_answers_can_be_told_from_ours(shared):
    """Reading what others put on an order: an older answer about the same coverage is found in published actions."""
    action = published(shared, "inferno-crd/coverage_info_system_action_covered")
    extensions = action["resource"]["extension"]
    assert [is_coverage_information(one) for one in extensions] == [True]
    assert is_about(extensions[0], "Coverage/coverageexample")


def test_the_samples_are_there(shared):
    assert all((FHIR / f"{name}.json").exists() for name in (*OURS, *OTHER_HOOKS))

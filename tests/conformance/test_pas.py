"""Da Vinci PAS 2.2.1: what is sent is held against the official profiles, what is published is read or refused."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lenitive.errors import BadInputError
from lenitive.interop.davinci.claim_inquiry import claim_inquiry
from lenitive.interop.davinci.claim_parties import Beneficiary, ServiceLine
from lenitive.interop.davinci.claim_references import OpenReferenceError, reached_from, resources_of
from lenitive.interop.davinci.claim_response import Decision, answers_in, read_decision
from lenitive.interop.davinci.claim_update import as_cancellation, as_update
from lenitive.interop.davinci.pas_codes import INQUIRY_BUNDLE, PAS, REQUEST_BUNDLE
from lenitive.interop.davinci.pas_notification import read_notification, subscription
from tests.conformance.profiles import Checker, checker
from tests.payer.deciding import decide
from tests.payer.structure import faults
from tests.unit.interop.davinci.inventing import AT, LINES, PACKET, REPORTS, SPOUSE, asked, submission, written

Json = dict[str, Any]
THIRD = ServiceLine(key="pa-1-third", code="64636", units=2)


@pytest.fixture(scope="module")
def official(shared: Path) -> Checker:
    return checker(shared / "data/fhir/packages", "hl7.fhir.us.davinci-pas-2.2.1", "hl7.fhir.us.core-7.0.0")


@pytest.fixture(scope="module")
def published(shared: Path) -> Callable[[str], Json]:
    def read(name: str) -> Json:
        return json.loads((shared / "data/fhir" / f"{name}.json").read_text())

    return read


def issues(official: Checker, bundle: Json, profile: str) -> list[Any]:
    """What a Bundle and each resource in it break of the profiles that they claim."""
    found = official.issues(bundle, profile)
    for entry in bundle["entry"]:
        resource = entry["resource"]
        for claimed in resource.get("meta", {}).get("profile") or [None]:
            found += official.issues(resource, claimed)
    return found


def request(**said: Any) -> Json:
    return written(asked(), submission(**said)).bundle


SENT: dict[str, Callable[[], Json]] = {
    "a request": request,
    "with the packet": lambda: request(documents=(PACKET,)),
    "with attached documents": lambda: request(documents=(PACKET, *REPORTS)),
    "expedited, in an institution": lambda: request(expedited=True, billed_as="institutional"),
    "with modifiers": lambda: request(
        lines=(ServiceLine(key="k", code="64635", units=1, modifiers=("50", "KX")),), place_of_service="19"
    ),
    "a HCPCS number": lambda: request(lines=(ServiceLine(key="k", code="G0260", units=1),)),
    "insured through somebody else": lambda: request(
        beneficiary=Beneficiary(family="Example", is_subscriber=False, subscriber=SPOUSE)
    ),
    "an update": lambda: as_update(request(number="pa-2", lines=(LINES[0], THIRD), documents=(PACKET,)), request()),
    "a cancellation": lambda: as_cancellation(request(), "pa-3", AT),
}


@pytest.mark.parametrize("name", SENT)
def test_what_is_sent_follows_the_profiles(official: Checker, name):
    bundle = SENT[name]()
    assert issues(official, bundle, REQUEST_BUNDLE) == []
    assert faults(bundle, "$submit") == []


def test_an_inquiry_follows_the_profiles(official: Checker):
    about = asked()
    bundle = claim_inquiry(about.chart, about.as_of, submission())
    assert issues(official, bundle, INQUIRY_BUNDLE) == []
    assert faults(bundle, "$inquire") == []


@pytest.mark.parametrize(
    ("path", "element"),
    [
        (("item", 0), "category"),
        (("item", 0), "extension"),
        (("item", 0), "locationCodeableConcept"),
        ((), "insurer"),
        ((), "identifier"),
        ((), "created"),
        (("insurance", 0), "coverage"),
        (("careTeam", 0), "extension"),
    ],
)
def test_the_profiles_and_the_payer_both_miss_an_element_that_is_taken_away(official: Checker, path, element):
    bundle = copy.deepcopy(request())
    holder = bundle["entry"][0]["resource"]
    for part in path:
        holder = holder[part]
    del holder[element]
    assert issues(official, bundle, REQUEST_BUNDLE) != []
    if element != "coverage":
        assert faults(bundle, "$submit") != []


def test_the_subscription_follows_the_profile(official: Checker):
    wanted = subscription("https://clinic.example/notified", "1234567893", "X-Secret: between-us")
    assert official.issues(wanted, f"{PAS}profile-subscription") == []
    assert wanted["criteria"] == "http://hl7.org/fhir/us/davinci-pas/SubscriptionTopic/PASSubscriptionTopic"
    [filtered] = wanted["_criteria"]["extension"]
    assert filtered["valueString"] == "org-identifier=1234567893"
    [content] = wanted["channel"]["_payload"]["extension"]
    assert content["valueCode"] == "full-resource"


def test_the_payer_of_the_tests_answers_as_the_profiles_say(official: Checker):
    lines = tuple(ServiceLine(key=code, code=code, units=2) for code in ("64635", "64636", "63650", "64625", "64483"))
    answer = decide(request(lines=lines), "C1")
    assert issues(official, answer, f"{PAS}profile-pas-response-bundle") == []


# --- published Bundles


@pytest.mark.parametrize(
    ("name", "state", "lines"),
    [
        ("hl7-davinci-pas-2.2.1/Bundle-ReferralAuthorizationResponseBundleExample", "approved", [("A1", "AUTH0001")]),
        ("hl7-davinci-pas-2.2.1/Bundle-ReferralPendingAuthorizationResponseBundleExample", "pended", [("A4", None)]),
        ("hl7-davinci-pas-2.2.1/Bundle-ErrorResponseBundleExample", "refused with faults", []),
        ("hl7-davinci-pas-2.2.1/Parameters-PASClaimInquiryOperationResponseExample", "approved", [("A1", "AUTH0001")]),
        ("inferno-pas/valid_pa_response_bundle", "approved", [("A1", "AUTH0001")]),
        ("inferno-pas/valid_pa_inquire_response_bundle", "approved", [("A1", "AUTH0001")]),
    ],
)
def test_published_answers_are_read(published, name, state, lines):
    [bundle] = answers_in(published(name))
    decision = read_decision(bundle)
    assert decision.state == state
    assert [(line.action, line.number) for line in decision.lines] == lines


def test_the_faults_of_a_published_answer_say_where_and_what_to_do(published):
    decision = read_decision(published("hl7-davinci-pas-2.2.1/Bundle-ErrorResponseBundleExample"))
    assert [(one.code, one.path, one.follow_up) for one in decision.faults] == [
        ("04", None, None),
        ("T4", "Bundle.entry[1].Organization.name", "C"),
    ]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("inferno-pas/invalid_first_entry_response_bundle", "a Organization comes first"),
        ("inferno-pas/pa_response_bundle_missing_elements", "missing required field `created`"),
    ],
)
def test_published_faulty_answers_are_refused(published, name, words):
    with pytest.raises(BadInputError, match=words):
        read_decision(published(name))


def test_an_answer_about_another_member_is_refused(published):
    sent = published("inferno-pas/missing_referenced_resource_request_bundle")
    right = published("inferno-pas/valid_pa_response_bundle")
    # The kit's request and answer name the number's address space differently; here they are one exchange.
    sent["entry"][0]["resource"]["identifier"] = right["entry"][0]["resource"]["identifier"]
    assert read_decision(right, sent).lines[0].state == "approved"
    with pytest.raises(BadInputError, match="another patient"):
        read_decision(published("inferno-pas/response_bundle_patient_wrong_fullurl"), sent)


@pytest.mark.parametrize(
    "name",
    [
        "inferno-pas/missing_referenced_resource_request_bundle",
        # A slip of the guide's own: its role names the physician of the other example.
        "hl7-davinci-pas-2.2.1/Bundle-SurgicalRequestBundleExample",
    ],
)
def test_a_published_request_with_a_missing_resource_is_noticed(published, name):
    bundle = published(name)
    with pytest.raises(OpenReferenceError, match="Practitioner/…"):
        reached_from(bundle["entry"][0]["fullUrl"], resources_of(bundle))


@pytest.mark.parametrize(
    "name",
    [
        "hl7-davinci-pas-2.2.1/Bundle-ReferralAuthorizationBundleExample",
        "hl7-davinci-pas-2.2.1/Bundle-PASClaimInquiryBundleExample",
        "inferno-pas/conformant_pas_bundle_v110_uuid",
    ],
)
def test_published_requests_are_closed(published, name):
    bundle = published(name)
    resources = resources_of(bundle)
    assert set(reached_from(bundle["entry"][0]["fullUrl"], resources)) <= set(resources)


# --- published notifications


def read_published(published, name: str, sent: str) -> list[Any]:
    return read_notification(published(name), {"ours": published(sent)}, ())


def test_the_published_notification_brings_a_whole_answer(published):
    notification = "hl7-davinci-pas-2.2.1/Bundle-PASSubscriptionNotification"
    [told] = read_published(published, notification, "hl7-davinci-pas-2.2.1/Bundle-ReferralAuthorizationBundleExample")
    assert told.what == "decided"
    assert isinstance(told.decision, Decision)
    assert told.decision.lines[0].number == "AUTH0001"


def test_a_published_notification_about_another_request_changes_nothing(published):
    [told] = read_published(published, "inferno-pas/PAS_notification_example_full_resource", PUBLISHED_REQUEST)
    assert (told.what, told.decision) == ("not ours", None)


def test_a_published_notification_without_content_says_to_look(published):
    [told] = read_published(published, "inferno-pas/PAS_notification_example_id_only", PUBLISHED_REQUEST)
    assert told.what == "look"


PUBLISHED_REQUEST = "hl7-davinci-pas-2.2.1/Bundle-SurgicalRequestBundleExample"

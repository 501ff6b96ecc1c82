"""Coverage-information: every rule of the guide from both sides, and what each standing of a request becomes."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest

from lenitive.chart import Chart
from lenitive.chart.authorization import Authorization
from lenitive.interop.case_file import read_case_file
from lenitive.interop.davinci.coverage_information import (
    URL,
    BillingCode,
    CoverageInformation,
    Reason,
    annotated,
    is_about,
    says_the_same,
)
from lenitive.interop.davinci.order_coverage import AboutOrder, PayerRules, coverage_information
from lenitive.reasoning.authorizations import Followed, authorizations
from lenitive.reasoning.book import book
from lenitive.reasoning.consider import consider
from tests.conftest import ROOT

DAY = date(2026, 5, 4)
WHY = (Reason(text="because"),)


def info(**said: Any) -> CoverageInformation:
    return CoverageInformation(
        **{"coverage": "Coverage/c", "covered": "covered", "pa_needed": "no-auth", "on": DAY, "assertion_id": "a"}
        | said
    )


@pytest.mark.parametrize(
    ("said", "broken"),
    [
        ({}, False),
        ({"questionnaires": ("https://q.example",)}, True),
        ({"questionnaires": ("https://q.example",), "doc_needed": ("clinical",)}, False),
        ({"covered": "not-covered"}, True),
        ({"covered": "not-covered", "pa_needed": None}, False),
        ({"pa_needed": None}, True),
        ({"covered": "conditional"}, True),
        ({"covered": "conditional", "info_needed": ("location",)}, False),
        ({"info_needed": ("location",)}, True),
        ({"pa_needed": "conditional", "info_needed": ("location",)}, False),
        ({"doc_needed": ("conditional",)}, True),
        ({"doc_needed": ("conditional",), "info_needed": ("location",)}, False),
        ({"doc_purpose": ("withpa",), "reasons": WHY}, True),
        ({"doc_purpose": ("withclaim",), "reasons": WHY}, False),
        ({"doc_purpose": ("withpa",), "reasons": WHY, "pa_needed": "auth-needed"}, False),
        ({"doc_purpose": ("withclaim",)}, True),
        ({"pa_needed": "satisfied"}, True),
        ({"pa_needed": "satisfied", "satisfied_pa_id": "A1"}, False),
        ({"satisfied_pa_id": "A1"}, True),
        ({"covered": "conditional", "info_needed": ("OTH",)}, True),
        ({"covered": "conditional", "info_needed": ("OTH",), "reasons": WHY}, False),
        ({"reasons": (Reason(),)}, True),
        ({"reasons": (Reason(code="gold-card"),)}, False),
        ({"covered": "indeterminate"}, True),
        ({"covered": "indeterminate", "reasons": WHY}, False),
        ({"pa_needed": "indeterminate"}, True),
        ({"pa_needed": "indeterminate", "reasons": WHY}, False),
    ],
)
def test_the_rules_of_the_guide(said, broken):
    answer = info(**said)
    assert bool(answer.broken_rules("2.2")) is broken
    if broken:
        with pytest.raises(ValueError, match="breaks the guide"):
            answer.as_extension("2.2")
    else:
        assert answer.as_extension("2.2")["url"] == URL


@pytest.mark.parametrize(
    "said",
    [
        {"covered": "indeterminate", "reasons": WHY},
        {"pa_needed": "indeterminate", "reasons": WHY},
        {"covered": "conditional", "info_needed": ("detail-code",)},
        {"doc_needed": ("patient",)},
        {"doc_needed": ("clinical", "admin")},
    ],
)
def test_what_version_2_0_has_no_word_for(said):
    assert not info(**said).broken_rules("2.2")
    assert info(**said).broken_rules("2.0")


def test_an_expiry_is_a_word_of_2_2_only():
    said = info(expiry=DAY)
    urls = {version: [part["url"] for part in said.as_extension(version)["extension"]] for version in ("2.0", "2.2")}
    assert "expiry-date" in urls["2.2"]
    assert "expiry-date" not in urls["2.0"]


def test_the_same_answer_on_another_day_is_the_same():
    one, other = info().as_extension("2.2"), info(on=DAY + timedelta(days=1), assertion_id="b").as_extension("2.2")
    assert one != other
    assert says_the_same(one, other)
    assert not says_the_same(one, info(covered="not-covered", pa_needed=None).as_extension("2.2"))


@pytest.mark.parametrize("written", ["Coverage/c", "https://ehr.example/fhir/Coverage/c"])
def test_an_answer_is_known_by_its_coverage_however_that_is_written(written):
    assert is_about(info().as_extension("2.2"), written)
    assert not is_about(info().as_extension("2.2"), "Coverage/other")


def test_an_answer_about_another_coverage_stays():
    other = info(coverage="Coverage/other").as_extension("2.2")
    order = msgspec.json.encode({"resourceType": "ServiceRequest", "extension": [other]})
    written = annotated(order, info().as_extension("2.2"), "Coverage/c")
    assert written is not None
    assert len(msgspec.json.decode(written)["extension"]) == 2
    assert annotated(bytes(written), info().as_extension("2.2"), "Coverage/c") is None


# --- from a request


CASE = read_case_file(ROOT / "examples" / "facet_open.toml")


def option(status: str | None = None, **asked: Any) -> Any:
    """The request of the example, its determination as it is or with another status."""
    found = consider(CASE.chart, DAY, [msgspec.structs.replace(CASE.request, **asked)]).options[0]
    if status is None:
        return found
    determination = found.coverage.determination
    first, *rest = determination.criteria
    is_violated = status == "not met"
    changed = msgspec.structs.replace(
        determination,
        status=status,
        criteria=[msgspec.structs.replace(first, satisfied=False) if is_violated else first, *rest],
        violated=[first.criterion] if is_violated else [],
        open=[],
    )
    return msgspec.structs.replace(found, coverage=msgspec.structs.replace(found.coverage, determination=changed))


def followed(**said: Any) -> tuple[Followed, ...]:
    """What the record knows of a request to the payer."""
    step = {
        "id": "a-1",
        "patient": CASE.chart.patient_id,
        "recorded_at": datetime(2026, 5, 1, tzinfo=UTC),
        "true_on": date(2026, 5, 1),
        "request": "ablation-left",
        "status": "approved",
        "kind": CASE.request.kind,
        "side": "left",
        "levels": ("L4-5", "L5-S1"),
        "number": "A1",
        "valid_from": date(2026, 5, 1),
        "valid_until": date(2026, 8, 29),
    }
    fact = Authorization(**{name: value for name, value in (step | said).items() if value is not None})
    return tuple(authorizations(Chart.of([*CASE.chart.facts, fact]), DAY))


def said_about(
    found: Any, version: Any = "2.2", granted: tuple[Followed, ...] = (), number: str = "64635", **more: Any
) -> CoverageInformation:
    billed = (BillingCode(system="s", code=number),)
    about = AboutOrder("call", "ServiceRequest/1", "Coverage/c", billed, DAY, followed=granted)
    rules = PayerRules(questionnaire=lambda policy: f"https://q.example/{policy}")
    return coverage_information([found], book(), about, rules, version, **more)


def test_a_record_that_meets_the_policy_is_covered_as_the_policy_says():
    said = said_about(option("met"))
    assert (said.covered, said.pa_needed) == ("covered", "auth-needed")
    assert "L38773" in str(said.reasons[0].text)
    assert "payer decides" in str(said.reasons[0].text)


def test_a_record_that_does_not_meet_it_is_not_covered_and_says_what():
    said = said_about(option("not met"))
    assert (said.covered, said.pa_needed, said.doc_needed) == ("not-covered", None, ())
    assert "Not as L38773 wants it" in str(said.reasons[0].text)


def test_a_silent_record_is_conditional_on_the_questions():
    said = said_about(option())
    assert (said.covered, said.doc_needed, said.info_needed) == ("conditional", ("clinical",), ("OTH",))
    questions = [ask.question for one in option().coverage.determination.criteria for ask in one.missing]
    assert questions[0] in str(said.reasons[0].text)


@pytest.mark.parametrize("status", ["met", "not met", "undocumented", None])
@pytest.mark.parametrize("version", ["2.0", "2.2"])
@pytest.mark.parametrize("site", ["hospital_outpatient", "office", None])
@pytest.mark.parametrize("granted", [True, False])
@pytest.mark.parametrize("documents", [True, False])
def test_no_answer_ever_breaks_a_rule(status, version, site, granted, documents):
    known = followed() if granted else ()
    said = said_about(option(status, site_of_service=site), version, known, asks_for_documents=documents)
    assert said.broken_rules(version) == []
    assert documents or not said.doc_needed
    if granted and said.covered != "not-covered":
        assert (said.pa_needed, said.satisfied_pa_id, said.expiry) == ("satisfied", "A1", date(2026, 8, 29))


# --- prior authorization


def test_a_programme_that_applies_wants_a_decision_first():
    said = said_about(option("met"))
    assert said.pa_needed == "auth-needed"
    assert "prior authorization" in str(said.reasons[-1].text)


def test_documents_go_with_the_request_for_the_decision():
    assert said_about(option()).doc_purpose == ("withpa",)


def test_a_programme_that_may_apply_depends_on_the_place():
    said = said_about(option("met", site_of_service=None))
    assert (said.pa_needed, said.info_needed) == ("conditional", ("location",))


def test_where_no_programme_is_known_to_apply_nothing_is_claimed():
    """That no programme is known is not that none exists."""
    assert said_about(option("met", site_of_service="office")).pa_needed == "indeterminate"
    assert said_about(option("met"), number="64999").pa_needed == "indeterminate"


@pytest.mark.parametrize(
    ("said", "holds"),
    [
        ({}, True),
        ({"side": "both"}, True),
        ({"side": None, "levels": None}, True),
        ({"side": "right"}, False),
        ({"levels": ("L4-5",)}, False),
        ({"levels": ("L3-4", "L4-5", "L5-S1")}, True),
        ({"kind": "medial_branch_block_lumbar"}, False),
        ({"number": None}, False),
        ({"status": "denied"}, False),
        ({"status": "sent"}, False),
        ({"status": "partly_approved"}, False),
        ({"status": "overturned"}, True),
        ({"valid_until": date(2026, 5, 18)}, True),
        ({"valid_until": date(2026, 5, 17)}, False),
        ({"valid_from": date(2026, 5, 18)}, True),
        ({"valid_from": date(2026, 5, 19)}, False),
        ({"sessions_granted": 0}, False),
    ],
    ids=str,
)
def test_a_decision_counts_only_for_what_it_was_given_for(said, holds):
    """The order is for the left side at L4-5 and L5-S1, planned for 18 May."""
    answer = said_about(option("met"), granted=followed(**said))
    assert (answer.pa_needed == "satisfied") is holds
    assert (answer.satisfied_pa_id == "A1") is holds


def test_a_questionnaire_is_named_only_where_something_is_to_be_documented():
    assert said_about(option()).questionnaires
    assert not said_about(option("met")).questionnaires


def test_each_call_order_and_coverage_has_its_own_number():
    numbers = {
        AboutOrder(call, order, coverage, (), DAY).assertion_id
        for call in ("one", "two")
        for order in ("ServiceRequest/1", "ServiceRequest/2")
        for coverage in ("Coverage/a", "Coverage/b")
    }
    assert len(numbers) == 8

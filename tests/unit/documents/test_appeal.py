"""The draft of an appeal: what it says, what it does not claim, and that it becomes pages."""

import msgspec
import pytest

from lenitive.documents.appeal import CLOSING, OPENING, appeal, denied_request, keyed
from lenitive.documents.authorization import authorization
from lenitive.documents.readiness import readiness
from lenitive.documents.typesetting import images, pdf
from lenitive.errors import UsageError
from lenitive.interop.case_file import parse_case_file

CASE = """
as_of = 2026-06-01
complete = ["procedure:facet", "condition", "procedure:spine_surgery"]
[patient]
id = "sorrel-7"
name = "Sorrel Ashdown"
[[coverage]]
payer = "Medicare"
programme = "medicare"
state = "OH"
site_of_service = "hospital_outpatient"
true_on = 2026-01-01
[[complaint]]
region = "low_back_paramidline"
dominant = true
true_on = 2025-01-01
[[measure]]
instrument = "nrs"
score = 7
true_on = 2026-04-01
[[treatment]]
kind = "physical_therapy"
response = "{response}"
[[authorization]]
request = "block-left"
status = "sent"
kind = "medial_branch_block_lumbar"
true_on = 2026-05-10
[[authorization]]
request = "block-left"
status = "{status}"
number = "T-4711"
reason = "No baseline pain score"
true_on = 2026-05-14
[request]
kind = "medial_branch_block_lumbar"
side = "left"
levels = ["L4-5", "L5-S1"]
guidance = "fluoroscopy"
"""


def case_of(status="denied", response="failed"):
    return parse_case_file(CASE.replace("{status}", status).replace("{response}", response))


def drafted(status="denied", response="failed", **more):
    case = case_of(status, response)
    request = authorization(case.chart, case.as_of, case.request)
    return appeal(request, denied_request(case.chart, case.as_of, case.request.kind), case.chart, **more)


def test_what_the_record_shows_stands_beside_its_facts_and_the_section():
    point = next(one for one in drafted().shown if one.label == "Pain scored at baseline on a named scale")
    assert point.section == "L38773, Coverage Indications, A, footnote; Limitations note"
    assert point.seen == ["NRS 7 (2026-04-01)"]
    assert point.evidence


def test_the_denial_is_told_with_number_day_and_reason():
    found = drafted()
    told = {cell.name: cell.value for cell in found.cover}
    assert (told["Number of the decision"], told["Decided on"]) == ("T-4711", "2026-05-14")
    assert found.reason == "No baseline pain score"


def test_what_is_open_is_not_claimed():
    case = case_of()
    stands = readiness(authorization(case.chart, case.as_of, case.request), case.chart)
    assert "No biologic, prolotherapy or implant" in [one.label for one in stands.open]
    assert not {one.label for one in drafted().shown} & {one.label for one in stands.open}
    assert "biologic" not in str(drafted())


def test_while_the_record_answers_against_the_policy_it_says_what_comes_first():
    with pytest.raises(UsageError, match="will not help before the record changes") as refused:
        drafted(response="good")
    assert "Conservative care failed, as far as tolerated" in str(refused.value)


def test_every_number_of_a_fact_leads_to_its_row():
    found = drafted()
    assert {number for point in found.shown for number in point.evidence} == {row.number for row in found.evidence}


def test_no_grade_and_nothing_unknown_is_on_the_pages():
    told = str(drafted())
    assert not [word for word in ("secondary", "recalled", "lenitive-judgement", "not in the record") if word in told]


def test_every_paragraph_can_be_written_anew_and_keeps_its_section_and_its_facts():
    proposed = drafted()
    before = next(one for one in proposed.shown if one.label == "Pain scored at baseline on a named scale")
    own = {
        OPENING: "Look again.",
        before.key: "She scored 7 of 10.\n\nIt was before the block.",
        CLOSING: "Call us.\n",
    }
    found = drafted(written=own)
    after = next(one for one in found.shown if one.label == before.label)
    assert (found.opening, found.closing) == (["Look again."], ["Call us."])
    assert after.seen == ["She scored 7 of 10.", "It was before the block."]
    assert (after.section, after.evidence) == (before.section, before.evidence)
    assert [one for one in found.shown if one.label != before.label] == [
        one for one in proposed.shown if one.label != before.label
    ]
    assert pdf(found).is_accessible


def test_what_is_emptied_is_left_out_with_its_facts():
    proposed = drafted()
    gone = next(one for one in proposed.shown if one.label == "Pain scored at baseline on a named scale")
    found = drafted(written={gone.key: "  \n"})
    assert gone.label not in [one.label for one in found.shown]
    assert {row.number for row in found.evidence} == {number for one in found.shown for number in one.evidence}


def test_words_on_a_criterion_that_does_not_stand_are_not_printed():
    case = case_of("denied", "failed")
    asked = authorization(case.chart, case.as_of, case.request).criteria
    [key] = [key for key, one in keyed(asked) if one.label == "Never general anaesthesia"]
    assert key not in {one.key for one in drafted().shown}
    assert "certainly awake" not in str(drafted(written={key: "She is certainly awake."}))


def test_a_paragraph_is_kept_by_its_criterion_so_that_it_stays_when_our_words_for_it_change():
    case = case_of("denied", "failed")
    request = authorization(case.chart, case.as_of, case.request)
    refused, own = denied_request(case.chart, case.as_of, case.request.kind), {}
    before = appeal(request, refused, case.chart).shown
    assert len({one.key for one in before}) == len(before)
    assert {one.key for one in before} <= {key for key, _one in keyed(request.criteria)}
    own[before[0].key] = "In our own words."
    renamed = msgspec.structs.replace(
        request, criteria=[msgspec.structs.replace(one, label=f"{one.label}, said anew") for one in request.criteria]
    )
    found = appeal(renamed, refused, case.chart, written=own).shown
    assert [one.seen for one in found if one.key in own] == [["In our own words."]]
    assert found[0].label.endswith("said anew")


@pytest.mark.parametrize("status", ["sent", "approved", "withdrawn"])
def test_without_a_refusal_there_is_nothing_to_appeal(status):
    with pytest.raises(UsageError, match="there is nothing to appeal"):
        drafted(status)


def test_without_a_policy_there_is_nothing_to_appeal_by():
    case = parse_case_file(CASE.replace("{status}", "denied").replace('"OH"', '"ZZ"').replace("{response}", "failed"))
    request = authorization(case.chart, case.as_of, case.request)
    refused = denied_request(case.chart, case.as_of, case.request.kind)
    with pytest.raises(UsageError, match="no policy to appeal by"):
        appeal(request, refused, case.chart)


def test_it_becomes_accessible_pages():
    found = drafted()
    pages = pdf(found)
    assert pages.is_accessible
    assert pages.body.startswith(b"%PDF")
    assert 2 <= len(images(found, 20)) <= 4

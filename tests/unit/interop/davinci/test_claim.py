"""A request to a payer: what stands in it, what is refused before it is written, what an update marks."""

import base64
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from lenitive.chart import Chart
from lenitive.errors import UsageError
from lenitive.interop.davinci.claim_parties import Beneficiary, ServiceLine
from lenitive.interop.davinci.claim_references import OpenReferenceError, entries, full_url_of
from lenitive.interop.davinci.claim_update import as_cancellation, as_update
from lenitive.interop.davinci.pas_codes import PAS
from tests.unit.interop.davinci.inventing import (
    AT,
    CLINIC,
    CLINICIAN,
    LINES,
    PACKET,
    REPORTS,
    SPOUSE,
    asked,
    standing,
    submission,
    written,
)

Json = dict[str, Any]


@pytest.fixture(scope="module")
def facet():
    return asked()


def claim_of(bundle: Json) -> Json:
    return bundle["entry"][0]["resource"]


def kinds(bundle: Json) -> list[str]:
    return [entry["resource"]["resourceType"] for entry in bundle["entry"]]


def descriptions(claim: Json) -> list[str]:
    """What each piece of supporting information says that it shows."""
    return [
        part["valueString"]
        for info in claim["supportingInfo"]
        for one in info.get("extension", ())
        for part in one["extension"]
        if part["url"] == "description"
    ]


# --- what stands in it


def test_each_piece_of_evidence_names_the_criteria_that_rest_on_it(facet):
    claim = claim_of(written(facet, submission()).bundle)
    said = descriptions(claim)
    assert "Shows: Pain for at least three months" in " ".join(said)
    determination = facet.standing.determination
    shown = [result for result in determination.criteria if result.satisfied and result.facts]
    for result in shown:
        cited = [fact for fact in result.facts if fact.table not in ("attestation", "patient", "coverage")]
        assert not cited or any(result.label in text for text in said), result.label


def test_only_what_a_criterion_cites_is_sent(facet):
    bundle = written(facet, submission()).bundle
    text = msgspec.json.encode(bundle).decode()
    assert "lisinopril" not in text
    assert "saddle_anaesthesia" not in text
    assert "physical_therapy" in text


def test_what_pas_has_no_place_for_is_told(facet):
    left_out = written(facet, submission()).left_out
    cited = {fact.id for one in facet.standing.determination.criteria for fact in one.facts}
    assert left_out
    assert set(left_out) <= cited


def test_the_policy_is_named_with_the_status(facet):
    claim = claim_of(written(facet, submission()).bundle)
    messages = [info["valueString"] for info in claim["supportingInfo"] if "valueString" in info]
    assert messages == ["The record was compared with L38773 CGS: undocumented."]


def test_lines_carry_numbers_traces_and_links(facet):
    first, second = claim_of(written(facet, submission()).bundle)["item"]
    assert [line["productOrService"]["coding"][0]["code"] for line in (first, second)] == ["64635", "64636"]
    assert (first["sequence"], second["sequence"]) == (1, 2)
    assert first["diagnosisSequence"] == [1]
    assert first["servicedDate"] == "2026-05-18"
    assert first["locationCodeableConcept"]["coding"][0]["code"] == "22"


def test_a_document_goes_along_byte_for_byte(facet):
    bundle = written(facet, submission(documents=(PACKET,))).bundle
    [document] = [one["resource"] for one in bundle["entry"] if one["resource"]["resourceType"] == "DocumentReference"]
    assert base64.b64decode(document["content"][0]["attachment"]["data"]) == PACKET.data
    assert document["type"]["coding"][0]["code"] == "UNK"


def test_each_attached_document_is_a_file_of_its_own_that_says_what_it_shows(facet):
    bundle = written(facet, submission(documents=(PACKET, *REPORTS))).bundle
    held = {one["resource"]["id"]: one["resource"] for one in bundle["entry"]}
    pointed = [
        one for one in claim_of(bundle)["supportingInfo"] if "DocumentReference" in str(one.get("valueReference"))
    ]
    assert len(pointed) == 3
    for one, attached in zip(pointed, (PACKET, *REPORTS), strict=True):
        document = held[one["valueReference"]["reference"].rpartition("/")[2]]
        assert base64.b64decode(document["content"][0]["attachment"]["data"]) == attached.data
        told = one["extension"][0]["extension"][1]["valueString"]
        assert told == (f"Shows: {attached.shows}. {attached.title}" if attached.shows else attached.title)
        assert document["category"][0].get("text") == attached.about
        assert document.get("context") == (
            {"period": {"start": str(attached.on), "end": str(attached.on)}} if attached.on else None
        )
    numbers = {one["sequence"] for one in pointed}
    assert all(numbers <= set(line["informationSequence"]) for line in claim_of(bundle)["item"])


def test_an_expedited_request_says_so_twice(facet):
    claim = claim_of(written(facet, submission(expedited=True)).bundle)
    assert claim["priority"]["coding"][0]["code"] == "stat"
    assert claim["extension"][0]["valueCodeableConcept"]["coding"][0]["code"] == "U"


def test_a_birth_day_that_is_known_roughly_is_not_sent():
    about = asked("sacroiliac")
    sent = submission(diagnoses=("M53.3",), lines=(ServiceLine(key="k", code="27096", units=1),))
    facts = (*about.chart.facts, _diagnosis(about.chart.patient_id))
    bundle = written(standing(Chart(about.chart.patient_id, facts), about.as_of, about.request), sent).bundle
    [patient] = [one["resource"] for one in bundle["entry"] if one["resource"]["resourceType"] == "Patient"]
    assert "birthDate" not in patient


def _diagnosis(patient: str) -> Any:
    from lenitive.chart.condition import Condition

    return Condition(id="dx", patient=patient, recorded_at=datetime(2026, 9, 1, tzinfo=UTC), icd10="M53.3")


def test_a_patient_insured_through_somebody_else_points_to_that_person(facet):
    told = Beneficiary(family="Example", is_subscriber=False, subscriber=SPOUSE)
    bundle = written(facet, submission(beneficiary=told)).bundle
    [insurance] = [one["resource"] for one in bundle["entry"] if one["resource"]["resourceType"] == "Coverage"]
    assert insurance["relationship"]["coding"] == [
        {"system": "http://terminology.hl7.org/CodeSystem/subscriber-relationship", "code": "spouse"}
    ]
    assert (insurance["subscriberId"], insurance["identifier"][0]["value"]) == ("M-000-9", "M-000-1")
    assert kinds(bundle).count("Patient") == 2


# --- what is refused


def without(about, table: str) -> Any:
    kept = tuple(fact for fact in about.chart.facts if type(fact).__name__ != table)
    return standing(Chart(about.chart.patient_id, kept), about.as_of, about.request)


@pytest.mark.parametrize(
    ("table", "words"), [("Coverage", "member number"), ("Patient", "sex"), ("Condition", "no diagnosis")]
)
def test_what_the_chart_does_not_say_is_not_made_up(facet, table, words):
    with pytest.raises(UsageError, match=words):
        written(without(facet, table), submission())


def test_a_site_that_nobody_named_is_asked_for():
    nowhere = asked(site_of_service=None)
    with pytest.raises(UsageError, match="where it will be done"):
        written(nowhere, submission())
    assert written(nowhere, submission(place_of_service="11")).bundle


UNFIT: dict[str, tuple[dict[str, Any], str]] = {
    "number": ({"number": "pa 1"}, "number of a submission"),
    "moment": ({"at": datetime(2026, 5, 4)}, "time zone"),
    "two lines of one key": ({"lines": (LINES[0], LINES[0])}, "same key"),
    "a subscriber whom nobody named": (
        {"beneficiary": Beneficiary(family="Example", is_subscriber=False)},
        "insured through somebody else",
    ),
    "a subscriber too many": (
        {"beneficiary": Beneficiary(family="Example", is_subscriber=True, subscriber=SPOUSE)},
        "insured through somebody else",
    ),
}


@pytest.mark.parametrize("name", UNFIT)
def test_a_submission_that_makes_no_sense_cannot_be_built(name):
    said, words = UNFIT[name]
    with pytest.raises(UsageError, match=words):
        submission(**said)


BADLY_PUT: dict[str, dict[str, Any]] = {
    "lines": {"lines": ()},
    "diagnoses": {"diagnoses": ()},
    "clinic.npi": {"clinic": msgspec.structs.replace(CLINIC, npi="123")},
    "clinician.npi": {"clinician": msgspec.structs.replace(CLINICIAN, npi="12345678901")},
    "lines[0].units": {"lines": (ServiceLine(key="k", code="64635", units=0),)},
    "lines[0].code": {"lines": (ServiceLine(key="k", code="6463", units=1),)},
}


@pytest.mark.parametrize("place", BADLY_PUT)
def test_a_part_that_is_badly_put_is_named(facet, place):
    with pytest.raises(UsageError) as problem:
        written(facet, submission(**BADLY_PUT[place]))
    assert f"$.{place}" in str(problem.value)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"status": "in-progress"}, "completed"),
        ({"status": "completed", "subject": {"reference": "Patient/other"}}, "another patient"),
    ],
    ids=["draft", "stranger"],
)
def test_answers_that_are_not_finished_or_not_the_patients_stay_here(facet, answer, words):
    with pytest.raises(UsageError, match=words):
        written(facet, submission(answers=(answer,)))


def test_answers_say_where_they_came_from_all_or_none():
    with pytest.raises(UsageError, match="of each of the answers"):
        submission(answers=({}, {}), answers_from=("another system",))


# --- references


def test_an_open_reference_is_an_error_that_names_no_id():
    resources = {
        "https://x.example/Claim/1": {"resourceType": "Claim", "patient": {"reference": "Patient/rosa-example"}},
    }
    with pytest.raises(OpenReferenceError) as problem:
        entries("https://x.example/Claim/1", resources)
    assert "Patient/…" in str(problem.value)
    assert "rosa" not in str(problem.value)


@pytest.mark.parametrize(
    ("reference", "url"),
    [
        ("Patient/1", "https://x.example/fhir/Patient/1"),
        ("https://y.example/Patient/1", "https://y.example/Patient/1"),
        ("urn:uuid:8d9f", "urn:uuid:8d9f"),
    ],
)
def test_references_are_read_beside_their_holder(reference, url):
    assert full_url_of(reference, "https://x.example/fhir/Claim/2") == url


def test_each_resource_stands_once(facet):
    urls = [entry["fullUrl"] for entry in written(facet, submission()).bundle["entry"]]
    assert len(urls) == len(set(urls))


# --- changed and taken back


def mark(item: Json) -> str | None:
    marks = [one["valueCode"] for one in item["extension"] if one["url"] == f"{PAS}extension-infoChanged"]
    return marks[0] if marks else None


def test_an_update_marks_what_is_new_changed_and_taken_back(facet):
    earlier = written(facet, submission()).bundle
    third = ServiceLine(key="third", code="64636", units=1)
    more = ServiceLine(key="pa-1-first", code="64635", units=2)
    update = as_update(written(facet, submission(number="pa-2", lines=(more, third))).bundle, earlier)
    items = claim_of(update)["item"]
    assert [mark(item) for item in items] == ["changed", "added", None]
    assert [bool(item.get("modifierExtension")) for item in items] == [False, False, True]
    assert [item["sequence"] for item in items] == [1, 2, 3]
    assert claim_of(update)["related"][0]["claim"] == {"reference": "Claim/pa-1"}
    numbers = [{one["identifier"]["value"], claim_of(one)["identifier"][0]["value"]} for one in (earlier, update)]
    assert numbers == [{"pa-1"}, {"pa-2"}]


def test_a_line_that_stays_as_it_was_is_not_marked(facet):
    earlier = written(facet, submission()).bundle
    update = as_update(written(facet, submission(number="pa-2")).bundle, earlier)
    assert [mark(item) for item in claim_of(update)["item"]] == [None, None]


def test_a_document_that_comes_later_is_marked_as_added(facet):
    earlier = written(facet, submission()).bundle
    update = as_update(written(facet, submission(number="pa-2", documents=(PACKET,))).bundle, earlier)
    marked = [
        info["valueReference"]["reference"].partition("/")[0]
        for info in claim_of(update)["supportingInfo"]
        if any(one["url"].endswith("infoChanged") for one in info.get("extension", ()))
    ]
    assert marked == ["DocumentReference"]


def test_a_line_that_was_taken_back_stays_away_in_the_next_update(facet):
    first = written(facet, submission()).bundle
    second = as_update(written(facet, submission(number="pa-2", lines=LINES[:1])).bundle, first)
    third = as_update(written(facet, submission(number="pa-3", lines=LINES[:1])).bundle, second)
    assert len(claim_of(second)["item"]) == 2
    assert len(claim_of(third)["item"]) == 1


def test_an_update_under_the_same_number_is_refused(facet):
    earlier = written(facet, submission()).bundle
    with pytest.raises(UsageError, match="number of its own"):
        as_update(earlier, earlier)


def test_a_cancellation_leaves_the_earlier_bundle_as_it_was(facet):
    earlier = written(facet, submission()).bundle
    before = msgspec.json.encode(earlier)
    cancelled = as_cancellation(earlier, "pa-9", AT)
    assert msgspec.json.encode(earlier) == before
    assert cancelled["identifier"]["value"] == "pa-9"
    assert kinds(cancelled)[:1] == ["Claim"]
    assert kinds(cancelled).count("Claim") == 2

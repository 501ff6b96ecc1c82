"""What a patient tells becomes facts of the chart, and the assessment sees them."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from lenitive_web.body_map.models import Drawing
from lenitive_web.ledger.models import Entry, Patient
from lenitive_web.ledger.selectors import assessment_of, chart_of
from lenitive_web.people.roles import Role
from lenitive_web.portal.models import Draft
from tests.web.conftest import As
from tests.web.portal.conftest import BUTTOCK, KNEE, LOW_BACK, STORY, Tell


def bodies(patient: Patient, table: str) -> list[dict]:
    return [entry.body for entry in Entry.objects.filter(patient=patient, table=table)]


def test_the_worst_pain_goes_where_it_spreads_and_another_pain_stands_alone(tell: Tell, person: Patient) -> None:
    tell()
    worst, knee = bodies(person, "complaint")
    assert (worst["region"], worst["side"], worst["radiates_to"]) == ("low_back_paramidline", "left", ["buttock"])
    assert (worst["true_on"], worst["true_by"], worst["dominant"]) == ("2025-02-01", "2025-02-28", True)
    assert worst["aggravated_by"] == ["extension", "standing"]
    assert worst["quality"] == ["aching", "burning"]
    assert (knee["region"], knee["side"], knee["dominant"]) == ("knee_front", "right", False)
    assert {entry.source for entry in Entry.objects.filter(patient=person)} == {"patient"}


def test_the_assessment_sees_what_the_patient_told(tell: Tell, person: Patient, today: date) -> None:
    tell()
    person.refresh_from_db()
    found = assessment_of(person, today)
    assert {answer.question for answer in found.differential} == {"axial_low_back", "knee_pain"}
    assert chart_of(person, today).is_complete(["medication"])


def test_courses_keep_their_length_and_what_was_not_remembered_stays_open(tell: Tell, person: Patient) -> None:
    tell()
    therapy, tablets = bodies(person, "treatment")
    assert (therapy["true_on"], therapy["until"], therapy["sessions"]) == ("2025-06-01", "2025-07-27", 12)
    assert (therapy["region"], therapy["response"]) == ("lumbar", "failed")
    assert tablets == {**tablets, "kind": "nsaid", "response": "partial"}
    assert not {"true_on", "until", "region"} & set(tablets)


def test_a_known_blood_thinner_is_known_as_one(tell: Tell, person: Patient) -> None:
    tell()
    [drug] = bodies(person, "medication")
    assert (drug["ingredient"], drug["drug_class"], drug["frequency"]) == (
        "apixaban",
        "anticoagulant",
        "5 mg twice a day",
    )


@pytest.mark.parametrize(
    ("medicines", "classes", "complete"),
    [
        ({"thinner": "yes", "first-0": "Eliquix", "complete": "on"}, [None, "anticoagulant"], False),
        ({"thinner": "yes", "first-0": "Eliquis", "complete": "on"}, ["anticoagulant"], True),
        ({"thinner": "yes", "first-0": "Rivaroxaban 20 mg tablets", "complete": "on"}, ["anticoagulant"], True),
        ({"thinner": "unsure", "complete": "on"}, [], False),
        ({"thinner": "no", "complete": "on"}, [], True),
        ({"thinner": "no"}, [], False),
    ],
)
def test_only_a_clear_answer_about_blood_thinners_completes_the_list(
    tell: Tell, person: Patient, medicines: dict, classes: list, complete: bool
) -> None:
    tell(medicines=medicines)
    assert [body.get("drug_class") for body in bodies(person, "medication")] == classes
    topics = {body["topic"] for body in bodies(person, "attestation")}
    assert ("medication" in topics) is complete


def test_the_drawing_is_kept_as_it_was_given_and_shown_to_the_clinician(
    tell: Tell, person: Patient, as_role: As
) -> None:
    tell()
    marks = {mark["region"]: mark for mark in Drawing.objects.get(patient=person).marks}
    assert marks["low_back_paramidline"]["intensity"] == 7
    assert marks["low_back_paramidline"]["depth"] == "deep"
    assert "quality" not in marks["buttock"] or marks["buttock"]["quality"] == []
    page = as_role(Role.PHYSICIAN).get(reverse("story", args=[person.public_id])).content.decode()
    assert 'class="zone strength-7"' in page
    assert "Drawn by the patient" in page


def test_a_step_that_was_left_is_where_it_goes_on(own: Client, person: Patient) -> None:
    address = reverse("my_story", args=["where"])
    assert own.post(address, STORY["where"], headers={"HX-Request": "true"}).status_code == 204
    assert own.get(reverse("my_story_check"))["Location"] == reverse("my_story", args=["feel"])
    page = own.get(reverse("my_story", args=["feel"])).content.decode()
    assert page.count("-intensity") > 30
    assert not Entry.objects.filter(patient=person).exists()


def test_what_is_missing_is_said_and_what_was_typed_is_kept(own: Client, person: Patient) -> None:
    own.post(reverse("my_story", args=["where"]), STORY["where"])
    half = {f"{LOW_BACK}-intensity": "7", "worst": LOW_BACK, f"{KNEE}-intensity": "1", f"{BUTTOCK}-intensity": "3"}
    answer = own.post(reverse("my_story", args=["feel"]), half)
    assert answer.status_code == 422
    assert "same pain or another one" in answer.content.decode()
    assert Draft.objects.get(patient=person).body["feel"][f"{LOW_BACK}-intensity"] == ["7"]


def test_a_second_story_takes_the_place_of_the_first(tell: Tell, person: Patient, today: date) -> None:
    tell()
    tell(since={**STORY["since"], "year": "2024", "month": "", "own_words": "It began earlier."})
    complaints = chart_of(person, today).table("complaint")
    assert [(row.region, str(row.true_on)) for row in complaints if row.dominant] == [
        ("low_back_paramidline", "2024-01-01")
    ]
    assert len(bodies(person, "complaint")) == 4
    assert len(chart_of(person, today).table("allergy")) == 1


@pytest.mark.parametrize(
    ("given", "said"),
    [({"year": "2190"}, "has come already"), ({"year": "25"}, "four digits"), ({"year": ""}, "required")],
)
def test_a_year_that_cannot_be_is_refused(own: Client, given: dict, said: str) -> None:
    own.post(reverse("my_story", args=["where"]), STORY["where"])
    answer = own.post(reverse("my_story", args=["since"]), {**STORY["since"], **given})
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_without_a_treatment_nobody_asks_how_long(own: Client) -> None:
    assert own.get(reverse("my_story", args=["courses"])).status_code == 404


def test_a_step_in_which_nothing_is_ticked_is_answered(tell: Tell, person: Patient) -> None:
    tell(tried={}, courses=None)
    assert not bodies(person, "treatment")
    assert "treatment" not in {body["topic"] for body in bodies(person, "attestation")}


def test_an_old_page_that_comes_back_by_the_browsers_button_begins_no_second_story(
    own: Client, tell: Tell, person: Patient
) -> None:
    own.post(reverse("my_story", args=["where"]), STORY["where"])
    begun = Draft.objects.get(patient=person).pk
    tell()
    answer = own.post(reverse("my_story", args=["where"]), {**STORY["where"], "begun": begun}, follow=True)
    assert "was sent already" in answer.content.decode()
    assert not Draft.objects.filter(patient=person).exists()


def test_what_is_looked_over_names_each_place_and_each_treatment_once(own: Client) -> None:
    for step, typed in STORY.items():
        own.post(reverse("my_story", args=[step]), typed)
    page = own.get(reverse("my_story_check"))
    told = {name: said for name, _page, said in page.context["steps"]}
    [course] = [dict(one.lines) for one in told["courses"] if one.about == "Physical therapy"]
    assert course == {
        "Year it began": "2025", "Month": "June", "For how many weeks": "8", "Visits in all": "12",
        "Did it help?": "It did not help",
    }  # fmt: skip
    assert told["medicines"][0].lines == [("Apixaban", "5 mg twice a day")]
    assert told["allergies"][0].lines == [("iodinated contrast", "hives")]
    body = page.content.decode().partition("<main")[2]
    assert body.count("Physical therapy") == 2, "once as what was tried, once over how long and how it ended"
    assert body.count("<h3>Low back, beside the midline, left</h3>") == 1

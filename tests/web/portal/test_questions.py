"""Questionnaires, page by page, and the answer that cannot wait."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from lenitive_web.ledger.models import Entry, Patient
from lenitive_web.ledger.selectors import assessment_of, chart_of
from lenitive_web.portal.models import Draft
from lenitive_web.portal.questions import left_at

URGENT = "suicidal_thoughts"


def answer(client: Client, instrument: str, number: int, value: object, **more: object):
    return client.post(reverse("my_questions", args=[instrument, number]), {str(number): value}, **more)


def raised(patient: Patient, today: date) -> bool:
    patient.refresh_from_db()
    return "Suicide risk" in {alert.title for alert in assessment_of(patient, today).alerts}


def test_peg_is_the_mean_of_its_three_answers(own: Client, person: Patient, today: date) -> None:
    for number, value in enumerate((6, 7, 8), start=1):
        assert answer(own, "peg", number, value).status_code == 302
    [measure] = chart_of(person, today).table("measure")
    assert (measure.instrument, measure.score, measure.true_on, measure.source) == ("peg", 7.0, today, "patient, peg")
    assert not Draft.objects.exists()


def test_a_questionnaire_that_was_left_keeps_its_answers(own: Client) -> None:
    answer(own, "peg", 1, 6)
    page = own.get(reverse("my_questions", args=["peg", 1])).content.decode()
    assert 'value="6" id="id_1_6" checked' in page
    assert "Begun" in own.get(reverse("mine")).content.decode()


def test_a_skipped_answer_is_asked_again_and_never_counts_as_nothing(own: Client, person: Patient) -> None:
    answer(own, "peg", 1, 6)
    assert answer(own, "peg", 3, 8)["Location"] == reverse("my_questions", args=["peg", 2])
    assert not Entry.objects.filter(patient=person).exists()


@pytest.mark.parametrize("by_tap", [True, False])
def test_thoughts_of_suicide_raise_the_flag_and_lead_to_help_at_once(
    own: Client, person: Patient, today: date, by_tap: bool
) -> None:
    headers = {"HX-Request": "true"} if by_tap else {}
    led = answer(own, "phq9", 9, 1, headers=headers)
    assert led[("HX-Redirect" if by_tap else "Location")] == reverse("my_help_now")
    assert raised(person, today)
    page = own.get(reverse("my_help_now")).content.decode()
    assert 'href="tel:988"' in page
    assert 'href="tel:911"' in page


def test_only_a_person_at_the_clinic_takes_the_flag_back(own: Client, person: Patient, today: date) -> None:
    answer(own, "phq9", 9, 2)
    for number in range(1, 10):
        answer(own, "phq9", number, 0)
    found = [row.present for row in chart_of(person, today).table("finding") if row.code == URGENT]
    assert found == [True]
    for number in range(1, 10):
        answer(own, "phq9", number, 0)
    assert raised(person, today)


def test_a_zero_shows_that_it_was_asked(own: Client, person: Patient, today: date) -> None:
    for number in range(1, 10):
        answer(own, "phq9", number, 0)
    [finding] = chart_of(person, today).table("finding")
    assert (finding.code, finding.present) == (URGENT, False)
    assert not raised(person, today)


def test_sentences_that_are_not_ticked_count_as_no(own: Client, person: Patient, today: date) -> None:
    own.post(reverse("my_questions", args=["rmdq", 1]), {"1": "1", "3": "1"})
    own.post(reverse("my_questions", args=["rmdq", 2]), {})
    assert own.post(reverse("my_questions", args=["rmdq", 3]), {"24": "1"}).status_code == 302
    [measure] = chart_of(person, today).table("measure")
    assert (measure.instrument, measure.score) == ("rmdq", 3.0)


@pytest.mark.parametrize(("instrument", "number"), [("odi", 1), ("peg", 4), ("peg", 0), ("nothing", 1)])
def test_what_may_not_be_shown_does_not_exist(own: Client, instrument: str, number: int) -> None:
    assert own.get(reverse("my_questions", args=[instrument, number])).status_code == 404


def test_an_answer_that_is_no_choice_is_refused(own: Client, person: Patient) -> None:
    assert answer(own, "peg", 1, 11).status_code == 422
    assert not Draft.objects.filter(patient=person).exists()


def test_what_is_kept_too_late_begins_nothing_anew(own: Client, person: Patient) -> None:
    answer(own, "peg", 1, 6)
    begun = Draft.objects.get(patient=person).pk
    for number in (2, 3):
        answer(own, "peg", number, 7)
    late = {"3": "7", "begun": str(begun)}
    own.post(reverse("my_questions", args=["peg", 3]), late, headers={"HX-Request": "true"})
    assert not Draft.objects.exists()


@pytest.mark.parametrize(
    ("instrument", "sent", "page"),
    [
        ("peg", {}, 1),
        ("peg", {1: {"1": "7"}, 2: {"2": "7"}}, 3),
        ("peg", {1: {"1": "7"}, 2: {"2": "7"}, 3: {"3": "7"}}, 1),
        ("rmdq", {1: {"1": "1"}, 2: {"9": "1"}}, 2),
    ],
)
def test_who_comes_back_goes_on_where_it_was_left(own: Client, person: Patient, instrument, sent, page) -> None:
    """Sentences to tick that were left half read come back; nothing kept begins at the first page."""
    for number, said in sent.items():
        own.post(reverse("my_questions", args=[instrument, number]), said, headers={"HX-Request": "true"})
    if len(sent) == 3:
        own.post(reverse("my_questions", args=[instrument, 3]), sent[3])
    assert left_at(person, instrument) == page

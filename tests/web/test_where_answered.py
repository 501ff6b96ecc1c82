"""Every open question leads to the place where its answer is written down, and that place is there for who is led."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from lenitive.chart import Request
from lenitive.reasoning.assessment import Ask, Assessment, Option
from lenitive_web.ledger.actions import make_request, record_facts
from lenitive_web.ledger.facts import NewFact
from lenitive_web.ledger.models import Entry, Patient
from lenitive_web.ledger.selectors import assessment_of
from lenitive_web.patients.where_answered import WhereAnswered
from lenitive_web.people.models import Practice
from lenitive_web.people.roles import Role, may
from tests.web.conftest import As, admitted, member

ABLATION = "radiofrequency_ablation_medial_branch_lumbar"
LEADS = re.compile(r'<span class="answer-it">(.*?)</span></a></span>', re.DOTALL)
ROW = re.compile(r'<input type="radio" name="([a-z0-9_]+)"')


def led_to(page: str) -> list[str]:
    """The addresses to which the questions of a page lead."""
    return [unescape(one) for lead in LEADS.findall(page) for one in re.findall(r'href="([^"]+)"', lead)]


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def first_rows(client: Client, address: str) -> list[str]:
    """The findings of the first section of an examination."""
    page = client.get(address)
    _name, rows, is_open = page.context["sections"][0]
    assert is_open
    return [row.manoeuvre.code for row in rows]


def physician(permission: str) -> bool:
    return may(Role.PHYSICIAN, permission)


def asks_of(option: Option) -> list[Ask]:
    parts = [option.gates, option.candidacy, option.contraindications, option.cautions]
    parts += [option.coverage.determination] if option.coverage.determination else []
    return [ask for part in parts for one in part.results(part.open) for ask in one.missing]


def every_question(told: Assessment) -> list[tuple[Ask, str]]:
    """All open questions of an assessment, those of an option with its procedure."""
    asks = [(ask, "") for ask in (*told.ask_first, *told.missing) if not ask.about_request]
    return asks + [(ask, option.procedure) for option in told.options for ask in asks_of(option)]


@pytest.mark.parametrize("number", range(0, 12, 3))
def test_every_open_question_has_a_place(practice: Practice, today: date, number: int) -> None:
    patient = admitted(practice, today, number)
    asked = every_question(assessment_of(patient, today))
    assert len(asked) > 20
    homeless = {
        ask.question
        for ask, procedure in asked
        if not WhereAnswered(patient.public_id, today, physician, procedure).places(ask.question, ask.recorded_in)
    }
    assert not homeless


@pytest.mark.parametrize("route", ["story", "diagnosis", "authorization"])
def test_each_question_on_a_page_leads_where_its_reader_may_write(as_role: As, patient: Patient, route: str) -> None:
    client = as_role(Role.PHYSICIAN)
    places = set(led_to(text_of(client, reverse(route, args=[patient.public_id]))))
    assert places
    for place in places:
        text_of(client, place)


def test_who_may_not_write_is_led_nowhere(as_role: As, patient: Patient) -> None:
    page = text_of(as_role(Role.AUTHORIZATION), reverse("authorization", args=[patient.public_id]))
    assert "missing" in page
    assert not [one for one in led_to(page) if "change=" not in one]


def test_what_holds_up_an_ablation_is_answered_where_the_option_asks_it(
    as_role: As, practice: Practice, today: date
) -> None:
    """The signs that settle it are not among the rows that tell most; they stand first for who is led there."""
    patient = admitted(practice, today)
    client = as_role(Role.PHYSICIAN)
    address = reverse("option", args=[patient.public_id, ABLATION])
    told = next(one for one in assessment_of(patient, today).options if one.procedure == ABLATION)
    asked = next(ask for ask in asks_of(told) if ask.question.startswith("Does pain run down a limb"))
    [place, *_more] = [
        one.address
        for one in WhereAnswered(patient.public_id, today, physician, ABLATION).places(
            asked.question, asked.recorded_in
        )
        if "examination" in one.address
    ]
    assert place in led_to(text_of(client, address))
    rows = first_rows(client, place)
    assert "neurogenic_claudication" in rows
    assert not [code for code in rows if "cervic" in code]
    said = {"on": str(today), "version": str(Patient.objects.get(pk=patient.pk).last_entry)}
    saved = client.post(place.partition("#")[0], said | dict.fromkeys(rows, "absent"))
    assert saved.status_code == 302
    patient.refresh_from_db()
    settled = next(one for one in assessment_of(patient, today).options if one.procedure == ABLATION)
    assert asked.question not in [ask.question for ask in asks_of(settled)]


def test_a_row_is_there_when_one_comes_for_it(as_role: As, practice: Practice, today: date) -> None:
    """Whatever else matters for the patient, also a finding of another part of the body."""
    patient = admitted(practice, today)
    address = f"{reverse('examination', args=[patient.public_id])}?for=spurling_a&for=nothing_known"
    assert first_rows(as_role(Role.NURSE), address) == ["spurling_a"]


def test_what_is_asked_for_stands_before_what_tells_most(as_role: As, practice: Practice, today: date) -> None:
    patient = admitted(practice, today, 1)
    address = reverse("examination", args=[patient.public_id])
    names = [str(name) for name, _rows, _open in as_role(Role.NURSE).get(address).context["sections"]]
    assert names[0] == "What is asked for or booked waits for this"
    assert "Tells most now" in names[1:3]


def test_what_only_the_order_can_say_is_said_in_the_request_that_stands(
    as_role: As, practice: Practice, today: date
) -> None:
    patient = admitted(practice, today, 1)
    make_request(
        patient=patient,
        request=Request(kind="medial_branch_block_lumbar", side="left", levels=("L4-5",), region="lumbar"),
        by=member(practice, Role.PHYSICIAN),
    )
    client = as_role(Role.PHYSICIAN)
    page = text_of(client, reverse("authorization", args=[patient.public_id]))
    [change, *_] = [one for one in led_to(page) if "change=medial_branch_block_lumbar" in one]
    form = client.get(change).context["form"]
    assert (form["kind"].value(), form["side"].value(), form["levels"].value()) == (
        "medial_branch_block_lumbar",
        "left",
        "L4-5",
    )


def test_a_wish_or_decision_is_asked_by_its_name(as_role: As, practice: Practice, today: date) -> None:
    patient = admitted(practice, today)
    client = as_role(Role.PHYSICIAN)
    story = text_of(client, reverse("story", args=[patient.public_id]))
    [place, *_] = [one for one in led_to(story) if "statement/new" in one]
    assert client.get(place).context["form"]["kind"].value() == place.partition("kind=")[2]


# --- dangers ---------------------------------------------------------------------------------------------------------


def hurting(practice: Practice, region: str) -> Patient:
    patient = Patient.objects.create(practice=practice, name="Sore")
    fact = NewFact("complaint", {"region": region, "dominant": True})
    record_facts(patient=patient, facts=[fact], by=member(practice, Role.PHYSICIAN), source="story", version=0)
    return patient


def cards(as_role: As, patient: Patient) -> set[str]:
    """The dangers that have a card of their own."""
    page = as_role(Role.NURSE).get(reverse("examination", args=[patient.public_id]))
    sections = {str(name): rows for name, rows, _open in page.context["sections"]}
    return {row.manoeuvre.code for row in sections.get("Dangers nobody has asked about", [])}


@pytest.mark.parametrize("region", ["shoulder_outer", "top_of_shoulder_suprascapular"])
def test_a_shoulder_is_not_asked_about_the_bladder_first(as_role: As, practice: Practice, region: str) -> None:
    found = cards(as_role, hurting(practice, region))
    assert not found & {"urinary_retention", "saddle_anaesthesia", "sexual_dysfunction_new", "bowel_incontinence"}
    assert "suicidal_thoughts" in found


def test_a_low_back_is(as_role: As, practice: Practice) -> None:
    assert "urinary_retention" in cards(as_role, hurting(practice, "low_back_midline"))


def test_one_line_names_all_dangers_and_writes_each_down_as_absent(
    as_role: As, practice: Practice, today: date
) -> None:
    patient = hurting(practice, "shoulder_outer")
    client, address = as_role(Role.NURSE), reverse("examination", args=[patient.public_id])
    page = client.get(address)
    named = list(page.context["form"].dangers)
    assert {"urinary_retention", "suicidal_thoughts"} <= {one.code for one in named}
    assert not [one.code for one in named if one.code.endswith(("_excluded", "_assessed"))]
    for one in named:
        assert one.finding.label in unescape(page.content.decode())
    said = {"on": str(today), "version": str(patient.last_entry), "no_dangers": "on"}
    assert client.post(address, said).status_code == 302
    written = {one.body["code"]: one.body["present"] for one in Entry.objects.filter(patient=patient, table="finding")}
    assert written == {one.code: False for one in named}
    assert not client.get(address).context["form"].dangers


@pytest.mark.parametrize("region", ["shoulder_outer", "low_back_midline"])
def test_one_line_settles_every_danger_that_words_can_settle(
    as_role: As, practice: Practice, today: date, region: str
) -> None:
    """Nothing is raised by it, and no red flag stays open but for what only a test or the birth date can tell."""
    patient = hurting(practice, region)
    born = NewFact("patient", {"birth_date": date(1990, 5, 1), "sex": "female"})
    record_facts(patient=patient, facts=[born], by=member(practice, Role.NURSE), source="desk")
    patient.refresh_from_db()
    said = {"on": str(today), "version": str(patient.last_entry), "no_dangers": "on"}
    assert as_role(Role.NURSE).post(reverse("examination", args=[patient.public_id]), said).status_code == 302
    patient.refresh_from_db()
    assert {flag.id: flag.status for flag in assessment_of(patient, today).red_flags} == dict.fromkeys(
        (flag.id for flag in assessment_of(patient, today).red_flags), "not met"
    )


def test_the_line_stands_with_the_dangers(as_role: As, practice: Practice) -> None:
    page = as_role(Role.NURSE).get(reverse("examination", args=[hurting(practice, "shoulder_outer").public_id]))
    told = page.content.decode()
    assert told.count("Dangers asked about: none of these") == 1
    assert told.index("Dangers nobody has asked about") < told.index("none of these") < told.index("Other manoeuvres")


def test_none_of_these_is_refused_beside_one_that_is_there(as_role: As, practice: Practice, today: date) -> None:
    patient = hurting(practice, "shoulder_outer")
    said = {"on": str(today), "version": str(patient.last_entry), "no_dangers": "on", "suicidal_thoughts": "present"}
    page = as_role(Role.NURSE).post(reverse("examination", args=[patient.public_id]), said)
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["no_dangers"])
    assert not Entry.objects.filter(patient=patient, table="finding").exists()


# --- manoeuvres of the region ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("region", ["shoulder_outer", "top_of_shoulder_suprascapular"])
def test_a_shoulder_is_examined(as_role: As, practice: Practice, region: str) -> None:
    page = as_role(Role.NURSE).get(reverse("examination", args=[hurting(practice, region).public_id]))
    offered = {row.manoeuvre.code for _name, rows, _open in page.context["sections"] for row in rows}
    assert offered >= {
        "painful_arc", "neer_sign", "hawkins_kennedy", "empty_can", "drop_arm", "external_rotation_lag",
    }  # fmt: skip

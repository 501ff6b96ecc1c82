"""The options in the order in which they are chosen from; a drug to hold is told once, silence asks its question."""

from __future__ import annotations

from datetime import date, timedelta
from html import unescape

import pytest
from django.urls import reverse

from lenitive.reasoning.candidacy import CARE
from lenitive_web.ledger.actions import record_facts
from lenitive_web.ledger.facts import NewFact
from lenitive_web.ledger.models import Patient
from lenitive_web.ledger.selectors import assessment_of, requests_of
from lenitive_web.look.words import days_by_locale, reason
from lenitive_web.people.models import Practice
from lenitive_web.people.roles import Role
from tests.web.conftest import As, admitted

FACET, SPARSE, IN_DANGER = 0, 7, 6


def page_of(as_role: As, patient: Patient, route: str = "options"):
    return as_role(Role.PHYSICIAN).get(reverse(route, args=[patient.public_id]))


def words(page) -> str:
    return " ".join(unescape(page.content.decode()).split())


@pytest.fixture
def stented(practice: Practice, today: date) -> Patient:
    """Two drugs keep a stent open that is two months old."""
    patient = admitted(practice, today, FACET)
    placed = today - timedelta(days=60)
    drugs = [
        NewFact("medication", {"ingredient": name, "status": "active", "true_on": placed})
        for name in ("clopidogrel", "aspirin")
    ]
    stent = NewFact("condition", {"icd10": "Z95.5", "status": "active", "true_on": placed})
    record_facts(patient=patient, facts=[stent, *drugs], by=None, source="test", version=patient.last_entry)
    patient.refresh_from_db()
    return patient


@pytest.mark.parametrize("number", range(12))
def test_what_is_asked_for_comes_first_then_near_needles_then_care_then_what_is_closed(
    as_role: As, practice: Practice, today: date, number: int
) -> None:
    patient = admitted(practice, today, number)
    page = page_of(as_role, patient)
    asked = {one.kind for one in requests_of(patient)}
    told = page.context["groups"]
    shown = [row.option for group in told for row in group.rows]
    options = assessment_of(patient, today).options
    assert sorted(one.procedure for one in shown) == sorted(one.procedure for one in options)

    def rank(option) -> int:
        if option.procedure in asked:
            return 0
        if option.place in ("later", "not now"):
            return 3
        return 2 if option.role == "conservative" else 1

    assert [rank(one) for one in shown] == sorted(rank(one) for one in shown)
    body = words(page)
    as_read = sorted(shown, key=lambda one: body.index(f'/options/{one.procedure}"'))
    assert [rank(one) for one in as_read] == sorted(rank(one) for one in shown)


def test_of_care_what_holds_for_all_of_it_is_said_once(as_role: As, practice: Practice, today: date) -> None:
    page = page_of(as_role, admitted(practice, today, FACET))
    [care] = page.context["care"]
    assert sum(row.option.why.endswith(CARE) for row in care.rows) > 1
    assert CARE not in words(page).partition("options-far")[0]


def test_what_is_closed_for_one_reason_stands_together(as_role: As, practice: Practice, today: date) -> None:
    page = page_of(as_role, admitted(practice, today, FACET))
    for group in page.context["far"]:
        assert sorted(row.option.procedure for rows in group.alike for row in rows) == sorted(
            row.option.procedure for row in group.rows
        )
        for rows in group.alike:
            assert len({(row.option.verdict, row.option.why, row.option.target.generator) for row in rows}) == 1
    assert any(len(rows) > 1 for group in page.context["far"] for rows in group.alike)


@pytest.mark.parametrize("route", ["options", "plan"])
@pytest.mark.parametrize("number", range(12))
def test_silence_asks_its_question(as_role: As, practice: Practice, today: date, number: int, route: str) -> None:
    patient = admitted(practice, today, number)
    body = words(page_of(as_role, patient, route))
    assert "Not documented:" not in body
    near = [one for one in assessment_of(patient, today).options if one.place in ("now", "next")]
    asking = [one for one in near if "Not documented:" in one.why]
    flagged = any(flag.status == "met" and flag.stops_procedures for flag in assessment_of(patient, today).red_flags)
    for one in asking if route == "options" or not flagged else ():
        assert f"To ask: {one.opens_with[0]}" in body


def test_a_question_leads_to_where_it_is_answered(as_role: As, practice: Practice, today: date) -> None:
    patient = admitted(practice, today, SPARSE)
    asking = [
        one
        for one in assessment_of(patient, today).options
        if "Not documented:" in one.why and one.place in ("now", "next") and one.role != "conservative"
    ]
    assert asking
    body = words(page_of(as_role, patient))
    for one in asking:
        row = body.partition(f'/options/{one.procedure}"')[2].partition("</tr>")[0]
        assert 'class="answer-it"' in row


def test_a_drug_to_hold_is_told_once_and_every_option_leads_there(as_role: As, stented: Patient, today: date) -> None:
    body = words(page_of(as_role, stented))
    told = [alert for one in assessment_of(stented, today).options for alert in one.alerts]
    assert len(told) > 2
    for action in {days_by_locale(alert.action) for alert in told if alert.severity == "stop"}:
        assert body.count(action) == 1
    holds = body.partition('id="holds"')[2].partition("</section>")[0]
    for title in {days_by_locale(alert.title) for alert in told if alert.severity == "stop"}:
        assert holds.count(title) == 1
        assert title not in body.partition('id="procedures"')[2]
    assert 'href="#holds"' in body.partition('id="procedures"')[2]


def test_a_reason_that_forbids_is_not_told_again_beside_itself(as_role: As, stented: Patient, today: date) -> None:
    rows = [row for group in page_of(as_role, stented).context["groups"] for row in group.rows]
    forbidden = [row for row in rows if row.option.why.startswith("Contraindication: ")]
    assert forbidden
    for row in forbidden:
        assert not [said for said in row.safety if str(said.text) in row.option.why]
        assert "contraindicated" in [str(said.text) for said in row.safety]


def test_what_the_payer_wants_and_is_not_so_stands_in_the_table(as_role: As, practice: Practice, today: date) -> None:
    patient = admitted(practice, today, SPARSE)
    page = page_of(as_role, patient)
    wanting = [row for group in page.context["near"] for row in group.rows if row.wanted]
    body = words(page)
    for row in wanting:
        assert f"The payer wants: {row.wanted[0]}" in body
        found = row.option.coverage.determination
        assert list(row.wanted) == [one.label for one in found.results(found.violated)]


def test_a_raised_flag_is_told_once_on_the_diagnosis_with_its_evidence(
    as_role: As, practice: Practice, today: date
) -> None:
    patient = admitted(practice, today, IN_DANGER)
    [flag] = [one for one in assessment_of(patient, today).red_flags if one.status == "met"]
    body = words(page_of(as_role, patient, "diagnosis"))
    assert body.count(flag.action) == 1
    assert flag.facts
    for fact in flag.facts:
        assert fact.text in body.partition('class="stages"')[0]


def test_the_reason_of_an_option_that_is_asked_for_is_the_question(as_role: As, patient: Patient, today: date) -> None:
    for one in assessment_of(patient, today).options:
        assert "Not documented:" not in reason(one)
        assert reason(one).startswith(one.why.partition("Not documented:")[0].strip())


def test_what_is_closed_is_never_written_down_as_asked_where_it_was_not(
    as_role: As, practice: Practice, today: date
) -> None:
    page = page_of(as_role, admitted(practice, today, SPARSE))
    rows = [row for group in page.context["far"] for row in group.rows]
    silent = [row for row in rows if any(not one.warns_only for one in open_of(row.option))]
    assert silent
    for row in silent:
        assert [said for said in row.safety if said.severity == "ask"], row.option.procedure


def open_of(option):
    against = option.contraindications
    found = against.results(against.open)
    return [one for one in found if not all(ask.about_request for ask in one.missing)]


@pytest.mark.parametrize("number", range(12))
def test_whatever_leads_to_the_drugs_finds_them(as_role: As, practice: Practice, today: date, number: int) -> None:
    body = words(page_of(as_role, admitted(practice, today, number)))
    assert 'id="holds"' in body or 'href="#holds"' not in body

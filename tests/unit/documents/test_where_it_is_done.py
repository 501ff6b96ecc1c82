"""Whether somebody has to be asked beforehand can depend on where it is done: then that is asked, first and once."""

from datetime import date

import pytest

from lenitive.chart import Chart, Request
from lenitive.documents.authorization import WHETHER_TO_ASK, Authorization, authorization
from lenitive.reasoning.would_be_met import Missing

DAY = date(2026, 6, 1)
WHERE = "Where will it be done: office, ambulatory surgery centre, hospital?"
STATE = "In which state is the procedure planned?"
ABLATION = "radiofrequency_ablation_medial_branch_lumbar"


def told(site: str | None = None, state: str | None = "OH", kind: str = ABLATION, **more: str) -> Authorization:
    asked = {"payer": "Medicare", "programme": "medicare", "region": "lumbar"} | more
    request = Request(kind=kind, on=DAY, site_of_service=site, state=state, **asked)
    return authorization(Chart("someone", (), DAY), DAY, request)


def asked(stands: Authorization, question: str) -> list[Missing]:
    return [one for one in stands.missing if one.question == question]


def test_while_nobody_said_where_it_is_done_that_is_the_first_question():
    stands = told()
    [one] = asked(stands, WHERE)
    assert stands.missing[0] == one
    assert (one.change, one.recorded_in, one.is_advice) == (WHETHER_TO_ASK, ["request"], False)
    assert one.settles == ["Medicare: prior authorization of hospital outpatient services: Facet joint interventions"]
    assert [(over.authority, over.applies) for over in stands.authorities] == [("hospital_outpatient", "undocumented")]


@pytest.mark.parametrize(
    ("site", "programmes"),
    [("hospital_outpatient", ["met"]), ("office", []), ("ambulatory_surgery_center", []), ("inpatient", [])],
)
def test_once_it_is_said_nobody_asks(site: str, programmes: list[str]):
    stands = told(site)
    assert asked(stands, WHERE) == []
    assert [over.applies for over in stands.authorities] == programmes


def test_without_a_state_no_policy_is_found_and_the_state_is_asked():
    stands = told("office", None, "epidural_transforaminal_lumbar")
    assert stands.determination is None
    [one] = stands.missing
    assert (one.question, one.recorded_in, one.rows) == (STATE, ["coverage"], [])


def test_where_the_policy_asks_the_same_it_is_asked_once():
    [one] = asked(told(kind="spinal_cord_stimulation_implant", state="CA"), WHERE)
    assert one.change.startswith(f"{WHETHER_TO_ASK}; ")
    assert one.rows
    assert len(one.settles) == 2


def test_a_payer_whom_no_programme_binds_is_not_asked_about_a_place():
    stands = told(payer="Example Health", programme="commercial")
    assert stands.authorities == []
    assert asked(stands, WHERE) == []

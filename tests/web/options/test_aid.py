"""Figures, steps and the decision aid say what the outlook, the gates and the education pages say."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from lenitive.reasoning.book import book
from lenitive.reasoning.education import education_for
from lenitive_web.ledger.models import Patient
from lenitive_web.ledger.selectors import assessment_of
from lenitive_web.options.aid import NOBODY_KNOWS, decision_aid, frequencies
from lenitive_web.options.figures import PEOPLE, benefits, figures
from lenitive_web.options.steps import gate_steps
from lenitive_web.people.models import Practice
from lenitive_web.people.roles import Role
from tests.web.conftest import As, admitted

ABLATION = "radiofrequency_ablation_medial_branch_lumbar"


def option_of(patient: Patient, today: date, procedure: str = ABLATION):
    return next(one for one in assessment_of(patient, today).options if one.procedure == procedure)


def people(path: str) -> int:
    """How many figures a path draws: each has one head."""
    return path.count("a2 2 0 1 0 4 0")


@pytest.mark.parametrize(
    ("count", "low", "high", "drawn"),
    [
        (53, 40, 66, (40, 13, 13, 34)),
        (53, None, None, (53, 0, 0, 47)),
        (0, 0, 5, (0, 0, 5, 95)),
        (100, 96, 100, (96, 4, 0, 0)),
        (7, 9, 5, (7, 0, 0, 93)),
    ],
)
def test_a_hundred_figures_show_the_share_and_its_interval(
    count: int, low: int | None, high: int | None, drawn: tuple[int, ...]
) -> None:
    found = figures(count, low, high)
    parts = tuple(people(path) for path in (found.sure, found.likely, found.possible, found.others))
    assert parts == drawn
    assert sum(parts) == PEOPLE


def test_each_arm_draws_the_share_of_the_outlook(patient: Patient, today: date) -> None:
    option = option_of(patient, today)
    shares = {(share.comparator, round(share.probability * PEOPLE)) for one in option.outlook for share in one.shares}
    arms = [arm for one in benefits(option.outlook).all for arm in one.arms]
    assert arms
    for arm in arms:
        drawn = people(arm.figures.sure) + people(arm.figures.likely)
        assert (str(arm.who) if arm.is_comparison else None, drawn) in shares


def test_a_comparator_stands_beside_at_the_same_time(patient: Patient, today: date) -> None:
    shown = benefits(option_of(patient, today).outlook).shown
    assert any(arm.is_comparison for one in shown for arm in one.arms)


def test_an_unknown_outlook_draws_nothing_and_says_so(as_role: As, practice: Practice, today: date) -> None:
    patient = admitted(practice, today, 0)
    unknown = [
        one for one in assessment_of(patient, today).options if any(row.status == "unknown" for row in one.outlook)
    ]
    assert unknown
    option = unknown[0]
    assert benefits(option.outlook).all == []
    page = as_role(Role.PHYSICIAN).get(reverse("decision_aid", args=[patient.public_id, option.procedure]))
    body = page.content.decode()
    assert "That is not known; it is neither good nor bad news." in body
    assert '<svg class="figures"' not in body


def test_every_harm_is_named_and_one_without_a_rate_says_that_nobody_knows(patient: Patient, today: date) -> None:
    option = option_of(patient, today)
    shown = frequencies(option)
    told = education_for(book(), ABLATION, option.target.generator).harms
    assert [one.text for one in shown] == [harm.text for harm in told]
    for one, harm in zip(shown, told, strict=True):
        if harm.people:
            assert one.often == harm.people.text
        elif harm.low is None:
            assert one.often == NOBODY_KNOWS


def test_the_aid_asks_about_what_is_not_known(patient: Patient, today: date) -> None:
    assessment = assessment_of(patient, today)
    option = option_of(patient, today)
    aid = decision_aid(assessment, option)
    assert any("nobody has counted" in str(question) for question in aid.questions)
    assert option.procedure not in {one.procedure for one in aid.others}
    assert {one.procedure for one in aid.others} <= {
        one.procedure for one in assessment.options if one.verdict == "candidate"
    }


def test_every_option_of_a_chart_has_an_aid(as_role: As, practice: Practice, today: date) -> None:
    patient = admitted(practice, today, 2)
    physician = as_role(Role.PHYSICIAN)
    for option in assessment_of(patient, today).options:
        page = physician.get(reverse("decision_aid", args=[patient.public_id, option.procedure]))
        assert page.status_code == 200, option.procedure
        assert "When to call" in page.content.decode() or not page.context["aid"].page.when_to_call


def test_why_not_yet_lists_the_gates_that_are_not_open(as_role: As, practice: Practice, today: date) -> None:
    patient = admitted(practice, today, 1)
    option = option_of(patient, today)
    assert option.verdict == "not yet"
    steps = gate_steps(option)
    assert steps
    assert all(step.result.satisfied is not True for step in steps)
    page = as_role(Role.PHYSICIAN).get(reverse("option", args=[patient.public_id, ABLATION])).content.decode()
    assert "Why not yet, and what opens it" in page
    for step in steps:
        assert step.result.label in page

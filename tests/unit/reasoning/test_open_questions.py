"""What is asked first: the dangers of this pain, what opens the next step, what moves the differential."""

from datetime import date

import pytest

from lenitive.chart import Chart
from lenitive.chart.request import Request
from lenitive.reasoning import assess
from lenitive.reasoning.book import book
from lenitive.reasoning.open_questions import FIRST
from tests.unit.reasoning.conftest import DAY, chart_of, fact

DANGER_SIGNS = "Are there danger signs? Not answered yet: "


def pain(region, **more):
    return fact("complaint", id=region, region=region, **more)


def told(*facts, requests=()):
    return assess(chart_of(*facts), DAY, requests)


def dangers(*facts):
    """The red flags that are among the first questions."""
    labels = {flag.label: name for name, flag in book().content.red_flags.items()}
    return {labels[label] for ask in told(*facts).ask_first for label in ask.settles if label in labels}


# --- red flags -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("region", "bear"),
    [
        ("low_back_midline", {"cauda_equina", "progressive_deficit", "spinal_infection", "aortic_aneurysm"}),
        ("calf_lateral_foot_sole", {"cauda_equina", "progressive_deficit", "spinal_malignancy"}),
        ("mid_neck", {"progressive_deficit", "spinal_infection", "vertebral_fracture"}),
        ("shoulder_outer", {"progressive_deficit"}),
        ("flank", {"aortic_aneurysm"}),
    ],
)
def test_the_dangers_of_this_pain_are_asked_for_first(region, bear):
    assert bear <= dangers(pain(region))
    assert told(pain(region)).ask_first[0].question.startswith(DANGER_SIGNS)


@pytest.mark.parametrize("region", ["knee_front", "cheek", "wrist"])
def test_dangers_of_the_spine_do_not_crowd_out_another_pain(region):
    """Nobody asks about bladder and bowel first in a patient with a painful knee or face; the suicide risk belongs to
    every chronic pain."""
    assert "cauda_equina" not in dangers(pain(region))
    assert "suicide_risk" in dangers(pain(region))


@pytest.mark.parametrize("region", ["knee_front", "low_back_midline"])
def test_no_danger_is_hidden(region):
    """Each red flag that is not settled keeps its own question in the full list."""
    assessment = told(pain(region))
    asked = {ask.question for ask in assessment.missing}
    for flag in assessment.red_flags:
        assert flag.status != "undocumented" or {ask.question for ask in flag.missing} <= asked


def test_dangers_of_this_pain_stand_before_dangers_of_another():
    questions = [ask.question for ask in told(pain("knee_front")).missing]
    suicide, cauda = (
        next(number for number, question in enumerate(questions) if words in question)
        for words in ("thoughts of ending it", "bladder, bowel")
    )
    assert suicide == 0
    assert cauda > 1
    back = [ask.question for ask in told(pain("low_back_midline")).missing]
    assert "bladder, bowel" in " ".join(back[:2])


def test_where_it_hurts_comes_before_everything_and_then_every_danger_bears():
    first = told().ask_first
    assert first[0].question.startswith("Where does it hurt")
    assert first[1].question.startswith(DANGER_SIGNS)
    silent = [flag.label for flag in told().red_flags if flag.status == "undocumented"]
    assert set(first[1].settles) == set(silent)


def test_a_danger_that_was_answered_is_not_asked_for():
    answered = [
        fact("finding", id=code, code=code, present=False, true_on=DAY)
        for code in ("progressive_deficit_signs", "progressive_weakness", "suicidal_thoughts")
    ]
    assert dangers(pain("shoulder_outer")) == {"progressive_deficit", "suicide_risk"}
    assert dangers(pain("shoulder_outer"), *answered) == set()


def test_a_single_danger_is_asked_in_its_own_words():
    assert "thoughts of ending it" in told(pain("knee_front")).ask_first[0].question


# --- the next step -------------------------------------------------------------------------------------------------


def test_what_opens_the_next_step_is_asked_before_what_moves_the_differential():
    assessment = told(pain("low_back_paramidline"))
    questions = [ask.question for ask in assessment.ask_first]
    block = next(one for one in assessment.options if one.place == "next" and one.role not in ("conservative", "referral"))  # fmt: skip  # noqa: E501
    opens = [
        questions.index(ask.question)
        for row in block.candidacy.results(block.candidacy.open)
        for ask in row.missing
        if ask.question in questions
    ]
    test = assessment.differential[0].next_tests[0].ask
    assert min(opens) < questions.index(test)


def test_what_was_asked_for_is_the_next_step():
    request = Request(kind="radiofrequency_ablation_medial_branch_lumbar", region="lumbar", side="left")
    questions = [ask.question for ask in told(pain("low_back_paramidline"), requests=[request]).ask_first]
    assert any("Which blocks were done" in question for question in questions)
    assert any("radiofrequency ablation of medial branches, lumbar" in question for question in questions)


def test_what_may_forbid_the_next_step_is_told_by_its_harm():
    """Who may be pregnant is asked that before how much sedation is planned, and before all of infection."""
    request = Request(kind="epidural_caudal", region="lumbar")
    woman = fact("patient", id="w", birth_date=date(1996, 1, 1), sex="female")
    assessment = assess(Chart.of([woman, pain("calf_lateral_foot_sole")]), DAY, [request])
    (against,) = [ask for ask in assessment.ask_first if ask.question.startswith("Is anything against")]
    (option,) = [one for one in assessment.options if one.procedure == request.kind]
    labels = {row.criterion: row.label for row in option.contraindications.results(option.contraindications.open)}
    order = [
        against.settles.index(labels[name]) for name in ("pregnancy_possible", "active_infection", "platelets_low")
    ]
    assert order == sorted(order)
    assert order[:2] == [0, 1]


def test_what_may_forbid_the_next_step_is_one_line():
    assessment = told(pain("low_back_paramidline"))
    against = [ask for ask in assessment.ask_first if ask.question.startswith("Is anything against")]
    assert len(against) == 1
    assert len(against[0].settles) > 1
    each = {label for ask in assessment.missing for label in ask.settles}
    assert set(against[0].settles) <= each


def test_a_source_without_a_number_is_asked_for_as_the_working_diagnosis():
    """Nothing aimed at shingles pain can be treated before a clinician stands by it: no probability is known."""
    listed = fact("condition", id="phn", icd10="B02.29", status="active", true_on=date(2026, 1, 1))
    questions = [ask.question for ask in told(pain("chest_wall_band"), listed).ask_first]
    assert "Is pain after shingles the diagnosis that you treat? Then write it down with the reason." in questions


def test_the_exception_to_a_rule_is_not_asked_for_first():
    """Steroid in acute shingles is an exception to the gate of an epidural; the rule is imaging that fits."""
    assessment = told(pain("calf_lateral_foot_sole"))
    shingles = "Is there, or was there lately, a shingles rash in the painful area?"
    assert shingles in {ask.question for ask in assessment.missing}
    assert shingles not in {ask.question for ask in assessment.ask_first}


def test_what_only_the_order_can_say_is_never_asked_first():
    for region in ("low_back_paramidline", "knee_front", "mid_neck"):
        assert not any(ask.about_request for ask in told(pain(region)).ask_first)


@pytest.mark.parametrize("region", sorted(book().content.regions))
def test_the_first_questions_are_few_and_none_comes_twice(region):
    questions = [ask.question for ask in told(pain(region)).ask_first]
    assert 0 < len(questions) <= FIRST
    assert len(set(questions)) == len(questions)


# --- what was asked for --------------------------------------------------------------------------------------------


ATTESTED = ("procedure", "procedure:facet", "relief", "relief:facet")


def asked_about(*facts, kind):
    return told(*facts, requests=(Request(kind=kind, side="left", levels=("L4-5",), region="lumbar"),))


def test_no_question_is_asked_first_about_what_is_closed():
    """No answer opens an ablation before its blocks: what the ablation alone waits for is not among the few."""
    kind = "radiofrequency_ablation_medial_branch_lumbar"
    facts = (
        pain("low_back_lateral", side="left"),
        *(fact("attestation", id=topic, topic=topic) for topic in ATTESTED),
    )
    assessment = asked_about(*facts, kind=kind)
    (option,) = [one for one in assessment.options if one.procedure == kind]
    assert option.gates.status == "not met"
    assert option.candidacy.open
    own = {result.label for part in (option.gates, option.candidacy) for result in part.criteria if result.missing}
    shared = {
        result.label
        for other in assessment.options
        if other.procedure != kind and other.place in ("now", "next")
        for part in (other.gates, other.candidacy, other.contraindications)
        for result in part.criteria
    }
    assert own - shared
    assert not {label for ask in assessment.ask_first for label in ask.settles} & (own - shared)

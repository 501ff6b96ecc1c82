"""The signs that are missing are those whose absence settles the danger: all of them are needed, and no other."""

from datetime import date, timedelta

import pytest

from lenitive.reasoning import assess
from lenitive.reasoning.book import book
from lenitive.reasoning.danger_signs import Unanswered, signs_in_words
from lenitive.reasoning.determination import Asking
from lenitive.reasoning.safety import red_flags
from tests.unit.reasoning.conftest import DAY, chart_of, fact

BACK = fact("complaint", id="back", region="low_back_midline", true_on=date(2026, 1, 1))
CAUDA = (
    "urinary_retention",
    "urinary_incontinence",
    "bowel_incontinence",
    "saddle_anaesthesia",
    "sexual_dysfunction_new",
    "progressive_bilateral_deficit",
)


def asked(*facts):
    return Asking.about(book(), chart_of(*facts), DAY)


def absent(*codes, on=DAY):
    return [fact("finding", id=f"no-{code}-{on}", code=code, present=False, true_on=on) for code in codes]


def open_flags(*facts):
    return {flag.id: flag for flag in red_flags(asked(*facts)) if flag.status == "undocumented"}


def signs(name, *facts):
    return Unanswered(asked(*facts)).signs_of(open_flags(*facts)[name])


@pytest.mark.parametrize("denied", [(), ("fever", "weight_loss", "saddle_anaesthesia", "severe_trauma")])
def test_once_all_of_them_are_denied_the_danger_is_not_there_and_not_before(denied):
    known = [BACK, *absent(*denied)]
    flags = open_flags(*known)
    assert len(flags) > 5
    for name, flag in flags.items():
        missing = Unanswered(asked(*known)).signs_of(flag)
        assert missing, name
        assert name not in open_flags(*known, *absent(*missing))
        for left in missing:
            but_one = [sign for sign in missing if sign != left]
            assert name in open_flags(*known, *absent(*but_one)), (name, left)


def test_a_sign_that_was_denied_is_not_asked_for_again():
    assert set(signs("cauda_equina", BACK, *absent(*CAUDA[:2]))) == set(CAUDA[2:])


def test_where_nothing_was_asked_the_one_question_that_sums_them_up_is_enough():
    assert signs("cauda_equina", BACK) == ("cauda_equina_signs",)


def test_a_denial_of_long_ago_is_asked_for_again():
    old = absent("saddle_anaesthesia", on=DAY - timedelta(days=400))
    assert "saddle_anaesthesia" in signs("cauda_equina", BACK, *old, *absent("urinary_retention"))


def test_the_sign_is_asked_for_before_the_risk():
    """Of a woman whether the pain is one that movement does not change, not first whether she smokes."""
    assert signs("aortic_aneurysm", BACK) == ("new_nonmechanical_pain",)
    assert "sudden_onset_pain" in signs("vertebral_fracture", BACK, *absent("severe_trauma"))


def test_a_danger_that_no_finding_settles_goes_by_its_own_name():
    assert signs_in_words(book(), "cauda_equina", ()) == ("cauda equina compression",)


def test_the_first_question_names_what_is_missing_and_nothing_that_was_denied():
    question = assess(chart_of(BACK, *absent(*CAUDA[:4])), DAY).ask_first[0].question
    assert question.startswith("Are there danger signs? Not answered yet: ")
    labels = {code: book().content.findings[code].label for code in CAUDA}
    for code in CAUDA:
        named = labels[code][1:] in question
        assert named is (code in CAUDA[4:]), code

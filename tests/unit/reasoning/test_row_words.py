"""What policies ask with is told in words, not in names of parameters."""

from __future__ import annotations

from lenitive.codes import unit_in_words
from lenitive.medicine.content import content
from lenitive.reasoning.citing import amount, named, topic
from lenitive.reasoning.row_words import ROW_PARAMETERS, row_parameter, row_value

OWN = {
    name
    for policy in content().policies.values()
    for version in policy.versions
    for row in version.wants
    for name in row.parameters
    if name not in content().parameters
}


def test_every_parameter_of_a_shipped_policy_has_a_name() -> None:
    assert OWN - set(ROW_PARAMETERS) == set()


def test_nothing_is_named_that_no_policy_asks_with() -> None:
    assert set(ROW_PARAMETERS) - OWN == set()


def test_a_number_is_told_with_its_unit() -> None:
    label, unit = row_parameter("min_conservative_days")
    assert (label, unit_in_words(unit)) == ("conservative care, at least", "days")
    assert unit_in_words("[in_i]") == "[in_i]", "a unit without a word is told as it is written"


def test_codes_are_told_in_the_words_of_the_knowledge_base() -> None:
    assert row_value(["odi", "ct"]) == f"{content().instruments['odi'].label}, CT"
    assert row_value("a_code_of_ones_own") == "a code of ones own"


def test_values_are_told_as_they_stand() -> None:
    assert [row_value(one) for one in (True, False, None, 2, 2.5)] == ["yes", "no", "not asked", "2", "2.5"]


def test_a_fact_is_named_by_its_label_unless_that_adds_a_number() -> None:
    assert named("finding", "straight_leg_raise") == content().findings["straight_leg_raise"].label
    with_a_number = next(code for code, one in content().findings.items() if any(map(str.isdigit, one.label)))
    assert named("finding", with_a_number) == with_a_number.replace("_", " ")
    assert named("condition", "atrial_fibrillation") == "atrial fibrillation"


def test_one_is_not_many() -> None:
    assert [amount(number, "hour") for number in (1, 1.0, 2.5, 12)] == ["1 hour", "1 hour", "2.5 hours", "12 hours"]


def test_what_was_asked_completely_is_told_as_a_list() -> None:
    assert topic("procedure:epidural") == "procedures, epidural"

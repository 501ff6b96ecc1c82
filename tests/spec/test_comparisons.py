"""Comparing numbers, days, texts and truths; what is not recorded is unknown."""

from lenitive.rules import model
from lenitive.rules.language import Truth, rows

measures = rows("measure")
measure = measures.columns
procedures = rows("procedure")
procedure = procedures.columns
FOUR = model.Constant(4)


def test_less_than(spec):
    spec(
        """
        measure:
        attested | score | expect
        ---------+-------+-------------
        measure  | 3.9   | met
        measure  | 4     | not met
        measure  |       | undocumented
        measure  | -     | not met
                 | 4     | undocumented
        """,
        measures.where(measure.score < 4).exist(),
    )


def test_at_most(spec):
    spec(
        """
        measure:
        attested | score | expect
        measure  | 4     | met
        measure  | 4.1   | not met
        measure  |       | undocumented
        """,
        measures.where(measure.score <= 4).exist(),
    )


def test_more_than(spec):
    spec(
        """
        measure:
        attested | score | expect
        measure  | 4     | not met
        measure  | 4.1   | met
        measure  |       | undocumented
        """,
        measures.where(measure.score > 4).exist(),
    )


def test_at_least_as_much(spec):
    spec(
        """
        measure:
        attested | score | expect
        measure  | 3.9   | not met
        measure  | 4     | met
        measure  |       | undocumented
        """,
        measures.where(measure.score >= 4).exist(),
    )


def test_equal_numbers(spec):
    spec(
        """
        measure:
        attested | score | expect
        measure  | 4     | met
        measure  | 4.5   | not met
        measure  |       | undocumented
        """,
        measures.where(measure.score == 4).exist(),
    )


def test_different_numbers(spec):
    spec(
        """
        measure:
        attested | score | expect
        measure  | 4     | not met
        measure  | 4.5   | met
        measure  |       | undocumented
        """,
        measures.where(measure.score != 4).exist(),
    )


def test_zero_is_a_number(spec):
    spec(
        """
        measure:
        attested | score | expect
        measure  | 0     | met
        measure  | -0.1  | not met
        measure  |       | undocumented
        """,
        measures.where(measure.score >= 0).exist(),
    )


def test_equal_texts(spec):
    spec(
        """
        procedure:
        attested  | region   | expect
        procedure | lumbar   | met
        procedure | Lumbar   | not met
        procedure | cervical | not met
        procedure |          | undocumented
        """,
        procedures.where(procedure.region == "lumbar").exist(),
    )


def test_different_texts(spec):
    spec(
        """
        procedure:
        attested  | region   | expect
        procedure | lumbar   | not met
        procedure | cervical | met
        procedure |          | undocumented
        """,
        procedures.where(procedure.region != "lumbar").exist(),
    )


def test_equal_truths(spec):
    spec(
        """
        procedure:
        attested  | contrast | expect
        procedure | yes      | met
        procedure | no       | not met
        procedure |          | undocumented
        """,
        procedures.where(Truth(model.Compare("==", procedure.contrast.node, model.Constant(True)))).exist(),
    )


def test_two_columns_of_one_row(spec):
    reliefs = rows("relief")
    relief = reliefs.columns
    spec(
        """
        relief:
        attested | score_before | score_after | expect
        relief   | 7            | 6.9         | met
        relief   | 7            | 7           | not met
        relief   | 7            |             | undocumented
        relief   |              | 1           | undocumented
        """,
        reliefs.where(relief.score_after < relief.score_before).exist(),
    )


def test_a_value_is_recorded(spec):
    spec(
        """
        measure:
        attested | score | expect
        measure  | 0     | met
        measure  |       | not met
        measure  | -     | not met
                 |       | undocumented
        """,
        measures.where(measure.score.is_recorded()).exist(),
    )


def test_a_day_that_is_known_roughly_is_recorded(spec):
    spec(
        """
        measure:
        attested | true_on | expect
        measure  | 2025-03 | met
        measure  |         | not met
        """,
        measures.where(measure.true_on.is_recorded()).exist(),
    )


def test_an_empty_list_is_not_recorded(spec):
    spec(
        """
        procedure:
        attested  | levels     | expect
        procedure | L4-5 L5-S1 | met
        procedure |            | not met
        """,
        procedures.where(procedure.levels.is_recorded()).exist(),
    )


def test_a_truth_is_recorded_whether_yes_or_no(spec):
    spec(
        """
        procedure:
        attested  | contrast | expect
        procedure | yes      | met
        procedure | no       | met
        procedure |          | not met
        """,
        procedures.where(procedure.contrast.is_recorded()).exist(),
    )


def test_a_count_is_always_recorded(spec):
    spec(
        """
        procedure:
        attested  | kind | expect
        procedure | esi  | met
                  | -    | met
        """,
        procedures.count().is_recorded(),
    )


def test_constants_alone(spec):
    spec(
        """
        measure:
        score | expect
              | met
        -     | met
        """,
        Truth(model.Compare("<", model.Constant(3), FOUR)),
    )


def test_an_unknown_constant(spec):
    spec(
        """
        measure:
        attested | score | expect
        measure  | 4     | undocumented
        measure  | -     | not met
        """,
        measures.where(Truth(model.Compare("<", measure.score.node, model.Constant(None)))).exist(),
    )

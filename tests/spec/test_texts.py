"""Membership, beginnings and lists."""

from lenitive.rules import model
from lenitive.rules.language import Truth, rows

procedures = rows("procedure")
procedure = procedures.columns
conditions = rows("condition")
condition = conditions.columns


def test_one_of_the_options(spec):
    spec(
        """
        procedure:
        attested  | region   | expect
        procedure | lumbar   | met
        procedure | sacral   | met
        procedure | cervical | not met
        procedure |          | undocumented
        """,
        procedures.where(procedure.region.is_in(["lumbar", "sacral"])).exist(),
    )


def test_a_text_is_not_part_of_an_option(spec):
    spec(
        """
        procedure:
        attested  | region | expect
        procedure | lum    | not met
        """,
        procedures.where(procedure.region.is_in(["lumbar"])).exist(),
    )


def test_no_options_is_not_known(spec):
    spec(
        """
        procedure:
        attested  | region | expect
        procedure | lumbar | undocumented
        procedure | -      | not met
        """,
        procedures.where(Truth(model.IsIn(procedure.region.node, model.Constant(())))).exist(),
    )


def test_starts_with(spec):
    spec(
        """
        condition:
        attested  | icd10   | expect
        condition | M54.16  | met
        condition | M51.1   | met
        condition | M5      | not met
        condition | XM54    | not met
        condition |         | undocumented
        """,
        conditions.where(condition.icd10.starts_with(["M54", "M51.1"])).exist(),
    )


def test_a_beginning_is_not_a_pattern(spec):
    spec(
        """
        condition:
        attested  | icd10  | expect
        condition | M54.16 | not met
        condition | M.4    | met
        """,
        conditions.where(condition.icd10.starts_with(["M."])).exist(),
    )


def test_shares_a_level(spec):
    spec(
        """
        procedure:
        attested  | levels      | expect
        procedure | L4-5        | met
        procedure | L3-4 L5-S1  | met
        procedure | L3-4        | not met
        procedure |             | undocumented
        """,
        procedures.where(procedure.levels.shares(["L4-5", "L5-S1"])).exist(),
    )


def test_covers_every_level(spec):
    spec(
        """
        procedure:
        attested  | levels           | expect
        procedure | L4-5 L5-S1       | met
        procedure | L3-4 L4-5 L5-S1  | met
        procedure | L4-5             | not met
        procedure |                  | undocumented
        """,
        procedures.where(procedure.levels.covers(["L4-5", "L5-S1"])).exist(),
    )


def test_no_options_to_share(spec):
    spec(
        """
        procedure:
        attested  | levels | expect
        procedure | L4-5   | undocumented
        """,
        procedures.where(Truth(model.Shares(procedure.levels.node, model.Constant(())))).exist(),
    )

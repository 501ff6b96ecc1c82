"""Exists, count, count of different values: and what an attestation changes."""

from lenitive.rules.language import rows

procedures = rows("procedure")
procedure = procedures.columns
epidurals = procedures.where(procedure.kind == "epidural")
lumbar = procedures.where(procedure.region == "lumbar")


def test_exists(spec):
    spec(
        """
        procedure:
        attested  | kind     | expect
        procedure | epidural | met
        procedure | other    | not met
        procedure | -        | not met
                  | epidural | met
                  | other    | undocumented
                  | -        | undocumented
        """,
        epidurals.exist(),
    )


def test_a_row_that_may_be_one(spec):
    spec(
        """
        procedure:
        patient | attested  | region   | expect
        ann     | procedure |          | undocumented
        bea     | procedure |          |
        bea     |           | lumbar   | met
        cleo    | procedure |          |
        cleo    |           | cervical | undocumented
        """,
        lumbar.exist(),
    )


def test_none(spec):
    spec(
        """
        procedure:
        attested  | kind     | expect
        procedure | epidural | not met
        procedure | other    | met
                  | other    | undocumented
                  | epidural | not met
        """,
        ~epidurals.exist(),
    )


def test_a_part_of_a_table_is_attested(spec):
    spec(
        """
        procedure:
        attested           | kind  | expect
        procedure:epidural | other | not met
        procedure:ablation | other | undocumented
        procedure          | other | not met
        measure            | other | undocumented
        """,
        epidurals.complete_if_asked("epidural").exist(),
    )


def test_the_latest_attestation_counts(spec):
    spec(
        """
        attestation:
        patient   | topic     | complete | true_on    | expect
        asked     | procedure | yes      | 2025-01-01 | not met
        undone    | procedure | yes      | 2025-01-01 |
        undone    | procedure | no       | 2025-02-01 | undocumented
        redone    | procedure | no       | 2025-01-01 |
        redone    | procedure | yes      | 2025-02-01 | not met
        undated   | procedure | yes      |            | not met
        overruled | procedure | yes      |            |
        overruled | procedure | no       | 2020-01-01 | undocumented
        """,
        procedures.exist(),
    )


def test_two_attestations_of_one_day(spec):
    spec(
        """
        attestation:
        patient | topic     | complete | true_on    | recorded_at      | id | expect
        ann     | procedure | yes      | 2025-01-01 | 2025-01-01T09:00 | b  |
        ann     | procedure | no       | 2025-01-01 | 2025-01-01T10:00 | a  | undocumented
        bea     | procedure | yes      | 2025-01-01 | 2025-01-01T10:00 | a  |
        bea     | procedure | no       | 2025-01-01 | 2025-01-01T09:00 | b  | not met
        cleo    | procedure | no       | 2025-01-01 | 2025-01-01T09:00 | a  |
        cleo    | procedure | yes      | 2025-01-01 | 2025-01-01T09:00 | b  | not met
        """,
        procedures.exist(),
    )


FEW = """
    procedure:
    patient | attested  | region   | expect
    one     | procedure | lumbar   | {one}
    none    | procedure | cervical | {none}
    blank   | procedure |          | {blank}
    two     | procedure | lumbar   |
    two     |           | lumbar   | {two}
    both    | procedure | lumbar   |
    both    |           |          | {both}
    asked   |           | lumbar   | {asked}
    more    |           | lumbar   |
    more    |           | lumbar   | {more}
    nothing |           | -        | {nothing}
    """


def few(**expected):
    return FEW.format(**{name: {"y": "met", "n": "not met", "u": "undocumented"}[e] for name, e in expected.items()})


def test_count_below(spec):
    spec(
        few(one="y", none="y", blank="y", two="n", both="u", asked="u", more="n", nothing="u"),
        lumbar.count() < 2,
    )


def test_count_at_least(spec):
    spec(
        few(one="n", none="n", blank="n", two="y", both="u", asked="u", more="y", nothing="u"),
        lumbar.count() >= 2,
    )


def test_count_exactly(spec):
    spec(
        few(one="y", none="n", blank="u", two="n", both="u", asked="u", more="n", nothing="u"),
        lumbar.count() == 1,
    )


def test_count_other_than(spec):
    spec(
        few(one="n", none="y", blank="u", two="y", both="u", asked="u", more="y", nothing="u"),
        lumbar.count() != 1,
    )


def test_counts_add_up(spec):
    spec(
        """
        procedure:
        patient | attested  | region   | expect
        ann     | procedure | lumbar   |
        ann     |           | cervical | met
        bea     | procedure | lumbar   | not met
        cleo    |           | lumbar   |
        cleo    |           | cervical | met
        dora    |           | lumbar   | undocumented
        """,
        lumbar.count() + procedures.where(procedure.region == "cervical").count() >= 2,
    )


def test_counts_subtracted(spec):
    spec(
        """
        procedure:
        patient | attested  | region   | expect
        ann     | procedure | lumbar   | met
        bea     | procedure | lumbar   |
        bea     |           | cervical | not met
        cleo    |           | lumbar   | undocumented
        """,
        lumbar.count() - procedures.where(procedure.region == "cervical").count() > 0,
    )


def test_different_days(spec):
    spec(
        """
        procedure:
        patient  | attested  | true_on    | expect
        one_day  | procedure | 2025-01-01 |
        one_day  |           | 2025-01-01 | met
        two_days | procedure | 2025-01-01 |
        two_days |           | 2025-01-02 | not met
        blank    | procedure | 2025-01-01 |
        blank    |           |            | undocumented
        blanks   | procedure |            |
        blanks   |           |            | undocumented
        single   | procedure |            | met
        unasked  |           | 2025-01-01 | undocumented
        plenty   |           | 2025-01-01 |
        plenty   |           | 2025-01-02 | not met
        none     | procedure | -          | met
        """,
        procedures.count_days() < 2,
    )


def test_different_days_of_rows_that_may_be_in(spec):
    spec(
        """
        procedure:
        patient | attested  | region | true_on    | expect
        same    | procedure | lumbar | 2025-01-01 |
        same    |           |        | 2025-01-01 | met
        other   | procedure | lumbar | 2025-01-01 |
        other   |           |        | 2025-01-02 | undocumented
        outside | procedure | lumbar | 2025-01-01 |
        outside |           | neck   | 2025-01-02 | met
        """,
        lumbar.count_days() < 2,
    )


def test_the_first_day_of_a_range_stands_for_it(spec):
    spec(
        """
        procedure:
        patient | attested  | true_on    | expect
        ann     | procedure | 2025-01-01 |
        ann     |           | 2025-01    | met
        bea     | procedure | 2025-01-02 |
        bea     |           | 2025-01    | not met
        """,
        procedures.count_days() == 1,
    )


def test_different_texts(spec):
    spec(
        """
        procedure:
        patient | attested  | side  | expect
        ann     | procedure | left  |
        ann     |           | right | met
        bea     | procedure | left  |
        bea     |           | left  | not met
        cleo    | procedure | left  |
        cleo    |           |       | undocumented
        dora    |           | left  | undocumented
        """,
        procedures.count_distinct(procedure.side) >= 2,
    )


def test_different_numbers(spec):
    measures = rows("measure")
    spec(
        """
        measure:
        patient | attested | score | expect
        ann     | measure  | 1     |
        ann     |          | 1.5   | met
        bea     | measure  | 1     |
        bea     |          | 1.0   | not met
        cleo    | measure  | -0.0  |
        cleo    |          | 0     | not met
        """,
        measures.count_distinct(measures.columns.score) >= 2,
    )


def test_different_truths(spec):
    spec(
        """
        procedure:
        patient | attested  | contrast | expect
        ann     | procedure | yes      |
        ann     |           | no       | met
        bea     | procedure | yes      |
        bea     |           | yes      | not met
        """,
        procedures.count_distinct(procedure.contrast) >= 2,
    )


def test_a_filter_that_asks_about_the_patient(spec):
    measures = rows("measure")
    spec(
        """
        procedure:
        patient | attested          | true_on    | expect
        before  | procedure         | 2025-01-01 | not met
        after   | procedure         | 2025-03-01 | met
        unknown | procedure         | 2025-03-01 | undocumented

        measure:
        patient | true_on
        before  | 2025-02-01
        after   | 2025-02-01
        """,
        procedures.where(procedure.true_on > measures.latest().true_on).exist(),
    )


def test_a_filter_on_how_many_rows_there_are(spec):
    spec(
        """
        procedure:
        patient | attested  | region | true_on    | expect
        ann     | procedure | lumbar | 2025-01-01 |
        ann     |           | lumbar | 2025-02-01 |
        ann     |           | neck   | 2025-03-01 | met
        bea     | procedure | lumbar | 2025-02-01 |
        bea     |           | neck   | 2025-03-01 | not met
        cleo    |           | lumbar | 2025-02-01 |
        cleo    |           | neck   | 2025-03-01 | undocumented
        """,
        procedures.where(lumbar.count() >= 2, procedure.true_on > lumbar.earliest().true_on).count() == 2,
    )


def test_a_filter_within_a_filter_within_a_filter(spec):
    measures = rows("measure")
    measure = measures.columns
    first_lumbar = lumbar.earliest().true_on
    worst_after = measures.where(measure.true_on > first_lumbar).largest(measure.score)
    spec(
        """
        procedure:
        patient | attested          | region | true_on    | expect
        ann     | procedure measure | lumbar | 2025-01-01 | met
        bea     | procedure measure | lumbar | 2025-01-01 | not met
        cleo    | procedure         | lumbar | 2025-01-01 | undocumented
        dora    | procedure measure | neck   | 2025-01-01 | undocumented

        measure:
        patient | true_on    | score
        ann     | 2025-02-01 | 8
        ann     | 2024-12-01 | 9
        ann     | 2025-02-02 | 8
        bea     | 2025-02-01 | 3
        bea     | 2024-12-01 | 3
        cleo    | 2025-02-01 | 3
        dora    | 2025-02-01 | 3
        dora    | 2025-02-02 | 3
        """,
        measures.where(measure.score >= worst_after, worst_after > 5).count() >= 2,
    )

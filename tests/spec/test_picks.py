"""The first and the last row, ties, undated rows, and what stands beside the value that was asked for."""

from lenitive.rules.language import as_of, rows

measures = rows("measure")
measure = measures.columns
procedures = rows("procedure")
procedure = procedures.columns
nrs = measures.where(measure.instrument == "nrs")


def test_the_latest(spec):
    spec(
        """
        measure:
        patient | instrument | true_on    | score | expect
        ann     | nrs        | 2025-01-01 | 2     |
        ann     | nrs        | 2025-02-01 | 8     | met
        bea     | nrs        | 2025-02-01 | 2     |
        bea     | nrs        | 2025-01-01 | 8     | not met
        other   | nrs        | 2025-01-01 | 2     |
        other   | odi        | 2025-02-01 | 8     | not met
        blank   | nrs        | 2025-01-01 | 8     |
        blank   | nrs        | 2025-02-01 |       | undocumented
        undated | nrs        |            | 8     | undocumented
        late    | nrs        |            | 8     |
        late    | nrs        | 2025-01-01 | 2     | not met
        nothing | -          | -          | -     | undocumented
        """,
        nrs.latest().score > 5,
    )


def test_the_earliest(spec):
    spec(
        """
        measure:
        patient | instrument | true_on    | score | expect
        ann     | nrs        | 2025-01-01 | 8     |
        ann     | nrs        | 2025-02-01 | 2     | met
        bea     | nrs        | 2025-01-01 | 2     |
        bea     | nrs        | 2025-02-01 | 8     | not met
        undated | nrs        |            | 8     |
        undated | nrs        | 2025-01-01 | 2     | not met
        """,
        nrs.earliest().score > 5,
    )


def test_of_one_day_the_later_recorded(spec):
    spec(
        """
        measure:
        patient | true_on    | recorded_at      | id | score | expect
        ann     | 2025-01-01 | 2025-01-02T09:00 | z  | 2     |
        ann     | 2025-01-01 | 2025-01-02T10:00 | a  | 8     | met
        bea     | 2025-01-01 | 2025-01-02T10:00 | a  | 2     |
        bea     | 2025-01-01 | 2025-01-02T09:00 | z  | 8     | not met
        """,
        measures.latest().score > 5,
    )


def test_of_one_moment_the_id_decides(spec):
    spec(
        """
        measure:
        patient | true_on    | id | score | expect
        ann     | 2025-01-01 | b  | 8     |
        ann     | 2025-01-01 | a  | 2     | met
        bea     | 2025-01-01 | 10 | 2     |
        bea     | 2025-01-01 | 9  | 8     | met
        cleo    | 2025-01-01 | é  | 8     |
        cleo    | 2025-01-01 | z  | 2     | met
        """,
        measures.latest().score > 5,
    )


def test_a_rough_day_has_its_place_by_its_first_day(spec):
    spec(
        """
        measure:
        patient | true_on    | score | expect
        ann     | 2025-01    | 2     |
        ann     | 2025-01-15 | 8     | met
        """,
        measures.latest().score > 5,
    )


def test_a_row_that_may_be_one_is_not_picked(spec):
    spec(
        """
        measure:
        patient | instrument | true_on    | score | expect
        ann     | nrs        | 2025-01-01 | 2     |
        ann     | odi        | 2025-02-01 | 8     | not met
        """,
        measures.where((measure.instrument == "nrs") | (measure.unit == "mm")).latest().score > 5,
    )


def test_a_text_of_the_latest(spec):
    spec(
        """
        procedure:
        patient | true_on    | side  | expect
        ann     | 2025-01-01 | left  |
        ann     | 2025-02-01 | right | not met
        bea     | 2025-01-01 | right |
        bea     | 2025-02-01 | left  | met
        cleo    | 2025-01-01 | left  |
        cleo    | 2025-02-01 |       | undocumented
        """,
        procedures.latest().side == "left",
    )


def test_a_list_of_the_latest(spec):
    spec(
        """
        procedure:
        patient | true_on    | levels     | expect
        ann     | 2025-01-01 | L3-4       |
        ann     | 2025-02-01 | L4-5 L5-S1 | met
        bea     | 2025-02-01 | L3-4       | not met
        cleo    | 2025-02-01 |            | undocumented
        """,
        procedures.latest().levels.shares(["L4-5"]),
    )


def test_a_truth_of_the_latest(spec):
    spec(
        """
        procedure:
        patient | true_on    | contrast | expect
        ann     | 2025-02-01 | yes      | met
        bea     | 2025-02-01 | no       | not met
        cleo    | 2025-02-01 |          | undocumented
        dora    | -          | -        | undocumented
        """,
        procedures.latest().contrast,
    )


def test_the_day_of_the_latest(spec):
    spec(
        """
        procedure:
        patient | true_on                | expect
        ann     | 2025-05-01             | met
        bea     | 2025-04-30             | not met
        cleo    | 2025-04-30..2025-05-02 | undocumented
        dora    |                        | undocumented
        """,
        procedures.latest().true_on >= as_of,
        as_of="2025-05-01",
    )


def test_whether_there_is_a_latest(spec):
    spec(
        """
        procedure:
        patient | true_on    | expect
        ann     | 2025-05-01 | met
        bea     |            | not met
        cleo    | -          | not met
        """,
        procedures.latest().true_on.is_recorded(),
    )


def test_two_columns_of_one_picked_row(spec):
    latest = measures.latest()
    spec(
        """
        measure:
        patient | true_on    | instrument | score | expect
        ann     | 2025-01-01 | nrs        | 2     |
        ann     | 2025-02-01 | odi        | 8     | not met
        bea     | 2025-01-01 | odi        | 2     |
        bea     | 2025-02-01 | nrs        | 8     | met
        """,
        (latest.instrument == "nrs") & (latest.score > 5),
    )


def test_days_between_two_picks(spec):
    spec(
        """
        procedure:
        patient | true_on    | expect
        ann     | 2025-01-01 |
        ann     | 2025-01-15 | met
        bea     | 2025-01-01 |
        bea     | 2025-01-14 | not met
        cleo    | 2025-01-01 | not met
        dora    |            | undocumented
        """,
        procedures.earliest().true_on.days_until(procedures.latest().true_on) >= 14,
    )


def test_the_latest_up_to_another(spec):
    before = measures.where(measure.true_on <= procedures.latest().true_on)
    spec(
        """
        measure:
        patient | true_on    | score | expect
        ann     | 2025-01-01 | 8     |
        ann     | 2025-03-01 | 2     | met
        bea     | 2025-03-01 | 8     | undocumented

        procedure:
        patient | true_on
        ann     | 2025-02-01
        bea     | 2025-02-01
        """,
        before.latest().score > 5,
    )

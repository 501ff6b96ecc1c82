"""The longest stretch of days."""

from lenitive.rules.language import rows

treatments = rows("treatment")
treatment = treatments.columns
therapy = treatments.where(treatment.kind == "physical_therapy")

SPANS = """
    treatment:
    patient  | attested  | true_on    | until      | expect
    exact    | treatment | 2025-01-01 | 2025-01-31 | {exact}
    short    | treatment | 2025-01-01 | 2025-01-30 | {short}
    joined   | treatment | 2025-01-01 | 2025-01-15 |
    joined   |           | 2025-01-16 | 2025-01-31 | {joined}
    apart    | treatment | 2025-01-01 | 2025-01-15 |
    apart    |           | 2025-01-17 | 2025-02-15 | {apart}
    within   | treatment | 2025-01-01 | 2025-01-31 |
    within   |           | 2025-01-05 | 2025-01-06 | {within}
    after    | treatment | 2025-01-01 | 2025-01-20 |
    after    |           | 2025-01-02 | 2025-01-03 |
    after    |           | 2025-01-20 | 2025-01-31 | {after}
    same     | treatment | 2025-01-01 | 2025-01-31 |
    same     |           | 2025-01-01 | 2025-01-02 | {same}
    open     | treatment | 2025-01-01 |            | {open}
    added    | treatment | 2025-01-01 | 2025-01-31 |
    added    |           | 2025-06-01 |            | {added}
    undated  | treatment |            | 2025-01-31 | {undated}
    nothing  | treatment | -          | -          | {nothing}
    unasked  |           | 2025-01-01 | 2025-01-30 | {unasked}
    proof    |           | 2025-01-01 | 2025-01-31 | {proof}
    """
YES, NO, ASK = "met", "not met", "undocumented"


def test_at_least_thirty_days(spec):
    spec(
        SPANS.format(
            exact=YES, short=NO, joined=YES, apart=NO, within=YES, after=YES, same=YES, open=ASK, added=YES,
            undated=ASK, nothing=NO, unasked=ASK, proof=YES,
        ),
        treatments.longest_span_days() >= 30,
    )  # fmt: skip


def test_fewer_than_thirty_days(spec):
    spec(
        SPANS.format(
            exact=NO, short=YES, joined=NO, apart=YES, within=NO, after=NO, same=NO, open=ASK, added=NO,
            undated=ASK, nothing=YES, unasked=ASK, proof=NO,
        ),
        treatments.longest_span_days() < 30,
    )  # fmt: skip


def test_exactly_thirty_days(spec):
    spec(
        """
        treatment:
        attested  | true_on    | until      | expect
        treatment | 2025-01-01 | 2025-01-31 | met
        treatment | 2025-01-01 | 2025-02-01 | not met
                  | 2025-01-01 | 2025-01-31 | undocumented
        """,
        treatments.longest_span_days() == 30,
    )


def test_a_wider_gap_is_allowed(spec):
    spec(
        """
        treatment:
        patient | attested  | true_on    | until      | expect
        ann     | treatment | 2025-01-01 | 2025-01-10 |
        ann     |           | 2025-01-17 | 2025-02-01 | met
        bea     | treatment | 2025-01-01 | 2025-01-10 |
        bea     |           | 2025-01-18 | 2025-02-01 | not met
        """,
        treatments.longest_span_days(gap=7) >= 30,
    )


def test_the_longest_of_several(spec):
    spec(
        """
        treatment:
        patient | attested  | true_on    | until      | expect
        ann     | treatment | 2024-01-01 | 2024-01-05 |
        ann     |           | 2024-03-01 | 2024-03-31 |
        ann     |           | 2024-06-01 | 2024-06-05 | met
        """,
        treatments.longest_span_days() >= 30,
    )


def test_only_the_rows_that_are_in(spec):
    spec(
        """
        treatment:
        patient | attested  | kind             | response | true_on    | until      | expect
        ann     | treatment | physical_therapy | failed   | 2025-01-01 | 2025-01-15 |
        ann     |           | physical_therapy | good     | 2025-01-16 | 2025-01-31 | not met
        bea     | treatment | physical_therapy | failed   | 2025-01-01 | 2025-01-15 |
        bea     |           | physical_therapy |          | 2025-01-16 | 2025-01-31 | undocumented
        cleo    | treatment | physical_therapy | failed   | 2025-01-01 | 2025-01-31 |
        cleo    |           | physical_therapy |          | 2025-02-01 | 2025-02-28 | met
        """,
        therapy.where(treatment.response == "failed").longest_span_days() >= 30,
    )


def test_a_rough_start_counts_only_what_is_sure(spec):
    spec(
        """
        treatment:
        patient | attested  | true_on                | until      | expect
        sure    | treatment | 2025-01-01..2025-01-10 | 2025-02-09 | met
        maybe   | treatment | 2025-01-01..2025-01-10 | 2025-02-08 | undocumented
        never   | treatment | 2025-01-01..2025-01-10 | 2025-01-30 | not met
        ended   | treatment | 2025-01                | 2025-01-10 | not met
        bridge  | treatment | 2025-01-01             | 2025-01-14 |
        bridge  |           | 2025-01-10..2025-01-20 | 2025-02-01 | undocumented
        open    | treatment | 2025-01-01             | 2025-01-15 |
        open    |           | 2025-01-10..2025-01-16 |            |
        open    |           | 2025-01-17             | 2025-01-31 | undocumented
        """,
        treatments.longest_span_days() >= 30,
    )


def test_an_end_without_a_start_joins_nothing(spec):
    spec(
        """
        treatment:
        patient | attested  | true_on    | until      | expect
        ann     |           | 2025-01-01 | 2025-01-20 |
        ann     |           |            | 2025-01-21 |
        ann     |           | 2025-01-22 | 2025-02-10 | undocumented
        """,
        treatments.longest_span_days() >= 30,
    )


def test_patients_are_kept_apart(spec):
    spec(
        """
        treatment:
        patient | attested  | true_on    | until      | expect
        ann     | treatment | 2025-01-01 | 2025-01-20 | not met
        bea     | treatment | 2025-01-21 | 2025-02-10 | not met
        """,
        treatments.longest_span_days() >= 30,
    )


def test_the_end_of_the_calendar_and_the_beginning(spec):
    spec(
        """
        treatment:
        patient | attested  | true_on    | until      | expect
        ann     | treatment | 9999-01-01 | 9999-12-31 | met
        bea     | treatment | 0001-01-01 | 0001-01-20 | not met
        cleo    | treatment | 0001-01-01 | 9999-12-31 | met
        """,
        treatments.longest_span_days() >= 30,
    )

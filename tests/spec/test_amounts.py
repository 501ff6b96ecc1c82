"""Sums, smallest and largest values, and arithmetic."""

from lenitive.rules.language import as_of, rows

medications = rows("medication")
medication = medications.columns
measures = rows("measure")
measure = measures.columns
procedures = rows("procedure")
procedure = procedures.columns
reliefs = rows("relief")
relief = reliefs.columns
nrs = measures.where(measure.instrument == "nrs")
ibuprofen = medications.where(medication.ingredient == "ibuprofen")

DOSES = """
    medication:
    patient | attested   | ingredient | dose | expect
    enough  | medication | ibuprofen  | 400  |
    enough  |            | ibuprofen  | 400  | {enough}
    edge    | medication | ibuprofen  | 600  | {edge}
    none    | medication | -          | -    | {none}
    blank   | medication | ibuprofen  | 400  |
    blank   |            | ibuprofen  |      | {blank}
    maybe   | medication | ibuprofen  | 400  |
    maybe   |            |            | 400  | {maybe}
    unasked |            | ibuprofen  | 400  | {unasked}
    plenty  |            | ibuprofen  | 400  |
    plenty  |            | ibuprofen  | 400  | {plenty}
    nothing |            | -          | -    | {nothing}
    """
YES, NO, ASK = "met", "not met", "undocumented"


def test_a_sum_reaches(spec):
    spec(
        DOSES.format(enough=YES, edge=YES, none=NO, blank=ASK, maybe=ASK, unasked=ASK, plenty=YES, nothing=ASK),
        ibuprofen.sum_of(medication.dose) >= 600,
    )


def test_a_sum_stays_within(spec):
    spec(
        DOSES.format(enough=NO, edge=YES, none=YES, blank=ASK, maybe=ASK, unasked=ASK, plenty=NO, nothing=ASK),
        ibuprofen.sum_of(medication.dose) <= 600,
    )


def test_tenths_add_up_to_one(spec):
    spec(
        """
        medication:
        patient | attested   | dose | expect
        ann     | medication | 0.1  |
        ann     |            | 0.2  | met
        bea     | medication | 0.2  |
        bea     |            | 0.1  | met
        cleo    | medication | 0.1  |
        cleo    |            | 0.21 | not met
        """,
        medications.sum_of(medication.dose) <= 0.3,
    )


def test_a_number_too_large_to_be_one_is_not_added(spec):
    spec(
        """
        medication:
        attested   | dose       | expect
        medication | 1000000000 | met
        medication | 1000000001 | undocumented
        """,
        medications.sum_of(medication.dose) >= 1,
    )


def test_a_sum_of_days_between(spec):
    treatments = rows("treatment")
    treatment = treatments.columns
    spec(
        """
        treatment:
        patient | attested  | true_on    | until      | expect
        ann     | treatment | 2025-01-01 | 2025-01-11 |
        ann     |           | 2025-02-01 | 2025-02-11 | met
        bea     | treatment | 2025-01-01 | 2025-01-11 |
        bea     |           | 2025-02-01 | 2025-02-10 | not met
        cleo    | treatment | 2025-01-01 |            | undocumented
        dora    | treatment | 2025-01    | 2025-02-15 | undocumented
        edna    | treatment | 2025-01    | 2025-02-20 | met
        """,
        treatments.sum_of(treatment.true_on.days_until(treatment.until)) >= 20,
    )


def test_whole_numbers_add_up(spec):
    treatments = rows("treatment")
    spec(
        """
        treatment:
        patient | attested  | sessions | expect
        ann     | treatment | 6        |
        ann     |           | 6        | met
        bea     | treatment | 11       | not met
        cleo    | treatment | 11       |
        cleo    |           |          | undocumented
        """,
        treatments.sum_of(treatments.columns.sessions) >= 12,
    )


SCORES = """
    measure:
    patient | attested | instrument | score | expect
    low     | measure  | nrs        | 2     |
    low     |          | nrs        | 3     | {low}
    high    | measure  | nrs        | 2     |
    high    |          | nrs        | 8     | {high}
    blank   | measure  | nrs        | 2     |
    blank   |          | nrs        |       | {blank}
    maybe   | measure  | nrs        | 2     |
    maybe   |          | odi        | 9     | {maybe}
    none    | measure  | odi        | 9     | {none}
    unasked |          | nrs        | 2     | {unasked}
    proof   |          | nrs        | 8     | {proof}
    empty   | measure  | nrs        |       | {empty}
    """


def test_the_largest_is_high(spec):
    spec(
        SCORES.format(low=NO, high=YES, blank=ASK, maybe=NO, none=ASK, unasked=ASK, proof=YES, empty=ASK),
        nrs.largest(measure.score) > 5,
    )


def test_the_smallest_is_low(spec):
    spec(
        SCORES.format(low=YES, high=YES, blank=YES, maybe=YES, none=ASK, unasked=YES, proof=ASK, empty=ASK),
        nrs.smallest(measure.score) < 5,
    )


def test_the_smallest_is_high(spec):
    spec(
        SCORES.format(low=NO, high=NO, blank=NO, maybe=NO, none=ASK, unasked=NO, proof=ASK, empty=ASK),
        nrs.smallest(measure.score) > 5,
    )


def test_the_latest_day(spec):
    spec(
        """
        procedure:
        patient | attested  | true_on                | expect
        ann     | procedure | 2025-01-01             |
        ann     |           | 2025-03-01             | met
        bea     | procedure | 2025-01-01             | not met
        cleo    | procedure | 2025-01-01             |
        cleo    |           | 2025-02-20..2025-03-10 | undocumented
        dora    | procedure | 2025-01-01             |
        dora    |           |                        | undocumented
        edna    |           | 2025-03-01             | met
        """,
        procedures.largest(procedure.true_on) >= as_of,
        as_of="2025-03-01",
    )


def test_the_earliest_day(spec):
    spec(
        """
        procedure:
        patient | attested  | true_on                | expect
        ann     | procedure | 2025-01-01             |
        ann     |           | 2025-03-01             | met
        bea     | procedure | 2025-03-01             | not met
        cleo    | procedure | 2025-02-20..2025-03-10 | undocumented
        dora    |           | 2025-03-01             | undocumented
        edna    |           | 2025-01-01             | met
        """,
        procedures.smallest(procedure.true_on) < as_of,
        as_of="2025-03-01",
    )


def test_plus_and_minus(spec):
    spec(
        """
        relief:
        attested | score_before | score_after | expect
        relief   | 7            | 4           | met
        relief   | 7            | 4.5         | not met
        relief   | 7            |             | undocumented
        """,
        reliefs.where((relief.score_before - relief.score_after) + 1 >= 4).exist(),
    )


def test_times_and_divided_by(spec):
    spec(
        """
        medication:
        attested   | dose | times_a_day | expect
        medication | 800  | 3           | met
        medication | 800  | 2           | not met
        medication | 800  |             | undocumented
        """,
        medications.where(medication.dose * medication.times_a_day / 2 >= 1200).exist(),
    )


def test_divided_by_zero_is_not_known(spec):
    spec(
        """
        relief:
        attested | score_before | score_after | expect
        relief   | 4            | 1           | met
        relief   | 0            | 1           | undocumented
        relief   | 0            | 0           | undocumented
        relief   |              | 1           | undocumented
        """,
        reliefs.where(relief.score_after / relief.score_before < 0.5).exist(),
    )


def test_a_constant_divided_by_zero_is_not_known(spec):
    spec(
        """
        relief:
        attested | score_before | expect
        relief   | 4            | undocumented
        """,
        reliefs.where(relief.score_before / 0 < 1).exist(),
    )


def test_percent_below_the_baseline(spec):
    first, last = nrs.earliest().score, nrs.latest().score
    spec(
        """
        measure:
        patient | instrument | true_on    | score | expect
        half    | nrs        | 2025-01-01 | 8     |
        half    | nrs        | 2025-02-01 | 4     | met
        less    | nrs        | 2025-01-01 | 8     |
        less    | nrs        | 2025-02-01 | 4.1   | not met
        worse   | nrs        | 2025-01-01 | 4     |
        worse   | nrs        | 2025-02-01 | 8     | not met
        other   | nrs        | 2025-01-01 | 8     |
        other   | odi        | 2025-02-01 | 1     | not met
        zero    | nrs        | 2025-01-01 | 0     |
        zero    | nrs        | 2025-02-01 | 0     | undocumented
        blank   | nrs        | 2025-01-01 | 8     |
        blank   | nrs        | 2025-02-01 |       | undocumented
        nothing | -          | -          | -     | undocumented
        """,
        last.percent_below(first) >= 50,
    )

"""What was known on a day: facts written down later, superseded, or withdrawn."""

from lenitive.rules.language import rows

measures = rows("measure")
high = measures.where(measures.columns.score > 5)


def test_a_fact_is_known_from_the_day_on_which_it_was_written_down(spec):
    table = """
        measure:
        score | recorded_at      | expect
        8     | 2025-05-31T23:59 | met
        8     | 2025-06-01T23:59 | {today}
        8     | 2025-06-02T00:00 | undocumented
        """
    spec(table.format(today="met"), high.exist(), as_of="2025-06-01")
    spec(table.format(today="undocumented"), high.exist(), as_of="2025-05-31")


def test_a_correction_takes_the_place_of_the_fact(spec):
    table = """
        measure:
        patient | attested | id | score | recorded_at      | supersedes | expect
        ann     | measure  | m1 | 8     | 2025-01-01T08:00 |            |
        ann     |          | m2 | 2     | 2025-02-01T08:00 | m1         | {ann}
        bea     | measure  | m1 | 2     | 2025-01-01T08:00 |            |
        bea     |          | m2 | 8     | 2025-02-01T08:00 | m1         | {bea}
        """
    spec(table.format(ann="not met", bea="met"), high.exist(), as_of="2025-02-01")
    spec(table.format(ann="met", bea="not met"), high.exist(), as_of="2025-01-31")


def test_a_correction_that_is_corrected_still_supersedes(spec):
    spec(
        """
        measure:
        patient | attested | id | score | supersedes | expect
        ann     | measure  | m1 | 8     |            |
        ann     |          | m2 | 8     | m1         |
        ann     |          | m3 | 2     | m2         | not met
        """,
        high.exist(),
    )


def test_a_withdrawn_fact_says_nothing(spec):
    table = """
        measure:
        patient | attested | id | score | recorded_at      | supersedes | withdrawn | expect
        ann     | measure  | m1 | 8     | 2025-01-01T08:00 |            |           |
        ann     |          | m2 | 9     | 2025-02-01T08:00 | m1         | yes       | {ann}
        """
    spec(table.format(ann="not met"), high.exist(), as_of="2025-06-01")
    spec(table.format(ann="met"), high.exist(), as_of="2025-01-15")


def test_an_attestation_can_be_withdrawn(spec):
    spec(
        """
        attestation:
        patient | id | topic   | supersedes | withdrawn | expect
        ann     | a1 | measure |            |           |
        ann     | a2 | measure | a1         | yes       | undocumented
        bea     | a1 | measure |            |           | not met
        """,
        high.exist(),
    )


def test_a_fact_of_another_table_can_supersede(spec):
    spec(
        """
        measure:
        patient | attested | id | score | expect
        ann     | measure  | m1 | 8     | not met
        bea     | measure  | m1 | 8     | met

        statement:
        patient | id | supersedes
        ann     | s1 | m1
        bea     | s1 | m9
        """,
        high.exist(),
    )


def test_two_corrections_the_first_of_them_counts(spec):
    spec(
        """
        measure:
        patient | attested | id | score | recorded_at      | supersedes | expect
        ann     | measure  | m1 | 8     | 2025-01-01T08:00 |            |
        ann     |          | m2 | 1     | 2025-07-01T08:00 | m1         |
        ann     |          | m3 | 2     | 2025-02-01T08:00 | m1         | not met
        """,
        high.exist(),
        as_of="2025-06-01",
    )

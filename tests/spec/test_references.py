"""The row that a row refers to."""

from lenitive.rules.language import as_of, rows

reliefs = rows("relief")
relief = reliefs.columns
done = relief.of("procedure")


def test_a_column_of_the_row_referred_to(spec):
    spec(
        """
        procedure:
        patient | id | kind
        ann     | p1 | block
        ann     | p2 | epidural
        bea     | p1 | epidural
        bea     | p2 | block
        blank   | p1 | block

        relief:
        patient | attested | procedure | expect
        ann     | relief   | p1        | met
        bea     | relief   | p1        | not met
        blank   | relief   | p9        | undocumented
        nowhere | relief   | p1        | undocumented
        """,
        reliefs.where(done.kind == "block").exist(),
    )


def test_a_withdrawn_row_is_not_there(spec):
    spec(
        """
        procedure:
        patient | id | kind  | supersedes | withdrawn
        ann     | p1 | block |            |
        ann     | p2 | block | p1         | yes
        bea     | p1 | block |            |

        relief:
        patient | attested | procedure | expect
        ann     | relief   | p1        | undocumented
        bea     | relief   | p1        | met
        """,
        reliefs.where(done.kind == "block").exist(),
    )


def test_the_row_that_took_the_place_of_the_one_named(spec):
    spec(
        """
        procedure:
        patient | id | kind     | supersedes | withdrawn
        ann     | p1 | epidural |            |
        ann     | p2 | block    | p1         |
        bea     | p1 | block    |            |
        bea     | p2 | epidural | p1         |
        bea     | p3 | block    | p2         |
        cleo    | p1 | block    |            |
        cleo    | p2 | block    | p1         |
        cleo    | p3 | block    | p2         | yes
        dora    | p1 | block    | p2         |
        dora    | p2 | block    | p1         |
        emma    | p2 | block    | p1         |

        relief:
        patient | attested | procedure | expect
        ann     | relief   | p1        | met
        bea     | relief   | p1        | met
        cleo    | relief   | p1        | undocumented
        dora    | relief   | p1        | undocumented
        emma    | relief   | p1        | met
        """,
        reliefs.where(done.kind == "block").exist(),
    )


def test_a_rough_day_of_the_row_referred_to(spec):
    spec(
        """
        procedure:
        patient | id | true_on
        ann     | p1 | 2025-04
        bea     | p1 | 2025-05
        cleo    | p1 | 2025-06-02
        dora    | p1 |

        relief:
        patient | attested | procedure | expect
        ann     | relief   | p1        | met
        bea     | relief   | p1        | undocumented
        cleo    | relief   | p1        | not met
        dora    | relief   | p1        | undocumented
        """,
        reliefs.where(done.true_on < as_of).exist(),
        as_of="2025-05-20",
    )


def test_a_list_of_the_row_referred_to(spec):
    spec(
        """
        procedure:
        patient | id | levels
        ann     | p1 | L4-5
        bea     | p1 | L3-4
        cleo    | p1 |

        relief:
        patient | attested | procedure | expect
        ann     | relief   | p1        | met
        bea     | relief   | p1        | not met
        cleo    | relief   | p1        | undocumented
        """,
        reliefs.where(done.levels.shares(["L4-5"])).exist(),
    )


def test_different_days_of_the_rows_referred_to(spec):
    spec(
        """
        procedure:
        patient | id | true_on
        ann     | p1 | 2025-01-01
        ann     | p2 | 2025-02-01
        bea     | p1 | 2025-01-01
        bea     | p2 | 2025-01-01
        cleo    | p1 | 2025-01-01

        relief:
        patient | attested | procedure | percent | expect
        ann     | relief   | p1        | 80      |
        ann     |          | p2        | 90      | met
        bea     | relief   | p1        | 80      |
        bea     |          | p2        | 90      | not met
        cleo    | relief   | p1        | 80      |
        cleo    |          | p7        | 90      | undocumented
        """,
        reliefs.where(relief.percent >= 80).count_distinct(done.true_on) >= 2,
    )


def test_the_row_that_the_picked_row_refers_to(spec):
    spec(
        """
        procedure:
        patient | id | kind
        ann     | p1 | block
        ann     | p2 | epidural

        relief:
        patient | true_on    | procedure | expect
        ann     | 2025-01-01 | p2        |
        ann     | 2025-02-01 | p1        | met
        bea     | 2025-02-01 | p1        | undocumented
        """,
        reliefs.latest().of("procedure", "kind") == "block",
    )


def test_the_id_itself(spec):
    spec(
        """
        relief:
        attested | procedure | expect
        relief   | p1        | met
        relief   | p2        | not met
        """,
        reliefs.where(relief.procedure == "p1").exist(),
    )

"""And, or, not, at least n of: Kleene's tables, written out."""

from lenitive.rules.language import Truth, all_of, any_of, at_least, feature, rows

measures = rows("measure")
measure = measures.columns
reliefs = rows("relief")
relief = reliefs.columns

# Two questions of one row, each of which can be true, false or unknown.
a = relief.score_before > 5
b = relief.score_after > 5
c = relief.percent > 5


def holds(question: Truth) -> Truth:
    return reliefs.where(question).exist()


def test_and(spec):
    spec(
        """
        relief:
        attested | score_before | score_after | expect
        relief   | 9            | 9           | met
        relief   | 9            | 1           | not met
        relief   | 9            |             | undocumented
        relief   | 1            | 9           | not met
        relief   | 1            | 1           | not met
        relief   | 1            |             | not met
        relief   |              | 9           | undocumented
        relief   |              | 1           | not met
        relief   |              |             | undocumented
        """,
        holds(a & b),
    )


def test_or(spec):
    spec(
        """
        relief:
        attested | score_before | score_after | expect
        relief   | 9            | 9           | met
        relief   | 9            | 1           | met
        relief   | 9            |             | met
        relief   | 1            | 9           | met
        relief   | 1            | 1           | not met
        relief   | 1            |             | undocumented
        relief   |              | 9           | met
        relief   |              | 1           | undocumented
        relief   |              |             | undocumented
        """,
        holds(a | b),
    )


def test_not(spec):
    spec(
        """
        relief:
        attested | score_before | expect
        relief   | 9            | not met
        relief   | 1            | met
        relief   |              | undocumented
        """,
        holds(~a),
    )


def test_two_of_three(spec):
    spec(
        """
        relief:
        attested | score_before | score_after | percent | expect
        relief   | 9            | 9           | 9       | met
        relief   | 9            | 9           |         | met
        relief   | 9            | 9           | 1       | met
        relief   | 9            |             |         | undocumented
        relief   | 9            |             | 1       | undocumented
        relief   | 9            | 1           | 1       | not met
        relief   |              | 1           | 1       | not met
        relief   |              |             | 1       | undocumented
        relief   |              |             |         | undocumented
        """,
        holds(at_least(2, a, b, c)),
    )


def test_one_of_two_is_or_and_two_of_two_is_and(spec):
    table = """
        relief:
        attested | score_before | score_after | expect
        relief   | 9            |             | {one}
        relief   | 1            |             | {other}
        relief   |              |             | undocumented
        """
    spec(table.format(one="met", other="undocumented"), holds(at_least(1, a, b)))
    spec(table.format(one="undocumented", other="not met"), holds(at_least(2, a, b)))


def test_a_known_no_outweighs_an_unknown_between_tables(spec):
    spec(
        """
        measure:
        patient | attested       | score | expect
        ann     | measure        | 1     | not met
        bea     | measure relief | 9     | not met
        cleo    | measure        | 9     | undocumented
        dora    |                | 9     | undocumented
        """,
        all_of(measures.where(measure.score > 5).exist(), reliefs.exist()),
    )


def test_a_known_yes_outweighs_an_unknown_between_tables(spec):
    spec(
        """
        measure:
        attested       | score | expect
        measure        | 9     | met
        measure relief | 1     | not met
        measure        | 1     | undocumented
        """,
        any_of(measures.where(measure.score > 5).exist(), reliefs.exist()),
    )


def test_at_least_between_tables(spec):
    spec(
        """
        measure:
        attested       | score | expect
        measure        | 9     | undocumented
        measure relief | 9     | not met
        measure        | 1     | not met
        """,
        at_least(2, measures.where(measure.score > 5).exist(), reliefs.exist()),
    )


def test_a_feature_is_its_value(spec):
    worst = feature("worst_score", measures.largest(measure.score), "The worst score")
    spec(
        """
        measure:
        attested | score | expect
        measure  | 9     | met
        measure  | 1     | not met
                 | 1     | undocumented
        """,
        worst > 5,
    )

"""How an assessment is told: the first question in place of the name of what is not documented."""

import pytest

from lenitive.reasoning.telling import AS_ABOVE, FirstQuestion, also_printed_apart, first_question, fresh_sentences


@pytest.mark.parametrize(
    ("why", "opens_with", "asked"),
    [
        ("Not documented: Pain at rest.", ["Does it hurt at rest?"], FirstQuestion("", "Does it hurt at rest?", 0)),
        ("Done once. Not documented: Rest.", ["One?", "Two?", "Three?"], FirstQuestion("Done once. ", "One?", 2)),
        ("Not documented: Rest.", [], None),
        ("Gate not documented: Two blocks.", ["How long did it last?"], None),
        ("Contraindication: Infection.", [], None),
    ],
)
def test_silence_is_told_as_its_first_question(why: str, opens_with: list[str], asked: FirstQuestion | None) -> None:
    assert first_question(why, opens_with) == asked


def test_a_sentence_that_was_told_is_not_told_again() -> None:
    told: set[str] = set()
    assert fresh_sentences("Wait a day. Ask the prescriber.", told) == "Wait a day. Ask the prescriber."
    assert fresh_sentences("Wait a week. Ask the prescriber.", told) == f"{AS_ABOVE} Wait a week."


def test_what_other_sources_print_stands_apart() -> None:
    action = "5 days from the last dose. Also printed: 3 days; 2.5 mg twice. Ask the prescriber."
    assert also_printed_apart(action) == (
        "5 days from the last dose. Ask the prescriber.",
        "Also printed: 3 days; 2.5 mg twice.",
    )
    assert also_printed_apart("Wait.") == ("Wait.", "")

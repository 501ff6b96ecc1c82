"""Scores from answers, and the answer that cannot wait."""

import pytest

from lenitive.errors import LenitiveError
from lenitive.reasoning import assess
from lenitive.reasoning.book import book
from lenitive.reasoning.questionnaires import questionnaire, raw_sums, score_answers, score_meant, t_score
from tests.unit.reasoning.conftest import DAY, chart_of, fact

INSTRUMENTS = book().content.instruments
SHOWN = [name for name, one in INSTRUMENTS.items() if one.questionnaire]


def answers(*values):
    return dict(enumerate(values, start=1))


def test_exactly_the_free_ones_are_shown():
    assert sorted(SHOWN) == ["gad7", "nrs", "peg", "pgic", "phq9", "rmdq"]


@pytest.mark.parametrize(
    ("name", "items"), [("phq9", 9), ("gad7", 7), ("rmdq", 24), ("peg", 3), ("nrs", 1), ("pgic", 1)]
)
def test_every_item_is_there(name, items):
    texts = [item.text for item in questionnaire(book(), name).items]
    assert len(set(texts)) == len(texts) == items


@pytest.mark.parametrize(
    ("total", "band"),
    [
        (0, "minimal"), (4, "minimal"), (5, "mild"), (9, "mild"), (10, "moderate"), (14, "moderate"),
        (15, "moderately severe"), (19, "moderately severe"), (20, "severe"), (24, "severe"),
    ],
)  # fmt: skip
def test_phq9_on_both_sides_of_each_cut_point(total, band):
    values = [3] * (total // 3) + [total % 3] * (total % 3 > 0)
    found = score_answers(book(), "phq9", answers(*values, *[0] * (9 - len(values))))
    assert (found.score, found.band.label, found.missing) == (total, band, [])


def test_peg_is_a_mean_and_wants_all_three():
    assert score_answers(book(), "peg", answers(8, 6, 7)).score == 7
    assert (score_answers(book(), "peg", answers(8, 6)).score, score_answers(book(), "peg", answers(8, 6)).missing) == (
        None,
        [3],
    )


def test_a_sentence_that_is_not_ticked_counts_as_no_only_where_the_instrument_says_so():
    assert score_answers(book(), "rmdq", {1: 1, 24: 1}).score == 2
    assert score_answers(book(), "rmdq", {}).score == 0
    assert score_answers(book(), "gad7", {1: 3}).score is None


@pytest.mark.parametrize(("ninth", "present"), [(0, False), (1, True), (3, True)])
def test_the_ninth_answer_counts_whatever_the_total_and_before_the_others(ninth, present):
    shown = score_answers(book(), "phq9", {9: ninth}).shows
    assert [(one.finding, one.present) for one in shown] == [("suicidal_thoughts", present)]


def test_the_ninth_answer_raises_the_red_flag():
    shown = score_answers(book(), "phq9", {9: 1}).shows[0]
    told = assess(
        chart_of(fact("finding", id="f", code=shown.finding, kind="questionnaire", present=True, true_on=DAY)), DAY
    )
    assert "suicide_risk" in {flag.id for flag in told.red_flags if flag.status == "met"}


def test_nobody_answered_the_ninth_so_nothing_is_shown():
    assert score_answers(book(), "phq9", {1: 3}).shows == []


@pytest.mark.parametrize(("number", "value"), [(10, 0), (0, 0), (1, 4), (1, 1.5), (1, -1)])
def test_an_answer_that_cannot_be_is_refused(number, value):
    with pytest.raises(LenitiveError):
        score_answers(book(), "phq9", {number: value})


def test_an_instrument_that_may_not_be_shown_says_so():
    with pytest.raises(LenitiveError, match="owner"):
        questionnaire(book(), "odi")


@pytest.mark.parametrize("name", SHOWN)
def test_the_highest_and_lowest_answers_reach_the_ends_of_the_scale(name):
    asked, entry = questionnaire(book(), name), INSTRUMENTS[name]
    for end, pick in ((entry.low, min), (entry.high, max)):
        values = [pick(choice.value for choice in item.choices or asked.choices) for item in asked.items]
        assert score_answers(book(), name, answers(*values)).score == end


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_cut_points_rise(name):
    lowest = [band.lowest for band in INSTRUMENTS[name].cut_points]
    assert lowest == sorted(set(lowest))


# --- T-scores ------------------------------------------------------------------------------------------------------

PROMIS = [name for name, one in INSTRUMENTS.items() if one.raw_scores]


def test_all_seven_domains_have_a_table():
    assert len(PROMIS) == 7
    assert all(name.startswith("promis29_") for name in PROMIS)


@pytest.mark.parametrize("name", PROMIS)
def test_a_table_rises_from_four_to_twenty(name):
    scores = [t_score(book(), name, raw) for raw in range(4, 21)]
    assert scores == sorted(set(scores))
    for raw in (3, 21):
        with pytest.raises(LenitiveError, match="from 4 to 20"):
            t_score(book(), name, raw)


@pytest.mark.parametrize(
    ("name", "raw", "expected"),
    [("promis29_pain_interference", 4, 41.6), ("promis29_physical_function", 20, 57.0), ("promis29_sleep", 12, 54.3)],
)
def test_t_scores_of_the_published_tables(name, raw, expected):
    assert t_score(book(), name, raw) == expected


@pytest.mark.parametrize("name", PROMIS)
def test_a_number_is_a_raw_sum_or_a_t_score_never_both(name):
    first, last = raw_sums(INSTRUMENTS[name])
    assert (first, last) == (4, 20)
    assert last < min(INSTRUMENTS[name].raw_scores.t_scores)
    assert [score_meant(book(), name, raw) for raw in (4.0, 20.0)] == [t_score(book(), name, raw) for raw in (4, 20)]
    assert [score_meant(book(), name, typed) for typed in (3.0, 12.5, 21.0, 65.2)] == [3.0, 12.5, 21.0, 65.2]
    assert score_meant(book(), "odi", 12.0) == 12.0
    assert raw_sums(INSTRUMENTS["odi"]) is None


def test_an_instrument_without_a_table_is_refused():
    with pytest.raises(LenitiveError, match="promis29"):
        t_score(book(), "odi", 10)

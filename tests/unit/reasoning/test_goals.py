"""Whether a goal was reached: what was said, else the measure, else nobody knows."""

from datetime import date, timedelta

import pytest

from lenitive.reasoning.book import book
from lenitive.reasoning.goals import goals_set
from tests.unit.reasoning.conftest import DAY, chart_of, fact

SET = DAY - timedelta(60)
TARGET = {"kind": "activity", "instrument": "peg", "score": 4, "true_on": SET, "due": DAY}


def peg(score, days_after):
    return fact("measure", id=f"peg{days_after}", instrument="peg", score=score, true_on=SET + timedelta(days_after))


def goal(*facts, as_of=DAY, **more):
    [found] = goals_set(book(), chart_of(fact("goal", id="walk", **{**TARGET, **more}), *facts), as_of)
    return found


@pytest.mark.parametrize(
    ("scores", "due", "reached"),
    [
        ([peg(7, 0), peg(3, 30)], DAY, "met"),
        ([peg(7, 0), peg(4, 30)], DAY, "met"),
        ([peg(7, 0), peg(5, 30)], DAY, "not met"),
        ([peg(7, 0), peg(5, 30)], DAY + timedelta(1), "undocumented"),
        ([peg(7, 0), peg(3, 30)], DAY + timedelta(1), "met"),
        ([peg(3, 0)], DAY, "undocumented"),
        ([peg(3, -1)], DAY, "undocumented"),
        ([], DAY, "undocumented"),
        ([peg(5, 30)], None, "undocumented"),
    ],
)
def test_the_measure_answers_once_it_was_taken_after_the_agreement(scores, due, reached):
    assert goal(*scores, due=due).reached == reached


def test_where_more_is_better_a_higher_score_reaches_the_goal():
    name = next(name for name, one in book().content.instruments.items() if one.higher_is == "better")
    after = fact("measure", id="after", instrument=name, score=60, true_on=SET + timedelta(20))
    assert goal(after, instrument=name, score=50).reached == "met"
    assert goal(after, instrument=name, score=70).reached == "not met"


@pytest.mark.parametrize(
    ("outcome", "reached"),
    [("reached", "met"), ("partly reached", "not met"), ("not reached", "not met"), ("given up", "not met")],
)
def test_what_was_said_decides_against_the_measure(outcome, reached):
    against = peg(9, 30) if reached == "met" else peg(1, 30)
    assert goal(against, outcome=outcome).reached == reached


def test_a_goal_is_due_on_its_day_until_somebody_says_what_came_of_it():
    assert not goal(due=DAY + timedelta(1)).is_due
    assert goal(due=DAY).is_due
    assert not goal(due=DAY, outcome="reached").is_due


def test_a_goal_without_a_scale_waits_for_words():
    told = goal(instrument=None, score=None, text="Walk to the shop.")
    assert (told.reached, told.text, told.before, told.now) == ("undocumented", "Walk to the shop.", None, None)


def test_a_goal_of_another_system_is_told_in_its_own_words():
    told = goal(kind="other", instrument=None, score=None, text="Lift a grandchild.")
    assert (told.label, told.text) == ("Other", "Lift a grandchild.")


def test_what_came_of_it_takes_the_place_of_the_goal():
    first = fact("goal", id="first", **TARGET)
    later = fact("goal", id="later", **TARGET, outcome="reached", outcome_on=DAY, supersedes="first")
    [told] = goals_set(book(), chart_of(first, later), DAY)
    assert (told.id, told.outcome_on) == ("later", DAY)


def test_goals_that_are_over_come_last():
    done = fact("goal", id="a", kind="sleep", outcome="reached")
    open_ = fact("goal", id="b", kind="activity", due=date(2030, 1, 1))
    assert [one.id for one in goals_set(book(), chart_of(done, open_), DAY)] == ["b", "a"]

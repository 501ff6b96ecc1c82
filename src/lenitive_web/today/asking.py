"""What to ask one patient next: the questions whose answers change what happens to this patient, the first one most.

For somebody who comes today, what today's procedure needs comes first. Then what holds up the procedure that is asked
for: the source that is not settled, the gate that is not documented, what is wanted or must not be, what the payer
wants. Then the test that would tell most about where the pain comes from. Red flags nobody asked about are counted
apart: they are the same few questions in most charts.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from typing import Literal

import msgspec
from django.urls import reverse

from lenitive.chart import Chart
from lenitive.reasoning.assessment import Ask, Determination, Differential, Option
from lenitive.reasoning.next_test import NEEDLES
from lenitive.reasoning.open_questions import is_closed, where_it_hurts
from lenitive_web.ledger.models import Patient
from lenitive_web.patients.where_answered import WhereAnswered
from lenitive_web.people.models import User

KEPT = 6
"""So many questions of one patient are kept: some are said once for several patients."""
OF_TESTS = 2
"""So many tests about one source."""


class Question(msgspec.Struct, frozen=True):
    """One question, and the room in which its answer is written down."""

    text: str
    room: Literal["story", "examination", "option"]
    about: str = ""
    recorded_in: list[str] = []

    def address(self, patient: Patient, by: User, day: date) -> str:
        """The field in which it is answered; for who may not write there, the room that shows it."""
        where = WhereAnswered(patient.public_id, day, by.may, self.about)
        for place in where.places(self.text, self.recorded_in):
            return place.address
        return reverse(self.room, args=[patient.public_id, *([self.about] if self.about else [])])


def questions_of(chart: Chart, wanted: Sequence[Option], differential: Sequence[Differential]) -> list[Question]:
    """What to ask next about a chart: of the complaint, of what is asked for, of where the pain comes from."""
    return _first(
        *(Question(ask.question, "story", recorded_in=ask.recorded_in) for ask in where_it_hurts(chart)),
        *(question for option in wanted for question in _holding_up(option, differential)),
        *_tests(differential[:1]),
    )


def questions_on_the_day(option: Option) -> list[Question]:
    """What a booked procedure needs: what must not be comes first, then gates, what is wanted, what the payer wants."""
    parts = (option.contraindications, option.gates, option.candidacy, option.coverage.determination)
    return _first(*_about(option, *parts))


def _holding_up(option: Option, differential: Sequence[Differential]) -> Iterator[Question]:
    """What stands between a procedure that is asked for and a yes. No answer opens what is ruled out or closed."""
    if is_closed(option):
        return
    if option.target.status != "met":
        yield from _tests([one for one in differential if _treats(option, one)])
    yield from _about(option, option.gates, option.candidacy, option.coverage.determination, option.contraindications)


def _treats(option: Option, answer: Differential) -> bool:
    return any(one.generator == option.target.generator for one in answer.estimates)


def _tests(differential: Iterable[Differential]) -> Iterator[Question]:
    """What would tell most about the source, short of a needle: that is decided, not asked."""
    for answer in differential:
        milder = (test for test in answer.next_tests if test.burden not in NEEDLES)
        yield from (Question(test.ask, "examination", recorded_in=["finding"]) for test in islice(milder, OF_TESTS))


def _about(option: Option, *parts: Determination | None) -> Iterator[Question]:
    """The open questions of some parts, those last that only the order can answer."""
    asks: list[Ask] = [ask for part in parts if part for result in part.results(part.open) for ask in result.missing]
    for ask in sorted(asks, key=lambda one: one.about_request):
        yield Question(ask.question, "option", option.procedure, ask.recorded_in)


def _first(*found: Question) -> list[Question]:
    once: dict[str, Question] = {}
    for question in found:
        once.setdefault(question.text, question)
    return list(once.values())[:KEPT]


# --- one line for many -----------------------------------------------------------------------------------------------


class SaidOnce(msgspec.Struct, frozen=True):
    """A question that stands above a list, because so many of the list are to be asked it."""

    text: str
    patients: int


def said_once(lists: Sequence[Sequence[Question]], least: int) -> list[SaidOnce]:
    """The questions that would stand in ``least`` rows or more and in half of those that have one; the commonest first.

    Once one of them is said above, the next question moves up in its rows, and may be as common.
    """
    least = max(least, (sum(bool(asks) for asks in lists) + 1) // 2)
    above: set[str] = set()
    while common := _common(lists, above, least):
        above |= common
    counted = [SaidOnce(text, sum(any(one.text == text for one in asks) for asks in lists)) for text in above]
    return sorted(counted, key=lambda one: (-one.patients, one.text))


def _common(lists: Sequence[Sequence[Question]], above: Container[str], least: int) -> set[str]:
    shown = [question.text for asks in lists if (question := own(asks, above))]
    return {text for text in shown if shown.count(text) >= least}


def own(asks: Iterable[Question], above: Container[str]) -> Question | None:
    """The first question that is not said above the list."""
    return next((one for one in asks if one.text not in above), None)

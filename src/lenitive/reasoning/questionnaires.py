"""Questionnaires: the score of a set of answers, the band it falls in, and the answers that cannot wait for it.

Only instruments whose owners allow it have their items here. A missing answer is not zero: without it there is no
score, unless the instrument itself says what silence means.
"""

from __future__ import annotations

from collections.abc import Mapping

from lenitive.errors import KnowledgeError, no_such
from lenitive.medicine.shapes import Band, Instrument, Questionnaire
from lenitive.reasoning.assessment import Citation, Value
from lenitive.reasoning.book import Book
from lenitive.reasoning.citing import cite


class ScoreBand(Value, frozen=True, kw_only=True):
    """What a score is called."""

    label: str
    citation: Citation


class FindingShown(Value, frozen=True, kw_only=True):
    """A finding that one answer shows, present or absent; it is kept whatever the total."""

    finding: str
    present: bool
    item: int
    citation: Citation


class Scored(Value, frozen=True, kw_only=True):
    """A set of answers: the score, or which answers are missing (by number, from 1)."""

    instrument: str
    score: float | None
    band: ScoreBand | None
    missing: list[int]
    shows: list[FindingShown]
    citation: Citation


def questionnaire(book: Book, instrument: str) -> Questionnaire:
    """The wording of an instrument; an error if there is none that may be shown."""
    return _asked(_instrument(book, instrument), instrument)


def score_answers(book: Book, instrument: str, answers: Mapping[int, float]) -> Scored:
    """The score of answers by item number, from 1. An answer that is no choice of its item is refused."""
    entry = _instrument(book, instrument)
    asked = _asked(entry, instrument)
    _refuse_strangers(asked, instrument, answers)
    missing = [number for number in range(1, len(asked.items) + 1) if number not in answers]
    score = None if missing and asked.unanswered_counts is None else _score(asked, answers)
    return Scored(
        instrument=instrument,
        score=score,
        band=None if score is None else band_of(entry, instrument, score),
        missing=missing if score is None else [],
        shows=_shown(asked, instrument, answers),
        citation=cite(f"{instrument}.questionnaire", asked),
    )


def band_of(entry: Instrument, instrument: str, score: float) -> ScoreBand | None:
    """What a score is called, if the instrument has bands."""
    reached: Band | None = None
    for band in entry.cut_points:
        if score >= band.lowest:
            reached = band
    if reached is None:
        return None
    return ScoreBand(label=reached.label, citation=cite(f"{instrument}.cut_points", reached))


def t_score(book: Book, instrument: str, raw: int) -> float:
    """The T-score of a raw sum, from the instrument's table."""
    table = _instrument(book, instrument).raw_scores
    if table is None:
        known = [name for name, one in book.content.instruments.items() if one.raw_scores]
        raise no_such("table of T-scores", instrument, known)
    place = raw - table.first
    if not 0 <= place < len(table.t_scores):
        last = table.first + len(table.t_scores) - 1
        raise KnowledgeError(f"{instrument}: a raw sum is from {table.first} to {last}, not {raw}.")
    return table.t_scores[place]


def score_meant(book: Book, instrument: str, number: float) -> float:
    """The score that a number stands for where somebody types it: a raw sum, of an instrument that has a table of them,
    is its T-score. Nothing can be both, for every T-score lies above every raw sum."""
    table = book.content.instruments[instrument].raw_scores
    if table is None or not float(number).is_integer() or not 0 <= number - table.first < len(table.t_scores):
        return number
    return t_score(book, instrument, int(number))


def raw_sums(instrument: Instrument) -> tuple[int, int] | None:
    """The lowest and the highest raw sum that has a T-score, if the instrument has a table of them."""
    table = instrument.raw_scores
    return None if table is None else (table.first, table.first + len(table.t_scores) - 1)


def _instrument(book: Book, name: str) -> Instrument:
    if name not in book.content.instruments:
        raise no_such("instrument", name, book.content.instruments)
    return book.content.instruments[name]


def _asked(entry: Instrument, name: str) -> Questionnaire:
    if entry.questionnaire is None:
        raise KnowledgeError(f"{name}: its owner does not let its items be shown; enter the total.")
    return entry.questionnaire


def _refuse_strangers(asked: Questionnaire, name: str, answers: Mapping[int, float]) -> None:
    for number, answer in answers.items():
        if not 1 <= number <= len(asked.items):
            raise KnowledgeError(f"{name} has items 1 to {len(asked.items)}, not {number}.")
        choices = asked.items[number - 1].choices or asked.choices
        if answer not in [choice.value for choice in choices]:
            allowed = ", ".join(f"{choice.value:g}" for choice in choices)
            raise KnowledgeError(f"{name}, item {number}: {answer:g} is no answer. There are: {allowed}.")


def _score(asked: Questionnaire, answers: Mapping[int, float]) -> float:
    silence = asked.unanswered_counts or 0.0
    values = [answers.get(number, silence) for number in range(1, len(asked.items) + 1)]
    return sum(values) / len(values) if asked.score == "mean" else sum(values)


def _shown(asked: Questionnaire, name: str, answers: Mapping[int, float]) -> list[FindingShown]:
    return [
        FindingShown(
            finding=alarm.finding,
            present=answers[alarm.item] > alarm.above,
            item=alarm.item,
            citation=cite(f"{name}.questionnaire.alarms", alarm),
        )
        for alarm in asked.alarms
        if alarm.item in answers
    ]

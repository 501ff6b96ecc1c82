"""What is undocumented and matters: every open question in the order of worth, and the few to ask first.

First the red flags that bear on this pain, then what the next step waits for (what was asked for, else the first needle
or implant of the plan), then what moves the differential, then the rest by how many answers it settles. A red flag of
another part of the body comes last of what a patient can answer: it is asked, and does not crowd out the knee. What
only an order can say comes after all that, since nobody has ordered most of what is considered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import msgspec

from lenitive.chart.chart import Chart
from lenitive.chart.complaint import Complaint
from lenitive.medicine.shapes import Content
from lenitive.reasoning.assessment import (
    NO_NEEDLE,
    URGENCY,
    Ask,
    CriterionResult,
    Determination,
    Differential,
    Option,
    RedFlagResult,
    most_urgent_first,
    what_stops,
)
from lenitive.reasoning.candidacy import harms
from lenitive.reasoning.citing import in_a_sentence
from lenitive.reasoning.danger_signs import Unanswered, signs_in_words
from lenitive.reasoning.determination import Asking
from lenitive.reasoning.findings import words_of

FIRST = 6
"""How many questions are asked first."""

OF_THE_NEXT_STEP = 2
"""How many of these open the next step; what may forbid it is one more."""

GATE, CRITERION = 3, 1
"""What an open gate and any other open criterion weigh: the more answers a question settles, the earlier it comes."""

ASKABLE = ("question", "bedside", "questionnaire")
"""Burdens of tests that take words and hands."""


def where_it_hurts(chart: Chart) -> list[Ask]:
    """The question before all others, where no complaint is recorded."""
    if any(words_of(fact) for fact in chart.rows(Complaint)):
        return []
    return [
        Ask(
            question="Where does it hurt, since when, and where does it go?",
            detail="no complaint is recorded",
            settles=["which sources of pain are considered at all"],
            recorded_in=["complaint"],
        )
    ]


@dataclass(slots=True)
class _Weighed:
    """A question that several answers wait for. ``forbids`` says that a yes would speak against a procedure."""

    ask: Ask
    rank: tuple[int, int]
    weight: int = 0
    forbids: bool = False
    settles: list[str] = field(default_factory=list)

    @property
    def place(self) -> tuple[bool, tuple[int, int], int, str]:
        """Where it stands among all of them."""
        return self.ask.about_request, self.rank, -self.weight, self.ask.question

    def shown(self) -> Ask:
        """The question with everything that it settles."""
        if len(self.settles) == len(self.ask.settles):
            return self.ask
        return msgspec.structs.replace(self.ask, settles=list(dict.fromkeys(self.settles)))


_BEARS, _NEXT_STEP, _NEAR, _REST, _ELSEWHERE = range(5)


class OpenQuestions:
    """The open questions of one assessment. ``options`` are laid out, ``asked_for`` names those that were requested."""

    def __init__(
        self,
        asking: Asking,
        flags: Sequence[RedFlagResult],
        differential: Sequence[Differential],
        options: Sequence[Option],
        asked_for: frozenset[str] = frozenset(),
    ) -> None:
        content, chart = asking.book.content, asking.engine.chart
        self._asking = asking
        self._where = where_it_hurts(chart)
        self._differential = differential
        self._next_step = [one for one in next_step(options, asked_for) if not is_closed(one)]
        self._weighed: dict[str, _Weighed] = {}
        self._is_stopped = bool(what_stops(flags))
        silent = most_urgent_first(flag for flag in flags if flag.missing)
        self._bearing = bearing(content, chart, silent, differential)
        self._add_flags(_BEARS, self._bearing)
        self._add_options(_NEXT_STEP, self._next_step)
        # Who asked for something that can be had wants to know about that.
        is_answered = bool(asked_for and self._next_step)
        near = [] if is_answered else [option for option in options if _is_near(option, self._next_step)]
        self._add_options(_NEAR, _without(near, self._next_step))
        self._add_options(_REST, _without(options, (*self._next_step, *near)))
        self._add_flags(_ELSEWHERE, silent)
        self._ranked = sorted(self._weighed.values(), key=lambda one: one.place)

    def every_one(self) -> list[Ask]:
        """All of them, in the order of worth."""
        return [*self._where, *(one.shown() for one in self._ranked)]

    def first(self) -> list[Ask]:
        """The few that matter most. What is asked in one breath is one line: danger signs, and what may forbid the
        next step. While a danger stops everything, only the other dangers are asked about."""
        if self._is_stopped:
            return self._danger_signs()
        told = [one for one in self._ranked if one.rank[0] in (_NEXT_STEP, _NEAR) and not one.ask.about_request]
        steps = [one for one in told if one.weight and not one.forbids]
        opens = [one.shown() for one in steps if one.rank[0] == _NEXT_STEP]
        near = [one.shown() for one in steps if one.rank[0] == _NEAR]
        ordered = [
            *self._where,
            *self._danger_signs(),
            *opens[:OF_THE_NEXT_STEP],
            *self._what_may_forbid(told),
            *self._telling(),
            *opens[OF_THE_NEXT_STEP:],
            *near,
        ]
        found: dict[str, Ask] = {}
        for ask in ordered:
            found.setdefault(ask.question, ask)
        return list(found.values())[:FIRST]

    def _danger_signs(self) -> list[Ask]:
        """The signs of the dangers that bear on this pain, without those that were denied already. Of one danger its
        own question is put."""
        if len(self._bearing) < 2:
            return [ask for flag in self._bearing for ask in flag.missing]
        unanswered, known = Unanswered(self._asking), self._asking.book
        open_ = [words for flag in self._bearing for words in signs_in_words(known, flag.id, unanswered.signs_of(flag))]
        return [
            Ask(
                question=f"Are there danger signs? Not answered yet: {'; '.join(dict.fromkeys(open_))}.",
                detail="each is among the questions that are missing",
                settles=[flag.label for flag in self._bearing],
                recorded_in=["finding"],
            )
        ]

    def _what_may_forbid(self, told: Iterable[_Weighed]) -> list[Ask]:
        against = [one for one in told if one.rank[0] == _NEXT_STEP and one.forbids]
        if len(against) < 2:
            return [one.shown() for one in against]
        against.sort(key=self._harm_of())
        step = " or ".join(dict.fromkeys(in_a_sentence(option.label) for option in self._next_step))
        return [
            Ask(
                question=f"Is anything against {step}?",
                detail="each is among the questions that are missing",
                settles=list(dict.fromkeys(label for one in against for label in one.settles)),
                recorded_in=list(dict.fromkeys(table for one in against for table in one.ask.recorded_in)),
            )
        ]

    def _harm_of(self) -> Callable[[_Weighed], int]:
        """The place of a question about the next step among those that are asked first for the harm of a yes."""
        known = self._asking.book
        harm = harms(known, known.since[self._asking.engine.day])
        places = {
            ask.question: harm.get(row.criterion, len(harm))
            for option in self._next_step
            for row in option.contraindications.results(option.contraindications.open)
            for ask in row.missing
        }
        return lambda one: places.get(one.ask.question, len(harm))

    def _telling(self) -> Iterator[Ask]:
        """For each question of the differential, the best test that takes words and hands. Once the first is settled,
        the others change nothing about it."""
        is_settled = bool(self._differential) and self._differential[0].settled_on is not None
        for answer in () if is_settled else self._differential:
            test = next((one for one in answer.next_tests if one.burden in ASKABLE), None)
            if test:
                labels = [one.label for one in answer.estimates if one.generator == test.about]
                yield Ask(question=test.ask, detail=test.label, settles=labels, recorded_in=["finding"])

    def _add_flags(self, band: int, flags: Iterable[RedFlagResult]) -> None:
        for flag in flags:
            self._add((band, -URGENCY[flag.urgency]), CRITERION, flag.missing)

    def _add_options(self, band: int, options: Iterable[Option]) -> None:
        is_next, usual, weighed = band == _NEXT_STEP, (band, 0), self._weighed
        for option in options:
            if _is_to_be_named(option):
                self._add((band, -GATE), GATE, [_name_it(option)])
            for weight, determination in _determinations(option):
                waiting = determination.open
                if not waiting:
                    continue
                forbids = determination is option.contraindications
                for result in determination.criteria:
                    if not result.missing or result.criterion not in waiting:
                        continue
                    # What a later option waits for is a step to take, unless it is the next one.
                    is_asked = (is_next or result.opens_with is None) and _counts(determination, result)
                    # Of the next step the gate comes before all else, however many answers wait for the rest.
                    rank = (band, -weight) if is_next and is_asked else usual
                    counted = weight if is_asked else 0
                    for ask in result.missing:
                        known = weighed.get(ask.question) or self._begin(ask, rank)
                        known.weight += counted
                        known.forbids |= forbids
                        known.settles += ask.settles

    def _add(self, rank: tuple[int, int], weight: int, asks: Iterable[Ask]) -> None:
        for ask in asks:
            known = self._weighed.get(ask.question) or self._begin(ask, rank)
            known.weight += weight
            known.settles += ask.settles

    def _begin(self, ask: Ask, rank: tuple[int, int]) -> _Weighed:
        """A question that nothing waited for so far."""
        begun = self._weighed[ask.question] = _Weighed(ask, rank)
        return begun


def next_step(options: Sequence[Option], asked_for: frozenset[str] = frozenset()) -> list[Option]:
    """What was asked for, else the first needle or implant that is not ruled out. ``options`` are laid out."""
    asked = [option for option in options if option.procedure in asked_for] if asked_for else []
    if asked:
        return asked
    needles = [option for option in options if option.place != "not now" and option.role not in NO_NEEDLE]
    return needles[:1]


def is_closed(option: Option) -> bool:
    """It is ruled out, or a gate of it is shut: no answer opens it now."""
    return option.verdict == "not a candidate" or option.gates.status == "not met"


def _is_near(option: Option, step: Sequence[Option]) -> bool:
    """It is now or next, or it is about the source of the next step."""
    about = {one.target.generator for one in step}
    return option.place in ("now", "next") or (option.target.generator in about and option.place != "not now")


def _without(options: Iterable[Option], taken: Iterable[Option]) -> list[Option]:
    kinds = {option.procedure for option in taken}
    return [option for option in options if option.procedure not in kinds]


def _determinations(option: Option) -> list[tuple[int, Determination]]:
    asked = [(GATE, option.gates), (CRITERION, option.candidacy), (CRITERION, option.contraindications)]
    if option.coverage.determination:
        asked.append((CRITERION, option.coverage.determination))
    return asked


def _counts(determination: Determination, result: CriterionResult) -> bool:
    """Whether a criterion is asked for. Of alternatives only the first counts: the others are the exceptions to the
    rule, and are asked for once it is known not to hold."""
    return not result.group or next(one for one in determination.criteria if one.group == result.group) is result


# --- a source that only a clinician can name -----------------------------------------------------------------------


def _is_to_be_named(option: Option) -> bool:
    """Its source has no number, so it is treated once it is written down as the working diagnosis."""
    target = option.target
    return target.probability is None and target.generator is not None and target.status == "undocumented"


def _name_it(option: Option) -> Ask:
    source = in_a_sentence(option.target.label)
    return Ask(
        question=f"Is {source} the diagnosis that you treat? Then write it down with the reason.",
        detail="no working diagnosis is recorded, and no probability is known for it",
        settles=[f"{option.label}: its target"],
        recorded_in=["statement"],
    )


# --- which dangers belong to a pain --------------------------------------------------------------------------------


def bearing(
    content: Content, chart: Chart, flags: Iterable[RedFlagResult], differential: Sequence[Differential]
) -> list[RedFlagResult]:
    """The dangers that belong to the pain of a chart."""
    felt = _felt(content, chart)
    return [flag for flag in flags if _bears(content, flag.id, felt, differential)]


def _felt(content: Content, chart: Chart) -> set[str]:
    """The parts of the body in which the pain is felt."""
    words = {word for fact in chart.rows(Complaint) for word in words_of(fact)}
    return {content.regions[word].area for word in words if word in content.regions}


def _bears(content: Content, name: str, felt: set[str], differential: Sequence[Differential]) -> bool:
    """Whether a danger belongs to this pain. One that belongs to every pain does, and so does any for a pain that
    nobody has placed."""
    flag = content.red_flags[name]
    if not (flag.areas or flag.questions) or not felt:
        return True
    raised = {answer.question for answer in differential}
    return not felt.isdisjoint(flag.areas) or not raised.isdisjoint(flag.questions)

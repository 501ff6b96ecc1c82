"""The order of things: which options are now, next, later, or not now, and what follows each result.

*Now* is the least invasive care that is open, and beside it the least invasive needle for the likeliest source, once
all that it asks for is met. What waits for an answer is *next* if nothing much less invasive is open for its source.
What was tried without help, and a test that has given its answer, steps back and says so. The ladder says for each
option what comes if it works and if it fails; goals and partners stand beside it.

While a red flag is raised that stops procedures, the ladder is its action and what need not wait for it, and the
partners are those who deal with a danger.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import msgspec

from lenitive.chart.chart import Chart
from lenitive.chart.measure import Measure
from lenitive.medicine.shapes import Goal, Partner
from lenitive.reasoning.assessment import (
    NO_NEEDLE,
    Assessment,
    Citation,
    Differential,
    Estimate,
    FactSeen,
    Option,
    RedFlagResult,
    Value,
    most_urgent_first,
    what_stops,
)
from lenitive.reasoning.book import Book
from lenitive.reasoning.citing import cite, cite_parameter, in_a_sentence, see
from lenitive.reasoning.determination import Asking
from lenitive.reasoning.response import Change, changed

_ORDER = {"now": 0, "next": 1, "later": 2, "not now": 3}
TREATS = ("therapeutic", "both", "implant")
TESTS = ("diagnostic", "both")

CLOSE = 1
"""How many steps of invasiveness further up an unanswered option still counts as next to the first of its source."""


def laid_out(
    options: list[Option],
    differential: Sequence[Differential],
    first_pain_is_weighed: bool = True,
    explained: frozenset[str] = frozenset(),
) -> list[Option]:
    """The options with their places, in the order in which they are shown.

    Within a place the sources of the dominant pain come first, of these the likeliest, and for one source the least
    invasive option. A source that no question weighs (a working diagnosis, a definition) stands beside those of the
    dominant pain, and before them where that pain raises no question. ``explained`` names questions that a supported
    source of the same pain answers already.
    """
    ground = _Ground.of(options, differential, 0 if first_pain_is_weighed else -1, explained)
    placed = [msgspec.structs.replace(option, place=ground.place(option), why=ground.why(option)) for option in options]
    return sorted(placed, key=lambda option: (_ORDER[option.place], not _is_care(option), *ground.rank(option)))


@dataclass(frozen=True, slots=True)
class _Ground:
    """Where the options stand together: the least invasive care and needle that are open, and the first of a source.

    ``question_of`` has the place of the question that a source answers, that of the dominant pain first. A source is
    weighed against its rivals for one answer alone: what is known of the neck says nothing about the back. ``helped``
    names the treatment that still helps a source.
    """

    question_of: Mapping[str, int]
    unweighed: int
    outweighed: frozenset[str]
    care: int | None
    needle: Option | None
    first_of: Mapping[str | None, int]
    first_test_of: Mapping[int, int]
    helped: Mapping[str | None, str]

    @classmethod
    def of(
        cls, options: Sequence[Option], differential: Sequence[Differential], unweighed: int, explained: frozenset[str]
    ) -> _Ground:
        """The ground that options share."""
        question_of = {one.generator: rank for rank, answer in enumerate(differential) for one in answer.estimates}
        supported = max((option.target.needed for option in options), default=1.0)
        outweighed = _outweighed(differential, supported)
        outweighed |= _below([answer for answer in differential if answer.question in explained], supported)
        if any(_is_worked_with(option, supported) for option in options):
            outweighed |= _below(differential[:1], supported)
        ready = [option for option in options if option.verdict == "candidate" and not _steps_back(option)]
        open_ = [
            option
            for option in options
            if option.verdict in ("candidate", "undocumented") and not _steps_back(option) and not _is_no_needle(option)
        ]
        first_of: dict[str | None, int] = {}
        first_test_of: dict[int, int] = {}
        for option in open_:
            if _is_against_advice(option):
                continue
            source = option.target.generator
            first_of[source] = min(option.step, first_of.get(source, option.step))
            if option.role in TESTS and source in question_of and source not in outweighed:
                question = question_of[source]
                first_test_of[question] = min(option.step, first_test_of.get(question, option.step))
        care = [option.step for option in ready if _is_care(option)]
        helped = {option.target.generator: option.label for option in options if _still_helps(option)}
        needles = [
            option
            for option in ready
            if not _is_no_needle(option) and option.target.generator not in {*outweighed, *helped}
        ]
        ground = cls(question_of, unweighed, outweighed, min(care, default=None), None, first_of, first_test_of, helped)
        return replace(ground, needle=min(needles, key=ground.rank, default=None))

    def rank(self, option: Option) -> tuple[int, float, bool, int, bool, str]:
        """The dominant pain first, then the likeliest source, then what no advice speaks against, then the least
        invasive, then what a gate was opened for: who had two blocks had them for the ablation."""
        question = self.question_of.get(option.target.generator or "", self.unweighed)
        against_advice, was_opened = _is_against_advice(option), _was_opened(option)
        return question, -_weight(option), against_advice, option.step, not was_opened, option.procedure

    def why(self, option: Option) -> str:
        """Why it stands where it stands; what the chart says about it already comes first, then what helps instead."""
        if option.earlier:
            return f"{option.earlier.says} {option.why}"
        helps = None if _is_care(option) else self.helped.get(option.target.generator)
        return f"{helps} still helps the same source. {option.why}" if helps else option.why

    def place(self, option: Option) -> str:
        """Where one option stands. While a treatment of its source still helps, no other needle is due for it."""
        if option.verdict == "not a candidate":
            return "not now"
        if _steps_back(option):
            return "later" if _is_care(option) or _again(option) == "not due" else "not now"
        if option.verdict == "not yet" or (not _is_care(option) and option.target.generator in self.helped):
            return "later"
        is_outweighed = option.target.generator in self.outweighed
        if option.verdict == "candidate":
            is_first = option.step == self.care if _is_care(option) else option is self.needle
            return "now" if is_first else "next" if _is_care(option) or not is_outweighed else "later"
        if _is_care(option):
            return "next"
        return "later" if is_outweighed or self._waits_for_something_better(option) else "next"

    def _waits_for_something_better(self, option: Option) -> bool:
        """Something better is open: less invasive by far for the same source, or advised where this is not; or, before
        a mere test, something less invasive by far to test its rivals."""
        source = option.target.generator
        if source in self.first_of and _is_against_advice(option):
            return True
        first = self.first_of.get(source, option.step)
        if option.role == "diagnostic" and source is not None and source in self.question_of:
            first = min(first, self.first_test_of.get(self.question_of[source], first))
        return option.step > first + CLOSE


def _outweighed(differential: Sequence[Differential], supported: float) -> frozenset[str]:
    """Sources less likely than not, while a rival for the same answer is supported: that one comes first."""
    settled = [answer for answer in differential if any(one.probability >= supported for one in answer.estimates)]
    return _below(settled, supported)


def _below(differential: Sequence[Differential], supported: float) -> frozenset[str]:
    return frozenset(
        one.generator for answer in differential for one in answer.estimates if one.probability < supported
    )


def _is_worked_with(option: Option, supported: float) -> bool:
    """Its source has no number and a clinician stands by it: the working diagnosis, which is of the dominant pain."""
    return option.target.probability is None and option.target.status == "met" and option.target.needed >= supported


def _weight(option: Option) -> float:
    """How likely its source is; a source without a number that a clinician stands by counts as sure."""
    if option.target.probability is None:
        return 1.0 if option.target.status == "met" else 0.0
    return option.target.probability


def _is_care(option: Option) -> bool:
    """Done without a needle and without a referral."""
    return option.role == "conservative"


def _was_opened(option: Option) -> bool:
    """It has gates, and they are open."""
    return option.gates.status == "met" and bool(option.gates.criteria)


def _still_helps(option: Option) -> bool:
    """It treated its source, and the relief holds."""
    return option.role in TREATS and _again(option) == "not due"


def _is_against_advice(option: Option) -> bool:
    """A gate that only advises is not open: the joint injected where its nerves can be ablated, a repeat too soon."""
    return any(row.severity == "advice" and row.satisfied is not True for row in option.gates.criteria)


def _is_no_needle(option: Option) -> bool:
    return option.role in NO_NEEDLE


def _again(option: Option) -> str | None:
    return option.earlier.again if option.earlier else None


def _steps_back(option: Option) -> bool:
    """It was tried without help, has given its answer, or still works."""
    return _again(option) in ("pointless", "not meant to be repeated", "not due")


# --- the ladder ----------------------------------------------------------------------------------------------------


class Then(Value, frozen=True, kw_only=True):
    """What comes after a result. Without a procedure it is advice alone."""

    procedure: str | None
    label: str
    why: str
    citations: list[Citation] = []


class Rung(Value, frozen=True, kw_only=True):
    """One option on the ladder: where it stands, and what follows either result.

    Without a procedure it is the action of a red flag, for which everything else waits.
    """

    procedure: str | None
    label: str
    place: str
    why: str
    opens_with: list[str]
    if_it_works: list[Then]
    if_it_fails: list[Then]
    citations: list[Citation] = []


WAITS = "Everything else waits: red flag. The plan goes on once the danger is ruled out or dealt with, and recorded so."


def ladder(book: Book, assessment: Assessment, places: Sequence[str] = ("now", "next")) -> list[Rung]:
    """The options in these places, each with what comes if it works and if it fails. Under a red flag that stops
    procedures its action comes first, and beside it only what need not wait for it."""
    stopping = what_stops(assessment.red_flags)
    actions = [_action(flag) for flag in stopping]
    return actions + [
        Rung(
            procedure=option.procedure,
            label=option.label,
            place=option.place,
            why=option.why,
            opens_with=option.opens_with,
            if_it_works=list(_if_it_works(book, assessment, option)),
            if_it_fails=list(_if_it_fails(book, assessment, option)),
        )
        for option in assessment.options
        if option.place in places and not any(flag.holds_up(option.procedure) for flag in stopping)
    ]


def _action(flag: RedFlagResult) -> Rung:
    return Rung(
        procedure=None,
        label=flag.label,
        place="now",
        why=flag.action,
        opens_with=[],
        if_it_works=[],
        if_it_fails=[],
        citations=flag.citations,
    )


def _if_it_works(book: Book, assessment: Assessment, option: Option) -> Iterator[Then]:
    entry = book.content.procedures[option.procedure]
    if entry.role in NO_NEEDLE:
        yield _OPERATION if entry.role == "referral" else _KEEP_IT_UP
        return
    if entry.role in ("diagnostic", "trial"):
        yield from _second_test(book, option)
        wanted = ("implant",) if entry.role == "trial" else TREATS
        following = _same_source(book, assessment, option, wanted)
        if following:
            yield _then(following[0], "Treats the same source, once it is proven.")
        return
    if entry.repeat:
        citation = cite(f"{option.procedure}.repeat", entry.repeat)
        yield Then(procedure=None, label="Repeat", why=f"{entry.repeat.text}.", citations=[citation])
    active = _same_source(book, assessment, option, ("conservative",), from_step=0)
    if active:
        yield _then(active[0], "Use the time with less pain: what is trained now is what lasts.")


_KEEP_IT_UP = Then(procedure=None, label="Keep it up", why="Nothing more invasive is needed while it helps enough.")
_OPERATION = Then(
    procedure=None,
    label="If the surgeon advises it",
    why="Agree beforehand on what the operation is to reach, and by when it is judged.",
)


def _second_test(book: Book, option: Option) -> Iterator[Then]:
    """A second block on another day, where two that agree tell more than one."""
    for rows in book.blocks_for.values():
        for name, block in rows:
            if block.procedure == option.procedure and block.comparative:
                yield Then(
                    procedure=option.procedure,
                    label=f"{option.label}, a second time",
                    why="Two tests on two days that agree tell more than one.",
                    citations=[cite(name, block)],
                )
                return


def _if_it_fails(book: Book, assessment: Assessment, option: Option) -> Iterator[Then]:
    entry = book.content.procedures[option.procedure]
    if entry.role in TESTS and option.request.intent != "therapeutic":
        yield from _the_next_source(book, assessment, option)
    if entry.role == "diagnostic":
        return
    if entry.role == "referral":
        yield _restore_function(book, "If surgery is not advised or not wanted: aims at function where pain stays.")
        return
    further = _same_source(book, assessment, option, (*TREATS, "trial"), from_step=option.step + 1)
    if further:
        yield _then(further[0], "The next step for the same source, if it is still the likeliest.")
        return
    last = _same_source(book, assessment, option, ("referral",), from_step=0)
    if last:
        yield _then(last[0], "Nothing less invasive is left for this source.")
    elif option.procedure != "interdisciplinary_rehabilitation":
        yield _restore_function(book, "Aims at function where pain does not yield.")


def _restore_function(book: Book, why: str) -> Then:
    name = "interdisciplinary_rehabilitation"
    return Then(procedure=name, label=book.content.procedures[name].label, why=why)


def _the_next_source(book: Book, assessment: Assessment, option: Option) -> Iterator[Then]:
    """The likeliest rival of the source that was tested, and the test or option that is about it."""
    found = _rival(assessment.differential, option.target.generator)
    if found is None:
        return
    answer, rival = found
    tests = [test for test in answer.next_tests if test.about == rival.generator]
    label = tests[0].label if tests else rival.label
    yield Then(
        procedure=tests[0].finding if tests and tests[0].finding in book.content.procedures else None,
        label=label,
        why=f"Then think of the next likeliest source: {in_a_sentence(rival.label)}.",
        citations=[tests[0].citation] if tests else [],
    )


def _rival(differential: Sequence[Differential], generator: str | None) -> tuple[Differential, Estimate] | None:
    for answer in differential:
        if generator in {one.generator for one in answer.estimates}:
            rivals = [one for one in answer.estimates if one.generator != generator]
            return (answer, rivals[0]) if rivals else None
    return None


def _same_source(
    book: Book, assessment: Assessment, option: Option, roles: Sequence[str], from_step: int | None = None
) -> list[Option]:
    """Other options for the same source, not ruled out, from a step on.

    What was not tried in vain comes first, then what no gate holds back, then what no advice speaks against, then the
    least invasive, then what a gate was opened for. A needle or an implant that was tried in vain is left out.
    """
    source, least = option.target.generator, option.step if from_step is None else from_step
    if source is None:
        return []
    found = [
        other
        for other in assessment.options
        if other.procedure != option.procedure
        and book.content.procedures[other.procedure].role in roles
        and source in book.content.procedures[other.procedure].targets
        and other.step >= least
        and other.verdict != "not a candidate"
        and (_is_care(other) or not _steps_back(other))
    ]

    def rank(other: Option) -> tuple[object, ...]:
        return (
            _steps_back(other),
            other.verdict == "not yet",
            _is_against_advice(other),
            other.step,
            not _was_opened(other),
            _ORDER[other.place],
            other.procedure,
        )

    return sorted(found, key=rank)


def _then(option: Option, why: str) -> Then:
    return Then(procedure=option.procedure, label=option.label, why=why)


# --- goals ---------------------------------------------------------------------------------------------------------


class SharedGoal(Value, frozen=True, kw_only=True):
    """Something to aim for together: the question, an example, and how its scores moved from the first to the last."""

    goal: str
    label: str
    ask: str
    example: str
    scores: list[FactSeen]
    changes: list[Change]


def shared_goals(book: Book, chart: Chart, as_of: date) -> list[SharedGoal]:
    """The goals to talk about, those that a score speaks for first."""
    chart = chart.as_of(as_of)
    found = [_shared_goal(book, chart, as_of, name, goal) for name, goal in book.content.goals.items()]
    return sorted(found, key=lambda one: not one.scores)


def _shared_goal(book: Book, chart: Chart, as_of: date, name: str, goal: Goal) -> SharedGoal:
    scored = _scored(chart, goal.measured_by, as_of)
    return SharedGoal(
        goal=name,
        label=goal.label,
        ask=goal.ask,
        example=goal.example,
        scores=[see(series[-1]) for series in scored.values()],
        changes=[
            changed(book, instrument, series[0].score, series[-1].score)
            for instrument, series in scored.items()
            if len(series) > 1 and series[0].score is not None and series[-1].score is not None
        ],
    )


def _scored(chart: Chart, instruments: Sequence[str], until: date) -> dict[str, list[Measure]]:
    """Dated scores of some instruments until a day, the oldest first."""
    found: dict[str, list[Measure]] = {}
    for measure in chart.rows(Measure):
        is_dated = measure.true_on is not None and measure.true_on <= until
        if measure.instrument in instruments and measure.score is not None and is_dated:
            found.setdefault(measure.instrument, []).append(measure)
    for series in found.values():
        series.sort(key=lambda one: one.true_on or date.min)
    return found


# --- partners ------------------------------------------------------------------------------------------------------


class Involve(Value, frozen=True, kw_only=True):
    """Somebody to involve, and the question as it can be sent."""

    partner: str
    label: str
    question: str
    facts: list[FactSeen]
    citations: list[Citation]


def whom_to_involve(book: Book, chart: Chart, assessment: Assessment, asked_for: Sequence[str] = ()) -> list[Involve]:
    """Who else has a part in this, with the question written. Only what the chart answers calls for somebody.

    A question about what is planned names the first of the procedures ``asked_for``, else the ladder's first. While a
    red flag stops procedures, only who deals with a raised flag is called, for the most urgent first.
    """
    raised = [flag for flag in most_urgent_first(assessment.red_flags) if flag.status == "met"]
    if what_stops(raised):
        by_criterion = {partner.criterion: (name, partner) for name, partner in book.content.partners.items()}
        criteria = [book.content.red_flags[flag.id].criterion for flag in raised]
        called = [by_criterion[one] for one in criteria if one in by_criterion]
    else:
        called = list(book.content.partners.items())
    return _involved(book, chart, assessment, asked_for, called)


def _involved(
    book: Book,
    chart: Chart,
    assessment: Assessment,
    asked_for: Sequence[str],
    partners: Sequence[tuple[str, Partner]],
) -> list[Involve]:
    asking = Asking.about(book, chart.as_of(assessment.as_of), assessment.as_of)
    words = {"source": _likeliest(assessment), "procedure": _planned(assessment, asked_for)}
    found: list[Involve] = []
    for name, partner in partners:
        if partner.criterion is None:
            found.extend(_opinions(book, name, partner, assessment))
            continue
        answer = asking.engine.answer(book.standing(partner.criterion, assessment.as_of))
        if answer.status.value == partner.want:
            found.append(
                Involve(
                    partner=name,
                    label=partner.label,
                    question=partner.question.format(**words),
                    facts=[see(fact) for fact in answer.facts],
                    citations=[cite(name, partner), *(cite_parameter(used) for used in answer.citations)],
                )
            )
    return found


def _opinions(book: Book, name: str, partner: Partner, assessment: Assessment) -> Iterator[Involve]:
    """One question for each referral that the patient is a candidate for."""
    for option in assessment.options:
        if option.verdict == "candidate" and book.content.procedures[option.procedure].role == "referral":
            yield Involve(
                partner=option.procedure,
                label=option.label,
                question=partner.question.format(
                    source=in_a_sentence(option.target.label), procedure=in_a_sentence(option.label)
                ),
                facts=list({fact.id: fact for row in option.candidacy.criteria for fact in row.facts}.values()),
                citations=[cite(name, partner)],
            )


def _likeliest(assessment: Assessment) -> str:
    estimates = [one for answer in assessment.differential for one in answer.estimates[:1]]
    if not estimates:
        return "not yet known"
    return in_a_sentence(max(estimates, key=lambda one: one.probability).label)


def _planned(assessment: Assessment, asked_for: Sequence[str]) -> str:
    """What is asked for, else the first needle or implant on the ladder."""
    labels = {option.procedure: option.label for option in assessment.options}
    asked = [labels[kind] for kind in asked_for if kind in labels]
    if asked:
        return in_a_sentence(asked[0])
    for option in assessment.options:
        if option.place in ("now", "next") and option.request.intent is not None:
            return in_a_sentence(option.label)
    return "a procedure"

"""The order of things: which options are now, next, later, or not now, and what follows each result.

*Now* is the least invasive care that is open, and beside it the least invasive needle for the likeliest source, once
all that it asks for is met. What waits for an answer is *next* if nothing much less invasive is open for its source.
What was tried without help, and a test that has given its answer, steps back and says so. The ladder says for each
option what comes if it works and if it fails; goals and partners stand beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

import msgspec

from lenitive.chart.chart import Chart
from lenitive.chart.measure import Measure
from lenitive.medicine.shapes import Goal, Partner
from lenitive.reasoning.assessment import Assessment, Citation, Differential, Estimate, FactSeen, Option, Value
from lenitive.reasoning.book import Book
from lenitive.reasoning.citing import cite, cite_parameter, in_a_sentence, see
from lenitive.reasoning.determination import Asking
from lenitive.reasoning.response import Change, changed

_ORDER = {"now": 0, "next": 1, "later": 2, "not now": 3}
TREATS = ("therapeutic", "both", "implant")
TESTS = ("diagnostic", "both")
NO_NEEDLE = ("conservative", "referral")

CLOSE = 1
"""How many steps of invasiveness further up an unanswered option still counts as next to the first of its source."""


def laid_out(options: list[Option]) -> list[Option]:
    """The options with their places, in the order in which they are shown: the likeliest source first within a place,
    and for one source the least invasive."""
    ground = _Ground.of(options)
    placed = [msgspec.structs.replace(option, place=ground.place(option), why=_told(option)) for option in options]
    return sorted(
        placed,
        key=lambda option: (
            _ORDER[option.place],
            not _is_care(option),
            -_weight(option),
            option.step,
            option.procedure,
        ),
    )


def _told(option: Option) -> str:
    """Why it stands where it stands; what the chart says about it already comes first."""
    return f"{option.earlier.says} {option.why}" if option.earlier else option.why


@dataclass(frozen=True, slots=True)
class _Ground:
    """Where the options stand together: the least invasive care and needle that are open, and the first of a source."""

    care: int | None
    needle: Option | None
    first_of: Mapping[str | None, int]
    supported: float
    has_supported: bool

    @classmethod
    def of(cls, options: Sequence[Option]) -> _Ground:
        """The ground that options share."""
        ready = [option for option in options if option.verdict == "candidate" and not _steps_back(option)]
        care = [option.step for option in ready if _is_care(option)]
        needles = [option for option in ready if option.role not in NO_NEEDLE]
        first_of: dict[str | None, int] = {}
        for option in options:
            is_open = option.verdict in ("candidate", "undocumented") and not _steps_back(option)
            if is_open and option.role not in NO_NEEDLE:
                source = option.target.generator
                first_of[source] = min(option.step, first_of.get(source, option.step))
        return cls(
            min(care, default=None),
            min(needles, key=lambda one: (-_weight(one), one.step, one.procedure), default=None),
            first_of,
            supported := max((option.target.needed for option in options), default=1.0),
            any(_weight(option) >= supported for option in options),
        )

    def place(self, option: Option) -> str:
        """Where one option stands."""
        if option.verdict == "not a candidate":
            return "not now"
        if _steps_back(option):
            return "later" if _is_care(option) or _again(option) == "not due" else "not now"
        if option.verdict == "not yet":
            return "later"
        if option.verdict == "candidate":
            is_first = option.step == self.care if _is_care(option) else option is self.needle
            return "now" if is_first else "next" if _is_care(option) or not self._is_outweighed(option) else "later"
        if _is_care(option):
            return "next"
        first = self.first_of.get(option.target.generator, option.step)
        return "next" if option.step <= first + CLOSE and not self._is_outweighed(option) else "later"

    def _is_outweighed(self, option: Option) -> bool:
        """Its source is less likely than not, while another source is supported: that one comes first."""
        return self.has_supported and _weight(option) < self.supported


def _weight(option: Option) -> float:
    """How likely its source is; a source without a number that a clinician stands by counts as sure."""
    if option.target.probability is None:
        return 1.0 if option.target.status == "met" else 0.0
    return option.target.probability


def _is_care(option: Option) -> bool:
    """Done without a needle and without a referral."""
    return option.role == "conservative"


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
    """One option on the ladder: where it stands, and what follows either result."""

    procedure: str
    label: str
    place: str
    why: str
    opens_with: list[str]
    if_it_works: list[Then]
    if_it_fails: list[Then]


def ladder(book: Book, assessment: Assessment, places: Sequence[str] = ("now", "next")) -> list[Rung]:
    """The options in these places, each with what comes if it works and if it fails."""
    return [
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
        if option.place in places
    ]


def _if_it_works(book: Book, assessment: Assessment, option: Option) -> Iterator[Then]:
    entry = book.content.procedures[option.procedure]
    if entry.role in NO_NEEDLE:
        yield _KEEP_IT_UP if entry.role == "conservative" else _OPERATION
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

    What was not tried in vain comes first, then what no gate holds back, then the least invasive, then what a gate was
    opened for. A needle or an implant that was tried in vain is left out.
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
        was_opened = other.gates.status == "met" and bool(other.gates.criteria)
        return (
            _steps_back(other),
            other.verdict == "not yet",
            other.step,
            not was_opened,
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
    for fact in chart.table("measure"):
        measure = cast("Measure", fact)
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

    A question about what is planned names the first of the procedures ``asked_for``, else the ladder's first.
    """
    asking = Asking.about(book, chart.as_of(assessment.as_of), assessment.as_of)
    words = {"source": _likeliest(assessment), "procedure": _planned(assessment, asked_for)}
    found: list[Involve] = []
    for name, partner in book.content.partners.items():
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

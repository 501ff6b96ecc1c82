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
from lenitive.medicine.shapes import Goal, Partner, Requirement
from lenitive.reasoning.assessment import (
    NO_NEEDLE,
    Assessment,
    Citation,
    CriterionResult,
    Differential,
    Estimate,
    FactSeen,
    Option,
    RedFlagResult,
    Value,
    most_urgent_first,
    what_holds_up,
    what_stops,
)
from lenitive.reasoning.book import Book
from lenitive.reasoning.candidacy import WITHIN_REACH
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
    shown_by_trial: frozenset[str] = frozenset(),
    worked_with: str | None = None,
) -> list[Option]:
    """The options with their places, in the order in which they are shown.

    Within a place the sources of the dominant pain come first, of these the likeliest, and for one source the least
    invasive option. A source that no question weighs (a working diagnosis, a definition) stands beside those of the
    dominant pain, and before them where that pain raises no question. ``explained`` names questions that a supported
    source of the same pain answers already, ``shown_by_trial`` those of a pain for which a trial has shown what helps.
    ``worked_with`` is the source without a number that a clinician stands by.
    """
    unweighed = 0 if first_pain_is_weighed else -1
    ground = _Ground.of(options, differential, unweighed, explained, shown_by_trial, worked_with)
    placed = [msgspec.structs.replace(option, place=ground.place(option), why=ground.why(option)) for option in options]
    return sorted(placed, key=lambda option: (_ORDER[option.place], not _is_care(option), *ground.rank(option)))


@dataclass(frozen=True, slots=True)
class _Ground:
    """Where the options stand together: the least invasive care and needle that are open, and the first of a source.

    ``question_of`` has the place of the question that a source answers, that of the dominant pain first. A source is
    weighed against its rivals for one answer alone: what is known of the neck says nothing about the back. ``helped``
    names the treatment that still helps a source. ``implants`` has, by source, the implant that a passed trial opened,
    and ``tried`` the questions of the pain that was tried. ``is_reached`` tells that a needle is open which is known to
    reach a pain: of which nobody knows that, waits.
    """

    question_of: Mapping[str, int]
    unweighed: int
    outweighed: frozenset[str]
    care: int | None
    needle: Option | None
    first_of: Mapping[str | None, int]
    first_test_of: Mapping[int, int]
    helped: Mapping[str | None, str]
    implants: Mapping[str | None, str]
    tried: frozenset[int]
    is_reached: bool

    @classmethod
    def of(
        cls,
        options: Sequence[Option],
        differential: Sequence[Differential],
        unweighed: int,
        explained: frozenset[str],
        shown_by_trial: frozenset[str],
        worked_with: str | None,
    ) -> _Ground:
        """The ground that options share."""
        question_of = {
            name: rank
            for rank, answer in enumerate(differential)
            for name in [
                *(one.generator for one in answer.estimates),
                *(part.generator for part in answer.located_parts),
            ]
        }
        supported = max((option.target.needed for option in options), default=1.0)
        outweighed = _outweighed(differential, supported)
        outweighed |= _below([answer for answer in differential if answer.question in explained], supported)
        if worked_with and any(option.target.generator == worked_with for option in options):
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
        implants = {option.target.generator: option.label for option in options if is_opened_implant(option)}
        tried = frozenset(rank for rank, answer in enumerate(differential) if answer.question in shown_by_trial)
        ground = cls(
            question_of, unweighed, outweighed, min(care, default=None), None, first_of, first_test_of, helped,
            implants, tried, any(not _reach_is_open(option) for option in open_),
        )  # fmt: skip
        return replace(ground, needle=min(needles, key=ground.rank, default=None))

    def rank(self, option: Option) -> tuple[int, float, bool, bool, int, bool, str]:
        """The dominant pain first, then the likeliest source, then what is known to reach it, then what no advice
        speaks against, then the least invasive, then what a gate was opened for: who had two blocks had them for the
        ablation."""
        question = self.question_of.get(option.target.generator or "", self.unweighed)
        reach, against_advice, was_opened = _reach_is_open(option), _is_against_advice(option), _was_opened(option)
        return question, -_weight(option), reach, against_advice, option.step, not was_opened, option.procedure

    def why(self, option: Option) -> str:
        """Why it stands where it stands; what the chart says about it already comes first, then what helps instead."""
        if option.earlier:
            return f"{option.earlier.says} {option.why}"
        helps = None if _is_care(option) else self.helped.get(option.target.generator)
        if helps:
            return f"{helps} still helps the same source. {option.why}"
        if self._comes_after_an_implant(option):
            return (
                f"A trial has shown what helps: {' or '.join(sorted(self.implants.values()))} comes first. {option.why}"
            )
        return option.why

    def place(self, option: Option) -> str:
        """Where one option stands. While a treatment of its source still helps, no other needle is due for it."""
        if option.verdict == "not a candidate":
            return "not now"
        if _steps_back(option):
            return "later" if _is_care(option) or _again(option) == "not due" else "not now"
        if option.verdict == "not yet" or (not _is_care(option) and option.target.generator in self.helped):
            return "later"
        if self._comes_after_an_implant(option) or (self.is_reached and _reach_is_open(option)):
            return "later"
        is_outweighed = option.target.generator in self.outweighed
        if option.verdict == "candidate":
            is_first = option.step == self.care if _is_care(option) else option is self.needle
            return "now" if is_first else "next" if _is_care(option) or not is_outweighed else "later"
        if _is_care(option):
            return "next"
        return "later" if is_outweighed or self._waits_for_something_better(option) else "next"

    def _comes_after_an_implant(self, option: Option) -> bool:
        """A test of the pain, or another trial for its source, while a passed trial has opened an implant."""
        if option.role == "diagnostic":
            return self.question_of.get(option.target.generator or "") in self.tried
        return option.role == "trial" and option.target.generator in self.implants

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


def is_opened_implant(option: Option) -> bool:
    """An implant that a passed trial has opened, that nothing known speaks against, and that is not in place."""
    may_be = option.verdict in ("candidate", "undocumented")
    return option.role == "implant" and may_be and _was_opened(option) and option.earlier is None


def _still_helps(option: Option) -> bool:
    """It treated its source, and the relief holds."""
    return option.role in TREATS and _again(option) == "not due"


def _is_against_advice(option: Option) -> bool:
    """A gate that only advises is not open: the joint injected where its nerves can be ablated, a repeat too soon."""
    return any(row.severity == "advice" and row.satisfied is not True for row in option.gates.criteria)


def _reach_is_open(option: Option) -> bool:
    """Nobody said whether the pain is felt where this needle works."""
    return WITHIN_REACH in option.candidacy.open


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

    Without a procedure it is the action of a red flag, for which everything else waits, or, where nothing ``waits``
    for it, the look at a device that fails.
    """

    procedure: str | None
    label: str
    place: str
    why: str
    opens_with: list[str]
    if_it_works: list[Then]
    if_it_fails: list[Then]
    citations: list[Citation] = []
    waits: bool = False


WAITS = "Everything else waits: red flag. The plan goes on once the danger is ruled out or dealt with, and recorded so."
"""Under a red flag that stops procedures."""

WAITS_BUT = (
    "All but what is named below waits: red flag. The plan goes on once the danger is ruled out or dealt with, and "
    "recorded so."
)
"""The same where the flag spares something."""


def ladder(book: Book, assessment: Assessment, places: Sequence[str] = ("now", "next")) -> list[Rung]:
    """The options in these places, each with what comes if it works and if it fails. Under a red flag that stops
    procedures its action comes first, and beside it only what need not wait for it."""
    stopping = what_stops(assessment.red_flags)
    actions = [*(_action(flag) for flag in stopping), *_devices_that_fail(assessment)]
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


def _devices_that_fail(assessment: Assessment) -> Iterator[Rung]:
    """Implants that help too little by now: the device is looked at before anything else is done for its pain."""
    for option in assessment.options:
        if option.role == "implant" and option.earlier and option.earlier.outcome in _FAILS:
            yield Rung(
                procedure=None,
                label=f"Look at the device: {in_a_sentence(option.label)}",
                place="now",
                why=option.earlier.says,
                opens_with=[],
                if_it_works=[],
                if_it_fails=[],
            )


_FAILS = ("helped too short", "did not help")


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
        waits=True,
    )


def _if_it_works(book: Book, assessment: Assessment, option: Option) -> Iterator[Then]:
    entry = book.content.procedures[option.procedure]
    if entry.role in NO_NEEDLE:
        yield _OPERATION if entry.role == "referral" else _KEEP_IT_UP
        return
    if entry.role in ("diagnostic", "trial") or _is_asked_as_a_test(option):
        yield from _second_test(book, option)
        following = _opened_by(book, assessment, option)
        if following:
            yield _then(following[0], "Treats the same source, once it is proven.")
        return
    if _may_be_a_test(option):
        yield from (_then(other, _AS_A_TEST) for other in _gated_by(book, assessment, option)[:1])
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
    rival = list(_the_next_source(book, assessment, option)) if _may_be_a_test(option) else []
    yield from rival
    if entry.role == "diagnostic" or _is_a_test_of_its_source(book, option):
        if not rival:
            yield _restore_function(book, "Aims at function where no source is found.")
        return
    if entry.role == "referral":
        yield _restore_function(book, "If surgery is not advised or not wanted: aims at function where pain stays.")
        return
    yield _further_up(book, assessment, option) or _when_nothing_is_left(book, assessment, option)


def _further_up(book: Book, assessment: Assessment, option: Option) -> Then | None:
    """The next step after care or a treatment that failed. Care that failed proves no source: after it comes what
    stands near on the ladder, and what stands further up only for a source that is supported."""
    further = _further(book, assessment, option)
    if further:
        first = _what_opens(book, assessment, further[0], after_care=_is_care(option)) or further[0]
        implant = next((one for one in assessment.options if is_opened_implant(one) and one.place in _NEAR), None)
        if implant and _is_care(option) and first.place not in _NEAR:
            return _then(implant, "A passed trial has opened it.")
        if not _is_care(option) or first.place in _NEAR or _is_supported(assessment, option):
            is_step = first is further[0] and first.role != "diagnostic"
            return _then(first, _NEXT_STEP if is_step else _TEST_FIRST)
    near = [one for one in assessment.options if one.place in _NEAR and one.role in (*TESTS, "therapeutic")]
    free = (one for one in near if not what_holds_up(one.procedure, assessment.red_flags))
    first_near = next(free, None) if _is_care(option) else None
    return _then(first_near, _FIRST_NEEDLE) if first_near else None


def _when_nothing_is_left(book: Book, assessment: Assessment, option: Option) -> Then:
    """Where no step is left: why there is none comes before any surgeon. A child is no case for an adult's plan, what
    waits for a danger is not used up, and a source that is not supported is not operated on."""
    if _is_of_a_child(assessment):
        return _CHILDRENS_TEAM
    held = _danger_before_more(book, assessment, option)
    if held:
        why = f"What comes next waits for it ({in_a_sentence(held.label)}); it is not used up."
        return Then(procedure=None, label="Settle the alert first", why=why, citations=held.citations)
    last = _same_source(book, assessment, option, ("referral",), from_step=0)
    is_supported = _is_supported(assessment, option)
    if last and is_supported:
        return _then(last[0], "Nothing less invasive is left for this source.")
    if is_supported and option.procedure != "interdisciplinary_rehabilitation":
        return _restore_function(book, "Aims at function where pain does not yield.")
    return _THINK_AGAIN


def _is_supported(assessment: Assessment, option: Option) -> bool:
    """As likely as a treatment with a needle asks for, or a source without a number that is diagnosed or settled; care
    itself asks for less."""
    target = option.target
    if target.probability is None:
        return target.generator is not None and target.status == "met"
    return target.probability >= max(one.target.needed for one in assessment.options)


def _is_of_a_child(assessment: Assessment) -> bool:
    return any(
        row.criterion == "not_yet_adult"
        for option in assessment.options
        for row in option.contraindications.results(option.contraindications.violated)
    )


def _danger_before_more(book: Book, assessment: Assessment, option: Option) -> RedFlagResult | None:
    """The most urgent danger for which a needle, an implant or an operation of the same source waits."""
    aimed_at = _with_located_parts(book, assessment.differential, option.target.generator or "")
    waiting = [
        flag
        for other in assessment.options
        if not _is_care(other) and not aimed_at.isdisjoint(book.content.procedures[other.procedure].targets)
        for flag in what_holds_up(other.procedure, assessment.red_flags)
    ]
    return next(iter(most_urgent_first(waiting)), None)


_CHILDRENS_TEAM = Then(
    procedure=None,
    label="A children's pain team",
    why="Nothing here was made for somebody who is still growing; it decides what comes next.",
)
_THINK_AGAIN = Then(
    procedure=None,
    label="Think the diagnosis over, or refer",
    why="No source is supported: ask, examine and image again before anything more invasive.",
)
_NEAR = ("now", "next")
_FIRST_NEEDLE = "The first needle on the ladder, for the source that it aims at, once all that it asks for is met."
_AS_A_TEST = "Meant as a test, its relief opens the way to this."
_NEXT_STEP = "The next step for the same source, if it is still the likeliest."
_TEST_FIRST = "A test of the same source comes before more is done for it."


def _may_be_a_test(option: Option) -> bool:
    """A test, or a needle that tests and treats and is not said to be a treatment."""
    return option.role in TESTS and option.request.intent != "therapeutic"


def _is_asked_as_a_test(option: Option) -> bool:
    """A needle that tests and treats, asked for as a test."""
    return option.role == "both" and option.request.intent == "diagnostic"


def _is_a_test_of_its_source(book: Book, option: Option) -> bool:
    """Too little relief speaks against the source itself: no treatment of that source comes next."""
    if option.role != "both" or not _may_be_a_test(option):
        return False
    confirms = book.content.procedures[option.procedure].confirms
    is_block_of_it = any(
        block.procedure == option.procedure for _, block in book.blocks_for.get(option.target.generator or "", ())
    )
    return option.request.intent == "diagnostic" or is_block_of_it or option.target.generator in confirms


def _further(book: Book, assessment: Assessment, option: Option) -> list[Option]:
    """What comes after care or a treatment that failed: more for the same source, unless its gate wants the very relief
    that did not come. After care a test comes before what wants proof."""
    roles = (*TREATS, "trial", *(("diagnostic",) if _is_care(option) else ()))
    closed = book.gates_opened_by.get(option.procedure, {})
    found = _same_source(book, assessment, option, roles, from_step=option.step + 1)
    return [other for other in found if other.procedure not in closed]


def _what_opens(book: Book, assessment: Assessment, option: Option, after_care: bool) -> Option | None:
    """The trial, or after care the test, of the same source whose relief opens a gate that is closed. A needle that
    failed has told what a test of its source would tell."""
    if not _closed_gates(option):
        return None
    tests = _same_source(book, assessment, option, (*TESTS, "trial") if after_care else ("trial",), from_step=0)
    return next((test for test in tests if option.procedure in book.gates_opened_by.get(test.procedure, {})), None)


def _opened_by(book: Book, assessment: Assessment, option: Option) -> list[Option]:
    """What the relief of a test leads to: what its gate waits for, or, where a treatment of its source waits for no
    gate, that one."""
    gated = _gated_by(book, assessment, option)
    if gated or option.role == "trial":
        return gated
    return [other for other in _same_source(book, assessment, option, TREATS) if not _closed_gates(other)]


def _gated_by(book: Book, assessment: Assessment, option: Option) -> list[Option]:
    """Treatments of its source with a gate that reads its relief and no other gate closed; what fewer tests open is
    meant for this one, and comes first."""
    opens = book.gates_opened_by.get(option.procedure, {})
    found = [
        other
        for other in _same_source(book, assessment, option, ("implant",) if option.role == "trial" else TREATS, 0)
        if other.procedure in opens and not _is_against_advice(other) and _is_all_that_is_closed(other, opens)
    ]
    return sorted(found, key=lambda other: _tests_that_open(book, other))


def _tests_that_open(book: Book, option: Option) -> int:
    """How many kinds of tests open it."""
    return sum(option.procedure in opens for opens in book.gates_opened_by.values())


def _closed_gates(option: Option) -> list[CriterionResult]:
    """The gates that are not known to be open, of alternatives each one."""
    open_groups = {row.group for row in option.gates.criteria if row.group and row.satisfied}
    closed = option.gates.results([*option.gates.violated, *option.gates.open])
    return [row for row in closed if row.group not in open_groups]


def _is_all_that_is_closed(option: Option, opens: Mapping[str, Sequence[Requirement]]) -> bool:
    """Every closed gate, or an alternative to it, is one that the test opens."""
    closed = _closed_gates(option)
    read = {(row.criterion, row.label) for row in opens[option.procedure]}
    opened = [row for row in closed if (row.criterion, row.label) in read]
    groups = {row.group for row in opened if row.group}
    return all(row in opened or row.group in groups for row in closed)


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
    is_procedure = bool(tests) and tests[0].finding in book.content.procedures
    look_for = f"Look for: {in_a_sentence(tests[0].label)}" if tests else rival.label
    yield Then(
        procedure=tests[0].finding if is_procedure else None,
        label=tests[0].label if is_procedure else look_for,
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

    What was not tried in vain comes first, then what no gate holds back, then what is known to reach the pain, then
    what no advice speaks against, then the least invasive, then what a gate was opened for. A needle or an implant that
    was tried in vain is left out.
    """
    source, least = option.target.generator, option.step if from_step is None else from_step
    if source is None:
        return []
    aimed_at = _with_located_parts(book, assessment.differential, source)
    found = [
        other
        for other in assessment.options
        if other.procedure != option.procedure
        and book.content.procedures[other.procedure].role in roles
        and not aimed_at.isdisjoint(book.content.procedures[other.procedure].targets)
        and other.step >= least
        and other.verdict != "not a candidate"
        and (_is_care(other) or not _steps_back(other))
        and not what_holds_up(other.procedure, assessment.red_flags)
    ]

    def rank(other: Option) -> tuple[object, ...]:
        return (
            _steps_back(other),
            other.verdict == "not yet",
            _reach_is_open(other),
            _is_against_advice(other),
            other.step,
            not _was_opened(other),
            _ORDER[other.place],
            other.procedure,
        )

    return sorted(found, key=rank)


def _with_located_parts(book: Book, differential: Sequence[Differential], source: str) -> set[str]:
    """A source, and those of its parts that a finding names: what is aimed at the part alone is aimed at the source."""
    located = (part.generator for answer in differential for part in answer.located_parts)
    return {source, *(name for name in located if book.content.generators[name].part_of == source)}


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
        called = [by_criterion[one] for one in _criteria_behind(book, raised) if one in by_criterion]
    else:
        called = list(book.content.partners.items())
    return _involved(book, chart, assessment, asked_for, called)


def _criteria_behind(book: Book, raised: Sequence[RedFlagResult]) -> Iterator[str]:
    """What raised each flag, and before it what is known of it and spares what eases it."""
    for result in raised:
        flag = book.content.red_flags.get(result.id)
        if flag and flag.spares_when and result.spares:
            yield flag.spares_when
        if flag:
            yield flag.criterion


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

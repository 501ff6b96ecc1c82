"""Is this procedure right for this patient: target, gates, candidacy, contraindications.

A red flag that stops procedures comes before everything: while it is raised, care without a needle and referrals wait
as well, since the one thing to do is its own action. Some flags stop only what would harm (a needle or manipulation
before a suspected fracture is imaged), and one spares what treats the danger itself. Then comes the diagnosis. A
treatment without a supported source of pain, or with a gate that is not open, is *not yet*, and says which step opens
it. Where a needle both tests and treats and nobody said which is meant, and the two answers differ, the verdict is
*undocumented* and holds both.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

import msgspec

from lenitive.chart.complaint import Complaint
from lenitive.medicine.shapes import ProcedureEntry
from lenitive.reasoning.assessment import (
    CriterionResult,
    Determination,
    Differential,
    Estimate,
    RedFlagResult,
    Target,
    Verdict,
    what_holds_up,
)
from lenitive.reasoning.book import Book, Section
from lenitive.reasoning.citing import cite, in_a_sentence
from lenitive.reasoning.determination import Asking, determined
from lenitive.reasoning.earlier import is_work_on_a_device
from lenitive.reasoning.named import considered_besides, defined_sources, felt_besides, settled_sources
from lenitive.reasoning.proportions import in_percent, in_percent_beside, range_in_percent
from lenitive.reasoning.working import worked_with

WITHIN_REACH = "pain_is_felt_there"
"""A needle that does not reach where it hurts is no candidate, whatever would be proven about the source."""

RELIEF = "relief"
"""The table of what a procedure brought."""

NEEDS_NO_PROOF = ("conservative", "medicine")
"""Roles of what a source that is merely likely enough for a test is enough for."""

CARE = "It need not wait for proof of where the pain comes from, and nothing that was asked speaks against it."
"""Why care without a needle is open: not because a target is supported."""

UPKEEP = "It keeps going what is in the body: it waits for no proof and no relief, and a missed one is dangerous."
"""Why upkeep is open."""

_NOTHING = Section(owner="work on a device", rows=(), reads=0, request_fields=(), groups=())
"""What is asked before work on a device: no gate and no selection."""

PUT_RIGHT = "It puts right or takes out what is in place: no trial and no proof of the source is asked again."
"""Why work on a device is open."""

WHICH_PURPOSE = "Is it meant as a test of the source, or as treatment?"


class Candidacy(msgspec.Struct, frozen=True, gc=False):
    """The determinations behind a verdict, the verdict, and why."""

    target: Target
    gates: Determination
    candidacy: Determination
    contraindications: Determination
    cautions: Determination
    verdict: Verdict
    why: str
    opens_with: list[str]


def candidacy(
    asking: Asking, name: str, procedure: ProcedureEntry, differential: list[Differential], flags: list[RedFlagResult]
) -> Candidacy:
    """Everything that speaks for or against one procedure, short of safety holds and coverage."""
    stands = _as_asked(asking, name, procedure, differential, flags)
    if stands.verdict == "not yet" and _may_be_meant_as_a_test(asking, procedure, stands.target):
        request = msgspec.structs.replace(asking.engine.request, intent="diagnostic")  # type: ignore[type-var]
        as_test = _as_asked(asking.beside(request), name, procedure, differential, flags)
        return _for_either_purpose(stands, as_test)
    return stands


def _as_asked(
    asking: Asking, name: str, procedure: ProcedureEntry, differential: list[Differential], flags: list[RedFlagResult]
) -> Candidacy:
    target = supported_target(asking, name, procedure, differential)
    is_put_right = is_work_on_a_device(procedure, asking.engine.request)
    if procedure.continues or is_put_right:
        target = _what_is_kept_up(target, procedure)
    asked = asking.book.sections_of(name, procedure, asking.engine.day, asking.place)
    gates, wanted = (
        determined(asking, _NOTHING if is_put_right else asked.gates),
        determined(asking, _NOTHING if is_put_right else asked.candidacy),
    )
    against, cautions = determined(asking, asked.contraindications), determined(asking, asked.cautions)
    waits_for = what_holds_up(name, flags)
    verdict, why, opens = verdict_of(asking, procedure, target, gates, wanted, against, differential, waits_for)
    if verdict == "not yet" and not opens:
        opens = _what_would_settle(asking, procedure, target)
    if is_put_right and verdict == "candidate":
        why = PUT_RIGHT
    return Candidacy(target, gates, wanted, against, cautions, verdict, why, opens)


def _what_is_kept_up(target: Target, procedure: ProcedureEntry) -> Target:
    """What is in the body was proven once, and is dangerous to leave: its upkeep asks for no source of pain. Whether it
    is there at all is asked by the gate."""
    label = target.label if target.generator else procedure.label
    return msgspec.structs.replace(target, label=label, probability=None, low=None, high=None, status="met")


def _may_be_meant_as_a_test(asking: Asking, procedure: ProcedureEntry, target: Target) -> bool:
    """Its relief would confirm this very source, and nobody said whether it is to test or to treat."""
    request = asking.engine.request
    is_open = request is not None and request.intent is None
    return procedure.role == "both" and is_open and target.generator in procedure.confirms


def _for_either_purpose(stands: Candidacy, as_test: Candidacy) -> Candidacy:
    """One verdict where both purposes give the same; else what each would give, and the question that decides.

    The target is that of the test, which asks for less: it is worth testing, and not yet worth treating.
    """
    if as_test.verdict not in ("candidate", "undocumented"):
        return stands
    test = "candidate." if as_test.verdict == "candidate" else in_a_sentence(as_test.why)
    return msgspec.structs.replace(
        stands,
        target=as_test.target,
        verdict="undocumented",
        why=f"As a test: {test} As treatment, not yet: {in_a_sentence(stands.why)}",
        opens_with=[WHICH_PURPOSE, *as_test.opens_with],
    )


def supported_target(asking: Asking, name: str, procedure: ProcedureEntry, differential: list[Differential]) -> Target:
    """The likeliest of the procedure's targets, and whether it is supported well enough for this kind of procedure.

    Supported: the estimate is at least what is needed. Not supported: even the upper end of its interval is below.
    Between the two it is undocumented: a test would settle it.
    """
    entry = "target_worth_testing" if _is_a_test(asking, name, procedure) else "target_supported"
    needed = asking.book.number(entry, asking.engine.day)
    citation = cite(entry, asking.book.value(entry, asking.engine.day))
    targets = frozenset(procedure.targets)
    estimates = [one for answer in differential for one in answer.estimates if one.generator in targets]
    if not estimates and (worked := worked_with(asking.engine.chart, asking.book.content, differential)) in (
        procedure.targets
    ):
        return Target(
            generator=worked,
            label=asking.book.content.generators[worked].label,
            probability=None,
            low=None,
            high=None,
            needed=needed,
            status="met",
            citation=citation,
        )
    if not estimates:
        estimates = _as_parts(asking, procedure, differential)
    named, is_settled = (None, False) if estimates else _named(asking, procedure, differential)
    if named:
        return Target(
            generator=named,
            label=asking.book.content.generators[named].label,
            probability=None,
            low=None,
            high=None,
            needed=needed,
            status="met" if is_settled or entry == "target_worth_testing" else "undocumented",
            citation=citation,
        )
    if not estimates:
        return Target(
            generator=None,
            label=_NOT_CONSIDERED if differential or asking.engine.chart.rows(Complaint) else _NO_PAIN,
            probability=None,
            low=None,
            high=None,
            needed=needed,
            status="undocumented" if not differential else "not met",
            citation=citation,
        )
    # Care without a needle is for the first pain; a needle is for whatever it can reach that is likeliest.
    first = _of_the_first_pain(procedure, differential, needed) if procedure.role == "conservative" else None
    best = first or max(estimates, key=lambda one: (one.probability, one.generator in procedure.confirms))
    status = "met" if best.probability >= needed else "not met" if best.high < needed else "undocumented"
    return Target(
        generator=best.generator,
        label=best.label,
        probability=best.probability,
        low=best.low,
        high=best.high,
        needed=needed,
        status=status,  # type: ignore[arg-type]
        citation=citation,
    )


_NOT_CONSIDERED = "none of its targets is among the sources considered"
_NO_PAIN = "nobody recorded where the pain is"


def _as_parts(asking: Asking, procedure: ProcedureEntry, differential: list[Differential]) -> list[Estimate]:
    """Targets that are parts of a source under consideration, each as likely as its whole: no number tells them apart,
    so the gates of the procedure do."""
    generators = asking.book.content.generators
    parts = {whole: name for name in procedure.targets if (whole := generators[name].part_of)}
    wholes = [one for answer in differential for one in answer.estimates if one.generator in parts]
    return [
        msgspec.structs.replace(
            whole,
            generator=parts[whole.generator],
            label=f"{generators[parts[whole.generator]].label}, within {in_a_sentence(whole.label)}",
        )
        for whole in wholes
    ]


def _named(asking: Asking, procedure: ProcedureEntry, differential: list[Differential]) -> tuple[str | None, bool]:
    """A target that is named and that no question ranks, and whether the chart itself settles it. If it does not, it is
    worth harmless care or a test, not yet a treatment."""
    book, chart, day = asking.book, asking.engine.chart, asking.engine.day
    aimed_at = [name for name in considered_besides(book, chart, differential, day) if name in procedure.targets]
    if not aimed_at and procedure.role in NEEDS_NO_PROOF:
        return None, False
    if not aimed_at:
        felt = next((name for name in felt_besides(book, chart) if name in procedure.targets), None)
        return felt, False
    settled = settled_sources(book, chart, differential, day)
    if procedure.role == "implant":  # its gate asks for the trial
        settled |= defined_sources(book, chart, differential, day)
    named = next((name for name in aimed_at if name in settled), aimed_at[0])
    return named, named in settled


def _of_the_first_pain(procedure: ProcedureEntry, differential: list[Differential], needed: float) -> Estimate | None:
    """The likeliest target for the first question, in the patient's order of pains, that has a supported one."""
    for answer in differential:
        supported = [
            one for one in answer.estimates if one.generator in procedure.targets and one.probability >= needed
        ]
        if supported:
            return max(supported, key=lambda one: one.probability)
    return None


def _is_a_test(asking: Asking, name: str, procedure: ProcedureEntry) -> bool:
    """A test, harmless enough to need no proof, or the upkeep of what was proven once. What tests and treats is a test
    where it is asked for as one, or, if nobody said what it is for, where its accuracy as a test is known."""
    if procedure.continues:
        return True
    if procedure.role != "both":
        return procedure.role in ("diagnostic", *NEEDS_NO_PROOF)
    intent = asking.engine.request.intent if asking.engine.request else None
    return intent == "diagnostic" or (intent != "therapeutic" and name in asking.book.diagnostic_blocks)


def verdict_of(
    asking: Asking,
    procedure: ProcedureEntry,
    target: Target,
    gates: Determination,
    wanted: Determination,
    against: Determination,
    differential: list[Differential],
    waits_for: list[RedFlagResult],
) -> tuple[Verdict, str, list[str]]:
    """The verdict on one procedure, why, and what would open it: of what is not documented, what may do most harm
    first."""
    if waits_for:
        return "not yet", f"Waits: red flag ({waits_for[0].label}).", [waits_for[0].action]
    if against.violated:
        found = against.results(against.violated)[0]
        aimed_wrong = f"{_unsupported(target)} " if target.status == "not met" else ""
        return "not a candidate", f"{aimed_wrong}Contraindication: {found.label}.", []
    if beyond := [one for one in wanted.results(wanted.violated) if one.criterion == WITHIN_REACH]:
        return "not a candidate", f"Not as wanted: {beyond[0].label}.", []
    if gates.status == "not met" or (gates.status == "undocumented" and target.status == "met"):
        return _closed_gate(gates)
    if target.status == "not met":
        return "not yet", _unsupported(target), _tests(differential, procedure)
    if target.status == "undocumented":
        return "not yet", _undecided(target), _tests(differential, procedure)
    if wanted.violated:
        found = wanted.results(wanted.violated)[0]
        return "not a candidate", f"Not as wanted: {found.label}.", []
    unknown = wanted.results(wanted.open) + against.results(against.open)
    if unknown:
        harm = harms(asking.book, asking.book.since[asking.engine.day])
        unknown.sort(key=lambda one: harm.get(one.criterion, len(harm)))
        questions = [ask.question for one in unknown for ask in one.missing]
        return "undocumented", _warned(against.warned) or f"Not documented: {unknown[0].label}.", questions
    if procedure.continues:
        return "candidate", UPKEEP, []
    return "candidate", CARE if procedure.role in NEEDS_NO_PROOF else _supported(target), []


@lru_cache(maxsize=32)
def harms(book: Book, day: date) -> Mapping[str, int]:
    """Criterion -> its place among what is asked first, by the harm that a yes foretells."""
    return {name: place for place, name in enumerate(book.words("asked_first_for_harm", day))}


def _warned(found: list[CriterionResult]) -> str:
    """What speaks against it on this chart, where the rule that says so was not read: it is no unknown."""
    if not found:
        return ""
    labels = "; ".join(dict.fromkeys(in_a_sentence(one.label) for one in found))
    return f"Found: {labels}. That this speaks against it is recalled, not read: check it before going on."


def _closed_gate(gates: Determination) -> tuple[Verdict, str, list[str]]:
    closed = gates.results(gates.violated) or gates.results(gates.open)
    steps = [step for one in closed if one.opens_with for step in _steps_that_open(one)] or [
        ask.question for one in closed for ask in one.missing
    ]
    how = "Gate closed" if gates.violated else "Gate not documented"
    # Of alternatives the one that a step opens is the rule, and the others are its exceptions.
    rule = next((one for one in closed if one.opens_with), closed[0])
    return "not yet", f"{how}: {rule.label}.", list(dict.fromkeys(steps))


def _steps_that_open(gate: CriterionResult) -> list[str]:
    """The step, or, where it was done and its relief was not fully written down, the question about that."""
    about_relief = [ask.question for ask in gate.missing if RELIEF in ask.recorded_in]
    return about_relief or [gate.opens_with or ""]


def _percent(target: Target) -> str:
    """The estimate beside what is needed, with its interval."""
    if target.probability is None or target.low is None or target.high is None:
        raise ValueError(f"The target {target.label!r} has no probability.")
    return _estimate(target.probability, target.low, target.high, target.needed)


@lru_cache(maxsize=1_000)
def _estimate(share: float, low: float, high: float, needed: float) -> str:
    """Many procedures are aimed at one source."""
    return f"{in_percent_beside(share, needed)} ({range_in_percent(low, high)})"


def _unsupported(target: Target) -> str:
    if target.probability is None:
        return f"No supported target: {target.label}."
    return f"No supported target: {in_a_sentence(target.label)} {_percent(target)}, {in_percent(target.needed)} needed."


def _undecided(target: Target) -> str:
    if target.generator is not None and target.probability is None:
        return (
            f"Target not settled: no probability is known for {in_a_sentence(target.label)}. "
            "Prove it, or write it down as the working diagnosis with the reason."
        )
    if target.probability is None:
        return f"No supported target: {target.label}."
    return f"Target not settled: {in_a_sentence(target.label)} {_percent(target)}, {in_percent(target.needed)} needed."


def _supported(target: Target) -> str:
    if target.probability is None:
        return f"No probability is known for {in_a_sentence(target.label)}; gates open, criteria met."
    how = "Supported target" if target.citation.entry == "target_supported" else "Target likely enough for this"
    return f"{how}: {in_a_sentence(target.label)} {_percent(target)}; gates open, criteria met."


def _tests(differential: list[Differential], procedure: ProcedureEntry) -> list[str]:
    """The best tests of the questions whose answers this procedure treats; a test of another question proves nothing
    about them."""
    targets = set(procedure.targets)
    return [
        answer.next_tests[0].label
        for answer in differential
        if answer.next_tests and not targets.isdisjoint([one.generator for one in answer.estimates])
    ]


def _what_would_settle(asking: Asking, procedure: ProcedureEntry, target: Target) -> list[str]:
    """Without a test that tells, what the content says confirms the target, and the clinician's own word for it."""
    if target.generator is None:
        labels = ", ".join(in_a_sentence(asking.book.content.generators[name].label) for name in procedure.targets)
        return [f"It is for: {labels}. Find one of them, or write it down as the working diagnosis with the reason."]
    confirmed_by = asking.book.content.generators[target.generator].confirmed_by
    if target.probability is not None:
        return [one.text for one in confirmed_by]
    return [*(one.text for one in confirmed_by), "Or write it down as the working diagnosis, with the reason."]

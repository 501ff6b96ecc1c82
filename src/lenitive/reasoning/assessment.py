"""The one value that an assessment is: everything that follows from a chart on a day, everything cited.

``lenitive assess --json`` prints it; its JSON Schema is :func:`schema`. Probabilities are shares of 1, intervals are
95 %,
log-odds are natural logarithms.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from math import isclose
from typing import Any, Literal

import msgspec

from lenitive.chart.request import Request

StatusWord = Literal["met", "not met", "undocumented"]
Verdict = Literal["candidate", "not yet", "not a candidate", "undocumented"]


class Value(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """The root of all result values. They hold no cycles, so the garbage collector need not look at them."""


class Citation(Value, frozen=True, kw_only=True):
    """Where a number or statement comes from. ``reference`` is the document, ``grade`` how well it was checked."""

    entry: str
    source: str
    reference: str
    locator: str
    grade: str
    note: str = ""


class FactSeen(Value, frozen=True, kw_only=True):
    """A fact of the chart that had a say: its table, id, day and words."""

    table: str
    id: str
    on: date | None
    text: str
    source: str


class Ask(Value, frozen=True, kw_only=True):
    """What to ask or record so that an undocumented answer is settled.

    ``about_request`` says that only the order can answer it (what will be injected, at which level), not the patient.
    ``recorded_in`` names the tables of the chart that wait for the answer, or ``attestation`` with the topic of which
    somebody has to say that the record holds it all.
    """

    question: str
    detail: str
    settles: list[str]
    about_request: bool = False
    recorded_in: list[str] = []


class CriterionResult(Value, frozen=True, kw_only=True):
    """One criterion of a determination. ``satisfied`` compares what was wanted with what was found."""

    criterion: str
    label: str
    status: StatusWord
    wanted: Literal["met", "not met"]
    satisfied: bool | None
    severity: Literal["required", "advice"]
    group: str | None
    warns_only: bool
    facts: list[FactSeen]
    citations: list[Citation]
    missing: list[Ask]
    opens_with: str | None = None


class Determination(Value, frozen=True, kw_only=True):
    """How a request stands against a set of criteria."""

    status: StatusWord
    criteria: list[CriterionResult]
    violated: list[str]
    open: list[str]

    def named(self, criterion: str) -> CriterionResult:
        """The result of one criterion."""
        return next(result for result in self.criteria if result.criterion == criterion)

    def results(self, names: list[str]) -> list[CriterionResult]:
        """The results behind some of ``violated`` or ``open``, in order. Another row that asks the same and is as
        wanted is none of them."""
        if not names:
            return []
        return [one for one in self.criteria if one.criterion in names and one.satisfied is not True]

    @property
    def found_against(self) -> list[CriterionResult]:
        """What is known not to be as wanted, those rows included that only warn."""
        return [one for one in self.criteria if one.satisfied is False]

    @property
    def warned(self) -> list[CriterionResult]:
        """What is known not to be as wanted, and only a recalled row says that it matters: a reason to stop and check,
        never a refusal by itself."""
        return [one for one in self.criteria if one.warns_only]


class Contribution(Value, frozen=True, kw_only=True):
    """What one finding did to the log-odds of one generator, after shrinking and capping.

    *Equivocal* is a block whose relief lies where no publication gives a ratio: it counts once, and says nothing.
    """

    finding: str
    label: str
    state: Literal["present", "absent", "equivocal"]
    group: str
    log_odds: float
    ratio: float
    ratio_printed: float | None
    ratio_interval: tuple[float, float] | None
    interval_printed: bool
    adjusted: str
    citation: Citation
    facts: list[FactSeen]


class Estimate(Value, frozen=True, kw_only=True):
    """How likely a generator is the answer to its question."""

    generator: str
    label: str
    probability: float
    low: float
    high: float
    prior: float
    contributions: list[Contribution]
    parts: list[Part] = []

    @property
    def likeliest_parts(self) -> list[Part]:
        """The parts that stand first, each that no finding tells from the first one. None is first by its name."""
        return [one for one in self.parts if one.ranks_as(self.parts[0])]


class Part(Value, frozen=True, kw_only=True):
    """A level or part of a generator.

    ``share`` is its share of the whole, given the findings with a ratio that tell parts apart; none without such a
    finding. ``located`` are findings recorded at its level: they name it, and no ratio says by how much.
    """

    generator: str
    label: str
    share: float | None
    contributions: list[Contribution]
    located: list[FactSeen] = []

    def ranks_as(self, other: Part) -> bool:
        """Nothing that is known puts one before the other."""
        alike = bool(self.located) is bool(other.located)
        if self.share is None or other.share is None:
            return alike and self.share is other.share
        return alike and isclose(self.share, other.share)


class NextTest(Value, frozen=True, kw_only=True):
    """A finding not yet looked for, and what it would do."""

    finding: str
    label: str
    ask: str
    burden: str
    information_bits: float
    score: float
    about: str
    if_present: float
    if_absent: float
    now: float
    citation: Citation


class Differential(Value, frozen=True, kw_only=True):
    """The rival answers to one question: where does this pain come from?

    ``settled_on`` is a source likely enough to be treated that no open test could by itself make too unlikely for it:
    no further test is needed. It is settled surely if the low end of its interval is likely enough too.
    """

    question: str
    label: str
    population: str
    prior: Citation
    estimates: list[Estimate]
    unresolved: float
    unresolved_low: float
    unresolved_high: float
    next_tests: list[NextTest]
    notes: list[str]
    settled_on: str | None = None
    settled_surely: bool = False

    @property
    def unsure_from(self) -> float | None:
        """The low end of the interval of the settled source, where that end alone would not be likely enough."""
        if self.settled_surely:
            return None
        return next((one.low for one in self.estimates if one.generator == self.settled_on), None)

    @property
    def located_parts(self) -> list[Part]:
        """The parts of its answers that a finding recorded at their level names."""
        return [part for one in self.estimates for part in one.parts if part.located]


class Overlay(Value, frozen=True, kw_only=True):
    """A mechanism that rides on a source: how the evidence multiplies its odds. No prior, so no probability."""

    generator: str
    label: str
    odds_multiplied_by: float
    contributions: list[Contribution]


class ToFind(Value, frozen=True, kw_only=True):
    """A finding that speaks for or against a source, how to look for it, and what the chart says of it so far."""

    finding: str
    label: str
    ask: str
    state: Literal["present", "absent", "not looked for"]


class NamedSource(Value, frozen=True, kw_only=True):
    """A source or mechanism to think of that no published starting share ranks: named, with no number.

    ``named_by`` says why it is here: a diagnosis on the problem list, a history that defines it, findings that raise
    its odds, a code that may stand for it, words for the pain, or pain where it is typically felt. ``confirmed_by``
    says what would prove it, or did: ``is_settled``.
    """

    generator: str
    label: str
    kind: Literal["generator", "overlay"]
    named_by: list[Literal["diagnosis", "history", "findings", "code", "words", "region"]]
    says: str
    facts: list[FactSeen]
    confirmed_by: list[str]
    to_find: list[ToFind]
    mimics: list[str]
    citations: list[Citation]
    is_settled: bool = False


class Alert(Value, frozen=True, kw_only=True):
    """Something that must be dealt with first."""

    severity: Literal["emergency", "stop", "warning", "ask"]
    title: str
    action: str
    facts: list[FactSeen]
    citations: list[Citation]
    hold_from: date | None = None
    procedure: str | None = None


class RedFlagResult(Value, frozen=True, kw_only=True):
    """A danger: raised, excluded as far as asked, or not asked.

    ``stops`` names procedures that wait for it where not everything does. ``spares`` names those that need not wait
    for it in this patient, ``upkeep`` those that keep going what is in the body and never wait for it.
    """

    id: str
    label: str
    status: StatusWord
    urgency: str
    action: str
    stops_procedures: bool
    facts: list[FactSeen]
    citations: list[Citation]
    missing: list[Ask]
    stops: list[str] = []
    spares: list[str] = []
    upkeep: list[str] = []

    def holds_up(self, procedure: str) -> bool:
        """Whether this procedure waits for it."""
        if self.status != "met" or procedure in self.upkeep:
            return False
        return procedure not in self.spares if self.stops_procedures else procedure in self.stops


URGENCY: dict[str, int] = {"emergency": 3, "urgent": 2, "before any procedure": 1}
"""How red flags stand among themselves."""


def most_urgent_first(flags: Iterable[RedFlagResult]) -> list[RedFlagResult]:
    """Red flags in the order in which they are acted on."""
    return sorted(flags, key=lambda flag: -URGENCY[flag.urgency])


def what_stops(flags: Iterable[RedFlagResult]) -> list[RedFlagResult]:
    """The raised red flags for which everything else waits, the most urgent first."""
    return most_urgent_first(flag for flag in flags if flag.status == "met" and flag.stops_procedures)


def what_holds_up(procedure: str, flags: Iterable[RedFlagResult]) -> list[RedFlagResult]:
    """The raised red flags for which one procedure waits, the most urgent first."""
    return most_urgent_first(flag for flag in flags if flag.holds_up(procedure))


NO_NEEDLE = ("conservative", "referral", "medicine")
"""Roles of what is no needle and no implant: nothing is held for it, and it is no session that is followed up."""


class Target(Value, frozen=True, kw_only=True):
    """Whether a supported source of pain stands behind a procedure."""

    generator: str | None
    label: str
    probability: float | None
    low: float | None
    high: float | None
    needed: float
    status: StatusWord
    citation: Citation


class PolicyChosen(Value, frozen=True, kw_only=True):
    """Which policy speaks, and why it was chosen, or why none was."""

    policy: str | None
    label: str
    reason: str
    policy_id: str | None = None
    contractor: str | None = None
    effective_from: date | None = None
    citation: Citation | None = None


class DecisionTime(Value, frozen=True, kw_only=True):
    """How long a programme may take to decide."""

    urgency: Literal["standard", "expedited"]
    amount: int
    counted: Literal["calendar days", "business days", "hours"]
    citation: Citation


class AuthorityOver(Value, frozen=True, kw_only=True):
    """A programme that wants a decision before the procedure, apart from the policy that says when it is paid.

    ``applies`` is undocumented where the request does not say enough (site, state); ``because`` says what is missing,
    or what else must hold.
    """

    authority: str
    label: str
    service: str
    codes: list[str]
    applies: StatusWord
    because: str
    condition_of_payment: bool | None
    times: list[DecisionTime]
    valid_days: int | None
    valid_for: str | None
    says: list[str]
    citation: Citation


class Coverage(Value, frozen=True, kw_only=True):
    """How the request stands against the payer's policy, and which programmes want a decision beforehand.

    ``own_readings`` names open points of the policy that are read otherwise than the knowledge base does, because the
    practice chose so. They are for who works with the answer, not for the payer.
    """

    chosen: PolicyChosen
    determination: Determination | None
    warnings: list[str]
    authorities: list[AuthorityOver] = []
    own_readings: list[str] = []


class OutlookShare(Value, frozen=True, kw_only=True):
    """The share that counted as better in one arm at one time. ``comparator`` names an arm without the procedure.

    ``interval`` says where the ends come from: printed, computed from the counts (Wilson), or nowhere.
    """

    months: float | None
    probability: float
    low: float | None
    high: float | None
    interval: Literal["printed", "computed", "none"]
    events: int | None
    of: int | None
    subgroup: str | None
    comparator: str | None
    citation: Citation


class OutlookDifference(Value, frozen=True, kw_only=True):
    """A difference between two arms on a scale; ``better`` says in which direction the procedure wins."""

    scale: str
    against: str
    months: float | None
    value: float | None
    low: float | None
    high: float | None
    better: Literal["down", "up"]
    citation: Citation


class Conflict(Value, frozen=True, kw_only=True):
    """Another publication that says otherwise, and why they may disagree, as far as anybody said."""

    outcome: str
    label: str
    says: str
    why: str
    citations: list[Citation]


class Outlook(Value, frozen=True, kw_only=True):
    """What one publication found after the procedure, or *unknown*: no number that may be used.

    ``selected`` says whether this patient is chosen as its patients were; ``half`` that better means at least half of
    the pain gone; ``sponsor`` that the maker of the device paid.
    """

    outcome: str
    status: Literal["published", "unknown"]
    label: str
    says: str
    generators: list[str]
    for_whom: str
    design: str
    responder: str | None
    half: bool
    sponsor: bool | None
    selection: str | None
    selected: StatusWord
    shares: list[OutlookShare]
    differences: list[OutlookDifference]
    lasts: list[str]
    conflicts: list[Conflict]
    citations: list[Citation]


class LocalOutlook(Value, frozen=True, kw_only=True):
    """A published share after a clinic's own results, and for how many patients the literature still counts."""

    probability: float
    low: float
    high: float
    successes: int
    trials: int
    literature: float
    literature_counts_for: float
    citations: list[Citation]


class Earlier(Value, frozen=True, kw_only=True):
    """How an option fared in this patient before: the last course or session, and whether it is to be done again."""

    outcome: Literal[
        "failed", "not tolerated", "helped", "helped in part", "going on", "not known", "helped too short",
        "did not help", "positive test", "tests agree", "equivocal test", "negative test", "trial passed",
        "trial failed",
    ]  # fmt: skip
    says: str
    again: Literal["not due", "allowed", "pointless", "not meant to be repeated", "undocumented"]
    facts: list[FactSeen]


class Option(Value, frozen=True, kw_only=True):
    """One procedure for this patient: is it right, is it safe, is it covered, why now or why not."""

    procedure: str
    label: str
    role: Literal["diagnostic", "therapeutic", "both", "trial", "implant", "conservative", "referral", "medicine"]
    request: Request
    verdict: Verdict
    why: str
    place: Literal["now", "next", "later", "not now"]
    step: int
    opens_with: list[str]
    target: Target
    gates: Determination
    candidacy: Determination
    contraindications: Determination
    cautions: Determination
    alerts: list[Alert]
    coverage: Coverage
    outlook: list[Outlook] = []
    earlier: Earlier | None = None


class Assessment(Value, frozen=True, kw_only=True):
    """All that follows from a chart on a day.

    ``missing`` holds every undocumented question, those of most worth first. ``ask_first`` holds the few that matter
    most for this pain and the next step: there, red flags of which none is settled are one line.
    """

    patient: str
    as_of: date
    version: str
    alerts: list[Alert]
    red_flags: list[RedFlagResult]
    differential: list[Differential]
    overlays: list[Overlay]
    named: list[NamedSource] = []
    options: list[Option]
    ask_first: list[Ask] = []
    missing: list[Ask]
    facts_read: dict[str, int]


def schema() -> dict[str, Any]:
    """The JSON Schema of an assessment."""
    return msgspec.json.schema(Assessment)

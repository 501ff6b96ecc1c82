"""The shapes of clinical content: what an entry of each folder may and must say.

Every struct refuses unknown fields. What a source does not give is left out and shown as unknown; it is never filled.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from lenitive.knowledge.entries import Cited, Entry, Quantity, Source, Statement

Share = Annotated[float, Meta(ge=0, le=1)]
Ratio = Annotated[float, Meta(ge=0)]
Interval = tuple[float, float]


class Shape(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The root of all shapes."""


# --- generators/ -------------------------------------------------------------------------------------------------


class Referral(Cited, frozen=True, kw_only=True):
    """How typically a generator is felt in a body region: 3 typical, 2 common, 1 possible."""

    region: str
    weight: Annotated[int, Meta(ge=1, le=3)]


Area = Literal["head", "cervical", "thoracic", "lumbar", "pelvis", "upper limb", "lower limb", "abdomen", "chest"]
"""A part of the body, as the body map is divided."""


class AfterOperation(Cited, frozen=True, kw_only=True):
    """An operation after which pain that goes on is given this name: a definition by history, with no likelihood."""

    regions: Annotated[list[str], Meta(min_length=1, description="where the operation was, as a procedure's region")]
    areas: Annotated[list[Area], Meta(min_length=1, description="where the pain is felt")]
    words: Annotated[list[str], Meta(min_length=1, description="any of these is in the words of the operation")]
    places: Annotated[
        list[str], Meta(description="where the region is not recorded, any of these is in its words as well")
    ] = []


class AfterNeedle(Cited, frozen=True, kw_only=True):
    """A mishap of a needle after which a pain like this is given this name: a definition by history."""

    complication: Annotated[list[str], Meta(min_length=1, description="any of these is in the words for the mishap")]
    within_days: Annotated[int, Meta(ge=0, description="the pain begins no later than this after the needle")]
    areas: Annotated[list[Area], Meta(min_length=1, description="where the pain is felt")]
    worse: Annotated[list[str], Meta(min_length=1, description="any of these makes it worse")]
    better: Annotated[list[str], Meta(min_length=1, description="any of these eases it")]


class Replacement(Shape, frozen=True, kw_only=True):
    """How a chart says that the structure was replaced: it is no source of pain there any more, and ``then`` is."""

    then: Annotated[str, Meta(description="the source that pain at the replaced joint is looked at as")]
    left: Annotated[list[str], Meta(min_length=1, description="ICD-10-CM codes of the artificial joint on the left")]
    right: Annotated[list[str], Meta(min_length=1, description="ICD-10-CM codes of the artificial joint on the right")]
    words: Annotated[list[str], Meta(min_length=1, description="any of these is in the words of the operation")]


class InWords(Cited, frozen=True, kw_only=True):
    """Words for a pain that bring a mechanism to mind. They have no likelihood of their own."""

    quality: Annotated[list[str], Meta(min_length=1, description="words of a complaint's quality")]


class ShownBy(Cited, frozen=True, kw_only=True):
    """What settles a source that stands on the problem list: one of these findings at that level, or one of these
    further diagnoses. A set of criteria that is the definition of the source needs no recorded diagnosis."""

    findings: list[str] = []
    icd10: Annotated[list[str], Meta(description="further diagnoses, by the start of their ICD-10-CM code")] = []
    defines: Annotated[bool, Meta(description="these findings are the definition: no diagnosis need be recorded")] = (
        False
    )

    def __post_init__(self) -> None:
        if not self.findings and not self.icd10:
            raise ValueError("a row that nothing can meet: give findings or icd10")
        if self.defines and not self.findings:
            raise ValueError("a definition is met by findings: give findings")


class Generator(Shape, frozen=True, kw_only=True):
    """A structure that can produce pain, an overlay that rides on one, or a danger that must be excluded."""

    label: str
    kind: Literal["generator", "overlay", "danger"]
    question: Annotated[
        str | None, Meta(description="the question it is an answer to (questions.toml); none for overlays and dangers")
    ] = None
    part_of: Annotated[str | None, Meta(description="the generator of which it is one level or part")] = None
    plain: Annotated[str, Meta(description="what it is, for a patient, in one sentence")]
    levels: list[str] = []
    icd10: list[str] = []
    recorded_under: Annotated[
        list[str], Meta(description="ICD-10-CM codes under which it is recorded too, that do not name it by themselves")
    ] = []
    referral: list[Referral] = []
    confirmed_by: list[Statement] = []
    shown_by: Annotated[
        list[ShownBy], Meta(description="what settles it once it is diagnosed, where no question ranks it")
    ] = []
    after_operation: list[AfterOperation] = []
    in_words: InWords | None = None
    after_needle: AfterNeedle | None = None
    replacement: Replacement | None = None
    mimics: list[str] = []
    looked_for: Annotated[
        list[str], Meta(description="findings that belong to it, though no ratio was read for them")
    ] = []
    located_by: Annotated[
        list[str], Meta(description="findings whose recorded level names one of its parts; no ratio is known")
    ] = []
    said_first: Annotated[
        Statement | None, Meta(description="what is said at once where it is diagnosed or its criteria are met")
    ] = None
    statements: Annotated[list[Statement], Meta(description="what else matters, cited")] = []


class Population(Shape, frozen=True, kw_only=True):
    """Patients of whom other shares were published, known by a diagnosis, where the pain they came for is this one."""

    icd10: Annotated[list[str], Meta(min_length=1, description="the diagnosis, by the start of its ICD-10-CM code")]
    prior: Annotated[str, Meta(description="the prior (priors.toml) it starts from then, with the same answers")]


class Question(Shape, frozen=True, kw_only=True):
    """A diagnostic question whose answers are rivals: where does this pain come from?"""

    label: str
    regions: Annotated[list[str], Meta(description="body regions that raise the question, as region or radiation")]
    prior: Annotated[str, Meta(description="the prior (priors.toml) it starts from")]
    populations: Annotated[list[Population], Meta(description="who starts from another one: the first that fits")] = []


class Prior(Cited, frozen=True, kw_only=True):
    """How often each source was found in a population."""

    label: str
    population: str
    shares: Annotated[dict[str, Share], Meta(description="generator -> share; 'unresolved' for none found")]
    size: Annotated[
        float | None, Meta(description="how many patients the shares rest on; none: a judgement, shown as such")
    ] = None
    used: bool = True


class Region(Shape, frozen=True, kw_only=True):
    """A region of the body map."""

    label: str
    area: Area
    view: Literal["front", "back", "side", "any"] = "any"
    sided: bool = True


# --- findings/ ---------------------------------------------------------------------------------------------------

Burden = Literal[
    "question", "bedside", "questionnaire", "laboratory", "imaging", "electrodiagnostic", "block", "invasive"
]


class Composite(Shape, frozen=True, kw_only=True):
    """A finding that is counted from others. Present when at least ``at_least`` of ``of`` are present; absent when that
    can no longer be reached; else unknown. ``without`` must be absent too."""

    of: Annotated[list[str], Meta(min_length=1)]
    at_least: Annotated[int, Meta(ge=1)]
    without: list[str] = []


class CatalogueFinding(Shape, frozen=True, kw_only=True):
    """Something that can be asked, examined, imaged or measured, and found present or absent."""

    label: str
    kind: Literal["history", "examination", "imaging", "electrodiagnostic", "laboratory", "questionnaire", "composite"]
    ask: Annotated[str, Meta(description="the question to the patient, or what to do and what counts as positive")]
    burden: Burden
    composite: Composite | None = None
    from_complaint: Annotated[
        list[str], Meta(description="words of a complaint's aggravating, relieving or quality lists that show it")
    ] = []
    levelled: Annotated[bool, Meta(description="found at spinal levels")] = False
    from_age: Annotated[int | None, Meta(description="present from this age on, absent below it")] = None
    from_sex: Annotated[
        Literal["female", "male"] | None, Meta(description="present in this sex, absent in the other")
    ] = None


class Evidence(Cited, frozen=True, kw_only=True):
    """What finding something does to the odds of a generator against all other answers.

    Either ``lr_positive`` and ``lr_negative`` (with 95 % intervals where the source gives them), or ``likelihoods``:
    the probability of the finding under each generator.
    """

    generator: str
    finding: Annotated[str, Meta(description="an entry of the catalogue")]
    group: Annotated[str, Meta(description="findings of one group are not independent; one contributes")]
    use: Literal["primary", "alternative", "cap", "rule-out-only", "only-if-alone", "context", "do-not-use"]
    design: Annotated[
        Literal["pooled", "replicated", "single", "derivation", "case-control"],
        Meta(description="pooled and replicated ratios count in full, others are shrunk (LR^0.7)"),
    ]
    lr_positive: Ratio | None = None
    lr_positive_interval: Interval | None = None
    lr_negative: Ratio | None = None
    lr_negative_interval: Interval | None = None
    sensitivity: Share | None = None
    sensitivity_interval: Interval | None = None
    specificity: Share | None = None
    specificity_interval: Interval | None = None
    counts: Annotated[dict[Literal["tp", "fn", "fp", "tn"], int] | None, Meta(description="2x2 table")] = None
    likelihoods: dict[str, Share] | None = None
    cap_positive: Annotated[float | None, Meta(description="ceiling for LR+, as the review of the row advises")] = None
    floor_negative: Annotated[float | None, Meta(description="floor for LR-")] = None
    n: int | None = None
    reference: Annotated[str | None, Meta(description="reference standard")] = None
    population: str | None = None
    derived: Annotated[list[str], Meta(description="fields worked out from the printed ones")] = []
    level: Annotated[str | None, Meta(description="the level it speaks for, if one")] = None
    replaces_groups: Annotated[list[str], Meta(description="groups that stay silent when this finding is scored")] = []


class Block(Cited, frozen=True, kw_only=True):
    """How well a diagnostic block tells."""

    generator: str
    procedure: str
    protocol: str
    comparative: Annotated[bool, Meta(description="two blocks that must agree")] = False
    whatever_duration: Annotated[
        bool, Meta(description="of a pair: speaks for one of which nobody knows whether its relief lasted as it should")
    ] = False
    drugs: Annotated[list[str], Meta(description="of a pair: its local anaesthetics, the shorter-acting first")] = []
    threshold_percent: Annotated[float | None, Meta(description="relief that counts as positive")] = None
    false_positive_rate: Share | None = None
    false_positive_interval: Interval | None = None
    false_positive_means: Literal["1-specificity", "1-PPV"] | None = None
    sensitivity: Share | None = None
    specificity: Share | None = None
    lr_positive: Ratio | None = None
    lr_positive_interval: Interval | None = None
    lr_negative: Ratio | None = None
    floor_negative: float | None = None
    counts: dict[str, int] | None = None
    n: int | None = None
    reference: str | None = None
    derived: list[str] = []
    use: Literal["primary", "alternative", "context"] = "primary"
    transferred: Annotated[str | None, Meta(description="measured on another structure: which")] = None
    levels: Annotated[list[str], Meta(description="counts only for blocks known to be at none but these levels")] = []


class RedFlag(Cited, frozen=True, kw_only=True):
    """A danger, the criterion that raises it, and what to do at once."""

    label: str
    criterion: str
    urgency: Literal["emergency", "urgent", "before any procedure"]
    action: str
    stops_procedures: Annotated[bool, Meta(description="everything waits, but for what it spares")]
    stops: Annotated[list[str], Meta(description="procedures that wait, where not everything does")] = []
    spares: Annotated[list[str], Meta(description="procedures that need not wait, once ``spares_when`` is met")] = []
    spares_when: Annotated[str | None, Meta(description="a criterion")] = None
    action_when_spared: Annotated[str | None, Meta(description="what to do instead, once ``spares_when`` is met")] = (
        None
    )
    danger: Annotated[str | None, Meta(description="the generator of kind danger")] = None
    areas: Annotated[list[Area], Meta(description="a pain here makes it one of the first things to ask")] = []
    questions: Annotated[
        list[str], Meta(description="so does a pain that raises these; with neither, every pain does")
    ] = []
    told_by: Annotated[list[str], Meta(description="flags whose alert, while they are raised, tells this one too")] = []
    holds_upkeep: Annotated[
        bool, Meta(description="even what keeps going what is in the body waits: the refill of a pump")
    ] = False

    def __post_init__(self) -> None:
        if self.stops and self.stops_procedures:
            raise ValueError("a flag for which everything waits has no list of what waits: leave out stops")
        if bool(self.spares) is not bool(self.spares_when):
            raise ValueError("what is spared is spared when a criterion is met: give both spares and spares_when")
        if self.action_when_spared and not self.spares_when:
            raise ValueError("another action once spares_when is met needs a spares_when")


# --- procedures/, drugs/ -----------------------------------------------------------------------------------------


class Requirement(Cited, frozen=True, kw_only=True):
    """A criterion that a procedure or policy wants, with the numbers it is asked with."""

    criterion: str
    want: Literal["met", "not met"] = "met"
    group: Annotated[str | None, Meta(description="rows of one group are alternatives")] = None
    at_least: Annotated[int, Meta(ge=1, description="how many of the group are needed")] = 1
    severity: Literal["required", "advice"] = "required"
    parameters: dict[str, bool | float | str | list[str]] = {}
    opens_with: Annotated[str | None, Meta(description="the step that would open this gate")] = None
    otherwise: Annotated[
        str | None, Meta(description="what to do instead once it is known not to hold: the step is to write it down")
    ] = None
    opened_by: Annotated[
        list[str], Meta(description="procedures whose relief opens this gate, where no parameter names them")
    ] = []
    label: Annotated[str | None, Meta(description="in the words of this row, ours not the policy's")] = None
    id: str | None = None
    when: Annotated[str | None, Meta(description="a criterion: the row applies only when it is met")] = None


class Risk(Cited, frozen=True, kw_only=True):
    """A harm and how often it happens."""

    harm: str
    per: Annotated[float | None, Meta(description="one in so many patients or procedures")] = None
    percent: float | None = None
    interval: Interval | None = None
    severity: Literal["minor", "serious", "catastrophic"]
    with_placebo: Annotated[float | None, Meta(description="percent of those who had placebo or sham instead")] = None
    events: Annotated[int | None, Meta(description="how many were counted")] = None
    of: Annotated[int | None, Meta(description="among how many")] = None
    range: Annotated[
        Interval | None, Meta(description="percent over several studies, where no single rate is right")
    ] = None


class WarningSign(Statement, frozen=True, kw_only=True):
    """What to watch for afterwards, and whom to turn to how fast."""

    urgency: Literal["ambulance", "emergency department", "same day", "call"]


class SharedRows(Shape, frozen=True, kw_only=True):
    """Rows that several procedures share, written once: an entry takes them over by naming the set in ``shares``."""

    label: str
    candidacy: list[Requirement] = []
    contraindications: list[Requirement] = []
    cautions: list[Requirement] = []
    risks: list[Risk] = []
    aftercare: list[Statement] = []
    warning_signs: list[WarningSign] = []


Line = Literal["first", "second", "last", "not advised"]
"""How soon a medicine is thought of."""


class Advice(Cited, frozen=True, kw_only=True):
    """How soon a guideline thinks of a medicine for some sources of pain."""

    generators: Annotated[list[str], Meta(min_length=1)]
    line: Line
    text: Annotated[str, Meta(min_length=1, description="what it advises, in our own words")]


class ProcedureEntry(Shape, frozen=True, kw_only=True):
    """What a procedure is for, what must be true before it, how it is done, what it does.

    A class of pain medicines is one too: of the role ``medicine``, with its ingredients, doses and advice.
    """

    label: str
    family: str
    role: Literal["diagnostic", "therapeutic", "both", "trial", "implant", "conservative", "referral", "medicine"]
    device: Annotated[str | None, Meta(description="the kind of device that stays in the body afterwards")] = None
    records: Annotated[
        list[Literal["radiofrequency", "leads", "cement"]],
        Meta(description="what its record holds besides needle, contrast medium and drugs"),
    ] = []
    plain: Annotated[str, Meta(description="what is done, for a patient, in one or two sentences")]
    region: str | None = None
    midline: Annotated[bool, Meta(description="one needle in the middle reaches both sides")] = False
    targets: Annotated[list[str], Meta(description="generators it is aimed at")]
    confirms: Annotated[
        list[str], Meta(description="targets that its relief confirms, as their confirmed_by says")
    ] = []
    approaches: list[str] = []
    courses: Annotated[list[str], Meta(description="treatments of charts that are this conservative care")] = []
    ingredients: Annotated[list[str], Meta(description="of a class of medicines: its drugs, as charts name them")] = []
    advice: Annotated[list[Advice], Meta(description="of a class of medicines: for what, and how soon")] = []
    doses: Annotated[
        list[Statement], Meta(description="of a class of medicines: how it is begun, and its ceiling")
    ] = []
    continues: Annotated[
        bool, Meta(description="goes on with a treatment that is in place: its source is not proven anew")
    ] = False
    step: Annotated[int, Meta(ge=1, le=9, description="how invasive: 1 exercise … 9 open surgery (a judgement)")]
    gates: Annotated[list[Requirement], Meta(description="without these: not yet")] = []
    candidacy: Annotated[list[Requirement], Meta(description="what makes a good candidate")] = []
    contraindications: Annotated[list[Requirement], Meta(description="want = 'not met': absolute")] = []
    cautions: Annotated[list[Requirement], Meta(description="relative contraindications")] = []
    shares: Annotated[list[str], Meta(description="sets of shared rows, added to its own when content is loaded")] = []
    bleeding_class: Statement | None = None
    guidance: Statement | None = None
    contrast: Statement | None = None
    sedation: Statement | None = None
    setting: Statement | None = None
    minutes: Quantity | None = None
    volume_ml: Quantity | None = None
    steroid: Annotated[bool | None, Meta(description="a corticosteroid is usually given")] = None
    drugs: Annotated[
        list[Statement], Meta(description="what is given or put in; the ceilings of each drug stand with the drug")
    ] = []
    radiation: Statement | None = None
    positive_if: Statement | None = None
    onset: Statement | None = None
    judged_from: Annotated[
        Quantity | None, Meta(description="days after which too little relief is an answer; before, it is too early")
    ] = None
    lasts: Statement | None = None
    repeat: Statement | None = None
    codes: Annotated[list[str], Meta(description="CPT or HCPCS numbers, no descriptors")] = []
    codes_cited: Cited | None = None
    risks: list[Risk] = []
    antibiotics: Annotated[Statement | None, Meta(description="whether an antibiotic is given beforehand")] = None
    aftercare: Annotated[list[Statement], Meta(description="recovery, as leaflets tell it")] = []
    warning_signs: Annotated[list[WarningSign], Meta(description="afterwards: when to call")] = []
    follow_up: Statement | None = None
    statements: list[Statement] = []
    unknown: Annotated[list[str], Meta(description="parts that no usable source gives")] = []


class Hold(Cited, frozen=True, kw_only=True):
    """How long before a procedure a drug is stopped."""

    bleeding_class: Literal["low", "intermediate", "high"]
    rule: Literal["days", "hours", "half-lives", "none", "shared"]
    amount: Annotated[float | None, Meta(description="since the last dose; for a range the longer end")] = None
    range: Interval | None = None
    also: Annotated[str | None, Meta(description="a laboratory condition, in words")] = None
    when: Annotated[
        str | None, Meta(description="the use or dose it speaks for; if that is unknown, the strictest row")
    ] = None
    criterion: Annotated[
        str | None, Meta(description="a criterion: the row counts unless this is answered no (unknown counts)")
    ] = None
    doses: Annotated[list[float], Meta(description="the doses that `when` names, mg in one intake")] = []
    up_to_a_day: Annotated[float | None, Meta(description="the most in a day that `when` names, mg")] = None
    above_a_day: Annotated[float | None, Meta(description="it speaks for more than this in a day, mg")] = None

    def is_for(self, dose: float | None, unit: str | None, times_a_day: float | None = None) -> bool:
        """Whether it speaks for a dose; one that is not known may be any."""
        if dose is None or unit != "mg":
            return True
        return (not self.doses or dose in self.doses) and (times_a_day is None or self._is_for_day(dose * times_a_day))

    def _is_for_day(self, a_day: float) -> bool:
        is_too_much = self.up_to_a_day is not None and a_day > self.up_to_a_day
        is_too_little = self.above_a_day is not None and a_day <= self.above_a_day
        return not is_too_much and not is_too_little


class KidneyLimit(Cited, frozen=True, kw_only=True):
    """The most of a drug in a day below a kidney function."""

    below: Annotated[float, Meta(gt=0, description="creatinine clearance or eGFR, mL/min")]
    a_day: Annotated[float, Meta(gt=0, description="mg by mouth")]


class Restart(Statement, frozen=True, kw_only=True):
    """When a drug may be taken again after a procedure, if the proceduralist and the prescriber agree."""

    bleeding_class: Annotated[
        Literal["low", "intermediate", "high"] | None, Meta(description="none: after any procedure")
    ] = None
    hours: Annotated[float | None, Meta(description="after the procedure; for a range the longer end")] = None
    range: Annotated[Interval | None, Meta(description="hours")] = None


class Ceiling(Cited, frozen=True, kw_only=True):
    """The most of a local anaesthetic in a session: the lower of the two. Fractions of several agents add up."""

    with_adrenaline: bool = False
    mg_per_kg: float | None = None
    max_mg: float | None = None


class DrugEntry(Shape, frozen=True, kw_only=True):
    """A drug or class that changes what may be done."""

    label: str
    drug_class: str
    names: Annotated[list[str], Meta(description="ingredient names in charts, lower case")]
    rxnorm: Annotated[list[str], Meta(description="ingredient codes")] = []
    holds: list[Hold] = []
    restart: list[Restart] = []
    ask_prescriber: Annotated[bool, Meta(description="never stop without the prescriber")] = True
    ceilings: Annotated[list[Ceiling], Meta(description="of a local anaesthetic")] = []
    kidney_limits: Annotated[list[KidneyLimit], Meta(description="for weak kidneys, the strictest first")] = []
    particulate: Annotated[Statement | None, Meta(description="of a corticosteroid: 'yes' or 'no', cited")] = None
    equivalent_mg: Annotated[
        Quantity | None, Meta(description="of a corticosteroid: mg as strong as 4 mg methylprednisolone")
    ] = None
    mme_factor: Annotated[
        Quantity | None, Meta(description="of an opioid: morphine milligram equivalents per unit")
    ] = None
    watch: Annotated[list[Statement], Meta(description="what its taker has to be watched or asked for")] = []
    statements: list[Statement] = []


# --- waveforms/ --------------------------------------------------------------------------------------------------


class Waveform(Shape, frozen=True, kw_only=True):
    """How a stimulator sends its current. What no usable source gives is left out and named as unknown."""

    label: str
    plain: Annotated[str, Meta(description="for a patient, in one sentence")]
    procedures: Annotated[list[str], Meta(min_length=1)]
    felt: Annotated[Statement | None, Meta(description="whether the patient feels it")] = None
    frequency: Quantity | None = None
    pulse_width: Quantity | None = None
    current: Quantity | None = None
    outcomes: Annotated[list[str], Meta(description="what was published about it")] = []
    statements: list[Statement] = []
    unknown: list[str] = []


# --- guides/ -----------------------------------------------------------------------------------------------------


class Guide(Shape, frozen=True, kw_only=True):
    """A way to go together with the patient, step by step, each step cited."""

    label: str
    never: list[Statement] = []
    consider_when: list[Statement] = []
    steps: Annotated[list[Statement], Meta(min_length=1)]
    watch: list[Statement] = []


# --- outcomes/ ---------------------------------------------------------------------------------------------------

DAYS_IN_A_MONTH = 30
"""A month of a publication in days, as visits are planned: one rule for what a registry counts and a patient reads."""


class Figure(Cited, frozen=True, kw_only=True):
    """The share of one arm that counted as better at one time, as printed."""

    share: Share
    months: Annotated[float, Meta(ge=0, description="since the treatment; none: not printed")] | None = None
    interval: Annotated[Interval | None, Meta(description="95 %, as printed")] = None
    events: Annotated[int, Meta(ge=0, description="how many were counted")] | None = None
    of: Annotated[int, Meta(ge=1, description="among how many")] | None = None
    subgroup: Annotated[str | None, Meta(description="the part of the arm it speaks for")] = None


class ComparatorFigure(Figure, frozen=True, kw_only=True):
    """The same share in the arm that did not get the procedure."""

    arm: str


class Difference(Cited, frozen=True, kw_only=True):
    """A difference between two arms on a scale; below zero is in favour of the procedure unless ``better`` says up."""

    scale: str
    against: str
    value: float | None = None
    months: Annotated[float, Meta(ge=0)] | None = None
    interval: Annotated[Interval | None, Meta(description="95 %, as printed")] = None
    better: Literal["down", "up"] = "down"


class Outcome(Shape, frozen=True, kw_only=True):
    """What one publication found after a procedure, with its comparator and the patients it speaks for."""

    label: str
    procedures: Annotated[list[str], Meta(min_length=1)]
    generators: Annotated[list[str], Meta(description="sources of pain it speaks for; empty: whatever the source")] = []
    says: Annotated[Statement, Meta(description="what it found, in one or two sentences")]
    design: str
    responder: Annotated[str | None, Meta(description="who counts as better, as printed")] = None
    half: Annotated[bool, Meta(description="better means at least 50 % less pain, and nothing else")] = False
    sponsor: Annotated[bool | None, Meta(description="paid for by the maker of the device")] = None
    selection: Annotated[str | None, Meta(description="how its patients were chosen")] = None
    needs: Annotated[
        list[Requirement], Meta(description="the selection as criteria; known not to hold: the row is left out")
    ] = []
    shares: list[Figure] = []
    comparators: list[ComparatorFigure] = []
    differences: list[Difference] = []
    lasts: Annotated[list[Statement], Meta(description="how long the relief lasted")] = []
    conflicts_with: Annotated[list[str], Meta(description="outcomes it contradicts; said once, shown at both")] = []
    conflict: Annotated[Statement | None, Meta(description="why they may disagree")] = None


# --- education/ --------------------------------------------------------------------------------------------------


class EducationPage(Cited, frozen=True, kw_only=True):
    """What a patient reads about a source of pain or a procedure, in plain words and without a number.

    Numbers are filled in from the outcomes, risks and after-care of the procedure when the page is asked for.
    """

    label: str
    about: Literal["condition", "procedure"]
    procedures: Annotated[list[str], Meta(description="procedures that it is about")] = []
    generators: Annotated[list[str], Meta(description="sources of pain that it is about; parts follow the whole")] = []
    what: Annotated[str, Meta(description="what it is")]
    how: Annotated[str, Meta(description="how it is done; of a source of pain: how it is found")]
    feels: Annotated[str, Meta(description="what it feels like")]
    helps: Annotated[str, Meta(description="what it can and cannot do; of a source of pain: what helps")]
    risks: Annotated[str, Meta(description="what can go wrong; of a source of pain: when to get help")]
    alternatives: str
    before: str
    after: str


class HarmInWords(Shape, frozen=True, kw_only=True):
    """A harm of the risk rows as a patient is told."""

    plain: str


class TalkRow(Shape, frozen=True, kw_only=True):
    """One aspect in which two ways of care differ."""

    aspect: str
    first: str
    second: str


class TalkQuestion(Shape, frozen=True, kw_only=True):
    """A question, and its answer unless it is one to ask."""

    question: str
    answer: str | None = None


class Talk(Cited, frozen=True, kw_only=True):
    """Help for a conversation: two ways of care beside each other, or questions."""

    label: str
    kind: Literal["comparison", "questions"]
    intro: str
    first: str | None = None
    second: str | None = None
    rows: list[TalkRow] = []
    questions: list[TalkQuestion] = []


# --- policies/ ---------------------------------------------------------------------------------------------------


class Member(Cited, frozen=True, kw_only=True):
    """One contractor's version of a policy family."""

    contractor: str
    jurisdictions: list[str]
    states: list[str]
    policy_id: str
    article: str | None = None
    effective_from: date
    effective_until: date | None = None
    revised: date | None = None
    version: str | None = None


class RowChange(Shape, frozen=True, kw_only=True):
    """What one row of a policy is under the reading that is not used."""

    row: Annotated[str, Meta(description="the id of the row")]
    severity: Literal["required", "advice"] | None = None
    parameters: Annotated[dict[str, bool | float | str | list[str]], Meta(description="numbers that differ")] = {}


class Ambiguity(Cited, frozen=True, kw_only=True):
    """A point that the text leaves open, both ways to read it, and the one that is used.

    ``otherwise`` makes it an option: with these rows changed the policy can be asked the other way.
    """

    issue: str
    reading: str
    otherwise: list[RowChange] = []


class PolicyVersion(Shape, frozen=True, kw_only=True):
    """The rows of a policy from a day on."""

    effective_from: date
    effective_until: date | None = None
    rows: Annotated[
        list[str],
        Meta(description="names of shared rows and ids of own rows, in order; own rows not named follow"),
    ] = []
    wants: Annotated[list[Requirement], Meta(description="its own rows; once content is loaded, all its rows")] = []

    def __post_init__(self) -> None:
        if not self.rows and not self.wants:
            raise ValueError("a version wants something: give rows, or wants")


class SharedPolicyParts(Shape, frozen=True, kw_only=True):
    """What several policies have in common, written once: a policy takes it over by naming the set in ``shares``."""

    label: str
    members: list[Member] = []
    rows: Annotated[dict[str, Requirement], Meta(description="by name; a row without an id is called by its name")] = {}
    ambiguities: list[Ambiguity] = []
    statements: list[Statement] = []


class Policy(Shape, frozen=True, kw_only=True):
    """When a payer pays for a procedure: its criteria by version."""

    label: str
    programmes: Annotated[list[str], Meta(description="coverage programmes it binds (medicare, …)")]
    payers: Annotated[
        list[str], Meta(description="payer names, for commercial policies; empty: any of the programmes")
    ] = []
    stands_in: Annotated[bool, Meta(description="speaks for payers whose own policy is not known")] = False
    procedures: Annotated[list[str], Meta(min_length=1)]
    applies_when: Annotated[
        str | None, Meta(description="a criterion that must be met for this policy rather than its sibling")
    ] = None
    codes: list[str] = []
    shares: Annotated[
        list[str],
        Meta(description="sets: it takes over their members, ambiguities and statements and names their rows"),
    ] = []
    members: list[Member] = []
    versions: Annotated[list[PolicyVersion], Meta(min_length=1)]
    ambiguities: list[Ambiguity] = []
    statements: list[Statement] = []


class ProgrammeService(Cited, frozen=True, kw_only=True):
    """Procedures for which a programme wants a decision beforehand, from a day on."""

    label: str
    procedures: Annotated[list[str], Meta(min_length=1)]
    codes: Annotated[list[str], Meta(description="CPT or HCPCS numbers, no descriptors")]
    effective_from: date
    effective_until: date | None = None
    only_if: Annotated[str | None, Meta(description="what else must hold, where a request does not say it")] = None


class TimeToDecide(Cited, frozen=True, kw_only=True):
    """How long the payer may take to decide on a request, from a day on."""

    urgency: Literal["standard", "expedited"]
    amount: Annotated[int, Meta(ge=1)]
    counted: Literal["calendar days", "business days", "hours"]
    effective_from: date


class NumberValidity(Cited, frozen=True, kw_only=True):
    """For how many days the number of a decision holds, and whether another procedure needs its own."""

    days: Annotated[int, Meta(ge=1)]
    per: Annotated[str, Meta(description="what one number covers, in words")]


class Authority(Cited, frozen=True, kw_only=True):
    """A programme that wants a decision before a procedure, apart from the policy that says when it is paid.

    ``programmes``, ``payers``, ``states`` and ``sites`` say whose requests it is about; an empty list means all.
    """

    label: str
    programmes: list[str]
    payers: list[str] = []
    states: list[str] = []
    sites: list[str] = []
    effective_from: date
    effective_until: date | None = None
    condition_of_payment: Annotated[bool | None, Meta(description="without a decision nothing is paid")] = None
    services: list[ProgrammeService]
    times: list[TimeToDecide] = []
    validity: NumberValidity | None = None
    ambiguities: list[Ambiguity] = []
    statements: list[Statement] = []


class Contractor(Cited, frozen=True, kw_only=True):
    """A Medicare administrative contractor's jurisdiction and its states."""

    name: str
    states: list[str]


# --- instruments/ ------------------------------------------------------------------------------------------------


class Choice(Shape, frozen=True, kw_only=True):
    """One answer and what it counts."""

    value: float
    label: str


class Item(Shape, frozen=True, kw_only=True):
    """One question of a questionnaire. Without choices of its own it has those of the questionnaire."""

    text: str
    choices: list[Choice] = []


class Alarm(Cited, frozen=True, kw_only=True):
    """An answer that cannot wait for the total."""

    item: Annotated[int, Meta(ge=1)]
    above: Annotated[float, Meta(description="any answer above this")]
    finding: Annotated[str, Meta(description="the finding that it shows; an answer at or below it shows its absence")]


class Questionnaire(Cited, frozen=True, kw_only=True):
    """The wording of an instrument whose owner allows it to be shown, and how the score comes from the answers."""

    intro: str
    choices: list[Choice] = []
    items: Annotated[list[Item], Meta(min_length=1)]
    score: Literal["sum", "mean", "the answer"]
    unanswered_counts: Annotated[float | None, Meta(description="none: every answer is needed")] = None
    alarms: list[Alarm] = []


class Band(Cited, frozen=True, kw_only=True):
    """From this score on, up to the next band, it is called so."""

    lowest: float
    label: str


class RawScores(Cited, frozen=True, kw_only=True):
    """The T-score of each raw sum, from ``first`` on, one by one."""

    first: int
    t_scores: Annotated[list[float], Meta(min_length=2)]


class Instrument(Shape, frozen=True, kw_only=True):
    """A score: its range, what higher means, what change matters."""

    label: str
    measures: str
    low: float | None = None
    high: float | None = None
    higher_is: Literal["worse", "better", "neither"]
    unit: str = "{score}"
    minimal_important_change: list[Quantity] = []
    bands: list[Statement] = []
    cut_points: Annotated[list[Band], Meta(description="the bands as numbers, rising")] = []
    questionnaire: Annotated[Questionnaire | None, Meta(description="only where its owner allows it")] = None
    raw_scores: Annotated[RawScores | None, Meta(description="T-scores from raw sums")] = None
    loinc: list[str] = []
    licence: Statement | None = None


class Word(Shape, frozen=True, kw_only=True):
    """A word of a list that charts use (treatments, statements, qualities)."""

    label: str
    ask: str | None = None


class Goal(Shape, frozen=True, kw_only=True):
    """Something to aim for beside less pain, and the scores that show it."""

    label: str
    ask: str
    example: str
    measured_by: list[str] = []


class Partner(Cited, frozen=True, kw_only=True):
    """Somebody else to involve, when, and the question to send."""

    label: str
    criterion: Annotated[
        str | None, Meta(description="none: whoever gives the opinion, where an option that is a referral is open")
    ] = None
    want: Literal["met", "not met"] = "met"
    question: Annotated[str, Meta(description="may hold {source} and {procedure}")]


class Content(Shape, frozen=True, kw_only=True):
    """All content, as read and checked."""

    sources: dict[str, Source]
    parameters: dict[str, Entry]
    regions: dict[str, Region]
    questions: dict[str, Question]
    generators: dict[str, Generator]
    priors: dict[str, Prior]
    findings: dict[str, CatalogueFinding]
    evidence: dict[str, Evidence]
    blocks: dict[str, Block]
    red_flags: dict[str, RedFlag]
    procedures: dict[str, ProcedureEntry]
    shared_rows: dict[str, SharedRows] = {}
    outcomes: dict[str, Outcome] = {}
    drugs: dict[str, DrugEntry]
    shared_policy_parts: dict[str, SharedPolicyParts] = {}
    policies: dict[str, Policy]
    authorities: dict[str, Authority] = {}
    contractors: dict[str, Contractor]
    instruments: dict[str, Instrument]
    treatments: dict[str, Word]
    statements: dict[str, Word]
    education: dict[str, EducationPage] = {}
    harms: dict[str, HarmInWords] = {}
    talks: dict[str, Talk] = {}
    guides: dict[str, Guide] = {}
    waveforms: dict[str, Waveform] = {}
    goals: dict[str, Goal] = {}
    partners: dict[str, Partner] = {}

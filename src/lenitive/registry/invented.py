"""Invented patients: a dozen stories that exercise the whole of an assessment. Nobody in here is or was a person.

Each story is a short function that writes down what a clinic would have written down: pain, examination, imaging,
treatments, blocks, drugs, insurance, and what was asked completely. Ages, days, sides, levels and scores vary with a
seed; the same seed, day and count give the same patients, fact for fact. Days are counted back from the day of the
assessment, so that the stories stay true whenever they are told.

The words are those of the content (findings, procedures, treatments, instruments); ``tests/functional`` checks that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import msgspec

from lenitive.chart import TABLES, Chart, Fact, Request

FIRST_NAMES = ("Ada", "Ben", "Cleo", "Dov", "Edna", "Finn", "Gus", "Hana", "Ivo", "June", "Kofi", "Lea", "Mira", "Noor")
SURNAME = "Example"
ASKED = ("allergy", "medication", "procedure", "treatment", "condition", "device")
"""Topics that a careful intake asks completely."""
DANGERS = (
    "cauda_equina_signs",
    "progressive_deficit_signs",
    "infection_signs",
    "history_of_cancer",
    "weight_loss",
    "severe_trauma",
    "prolonged_corticosteroids",
    "sudden_onset_pain",
    "new_nonmechanical_pain",
    "suicidal_thoughts",
)
"""Findings that a careful intake asks about before anything else."""


@dataclass(frozen=True)
class Invented:
    """An invented patient: the story in a sentence, the chart, and what is asked for, if anything is."""

    id: str
    story: str
    chart: Chart
    request: Request | None


def invented_patients(as_of: date, count: int = 12, seed: int = 1) -> Iterator[Invented]:
    """So many patients, story after story, again from the first one with other numbers when all are told."""
    for number in range(count):
        tell = STORIES[number % len(STORIES)]
        teller = Teller(f"invented-{number + 1:03d}", as_of, Random(f"{seed}/{number}"))  # noqa: S311
        request = tell(teller)
        story = " ".join((tell.__doc__ or "").split())
        yield Invented(teller.patient, story, Chart.of(teller.facts), request)


@dataclass
class Teller:
    """Writes one patient's facts, counting days back from the day of the assessment."""

    patient: str
    as_of: date
    dice: Random
    facts: list[Fact] = field(default_factory=list)
    side: str = ""
    level: str = ""

    def __post_init__(self) -> None:
        self.side = self.dice.choice(("left", "right"))

    def ago(self, days: int) -> date:
        """A day so many days before the assessment."""
        return self.as_of - timedelta(days)

    def about(self, days: int, spread: float = 0.15) -> int:
        """So many days, more or less."""
        return round(days * self.dice.uniform(1 - spread, 1 + spread))

    def fact(self, table: str, days: int, *, written: int | None = None, **values: Any) -> str:
        """Write down a fact that was true so many days ago; its id comes back."""
        name = f"{table}-{1 + sum(isinstance(fact, TABLES[table]) for fact in self.facts)}"
        at = self.ago(days if written is None else written)
        fact = {
            "id": name,
            "patient": self.patient,
            "source": "invented",
            "true_on": self.ago(days),
            "recorded_at": datetime(at.year, at.month, at.day, tzinfo=UTC),
            **{column: value for column, value in values.items() if value is not None},
        }
        self.facts.append(msgspec.convert(fact, TABLES[table]))
        return name

    # --- what most stories share ---------------------------------------------------------------------------------

    def person(self, age: tuple[int, int], sex: str | None = None) -> None:
        """Who it is."""
        born = self.as_of - timedelta(round(self.dice.uniform(*age) * 365.25))
        name = f"{self.dice.choice(FIRST_NAMES)} {SURNAME}"
        sex = sex or self.dice.choice(("female", "male"))
        self.fact("patient", 400, name=name, birth_date=born, sex=sex)

    def insured(self, state: str = "OH", programme: str = "medicare", payer: str = "Medicare") -> None:
        """Who pays."""
        self.fact("coverage", 500, payer=payer, programme=programme, state=state, site_of_service="office")

    def pain(self, region: str, days: int, *radiates_to: str, **more: Any) -> None:
        """The pain that the patient came for, as told at the last visit."""
        side = more.pop("side", self.side)
        self.fact(
            "complaint", days, written=7, region=region, radiates_to=radiates_to, side=side, dominant=True, **more
        )

    def examined(
        self, days: int = 7, *, present: tuple[str, ...] = (), absent: tuple[str, ...] = (), **more: Any
    ) -> None:
        """What was looked for, and whether it was there."""
        for code in present:
            self.fact("finding", days, code=code, present=True, **more)
        for code in absent:
            self.fact("finding", days, code=code, present=False)

    def safe(self) -> None:
        """The red flags were asked about, and none was there."""
        self.examined(absent=DANGERS)

    def scored(self, nrs: tuple[int, int] = (6, 8), odi: tuple[int, int] = (36, 56), days: int = 7) -> None:
        """Pain and function on named scales."""
        self.fact("measure", days, instrument="nrs", score=self.dice.randint(*nrs))
        self.fact("measure", days, instrument="odi", score=2 * self.dice.randint(odi[0] // 2, odi[1] // 2))

    def tried(self, days: int = 210, *, response: str = "failed") -> None:
        """Two months of physical therapy and a drug, and how they ended."""
        end = days - self.about(60)
        sessions = self.dice.randint(8, 16)
        self.fact(
            "treatment", days, until=self.ago(end), kind="physical_therapy", region="lumbar", sessions=sessions,
            adherence="full", response=response,
        )  # fmt: skip
        self.fact("treatment", days, until=self.ago(end), kind="nsaid", response="partial")
        self.fact("treatment", end, kind="home_exercise", region="lumbar", adherence="partial", response="partial")

    def asked(self, *topics: str) -> None:
        """What was asked completely at the last visit."""
        for topic in topics or ASKED:
            self.fact("attestation", 7, topic=topic, by="nurse")

    def blocked(self, days: int, percent: float, hours: float, drug: str, levels: tuple[str, ...]) -> None:
        """A medial branch block, and how much of the pain went away."""
        before = self.dice.randint(6, 8)
        block = self.fact(
            "procedure", days, kind="medial_branch_block_lumbar", intent="diagnostic", region="lumbar", side=self.side,
            levels=levels, guidance="fluoroscopy", contrast=True, sedation="none",
            drugs=({"ingredient": drug, "strength_percent": 2.0 if drug == "lidocaine" else 0.5, "volume_ml": 0.5},),
        )  # fmt: skip
        self.fact(
            "relief", days, procedure=block, percent=percent, lasted_hours=hours, concordant=True, instrument="nrs",
            score_before=before, score_after=round(before * (1 - percent / 100)),
        )  # fmt: skip

    def asks_for(self, kind: str, days: int = 21, **more: Any) -> Request:
        """What the physician has in mind, three weeks ahead."""
        return Request(kind=kind, on=self.as_of + timedelta(days), region="lumbar", guidance="fluoroscopy", **more)


FACETS = ("L4-5", "L5-S1")


def _facet_pain(t: Teller) -> None:
    t.person((48, 74))
    t.insured()
    t.pain(
        "low_back_paramidline",
        t.about(500),
        "buttock",
        aggravated_by=("extension", "standing"),
        relieved_by=("sitting",),
    )
    t.examined(
        present=("extension_rotation",),
        absent=("midline_low_back_pain", "centralisation", "straight_leg_raise", "muscle_weakness", "sensory_deficit"),
    )
    t.examined(180, present=("mri_facet_fluid",), absent=("mri_nerve_root_compression", "mri_central_stenosis"))
    t.safe()
    t.scored()
    t.tried()


def facet_pain_after_two_blocks(t: Teller) -> Request:
    """Facet pain: two blocks on two days each took away more than 80 percent; ablation is asked for."""
    _facet_pain(t)
    t.blocked(t.about(60), t.dice.choice((85, 90)), 2.5, "lidocaine", FACETS)
    t.blocked(t.about(32), t.dice.choice((82, 88, 90)), 7, "bupivacaine", FACETS)
    t.fact("statement", 7, kind="plan_is_ablation", says=True)
    t.asked()
    return t.asks_for("radiofrequency_ablation_medial_branch_lumbar", levels=FACETS, side=t.side, intent="therapeutic")


def facet_pain_before_any_block(t: Teller) -> Request:
    """Facet pain that nobody has blocked yet; ablation is asked for too early."""
    _facet_pain(t)
    t.asked()
    return t.asks_for("radiofrequency_ablation_medial_branch_lumbar", levels=FACETS, side=t.side, intent="therapeutic")


def facet_pain_after_a_weak_block(t: Teller) -> Request:
    """Facet pain: the first block took away too little; a second one is asked for."""
    _facet_pain(t)
    t.blocked(t.about(30), t.dice.choice((20, 30, 40)), 1, "lidocaine", FACETS)
    t.asked()
    return t.asks_for("medial_branch_block_lumbar", levels=FACETS, side=t.side, intent="diagnostic")


def radiculopathy_under_an_anticoagulant(t: Teller) -> Request:
    """Root pain in the leg from a disc herniation, in somebody who takes apixaban for atrial fibrillation."""
    t.person((58, 76))
    t.insured(state="TX")
    t.pain("posterior_thigh", t.about(120), "calf_lateral_foot_sole", quality=("shooting",), aggravated_by=("sitting",))
    t.examined(present=("leg_pain_worse_than_back_pain", "dermatomal_leg_pain"))
    t.examined(present=("straight_leg_raise", "achilles_reflex_loss"), absent=("muscle_weakness",), side=t.side)
    t.examined(40, present=("mri_disc_herniation", "mri_nerve_root_compression"), side=t.side, levels=("L5-S1",))
    t.safe()
    t.scored((6, 9), (40, 64))
    t.tried(110)
    t.fact("condition", 900, written=7, code="atrial_fibrillation", icd10="I48.91", status="active")
    t.fact(
        "medication", 800, written=7, ingredient="apixaban", drug_class="anticoagulant", dose=5.0, unit="mg",
        times_a_day=2.0, status="active",
    )  # fmt: skip
    t.asked()
    return t.asks_for(
        "epidural_transforaminal_lumbar", levels=("L5-S1",), side=t.side, approach="transforaminal", contrast=True,
        steroid="dexamethasone", sedation="none", intent="therapeutic",
    )  # fmt: skip


def epidural_that_helped_before(t: Teller) -> Request:
    """Root pain that came back after an epidural injection that had helped for four months; one more is asked for."""
    t.person((40, 64))
    t.insured(state="OH")
    t.pain("posterior_thigh", t.about(320), "lateral_leg_dorsum_foot", quality=("shooting",))
    t.examined(present=("leg_pain_worse_than_back_pain", "dermatomal_leg_pain"))
    t.examined(present=("straight_leg_raise",), absent=("muscle_weakness", "reflex_absent"), side=t.side)
    t.examined(250, present=("mri_disc_herniation", "mri_nerve_root_compression"), side=t.side, levels=("L4-5",))
    t.safe()
    t.scored()
    t.tried(300)
    done = t.about(150, 0.1)
    injection = t.fact(
        "procedure", done, kind="epidural_transforaminal_lumbar", intent="therapeutic", region="lumbar", side=t.side,
        levels=("L4-5",), approach="transforaminal", guidance="fluoroscopy", contrast=True, sedation="none",
        drugs=({"ingredient": "dexamethasone", "dose": 10.0},),
    )  # fmt: skip
    t.fact(
        "relief", done - 115, procedure=injection, percent=70.0, lasted_days=115.0, function_percent=60.0,
        instrument="nrs", score_before=8.0, score_after=2.0,
    )  # fmt: skip
    t.asked()
    return t.asks_for(
        "epidural_transforaminal_lumbar", levels=("L4-5",), side=t.side, approach="transforaminal", contrast=True,
        steroid="dexamethasone", sedation="none", intent="therapeutic",
    )  # fmt: skip


def sacroiliac_joint_pain(t: Teller) -> Request:
    """Sacroiliac joint pain: the provocation tests hurt, and bending does not bring the pain to the middle."""
    t.person((30, 60), "female")
    t.insured("CA", "commercial", "Example Health")
    t.pain("psis_sacral_sulcus", t.about(400), "buttock", "groin", aggravated_by=("rising_from_sitting",))
    hurting = ("sij_distraction", "sij_thigh_thrust", "sij_compression", "sij_sacral_thrust", "fortin_finger")
    t.examined(
        present=(*hurting, "pain_rising_from_sitting"),
        absent=("sij_gaenslen", "centralisation", "straight_leg_raise", "midline_low_back_pain"),
    )
    t.safe()
    t.scored()
    t.tried()
    t.asked()
    return t.asks_for("sacroiliac_joint_injection", side=t.side, intent="diagnostic", contrast=True, sedation="none")


def narrow_canal(t: Teller) -> None:
    """Claudication from a narrow canal: walking hurts, sitting helps; warfarin for an artificial heart valve."""
    t.person((71, 82))
    t.insured(state="FL")
    t.pain(
        "buttock",
        t.about(700),
        "posterior_thigh",
        "calf",
        side="both",
        aggravated_by=("walking",),
        relieved_by=("sitting",),
    )
    t.examined(
        present=(
            "neurogenic_claudication", "no_pain_when_seated", "better_bending_forward", "bilateral_leg_pain",
            "wide_based_gait",
        ),
        absent=("straight_leg_raise", "vascular_claudication_picture"),
    )  # fmt: skip
    t.examined(90, present=("mri_central_stenosis",), levels=("L4-5",))
    t.safe()
    t.scored((5, 8), (40, 60))
    t.tried(400)
    t.fact("medication", 2000, written=7, ingredient="warfarin", drug_class="anticoagulant", status="active")
    t.fact("measure", 10, instrument="inr", score=2.6)
    t.asked("medication", "allergy", "condition")


def disc_pain(t: Teller) -> None:
    """Pain from a disc: in the midline, worse sitting, and it moves to the middle when bending is repeated."""
    t.person((26, 45))
    t.insured("NY", "commercial", "Example Health")
    t.pain("low_back_midline", t.about(300), side="midline", aggravated_by=("sitting", "bending_forward"))
    t.examined(
        present=("midline_low_back_pain", "centralisation", "pain_rising_from_sitting"),
        absent=("straight_leg_raise", "sij_thigh_thrust", "sij_compression", "extension_rotation"),
    )
    t.examined(
        60, present=("mri_disc_degeneration", "mri_high_intensity_zone"), absent=("mri_modic_1",), levels=("L4-5",)
    )
    t.safe()
    t.scored()
    t.tried()
    t.asked("procedure", "medication")


def broken_vertebra(t: Teller) -> None:
    """A red flag: sudden pain in an old patient with thin bones who takes cortisone."""
    t.person((77, 88), "female")
    t.insured(state="PA")
    t.pain("thoracolumbar_junction", t.about(20), "low_back_midline", side="midline", aggravated_by=("standing",))
    t.examined(
        present=(
            "sudden_onset_pain", "osteoporosis", "prolonged_corticosteroids", "closed_fist_percussion", "supine_sign",
            "no_regular_exercise",
        ),
        absent=("severe_trauma", "history_of_cancer", "weight_loss", "cauda_equina_signs", "progressive_deficit_signs"),
    )  # fmt: skip
    t.fact("medication", 300, written=7, ingredient="prednisone", drug_class="corticosteroid", status="active")
    t.scored((7, 9), (50, 70))
    t.asked("medication")


def cauda_equina(t: Teller) -> Request:
    """A red flag: both legs weak, numb between the legs, and the bladder does not empty."""
    t.person((35, 60))
    t.insured(state="MI")
    t.pain(
        "low_back_midline", t.about(12), "posterior_thigh", "calf_lateral_foot_sole", side="both", quality=("shooting",)
    )
    t.examined(
        1,
        present=("urinary_retention", "saddle_anaesthesia", "progressive_bilateral_deficit", "straight_leg_raise"),
        absent=("history_of_cancer", "infection_signs", "severe_trauma"),
    )
    t.scored((8, 10), (60, 80), 1)
    return t.asks_for("epidural_interlaminar_lumbar", levels=("L4-5",), side="both", intent="therapeutic")


def infection_after_an_injection(t: Teller) -> None:
    """A red flag: fever and a pain that never lets go, three weeks after an injection, under methotrexate."""
    t.person((50, 70))
    t.insured(state="WA")
    t.pain("low_back_midline", t.about(18), side="midline")
    t.examined(
        2, present=("fever", "unremitting_pain", "immunosuppression"), absent=("cauda_equina_signs", "weight_loss")
    )
    t.fact(
        "procedure", 21, kind="epidural_interlaminar_lumbar", region="lumbar", levels=("L4-5",), guidance="fluoroscopy"
    )
    t.fact("medication", 600, written=7, ingredient="methotrexate", drug_class="immunosuppressant", status="active")
    t.fact("measure", 2, instrument="temperature", score=38.6, unit="Cel")
    t.fact("measure", 2, instrument="crp", score=112.0, unit="mg/L")


def hardly_documented(t: Teller) -> None:
    """A chart that says almost nothing: low back pain, a drug, and no examination."""
    t.person((40, 70))
    t.fact("complaint", t.about(200), written=7, region="low_back_midline")
    t.fact("condition", 200, written=7, icd10="M54.50", label="Low back pain")
    t.fact("medication", 200, written=7, label="Ibuprofen 600 mg tablet", ingredient="ibuprofen", drug_class="nsaid")


STORIES: tuple[Callable[[Teller], Request | None], ...] = (
    facet_pain_after_two_blocks,
    facet_pain_before_any_block,
    radiculopathy_under_an_anticoagulant,
    sacroiliac_joint_pain,
    narrow_canal,
    broken_vertebra,
    cauda_equina,
    hardly_documented,
    facet_pain_after_a_weak_block,
    epidural_that_helped_before,
    disc_pain,
    infection_after_an_injection,
)
"""Every story, in the order in which they are told."""

"""Invented patients later in their journey than those of the library. Nobody in here is or was a person."""

from __future__ import annotations

from collections.abc import Callable

from lenitive.chart import Request
from lenitive.registry.invented import FACETS, Teller

Story = Callable[[Teller], Request | None]


def ablation_that_helped(t: Teller) -> None:
    """Facet pain, two blocks, ablation half a year ago: relief still holds."""
    _facet_pain(t, 620)
    t.blocked(t.about(240), 85, 2.5, "lidocaine", FACETS)
    t.blocked(t.about(215), 90, 7, "bupivacaine", FACETS)
    _ablation(t, 180, percent=70.0, lasted=170.0, function=50.0)
    t.scored((1, 3), (12, 24), 7)
    t.asked()


def ablation_that_wore_off(t: Teller) -> Request:
    """Facet pain, ablation a year ago helped for nine months and wore off; a repeat is asked for."""
    _facet_pain(t, 900)
    t.blocked(t.about(440), 80, 2, "lidocaine", FACETS)
    t.blocked(t.about(415), 85, 6, "bupivacaine", FACETS)
    _ablation(t, 370, percent=65.0, lasted=270.0, function=55.0)
    t.scored((6, 8), (38, 52), 7)
    t.fact(
        "medication", 700, written=7, ingredient="metformin", dose=500.0, unit="mg", times_a_day=2.0, status="active"
    )
    t.asked()
    return t.asks_for("radiofrequency_ablation_medial_branch_lumbar", levels=FACETS, side=t.side, intent="therapeutic")


def epidural_last_week(t: Teller) -> None:
    """Root pain, transforaminal injection three weeks ago, first report of relief."""
    t.person((38, 58))
    t.insured("CO", "commercial", "Example Health")
    t.pain("posterior_thigh", t.about(140), "calf_lateral_foot_sole", quality=("shooting", "burning"))
    t.examined(present=("leg_pain_worse_than_back_pain", "dermatomal_leg_pain"))
    t.examined(present=("straight_leg_raise",), absent=("muscle_weakness",), side=t.side)
    t.examined(60, present=("mri_disc_herniation", "mri_nerve_root_compression"), side=t.side, levels=("L5-S1",))
    t.safe()
    t.scored((7, 9), (44, 60), 30)
    t.tried(130)
    done = t.fact(
        "procedure", 21, kind="epidural_transforaminal_lumbar", intent="therapeutic", region="lumbar", side=t.side,
        levels=("L5-S1",), approach="transforaminal", guidance="fluoroscopy", contrast=True, sedation="none",
        drugs=({"ingredient": "dexamethasone", "dose": 10.0},), complication="none",
    )  # fmt: skip
    t.fact(
        "relief", 5, procedure=done, percent=60.0, lasted_days=16.0, instrument="nrs", score_before=8.0, score_after=3.0
    )
    t.scored((2, 4), (20, 32), 5)
    t.asked()


def neck_pain(t: Teller) -> Request:
    """Neck pain since a rear-end collision, nobody has blocked anything yet; a first block is asked for."""
    t.person((28, 55))
    t.insured("WA", "commercial", "Example Health")
    t.pain("low_neck", t.about(400), "scapula_interscapular", aggravated_by=("extension", "rotation"))
    t.safe()
    t.scored((5, 8), (30, 48))
    t.tried()
    t.asked()
    return Request(
        kind="medial_branch_block_cervical", on=t.ago(-18), region="cervical", side=t.side, levels=("C5-6", "C6-7"),
        intent="diagnostic", guidance="fluoroscopy",
    )  # fmt: skip


def knee_pain(t: Teller) -> None:
    """Knee pain with arthritis, injections no longer help."""
    t.person((62, 80))
    t.insured(state="AZ")
    t.pain("knee_front", t.about(1500), aggravated_by=("stairs", "walking"))
    t.scored((5, 8), (30, 44))
    t.fact("treatment", 300, until=t.ago(200), kind="physical_therapy", region="knee", sessions=10, response="partial")
    t.fact("allergy", 3000, written=7, substance="iodinated contrast", reaction="hives", severity="moderate")
    t.fact("device", 1400, written=7, kind="pacemaker", mri="conditional")
    t.asked("medication", "allergy", "device")


def pain_after_surgery(t: Teller) -> Request:
    """Leg pain that stayed after two back operations; a trial of spinal cord stimulation is asked for."""
    t.person((44, 66))
    t.insured(state="NC")
    t.pain("posterior_thigh", t.about(1100), "calf_lateral_foot_sole", quality=("burning", "electric"), side=t.side)
    t.examined(present=("leg_pain_worse_than_back_pain",), absent=("straight_leg_raise",))
    t.fact("procedure", 1000, kind="discectomy_lumbar", intent="therapeutic", region="lumbar", levels=("L5-S1",))
    t.fact("procedure", 640, kind="lumbar_fusion", intent="therapeutic", region="lumbar", levels=("L4-5", "L5-S1"))
    t.safe()
    t.scored((7, 9), (50, 66))
    t.tried(900)
    t.fact(
        "medication", 500, written=7, ingredient="duloxetine", dose=60.0, unit="mg", times_a_day=1.0, status="active"
    )
    t.fact("statement", 20, kind="psychological_evaluation_favourable", says=True, by="psychologist")
    t.asked()
    return Request(kind="spinal_cord_stimulation_trial", on=t.ago(-30), region="thoracic", intent="trial")


def _facet_pain(t: Teller, days: int) -> None:
    t.person((50, 72))
    t.insured()
    t.pain("low_back_paramidline", t.about(days), "buttock", aggravated_by=("extension", "standing"))
    t.examined(
        present=("extension_rotation",), absent=("midline_low_back_pain", "centralisation", "straight_leg_raise")
    )
    t.safe()
    t.scored((6, 8), (38, 54), days // 2)
    t.tried(days - 60)


def _ablation(t: Teller, days: int, *, percent: float, lasted: float, function: float) -> None:
    done = t.fact(
        "procedure", days, kind="radiofrequency_ablation_medial_branch_lumbar", intent="therapeutic", region="lumbar",
        side=t.side, levels=FACETS, guidance="fluoroscopy", sedation="minimal", complication="none",
    )  # fmt: skip
    t.fact(
        "relief", days - int(lasted), procedure=done, percent=percent, lasted_days=lasted, function_percent=function,
        instrument="nrs", score_before=7.0, score_after=2.0,
    )  # fmt: skip


LATER_STORIES: tuple[Story, ...] = (
    ablation_that_helped,
    ablation_that_wore_off,
    epidural_last_week,
    neck_pain,
    knee_pain,
    pain_after_surgery,
)

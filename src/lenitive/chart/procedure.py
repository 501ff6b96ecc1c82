"""What was done through a needle, an implant or a scalpel."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import msgspec
from msgspec import Meta

from lenitive.chart.fact import Fact, Level, Side, refuse_not_finite

MG_PER_ML_OF_ONE_PERCENT = 10
"""One percent is one gram in a hundred millilitres."""


class DrugGiven(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A drug given during a procedure. Dose in ``unit`` (mg unless said), volume in mL, strength in percent."""

    ingredient: str
    dose: Annotated[float, Meta(ge=0)] | None = None
    unit: str = "mg"
    volume_ml: Annotated[float, Meta(ge=0)] | None = None
    strength_percent: Annotated[float, Meta(ge=0, le=100)] | None = None

    def __post_init__(self) -> None:
        refuse_not_finite(self, ("dose", "volume_ml", "strength_percent"))

    @property
    def milligrams(self) -> float | None:
        """The dose in mg: as written, or from strength and volume; none if neither says it."""
        if self.dose is not None:
            return self.dose if self.unit == "mg" else None
        if self.strength_percent is None or self.volume_ml is None:
            return None
        return self.strength_percent * self.volume_ml * MG_PER_ML_OF_ONE_PERCENT


SEDATED = ("moderate", "deep", "general")
"""Levels of sedation under which a patient cannot be relied on to judge relief, and breathing is watched."""


class Procedure(Fact, frozen=True, kw_only=True):
    """One procedure done on one day (``true_on``). All rows of one day and region are one session.

    ``kind`` is an entry of ``lenitive knowledge list procedures``, or the words of the source where it is none of
    them. Not-done procedures are not facts of this table. The columns of radiofrequency, of leads and of cement stay
    empty for a procedure that has none of these.

    Example::

        [[procedure]]
        id = "block-1"
        kind = "medial_branch_block_lumbar"
        intent = "diagnostic"
        region = "lumbar"
        side = "left"
        levels = ["L4-5", "L5-S1"]
        guidance = "fluoroscopy"
        needle = "25 G, 90 mm"
        contrast = true
        contrast_ml = 0.3
        fluoroscopy_seconds = 24
        dose_mgy = 3.1
        true_on = 2026-03-02
        drugs = [{ ingredient = "lidocaine", strength_percent = 2, volume_ml = 1.5 }]
    """

    number_columns: ClassVar[tuple[str, ...]] = (
        "contrast_ml",
        "fluoroscopy_seconds",
        "dose_mgy",
        "temperature_c",
        "lesion_seconds",
        "sensory_v",
        "motor_v",
        "coverage_percent",
        "cement_ml",
    )

    kind: Annotated[str, Meta(min_length=1)]
    label: Annotated[str | None, Meta(description="as recorded")] = None
    code: Annotated[str | None, Meta(description="CPT or HCPCS number as recorded")] = None
    intent: Literal["diagnostic", "therapeutic", "trial", "implant", "revision", "removal"] | None = None
    approach: Annotated[str | None, Meta(description="transforaminal, interlaminar, caudal, …")] = None
    region: Annotated[str | None, Meta(description="cervical, thoracic, lumbar, sacral, or a joint or limb")] = None
    side: Side | None = None
    levels: tuple[Level, ...] = ()
    guidance: Literal["fluoroscopy", "ct", "ultrasound", "mri", "none"] | None = None
    needle: Annotated[str | None, Meta(description="gauge, length and kind, as 25 G, 90 mm")] = None
    contrast: Annotated[bool | None, Meta(description="contrast medium was injected")] = None
    contrast_agent: Annotated[str | None, Meta(description="the contrast medium by its ingredient")] = None
    contrast_ml: Annotated[float, Meta(ge=0, description="how much contrast medium, in mL")] | None = None
    spread: Annotated[str | None, Meta(description="where the contrast medium went")] = None
    fluoroscopy_seconds: Annotated[float, Meta(ge=0, description="time of fluoroscopy, in seconds")] | None = None
    dose_mgy: (
        Annotated[float, Meta(ge=0, description="radiation as air kerma at the reference point, in mGy")] | None
    ) = None
    ablation_mode: (
        Annotated[Literal["conventional", "cooled", "pulsed"], Meta(description="how radiofrequency was applied")]
        | None
    ) = None
    temperature_c: Annotated[float, Meta(description="set at the tip of the electrode, in °C")] | None = None
    lesion_seconds: Annotated[float, Meta(ge=0, description="time of each lesion, in seconds")] | None = None
    lesions: Annotated[int, Meta(ge=0, description="how many lesions were made in all")] | None = None
    sensory_v: Annotated[float, Meta(ge=0, description="the voltage at which stimulation was felt, in V")] | None = None
    motor_v: Annotated[float, Meta(ge=0, description="the voltage up to which motor response was tested")] | None = None
    motor_response: Annotated[bool | None, Meta(description="the limb moved when it was tested")] = None
    leads: Annotated[int, Meta(ge=0, description="how many stimulation leads were placed")] | None = None
    lead_tip: Annotated[str | None, Meta(description="where the tips of the leads lie, as T8")] = None
    lead_side: Annotated[Side | None, Meta(description="on which side of the midline the leads lie")] = None
    coverage_percent: (
        Annotated[float, Meta(ge=0, le=100, description="share of the painful area that stimulation covers")] | None
    ) = None
    cement_ml: Annotated[float, Meta(ge=0, description="bone cement, in mL, of all levels together")] | None = None
    cement_leak: Annotated[str | None, Meta(description="none, or where the cement leaked")] = None
    drugs: tuple[DrugGiven, ...] = ()
    sedation: Literal["none", "minimal", "moderate", "deep", "general"] | None = None
    operator: str | None = None
    complication: Annotated[str | None, Meta(description="none, or what happened")] = None

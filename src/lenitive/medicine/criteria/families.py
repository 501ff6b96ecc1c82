"""Which procedures belong together for payers, by our own names for them.

Payers know two spinal regions: neck and chest, low back and sacrum. A procedure whose name does not say its region
(``facet_procedure``, read from a code number) belongs to the region that its record names. CPT numbers are names here,
nothing more; their wording belongs to the AMA. They were seen in CMS billing articles and contractor pages.
"""

from __future__ import annotations

from typing import NamedTuple


class Family(NamedTuple):
    """Procedures that share a session limit: those of the low back, those above it, and those of no stated region."""

    low: tuple[str, ...]
    high: tuple[str, ...]
    unplaced: tuple[str, ...] = ()
    low_codes: tuple[str, ...] = ()
    high_codes: tuple[str, ...] = ()


NERVE_ROOT_BLOCKS = ("selective_nerve_root_block_lumbar",)

EPIDURAL = Family(
    low=(
        "epidural_interlaminar_lumbar",
        "epidural_transforaminal_lumbar",
        "epidural_caudal",
        "selective_nerve_root_block_lumbar",
    ),
    high=(
        "epidural_interlaminar_cervical",
        "epidural_transforaminal_cervical",
        "epidural_thoracic",
    ),
    unplaced=("epidural_steroid_injection",),
    low_codes=("62322", "62323", "64483", "64484"),
    high_codes=("62320", "62321", "64479", "64480"),
)

MEDIAL_BRANCH_BLOCK = Family(
    low=("medial_branch_block_lumbar",),
    high=("medial_branch_block_cervical", "medial_branch_block_thoracic"),
)

FACET_JOINT_INJECTION = Family(
    low=("facet_joint_injection_lumbar",),
    high=("facet_joint_injection_cervical", "facet_joint_injection_thoracic"),
)

FACET_BLOCK = Family(
    low=MEDIAL_BRANCH_BLOCK.low + FACET_JOINT_INJECTION.low,
    high=MEDIAL_BRANCH_BLOCK.high + FACET_JOINT_INJECTION.high,
    unplaced=("facet_procedure",),
    low_codes=("64493", "64494", "64495"),
    high_codes=("64490", "64491", "64492"),
)

FACET_ABLATION = Family(
    low=("radiofrequency_ablation_medial_branch_lumbar",),
    high=("radiofrequency_ablation_medial_branch_cervical", "radiofrequency_ablation_medial_branch_thoracic"),
    unplaced=("medial_branch_ablation",),
    low_codes=("64635", "64636"),
    high_codes=("64633", "64634"),
)

FACET_CYST_RUPTURE = ("facet_cyst_rupture_lumbar",)

SACROILIAC_INJECTION = ("sacroiliac_joint_injection", "lateral_branch_block_sacral")
SACROILIAC_CODES = ("27096", "G0260", "64451")
SACROILIAC_ABLATION = ("radiofrequency_ablation_lateral_branch_sacral",)

ANTERIOR_FUSIONS = (
    "anterior_lumbar_interbody_fusion",
    "anterior lumbar interbody fusion",
    "Anterior lumbar interbody fusion",
    "ALIF",
)
"""How records begin that tell of this operation; it is none of our procedures, so they keep their own words."""

SPINAL_FUSIONS = (
    *ANTERIOR_FUSIONS,
    *(
        word
        for words in (
            "spinal fusion", "lumbar fusion", "lumbosacral fusion", "thoracic fusion", "cervical fusion",
            "posterior spinal fusion", "posterior lumbar fusion", "posterior cervical fusion", "posterolateral fusion",
            "posterior lumbar interbody fusion", "transforaminal lumbar interbody fusion",
            "lateral lumbar interbody fusion", "oblique lumbar interbody fusion", "anterior cervical fusion",
            "anterior cervical discectomy and fusion",
        )
        for word in (words, words.capitalize())
    ),
    "spinal_fusion", "PLIF", "TLIF", "LLIF", "XLIF", "OLIF", "ACDF",
)  # fmt: skip
"""How records begin that tell of any fusion of the spine, of which the anterior one is one."""

LOW_PROCEDURES = (
    EPIDURAL.low
    + FACET_BLOCK.low
    + FACET_ABLATION.low
    + FACET_CYST_RUPTURE
    + SACROILIAC_INJECTION
    + SACROILIAC_ABLATION
)
HIGH_PROCEDURES = EPIDURAL.high + FACET_BLOCK.high + FACET_ABLATION.high

ALSO_LOW = ("percutaneous_lumbar_decompression", "interspinous_spacer")
ALSO_HIGH = ("selective_nerve_root_block_cervical",)
"""They are no injections that policies count, and what is asked by region is asked of them too."""

MIDLINE_EPIDURALS = (
    "epidural_interlaminar_lumbar",
    "epidural_caudal",
    "epidural_interlaminar_cervical",
    "epidural_thoracic",
)
"""One needle in the middle reaches both sides."""

CAUDAL_EPIDURALS = ("epidural_caudal",)
"""The needle enters at the sacrum, whatever level hurts."""

KNEE_PROCEDURES = ("genicular_nerve_block", "radiofrequency_ablation_genicular")
HIP_PROCEDURES = ("greater_trochanteric_injection",)
SHOULDER_PROCEDURES = ("suprascapular_nerve_block", "acromioclavicular_joint_injection")
WHERE_IT_HURTS = (
    "trigger_point_injection",
    "joint_injection",
    "radiofrequency_ablation_hip_shoulder",
    "surgical_referral_joint",
)
"""They are done where it hurts, and their request names the part of the body."""

LOW_REGIONS = ("lumbar", "lumbosacral", "sacral", "low_back", "pelvis", "lower_limb")
HIGH_REGIONS = ("cervical", "cervicothoracic", "thoracic", "neck", "chest", "upper_limb")
KNEE_REGIONS = ("knee", "lower_limb")
HIP_REGIONS = ("hip", "lower_limb")
SHOULDER_REGIONS = ("shoulder", "upper_limb")
"""Words of the region columns of procedures and treatments."""

"""The figure in numbers: an outline, and for each region where it lies on it.

Everything is written down once, for one half of the body: ``x`` counts from the midline outwards, ``y`` from the crown
down. The other half is its mirror image. A zone may reach beyond the outline, which cuts it off.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Literal, NamedTuple

Point = tuple[float, float]
View = Literal["front", "back"]

WIDTH, HEIGHT, MIDLINE = 200, 445, 100

ELLIPSES = ((0.0, 31.0, 17.0, 22.0), (-17.5, 33.0, 3.0, 5.5), (17.5, 33.0, 3.0, 5.5))
"""Head and ears: centre and radii."""

HALF: Sequence[Point] = (
    (8, 50), (8.5, 60), (13, 67), (25, 71), (36, 76), (43, 86), (46, 104), (50, 130), (55, 155), (60, 172), (67, 196),
    (74, 220), (80, 230), (87, 240), (88, 248), (84, 250), (80.5, 246), (83, 258), (80, 270), (74, 274), (68, 267),
    (65, 252), (63, 238), (60, 224), (53, 204), (47, 184), (43, 166), (39, 140), (34, 118), (31.5, 114), (30, 128),
    (28, 145), (27, 162), (29, 182), (33, 205), (35, 225), (35, 250), (33, 280), (29, 305), (27, 318), (28, 345),
    (26, 370), (21, 395), (19, 408), (23, 420), (27, 430), (22, 437), (11, 436), (8.5, 424), (10, 408), (9, 392),
    (6.5, 360), (6, 340), (8, 318), (7, 300), (4, 270), (1.5, 238),
)  # fmt: skip
"""The outline from the neck along the shoulder, the arm, the flank and the leg to the crotch."""

_LIMBS: dict[str, tuple[Sequence[Point], Sequence[Point]]] = {
    "arm": (
        ((88, 33.5), (112, 33.5), (140, 39), (166, 43), (184, 47), (204, 53), (224, 60), (240, 63.5), (276, 69)),
        ((88, 44), (104, 46), (130, 50), (155, 55), (172, 60), (196, 67), (224, 76), (240, 82), (276, 84)),
    ),
    "leg": (
        ((200, 0), (238, 1.5), (270, 4), (300, 7), (318, 8), (340, 6), (360, 6.5), (392, 9), (408, 10), (440, 8.5)),
        ((200, 33), (225, 35), (250, 35), (280, 33), (305, 29), (318, 27), (345, 28), (370, 26), (395, 21), (408, 19),
         (420, 23), (440, 28)),
    ),
}  # fmt: skip
"""Inner and outer edge of a limb, as ``(y, x)``."""


class Zone(NamedTuple):
    """A region's place: a box of the trunk, or a limb between two shares of its width (0 is the inner edge)."""

    region: str
    part: str
    top: float
    bottom: float
    inner: float
    outer: float


class Drawn(NamedTuple):
    """A region whose place is drawn point by point."""

    region: str
    points: Sequence[Point]


def box(region: str, inner: float, outer: float, top: float, bottom: float) -> Zone:
    """A box of the trunk or the head."""
    return Zone(region, "trunk", top, bottom, inner, outer)


def arm(region: str, top: float, bottom: float, inner: float = -0.4, outer: float = 1.4) -> Zone:
    """A stretch of the arm; without shares its whole width."""
    return Zone(region, "arm", top, bottom, inner, outer)


def leg(region: str, top: float, bottom: float, inner: float = -0.4, outer: float = 1.4) -> Zone:
    """A stretch of the leg; without shares its whole width."""
    return Zone(region, "leg", top, bottom, inner, outer)


# A later zone lies on top of an earlier one.
ZONES: dict[View, Sequence[Zone | Drawn]] = {
    "front": (
        box("temple", 8, 20, 14, 33), box("forehead", 0, 10, 14, 25), box("eye_orbit", 0, 11, 25, 33),
        box("cheek", 0, 15, 33, 42), box("ear", 14, 24, 28, 42), box("lower_jaw", 0, 20, 42, 54),
        box("crown", 0, 20, 0, 14), box("neck_front", 0, 5.5, 53, 68), box("neck_side", 5.5, 14, 53, 68),
        box("upper_chest", 3.5, 29, 77, 106), box("collarbone", 3.5, 30, 67, 77), box("breastbone", 0, 3.5, 68, 116),
        box("lower_ribs_front", 3.5, 20, 106, 132), box("lower_ribs_front", 0, 3.5, 116, 132),
        box("side_of_chest", 20, 31.5, 106, 142),
        box("shoulder_front", 29, 40, 70, 100), Drawn("shoulder_outer", ((38, 70), (39, 100), (60, 104), (60, 70))),
        box("upper_abdomen", 0, 20, 132, 150), box("around_navel", 0, 14, 150, 172), box("flank", 20, 31.5, 142, 150),
        box("flank", 14, 32, 150, 178), box("lower_abdomen", 0, 34, 172, 206),
        Drawn("lateral_hip_trochanter", ((25, 196), (42, 196), (42, 240), (24, 240))),
        leg("anterior_thigh", 206, 304, 0.3, 0.74), leg("medial_thigh", 232, 304, -0.4, 0.3),
        leg("lateral_thigh", 240, 306, 0.74, 1.4),
        Drawn("groin", ((25, 198), (27, 207), (12, 236), (4, 241), (5, 228), (9, 208))),
        box("above_pubis", 0, 9, 204, 222), box("perineum", 0, 5, 222, 242),
        leg("knee_front", 304, 334, 0.25, 0.74), leg("knee_lateral", 304, 334, 0.74, 1.4),
        leg("knee_medial_leg", 304, 398, -0.4, 0.26), leg("shin", 334, 398, 0.26, 0.66),
        leg("lateral_leg_dorsum_foot", 334, 398, 0.66, 1.4), leg("ankle", 398, 412, 0.25, 0.75),
        leg("inner_ankle", 398, 412, -0.4, 0.25), leg("outer_ankle", 398, 412, 0.75, 1.4),
        leg("lateral_leg_dorsum_foot", 412, 424), leg("toes", 424, 445), leg("big_toe", 424, 445, -0.4, 0.34),
        leg("little_toe", 420, 445, 0.76, 1.6),
        arm("upper_arm_front", 100, 154, 0.0), arm("elbow_inner", 154, 176, -0.4, 0.5),
        arm("elbow_outer", 154, 176, 0.5, 1.4), arm("forearm_front", 176, 218, 0.33, 0.67),
        arm("arm_lateral_forearm_thumb", 176, 218, 0.67, 1.4), arm("arm_medial_little_finger", 176, 218, -0.4, 0.33),
        Drawn("armpit", ((27, 97), (36, 97), (35, 124), (28, 124))),
        arm("wrist", 218, 229), arm("palm", 229, 252, -0.4, 0.92), arm("middle_fingers", 252, 280, 0.3, 1.2),
        arm("little_finger", 250, 280, -0.6, 0.3),
        Drawn("thumb", ((79, 229), (94, 234), (94, 254), (82, 254), (79.5, 244))),
    ),
    "back": (
        box("crown", 0, 22, 0, 27), box("occiput_upper_neck", 0, 14, 27, 56), box("behind_ear", 12, 24, 27, 46),
        box("mid_neck", 0, 14, 54, 62), box("low_neck", 0, 15, 62, 71),
        box("top_of_shoulder_suprascapular", 14, 33, 64, 81), box("top_of_shoulder_suprascapular", 4, 15, 71, 78),
        box("shoulder_back", 33, 60, 68, 102), box("scapula_interscapular", 9, 33, 78, 116),
        box("thoracic_paravertebral", 4, 9, 78, 116), box("thoracic_paravertebral", 4, 16, 116, 138),
        box("thoracic_midline", 0, 4, 71, 138), box("side_of_chest", 16, 31.5, 116, 142),
        box("thoracolumbar_junction", 0, 16, 138, 150), box("flank", 16, 32, 142, 182),
        box("low_back_paramidline", 4, 16, 150, 184), box("low_back_midline", 0, 4, 150, 184),
        Drawn("buttock", ((5, 192), (28, 192), (28, 236), (0.5, 236), (0.5, 220), (5, 220))),
        Drawn("lateral_hip_trochanter", ((26, 192), (42, 192), (42, 242), (26, 242))),
        Drawn("iliac_crest", ((5, 184), (16, 182), (40, 180), (40, 196), (22, 192), (10, 194))),
        box("psis_sacral_sulcus", 5, 12, 191, 203), box("sacrum_midline", 0, 5, 184, 208),
        box("tailbone", 0, 5, 208, 220),
        leg("posterior_thigh", 234, 304, -0.4, 0.74), leg("lateral_thigh", 242, 304, 0.74, 1.4),
        box("sitting_bone", 6, 17, 224, 238),
        leg("knee_back", 304, 330), leg("calf", 330, 396, -0.4, 0.64),
        leg("calf_lateral_foot_sole", 330, 412, 0.64, 1.4),
        leg("heel", 396, 424, -0.4, 0.78), leg("calf_lateral_foot_sole", 412, 445, 0.78, 1.6),
        leg("sole", 424, 445, -0.4, 0.78),
        arm("upper_arm_back", 100, 160, 0.0, 0.55), arm("arm_posterior_middle_finger", 100, 160, 0.55, 1.4),
        arm("elbow_outer", 160, 178, 0.5, 1.4), arm("elbow_inner", 160, 178, -0.4, 0.5),
        arm("forearm_back", 178, 218, -0.4, 0.55), arm("arm_posterior_middle_finger", 178, 218, 0.55, 1.4),
        arm("wrist", 218, 229), arm("back_of_hand", 229, 250), arm("fingers", 250, 280),
        Drawn("thumb", ((79, 229), (94, 234), (94, 254), (82, 254), (79.5, 244))),
    ),
}  # fmt: skip

WIDE: dict[View, Sequence[Zone | Drawn]] = {
    view: (
        Drawn("whole_head", ((0, 0), (30, 0), (30, 53), (0, 53))),
        box("chest_wall_band", 0, 31, 100, 124),
        arm("both_hands_glove", 216, 285, -0.6, 1.6), leg("both_feet_stocking", 372, 445, -0.6, 1.6),
        arm("whole_arm_not_one_nerve", 96, 285, -0.6, 1.6), leg("one_limb_not_one_nerve", 240, 445, -0.6, 1.6),
    )
    for view in ("front", "back")
}  # fmt: skip
"""Regions that lie over others: they are chosen by name and shown, and a finger goes through them."""


def points_of(zone: Zone | Drawn) -> list[Point]:
    """The corners of a zone, in one half."""
    if isinstance(zone, Drawn):
        return list(zone.points)
    if zone.part == "trunk":
        return [(zone.inner, zone.top), (zone.outer, zone.top), (zone.outer, zone.bottom), (zone.inner, zone.bottom)]
    edges = _LIMBS[zone.part]
    heights = sorted(
        {zone.top, zone.bottom, *(y for edge in edges for y, _ in edge if zone.top < y < zone.bottom)},
    )
    inward = [(max(0.0, _across(edges, y, zone.inner)), y) for y in heights]
    outward = [(_across(edges, y, zone.outer), y) for y in heights]
    return inward + outward[::-1]


def _across(edges: tuple[Sequence[Point], Sequence[Point]], y: float, share: float) -> float:
    inner, outer = (_at(edge, y) for edge in edges)
    return inner + (outer - inner) * share


def _at(edge: Sequence[Point], y: float) -> float:
    """Where an edge runs at a height; beyond its ends it goes straight down."""
    if y <= edge[0][0]:
        return edge[0][1]
    for (above, before), (below, after) in pairwise(edge):
        if y <= below:
            return before + (after - before) * (y - above) / (below - above)
    return edge[-1][1]

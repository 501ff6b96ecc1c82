"""What hurts, as the patient tells it."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from lenitive.chart.fact import Side, Span

QUALITIES = (
    "aching", "burning", "cold", "cramping", "deep", "dull", "electric", "itching", "numb", "pressing", "sharp",
    "shooting", "stabbing", "throbbing", "tingling",
)  # fmt: skip
"""What a pain is like, in the words that are asked for. A word of one's own may stand beside them."""

FACTORS = (
    "bending_forward", "cold", "coughing", "extension", "flexion", "heat", "leaning_forward", "lifting", "lying",
    "medicine", "movement", "rest", "rising_from_sitting", "rotation", "shopping_cart", "sitting", "squatting",
    "stairs", "standing", "touch", "walking",
)  # fmt: skip
"""What makes a pain worse or better, in the words that are asked for."""

NOWHERE = "nowhere"
"""The word for a pain that stays where it is: asked, and it goes to no other region."""


class Complaint(Span, frozen=True, kw_only=True):
    """One pain: where, since when, where it goes, what it is like, what makes it worse or better.

    ``true_on`` is the day the pain began, ``until`` the day it ended. ``region`` and ``radiates_to`` are regions of
    the body map (``lenitive knowledge list regions``). ``radiates_to = ["nowhere"]`` says that the pain stays where it
    is; an empty list says nothing. Rules look for words of ``QUALITIES`` and ``FACTORS``, letter by letter; a word of
    one's own is kept.

    Example::

        [[complaint]]
        region = "low_back_paramidline"
        side = "left"
        true_on = 2025-01-20
        radiates_to = ["buttock"]
        quality = ["aching"]
        aggravated_by = ["extension", "standing"]
        relieved_by = ["lying"]
        dominant = true
    """

    region: Annotated[str, Meta(min_length=1, description="a region of the body map")]
    side: Side | None = None
    radiates_to: Annotated[
        tuple[str, ...], Meta(description="regions of the body map, or nowhere alone: it stays where it is")
    ] = ()
    quality: Annotated[tuple[str, ...], Meta(description=", ".join(QUALITIES))] = ()
    aggravated_by: Annotated[tuple[str, ...], Meta(description=", ".join(FACTORS))] = ()
    relieved_by: Annotated[tuple[str, ...], Meta(description="the same words")] = ()
    dominant: Annotated[bool | None, Meta(description="the pain that the patient came for (the index pain)")] = None
    description: Annotated[str | None, Meta(description="in the patient's words")] = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if NOWHERE in self.radiates_to and len(self.radiates_to) > 1:
            raise ValueError("a pain that goes nowhere goes to no region: leave out nowhere, or the regions")

    @property
    def stays(self) -> bool:
        """Somebody asked, and the pain goes to no other region."""
        return self.radiates_to == (NOWHERE,)

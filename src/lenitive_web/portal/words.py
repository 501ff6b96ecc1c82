"""The words that a patient chooses from. The codes are those that charts use; the medicine draws from them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from lenitive.reasoning.book import book
from lenitive.reasoning.education import education_for

QUALITIES = (
    ("aching", _("Aching")), ("burning", _("Burning")), ("shooting", _("Shooting")), ("stabbing", _("Stabbing")),
    ("electric", _("Like electric shocks")), ("throbbing", _("Throbbing")), ("cramping", _("Cramping")),
    ("pressing", _("Pressing")), ("tingling", _("Tingling")), ("numb", _("Numb")), ("itching", _("Itching")),
    ("cold", _("Painful cold")),
)  # fmt: skip
QUESTIONNAIRES = {
    "nrs": _("How strong is the pain?"),
    "peg": _("Pain and your daily life"),
    "phq9": _("Your mood"),
    "gad7": _("Worries and nerves"),
    "rmdq": _("Your back and your day"),
    "pgic": _("How you are since the treatment"),
}
"""What a patient reads instead of the name of an instrument."""
DEPTHS = (("skin", _("On the skin")), ("deep", _("Deep inside")), ("both", _("Both")))
WORSE = (
    ("standing", _("Standing")), ("sitting", _("Sitting")), ("walking", _("Walking")), ("lying", _("Lying down")),
    ("bending_forward", _("Bending forward")), ("extension", _("Bending backward")), ("rotation", _("Turning")),
    ("rising_from_sitting", _("Getting up from a chair")), ("stairs", _("Stairs or slopes")),
    ("squatting", _("Squatting")), ("lifting", _("Lifting")), ("coughing", _("Coughing or sneezing")),
)  # fmt: skip
BETTER = (
    ("sitting", _("Sitting")), ("lying", _("Lying down")), ("standing", _("Standing")), ("walking", _("Walking")),
    ("bending_forward", _("Bending forward")), ("shopping_cart", _("Leaning on a shopping cart")),
    ("heat", _("Heat")), ("cold", _("Cold")), ("rest", _("Rest")), ("medicine", _("Medicine")),
)  # fmt: skip
TREATMENTS = {
    "physical_therapy": _("Physical therapy"),
    "home_exercise": _("Exercises at home, as taught"),
    "supervised_exercise": _("Exercise with a trainer, or a class"),
    "spinal_manipulation": _("Spine treatment by hand, as by a chiropractor"),
    "massage": _("Massage"),
    "acupuncture": _("Acupuncture"),
    "cognitive_behavioural_therapy": _("Talking therapy for pain (CBT)"),
    "brace": _("A brace or belt"),
    "electrical_nerve_stimulation": _("Current through pads on the skin (TENS)"),
    "nsaid": _("Pills like ibuprofen or naproxen"),
    "topical_nsaid": _("A gel or cream like diclofenac"),
    "acetaminophen": _("Acetaminophen (Tylenol, paracetamol)"),
    "muscle_relaxant": _("Pills to relax the muscles"),
    "gabapentinoid": _("Gabapentin or pregabalin"),
    "antidepressant_for_pain": _("Duloxetine or amitriptyline"),
    "topical_lidocaine": _("A numbing patch or cream (lidocaine)"),
    "opioid": _("Strong pain pills (oxycodone, tramadol and the like)"),
}
"""Treatments of the medicine that a patient can know, in the words by which patients know them."""
BY_HANDS = frozenset(
    {
        "physical_therapy",
        "home_exercise",
        "supervised_exercise",
        "spinal_manipulation",
        "massage",
        "acupuncture",
        "brace",
    }
)
"""Treatments of a part of the body; the others are of the whole person."""
COUNTED = frozenset({"physical_therapy", "supervised_exercise", "spinal_manipulation", "massage", "acupuncture",
                     "cognitive_behavioural_therapy"})  # fmt: skip
"""Treatments that come in visits."""
RESPONSES = (
    ("good", _("It helped a lot")), ("partial", _("It helped a little")), ("failed", _("It did not help")),
    ("not_tolerated", _("I could not stand it")),
)  # fmt: skip


def plain_name(kind: str) -> str:
    """A procedure by the name on its leaflet, which a patient can read."""
    return education_for(book(), kind).label


def treatment_label(kind: str) -> str:
    """A treatment in a patient's words."""
    return str(TREATMENTS[kind])

"""The words that a complaint is told in. Rules read them; a word of one's own goes into the description."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

QUALITIES = (
    ("aching", _("aching")),
    ("burning", _("burning")),
    ("cramping", _("cramping")),
    ("deep", _("deep")),
    ("electric", _("electric")),
    ("itching", _("itching")),
    ("numb", _("numb")),
    ("pressing", _("pressing")),
    ("sharp", _("sharp")),
    ("shooting", _("shooting")),
    ("stabbing", _("stabbing")),
    ("throbbing", _("throbbing")),
    ("tingling", _("tingling")),
)
FACTORS = (
    ("bending_forward", _("bending forward")),
    ("coughing", _("coughing or sneezing")),
    ("cold", _("cold")),
    ("extension", _("bending backward")),
    ("heat", _("heat")),
    ("lifting", _("lifting")),
    ("lying", _("lying")),
    ("movement", _("movement")),
    ("rest", _("rest")),
    ("rising_from_sitting", _("rising from sitting")),
    ("rotation", _("turning")),
    ("shopping_cart", _("leaning on a shopping cart")),
    ("sitting", _("sitting")),
    ("squatting", _("squatting")),
    ("stairs", _("stairs or slopes")),
    ("standing", _("standing")),
    ("touch", _("touch")),
    ("walking", _("walking")),
)
DEVICES = (
    ("pacemaker", _("pacemaker")),
    ("defibrillator", _("defibrillator")),
    ("spinal_cord_stimulator", _("spinal cord stimulator")),
    ("neurostimulator", _("other nerve stimulator")),
    ("intrathecal_pump", _("intrathecal pump")),
    ("cochlear_implant", _("cochlear implant")),
    ("joint_replacement", _("joint replacement")),
    ("spinal_hardware", _("screws, rods or cages in the spine")),
    ("other", _("something else: say what")),
)
OPERATIONS = (
    "Lumbar fusion",
    "Lumbar discectomy",
    "Lumbar laminectomy",
    "Cervical fusion",
    "Cervical disc replacement",
    "Hip replacement",
    "Knee replacement",
)
"""Operations that are asked about most; any other is written in its own words. Rules read these words."""
ADHERENCE = {"full": _("kept up fully"), "partial": _("kept up in part"), "none": _("not kept up")}
"""How far a course was followed."""
BODY_PARTS = (
    ("cervical", _("neck")),
    ("thoracic", _("upper back")),
    ("lumbar", _("low back")),
    ("sacral", _("sacrum and pelvis")),
    ("shoulder", _("shoulder")),
    ("hip", _("hip")),
    ("knee", _("knee")),
    ("other", _("elsewhere")),
)
AREAS = {
    "head": _("Head"),
    "cervical": _("Neck"),
    "thoracic": _("Upper back"),
    "lumbar": _("Low back"),
    "pelvis": _("Pelvis"),
    "upper limb": _("Arm"),
    "lower limb": _("Leg"),
    "abdomen": _("Belly"),
    "chest": _("Chest"),
}
TOPICS = (
    ("complaint", _("All that hurts")),
    ("treatment", _("Treatments without a needle")),
    ("procedure", _("Procedures and operations")),
    ("medication", _("Medicines")),
    ("allergy", _("Allergies")),
    ("condition", _("Other conditions")),
    ("device", _("Implants")),
)
"""What can be asked completely. Then an empty list means none."""

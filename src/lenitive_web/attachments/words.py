"""What is said about documents, in the reader's language."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from lenitive_web.attachments.drawing import MOST_PAGES, Because, Refusal
from lenitive_web.attachments.models import About

REGIONS: dict[str, Promise] = {
    "head_face": _("Head and face"),
    "neck": _("Neck"),
    "upper_back": _("Upper back"),
    "low_back": _("Low back"),
    "whole_spine": _("Whole spine"),
    "pelvis": _("Pelvis and sacrum"),
    "chest_abdomen": _("Chest and abdomen"),
    "shoulder": _("Shoulder"),
    "arm_hand": _("Arm and hand"),
    "hip": _("Hip"),
    "knee": _("Knee"),
    "leg_foot": _("Leg and foot"),
}

LOINC: dict[str, str] = {
    About.IMAGING: "18748-4",
    About.LABORATORY: "11502-2",
    About.OPERATION: "11504-8",
    About.THERAPY: "11515-4",
    About.PSYCHOLOGY: "11518-8",
}
"""Under which type a kind of document goes to other systems: codes of the attachments' value set of Da Vinci PAS 2.2.1.
Of any other kind nobody says more than its words."""

REFUSALS: dict[Refusal, Promise] = {
    "empty": _("The file is empty."),
    "unknown": _("This is neither a PDF nor a JPEG, PNG or TIFF picture. Its content decides, not its name."),
    "heic": _("This is a photograph in a form that only some telephones read (HEIC). Send it as JPEG."),
    "dicom": _("This is a DICOM image. Attach its report; images stay in the imaging archive."),
    "office": _("This is a word processor’s file or an archive. Print it to a PDF and attach that."),
    "password": _("This PDF asks for a password. Ask whoever sent it for one without."),
    "damaged": _("The file is damaged or cut off: its pages cannot be drawn. Ask for it again."),
    "no_pages": _("This PDF has no page."),
    "many_pages": _("It has too many pages. Attach it in parts."),
    "large_picture": _("The picture has too many pixels. Send it smaller."),
    "large_drawn": _("Its pages are too large when drawn. Attach it in parts."),
    "work": _("Its pages could not be drawn with as much work as one file may take. Print it to a new PDF."),
}

REASONS: dict[Because, Promise] = {
    "script": _("it holds a program"),
    "action": _("it can start something or send what it holds elsewhere"),
    "embedded": _("other files hide in it"),
    "program": _("it holds parts that move, sound or compute"),
    "locked": _("it is locked"),
    "more": _("something else stands before or behind it"),
    "unchecked": _("not all of it could be looked through"),
}


def refused(why: Refusal) -> str:
    """Why nothing of a file can be kept."""
    said = str(REFUSALS[why])
    if why != "many_pages":
        return said
    return f"{said} " + ngettext("At most %(n)s page is taken.", "At most %(n)s pages are taken.", MOST_PAGES) % {
        "n": MOST_PAGES
    }

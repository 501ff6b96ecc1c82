"""How the state of a request looks: colour, sign and word."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from lenitive_web.look.words import Sign

TO_PREPARE = "to prepare"
"""Asked for by the clinic, and nothing was drafted for or sent to a payer yet."""

STATES: Mapping[str, Sign] = {
    TO_PREPARE: Sign("plain", "○", _("To prepare")),
    "drafted": Sign("plain", "○", _("Draft")),
    "waiting for a decision": Sign("wait", "◔", _("Waiting for the payer")),
    "more is wanted": Sign("open", "?", _("The payer wants more")),
    "approved": Sign("good", "✓", _("Approved")),
    "partly approved": Sign("wait", "◑", _("Partly approved")),
    "not yet valid": Sign("good", "✓", _("Approved, begins later")),
    "denied": Sign("bad", "✕", _("Denied")),
    "in appeal": Sign("wait", "◔", _("In appeal")),
    "refused in appeal": Sign("bad", "✕", _("Refused in appeal")),
    "withdrawn": Sign("plain", "–", _("Withdrawn")),
    "used up": Sign("plain", "■", _("All sessions used")),
    "expired": Sign("bad", "■", _("Expired")),
}

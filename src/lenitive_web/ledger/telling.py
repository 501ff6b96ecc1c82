"""What somebody hears whose writing was refused."""

from __future__ import annotations

from django.forms import Form
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from lenitive_web.ledger.actions import ChartChangedError
from lenitive_web.ledger.changes import changes
from lenitive_web.ledger.models import Patient


def told(changed: ChartChangedError) -> SafeString:
    """What the later of two writers hears: who wrote meanwhile, and what it says."""
    names = sorted({entry.by.name if entry.by else _("an import") for entry in changed.entries})
    said = _(
        "While this form was open, %(names)s wrote into this chart, as below. What you see now includes it. "
        "Nothing of yours was written, and nothing is lost; check it and save again."
    ) % {"names": ", ".join(names)}
    return escape(said) + render_to_string("look/_changes.html", {"changes": changes(changed.entries)})


def tell(form: Form, changed: ChartChangedError, patient: Patient) -> None:
    """Let a form say what the later of two writers hears; saved again, it takes the version that is seen now."""
    form.add_error(None, told(changed))
    said = form.data.copy()
    said["version"] = str(patient.last_entry)
    form.data = said

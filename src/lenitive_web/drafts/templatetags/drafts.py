"""``{% draft form %}`` inside a form, before its fields: what is typed there is kept, and shown again.

A form that stands on a page with another address than its own has its name said: ``{% draft form "name" %}``.

A form that was taken is forgotten by itself (``drafts/middleware.py``). A form that is signed, or that a
team says together, keeps no draft: a signature is not restored.
"""

from __future__ import annotations

from typing import Any

from django import template
from django.forms import BaseForm

from lenitive_web.drafts.keeping import NOT_KEPT, held
from lenitive_web.drafts.models import Draft
from lenitive_web.ledger.changes import changes
from lenitive_web.ledger.selectors import written_since

register = template.Library()


@register.inclusion_tag("drafts/_draft.html", takes_context=True)
def draft(context: dict[str, Any], form: BaseForm, name: str = "") -> dict[str, Any]:
    """Where the draft of a form is kept, with what was restored into it."""
    request, patient = context["request"], context["patient"]
    name = name or request.path.partition(f"{patient.public_id}/")[2]
    found = held(patient, request.user, name)
    restored = found if found.body and not form.is_bound else None
    if restored:
        _fill(form, restored)
    return {
        "patient": patient,
        "form_name": name,
        "edition": found.edition,
        "restored": restored,
        "since": changes(written_since(patient, restored.version)) if restored else [],
    }


def _fill(form: BaseForm, draft: Draft) -> None:
    """Show what was typed, unchecked. Fields that the form did not have then keep what they begin with."""
    typed = draft.typed
    for name, field in form.fields.items():
        sent_as = form.add_prefix(name)
        if name not in NOT_KEPT and not field.widget.value_omitted_from_data(typed, {}, sent_as):
            form.initial[name] = field.widget.value_from_datadict(typed, {}, sent_as)
            # A view may have asked for the field already; then it remembers what it began with.
            form[name].__dict__.pop("initial", None)

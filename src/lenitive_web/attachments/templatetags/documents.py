"""Tags about documents: their names, and the way from a fact to the document it was read in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template
from django.urls import reverse

from lenitive_web.attachments.forms import EncloseForm
from lenitive_web.attachments.models import Attachment
from lenitive_web.attachments.naming import document_in, name_of
from lenitive_web.attachments.selectors import documents_of, enclosed_with
from lenitive_web.attachments.words import REASONS
from lenitive_web.ledger.models import Patient

register = template.Library()
ATTACH = "document.attach"


@register.filter
def document_name(attachment: Attachment) -> str:
    """What a document is called."""
    return name_of(attachment)


@register.filter
def not_kept_because(attachment: Attachment) -> str:
    """Why the file itself is not kept."""
    return "; ".join(str(REASONS[one]) for one in attachment.because)


@register.simple_tag(takes_context=True)
def document_behind(context: dict[str, Any], source: str) -> str:
    """Where the document is that a fact was read in; nothing if it was read in none."""
    number, patient = document_in(source), context.get("patient")
    if number is None or not isinstance(patient, Patient):
        return ""
    return reverse("document", args=[patient.public_id, number])


@register.simple_tag(takes_context=True)
def number_of_documents(context: dict[str, Any]) -> int:
    """How many documents stand in the chart of the page."""
    return documents_of(context["patient"]).count()


SHOWN = 5
"""So many documents stand on the page of the examination."""


@register.inclusion_tag("attachments/_card.html", takes_context=True)
def latest_documents(context: dict[str, Any]) -> dict[str, Any]:
    """The latest documents of the patient of the page, and the way to all."""
    found = documents_of(context["patient"])
    return {
        "patient": context["patient"],
        "latest": found[:SHOWN],
        "number": found.count(),
        "may_attach": context["request"].user.may(ATTACH),
    }


@register.inclusion_tag("attachments/_enclosed.html", takes_context=True)
def enclosed(context: dict[str, Any], kind: str, missing: Sequence[Any], unsettled: Sequence[Any]) -> dict[str, Any]:
    """What goes along with a request, and the form for more: what is missing first, as what a document may show."""
    patient, user = context["patient"], context["request"].user
    along = enclosed_with(patient, kind)
    there = {one.attachment_id for one in along}
    others = [one for one in documents_of(patient) if one.pk not in there]
    asked = [*(one.label for one in unsettled), *(one.question for one in missing)]
    may_enclose = user.may("authorization.record")
    return {
        "patient": patient,
        "kind": kind,
        "along": along,
        "may_enclose": may_enclose,
        "may_attach": user.may(ATTACH),
        "form": EncloseForm(documents=others, asked=asked, auto_id=f"{kind}-%s") if may_enclose and others else None,
    }

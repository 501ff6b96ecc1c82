"""What stands on a patient's own pages, seen from the clinic's pages about the same thing."""

from __future__ import annotations

from typing import Any

from django import template

from lenitive_web.portal.aids import has_own_pages, shared_aids
from lenitive_web.portal.words import plain_name

register = template.Library()


@register.inclusion_tag("portal/_shared_aid.html", takes_context=True)
def aid_on_own_pages(context: dict[str, Any], procedure: str) -> dict[str, Any]:
    """Whether the decision aid stands on the own pages of the patient of the page, and the button that changes it."""
    patient, user = context["patient"], context["request"].user
    return {
        "patient": patient,
        "procedure": procedure,
        "shared": shared_aids(patient).filter(procedure=procedure).first(),
        "has_own_pages": has_own_pages(patient),
        "may_share": user.may("aid.share"),
        "may_invite": user.may("portal.invite"),
    }


@register.filter
def plain_procedure(procedure: str) -> str:
    """A procedure by the name on its leaflet."""
    return plain_name(procedure)

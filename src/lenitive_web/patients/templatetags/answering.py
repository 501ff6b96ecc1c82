"""The tag with which any page leads from a question to the place where it is answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template
from django.utils import timezone

from lenitive_web.patients.where_answered import WhereAnswered

register = template.Library()

AT_MOST = 3
"""So many places are named for one question: who has more to choose from reads a list, not a link."""


@register.inclusion_tag("patients/_answer_it.html", takes_context=True)
def answer_it(context: Any, question: str, recorded_in: Sequence[str] = (), procedure: str = "") -> dict[str, Any]:
    """Links to where a question is answered, as far as this person may write there."""
    where = WhereAnswered(context["patient"].public_id, context["as_of"], context["request"].user.may, procedure or "")
    return {"places": where.places(question, recorded_in or ())[:AT_MOST], "question": question}


@register.simple_tag(takes_context=True)
def address_of(context: Any, question: Any, patient: Any) -> str:
    """Where one question about one of many patients is answered by who reads the list."""
    told: str = question.address(patient, context["request"].user, timezone.localdate())
    return told

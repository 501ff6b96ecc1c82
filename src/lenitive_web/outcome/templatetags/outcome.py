"""Signs and durations of an outcome."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lenitive.documents.wording import number
from lenitive_web.look.words import Sign

register = template.Library()


@register.inclusion_tag("look/_sign.html")
def drawn_sign(sign: Sign) -> dict[str, Any]:
    """A sign that is at hand already."""
    return {"look": sign.look, "sign": sign.sign, "word": sign.word}


@register.simple_tag
def share(percent: float, needed: float) -> str:
    """A share of the pain in whole percent: two scores from 0 to 10 tell no more.

    What lies so near below the share that counts that it would round up to it says that it lies below.
    """
    whole = round(percent)
    if percent < needed <= whole:
        return _("just under %(n)s %%") % {"n": number(needed)}
    return f"{whole} %"


@register.simple_tag
def lasted(days: float) -> str:
    """A duration in days, or in hours where it is shorter than two days."""
    if days < 2:
        hours = round(days * 24, 1)
        return ngettext("%(n)s hour", "%(n)s hours", round(hours) or 2) % {"n": number(hours)}
    return ngettext("%(n)s day", "%(n)s days", round(days)) % {"n": number(round(days, 1))}

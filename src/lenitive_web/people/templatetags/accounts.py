"""Whether anybody can sign in here at all."""

from __future__ import annotations

from django import template

from lenitive_web.people.models import User

register = template.Library()
OPENS = 'lenitive open-practice "River Pain Clinic" --administrator ada@clinic.example --called "Ada Quill"'


@register.simple_tag
def command_that_opens_a_practice() -> str:
    """What whoever runs the server types while nobody has an account; blank once somebody has one."""
    return "" if User.objects.exists() else OPENS

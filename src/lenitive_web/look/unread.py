"""A form whose request was not read: it says why, and nothing else of it is found wanting."""

from __future__ import annotations

from typing import TypeVar

from django import forms
from django.utils.functional import Promise

OneForm = TypeVar("OneForm", bound=forms.Form)


def refused_unread(kind: type[OneForm], field: str, problem: str | Promise) -> OneForm:
    """A form of a kind with one error, at one field."""
    form = kind({}, {})
    form.errors.clear()
    form.add_error(field, problem)
    return form

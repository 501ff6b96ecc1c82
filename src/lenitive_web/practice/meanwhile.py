"""Two people who change the same settings: the later one is told what stands now, and writes over nothing unseen."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from lenitive_web.people.models import Practice

View = Callable[..., HttpResponse]
SEEN = "seen"


class ToldOfChanges:
    """A form over settings that stand somewhere: it carries what its reader saw, and refuses to write over more.

    Its class calls :meth:`watch` at the end of its making. Sent again after a refusal, it takes what stands then.
    """

    fields: dict[str, forms.Field]
    data: Any
    is_late = False

    def watch(self, standing: Mapping[str, Any]) -> None:
        """Look out for changes of these settings, by their labels."""
        self.standing = {str(label): _words(value) for label, value in standing.items()}
        field = forms.CharField(required=False, widget=forms.HiddenInput, initial=_digest(self.standing))
        self.fields[SEEN] = field

    def watch_row(self) -> None:
        """Look out for changes of the row that a model form is about, as it stands before anything was typed."""
        row: Any = self.instance  # type: ignore[attr-defined]
        named = [name for name in self._meta.fields if name in self.fields]  # type: ignore[attr-defined]
        self.watch({str(self.fields[name].label): getattr(row, name) for name in named} if row.pk else {})

    def clean(self) -> dict[str, Any]:
        """Refuse what was typed over settings that somebody changed meanwhile."""
        said: dict[str, Any] = super().clean() or self.cleaned_data  # type: ignore[misc,attr-defined]
        if (self.data.get(SEEN) or _digest({})) == _digest(self.standing):
            return said
        self.is_late = True
        again = self.data.copy()
        again[SEEN] = _digest(self.standing)
        self.data = again
        stands = [f"{label}: {value or '–'}" for label, value in self.standing.items()]
        told = _("While this form was open, somebody else changed it. Below is yours, not saved yet. What stands now:")
        raise ValidationError([told, *stands])


def status_of(form: Any, request: HttpRequest) -> int:
    """The status of the page of a form: it is only shown, could not be read, or came too late."""
    if request.method != "POST":
        return 200
    return 409 if getattr(form, "is_late", False) else 422


def one_at_a_time(view: View) -> View:
    """A view of settings: of two who save at once, the second begins when the first is done."""

    @functools.wraps(view)
    def called(request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
        if request.method != "POST":
            return view(request, *arguments, **named)
        with transaction.atomic():
            Practice.objects.select_for_update().get(pk=request.user.practice_id)
            return view(request, *arguments, **named)

    return called


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return "" if value is None else str(value)


def _digest(standing: Mapping[str, str]) -> str:
    told = "\n".join(f"{label}={value}" for label, value in sorted(standing.items()))
    return hashlib.sha256(told.encode()).hexdigest()[:32]

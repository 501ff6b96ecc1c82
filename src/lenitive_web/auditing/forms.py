"""Which events are looked for."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lenitive_web.audit.models import Event, Shown
from lenitive_web.auditing.finding import people_meant
from lenitive_web.auditing.words import actions_called
from lenitive_web.ledger.models import Patient
from lenitive_web.people.models import Practice, User

MOST_PEOPLE = 25
"""So many patients whom the words fit are shown to choose from."""


class FilterForm(forms.Form):
    """Person, patient, action, first and last day; each may be left open."""

    by = forms.ModelChoiceField(
        label=_("Person"), queryset=User.objects.none(), required=False, empty_label=_("anybody")
    )
    patient = forms.CharField(
        label=_("Patient"),
        required=False,
        max_length=100,
        help_text=_("Name, day of birth (2026-03-31) or identifier"),
    )
    action = forms.CharField(
        label=_("Action"), required=False, max_length=60, help_text=_("A word of it, as: signed in, facts, refused")
    )
    first = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: object, practice: Practice, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.practice = practice
        self.people: list[Patient] = []
        """Whom ``patient`` fits: the one whose events are shown, or several of whom one is chosen."""
        self.fields["by"].queryset = User.objects.filter(practice=practice).order_by("name")

    def clean_patient(self) -> UUID | None:
        """The patient who is meant, none while several fit; an identifier has events also when nobody here bears it."""
        said = self.cleaned_data["patient"].strip()
        if not said:
            return None
        self.people = list(people_meant(self.practice, said)[: MOST_PEOPLE + 1])
        if len(self.people) == 1:
            return self.people[0].public_id
        if self.people:
            return None
        try:
            return UUID(said)
        except ValueError:
            raise ValidationError(_("Nobody here has this name, day of birth or identifier.")) from None

    @property
    def is_undecided(self) -> bool:
        """Whether one of several patients is still to be chosen."""
        return len(self.people) > 1

    def narrowed(self, events: QuerySet[Event]) -> QuerySet[Event]:
        """The events that are looked for."""
        said = self.cleaned_data
        if said["by"]:
            events = events.filter(by=said["by"])
        if said["patient"]:
            listed = Shown.objects.filter(patient=said["patient"]).values("event")
            events = events.filter(Q(patient=said["patient"]) | Q(pk__in=listed))
        if said["action"]:
            events = events.filter(_does(said["action"]))
        if said["first"]:
            events = events.filter(at__gte=_start_of(said["first"]))
        if said["last"]:
            events = events.filter(at__lt=_start_of(said["last"] + timedelta(days=1)))
        return events


def _does(words: str) -> Q:
    """What holds these words in its code or in what it is called; a refusal holds those of what was refused."""
    named = Q(action__icontains=words)
    for action in actions_called(words):
        named |= Q(action=action) | Q(action__startswith=f"{action}:") | Q(action=f"refused: {action}")
    return named


def _start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))

"""Which events are looked for."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lenitive_web.audit.models import Event
from lenitive_web.people.models import Practice, User


class FilterForm(forms.Form):
    """Person, patient, action, first and last day; each may be left open."""

    by = forms.ModelChoiceField(
        label=_("Person"), queryset=User.objects.none(), required=False, empty_label=_("anybody")
    )
    patient = forms.UUIDField(label=_("Patient’s identifier"), required=False)
    action = forms.CharField(label=_("Action"), required=False, max_length=60)
    first = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: object, practice: Practice, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["by"].queryset = User.objects.filter(practice=practice).order_by("name")

    def narrowed(self, events: QuerySet[Event]) -> QuerySet[Event]:
        """The events that are looked for."""
        said = self.cleaned_data
        if said["by"]:
            events = events.filter(by=said["by"])
        if said["patient"]:
            events = events.filter(patient=said["patient"])
        if said["action"]:
            events = events.filter(action__icontains=said["action"])
        if said["first"]:
            events = events.filter(at__gte=_start_of(said["first"]))
        if said["last"]:
            events = events.filter(at__lt=_start_of(said["last"] + timedelta(days=1)))
        return events


def _start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))

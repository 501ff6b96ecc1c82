"""Opening a chart in an emergency, and the auditor's review of it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lenitive_web.audit.actions import address_of, write_event
from lenitive_web.emergency.actions import open_in_emergency, review_access
from lenitive_web.emergency.selectors import reviewed, waiting
from lenitive_web.ledger.models import Patient
from lenitive_web.people.guards import needs
from lenitive_web.people.models import Practice

PER_PAGE = 25
SHORTEST_REASON = 10


class EmergencyForm(forms.Form):
    """Who it is about, exactly, and why it cannot wait."""

    name = forms.CharField(label=gettext_lazy("The patient’s full name"), max_length=200)
    birth_date = forms.DateField(label=gettext_lazy("Day of birth"), widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(
        label=gettext_lazy("Why it cannot wait"),
        max_length=500,
        min_length=SHORTEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("The auditor reads this. Name no details of the illness."),
    )

    def __init__(self, *args: Any, practice: Practice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.practice = practice
        self.patient: Patient | None = None

    def clean(self) -> dict[str, Any]:
        """Exactly one patient."""
        said = self.cleaned_data
        if "name" in said and "birth_date" in said:
            found = Patient.objects.filter(
                practice=self.practice, name__iexact=" ".join(said["name"].split()), birth_date=said["birth_date"]
            )[:2]
            if len(found) != 1:
                raise ValidationError(_("No single patient here has this name and day of birth."))
            self.patient = found[0]
        return said


@require_http_methods(["GET", "POST"])
@needs("access.emergency")
def emergency(request: HttpRequest) -> HttpResponse:
    """Ask for a chart, with the reason."""
    form = EmergencyForm(request.POST or None, practice=request.user.practice)
    if request.method == "POST" and form.is_valid() and form.patient:
        open_in_emergency(
            patient=form.patient.public_id,
            reason=form.cleaned_data["reason"],
            by=request.user,
            address=address_of(request),
        )
        return redirect("patient", form.patient.public_id)
    if request.method == "POST":
        _note(request, "refused: access.emergency")
    return render(request, "patients/emergency.html", {"form": form}, status=422 if request.method == "POST" else 200)


@require_GET
@needs("access.review")
def accesses(request: HttpRequest) -> HttpResponse:
    """What waits for review, and what was reviewed."""
    practice = request.user.practice
    page = Paginator(reviewed(practice), PER_PAGE).get_page(request.GET.get("page"))
    _note(request, "access.list")
    found = waiting(practice)
    context = {
        "waiting": found[:PER_PAGE],
        "number_waiting": found.count(),
        "page": page,
        "now": timezone.now(),
    }
    return render(request, "patients/accesses.html", context)


class ReviewForm(forms.Form):
    """Justified or not, and a note."""

    justified = forms.TypedChoiceField(
        choices=[("yes", gettext_lazy("Justified")), ("no", gettext_lazy("Not justified"))],
        coerce=lambda word: word == "yes",
    )
    note = forms.CharField(max_length=500, required=False)


@require_POST
@needs("access.review")
def review(request: HttpRequest, access: int) -> HttpResponse:
    """Say whether one access was justified."""
    found = get_object_or_404(waiting(request.user.practice), pk=access)
    form = ReviewForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose whether it was justified."))
        return redirect("accesses")
    review_access(
        access=found,
        justified=form.cleaned_data["justified"],
        note=form.cleaned_data["note"],
        by=request.user,
        address=address_of(request),
    )
    messages.success(request, _("The review is written down."))
    return redirect("accesses")


def _note(request: HttpRequest, action: str) -> None:
    write_event(practice=request.user.practice, by=request.user, action=action, address=address_of(request))

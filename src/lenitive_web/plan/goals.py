"""Setting a goal with a patient, and saying what came of it. Both are facts of the chart."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from lenitive.chart.goal import Goal
from lenitive.medicine.content import content
from lenitive.reasoning.goals import GoalSet
from lenitive_web.audit.actions import address_of
from lenitive_web.ledger.actions import ChartChangedError, record_facts
from lenitive_web.ledger.facts import FactRefusedError, NewFact
from lenitive_web.ledger.telling import tell
from lenitive_web.look.words import Sign
from lenitive_web.patients.page import PatientPage, open_page

OUTCOMES = {
    "reached": gettext_lazy("Reached"),
    "partly reached": gettext_lazy("Partly reached"),
    "not reached": gettext_lazy("Not reached"),
    "given up": gettext_lazy("Given up"),
}
_SIGNS = {
    "reached": Sign("good", "✓", OUTCOMES["reached"]),
    "partly reached": Sign("wait", "◐", OUTCOMES["partly reached"]),
    "not reached": Sign("bad", "✕", OUTCOMES["not reached"]),
    "given up": Sign("plain", "–", OUTCOMES["given up"]),
}


def sign_of_goal(goal: GoalSet) -> Sign:
    """What came of a goal, as a sign: what was said, else what the measure says, else that it is worked on."""
    if goal.outcome:
        return _SIGNS[goal.outcome]
    if goal.reached == "met":
        return Sign("good", "✓", gettext_lazy("The measure says: reached"))
    if goal.reached == "not met":
        return Sign("bad", "✕", gettext_lazy("The measure says: not reached"))
    if goal.is_due:
        return Sign("wait", "?", gettext_lazy("Reached? Nobody said"))
    return Sign("open", "◔", gettext_lazy("Worked on"))


def _day(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more)


class GoalForm(forms.Form):
    """One goal in the patient's words, its measure and its day."""

    is_late = False
    version = forms.IntegerField(widget=forms.HiddenInput)
    text = forms.CharField(
        label=gettext_lazy("The goal, in the patient’s words"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
    due = _day(gettext_lazy("To be reached by"))
    instrument = forms.ChoiceField(label=gettext_lazy("Seen in"), required=False)
    score = forms.FloatField(label=gettext_lazy("Score to be reached"), required=False, localize=True)
    on = _day(gettext_lazy("Agreed on"))

    def __init__(self, *args: Any, kind: str, page: PatientPage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.page = kind, page
        known = content().instruments
        offered = [(name, known[name].label) for name in content().goals[kind].measured_by if name in known]
        self.fields["instrument"].choices = [("", _("no score; it will be asked")), *offered]

    def clean_on(self) -> Any:
        """Nothing was agreed on in the future."""
        if self.cleaned_data["on"] > self.page.as_of:
            raise ValidationError(_("This day has not come yet."))
        return self.cleaned_data["on"]

    def clean(self) -> dict[str, Any]:
        """A score belongs to a scale and lies on it; the day comes after the agreement."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        score, entry = said.get("score"), content().instruments.get(said.get("instrument") or "")
        if score is not None and entry is None:
            self.add_error("instrument", _("Choose the scale that the score belongs to."))
        if entry is not None and score is None and "score" not in self.errors:
            self.add_error("score", _("Say which score is to be reached."))
        if entry and score is not None and not _is_on(entry.low, entry.high, score):
            self.add_error(
                "score", _("From %(low)g to %(high)g on this scale.") % {"low": entry.low, "high": entry.high}
            )
        if said.get("due") and said.get("on") and said["due"] <= said["on"]:
            self.add_error("due", _("A day after the agreement."))
        return said

    def fact(self) -> NewFact:
        """The goal as a fact."""
        said = self.cleaned_data
        columns = {name: said[name] for name in ("text", "due", "score")} | {"instrument": said["instrument"] or None}
        return NewFact("goal", {"kind": self.kind, "true_on": said["on"], **columns})


def _is_on(low: float | None, high: float | None, score: float) -> bool:
    return (low is None or score >= low) and (high is None or score <= high)


class OutcomeForm(forms.Form):
    """What came of a goal."""

    is_late = False
    version = forms.IntegerField(widget=forms.HiddenInput)
    outcome = forms.ChoiceField(
        label=gettext_lazy("What came of it"), widget=forms.RadioSelect, choices=list(OUTCOMES.items())
    )
    on = _day(gettext_lazy("Said on"))

    def __init__(self, *args: Any, goal: Goal, page: PatientPage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.goal, self.page = goal, page

    def clean_on(self) -> Any:
        """A day between the agreement and today."""
        day = self.cleaned_data["on"]
        if day > self.page.as_of or (self.goal.true_on and day < self.goal.true_on):
            raise ValidationError(_("A day from the agreement until today."))
        return day

    def fact(self) -> NewFact:
        """The goal again, with what came of it, in the place of the one before."""
        said = {"outcome": self.cleaned_data["outcome"], "outcome_on": self.cleaned_data["on"]}
        before = msgspec.to_builtins(self.goal)
        kept = {
            name: before[name]
            for name in ("kind", "text", "instrument", "score", "due", "true_on", "true_by")
            if name in before
        }
        return NewFact("goal", {**kept, **said, "supersedes": self.goal.id})


@require_http_methods(["GET", "POST"])
def set_goal(request: HttpRequest, patient_id: UUID, goal: str) -> HttpResponse:
    """Agree on a goal."""
    page = open_page(request, patient_id, "chart.record")
    entry = content().goals.get(goal)
    if entry is None:
        raise Http404
    initial = {"version": page.patient.last_entry, "on": page.as_of}
    form = GoalForm(request.POST or None, kind=goal, page=page, initial=initial)
    if request.method == "POST" and form.is_valid() and _recorded(page, form):
        messages.success(request, _("The goal is agreed on."))
        return redirect("plan", patient_id)
    return _page(page, form, "plan/goal.html", entry=entry)


@require_http_methods(["GET", "POST"])
def goal_outcome(request: HttpRequest, patient_id: UUID, fact: str) -> HttpResponse:
    """Say what came of a goal."""
    page = open_page(request, patient_id, "chart.record")
    rows = page.chart.rows(Goal)
    found = next((row for row in rows if row.id == fact), None)
    if found is None:
        messages.info(request, _("This goal was changed meanwhile; here is how it stands."))
        return redirect("plan", patient_id)
    initial = {"version": page.patient.last_entry, "on": page.as_of, "outcome": found.outcome}
    form = OutcomeForm(request.POST or None, goal=found, page=page, initial=initial)
    if request.method == "POST" and form.is_valid() and _recorded(page, form):
        messages.success(request, _("What came of the goal is written down."))
        return redirect("plan", patient_id)
    return _page(page, form, "plan/goal_outcome.html", goal=found)


def _recorded(page: PatientPage, form: GoalForm | OutcomeForm) -> bool:
    """Write it down; if that could not be, the reason is in the form."""
    try:
        record_facts(
            patient=page.patient,
            facts=[form.fact()],
            by=page.request.user,
            source="plan",
            version=form.cleaned_data["version"],
            address=address_of(page.request),
        )
    except FactRefusedError as problem:
        form.add_error(None, str(problem))
        return False
    except ChartChangedError as changed:
        tell(form, changed, page.patient)
        form.is_late = True
        return False
    return True


def _page(page: PatientPage, form: GoalForm | OutcomeForm, template: str, **more: Any) -> HttpResponse:
    status = 409 if form.is_late else 422 if form.is_bound else 200
    return render(page.request, template, page.context("plan", form=form, **more), status=status)

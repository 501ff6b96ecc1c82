"""What is asked for, what became of it at the payer, and who gets what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal, get_args, get_origin

import msgspec
from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from lenitive.chart import Request
from lenitive.chart.schema import columns
from lenitive.codes import SIDES
from lenitive.documents.readiness import Readiness
from lenitive.medicine.content import content
from lenitive.medicine.shapes import ProcedureEntry
from lenitive.reasoning import Assessment
from lenitive.reasoning.assessment import NO_NEEDLE
from lenitive.reasoning.authorizations import Followed
from lenitive.reasoning.citing import plain
from lenitive_web.authorization.models import Ending
from lenitive_web.authorization.steps import KINDS, Step, label_of, step
from lenitive_web.look.days import can_be_planned, within_a_life, within_reach
from lenitive_web.look.levels import LevelsField
from lenitive_web.people.models import Practice, User


def _choices(field: str) -> list[tuple[str, Any]]:
    """What a field of the request may say; the words are the chart's."""
    [hint] = [one for one in msgspec.structs.fields(Request) if one.name == field]
    words = next(get_args(part) for part in get_args(hint.type) if get_origin(part) is Literal)
    return [("", _("not decided")), *((word, word) for word in words)]


def usual_intent(entry: ProcedureEntry) -> str | None:
    """What a procedure is for, where it is for one thing only."""
    return entry.role if entry.role in ("diagnostic", "therapeutic", "trial", "implant") else None


class RequestForm(forms.Form):
    """One procedure, its side and levels, the planned day."""

    kind = forms.ChoiceField(label=_("Procedure"))
    side = forms.ChoiceField(
        label=_("Side"), required=False, choices=[("", _("not decided")), *((s, s) for s in SIDES)]
    )
    levels = LevelsField(label=_("Levels"), required=False, help_text=_("Segments or roots with spaces, as L4-5 L5-S1"))
    on = forms.DateField(
        label=_("Planned day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        validators=[within_reach],
    )
    intent = forms.ChoiceField(
        label=_("What it is for"),
        required=False,
        choices=[("", _("as it is usual for this procedure")), *_choices("intent")[1:]],
    )
    approach = forms.CharField(label=_("Approach or method"), required=False, max_length=120)
    guidance = forms.ChoiceField(label=_("Imaging"), required=False, choices=_choices("guidance"))
    sedation = forms.ChoiceField(label=_("Sedation"), required=False, choices=_choices("sedation"))
    contrast = forms.TypedChoiceField(
        label=_("Contrast medium"),
        required=False,
        choices=[("", _("not decided")), ("yes", _("Yes")), ("no", _("No"))],
        coerce=lambda word: word == "yes",
        empty_value=None,
    )
    steroid = forms.ChoiceField(label=_("Corticosteroid"), required=False)
    site_of_service = forms.ChoiceField(
        label=_("Where it will be done"),
        required=False,
        choices=[
            ("", _("as the insurance says")),
            *((word, plain(word).capitalize()) for word in columns("coverage")["site_of_service"].choices),
        ],
    )

    def __init__(self, *args: object, assessment: Assessment, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        known = content().procedures
        needled = [one for one in assessment.options if known[one.procedure].role not in NO_NEEDLE]
        named = sorted(name for one in content().drugs.values() if one.drug_class == "steroid" for name in one.names)
        self.fields["steroid"].choices = [("", _("not decided")), ("none", _("none")), *((one, one) for one in named)]
        self.fields["kind"].choices = [("", _("Choose a procedure")), *((one.procedure, one.label) for one in needled)]

    def request(self) -> Request:
        """What is asked for. Where nobody said what for, it is what the procedure is for, if that is one thing only."""
        said: dict[str, Any] = {name: one for name, one in self.cleaned_data.items() if one not in (None, "", ())}
        entry = content().procedures[said["kind"]]
        return msgspec.convert({"intent": usual_intent(entry), **said, "region": entry.region}, Request)


def _day(label: Any, **more: Any) -> forms.DateField:
    """A day as a payer writes it: some write the last of all days where a decision has no end."""
    calendar = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=calendar, **{"validators": [within_a_life], **more})


def _may_be_empty() -> dict[str, forms.Field]:
    """What a step may say; a new field each time, because a form changes its own."""
    return {
        "number": forms.CharField(label=_("Number of the decision"), max_length=60),
        "sessions_granted": forms.IntegerField(label=_("Sessions granted"), min_value=0, max_value=999),
        "units_granted": forms.IntegerField(label=_("Units granted"), min_value=0, max_value=999),
        "valid_from": _day(_("Holds from")),
        "valid_until": _day(_("Last day")),
        "answer_by": _day(_("Answer until")),
        "levels": LevelsField(label=_("Levels granted"), help_text=_("If fewer than asked for, as L4-5 L5-S1")),
        "expedited": forms.BooleanField(label=_("Asked to be decided faster")),
        "reason": forms.CharField(
            label=_("What the payer says"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
        ),
    }


class TakingForm(forms.Form):
    """Why the payer's copy is taken although something is open."""

    why = forms.CharField(
        label=_("Why is it sent as it is?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say in a word why it is sent although something is open.")},
    )


class StepForm(forms.Form):
    """One step of a request: the day it was taken, and what this kind of step says."""

    def __init__(
        self,
        asked: Request,
        status: str,
        followed: Followed | None,
        today: date,
        version: int,
        *args: Any,
        ready: Readiness,
        said_before: str = "",
    ) -> None:
        """``said_before`` is why the payer's copy was taken as it stood, so that nobody has to say it twice."""
        initial = {"on": today, "version": version, "why": said_before}
        super().__init__(*args, auto_id=f"{asked.kind}-{status}-%s", initial=initial)
        self.asked, self.status, self.followed, self.today = asked, status, followed, today
        self.kind = KINDS[status]
        self.label = label_of(status, followed)
        self.fields["on"] = _day(_("Day"))
        known = _may_be_empty()
        for name in self.kind.fields:
            self.fields[name] = known[name]
            known[name].required = name in self.kind.needs
        self.left_open = ready if self.kind.leaves and not ready.is_ready else None
        if self.left_open:
            self.fields["why"] = TakingForm().fields["why"]
        self.fields["version"] = forms.IntegerField(widget=forms.HiddenInput)

    @property
    def is_open(self) -> bool:
        """Whether the form was just tried and is shown again."""
        return self.is_bound

    @property
    def shown(self) -> list[forms.BoundField]:
        """The fields with a label, the check boxes apart."""
        apart = ("why",)
        fields = [one for one in self.visible_fields() if one.name not in apart]
        return [one for one in fields if not isinstance(one.field, forms.BooleanField)]

    @property
    def checks(self) -> list[forms.BoundField]:
        """The check boxes."""
        return [one for one in self.visible_fields() if isinstance(one.field, forms.BooleanField)]

    def clean_on(self) -> date:
        """Not after today, and not before the step that came before it."""
        day: date = self.cleaned_data["on"]
        if day > self.today:
            raise ValidationError(_("This day is still to come. Write down what happened when it has happened."))
        days = [seen.on for seen in (self.followed.history if self.followed else ()) if seen.on]
        if days and day < max(days):
            raise ValidationError(
                _("The step before it was taken on %(day)s; this one cannot be earlier."),
                params={"day": date_format(max(days))},
            )
        return day

    def clean(self) -> dict[str, Any]:
        """A decision does not end before it begins."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        begins, ends = said.get("valid_from") or said.get("on"), said.get("valid_until")
        if begins and ends and ends < begins:
            self.add_error("valid_until", _("The last day lies before the first."))
        return said

    def step(self) -> Step:
        """The step as it will be written down; what was left empty is not said."""
        said = {name: self.cleaned_data[name] for name in self.kind.fields}
        filled = {name: value for name, value in said.items() if value not in (None, "", (), False)}
        if "levels" in filled:
            filled["levels"] = list(filled["levels"])
        return step(self.followed, self.asked, self.status, {**filled, "true_on": self.cleaned_data["on"]})


class TaskForm(forms.Form):
    """Who gets what is missing, and until when."""

    what = forms.CharField(max_length=1000, widget=forms.HiddenInput)
    to = forms.ChoiceField(label=_("Who sees to it"))
    due_on = _day(_("Until"), required=False, validators=[can_be_planned])

    def __init__(self, people: Sequence[tuple[str, str]], kind: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs, auto_id=False)
        self.kind = kind
        self.fields["to"].choices = [("", _("Choose a person")), *people]

    @staticmethod
    def people_of(practice: Practice) -> list[tuple[str, str]]:
        """Who may be asked: everybody of the practice who may write down what becomes of a request."""
        everybody = User.objects.filter(practice=practice, is_active=True).order_by("name")
        return [
            (str(one.pk), f"{one.name}, {one.get_role_display().lower()}")
            for one in everybody
            if one.may("authorization.record")
        ]


class AllTasksForm(TaskForm):
    """Who gets everything that is missing and that nobody sees to yet."""

    what = None

    @property
    def whom(self) -> str:
        """The key of the person."""
        return str(self.cleaned_data["to"])


class EndingForm(forms.Form):
    """How a task ended, and what the answer was."""

    task = forms.IntegerField(widget=forms.HiddenInput)
    ending = forms.ChoiceField(choices=Ending.choices)
    answer = forms.CharField(required=False, max_length=1000)

    @property
    def lacks_an_answer(self) -> bool:
        """Whether it is said to be done and not what came of it."""
        return self.cleaned_data["ending"] == Ending.DONE and not self.cleaned_data["answer"]

"""The story, told once, in steps that can be left: what was typed stays a draft until it is sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lenitive.medicine.content import content
from lenitive_web.body_map.figure import labels
from lenitive_web.portal import words

KIND = "intake"
MOST_ROWS = 20
EMPTY_ROWS = 2
MONTHS = tuple((str(number), date(2000, number, 1).strftime("%B")) for number in range(1, 13))
YES_NO_UNSURE = (("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No")), ("unsure", gettext_lazy("I do not know")))


class Ticks(forms.CheckboxSelectMultiple):
    """Boxes to tick, each in its own label."""

    template_name = "portal/_choices.html"


class Choice(forms.RadioSelect):
    """One of several, each in its own label."""

    template_name = "portal/_choices.html"


class Step(forms.Form):
    """One page of the intake."""

    def __init__(self, data: QueryDict | None, *, told: Told) -> None:
        super().__init__(data)
        self.told = told


class Told:
    """Everything that was typed so far, step by step."""

    def __init__(self, typed: Mapping[str, QueryDict], as_of: date) -> None:
        self.typed = typed
        self.as_of = as_of

    def form(self, name: str, data: QueryDict | None = None) -> Step:
        """The form of a step with what was typed in it, or with ``data``; empty and unchecked if nothing was."""
        known = data if data is not None else self.typed.get(name)
        return STEPS[name].form(known, told=self)

    @property
    def marks(self) -> list[str]:
        """The regions marked, in the order of the map."""
        chosen = set(self._values("where", "marks"))
        return [mark for mark in labels() if mark in chosen]

    @property
    def treatments(self) -> list[str]:
        """The treatments ticked."""
        chosen = set(self._values("tried", "tried"))
        return [kind for kind in words.TREATMENTS if kind in chosen]

    def steps(self) -> list[str]:
        """The steps that are asked of this patient."""
        return [name for name in STEPS if name != "courses" or self.treatments]

    def first_open(self) -> str | None:
        """The first step that was not answered so that it can be sent."""
        return next((name for name in self.steps() if name not in self.typed or not self.form(name).is_valid()), None)

    def _values(self, step: str, name: str) -> Sequence[str]:
        return self.typed[step].getlist(name) if step in self.typed else ()


class Where(Step):
    """The body map."""

    marks = forms.MultipleChoiceField(
        label=gettext_lazy("Where it hurts"),
        choices=lambda: list(labels().items()),
        error_messages={"required": gettext_lazy("Mark at least one place where it hurts.")},
    )


@dataclass(frozen=True)
class Felt:
    """One marked region with its fields."""

    mark: str
    label: str
    intensity: forms.BoundField
    quality: forms.BoundField
    depth: forms.BoundField
    same: forms.BoundField | None


class Feel(Step):
    """How strong, what kind and how deep, for each region; and which is the worst."""

    def __init__(self, data: QueryDict | None, *, told: Told) -> None:
        super().__init__(data, told=told)
        many = len(told.marks) > 1
        if many:
            self.fields["worst"] = forms.ChoiceField(
                label=_("Which one troubles you most?"),
                choices=[(mark, labels()[mark]) for mark in told.marks],
                widget=Choice,
                error_messages={"required": _("Say which one troubles you most.")},
            )
        for mark in told.marks:
            self.fields[f"{mark}-intensity"] = forms.TypedChoiceField(
                label=_("How strong on average, last seven days"),
                choices=[(str(number), str(number)) for number in range(11)],
                coerce=int,
                widget=Choice,
                error_messages={"required": _("Choose a number for: %(place)s") % {"place": labels()[mark]}},
            )
            self.fields[f"{mark}-quality"] = forms.MultipleChoiceField(
                label=_("What it feels like"), choices=words.QUALITIES, widget=Ticks, required=False
            )
            self.fields[f"{mark}-depth"] = forms.ChoiceField(
                label=_("How deep"), choices=words.DEPTHS, widget=Choice, required=False
            )
            if many:
                self.fields[f"{mark}-same"] = forms.ChoiceField(
                    label=_("If this is not the worst one"),
                    choices=(("same", _("The worst pain spreads to here")), ("other", _("It is another pain"))),
                    widget=Choice,
                    required=False,
                )

    @property
    def regions(self) -> Iterator[Felt]:
        """The marked regions with their fields."""
        for mark in self.told.marks:
            same = f"{mark}-same"
            yield Felt(
                mark,
                labels()[mark],
                self[f"{mark}-intensity"],
                self[f"{mark}-quality"],
                self[f"{mark}-depth"],
                self[same] if same in self.fields else None,
            )

    @property
    def worst(self) -> str:
        """The pain that the patient comes for."""
        return self.cleaned_data.get("worst") or self.told.marks[0]

    def spreads_to(self) -> list[str]:
        """The regions to which the worst pain spreads."""
        return [
            mark for mark in self.told.marks if mark != self.worst and self.cleaned_data.get(f"{mark}-same") == "same"
        ]

    def clean(self) -> dict[str, Any]:
        """Every region but the worst is the same pain or another one."""
        given = super().clean() or self.cleaned_data
        for mark in self.told.marks if given.get("worst") else ():
            if mark != given["worst"] and not given.get(f"{mark}-same"):
                said = _("Say whether this is the same pain or another one: %(place)s") % {"place": labels()[mark]}
                self.add_error(f"{mark}-same", said)
        return given


class Since(Step):
    """When it began, and what changes it."""

    year = forms.IntegerField(
        label=gettext_lazy("Year"),
        help_text=gettext_lazy("If you are not sure, your best guess is fine."),
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "placeholder": "2024"}),
        error_messages={
            "required": gettext_lazy("Write the year in which it began. Your best guess is fine."),
            "invalid": gettext_lazy("Write the year with four digits, as 2024."),
        },
    )
    month = forms.ChoiceField(
        label=gettext_lazy("Month, if you know it"),
        choices=(("", gettext_lazy("I do not know")), *MONTHS),
        required=False,
    )
    worse = forms.MultipleChoiceField(
        label=gettext_lazy("What makes it worse?"), choices=words.WORSE, widget=Ticks, required=False
    )
    better = forms.MultipleChoiceField(
        label=gettext_lazy("What makes it better?"), choices=words.BETTER, widget=Ticks, required=False
    )
    own_words = forms.CharField(
        label=gettext_lazy("In your own words"),
        help_text=gettext_lazy(
            "How it began, what you cannot do any more, what you hope for. You may leave this empty."
        ),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
        required=False,
    )

    def clean_year(self) -> int:
        """A year that has come, and not before anybody living was born."""
        return _year(self.cleaned_data["year"], self.told.as_of)

    def clean(self) -> dict[str, Any]:
        """The month has come."""
        given = super().clean() or self.cleaned_data
        if given.get("year") and began(given, "")[0] > self.told.as_of:
            self.add_error("month", _("This month has not come yet."))
        return given


class Tried(Step):
    """What was tried without a needle."""

    tried = forms.MultipleChoiceField(
        label=gettext_lazy("Tick everything that you have tried for this pain"),
        choices=lambda: list(words.TREATMENTS.items()),
        widget=Ticks,
        required=False,
    )
    complete = forms.BooleanField(
        label=gettext_lazy("I have tried nothing else for this pain (tick also if you tried nothing)"), required=False
    )


@dataclass(frozen=True)
class Course:
    """One treatment with its fields."""

    label: str
    fields: Sequence[forms.BoundField]


class Courses(Step):
    """For each treatment: when it began, for how long, how it ended."""

    def __init__(self, data: QueryDict | None, *, told: Told) -> None:
        super().__init__(data, told=told)
        for kind in told.treatments:
            self.fields[f"{kind}-year"] = forms.IntegerField(
                label=_("Year it began"), required=False, widget=forms.NumberInput(attrs={"inputmode": "numeric"})
            )
            self.fields[f"{kind}-month"] = forms.ChoiceField(
                label=_("Month"), choices=(("", _("I do not know")), *MONTHS), required=False
            )
            self.fields[f"{kind}-weeks"] = forms.IntegerField(
                label=_("For how many weeks"),
                help_text=_("Leave empty if it still goes on."),
                min_value=1,
                max_value=2000,
                required=False,
                widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
            )
            if kind in words.COUNTED:
                self.fields[f"{kind}-sessions"] = forms.IntegerField(
                    label=_("Visits in all"),
                    min_value=0,
                    max_value=1000,
                    required=False,
                    widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
                )
            self.fields[f"{kind}-response"] = forms.ChoiceField(
                label=_("Did it help?"), choices=words.RESPONSES, widget=Choice, required=False
            )

    def clean(self) -> dict[str, Any]:
        """Years and months that have come."""
        given = super().clean() or self.cleaned_data
        for kind in self.told.treatments:
            if given.get(f"{kind}-year"):
                try:
                    _year(given[f"{kind}-year"], self.told.as_of)
                    if began(given, f"{kind}-")[0] > self.told.as_of:
                        raise ValidationError(_("This month has not come yet."))
                except ValidationError as problem:
                    self.add_error(f"{kind}-year", problem)
        return given

    @property
    def courses(self) -> Iterator[Course]:
        """The treatments with their fields."""
        for kind in self.told.treatments:
            named = [name for name in self.fields if name.startswith(f"{kind}-")]
            yield Course(words.treatment_label(kind), [self[name] for name in named])


@dataclass(frozen=True)
class Row:
    """One line of a list that grows."""

    first: forms.BoundField
    second: forms.BoundField


class Rows(Step):
    """Lines of two fields; there are always some empty ones, and a page more when they are full."""

    first_label: str | Promise = ""
    second_label: str | Promise = ""
    suggestions: Sequence[str] = ()

    def __init__(self, data: QueryDict | None, *, told: Told) -> None:
        super().__init__(data, told=told)
        filled = [number for number in range(MOST_ROWS) if (data or {}).get(f"first-{number}")]
        self.shown = min(max(filled, default=-1) + 1 + EMPTY_ROWS, MOST_ROWS)
        for number in range(self.shown):
            self.fields[f"first-{number}"] = forms.CharField(
                label=self.first_label,
                max_length=120,
                required=False,
                widget=forms.TextInput(attrs={"list": "suggestions", "autocomplete": "off"}),
            )
            self.fields[f"second-{number}"] = forms.CharField(label=self.second_label, max_length=120, required=False)

    @property
    def rows(self) -> Iterator[Row]:
        """The lines."""
        for number in range(self.shown):
            yield Row(self[f"first-{number}"], self[f"second-{number}"])

    @property
    def others(self) -> list[forms.BoundField]:
        """The fields beside the lines."""
        return [field for field in self if not field.name.startswith(("first-", "second-"))]

    def lines(self) -> list[tuple[str, str]]:
        """What was written."""
        given = self.cleaned_data
        return [
            (given[f"first-{number}"], given.get(f"second-{number}", ""))
            for number in range(self.shown)
            if given.get(f"first-{number}")
        ]


class Medicines(Rows):
    """What the patient takes."""

    first_label = gettext_lazy("Medicine")
    second_label = gettext_lazy("How much and how often")
    thinner = forms.ChoiceField(
        label=gettext_lazy("Do you take a blood thinner?"),
        help_text=gettext_lazy("A medicine against clots, strokes or after a stent, aspirin too."),
        choices=YES_NO_UNSURE,
        widget=Choice,
        error_messages={
            "required": gettext_lazy("Say whether you take a blood thinner; “I do not know” is an answer.")
        },
    )
    complete = forms.BooleanField(
        label=gettext_lazy("This is everything I take (tick also if you take nothing)"), required=False
    )

    @property
    def suggestions(self) -> list[str]:  # type: ignore[override]
        """Names that the clinic's programme knows; the patient may write any other."""
        return sorted({name for drug in content().drugs.values() for name in drug.names})


class Allergies(Rows):
    """What the patient must not have."""

    first_label = gettext_lazy("Allergic to")
    second_label = gettext_lazy("What happened")
    suggestions = ("iodinated contrast", "latex", "lidocaine", "penicillin", "chlorhexidine", "adhesive tape")
    complete = forms.BooleanField(
        label=gettext_lazy("These are all my allergies (tick also if you have none)"), required=False
    )


@dataclass(frozen=True)
class Page:
    """A step: its form, its heading and what it says."""

    form: type[Step]
    heading: str | Promise
    lead: str | Promise = ""


STEPS: Mapping[str, Page] = {
    "where": Page(
        Where, gettext_lazy("Where does it hurt?"), gettext_lazy("Tap every place. Tap again to take it away.")
    ),
    "feel": Page(Feel, gettext_lazy("How does it feel?")),
    "since": Page(Since, gettext_lazy("Since when, and what changes it?")),
    "tried": Page(Tried, gettext_lazy("What have you tried?")),
    "courses": Page(
        Courses,
        gettext_lazy("How long, and did it help?"),
        gettext_lazy("Insurers ask for this. Leave empty what you do not remember."),
    ),
    "medicines": Page(
        Medicines,
        gettext_lazy("What do you take?"),
        gettext_lazy("Copy the names from the boxes. Do not stop any of them because of this question."),
    ),
    "allergies": Page(Allergies, gettext_lazy("Are you allergic to anything?")),
}


def began(given: Mapping[str, Any], prefix: str) -> tuple[date, date]:
    """The first and the last day on which something that is known by year, or by month, can have begun."""
    year, month = int(given[f"{prefix}year"]), given.get(f"{prefix}month")
    if not month:
        return date(year, 1, 1), date(year, 12, 31)
    after = date(year + int(month) // 12, int(month) % 12 + 1, 1)
    return date(year, int(month), 1), date.fromordinal(after.toordinal() - 1)


def _year(year: int, as_of: date) -> int:
    if not as_of.year - 120 < year <= as_of.year:
        raise ValidationError(_("Write a year with four digits that has come already."))
    return year

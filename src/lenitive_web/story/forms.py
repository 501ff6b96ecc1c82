"""What staff write down of a patient's story: one form a table, each answer a column of its fact."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import msgspec
from django import forms
from django.core.validators import RegexValidator
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lenitive.chart import Fact
from lenitive.chart.complaint import NOWHERE
from lenitive.chart.schema import columns
from lenitive.codes import LEVELS, SIDES
from lenitive.interop.fhir.code_maps import class_of_drug, concept_of_icd10, ingredients_in_words
from lenitive.medicine.content import content
from lenitive.reasoning.assessment import NO_NEEDLE
from lenitive.reasoning.citing import plain
from lenitive_web.look.days import has_come
from lenitive_web.story.fields import RoughDayField, as_typed
from lenitive_web.story.words import ADHERENCE, AREAS, BODY_PARTS, DEVICES, FACTORS, OPERATIONS, QUALITIES

EVERY_FACT = ("id", "patient", "recorded_at", "source", "supersedes", "withdrawn")
NOT_RECORDED = _("not recorded")
ROUTES = ("oral", "transdermal", "topical", "subcutaneous", "intravenous", "intrathecal")
_KEPT_TO = [("", NOT_RECORDED), *ADHERENCE.items()]
_US_STATE = RegexValidator("^[A-Z]{2}$", _("Write the state as two capital letters, as OH."))


def _choices(table: str, column: str, empty: Any = NOT_RECORDED) -> list[tuple[str, Any]]:
    """The words that a column allows."""
    return [("", empty), *((word, capfirst(plain(word))) for word in columns(table)[column].choices)]


def _day(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}), **more)


def _words(label: Any, choices: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple)


class EntryForm(forms.Form):
    """One fact. Without a fact at hand it adds one; with one it corrects it."""

    table: ClassVar[str]
    title: ClassVar[str | Promise]
    rough: ClassVar[tuple[str, ...]] = ("true_on",)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, fact: Fact | None = None, initial: Mapping[str, Any], **kwargs: Any) -> None:
        self.fact = fact
        super().__init__(*args, initial={**(self.shown(fact) if fact else {}), **initial}, **kwargs)

    @classmethod
    def shown(cls, fact: Fact) -> dict[str, Any]:
        """A fact as the form shows it."""
        told: dict[str, Any] = msgspec.structs.asdict(fact)
        return {**told, "true_on": as_typed(fact.true_on, fact.true_by)}

    def clean(self) -> dict[str, Any]:
        """An end is not before its beginning, and has come."""
        said = self.cleaned_data
        until, began = said.get("until"), said.get("true_on")
        if until and until > timezone.localdate():
            self.add_error("until", gettext("This day has not come yet."))
        if until and began and until < began.first:
            self.add_error("until", gettext("It cannot end before it began."))
        return said

    def facts(self) -> list[dict[str, Any]]:
        """The columns of the facts that this would write."""
        return [{**self._kept(), **self.columns(), **({"supersedes": self.fact.id} if self.fact else {})}]

    def columns(self) -> dict[str, Any]:
        """What was answered, by column."""
        said = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        for name in self.rough:
            rough = said.pop(name, None)
            said |= rough.columns() if rough else {"true_on": None, "true_by": None}
        return said

    def _kept(self) -> dict[str, Any]:
        """What the corrected fact says beyond this form."""
        if self.fact is None:
            return {}
        told: dict[str, Any] = msgspec.structs.asdict(self.fact)
        return {name: value for name, value in told.items() if name not in EVERY_FACT}


class ComplaintForm(EntryForm):
    """One pain."""

    table, title = "complaint", _("What hurts")
    region = forms.ChoiceField(label=_("Where"))
    side = forms.ChoiceField(
        label=_("Side"),
        choices=[("", NOT_RECORDED), *((one, one) for one in SIDES)],
        required=False,
    )
    true_on = RoughDayField(label=_("Since"), required=False)
    until = _day(_("Ended on"))
    dominant = forms.BooleanField(label=_("The patient came for this pain"), required=False)
    radiates_to = forms.MultipleChoiceField(
        label=_("Goes to"), required=False, widget=forms.SelectMultiple(attrs={"size": 6})
    )
    quality = _words(_("Feels"), QUALITIES)
    aggravated_by = _words(_("Worse with"), FACTORS)
    relieved_by = _words(_("Eased by"), FACTORS)
    description = forms.CharField(
        label=_("In the patient’s words"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        regions = _regions()
        self.fields["region"].choices = [("", gettext("Choose a region")), *regions]
        self.fields["radiates_to"].choices = [(NOWHERE, gettext("Nowhere else: it stays there")), *regions]
        for name in ("quality", "aggravated_by", "relieved_by"):
            self._offer_own_words(name)

    def _offer_own_words(self, name: str) -> None:
        """Words of the corrected fact that the list does not have stay, unless they are taken away."""
        known = [word for word, _label in self.fields[name].choices]
        own = [word for word in self.initial.get(name) or () if word not in known]
        self.fields[name].choices = [*self.fields[name].choices, *((word, plain(word)) for word in own)]

    def clean_radiates_to(self) -> list[str]:
        """Nowhere stands alone."""
        said: list[str] = self.cleaned_data["radiates_to"]
        if NOWHERE in said and len(said) > 1:
            raise forms.ValidationError(gettext("A pain that stays where it is goes to no region: choose one of both."))
        return said

    def columns(self) -> dict[str, Any]:
        """Without a tick nobody said that it is not the pain they came for."""
        said = super().columns()
        return {**said, "dominant": said["dominant"] or None}


class TreatmentForm(EntryForm):
    """One course of care without a needle."""

    table, title = "treatment", _("What was tried")
    kind = forms.ChoiceField(label=_("Treatment"))
    region = forms.ChoiceField(label=_("For the"), choices=[("", NOT_RECORDED), *BODY_PARTS], required=False)
    true_on = RoughDayField(label=_("From"), required=False)
    until = _day(_("Until"), help_text=_("Leave open if it goes on."))
    sessions = forms.IntegerField(label=_("Sessions"), min_value=0, required=False)
    adherence = forms.ChoiceField(label=_("Kept to it"), choices=_KEPT_TO, required=False)
    response = forms.ChoiceField(label=_("Result"), choices=_choices("treatment", "response"), required=False)
    reason = forms.CharField(label=_("Why it was stopped"), max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = content().treatments
        own = {self.fact.kind: plain(self.fact.kind)} if self.fact and self.fact.kind not in known else {}  # type: ignore[attr-defined]
        self.fields["kind"].choices = [
            ("", gettext("Choose a treatment")), *((name, word.label) for name, word in known.items()), *own.items()
        ]  # fmt: skip


class ProcedureForm(EntryForm):
    """One operation or procedure that was done elsewhere: what is done here has its record.

    What is typed as the name of a procedure that we know is that procedure; anything else stays in its own words.
    """

    table, title = "procedure", _("Operation or procedure elsewhere")
    label = forms.CharField(
        label=_("What was done"),
        max_length=200,
        help_text=_("An operation or a procedure with a needle, as in the report."),
        widget=forms.TextInput(attrs={"list": "operations", "autocomplete": "off"}),
    )
    region = forms.ChoiceField(label=_("On the"), choices=[("", NOT_RECORDED), *BODY_PARTS], required=False)
    side = ComplaintForm.base_fields["side"]
    levels = forms.CharField(label=_("Levels, as L4-5 L5-S1"), required=False)
    true_on = RoughDayField(label=_("When"), required=False)
    operator = forms.CharField(label=_("By whom"), max_length=200, required=False)

    @classmethod
    def shown(cls, fact: Fact) -> dict[str, Any]:
        """By its label, or by the name of the procedure where it has none."""
        told = super().shown(fact)
        known = content().procedures.get(told["kind"])
        named = known.label if known else plain(told["kind"])
        return {**told, "label": told["label"] or named, "levels": " ".join(told["levels"])}

    @property
    def suggestions(self) -> list[str]:
        """Names to choose from: operations that matter here, and the procedures that we know."""
        return [*OPERATIONS, *sorted(_procedures_by_name())]

    def clean_levels(self) -> list[str]:
        """The levels, each one that exists."""
        levels = self.cleaned_data["levels"].replace(",", " ").split()
        for level in levels:
            if level not in LEVELS:
                said = gettext("%(level)s is not a spinal level; write a segment (L4-5) or a root (L5).")
                raise forms.ValidationError(said, params={"level": level})
        return levels

    def columns(self) -> dict[str, Any]:
        """With the procedure that the words name, and the region that this procedure has."""
        said = super().columns()
        if self.fact and said["label"] == self.initial.get("label"):
            return {**said, "label": self.fact.label}  # type: ignore[attr-defined]
        kind = _procedures_by_name().get(said["label"])
        if kind is None:
            return {**said, "kind": said["label"]}
        known = content().procedures[kind]
        intent = known.role if known.role in columns("procedure")["intent"].choices else None
        return {**said, "kind": kind, "region": said["region"] or known.region, "intent": intent}


def _procedures_by_name() -> dict[str, str]:
    """What is done with a needle or implanted, by its name."""
    return {entry.label: kind for kind, entry in content().procedures.items() if entry.role not in NO_NEEDLE}


class MedicationForm(EntryForm):
    """One medicine. The ingredient is found in the words that are typed."""

    table, title = "medication", _("Medicine")
    label = forms.CharField(
        label=_("Medicine"),
        max_length=200,
        help_text=_("Name or brand. The ingredient is found by itself where it is known."),
    )
    dose = forms.FloatField(label=_("Dose of one intake"), min_value=0.0001, required=False)
    unit = forms.ChoiceField(
        label=_("Unit"),
        choices=[("", "–"), *((unit, unit) for unit in ("mg", "ug", "g", "mL", "ug/h", "[IU]"))],
        required=False,
    )
    times_a_day = forms.FloatField(label=_("Times a day"), min_value=0.01, required=False)
    route = forms.ChoiceField(
        label=_("Route"),
        choices=[
            ("", NOT_RECORDED),
            *((one, plain(one)) for one in ROUTES),
        ],
        required=False,
    )
    status = forms.ChoiceField(label=_("Status"), choices=_choices("medication", "status"), required=False)
    true_on = RoughDayField(label=_("Since"), required=False)
    until = _day(_("Until"))
    last_dose_on = _day(_("Last taken on"))

    @classmethod
    def shown(cls, fact: Fact) -> dict[str, Any]:
        """By its label, or by its ingredient where it has none."""
        told = super().shown(fact)
        return {**told, "label": told["label"] or told["ingredient"]}

    def columns(self) -> dict[str, Any]:
        """With the ingredient and its class, as far as they are known."""
        said = super().columns()
        typed = said["label"]
        before = self.initial.get("label")
        if self.fact and typed == before:
            return {**said, "label": self.fact.label}  # type: ignore[attr-defined]
        found = ingredients_in_words(typed)
        ingredient = found[0] if len(found) == 1 else typed.strip().lower()
        return {
            **said,
            "ingredient": ingredient,
            "drug_class": class_of_drug(ingredient),
            "matched": "name" if len(found) == 1 and ingredient != typed.strip().lower() else "typed",
            "rxnorm": None,
        }


class AllergyForm(EntryForm):
    """One substance that must not be given."""

    table, title = "allergy", _("Allergy")
    substance = forms.CharField(
        label=_("Substance"),
        max_length=120,
        help_text=_("As iodinated contrast, latex, lidocaine."),
    )
    reaction = forms.CharField(label=_("What happened"), max_length=200, required=False)
    severity = forms.ChoiceField(label=_("Severity"), choices=_choices("allergy", "severity"), required=False)
    true_on = RoughDayField(label=_("Since"), required=False)


class DeviceForm(EntryForm):
    """One implant."""

    table, title = "device", _("Implant")
    kind = forms.ChoiceField(label=_("Implant"), choices=[("", _("Choose an implant")), *DEVICES])
    label = forms.CharField(label=_("Maker and model"), max_length=200, required=False)
    mri = forms.ChoiceField(label=_("MRI"), choices=_choices("device", "mri"), required=False)
    true_on = RoughDayField(label=_("Implanted"), required=False)
    until = _day(_("Taken out on"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = self.fact.kind if self.fact else None  # type: ignore[attr-defined]
        if own and own not in dict(DEVICES):
            self.fields["kind"].choices = [*self.fields["kind"].choices, (own, plain(own))]

    def clean(self) -> dict[str, Any]:
        """Something else has a name."""
        said = super().clean()
        if said.get("kind") == "other" and not said.get("label"):
            self.add_error("label", gettext("Say which implant it is."))
        return said


class ConditionForm(EntryForm):
    """One other diagnosis."""

    table, title = "condition", _("Other condition")
    label = forms.CharField(label=_("Diagnosis"), max_length=200)
    icd10 = forms.CharField(
        label=_("ICD-10-CM code"),
        max_length=8,
        required=False,
        validators=[
            RegexValidator(
                r"^[A-Za-z]\d[0-9A-Za-z](\.[0-9A-Za-z]{1,4})?$",
                _("This is not a code of ICD-10-CM. Write a letter and digits, as M54.16."),
            )
        ],
    )
    side = ComplaintForm.base_fields["side"]
    status = forms.ChoiceField(label=_("Status"), choices=_choices("condition", "status"), required=False)
    certainty = forms.ChoiceField(label=_("How sure"), choices=_choices("condition", "certainty"), required=False)
    true_on = RoughDayField(label=_("Since"), required=False)
    until = _day(_("Until"))

    @classmethod
    def shown(cls, fact: Fact) -> dict[str, Any]:
        """By its label, or by our concept where it has none."""
        told = super().shown(fact)
        return {**told, "label": told["label"] or plain(told["code"])}

    def columns(self) -> dict[str, Any]:
        """With our concept, as far as the code tells it."""
        said = super().columns()
        icd10 = (said["icd10"] or "").upper() or None
        unchanged = self.fact is not None and self.fact.icd10 == icd10  # type: ignore[attr-defined]
        code = self.fact.code if unchanged else concept_of_icd10(icd10) if icd10 else None  # type: ignore[union-attr]
        return {**said, "icd10": icd10, "code": code}


class CoverageForm(EntryForm):
    """One insurance."""

    table, title = "coverage", _("Insurance")
    payer = forms.CharField(label=_("Payer"), max_length=200, widget=forms.TextInput(attrs={"list": "payers"}))
    programme = forms.ChoiceField(label=_("Programme"), choices=_choices("coverage", "programme"), required=False)
    plan = forms.CharField(label=_("Plan"), max_length=200, required=False)
    state = forms.CharField(label=_("State, two letters"), max_length=2, required=False, validators=[_US_STATE])
    site_of_service = forms.ChoiceField(
        label=_("Where procedures are done"), choices=_choices("coverage", "site_of_service"), required=False
    )
    member = forms.CharField(label=_("Member number"), max_length=60, required=False)
    order = forms.IntegerField(label=_("Pays as number"), min_value=1, required=False)
    true_on = RoughDayField(label=_("In force since"), required=False)
    until = _day(_("Until"))

    def clean(self) -> dict[str, Any]:
        """An insurance may end on a day that has not come."""
        said = self.cleaned_data
        if said.get("until") and said.get("true_on") and said["until"] < said["true_on"].first:
            self.add_error("until", gettext("It cannot end before it began."))
        return said


class PersonForm(EntryForm):
    """Who the patient is."""

    table, title = "patient", _("Person")
    rough = ()
    birth_date = _day(_("Day of birth"), validators=[has_come])
    sex = forms.ChoiceField(label=_("Sex, as registered"), choices=_choices("patient", "sex"), required=False)


class StatementForm(EntryForm):
    """A wish, a decision, or an answer to a question that nothing else holds."""

    table, title = "statement", _("Wish or decision")
    rough = ()
    kind = forms.ChoiceField(label=_("About"))
    says = forms.TypedChoiceField(
        label=_("Answer"),
        choices=[("", NOT_RECORDED), ("yes", _("Yes")), ("no", _("No"))],
        coerce=lambda word: word == "yes",
        empty_value=None,
        required=False,
    )
    text = forms.CharField(label=_("Words"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    true_on = forms.DateField(label=_("Said on"), widget=forms.DateInput(attrs={"type": "date"}), validators=[has_come])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = sorted(content().statements.items(), key=lambda pair: pair[1].label)
        self.fields["kind"].choices = [("", gettext("Choose")), *((name, word.label) for name, word in known)]

    @classmethod
    def shown(cls, fact: Fact) -> dict[str, Any]:
        """The answer as a word."""
        told = super().shown(fact)
        return {**told, "true_on": fact.true_on, "says": {True: "yes", False: "no"}.get(told["says"], "")}

    def clean(self) -> dict[str, Any]:
        """It says something."""
        said = self.cleaned_data
        if said.get("says") is None and not said.get("text"):
            self.add_error("says", gettext("Answer yes or no, or write it in words."))
        return said


def _regions() -> list[tuple[Any, list[tuple[str, str]]]]:
    """The body map as a list, by area from head to toes."""
    found: dict[str, list[tuple[str, str]]] = {}
    for name, region in content().regions.items():
        found.setdefault(region.area, []).append((name, region.label))
    return [(AREAS[area], regions) for area, regions in found.items()]


FORMS: dict[str, type[EntryForm]] = {
    form.table: form
    for form in (
        ComplaintForm,
        TreatmentForm,
        ProcedureForm,
        MedicationForm,
        AllergyForm,
        DeviceForm,
        ConditionForm,
        CoverageForm,
        PersonForm,
        StatementForm,
    )
}
"""Every table that is written down one fact at a time."""

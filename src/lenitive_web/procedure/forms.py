"""The forms of a procedure, from booking to going home."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import msgspec
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lenitive.chart import Request
from lenitive.chart.procedure import DrugGiven
from lenitive.codes import SIDES
from lenitive.medicine.content import content
from lenitive.medicine.shapes import ProcedureEntry
from lenitive_web.authorization.forms import usual_intent
from lenitive_web.look.days import can_be_planned
from lenitive_web.look.levels import LevelsField
from lenitive_web.people.models import Practice, User
from lenitive_web.people.roles import Role
from lenitive_web.procedure.checklist import Item
from lenitive_web.schedule.actions import Slot
from lenitive_web.schedule.models import Imaging, Place

YES_NO = (("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No")))
NOT_DECIDED = ("", gettext_lazy("not decided"))
SEDATION = (
    NOT_DECIDED,
    ("none", gettext_lazy("No sedation")),
    ("minimal", gettext_lazy("Minimal")),
    ("moderate", gettext_lazy("Moderate")),
    ("deep", gettext_lazy("Deep")),
    ("general", gettext_lazy("General anaesthesia")),
)
GUIDANCE = (NOT_DECIDED, *Imaging.choices)
PURPOSES = (("diagnostic", gettext_lazy("A test of the source")), ("therapeutic", gettext_lazy("Treatment")))


def usual_sedation(entry: ProcedureEntry) -> str:
    """What the procedure's entry says is usual, where its first word is one of the choices."""
    first = entry.sedation.text.split()[0].strip(";,.").lower() if entry.sedation else ""
    return {"none": "none", "light": "minimal", "moderate": "moderate", "deep": "deep"}.get(first, "")


def usual_guidance(entry: ProcedureEntry) -> str:
    """The imaging that the procedure's entry names first."""
    said = entry.guidance.text.lower() if entry.guidance else ""
    named = [(said.find(name), name) for name in ("fluoroscopy", "ct", "ultrasound") if name in said.split(",")[0]]
    return min(named)[1] if named else ""


class BookingForm(forms.Form):
    """When, where, by whom, and how. ``reason`` opens a closed gate, for a physician."""

    kind = forms.CharField(widget=forms.HiddenInput)
    day = forms.DateField(
        label=gettext_lazy("Day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        validators=[can_be_planned],
    )
    time = forms.TimeField(label=gettext_lazy("Time"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    minutes = forms.IntegerField(label=gettext_lazy("Minutes"), min_value=5, max_value=600)
    place = forms.ModelChoiceField(
        label=gettext_lazy("Room"), queryset=Place.objects.none(), empty_label=gettext_lazy("Choose")
    )
    operator = forms.ModelChoiceField(
        label=gettext_lazy("Operator"), queryset=User.objects.none(), empty_label=gettext_lazy("Choose")
    )
    side = forms.ChoiceField(
        label=gettext_lazy("Side"), required=False, choices=[NOT_DECIDED, *((side, side) for side in SIDES)]
    )
    levels = LevelsField(label=gettext_lazy("Levels, as L4-5 L5-S1"), required=False)
    approach = forms.ChoiceField(label=gettext_lazy("Approach"), required=False)
    guidance = forms.ChoiceField(label=gettext_lazy("Imaging"), required=False, choices=GUIDANCE)
    sedation = forms.ChoiceField(label=gettext_lazy("Sedation"), required=False, choices=SEDATION)
    contrast = forms.ChoiceField(label=gettext_lazy("Contrast medium"), required=False, choices=[NOT_DECIDED, *YES_NO])
    steroid = forms.ChoiceField(label=gettext_lazy("Corticosteroid"), required=False)
    intent = forms.ChoiceField(label=gettext_lazy("What it is for"), required=False, choices=[NOT_DECIDED, *PURPOSES])
    escort = forms.CharField(label=gettext_lazy("Who takes the patient home"), required=False, max_length=120)
    reason = forms.CharField(
        label=gettext_lazy("Reason to go on although the gate is closed"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    booking_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, practice: Practice, entry: ProcedureEntry, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.entry = entry
        self.fields["place"].queryset = Place.objects.filter(practice=practice)
        self.fields["operator"].queryset = User.objects.filter(
            practice=practice, role=Role.PHYSICIAN, is_active=True
        ).order_by("name")
        self.fields["approach"].choices = [NOT_DECIDED, *((one, one) for one in entry.approaches)]
        self.fields["steroid"].choices = [NOT_DECIDED, ("none", _("none")), *((name, name) for name in steroids())]
        if not entry.steroid:
            del self.fields["steroid"]
        if usual_intent(entry):
            del self.fields["intent"]

    def clean(self) -> dict[str, Any]:
        """The room can see with what is planned."""
        said = super().clean() or {}
        place, guidance = said.get("place"), said.get("guidance")
        if place and guidance in ("fluoroscopy", "ct") and place.imaging != guidance:
            self.add_error(
                "place", _("This room has no %(imaging)s. Choose a room that has it.") % {"imaging": guidance}
            )
        return said

    def slot(self) -> Slot:
        """The time, the room and the operator."""
        said = self.cleaned_data
        begins = timezone.make_aware(datetime.combine(said["day"], said["time"]))
        return Slot(begins, said["minutes"], said["place"], said["operator"])

    def request(self) -> Request:
        """What is asked for, on that day."""
        return request_of(self.entry, self.cleaned_data)


def request_of(entry: ProcedureEntry, said: dict[str, Any]) -> Request:
    """The request that a form's words make; what was not decided is left out."""
    names = ("kind", "side", "levels", "approach", "guidance", "sedation", "steroid", "intent")
    told = {name: said.get(name) or None for name in names} | {"on": said.get("day"), "levels": said.get("levels", ())}
    contrast = {"yes": True, "no": False}.get(said.get("contrast") or "")
    told["intent"] = told["intent"] or usual_intent(entry)
    return msgspec.convert({**told, "contrast": contrast, "region": entry.region}, Request)


def steroids() -> list[str]:
    """Corticosteroids by their ingredient."""
    return sorted(name for one in content().drugs.values() if one.drug_class == "steroid" for name in one.names)


class ChecklistForm(forms.Form):
    """A field for each item that is not settled. Only what is answered becomes a fact."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=gettext_lazy("Reason to go on although something stands against it"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, items: Sequence[Item], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = items
        for item in items:
            if not item.is_settled:
                self.fields[item.name] = _field(item)

    def rows(self) -> Iterator[tuple[Item, forms.BoundField | None]]:
        """The items with their fields; a settled one has none."""
        for item in self.items:
            yield item, self[item.name] if item.name in self.fields else None

    def answers(self) -> list[tuple[Item, Any]]:
        """What was answered."""
        said = self.cleaned_data
        return [
            (item, said[item.name] == "yes" if item.how == "yes or no" else said[item.name])
            for item in self.items
            if said.get(item.name) not in (None, "")
        ]


def _field(item: Item) -> forms.Field:
    if item.how == "number":
        return forms.FloatField(label=item.label, required=False, min_value=0)
    if item.how == "day":
        return forms.DateField(label=item.label, required=False, widget=forms.DateInput(attrs={"type": "date"}))
    return forms.ChoiceField(label=item.label, required=False, choices=YES_NO)


class ConsentForm(forms.Form):
    """Who signed, and who explained."""

    signed_name = forms.CharField(
        label=gettext_lazy("Name of who signs, typed in full"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    signed_as = forms.ChoiceField(
        label=gettext_lazy("Signs as"),
        choices=[("patient", gettext_lazy("the patient")), ("guardian", gettext_lazy("legal guardian"))],
    )
    understood = forms.BooleanField(
        label=gettext_lazy("Procedure, risks and other ways were talked over, and questions were answered")
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class TimeOutForm(forms.Form):
    """The whole team stops, and says each of these aloud."""

    patient = forms.BooleanField(label=gettext_lazy("This is the right patient"))
    procedure = forms.BooleanField(label=gettext_lazy("The procedure, side and level are right, and the mark shows"))
    consent = forms.BooleanField(label=gettext_lazy("The consent is signed for exactly this"))
    dangers = forms.BooleanField(label=gettext_lazy("Allergies and drugs against clotting were said aloud"))
    ready = forms.BooleanField(label=gettext_lazy("Imaging, drugs and the emergency kit are ready"))
    team = forms.CharField(label=gettext_lazy("Who is in the room"), max_length=300)
    version = forms.IntegerField(widget=forms.HiddenInput)


DRUG_ROWS = 4
TECHNIQUE: dict[str, tuple[str, ...]] = {
    "radiofrequency": (
        "ablation_mode",
        "temperature_c",
        "lesion_seconds",
        "lesions",
        "sensory_v",
        "motor_v",
        "motor_response",
    ),
    "leads": ("leads", "lead_tip", "lead_side", "coverage_percent"),
    "cement": ("cement_ml", "cement_leak"),
}
"""What the record of some kinds holds besides; an entry of the medicine says which of these belong to it."""
NOT_RECORDED = ("", gettext_lazy("not recorded"))


class RecordForm(forms.Form):
    """What was done."""

    side = forms.ChoiceField(
        label=gettext_lazy("Side"), required=False, choices=[NOT_DECIDED, *((side, side) for side in SIDES)]
    )
    levels = LevelsField(label=gettext_lazy("Levels"), required=False)
    approach = forms.CharField(label=gettext_lazy("Approach"), required=False, max_length=120)
    guidance = forms.ChoiceField(label=gettext_lazy("Imaging"), required=False, choices=GUIDANCE)
    needle = forms.CharField(label=gettext_lazy("Needle, as 25 G, 90 mm"), required=False, max_length=120)
    contrast = forms.ChoiceField(
        label=gettext_lazy("Contrast medium"), required=False, choices=[("", gettext_lazy("not recorded")), *YES_NO]
    )
    contrast_agent = forms.CharField(label=gettext_lazy("Agent"), required=False, max_length=80)
    contrast_ml = forms.FloatField(label=gettext_lazy("mL"), required=False, min_value=0)
    spread = forms.CharField(label=gettext_lazy("Spread"), required=False, max_length=300)
    ablation_mode = forms.ChoiceField(
        label=gettext_lazy("Mode"),
        required=False,
        choices=[
            NOT_RECORDED,
            ("conventional", gettext_lazy("conventional")),
            ("cooled", gettext_lazy("cooled")),
            ("pulsed", gettext_lazy("pulsed")),
        ],
    )
    temperature_c = forms.FloatField(label=gettext_lazy("Temperature, °C"), required=False, min_value=0, max_value=120)
    lesion_seconds = forms.FloatField(label=gettext_lazy("Seconds per lesion"), required=False, min_value=0)
    lesions = forms.IntegerField(label=gettext_lazy("Lesions in all"), required=False, min_value=0)
    sensory_v = forms.FloatField(label=gettext_lazy("Sensory stimulation felt at, V"), required=False, min_value=0)
    motor_v = forms.FloatField(label=gettext_lazy("Motor stimulation up to, V"), required=False, min_value=0)
    motor_response = forms.ChoiceField(
        label=gettext_lazy("Did a limb move?"), required=False, choices=[NOT_RECORDED, *YES_NO]
    )
    leads = forms.IntegerField(label=gettext_lazy("Leads"), required=False, min_value=0)
    lead_tip = forms.CharField(label=gettext_lazy("Tip of the leads, as T8"), required=False, max_length=80)
    lead_side = forms.ChoiceField(
        label=gettext_lazy("Side of the leads"),
        required=False,
        choices=[NOT_RECORDED, *((side, side) for side in SIDES)],
    )
    coverage_percent = forms.FloatField(
        label=gettext_lazy("Painful area covered, %"), required=False, min_value=0, max_value=100
    )
    cement_ml = forms.FloatField(label=gettext_lazy("Cement, mL"), required=False, min_value=0)
    cement_leak = forms.CharField(label=gettext_lazy("Leak: none, or where it went"), required=False, max_length=300)
    with_adrenaline = forms.BooleanField(label=gettext_lazy("Local anaesthetic with adrenaline"), required=False)
    sedation = forms.ChoiceField(label=gettext_lazy("Sedation"), required=False, choices=SEDATION)
    fluoroscopy_seconds = forms.FloatField(label=gettext_lazy("Fluoroscopy, seconds"), required=False, min_value=0)
    dose_mgy = forms.FloatField(label=gettext_lazy("Dose, mGy"), required=False, min_value=0)
    device = forms.CharField(label=gettext_lazy("Maker and model"), max_length=200)
    device_identifier = forms.CharField(
        label=gettext_lazy("Device identifier, as on its label (UDI)"), required=False, max_length=200
    )
    device_mri = forms.ChoiceField(
        label=gettext_lazy("In MRI"),
        required=False,
        choices=[
            ("", gettext_lazy("not recorded")),
            ("safe", gettext_lazy("safe")),
            ("conditional", gettext_lazy("safe under conditions")),
            ("unsafe", gettext_lazy("not safe")),
        ],
    )
    had_complication = forms.ChoiceField(label=gettext_lazy("Any complication?"), choices=YES_NO)
    complication = forms.CharField(label=gettext_lazy("What happened"), required=False, max_length=500)
    remarks = forms.CharField(
        label=gettext_lazy("Remarks"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason for a dose above the ceiling"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, entry: ProcedureEntry, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unused = [] if entry.device else ["device", "device_identifier", "device_mri"]
        unused += [name for part, names in TECHNIQUE.items() if part not in entry.records for name in names]
        for name in unused:
            del self.fields[name]
        for number in range(1, DRUG_ROWS + 1):
            self.fields[f"drug{number}"] = forms.CharField(
                label=_("Drug %(n)s") % {"n": number},
                required=False,
                max_length=60,
                widget=forms.TextInput(attrs={"list": "drugs", "autocomplete": "off"}),
            )
            for name, label in (("strength", _("Strength, %")), ("volume", _("mL")), ("mg", _("mg"))):
                words = f"{label} ({_('drug %(n)s') % {'n': number}})"
                self.fields[f"{name}{number}"] = forms.FloatField(label=words, required=False, min_value=0)

    def technique(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields that belong to this kind of procedure, under a heading for each part."""
        headings = {"radiofrequency": _("Radiofrequency"), "leads": _("Leads"), "cement": _("Cement")}
        return [
            (headings[part], [self[name] for name in names])
            for part, names in TECHNIQUE.items()
            if names[0] in self.fields
        ]

    def drug_rows(self) -> list[list[forms.BoundField]]:
        """The fields of each drug."""
        return [[self[f"{name}{n}"] for name in ("drug", "strength", "volume", "mg")] for n in range(1, DRUG_ROWS + 1)]

    def clean(self) -> dict[str, Any]:
        """A complication has a name; a dose belongs to a drug; strength is at most all of it."""
        said = super().clean() or {}
        if said.get("had_complication") == "yes" and not said.get("complication"):
            self.add_error("complication", _("Say what happened."))
        for n in range(1, DRUG_ROWS + 1):
            if not said.get(f"drug{n}") and any(said.get(f"{name}{n}") for name in ("strength", "volume", "mg")):
                self.add_error(f"drug{n}", _("Say which drug this dose belongs to."))
            if (said.get(f"strength{n}") or 0) > 100:
                self.add_error(f"strength{n}", _("A strength is at most 100 percent."))
        return said

    def drugs(self) -> tuple[DrugGiven, ...]:
        """The drugs that were named."""
        said = self.cleaned_data
        return tuple(
            DrugGiven(
                ingredient=said[f"drug{n}"].strip().lower(),
                dose=said[f"mg{n}"],
                strength_percent=said[f"strength{n}"],
                volume_ml=said[f"volume{n}"],
            )
            for n in range(1, DRUG_ROWS + 1)
            if said[f"drug{n}"]
        )

    @property
    def known_drugs(self) -> list[str]:
        """Names to choose from: local anaesthetics and corticosteroids of the knowledge base."""
        wanted = ("local_anaesthetic", "steroid")
        return sorted(name for one in content().drugs.values() if one.drug_class in wanted for name in one.names)


class RecoveryForm(forms.Form):
    """One look at the patient afterwards."""

    heart_rate = forms.FloatField(label=gettext_lazy("Pulse, a minute"), required=False, min_value=0, max_value=300)
    systolic = forms.FloatField(label=gettext_lazy("Systolic, mmHg"), required=False, min_value=0, max_value=350)
    diastolic = forms.FloatField(label=gettext_lazy("Diastolic, mmHg"), required=False, min_value=0, max_value=250)
    oxygen_saturation = forms.FloatField(
        label=gettext_lazy("Saturation, %"), required=False, min_value=0, max_value=100
    )
    pain = forms.FloatField(label=gettext_lazy("Pain, 0 to 10"), required=False, min_value=0, max_value=10)
    motor_block = forms.ChoiceField(
        label=gettext_lazy("A limb weaker or number than before?"),
        required=False,
        choices=[("", gettext_lazy("not looked for")), *YES_NO],
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """At least one thing was observed."""
        said = super().clean() or {}
        if not self.errors and all(said.get(name) in (None, "") for name in self.fields if name != "version"):
            raise ValidationError(_("Nothing was observed yet. Write down at least one thing."))
        return said


class DischargeForm(forms.Form):
    """What must hold before the patient goes home."""

    awake = forms.BooleanField(label=gettext_lazy("Awake, oriented, and feels well enough"), required=False)
    vital_signs = forms.BooleanField(label=gettext_lazy("Pulse, pressure and saturation are as before"), required=False)
    limbs = forms.BooleanField(
        label=gettext_lazy("No new weakness, or it is explained by the block and the patient is safe"), required=False
    )
    site = forms.BooleanField(label=gettext_lazy("The site does not bleed or swell"), required=False)
    escort = forms.BooleanField(label=gettext_lazy("The way home is arranged"), required=False)
    told = forms.BooleanField(
        label=gettext_lazy("Instructions were given and understood: what is normal, when to call"), required=False
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason to go home although something is missing"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    CRITERIA = ("awake", "vital_signs", "limbs", "site", "escort", "told")

    def criteria(self) -> list[forms.BoundField]:
        """The fields that are ticked."""
        return [self[name] for name in self.CRITERIA]

    @property
    def missing(self) -> list[str]:
        """What was not ticked."""
        return [str(self.fields[name].label) for name in self.CRITERIA if not self.cleaned_data[name]]


class ReliefForm(forms.Form):
    """One line of a block diary."""

    minutes_after = forms.IntegerField(
        label=gettext_lazy("Minutes after the block"), min_value=0, max_value=7 * 24 * 60
    )
    score_before = forms.FloatField(label=gettext_lazy("Pain before, 0 to 10"), min_value=0, max_value=10)
    score_after = forms.FloatField(label=gettext_lazy("Pain now, 0 to 10"), min_value=0, max_value=10)
    lasted_hours = forms.FloatField(
        label=gettext_lazy("Relief lasted, hours, once it is over"), required=False, min_value=0
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Relief is a share of a pain that was there."""
        said = super().clean() or {}
        if said.get("score_before") == 0:
            self.add_error("score_before", _("Without pain before the block its relief cannot be told."))
        return said

    @property
    def percent(self) -> float:
        """The share of the pain that went away."""
        return relief_percent(self.cleaned_data["score_before"], self.cleaned_data["score_after"])


def relief_percent(before: float, after: float) -> float:
    """The share of the pain that went away; more than twice the pain counts as twice, which is where the scale ends."""
    return max(-100.0, round(100 * (before - after) / before, 1))

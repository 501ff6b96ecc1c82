"""What a payer's endpoint is told, and what a request says that neither the chart nor the clinic's settings hold."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lenitive_web.authorization.connections import is_variable_of, problem_with_address, variables_of
from lenitive_web.authorization.forms import TakingForm
from lenitive_web.authorization.models import PayerConnection, RequestingClinician, Sending
from lenitive_web.authorization.submitting import Leaving
from lenitive_web.people.models import Practice, User
from lenitive_web.people.roles import Role
from lenitive_web.practice.meanwhile import ToldOfChanges

LINES = 4
NUMBER = re.compile(r"pa-[0-9a-f]{20}")
_MODIFIERS = re.compile(r"([0-9A-Z]{2})?( [0-9A-Z]{2}){0,3}")


class ConnectionForm(ToldOfChanges, forms.ModelForm):
    """Where a payer's requests go, or that they go by hand."""

    by_hand = forms.TypedChoiceField(
        label=gettext_lazy("How requests reach this payer"),
        choices=[
            ("yes", gettext_lazy("By hand: portal, telephone or fax")),
            ("no", gettext_lazy("To its endpoint (Da Vinci PAS)")),
        ],
        coerce=lambda said: said == "yes",
        widget=forms.RadioSelect,
    )
    base = forms.CharField(
        label=gettext_lazy("Address of the endpoint"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("The part before /Claim/$submit, as https://payer.example/fhir"),
    )
    token_variable = forms.CharField(
        label=gettext_lazy("Variable that holds the token"),
        required=False,
        max_length=80,
    )

    class Meta:
        model = PayerConnection
        fields: ClassVar = [
            "by_hand",
            "base",
            "token_variable",
            "identifier_system",
            "identifier",
            "member_system",
            "notifier",
        ]

    def __init__(self, *args: Any, practice: Practice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.practice = practice
        self.fields["token_variable"].help_text = _(
            "Only its name, as %(beginning)sEXAMPLE. The token is set where the clinic runs."
        ) % {"beginning": variables_of(practice)}
        self.initial["by_hand"] = "yes" if self.instance.by_hand else "no"
        self.fields["identifier_system"].help_text = _("A web address or an OID, as urn:oid:2.16.840.1.113883.6.300")
        self.fields["notifier"].help_text = _("It sends its notifications with the token that was given to it.")
        self.fields["notifier"].queryset = self.fields["notifier"].queryset.filter(practice=practice)
        self.fields["notifier"].label_from_instance = lambda client: client.name
        self.fields["notifier"].empty_label = _("none")
        self.watch_row()

    def clean_base(self) -> str:
        """An address to which a patient's data may go."""
        base = str(self.cleaned_data["base"]).strip().rstrip("/")
        problem = problem_with_address(base) if base else ""
        if problem:
            raise ValidationError(problem)
        return base

    def clean_token_variable(self) -> str:
        """The name of a variable that is meant for payers of this practice."""
        name: str = self.cleaned_data["token_variable"]
        if name and not is_variable_of(self.practice, name):
            told = _("The name begins with %(beginning)s and has capitals, digits and _ only.")
            raise ValidationError(told % {"beginning": variables_of(self.practice)})
        return name

    def clean(self) -> dict[str, Any]:
        """An endpoint needs an address, and the payer its numbers."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if said.get("by_hand") is False:
            for name in ("base", "identifier_system", "identifier", "member_system"):
                if not said.get(name) and name not in self.errors:
                    self.add_error(name, _("Requests to an endpoint need this."))
        return said


class ClinicianForm(ToldOfChanges, forms.ModelForm):
    """A physician in whose name requests are sent."""

    class Meta:
        model = RequestingClinician
        fields: ClassVar = ["user", "family", "given", "npi", "phone"]
        error_messages: ClassVar = {"npi": {"invalid": gettext_lazy("It has ten digits. Write them without spaces.")}}

    def __init__(self, *args: Any, practice: Practice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = RequestingClinician.objects.exclude(pk=self.instance.pk).values("user")
        physicians = User.objects.filter(practice=practice, role=Role.PHYSICIAN, is_active=True).exclude(pk__in=named)
        self.fields["user"].queryset = physicians
        self.watch_row()


def _day_list(known: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(code, f"{code} {label}".strip()) for code, label in known.items()]


_SEXES = (
    ("", gettext_lazy("Choose")),
    ("female", gettext_lazy("female")),
    ("male", gettext_lazy("male")),
    ("other", gettext_lazy("other")),
    ("unknown", gettext_lazy("not known")),
)
RELATIONS = (
    ("self", gettext_lazy("The patient’s own insurance")),
    ("child", gettext_lazy("Somebody else’s: the patient is their child")),
    ("spouse", gettext_lazy("Somebody else’s: the patient is their spouse")),
    ("parent", gettext_lazy("Somebody else’s: the patient is their parent")),
    ("common", gettext_lazy("Somebody else’s: the patient is their partner")),
    ("injured", gettext_lazy("Somebody else’s: the patient was injured")),
    ("other", gettext_lazy("Somebody else’s: another relation")),
)
_SUBSCRIBER = ("subscriber_family", "subscriber_given", "subscriber_member", "subscriber_sex")


class SubmissionForm(forms.Form):
    """One request: in whose name, for which code numbers, with which diagnoses, through whose insurance."""

    number = forms.CharField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput)
    clinician = forms.ModelChoiceField(label=gettext_lazy("Physician"), queryset=RequestingClinician.objects.none())
    family = forms.CharField(label=gettext_lazy("Family name, as the payer knows it"), max_length=100)
    given = forms.CharField(label=gettext_lazy("Given names"), max_length=100)
    principal = forms.ChoiceField(label=gettext_lazy("Principal diagnosis"))
    more = forms.MultipleChoiceField(
        label=gettext_lazy("Further diagnoses"), required=False, widget=forms.CheckboxSelectMultiple
    )
    insured_through = forms.ChoiceField(
        label=gettext_lazy("Whose insurance it is"), choices=[("", gettext_lazy("Choose")), *RELATIONS]
    )
    subscriber_family = forms.CharField(label=gettext_lazy("Their family name"), max_length=100, required=False)
    subscriber_given = forms.CharField(label=gettext_lazy("Their given names"), max_length=100, required=False)
    subscriber_member = forms.CharField(label=gettext_lazy("Their member number"), max_length=60, required=False)
    subscriber_sex = forms.ChoiceField(
        label=gettext_lazy("Their sex, as registered"),
        required=False,
        choices=_SEXES,
    )
    expedited = forms.BooleanField(label=gettext_lazy("Ask to have it decided faster"), required=False)
    with_packet = forms.BooleanField(label=gettext_lazy("Send the packet along (PDF)"), required=False)
    why = TakingForm.declared_fields["why"]

    def __init__(
        self, leaving: Leaving, data: Any = None, *, number: str, version: int, earlier: Sending | None
    ) -> None:
        super().__init__(data, initial=_initial(leaving, earlier) | {"number": number, "version": version})
        if leaving.ready.is_ready:
            del self.fields["why"]
        self.fields["clinician"].queryset = RequestingClinician.objects.filter(
            pk__in=[one.pk for one in leaving.clinicians]
        )
        self.fields["clinician"].label_from_instance = lambda one: f"{one.given} {one.family}, NPI {one.npi}"
        if len(leaving.clinicians) == 1:
            self.fields["clinician"].initial = leaving.clinicians[0].pk
        known = _day_list(leaving.diagnoses)
        self.fields["principal"].choices = [("", _("Choose the diagnosis"))] * (len(known) != 1) + known
        self.fields["more"].choices = known
        for row in range(1, LINES + 1):
            self.fields[f"code_{row}"] = forms.ChoiceField(
                label=_("Code"), required=row == 1, choices=[("", "–"), *((one, one) for one in leaving.told.codes)]
            )
            self.fields[f"units_{row}"] = forms.IntegerField(
                label=_("Units"), required=False, min_value=1, max_value=999
            )
            self.fields[f"modifiers_{row}"] = forms.CharField(label=_("Modifiers"), required=False, max_length=11)

    @property
    def first_rows(self) -> list[Sequence[forms.BoundField]]:
        """The line that every request has, three fields."""
        return [self._row(1)]

    @property
    def further_rows(self) -> list[Sequence[forms.BoundField]]:
        """The other lines."""
        return [self._row(row) for row in range(2, LINES + 1)]

    @property
    def has_more_rows(self) -> bool:
        """Whether a further line says something."""
        return any(field.value() not in (None, "") for row in self.further_rows for field in row)

    def _row(self, row: int) -> Sequence[forms.BoundField]:
        return [self[f"{name}_{row}"] for name in ("code", "units", "modifiers")]

    @property
    def about_the_subscriber(self) -> list[forms.BoundField]:
        """The fields about the person through whom the patient is insured."""
        return [self[name] for name in _SUBSCRIBER]

    @property
    def is_somebody_elses(self) -> bool:
        """Whether the subscriber has to be named."""
        return self["insured_through"].value() not in (None, "", "self")

    def clean_number(self) -> str:
        """A number that this page made."""
        number: str = self.cleaned_data["number"]
        if not NUMBER.fullmatch(number):
            raise ValidationError(_("Open the page anew; its number cannot be read."))
        return number

    def clean(self) -> dict[str, Any]:
        """Lines that are whole and differ, and a subscriber exactly where there is one."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        said["lines"] = list(self._lines(said))
        if said.get("principal"):
            said["diagnoses"] = [said["principal"], *(one for one in said.get("more", ()) if one != said["principal"])]
        if said.get("insured_through", "self") != "self":
            for name in _SUBSCRIBER:
                if not said.get(name) and name not in self.errors:
                    self.add_error(name, _("Name the person whose insurance it is."))
        return said

    def _lines(self, said: Mapping[str, Any]) -> Iterator[tuple[str, int, tuple[str, ...]]]:
        seen: set[tuple[str, tuple[str, ...]]] = set()
        for row in range(1, LINES + 1):
            code, units = said.get(f"code_{row}"), said.get(f"units_{row}")
            written = " ".join(str(said.get(f"modifiers_{row}") or "").upper().replace(",", " ").split())
            if not _MODIFIERS.fullmatch(written):
                self.add_error(f"modifiers_{row}", _("Two signs each, with blanks between them, as LT 50."))
                continue
            modifiers = tuple(written.split())
            if not code:
                if units or modifiers:
                    self.add_error(f"code_{row}", _("Choose the code of this line."))
                continue
            if not units:
                self.add_error(f"units_{row}", _("Say how many units."))
                continue
            if (code, modifiers) in seen:
                self.add_error(f"code_{row}", _("This line stands twice; ask for more units in one line."))
                continue
            seen.add((code, modifiers))
            yield code, units, modifiers


def _initial(leaving: Leaving, earlier: Sending | None) -> dict[str, Any]:
    """What was said in the request that is changed, else what chart and procedure say."""
    if earlier is not None:
        return _as_before(earlier)
    given, _blank, family = leaving.patient.name.rpartition(" ")
    first = {"code_1": leaving.told.codes[0]} if len(leaving.told.codes) == 1 else {}
    only = {"principal": next(iter(leaving.diagnoses))} if len(leaving.diagnoses) == 1 else {}
    return {"given": given, "family": family, "with_packet": True, **first, **only}


def _as_before(earlier: Sending) -> dict[str, Any]:
    said = earlier.submission
    person, principal = said["beneficiary"], said["diagnoses"][0]
    subscriber = person.get("subscriber") or {}
    found = {
        "family": person["family"],
        "given": " ".join(person["given"]),
        "insured_through": subscriber.get("patient_is", "self"),
        "subscriber_family": subscriber.get("family", ""),
        "subscriber_given": " ".join(subscriber.get("given", ())),
        "subscriber_member": subscriber.get("member", ""),
        "subscriber_sex": subscriber.get("sex", ""),
        "principal": principal,
        "more": said["diagnoses"][1:],
        "expedited": said["expedited"],
        "with_packet": True,
        "clinician": RequestingClinician.objects.filter(npi=said["clinician"]["npi"], user__practice=earlier.practice)
        .values_list("pk", flat=True)
        .first(),
    }
    for row, line in enumerate(said["lines"][:LINES], 1):
        found |= {
            f"code_{row}": line["code"],
            f"units_{row}": line["units"],
            f"modifiers_{row}": " ".join(line["modifiers"]),
        }
    return found

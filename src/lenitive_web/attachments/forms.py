"""What is said of a document when it is attached, withdrawn or enclosed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lenitive_web.attachments.actions import Told
from lenitive_web.attachments.models import About, Attachment
from lenitive_web.attachments.naming import name_of
from lenitive_web.attachments.words import REGIONS
from lenitive_web.look.days import has_come

ACCEPTED = ".pdf,.jpg,.jpeg,.png,.tif,.tiff,application/pdf,image/jpeg,image/png,image/tiff"
"""What the browser offers to choose. What a file is, its content decides."""
PLACED = (About.IMAGING,)
"""What has to be told the region of."""


def file_field(label: Any, help_text: Any) -> forms.FileField:
    """The document itself. An empty file is refused where it is received, with what is wrong with it."""
    accepted = forms.FileInput(attrs={"accept": ACCEPTED})
    return forms.FileField(label=label, allow_empty_file=True, widget=accepted, help_text=help_text)


def about_field(label: Any, kinds: Sequence[tuple[str, Any]]) -> forms.ChoiceField:
    """What kind of document it is; nothing is chosen beforehand."""
    return forms.ChoiceField(label=label, choices=[("", gettext_lazy("Choose")), *kinds])


def day_field(label: Any, help_text: Any = "") -> forms.DateField:
    """The day that stands on it, which is not to come."""
    calendar = forms.DateInput(attrs={"type": "date"})
    return forms.DateField(label=label, widget=calendar, validators=[has_come], help_text=help_text)


class AttachForm(forms.Form):
    """A file, the day that stands on it, and what it is about."""

    file = file_field(
        gettext_lazy("File"), gettext_lazy("PDF, JPEG, PNG or TIFF. Scan a letter of several pages into one file.")
    )
    about = about_field(gettext_lazy("What it is about"), About.choices)
    region = forms.ChoiceField(
        label=gettext_lazy("Region, for imaging"),
        choices=[("", gettext_lazy("Choose")), *REGIONS.items()],
        required=False,
    )
    day = day_field(gettext_lazy("Day on the document"))
    title = forms.CharField(
        label=gettext_lazy("Title"),
        max_length=100,
        required=False,
        help_text=gettext_lazy(
            "As the clinic calls it, for example: MRI of the lumbar spine. Without one: what it is about."
        ),
    )

    def clean_title(self) -> str:
        """One line, as it can stand in a list and beside a fact."""
        return " ".join(self.cleaned_data["title"].split())

    def clean(self) -> dict[str, Any]:
        """Imaging is of a region."""
        said = super().clean() or {}
        if said.get("about") in PLACED and not said.get("region"):
            self.add_error("region", _("Imaging of which region?"))
        return said

    def told(self) -> Told:
        """What was said."""
        said = self.cleaned_data
        return Told(about=said["about"], day=said["day"], region=said["region"], title=said["title"])


class WithdrawForm(forms.Form):
    """Why a document does not belong here."""

    reason = forms.CharField(
        label=gettext_lazy("Why it does not belong here"),
        max_length=300,
        min_length=5,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class EncloseForm(forms.Form):
    """Which document goes along with a request, and what of that which the payer asks for it shows."""

    document = forms.ChoiceField(label=gettext_lazy("Document"))
    shows = forms.CharField(label=gettext_lazy("What it shows"), max_length=300, required=False)

    def __init__(self, *args: Any, documents: Sequence[Attachment], asked: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.documents = {str(one.public_id): one for one in documents}
        self.fields["document"].choices = [
            (number, f"{name_of(one)}, {date_format(one.day)}") for number, one in self.documents.items()
        ]
        words = dict.fromkeys(one[:300] for one in asked)
        whole = ("", _("the request as a whole"))
        self.fields["shows"].widget = forms.Select(choices=[whole, *((one, one) for one in words)])

    @property
    def chosen(self) -> Attachment:
        """The document that was chosen."""
        return self.documents[self.cleaned_data["document"]]

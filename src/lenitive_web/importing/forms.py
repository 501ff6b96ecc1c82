"""What a person says about an import: which files, and who the patients in them are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lenitive_web.importing.models import Decision, StagedPatient, Standing
from lenitive_web.importing.receiving import MAX_SENT, MEGABYTE, named, why_not
from lenitive_web.ledger.models import Patient

LONGEST_NAME = 200


class _Files(forms.ClearableFileInput):
    allow_multiple_selected = True


class _FilesField(forms.FileField):
    widget = _Files

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        """Every file, or for each that cannot be taken the reason."""
        files: list[UploadedFile] = [one for one in data or [] if one]
        if not files:
            raise forms.ValidationError(_("Choose at least one file."))
        if sum(one.size or 0 for one in files) > MAX_SENT:
            raise forms.ValidationError(too_large())
        problems = [f"{named(one)}: {problem}" for one in files if (problem := why_not(one))]
        if problems:
            raise forms.ValidationError(problems)
        return files


class UploadForm(forms.Form):
    """Files to be read."""

    files = _FilesField(label=gettext_lazy("Files"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["files"].widget.attrs |= {
            "accept": ".json,.ndjson,.jsonl,.gz,.toml,application/json",
            "aria-describedby": "files_hint",
            "data-most": MAX_SENT,
            "data-too-large": too_large(),
        }


def too_large() -> str:
    """What is said about more than may be sent at once."""
    most = MAX_SENT // MEGABYTE
    return _(
        "Together the files are larger than %(most)s MB. Compress them with gzip, or send them in several imports."
    ) % {"most": most}


@dataclass(frozen=True)
class Said:
    """One decision as it was sent."""

    row: StagedPatient
    decision: Decision
    chosen: Patient | None
    typed_name: str

    @property
    def is_new(self) -> bool:
        """Whether it says something else than before."""
        row = self.row
        return (self.decision, self.chosen, self.typed_name) != (row.decision, row.chosen, row.typed_name)


class DecisionsError(Exception):
    """What was sent about some patients does not hold: the problem for each, by number."""

    def __init__(self, problems: Mapping[int, str]) -> None:
        super().__init__("decisions that do not hold")
        self.problems = dict(problems)


def decisions_in(sent: Mapping[str, str], rows: Sequence[StagedPatient], alike: Mapping[int, Patient]) -> list[Said]:
    """The decisions about patients of a page. ``alike`` are the patients that were offered, by number.

    Raises :class:`DecisionsError`, also when somebody else has decided since the page was opened.
    """
    said, problems = [], {}
    for row in rows:
        if f"was-{row.pk}" not in sent:
            continue
        if sent[f"was-{row.pk}"] != row.decision:
            problems[row.number] = _("Somebody else decided about this patient meanwhile. Look again.")
            continue
        one = _one(sent, row, alike)
        if one.decision == Decision.NEW and not (row.name or one.typed_name):
            problems[row.number] = _("A new patient needs a name.")
        elif one.is_new:
            said.append(one)
    if problems:
        raise DecisionsError(problems)
    return said


def _one(sent: Mapping[str, str], row: StagedPatient, alike: Mapping[int, Patient]) -> Said:
    word, _sep, number = sent.get(f"is-{row.pk}", "").partition(":")
    typed = " ".join(sent.get(f"name-{row.pk}", "").replace("\0", "").split())[:LONGEST_NAME]
    if row.standing != Standing.ASK:
        return Said(row, Decision.LEAVE if sent.get(f"leave-{row.pk}") else Decision.OPEN, None, "")
    if word == Decision.EXISTING and number in {str(one) for one in row.alike if one in alike}:
        return Said(row, Decision.EXISTING, alike[int(number)], "")
    if word == Decision.NEW:
        return Said(row, Decision.NEW, None, "" if row.name else typed)
    return Said(row, Decision.LEAVE if word == Decision.LEAVE else Decision.OPEN, None, "")

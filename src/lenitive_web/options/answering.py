"""What the chart is silent about, asked where it is missed: the questions of an option that a yes or no answers.

Each answer becomes a statement of the chart, so that every other page knows it too. What only an examination, a scale
or the order can tell is not asked here; its own page asks it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lenitive.medicine.content import content
from lenitive.reasoning.assessment import CriterionResult, Option
from lenitive_web.ledger.facts import NewFact
from lenitive_web.patients.where_answered import words_read

ANSWERS = (
    ("yes", gettext_lazy("Yes")),
    ("no", gettext_lazy("No")),
    ("", gettext_lazy("Not asked")),
)
NOT_HERE = frozenset(("working_diagnosis", "procedure_exception", "escort_arranged", "fasted", "infection_now"))
"""What has a page of its own: the diagnosis, and the checklist of the day."""


@dataclass(frozen=True)
class Question:
    """One statement that the chart lacks, and what it would settle."""

    kind: str
    label: str
    ask: str
    settles: str


def open_questions(option: Option, day: date) -> list[Question]:
    """The statements that would settle something open about an option, its gates first."""
    words, found = content().statements, {}
    for one in open_results(option):
        for kind in words_read(one.criterion, "statement", "kind", day, option.procedure):
            if kind in words and kind not in NOT_HERE:
                found.setdefault(kind, Question(kind, words[kind].label, words[kind].ask, one.label))
    return list(found.values())


def open_results(option: Option) -> Iterator[CriterionResult]:
    """The criteria that the chart, and not the order, leaves open."""
    parts = [option.gates, option.candidacy, option.contraindications, option.cautions]
    if option.coverage.determination:
        parts.append(option.coverage.determination)
    for part in parts:
        yield from (one for one in part.results(part.open) if not all(ask.about_request for ask in one.missing))


class AnswersForm(forms.Form):
    """Yes, no, or not asked, for each question. Only what is answered becomes a fact."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, asked: Sequence[Question], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = asked
        for one in asked:
            self.fields[one.kind] = forms.ChoiceField(label=one.label, choices=ANSWERS, required=False)

    def rows(self) -> list[tuple[Question, forms.BoundField]]:
        """Each question with its field."""
        return [(one, self[one.kind]) for one in self.asked]

    def clean(self) -> dict[str, Any]:
        """Something was answered."""
        said = super().clean() or {}
        if not self.errors and not any(said.get(one.kind) for one in self.asked):
            self.add_error(None, _("Nothing was answered."))
        return said

    def facts(self, **more: Any) -> list[NewFact]:
        """A statement for each answer."""
        said = {one.kind: self.cleaned_data[one.kind] for one in self.asked}
        return [
            NewFact("statement", {"kind": kind, "says": word == "yes", **more}) for kind, word in said.items() if word
        ]

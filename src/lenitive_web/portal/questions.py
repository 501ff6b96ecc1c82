"""Questionnaires in small steps: a page of one question, or of a few sentences to tick, that can be left and taken up.

The wording, the score and the answers that cannot wait are those of the medicine. An answer that cannot wait becomes a
finding the moment it is given, not when the questionnaire is finished; only a person at the clinic takes it back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django import forms
from django.db import transaction
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from lenitive.chart import Chart
from lenitive.chart.finding import Finding
from lenitive.chart.measure import Measure
from lenitive.chart.procedure import Procedure
from lenitive.medicine.shapes import Instrument, Item, Questionnaire
from lenitive.reasoning.book import book
from lenitive.reasoning.questionnaires import FindingShown, Scored, questionnaire, score_answers
from lenitive_web.ledger.actions import record_facts
from lenitive_web.ledger.facts import NewFact
from lenitive_web.ledger.models import Patient
from lenitive_web.people.models import User
from lenitive_web.portal.door import OwnPage
from lenitive_web.portal.drafts import draft_of, forget, keep, typed_in
from lenitive_web.portal.intake import Choice, Ticks
from lenitive_web.portal.sending import SOURCE
from lenitive_web.practice.models import withheld_from

SENTENCES_A_PAGE = 8
STEP = "answers"
RAISED = "raised"
ALWAYS = ("peg", "phq9", "gad7")
OF_THE_LOW_BACK = "rmdq"
OF_A_CHANGE = "pgic"


def offered() -> dict[str, Instrument]:
    """The instruments whose wording may be shown."""
    return {name: one for name, one in book().content.instruments.items() if one.questionnaire}


def due(page: OwnPage) -> list[str]:
    """What to answer now: what was never answered, and what was not answered since the last procedure."""
    last = max((row.true_on for row in page.chart.rows(Procedure) if row.true_on), default=None)
    asked = [*ALWAYS]
    if any(answer.question == "axial_low_back" for answer in page.assessment.differential):
        asked.append(OF_THE_LOW_BACK)
    if last is not None:
        asked.append(OF_A_CHANGE)
    withheld = withheld_from(page.patient.practice_id)
    return [name for name in asked if name not in withheld and _is_due(page.chart, name, last)]


def _is_due(chart: Chart, instrument: str, last: date | None) -> bool:
    days = [row.true_on for row in chart.rows(Measure) if row.instrument == instrument and row.true_on]
    return not days or (last is not None and max(days) < last)


@dataclass(frozen=True)
class Sheet:
    """One page of a questionnaire: the numbers and items on it."""

    number: int
    of: int
    items: Sequence[tuple[int, Item]]


def sheets(asked: Questionnaire) -> list[Sheet]:
    """The pages: one question each, or several sentences where one that is not ticked counts as a no."""
    size = SENTENCES_A_PAGE if asked.unanswered_counts is not None else 1
    items = list(enumerate(asked.items, start=1))
    parts = [items[start : start + size] for start in range(0, len(items), size)]
    return [Sheet(number, len(parts), part) for number, part in enumerate(parts, start=1)]


class SheetForm(forms.Form):
    """The items of one page."""

    def __init__(self, data: QueryDict | None, *, asked: Questionnaire, sheet: Sheet) -> None:
        super().__init__(data)
        self.sheet, self.to_tick = sheet, asked.unanswered_counts is not None
        for number, item in sheet.items:
            choices = [(f"{choice.value:g}", choice.label) for choice in item.choices or asked.choices]
            self.fields[str(number)] = (
                forms.MultipleChoiceField(label="", choices=[(choices[0][0], item.text)], widget=Ticks, required=False)
                if self.to_tick
                else forms.ChoiceField(
                    label=item.text,
                    choices=choices,
                    widget=Choice,
                    error_messages={"required": _("Choose an answer, or leave and come back later.")},
                )
            )


def left_at(patient: Patient, instrument: str) -> int:
    """The page to go on from: the one after the last answer; of sentences to tick the one last ticked on, for it may
    not have been read to its end."""
    asked, held = wording(instrument), draft_answers(patient, instrument)
    pages = sheets(asked)
    begun = [one.number for one in pages if any(str(number) in held for number, _item in one.items)]
    if not begun:
        return 1
    return begun[-1] if asked.unanswered_counts is not None else min(begun[-1] + 1, len(pages))


def answers_in(typed: Mapping[str, Sequence[str]]) -> dict[int, float]:
    """The answers by the number of the item; what is no answer is left out."""
    return {int(name): float(values[0]) for name, values in typed.items() if name.isdigit() and values}


def draft_answers(patient: Patient, instrument: str) -> QueryDict:
    """What was answered so far."""
    return typed_in(draft_of(patient, instrument), STEP)


@transaction.atomic
def keep_answers(
    *, patient: Patient, instrument: str, sheet: Sheet, given: QueryDict, by: User, address: str | None = None
) -> list[FindingShown]:
    """Keep the answers of a page; what cannot wait is written into the chart at once and comes back."""
    held = draft_answers(patient, instrument)
    for number, _item in sheet.items:
        held.setlist(str(number), given.getlist(str(number)))
    shown = score_answers(book(), instrument, answers_in(dict(held.lists()))).shows
    keep(patient=patient, kind=instrument, step=STEP, typed=held.lists())
    known = typed_in(draft_of(patient, instrument), RAISED)
    new = [one for one in shown if one.present and one.finding not in known]
    if new:
        record_facts(
            patient=patient,
            facts=[_finding(one, timezone.localdate()) for one in new],
            by=by,
            source=_source(instrument),
            address=address,
        )
        raised = [(name, ["yes"]) for name in {*known, *(one.finding for one in new)}]
        keep(patient=patient, kind=instrument, step=RAISED, typed=raised)
    return new


@transaction.atomic
def send_answers(*, page: OwnPage, instrument: str) -> Scored:
    """Score the answers; if none is missing they become a measure, and the draft is gone."""
    patient, draft = page.patient, draft_of(page.patient, instrument)
    scored = score_answers(book(), instrument, answers_in(dict(typed_in(draft, STEP).lists())))
    if scored.score is None:
        return scored
    raised = typed_in(draft, RAISED)
    facts = [
        NewFact(
            "measure",
            {"instrument": instrument, "score": scored.score, "true_on": page.as_of, "computed": True},
        ),
        *(
            _finding(one, page.as_of)
            for one in scored.shows
            if one.finding not in raised and (one.present or not _stands(page.chart, one.finding))
        ),
    ]
    record_facts(patient=patient, facts=facts, by=page.request.user, source=_source(instrument), address=page.address)
    forget(patient, instrument)
    return scored


def wording(instrument: str) -> Questionnaire:
    """The wording of an instrument that may be shown."""
    return questionnaire(book(), instrument)


def _finding(shown: FindingShown, on: date) -> NewFact:
    return NewFact("finding", {"code": shown.finding, "kind": "history", "present": shown.present, "true_on": on})


def _stands(chart: Chart, finding: str) -> bool:
    """Whether the last word of the chart is that the finding is there."""
    said = [row.present for row in chart.rows(Finding) if row.code == finding and row.present is not None]
    return bool(said) and said[-1]


def _source(instrument: str) -> str:
    return f"{SOURCE}, {instrument}"

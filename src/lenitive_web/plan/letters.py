"""A letter to somebody who is to be involved: the question, and the facts of the chart. It claims nothing else.

Of long lists it tells the first row and the latest ones. What the chart does not hold is not mentioned; dangers and
drugs nobody asked about are named as not asked, because whoever reads the letter would rely on them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from lenitive.chart import Chart
from lenitive.chart.allergy import Allergy
from lenitive.chart.complaint import Complaint
from lenitive.chart.condition import Condition
from lenitive.chart.device import Device
from lenitive.chart.finding import Finding
from lenitive.chart.measure import Measure
from lenitive.chart.medication import Medication
from lenitive.chart.procedure import Procedure
from lenitive.chart.relief import Relief
from lenitive.chart.treatment import Treatment
from lenitive.documents.wording import relief, sentence
from lenitive.medicine.content import content
from lenitive.reasoning.assessment import FactSeen
from lenitive.reasoning.plan import Involve
from lenitive_web.ledger.models import Patient
from lenitive_web.letters.models import Sort
from lenitive_web.letters.selectors import addressee_of, last_edition, texts_of
from lenitive_web.patients.heading import is_going_on
from lenitive_web.patients.page import PatientPage
from lenitive_web.people.roles import Role

LATEST = 6
"""Of a longer list the letter tells the first row and so many of the latest."""


@dataclass(frozen=True)
class Paragraph:
    """A heading and its sentences, each a fact."""

    title: str | Promise
    sentences: Sequence[str]
    left_out: int = 0


@dataclass(frozen=True)
class Letter:
    """A letter, ready to be read, signed and printed."""

    partner: str
    to: str
    question: str
    because: Sequence[FactSeen]
    practice: str
    about: str
    born: date | None
    on: date
    paragraphs: Sequence[Paragraph]
    not_asked: Sequence[str | Promise]
    by: str
    whom: Sequence[str] = ()
    changed_by: str = ""


def referral_letter(asked: Involve, page: PatientPage) -> Letter:
    """The letter for one partner, from the chart as of the page's day."""
    user = page.request.user
    return Letter(
        partner=asked.partner,
        to=asked.label,
        question=asked.question,
        because=asked.facts,
        practice=page.patient.practice.name,
        about=page.patient.name,
        born=page.patient.birth_date,
        on=page.as_of,
        paragraphs=[one for one in _paragraphs(page.chart, page.as_of) if one.sentences],
        not_asked=not_asked(page.chart),
        by=user.name if user.role == Role.PHYSICIAN else "",
    )


QUESTION = "question"
"""The key of what the partner is asked."""


def key_of(paragraph: Paragraph) -> str:
    """What names a paragraph in every language."""
    with override("en"):
        return str(paragraph.title)


def as_written(letter: Letter, patient: Patient) -> Letter:
    """The letter with what was written in place of its paragraphs, and whom it goes to."""
    last = last_edition(patient, Sort.REFERRAL, letter.partner)
    texts = texts_of(last)
    paragraphs = [
        replace(one, sentences=texts[key].splitlines(), left_out=0) if (key := key_of(one)) in texts else one
        for one in letter.paragraphs
    ]
    return replace(
        letter,
        question=texts.get(QUESTION, letter.question),
        paragraphs=[one for one in paragraphs if one.sentences],
        whom=addressee_of(last),
        changed_by=last.by.name if last and texts else "",
    )


def _paragraphs(chart: Chart, as_of: date) -> list[Paragraph]:
    return [
        _paragraph(gettext_lazy("The pain"), [*chart.rows(Complaint), *chart.rows(Condition)]),
        _paragraph(gettext_lazy("Allergies"), [row for row in chart.rows(Allergy) if _stands(row)]),
        _paragraph(gettext_lazy("Medicines taken now"), [row for row in chart.rows(Medication) if _taken(row, as_of)]),
        _paragraph(gettext_lazy("Implants"), [row for row in chart.rows(Device) if is_going_on(row, as_of)]),
        _paragraph(gettext_lazy("Scores"), _first_and_last(chart)),
        _paragraph(gettext_lazy("Treatments tried"), chart.rows(Treatment)),
        procedures_so_far(chart),
        _paragraph(gettext_lazy("Found on examination and imaging"), _present(chart)),
    ]


def _paragraph(title: str | Promise, rows: Sequence[Any]) -> Paragraph:
    kept = _kept(rows)
    return Paragraph(title, [f"{sentence(row, content())}." for row in kept], len(rows) - len(kept))


def _kept(rows: Sequence[Any]) -> list[Any]:
    return list(rows) if len(rows) <= LATEST + 1 else [rows[0], *rows[-LATEST:]]


def _stands(allergy: Any) -> bool:
    return allergy.active is not False


def _taken(drug: Any, as_of: date) -> bool:
    return drug.status not in ("stopped", "completed") and is_going_on(drug, as_of)


def _first_and_last(chart: Chart) -> list[Any]:
    """Of each instrument the first score and the last."""
    by_instrument: dict[str, list[Any]] = {}
    for row in chart.rows(Measure):
        by_instrument.setdefault(row.instrument, []).append(row)
    return [row for rows in by_instrument.values() for row in (rows if len(rows) < 3 else [rows[0], rows[-1]])]


def procedures_so_far(chart: Chart) -> Paragraph:
    """Each procedure with what came of it."""
    rows = chart.rows(Procedure)
    kept = _kept(rows)
    told: list[str] = []
    for done in kept:
        reports = [one for one in chart.rows(Relief) if one.procedure == done.id]
        came = "; ".join(relief(one) for one in reports) or _("relief not recorded")
        told.append(f"{sentence(done, content())}: {came}.")
    return Paragraph(gettext_lazy("Procedures so far"), told, len(rows) - len(kept))


def _present(chart: Chart) -> list[Any]:
    """The latest report of each finding that is there, or was measured."""
    latest: dict[Any, Any] = {}
    for row in chart.rows(Finding):
        latest[row.code, row.side, row.levels] = row
    return [row for row in latest.values() if row.present or (row.present is None and (row.value or row.text))]


_TOPICS = {
    "allergy": gettext_lazy("allergies"),
    "medication": gettext_lazy("medicines"),
    "device": gettext_lazy("implants"),
}


def not_asked(chart: Chart) -> list[str | Promise]:
    """What a reader would take for none if nothing were said."""
    return [word for topic, word in _TOPICS.items() if not chart.table(topic) and not chart.is_complete([topic])]

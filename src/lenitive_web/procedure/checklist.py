"""What must be asked before the needle: derived from the procedure's holds, contraindications and cautions.

Each item says what the chart knows already, so that nothing is asked twice; what can change overnight is asked on the
day whatever the chart says. An answer becomes a fact, and the facts say whether the list is complete.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lenitive.chart import Chart
from lenitive.chart.allergy import Allergy
from lenitive.chart.attestation import Attestation
from lenitive.chart.measure import Measure
from lenitive.chart.medication import Medication
from lenitive.chart.statement import Statement
from lenitive.codes import unit_in_words
from lenitive.medicine.content import content
from lenitive.medicine.criteria import all_criteria
from lenitive.reasoning.assessment import Alert, Citation, CriterionResult, Option, StatusWord
from lenitive_web.ledger.facts import NewFact
from lenitive_web.look.words import day

SAID: Mapping[str, str] = {
    "active_infection": "infection_now",
    "airway_risk": "airway_risk",
    "bleeding_tendency": "bleeding_tendency",
    "cardiac_device": "cardiac_device",
    "device_team_agreed": "device_team_agrees",
    "diabetes": "diabetes",
    "dural_puncture_before": "dural_puncture_before",
    "escort_arranged": "escort_arranged",
    "fasted": "fasted",
    "hold_agreed_with_prescriber": "prescriber_agrees_to_hold",
    "imaging_of_level_reviewed": "imaging_reviewed",
    "immunosuppressed": "immunosuppressed",
    "nerve_stimulator_or_pump": "nerve_stimulator_or_pump",
    "pregnancy_possible": "pregnancy_possible",
    "surgery_planned_nearby": "surgery_planned_nearby",
    "thrombosis_risk_high": "thrombosis_risk",
    "tobacco_used": "uses_tobacco",
}
"""Criteria that a statement answers, and its kind."""

MEASURED: Mapping[str, str] = {
    "glucose_too_high": "glucose",
    "hba1c_too_high": "hba1c",
    "inr_raised": "inr",
    "platelets_low": "platelets",
}
"""Criteria that a measurement answers, and its instrument."""

ASKED_ON_THE_DAY = ("active_infection", "fasted")
"""What can change overnight."""

ALWAYS = ("identity_confirmed", "site_marked")
"""Confirmed for each procedure on its day, whatever it is."""

How = Literal["yes or no", "number", "day"]


@dataclass(frozen=True)
class Item:
    """One thing to ask. ``wanted`` is the answer that lets it go on; ``blocks`` whether another answer stops it."""

    name: str
    label: str | Promise
    ask: str | Promise
    how: How
    wanted: bool | None
    status: StatusWord
    before: str
    blocks: bool
    required: bool
    unit: str = ""
    hint: str = ""
    citations: Sequence[Citation] = ()
    drug: str = ""
    last_dose: date | None = None
    no_later_than: date | None = None

    @property
    def is_settled(self) -> bool:
        """Whether the chart has the answer and asking again would not change what is done."""
        return self.status == "met" or self.is_warning

    @property
    def is_warning(self) -> bool:
        """Whether it is known to stand against the procedure without stopping it."""
        return self.status == "not met" and not self.blocks and self.how == "yes or no"


def items(option: Option, chart: Chart, as_of: date) -> list[Item]:
    """The checklist of one procedure on one day, open and standing against it first."""
    found = [
        *(_confirmed(kind, option.procedure, chart, as_of) for kind in ALWAYS),
        _allergies(chart, as_of),
        *(_hold(alert, chart) for alert in option.alerts if alert.facts),
        *_of_criteria(option, chart, as_of),
        _weight(chart),
    ]
    once: dict[str, Item] = {}
    for item in found:
        once.setdefault(item.name, item)
    return sorted(once.values(), key=lambda item: (_ORDER[item.status], not item.required))


_ORDER = {"not met": 0, "undocumented": 1, "met": 2}


def is_complete(found: Sequence[Item]) -> bool:
    """Whether everything that is required was asked, and nothing that was found stops the procedure."""
    return not open_items(found) and not standing(found)


def open_items(found: Sequence[Item]) -> list[Item]:
    """What is required and was not asked."""
    return [item for item in found if item.required and item.status == "undocumented"]


def standing(found: Sequence[Item]) -> list[Item]:
    """What stops the procedure."""
    return [item for item in found if item.blocks and item.status == "not met"]


def _confirmed(kind: str, procedure: str, chart: Chart, as_of: date) -> Item:
    word = content().statements[kind]
    rows = chart.rows(Statement)
    today = [row for row in rows if row.kind == kind and row.about == procedure and row.true_on == as_of]
    return Item(
        name=kind,
        label=word.label,
        ask=word.ask,
        how="yes or no",
        wanted=True,
        status=_word(today[-1].says if today else None),
        before=yes_no(today[-1].says, today[-1].true_on) if today else "",
        blocks=True,
        required=True,
    )


def _allergies(chart: Chart, as_of: date) -> Item:
    rows = [row for row in chart.rows(Allergy) if row.active is not False]
    known = ", ".join(f"{row.substance}{f' ({row.reaction})' if row.reaction else ''}" for row in rows)
    asked: list[Any] = [row for row in chart.rows(Attestation) if row.topic == "allergy" and row.true_on == as_of]
    return Item(
        name="allergies",
        label=_("Allergies were asked again, and the list is complete"),
        ask=_("Is there any allergy beside these: %(known)s?") % {"known": known or _("none in the chart")},
        how="yes or no",
        wanted=True,
        status=_word(asked[-1].complete if asked else None),
        before=known,
        blocks=True,
        required=True,
        hint=_("No: write the allergy down in the story first."),
    )


def _hold(alert: Alert, chart: Chart) -> Item:
    seen = alert.facts[0]
    rows = chart.rows(Medication)
    drug = next(row for row in rows if row.id == seen.id)
    last = drug.last_dose_on
    if last is None:
        status: StatusWord = "undocumented"
    else:
        status = "met" if alert.hold_from is None or last <= alert.hold_from else "not met"
    kept = (
        _("The last dose must be no later than %(day)s.") % {"day": date_format(alert.hold_from)}
        if alert.hold_from
        else ""
    )
    return Item(
        name=f"last-dose-{drug.id}",
        label=_("Last dose of %(drug)s") % {"drug": drug.ingredient or drug.label},
        ask=_("On which day was the last dose taken?"),
        how="day",
        wanted=None,
        status=status,
        before=_("last dose on %(day)s") % {"day": date_format(last)} if last else "",
        blocks=True,
        required=True,
        hint=f"{kept} {alert.action}".strip(),
        citations=alert.citations,
        drug=drug.ingredient or drug.label or "",
        last_dose=last,
        no_later_than=alert.hold_from,
    )


def _of_criteria(option: Option, chart: Chart, as_of: date) -> Iterator[Item]:
    for rows, is_contraindication in ((option.contraindications, True), (option.cautions, False)):
        for one in rows.criteria:
            blocks = is_contraindication or (one.wanted == "met" and one.severity == "required")
            if one.criterion in SAID:
                yield _said(one, SAID[one.criterion], chart, as_of, blocks=blocks)
            elif one.criterion in MEASURED:
                yield _measured(one, MEASURED[one.criterion], chart, blocks=blocks)


def _said(one: CriterionResult, kind: str, chart: Chart, as_of: date, *, blocks: bool) -> Item:
    rows = [row for row in chart.rows(Statement) if row.kind == kind]
    latest = rows[-1] if rows else None
    status = _satisfied(one)
    if one.criterion in ASKED_ON_THE_DAY and status == "met" and (latest is None or latest.true_on != as_of):
        status = "undocumented"
    word = content().statements[kind]
    return Item(
        name=kind,
        label=word.label,
        ask=word.ask,
        how="yes or no",
        wanted=one.wanted == "met",
        status=status,
        before=yes_no(latest.says, latest.true_on) if latest else "",
        blocks=blocks,
        required=one.severity == "required",
        hint="" if one.label == all_criteria()[one.criterion].label else one.label,
        citations=one.citations,
    )


def _measured(one: CriterionResult, instrument: str, chart: Chart, *, blocks: bool) -> Item:
    entry = content().instruments[instrument]
    latest = _latest(chart, instrument)
    return Item(
        name=instrument,
        label=entry.label,
        ask=one.missing[0].question if one.missing else one.label,
        how="number",
        wanted=None,
        status=_satisfied(one),
        before=f"{latest.score:g} {unit_in_words(entry.unit)}, {day(latest.true_on)}" if latest else "",
        blocks=blocks,
        required=one.severity == "required",
        unit=entry.unit or "",
        hint=one.label,
        citations=one.citations,
    )


def _weight(chart: Chart) -> Item:
    latest = _latest(chart, "weight")
    return Item(
        name="weight",
        label=content().instruments["weight"].label,
        ask=_("How much does the patient weigh? The ceilings of local anaesthetics depend on it."),
        how="number",
        wanted=None,
        status="met" if latest else "undocumented",
        before=f"{latest.score:g} kg, {day(latest.true_on)}" if latest else "",
        blocks=False,
        required=False,
        unit="kg",
    )


def weight_of(chart: Chart) -> float | None:
    """The latest weight of the chart in kg."""
    latest = _latest(chart, "weight")
    return float(latest.score) if latest else None


def _latest(chart: Chart, instrument: str) -> Any:
    rows = [row for row in chart.rows(Measure) if row.instrument == instrument]
    known = [row for row in rows if row.score is not None]
    return known[-1] if known else None


def _satisfied(one: CriterionResult) -> StatusWord:
    return _word(one.satisfied)


def _word(truth: bool | None) -> StatusWord:
    return "undocumented" if truth is None else "met" if truth else "not met"


_YES_NO = {True: gettext_lazy("yes"), False: gettext_lazy("no"), None: gettext_lazy("no answer")}


def yes_no(says: bool | None, on: date | None) -> str:
    """An answer and its day, in words."""
    return f"{_YES_NO[says]}, {date_format(on)}" if on else str(_YES_NO[says])


# --- answers become facts --------------------------------------------------------------------------------------------


def fact_of_answer(item: Item, answer: Any, procedure: str, chart: Chart, as_of: date, role: str) -> NewFact:
    """The fact that an answer is."""
    if item.name == "allergies":
        return NewFact("attestation", {"topic": "allergy", "complete": answer, "by": role, "true_on": as_of})
    if item.how == "number":
        columns = {"instrument": item.name, "score": answer, "unit": item.unit, "true_on": as_of}
        return NewFact("measure", columns)
    if item.how == "day":
        return _last_dose(item, answer, chart)
    about = procedure if item.name in (*ALWAYS, "imaging_reviewed") else None
    return NewFact("statement", {"kind": item.name, "says": answer, "about": about, "by": role, "true_on": as_of})


def _last_dose(item: Item, on: date, chart: Chart) -> NewFact:
    """The medication as it stood, with its last dose: a correction of the fact before."""
    rows = chart.rows(Medication)
    drug = next(row for row in rows if f"last-dose-{row.id}" == item.name)
    own = ("id", "patient", "recorded_at", "source", "supersedes", "withdrawn")
    kept = {name: getattr(drug, name) for name in drug.__struct_fields__ if name not in own}
    return NewFact("medication", {**kept, "last_dose_on": on, "supersedes": drug.id})

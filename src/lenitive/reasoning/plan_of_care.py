"""Everything beside the assessment that a visit needs: what came of the last steps, what to examine, what comes next.

It is worked out from a chart and its assessment and holds no opinion of its own, so a page, a letter and a command can
show the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from lenitive.chart.chart import Chart
from lenitive.reasoning.assess import assess
from lenitive.reasoning.assessment import Alert, Assessment, NamedSource, Value, what_stops
from lenitive.reasoning.book import Book, book
from lenitive.reasoning.examination import ExaminationStep, examination_plan
from lenitive.reasoning.findings import findings_of
from lenitive.reasoning.follow_up import FollowUp, follow_ups
from lenitive.reasoning.medicines import NEAR, MedicineStep, medicines_that_need_not_wait
from lenitive.reasoning.named import named_sources
from lenitive.reasoning.opioids import DailyEquivalents, OpioidStep, equivalents_on, opioid_steps
from lenitive.reasoning.plan import Involve, Rung, SharedGoal, ladder, shared_goals, whom_to_involve
from lenitive.reasoning.safety import each_drug_once, worst_first


class PlanOfCare(Value, frozen=True, kw_only=True):
    """What came of the last procedures, what to examine next, the ladder, goals, partners, opioids, pages to read.

    ``alerts`` are those of the assessment, and for each drug that a step of the ladder or a request asks to hold the
    one that matters most; they come before all of this. While one is a red flag that stops procedures, the ladder is
    its action and what need not wait for it, and nothing else is to be examined, aimed for or read.

    ``medicines`` stand beside the ladder: what may be tried for the pain by mouth or on the skin, and how soon.
    ``opioid_steps`` stand there too: naloxone, and coming down together.

    ``named`` holds the sources to think of that no question of the differential can rank.

    ``to_read`` names procedures and sources of pain for :func:`lenitive.reasoning.education.education_for`.
    """

    patient: str
    as_of: date
    alerts: list[Alert]
    follow_ups: list[FollowUp]
    named: list[NamedSource]
    examination: list[ExaminationStep]
    ladder: list[Rung]
    medicines: list[MedicineStep]
    goals: list[SharedGoal]
    partners: list[Involve]
    opioids: DailyEquivalents
    opioid_steps: list[OpioidStep]
    to_read: list[str]


def plan_of_care(
    chart: Chart,
    as_of: date,
    assessment: Assessment | None = None,
    knowledge: Book | None = None,
    asked_for: Sequence[str] = (),
) -> PlanOfCare:
    """The plan of care on a day; the chart is assessed first unless its assessment of that day is given.

    ``asked_for`` names the procedures that were decided on: questions to others are about them.
    """
    known = knowledge or book()
    told = assessment or assess(chart, as_of, knowledge=known)
    if told.as_of != as_of or told.patient != chart.patient_id:
        raise ValueError("The assessment is of another day or another patient.")
    steps = ladder(known, told)
    now = chart.as_of(as_of)
    seen = findings_of(now, known, as_of)
    named = named_sources(known, now, seen, told.differential, told.overlays, as_of)
    is_stopped = bool(what_stops(told.red_flags))
    medicines = medicines_that_need_not_wait(known, now, told)
    return PlanOfCare(
        patient=told.patient,
        as_of=as_of,
        alerts=worst_first([*told.alerts, *_holds(told, steps, asked_for)]),
        follow_ups=follow_ups(known, chart, as_of),
        named=named,
        examination=[] if is_stopped else examination_plan(known, told.differential),
        ladder=steps,
        medicines=medicines,
        goals=[] if is_stopped else shared_goals(known, chart, as_of),
        partners=whom_to_involve(known, chart, told, asked_for),
        opioids=equivalents_on(known, now, as_of),
        opioid_steps=[step for step in opioid_steps(known, now, as_of) if step.step == "naloxone" or not is_stopped],
        to_read=_procedures(steps) if is_stopped else _to_read(told, named, steps, medicines),
    )


def _to_read(
    told: Assessment, named: Sequence[NamedSource], steps: Sequence[Rung], medicines: Sequence[MedicineStep]
) -> list[str]:
    open_ = [one.medicine for one in medicines if one.place in NEAR]
    return list(dict.fromkeys([*_likeliest_sources(told), *_diagnosed(named), *_procedures(steps), *open_]))


def _holds(told: Assessment, steps: Sequence[Rung], asked_for: Sequence[str]) -> list[Alert]:
    """The drugs to hold, or not to stop, for what is planned or was asked for, each once."""
    wanted = {*_procedures(steps), *asked_for, *(one.procedure for one in told.options if one.request.on)}
    return each_drug_once(alert for one in told.options if one.procedure in wanted for alert in one.alerts)


def _procedures(steps: Sequence[Rung]) -> list[str]:
    return [rung.procedure for rung in steps if rung.procedure]


def _likeliest_sources(told: Assessment) -> list[str]:
    """The first answer to each question, where it is likelier than that none of them is right."""
    return [
        answer.estimates[0].generator
        for answer in told.differential
        if answer.estimates and answer.estimates[0].probability > answer.unresolved
    ]


def _diagnosed(named: Sequence[NamedSource]) -> list[str]:
    """The sources on the problem list that no question ranks."""
    return [one.generator for one in named if "diagnosis" in one.named_by]

"""The rule of ../shared/peer-bench in our language, and the facts of its Bundles.

The peers' rule compares instants with the first instant of 1 June 2026, and nothing in its data happens at midnight.
So "on or before the first instant of a day" is "before that day" here, where facts are dated by the day.

It also takes what is not recorded as not there. Here that has to be said: the adapter attests every table it reads.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from itertools import chain
from typing import Any

from lenitive.chart import Chart, Fact
from lenitive.chart.attestation import Attestation
from lenitive.chart.condition import Condition
from lenitive.chart.measure import Measure
from lenitive.chart.patient import Patient
from lenitive.chart.procedure import Procedure
from lenitive.chart.treatment import Treatment
from lenitive.rules.language import all_of, as_of, criterion, rows

DAY = date(2026, 6, 1)

patients = rows("patient")
conditions = rows("condition")
condition = conditions.columns
measures = rows("measure")
treatments = rows("treatment")
treatment = treatments.columns
procedures = rows("procedure")
procedure = procedures.columns

sessions = procedures.where(procedure.kind == "esi", procedure.true_on < as_of)

adult = patients.where(patients.columns.birth_date <= as_of.before(18, "years")).exist()
pain_4_weeks = conditions.where(
    condition.code == "radicular-pain", condition.true_on < as_of.before(28, "days")
).exist()
last_score = measures.where(measures.columns.instrument == "nrs", measures.columns.true_on < as_of).latest().score
severe = last_score >= 4
care_4_weeks = treatments.where(treatment.true_on.days_until(treatment.until) >= 28).exist()
clear_14_days = ~sessions.where(procedure.true_on >= as_of.before(14, "days")).exist()
under_4_sessions = sessions.where(procedure.true_on >= as_of.before(365, "days")).count() < 4

QUESTIONS = {
    question: criterion(question, met_when=truth, label=question, ask=f"{question}?")
    for question, truth in {
        "Adult": adult,
        "Pain 4 weeks": pain_4_weeks,
        "Baseline NRS at least 4": severe,
        "Conservative care 4 weeks": care_4_weeks,
        "No ESI in 14 days": clear_14_days,
        "Under 4 sessions in 365 days": under_4_sessions,
        "Eligible": all_of(adult, pain_4_weeks, severe, care_4_weeks, clear_14_days, under_4_sessions),
    }.items()
}
"""The seven questions, under the peers' names."""


def in_plain_python(chart: Chart) -> dict[str, bool]:
    """The same seven answers from the same typed facts, written out by hand: the least that any engine could do."""
    born = chart.table("patient")[-1].birth_date
    scores = [row.score for row in chart.table("measure") if row.true_on < DAY]
    days = [(DAY - row.true_on).days for row in chart.table("procedure") if row.kind == "esi" and row.true_on < DAY]
    answers = {
        "Adult": (born.year + 18, born.month, born.day) <= (DAY.year, DAY.month, DAY.day),
        "Pain 4 weeks": any(
            row.code == "radicular-pain" and (DAY - row.true_on).days > 28 for row in chart.table("condition")
        ),
        "Baseline NRS at least 4": bool(scores) and scores[-1] >= 4,
        "Conservative care 4 weeks": any((row.until - row.true_on).days >= 28 for row in chart.table("treatment")),
        "No ESI in 14 days": not any(day <= 14 for day in days),
        "Under 4 sessions in 365 days": sum(day <= 365 for day in days) < 4,
    }
    return answers | {"Eligible": all(answers.values())}


# --- facts -------------------------------------------------------------------------------------------------------


def chart_of(bundle: dict[str, Any]) -> Chart:
    """One patient's Bundle as a chart. Only what was final or completed becomes a fact."""
    patient = bundle["id"]
    resources = (entry["resource"] for entry in bundle["entry"])
    read = chain.from_iterable(_facts(patient, f"{n:03d}", resource) for n, resource in enumerate(resources))
    return Chart.of(chain(read, _attested(patient)))


def _attested(patient: str) -> Iterable[Fact]:
    for topic in ("patient", "condition", "measure", "treatment", "procedure"):
        yield Attestation(id=topic, patient=patient, recorded_at=_instant("2026-05-31T00:00:00Z"), topic=topic)


def _facts(patient: str, number: str, resource: dict[str, Any]) -> Iterable[Fact]:
    kind, code = resource["resourceType"], _code(resource)
    if kind == "Patient":
        born = date.fromisoformat(resource["birthDate"])
        yield Patient(id=number, patient=patient, recorded_at=_instant("2026-05-31T00:00:00Z"), birth_date=born)
    elif kind == "Condition":
        at = _instant(resource["onsetDateTime"])
        yield Condition(id=number, patient=patient, recorded_at=at, true_on=at.date(), code=code)
    elif kind == "Observation" and resource["status"] == "final" and code == "72514-3":
        at = _instant(resource["effectiveDateTime"])
        score = resource["valueInteger"]
        yield Measure(id=number, patient=patient, recorded_at=at, true_on=at.date(), instrument="nrs", score=score)
    elif kind == "Procedure" and resource["status"] == "completed" and code == "esi":
        at = _instant(resource["performedDateTime"])
        yield Procedure(id=number, patient=patient, recorded_at=at, true_on=at.date(), kind="esi")
    elif kind == "Procedure" and resource["status"] == "completed":
        start, end = (_instant(resource["performedPeriod"][name]) for name in ("start", "end"))
        lasted = {"true_on": start.date(), "until": end.date()}
        yield Treatment(id=number, patient=patient, recorded_at=end, kind=code, **lasted)


def _code(resource: dict[str, Any]) -> str:
    return resource["code"]["coding"][0]["code"] if "code" in resource else ""


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)

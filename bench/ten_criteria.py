"""A policy of ten criteria for the invented registries. It asks for every kind of thing that real policies ask for."""

from __future__ import annotations

from datetime import date

from lenitive.chart import Request
from lenitive.rules.language import Truth, all_of, any_of, as_of, request, rows
from lenitive.rules.model import Node

DAY = date(2026, 6, 15)
REQUEST = Request(kind="medial_branch_rfa_lumbar", region="lumbar", side="left", levels=("L4-5", "L5-S1"))

complaints = rows("complaint")
complaint = complaints.columns
findings = rows("finding")
finding = findings.columns
treatments = rows("treatment")
treatment = treatments.columns
medications = rows("medication")
medication = medications.columns
measures = rows("measure")
measure = measures.columns
reliefs = rows("relief")
relief = reliefs.columns
procedures = rows("procedure").complete_if_asked("injection")
procedure = procedures.columns

on_that_side = any_of(procedure.side == request.side, procedure.side == "both")
sessions = procedures.where(procedure.kind == request.kind, procedure.region == request.region, on_that_side)
pain = measures.where(measure.instrument == "nrs", measure.true_on <= as_of)
limits = measures.where(measure.instrument == "odi", measure.true_on <= as_of)


def found(code: str) -> Truth:
    return findings.where(finding.code == code, finding.present).exist()


CRITERIA: dict[str, Truth] = {
    "pain_is_chronic": complaints.where(complaint.true_on <= as_of.before(3, "months")).exist(),
    "facet_loading_found": found("facet_loading"),
    "no_motor_deficit": ~found("motor_deficit"),
    "care_lasted": treatments.where(treatment.response.is_in(["failed", "partial"])).longest_span_days() + 1 >= 42,
    "pain_is_moderate": pain.latest().score >= 4,
    "function_is_worse": limits.latest().score.percent_below(limits.earliest().score) < 30,
    "sessions_are_left": sessions.where(procedure.true_on.within_last(12, "months")).count_days() < 2,
    "levels_not_treated_lately": ~sessions.where(
        procedure.levels.shares(request.levels), procedure.true_on.within_last(26, "weeks")
    ).exist(),
    "two_blocks_relieved": reliefs.where(
        relief.of("procedure").kind == "medial_branch_block_lumbar", relief.percent >= 80
    ).count()
    >= 2,
    "no_anticoagulant": ~medications.where(
        medication.ingredient.is_in(["apixaban", "warfarin"]),
        any_of(~medication.until.is_recorded(), medication.until >= as_of),
    ).exist(),
}

QUESTIONS: dict[str, Node] = {
    **{name: truth.node for name, truth in CRITERIA.items()},
    "policy": all_of(*CRITERIA.values()).node,
}
"""The ten criteria, and whether all of them are met."""

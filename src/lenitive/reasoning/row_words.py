"""How the numbers and codes of a policy's row are called where people read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lenitive.medicine.content import content
from lenitive.reasoning.citing import plain

ROW_PARAMETERS: Mapping[str, tuple[str, str]] = {
    "accepted_guidance": ("imaging guidance that counts", ""),
    "accepted_sites": ("places of service that count", ""),
    "decisive_negative_tests": ("negative tests that decide against it", ""),
    "device_kinds": ("devices that count", ""),
    "excluding_codes": ("diagnosis codes that speak against it", ""),
    "excluding_conditions": ("diagnoses that speak against it", ""),
    "levels_not_covered": ("levels that are not covered", ""),
    "max_blocks_without_benefit": ("blocks without benefit, at most", ""),
    "max_imaging_months": ("age of the imaging, at most", "mo"),
    "max_levels": ("levels, at most", ""),
    "max_repeats": ("repeats, at most", ""),
    "max_sessions": ("sessions, at most", ""),
    "max_trials": ("trials, at most", ""),
    "min_blocks": ("positive blocks, at least", ""),
    "min_conservative_days": ("conservative care, at least", "d"),
    "min_disability_index": ("disability score, at least", "{score}"),
    "min_findings": ("findings, at least", ""),
    "min_function_percent": ("function better by, at least", "%"),
    "min_interval_days": ("time since the one before, at least", "d"),
    "min_interval_months": ("time since the one before, at least", "mo"),
    "min_pain_months": ("pain for, at least", "mo"),
    "min_pain_score": ("pain, at least", "{score}"),
    "min_pain_score_inpatient": ("pain of an inpatient, at least", "{score}"),
    "min_pain_score_outpatient": ("pain of an outpatient, at least", "{score}"),
    "min_pain_weeks": ("pain for, at least", "wk"),
    "min_positive_tests": ("positive tests, at least", ""),
    "min_relief_days": ("relief for, at least", "d"),
    "min_relief_percent": ("pain relief, at least", "%"),
    "min_trial_hours": ("length of the trial, at least", "h"),
    "more_than_hours": ("longer than", "h"),
    "non_covered_procedures": ("procedures that are not covered", ""),
    "non_thermal_methods": ("methods that do not count as thermal", ""),
    "retest_after_years": ("tested anew after", "a"),
    "roland_morris_above": ("Roland-Morris score above", "{score}"),
    "sacroiliac_tests": ("provocation tests that count", ""),
    "supporting_codes": ("diagnosis codes that support it", ""),
    "supporting_conditions": ("diagnoses that support it", ""),
    "supporting_findings": ("findings that support it", ""),
    "test_kinds": ("tests that count", ""),
    "trial_kinds": ("trials that count", ""),
    "unapproved_injectates": ("injected products that are not accepted", ""),
    "usual_max_blocks": ("blocks, usually at most", ""),
    "window_months": ("counted over", "mo"),
}
"""A row's own parameter: its name inside a sentence, and the unit of its number (UCUM)."""

_SPELLED = {"ct": "CT", "mri": "MRI"}


def row_parameter(name: str) -> tuple[str, str]:
    """The name of a row's parameter, and its unit."""
    return ROW_PARAMETERS.get(name, (plain(name), ""))


def code_in_words(code: str) -> str:
    """What a policy's row names, in the words of the knowledge base: ``odi`` as *Oswestry Disability Index*."""
    known = content()
    tables: tuple[Mapping[str, Any], ...] = (
        known.instruments, known.findings, known.procedures, known.treatments, known.regions,
    )  # fmt: skip
    label = next((str(table[code].label) for table in tables if code in table), "")
    return label or _SPELLED.get(code, plain(code))


def row_value(value: bool | float | str | list[str] | None) -> str:
    """What a row asks for, without its unit: numbers as they stand, codes in words."""
    if value is None:
        return "not asked"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(code_in_words, value))
    return f"{value:g}" if isinstance(value, int | float) else code_in_words(value)

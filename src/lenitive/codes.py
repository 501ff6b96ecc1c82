"""Addresses of code systems, and the words for sides, levels, units and days that every room shares."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

ICD10CM = "http://hl7.org/fhir/sid/icd-10-cm"
SNOMED = "http://snomed.info/sct"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
LOINC = "http://loinc.org"
CPT = "http://www.ama-assn.org/go/cpt"
HCPCS = "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets"
UCUM = "http://unitsofmeasure.org"
LENITIVE = "urn:lenitive:codes"
"""Our own concepts (findings, procedures, regions), used where no free standard code exists."""

UNITS: Mapping[str, str] = {
    "a": "years", "mo": "months", "wk": "weeks", "d": "days", "h": "hours", "Cel": "°C", "mg/d": "mg a day",
    "{score}": "points", "1": "", "10*9/L": "×10⁹/L", "10*3/uL": "×10³/µL", "mm[Hg]": "mmHg", "kg/m2": "kg/m²",
    "/min": "a minute", "ug": "µg", "ug/h": "µg/h", "[iU]": "IU", "[IU]": "IU", "meq/L": "mEq/L",
}  # fmt: skip
"""Units (UCUM) as people write them; the others are told as they are written."""


def unit_in_words(unit: str | None) -> str:
    """A unit as it is told."""
    return UNITS.get(unit or "", unit or "")


SIDES = ("left", "right", "both", "midline")

VERTEBRAE = (
    *(f"C{n}" for n in range(1, 8)),
    *(f"T{n}" for n in range(1, 13)),
    *(f"L{n}" for n in range(1, 6)),
    "S1",
)
ROOTS = (*VERTEBRAE[:7], "C8", *VERTEBRAE[7:], "S2", "S3", "S4", "S5")


def _below(upper: str, lower: str) -> str:
    return f"{upper}-{lower[1:]}" if upper[0] == lower[0] else f"{upper}-{lower}"


SEGMENTS = tuple(_below(upper, lower) for upper, lower in pairwise(VERTEBRAE))
"""Motion segments, ``C1-2`` to ``L5-S1``: the name of a disc and of its facet joints."""

LEVELS = frozenset((*VERTEBRAE, *ROOTS, *SEGMENTS))
"""Every level a fact may name: a vertebra or root (``L5``) or a segment (``L4-5``)."""

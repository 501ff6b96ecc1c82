"""Addresses of code systems, and the words for sides, levels and days that every room shares."""

from __future__ import annotations

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

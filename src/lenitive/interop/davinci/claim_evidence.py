"""The facts that decided the criteria of a policy, as resources that a payer can read, each with what it shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from lenitive.chart import Chart
from lenitive.interop.fhir.own import FACT_SYSTEM
from lenitive.interop.fhir.serving import served
from lenitive.reasoning.assessment import Determination
from lenitive.reasoning.book import Book

Json = dict[str, Any]

MAY_SUPPORT = frozenset(("AllergyIntolerance", "Condition", "Observation", "Procedure"))
"""The types of our resources that PAS lets a claim point to as additional information."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One resource of the chart and the criteria that rest on it."""

    reference: str
    shows: str


@dataclass(frozen=True, slots=True)
class ClaimEvidence:
    """Resources by reference, what each shows, and the facts that PAS has no place for."""

    resources: Mapping[str, Json]
    shown: tuple[Shown, ...]
    left_out: tuple[str, ...]


def patient_uuid(chart: Chart, base: str) -> UUID:
    """The id of a patient's resources: the chart's own where it is a UUID, else one made from it."""
    try:
        return UUID(chart.patient_id)
    except ValueError:
        return uuid5(NAMESPACE_URL, f"{base}/Patient/{chart.patient_id}")


def claim_evidence(chart: Chart, determination: Determination | None, book: Book, base: str) -> ClaimEvidence:
    """What the determination rests on. Facts that no criterion cites stay in the chart."""
    given = served(chart, patient_uuid(chart, base), book)
    by_reference = {f"{one.kind}/{one.id}": unversioned(one.body) for one in given}
    of_fact = {fact: reference for reference, body in by_reference.items() for fact in _facts_of(body)}
    says = _what_facts_say(determination)
    shown: list[Shown] = []
    left_out: list[str] = []
    for fact, phrases in says.items():
        reference = of_fact.get(fact)
        if reference is None or reference.partition("/")[0] not in MAY_SUPPORT:
            left_out.append(fact[1])
        else:
            shown.append(Shown(reference, "; ".join(phrases)))
    return ClaimEvidence(by_reference, tuple(shown), tuple(left_out))


def _what_facts_say(determination: Determination | None) -> dict[tuple[str, str], list[str]]:
    """Table and id of each cited fact, and for which criteria it speaks, or against which."""
    found: dict[tuple[str, str], list[str]] = {}
    for result in determination.criteria if determination else ():
        if result.satisfied is None:
            continue
        phrase = f"{'Shows' if result.satisfied else 'Speaks against'}: {result.label}"
        for fact in result.facts:
            phrases = found.setdefault((fact.table, fact.id), [])
            if phrase not in phrases:
                phrases.append(phrase)
    return found


def _facts_of(body: Json) -> list[tuple[str, str]]:
    return [
        (identifier["system"].removeprefix(FACT_SYSTEM), identifier["value"])
        for identifier in body.get("identifier", ())
        if identifier.get("system", "").startswith(FACT_SYSTEM)
    ]


def unversioned(body: Json) -> Json:
    """The resource without a claim to one version of US Core: PAS is built on a later one."""
    profiles = [profile.partition("|")[0] for profile in body.get("meta", {}).get("profile", ())]
    return body | {"meta": body["meta"] | {"profile": profiles}} if profiles else body

"""Medication resources to facts: one fact per ingredient that is known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import msgspec

from lenitive.chart import Fact
from lenitive.chart import medication as chart_medication
from lenitive.codes import RXNORM
from lenitive.interop.fhir import code_maps
from lenitive.interop.fhir.context import NOTHING, Context, code_in, not_r4, span, words
from lenitive.interop.fhir.resources import (
    Concept,
    Dosage,
    Head,
    Medication,
    MedicationDispense,
    MedicationRequest,
    MedicationStatement,
    MedicationUse,
    Period,
    Repeat,
    identifiers_of,
)
from lenitive.interop.report import ReadReport

_KEPT = frozenset(("active", "stopped", "completed", "on-hold", "intended"))
_ONLY_MEANT = frozenset(("proposal", "plan", "option"))
_IN_A_DAY = {"s": 86400.0, "min": 1440.0, "h": 24.0, "d": 1.0, "wk": 1 / 7, "mo": 1 / 30.4375, "a": 1 / 365.25}

_read_head = msgspec.json.Decoder(Head).decode
_read_medication = msgspec.json.Decoder(Medication).decode


LISTED = "urn:lenitive:medication-statement"
"""Names, in a request that our FHIR API gives out, the statement that says the same."""


def request(resource: MedicationRequest, fact_id: str, context: Context) -> Sequence[Fact]:
    """A prescription, or a line of a medication list."""
    if resource.identifier and any(item.system == LISTED for item in identifiers_of(resource)):
        return context.aside("MedicationRequest", "says once more what a statement of ours says")
    if resource.status in ("entered-in-error", "cancelled", "draft"):
        return _no_longer(resource, fact_id, "MedicationRequest", f"status {resource.status}", context)
    if resource.doNotPerform:
        return _no_longer(resource, fact_id, "MedicationRequest", "says not to take it", context)
    return _use(resource, fact_id, "MedicationRequest", context)


def statement(resource: MedicationStatement, fact_id: str, context: Context) -> Sequence[Fact]:
    """What somebody says the patient takes."""
    if resource.taken:
        not_r4("MedicationStatement.taken", "STU3")
    if resource.status in ("entered-in-error", "not-taken"):
        return _no_longer(resource, fact_id, "MedicationStatement", f"status {resource.status}", context)
    return _use(resource, fact_id, "MedicationStatement", context)


def dispense(resource: MedicationDispense, fact_id: str, context: Context) -> Sequence[Fact]:
    """What a pharmacy gave. A completed dispense says nothing about the end of the therapy."""
    if resource.status not in ("completed", "in-progress", "unknown", None):
        return _no_longer(resource, fact_id, "MedicationDispense", f"status {resource.status}", context)
    return _use(resource, fact_id, "MedicationDispense", context)


def _no_longer(resource: MedicationUse, fact_id: str, kind: str, reason: str, context: Context) -> Sequence[Fact]:
    return context.no_longer(fact_id, resource, resource.subject, kind, reason)


def medication(resource: Medication, fact_id: str, context: Context) -> Sequence[Fact]:
    """No fact; the product is kept for those who point to it."""
    context.medications[fact_id] = resource
    return NOTHING


def _use(resource: MedicationUse, fact_id: str, kind: str, context: Context) -> Sequence[Fact]:
    if resource.medication:
        not_r4(f"{kind}.medication", "R5")
    whose = context.whose(resource.subject)
    if resource.medicationCodeableConcept is not None:
        return _facts(resource, fact_id, whose, (resource.medicationCodeableConcept,), context)
    reference = resource.medicationReference.reference if resource.medicationReference else None
    if reference is None:
        display = resource.medicationReference.display if resource.medicationReference else None
        if display is None:
            return context.aside(kind, "names no medication")
        return _facts(resource, fact_id, whose, (Concept(text=display),), context)
    if reference.startswith("#"):
        found = _contained(resource, reference[1:])
        return _facts(resource, fact_id, whose, _concepts(found), context)
    if context.target(reference) in context.medications:
        return _facts(resource, fact_id, whose, _concepts(context.medications[context.target(reference)]), context)
    _shared(resource, whose, Context(ReadReport(), ""))  # what makes no fact is refused now, alone
    context.open_medications.append((resource, fact_id, whose))
    return NOTHING


def _contained(resource: MedicationUse, name: str) -> Medication | None:
    for raw in resource.contained or ():
        if _read_head(raw).id == name:
            return _read_medication(raw)
    return None


def _concepts(found: Medication | None) -> tuple[Concept, ...]:
    if found is None:
        return ()
    parts = tuple(part.itemCodeableConcept for part in found.ingredient or () if part.itemCodeableConcept)
    return ((found.code,) if found.code else ()) + parts


def waiting_medications(context: Context) -> Sequence[Fact]:
    """The uses whose product stood later in the input, or nowhere."""
    waiting, context.open_medications = context.open_medications, []
    facts: list[Fact] = []
    for resource, fact_id, whose in waiting:
        reference = resource.medicationReference
        target = context.target(reference.reference) if reference and reference.reference else ""
        found = context.medications.get(target)
        if found is None:
            context.report.unresolved[target] += 1
        concepts = _concepts(found) or ((Concept(text=reference.display),) if reference and reference.display else ())
        facts.extend(_facts(resource, fact_id, whose, concepts, context))
    return facts


def _facts(
    resource: MedicationUse, fact_id: str, whose: str, concepts: Sequence[Concept], context: Context
) -> Sequence[Fact]:
    shared = _shared(resource, whose, context)
    code = next((code for concept in concepts if (code := code_in(concept, RXNORM))), None)
    label = next((said for concept in concepts if (said := words(concept))), None)
    names, matched = _ingredients(concepts)
    if len(names) < 2:
        ingredient = names[0] if names else None
        return (_fact(fact_id, ingredient, matched, label, code, shared),)
    return tuple(_fact(f"{fact_id}#{name}", name, matched, label, code, shared) for name in names)


def _fact(
    fact_id: str,
    ingredient: str | None,
    matched: str | None,
    label: str | None,
    code: str | None,
    shared: dict[str, Any],
) -> Fact:
    return chart_medication.Medication(
        id=fact_id,
        ingredient=ingredient,
        label=label,
        rxnorm=code,
        drug_class=code_maps.class_of_drug(ingredient) if ingredient else None,
        matched=cast(Any, matched),
        **shared,
    )


def _ingredients(concepts: Sequence[Concept]) -> tuple[tuple[str, ...], str | None]:
    for concept in concepts:
        for coding in concept.coding or ():
            if coding.system == RXNORM and coding.code and (found := code_maps.ingredients_of_rxnorm(coding.code)):
                return found, "code"
    for concept in concepts:
        texts = (concept.text, *(coding.display for coding in concept.coding or ()))
        for text in texts:
            if text and (found := code_maps.ingredients_in_words(text)):
                return found, "name"
    return (), None


def _shared(resource: MedicationUse, whose: str, context: Context) -> dict[str, Any]:
    """All that the facts of one use have in common: whose, when, how much, how often."""
    dosages: list[Dosage] | None
    period: Period | None = None
    if isinstance(resource, MedicationRequest):
        start, written, dosages = resource.authoredOn, resource.authoredOn, resource.dosageInstruction
        status = "intended" if _is_only_meant(resource) else resource.status
    elif isinstance(resource, MedicationStatement):
        start, written, dosages = resource.effectiveDateTime, resource.dateAsserted, resource.dosage
        period, status = resource.effectivePeriod, resource.status
    else:
        dispense = cast(MedicationDispense, resource)
        start, written, dosages = dispense.whenHandedOver or dispense.whenPrepared, None, dispense.dosageInstruction
        status = None
    dosage = dosages[0] if dosages else None
    repeat = dosage.timing.repeat if dosage and dosage.timing else None
    bounds = repeat.boundsPeriod if repeat else None
    ended = (period.end if period else None) or (bounds.end if bounds else None)
    begun = start or (period.start if period else None) or (bounds.start if bounds else None)
    first, last, until = span(begun, None, ended)
    return {
        **context.about(resource, whose, first, last, written),
        "until": until,
        "status": status if status in _KEPT else None,
        **_dose(dosage, repeat),
    }


def _is_only_meant(resource: MedicationRequest) -> bool:
    """Nobody takes it yet. What is reported is taken: US Core lists it as a plan without an order."""
    is_reported = resource.reportedBoolean or resource.reportedReference is not None
    return resource.intent in _ONLY_MEANT and not is_reported


def _dose(dosage: Dosage | None, repeat: Repeat | None) -> dict[str, Any]:
    if dosage is None:
        return {}
    rate = dosage.doseAndRate[0] if dosage.doseAndRate else None
    quantity = rate.doseQuantity if rate else None
    given = quantity.value if quantity and quantity.comparator is None else None
    return {
        "dose": given if given and given > 0 else None,
        "unit": (quantity.unit or quantity.code) if quantity and given else None,
        "times_a_day": _times_a_day(repeat),
        "frequency": dosage.text or (words(dosage.timing.code) if dosage.timing else None),
        "route": words(dosage.route),
    }


def _times_a_day(repeat: Repeat | None) -> float | None:
    if repeat is None or not repeat.period or repeat.period < 0 or repeat.periodUnit not in _IN_A_DAY:
        return None
    frequency = 1.0 if repeat.frequency is None else repeat.frequency
    return frequency / repeat.period * _IN_A_DAY[repeat.periodUnit] if frequency > 0 else None

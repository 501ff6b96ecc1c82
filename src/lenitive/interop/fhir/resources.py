"""The elements of FHIR R4 that the reader uses, and no others. Anything else in a resource is skipped unread."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Raw


class Element(msgspec.Struct, gc=False):
    """The root of all elements. They hold no cycles, so the garbage collector need not know them."""


class Coding(Element):
    """A code of a code system."""

    system: str | None = None
    code: str | None = None
    display: str | None = None


class Concept(Element):
    """A concept: codes that mean the same, and a text."""

    coding: list[Coding] | None = None
    text: str | None = None


class Identifier(Element):
    """A business identifier."""

    system: str | None = None
    value: str | None = None
    type: Concept | None = None


class Reference(Element):
    """A pointer to another resource."""

    reference: str | None = None
    display: str | None = None
    identifier: Identifier | None = None


class Period(Element):
    """From a day to a day."""

    start: str | None = None
    end: str | None = None


class Quantity(Element):
    """A number with its unit."""

    value: float | None = None
    comparator: str | None = None
    unit: str | None = None
    system: str | None = None
    code: str | None = None


class Meta(Element):
    """When the server last touched the resource."""

    lastUpdated: str | None = None


class Resource(Element):
    """What every resource we read has."""

    id: str | None = None
    meta: Meta | None = None
    identifier: Raw = Raw()
    """Undecoded until somebody asks: of most resources nobody does. See :func:`identifiers_of`."""


class HumanName(Element):
    """A name of a person."""

    use: str | None = None
    text: str | None = None
    family: str | None = None
    given: list[str | None] | None = None


class Address(Element):
    """Where a person lives; only the state is used."""

    state: str | None = None


class Patient(Resource):
    """The person."""

    name: list[HumanName] | None = None
    gender: str | None = None
    birthDate: str | None = None
    deceasedDateTime: str | None = None
    address: list[Address] | None = None


class Condition(Resource):
    """A diagnosis."""

    clinicalStatus: Concept | None = None
    verificationStatus: Concept | None = None
    code: Concept | None = None
    bodySite: list[Concept] | None = None
    subject: Reference | None = None
    onsetDateTime: str | None = None
    onsetPeriod: Period | None = None
    abatementDateTime: str | None = None
    abatementPeriod: Period | None = None
    recordedDate: str | None = None
    assertedDate: Raw = Raw()
    """STU3 only: its presence gives the version away."""


class Component(Element):
    """One part of an observation."""

    code: Concept | None = None
    valueQuantity: Quantity | None = None
    valueInteger: float | None = None
    valueString: str | None = None
    valueBoolean: bool | None = None
    valueCodeableConcept: Concept | None = None
    dataAbsentReason: Concept | None = None


class Observation(Resource):
    """A measurement, score or finding."""

    status: str | None = None
    code: Concept | None = None
    subject: Reference | None = None
    effectiveDateTime: str | None = None
    effectiveInstant: str | None = None
    effectivePeriod: Period | None = None
    issued: str | None = None
    valueQuantity: Quantity | None = None
    valueInteger: float | None = None
    valueString: str | None = None
    valueBoolean: bool | None = None
    valueCodeableConcept: Concept | None = None
    dataAbsentReason: Concept | None = None
    component: list[Component] | None = None


class Repeat(Element):
    """How often."""

    frequency: float | None = None
    period: float | None = None
    periodUnit: str | None = None
    boundsPeriod: Period | None = None


class Timing(Element):
    """When and how often a dose is taken."""

    repeat: Repeat | None = None
    code: Concept | None = None


class DoseAndRate(Element):
    """How much of a drug is taken at a time."""

    doseQuantity: Quantity | None = None


class Dosage(Element):
    """How a drug is taken."""

    text: str | None = None
    timing: Timing | None = None
    route: Concept | None = None
    doseAndRate: list[DoseAndRate] | None = None


class MedicationUse(Resource):
    """What the three medication resources have in common."""

    status: str | None = None
    subject: Reference | None = None
    medicationCodeableConcept: Concept | None = None
    medicationReference: Reference | None = None
    contained: list[Raw] | None = None
    medication: Raw = Raw()
    """R5 only: its presence gives the version away."""


class MedicationRequest(MedicationUse):
    """A prescription."""

    intent: str | None = None
    doNotPerform: bool | None = None
    reportedBoolean: bool | None = None
    reportedReference: Reference | None = None
    authoredOn: str | None = None
    dosageInstruction: list[Dosage] | None = None


class MedicationStatement(MedicationUse):
    """What somebody says the patient takes."""

    effectiveDateTime: str | None = None
    effectivePeriod: Period | None = None
    dateAsserted: str | None = None
    dosage: list[Dosage] | None = None
    taken: Raw = Raw()
    """STU3 only: its presence gives the version away."""


class MedicationDispense(MedicationUse):
    """What a pharmacy gave."""

    whenPrepared: str | None = None
    whenHandedOver: str | None = None
    dosageInstruction: list[Dosage] | None = None


class Ingredient(Element):
    """What a medication is made of."""

    itemCodeableConcept: Concept | None = None


class Medication(Resource):
    """A product that medication resources point to."""

    code: Concept | None = None
    ingredient: list[Ingredient] | None = None


class Reaction(Element):
    """What happened on contact."""

    manifestation: list[Concept] | None = None
    severity: str | None = None


class AllergyIntolerance(Resource):
    """An allergy, or the statement that there is none."""

    clinicalStatus: Concept | None = None
    verificationStatus: Concept | None = None
    code: Concept | None = None
    patient: Reference | None = None
    onsetDateTime: str | None = None
    recordedDate: str | None = None
    reaction: list[Reaction] | None = None


class Performer(Element):
    """Who did it."""

    actor: Reference | None = None


class Procedure(Resource):
    """Something done to the patient."""

    status: str | None = None
    code: Concept | None = None
    subject: Reference | None = None
    performedDateTime: str | None = None
    performedPeriod: Period | None = None
    bodySite: list[Concept] | None = None
    performer: list[Performer] | None = None
    complication: list[Concept] | None = None
    occurrenceDateTime: Raw = Raw()
    """R5 only: its presence gives the version away."""
    occurrencePeriod: Raw = Raw()
    """R5 only."""
    notDone: Raw = Raw()
    """STU3 only."""


class UdiCarrier(Element):
    """The unique identifier printed on a device."""

    deviceIdentifier: str | None = None
    carrierHRF: str | None = None


class DeviceName(Element):
    """A name of a device."""

    name: str | None = None


class Device(Resource):
    """A device; one that has a patient may be an implant."""

    status: str | None = None
    type: Concept | None = None
    deviceName: list[DeviceName] | None = None
    patient: Reference | None = None
    udiCarrier: list[UdiCarrier] | None = None


class CoverageClass(Element):
    """A group, plan or other class of a coverage."""

    type: Concept | None = None
    value: str | None = None
    name: str | None = None


class Coverage(Resource):
    """An insurance."""

    status: str | None = None
    type: Concept | None = None
    subscriberId: str | None = None
    beneficiary: Reference | None = None
    period: Period | None = None
    payor: list[Reference] | None = None
    class_: list[CoverageClass] | None = msgspec.field(default=None, name="class")
    order: int | None = None
    contained: list[Raw] | None = None


class GoalTarget(Element):
    """What is to be reached, and by when."""

    measure: Concept | None = None
    detailQuantity: Quantity | None = None
    dueDate: str | None = None


class Goal(Resource):
    """Something that a patient and a team aim for."""

    lifecycleStatus: str | None = None
    achievementStatus: Concept | None = None
    category: list[Concept] | None = None
    description: Concept | None = None
    subject: Reference | None = None
    startDate: str | None = None
    target: list[GoalTarget] | None = None
    statusDate: str | None = None


class Organization(Resource):
    """An organization, read for its name."""

    name: str | None = None


_read_identifiers = msgspec.json.Decoder(list[Identifier] | None).decode


def identifiers_of(resource: Resource) -> list[Identifier]:
    """The business identifiers of a resource."""
    held: Any = resource.identifier  # decoded already in the form of our own writer
    if isinstance(held, Raw):
        held = _read_identifiers(held) if held else None
    return held or []


class Entry(Element):
    """One entry of a Bundle."""

    fullUrl: str | None = None
    resource: Raw = Raw()


class Bundle(Element):
    """A Bundle of any type."""

    type: str | None = None
    timestamp: str | None = None
    entry: list[Entry] | None = None


class LooseBundle(Element):
    """A Bundle whose entries are looked at one by one, because one of them is not an entry."""

    entry: list[Raw] | None = None


class Head(Element):
    """What a resource says it is."""

    resourceType: str | None = None
    id: str | None = None

"""Procedure and Device resources to facts."""

from __future__ import annotations

from collections.abc import Sequence

from lenitive.chart import Fact
from lenitive.chart import device as chart_device
from lenitive.chart import procedure as chart_procedure
from lenitive.chart.treatment import Treatment
from lenitive.codes import CPT, HCPCS, LENITIVE, SNOMED
from lenitive.interop.fhir import code_maps
from lenitive.interop.fhir.context import Context, code_in, first_words, not_r4, span, words
from lenitive.interop.fhir.problems import side_of
from lenitive.interop.fhir.resources import Device, Procedure

_NOT_DONE = frozenset(("entered-in-error", "not-done", "preparation"))
_NUMBERED = (CPT, HCPCS, "https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets", "urn:oid:2.16.840.1.113883.6.285")


def procedure(resource: Procedure, fact_id: str, context: Context) -> Sequence[Fact]:
    """Something done: an intervention, or a session of conservative care."""
    if resource.occurrenceDateTime or resource.occurrencePeriod:
        not_r4("Procedure.occurrence[x]", "R5")
    if resource.notDone:
        not_r4("Procedure.notDone", "STU3")
    if resource.status in _NOT_DONE:
        return context.no_longer(fact_id, resource, resource.subject, "Procedure", f"status {resource.status}")
    whose = context.whose(resource.subject)
    snomed = code_in(resource.code, SNOMED)
    care = code_maps.therapy_of_snomed(snomed) if snomed else None
    if care is None:
        return _intervention(resource, fact_id, whose, context)
    first, last, until = span(resource.performedDateTime, resource.performedPeriod, None)
    return (Treatment(id=fact_id, **context.about(resource, whose, first, last), until=until, kind=care),)


def _intervention(resource: Procedure, fact_id: str, whose: str, context: Context) -> Sequence[Fact]:
    first, last, until = span(resource.performedDateTime, resource.performedPeriod, None)
    label = words(resource.code)
    number = next((found for system in _NUMBERED if (found := code_in(resource.code, system))), None)
    meaning = code_maps.procedures().get(number) if number else None
    kind = code_in(resource.code, LENITIVE) or (meaning.kind_for(label or "") if meaning else None) or label or number
    if kind is None:
        return context.aside("Procedure", "neither code nor text")
    if meaning is not None and meaning.recalled:
        context.report.notes[f"code {number} was read by a row that nobody has checked against its source"] += 1
    latest = last or (until if first and until and until > first else None)
    actor = next((item.actor for item in resource.performer or () if item.actor), None)
    return (
        chart_procedure.Procedure(
            id=fact_id,
            **context.about(resource, whose, first, latest),
            kind=kind,
            label=label,
            code=number,
            approach=meaning.approach if meaning else None,
            region=meaning.region if meaning else None,
            side=side_of(resource.bodySite),
            operator=actor.display if actor else None,
            complication=first_words(resource.complication),
        ),
    )


def device(resource: Device, fact_id: str, context: Context) -> Sequence[Fact]:
    """What a patient carries. A device that belongs to nobody, or is no longer in use, is set aside."""
    if resource.status in ("entered-in-error", "inactive"):
        return context.no_longer(fact_id, resource, resource.patient, "Device", f"status {resource.status}")
    if resource.patient is None:
        return context.aside("Device", "no patient")
    whose = context.whose(resource.patient)
    names = [name.name for name in resource.deviceName or () if name.name]
    said = [text for text in (words(resource.type), *names) if text]
    if not said:
        return context.aside("Device", "nothing says what it is")
    carrier = resource.udiCarrier[0] if resource.udiCarrier else None
    kind = code_in(resource.type, LENITIVE) or next((k for text in said if (k := code_maps.device_kind(text))), None)
    return (
        chart_device.Device(
            id=fact_id,
            **context.about(resource, whose),
            kind=kind or said[0],
            label=said[0],
            identifier=(carrier.deviceIdentifier or carrier.carrierHRF) if carrier else None,
        ),
    )

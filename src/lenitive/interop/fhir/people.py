"""Patient and Coverage resources to facts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from lenitive.chart import Fact
from lenitive.chart import coverage as chart_coverage
from lenitive.chart import patient as chart_patient
from lenitive.interop.fhir import code_maps
from lenitive.interop.fhir.context import NOTHING, Context, code_in, span, words
from lenitive.interop.fhir.days import days, last_day
from lenitive.interop.fhir.resources import Coverage, HumanName, Organization, Patient, identifiers_of
from lenitive.interop.report import ReadReport

_SEXES = frozenset(("female", "male", "other", "unknown"))
_ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
_IDENTIFIER_TYPE = "http://terminology.hl7.org/CodeSystem/v2-0203"
_CLASS = "http://terminology.hl7.org/CodeSystem/coverage-class"
_NAME_ORDER = {
    use: place
    for place, use in enumerate(("official", "usual", None, "temp", "nickname", "anonymous", "maiden", "old"))
}


def patient(resource: Patient, fact_id: str, context: Context) -> Sequence[Fact]:
    """Who the patient is. Without a date of the server the row counts as recorded at birth."""
    name = resource.id or fact_id
    context.named.add(name)
    state = next((address.state for address in resource.address or () if address.state), None)
    letters = code_maps.state_letters(state) if state else None
    if letters and not context.our_own:
        context.state_of[name] = letters
    born, born_by = days(resource.birthDate) if resource.birthDate else (None, None)
    died = last_day(resource.deceasedDateTime) if resource.deceasedDateTime else None
    return (
        chart_patient.Patient(
            id=fact_id,
            patient=name,
            recorded_at=context.recorded(None, resource.meta, born, born_by),
            source=context.source,
            name=_name(resource.name),
            birth_date=born,
            birth_by=born_by,
            sex=cast(Any, resource.gender if resource.gender in _SEXES else None),
            died_on=died,
            identifiers=tuple(f"{item.system or ''}|{item.value}" for item in identifiers_of(resource) if item.value),
        ),
    )


def _name(names: Sequence[HumanName] | None) -> str | None:
    known = [name for name in names or () if name.use in _NAME_ORDER]
    for name in sorted(known, key=lambda name: _NAME_ORDER[name.use]) if len(known) > 1 else known:
        if said := name.text or " ".join(_parts(name)):
            return said
    return None


def _parts(name: HumanName) -> list[str]:
    return [part for part in (*(name.given or ()), name.family) if part]


def organization(resource: Organization, fact_id: str, context: Context) -> Sequence[Fact]:
    """No fact; the name is kept for those who point to it."""
    if resource.name:
        context.organizations[fact_id] = resource.name
    return NOTHING


def coverage(resource: Coverage, fact_id: str, context: Context) -> Sequence[Fact]:
    """An insurance. It waits for the end, when the names of payers and the states of patients are known."""
    if resource.status in ("entered-in-error", "draft"):
        return context.no_longer(fact_id, resource, resource.beneficiary, "Coverage", f"status {resource.status}")
    if resource.status == "cancelled" and not (resource.period and resource.period.end):
        reason = "cancelled, and nothing says when"
        return context.no_longer(fact_id, resource, resource.beneficiary, "Coverage", reason)
    whose = context.whose(resource.beneficiary)
    if context.our_own:
        return (_coverage(resource, fact_id, whose, context),)
    _coverage(resource, fact_id, whose, Context(ReadReport(), ""))  # what makes no fact is refused now, alone
    context.coverages.append((resource, fact_id, whose))
    return NOTHING


def waiting_coverages(context: Context) -> Sequence[Fact]:
    """The coverages that waited."""
    waiting, context.coverages = context.coverages, []
    return tuple(_coverage(*each, context) for each in waiting)


def _coverage(resource: Coverage, fact_id: str, whose: str, context: Context) -> Fact:
    first, last, until = span(None, resource.period, None)
    payer = _payer(resource, context)
    plan = _plan(resource)
    return chart_coverage.Coverage(
        id=fact_id,
        **context.about(resource, whose, first, last),
        until=until,
        payer=payer,
        plan=plan,
        programme=cast(Any, _programme(resource, payer, plan)),
        state=context.state_of.get(whose),
        member=resource.subscriberId or _member_number(resource),
        order=resource.order if resource.order and resource.order > 0 else None,
    )


def _payer(resource: Coverage, context: Context) -> str:
    for payor in resource.payor or ():
        if payor.display:
            return payor.display
        if payor.reference:
            target = context.target(payor.reference)
            if target.startswith("Patient/"):
                return "self-pay"
            if target in context.organizations:
                return context.organizations[target]
            if not target.startswith("#"):
                context.report.unresolved[target] += 1
    said = next((item.name for item in resource.class_ or () if item.name), None) or words(resource.type)
    return said or "not named"


def _plan(resource: Coverage) -> str | None:
    classes = resource.class_ or ()
    named = [item for item in classes if code_in(item.type, _CLASS) == "plan"] or classes
    return next((item.name or item.value for item in named if item.name or item.value), None)


def _programme(resource: Coverage, payer: str, plan: str | None) -> str | None:
    if payer == "self-pay":
        return "self_pay"
    said = " | ".join(part for part in (words(resource.type), payer, plan) if part)
    act = code_in(resource.type, _ACT_CODE)
    return (code_maps.programme_of_act_code(act) if act else None) or code_maps.programme_in_words(said)


def _member_number(resource: Coverage) -> str | None:
    members = (item.value for item in identifiers_of(resource) if code_in(item.type, _IDENTIFIER_TYPE) == "MB")
    return next((value for value in members if value), None)

"""Condition and AllergyIntolerance resources to facts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from lenitive.chart import Fact
from lenitive.chart import allergy as chart_allergy
from lenitive.chart import condition as chart_condition
from lenitive.chart.attestation import Attestation
from lenitive.codes import ICD10CM, LENITIVE, SNOMED
from lenitive.interop.fhir import code_maps
from lenitive.interop.fhir.context import Context, code_in, first_code, first_words, not_r4, span, words
from lenitive.interop.fhir.resources import AllergyIntolerance, Concept, Condition

_NOT_SO = frozenset(("refuted", "entered-in-error"))
_STATUSES = frozenset(("active", "recurrence", "relapse", "inactive", "remission", "resolved"))
_CERTAINTIES = frozenset(("confirmed", "provisional", "differential", "unconfirmed"))
_SEVERITIES = ("severe", "moderate", "mild")


def condition(resource: Condition, fact_id: str, context: Context) -> Sequence[Fact]:
    """A diagnosis, with its codes as recorded and our concept where one is known."""
    if resource.assertedDate:
        not_r4("Condition.assertedDate", "STU3")
    certainty = first_code(resource.verificationStatus)
    if certainty in _NOT_SO:
        return context.no_longer(fact_id, resource, resource.subject, "Condition", f"verification status {certainty}")
    whose = context.whose(resource.subject)
    ended = resource.abatementDateTime or (resource.abatementPeriod.end if resource.abatementPeriod else None)
    begun = resource.onsetPeriod.start if resource.onsetPeriod else None
    first, last, until = span(resource.onsetDateTime or begun, None, ended)
    icd10, snomed, ours = _codes(resource.code)
    if ours is None:
        ours = (code_maps.concept_of_icd10(icd10) if icd10 else None) or (
            code_maps.concept_of_snomed(snomed) if snomed else None
        )
    status = first_code(resource.clinicalStatus)
    level = code_maps.level_of_icd10(icd10) if icd10 else None
    label = words(resource.code)
    if not (icd10 or snomed or ours or label):
        return context.aside("Condition", "neither code nor text")
    return (
        chart_condition.Condition(
            id=fact_id,
            **context.about(resource, whose, first, last, resource.recordedDate),
            until=until,
            code=ours,
            label=label,
            icd10=icd10,
            snomed=snomed,
            status=cast(Any, status if status in _STATUSES else None),
            certainty=cast(Any, certainty if certainty in _CERTAINTIES else None),
            side=_side(resource.bodySite, icd10),
            levels=(level,) if level else (),
        ),
    )


def _codes(concept: Concept | None) -> tuple[str | None, str | None, str | None]:
    icd10 = snomed = ours = None
    for coding in (concept.coding if concept else None) or ():
        if coding.system == SNOMED:
            snomed = snomed or coding.code
        elif coding.system == ICD10CM:
            icd10 = icd10 or coding.code
        elif coding.system == LENITIVE:
            ours = ours or coding.code
    return icd10, snomed, ours


def _side(sites: list[Concept] | None, icd10: str | None) -> str | None:
    return side_of(sites) or (code_maps.side_of_icd10(icd10) if icd10 else None)


def side_of(sites: list[Concept] | None) -> str | None:
    """The side that body sites say. Left and right on two sites is no one side."""
    said = {side for site in sites or () if (side := _side_of_one(site))}
    return said.pop() if len(said) == 1 else None


def _side_of_one(site: Concept) -> str | None:
    texts = [site.text, *(part for coding in site.coding or () for part in (coding.code, coding.display))]
    return next((side for text in texts if text and (side := code_maps.side_of_site(text))), None)


def allergy(resource: AllergyIntolerance, fact_id: str, context: Context) -> Sequence[Fact]:
    """An allergy, or the attestation that there is none."""
    certainty = first_code(resource.verificationStatus)
    if certainty in _NOT_SO:
        reason = f"verification status {certainty}"
        return context.no_longer(fact_id, resource, resource.patient, "AllergyIntolerance", reason)
    whose = context.whose(resource.patient)
    status = first_code(resource.clinicalStatus)
    first, last, _ = span(resource.onsetDateTime, None, None)
    about = context.about(resource, whose, first, last, resource.recordedDate)
    topic = _none_known(resource.code)
    if topic is not None:
        if status in ("resolved", "inactive"):
            reason = f"says that no allergy is known, but is {status}"
            return context.no_longer(fact_id, resource, resource.patient, "AllergyIntolerance", reason)
        return (Attestation(id=fact_id, **about | {"true_on": first or about["recorded_at"].date()}, topic=topic),)
    substance = words(resource.code) or first_code(resource.code)
    if not substance:
        return context.aside("AllergyIntolerance", "neither code nor text")
    reactions = resource.reaction or ()
    severities = {reaction.severity for reaction in reactions}
    return (
        chart_allergy.Allergy(
            id=fact_id,
            **about,
            substance=code_maps.substance_in_words(substance) or substance,
            code=_first_coding(resource.code),
            reaction=next((said for item in reactions if (said := first_words(item.manifestation))), None),
            severity=cast(Any, next((word for word in _SEVERITIES if word in severities), None)),
            active=None if status is None else status == "active",
        ),
    )


def _none_known(concept: Concept | None) -> str | None:
    code = code_in(concept, SNOMED)
    topic = code_maps.no_allergy_topic(code) if code else None
    if topic is None and concept is not None and concept.text and not concept.coding:
        return code_maps.no_allergy_topic_in_words(concept.text)
    return topic


def _first_coding(concept: Concept | None) -> str | None:
    codings = (concept.coding if concept else None) or ()
    return next((f"{coding.system or ''}|{coding.code}" for coding in codings if coding.code), None)

"""Observation resources to facts: scores, measurements, laboratory values, findings in our own codes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from lenitive.chart import Fact
from lenitive.chart.finding import Finding
from lenitive.chart.measure import Measure
from lenitive.chart.versions import record_of
from lenitive.codes import LENITIVE, LOINC, UCUM
from lenitive.interop.fhir.code_maps import Instrument, Mean, instruments, means
from lenitive.interop.fhir.context import Context, first_code, words
from lenitive.interop.fhir.days import days, last_day
from lenitive.interop.fhir.resources import Component, Concept, Element, Observation, Quantity
from lenitive.interop.scales import OFF_SCALE, lies_on_scale

ONLY_ISSUED = "an observation says when it was issued and not of which day it is: it has no day"
_NOT_SO = frozenset(("entered-in-error", "cancelled"))
_SCORE_UNITS = frozenset(("{score}", "score"))
_INSTRUMENTS = instruments()
_MEANS = means()
_MEAN_NAMES = frozenset(mean.name for mean in _MEANS)
_OF_MEANS = _MEAN_NAMES | {item for mean in _MEANS for item in mean.items}

Value = Observation | Component


def observation(resource: Observation, fact_id: str, context: Context) -> Sequence[Fact]:
    """The scores of an observation and its components. A code that we do not know is counted, not guessed."""
    if resource.status in _NOT_SO:
        return context.no_longer(fact_id, resource, resource.subject, "Observation", f"status {resource.status}")
    code, instrument = _known(resource.code)
    if instrument is None and resource.component is None:
        return _unknown(resource, context) if code is None else (_finding(resource, fact_id, code, context),)
    about = _about(resource, context)
    found = [_measure(fact_id, resource, instrument, code, about, context)] if instrument else []
    for component in resource.component or ():
        code, instrument = _known(component.code)
        if instrument is None:
            _count_unknown(component.code, context)
        else:
            found.append(_measure(f"{fact_id}#{code}", component, instrument, code, about, context))
    facts = [measure for measure in found if measure is not None]
    if facts and len(facts) < len(found):
        context.report.notes["a part of an observation has no value of a form that the chart holds"] += 1
    for measure in facts:
        if measure.instrument in _OF_MEANS and not context.our_own:
            _remember(measure, about.time_point, context)
    return facts or _without_value(resource, context)


def _known(concept: Concept | None) -> tuple[str | None, Instrument | None]:
    """The code of a known instrument, and the instrument; else the first code of our own, if there is one."""
    ours = None
    for coding in (concept.coding if concept else None) or ():
        if coding.system == LOINC:
            instrument = _INSTRUMENTS.get(coding.code or "")
            if instrument is not None:
                return coding.code, instrument
        elif coding.system == LENITIVE:
            ours = ours or coding.code
    return ours, None


class _About(Element):
    """Whom an observation speaks about, and when.

    Most records are observations, so its facts name their columns one by one: that takes half as long as a mapping.
    """

    patient: str
    recorded_at: datetime
    first: date | None
    latest: date | None
    time_point: str | None
    """As it is written."""


def _about(resource: Observation, context: Context) -> _About:
    whose = context.whose(resource.subject)
    effective, ended = resource.effectiveDateTime or resource.effectiveInstant, None
    if effective is None and resource.effectivePeriod is not None:
        effective, ended = resource.effectivePeriod.start, resource.effectivePeriod.end
    if effective is None:
        if resource.issued is not None:
            context.report.notes[ONLY_ISSUED] += 1
        return _About(whose, context.recorded(resource.issued, resource.meta, None, None), None, None, None)
    first, last = days(effective)
    if ended is not None:
        last = last_day(ended)
    latest = last if last is not None and last > first else None
    return _About(whose, context.recorded(resource.issued, resource.meta, first, latest), first, latest, effective)


def _measure(
    fact_id: str, holder: Value, instrument: Instrument, loinc: str | None, about: _About, context: Context
) -> Measure | None:
    """The value of a known instrument as a fact; none if there is no value of a form we read."""
    name, score, unit, text = instrument.name, None, None, None
    quantity = holder.valueQuantity
    if quantity is not None and quantity.value is not None:
        unit = quantity.code if quantity.system == UCUM and quantity.code else quantity.unit or quantity.code
        if quantity.comparator is not None:
            text = _as_reported(quantity, unit)
        elif instrument.needs_unit and unit is None:
            text = _number(quantity.value)
            context.report.notes["a laboratory value without a unit was kept as text"] += 1
        else:
            score = quantity.value
        if instrument.with_score_unit is not None and unit in _SCORE_UNITS:
            name = instrument.with_score_unit
    elif holder.valueInteger is not None and not instrument.needs_unit:
        score = holder.valueInteger
    else:
        text = _text(holder)
        if text is None:
            return None
    if score is not None and not lies_on_scale(name, score):
        text, score = _number(score), None
        context.report.notes[OFF_SCALE] += 1
    return Measure(
        id=fact_id,
        patient=about.patient,
        recorded_at=about.recorded_at,
        source=context.source,
        true_on=about.first,
        true_by=about.latest,
        instrument=name,
        score=score,
        unit=unit,
        text=text,
        loinc=loinc,
    )


def _remember(measure: Measure, time_point: str | None, context: Context) -> None:
    """Keep what a mean may be worked out from at the end, and which means were recorded themselves."""
    if time_point is None or measure.score is None:
        return
    if measure.instrument in _MEAN_NAMES:
        context.means_recorded.add((measure.patient, time_point, measure.instrument))
    else:
        items = context.time_points.setdefault((measure.patient, time_point), {})
        before = items.get(measure.instrument)
        if before is None or before.recorded_at <= measure.recorded_at:
            items[measure.instrument] = measure


def computed_means(context: Context) -> Iterator[Fact]:
    """The means of instruments whose items were all recorded at one time point, and whose mean was not."""
    for (whose, key), items in context.time_points.items():
        for mean in _MEANS:
            if (whose, key, mean.name) not in context.means_recorded and items.keys() >= set(mean.items):
                yield from _mean_of([items[item] for item in mean.items], mean, context)
    context.time_points.clear()
    context.means_recorded.clear()


def _mean_of(items: list[Measure], mean: Mean, context: Context) -> Iterator[Fact]:
    if not context.withdrawn.isdisjoint(record_of(item.id) for item in items):
        return
    scores = [item.score for item in items if item.score is not None]
    if not all(mean.lowest <= score <= mean.highest for score in scores):
        context.report.notes[f"items of {mean.name} out of range: no mean was computed"] += 1
        return
    first = items[0]
    yield Measure(
        id=f"{first.id}#{mean.name}",
        patient=first.patient,
        recorded_at=max(item.recorded_at for item in items),
        source=first.source,
        true_on=first.true_on,
        true_by=first.true_by,
        instrument=mean.name,
        score=sum(scores) / len(scores),
        unit="{score}",
        computed=True,
        loinc=mean.loinc,
    )


def _unknown(resource: Observation, context: Context) -> Sequence[Fact]:
    known = _count_unknown(resource.code, context)
    return context.aside("Observation", "a code that the chart does not use" if known else "no code")


def _count_unknown(concept: Concept | None, context: Context) -> int:
    """Count codes that the chart does not use; how many there were."""
    codings = (concept.coding if concept else None) or ()
    for coding in codings:
        context.report.unknown_codes[f"{coding.system}|{coding.code}"] += 1
    if not codings:
        context.report.notes["an observation, or a part of one, has no code"] += 1
    return len(codings)


def _finding(resource: Observation, fact_id: str, code: str, context: Context) -> Finding:
    about = _about(resource, context)
    quantity, value, unit, text = resource.valueQuantity, None, None, resource.valueString
    if quantity is not None and quantity.comparator is None:
        value, unit = quantity.value, quantity.code or quantity.unit
    elif quantity is not None:
        text = text or _as_reported(quantity, quantity.unit)
    return Finding(
        id=fact_id,
        patient=about.patient,
        recorded_at=about.recorded_at,
        source=context.source,
        true_on=about.first,
        true_by=about.latest,
        code=code,
        present=resource.valueBoolean,
        value=value,
        unit=unit,
        text=text,
    )


def _without_value(resource: Observation, context: Context) -> Sequence[Fact]:
    if resource.component:
        return context.aside("Observation", "components with codes that the chart does not use, or without values")
    return context.aside("Observation", "no value of a form that the chart holds")


def _text(holder: Value) -> str | None:
    """A result that is no plain number, as reported."""
    if holder.valueInteger is not None:
        return _number(holder.valueInteger)
    if holder.valueString:
        return holder.valueString
    if holder.valueCodeableConcept is not None:
        return words(holder.valueCodeableConcept) or first_code(holder.valueCodeableConcept)
    if holder.valueBoolean is not None:
        return "true" if holder.valueBoolean else "false"
    if holder.dataAbsentReason is not None:
        reason = first_code(holder.dataAbsentReason) or words(holder.dataAbsentReason) or "no reason given"
        return f"no value ({reason})"
    return None


def _as_reported(quantity: Quantity, unit: str | None) -> str:
    number = "" if quantity.value is None else _number(quantity.value)
    return f"{quantity.comparator or ''}{number}{' ' + unit if unit else ''}"


def _number(value: float) -> str:
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)

"""Observation resources to facts: scores, measurements, laboratory values, findings in our own codes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from lenitive.chart import Fact
from lenitive.chart.finding import Finding
from lenitive.chart.measure import Measure
from lenitive.codes import LENITIVE, LOINC, UCUM
from lenitive.interop.fhir.code_maps import Instrument, Mean, instruments, means
from lenitive.interop.fhir.context import Context, first_code, words
from lenitive.interop.fhir.days import days, last_day
from lenitive.interop.fhir.resources import Coding, Component, Concept, Observation, Quantity

_NOT_SO = frozenset(("entered-in-error", "cancelled"))
_SCORE_UNITS = frozenset(("{score}", "score"))
_INSTRUMENTS = instruments()
_MEANS = means()
_MEAN_ITEMS = frozenset(item for mean in _MEANS for item in mean.items)
_MEAN_NAMES = frozenset(mean.name for mean in _MEANS)

Value = Observation | Component


def observation(resource: Observation, fact_id: str, context: Context) -> Sequence[Fact]:
    """The scores of an observation and its components. A code that we do not know is counted, not guessed."""
    if resource.status in _NOT_SO:
        return context.aside("Observation", f"status {resource.status}")
    coding, instrument = _known(resource.code)
    components = resource.component
    if instrument is None and components is None:
        return _unknown(resource, fact_id, context)
    whose = context.patient_of(resource.subject)
    if whose is None:
        return context.aside("Observation", "no patient")
    when = _Moment(resource, whose, context)
    facts: list[Fact] = []
    if instrument is not None and coding is not None:
        measure = when.measure(fact_id, resource, instrument, coding)
        if measure is not None:
            facts.append(measure)
    for component in components or ():
        coding, instrument = _known(component.code)
        if instrument is not None and coding is not None:
            measure = when.measure(f"{fact_id}#{coding.code}", component, instrument, coding)
            if measure is not None:
                facts.append(measure)
    return facts or _without_value(resource, context)


def _known(concept: Concept | None) -> tuple[Coding | None, Instrument | None]:
    if concept is not None and concept.coding is not None:
        for coding in concept.coding:
            if coding.system == LOINC:
                instrument = _INSTRUMENTS.get(coding.code)  # type: ignore[arg-type]
                if instrument is not None:
                    return coding, instrument
    return None, None


class _Moment:
    """When and about whom an observation speaks; what its values share."""

    __slots__ = ("at", "context", "first", "key", "last", "whose")

    def __init__(self, resource: Observation, whose: str, context: Context) -> None:
        effective = resource.effectiveDateTime or resource.effectiveInstant
        first: date | None = None
        last: date | None = None
        if effective is not None:
            first, last = days(effective)
        elif resource.effectivePeriod is not None and resource.effectivePeriod.start is not None:
            effective = resource.effectivePeriod.start
            first, last = days(effective)
            if resource.effectivePeriod.end is not None:
                last = last_day(resource.effectivePeriod.end)
        self.first = first
        self.last = last if first is not None and last is not None and last > first else None
        self.at = context.recorded(resource.issued, resource.meta, self.first, self.last)
        self.whose, self.context, self.key = whose, context, effective

    def measure(self, fact_id: str, holder: Value, instrument: Instrument, coding: Coding) -> Measure | None:
        """The value of a known instrument as a fact; none if there is no value of a form we read."""
        name, score, unit, text = instrument.name, None, None, None
        quantity = holder.valueQuantity
        if quantity is not None and quantity.value is not None:
            unit = quantity.code if quantity.system == UCUM and quantity.code else quantity.unit or quantity.code
            if quantity.comparator is not None:
                text = _as_reported(quantity, unit)
            elif instrument.needs_unit and unit is None:
                text = _number(quantity.value)
                self.context.report.notes["a laboratory value without a unit was kept as text"] += 1
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
        measure = Measure(
            id=fact_id,
            patient=self.whose,
            recorded_at=self.at,
            source=self.context.source,
            true_on=self.first,
            true_by=self.last,
            instrument=name,
            score=score,
            unit=unit,
            text=text,
            loinc=coding.code,
        )
        if (name in _MEAN_ITEMS or name in _MEAN_NAMES) and not self.context.our_own:
            self._remember(measure)
        return measure

    def _remember(self, measure: Measure) -> None:
        if self.key is None or measure.score is None:
            return
        if measure.instrument in _MEAN_NAMES:
            self.context.means_recorded.add((self.whose, self.key, measure.instrument))
        else:
            self.context.time_points.setdefault((self.whose, self.key), {})[measure.instrument] = measure


def computed_means(context: Context) -> Iterator[Fact]:
    """The means of instruments whose items were all recorded at one time point, and whose mean was not."""
    for (whose, key), items in context.time_points.items():
        for mean in _MEANS:
            if (whose, key, mean.name) not in context.means_recorded and items.keys() >= set(mean.items):
                yield from _mean_of([items[item] for item in mean.items], mean, context)
    context.time_points.clear()
    context.means_recorded.clear()


def _mean_of(items: list[Measure], mean: Mean, context: Context) -> Iterator[Fact]:
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


def _unknown(resource: Observation, fact_id: str, context: Context) -> Sequence[Fact]:
    codings = (resource.code.coding if resource.code else None) or ()
    for coding in codings:
        if coding.system == LENITIVE and coding.code:
            return _finding(resource, fact_id, coding.code, context)
    for coding in codings:
        context.report.unknown_codes[f"{coding.system}|{coding.code}"] += 1
    return context.aside("Observation", "a code that the chart does not use" if codings else "no code")


def _finding(resource: Observation, fact_id: str, code: str, context: Context) -> Sequence[Fact]:
    whose = context.patient_of(resource.subject)
    if whose is None:
        return context.aside("Observation", "no patient")
    when = _Moment(resource, whose, context)
    quantity = resource.valueQuantity
    plain = quantity is not None and quantity.comparator is None
    text = resource.valueString or (_as_reported(quantity, quantity.unit) if quantity and not plain else None)
    return (
        Finding(
            id=fact_id,
            patient=whose,
            recorded_at=when.at,
            source=context.source,
            true_on=when.first,
            true_by=when.last,
            code=code,
            present=resource.valueBoolean,
            value=quantity.value if quantity and plain else None,
            unit=(quantity.code or quantity.unit) if quantity and plain else None,
            text=text,
        ),
    )


def _without_value(resource: Observation, context: Context) -> Sequence[Fact]:
    if resource.component:
        for component in resource.component:
            for coding in (component.code.coding if component.code else None) or ():
                context.report.unknown_codes[f"{coding.system}|{coding.code}"] += 1
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

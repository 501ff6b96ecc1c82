"""One resource to facts: what type it is, who reads it, and what is refused."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import repeat
from typing import Any, NamedTuple, cast

import msgspec

from lenitive.chart import TABLE_OF, TABLES, Fact
from lenitive.chart.allergy import Allergy
from lenitive.chart.attestation import Attestation
from lenitive.chart.condition import Condition
from lenitive.chart.coverage import Coverage
from lenitive.chart.device import Device
from lenitive.chart.finding import Finding
from lenitive.chart.goal import Goal
from lenitive.chart.measure import Measure
from lenitive.chart.medication import Medication
from lenitive.chart.patient import Patient
from lenitive.chart.procedure import Procedure
from lenitive.chart.treatment import Treatment
from lenitive.interop.fhir import goals, interventions, medications, observations, own, people, problems, resources
from lenitive.interop.fhir.context import (
    NOTHING,
    Context,
    ImpossibleError,
    NoFactAnyMore,
    NotR4Error,
    Refused,
    SetAsideError,
)
from lenitive.interop.fhir.days import BadDateError, moment
from lenitive.interop.fhir.shape import SURELY_SHALLOW, nested_too_deep
from lenitive.interop.scales import on_scale

Handler = Callable[[Any, str, Context], Sequence[Fact]]
Decode = Callable[[bytes], Any]


class Reader(NamedTuple):
    """How resources of one type are read."""

    kind: str
    decode: Decode
    decode_our_own: Decode
    handler: Handler | None
    """None if only those are used that our own writer wrote."""
    makes: frozenset[str]
    """The fact tables that the handler can fill."""


def _reader(kind: str, struct: type[resources.Resource], handler: Handler | None, *made: type[Fact]) -> Reader:
    decode, decode_our_own = (msgspec.json.Decoder(form).decode for form in (struct, own.own_form(struct)))
    return Reader(kind, decode, decode_our_own, handler, frozenset(TABLE_OF[fact] for fact in made))


READERS = {
    reader.kind: reader
    for reader in (
        _reader("Patient", resources.Patient, people.patient, Patient),
        _reader("Condition", resources.Condition, problems.condition, Condition),
        _reader("AllergyIntolerance", resources.AllergyIntolerance, problems.allergy, Allergy, Attestation),
        _reader("Observation", resources.Observation, observations.observation, Measure, Finding),
        _reader("Medication", resources.Medication, medications.medication),
        _reader("MedicationRequest", resources.MedicationRequest, medications.request, Medication),
        _reader("MedicationStatement", resources.MedicationStatement, medications.statement, Medication),
        _reader("MedicationDispense", resources.MedicationDispense, medications.dispense, Medication),
        _reader("Procedure", resources.Procedure, interventions.procedure, Procedure, Treatment),
        _reader("Device", resources.Device, interventions.device, Device),
        _reader("Coverage", resources.Coverage, people.coverage, Coverage),
        _reader("Goal", resources.Goal, goals.goal, Goal),
        _reader("Organization", resources.Organization, people.organization),
    )
}
"""How each type of resource is read that the chart uses."""
_OURS_ALONE = _reader("List", resources.Resource, None)
"""Reads what is used only if our own writer wrote it: a List of it says what was asked completely."""
_HEAD = b'{"resourceType":"'
_READER_OF_HEAD = {_HEAD + kind.encode(): reader for kind, reader in (READERS | {"List": _OURS_ALONE}).items()}
"""By the bytes with which most resources begin."""
_read_head = msgspec.json.Decoder(resources.Head).decode

_WHERE_OUR_MARK_IS = 512
"""Our writer puts its mark among the first bytes. Where somebody moved it, the resource is decoded twice."""

_DATE_ELEMENTS = frozenset(
    (
        *("birthDate", "deceasedDateTime", "onsetDateTime", "abatementDateTime", "recordedDate", "effectiveDateTime"),
        *("effectiveInstant", "issued", "authoredOn", "dateAsserted", "whenPrepared", "whenHandedOver"),
        *("performedDateTime", "start", "end", "lastUpdated", "startDate", "dueDate", "statusDate"),
    )
)


def take_all(
    resources: Sequence[bytes],
    places: Sequence[str | int],
    context: Context,
    full_urls: Iterable[str | None] = repeat(None),
) -> Sequence[Fact]:
    """The facts of some resources in their order, counted in the report. One that cannot be read is refused alone.

    A place that is a number is that of a line; one that is empty is passed over.
    """
    untouched = [None if fact is None else on_scale(fact, context.report) for fact in own.untouched(resources)]
    for meant, number in Counter(map(type, untouched)).items():
        if table := TABLE_OF.get(meant):
            context.report.read[own.RESOURCE_OF[table]] += number
            context.report.facts[table] += number
    if untouched and all(untouched):
        return cast("Sequence[Fact]", untouched)
    facts: list[Fact] = []
    for fact, data, place, full_url in zip(untouched or repeat(None), resources, places, full_urls, strict=False):
        if fact is not None:
            facts.append(fact)
        elif data and (found := take(data, place, context, full_url)):
            facts += found
    return facts


def take(data: bytes, place: str | int, context: Context, full_url: str | None = None) -> Sequence[Fact]:
    """The facts of one resource by its elements."""
    report = context.report
    kind, resource = "", None
    try:
        reader = _READER_OF_HEAD.get(data[: data.find(b'"', len(_HEAD))])
        if reader is None:
            kind = kind_of(data)
            reader = READERS.get(kind) or (_OURS_ALONE._replace(kind=kind) if own.MARK in data else None)
            if reader is None:
                report.ignored[kind] += 1
                return NOTHING
        kind, decode, decode_our_own, handler, _ = reader
        if len(data) >= SURELY_SHALLOW and nested_too_deep(data):
            raise Refused("it is nested too deeply", "at most 64 levels", kind)
        if not data.isascii():
            data.decode()
        may_be_ours = data.find(own.MARK, 0, _WHERE_OUR_MARK_IS) >= 0
        resource = (decode_our_own if may_be_ours else decode)(data)
        if not may_be_ours and resource.identifier and own.MARK in bytes(resource.identifier):
            may_be_ours, resource = True, decode_our_own(data)
        mark = own.mark_in(resource, kind) if may_be_ours else None
        if mark is not None:
            facts = _our_own(mark, resource, reader, context)
        elif handler is None:
            report.ignored[kind] += 1
            return NOTHING
        else:
            context.entry_base = _server_of(full_url, kind) if full_url else None
            if kind == "Patient" and full_url:
                context.keep_to_one_server(full_url)
            facts = handler(resource, f"{kind}/{resource.id or _name(data, full_url, context)}", context)
    except SetAsideError as reason:
        facts = context.aside(kind, str(reason))
    except NoFactAnyMore as said:
        report.read[kind] += 1
        return (said.withdrawal,)
    except (Refused, ValueError, RecursionError) as error:  # msgspec's errors are ValueErrors
        refused = _refusal(error, kind, resource)
        where = place if isinstance(place, str) else f"line {place}"
        report.refuse(context.source, where, refused.problem, refused.expected, refused.path)
        return NOTHING
    report.read[kind] += 1
    for fact in facts:
        report.facts[TABLE_OF[type(fact)]] += 1
    return facts


def kind_of(data: bytes) -> str:
    """The type of a resource, which is checked for being JSON at all."""
    if not data.isascii():
        data.decode()
    found = _read_head(data).resourceType
    if not found:
        raise Refused("there is no resourceType", "a FHIR R4 resource", "resourceType")
    return found


def count(facts: Sequence[Fact], context: Context) -> None:
    """Count facts by table."""
    for fact in facts:
        context.report.facts[TABLE_OF[type(fact)]] += 1


def _name(data: bytes, full_url: str | None, context: Context) -> str:
    """A name for a resource without an id, the same whenever the same resource is read."""
    target = context.local.get(full_url, "") if full_url else ""
    return target.rpartition("/")[2] or hashlib.sha256(data).hexdigest()[:16]


def _server_of(full_url: str, kind: str) -> str | None:
    """The server in the full URL of an entry, if that is an address."""
    return full_url.partition("://")[2].rpartition(f"/{kind}/")[0] or None


def _refusal(error: Exception, kind: str, resource: Any) -> Refused:
    """What is wrong with a resource, in words that do not repeat what it says."""
    if isinstance(error, Refused):
        return Refused(error.problem, error.expected, error.path or kind)
    if isinstance(error, BadDateError):
        path = next(_bad_dates(resource, kind), kind)
        return Refused(str(error), "YYYY, YYYY-MM, YYYY-MM-DD, or a day with time and zone", path)
    if isinstance(error, NotR4Error | ImpossibleError):
        return Refused(str(error), path=kind)
    if isinstance(error, msgspec.ValidationError):
        return Refused(*_in_plain_words(error, kind))
    if isinstance(error, msgspec.DecodeError):
        return Refused(
            f"this is not JSON: {str(error).removeprefix('JSON is malformed: ')}", "one whole resource", kind
        )
    if isinstance(error, UnicodeDecodeError):
        return Refused(f"byte {error.start + 1} is not UTF-8 (perhaps Latin-1)", "UTF-8", kind)
    if isinstance(error, RecursionError):
        return Refused("it is nested too deeply", "at most 64 levels", kind)
    return Refused("its values do not fit together", path=kind)


def _in_plain_words(error: msgspec.ValidationError, kind: str) -> tuple[str, str, str]:
    message, _, path = str(error).partition(" - at `$")
    expected, _, found = message.removeprefix("Expected ").partition(", got ")
    hint = " (the shape of STU3 perhaps)" if path.startswith((".clinicalStatus`", ".verificationStatus`")) else ""
    where = f"{kind}{path.rstrip('`')}" if kind or path else ""
    return f"found {found.strip('`') or 'another shape'}{hint}", expected.replace("`", ""), where


def _bad_dates(element: Any, path: str) -> Iterator[str]:
    """The paths of the texts that should be dates and are not."""
    if isinstance(element, list):
        for number, item in enumerate(element):
            yield from _bad_dates(item, f"{path}[{number}]")
    elif isinstance(element, msgspec.Struct):
        for name in element.__struct_fields__:
            value = getattr(element, name)
            if not isinstance(value, str):
                yield from _bad_dates(value, f"{path}.{name}")
            elif name in _DATE_ELEMENTS and not _is_date(value):
                yield f"{path}.{name}"


def _is_date(text: str) -> bool:
    try:
        moment(text)
    except BadDateError:
        return False
    return True


# --- resources of our own writer


def _our_own(mark: own.Mark, resource: Any, reader: Reader, context: Context) -> Sequence[Fact]:
    if mark.disowned:
        return _disowned(mark, resource, reader.kind, context)
    standard, why_none = _standard_fact(resource, mark.fact_id, reader, mark.table, context.of_our_own)
    try:
        return (on_scale(own.restored(mark, standard), context.report),)
    except (ValueError, TypeError):
        if why_none:
            return context.aside(reader.kind, why_none)
        raise own.makes_no_fact(reader.kind, mark.table) from None


def _disowned(mark: own.Mark, resource: Any, kind: str, context: Context) -> Sequence[Fact]:
    """What we wrote and somebody has marked as wrong since: no fact, and the end of the one that it was."""
    reason = "written by us, entered in error since"
    patient = mark.said.fact.get("patient") or _patient_in(resource, context)
    if not isinstance(patient, str):
        return context.aside(kind, reason)
    context.withdraw(mark.fact_id, resource, patient, kind, reason)


def _patient_in(resource: Any, context: Context) -> str | None:
    names = (name for name in ("subject", "patient", "beneficiary") if name in resource.__struct_fields__)
    return next((context.of_our_own.patient_of(getattr(resource, name)) for name in names), None)


def standard_reading(data: bytes, fact_id: str, kind: str, table: str, context: Context) -> Fact | None:
    """What the standard elements alone say, read as anybody's; nothing of it is counted."""
    reader = READERS.get(kind, _OURS_ALONE)
    return _standard_fact(reader.decode_our_own(data), fact_id, reader, table, context.of_our_own)[0]


def _standard_fact(
    resource: Any, fact_id: str, reader: Reader, table: str, context: Context
) -> tuple[Fact | None, str | None]:
    """The fact of that table in the standard elements; if there is none because they say so, why."""
    if reader.handler is None or table not in reader.makes:
        return None, None
    try:
        facts = reader.handler(resource, fact_id, context)
    except SetAsideError as reason:
        return None, str(reason)
    meant = TABLES[table]
    for fact in facts:
        if type(fact) is meant:
            return fact, None
    return None, None

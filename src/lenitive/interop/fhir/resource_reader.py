"""One resource to facts: what type it is, who reads it, and what is refused."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec

from lenitive.chart import TABLE_OF, TABLES, Fact
from lenitive.interop.fhir import goals, interventions, medications, observations, own, people, problems, resources
from lenitive.interop.fhir.context import NOTHING, Context, ImpossibleError, NotR4Error
from lenitive.interop.fhir.days import BadDateError, moment
from lenitive.interop.fhir.shape import nested_too_deep

Handler = Callable[[Any, str, Context], Sequence[Fact]]
Decode = Callable[[bytes], Any]

_HANDLERS: dict[str, tuple[type[resources.Resource], Handler]] = {
    "Patient": (resources.Patient, people.patient),
    "Condition": (resources.Condition, problems.condition),
    "AllergyIntolerance": (resources.AllergyIntolerance, problems.allergy),
    "Observation": (resources.Observation, observations.observation),
    "Medication": (resources.Medication, medications.medication),
    "MedicationRequest": (resources.MedicationRequest, medications.request),
    "MedicationStatement": (resources.MedicationStatement, medications.statement),
    "MedicationDispense": (resources.MedicationDispense, medications.dispense),
    "Procedure": (resources.Procedure, interventions.procedure),
    "Device": (resources.Device, interventions.device),
    "Coverage": (resources.Coverage, people.coverage),
    "Goal": (resources.Goal, goals.goal),
    "Organization": (resources.Organization, people.organization),
}

USED_TYPES = tuple(_HANDLERS)
"""The resource types that the reader uses."""

_READERS: dict[str, tuple[str, Decode, Decode, Handler]] = {
    kind: (kind, msgspec.json.Decoder(struct).decode, msgspec.json.Decoder(own.own_form(struct)).decode, handler)
    for kind, (struct, handler) in _HANDLERS.items()
}
_READERS_BY_BYTES = {kind.encode(): reader for kind, reader in _READERS.items()}
_read_head = msgspec.json.Decoder(resources.Head).decode

_HEAD_START = b'{"resourceType":"'
_WHERE_OUR_MARK_IS = 512
"""Our writer puts its mark among the first bytes. Where somebody moved it, the resource is decoded twice."""
_SURELY_SHALLOW = 4096
"""A resource of fewer bytes is not searched for deep nesting; the decoder itself stops it at some hundred levels."""

_DATE_ELEMENTS = frozenset(
    (
        *("birthDate", "deceasedDateTime", "onsetDateTime", "abatementDateTime", "recordedDate", "effectiveDateTime"),
        *("effectiveInstant", "issued", "authoredOn", "dateAsserted", "whenPrepared", "whenHandedOver"),
        *("performedDateTime", "start", "end", "lastUpdated", "startDate", "dueDate", "statusDate"),
    )
)


class Refused(Exception):
    """One resource cannot be read: what is wrong, where in it, what was expected."""

    def __init__(self, problem: str, expected: str = "", path: str = "") -> None:
        super().__init__(problem)
        self.problem, self.expected, self.path = problem, expected, path


def take(data: bytes, place: str, context: Context, full_url: str | None = None) -> Sequence[Fact]:
    """The facts of one resource, counted in the report. One that cannot be read is refused alone."""
    kind, resource = "", None
    report = context.report
    try:
        reader = _READERS_BY_BYTES.get(data[17 : data.find(b'"', 17)]) if data.startswith(_HEAD_START) else None
        if reader is None:
            kind = kind_of(data)
            reader = _READERS.get(kind)
            if reader is None:
                return _not_used(data, kind, context)
        kind, decode, decode_our_own, handler = reader
        if len(data) >= _SURELY_SHALLOW and nested_too_deep(data):
            raise Refused("it is nested too deeply", "at most 64 levels", kind)
        if not data.isascii():
            data.decode()
        may_be_ours = data.find(own.MARK, 0, _WHERE_OUR_MARK_IS) >= 0
        resource = (decode_our_own if may_be_ours else decode)(data)
        if resource.identifier and own.MARK in bytes(resource.identifier):
            resource = resource if may_be_ours else decode_our_own(data)
            facts = _our_own(own.mark_in(resource, data), resource, kind, context)
        else:
            facts = handler(resource, f"{kind}/{resource.id or _name(data, full_url, context)}", context)
    except (Refused, ValueError, RecursionError) as error:  # msgspec's errors are ValueErrors
        refused = _refusal(error, kind, resource)
        report.refuse(context.source, place, refused.problem, refused.expected, refused.path)
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


def _not_used(data: bytes, kind: str, context: Context) -> Sequence[Fact]:
    """Count a resource of a type that the chart does not use, unless our own writer wrote it."""
    if own.MARK in data and (mark := own.mark_of(data)) is not None:
        facts = _our_own(mark, None, kind, context)
        context.report.read[kind] += 1
        count(facts, context)
        return facts
    context.report.ignored[kind] += 1
    return NOTHING


def count(facts: Sequence[Fact], context: Context) -> None:
    """Count facts by table."""
    for fact in facts:
        context.report.facts[TABLE_OF[type(fact)]] += 1


def _name(data: bytes, full_url: str | None, context: Context) -> str:
    """A name for a resource without an id, the same whenever the same resource is read."""
    target = context.local.get(full_url, "") if full_url else ""
    return target.rpartition("/")[2] or hashlib.sha256(data).hexdigest()[:16]


def _refusal(error: Exception, kind: str, resource: Any) -> Refused:
    """What is wrong with a resource, in words that do not repeat what it says."""
    if isinstance(error, Refused):
        return error
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


def _our_own(mark: own.Mark | None, resource: Any, kind: str, context: Context) -> Sequence[Fact]:
    if mark is None:
        raise Refused("its mark names no fact table", f"an identifier of a system {own.FACT_SYSTEM}<table>", kind)
    if mark.disowned:
        return context.aside(kind, "written by us, entered in error since")
    our_context = context.of_our_own
    our_context.source = mark.source or ""
    try:
        standard = None if resource is None else _standard_fact(resource, mark.fact_id, kind, mark.table, our_context)
        return (own.restored(mark, standard),)
    except (ValueError, TypeError):
        problem = "the extension does not make a fact"
        raise Refused(problem, f"the columns of a {mark.table}", f"{kind}.extension") from None


def standard_reading(data: bytes, fact_id: str, kind: str, table: str, context: Context) -> Fact | None:
    """What the standard elements alone say, read as anybody's; nothing of it is counted."""
    if kind not in _READERS:
        return None
    return _standard_fact(_READERS[kind][1](data), fact_id, kind, table, context.of_our_own)


def _standard_fact(resource: Any, fact_id: str, kind: str, table: str, context: Context) -> Fact | None:
    meant = TABLES[table]
    for fact in _READERS[kind][3](resource, fact_id, context):
        if type(fact) is meant:
            return fact
    return None

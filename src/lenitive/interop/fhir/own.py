"""What FHIR has no place for: how our own writer marks a resource, and how the reader finds it again.

A resource that stands for a fact carries an identifier, whose system names the table and whose value is the fact's
id. Its standard elements are read like anybody else's; one extension then adds the columns that those elements do not
say. So a chart comes back whole, and what another system corrects in a standard element is what counts. Where FHIR has
no resource for a table (a complaint, a statement) the extension says it all. A resource that somebody has marked
``entered-in-error`` since is no fact any more.

A resource that is written as bytes is sealed: its extension stands last, holds the whole fact, and ends in a check sum
of all bytes before it. While the seal fits, nobody has touched the standard elements since they were made from the
fact, so the fact in the extension is the answer and the elements need not be read. Where it does not fit, because
something was changed or only written in another form, the elements are read, and the extension adds what they do not
say. The seal tells what was changed from what was not; it is no signature and makes nobody trustworthy.
"""

from __future__ import annotations

from binascii import unhexlify
from collections.abc import Callable, Sequence
from functools import reduce
from itertools import starmap
from operator import methodcaller, or_
from struct import unpack
from typing import Any, cast
from zlib import crc32

import msgspec

from lenitive.chart import TABLES, Fact
from lenitive.chart.chart import fact_as_builtins
from lenitive.chart.schema import columns
from lenitive.interop.fhir import shape
from lenitive.interop.fhir.context import Refused, first_code
from lenitive.interop.fhir.resources import Concept, Element, Identifier, Resource

Json = dict[str, Any]

FACT_SYSTEM = "urn:lenitive:fact:"
"""Begins the system of the identifier; the name of the table follows."""

FACT_EXTENSION = "urn:lenitive:fact"
"""The extension that makes a resource a whole fact again."""

MARK = b"urn:lenitive:fact"
"""Bytes that stand in every resource of ours, and in hardly any other."""

SAYS, SEAL = "says", "seal"
"""The two inner extensions: a :class:`Said` as JSON, and the check sum."""

TABLE = "table"
"""Names the table of a sealed fact, so that facts of all tables are decoded together."""

IN_ERROR = "entered-in-error"

RESOURCE_OF = {
    "patient": "Patient",
    "complaint": "Condition",
    "finding": "Observation",
    "condition": "Condition",
    "treatment": "Procedure",
    "medication": "MedicationStatement",
    "allergy": "AllergyIntolerance",
    "procedure": "Procedure",
    "relief": "Observation",
    "measure": "Observation",
    "device": "Device",
    "coverage": "Coverage",
    "attestation": "List",
    "statement": "Observation",
    "authorization": "Observation",
    "goal": "Goal",
}
"""The type of resource that says most honestly what a fact of a table says."""


class Said(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """What the extension says."""

    fact: Json
    """The whole fact where there is a seal, else its columns that stand alone."""
    alone: list[str] = []
    """The columns that the standard elements do not say, or say otherwise. One that the fact lacks is empty."""
    wrong: bool = False
    """The fact was superseded or withdrawn when we wrote it, and its resource says that it was entered in error."""


_NOTHING_SAID = Said({})


class Mark(msgspec.Struct, frozen=True, gc=False):
    """Which fact a resource of ours stands for, and what its extension says."""

    table: str
    fact_id: str
    said: Said
    disowned: bool
    """Somebody marked the resource as wrong after we wrote it."""


class _Extension(Element):
    """The parts of an extension that our writer uses."""

    url: str | None = None
    valueString: str | None = None
    extension: list[_Extension] | None = None


_IN_OUR_FORM: dict[str, Any] = {
    "identifier": list[Identifier] | None,
    "extension": list[_Extension] | None,
    "status": str | None,
    "verificationStatus": Concept | None,
    "lifecycleStatus": str | None,
}
"""The elements in which a resource says what fact it stands for, and that it was entered in error."""

_TABLE_OF_SYSTEM: dict[str | None, str] = {f"{FACT_SYSTEM}{table}": table for table in TABLES}
_read_said = msgspec.json.Decoder(Said).decode


def own_form(struct: type[Resource]) -> type[Resource]:
    """The same elements and those of our mark beside them, so that a resource of ours is decoded once."""
    more = [(name, kind, None) for name, kind in _IN_OUR_FORM.items()]
    return cast("type[Resource]", msgspec.defstruct(f"Our{struct.__name__}", more, bases=(struct,), gc=False))


def mark_in(resource: Any, kind: str) -> Mark | None:
    """Which fact a resource of that type in :func:`own_form` stands for, if our writer wrote it."""
    for identifier in resource.identifier or ():
        system = identifier.system
        if system is not None and system.startswith(FACT_SYSTEM):
            table = _TABLE_OF_SYSTEM.get(system)
            if table is None or not identifier.value:
                raise Refused("its mark names no fact table", f"an identifier of a system {FACT_SYSTEM}<table>")
            try:
                said = _said_in(resource.extension or ())
            except msgspec.DecodeError:
                raise makes_no_fact(kind, table) from None
            return Mark(table, identifier.value, said, _says_wrong(resource) and not said.wrong)
    return None


def makes_no_fact(kind: str, table: str) -> Refused:
    """The extension of a resource is broken, or what it says is not allowed in the table."""
    return Refused("the extension does not make a fact", f"the columns of a {table}", f"{kind}.extension")


def _says_wrong(resource: Any) -> bool:
    return IN_ERROR in (resource.status, resource.lifecycleStatus) or (
        resource.verificationStatus is not None and first_code(resource.verificationStatus) == IN_ERROR
    )


def _said_in(extensions: Sequence[_Extension]) -> Said:
    for extension in extensions:
        if extension.url == FACT_EXTENSION:
            for inner in extension.extension or ():
                if inner.url == SAYS and inner.valueString is not None:
                    return _read_said(inner.valueString)
    return _NOTHING_SAID


def restored(mark: Mark, standard: Fact | None) -> Fact:
    """The fact that our writer wrote: what the standard elements say, and the columns that stand alone.

    Several facts of one resource have ids of their own, so the first of them may have another than the mark.
    """
    values: Json = {} if standard is None else msgspec.structs.asdict(standard)
    known, said = columns(mark.table), mark.said
    for name in said.alone:
        values.pop(name, None)
        if name in known and name in said.fact:
            values[name] = said.fact[name]
    values["id"] = mark.fact_id
    return msgspec.convert(values, TABLES[mark.table])


# --- sealed


_BEFORE_SAID = f'"extension":[{{"url":"{FACT_EXTENSION}","extension":[{{"url":"{SAYS}","valueString":"'.encode()
_AFTER_SAID = b'"}]}]}'
_BEFORE_SEAL = f'"}},{{"url":"{SEAL}","valueString":"'.encode()
_AFTER_SEAL = b'"}]}]}'
_DIGITS = 16
"""In hexadecimal: eight of the CRC-32 of what is sealed, eight of the place where it says what the fact is.

So whatever makes the standard elements longer or shorter is always seen, and so are changes within four bytes; any
other change escapes once in four billion. A cryptographic digest costs three times as much, and could not keep out a
forger without a secret either.
"""
_SEALED_TO = -len(_AFTER_SEAL) - _DIGITS
_SAID_TO = _SEALED_TO - len(_BEFORE_SEAL)
"""Where in a resource what is sealed ends, and where the text that says what the fact is."""


def _sealed_form(table: str, fact: type[Fact]) -> Any:
    return msgspec.defstruct(f"Sealed{fact.__name__}", [("fact", fact)], tag_field=TABLE, tag=table, gc=False)


_SEALED_FORMS: Any = reduce(or_, starmap(_sealed_form, TABLES.items()))
_read_sealed: Callable[[str], list[Any]] = msgspec.json.Decoder(list[_SEALED_FORMS]).decode
_read_text = msgspec.json.Decoder(str).decode


is_sealed: Callable[[bytes], bool] = methodcaller("endswith", _AFTER_SEAL)


def untouched(resources: Sequence[bytes]) -> Sequence[Fact | None]:
    """Of each resource the fact, if it stands there byte for byte as we sealed it; none if it has to be read.

    Nothing at all if none of them is sealed.
    """
    are_sealed = list(map(is_sealed, resources))
    if not any(are_sealed):
        return ()
    facts = _all_untouched(resources) if all(are_sealed) else None
    return facts or [
        _alone_untouched(data) if may_be else None for data, may_be in zip(resources, are_sealed, strict=True)
    ]


def _alone_untouched(data: bytes) -> Fact | None:
    facts = _all_untouched((data,))
    return facts[0] if facts else None


def _all_untouched(resources: Sequence[bytes]) -> Sequence[Fact] | None:
    """The facts of resources that all stand there as we sealed them, which are looked at and decoded as one.

    What is wrong with one of them, the way through its elements will tell. That texts make facts only where they are
    joined, nobody could bring about but a forger, who needs no such trick.
    """
    ends = [data[_SEALED_TO:] for data in resources]
    seals = b"".join(ends).replace(_AFTER_SEAL, b"")
    if len(seals) != _DIGITS * len(resources):
        return None
    try:
        numbers = unpack(f">{2 * len(ends)}I", unhexlify(seals))
        # A sum is carried on: with the right one of what is sealed, the end leads to that of the whole.
        if list(map(crc32, ends, numbers[::2])) != list(map(crc32, resources)) or not _are_sound(resources):
            return None
        said = zip(resources, numbers[1::2], strict=True)
        texts = [data[start:_SAID_TO] for data, start in said if data.endswith(_BEFORE_SAID, 0, start)]
        facts = [one.fact for one in _read_sealed(_read_text(b'"[%b]"' % b",".join(texts)))]
    except (ValueError, RecursionError):
        return None
    return facts if len(facts) == len(resources) else None


def _are_sound(resources: Sequence[bytes]) -> bool:
    """False if one of them is nested too deeply; an error if one is not UTF-8."""
    if not all(map(bytes.isascii, resources)):
        for data in resources:
            data.decode()
    return max(map(len, resources)) < shape.SURELY_SHALLOW or not any(map(shape.nested_too_deep, resources))


# --- writing


def said_of(table: str, fact: Fact, standard: Fact | None, *, wrong: bool) -> Said:
    """What has to be said beside standard elements that are read as ``standard``."""
    wanted = fact_as_builtins(fact)
    given = fact_as_builtins(standard) if standard is not None else {}
    names = (name for name in columns(table) if name != "id" and (name in wanted or name in given))
    return Said(wanted, [name for name in names if not _same(wanted.get(name), given.get(name))], wrong)


def _same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and one == other


def with_extension(resource: Json, said: Said) -> Json:
    """The resource with an extension that says what stands alone; without one if nothing does."""
    if not said.alone and not said.wrong:
        return resource
    alone = {name: said.fact[name] for name in said.alone if name in said.fact}
    return resource | _extension(msgspec.json.encode(Said(alone, said.alone, said.wrong)))


def sealed(resource: Json, table: str, said: Said) -> bytes:
    """The resource as bytes, with an extension that holds the whole fact, and sealed."""
    says = f'{{"{TABLE}":"{table}",'.encode() + msgspec.json.encode(said).removeprefix(b"{")
    to_seal = msgspec.json.encode(resource | _extension(says)).removesuffix(_AFTER_SAID) + _BEFORE_SEAL
    place = to_seal.rindex(_BEFORE_SAID) + len(_BEFORE_SAID)
    return to_seal + b"%08x%08x" % (crc32(to_seal), place) + _AFTER_SEAL


def _extension(says: bytes) -> Json:
    inner = {"url": SAYS, "valueString": says.decode()}
    return {"extension": [{"url": FACT_EXTENSION, "extension": [inner]}]}


def is_fhir_text(text: str) -> bool:
    """True for what FHIR allows as a string: something other than spaces, and no control characters."""
    return bool(text.strip()) and not any(sign < " " and sign not in "\t\n\r" for sign in text)

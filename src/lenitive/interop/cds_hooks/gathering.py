"""The patient's data for one call: what the caller sent, and what can be fetched from its server.

A key that the caller left out, or answered with an error, is fetched with the permission that came along; a search
result that is paged is followed to its end. Nothing is ever fetched from another origin than ``fhirServer``, and pages,
bytes and requests are limited.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol
from urllib.parse import quote, urljoin, urlsplit

import msgspec
from msgspec import Raw

from lenitive.chart import Chart
from lenitive.errors import BadInputError, LenitiveError
from lenitive.interop.cds_hooks.errors import BadHookError, DataMissingError
from lenitive.interop.cds_hooks.messages import HookRequest
from lenitive.interop.fhir.reader import charts_of, facts_of_document
from lenitive.interop.report import ReadReport

MAX_PAGES = 20
"""So many pages of one search result are read; a longer one counts as not to be had."""
MAX_FETCHES = 60
"""So many requests are made for one call."""


class FetchError(LenitiveError):
    """The caller's server did not give what was asked. Says no address, no value."""


class Fetch(Protocol):
    """Reads one address at the caller's FHIR server, with the permission that came along."""

    def __call__(self, url: str) -> bytes:
        """The body of a 200 answer; :class:`FetchError` otherwise."""


class _Link(msgspec.Struct):
    relation: str | None = None
    url: str | None = None


class _Entry(msgspec.Struct):
    fullUrl: str | None = None
    resource: Raw = Raw()


class _Head(msgspec.Struct):
    resourceType: str | None = None
    id: str | None = None
    entry: list[_Entry] | None = None
    link: list[_Link] | None = None


_read_head = msgspec.json.Decoder(_Head).decode


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource as it came."""

    kind: str
    id: str | None
    raw: Raw
    full_url: str | None = None

    @property
    def reference(self) -> str:
        """``Type/id``."""
        return f"{self.kind}/{self.id}"


@dataclass(frozen=True, slots=True)
class Gathered:
    """What was sent or fetched under each key, and the keys that could not be had."""

    under: Mapping[str, list[Resource]]
    unseen: tuple[str, ...]
    fetched: int = 0
    report: ReadReport = field(default_factory=ReadReport)
    """What :func:`chart_of` made of it."""

    def unread(self) -> Counter[str]:
        """How many resources of each key could not be read; under no name those of which the place is not known."""
        keys = [key for key, resources in self.under.items() for _ in resources]
        counted: Counter[str] = Counter()
        for refusal in self.report.refused:
            number = refusal.place.removeprefix("entry ")
            counted[keys[int(number) - 1] if number.isdigit() else ""] += 1
        counted[""] += self.report.refused_count - len(self.report.refused)
        return +counted

    def all(self) -> Iterator[Resource]:
        """Every resource, of every key."""
        for resources in self.under.values():
            yield from resources


@dataclass(slots=True)
class Gatherer:
    """Gathers the data of one call."""

    request: HookRequest
    patient_id: str
    fetch: Fetch | None = None
    fetches: int = field(default=0, init=False)

    def gather(self, templates: Mapping[str, str], needed: frozenset[str]) -> Gathered:
        """The resources under every key. A needed key that cannot be had is an error."""
        sent = self.request.prefetch or {}
        under: dict[str, list[Resource]] = {key: [] for key in sent}
        unseen: list[str] = []
        for key in (*templates, *(key for key in sent if key not in templates)):
            found = self._under(key, sent.get(key), templates.get(key))
            if found is not None:
                under[key] = found
            elif key in needed:
                raise DataMissingError(
                    f"The data under the prefetch key {key!r} was neither sent nor could it be fetched.",
                    f"prefetch.{key}",
                )
            elif key in templates:
                unseen.append(key)
        return Gathered(under, tuple(unseen), self.fetches)

    def _under(self, key: str, sent: Raw | None, template: str | None) -> list[Resource] | None:
        """What a key holds: what was sent, else what can be fetched, else nothing to be had."""
        if sent is not None:
            found = self._resources(sent, f"prefetch.{key}")
            if found is not None:
                return found
        if template is None or self.fetch is None:
            return None
        try:
            return self._resources(Raw(self._get(self._address(template))), "fhirServer")
        except (FetchError, BadHookError):
            return None

    def _resources(self, raw: Raw, path: str) -> list[Resource] | None:
        """The resources in a value, pages followed; ``None`` for an error that the caller reports."""
        found: list[Resource] = []
        page: Raw | None = raw
        pages = 0
        try:
            while page is not None:
                if bytes(page).strip() == b"null":
                    return found
                head = _head(page, path)
                if head.resourceType == "OperationOutcome":
                    return None
                if head.resourceType != "Bundle":
                    return [Resource(head.resourceType or "", head.id, page)]
                found.extend(_entries(head, path))
                pages += 1
                page = self._next(head, pages)
        except FetchError:
            return None
        return found

    def _next(self, head: _Head, pages: int) -> Raw | None:
        address = next((link.url for link in head.link or () if link.relation == "next" and link.url), None)
        if address is None:
            return None
        if pages >= MAX_PAGES:
            raise FetchError("a search result has too many pages")
        try:
            following = urljoin(f"{self._server()}/", address)
        except ValueError:
            raise FetchError("a link is no address") from None
        return Raw(self._get(following))

    # --- the caller's server

    def _server(self) -> str:
        if not self.request.fhirServer:
            raise FetchError("no FHIR server was named")
        return self.request.fhirServer.rstrip("/")

    def _address(self, template: str) -> str:
        return f"{self._server()}/{template.replace('{{context.patientId}}', quote(self.patient_id, safe=''))}"

    def _get(self, address: str) -> bytes:
        if self.fetch is None:
            raise FetchError("nothing may be fetched")
        if not same_origin(address, self._server()):
            raise FetchError("a link leads to another server")
        if self.fetches >= MAX_FETCHES:
            raise FetchError("too many requests for one call")
        self.fetches += 1
        return self.fetch(address)


def same_origin(address: str, server: str) -> bool:
    """True if an address has the scheme, host and port of a server."""
    try:
        one, other = urlsplit(address), urlsplit(server)
        return (one.scheme, one.hostname, one.port) == (other.scheme, other.hostname, other.port)
    except ValueError:
        return False


def _head(raw: Raw, path: str) -> _Head:
    try:
        head = _read_head(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise BadHookError("This is not a FHIR resource.", path) from None
    if not head.resourceType:
        raise BadHookError("This is not a FHIR resource: there is no resourceType.", path)
    return head


def _entries(head: _Head, path: str) -> Iterator[Resource]:
    for number, entry in enumerate(head.entry or ()):
        if not entry.resource:
            continue
        inner = _head(entry.resource, f"{path}.entry[{number}].resource")
        if inner.resourceType != "OperationOutcome":
            yield Resource(inner.resourceType or "", inner.id, entry.resource, entry.fullUrl)


# --- from resources to a chart


class _WrittenEntry(msgspec.Struct, omit_defaults=True):
    resource: Raw
    fullUrl: str | None = None


class _WrittenBundle(msgspec.Struct):
    entry: list[_WrittenEntry]
    resourceType: str = "Bundle"
    type: str = "collection"


def chart_of(gathered: Gathered, patient_id: str) -> Chart:
    """The patient's chart from everything gathered. Another patient's resource refuses the call."""
    report = gathered.report
    named = {one.id for one in gathered.all() if one.kind == "Patient"}
    if named != {patient_id}:
        raise BadHookError("The Patient that was sent is not the patient of the context.", "prefetch.patient")
    bundle = _WrittenBundle([_WrittenEntry(one.raw, one.full_url) for one in gathered.all()])
    data = msgspec.json.encode(bundle)
    try:
        facts = list(facts_of_document(Path("prefetch"), report, data))
        charts = list(charts_of(facts, report, "prefetch"))
    except BadInputError as error:
        raise BadHookError(f"The data that was sent cannot be read: {error.problem}.", "prefetch") from None
    strangers = [chart for chart in charts if chart.patient_id != patient_id]
    if strangers:
        raise BadHookError("Data of another patient was sent.", "prefetch")
    if not charts:
        raise BadHookError("The Patient that was sent cannot be read.", "prefetch.patient")
    return charts[0]

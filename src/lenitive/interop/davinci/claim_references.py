"""References inside a Bundle: what points where, and whether everything that is pointed to is there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lenitive.errors import LenitiveError

Json = dict[str, Any]


class OpenReferenceError(LenitiveError):
    """A resource of a Bundle points to one that is not in it."""


def references_in(value: Any) -> Iterator[str]:
    """Every reference that an element holds, at any depth; those to contained resources aside."""
    if isinstance(value, dict):
        said = value.get("reference")
        if isinstance(said, str) and not said.startswith("#"):
            yield said
        for part in value.values():
            yield from references_in(part)
    elif isinstance(value, list):
        for part in value:
            yield from references_in(part)


def full_url_of(reference: str, holder: str) -> str:
    """The full URL that a reference stands for, seen from the resource that holds it."""
    if "://" in reference or reference.startswith("urn:"):
        return reference
    base = "/".join(holder.split("/")[:-2])
    return f"{base}/{reference}"


def reached_from(first: str, resources: Mapping[str, Json]) -> list[str]:
    """Full URLs that can be reached from one, it first; an error for one that is not among the resources."""
    found: dict[str, None] = {first: None}
    waiting = [first]
    while waiting:
        holder = waiting.pop(0)
        for reference in references_in(resources[holder]):
            target = full_url_of(reference, holder)
            if target not in resources:
                kind = resources[holder]["resourceType"]
                raise OpenReferenceError(f"The {kind} points to a resource that is not in the Bundle: {_kind(target)}.")
            if target not in found:
                found[target] = None
                waiting.append(target)
    return list(found)


def _kind(url: str) -> str:
    """The type that a URL names; its id may be a patient's, so it is not repeated."""
    parts = url.split("/")
    return f"{parts[-2]}/…" if len(parts) > 1 else "urn:…"


def entries(first: str, resources: Mapping[str, Json]) -> list[Json]:
    """Bundle entries for a resource and everything that can be reached from it, each once."""
    return [{"fullUrl": url, "resource": resources[url]} for url in reached_from(first, resources)]


def resources_of(bundle: Json) -> dict[str, Json]:
    """The resources of a Bundle by full URL."""
    found: dict[str, Json] = {}
    for entry in _entries_of(bundle):
        url, resource = entry.get("fullUrl"), entry.get("resource")
        if isinstance(url, str) and isinstance(resource, dict) and isinstance(resource.get("resourceType"), str):
            found[url] = resource
    return found


def _entries_of(bundle: Json) -> Sequence[Json]:
    listed = bundle.get("entry")
    return [entry for entry in listed if isinstance(entry, dict)] if isinstance(listed, list) else []

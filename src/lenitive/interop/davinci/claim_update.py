"""A request that was sent before, changed or taken back.

PAS wants the whole claim again under a number of its own, pointing to the earlier one, with what is new or different
marked and what is taken back kept and marked. The earlier Bundle is what was sent, so nothing has to be remembered
besides it.
"""

from __future__ import annotations

import copy
from datetime import datetime
from typing import Any

from lenitive.errors import UsageError
from lenitive.interop.davinci.claim_references import entries, resources_of
from lenitive.interop.davinci.pas_codes import (
    CANCEL,
    CERTIFICATION_TYPE,
    CLAIM_UPDATE,
    PAS,
    TERMS,
    coded,
    extension,
    extensions_named,
)

Json = dict[str, Any]

_INFO_CANCELLED = {"url": f"{PAS}modifierextension-infoCancelled", "valueBoolean": True}


def as_update(new: Json, earlier: Json) -> Json:
    """The new Bundle of a request as an update of the earlier one. Lines are told apart by their trace numbers."""
    claim = copy.deepcopy(_claim_of(new))
    before = _claim_of(earlier)
    if _numbers(claim) & _numbers(before):
        raise UsageError("An update needs a number of its own; the new claim has that of the earlier one.")
    known, listed = _by_trace(before), claim["item"]
    for item in listed:
        change = _change(item, known.get(_trace(item)), claim, before)
        if change:
            item["extension"].append(extension("infoChanged", valueCode=change))
    kept = {_trace(item) for item in listed}
    last = len(listed)
    for number, item in enumerate((item for trace, item in known.items() if trace not in kept), last + 1):
        listed.append(_taken_back(item, number))
    _mark_new_information(claim, before)
    return _bundled(claim, before, new, earlier)


def as_cancellation(earlier: Json, number: str, at: datetime) -> Json:
    """A Bundle that takes the whole earlier request back."""
    claim = copy.deepcopy(_claim_of(earlier))
    if at.utcoffset() is None:
        raise UsageError("The moment of a cancellation needs a time zone.")
    claim["id"] = number
    claim["identifier"] = [claim["identifier"][0] | {"value": number}]
    claim["created"] = at.isoformat(timespec="seconds")
    for item in claim["item"]:
        item["extension"] = [one for one in item["extension"] if one["url"] != f"{PAS}extension-certificationType"] + [
            extension("certificationType", valueCodeableConcept=coded(CERTIFICATION_TYPE, CANCEL))
        ]
    new = earlier | {
        "identifier": earlier["identifier"] | {"value": number},
        "timestamp": at.isoformat(timespec="seconds"),
    }
    return _bundled(claim, _claim_of(earlier), new, earlier)


def _bundled(claim: Json, before: Json, new: Json, earlier: Json) -> Json:
    """The Bundle of a claim that points to the earlier one."""
    old_url = earlier["entry"][0]["fullUrl"]
    new_url = f"{old_url.rpartition('/')[0]}/{claim['id']}"
    claim["meta"] = {"profile": [CLAIM_UPDATE]}
    claim["related"] = [
        {
            "claim": {"reference": f"Claim/{before['id']}"},
            "relationship": coded(f"{TERMS}ex-relatedclaimrelationship", "prior"),
            "reference": before["identifier"][0],
        }
    ]
    resources = resources_of(earlier) | resources_of(new) | {old_url: before, new_url: claim}
    return {**new, "entry": entries(new_url, resources)}


def _claim_of(bundle: Json) -> Json:
    first: Json = bundle["entry"][0]["resource"]
    return first


def _numbers(claim: Json) -> set[str]:
    return {identifier["value"] for identifier in claim["identifier"]}


def _trace(item: Json) -> str:
    value: str = extensions_named(item, "itemTraceNumber")[0]["valueIdentifier"]["value"]
    return value


def _by_trace(claim: Json) -> dict[str, Json]:
    """The lines of a claim that stand, by trace number."""
    return {_trace(item): item for item in claim["item"] if not item.get("modifierExtension")}


def _change(item: Json, earlier: Json | None, claim: Json, before: Json) -> str | None:
    if earlier is None:
        return "added"
    return None if _substance(item, claim) == _substance(earlier, before) else "changed"


_NUMBERING = ("sequence", "extension", "diagnosisSequence", "informationSequence")


def _substance(item: Json, claim: Json) -> Json:
    """What a line asks for, without how it is numbered; its diagnoses as codes."""
    kept = {key: value for key, value in item.items() if key not in _NUMBERING}
    wanted = set(item.get("diagnosisSequence", ()))
    codes = [one["diagnosisCodeableConcept"] for one in claim["diagnosis"] if one["sequence"] in wanted]
    return kept | {"diagnoses": codes}


def _taken_back(item: Json, number: int) -> Json:
    kept = {key: value for key, value in item.items() if key not in ("diagnosisSequence", "informationSequence")}
    return copy.deepcopy(kept) | {"sequence": number, "modifierExtension": [_INFO_CANCELLED]}


def _mark_new_information(claim: Json, before: Json) -> None:
    """Mark the supporting information that the earlier claim did not have."""
    known = {_pointed_to(info) for info in before.get("supportingInfo", ())}
    for info in claim.get("supportingInfo", ()):
        pointed = _pointed_to(info)
        if pointed is not None and pointed not in known:
            info.setdefault("extension", []).append(extension("infoChanged", valueCode="added"))


def _pointed_to(info: Json) -> str | None:
    reference: str | None = info.get("valueReference", {}).get("reference")
    return reference

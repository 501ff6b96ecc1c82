"""The coverage-information extension of Da Vinci CRD: what a payer's rules say about one order, on the order itself.

Written for version 2.2 of the guide and, where asked, for 2.0, whose code lists are shorter. Before it is sent, the
rules that the guide prints as invariants are checked here; see :meth:`CoverageInformation.broken_rules`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Literal

import msgspec

URL = "http://hl7.org/fhir/us/davinci-crd/StructureDefinition/ext-coverage-information"
CODES = "http://hl7.org/fhir/us/davinci-crd/CodeSystem/coverage-information-codes"
CODES_2_0 = "http://hl7.org/fhir/us/davinci-crd/CodeSystem/temp"

Version = Literal["2.0", "2.2"]
Covered = Literal["covered", "not-covered", "conditional", "indeterminate"]
PaNeeded = Literal["no-auth", "auth-needed", "satisfied", "performpa", "conditional", "indeterminate"]
DocNeeded = Literal["clinical", "admin", "patient", "conditional", "indeterminate"]
DocPurpose = Literal["withpa", "withclaim", "withorder", "retain-doc", "OTH"]
InfoNeeded = Literal["performer", "location", "timeframe", "contract-window", "detail-code", "OTH"]
ReasonCode = Literal[
    "gold-card", "no-member-found", "no-active-coverage", "coverage-not-found", "auth-out-network", "technical"
]

_NOT_IN_2_0 = frozenset(("indeterminate", "patient", "detail-code"))
_REASONS_2_0 = frozenset(("gold-card",))


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """Why the answer is what it is: a code of the guide, words, or both."""

    text: str | None = None
    code: ReasonCode | None = None


class BillingCode(msgspec.Struct, frozen=True, kw_only=True):
    """A number that the answer holds for."""

    system: str
    code: str


class CoverageInformation(msgspec.Struct, frozen=True, kw_only=True):
    """One answer for one coverage of one order."""

    coverage: str
    covered: Covered
    on: date
    assertion_id: str
    pa_needed: PaNeeded | None = None
    doc_needed: tuple[DocNeeded, ...] = ()
    doc_purpose: tuple[DocPurpose, ...] = ()
    info_needed: tuple[InfoNeeded, ...] = ()
    billing_codes: tuple[BillingCode, ...] = ()
    reasons: tuple[Reason, ...] = ()
    questionnaires: tuple[str, ...] = ()
    satisfied_pa_id: str | None = None
    expiry: date | None = None

    # --- rules

    def broken_rules(self, version: Version) -> list[str]:
        """The rules of the guide that this answer breaks; none for what may be sent."""
        return [words for broken, words in self._rules(version) if broken]

    def _rules(self, version: Version) -> Iterator[tuple[bool, str]]:
        three: tuple[str | None, ...] = (self.covered, self.pa_needed, *self.doc_needed)
        yield bool(self.questionnaires) and not self.doc_needed, "a questionnaire needs doc-needed"
        yield (
            (self.covered == "not-covered") is (self.pa_needed is not None),
            "pa-needed stands exactly when covered is not not-covered",
        )
        yield (
            ("conditional" in three) is not bool(self.info_needed),
            "info-needed stands exactly when something is conditional",
        )
        yield (
            self.pa_needed in ("satisfied", "no-auth") and "withpa" in self.doc_purpose,
            "no document goes with an authorization that is not needed or already there",
        )
        yield (
            (self.pa_needed == "satisfied") is (self.satisfied_pa_id is None),
            "satisfied-pa-id stands exactly when pa-needed is satisfied",
        )
        yield "OTH" in self.info_needed and not self.reasons, "info-needed OTH needs a reason"
        yield any(not (reason.code or reason.text) for reason in self.reasons), "a reason needs a code or words"
        yield bool(self.doc_purpose) and not self.reasons, "doc-purpose needs a reason"
        yield "indeterminate" in three and not self.reasons, "indeterminate needs a reason"
        if version == "2.0":
            said = {*three, *self.info_needed, *(reason.code for reason in self.reasons if not reason.text)}
            yield bool(said & _NOT_IN_2_0), "a code is not in version 2.0"
            yield len(self.doc_needed) > 1, "version 2.0 takes one doc-needed"

    # --- writing

    def as_extension(self, version: Version) -> dict[str, Any]:
        """The extension, as plain values."""
        broken = self.broken_rules(version)
        if broken:
            raise ValueError(f"coverage-information that breaks the guide: {'; '.join(broken)}")
        parts = [part for part in self._parts(version) if part]
        return {"url": URL, "extension": parts}

    def _parts(self, version: Version) -> Iterator[dict[str, Any]]:
        yield {"url": "coverage", "valueReference": {"reference": self.coverage}}
        yield {"url": "covered", "valueCode": self.covered}
        if self.pa_needed:
            yield {"url": "pa-needed", "valueCode": self.pa_needed}
        for url, codes in (
            ("doc-needed", self.doc_needed),
            ("doc-purpose", self.doc_purpose),
            ("info-needed", self.info_needed),
        ):
            yield from ({"url": url, "valueCode": code} for code in codes)
        for billed in self.billing_codes:
            yield {"url": "billingCode", "valueCoding": {"system": billed.system, "code": billed.code}}
        for reason in self.reasons:
            yield {"url": "reason", "valueCodeableConcept": _concept(reason, version)}
        for questionnaire in self.questionnaires:
            yield {"url": "questionnaire", "valueCanonical": questionnaire}
        yield {"url": "date", "valueDate": self.on.isoformat()}
        yield {"url": "coverage-assertion-id", "valueString": self.assertion_id}
        if self.satisfied_pa_id:
            yield {"url": "satisfied-pa-id", "valueString": self.satisfied_pa_id}
        if self.expiry and version != "2.0":
            yield {"url": "expiry-date", "valueDate": self.expiry.isoformat()}


def _concept(reason: Reason, version: Version) -> dict[str, Any]:
    concept: dict[str, Any] = {"text": reason.text} if reason.text else {}
    if reason.code and (version != "2.0" or reason.code in _REASONS_2_0):
        system = CODES_2_0 if version == "2.0" else CODES
        concept["coding"] = [{"system": system, "code": reason.code}]
    return concept


# --- on an order that came in


_CHANGES_EACH_TIME = ("date", "coverage-assertion-id")


def is_coverage_information(extension: Any) -> bool:
    """True for an extension of this kind."""
    return isinstance(extension, dict) and extension.get("url") == URL


def is_about(extension: dict[str, Any], coverage: str) -> bool:
    """True for an answer about this coverage, however its reference is written."""
    for part in extension.get("extension") or ():
        if isinstance(part, dict) and part.get("url") == "coverage":
            value = part.get("valueReference")
            said = value.get("reference") if isinstance(value, dict) else None
            return isinstance(said, str) and said.split("/")[-2:] == coverage.split("/")[-2:]
    return False


def says_the_same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """True if two answers differ in nothing but their day and their number."""
    return _substance(one) == _substance(other)


def _substance(extension: dict[str, Any]) -> list[str]:
    parts = extension.get("extension") or ()
    kept = [part for part in parts if isinstance(part, dict) and part.get("url") not in _CHANGES_EACH_TIME]
    return sorted(msgspec.json.encode(part, order="sorted").decode() for part in kept)


def annotated(order: bytes, answer: dict[str, Any], coverage: str) -> msgspec.Raw | None:
    """The order with this answer in place of an older one about the same coverage; ``None`` if it says nothing new.

    Everything else in the order stays byte for byte as it came.
    """
    members = msgspec.json.decode(order, type=dict[str, msgspec.Raw])
    extensions = msgspec.json.decode(members.get("extension", b"[]"), type=list[msgspec.Raw])
    kept: list[msgspec.Raw] = []
    for raw in extensions:
        extension = msgspec.json.decode(raw)
        if not (is_coverage_information(extension) and is_about(extension, coverage)):
            kept.append(raw)
        elif says_the_same(extension, answer):
            return None
    written = msgspec.json.encode([*kept, answer])
    return msgspec.Raw(msgspec.json.encode({**members, "extension": msgspec.Raw(written)}))

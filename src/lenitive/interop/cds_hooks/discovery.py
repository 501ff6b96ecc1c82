"""What services there are, what they would like to be sent, and what a caller may switch off.

The prefetch templates keep to the portable subset of FHIR queries, so that every caller can fill them.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec

from lenitive.interop.cds_hooks.errors import NoSuchHookError
from lenitive.interop.cds_hooks.messages import Hook, Service, Services

VERSIONS = ("2.0", "2.2")
"""Versions of the Da Vinci CRD guide that callers may ask for; the last is taken where they do not say."""

_PATIENT = {"patient": "Patient/{{context.patientId}}"}
_CLINICAL = {
    "conditions": "Condition?patient={{context.patientId}}",
    "medications": "MedicationRequest?patient={{context.patientId}}&status=active",
    "allergies": "AllergyIntolerance?patient={{context.patientId}}",
    "procedures": "Procedure?patient={{context.patientId}}",
    "scores": "Observation?patient={{context.patientId}}&category=survey&_sort=-date&_count=200",
    "laboratory": "Observation?patient={{context.patientId}}&category=laboratory&_sort=-date&_count=200",
    "examination": "Observation?patient={{context.patientId}}&category=exam&_sort=-date&_count=200",
}
_COVERAGE = {"coverage": "Coverage?patient={{context.patientId}}&status=active"}

_NEEDS = "A key that is left out is fetched from fhirServer; one that cannot be had is named in the answer."

WHAT_A_KEY_HOLDS = {
    "conditions": "diagnoses",
    "medications": "medications",
    "allergies": "allergies",
    "procedures": "earlier procedures",
    "scores": "questionnaire scores",
    "laboratory": "laboratory results",
    "examination": "examination findings",
    "coverage": "insurance",
}
"""The prefetch keys that an answer does not need, and what it says was not looked at without them."""


class Option(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a caller may set."""

    code: str
    type: str
    name: str
    description: str
    default: bool | int


_CONTRAINDICATION = Option(
    code="contraindication",
    type="boolean",
    name="Contraindications",
    description="Warns of red flags, contraindications and drugs that are held before a needle.",
    default=True,
)
_GUIDELINE = Option(
    code="guideline",
    type="boolean",
    name="Diagnosis first",
    description="Says which step comes before the procedure, or which source of pain stands behind it.",
    default=True,
)
_REMINDER = Option(
    code="clinical-reminder",
    type="boolean",
    name="What is not documented",
    description="Lists what the policy asks and the record does not say.",
    default=True,
)
_COVERAGE_INFO = Option(
    code="coverage-info",
    type="boolean",
    name="Coverage information",
    description="Says on the order how it stands under the payer's published policy.",
    default=True,
)
_MAX_CARDS = Option(
    code="max-cards",
    type="integer",
    name="Card limit",
    description="The largest number of cards to return.",
    default=10,
)

_ORDER_OPTIONS = (_COVERAGE_INFO, _CONTRAINDICATION, _GUIDELINE, _REMINDER, _MAX_CARDS)
OPTIONS: dict[str, tuple[Option, ...]] = {
    "patient-view": (_CONTRAINDICATION, _GUIDELINE, _MAX_CARDS),
    "order-select": _ORDER_OPTIONS,
    "order-sign": _ORDER_OPTIONS,
}
"""The options of each hook: one for each type of card, as CRD asks, and the limit."""

SERVICE_OF: dict[Hook, str] = {
    "patient-view": "lenitive-patient-view",
    "order-select": "lenitive-order-check",
    "order-sign": "lenitive-order-check",
}
"""The id of the service behind each hook. Both order hooks share one: what is said at signing replaces the rest."""

_TITLES: dict[Hook, tuple[str, str]] = {
    "patient-view": (
        "Chronic pain: overview",
        "Shows red flags and the likeliest source of the pain with the test that would settle it.",
    ),
    "order-select": (
        "Interventional pain: order check while choosing",
        "Checks chosen pain procedures: diagnosis first, safety, and the payer's published policy.",
    ),
    "order-sign": (
        "Interventional pain: order check",
        "Checks pain procedures before they are signed: diagnosis first, safety, and the payer's published policy.",
    ),
}


def prefetch_of(hook: Hook) -> dict[str, str]:
    """The prefetch templates of a hook."""
    return _PATIENT | _CLINICAL | ({} if hook == "patient-view" else _COVERAGE)


@cache
def services() -> Services:
    """The discovery document."""
    return Services(services=[_service(hook) for hook in SERVICE_OF])


def _service(hook: Hook) -> Service:
    title, description = _TITLES[hook]
    extension: dict[str, Any] = {
        "davinci-crd.version": list(VERSIONS),
        "davinci-crd.configuration-options": [msgspec.to_builtins(option) for option in OPTIONS[hook]],
    }
    return Service(
        hook=hook,
        id=SERVICE_OF[hook],
        title=title,
        description=description,
        prefetch=prefetch_of(hook),
        usageRequirements=_NEEDS,
        extension=extension,
    )


def hooks_of(service_id: str) -> list[Hook]:
    """The hooks that a service answers."""
    hooks = [hook for hook, name in SERVICE_OF.items() if name == service_id]
    if not hooks:
        raise NoSuchHookError(f"There is no such service. There are: {', '.join(sorted(set(SERVICE_OF.values())))}.")
    return hooks

"""The rules of profiles that are written in FHIRPath, run by fhirpathpy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from fhirpathpy import apply_parsed_path
from fhirpathpy.engine.nodes import ResourceNode
from fhirpathpy.models import models
from fhirpathpy.parser import parse

Json = dict[str, Any]

BY_STRUCTURE = frozenset(("ele-1", "ext-1"))
"""Held by the walk itself: nothing is empty, and an extension has a value or extensions."""
NEEDS_MORE = ("memberOf(", "resolve(", "htmlChecks(", "trace('unmatched'")
"""Functions that want a terminology server, the network or HTML; rules with them are not run."""
MISSPELT = {
    "us-core-23": "takes a code for a list",
    "vs-1": "asks for eight signs of a day that has ten, or seven",
}
"""Published rules that cannot be run as they are written."""
SPELT_OUT = (
    ("$this is DateTime", "$this is dateTime"),
    ("value != 'not-covered') implies", "value != 'not-covered').exists() implies"),
    ("value = 'satisfied') and extension", "value = 'satisfied').exists() and extension"),
    (
        "practitioner or organization or healthcareService or location",
        "practitioner.exists() or organization.exists() or healthcareService.exists() or location.exists()",
    ),
    ("telecom or endpoint", "telecom.exists() or endpoint.exists()"),
)
"""A single element stands for *true* in FHIRPath, and FHIR's dateTime for its own; the library wants that spelt out."""

_R4 = models["r4"]


def _has_value(nodes: Sequence[Any]) -> list[bool]:
    """What the library lacks: one primitive that has a value, and not extensions alone."""
    values = [getattr(node, "data", node) for node in nodes]
    return [len(values) == 1 and values[0] is not None and not isinstance(values[0], dict | list)]


_OPTIONS = {
    "userInvocationTable": {"hasValue": {"fn": _has_value, "arity": {0: []}}},
    "traceFn": lambda *told: None,
}


class Rules:
    """Runs rules on values. What could not be run is counted, never called kept."""

    def __init__(self) -> None:
        self.not_run: Counter[str] = Counter()
        self.run: Counter[str] = Counter()

    def broken(self, value: Any, constraints: Sequence[Mapping[str, str]], base: str, resource: Json) -> Iterator[str]:
        """The keys and words of the rules that a value breaks. ``base`` is the path or type it is read as."""
        for rule in constraints:
            if rule["severity"] != "error" or rule["key"] in BY_STRUCTURE:
                continue
            expression = rule.get("expression", "")
            if not expression or rule["key"] in MISSPELT or any(part in expression for part in NEEDS_MORE):
                self.not_run[rule["key"]] += 1
                continue
            self.run[rule["key"]] += 1
            if not is_kept(expression, value, base, resource):
                yield f"{rule['key']}: {rule['human']}"


def is_kept(expression: str, value: Any, base: str, resource: Json) -> bool:
    """Whether a rule holds of a value. No answer at all is no breach, as in the specification's own validator."""
    node = value if base == value_type(value) else ResourceNode.create_node(value, base)
    known = {"resource": resource, "rootResource": resource}
    found = apply_parsed_path(node, _parsed(expression), known, _R4, _OPTIONS)
    return all(bool(one) for one in found)


def value_type(value: Any) -> str | None:
    """The type of a resource."""
    return value.get("resourceType") if isinstance(value, dict) else None


@cache
def _parsed(expression: str) -> Any:
    for short, full in SPELT_OUT:
        expression = expression.replace(short, full)
    return parse(expression)

"""What a caller asked for in ``extension``: a version of the guide, options switched on or off.

Unknown options and values of the wrong type are ignored; no call fails because configuration is missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lenitive.interop.cds_hooks.discovery import OPTIONS, VERSIONS
from lenitive.interop.cds_hooks.errors import CrdRuleError
from lenitive.interop.cds_hooks.messages import Hook


@dataclass(frozen=True, slots=True)
class Configuration:
    """What one call may be answered with."""

    version: str
    follows_crd: bool
    """The caller says that it follows the Da Vinci CRD guide, and so is held to its rules."""
    switched_on: frozenset[str]
    max_cards: int

    def wants(self, code: str) -> bool:
        """True if answers of this type may be returned."""
        return code in self.switched_on


def configuration_of(hook: Hook, extension: Mapping[str, Any] | None) -> Configuration:
    """The configuration of a call: defaults, then what the caller set."""
    said = extension or {}
    given = said.get("davinci-crd.configuration")
    given = given if isinstance(given, Mapping) else {}
    chosen: dict[str, bool | int] = {}
    for option in OPTIONS[hook]:
        value = given.get(option.code)
        chosen[option.code] = value if type(value) is type(option.default) else option.default
    return Configuration(
        version=_version(said.get("davinci-crd.requestedVersion")),
        follows_crd=any(key.startswith("davinci-crd.") for key in said),
        switched_on=frozenset(code for code, value in chosen.items() if value is True),
        max_cards=max(0, int(chosen["max-cards"])),
    )


def _version(asked: object) -> str:
    if asked is None:
        return VERSIONS[-1]
    if asked not in VERSIONS:
        raise CrdRuleError(
            f"This version of the CRD guide is not spoken here. There are: {', '.join(VERSIONS)}.",
            "extension.davinci-crd.requestedVersion",
        )
    return str(asked)

"""What a reader did with its input: read, ignored, set aside, refused."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from lenitive.errors import BadInputError

KEPT_REFUSALS = 1000
"""So many refusals are kept with their place; the rest are counted."""


@dataclass(frozen=True)
class Refusal:
    """One record that could not be read: where it is, what is wrong, what was expected. Never what it says."""

    file: str
    place: str
    problem: str
    expected: str = ""
    path: str = ""

    def __str__(self) -> str:
        where = ", ".join(part for part in (self.file, self.place, self.path) if part)
        end = "" if self.problem.endswith((".", "?")) else "."
        return f"{where}: {self.problem}" + (f"{end} Expected {self.expected}." if self.expected else "")


@dataclass
class ReadReport:
    """Counts of one run. Every record is exactly one of read, ignored or refused.

    ``read`` counts records by type, those ``set_aside`` for a reason included; ``facts`` counts what came out, by
    table; ``ignored`` counts records of types that the chart does not use. No value of a patient is in a report.
    """

    read: Counter[str] = field(default_factory=Counter)
    facts: Counter[str] = field(default_factory=Counter)
    ignored: Counter[str] = field(default_factory=Counter)
    set_aside: Counter[tuple[str, str]] = field(default_factory=Counter)
    refused: list[Refusal] = field(default_factory=list)
    refused_count: int = 0
    unresolved: Counter[str] = field(default_factory=Counter)
    unknown_codes: Counter[str] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)

    @property
    def records(self) -> int:
        """How many records the input held."""
        return self.read.total() + self.ignored.total() + self.refused_count

    def refuse(self, file: str, place: str, problem: str, expected: str = "", path: str = "") -> None:
        """Count one record as refused, and keep where and why."""
        self.refused_count += 1
        if len(self.refused) < KEPT_REFUSALS:
            self.refused.append(Refusal(file, place, problem, expected, path))

    def refuse_error(self, error: BadInputError) -> None:
        """Count a whole file as refused."""
        self.refuse(error.file, error.place, error.problem, error.expected)

    def as_plain(self) -> dict[str, Any]:
        """The report as plain values, for JSON or a terminal."""
        return {
            "records": self.records,
            "read": dict(sorted(self.read.items())),
            "facts": dict(sorted(self.facts.items())),
            "ignored": dict(sorted(self.ignored.items())),
            "set_aside": [
                {"type": kind, "reason": reason, "count": count}
                for (kind, reason), count in sorted(self.set_aside.items())
            ],
            "refused": self.refused_count,
            "refusals": [str(refusal) for refusal in self.refused],
            "unresolved_references": dict(sorted(self.unresolved.items())),
            "unknown_codes": dict(self.unknown_codes.most_common()),
            "notes": dict(sorted(self.notes.items())),
        }

    def as_operation_outcome(self) -> dict[str, Any]:
        """The report as a FHIR R4 OperationOutcome."""
        issues = [_issue("error", "invalid", str(refusal), refusal.path) for refusal in self.refused]
        if self.refused_count > len(self.refused):
            issues.append(_issue("error", "invalid", f"{self.refused_count - len(self.refused)} more were refused"))
        for reference, count in sorted(self.unresolved.items()):
            issues.append(_issue("warning", "not-found", f"reference {reference} is not in the input ({count} times)"))
        for (kind, reason), count in sorted(self.set_aside.items()):
            issues.append(_issue("information", "processing", f"{kind}: {reason} ({count} set aside)"))
        for code, count in self.unknown_codes.most_common():
            issues.append(_issue("information", "code-invalid", f"unknown code {code} ({count} times)"))
        for kind, count in sorted(self.ignored.items()):
            issues.append(_issue("information", "not-supported", f"{kind}: not used by the chart ({count} ignored)"))
        for note, count in sorted(self.notes.items()):
            issues.append(_issue("information", "informational", f"{note} ({count} times)"))
        read = f"{self.records} records: {self.read.total()} read, {self.facts.total()} facts"
        issues.append(_issue("information", "informational", read))
        return {"resourceType": "OperationOutcome", "issue": issues}


def _issue(severity: str, code: str, diagnostics: str, path: str = "") -> dict[str, Any]:
    issue: dict[str, Any] = {"severity": severity, "code": code, "diagnostics": diagnostics}
    return issue | ({"expression": [path]} if path else {})

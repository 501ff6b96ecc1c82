"""What a hook call can be refused for.

::

    LenitiveError
    └── HookError             the call gets no cards; ``status`` is the HTTP status, ``code`` the issue type
        ├── BadHookError      400  not JSON, not CDS Hooks, not FHIR, or about somebody else
        ├── NoSuchHookError   404  no service of that id
        ├── DataMissingError  412  needed data stands neither in the prefetch nor can be fetched
        └── CrdRuleError      422  breaks a rule of Da Vinci CRD

No message repeats a value of a patient.
"""

from __future__ import annotations

from typing import Any

from lenitive.errors import LenitiveError


class HookError(LenitiveError):
    """A hook call that gets no cards."""

    status = 400
    code = "invalid"

    def __init__(self, message: str, path: str = "") -> None:
        self.path = path
        super().__init__(message)


class BadHookError(HookError):
    """The request is not what CDS Hooks or FHIR allow."""


class NoSuchHookError(HookError):
    """There is no such service."""

    status = 404
    code = "not-found"


class DataMissingError(HookError):
    """Data without which nothing can be said is neither there nor to be had."""

    status = 412
    code = "required"


class CrdRuleError(HookError):
    """The request breaks a rule of the Da Vinci guide that it says it follows."""

    status = 422
    code = "business-rule"


def operation_outcome(code: str, message: str, path: str = "") -> dict[str, Any]:
    """An OperationOutcome with one error."""
    issue: dict[str, Any] = {"severity": "error", "code": code, "diagnostics": message}
    if path:
        issue["expression"] = [path]
    return {"resourceType": "OperationOutcome", "issue": [issue]}

"""Which steps a request to a payer can take from where it stands, and what each of them says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lenitive.chart import Request
from lenitive.reasoning.authorizations import Followed


@dataclass(frozen=True)
class Kind:
    """One kind of step: what its button says, and the fields that it asks for; those of ``needs`` must be filled."""

    label: str | Promise
    fields: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    leaves: bool = False
    """Whether the request goes to the payer with it, as it stands."""


_DECISION = ("number", "sessions_granted", "units_granted", "valid_from", "valid_until")

KINDS: Mapping[str, Kind] = {
    "drafted": Kind(_("Keep as a draft")),
    "sent": Kind(_("It was sent"), ("expedited",), leaves=True),
    "more_wanted": Kind(_("The payer wants more"), ("reason", "answer_by"), ("reason",)),
    "approved": Kind(_("Approved"), _DECISION),
    "partly_approved": Kind(_("Partly approved"), (*_DECISION, "levels", "reason", "answer_by"), ("reason",)),
    "denied": Kind(_("Denied"), ("reason", "number", "answer_by"), ("reason",)),
    "appealed": Kind(_("An appeal was sent")),
    "overturned": Kind(_("The appeal was granted"), _DECISION),
    "upheld": Kind(_("The appeal was refused"), ("reason",)),
    "withdrawn": Kind(_("Withdrawn from the payer"), ("reason",)),
}

_BEGIN = ("sent", "drafted")
_ANSWERS = ("approved", "partly_approved", "more_wanted", "denied")
_NEXT: Mapping[str | None, tuple[str, ...]] = {
    None: _BEGIN,
    "drafted": ("sent", "withdrawn"),
    "waiting for a decision": (*_ANSWERS, "withdrawn"),
    "more is wanted": ("sent", *_ANSWERS, "withdrawn"),
    "approved": ("approved", "withdrawn"),
    "not yet valid": ("approved", "withdrawn"),
    "partly approved": ("partly_approved", "appealed", "withdrawn"),
    "denied": ("appealed", *_BEGIN),
    "in appeal": ("overturned", "upheld", "withdrawn"),
    "refused in appeal": _BEGIN,
    "withdrawn": _BEGIN,
    "used up": _BEGIN,
    "expired": _BEGIN,
}
"""From each state, the steps that may follow, the likeliest first."""

_GOES_ON = ("drafted", "more is wanted")
"""The states in which sending belongs to the same request; from any other state it begins a new one."""


@dataclass(frozen=True)
class Step:
    """A step as it will be written down; without ``request`` it begins a new one."""

    request: str | None
    columns: Mapping[str, Any]


_ANEW = _("It was sent anew")
_CORRECTED = _("Correct the decision")


def label_of(status: str, followed: Followed | None) -> str | Promise:
    """What the button of a step says from where the request stands."""
    state = followed.state if followed else None
    if status == "sent" and state not in (None, "drafted"):
        return _ANEW
    is_decided = state in ("approved", "not yet valid", "partly approved")
    return _CORRECTED if is_decided and status in ("approved", "partly_approved") else KINDS[status].label


def steps_from(followed: Followed | None) -> tuple[str, ...]:
    """The steps that may come next."""
    return _NEXT[followed.state if followed else None]


def step(followed: Followed | None, asked: Request, status: str, said: Mapping[str, Any]) -> Step:
    """A step of a request. The first one says what is asked for, of whom; later ones only what is new."""
    begins = followed is None or (status in _BEGIN and followed.state not in _GOES_ON)
    columns = {"status": status, "kind": asked.kind, **said}
    if begins or followed is None:
        whole = {"side": asked.side, "levels": list(asked.levels), "payer": asked.payer}
        return Step(None, {**{name: value for name, value in whole.items() if value}, **columns})
    return Step(followed.request, columns)

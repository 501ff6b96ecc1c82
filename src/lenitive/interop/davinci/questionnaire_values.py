"""Questions as values, whoever asks them and however they are written down."""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

from lenitive.codes import LENITIVE

Kind = Literal["group", "boolean", "integer", "decimal", "date", "choice", "open-choice", "string", "text", "display"]


class Option(msgspec.Struct, frozen=True):
    """A choice: its code and what it is called."""

    code: str
    label: str
    system: str = LENITIVE


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """One question, or a group of them."""

    link: str
    text: str
    kind: Kind
    options: tuple[Option, ...] = ()
    code: Option | None = None
    unit: str | None = None
    required: bool = False
    repeats: bool = False
    items: tuple[Question, ...] = ()


class OpenCriterion(msgspec.Struct, frozen=True, kw_only=True):
    """An open criterion of a policy and what would settle it."""

    row: str
    question: str
    settles: str
    items: tuple[Question, ...]


class PolicyQuestions(msgspec.Struct, frozen=True, kw_only=True):
    """What a policy still has to be told; nothing if no answer would change how the request stands.

    ``context`` is what was decided about the procedure, shown filled in so that it can be put right.
    """

    policy: str
    label: str
    effective_from: date
    context: tuple[Question, ...]
    open: tuple[OpenCriterion, ...]

"""The shape of a questionnaire response, checked before anything in it is read."""

from __future__ import annotations

from typing import Any

import msgspec

from lenitive.errors import BadInputError


class _Part(msgspec.Struct, frozen=True, kw_only=True):
    """An element of which only what is read has a type."""


class _Coding(_Part, frozen=True, kw_only=True):
    code: str | None = None


class _Extension(_Part, frozen=True, kw_only=True):
    url: str
    extension: tuple[_Extension, ...] = ()
    valueCode: str | None = None


class _Answer(_Part, frozen=True, kw_only=True):
    extension: tuple[_Extension, ...] = ()
    item: tuple[_Item, ...] = ()
    valueBoolean: bool | msgspec.UnsetType = msgspec.UNSET
    valueInteger: int | msgspec.UnsetType = msgspec.UNSET
    valueDecimal: float | msgspec.UnsetType = msgspec.UNSET
    valueDate: str | msgspec.UnsetType = msgspec.UNSET
    valueString: str | msgspec.UnsetType = msgspec.UNSET
    valueCoding: _Coding | msgspec.UnsetType = msgspec.UNSET


class _Item(_Part, frozen=True, kw_only=True):
    linkId: str
    item: tuple[_Item, ...] = ()
    answer: tuple[_Answer, ...] = ()


class _Response(_Part, frozen=True, kw_only=True):
    item: tuple[_Item, ...] = ()


def refuse_unshapely(response: Any) -> None:
    """Raise if a response does not have the shape of one; the error names the place."""
    try:
        msgspec.convert(response, _Response)
    except msgspec.ValidationError as error:
        raise BadInputError("response", "", str(error), "a QuestionnaireResponse") from None

"""What goes along with a packet: the documents behind it, listed, and their pages at the end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import msgspec

Pictures = Mapping[str, bytes]
"""The pages of all enclosures as PNG or JPEG, by the name under which the templates find them."""


class EnclosedPage(msgspec.Struct, frozen=True, kw_only=True):
    """One page: the name of its picture, and the words on it for whoever cannot see it."""

    picture: str
    words: str = ""


class Enclosure(msgspec.Struct, frozen=True, kw_only=True):
    """One document: what it is, of which day, what it shows, and its pages. Without pages it is sent apart."""

    title: str
    day: date
    about: str
    shows: list[str]
    number_of_pages: int
    pages: list[EnclosedPage] = []


class Sheets(msgspec.Struct, frozen=True, kw_only=True):
    """The pages of one document, to be one file again. Nobody's letter head stands on them."""

    title: str
    as_of: date
    pages: list[EnclosedPage]
    head: None = None

"""No page and no paper shows a word of the machine: no code, no name of a column, no value of Python, no raw number.

Days stand on pages as the reader's locale writes them; papers keep the one form that no reader takes for another day.

The whole demonstration is rendered: every page that has a picture, the stages of every patient, every packet, summary
and appeal. The names of entries of the knowledge base are shown as such, in ``<code>``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest
from django.test import Client
from django.urls import Resolver404, resolve, reverse

from lenitive.documents.appeal import appeal, denied_request
from lenitive.documents.authorization import authorization
from lenitive.documents.packet import packet, summary
from lenitive.documents.payers_copy import payers_copy
from lenitive.errors import UsageError
from lenitive_web.demo.clinic import open_demo
from lenitive_web.ledger.models import Patient
from lenitive_web.ledger.selectors import chart_of, requests_of
from lenitive_web.people.models import User
from lenitive_web.readings.selectors import book_of
from tests.web.browser.pictures import NOBODY, PICTURES, Picture

RAW = {
    "a name of the program": re.compile(r"(?<![\w@/.-])[a-z]+(?:_[a-z0-9]+)+(?![\w@/-])"),
    "a value of the program": re.compile(r"^(?:None|True|False|null|nan)$|[:,(] (?:None|True|False|nan)\b(?! of)"),
    "a piece of a template": re.compile(r"\{\{|\{%|%\(\w+\)|<\w[\w.]* object at|\bdatetime\.|\[\]|\(\)"),
    "a code with its table": re.compile(r"(?<![\w:])[a-z]+:[a-z]+(?![\w:])"),
    "a label that says itself": re.compile(r"\b([^\W\d]\w[\w ]*): \1\b", re.IGNORECASE),
    "a name of a parameter": re.compile(r"\b(?:min|max) [a-z]+(?: [a-z]+)*:", re.IGNORECASE),
    "a number nobody rounded": re.compile(r"(?<![\d.])\d+\.\d{4,}"),
    "one of many": re.compile(r"(?<![\d.,])1 (?:days|hours|minutes|sessions|weeks|months|blocks)\b"),
}
STAGES = ("story", "examination", "diagnosis", "options", "plan", "authorization", "procedure", "outcome")
UNTOLD = ("key", "number", "evidence", "status", "state", "grade", "fact", "table", "version", "source", "name")
"""What a paper holds for its links and colours, which is not printed, or which is somebody's own name for something."""


class Shown(HTMLParser):
    """What a page shows or reads out, text by text, without what it calls a code; and where it leads."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.links: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in ("script", "style", "code", "textarea")
        named = dict(attrs)
        self.texts += [value for name in ("aria-label", "title", "placeholder", "alt") if (value := named.get(name))]
        if tag == "a":
            self.links.append(named.get("href") or "")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("script", "style", "code", "textarea")

    def handle_data(self, data: str) -> None:
        if not self._silent and data.strip():
            self.texts.append(" ".join(data.split()))


DAY = re.compile(r"(?<![\w/-])(?:19|20)\d\d-[01]\d-[0-3]\d(?![\w-])")
TO_TYPE = {"1961-04-02", "2026-03-31", "2025-01-20"}
"""Days that a hint shows as they are to be typed."""


def raw_days(texts: list[str]) -> Iterator[str]:
    """Days that stand as machines write them, where a page speaks to people."""
    for text in texts:
        if set(DAY.findall(text)) - TO_TYPE:
            yield f"a day of the machine: {text[:150]}"


def raw_words(texts: list[str]) -> Iterator[str]:
    """What is wrong with which text."""
    for text in texts:
        for what, looks in RAW.items():
            if looks.search(text):
                yield f"{what}: {text[:150]}"


@pytest.fixture(scope="module")
def clinic(once: None) -> date:
    """The demonstration, on a day; it is only read."""
    day = date.today()  # noqa: DTZ011, TID251  the views ask the clock
    open_demo(day)
    return day


def window(who: str) -> Client:
    """A client that is signed in as one of the demonstration's accounts."""
    client = Client()
    if who != NOBODY:
        account = User.objects.get(email=f"{who}@example.org")
        client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def shown(client: Client, address: str) -> Shown:
    """What stands on a page."""
    seen = Shown()
    seen.feed(client.get(address, follow=True).content.decode())
    return seen


def address_of(picture: Picture, client: Client, ids: dict[str, Any]) -> str | None:
    """Where a picture is taken; nothing where a link leads there only after something was done."""
    filled = {**picture.filled, **({"patient_id": ids[picture.patient]} if picture.patient else {})}
    if not picture.via:
        return reverse(picture.route, kwargs=filled) + picture.query
    for link in shown(client, reverse(picture.via, kwargs=filled)).links:
        try:
            if resolve(urlsplit(link).path).url_name == picture.route:
                return link
        except Resolver404:
            continue
    return None


@pytest.mark.django_db
def test_pages_speak_in_words(clinic: date) -> None:
    ids = {patient.name: patient.public_id for patient in Patient.objects.all()}
    windows = {who: window(who) for who in {picture.who for picture in PICTURES}}
    wrong: set[str] = set()
    looked_at = 0
    for picture in PICTURES:
        if picture.clinic == "empty" or picture.then or picture.first or picture.via == "mail":
            continue
        if address := address_of(picture, windows[picture.who], ids):
            looked_at += 1
            texts = shown(windows[picture.who], address).texts
            wrong |= {f"{picture.name}: {one}" for one in (*raw_words(texts), *raw_days(texts))}
    for name, patient_id in ids.items():
        for stage in STAGES:
            looked_at += 1
            texts = shown(windows["physician"], reverse(stage, args=[patient_id])).texts
            wrong |= {f"{stage} of {name}: {one}" for one in (*raw_words(texts), *raw_days(texts))}
    assert not wrong, "\n".join(sorted(wrong))
    assert looked_at > 250


def printed(value: Any) -> Iterator[str]:
    """Every text that a paper prints."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, part in value.items():
            if name not in UNTOLD:
                yield from printed(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from printed(part)


@pytest.mark.django_db
def test_papers_speak_in_words(clinic: date) -> None:
    wrong: set[str] = set()
    kinds: set[str] = set()
    for patient in Patient.objects.all():
        book, chart = book_of(patient.practice_id), chart_of(patient, clinic)
        for asked in requests_of(patient):
            told = authorization(chart, clinic, asked, knowledge=book)
            papers = {
                "packet": packet(told, chart, book),
                "payers_copy": payers_copy(told, chart, book),
                "summary": summary(told, chart, book),
            }
            with suppress(UsageError):  # nothing was denied
                papers["appeal"] = appeal(told, denied_request(chart, clinic, asked.kind), chart, book)
            kinds |= set(papers)
            for name, paper in papers.items():
                wrong |= {f"{name}: {one}" for one in raw_words(list(printed(msgspec.to_builtins(paper))))}
    assert not wrong, "\n".join(sorted(wrong))
    assert kinds == {"packet", "payers_copy", "summary", "appeal"}


@pytest.mark.parametrize(
    "text",
    ["procedure:facet", "Min blocks: 2", "PEG: PEG, mean", "straight_leg_raise", "None", "Sent: True", "%(day)s",
     "{{ day }}", "0.30000000000000004", "for 1 hours"],
)  # fmt: skip
def test_raw_words_are_found(text: str) -> None:
    assert list(raw_words([text])) != []


def test_raw_days_are_found() -> None:
    assert list(raw_days(["Done on 2026-10-29: half of the pain was gone."]))
    assert list(raw_days(["As exactly as it is known: 2025-01-20, 2025-01 or 2025.", "Nov. 22, 2026"])) == []


@pytest.mark.parametrize(
    "text",
    ["None, asked", "None of these, unresolved", "8:30 a.m.", "L4-5 L5-S1", "physician@example.org", "in 21 days",
     "Blood pressure: 128 of 76", "https://payer.example/fhir"],
)  # fmt: skip
def test_words_of_people_are_let_pass(text: str) -> None:
    assert list(raw_words([text])) == []

"""What forms say when they cannot take something: whatever is typed, no sentence is one for programmers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.test import Client

from lenitive_web.ledger.facts import in_words
from lenitive_web.look.days import FURTHEST_AHEAD, LONGEST_LIFE, can_be_planned, has_come, within_reach
from lenitive_web.look.levels import LevelsField
from lenitive_web.look.refusals import PLAIN
from lenitive_web.people.roles import Role
from tests.web.conftest import As, taken_back
from tests.web.test_doors import ADDRESSES, DOORS, address_of, as_role, practice, there  # noqa: F401  fixtures
from tests.web.test_two_people import Forms, Shown

JARGON = re.compile(
    r"[Ee]nsure |Enter a |Select a valid|This field|Upload a valid|submitted file|encoding type|regex|the pattern|"
    r"Expected `|Invalid |Object (?:missing|contains)|`\$|Null characters|is required\.|\bUUID\b|\bJSON\b"
)
BAD = {
    "nothing": "",
    "too much": "99999999999",
    "below nought": "-5",
    "a year of two digits": "0026-01-20",
    "a year far off": "2999-01-20",
    "pictures": "\U0001f642\U0001f642\U0001f642",
    "a letter of 10,000": "x" * 10_000,
    "what nobody can read": "a\0b",
}
KEPT = ("csrfmiddlewaretoken", "version", "booking_version", "seen", "kind", "status", "point", "edition")
"""What a form carries by itself. Only what somebody could have typed is typed badly."""


@pytest.mark.parametrize("kind", PLAIN, ids=lambda kind: kind.__name__)
def test_no_kind_of_field_speaks_as_django_does(kind: type[forms.Field]) -> None:
    said = {
        code: str(words) for one in kind.__mro__ for code, words in vars(one).get("default_error_messages", {}).items()
    }
    assert said
    assert not [words for words in said.values() if JARGON.search(words)]


class Everything(forms.Form):
    """A field of each kind that a form here has."""

    number = forms.FloatField(min_value=0.5, max_value=100)
    whole = forms.IntegerField(min_value=1)
    words = forms.CharField(max_length=5)
    choice = forms.ChoiceField(choices=[("a", "a")])
    ticked = forms.BooleanField()
    day = forms.DateField()
    mail = forms.EmailField()


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("number", "150", "This is too much: write 100 or less."),
        ("number", "0", "This is too little: write 0.5 or more."),
        ("number", "much", "Write a number in digits, as 2.5."),
        ("whole", "1.5", "Write a whole number in digits, as 3."),
        ("words", "longer", "This is too long: these are 6 characters, and 5 fit in."),
        ("words", "", "This is still empty. Fill it in."),
        ("choice", "b", "What was chosen is not on the list. Choose again."),
        ("ticked", "", "This is not ticked yet. Tick it once it holds."),
        ("day", "2026-02-30", "This is not a day of the calendar. Write its day, month and year."),
        ("mail", "somebody", "This is not an e-mail address. Write it as name@clinic.example."),
    ],
)
def test_a_field_says_what_is_wrong_and_what_to_write(field: str, value: str, told: str) -> None:
    form = Everything({field: value})
    assert not form.is_valid()
    assert form.errors[field] == [told]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("L4-5 L5-S1", ("L4-5", "L5-S1")),
        ("l4/5, l5–s1", ("L4-5", "L5-S1")),
        ("L4-L5;L5", ("L4-5", "L5")),
        ("C7-T1 C7-T1", ("C7-T1",)),
        ("", ()),
    ],
)
def test_levels_are_read_as_people_write_them(written: str, read: tuple[str, ...]) -> None:
    assert LevelsField(required=False).clean(written) == read


@pytest.mark.parametrize("written", ["L9", "L4-6", "everywhere", "L4-S1"])
def test_a_level_that_does_not_exist_is_refused(written: str) -> None:
    with pytest.raises(ValidationError, match="is not a spinal level"):
        LevelsField().clean(written)


def test_a_refusal_does_not_repeat_a_whole_page() -> None:
    with pytest.raises(ValidationError) as refused:
        LevelsField(max_length=None).clean("x" * 10_000)
    assert len(refused.value.messages[0]) < 120


def year(number: int) -> date:
    return date(number, 6, 1)


def test_days_that_cannot_be_true_are_refused_and_no_others(today: date) -> None:
    has_come(today)
    has_come(year(today.year - LONGEST_LIFE))
    can_be_planned(today)
    can_be_planned(year(today.year + FURTHEST_AHEAD))
    within_reach(today - timedelta(days=30))
    for refuses, day in (
        (has_come, today + timedelta(days=1)),
        (has_come, year(today.year - LONGEST_LIFE - 1)),
        (has_come, year(26)),
        (can_be_planned, today - timedelta(days=1)),
        (can_be_planned, year(today.year + FURTHEST_AHEAD + 1)),
        (within_reach, year(26)),
        (within_reach, year(2999)),
    ):
        with pytest.raises(ValidationError):
            refuses(day)


@pytest.mark.parametrize(
    ("problem", "told"),
    [
        ("Object missing required field `instrument`", "Something is missing: instrument."),
        ("Expected `float` > 0.0 - at `$.dose`", "The chart cannot take this as it is written: dose. Look it over."),
        ("Invalid enum value 'up' - at `$.side`", "The chart cannot take this as it is written: side. Look it over."),
        ("it corrects a fact that is not in this chart", "It corrects a fact that is not in this chart"),
    ],
)
def test_what_a_struct_refuses_is_told_in_words(problem: str, told: str) -> None:
    assert in_words(problem) == told


# --- every form of the clinic -----------------------------------------------------------------------------------------


def forms_of(client: Client, address: str) -> Iterator[Shown]:
    """The forms that stand on a page of the clinic."""
    page = client.get(address)
    if page.status_code == 200 and "html" in page["Content-Type"] and not page.streaming:
        found = Forms(address)
        found.feed(page.content.decode())
        yield from found.found


def typed_badly(form: Shown, bad: str) -> dict[str, Any]:
    """The form with the same in every field that somebody may fill in."""
    return {name: values if name in KEPT else [bad] for name, values in form.values.items()}


def sentences_for_programmers(answer: HttpResponse) -> Iterator[str]:
    """What stands on a page around a word that only programmers use."""
    if "html" not in answer.get("Content-Type", "") or answer.streaming:
        return
    words = unescape(re.sub(r"<[^>]+>", " ", answer.content.decode()))
    for one in JARGON.finditer(words):
        yield " ".join(words[max(0, one.start() - 80) : one.end() + 80].split())


@pytest.mark.django_db
def test_no_form_answers_with_a_sentence_for_programmers(as_role: As, there: dict[str, Any]) -> None:  # noqa: F811
    told: set[str] = set()
    tried: set[tuple[str, frozenset[str]]] = set()
    for role in (Role.PHYSICIAN, Role.AUTHORIZATION, Role.FRONT_DESK, Role.ADMINISTRATOR, Role.AUDITOR, Role.PATIENT):
        client = as_role(role)
        for door in DOORS:
            if door.asks["GET"] == "-" or door.route in ("logo", "document_file"):
                continue
            for form in forms_of(client, address_of(door, there)):
                known = (form.route, frozenset(form.values))
                if known in tried or form.route not in ADDRESSES:
                    continue
                tried.add(known)
                for what, bad in BAD.items():
                    with taken_back():
                        answer = client.post(form.action, typed_badly(form, bad))
                    assert answer.status_code < 500, (form.route, what)
                    told |= {f"{form.route}, {what}: {one}" for one in sentences_for_programmers(answer)}
    assert len(tried) > 40
    assert not told, "\n".join(sorted(told))

"""Every word of the clinic's own passes through gettext, and days and numbers follow the reader's language.

Words of the medicine (labels, questions, sentences that the library makes) are content, not the frame of the pages.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import msgspec
import pytest
from django.conf import LazySettings
from django.template import Context, Template
from django.template.base import Lexer, TokenType
from django.urls import reverse
from django.utils import translation

from lenitive.medicine.content import content
from lenitive_web.languages import translated
from lenitive_web.ledger.actions import record_facts
from lenitive_web.ledger.facts import NewFact
from lenitive_web.ledger.models import Patient
from lenitive_web.look.words import days_by_locale
from lenitive_web.people.roles import Role
from tests.conftest import ROOT
from tests.web.conftest import As
from tests.web.procedure.booking import at, booked

WEB = ROOT / "src" / "lenitive_web"
TEMPLATES = sorted(WEB.rglob("templates/**/*.html"))
SPOKEN = ("aria-label", "title", "placeholder", "alt")
"""Attributes that are shown or read out."""
WORD = re.compile(r"[^\W\d_]{2,}")
NO_WORDS = frozenset(
    (
        *("lenitive", "nrs", "odi", "peg", "npi", "mme", "totp", "en", "us", "xl", "xs", "icd", "cpt"),
        *("mg", "ml", "kg", "cm", "mm", "mcg", "mgy", "gy", "min", "fhir", "hl7", "pdf", "csv", "png", "jpeg", "json"),
    )
)
"""Names and units that are the same in every language."""


class Shown(HTMLParser):
    """What a page shows or reads out: its texts and the attributes that hold words."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in ("script", "style")
        named = dict(attrs)
        self.texts += [value for name in SPOKEN if (value := named.get(name))]
        if tag == "input" and named.get("type") in ("submit", "button"):
            self.texts.append(named.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.texts.append(data)


def shown(html: str) -> list[str]:
    parser = Shown()
    parser.feed(html)
    return [" ".join(text.split()) for text in parser.texts if text.strip()]


def words(text: str) -> list[str]:
    return [word for word in WORD.findall(text) if word.lower() not in NO_WORDS]


# --- templates, read -------------------------------------------------------------------------------------------------


def untranslated(source: str) -> Iterator[str]:
    """The words of a template that stand outside its tags, and defaults that its filters show."""
    parts: list[str] = []
    inside = False
    for token in Lexer(source).tokenize():
        if token.token_type == TokenType.BLOCK and token.contents.startswith(("blocktranslate", "comment")):
            inside = True
        elif token.token_type == TokenType.BLOCK and token.contents.startswith(("endblocktranslate", "endcomment")):
            inside = False
        elif token.token_type == TokenType.TEXT and not inside:
            parts.append(token.contents)
        elif token.token_type == TokenType.VAR:
            yield from re.findall(r'default(?:_if_none)?:"([^"]*[^\W\d_]{2,}[^"]*)"', token.contents)
    yield from (text for text in shown("".join(parts)) if words(text) and not text.startswith("page--"))


BLOCK = re.compile(r"{% blocktrans\w* .*?%}(.*?){% endblocktrans", re.DOTALL)


def test_no_filter_stands_inside_a_translated_sentence() -> None:
    """It would be read as the name of a variable, and its value would silently be missing."""
    found = {
        path.name: sentence
        for path in TEMPLATES
        for sentence in BLOCK.findall(path.read_text(encoding="utf-8"))
        if re.search(r"{{[^}]*\|", sentence)
    }
    assert found == {}


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.relative_to(WEB).as_posix())
def test_no_word_of_a_template_escapes_translation(template: Path) -> None:
    assert list(untranslated(template.read_text(encoding="utf-8"))) == []


def test_the_reading_of_templates_finds_what_escapes() -> None:
    source = '<p title="Two words">{% translate "Good" %} Bad {{ x|default:"never" }}</p>'
    source += "{% blocktranslate %}Fine{% endblocktranslate %}"
    assert set(untranslated(source)) == {"Two words", "Bad", "never"}


# --- pages, rendered under a translation that marks what passed through it -------------------------------------------


def literals_outside_gettext() -> frozenset[str]:
    """Texts in the clinic's Python that look like words for people and are not given to gettext."""
    found: set[str] = set()
    for path in WEB.rglob("*.py"):
        if "migrations" not in path.parts and "demo" not in path.parts:
            found |= set(_literals(ast.parse(path.read_text(encoding="utf-8"))))
    return frozenset(text.strip() for text in found if _is_for_people(text))


def of_the_library() -> str:
    """All texts that the library says, which are content: a page shows them as they are."""
    return msgspec.json.encode(content()).decode() + "".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "src" / "lenitive").rglob("*.py")
    )


def _literals(tree: ast.AST) -> Iterator[str]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Call) and _name(node.func) in ("_", "gettext", "gettext_lazy", "ngettext", "pgettext"):
            continue
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        yield from _literals(node)


def _name(function: ast.expr) -> str:
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def _is_for_people(text: str) -> bool:
    """Two words or more, or one with a capital: what a page would show, not a name that programs use."""
    said = text.strip()
    return len(words(said)) > 1 and " " in said and not re.search(r"[{}<>=/\\%*]|--|__", said)


@pytest.fixture
def marked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A translation that puts brackets around everything that it is asked for."""

    def one(message: str) -> str:
        return f"⟦{message}⟧" if message else message

    def many(singular: str, plural: str, number: int) -> str:
        return one(singular if number == 1 else plural)

    trans = translation._trans
    monkeypatch.setattr(trans, "gettext", one, raising=False)
    monkeypatch.setattr(trans, "ngettext", many, raising=False)
    monkeypatch.setattr(trans, "pgettext", lambda _context, message: one(message), raising=False)
    monkeypatch.setattr(trans, "npgettext", lambda _context, *rest: many(*rest), raising=False)


def left_over(html: str) -> list[str]:
    """What a page shows outside the brackets."""
    texts = []
    for text in shown(html):
        while "⟦" in text and (bare := re.sub(r"⟦[^⟦⟧]*⟧", " ", text)) != text:
            text = bare
        texts.append(text)
    return texts


OF_A_PATIENT = ("story", "examination", "diagnosis", "options", "plan", "authorization", "procedure", "outcome")
PAGES = {
    Role.PHYSICIAN: ("today", "patients", "schedule", "authorizations", *OF_A_PATIENT),
    Role.ADMINISTRATOR: (
        *("practice", "invite", "places", "payers", "letter_head", "policies", "readings", "questionnaires"),
        "emergency",
    ),
    Role.AUDITOR: ("audit", "accesses"),
}


@pytest.mark.parametrize("role", PAGES)
def test_no_word_of_the_clinics_python_reaches_a_page_untranslated(
    role: Role, marked: None, as_role: As, patient: Patient, today: date
) -> None:
    booked(patient, at(today))
    client, escaped = as_role(role), set()
    library = of_the_library()
    literals = {one for one in literals_outside_gettext() if one not in library}
    for route in PAGES[role]:
        address = reverse(route, args=[patient.public_id] if route in OF_A_PATIENT else [])
        answer = client.get(address)
        assert answer.status_code == 200, route
        html = answer.content.decode()
        assert "⟦" in html
        for text in left_over(html):
            escaped |= {(route, one) for one in literals if one == text or (len(words(one)) > 2 and one in text)}
    assert escaped == set()


# --- days and numbers ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "day", "number"),
    [
        ("en-us", "Nov. 22, 2026", "1,234.5"),
        ("de", "22. November 2026", "1.234,5"),
        ("es", "22 de noviembre de 2026", "1 234,5"),
    ],
)
def test_days_and_numbers_follow_the_language(language: str, day: str, number: str) -> None:
    with translation.override(language):
        told = Template("{{ day }} {{ number|floatformat:'1g' }}").render(
            Context({"day": date(2026, 11, 22), "number": 1234.5})
        )
    assert told.startswith(day)
    assert told.removeprefix(day).strip().replace("\xa0", " ") == number


@pytest.mark.parametrize(
    ("language", "read"),
    [
        ("en-us", "Tried from June 30, 2026: it helped until Nov. 2, 2026."),
        ("de", "Tried from 30. Juni 2026: it helped until 2. November 2026."),
    ],
)
def test_days_inside_a_sentence_of_the_library_follow_the_language(language: str, read: str) -> None:
    with translation.override(language):
        assert days_by_locale("Tried from 2026-06-30: it helped until 2026-11-02.") == read
        told = Template("{% load look %}{{ told|days }}{{ nothing|days|default:'-' }}")
        assert told.render(Context({"told": "Tried from 2026-06-30 <", "nothing": None})).endswith("&lt;-")


def test_no_level_is_torn_at_the_end_of_a_line_and_none_is_changed() -> None:
    told = Template("{% load look %}{{ told|days }}").render(Context({"told": "L5-S1 <b>, C7-T1, L4-5 and XL5-S12"}))
    together = '<span class="nowrap">{}</span>'
    assert told == f"{together.format('L5-S1')} &lt;b&gt;, {together.format('C7-T1')}, L4-5 and XL5-S12"


@pytest.mark.parametrize(
    "text", ["no day: 2026-02-30", "L38773-2026-01-01", "report/2026-01-01", "2026-01", "case 12026-01-01"]
)
def test_what_is_no_day_is_left_as_it_was_written(text: str) -> None:
    assert days_by_locale(text) == text


def test_a_language_is_spoken_once_its_catalogue_is_compiled(tmp_path: Path) -> None:
    for name in ("de", "pt_BR", "notalanguage"):
        (tmp_path / name / "LC_MESSAGES").mkdir(parents=True)
        (tmp_path / name / "LC_MESSAGES" / "django.mo").touch()
    (tmp_path / "es" / "LC_MESSAGES").mkdir(parents=True)
    (tmp_path / "es" / "LC_MESSAGES" / "django.po").touch()
    assert list(translated(tmp_path)) == [("de", "Deutsch"), ("pt-br", "Português Brasileiro")]


@pytest.mark.parametrize(("language", "decimal", "month"), [("de", ",", "November"), ("es", ",", "noviembre")])
def test_a_page_shows_days_and_numbers_as_its_reader_writes_them(
    language: str, decimal: str, month: str, as_role: As, patient: Patient, settings: LazySettings
) -> None:
    settings.LANGUAGES = [("en-us", "English"), (language, language)]
    client = as_role(Role.NURSE)
    day, words = date(2026, 11, 3), {"kind": "activity", "text": "Walk.", "instrument": "peg", "score": 3.5}
    record_facts(patient=patient, facts=[NewFact("goal", {**words, "due": day})], by=None, source="plan")
    page = client.get(reverse("plan", args=[patient.public_id]), headers={"Accept-Language": language})
    html = page.content.decode()
    assert f'<html lang="{language}">' in html
    assert f"3{decimal}5" in html
    assert re.search(rf"3\.? (de )?{month} (de )?2026", html)

"""The generated reference: a page for every source of pain, procedure, drug and policy, with all that is known."""

import importlib.util
import re
from functools import cache
from pathlib import Path

import pytest

from lenitive.knowledge.entries import Cited
from lenitive.medicine.content import KINDS, cited_parts, content

FILE = Path(__file__).resolve().parents[2] / "docs" / "generate.py"
specification = importlib.util.spec_from_file_location("reference_pages", FILE)
generate = importlib.util.module_from_spec(specification)
specification.loader.exec_module(generate)

ENTRIES = [(kind, name) for kind in generate.ONE_PAGE_EACH for name in getattr(content(), kind)]


@cache
def pages():
    """The text of each page by its address."""
    return dict(generate.single_pages())


def test_every_entry_has_its_page():
    assert set(pages()) == {f"reference/{kind}/{name}.md" for kind, name in ENTRIES}


@pytest.mark.parametrize(("kind", "name"), ENTRIES)
def test_a_page_shows_every_citation_of_its_entry_with_its_grade(kind, name):
    page = pages()[f"reference/{kind}/{name}.md"]
    shown = set(re.findall(r"\*(\w+)\*, \[([^\]]+)\]\(\.\./sources\.md#", page))
    cited = {(part.grade, part.source) for _, part in cited_parts(getattr(content(), kind)[name], "")}
    assert cited <= shown


@pytest.mark.parametrize(("kind", "name"), ENTRIES)
def test_every_link_of_a_page_leads_somewhere(kind, name):
    targets = re.findall(r"\]\(\.\./([\w/]+\.md)", pages()[f"reference/{kind}/{name}.md"])
    known = {path.removeprefix("reference/") for path in pages()} | {f"{kind}.md" for kind in generate.LISTED}
    assert set(targets) <= known


def test_a_procedure_shows_what_patients_read_its_harms_as_people_and_what_was_published():
    page = pages()["reference/procedures/radiofrequency_ablation_genicular.md"]
    assert content().education["knee_nerve_heat"].what.split(".")[0] in page
    assert "### `genicular_davis2018`" in page
    assert re.search(r"about \d+ in [\d,]+ people|nobody knows", page)


def test_a_source_of_pain_shows_its_evidence():
    rows = [name for name, row in content().evidence.items() if row.generator == "sacroiliac_joint"]
    page = pages()["reference/generators/sacroiliac_joint.md"]
    assert rows
    assert all(f"### `{name}`" in page for name in rows)


def test_the_list_links_to_each_page():
    text = generate._listed("procedures", "Procedures")
    assert text.count("](procedures/") == len(content().procedures)


def test_every_number_in_the_content_has_a_source_and_a_grade():
    """Everything cited is cited in full: no empty source, place or grade anywhere."""
    found = [
        part
        for kind in KINDS
        for name, entry in getattr(content(), kind).items()
        for _, part in cited_parts(entry, name)
    ]
    assert len(found) > 5000
    assert all(isinstance(part, Cited) and part.source in content().sources and part.locator for part in found)

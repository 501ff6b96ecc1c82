"""What stands beside an answer is short: a source in a word or two, a time in months, what must not be."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.template import Context, Template

from lenitive.medicine.criteria import all_criteria, criterion_named
from lenitive.reasoning.assessment import Citation
from lenitive_web.look.templatetags.look import names_the_unwanted
from lenitive_web.look.words import months, short_source


@pytest.mark.parametrize(
    ("reference", "short"),
    [
        (
            "Laslett M, Young SB, Aprill CN. Painful sacroiliac joints. Aust J Physiother 2003",
            "Laslett 2003",
        ),
        ("Al Nezari NH et al. Neurological examination. Spine J 2013", "Al Nezari 2013"),
        ("Lord SM et al., N Engl J Med 1996", "Lord 1996"),
        ("A choice of this project, so that the machine can run.", "A choice of this project"),
        ("Palmetto GBA. Facet joint interventions, prior authorization", "Palmetto GBA"),
        ("DRG lead migration and fracture, 756 leads", "DRG lead migration and fracture"),
        ("Reading of Medicare NCD 160.7, LCD L36204", "Reading of Medicare NCD 160.7"),
    ],
)
def test_a_source_is_called_by_its_author_or_publisher(reference: str, short: str) -> None:
    assert short_source(reference) == short


def test_a_long_name_of_a_source_ends_at_a_word() -> None:
    short = short_source("A very long name of a publisher that nobody would want to read in a list of many sources")
    assert short.endswith(" …")
    assert len(short) <= 48


def test_one_month_is_not_many() -> None:
    assert [months(number) for number in (1, 1.0, 1.5, 12)] == ["1 month", "1 month", "1.5 months", "12 months"]


def _citation(entry: str, source: str, grade: str = "primary") -> Citation:
    told = {"entry": entry, "source": source, "reference": f"{source} A et al. A study 2001", "note": ""}
    return Citation(**told, locator=f"table {entry}", grade=grade)  # type: ignore[arg-type]


def test_what_stands_in_one_source_stands_together() -> None:
    cited = [_citation("1", "Kim"), _citation("2", "Lee"), _citation("3", "Kim"), _citation("1", "Kim")]
    shown = Template("{% load look %}{% all_cited cited %}").render(Context({"cited": cited}))
    assert shown.count("<details") == 2
    assert [shown.count(f"table {number}") for number in "123"] == [1, 1, 1]


def test_the_same_source_read_and_remembered_stands_apart() -> None:
    cited = [_citation("1", "Kim"), _citation("2", "Kim", "recalled")]
    assert Template("{% load look %}{% all_cited cited %}").render(Context({"cited": cited})).count("<details") == 2


@pytest.mark.parametrize(
    ("wanted", "label", "says_it"),
    [("not met", None, True), ("met", None, False), ("not met", "No such thing", False)],
)
def test_only_a_criterion_named_after_what_must_not_be_says_so(wanted: str, label: str | None, says_it: bool) -> None:
    name = sorted(all_criteria())[0]
    one = SimpleNamespace(criterion=name, wanted=wanted, label=label or criterion_named(name).label)
    assert names_the_unwanted(one) is says_it

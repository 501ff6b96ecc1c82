"""The code maps agree with the catalogues that they lead to."""

import tomllib
from typing import get_args

import pytest

from lenitive.chart.coverage import Programme
from lenitive.codes import LEVELS, SIDES
from lenitive.interop.fhir import code_maps
from lenitive.medicine.content import content
from lenitive.medicine.criteria import families


def table(name):
    return tomllib.loads((code_maps.FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def families_of_procedures():
    groups = [value for value in vars(families).values() if isinstance(value, tuple)]
    return {kind for group in groups for part in group for kind in (part if isinstance(part, tuple) else (part,))}


def test_every_kind_of_procedure_is_one_that_the_rules_know():
    meanings = code_maps.procedures().values()
    kinds = {meaning.kind for meaning in meanings} | {kind for m in meanings for _, kind in m.kind_in_words}
    assert kinds <= families_of_procedures() | content().procedures.keys()


def test_a_code_of_a_procedure_in_the_catalogue_leads_to_it_or_to_its_broader_word():
    broader = {"epidural_steroid_injection", "facet_procedure", "medial_branch_ablation"}
    known = code_maps.procedures()
    for name, entry in content().procedures.items():
        for code in set(entry.codes) & known.keys():
            meaning = known[code]
            assert {meaning.kind, *(kind for _, kind in meaning.kind_in_words)} & {name, *broader}, (name, code)


def test_every_kind_of_conservative_care_is_a_word_of_ours():
    assert set(table("procedures")["therapy"].values()) <= content().treatments.keys()


def test_every_drug_of_the_catalogue_is_found_by_name_and_by_code_with_the_same_class():
    for entry in content().drugs.values():
        for name in entry.names:
            if " " not in name:
                assert code_maps.ingredients_in_words(f"{name.upper()} 5 MG") == (name,)
                assert code_maps.class_of_drug(name) == entry.drug_class, name
        for code in entry.rxnorm:
            assert set(code_maps.ingredients_of_rxnorm(code)) <= set(entry.names), code
            assert code_maps.ingredients_of_rxnorm(code), code


def test_every_instrument_of_the_catalogue_with_a_code_is_read_under_its_name():
    for name, instrument in content().instruments.items():
        for code in instrument.loinc:
            known = code_maps.instruments().get(code)
            assert known is None or known.name == name, code


def test_no_ingredient_stands_in_two_classes():
    names = [name for rows in table("rxnorm")["class"].values() for name in rows["ingredients"]]
    assert len(names) == len(set(names))
    coded = {name for rows in table("rxnorm")["class"].values() for name in rows["codes"].values()}
    assert coded <= set(names)
    assert {name for product in table("rxnorm")["product"].values() for name in product} <= set(names)


def test_sides_levels_and_programmes_are_legal():
    conditions, coverage = table("conditions"), table("coverage")
    assert set(conditions["side"].values()) | set(conditions["site_side"].values()) <= set(SIDES)
    assert set(conditions["level"].values()) <= LEVELS
    programmes = {row["programme"] for row in coverage["words"]} | set(coverage["act_code"].values())
    assert programmes <= set(get_args(Programme))


@pytest.mark.parametrize(
    ("state", "letters"), [("ohio", "OH"), ("OH", "OH"), ("District of Columbia", "DC"), ("Bavaria", None)]
)
def test_states(state, letters):
    assert code_maps.state_letters(state) == letters


def test_the_notice_of_loinc_is_there():
    assert "loinc.org/license" in (code_maps.FOLDER / "loinc.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(("words", "ingredients"), [("Eliquis", ("apixaban",)), ("XARELTO 20 mg", ("rivaroxaban",))])
def test_a_brand_is_its_ingredient(words: str, ingredients: tuple[str, ...]) -> None:
    assert code_maps.ingredients_in_words(words) == ingredients


def test_every_brand_is_of_an_ingredient_whose_class_is_known() -> None:
    brands = code_maps._table("rxnorm")["brand"]
    assert {name for name in brands.values() if code_maps.class_of_drug(name) is None} == set()

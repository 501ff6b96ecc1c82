"""What codes and words of other systems mean here: the tables of ``medicine/codes``, read once."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import lenitive.medicine

FOLDER = Path(lenitive.medicine.__file__).parent / "codes"


@cache
def _table(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


# --- observations


@dataclass(frozen=True, slots=True)
class Instrument:
    """The name under which a LOINC code is kept, and what its values need."""

    name: str
    needs_unit: bool = False
    with_score_unit: str | None = None


@dataclass(frozen=True, slots=True)
class Mean:
    """An instrument whose score is the mean of items."""

    name: str
    items: tuple[str, ...]
    loinc: str
    lowest: float
    highest: float


@cache
def instruments() -> dict[str, Instrument]:
    """Instruments by LOINC code."""
    loinc = _table("loinc")
    renamed = loinc["with_score_unit"]
    named = {code: Instrument(name, False, renamed.get(code)) for code, name in loinc["instrument"].items()}
    named |= {code: Instrument(name, True) for code, name in loinc["laboratory"].items()}
    return named | {code: Instrument(name) for code, name in loinc["ratio"].items()}


@cache
def means() -> tuple[Mean, ...]:
    """The instruments that can be worked out from their items."""
    rows = _table("loinc")["mean_of"].items()
    return tuple(Mean(name, tuple(row.pop("items")), **row) for name, row in ((n, dict(r)) for n, r in rows))


# --- conditions


@lru_cache(maxsize=1 << 14)
def concept_of_icd10(code: str) -> str | None:
    """Our concept for an ICD-10-CM code, by the longest prefix that stands in the table."""
    table: dict[str, str] = _table("conditions")["icd10"]
    return next((table[code[:end]] for end in range(len(code), 2, -1) if code[:end] in table), None)


def concept_of_snomed(code: str) -> str | None:
    """Our concept for a SNOMED CT code."""
    found: str | None = _table("conditions")["snomed"].get(code)
    return found


def known_concepts() -> frozenset[str]:
    """Every concept of ours that a diagnosis code of another system means."""
    table = _table("conditions")
    return frozenset((*table["icd10"].values(), *table["snomed"].values()))


def known_icd10() -> frozenset[str]:
    """The beginnings of the ICD-10-CM codes that mean something here."""
    return frozenset(_table("conditions")["icd10"])


def known_substances() -> frozenset[str]:
    """The substances that are no drugs and that rules ask about."""
    return frozenset(said for row in _table("allergies")["substance"] for said in row["says"])


def side_of_icd10(code: str) -> str | None:
    """The side that an ICD-10-CM code says, if it says one."""
    found: str | None = _table("conditions")["side"].get(code)
    return found


def level_of_icd10(code: str) -> str | None:
    """The spinal level that an ICD-10-CM code says, if it says one."""
    found: str | None = _table("conditions")["level"].get(code)
    return found


@lru_cache(maxsize=1 << 14)
def side_of_site(words_or_code: str) -> str | None:
    """The side that a body site says. Two different sides in one text say none."""
    table: dict[str, str] = _table("conditions")["site_side"]
    found = {table[word] for word in _words(words_or_code) if word in table}
    return found.pop() if len(found) == 1 else None


# --- medications


@cache
def _ingredient_classes() -> dict[str, str]:
    return {name: drug_class for drug_class, rows in _table("rxnorm")["class"].items() for name in rows["ingredients"]}


@cache
def _ingredient_codes() -> dict[str, tuple[str, ...]]:
    rxnorm = _table("rxnorm")
    single = {code: (name,) for rows in rxnorm["class"].values() for code, name in rows["codes"].items()}
    return single | {code: tuple(names) for code, names in rxnorm["product"].items()}


def class_of_drug(ingredient: str) -> str | None:
    """The class of an ingredient: anticoagulant, opioid, …"""
    return _ingredient_classes().get(ingredient)


def known_ingredients(drug_class: str | None = None) -> frozenset[str]:
    """The ingredients that have a class: all of them, or those of one class."""
    return frozenset(name for name, of in _ingredient_classes().items() if drug_class in (None, of))


def ingredients_of_rxnorm(code: str) -> tuple[str, ...]:
    """The ingredients behind an RxNorm ingredient code, or behind the few product codes we know."""
    return _ingredient_codes().get(code, ())


@lru_cache(maxsize=1 << 14)
def ingredients_in_words(label: str) -> tuple[str, ...]:
    """The ingredients whose names, or whose brands' names, stand as words in the name of a product."""
    known, brands = _ingredient_classes(), _table("rxnorm")["brand"]
    named = (brands.get(word, word) for word in _words(label))
    return tuple(dict.fromkeys(word for word in named if word in known))


# --- allergies


def no_allergy_topic(code: str) -> str | None:
    """The topic that a SNOMED CT code of the kind "no known allergy" attests."""
    found: str | None = _table("allergies")["none_known"].get(code)
    return found


def no_allergy_topic_in_words(text: str) -> str | None:
    """The topic that a text of the kind "no known allergies" attests."""
    found: str | None = _table("allergies")["none_known_text"].get(text.strip().rstrip(".").casefold())
    return found


def no_allergy_topics() -> frozenset[str]:
    """Every topic that a record of the kind "no known allergies" may attest."""
    table = _table("allergies")
    return frozenset((*table["none_known"].values(), *table["none_known_text"].values()))


@lru_cache(maxsize=1 << 14)
def substance_in_words(text: str) -> str | None:
    """The plain name of a substance that rules ask about: one of a few words, or one drug ingredient."""
    folded = text.casefold()
    for row in _table("allergies")["substance"]:
        if not any(other in folded for other in row["but_not"]):
            for said in row["says"]:
                if said in folded:
                    return str(said)
    drugs = ingredients_in_words(text)
    return drugs[0] if len(drugs) == 1 else None


# --- procedures


@dataclass(frozen=True, slots=True)
class ProcedureMeaning:
    """What a procedure code says, and no more."""

    kind: str
    approach: str | None = None
    region: str | None = None
    recalled: bool = False
    kind_in_words: tuple[tuple[str, str], ...] = ()
    """Words of the record that make the kind narrower, and the narrower kind."""

    def kind_for(self, label: str) -> str:
        """The kind, narrowed by the words of the record where the code alone stands for several."""
        folded = label.casefold()
        return next((kind for words, kind in self.kind_in_words if words in folded), self.kind)


@cache
def procedures() -> dict[str, ProcedureMeaning]:
    """What CPT and HCPCS numbers say."""
    return {code: _meaning(row) for row in _table("procedures")["rows"] for code in row["codes"]}


def _meaning(row: dict[str, Any]) -> ProcedureMeaning:
    narrower = tuple((words, kind) for words, kind in row.get("in_words", {}).items())
    return ProcedureMeaning(row["kind"], row.get("approach"), row.get("region"), row.get("recalled", False), narrower)


def therapy_of_snomed(code: str) -> str | None:
    """The kind of conservative care that a SNOMED CT code names."""
    found: str | None = _table("procedures").get("therapy", {}).get(code)
    return found


@lru_cache(maxsize=1 << 14)
def device_kind(words: str) -> str | None:
    """Our kind for a device, by the words of its type or name."""
    folded = words.casefold()
    rows = _table("devices")["words"]
    return next((row["kind"] for row in rows if any(said in folded for said in row["says"])), None)


def known_devices() -> frozenset[str]:
    """Every kind of device that we have a name for."""
    return frozenset(row["kind"] for row in _table("devices")["words"])


# --- coverage


@lru_cache(maxsize=1 << 14)
def programme_in_words(words: str) -> str | None:
    """The programme that the words of a coverage name."""
    folded = words.casefold()
    rows = _table("coverage")["words"]
    return next((row["programme"] for row in rows if any(said in folded for said in row["says"])), None)


def programme_of_act_code(code: str) -> str | None:
    """The programme that an HL7 ActCode names."""
    found: str | None = _table("coverage")["act_code"].get(code)
    return found


def site_of_service(place: str) -> str | None:
    """The site of service that a place-of-service code of CMS names."""
    found: str | None = _table("places")["site_of_service"].get(place)
    return found


@lru_cache(maxsize=1 << 10)
def state_letters(state: str) -> str | None:
    """The two letters of a US state, given as letters or in full."""
    states: dict[str, str] = _table("coverage")["states"]
    letters = state.strip().upper()
    return letters if letters in states.values() else states.get(state.strip().title().replace(" Of ", " of "))


_WORD = re.compile(r"[^\W_]+")


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())

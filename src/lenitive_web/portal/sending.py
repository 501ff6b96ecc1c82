"""What a patient told, as facts of that source; what an earlier intake said of the same gives way."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from lenitive.chart import Chart
from lenitive.interop.fhir.code_maps import class_of_drug, ingredients_in_words
from lenitive.medicine.content import content
from lenitive.reasoning.pain_drawing import Mark
from lenitive_web.body_map.drawings import record_drawing
from lenitive_web.ledger.actions import record_facts
from lenitive_web.ledger.facts import NewFact
from lenitive_web.ledger.models import Patient
from lenitive_web.people.models import User
from lenitive_web.portal import words
from lenitive_web.portal.drafts import forget
from lenitive_web.portal.intake import KIND, Allergies, Courses, Feel, Medicines, Since, Told, Tried, began

SOURCE = "patient"
THINNERS = ("anticoagulant", "antiplatelet")
AREAS = {"lumbar": "lumbar", "pelvis": "lumbar", "cervical": "cervical", "thoracic": "thoracic", "chest": "thoracic"}
"""The region of the spine to which the treatment of a pain belongs; that of a limb has none."""


@transaction.atomic
def send_intake(*, patient: Patient, told: Told, chart: Chart, by: User, address: str | None = None) -> int:
    """Write the story into the chart, keep the drawing, remove the draft; how many facts were written."""
    forms = {name: told.form(name) for name in told.steps()}
    invalid = [name for name, form in forms.items() if not form.is_valid()]
    if invalid:
        raise ValueError(f"Steps that cannot be sent yet: {', '.join(invalid)}")
    record_drawing(patient=patient, marks=marks_of(forms["feel"]), by=by, address=address)  # type: ignore[arg-type]
    facts = in_place_of_earlier(facts_of(forms, told.as_of), chart)
    written = record_facts(patient=patient, facts=facts, by=by, source=SOURCE, address=address)
    forget(patient, KIND)
    return len(written)


def facts_of(forms: Mapping[str, Any], as_of: date) -> list[NewFact]:
    """All facts of an intake."""
    return [
        *_complaints(forms["feel"], forms["since"]),
        _strength(forms["feel"], as_of),
        *(_courses(forms["courses"], forms["feel"], as_of) if "courses" in forms else ()),
        *_medicines(forms["medicines"], as_of),
        *_allergies(forms["allergies"], as_of),
        *_attestations(forms["tried"], forms["medicines"], forms["allergies"], as_of),
    ]


def marks_of(feel: Feel) -> list[Mark]:
    """The drawing."""
    return [
        Mark(
            region=_region(mark),
            side=_side(mark),  # type: ignore[arg-type]
            intensity=feel.cleaned_data[f"{mark}-intensity"],
            quality=feel.cleaned_data[f"{mark}-quality"],
            depth=feel.cleaned_data[f"{mark}-depth"] or None,
        )
        for mark in feel.told.marks
    ]


def in_place_of_earlier(facts: Sequence[NewFact], chart: Chart) -> list[NewFact]:
    """The facts, each in place of what the patient told of the same before."""
    before = {
        (table, key(_columns(fact))): fact.id
        for table, key in _SAME.items()
        for fact in chart.table(table)
        if fact.source == SOURCE
    }
    found = []
    for new in facts:
        earlier = before.pop((new.table, _SAME[new.table](new.columns)), None) if new.table in _SAME else None
        found.append(NewFact(new.table, {**new.columns, "supersedes": earlier}) if earlier else new)
    return found


_SAME: dict[str, Callable[[Mapping[str, Any]], Any]] = {
    "complaint": lambda row: (row["region"], row.get("side")),
    "treatment": lambda row: row["kind"],
    "medication": lambda row: row.get("ingredient") or row.get("label"),
    "allergy": lambda row: row["substance"].lower(),
}


def _columns(fact: Any) -> Mapping[str, Any]:
    return {name: getattr(fact, name) for name in fact.__struct_fields__}


def _complaints(feel: Feel, since: Since) -> list[NewFact]:
    """The worst pain with where it goes, and every other pain for itself."""
    given = since.cleaned_data
    first, last = began(given, "")
    worst, spreads = feel.worst, feel.spreads_to()
    told = {
        "true_on": first,
        "true_by": min(last, feel.told.as_of),
        "aggravated_by": given["worse"],
        "relieved_by": given["better"],
        "description": given["own_words"] or None,
        "dominant": True,
        "radiates_to": list(dict.fromkeys(_region(mark) for mark in spreads if _region(mark) != _region(worst))),
        "quality": list(dict.fromkeys(word for mark in (worst, *spreads) for word in _quality(feel, mark))),
    }
    side = "both" if any(_opposite(worst, mark) for mark in spreads) else _side(worst)
    others = [mark for mark in feel.told.marks if mark != worst and mark not in spreads]
    return [
        NewFact("complaint", {"region": _region(worst), "side": side, **told}),
        *(
            NewFact(
                "complaint",
                {"region": _region(mark), "side": _side(mark), "quality": _quality(feel, mark), "dominant": False},
            )
            for mark in others
        ),
    ]


def _strength(feel: Feel, as_of: date) -> NewFact:
    return NewFact(
        "measure",
        {"instrument": "nrs", "score": feel.cleaned_data[f"{feel.worst}-intensity"], "true_on": as_of},
    )


def _courses(courses: Courses, feel: Feel, as_of: date) -> list[NewFact]:
    spine = AREAS.get(content().regions[_region(feel.worst)].area)
    found = []
    for kind in courses.told.treatments:
        given = courses.cleaned_data
        columns: dict[str, Any] = {
            "kind": kind,
            "region": spine if kind in words.BY_HANDS else None,
            "sessions": given.get(f"{kind}-sessions"),
            "response": given.get(f"{kind}-response") or None,
        }
        if given.get(f"{kind}-year"):
            first, last = began(given, f"{kind}-")
            columns |= {"true_on": first, "true_by": min(last, as_of)}
            if given.get(f"{kind}-weeks"):
                columns["until"] = min(first + timedelta(weeks=given[f"{kind}-weeks"]), as_of)
        found.append(NewFact("treatment", columns))
    return found


def _medicines(medicines: Medicines, as_of: date) -> list[NewFact]:
    found = [
        NewFact(
            "medication",
            {
                "label": name,
                "ingredient": ingredient_of(name),
                "drug_class": drug_class_of(name),
                "frequency": how or None,
                "status": "active",
                "matched": "typed",
            },
        )
        for name, how in medicines.lines()
    ]
    named = any(fact.columns["drug_class"] in THINNERS for fact in found)
    if medicines.cleaned_data["thinner"] == "yes" and not named:
        unnamed = {"label": "blood thinner, name not given", "drug_class": "anticoagulant", "status": "active"}
        found.append(NewFact("medication", unnamed))
    return found


def ingredient_of(name: str) -> str:
    """What is in a medicine, by the words that were copied from the box; these words, if that is not known."""
    found = ingredients_in_words(name)
    return found[0] if len(found) == 1 else name.strip().lower()


def drug_class_of(name: str) -> str | None:
    """The class of a drug whose name or brand is known; of several ingredients one that thins the blood goes first."""
    classes = [class_of_drug(one) for one in ingredients_in_words(name)]
    thinner = next((one for one in classes if one in THINNERS), None)
    if classes:
        return thinner or classes[0]
    plain = name.strip().lower()
    return next((drug.drug_class for drug in content().drugs.values() if plain in drug.names), None)


def _allergies(allergies: Allergies, as_of: date) -> list[NewFact]:
    return [
        NewFact("allergy", {"substance": substance, "reaction": reaction or None, "active": True, "true_on": None})
        for substance, reaction in allergies.lines()
    ]


def _attestations(tried: Tried, medicines: Medicines, allergies: Allergies, as_of: date) -> list[NewFact]:
    """What was asked completely. Who is unsure about a blood thinner has not told everything that matters."""
    complete = {
        "complaint": True,
        "treatment": tried.cleaned_data["complete"],
        "medication": medicines.cleaned_data["complete"] and _is_clear_about_thinners(medicines),
        "allergy": allergies.cleaned_data["complete"],
    }
    return [
        NewFact("attestation", {"topic": topic, "by": SOURCE, "true_on": as_of})
        for topic, is_complete in complete.items()
        if is_complete
    ]


def _is_clear_about_thinners(medicines: Medicines) -> bool:
    said = medicines.cleaned_data["thinner"]
    named = any(drug_class_of(name) in THINNERS for name, _ in medicines.lines())
    return said == "no" or (said == "yes" and named)


def _quality(feel: Feel, mark: str) -> list[str]:
    return list(feel.cleaned_data[f"{mark}-quality"])


def _region(mark: str) -> str:
    return mark.partition(":")[0]


def _side(mark: str) -> str | None:
    return mark.partition(":")[2] or None


def _opposite(mark: str, other: str) -> bool:
    """Whether two marks are the two sides of one region."""
    return _region(mark) == _region(other) and mark != other

"""A letter as it stands: what was proposed, what was written in its place, and to whom it goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lenitive_web.ledger.models import Patient
from lenitive_web.letters.models import LetterEdition, LetterStep, Sort


def last_edition(patient: Patient, sort: str, about: str) -> LetterEdition | None:
    """The edition that stands; nothing while nobody changed the proposal."""
    return LetterEdition.objects.filter(patient=patient, sort=sort, about=about).select_related("by").last()


def steps_of(patient: Patient, sort: str, about: str) -> list[LetterStep]:
    """When it was sent on and answered."""
    return list(LetterStep.objects.filter(patient=patient, sort=sort, about=about).select_related("by"))


@dataclass(frozen=True)
class Standing:
    """How a letter stands: its last edition, and the last that became of it."""

    edition: LetterEdition
    step: LetterStep | None


def letters_of(patient: Patient, sort: str) -> Mapping[str, Standing]:
    """The letters of a sort that somebody changed, by what they are about."""
    editions = LetterEdition.objects.filter(patient=patient, sort=sort).select_related("by")
    steps = {one.about: one for one in LetterStep.objects.filter(patient=patient, sort=sort)}
    return {one.about: Standing(one, steps.get(one.about)) for one in editions}


def texts_of(edition: LetterEdition | None) -> Mapping[str, str]:
    """What was written in place of paragraphs, by their keys."""
    return {key: one["text"] for key, one in edition.written.items()} if edition else {}


def addressee_of(edition: LetterEdition | None) -> list[str]:
    """Name and address, line by line."""
    return [line for line in (edition.to_name, *edition.to_address.splitlines()) if line.strip()] if edition else []


@dataclass(frozen=True)
class Proposed:
    """A paragraph as the chart proposes it, and the facts that it rests on."""

    key: str
    title: str
    text: str
    facts: Sequence[str] = ()


def sort_of(word: str) -> Sort | None:
    """The letter that a word in an address names."""
    return Sort(word) if word in Sort.values else None

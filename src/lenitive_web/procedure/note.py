"""The record of a procedure as prose: from what was written down to sentences, and nothing besides.

What was not written down is said to be so; it is never filled in. A colleague reads the sentences, the ledger keeps
the facts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Literal

import msgspec

from lenitive.chart.procedure import DrugGiven
from lenitive.codes import unit_in_words

GUIDANCE = {"ct": "CT", "mri": "MRI", "none": "no imaging"}
SEDATION = {
    "none": "No sedation was given",
    "minimal": "Sedation was minimal",
    "moderate": "Sedation was moderate",
    "deep": "Sedation was deep",
    "general": "It was done under general anaesthesia",
}


class Note(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Everything that the record of one procedure holds."""

    label: str
    on: date
    operator: str
    consent: str = ""
    time_out: str = ""
    indication: str = ""
    intent: str | None = None
    side: str | None = None
    levels: tuple[str, ...] = ()
    approach: str | None = None
    guidance: str | None = None
    needle: str = ""
    contrast: bool | None = None
    contrast_agent: str = ""
    contrast_ml: float | None = None
    spread: str = ""
    records: tuple[str, ...] = ()
    ablation_mode: str | None = None
    temperature_c: float | None = None
    lesion_seconds: float | None = None
    lesions: int | None = None
    sensory_v: float | None = None
    motor_v: float | None = None
    motor_response: bool | None = None
    leads: int | None = None
    lead_tip: str = ""
    lead_side: str | None = None
    coverage_percent: float | None = None
    cement_ml: float | None = None
    cement_leak: str = ""
    drugs: tuple[DrugGiven, ...] = ()
    with_adrenaline: bool = False
    sedation: Literal["none", "minimal", "moderate", "deep", "general"] | None = None
    fluoroscopy_seconds: float | None = None
    dose_mgy: float | None = None
    device: str = ""
    device_identifier: str = ""
    device_mri: Literal["safe", "conditional", "unsafe"] | None = None
    complication: str | None = None
    exceptions: tuple[str, ...] = ()
    remarks: str = ""


def sentences(note: Note) -> list[str]:
    """The note as sentences, in the order in which a colleague reads."""
    return [
        *_what(note),
        *_before(note),
        *_how(note),
        *_contrast(note),
        *(_radiofrequency(note) if "radiofrequency" in note.records else ()),
        *(_leads(note) if "leads" in note.records else ()),
        *(_cement(note) if "cement" in note.records else ()),
        *_drugs(note),
        *_device(note),
        *_sedation(note),
        *_radiation(note),
        *_end(note),
    ]


def prose(note: Note) -> str:
    """The sentences as one paragraph."""
    return " ".join(sentences(note))


def listed(words: Sequence[str]) -> str:
    """Words as in a sentence: *a, b and c*."""
    return " and ".join([*([", ".join(words[:-1])] if words[1:] else []), *words[-1:]])


def _what(note: Note) -> Iterator[str]:
    intent = f", {note.intent}" if note.intent else ""
    where = [_on_the(note.side), f"at {listed(note.levels)}" if note.levels else ""]
    place = " ".join(part for part in where if part) or "side and levels not recorded"
    yield f"{note.label}{intent}: {place}, on {_day(note.on)}, by {note.operator}."
    if note.indication:
        yield f"Indication: {_stop(note.indication)}"


def _before(note: Note) -> Iterator[str]:
    yield (note.consent and _stop(note.consent)) or "No signed consent is recorded."
    yield (note.time_out and _stop(note.time_out)) or "No time-out is recorded."
    for reason in note.exceptions:
        yield f"Exception: {_stop(reason)}"


def _how(note: Note) -> Iterator[str]:
    if note.guidance is None:
        imaging = "The imaging is not recorded"
    elif note.guidance == "none":
        imaging = "No imaging was used"
    else:
        imaging = f"Imaging was {GUIDANCE.get(note.guidance, note.guidance)}"
    approach = f"the approach {note.approach}" if note.approach else "the approach is not recorded"
    yield f"{imaging}; {approach}."
    yield f"Needle: {_stop(note.needle)}" if note.needle else "The needle is not recorded."


def _contrast(note: Note) -> Iterator[str]:
    if note.contrast is None:
        yield "Whether contrast medium was injected is not recorded."
    elif not note.contrast:
        yield "No contrast medium was injected."
    else:
        amount = f"{note.contrast_ml:g} mL" if note.contrast_ml is not None else "volume not recorded"
        yield f"Contrast medium was injected ({', '.join(part for part in (note.contrast_agent, amount) if part)})."
        yield f"Spread: {_stop(note.spread)}" if note.spread else "The spread is not described."


def _radiofrequency(note: Note) -> Iterator[str]:
    mode = f"{note.ablation_mode} radiofrequency" if note.ablation_mode else "radiofrequency, the mode not recorded"
    at = f"at {note.temperature_c:g} °C" if note.temperature_c is not None else "temperature not recorded"
    time = f"{note.lesion_seconds:g} seconds a lesion" if note.lesion_seconds is not None else "time not recorded"
    made = f"{note.lesions} in all" if note.lesions is not None else "number of lesions not recorded"
    yield f"Lesions: {mode}, {at}, {time}, {made}."
    felt = f"felt at {note.sensory_v:g} V" if note.sensory_v is not None else "not recorded"
    yield f"Sensory stimulation was {felt}; {_motor(note)}."


def _motor(note: Note) -> str:
    """The motor test in words; how far it was tested says nothing without what was seen."""
    up_to = f" up to {note.motor_v:g} V" if note.motor_v is not None else ""
    seen = {True: "moved the limb", False: "moved no limb", None: "with a response that is not recorded"}
    if note.motor_v is None and note.motor_response is None:
        return "motor stimulation was not recorded"
    return f"motor stimulation{up_to} {seen[note.motor_response]}"


def _leads(note: Note) -> Iterator[str]:
    count = {None: "The number of leads is not recorded", 1: "One lead was placed"}.get(
        note.leads, f"{note.leads} leads were placed"
    )
    tip = f"the tip at {note.lead_tip.strip()}" if note.lead_tip.strip() else "the place of the tip is not recorded"
    yield f"{count}{f' {_on_the(note.lead_side)}' if note.lead_side else ''}; {tip}."
    if note.coverage_percent is None:
        yield "How much of the pain stimulation covers is not recorded."
    else:
        yield f"Stimulation covers {note.coverage_percent:g} % of the painful area."


def _cement(note: Note) -> Iterator[str]:
    amount = f"{note.cement_ml:g} mL" if note.cement_ml is not None else "volume not recorded"
    if not note.cement_leak.strip():
        leak = "whether it leaked is not recorded"
    elif note.cement_leak.strip().casefold() == "none":
        leak = "none leaked"
    else:
        leak = f"it leaked: {note.cement_leak.strip().rstrip('.')}"
    yield f"Cement: {amount}; {leak}."


def _drugs(note: Note) -> Iterator[str]:
    if not note.drugs:
        yield "No drug was injected."
        return
    adrenaline = ", with adrenaline" if note.with_adrenaline else ""
    yield f"Injected: {listed([_drug(drug) for drug in note.drugs])}{adrenaline}."


def _drug(drug: DrugGiven) -> str:
    strength = f" {drug.strength_percent:g} %" if drug.strength_percent is not None else ""
    volume = f" {drug.volume_ml:g} mL" if drug.volume_ml is not None else ""
    mg = drug.milligrams
    if drug.dose is not None and drug.unit != "mg":
        dose = f"{drug.dose:g} {unit_in_words(drug.unit)}"
    else:
        dose = f"{mg:g} mg" if mg is not None else "dose not recorded"
    return f"{drug.ingredient}{strength}{volume} ({dose})"


def _device(note: Note) -> Iterator[str]:
    if not note.device:
        return
    yield f"Implanted: {_stop(note.device)}"
    yield (
        f"Device identifier: {_stop(note.device_identifier)}"
        if note.device_identifier
        else ("The device identifier is not recorded.")
    )
    yield f"In MRI: {note.device_mri}." if note.device_mri else "Whether MRI is allowed is not recorded."


def _sedation(note: Note) -> Iterator[str]:
    yield f"{SEDATION[note.sedation]}." if note.sedation else "Sedation is not recorded."


def _radiation(note: Note) -> Iterator[str]:
    if note.guidance not in ("fluoroscopy", "ct"):
        return
    parts = [
        f"{note.fluoroscopy_seconds:g} seconds" if note.fluoroscopy_seconds is not None else "time not recorded",
        f"{note.dose_mgy:g} mGy" if note.dose_mgy is not None else "dose not recorded",
    ]
    yield f"Radiation: {', '.join(parts)}."


def _end(note: Note) -> Iterator[str]:
    if note.complication is None:
        yield "Whether there was a complication is not recorded."
    elif note.complication == "none":
        yield "There was no complication."
    else:
        yield f"Complication: {_stop(note.complication)}"
    if note.remarks:
        yield _stop(note.remarks)


def _on_the(side: str | None) -> str:
    if side is None:
        return ""
    return {"both": "on both sides", "midline": "in the midline"}.get(side, f"on the {side}")


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _stop(words: str) -> str:
    words = words.strip()
    return words if words.endswith((".", "!", "?")) else f"{words}."

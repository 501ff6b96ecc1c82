"""The note reads as prose, and never says more than was written down."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from lenitive.chart.procedure import DrugGiven
from lenitive_web.procedure.note import Note, listed, prose, sentences

FULL = Note(
    label="Medial branch block, lumbar",
    on=date(2026, 11, 22),
    operator="Dr. Ines Okafor",
    consent="Consent was signed by Rosa Example, 09:40",
    time_out="Time-out at 10:02 with Dr. Ines Okafor and Tomás Lindqvist",
    indication="Lumbar facet joint",
    intent="diagnostic",
    side="left",
    levels=("L4-5", "L5-S1"),
    approach="two nerves per joint",
    guidance="fluoroscopy",
    needle="25 G, 90 mm",
    contrast=True,
    contrast_agent="iohexol",
    contrast_ml=0.5,
    spread="along the medial branch, none in a vessel",
    drugs=(DrugGiven(ingredient="lidocaine", strength_percent=2, volume_ml=1.5),),
    sedation="none",
    fluoroscopy_seconds=24,
    dose_mgy=3.1,
    complication="none",
)


def test_the_full_note_word_for_word() -> None:
    assert prose(FULL) == (
        "Medial branch block, lumbar, diagnostic: on the left at L4-5 and L5-S1, on 22 November 2026, by "
        "Dr. Ines Okafor. Indication: Lumbar facet joint. Consent was signed by Rosa Example, 09:40. Time-out at 10:02 "
        "with Dr. Ines Okafor and Tomás Lindqvist. Imaging was fluoroscopy; the approach two nerves per joint. Needle: "
        "25 G, 90 mm. Contrast medium was injected (iohexol, 0.5 mL). Spread: along the medial branch, none in a "
        "vessel. Injected: lidocaine 2 % 1.5 mL (30 mg). No sedation was given. Radiation: 24 seconds, 3.1 mGy. There "
        "was no complication."
    )


def test_what_was_not_written_down_is_said_to_be_so() -> None:
    bare = sentences(Note(label="Block", on=date(2026, 1, 2), operator="Dr. A"))
    assert bare == [
        "Block: side and levels not recorded, on 2 January 2026, by Dr. A.",
        "No signed consent is recorded.",
        "No time-out is recorded.",
        "The imaging is not recorded; the approach is not recorded.",
        "The needle is not recorded.",
        "Whether contrast medium was injected is not recorded.",
        "No drug was injected.",
        "Sedation is not recorded.",
        "Whether there was a complication is not recorded.",
    ]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"contrast": False}, "No contrast medium was injected."),
        ({"contrast_ml": None, "contrast_agent": ""}, "(volume not recorded)"),
        ({"side": "both"}, ": on both sides at "),
        ({"side": "midline"}, ": in the midline at "),
        ({"side": None}, ": at L4-5"),
        ({"guidance": "none"}, "No imaging was used; the approach"),
        ({"guidance": "ct", "dose_mgy": None}, "Radiation: 24 seconds, dose not recorded."),
        ({"complication": "vasovagal reaction, over after a minute"}, "Complication: vasovagal reaction, over"),
        ({"exceptions": ("No second block: metastatic disease",)}, "Exception: No second block: metastatic disease."),
        ({"with_adrenaline": True}, "(30 mg), with adrenaline."),
        ({"drugs": (DrugGiven(ingredient="lidocaine"),)}, "Injected: lidocaine (dose not recorded)."),
        ({"drugs": (DrugGiven(ingredient="clonidine", dose=30, unit="ug"),)}, "Injected: clonidine (30 µg)."),
        ({"sedation": "general"}, "It was done under general anaesthesia."),
        ({"remarks": "Tolerated well"}, "Tolerated well."),
    ],
)
def test_each_part_has_its_words(changed: dict[str, object], said: str) -> None:
    assert said in prose(msgspec.structs.replace(FULL, **changed))


RADIOFREQUENCY = msgspec.structs.replace(
    FULL,
    records=("radiofrequency",),
    ablation_mode="conventional",
    temperature_c=80,
    lesion_seconds=90,
    lesions=3,
    sensory_v=0.4,
    motor_v=2,
    motor_response=False,
)


def test_an_ablation_reads_with_its_lesions_and_its_stimulation() -> None:
    assert (
        "Lesions: conventional radiofrequency, at 80 °C, 90 seconds a lesion, 3 in all. Sensory stimulation was felt "
        "at 0.4 V; motor stimulation up to 2 V moved no limb. Injected: "
    ) in prose(RADIOFREQUENCY)


def test_an_ablation_without_them_says_so_and_a_block_does_not() -> None:
    silent = msgspec.structs.replace(FULL, records=("radiofrequency",))
    assert (
        "Lesions: radiofrequency, the mode not recorded, temperature not recorded, time not recorded, number of "
        "lesions not recorded. Sensory stimulation was not recorded; motor stimulation was not recorded."
    ) in prose(silent)
    assert "Lesions" not in prose(FULL)


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        (
            {"leads": 2, "lead_tip": "T8", "lead_side": "midline", "coverage_percent": 85},
            "2 leads were placed in the midline; the tip at T8. Stimulation covers 85 % of the painful area.",
        ),
        ({"leads": 1, "lead_tip": "T9", "lead_side": "left"}, "One lead was placed on the left; the tip at T9."),
        ({}, "The number of leads is not recorded; the place of the tip is not recorded. How much of the pain"),
    ],
)
def test_leads_have_a_place_and_a_coverage(columns: dict[str, object], said: str) -> None:
    assert said in prose(msgspec.structs.replace(FULL, records=("leads",), **columns))


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"cement_ml": 4.5, "cement_leak": "None"}, "Cement: 4.5 mL; none leaked."),
        ({"cement_ml": 4.5, "cement_leak": "into the disc above."}, "Cement: 4.5 mL; it leaked: into the disc above."),
        ({}, "Cement: volume not recorded; whether it leaked is not recorded."),
    ],
)
def test_cement_has_a_volume_and_a_leak(columns: dict[str, object], said: str) -> None:
    assert said in prose(msgspec.structs.replace(FULL, records=("cement",), **columns))


def test_ultrasound_has_no_radiation() -> None:
    assert "Radiation" not in prose(msgspec.structs.replace(FULL, guidance="ultrasound"))


def test_lists_read_as_in_a_sentence() -> None:
    assert [listed(words) for words in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == ["", "a", "a and b", "a, b and c"]

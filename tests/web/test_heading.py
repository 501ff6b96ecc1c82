"""What stands above every page: a blood thinner is one by whatever name the record has it."""

from datetime import UTC, date, datetime

import pytest

from lenitive.chart import TABLES, Chart
from lenitive_web.patients.heading import heading

DAY = date(2026, 6, 1)
SAID = {"patient": "p", "recorded_at": datetime(2026, 5, 1, tzinfo=UTC)}


def chip(**said: object) -> tuple[str, str]:
    """What the heading says of blood thinners where the medicines on record are all, and how it looks."""
    asked = TABLES["attestation"](id="asked", topic="medication", **SAID)
    taken = TABLES["medication"](id="taken", **SAID, **said)
    (found,) = [one for one in heading(Chart.of([asked, taken]), DAY).chips if one.label == "Blood thinners"]
    return str(found.text), found.look


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ({"ingredient": "rivaroxaban", "status": "active"}, "rivaroxaban"),
        ({"ingredient": "clopidogrel"}, "clopidogrel"),
        ({"ingredient": "aspirin", "status": "active"}, "aspirin"),
        ({"rxnorm": "11289", "label": "Warfarin"}, "Warfarin"),
        ({"label": "blood thinner, name not given", "drug_class": "anticoagulant"}, "blood thinner, name not given"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_blood_thinner_is_named(said: dict[str, object], name: str) -> None:
    assert chip(**said) == (name, "bad")


@pytest.mark.parametrize(
    "said",
    [
        {"ingredient": "rivaroxaban", "status": "stopped"},
        {"ingredient": "rivaroxaban", "until": date(2026, 5, 31)},
        {"ingredient": "gabapentin", "status": "active"},
    ],
)
def test_what_is_no_longer_taken_or_is_none_is_not(said: dict[str, object]) -> None:
    assert chip(**said) == ("None among the medicines asked", "")

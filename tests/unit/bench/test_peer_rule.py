"""The small rule means what the peers mean by it, and one wrong answer of one contender is seen."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from bench import peers
from bench.measuring import WrongAnswerError
from bench.peer_rule import DAY, QUESTIONS, in_plain_python


def _bundle(name: str = "p1", **changes: Any) -> dict[str, Any]:
    """A patient for whom every answer is yes; each change moves one thing by days, years or points."""
    said = {"age": 40, "pain": 60, "score": 6, "care": 30, "sessions": (100,), "status": "completed"} | changes
    at = {days: f"{DAY - timedelta(days)}T09:00:00Z" for days in range(600)}

    def resource(kind: str, code: str, **body: Any) -> dict[str, Any]:
        return {"resource": {"resourceType": kind, "code": {"coding": [{"code": code}]}, **body}}

    born = date(DAY.year - said["age"], DAY.month, DAY.day)
    period = {"start": at[said["care"] + 50], "end": at[50]}
    entries = [
        {"resource": {"resourceType": "Patient", "birthDate": str(born)}},
        resource("Condition", "radicular-pain", onsetDateTime=at[said["pain"]]),
        resource("Observation", "72514-3", status="final", effectiveDateTime=at[9], valueInteger=10 - said["score"]),
        resource("Observation", "72514-3", status="final", effectiveDateTime=at[3], valueInteger=said["score"]),
        resource("Procedure", "conservative-care", status="completed", performedPeriod=period),
        *(resource("Procedure", "esi", status=said["status"], performedDateTime=at[days]) for days in said["sessions"]),
    ]
    return {"id": name, "entry": entries}


@pytest.mark.parametrize(
    ("changes", "noes"),
    [
        ({}, set()),
        ({"age": 18}, set()),
        ({"age": 17}, {"Adult"}),
        ({"pain": 29}, set()),
        ({"pain": 28}, {"Pain 4 weeks"}),
        ({"score": 4}, set()),
        ({"score": 3}, {"Baseline NRS at least 4"}),
        ({"care": 28}, set()),
        ({"care": 27}, {"Conservative care 4 weeks"}),
        ({"sessions": (15,)}, set()),
        ({"sessions": (14,)}, {"No ESI in 14 days"}),
        ({"sessions": (14,), "status": "not-done"}, set()),
        ({"sessions": (100, 200, 300, 366)}, set()),
        ({"sessions": (100, 200, 300, 365)}, {"Under 4 sessions in 365 days"}),
    ],
    ids=str,
)
def test_the_rule_has_the_boundaries_of_the_peers(changes: dict[str, Any], noes: set[str]) -> None:
    bundle = _bundle(**changes)
    expected = {name: name not in noes and not (noes and name == "Eligible") for name in QUESTIONS}
    patients = peers.Patients.from_bundles([bundle], lambda _: expected)
    peers.check_answers(patients, peers.frames_in_memory(patients.charts))


def test_the_peers_own_predicate_agrees(shared: Path) -> None:
    patients = peers.Patients.of(80)
    peers.check_answers(patients, peers.frames_in_memory(patients.charts))


@pytest.mark.parametrize("name", QUESTIONS)
def test_one_wrong_answer_is_seen(name: str) -> None:
    patients = peers.Patients.from_bundles([_bundle("p1"), _bundle("p2", age=12)], lambda _: {})
    right = {(chart.patient_id, q): yes for chart in patients.charts for q, yes in in_plain_python(chart).items()}
    frames = peers.frames_in_memory(patients.charts)
    peers.check_answers(replace(patients, expected=right), frames)
    with pytest.raises(WrongAnswerError, match="1 of 14 answers differ"):
        peers.check_answers(replace(patients, expected=right | {("p2", name): not right["p2", name]}), frames)


@pytest.mark.parametrize("contender", ["by_reference", "by_reference_with_reasons", "by_hand", "answers_of"])
def test_no_contender_may_answer_otherwise(contender: str, monkeypatch: pytest.MonkeyPatch) -> None:
    patients = peers.Patients.from_bundles([_bundle()], lambda _: dict.fromkeys(QUESTIONS, True))
    frames = peers.frames_in_memory(patients.charts)
    monkeypatch.setattr(peers, contender, lambda _: {("p1", name): name != "Eligible" for name in QUESTIONS})
    with pytest.raises(WrongAnswerError, match="1 of 7 answers differ"):
        peers.check_answers(patients, frames)

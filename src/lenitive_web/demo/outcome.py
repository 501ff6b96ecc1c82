"""The practice's settings of the demonstration, and what its outcomes, timelines and reviews show."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec

from lenitive.chart import TABLES, Fact
from lenitive_web.emergency.actions import open_in_emergency, review_access
from lenitive_web.ledger.actions import import_facts
from lenitive_web.ledger.models import Patient
from lenitive_web.people.models import Practice, User
from lenitive_web.people.roles import Role
from lenitive_web.practice.models import LetterHead, Payer

PAYERS = (
    ("Medicare", "medicare", ""),
    ("Example Health", "commercial", "555-0142"),
    ("Example Workers’ Fund", "workers_compensation", "555-0177"),
)
LONG_STORY = "Silas Rautio"
"""The patient with a long timeline: scores over two years, opioids that came down after the ablation."""


def open_outcomes(practice: Practice, people: dict[Role, User], as_of: date) -> None:
    """Settings, a long timeline, a block without a diary, a follow-up that is due, and two emergency accesses."""
    _settings(practice)
    names = {patient.name: patient for patient in Patient.objects.filter(practice=practice)}
    if LONG_STORY in names:
        import_facts(patient=names[LONG_STORY], facts=_long_story(as_of), by=people[Role.PHYSICIAN])
    _nobody_asked(practice, as_of, people[Role.PHYSICIAN])
    _emergencies(practice, people)


def _settings(practice: Practice) -> None:
    for name, programme, phone in PAYERS:
        Payer.objects.create(practice=practice, name=name, programme=programme, phone=phone)
    lines = f"{practice.name}\n12 Example Street\nExampleton, OH 43000"
    LetterHead.objects.create(
        practice=practice,
        lines=lines,
        phone="555-0100",
        fax="555-0101",
        registrations="State registration EX-0001",
        state="OH",
        site_of_service="office",
    )


def _fact(as_of: date, table: str, number: str, days: int, **columns: Any) -> Fact:
    day = as_of - timedelta(days)
    said = {
        "id": f"{table}-told-{number}",
        "patient": "demonstration",
        "source": "invented",
        "true_on": day,
        "recorded_at": datetime(day.year, day.month, day.day, tzinfo=UTC),
        **columns,
    }
    return msgspec.convert(said, TABLES[table])


def _long_story(as_of: date) -> list[Fact]:
    """Scores and opioids around whatever procedures the patient had."""
    nrs = {620: 8, 540: 7, 450: 8, 330: 7, 250: 8, 185: 8, 150: 3, 90: 2, 40: 2}
    peg = {620: 7.3, 450: 7.7, 330: 7.0, 185: 7.3, 150: 3.3, 90: 2.7, 7: 2.3}
    facts = [_fact(as_of, "measure", f"nrs-{ago}", ago, instrument="nrs", score=score) for ago, score in nrs.items()]
    facts += [_fact(as_of, "measure", f"peg-{ago}", ago, instrument="peg", score=score) for ago, score in peg.items()]
    doses = ((600, 150, 15.0, 4.0), (149, 90, 15.0, 2.0), (89, None, 7.5, 2.0))
    for number, (first, last, dose, times) in enumerate(doses):
        facts.append(
            _fact(
                as_of, "medication", f"opioid-{number}", first, ingredient="morphine", drug_class="opioid", dose=dose,
                unit="mg", times_a_day=times, route="oral", status="stopped" if last else "active",
                **({"until": as_of - timedelta(last)} if last else {}),
            )
        )  # fmt: skip
    return facts


UNASKED: tuple[tuple[str, int, dict[str, Any]], ...] = (
    ("Walt Vasquez", 2, {"kind": "genicular_nerve_block", "intent": "diagnostic", "region": "knee"}),
    ("Paloma Oyelaran", 24, {"kind": "sacroiliac_joint_injection", "intent": "therapeutic", "region": "sacral"}),
)


def _nobody_asked(practice: Practice, as_of: date, by: User) -> None:
    """Two patients came for something and nobody wrote down how much it helped."""
    for name, days, columns in UNASKED:
        patient = Patient.objects.filter(practice=practice, name=name).first()
        if patient:
            done = _fact(as_of, "procedure", "new", days, side="left", guidance="fluoroscopy", **columns)
            import_facts(patient=patient, facts=[done], by=by)


def _emergencies(practice: Practice, people: dict[Role, User]) -> None:
    first, second = Patient.objects.filter(practice=practice).order_by("pk")[:2]
    desk, auditor = people[Role.FRONT_DESK], people[Role.AUDITOR]
    reason = "Ambulance on the telephone, asks for blood thinners"
    done = open_in_emergency(patient=first.public_id, reason=reason, by=desk)
    review_access(access=done, justified=True, note="Call confirmed.", by=auditor)
    open_in_emergency(patient=second.public_id, reason="Patient fainted in the waiting room, nobody else in", by=desk)

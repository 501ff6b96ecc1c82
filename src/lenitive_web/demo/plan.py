"""Goals of the demonstration: one that is worked on, one reached, one whose day has come; and a reading of a policy."""

from __future__ import annotations

from datetime import date, timedelta

from lenitive_web.ledger.actions import record_facts
from lenitive_web.ledger.facts import NewFact
from lenitive_web.ledger.models import Patient
from lenitive_web.people.models import Practice, User
from lenitive_web.readings.actions import choose_reading

LONG_STORY, ANOTHER = "Silas Rautio", "Hana Grigoryan"


def open_plans(practice: Practice, administrator: User, nurse: User, as_of: date) -> None:
    """Goals for two patients, and the one reading that the practice chose."""
    patients = {one.name: one for one in Patient.objects.filter(practice=practice, name__in=(LONG_STORY, ANOTHER))}
    day = timedelta(1)
    walk = {"kind": "activity", "text": "Walk to the shop and back each morning.", "instrument": "peg", "score": 4}
    sleep = {"kind": "sleep", "text": "Sleep through on most nights."}
    desk = {"kind": "work_and_roles", "text": "Half days at the desk, with breaks."}
    goals = {
        LONG_STORY: [
            {**walk, "true_on": as_of - 150 * day, "due": as_of + 20 * day},
            {
                **sleep,
                "true_on": as_of - 150 * day,
                "due": as_of - 60 * day,
                "outcome": "reached",
                "outcome_on": as_of - 40 * day,
            },
        ],
        ANOTHER: [{**desk, "true_on": as_of - 45 * day, "due": as_of - 2 * day}],
    }
    for name, patient in patients.items():
        record_facts(patient=patient, facts=[NewFact("goal", one) for one in goals[name]], by=nurse, source="plan")
    choose_reading(
        point="facet.scale.disability.advice",
        otherwise=True,
        reason="Our contractor returned two requests for want of a disability scale.",
        by=administrator,
    )

"""What becomes of requests once the patient has died: nothing is asked for, what is under way is taken back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lenitive.chart import Chart, Fact
from lenitive_web.authorization.words import TO_PREPARE
from lenitive_web.ledger.facts import fact_of
from lenitive_web.ledger.models import Entry
from lenitive_web.people.models import Practice

_TAKE_BACK = _("Take the request back from the payer.")
_ASK_NO_LONGER = _("Ask for it no longer.")
TO_DO: Mapping[str, Promise] = {
    TO_PREPARE: _ASK_NO_LONGER,
    "drafted": _ASK_NO_LONGER,
    "waiting for a decision": _TAKE_BACK,
    "more is wanted": _TAKE_BACK,
    "in appeal": _TAKE_BACK,
}
"""By where a request stands, what is left to do. What was decided needs nothing: no day is booked under it any more."""


def died_on(chart: Chart, as_of: date) -> date | None:
    """The day of death, if the patient has died."""
    patient = chart.patient
    return patient.died_on if patient and patient.has_died_by(as_of) else None


def deaths_in(practice: Practice, as_of: date) -> dict[int, date]:
    """The days of death of everybody in a practice who has died, by the key of the patient."""
    named = Entry.objects.filter(patient__practice=practice, table="patient", body__has_key="died_on").values("patient")
    facts: dict[int, list[Fact]] = defaultdict(list)
    for patient, body in Entry.objects.filter(patient__in=named, table="patient").values_list("patient", "body"):
        facts[patient].append(fact_of("patient", body))
    days = {patient: died_on(Chart.of(told).as_of(as_of), as_of) for patient, told in facts.items()}
    return {patient: day for patient, day in days.items() if day}

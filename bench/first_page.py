"""The first page of the day in a clinic of 10,000 patients on SQLite, for each role.

*In the morning* nothing was looked at yet today: the page shows what was seen before, says how many charts wait, and
looks at those that it shows. *Later* is the page after all charts were looked at. *Looking* is how fast that goes.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

from bench.measuring import Figure, Scale, check, in_child, percentile, say
from bench.patient_page import BAR_MS, short_charts
from lenitive.registry.invented import invented_patients

TITLE = "The first page of the day, SQLite"
ROLES = ("physician", "nurse", "authorization")
BOOKED = 30
"""Patients who come on the day."""


def measure(scale: Scale) -> Iterator[Figure]:
    """The 95th percentile of the page for each role, and the charts looked at in a second."""
    patients, times = scale.of(10_000, 300), scale.of(60, 5)
    found = in_child("bench.first_page", patients, times, cores=1)["answer"]
    for what, milliseconds in found["pages"].items():
        p95, middle = percentile(milliseconds, 95), percentile(milliseconds, 50)
        yield Figure(
            what=f"{what}, {patients:,} patients",
            figure=f"p95 {p95:.0f} ms, median {middle:.0f} ms ({len(milliseconds)} pages)",
            bar=f"p95 under {BAR_MS} ms",
            met=p95 < BAR_MS,
        )
    yield Figure(what="looking at charts", figure=f"{found['looked_at']:.0f} a second, {found['flagged']:,} flagged")


def _main(patients: int, times: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "lenitive_web.settings",
            "SECRET_KEY": "bench-" + "k" * 60,
            "DATABASE_URL": f"sqlite:///{Path(folder) / 'clinic.sqlite3'}",
            "LENITIVE_HTTPS": "no",
            "LENITIVE_HOSTS": "testserver",
        }
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        say(_timed(_filled(patients), times))


def _filled(patients: int) -> Any:
    """A practice with ordinary charts, thirty of whose patients come today."""
    from django.db.models import Max
    from django.utils import timezone

    from lenitive_web.ledger.models import Entry, Patient
    from lenitive_web.people.models import Practice

    practice = Practice.objects.create(name="Bench")
    made = Patient.objects.bulk_create([Patient(practice=practice, name=f"Patient {n:05d}") for n in range(patients)])
    stories = [list(told.chart.facts) for told in invented_patients(timezone.localdate(), 12)]
    short_charts(made, stories)
    last = dict(Entry.objects.values("patient").annotate(last=Max("pk")).values_list("patient", "last"))
    now = timezone.now()
    for number, patient in enumerate(made):
        patient.last_entry, patient.last_entry_at = last[patient.pk], now - timedelta(minutes=number)
    Patient.objects.bulk_update(made, ["last_entry", "last_entry_at"], batch_size=500)
    return practice


def _book(practice: Any, by: Any) -> None:
    from django.utils import timezone

    from lenitive.chart import Request
    from lenitive_web.schedule.actions import Slot, open_place, reserve

    rooms = [open_place(practice=practice, name=f"Room {n}", imaging="fluoroscopy", by=None) for n in range(BOOKED)]
    begin = timezone.localtime().replace(hour=10, minute=0)
    for patient, place in zip(practice.patients.order_by("pk")[: 7 * BOOKED : 7], rooms, strict=False):
        operator = _somebody(practice, "physician", place.pk)
        request = Request(kind="medial_branch_block_lumbar", region="lumbar", side="left", levels=("L4-5",))
        reserve(patient=patient, request=request, slot=Slot(begin, 30, place, operator), by=by)


def _somebody(practice: Any, role: str, number: int = 0) -> Any:
    from lenitive_web.people.models import User
    from lenitive_web.people.roles import Role

    return User.objects.create_user(
        email=f"{role}{number}@example.org", password=None, practice=practice, role=Role(role), name=role
    )


def _timed(practice: Any, times: int) -> dict[str, Any]:
    from django.test import Client
    from django.urls import reverse
    from django.utils import timezone

    from lenitive_web.today.looking import look_through
    from lenitive_web.today.models import Glance
    from lenitive_web.today.selectors import progress

    day = timezone.localdate()
    Client().get("/health")  # what a process does once comes before anybody signs in
    clients = {}
    for role in ROLES:
        clients[role] = Client()
        user = _somebody(practice, role)
        clients[role].force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    _book(practice, user)
    began = perf_counter()
    number = sum(look_through(practice, day))
    speed = number / (perf_counter() - began)
    pages: dict[str, list[float]] = {}

    def ask(when: str, role: str) -> None:
        began = perf_counter()
        answer = clients[role].get(reverse("today"))
        pages.setdefault(f"{role}, {when}", []).append((perf_counter() - began) * 1000)
        check(answer.status_code == 200, f"the first page answered {answer.status_code}")
        check(answer.content.count(b'class="visit-line"') == BOOKED, "the first page does not say who comes")

    for role in ROLES:
        ask("warming", role)
    pages.clear()
    for role in ROLES:
        for _ in range(times):
            ask("later", role)
    check(progress(practice, day).left == 0, "some charts were not looked at")
    for role in ROLES:
        for _ in range(times):
            Glance.objects.update(day=day - timedelta(1))
            ask("in the morning", role)
    flagged = Glance.objects.filter(rank__lt=9).count()
    check(flagged > 0, "nobody is flagged")
    return {"pages": pages, "looked_at": speed, "flagged": flagged}


if __name__ == "__main__":
    _main(int(sys.argv[1]), int(sys.argv[2]))

"""The pages of a patient with 500 facts, in a clinic of 10,000 patients on SQLite.

A child process fills a database of its own and asks for the pages as a signed-in physician would, through the whole of
Django: session, the door with its audit event, chart, assessment, template. *First* is a page of a chart that nobody
looked at since it was written, so that its assessment is worked out; *again* is the next page of the same chart.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any

import msgspec

from bench.measuring import Figure, Scale, check, in_child, percentile, say
from lenitive.chart import TABLES, Fact
from lenitive.registry.invented import invented_patients

TITLE = "Patient pages: 500 facts, SQLite"
PAGES = ("story", "diagnosis", "options", "outcome")
BAR_MS = 150
FACTS = 500


def measure(scale: Scale) -> Iterator[Figure]:
    """The 95th percentile of each page, first and again."""
    patients, watched = scale.of(10_000, 200), scale.of(60, 8)
    found = in_child("bench.patient_page", patients, watched, cores=1)["answer"]
    for page, times in found.items():
        for when, milliseconds in times.items():
            p95, middle = percentile(milliseconds, 95), percentile(milliseconds, 50)
            yield Figure(
                what=f"{page}, {when}, {patients:,} patients",
                figure=f"p95 {p95:.0f} ms, median {middle:.0f} ms ({len(milliseconds)} pages)",
                bar=f"p95 under {BAR_MS} ms",
                met=p95 < BAR_MS,
            )


# --- the child -----------------------------------------------------------------------------------------------------


def _main(patients: int, watched: int) -> None:
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
        say(_timed(*_filled(patients, watched)))


def _filled(patients: int, watched: int) -> tuple[Any, list[Any]]:
    """A signed-in physician, and the patients with long charts."""
    from django.test import Client
    from django.utils import timezone

    from lenitive_web.ledger.actions import import_facts
    from lenitive_web.ledger.models import Patient
    from lenitive_web.people.models import Practice, User
    from lenitive_web.people.roles import Role

    practice = Practice.objects.create(name="Bench")
    made = Patient.objects.bulk_create([Patient(practice=practice, name=f"Patient {n:05d}") for n in range(patients)])
    today = timezone.localdate()
    stories = [list(told.chart.facts) for told in invented_patients(today, 12)]
    for number, patient in enumerate(made):
        if number < watched:
            import_facts(patient=patient, facts=long_chart(stories[number % 12], today, number), by=None)
    short_charts(made[watched:], stories)
    by = User.objects.create_user(
        email="bench@example.org", password=None, practice=practice, role=Role.PHYSICIAN, name="Bench"
    )
    client = Client()
    client.force_login(by, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client, made[:watched]


def short_charts(patients: list[Any], stories: list[list[Fact]]) -> None:
    """Ordinary charts, so that the table of entries has its size."""
    from django.utils import timezone

    from lenitive_web.ledger.facts import body_of
    from lenitive_web.ledger.models import Entry

    entries = [
        Entry(
            patient=patient,
            table=type(fact).__name__.lower(),
            fact_id=fact.id,
            true_on=fact.true_on,
            recorded_at=timezone.now(),
            source="bench",
            body=body_of(fact),
        )
        for number, patient in enumerate(patients)
        for fact in stories[number % len(stories)]
    ]
    Entry.objects.bulk_create(entries, batch_size=2000)


def long_chart(story: list[Fact], today: date, seed: int) -> list[Fact]:
    """A story with scores, findings and medicines of five years, up to five hundred facts."""
    dice = Random(seed)
    facts = list(story)
    while len(facts) < FACTS:
        day = today - timedelta(dice.randrange(1, 1800))
        table, columns = dice.choice(
            (
                ("measure", {"instrument": dice.choice(("nrs", "peg", "odi")), "score": dice.randrange(0, 10)}),
                ("finding", {"code": "straight_leg_raise", "present": dice.random() < 0.5}),
                ("medication", {"ingredient": "naproxen", "status": "stopped", "until": day}),
            )
        )
        said = {
            "id": f"more-{len(facts)}",
            "patient": facts[0].patient,
            "true_on": day,
            "recorded_at": datetime(day.year, day.month, day.day, tzinfo=UTC),
            **columns,
        }
        facts.append(msgspec.convert(said, TABLES[table]))
    return facts


def _timed(client: Any, patients: list[Any]) -> dict[str, dict[str, list[float]]]:
    from django.urls import reverse
    from django.utils import timezone

    from lenitive_web.ledger import selectors

    lengths = {len(selectors.chart_of(patient, timezone.localdate()).facts) for patient in patients}
    check(lengths == {FACTS}, f"charts of {lengths} facts instead of {FACTS}")
    client.get(reverse("story", args=[patients[0].public_id]))  # what a process does once is no page's time
    found: dict[str, dict[str, list[float]]] = {}
    for page in PAGES:
        selectors._assessed.cache_clear()
        found[page] = {"first": [], "again": []}
        for patient in patients:
            for when in ("first", "again"):
                began = perf_counter()
                answer = client.get(reverse(page, args=[patient.public_id]))
                found[page][when].append((perf_counter() - began) * 1000)
                check(answer.status_code == 200, f"{page} answered {answer.status_code}")
                check(patient.name in answer.content.decode(), f"{page} is not about the patient that was asked for")
    return found


if __name__ == "__main__":
    _main(int(sys.argv[1]), int(sys.argv[2]))

"""A backup is restored and holds what was there; nothing is replaced by accident. The real commands, a real file."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = Path(sys.executable).with_name("lenitive")
FILL = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from lenitive_web.ledger.models import Patient
from lenitive_web.people.models import Practice
from lenitive_web.ledger.actions import record_facts, register_patient
from lenitive_web.ledger.facts import NewFact
patient = register_patient(practice=Practice.objects.create(name="P"), name="N", birth_date=None, by=None)
for score in range(20):
    fact = NewFact("measure", {"instrument": "nrs", "score": score % 10})
    record_facts(patient=patient, facts=[fact], by=None, source="t")
"""
COUNT = """
import django; django.setup()
from lenitive_web.audit.chain import breaks
from lenitive_web.ledger.models import Entry
print(Entry.objects.count(), len(list(breaks())))
"""


@pytest.fixture
def surroundings(tmp_path: Path) -> dict[str, str]:
    url = os.environ.get("LENITIVE_TEST_STORAGE_URL", f"sqlite:///{tmp_path / 'clinic.sqlite3'}")
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "lenitive_web.settings",
        "SECRET_KEY": "k" * 60,
        "DATABASE_URL": url,
    }


def ran(surroundings: dict[str, str], *arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(one) for one in arguments], env=surroundings, capture_output=True, text=True, check=False, timeout=60
    )


def counted(surroundings: dict[str, str]) -> str:
    return ran(surroundings, sys.executable, "-c", COUNT).stdout.strip()


def test_a_restored_backup_holds_every_fact_and_an_unbroken_audit(surroundings: dict[str, str], tmp_path: Path) -> None:
    assert ran(surroundings, sys.executable, "-c", FILL).returncode == 0
    copy = tmp_path / "backups" / "today"
    assert ran(surroundings, COMMAND, "backup", copy).returncode == 0
    assert copy.stat().st_mode & 0o077 == 0
    refused = ran(surroundings, COMMAND, "restore", copy)
    assert (refused.returncode, "--replace" in refused.stderr) == (2, True)
    if surroundings["DATABASE_URL"].startswith("sqlite"):
        (tmp_path / "clinic.sqlite3").unlink()
    assert ran(surroundings, COMMAND, "restore", copy, "--replace").returncode == 0
    assert counted(surroundings) == "20 0"


def test_a_backup_never_replaces_a_file(surroundings: dict[str, str], tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.write_text("mine")
    assert ran(surroundings, COMMAND, "backup", there).returncode == 2
    assert there.read_text() == "mine"


def test_what_is_no_backup_is_not_restored(surroundings: dict[str, str], tmp_path: Path) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("this is a shopping list" * 100)
    refused = ran(surroundings, COMMAND, "restore", wrong, "--replace")
    assert refused.returncode == 2
    assert "Traceback" not in refused.stderr


def test_the_clinic_does_not_open_on_a_database_that_is_not_up_to_date(surroundings: dict[str, str]) -> None:
    refused = ran({**surroundings, "DATABASE_URL": "sqlite:////nonexistent/clinic.sqlite3"}, COMMAND, "serve")
    assert refused.returncode == 2
    assert "Traceback" not in refused.stderr


def test_the_clinic_does_not_open_without_a_secret(surroundings: dict[str, str]) -> None:
    refused = ran({**surroundings, "SECRET_KEY": ""}, COMMAND, "serve")
    assert (refused.returncode, "SECRET_KEY must be set" in refused.stderr) == (2, True)


def test_the_demonstration_listens_on_this_machine_only(surroundings: dict[str, str]) -> None:
    refused = ran(surroundings, COMMAND, "serve", "--demo", "--host", "0.0.0.0")
    assert (refused.returncode, "this machine only" in refused.stderr) == (2, True)

"""A backup is restored and holds what was there; nothing is replaced by accident. The real commands, a real file."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = Path(sys.executable).with_name("lenitive")
MIGRATE = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
"""
FILL = """
import django; django.setup()
from lenitive_web.ledger.models import Patient
from lenitive_web.people.models import Practice
from lenitive_web.ledger.actions import record_facts, register_patient
from lenitive_web.ledger.facts import NewFact
practice = Practice.objects.create(name=f"P{Practice.objects.count()}")
patient = register_patient(practice=practice, name="N", birth_date=None, by=None)
for score in range(20):
    fact = NewFact("measure", {"instrument": "nrs", "score": score % 10})
    record_facts(patient=patient, facts=[fact], by=None, source="t")
"""
HOLDS = """
import django; django.setup()
from django.apps import apps
from lenitive_web.audit.chain import breaks
for model in sorted(apps.get_models(), key=lambda model: model._meta.label):
    print(model._meta.label, sorted(map(repr, model.objects.values_list())))
print("breaks", len(list(breaks())))
"""
"""Prints every row of every table, and how often the audit is broken."""


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
        [str(one) for one in arguments], env=surroundings, capture_output=True, text=True, check=False, timeout=240
    )


def written(surroundings: dict[str, str], *texts: str) -> str:
    done = ran(surroundings, sys.executable, "-c", "".join(texts))
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_restored_backup_holds_every_row_as_it_was_and_none_that_came_later(
    surroundings: dict[str, str], tmp_path: Path
) -> None:
    before = written(surroundings, MIGRATE, FILL, HOLDS)
    copy = tmp_path / "backups" / "monday #1?50%.sqlite3"
    assert ran(surroundings, COMMAND, "backup", copy).returncode == 0
    assert copy.stat().st_mode & 0o077 == 0
    refused = ran(surroundings, COMMAND, "restore", copy)
    assert (refused.returncode, "--replace" in refused.stderr) == (2, True)
    later = written(surroundings, FILL, HOLDS)
    assert later.count("nrs") == 2 * before.count("nrs") >= 40
    assert ran(surroundings, COMMAND, "restore", copy, "--replace").returncode == 0
    assert written(surroundings, HOLDS) == before
    assert before.endswith("breaks 0\n")


def test_nobody_else_on_the_machine_reads_a_database(surroundings: dict[str, str], tmp_path: Path) -> None:
    if not surroundings["DATABASE_URL"].startswith("sqlite"):
        pytest.skip("a database server looks after its own files")
    opened = ran(
        surroundings, COMMAND, "open-practice", "P", "--administrator", "a@b.example", "--called", "A", "--migrate"
    )
    assert opened.returncode == 0, opened.stderr
    files = list(tmp_path.glob("clinic.sqlite3*"))
    assert files
    assert [file.name for file in files if file.stat().st_mode & 0o077] == []


def test_a_backup_is_restored_where_there_is_nothing_yet(surroundings: dict[str, str], tmp_path: Path) -> None:
    if not surroundings["DATABASE_URL"].startswith("sqlite"):
        pytest.skip("the one database of this cluster holds tables already")
    before, copy = written(surroundings, MIGRATE, FILL, HOLDS), tmp_path / "today"
    assert ran(surroundings, COMMAND, "backup", copy).returncode == 0
    (tmp_path / "clinic.sqlite3").unlink()
    assert ran(surroundings, COMMAND, "restore", copy).returncode == 0
    assert written(surroundings, HOLDS) == before


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

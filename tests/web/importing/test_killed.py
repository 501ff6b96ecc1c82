"""A worker is killed in the middle, for real: nothing is half written, and the next one goes on where it was."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.web.importing.uploads import lines, pain, person

PATIENTS, PAINS = 30, 60
PATIENCE = 90
SET_UP = """
import sys, django; django.setup()
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from lenitive_web.importing.receiving import receive
from lenitive_web.people.models import Practice, User
from lenitive_web.people.roles import Role
call_command("migrate", verbosity=0)
by = User.objects.create_user(
    email="a@example.org", password=None, practice=Practice.objects.create(name="P"), role=Role.FRONT_DESK, name="A"
)
receive(files=[SimpleUploadedFile("all.ndjson", open(sys.argv[1], "rb").read())], by=by, address=None)
"""
BEGIN = """
import django; django.setup()
from lenitive_web.importing.actions import begin
from lenitive_web.importing.models import RecordImport
from lenitive_web.people.models import User
print(begin(job=RecordImport.objects.get(), by=User.objects.get(), address=None))
"""
CHAIN = """
import django; django.setup()
from lenitive_web.audit.chain import breaks
print(len(list(breaks())))
"""


class Clinic:
    """A database of its own, and processes that work on it."""

    def __init__(self, folder: Path) -> None:
        self.database = folder / "clinic.sqlite3"
        self.scratch = folder / "scratch"
        self.scratch.mkdir()
        self.surroundings = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "lenitive_web.settings",
            "SECRET_KEY": "k" * 60,
            "DATABASE_URL": f"sqlite:///{self.database}",
            "TMPDIR": str(self.scratch),
        }

    def run(self, *arguments: object) -> str:
        command = [sys.executable, *map(str, arguments)]
        done = subprocess.run(
            command, env=self.surroundings, capture_output=True, text=True, check=False, timeout=PATIENCE
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    @contextmanager
    def worker(self) -> Iterator[subprocess.Popen[bytes]]:
        command = [sys.executable, "-m", "django", "work_imports"]
        process = subprocess.Popen(command, env=self.surroundings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    def ask(self, question: str) -> list[tuple]:
        with closing(sqlite3.connect(self.database, timeout=30)) as there:
            return there.execute(question).fetchall()

    def killed_when(self, question: str) -> None:
        """Have a worker work until the answer is not nought, then kill it."""
        until = time.monotonic() + PATIENCE
        with self.worker() as process:
            while not self.ask(question)[0][0]:
                assert time.monotonic() < until, "the worker did not come that far"
                assert process.poll() is None, "the worker was over before it could be killed"
                time.sleep(0.01)


@pytest.fixture
def clinic(tmp_path: Path) -> Clinic:
    """One upload that waits to be read."""
    made = Clinic(tmp_path)
    people = [person(f"p{n}", f"Given{n} Family{n}", f"19{n + 20}-01-01", str(n)) for n in range(PATIENTS)]
    pains = [pain(f"o{n}-{m}", f"p{n}", m % 11) for n in range(PATIENTS) for m in range(PAINS)]
    upload = tmp_path / "upload.ndjson"
    upload.write_bytes(lines(*people, *pains))
    made.run("-c", SET_UP, upload)
    return made


PER_PATIENT = """
SELECT s.outcome, s.written, (SELECT count(*) FROM ledger_entry e WHERE e.patient_id = s.into_id)
FROM importing_stagedpatient s ORDER BY s.number
"""


def test_killed_while_reading_and_while_writing_nothing_is_lost_and_nothing_half(clinic: Clinic) -> None:
    clinic.killed_when("SELECT count(*) FROM importing_recordimport WHERE worker <> ''")
    assert clinic.ask("SELECT state FROM importing_recordimport") == [("reading",)]
    assert clinic.ask("SELECT count(*) FROM importing_stagedpatient") == [(0,)]

    clinic.run("-m", "django", "work_imports")
    assert clinic.ask("SELECT state, attempts FROM importing_recordimport") == [("read", 0)]
    assert clinic.ask("SELECT count(*) FROM importing_stagedpatient") == [(PATIENTS,)]
    assert clinic.ask("SELECT count(*) FROM importing_part") == [(0,)]
    assert list(clinic.scratch.glob("lenitive-import-*")) == []
    assert clinic.ask("SELECT count(*) FROM ledger_entry") == [(0,)]

    assert clinic.run("-c", BEGIN) == str(PATIENTS)
    clinic.killed_when("SELECT count(*) >= 3 FROM importing_stagedpatient WHERE outcome = 'written'")
    rows = clinic.ask(PER_PATIENT)
    written = [row for row in rows if row[0] == "written"]
    assert 0 < len(written) < PATIENTS
    assert {row[1:] for row in written} == {(PAINS + 1, PAINS + 1)}
    assert clinic.ask("SELECT count(*) FROM ledger_entry") == [(len(written) * (PAINS + 1),)]
    assert clinic.ask("SELECT count(*) FROM ledger_patient") == [(len(written),)]

    clinic.run("-m", "django", "work_imports")
    assert set(clinic.ask(PER_PATIENT)) == {("written", PAINS + 1, PAINS + 1)}
    assert clinic.ask("SELECT count(*) FROM ledger_patient") == [(PATIENTS,)]
    assert clinic.ask("SELECT state, worker FROM importing_recordimport") == [("done", "")]
    assert clinic.ask("SELECT count(*) FROM audit_event WHERE action = 'import.write'") == [(PATIENTS,)]
    assert clinic.run("-c", CHAIN) == "0"

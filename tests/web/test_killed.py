"""Killed at any moment: nothing that was answered is lost, nothing is half written, and the next one goes on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT

PATIENCE = 550


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database of its own."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'clinic.sqlite3'}"
        return
    server = os.environ.get("LENITIVE_TEST_STORAGE_URL", "")
    if not server.startswith("postgres"):
        pytest.skip("needs the PostgreSQL that `make test-postgres` starts")
    import psycopg

    name = f"killed_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as there:
        there.execute(f"CREATE DATABASE {name}")
    yield server.replace("/lenitive?", f"/{name}?")
    with psycopg.connect(server, autocommit=True) as there:
        there.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def told(database: str, tmp_path: Path) -> dict[str, Any]:
    """What was found by killing the clinic on this database."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    surroundings = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.web.settings",
        "LENITIVE_TEST_DATABASE_URL": database,
        "TMPDIR": str(scratch),
    }
    command = [sys.executable, "-m", "tests.web.killing"]
    done = subprocess.run(
        command, cwd=ROOT, env=surroundings, capture_output=True, text=True, check=False, timeout=PATIENCE
    )
    assert done.returncode == 0, done.stderr[-4000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_killed_after_any_write_nothing_is_half_written_and_nothing_answered_is_lost(told: dict[str, Any]) -> None:
    acts = {one["act"]: one for one in told["acts"]}
    assert {name: one["half_written"] for name, one in acts.items() if one["half_written"]} == {}
    assert {name for name, one in acts.items() if not one["came_through"]} == set(), "each is whole at the end"
    assert {name for name, one in acts.items() if not one["writes"]} == set()
    few = {name for name, one in acts.items() if one["killed"] < 4}
    assert few <= {"make_the_packet"}, "each was killed at several places"
    assert acts["record_the_procedure"]["killed"] >= 10
    assert told["answered_stands"] is True
    assert told["left_behind"] == []
    assert told["packet"] == 200, "a packet is made as ever"
    assert told["breaks"] == 0, "the audit is whole"

"""A place where nothing can be written, a port that is taken: one line and an exit code, never a traceback."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lenitive.cli.serve_command import address_of
from lenitive.registry.store import open_store
from tests.functional.conftest import COMMAND, Process, Run

FULL_DISK = Path("/dev/full")


@pytest.fixture
def case(tmp_path: Path) -> Path:
    file = tmp_path / "case.toml"
    file.write_text('as_of = 2026-05-04\n[patient]\nid = "p1"\n')
    return file


@pytest.fixture
def registry(run: Run, case: Path, tmp_path: Path) -> Path:
    out = tmp_path / "registry"
    assert run("facts", case, "--out", out).exit_code == 0
    return out


@pytest.fixture
def under_a_file(case: Path) -> Path:
    """A place that cannot be: below something that is no folder."""
    return case / "below" / "it"


def refused_in_a_line(stderr: str) -> bool:
    return "Traceback" not in stderr and len(stderr.strip().splitlines()) == 1


def test_a_registry_below_a_file(run: Run, case: Path, under_a_file: Path) -> None:
    result = run("facts", case, "--out", under_a_file)
    assert (result.exit_code, refused_in_a_line(result.stderr)) == (2, True)
    assert "case.toml" in result.stderr


def test_a_registry_in_the_folder_where_one_stands(
    run: Run, case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    result = run("facts", case, "--out", ".")
    assert result.exit_code == 0, result.output
    assert open_store(here).about.patients == 1


def test_an_answer_below_a_file(run: Run, registry: Path, under_a_file: Path) -> None:
    policy = ["--policy", "aetna_medial_branch_block_first", "--request", "kind=medial_branch_block_lumbar"]
    result = run("evaluate", registry, *policy, "--out", under_a_file.with_suffix(".csv"), "--as-of", "2026-05-04")
    assert (result.exit_code, refused_in_a_line(result.stderr)) == (2, True), result.stderr


def test_case_files_below_a_file(run: Run, under_a_file: Path) -> None:
    result = run("demo", "--count", 1, "--out", under_a_file)
    assert (result.exit_code, refused_in_a_line(result.stderr)) == (2, True)


def test_a_demonstration_below_a_file(process: Process, under_a_file: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    result = process("serve", "--demo", "--data", under_a_file, "--port", port)
    assert (result.returncode, refused_in_a_line(result.stderr.decode())) == (2, True)
    assert b"password" not in result.stdout


@pytest.mark.skipif(not FULL_DISK.exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("command", [["knowledge", "list"], ["assess", "--json", "{case}"]], ids=" ".join)
def test_a_disk_that_is_full(case: Path, command: list[str]) -> None:
    with FULL_DISK.open("wb") as full:
        done = subprocess.run(
            [*COMMAND, *(one.format(case=case) for one in command)],
            stdout=full,
            stderr=subprocess.PIPE,
            env=os.environ,
            timeout=120,
            check=False,
        )
    assert (done.returncode, refused_in_a_line(done.stderr.decode())) == (2, True), done.stderr
    assert b"No space left" in done.stderr


WITH_LITTLE_ROOM = (
    "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (400, 400)); from lenitive.cli import main; main()"
)
"""The command, for which no file may be longer than 400 bytes: what a disk that fills up does, wherever it is run."""


@pytest.mark.parametrize("command", ["facts", "evaluate"])
def test_a_disk_that_fills_up(case: Path, registry: Path, tmp_path: Path, command: str) -> None:
    before = sorted(tmp_path.iterdir())
    policy = ["--policy", "aetna_medial_branch_block_first", "--request", "kind=medial_branch_block_lumbar"]
    arguments = {
        "facts": ["facts", case, "--out", tmp_path / "another"],
        "evaluate": ["evaluate", registry, *policy, "--as-of", "2026-05-04", "--out", tmp_path / "answers.csv"],
    }
    done = subprocess.run(
        [sys.executable, "-c", WITH_LITTLE_ROOM, *map(str, arguments[command])],
        capture_output=True,
        env=os.environ,
        timeout=120,
        check=False,
    )
    assert (done.returncode, refused_in_a_line(done.stderr.decode())) == (2, True), done.stderr
    assert b"cannot be written: " in done.stderr
    assert sorted(tmp_path.iterdir()) == before


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield listening.getsockname()[1]


def test_a_port_that_is_taken_is_told_before_any_password_is_printed(process: Process, taken: int) -> None:
    result = process("serve", "--demo", "--port", taken)
    assert (result.returncode, result.stdout) == (2, b"")
    assert refused_in_a_line(result.stderr.decode())
    assert f"port {taken}" in result.stderr.decode()


def test_a_database_that_cannot_be_opened(process: Process, under_a_file: Path) -> None:
    url = f"sqlite:///{under_a_file}.sqlite3"
    practice = ["open-practice", "Hill", "--administrator", "a@example.org", "--called", "A", "--migrate"]
    settings = {"DJANGO_SETTINGS_MODULE": "lenitive_web.settings", "DATABASE_URL": url, "SECRET_KEY": "k" * 60}
    result = process(*practice, **settings)
    assert (result.returncode, refused_in_a_line(result.stderr.decode())) == (2, True), result.stderr
    assert b"DATABASE_URL" in result.stderr


@pytest.mark.parametrize(("host", "told"), [("127.0.0.1", "http://127.0.0.1:8124"), ("::1", "http://[::1]:8124")])
def test_an_address_can_be_typed_into_a_browser(host: str, told: str) -> None:
    assert address_of(host, 8124) == told

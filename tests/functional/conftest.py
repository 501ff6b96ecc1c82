"""The command, run inside this process (quick) or as a process of its own (as a user runs it)."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from lenitive.cli.app import app
from lenitive.interop.case_file_writing import write_case_file
from lenitive.registry.invented import Invented, invented_patients
from tests.conftest import ROOT

DAY = date(2026, 6, 1)
COMMAND = [sys.executable, "-c", "from lenitive.cli import main; main()"]

Run = Callable[..., Result]
Process = Callable[..., subprocess.CompletedProcess[bytes]]


@pytest.fixture(autouse=True, scope="session")
def command_built_once() -> Iterator[None]:
    """A process builds the command once; the runner would build it anew for each of hundreds of calls."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("typer.testing._get_command", cache(typer.main.get_command))
        yield


@pytest.fixture
def run() -> Run:
    """The command inside this process: ``run("assess", file)``."""

    def invoke(*arguments: object, **environment: str) -> Result:
        env = {"COLUMNS": "80", "NO_COLOR": "1", **environment}
        return CliRunner().invoke(app, [str(one) for one in arguments], env=env, catch_exceptions=False)

    return invoke


@pytest.fixture
def process() -> Process:
    """The command as a process of its own."""

    def start(*arguments: object, **environment: str) -> subprocess.CompletedProcess[bytes]:
        env = {**os.environ, "COLUMNS": "80", "PYTHONUTF8": "1", **environment}
        return subprocess.run([*COMMAND, *map(str, arguments)], capture_output=True, env=env, timeout=120, check=False)

    return start


@pytest.fixture(scope="session")
def invented() -> dict[str, Invented]:
    """The invented patients by the name of their story."""
    from lenitive.registry.invented import STORIES

    patients = invented_patients(DAY, len(STORIES))
    return {story.__name__: patient for story, patient in zip(STORIES, patients, strict=True)}


@pytest.fixture(scope="session")
def cases(invented: dict[str, Invented], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A case file for each invented patient."""
    folder = tmp_path_factory.mktemp("cases")
    files = {}
    for name, patient in invented.items():
        files[name] = folder / f"{name}.toml"
        write_case_file(files[name], patient.chart, name=patient.story, as_of=DAY, request=patient.request)
    return files


@pytest.fixture(scope="session")
def examples() -> list[Path]:
    """The case files that the project ships."""
    found = sorted((ROOT / "examples").glob("*.toml"))
    assert found
    return found

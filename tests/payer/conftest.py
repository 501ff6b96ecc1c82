"""The payer as a real process, and a client of it."""

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from lenitive.interop.davinci.pas_exchange import PayerEndpoint
from lenitive.interop.davinci.pas_journal import FolderJournal
from tests.conftest import ROOT


@dataclass
class Process:
    """A running payer."""

    port: int

    def tell(self, door: str, body: Any) -> None:
        """Use one of the doors for tests."""
        data = json.dumps(body).encode()
        urllib.request.urlopen(urllib.request.Request(f"http://127.0.0.1:{self.port}/{door}", data), timeout=10).read()

    def ledger(self) -> dict[str, Any]:
        """What the payer has taken."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/ledger", timeout=10) as answer:
            return json.load(answer)


@pytest.fixture
def process() -> Iterator[Process]:
    running = subprocess.Popen([sys.executable, "-m", "tests.payer"], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert running.stdout is not None
    try:
        yield Process(int(running.stdout.readline()))
    finally:
        running.kill()
        running.wait()
        running.stdout.close()


@pytest.fixture
def journal(tmp_path: Path) -> FolderJournal:
    return FolderJournal(tmp_path)


@pytest.fixture
def payer(process: Process, journal: FolderJournal) -> Iterator[PayerEndpoint]:
    with httpx.Client(timeout=0.5, trust_env=False) as client:
        yield PayerEndpoint(client, f"http://127.0.0.1:{process.port}/fhir", journal, attempts=4, pause_seconds=0.01)

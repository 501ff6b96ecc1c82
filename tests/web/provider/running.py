"""The provider as a running process, for tests with and without a browser."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.conftest import ROOT


@dataclass
class Provider:
    """A running provider."""

    issuer: str

    def behave(self, **said: Any) -> None:
        """Who is signed in there, and what it does wrong."""
        asked = urllib.request.Request(f"{self.issuer}/behave", json.dumps(said).encode())
        urllib.request.urlopen(asked, timeout=10).read()

    def asked(self) -> list[str]:
        """Which of its doors were used."""
        with urllib.request.urlopen(f"{self.issuer}/asked", timeout=10) as answer:
            return json.load(answer)


@contextmanager
def provider() -> Iterator[Provider]:
    """The provider while it runs."""
    running = subprocess.Popen(
        [sys.executable, "-m", "tests.web.provider"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert running.stdout is not None
    try:
        yield Provider(f"http://127.0.0.1:{int(running.stdout.readline())}")
    finally:
        running.kill()
        running.wait()
        running.stdout.close()

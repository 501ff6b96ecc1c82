"""A real browser, and a real clinic to point it at: what the browser tests and the pictures share."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Browser, Page, sync_playwright

from lenitive_web.demo.accounts import PASSWORD
from tests.web.browser.clock import PLACE, clock_in

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
PATIENCE = 120
"""Seconds until a clinic has opened."""


def chromium() -> str:
    """The machine's Chromium; an error that says how to get it if there is none.

    The one that cannot open a window comes first: the same engine, at three quarters of the work.
    """
    for name in ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    raise RuntimeError(
        "The browser tests need Chromium. `make setup` brings it as root; else: apt-get install chromium"
    )


@contextmanager
def browser() -> Iterator[Browser]:
    """Chromium without a window and without any request of its own."""
    with sync_playwright() as play:
        running = play.chromium.launch(executable_path=chromium(), args=FLAGS)
        try:
            yield running
        finally:
            running.close()


@contextmanager
def demo_clinic(folder: Path) -> Iterator[str]:
    """``lenitive serve --demo`` on a free port; its address."""
    port = _free_port()
    command = [Path(sys.executable).with_name("lenitive"), "serve", "--demo", "--data", folder, "--port", port]
    with _running(command, folder, port, _settings("quick_settings")) as address:
        yield address


def _settings(module: str) -> dict[str, str]:
    """The surroundings in which a clinic goes by the settings of this name, beside this file."""
    return {
        "DJANGO_SETTINGS_MODULE": f"tests.web.browser.{module}",
        "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[3]), os.environ.get("PYTHONPATH", "")]),
    }


@contextmanager
def journey_clinic(folder: Path) -> Iterator[str]:
    """A clinic on its first day that goes by the clock in its folder; its address. See the module of that name."""
    port = _free_port()
    command = [sys.executable, "-m", "tests.web.browser.journey_clinic", folder, port]
    surroundings = {**_settings("clock_settings"), PLACE: str(clock_in(folder).file)}
    with _running(command, folder, port, surroundings) as address:
        yield address


@contextmanager
def empty_clinic(folder: Path) -> Iterator[str]:
    """A clinic before its first visit; its address. See the module of that name."""
    port = _free_port()
    command = [sys.executable, "-m", "tests.web.browser.empty_clinic", folder, port]
    with _running(command, folder, port, {"DJANGO_SETTINGS_MODULE": "lenitive_web.settings"}) as address:
        yield address


@contextmanager
def _running(command: Sequence[object], folder: Path, port: int, surroundings: Mapping[str, str]) -> Iterator[str]:
    """A clinic in its own process, until it is no longer needed."""
    with (folder / "clinic.log").open("w") as log:
        process = subprocess.Popen(
            [str(part) for part in command],
            stdout=log,
            stderr=log,
            start_new_session=True,
            env={**os.environ, **surroundings},
        )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_until_ready(address, process, folder / "clinic.log")
        yield address
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=PATIENCE)


def sign_in(page: Page, address: str, email: str) -> None:
    """Sign in as one of the demonstration's accounts."""
    page.goto(f"{address}/accounts/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: "/accounts/" not in url)


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


def _wait_until_ready(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"The clinic did not start:\n{log.read_text()}")
        try:
            with urlopen(f"{address}/ready", timeout=5):
                return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise RuntimeError(f"The clinic did not become ready:\n{log.read_text()}")

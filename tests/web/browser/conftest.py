"""One demonstration clinic and one browser for all browser tests of a worker.

They end with the last of these tests: as long as a browser is there, Playwright's loop runs in this thread, and Django
would refuse the database to the tests that come after.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from lenitive_web.frontend.collect import is_collected
from tests.web.browser import driving
from tests.web.browser.journeys import Journey, journey_with


@pytest.fixture(scope="package")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running demonstration."""
    assert is_collected(), "the files of the look are missing; collect them with: python -m lenitive_web.frontend"
    folder: Path = tmp_path_factory.mktemp("clinic")
    with driving.demo_clinic(folder) as address:
        yield address


@pytest.fixture(scope="package")
def first_day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The address and the folder of a clinic on its first day, for the journeys of three patients."""
    assert is_collected(), "the files of the look are missing; collect them with: python -m lenitive_web.frontend"
    folder: Path = tmp_path_factory.mktemp("journeys")
    with driving.journey_clinic(folder) as address:
        yield address, folder


@pytest.fixture
def journey(first_day: tuple[str, Path], chromium: Browser) -> Iterator[Journey]:
    """Windows and a clock for one journey; anything that a page complains about fails the test."""
    with journey_with(chromium, *first_day) as begun:
        yield begun
        assert begun.complaints == [] or begun.takes_pictures


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    with driving.browser() as running:
        yield running


@pytest.fixture(params=["desktop", "phone"])
def page(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[Page]:
    """A fresh window; anything that a page complains about fails the test."""
    size = driving.DESKTOP if request.param == "desktop" else driving.PHONE
    opened = chromium.new_page(viewport=size, reduced_motion="reduce")
    complaints: list[str] = []
    opened.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    opened.context.close()
    assert complaints == []

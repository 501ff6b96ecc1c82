"""One demonstration clinic and one browser for all browser tests of a worker."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from lenitive_web.frontend.collect import is_collected
from tests.web.browser import driving


@pytest.fixture(scope="session")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running demonstration."""
    assert is_collected(), "the files of the look are missing; collect them with: python -m lenitive_web.frontend"
    folder: Path = tmp_path_factory.mktemp("clinic")
    with driving.demo_clinic(folder) as address:
        yield address


@pytest.fixture(scope="session")
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

"""``python -m tests.web.browser.screenshots FOLDER [NAME …]``: pictures of every page at desktop and phone width.

With names, only of the pages whose name begins so. ``--also zoom --also forced`` adds the page at 200 % zoom and in the
reader's own few colours. What is pictured is the list in ``pictures.py``.

Each page is looked over at three widths, that of 200 % zoom among them: what axe-core finds, or what is wider than its
window, ends the command with an error.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, ViewportSize, expect
from playwright.sync_api import Error as PlaywrightError

from tests.web.browser import driving
from tests.web.browser.accessible import fits, refuses
from tests.web.browser.driving import DESKTOP, PHONE, sign_in
from tests.web.browser.pictures import NOBODY, NOT_HERE, PAPER, PICTURES, Clinic, Picture, confirmed

SIZES: dict[str, ViewportSize] = {"desktop": DESKTOP, "phone": PHONE, "zoom": {"width": 640, "height": 450}}  # type: ignore[dict-item]
PATIENCE = 8_000
"""Milliseconds for anything that is waited for."""
TALLEST = 12_000
LINK = re.compile(r"http://\S+/invitation/\S+")


@dataclass
class Photographer:
    """Opens the windows of one clinic, and puts the pictures into a folder."""

    address: str
    folder: Path
    running: Browser
    target: Path
    also: Sequence[str]
    found: list[str] = field(default_factory=list)
    """What not everybody could use, of all pages so far."""
    windows: dict[str, Page] = field(default_factory=dict)
    patients: dict[str, str] = field(default_factory=dict)

    def take(self, picture: Picture) -> None:
        """One page at every size, looked over at each."""
        page = self.open(picture)
        for size, window in SIZES.items():
            page.set_viewport_size(window)
            self._look_over(page, f"{picture.name}-{size}")
            if size in ("desktop", "phone", *self.also):
                self._shoot(page, f"{picture.name}-{size}")
        if "forced" in self.also:
            page.set_viewport_size(DESKTOP)
            page.emulate_media(forced_colors="active")
            self._shoot(page, f"{picture.name}-forced")

    def open(self, picture: Picture) -> Page:
        """The window in which the page stands, everything done that is done before."""
        page = self.window(picture.who)
        page.set_viewport_size(DESKTOP)
        page.emulate_media(media=picture.media, reduced_motion="reduce", forced_colors="none")
        answer = page.goto(self.place(picture, page))
        if answer and answer.status == 404 and not picture.name.endswith(NOT_HERE):
            raise SystemExit(f"{picture.name}: there is nothing at {answer.url} to picture.")
        if picture.route.startswith("mfa_"):
            confirmed(page)
        if picture.then:
            picture.then(page)
        return page

    def _look_over(self, page: Page, name: str) -> None:
        """Write down what not everybody could use, once nothing is under way. Paper has a width of its own."""
        expect(page.locator(".htmx-request")).to_have_count(0)
        self.found += [f"{name}: {rule} at {', '.join(places)}" for rule, places in refuses(page)]
        if not fits(page) and not page.evaluate("matchMedia('print').matches"):
            self.found.append(f"{name}: wider than its window")

    def _shoot(self, page: Page, name: str) -> None:
        """The whole page, in a window as high as the page: what sticks to the window's edge hides nothing then."""
        page.wait_for_timeout(250)
        height = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size({"width": page.viewport_size["width"], "height": min(height, TALLEST)})
        page.wait_for_timeout(100)
        page.screenshot(path=self.target / f"{name}.png", full_page=True)

    def window(self, who: str) -> Page:
        """The window of an account, signed in once; of nobody, a fresh one."""
        if who == NOBODY:
            return self._opened()
        if who not in self.windows:
            self.windows[who] = self._opened()
            sign_in(self.windows[who], self.address, f"{who}@example.org")
        return self.windows[who]

    def _opened(self) -> Page:
        page = self.running.new_page(viewport=DESKTOP, reduced_motion="reduce")
        page.set_default_timeout(PATIENCE)
        return page

    def place(self, picture: Picture, page: Page) -> str:
        """The address of a picture."""
        from django.urls import reverse

        if picture.via == "mail":
            return str(LINK.findall((self.folder / "clinic.log").read_text())[-1])
        filled = {**picture.filled, **({"patient_id": self.id_of(picture.patient)} if picture.patient else {})}
        if not picture.via:
            return self.address + reverse(picture.route, kwargs=filled) + picture.query
        page.goto(self.address + reverse(picture.via, kwargs=filled))
        if picture.first:
            picture.first(page)
        return self.address + next(self.links(page, picture.route))

    def links(self, page: Page, route: str) -> Iterator[str]:
        """The links of a page that lead to a route."""
        from django.urls import Resolver404, resolve

        for link in page.locator("main a[href]").all():
            path = urlsplit(link.get_attribute("href") or "").path
            try:
                if resolve(path).url_name == route:
                    yield path
            except Resolver404:
                continue
        raise LookupError(f"No link on {page.url} leads to {route}.")

    def id_of(self, name: str) -> str:
        """A patient's identifier, from the list of patients."""
        if not self.patients:
            page = self.window("physician")
            page.goto(f"{self.address}/patients")
            for link in page.locator("table th a").all():
                address = link.get_attribute("href") or ""
                self.patients[link.inner_text()] = address.split("/")[2]
        return self.patients[name]


def main() -> None:
    """Take the pictures."""
    told = _told()
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.web.settings"
    import django

    django.setup()
    told.folder.mkdir(parents=True, exist_ok=True)
    chosen = [one for one in PICTURES if not told.names or one.name.startswith(tuple(told.names))]
    failed: list[str] = []
    found: list[str] = []
    with ExitStack() as stack:
        running = stack.enter_context(driving.browser())
        photographers: dict[Clinic, Photographer] = {}
        for picture in chosen:
            if picture.clinic not in photographers:
                photographers[picture.clinic] = _photographer(stack, running, picture.clinic, told, found)
            try:
                photographers[picture.clinic].take(picture)
            except (PlaywrightError, LookupError, AssertionError) as problem:
                failed.append(f"{picture.name}: {problem}")
        if not told.names or set(told.names) & set(PAPER):
            opened = photographers.get("demonstration") or _photographer(stack, running, "demonstration", told, found)
            _picture_papers(opened.folder / "clinic.sqlite3", told.folder)
    told_of = [
        *(["These pictures could not be taken.", *failed] if failed else ()),
        *(["Not everybody can use these pages.", *found] if found else ()),
    ]
    if told_of:
        sys.exit("\n\n".join(told_of))


def _told() -> argparse.Namespace:
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("folder", type=Path)
    asked.add_argument("names", nargs="*")
    asked.add_argument("--also", action="append", choices=["zoom", "forced"], default=[])
    return asked.parse_intermixed_args()


def _photographer(
    stack: ExitStack, running: Browser, clinic: Clinic, told: argparse.Namespace, found: list[str]
) -> Photographer:
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    opens = driving.demo_clinic if clinic == "demonstration" else driving.empty_clinic
    return Photographer(stack.enter_context(opens(folder)), folder, running, told.folder, told.also, found)


def _picture_papers(database: Path, target: Path) -> None:
    subprocess.run([sys.executable, "-m", "tests.web.browser.paper", database, target], check=True)


if __name__ == "__main__":
    main()

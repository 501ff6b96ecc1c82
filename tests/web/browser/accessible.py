"""Whether everybody can use a page: what axe-core finds, and whether it fits its window."""

from __future__ import annotations

from functools import cache
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.web.browser.driving import DESKTOP, PHONE

OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
MOST_NAMED = 4
"""Of each kind of fault so many places are named."""
RUN = """options => axe.run(document, options).then(
    found => found.violations.map(one => [one.id, one.nodes.map(node => node.target.join(" "))]))"""


def refuses(page: Page) -> list[tuple[str, Any]]:
    """What axe-core finds wrong on the page as it stands: the rule, and where."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_axe())
    return [(rule, places[:MOST_NAMED]) for rule, places in page.evaluate(RUN, OPTIONS)]


def fits(page: Page) -> bool:
    """Whether nothing makes the page wider than the window."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def hindered(page: Page) -> list[object]:
    """What keeps anybody from using the page as it stands, at the width of a desk and at that of a telephone."""
    found: list[object] = []
    size = page.viewport_size
    for name, width in (("desktop", DESKTOP), ("phone", PHONE)):
        page.set_viewport_size(width)
        found += [(name, *one) for one in refuses(page)]
        if not fits(page):
            found.append((name, "wider than its window"))
    if size is not None:
        page.set_viewport_size(size)
    return found


@cache
def _axe() -> str:
    return Axe().axe_script

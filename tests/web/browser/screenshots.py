"""``python -m tests.web.browser.screenshots FOLDER``: pictures of every page at desktop and phone width."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page

from tests.web.browser.driving import DESKTOP, PHONE, browser, demo_clinic, sign_in

STAGES = ("story", "examination", "diagnosis", "options", "plan", "authorization", "outcome")

OWN_PAGES = {
    "own-to-do": "",
    "own-where": "/story/where",
    "own-feel": "/story/feel",
    "own-questions": "/questions/phq9/1",
    "own-getting-ready": "/getting-ready",
    "own-afterwards": "/afterwards",
    "own-doing": "/how-i-am-doing",
    "own-help": "/help-now",
}


PROCEDURES = {
    "procedure": ("Benedikt Aldana", ""),
    "booking": ("Benedikt Aldana", "/book?kind=radiofrequency_ablation_medial_branch_lumbar"),
    "checklist": ("Cleo Barrowman", "/1/checklist"),
    "consent": ("Thea Sandoval", "/1/consent"),
    "time-out": ("June Ibarra", "/1/time-out"),
    "record": ("Dov Castellanos", "/1/record"),
    "recovery": ("Mira Lowenthal", "/1/recovery"),
    "discharge": ("Vera Underhill", "/1/discharge"),
}


IMPORTS = {"imports": "", "import-nothing-new": "/1", "import-preview": "/2", "import-refused": "/2/refused"}


def pages(page: Page, address: str) -> Iterator[tuple[str, str]]:
    """Names and addresses of the pages of a clinician."""
    yield "today", f"{address}/today"
    yield "patients", f"{address}/patients"
    yield "authorizations", f"{address}/authorizations?show=all"
    page.goto(f"{address}/patients")
    links = {link.inner_text(): link.get_attribute("href") for link in page.locator("table th a").all()}
    for stage in STAGES:
        yield stage, f"{address}{links['Rosalind Achterberg']}/{stage}"
    for name, (patient, where) in PROCEDURES.items():
        yield name, f"{address}{links[patient]}/procedure{where}"
    yield "schedule", f"{address}/schedule"
    yield "option", f"{address}{links['Cleo Barrowman']}/options/epidural_transforaminal_lumbar"
    yield "decision-aid", f"{address}{links['Dov Castellanos']}/options/sacroiliac_joint_injection/aid"
    yield "export", f"{address}{links['Cleo Barrowman']}/export"
    yield "red-flag", f"{address}{links['Augusta Farrow']}/diagnosis"
    yield "password", f"{address}/accounts/password/change/"
    yield "second-factor", f"{address}/accounts/2fa/"


def main() -> None:
    """Take all pictures, the first evidence opened."""
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, demo_clinic(Path(folder)) as address, browser() as running:
        for width, size in (("desktop", DESKTOP), ("phone", PHONE)):
            page = running.new_page(viewport=size, reduced_motion="reduce")
            page.goto(f"{address}/accounts/login/")
            page.screenshot(path=target / f"sign-in-{width}.png", full_page=True)
            sign_in(page, address, "physician@example.org")
            for name, place in pages(page, address):
                page.goto(place)
                if name in ("diagnosis", "options"):
                    page.locator(".rival details, details[hx-get]").first.locator("summary").first.click()
                    page.wait_for_timeout(400)
                page.screenshot(path=target / f"{name}-{width}.png", full_page=True)
            page.context.clear_cookies()
            sign_in(page, address, "patient@example.org")
            for name, place in OWN_PAGES.items():
                page.goto(f"{address}/my{place}")
                page.screenshot(path=target / f"{name}-{width}.png", full_page=True)
            page.context.clear_cookies()
            sign_in(page, address, "frontdesk@example.org")
            for name, place in IMPORTS.items():
                page.goto(f"{address}/imports{place}")
                page.screenshot(path=target / f"{name}-{width}.png", full_page=True)
            page.context.clear_cookies()
            sign_in(page, address, "auditor@example.org")
            page.goto(f"{address}/audit")
            page.screenshot(path=target / f"audit-{width}.png", full_page=True)
            page.close()


if __name__ == "__main__":
    main()

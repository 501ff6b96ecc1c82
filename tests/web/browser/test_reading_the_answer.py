"""A physician signs in, opens a patient, reads the answer; a nurse examines and the answer moves."""

from __future__ import annotations

import re
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from lenitive.reasoning import assess
from lenitive.registry.invented import Invented
from lenitive_web.demo.stories import LATER_STORIES
from lenitive_web.look.words import percent
from tests.web.browser.accessible import fits, hindered, refuses
from tests.web.browser.driving import DESKTOP, sign_in

FIRST, EMERGENCY, SPARSE = "Rosalind Achterberg", "Augusta Farrow", "Hana Grigoryan"
STAGES = ("Story", "Examination", "Diagnosis", "Options", "Authorization")


def told(name: str) -> Invented:
    from lenitive_web.demo.clinic import NAMES, invented

    return list(invented(date.today()))[NAMES.index(name)]  # noqa: DTZ011, TID251


def open_patient(page: Page, address: str, name: str) -> None:
    page.goto(f"{address}/patients")
    page.get_by_role("link", name=name).click()


def test_the_first_screen_reads_as_the_library_answers(page: Page, clinic: str) -> None:
    sign_in(page, clinic, "physician@example.org")
    open_patient(page, clinic, FIRST)
    expect(page).to_have_url(re.compile("/diagnosis$"))
    story = told(FIRST)
    found = assess(story.chart, date.today(), [story.request] if story.request else [])  # noqa: DTZ011, TID251
    for answer in found.differential:
        for one in answer.estimates:
            expect(page.locator(f"[data-generator={one.generator}]")).to_have_text(percent(one.probability))
    page.locator(".rival summary").first.click()
    for contribution in found.differential[0].estimates[0].contributions:
        expect(page.get_by_text(contribution.label).first).to_be_visible()


@pytest.mark.parametrize("page", ["desktop"], indirect=True)
def test_every_stage_is_accessible_and_fits(page: Page, clinic: str) -> None:
    page.goto(f"{clinic}/accounts/login/")
    assert hindered(page) == [], "sign in"
    sign_in(page, clinic, "physician@example.org")
    assert hindered(page) == [], "today"
    page.goto(f"{clinic}/patients")
    assert hindered(page) == [], "patients"
    for name, stages in ((FIRST, STAGES), (EMERGENCY, ("Diagnosis",))):
        open_patient(page, clinic, name)
        for stage in stages:
            page.get_by_role("navigation", name="Stages").get_by_role("link", name=stage).click()
            for details in page.locator("main details > summary").all()[:6]:
                if details.is_visible():
                    details.click()
            expect(page.locator(".htmx-request")).to_have_count(0)
            assert hindered(page) == [], f"{name}: {stage}"


@pytest.mark.parametrize("page", ["desktop"], indirect=True)
def test_other_pages_are_accessible_and_fit(page: Page, clinic: str) -> None:
    sign_in(page, clinic, "auditor@example.org")
    for address in ("/audit", "/accounts/password/change/", "/accounts/2fa/", "/accounts/sessions/"):
        page.goto(f"{clinic}{address}")
        assert hindered(page) == [], address


def test_an_examination_moves_the_answer_without_leaving_the_page(page: Page, clinic: str) -> None:
    sign_in(page, clinic, "nurse@example.org")
    open_patient(page, clinic, SPARSE)
    page.get_by_role("navigation", name="Stages").get_by_role("link", name="Examination").click()
    row = page.get_by_role("region", name="Tells most now").locator("fieldset").first
    answer = "Present" if page.viewport_size == DESKTOP else "Absent"
    row.get_by_role("radio", name=answer).check()
    page.get_by_role("button", name="Write down and answer anew").click()
    expect(page.get_by_role("status")).to_contain_text("1 finding is written down.")
    expect(page.get_by_role("status")).to_contain_text("→")
    assert (refuses(page), fits(page)) == ([], True)


def test_an_option_opens_in_place_by_keyboard(page: Page, clinic: str) -> None:
    sign_in(page, clinic, "physician@example.org")
    open_patient(page, clinic, FIRST)
    page.get_by_role("navigation", name="Stages").get_by_role("link", name="Options").click()
    summary = page.locator("details[hx-get] > summary").first
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Gates: what must come first").first).to_be_visible()


def test_the_demonstration_has_two_dozen_patients_at_every_stage() -> None:
    from lenitive_web.demo.clinic import NAMES

    assert len(set(NAMES)) == 24
    assert len(LATER_STORIES) == 6

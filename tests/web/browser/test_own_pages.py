"""The patient's own pages can be used by everybody; how a story is told on them stands in the journeys."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.web.browser.accessible import fits, refuses
from tests.web.browser.driving import sign_in
from tests.web.browser.test_reading_the_answer import open_patient


@pytest.mark.parametrize("page", ["phone"], indirect=True)
def test_the_own_pages_are_accessible_and_fit_with_letters_twice_as_large(page: Page, clinic: str) -> None:
    sign_in(page, clinic, "patient@example.org")
    to_read = ("my", "my/getting-ready", "my/afterwards", "my/how-i-am-doing", "my/help-now")
    to_answer = ("my/story/feel", "my/story/tried", "my/story/medicines", "my/questions/peg/1")
    for name in (*to_read, *to_answer):
        page.goto(f"{clinic}/{name}")
        assert (refuses(page), fits(page)) == ([], True), name
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert fits(page), f"{name}, letters twice as large"


@pytest.mark.parametrize("page", ["phone"], indirect=True)
def test_staff_can_use_what_invites_a_patient(page: Page, clinic: str) -> None:
    sign_in(page, clinic, "nurse@example.org")
    open_patient(page, clinic, "Hana Grigoryan")
    page.get_by_role("navigation", name="Stages").get_by_role("link", name="Own pages").click()
    expect(page.get_by_role("button", name="Invite the patient")).to_be_visible()
    assert (refuses(page), fits(page)) == ([], True)

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


TAPPED = "nav.own a, main summary, main :is(.button, .link, .own__link, .pick label)"
LOW = """tapped => [...document.querySelectorAll(tapped)]
    .filter(one => one.checkVisibility() && !one.closest(".cite"))
    .map(one => [one.innerText.trim(), Math.round(one.getBoundingClientRect().height)])
    .filter(([, height]) => height < 44)"""


@pytest.mark.parametrize("page", ["phone"], indirect=True)
def test_what_is_tapped_on_an_own_page_is_high_enough_for_a_finger(page: Page, clinic: str) -> None:
    sign_in(page, clinic, "patient@example.org")
    for name in ("my", "my/getting-ready", "my/afterwards", "my/help-now", "my/story/where", "my/story/medicines"):
        page.goto(f"{clinic}/{name}")
        assert page.evaluate(LOW, TAPPED) == [], name


@pytest.mark.parametrize("page", ["phone"], indirect=True)
def test_what_is_being_typed_is_kept_before_the_field_is_left(page: Page, clinic: str) -> None:
    """A telephone that goes to sleep in the middle of a sentence throws the page away."""
    sign_in(page, clinic, "diary@example.org")
    page.goto(f"{clinic}/my/story/since")
    for words in ("It began when I lifted", "It began when I lifted a box"):
        with page.expect_response(lambda answer: answer.request.method == "POST" and answer.status == 204):
            page.get_by_label("In your own words").press_sequentially(
                words.removeprefix(page.get_by_label("In your own words").input_value())
            )
    page.goto(f"{clinic}/my/story/since")
    expect(page.get_by_label("In your own words")).to_have_value("It began when I lifted a box")


def test_paper_of_an_own_page_holds_what_is_read_and_nothing_to_tap(page: Page, clinic: str) -> None:
    sign_in(page, clinic, "patient@example.org")
    page.goto(f"{clinic}/my/getting-ready")
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation", name="My pages")).to_be_hidden()
    expect(page.get_by_role("heading", name="What is normal")).to_be_visible()
    addresses = "[...document.querySelectorAll('a')].map(one => getComputedStyle(one, '::after').content)"
    assert {*page.evaluate(addresses)} <= {"none", "normal"}

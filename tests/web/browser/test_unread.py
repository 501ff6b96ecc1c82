"""What a browser cannot read it sends as nothing: the page says so beside the field, and sends nothing."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.web.browser.accessible import refuses
from tests.web.browser.driving import sign_in

UNREAD = "This is not a number. Write it in digits, as 2.5."


def test_a_number_that_nobody_can_read_is_told_and_not_lost(clinic: str, page: Page) -> None:
    sign_in(page, clinic, "nurse@example.org")
    page.goto(f"{clinic}/patients")
    page.get_by_role("link", name="Rosalind Achterberg").click()
    page.goto(page.url.rsplit("/", 1)[0] + "/procedure/book?kind=sacroiliac_joint_injection")
    minutes, book = page.get_by_label("Minutes"), page.get_by_role("button", name="Book", exact=True)
    minutes.fill("3")
    minutes.press("End")
    minutes.press("e")
    book.click()
    expect(page.get_by_text(UNREAD)).to_be_visible()
    expect(minutes).to_be_focused()
    assert minutes.get_attribute("aria-describedby") == "id_minutes_unread"
    assert page.locator(".errors").count() == 0, "nothing was sent"
    assert refuses(page) == []
    minutes.fill("30")
    expect(page.get_by_text(UNREAD)).to_have_count(0)
    book.click()
    expect(page.locator(".errors")).to_contain_text("The time is missing. Write hours and minutes, as 08:30.")

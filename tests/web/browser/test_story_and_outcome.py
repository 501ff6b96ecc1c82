"""A nurse writes a pain and a score: timeline and differential follow. A follow-up brings a verdict."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.web.browser.accessible import fits, refuses
from tests.web.browser.driving import DESKTOP, sign_in


def test_a_pain_and_a_score_show_in_the_timeline_and_the_differential(page: Page, clinic: str) -> None:
    """A new patient: nothing is known, then one pain and one score are."""
    sign_in(page, clinic, "nurse@example.org")
    page.goto(f"{clinic}/patients/new")
    page.get_by_label("Full name").fill(f"Ondine {'Desk' if page.viewport_size == DESKTOP else 'Phone'}")
    page.get_by_label("Day of birth").fill("1970-02-03" if page.viewport_size == DESKTOP else "1971-02-03")
    page.get_by_role("button", name="Register").click()
    expect(page.get_by_text("No score, procedure or opioid is recorded yet")).to_be_visible()

    page.get_by_role("link", name="Add a pain").click()
    page.get_by_label("Where", exact=True).select_option(label="Low back, beside the midline")
    page.get_by_label("Since").fill("2025-03")
    page.get_by_label("The patient came for this pain").check()
    assert (refuses(page), fits(page)) == ([], True)
    page.get_by_role("button", name="Write down", exact=True).click()
    expect(page.get_by_text("2025-03", exact=True)).to_be_visible()

    page.get_by_role("link", name="Add scores").click()
    page.get_by_label("PEG, mean of three items").fill("6.3")
    page.get_by_role("button", name="Write down", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("PEG, mean of three items: 6.3")
    expect(page.get_by_role("table", name="Timeline")).to_contain_text("PEG, mean of three items: 6.3")

    page.get_by_role("link", name="Add scores").click()
    page.get_by_label("PEG, mean of three items").fill("7.1")
    page.get_by_label("Scored on").fill("2025-06-01")
    page.get_by_role("button", name="Write down", exact=True).click()
    expect(page.locator(".timeline__chart svg.marks")).to_be_visible()
    page.get_by_text("The same as a table").click()
    expect(page.locator("#timeline-table")).to_contain_text("PEG, mean of three items: 6.3")
    assert (refuses(page), fits(page)) == ([], True)
    page.get_by_role("navigation", name="Stages").get_by_role("link", name="Diagnosis").click()
    expect(page.locator("[data-generator]").first).to_be_visible()


def test_a_follow_up_brings_a_verdict(page: Page, clinic: str) -> None:
    """A genicular block without a diary: nobody asked, then it is a positive test."""
    sign_in(page, clinic, "nurse@example.org")
    page.goto(f"{clinic}/patients?q=Walt")
    page.get_by_role("link", name="Walt Vasquez").click()
    page.get_by_role("navigation", name="Stages").get_by_role("link", name="Outcome").click()
    came = page.locator(".came").first
    if page.viewport_size == DESKTOP:
        expect(came).to_contain_text("Nobody asked yet")
    page.get_by_role("link", name="Record a follow-up").first.click()
    page.get_by_label("How much of the pain went away").fill("90")
    page.get_by_label("Is the relief still there?").select_option("no")
    page.get_by_label("If not: it lasted").fill("4")
    page.get_by_label("hours or days").select_option("hours")
    assert (refuses(page), fits(page)) == ([], True)
    page.get_by_role("button", name="Write down").click()
    expect(page).to_have_url(re.compile("/outcome$"))
    expect(came).to_contain_text("Positive test")
    expect(came).to_contain_text("90 %")
    assert (refuses(page), fits(page)) == ([], True)

"""Authorization staff sees the missing document, takes the packet, records the approval; the booking check sees it."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.web.browser.accessible import fits, refuses
from tests.web.browser.driving import sign_in

WAITING = "Otto Nakagawa"


def is_clean(page: Page) -> bool:
    """Whether axe-core finds nothing and nothing is wider than the window."""
    assert refuses(page) == []
    return fits(page)


@pytest.mark.parametrize("page", ["desktop"], indirect=True)
def test_an_approval_is_recorded_and_the_booking_check_sees_it(page: Page, clinic: str) -> None:
    sign_in(page, clinic, "authorization@example.org")
    page.get_by_role("navigation", name="Rooms").get_by_role("link", name="Authorizations").click()
    assert is_clean(page)
    page.get_by_role("link", name="What changed in the policies").click()
    expect(page.get_by_role("heading", name="Since Aug. 11, 2024").first).to_be_visible()
    assert is_clean(page)
    page.go_back()
    page.get_by_role("link", name="Benedikt Aldana").first.click()
    expect(page.get_by_text("was due").first).to_be_visible()

    page.get_by_role("link", name="Packet for the payer").first.click()
    expect(page.get_by_role("status")).to_contain_text("Not ready")
    assert is_clean(page)
    page.get_by_label("Why is it sent as it is?").fill("The payer asked for what we have.")
    with page.expect_download() as taken:
        page.get_by_role("button", name="Take the payer’s copy (PDF)").click()
    assert taken.value.path().read_bytes().startswith(b"%PDF")

    page.goto(f"{clinic}/authorizations?show=waiting")
    page.get_by_role("link", name=WAITING).click()
    case = page.locator("section.case").first
    expect(case.get_by_text("The request is not approved: waiting for a decision.")).to_be_visible()
    today = date.today()  # noqa: DTZ011, TID251
    step = case.locator("details.step", has=page.locator("summary", has_text=re.compile("^Approved$")))
    step.locator("summary").click()
    step.get_by_label("Number of the decision").fill("A-9001")
    step.get_by_label("Sessions granted").fill("1")
    step.get_by_label("Units granted").fill("2")
    step.get_by_label("Last day").fill(str(today + timedelta(90)))
    assert is_clean(page)
    step.get_by_role("button", name="Write down").click()
    expect(page.get_by_role("status")).to_contain_text("Written down: approved")
    expect(case.get_by_text("1 of 1 left")).to_be_visible()
    expect(case.get_by_text("A-9001").first).to_be_visible()
    expect(case.get_by_text("The authorization covers it")).to_be_visible()


@pytest.mark.parametrize("page", ["phone"], indirect=True)
def test_plan_letter_and_decision_aid_are_accessible_and_fit(page: Page, clinic: str) -> None:
    sign_in(page, clinic, "physician@example.org")
    page.goto(f"{clinic}/patients")
    page.get_by_role("link", name="Cleo Barrowman").click()
    page.get_by_role("navigation", name="Stages").get_by_role("link", name="Plan").click()
    expect(page.get_by_role("heading", name="The ladder")).to_be_visible()
    assert is_clean(page)
    page.get_by_role("link", name=re.compile("^Letter.*against clotting")).click()
    expect(page.get_by_role("article")).to_contain_text("apixaban")
    assert is_clean(page)
    page.go_back()
    page.get_by_role("link", name=re.compile("^Decision aid.*through the foramen")).click()
    expect(page.get_by_role("button", name="Print", exact=True)).to_be_visible()
    assert is_clean(page)
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="Print", exact=True)).to_be_hidden()
    expect(page.get_by_role("navigation", name="Stages")).to_be_hidden()


@pytest.mark.parametrize("page", ["desktop", "phone"], indirect=True)
def test_a_letter_is_changed_and_taken_back(page: Page, clinic: str) -> None:
    sign_in(page, clinic, "physician@example.org")
    page.goto(f"{clinic}/patients")
    page.get_by_role("link", name="Benedikt Aldana").click()
    page.get_by_role("navigation", name="Stages").get_by_role("link", name="Authorization").click()
    page.get_by_role("link", name="Change the letter").first.click()
    assert is_clean(page)
    page.get_by_label("The pain", exact=True).fill("She cannot work.")
    page.get_by_label("Name", exact=True).fill("Hill Health Plan")
    page.get_by_role("button", name="Save the letter").click()
    expect(page.get_by_role("status")).to_contain_text("The letter is saved")
    assert is_clean(page)
    page.get_by_text("What was proposed").click()
    page.get_by_role("button", name="Take the proposed text again").click()
    expect(page.get_by_label("The pain", exact=True)).not_to_have_value("She cannot work.")

"""A procedure from the closed gate to the record: physician and nurse, at the screen."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.web.browser.accessible import fits, hindered, refuses
from tests.web.browser.driving import sign_in
from tests.web.browser.test_reading_the_answer import open_patient

UNPROVEN = "Benedikt Aldana"
"""Facet pain that nobody has blocked yet."""
BLOCK, ABLATION = "Medial branch block, lumbar", "Radiofrequency ablation of medial branches, lumbar"


def fill_booking(page: Page, procedure: str, time: str) -> None:
    page.get_by_role("navigation", name="Stages").get_by_role("link", name="Procedure").click()
    if not page.get_by_role("link", name=procedure).is_visible():
        page.get_by_text("Other procedures considered").click()
    page.get_by_role("link", name=procedure).click()
    page.get_by_label("Day", exact=True).fill(page.evaluate("new Date().toLocaleDateString('sv')"))
    page.get_by_label("Time", exact=True).fill(time)
    page.get_by_label("Minutes", exact=True).fill("30")
    page.get_by_label("Operator").select_option(label="Dr. Ines Okafor")
    expect(page.locator(".htmx-request")).to_have_count(0)


def well(page: Page) -> None:
    assert (refuses(page), fits(page)) == ([], True), page.url


@pytest.mark.parametrize("page", ["phone"], indirect=True)
def test_a_closed_gate_opens_only_by_a_physicians_reason(page: Page, clinic: str) -> None:
    sign_in(page, clinic, "physician@example.org")
    open_patient(page, clinic, UNPROVEN)
    fill_booking(page, ABLATION, "20:00")
    expect(page.get_by_role("heading", name="The gate is closed")).to_be_visible()
    well(page)
    page.get_by_role("button", name="Book", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("To go on all the same, write down why")
    page.get_by_label("Reason to go on").fill("Both blocks were done elsewhere; the letter is on its way.")
    page.get_by_role("button", name="Book", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("Booked")
    expect(page.get_by_text("Both blocks were done elsewhere")).to_be_visible()


@pytest.mark.parametrize("page", ["desktop"], indirect=True)
def test_a_block_from_booking_to_the_record(page: Page, clinic: str) -> None:
    sign_in(page, clinic, "physician@example.org")
    open_patient(page, clinic, UNPROVEN)
    fill_booking(page, BLOCK, "17:00")
    expect(page.get_by_role("heading", name="The gate is open")).to_be_visible()
    page.get_by_role("button", name="Book", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("Booked")
    visit = page.url
    page.context.clear_cookies()

    sign_in(page, clinic, "nurse@example.org")
    page.goto(f"{visit}/checklist")
    well(page)
    for row in page.locator("fieldset.manoeuvre").all():
        question = row.locator(".criterion__label").inner_text()
        if question.startswith("Body weight"):
            row.get_by_role("spinbutton").fill("80")
        else:
            danger = question.startswith(("Fever", "Pregnant"))
            row.get_by_role("radio", name="No" if danger else "Yes", exact=True).check()
    page.get_by_role("button", name="Write down").click()
    expect(page.get_by_role("status").first).to_contain_text("The checklist is complete")
    page.get_by_label("Name of who signs").fill(UNPROVEN)
    page.get_by_label("Procedure, risks and other ways").check()
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("The consent is signed")
    page.goto(f"{visit}/time-out")
    for box in page.get_by_role("checkbox").all():
        box.check()
    well(page)
    page.get_by_role("button", name="All agree").click()
    expect(page.get_by_text("A physician writes the record.")).to_be_visible()
    page.context.clear_cookies()

    sign_in(page, clinic, "physician@example.org")
    page.goto(f"{visit}/record")
    page.get_by_label("Needle").fill("25 G, 90 mm")
    page.get_by_label("Drug 1", exact=True).fill("lidocaine")
    page.get_by_label("Strength, % (drug 1)").fill("2")
    page.get_by_label("mL (drug 1)").fill("1.5")
    page.get_by_label("mg (drug 1)").focus()
    expect(page.locator("#doses")).to_contain_text("within the ceiling")
    page.get_by_role("radio", name="No", exact=True).check()
    well(page)
    page.get_by_role("button", name="Write the record").click()
    expect(page.locator(".prose")).to_contain_text("Injected: lidocaine 2 % 1.5 mL (30 mg).")
    expect(page.locator(".prose")).to_contain_text(f"Consent was signed by {UNPROVEN}")
    expect(page.locator(".prose")).to_contain_text("Whether contrast medium was injected is not recorded.")


@pytest.mark.parametrize("page", ["desktop"], indirect=True)
def test_the_other_pages_of_the_day_are_accessible_and_fit(page: Page, clinic: str) -> None:
    sign_in(page, clinic, "nurse@example.org")
    page.goto(f"{clinic}/schedule")
    assert hindered(page) == []
    page.get_by_role("link", name="Vera Underhill").click()
    for step in ("Consent", "Discharge", "Recovery"):
        page.get_by_role("navigation", name="Steps of the day").get_by_role("link", name=step).click()
        assert hindered(page) == [], step

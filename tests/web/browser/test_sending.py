"""A request leaves for a payer's endpoint, is pended, then approved: units and last day are on the screen."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.web.authorization.sending import Office, payer_process
from tests.web.browser.driving import DESKTOP, PHONE, sign_in
from tests.web.browser.test_authorization_room import is_clean

PATIENT = "Paloma Oyelaran"


def set_endpoint(page: Page, clinic: str, office: Office) -> None:
    """The administrator says where the payer is reached."""
    sign_in(page, clinic, "administrator@example.org")
    page.goto(f"{clinic}/practice/sending")
    expect(page.get_by_text(re.compile(r"LENITIVE_PAYER_\d+_EXAMPLE is not set"))).to_be_visible()
    assert is_clean(page)
    page.get_by_role("row", name=re.compile("Example Health")).get_by_role("link").click()
    page.get_by_label("Address of the endpoint").fill(office.base)
    page.get_by_label("Variable that holds the token").fill("")
    assert is_clean(page)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("row", name=re.compile("Example Health"))).to_contain_text("ready")
    page.context.clear_cookies()


def is_clean_on_both(page: Page) -> bool:
    """Whether nothing is found at desktop width and at that of a phone."""
    page.set_viewport_size(PHONE)
    on_a_phone = is_clean(page)
    page.set_viewport_size(DESKTOP)
    return on_a_phone and is_clean(page)


@pytest.mark.parametrize("page", ["desktop"], indirect=True)
def test_a_request_is_sent_pended_and_approved(page: Page, clinic: str) -> None:
    today = date.today()  # noqa: DTZ011, TID251
    with payer_process(today - timedelta(10)) as office:
        set_endpoint(page, clinic, office)
        sign_in(page, clinic, "authorization@example.org")
        page.goto(f"{clinic}/authorizations")
        row = page.get_by_role("row", name=re.compile(PATIENT)).filter(has_text="Could not be delivered")
        row.get_by_role("link", name=PATIENT).click()
        case = page.locator("section.case").first
        case.get_by_role("button", name="Go on by hand").click()
        case.get_by_role("link", name="Look it over and send").click()
        expect(page.get_by_role("heading", name="What leaves the clinic")).to_be_visible()
        line = page.get_by_role("group", name="Line 1")
        line.get_by_label("Code").select_option("27096")
        line.get_by_label("Units").fill("1")
        page.get_by_label("Whose insurance it is").select_option("self")
        assert is_clean_on_both(page)
        page.get_by_role("button", name="Send to the payer").click()
        expect(case.get_by_text("Pended: the payer has it and has not decided")).to_be_visible()
        assert is_clean_on_both(page)
        [number] = office.ledger()["received"]
        page.reload()
        expect(case.get_by_text(number)).to_be_visible()
        office.tell("decide", {"number": number, "action": "A1"})
        case.get_by_role("button", name="Ask the payer").click()
        expect(page.get_by_role("status")).to_contain_text("The payer answered.")
        expect(case.get_by_text("AUTH-C1").first).to_be_visible()
        expect(case.locator("table.sending__lines")).to_contain_text("27096")
        last_day = today + timedelta(85)
        expect(case.locator("section.payer")).to_contain_text("85 days left")
        expect(case.locator("table.sending__lines")).to_contain_text(str(last_day.year))
        expect(case.get_by_text("The authorization covers it")).to_be_visible()
        assert office.ledger()["received"] == [number]

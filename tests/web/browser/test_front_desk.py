"""The front desk admits somebody new; and a patient whose phone has no connection loses nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.browser.accessible import fits, refuses
from tests.web.browser.driving import PHONE, sign_in
from tests.web.browser.test_reading_the_answer import open_patient


@pytest.mark.parametrize("page", ["phone"], indirect=True)
def test_somebody_new_is_registered_insured_and_invited(
    page: Page, clinic: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    sign_in(page, clinic, "frontdesk@example.org")
    page.get_by_role("link", name="Register a patient").click()
    page.get_by_label("Full name").fill("Ottilie Brandt")
    page.get_by_label("Day of birth").fill("1954-02-03")
    page.get_by_role("button", name="Register").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ottilie Brandt")
    page.get_by_label("Payer").fill("Medicare")
    page.get_by_label("Member number").fill("1EG4-TE5")
    page.get_by_role("button", name="Write down").click()
    expect(page.get_by_role("region", name="Insurance")).to_contain_text("member 1EG4-TE5")
    page.get_by_label("e-mail address").fill("ottilie@example.org")
    page.get_by_role("button", name="Invite the patient").click()
    expect(page.get_by_text("A link was sent to ottilie@example.org")).to_be_visible()
    assert (refuses(page), fits(page)) == ([], True)
    page.context.clear_cookies()

    logs: list[Path] = sorted(tmp_path_factory.getbasetemp().glob("clinic*/clinic.log"))
    [*_, link] = re.findall(r"http://\S+/invitation/\S+", logs[-1].read_text())
    page.goto(link)
    page.get_by_label("Your day of birth").fill("1954-02-03")
    page.get_by_label("Choose a password").fill("quiet river under stones")
    page.get_by_role("button", name="Show what I type").click()
    expect(page.get_by_label("Choose a password")).to_have_attribute("type", "text")
    assert (refuses(page), fits(page)) == ([], True)
    page.get_by_role("button", name="Open my pages").click()
    expect(page.get_by_role("heading", name="What to do next")).to_be_visible()


def test_a_tap_without_a_connection_waits_and_counts(chromium: Browser, clinic: str) -> None:
    """The browser says on its console that it has no connection, so this window's console is not held to be empty."""
    window = chromium.new_context(viewport=PHONE, reduced_motion="reduce")
    page = window.new_page()
    sign_in(page, clinic, "diary@example.org")
    page.get_by_role("link", name="Block diary").click()
    rows = page.get_by_role("region", name="So far").get_by_role("row")
    before = rows.count()
    window.set_offline(True)
    page.get_by_role("button", name="Pain now: 4", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text(re.compile(r"no connection.*Kept on this phone: 4 \("))
    assert (rows.count(), refuses(page), fits(page)) == (before, [], True)
    window.set_offline(False)
    expect(page.get_by_role("status").filter(has_text="Written down: 4")).to_be_visible()
    expect(rows).to_have_count(before + 1)
    assert page.evaluate("Object.keys(localStorage)") == []

    # Signed out meanwhile: the tap stays, the first page says so, and the open diary sends it.
    diary = page.url
    window.clear_cookies()
    page.get_by_role("button", name="Pain now: 6", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("You were signed out")
    sign_in(page, clinic, "diary@example.org")
    expect(page.get_by_text("Your last tap waits on this phone")).to_be_visible()
    page.goto(diary)
    expect(page.get_by_role("status").filter(has_text="Written down: 6")).to_be_visible()
    window.close()


def test_a_form_that_outlived_the_session_keeps_what_was_typed(chromium: Browser, clinic: str) -> None:
    """The browser names the refused request on its console."""
    window = chromium.new_context(reduced_motion="reduce")
    page = window.new_page()
    page.clock.install()
    sign_in(page, clinic, "nurse@example.org")
    open_patient(page, clinic, "Hana Grigoryan")
    page.goto(f"{page.url.rpartition('/')[0]}/story/complaint/new")
    with page.expect_response(re.compile("/keep$")):
        page.get_by_label("In the patient’s words").fill("Since a fall on ice.")
    page.clock.fast_forward("31:00")
    window.clear_cookies(name="session")
    page.get_by_role("button", name="Write down", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("You were signed out")
    expect(page.get_by_label("In the patient’s words")).to_have_value("Since a fall on ice.")
    other = window.new_page()
    sign_in(other, clinic, "nurse@example.org")
    other.close()
    page.get_by_label("Where", exact=True).select_option(index=3)
    page.get_by_role("button", name="Write down", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="Written down: what hurts")).to_be_visible()
    window.close()


def test_a_form_is_not_sent_into_nothing(chromium: Browser, clinic: str) -> None:
    """As above, the browser complains of the missing connection itself."""
    window = chromium.new_context(viewport=PHONE, reduced_motion="reduce")
    page = window.new_page()
    sign_in(page, clinic, "diary@example.org")
    page.goto(f"{clinic}/my/questions/peg/1")
    page.get_by_label("7", exact=True).check()
    window.set_offline(True)
    page.wait_for_function("!navigator.onLine")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("alert")).to_contain_text("no connection")
    expect(page.get_by_label("7", exact=True)).to_be_checked()
    window.set_offline(False)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("Page 2 of 3")).to_be_visible()
    page.go_back()
    expect(page.get_by_label("7", exact=True)).to_be_checked()
    window.close()

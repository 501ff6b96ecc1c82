"""The main flows by somebody who has no mouse: every step is reached with Tab, is seen to be reached, and is done."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

import pytest
from playwright.sync_api import Locator, Page, expect

from lenitive_web.demo.accounts import PASSWORD

NAME = "Thekla Keys"
BLOCK = "Medial branch block, lumbar"
MOST_TABS = 150
"""Whoever must press Tab more often than this gives up."""
IS_REACHED = "one => one === document.activeElement"
IN_ITS_GROUP = "one => one.name === document.activeElement.name"
MOST_CHOICES = 12
IS_SEEN = """() => {
    const at = document.activeElement;
    return [at, at.nextElementSibling].some(one => one && getComputedStyle(one).outlineStyle !== "none");
}"""


@dataclass(frozen=True)
class Keys:
    """A keyboard, and nothing else."""

    page: Page

    def reach(self, wanted: Locator, reached: str = IS_REACHED) -> None:
        """Press Tab until the wanted element has the focus, and see that the page shows where the focus is."""
        for _ in range(MOST_TABS):
            if wanted.evaluate(reached):
                assert self.page.evaluate(IS_SEEN), f"nobody sees that the focus is on {wanted}"
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not lead to {wanted}")

    def press(self, wanted: Locator) -> None:
        """Follow a link, or press a button."""
        self.reach(wanted)
        self.page.keyboard.press("Enter")

    def skip_to_main(self) -> None:
        """Leave out the rooms and the stages."""
        self.press(self.page.get_by_role("link", name="Skip to main content"))

    def write(self, wanted: Locator, words: str) -> None:
        """Type words; into a list of choices as much as it takes to find one."""
        self.reach(wanted)
        self.page.keyboard.type(words)

    def pick(self, wanted: Locator) -> None:
        """Choose one of several: the group is one stop for Tab, the arrows go from choice to choice."""
        self.reach(wanted, IN_ITS_GROUP)
        for _ in range(MOST_CHOICES):
            if wanted.is_checked():
                return
            self.page.keyboard.press("ArrowRight")
        raise AssertionError(f"no arrow leads to {wanted}")

    def sign_in(self, address: str, email: str) -> None:
        """By password; the first field waits for it."""
        self.page.context.clear_cookies()
        self.page.goto(f"{address}/accounts/login/")
        self.write(self.page.get_by_label("Email"), email)
        self.write(self.page.get_by_label("Password"), PASSWORD)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(lambda url: "/accounts/" not in url)

    def open_patient(self) -> None:
        """From the first page to the chart, by the search."""
        page = self.page
        self.press(page.get_by_role("navigation", name="Rooms").get_by_role("link", name="Patients"))
        self.write(page.get_by_role("searchbox"), NAME)
        page.keyboard.press("Enter")
        self.press(page.get_by_role("link", name=NAME))

    def stage(self, name: str) -> None:
        """A stage of the chart, then past the stages."""
        self.press(self.page.get_by_role("navigation", name="Stages").get_by_role("link", name=name, exact=True))
        expect(self.page).to_have_title(re.compile(name))
        self.skip_to_main()


@pytest.mark.parametrize("page", ["desktop"], indirect=True)
def test_staff_work_without_a_mouse(page: Page, clinic: str) -> None:
    keys, today = Keys(page), date.today()  # noqa: DTZ011, TID251

    # The nurse registers somebody, writes down what hurts and examines.
    keys.sign_in(clinic, "nurse@example.org")
    keys.press(page.get_by_role("navigation", name="Rooms").get_by_role("link", name="Patients"))
    keys.skip_to_main()
    keys.press(page.get_by_role("link", name="Register a patient"))
    keys.write(page.get_by_label("Full name"), NAME)
    keys.write(page.get_by_label("Day of birth"), "05041966")
    keys.press(page.get_by_role("button", name="Register"))
    expect(page.get_by_role("status")).to_contain_text(f"{NAME} is registered")
    keys.press(page.get_by_role("link", name="Add a pain"))
    keys.skip_to_main()
    keys.write(page.get_by_label("Where", exact=True), "Low back, beside")
    keys.write(page.get_by_label("Side"), "left")
    keys.write(page.get_by_label("Since"), "2025-03")
    keys.press(page.get_by_role("button", name="Write down", exact=True))
    expect(page.get_by_role("region", name="What hurts")).to_contain_text("Low back, beside the midline, left")
    keys.stage("Examination")
    row = page.get_by_role("region", name="Tells most now").locator("fieldset").first
    keys.pick(row.get_by_role("radio", name="Absent"))
    keys.press(page.get_by_role("button", name="Write down and answer anew"))
    expect(page.get_by_role("status")).to_contain_text("1 finding is written down.")

    # The physician books a block in spite of what nobody asked, and asks the payer for it.
    keys.sign_in(clinic, "physician@example.org")
    keys.open_patient()
    keys.stage("Procedure")
    link = page.get_by_role("link", name=BLOCK, exact=True).first
    if not link.is_visible():
        keys.press(page.locator("summary", has_text="Other procedures considered"))
    keys.press(link)
    expect(page).to_have_title(re.compile("Book"))
    keys.skip_to_main()
    keys.write(page.get_by_label("Day", exact=True), f"{today:%m%d%Y}")
    keys.write(page.get_by_label("Time", exact=True), "0715PM")
    keys.write(page.get_by_label("Room", exact=True), "F")
    keys.write(page.get_by_label("Operator"), "Dr. Ines")
    keys.write(page.get_by_label("Side"), "left")
    keys.write(page.get_by_label("Levels, as"), "L4-5 L5-S1")
    page.keyboard.press("Tab")
    expect(page.locator(".htmx-request")).to_have_count(0)
    keys.write(page.get_by_label("Reason to go on"), "Asked on the telephone; written down today.")
    keys.press(page.get_by_role("button", name="Book", exact=True))
    expect(page.get_by_role("status")).to_contain_text("Booked")
    keys.stage("Authorization")
    keys.write(page.get_by_label("Procedure", exact=True), BLOCK)
    keys.press(page.get_by_role("button", name="Ask for it"))
    expect(page.locator("section.case").first).to_be_visible()

    # Authorization staff writes down that it was sent.
    keys.sign_in(clinic, "authorization@example.org")
    keys.open_patient()
    keys.stage("Authorization")
    case = page.locator("section.case").first
    step = case.locator("details.step", has=page.locator("summary", has_text=re.compile("^It was sent$")))
    keys.press(step.locator("summary"))
    keys.write(step.get_by_label("Why is it sent as it is?"), "Their portal asks for the request first.")
    keys.press(step.get_by_role("button", name="Write down"))
    expect(page.get_by_role("status")).to_contain_text("Written down")


@pytest.mark.parametrize("page", ["phone"], indirect=True)
def test_a_diary_is_kept_without_a_mouse(page: Page, clinic: str) -> None:
    keys = Keys(page)
    keys.sign_in(clinic, "diary@example.org")
    keys.press(page.get_by_role("link", name="Block diary"))
    rows = page.get_by_role("region", name="So far").get_by_role("row")
    expect(rows.first).to_be_visible()
    keys.press(page.get_by_role("button", name="Pain now: 3", exact=True))
    expect(page.get_by_role("status").filter(has_text="Written down: 3")).to_be_visible()
    # Just after midnight the demo's block was just now, and what it has written down since stands above.
    expect(rows.filter(has=page.get_by_role("cell", name="3", exact=True))).to_have_count(1)

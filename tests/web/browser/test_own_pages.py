"""A patient comes in by a link, tells the story on a phone, and the chart and the assessment have it."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from lenitive.registry.invented import Invented
from tests.web.browser.accessible import fits, refuses
from tests.web.browser.driving import PHONE, sign_in
from tests.web.browser.test_reading_the_answer import open_patient, told

NAME, EMAIL, PASSWORD = "Hana Grigoryan", "hana@example.org", "quiet river under stones"


def the_link(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The link of the last invitation, which the demonstration writes to its stream instead of a mail server."""
    logs: list[Path] = sorted(tmp_path_factory.getbasetemp().glob("clinic*/clinic.log"))
    [*_, link] = re.findall(r"http://\S+/invitation/\S+", logs[-1].read_text())
    return link


def go_on(page: Page, to: str) -> None:
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(to)


def pick(page: Page, group: str, choice: str) -> None:
    page.get_by_role("group", name=group).get_by_label(choice, exact=True).check()


@pytest.mark.parametrize("page", ["phone"], indirect=True)
def test_from_the_link_to_the_assessment(page: Page, clinic: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    assert page.viewport_size == PHONE
    story: Invented = told(NAME)
    sign_in(page, clinic, "nurse@example.org")
    open_patient(page, clinic, NAME)
    page.get_by_role("navigation", name="Stages").get_by_role("link", name="Own pages").click()
    assert (refuses(page), fits(page)) == ([], True)
    page.get_by_label("The patient’s e-mail address").fill(EMAIL)
    page.get_by_role("button", name="Invite the patient").click()
    expect(page.get_by_text(f"A link was sent to {EMAIL}")).to_be_visible()
    page.context.clear_cookies()

    page.goto(the_link(tmp_path_factory))
    assert (refuses(page), fits(page)) == ([], True)
    page.get_by_label("Your day of birth").fill(str(story.chart.patient.birth_date))
    page.get_by_label("Choose a password").fill(PASSWORD)
    page.get_by_role("button", name="Open my pages").click()
    expect(page.get_by_role("heading", name="What to do next")).to_be_visible()
    assert (refuses(page), fits(page)) == ([], True)

    page.get_by_role("link", name="Tell us where it hurts").click()
    page.get_by_role("button", name="Back", exact=True).click()
    page.locator("[data-view=back] [data-mark='buttock:left']").first.click()
    page.get_by_text("Choose from a list instead").click()
    page.get_by_label("Thigh behind, left").focus()
    page.keyboard.press("Space")
    expect(page.get_by_role("list", name="Marked").get_by_role("button")).to_have_count(2)
    assert (refuses(page), fits(page)) == ([], True)
    go_on(page, "How does it feel?")

    pick(page, "Which one troubles you most?", "Buttock, left")
    for place, strength in (("Buttock, left", "7"), ("Thigh behind, left", "4")):
        region = page.get_by_role("region", name=place)
        region.get_by_role("group", name="How strong").get_by_label(strength, exact=True).check()
    page.get_by_role("region", name="Thigh behind").get_by_label("The worst pain spreads to here").check()
    expect(page.get_by_role("region", name="Buttock").get_by_text("It is another pain")).to_be_hidden()
    go_on(page, "Since when, and what changes it?")
    page.get_by_label("Year", exact=True).fill(str(date.today().year - 1))  # noqa: DTZ011, TID251
    pick(page, "What makes it worse?", "Sitting")
    assert (refuses(page), fits(page)) == ([], True)
    go_on(page, "What have you tried?")
    go_on(page, "What do you take?")
    pick(page, "Do you take a blood thinner?", "No")
    go_on(page, "Are you allergic to anything?")
    go_on(page, "Is this right?")
    assert (refuses(page), fits(page)) == ([], True)
    page.get_by_role("button", name="Send it to my clinic").click()
    expect(page.get_by_role("status")).to_contain_text("Your story is in your chart now")

    page.get_by_role("link", name="Pain and your daily life").click()
    for answer in ("6", "7", "8"):
        page.get_by_label(answer, exact=True).check()
        page.get_by_role("button", name=re.compile("Go on|Send")).click()
    expect(page.get_by_role("status")).to_contain_text("Your answers are in your chart now")
    page.context.clear_cookies()

    sign_in(page, clinic, "physician@example.org")
    open_patient(page, clinic, NAME)
    for question in ("Where does the low back pain come from?", "Does the leg pain come from a nerve root"):
        expect(page.get_by_role("heading", name=re.compile(re.escape(question))).first).to_be_visible()
    page.get_by_role("navigation", name="Stages").get_by_role("link", name="Own pages").click()
    expect(page.get_by_text(re.compile("PEG 7"))).to_be_visible()
    expect(page.get_by_text(re.compile("Pain: buttock, left"))).to_be_visible()


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

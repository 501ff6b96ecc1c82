"""What is typed survives a closed window; of two windows the later one is told."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.web.browser.accessible import fits, refuses
from tests.web.browser.driving import sign_in
from tests.web.browser.test_reading_the_answer import open_patient

NAME = "Hana Grigoryan"
KEPT = re.compile(r"Draft kept at \d+:\d\d")


def leave(page: Page, to: str) -> None:
    """Close the form as somebody does who is called away."""
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(to)


@pytest.mark.parametrize("page", ["phone"], indirect=True)
def test_a_half_written_form_is_there_again(page: Page, clinic: str) -> None:
    sign_in(page, clinic, "nurse@example.org")
    open_patient(page, clinic, NAME)
    chart = page.url.rpartition("/")[0]
    form = f"{chart}/story/complaint/new"
    page.goto(form)
    page.get_by_label("In the patient’s words").press_sequentially("It pulls when I turn")
    expect(page.get_by_text(KEPT)).to_be_visible()
    page.get_by_label("Since").fill("last spring")
    with page.expect_response("**/keep"):
        page.get_by_label("aching").first.check()
    leave(page, f"{chart}/diagnosis")

    page.goto(form)
    expect(page.get_by_text("It is not in the chart yet")).to_be_visible()
    expect(page.get_by_label("In the patient’s words")).to_have_value("It pulls when I turn")
    expect(page.get_by_label("Since")).to_have_value("last spring")
    expect(page.get_by_label("aching").first).to_be_checked()
    assert (refuses(page), fits(page)) == ([], True)

    browser = page.context.browser
    assert browser is not None
    other = browser.new_page()
    sign_in(other, clinic, "nurse@example.org")
    other.goto(form)
    other.get_by_label("Since").fill("2025")
    other.get_by_label("Since").blur()
    expect(other.get_by_text(KEPT)).to_be_visible()
    other.context.close()
    page.get_by_label("Since").fill("2024")
    page.get_by_label("Since").blur()
    expect(page.get_by_role("alert")).to_contain_text("in another window")
    assert (refuses(page), fits(page)) == ([], True)

    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.get_by_label("Since")).to_have_value("2025")
    page.get_by_role("button", name="Throw it away").click()
    expect(page.get_by_text("It is not in the chart yet")).to_have_count(0)
    expect(page.get_by_label("Since")).to_have_value("")

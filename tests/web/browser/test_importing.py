"""Files come in through the browser: chosen, read, decided about, imported; and one record goes out again."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.web.browser.accessible import fits, refuses
from tests.web.browser.driving import sign_in
from tests.web.browser.test_reading_the_answer import open_patient
from tests.web.importing.uploads import lines, pain, person


def choose(page: Page, **files: bytes) -> None:
    page.get_by_label("Choose files").set_input_files(
        [{"name": name.replace("__", "."), "mimeType": "", "buffer": data} for name, data in files.items()]
    )
    page.get_by_role("button", name="Read the files").click()


def test_from_the_file_to_the_chart(page: Page, clinic: str) -> None:
    size = page.viewport_size["width"]
    name, born = f"Given{size} Newcomer{size}", f"1950-01-{size % 28 + 1:02}"
    people = [person(f"n{size}", name, born, f"N{size}"), person(f"a{size}", "Ivo Halloran", "1931-01-01", f"A{size}")]
    pains = [pain(f"o{size}-{n}", f"n{size}", n) for n in range(3)]

    sign_in(page, clinic, "frontdesk@example.org")
    page.get_by_role("link", name="Import", exact=True).click()
    assert (refuses(page), fits(page)) == ([], True)
    choose(page, all__ndjson=lines(*people, *pains) + b'{"resourceType": "Observation"\n')
    expect(page.get_by_role("heading", name="2 patients in the files; nothing is written yet")).to_be_visible(
        timeout=30000
    )
    expect(page.get_by_role("heading", name="1 record was refused")).to_be_visible()
    expect(page.get_by_text("line 6")).to_be_visible()
    assert (refuses(page), fits(page)) == ([], True)
    page.get_by_role("group", name="You decide").get_by_label("Somebody else").check()
    page.get_by_role("group", name="You decide").get_by_label("Leave out").check()
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_role("heading", name="1 patient was imported")).to_be_visible(timeout=30000)
    assert (refuses(page), fits(page)) == ([], True)

    page.context.clear_cookies()
    sign_in(page, clinic, "nurse@example.org")
    open_patient(page, clinic, name)
    page.get_by_role("link", name="Export the record").click()
    expect(page.get_by_text("4 facts, corrections included.")).to_be_visible()
    assert (refuses(page), fits(page)) == ([], True)
    with page.expect_download() as taken:
        page.get_by_role("link", name="FHIR Bundle").click()
    assert taken.value.suggested_filename.startswith("record-")

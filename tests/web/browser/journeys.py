"""What a patient's whole journey needs: windows for those who take part, a clock, and the chart as it is kept."""

from __future__ import annotations

import json
import os
import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect

from lenitive.chart import TABLES, Chart, Request
from lenitive.documents.wording import number
from lenitive.medicine.content import content
from lenitive.reasoning import Assessment, assess
from lenitive.reasoning.assessment import Option
from lenitive.reasoning.book import book
from lenitive.reasoning.candidacy import CARE
from lenitive.reasoning.opioids import equivalents_on
from lenitive_web.demo.accounts import PASSWORD, PEOPLE
from lenitive_web.look.words import VERDICTS, days_by_locale, interval, percent, reason
from lenitive_web.people.roles import Role
from tests.web.browser.accessible import fits, refuses
from tests.web.browser.clock import Clock, clock_in
from tests.web.browser.driving import DESKTOP, PHONE, sign_in


def reason_beside(option: Option) -> str:
    """The reason in the table: what is said of all near care together is not said of each, nor before why it waits."""
    besides = reason(option).removesuffix(CARE).rstrip()
    is_near_care = option.role == "conservative" and option.place in ("now", "next")
    return besides if is_near_care else besides or reason(option)


PICTURES = "LENITIVE_JOURNEY_PICTURES"
"""A folder, to look at every step; without it no picture is taken."""

PHYSICIAN = PEOPLE[Role.PHYSICIAN][0]
READ_OPTIONS = """rows => rows.flatMap(row => [...row.querySelectorAll("th a:not(.option__book)")].map(link => [
    link.textContent, row.querySelector(".sign").textContent, row.querySelector(".option__why")?.textContent ?? ""
].map(words => words.replace(/^[^A-Za-z]+/, "").trim())))"""
PATIENCE = 10_000
"""Milliseconds."""
SESSION = timedelta(minutes=20)
"""Surely less than a session lasts without a click."""
WEIGHT = "78"
DANGERS_OF_THE_DAY = ("Fever", "Pregnant", "Untreated", "Psychiatric")
"""Questions of the checklist whose yes would stop the procedure."""


@dataclass(frozen=True)
class Newcomer:
    """Somebody whom nobody knows yet: what the front desk writes down, most of it from the insurance card."""

    name: str
    email: str
    born: str
    sex: str
    card: Mapping[str, str]


@dataclass
class Journey:
    """The clinic as the people of one journey see it: staff at a desk, the patient with a phone."""

    address: str
    folder: Path
    clock: Clock
    desk: Page
    phone: Page
    complaints: list[str]
    person: Newcomer = Newcomer("", "", "", "", {})
    _sessions: dict[str, tuple[datetime, Any]] = field(default_factory=dict)
    _pictures: Iterator[int] = field(default_factory=lambda: iter(range(1, 1000)))

    # --- who sits there ----------------------------------------------------------------------------------------------

    @property
    def patient(self) -> str:
        """The name of whose journey it is."""
        return self.person.name

    def staff(self, role: str) -> Page:
        """The desk of this role. Each has a machine of their own and signs in again only when the session has ended."""
        self.desk.context.clear_cookies()
        last, kept = self._sessions.get(role, (None, []))
        if last is not None and self.clock.now - last < SESSION:
            self.desk.context.add_cookies(kept)
        else:
            sign_in(self.desk, self.address, f"{role}@example.org")
        self._sessions[role] = (self.clock.now, self.desk.context.cookies())
        return self.desk

    def own(self) -> Page:
        """The phone, after the patient has signed in."""
        self.phone.context.clear_cookies()
        sign_in(self.phone, self.address, self.person.email)
        return self.phone

    def sign_out(self) -> None:
        """Whoever sits at the desk leaves by the button."""
        self._sessions.clear()
        self.desk.locator("header summary").last.click()
        self.desk.get_by_role("button", name="Sign out").click()
        expect(self.desk.get_by_label("Email")).to_be_visible()

    def open_chart(self, stage: str = "") -> Page:
        """The patient's page, found by name; then a stage of it."""
        self.desk.goto(f"{self.address}/patients?q={self.patient.split()[0]}")
        self.desk.get_by_role("link", name=self.patient).click()
        if stage:
            self.go(stage)
        return self.desk

    def go(self, stage: str) -> None:
        """Another stage of the page that is open."""
        self.desk.get_by_role("navigation", name="Stages").get_by_role("link", name=stage, exact=True).click()

    # --- what is true ------------------------------------------------------------------------------------------------

    @property
    def chart(self) -> Chart:
        """The chart as the database keeps it, read without the clinic."""
        rows = self._rows("ledger_entry", '"table", body')
        facts = [msgspec.convert(json.loads(body), TABLES[table]) for table, body in rows]
        return Chart.of(facts).as_of(self.clock.today)

    @property
    def requests(self) -> list[Request]:
        """What is asked for."""
        made = {
            kind: (body, withdrawn)
            for kind, body, withdrawn in self._rows("ledger_requestmade", "kind, body, withdrawn")
        }
        return [msgspec.convert(json.loads(body), Request) for body, withdrawn in made.values() if not withdrawn]

    @property
    def assessment(self) -> Assessment:
        """What the library says about this chart today."""
        return assess(self.chart, self.clock.today, self.requests)

    def option(self, procedure: str) -> Option:
        """What the library says about one procedure."""
        return next(one for one in self.assessment.options if one.procedure == procedure)

    def _rows(self, table: str, columns: str) -> list[tuple[str, ...]]:
        asked = (
            f"select {', '.join(f't.{one.strip()}' for one in columns.split(','))} from {table} t "
            "join ledger_patient p on p.id = t.patient_id where p.name = ? order by t.id"
        )
        with closing(sqlite3.connect(f"file:{self.folder / 'clinic.sqlite3'}?mode=ro", uri=True)) as database:
            return database.execute(asked, [self.patient]).fetchall()

    # --- what is seen ------------------------------------------------------------------------------------------------

    @property
    def takes_pictures(self) -> bool:
        """Whether somebody asked for pictures; taking one is itself something that a strict page complains about."""
        return PICTURES in os.environ

    def look(self, page: Page, name: str) -> None:
        """Keep a picture of the page, if somebody asked for pictures."""
        if folder := os.environ.get(PICTURES):
            place = Path(folder) / f"{self.patient.split()[0].lower()}-{next(self._pictures):02d}-{name}.png"
            page.screenshot(path=place, full_page=True)

    def is_well(self, page: Page, name: str) -> None:
        """Axe finds nothing, and nothing is wider than the window."""
        self.look(page, name)
        found = (refuses(page), fits(page))
        assert found == ([], True), f"{name}, {page.url}: {found}"

    # --- what is done at the screen ----------------------------------------------------------------------------------

    def examine(self, *, present: Mapping[str, str | None] = {}, absent: Sequence[str] = ()) -> None:
        """Ask about every danger, look for these findings, and write down what was there, on which side or level."""
        self.go("Examination")
        desk = self.desk
        for row in desk.get_by_role("region", name="Dangers nobody has asked about").locator("fieldset").all():
            row.get_by_role("radio", name="Absent").check()
        none = desk.get_by_label("I asked about each of these; there is none.")
        dangers = desk.locator(".dangers li").all_inner_texts()
        if none.count() and not {content().findings[code].label for code in present} & set(dangers):
            none.check()
        folded = desk.locator("main form details:not([open]) > summary")
        while folded.count():
            folded.first.click()
        others = iter((1, 2, 3))
        looked_for = [(code, "Present", where) for code, where in present.items()]
        for code, found, where in [*looked_for, *((code, "Absent", None) for code in absent)]:
            row = self._manoeuvre(code)
            if row.count():
                row.get_by_role("radio", name=found).check()
            else:
                more = desk.locator("details", has=desk.locator(".other-finding"))
                if more.get_attribute("open") is None:
                    more.locator("summary").click()
                row = desk.locator(".other-finding").nth(next(others) - 1)
                row.get_by_label("Looked for").select_option(code)
                row.get_by_label("Found").select_option(found.lower())
            for place in (where or "").split():
                row.get_by_label(re.compile("^level" if "-" in place else "^side", re.IGNORECASE)).select_option(place)
        self.look(desk, "examination")
        desk.get_by_role("button", name="Write down and answer anew").click()
        says(desk, "findings are written down")

    def _manoeuvre(self, code: str) -> Locator:
        label = content().findings[code].label
        return self.desk.locator("fieldset.manoeuvre", has=self.desk.get_by_text(label, exact=True)).first

    def add(self, link: str, **said: str) -> None:
        """Write one thing into the story: how the link reads that leads to its form, and what is written there."""
        self.go("Story")
        self.desk.get_by_role("link", name=re.compile(link)).first.click()
        for label, value in said.items():
            self._fill(self.desk.get_by_label(label.replace("_", " ")).first, value)
        self.look(self.desk, "entry")
        self.desk.get_by_role("button", name=re.compile("^Write (down|the correction)$")).click()
        expect(self.desk.get_by_role("status").first).to_be_visible()

    def asked_completely(self, *topics: str) -> None:
        """Say that these topics were asked to the end."""
        self.go("Story")
        self.desk.get_by_role("link", name="what was asked completely").click()
        for topic in topics:
            self.desk.get_by_label(topic).check()
        self.desk.get_by_role("button", name="Write down").click()
        says(self.desk, "What was asked completely stands in the chart")

    def score(self, **scores: float) -> None:
        """Write down scores of today."""
        self.go("Story")
        self.desk.get_by_role("link", name="Add scores").click()
        for name, score in scores.items():
            self.desk.get_by_label(content().instruments[name].label).fill(str(score))
        self.desk.get_by_role("button", name="Write down", exact=True).click()
        expect(self.desk.get_by_role("status").first).to_be_visible()

    def open_option(self, procedure: str) -> Option:
        """The page of one procedure, found in the table; what it says is what the library says."""
        self.go("Options")
        found = self.option(procedure)
        folded = self.desk.locator("details.options-far:not([open]) > summary")
        while folded.count():
            folded.first.click()
        self._shows_every_option()
        self.desk.get_by_role("link", name=found.label, exact=True).first.click()
        head = self.desk.locator(".page__head")
        expect(head.get_by_role("heading", name=found.label)).to_be_visible()
        expect(head).to_contain_text(str(VERDICTS[found.verdict].word))
        expect(self.desk.locator(".lead")).to_have_text(days_by_locale(reason(found)))
        return found

    def _shows_every_option(self) -> None:
        """The table has every procedure of the library, each with the library's candidacy and reason."""
        rows = self.desk.locator("tr.option-row:not([data-medicine])")
        shown = {row[0]: (row[1], row[2]) for row in rows.evaluate_all(READ_OPTIONS)}
        wanted = {
            one.label: (str(VERDICTS[one.verdict].word), days_by_locale(reason_beside(one)))
            for one in self.assessment.options
        }
        differing = set(shown.items()) ^ set(wanted.items())
        assert not differing, differing

    def shows_the_opioids(self) -> float:
        """The morphine equivalents that the story says are taken today: the library's."""
        self.go("Story")
        taken = equivalents_on(book(), self.chart, self.clock.today)
        self.desk.get_by_text("The same as a table").click()
        row = self.desk.locator("#timeline-table tr", has_text="morphine milligram equivalents").first
        expect(row.locator("b.number")).to_have_text(number(taken.total))
        assert taken.is_complete
        return taken.total

    def answer(self, **answers: bool) -> None:
        """Answer what the chart is silent about, on the page of the option that is open."""
        for kind, yes in answers.items():
            ask = content().statements[kind].ask
            row = self.desk.locator("form.answers fieldset", has=self.desk.get_by_text(ask, exact=True))
            row.get_by_role("radio", name="Yes" if yes else "No", exact=True).check()
        self.look(self.desk, "answers")
        self.desk.locator("form.answers").get_by_role("button", name="Write down and answer anew").click()
        says(self.desk, "Written down")

    def begin_booking(self, procedure: str, on: date, at: str, room: str, **what: str) -> None:
        """From the page of the option to a filled booking form, with all that stands beside it worked out."""
        desk = self.desk
        label = re.escape(content().procedures[procedure].label)
        desk.get_by_role("link", name=re.compile(rf"^Book\s?: {label}")).first.click()
        told = {"Day": str(on), "Time": at, "Minutes": "45"} | what
        for name, value in told.items():
            field = desk.get_by_label(name, exact=not name.startswith(("Levels", "Who")))
            self._fill(field, value)
        desk.get_by_label("Room", exact=True).select_option(label=room)
        desk.get_by_label("Operator").select_option(label=PHYSICIAN)
        desk.get_by_label("Operator").blur()
        expect(desk.locator(".htmx-request")).to_have_count(0)

    def book(self) -> str:
        """Press the button; the address of the booking."""
        self.look(self.desk, "booking")
        self.desk.get_by_role("button", name="Book", exact=True).click()
        says(self.desk, "Booked")
        return self.desk.url

    def prepare(self, visit: str, **answers: str) -> None:
        """The nurse's part: checklist, consent, time-out. What is not named is answered so that it may go on."""
        desk = self.staff("nurse")
        desk.goto(f"{visit}/checklist")
        self.look(desk, "checklist")
        for row in desk.locator("fieldset.manoeuvre").all():
            self._answer_row(row, answers)
        desk.get_by_role("button", name=re.compile("Write down|Close the checklist")).click()
        says(desk, "The checklist is complete")
        desk.get_by_label("Name of who signs").fill(self.patient)
        desk.get_by_label("Procedure, risks and other ways").check()
        self.look(desk, "consent")
        desk.get_by_role("button", name="Sign", exact=True).click()
        says(desk, "The consent is signed")
        desk.goto(f"{visit}/time-out")
        for box in desk.get_by_role("checkbox").all():
            box.check()
        self.look(desk, "time-out")
        desk.get_by_role("button", name="All agree").click()
        expect(desk.get_by_text("A physician writes the record.")).to_be_visible()

    def _answer_row(self, row: Locator, answers: Mapping[str, str]) -> None:
        question = row.locator(".criterion__label").inner_text()
        own = next((value for words, value in answers.items() if question.startswith(words.replace("_", " "))), None)
        typed = row.locator("input[type=date], input[type=number]")
        if typed.count():
            typed.fill(own or WEIGHT)
            return
        goes_on = "No" if question.startswith(DANGERS_OF_THE_DAY) else "Yes"
        row.get_by_role("radio", name=own or goes_on, exact=True).check()

    def record(self, visit: str, **what: str) -> None:
        """The physician writes what was done; nothing went wrong."""
        desk = self.staff("physician")
        desk.goto(f"{visit}/record")
        for name, value in what.items():
            field = desk.locator(f"[name={name}]")
            self._fill(field, value)
        desk.get_by_role("group", name="Any complication?").get_by_label("No", exact=True).check()
        expect(desk.locator(".htmx-request")).to_have_count(0)
        self.look(desk, "record")
        desk.get_by_role("button", name="Write the record").click()
        says(desk, "The record is written")

    def send_home(self, visit: str, pain: str) -> None:
        """The nurse looks at the patient and lets the patient go."""
        desk = self.staff("nurse")
        desk.goto(f"{visit}/recovery")
        for name, value in {
            "Pulse": "66",
            "Systolic": "124",
            "Diastolic": "74",
            "Saturation": "98",
            "Pain": pain,
        }.items():
            desk.get_by_label(name).fill(value)
        desk.get_by_label("A limb weaker").select_option("no")
        desk.get_by_role("button", name="Write down").click()
        says(desk, "Written down")
        desk.goto(f"{visit}/discharge")
        for box in desk.get_by_role("checkbox").all():
            box.check()
        desk.get_by_role("button", name="Send home").click()
        says(desk, "Gone home")
        self.look(desk, "gone-home")

    def keep_diary(self, before: int, taps: Sequence[int]) -> None:
        """The patient at home: the pain before the block, then one tap every half hour, then the end."""
        phone = self.own()
        self.look(phone, "own-pages")
        phone.get_by_role("link", name="Block diary").click()
        phone.get_by_label("When was the injection?").fill(f"{self.clock.now:%H:%M}")
        phone.get_by_label(str(before), exact=True).check()
        phone.get_by_role("button", name="Begin").click()
        for score in taps:
            self.clock.wait(minutes=30)
            with phone.expect_navigation():
                phone.get_by_role("button", name=f"Pain now: {score}", exact=True).click()
            expect(phone.locator(".grid tbody tr").first).to_contain_text(str(score))
        self.look(phone, "diary")
        phone.get_by_role("button", name="The pain is as it was: finish the diary").click()
        says(phone, "Your clinic sees your diary now")

    def admit(self, person: Newcomer) -> None:
        """The front desk registers a newcomer, copies the card and invites; the patient comes in by the link."""
        self.person = person
        desk = self.staff("frontdesk")
        desk.get_by_role("link", name="Register a patient").click()
        desk.get_by_label("Full name").fill(person.name)
        desk.get_by_label("Day of birth").fill(person.born)
        desk.get_by_label("Sex, as registered").select_option(person.sex)
        desk.get_by_role("button", name="Register").click()
        says(desk, f"{person.name} is registered")
        expect(desk.get_by_role("navigation", name="Stages")).to_have_count(0)
        for label, value in person.card.items():
            self._fill(desk.get_by_label(label), value)
        desk.get_by_role("button", name="Write down").click()
        says(desk, "The insurance is written down")
        desk.get_by_label("e-mail address").fill(person.email)
        desk.get_by_role("button", name="Invite the patient").click()
        says(desk, "The invitation is on its way")
        self.is_well(desk, "front-desk")
        self._come_in()

    def _come_in(self) -> None:
        [*_, link] = re.findall(r"http://\S+/invitation/\S+", (self.folder / "clinic.log").read_text())
        self.phone.goto(link)
        self.phone.get_by_label("Your day of birth").fill(self.person.born)
        self.phone.get_by_label("Choose a password").fill(PASSWORD)
        self.phone.get_by_role("button", name="Open my pages").tap()
        expect(self.phone.get_by_role("heading", name="What to do next")).to_be_visible()

    def check_in(self) -> None:
        """The front desk sees that the patient has come, and everybody sees it on the schedule."""
        desk = self.staff("frontdesk")
        desk.goto(f"{self.address}/schedule")
        desk.get_by_role("link", name=self.patient).click()
        desk.get_by_role("button", name="Check in").click()
        says(desk, "is checked in")
        desk.get_by_role("link", name="Schedule").click()
        expect(desk.get_by_role("row", name=self.patient)).to_contain_text("here since")

    def ask_for(self, procedure: str, **what: str) -> None:
        """Choose the procedure that a payer is asked for."""
        desk = self.desk
        self.go("Authorization")
        desk.get_by_label("Procedure", exact=True).select_option(procedure)
        for name, value in what.items():
            field = desk.get_by_label(name, exact=True)
            self._fill(field, value)
        desk.get_by_role("button", name="Ask for it").click()

    def step(self, name: str, **said: str) -> None:
        """Write down what happened to the request at the payer; with a word why where it left with something open."""
        case = self.desk.locator("section.case").first
        step = case.locator("details.step", has=self.desk.locator("summary", has_text=re.compile(f"^{name}$")))
        step.locator("summary").click()
        for label, value in said.items():
            step.get_by_label(label.replace("_", " ")).fill(value)
        if step.locator(".not-ready").is_visible():
            step.get_by_label("Why is it sent as it is?").fill("Their portal asks for the request first.")
        step.get_by_role("button", name="Write down").click()
        says(self.desk, "Written down")

    def approved(self, number: str, units: str) -> None:
        """The payer grants one session, for three months."""
        last_day = str(self.clock.today + timedelta(90))
        granted = {"Sessions_granted": "1", "Units_granted": units, "Last_day": last_day}
        self.step("Approved", Number_of_the_decision=number, **granted)
        self.look(self.desk, "approved")

    def came(self, procedure: str) -> Locator:
        """What the Outcome room says of the last session of a procedure."""
        heading = self.desk.get_by_role("heading", name=content().procedures[procedure].label)
        return self.desk.locator(".came", has=heading)

    def judge(self, came: Locator, *, fits: bool) -> None:
        """The physician reads the diary of a block and says whether the relief lasted as the drug explains."""
        came.get_by_role("link", name="Read the diary and judge").click()
        expect(self.desk.get_by_label("How much of the pain")).not_to_have_value("")
        self.desk.get_by_label("Did it last as long as the drug").select_option("yes" if fits else "no")
        self.look(self.desk, "judged")
        self._write_down_the_follow_up()

    def follow_up(self, came: Locator, told: Mapping[str, str]) -> None:
        """Write down how the patient is after a session."""
        came.get_by_role("link", name="Record a follow-up").click()
        for label, value in told.items():
            self._fill(self.desk.get_by_label(label), value)
        self.look(self.desk, "follow-up")
        self._write_down_the_follow_up()

    def _write_down_the_follow_up(self) -> None:
        self.desk.get_by_role("button", name="Write down").click()
        says(self.desk, "The follow-up is written down")

    def _fill(self, field: Locator, value: str) -> None:
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)

    def attach(self, file: Path, on: date, **said: str) -> None:
        """Attach a document to the chart that is open; its page follows."""
        self.go("Examination")
        desk = self.desk
        desk.get_by_role("link", name="Attach a document").click()
        desk.get_by_label("File").set_input_files(file)
        for label, value in said.items():
            self._fill(desk.get_by_label(label.replace("_", " ")), value)
        desk.get_by_label("Day on the document").fill(str(on))
        desk.get_by_role("button", name="Attach", exact=True).click()
        says(desk, "is attached")
        self.is_well(desk, "document")

    def read(self, document: str, finding: str, side: str, level: str) -> None:
        """Open a document from the examination and enter what it says, by keyboard alone once its page is open."""
        self.go("Examination")
        desk = self.desk
        desk.get_by_role("link", name=document, exact=True).click()
        expect(desk.get_by_role("img", name="Page 1 of")).to_have_js_property("complete", True)
        more = desk.locator("summary", has_text="Anything else that it says")
        more.focus()
        desk.keyboard.press("Enter")
        row = desk.locator(".other-finding").first
        row.get_by_label("Looked for").select_option(finding)
        row.get_by_label("Found").select_option("present")
        for place, name in ((side, "side"), (level, "level")):
            row.get_by_label(re.compile(f"^{name}", re.IGNORECASE)).select_option(place)
        self.look(desk, "read")
        button = desk.get_by_role("button", name="Write down what it says")
        button.focus()
        desk.keyboard.press("Enter")
        says(desk, "1 answer is written down")

    def works_with(self, generator: str, because: str) -> None:
        """The physician names a source that no question of the differential weighs, with the reason."""
        self.go("Diagnosis")
        desk = self.desk
        desk.get_by_text("Work with another diagnosis").click()
        desk.get_by_label("I work with").select_option(generator)
        desk.get_by_label("Because").fill(because)
        desk.get_by_role("button", name="Write it down").click()
        says(desk, "The working diagnosis stands in the chart")
        expect(desk.locator(".verdict")).to_contain_text(because)

    def shows_the_differential(self) -> None:
        """Every probability on the screen is the library's."""
        self.go("Diagnosis")
        for answer in self.assessment.differential:
            for one in answer.estimates:
                shown = self.desk.locator(f"[data-generator={one.generator}]").first
                expect(shown).to_have_text(percent(one.probability))
            first = answer.estimates[0]
            expect(self.desk.locator(".verdict")).to_contain_text(f"{first.label} {percent(first.probability)}")
            expect(self.desk.locator(".verdict")).to_contain_text(interval(first.low, first.high))


@contextmanager
def journey_with(chromium: Browser, address: str, folder: Path) -> Iterator[Journey]:
    """Two windows on the clinic in the folder."""
    complaints: list[str] = []
    desk = chromium.new_page(viewport=DESKTOP, reduced_motion="reduce")
    phone = chromium.new_page(viewport=PHONE, has_touch=True, is_mobile=True, reduced_motion="reduce")

    def hear(said: ConsoleMessage) -> None:
        if said.type in ("error", "warning"):
            complaints.append(said.text)

    for page in (desk, phone):
        page.set_default_timeout(PATIENCE)
        page.on("console", hear)
        page.on("pageerror", lambda error: complaints.append(str(error)))
    try:
        yield Journey(address, folder, clock_in(folder), desk, phone, complaints)
    finally:
        desk.context.close()
        phone.context.close()


def says(page: Page, words: str) -> None:
    """The page answers with these words."""
    expect(page.get_by_role("status").first).to_contain_text(words)


def day(on: date) -> str:
    """A day as the clinic prints it."""
    return on.isoformat()

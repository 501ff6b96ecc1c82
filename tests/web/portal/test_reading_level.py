"""Every text on a patient's own pages can be read after eight years of school, by the formula of the leaflets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from html.parser import HTMLParser

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lenitive.chart import Request
from lenitive.medicine.content import content
from lenitive_web.ledger.actions import make_request, record_facts
from lenitive_web.ledger.facts import NewFact
from lenitive_web.ledger.models import Patient
from lenitive_web.people.roles import Role
from lenitive_web.portal.models import BlockDiary, SharedAid
from lenitive_web.portal.reminders import send_reminders
from lenitive_web.practice.models import LetterHead
from tests.content.test_education_content import GRADE, PAGES, PARTS, reading_grade, words
from tests.web.conftest import As, member
from tests.web.portal.conftest import STORY

SHORTEST = 6
"""A text of fewer words is a label or a button: the formula says nothing about it alone."""
BLOCKS = {"p", "li", "h1", "h2", "h3", "legend", "label", "dt", "dd", "button", "summary", "th", "td", "div", "option"}
SILENT = {"script", "style", "svg", "select", "datalist", "head"}
LEAFLETS = {" ".join(getattr(page, part).split()) for page in PAGES.values() for part in PARTS}
"""The formula is asked of each leaflet as a whole where the leaflets are tested."""
PLANNED = (
    ("epidural_transforaminal_lumbar", "moderate"),
    ("sacroiliac_joint_injection", "none"),
    ("medial_branch_block_lumbar", "minimal"),
    ("radiofrequency_ablation_medial_branch_lumbar", None),
)
"""One planned procedure for each thing that is said about sedation."""
NAMED = re.compile(
    r"Questionnaire: .*|Your clinic calls it: .*|Numeric rating scale.*|Disability .*|.* of 100 people .* in the study"
)
"""Names that a patient knows from letters are not ours to make plainer, and what a study compared with is not."""
STUDIES = {" ".join(one.label.split()) for one in content().outcomes.values()}
"""Who reads of a study can ask for it by its name."""


class Texts(HTMLParser):
    """The texts that a page shows, block by block; where they come from is named for who wants to look it up."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.held: list[str] = []
        self.silent = 0
        self.cites: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "details":
            self.cites.append(("class", "cite") in attrs)
        self.silent += tag in SILENT or (tag == "details" and self.cites[-1])
        if tag in BLOCKS or tag == "br":
            self.close_block()
        self.found += [value for name, value in attrs if value and name in ("data-no-connection", "data-closed")]

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in SILENT or (tag == "details" and self.cites.pop())
        if tag in BLOCKS:
            self.close_block()

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.held.append(data)

    def close_block(self) -> None:
        text = " ".join("".join(self.held).split())
        self.found += [text] if text else []
        self.held = []


def texts_of(page: str) -> list[str]:
    reader = Texts()
    reader.feed(page)
    reader.close_block()
    return [text for text in reader.found if not NAMED.fullmatch(text) and text not in LEAFLETS | STUDIES]


def hard(page: str) -> list[str]:
    """The texts of a page that are harder than they may be, each with its grade."""
    long = [text for text in texts_of(page) if any(len(words(part)) >= SHORTEST for part in text.split("; "))]
    return [f"{reading_grade(text):.1f}: {text}" for text in long if reading_grade(text) > GRADE]


def test_a_hard_text_on_a_page_is_found() -> None:
    [found] = hard(
        "<p>Contraindications necessitate interdisciplinary consultation preceding intervention.</p><p>Go on.</p>"
    )
    assert "Contraindications" in found
    assert hard("<p>Tell your clinic before the day if you take a blood thinner.</p>") == []


@pytest.fixture
def everything(own: Client, person: Patient, today: date) -> str:
    """A patient with a block of today, a planned procedure under a blood thinner, two scores and a letter head."""
    drug = {"ingredient": "apixaban", "status": "active", "drug_class": "anticoagulant"}
    block = {"kind": "medial_branch_block_lumbar", "intent": "diagnostic", "true_on": today, "levels": ["L4-5"]}
    scores = [
        NewFact("measure", {"instrument": "nrs", "score": score, "true_on": today - timedelta(days=days)})
        for score, days in ((8, 60), (3, 1))
    ]
    facts = [NewFact("medication", drug), *scores, NewFact("procedure", block)]
    *_, entry = record_facts(patient=person, facts=facts, by=None, source="visit")
    for days, (kind, sedation) in enumerate(PLANNED, start=20):
        planned = Request(kind=kind, on=today + timedelta(days=days), sedation=sedation)
        make_request(patient=person, request=planned, by=None)
    by, now = member(person.practice, Role.PHYSICIAN), timezone.now()
    for kind, _sedation in PLANNED:
        SharedAid.objects.create(patient=person, procedure=kind, shared_by=by, shared_at=now)
    LetterHead.objects.create(practice=person.practice, lines="River Clinic\n1 Mill Lane", phone="216 555 0100")
    return entry.fact_id


def pages_of(own: Client, block: str) -> Iterator[tuple[str, str]]:
    """Every own page by its name, in each state that has words of its own."""

    def page(name: str, *more: object) -> str:
        return own.get(reverse(name, args=more)).content.decode()

    yield "mine", page("mine")
    for shared in SharedAid.objects.all():
        yield f"aid, {shared.procedure}", page("my_aid", shared.procedure)
        own.post(reverse("my_aid", args=[shared.procedure]), {"questions": "Who drives me?"})
        yield f"aid, asked, {shared.procedure}", page("my_aid", shared.procedure)
    yield "aid, read", page("mine")
    shared.withdrawn_at = timezone.now()
    shared.save()
    yield "aid, withdrawn", own.get(reverse("my_aid", args=[shared.procedure]), follow=True).content.decode()
    for name in ("my_ready", "my_afterwards", "my_doing", "my_help_now"):
        yield name, page(name)
    diary = reverse("my_diary", args=[block])
    yield "diary, not begun", page("my_diary", block)
    yield "diary, refused", own.post(diary, {"at": "", "score": "0"}).content.decode()
    own.post(diary, {"at": timezone.localtime().strftime("%H:%M"), "score": 8})
    yield "diary, begun", page("my_diary", block)
    own.post(diary, {"score": 2})
    yield "diary, tapped", page("my_diary", block)
    BlockDiary.objects.update(block_at=timezone.now() - timedelta(hours=1))
    yield "diary, late", page("my_diary", block)
    own.post(diary, {"close": "yes"})
    yield "diary, thanks", page("mine")
    yield "diary, closed", page("my_diary", block)
    for step, typed in STORY.items():
        yield f"story, {step}", page("my_story", step)
        yield f"story, {step}, refused", own.post(reverse("my_story", args=[step]), {}).content.decode()
        own.post(reverse("my_story", args=[step]), typed)
    yield "story, begun", page("mine")
    yield "story, check", page("my_story_check")
    yield "story, sent", own.post(reverse("my_story_check"), follow=True).content.decode()


def test_every_own_page_can_be_read_after_eight_years_of_school(own: Client, everything: str) -> None:
    found = {name: hard(page) for name, page in pages_of(own, everything)}
    assert len(found) > 25
    too_hard = sorted({text for texts in found.values() for text in texts})
    assert not too_hard, "\n".join(too_hard)


def test_a_page_with_nothing_on_it_can_be_read_too(own: Client) -> None:
    for name in ("mine", "my_ready", "my_afterwards", "my_doing"):
        assert hard(own.get(reverse(name)).content.decode()) == []


def test_the_frame_of_questionnaires_can_be_read(own: Client, everything: str) -> None:
    """Their wording is given; what stands round it is ours."""
    for name in ("peg", "phq9", "gad7", "rmdq", "pgic"):
        page = own.get(reverse("my_questions", args=[name, 1]))
        wording = page.context["asked"]
        given = {wording.intro, *(item.text for item in wording.items)}
        assert [text for text in hard(page.content.decode()) if text.partition(": ")[2] not in given] == []


def test_what_is_sent_by_mail_can_be_read_and_holds_nothing_clinical(
    as_role: As, person: Patient, everything: str, today: date
) -> None:
    guest = Patient.objects.create(practice=person.practice, name="New Guest", birth_date=date(1954, 5, 6))
    as_role(Role.NURSE).post(reverse("own_pages", args=[guest.public_id]), {"email": "guest@example.org"})
    [link] = re.findall(r"http://testserver(\S+)", mail.outbox[-1].body)
    assert hard(Client().get(link).content.decode()) == []
    assert hard(Client().get("/invitation/no-such-link").content.decode()) == []
    send_reminders(today)
    Client().post(reverse("account_reset_password"), {"email": person.own_account.user.email})
    assert len(mail.outbox) == 3
    for letter in mail.outbox:
        body = re.sub(r"https?://\S+", "", letter.body)
        assert hard("".join(f"<p>{part}</p>" for part in body.split("\n\n"))) == []
        for word in ("pain", "block", "apixaban", "diary", "epidural", "Guest"):
            assert word not in f"{letter.subject} {letter.body}"

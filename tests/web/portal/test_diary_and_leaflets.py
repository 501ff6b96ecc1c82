"""The block diary, getting ready, afterwards, how I am doing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lenitive.chart import Request
from lenitive.reasoning.book import book
from lenitive.reasoning.follow_up import follow_ups
from lenitive_web.ledger.actions import make_request, record_facts
from lenitive_web.ledger.facts import NewFact
from lenitive_web.ledger.models import Entry, Patient
from lenitive_web.ledger.selectors import chart_of
from lenitive_web.people.roles import Role
from lenitive_web.portal.diary import Tap, hours_of_relief, percent_gone
from lenitive_web.portal.door import Clinic
from lenitive_web.portal.models import BlockDiary
from lenitive_web.portal.ready import Plan, calendar_of
from lenitive_web.practice.models import LetterHead
from tests.web.conftest import As

EPIDURAL = "epidural_transforaminal_lumbar"


@pytest.fixture
def block(person: Patient, today: date) -> str:
    """A diagnostic block of today."""
    columns = {"kind": "medial_branch_block_lumbar", "intent": "diagnostic", "true_on": today, "levels": ["L4-5"]}
    [entry] = record_facts(patient=person, facts=[NewFact("procedure", columns)], by=None, source="visit")
    return entry.fact_id


def taps(*percents: float) -> list[Tap]:
    return [Tap(30.0 * place, 0.0, percent) for place, percent in enumerate(percents, start=1)]


@pytest.mark.parametrize(
    ("percents", "hours"),
    [((), 0), ((50, 60), 0), ((90,), 0), ((90, 90, 80), 1), ((20, 85, 85, 30, 90), 0.5), ((79.9, 80, 80), 0.5)],
)
def test_relief_lasts_from_the_first_enough_to_the_last_before_less(percents: tuple, hours: float) -> None:
    assert hours_of_relief(taps(*percents), 80) == hours


@pytest.mark.parametrize(
    ("before", "now", "percent"), [(8, 2, 75), (8, 8, 0), (3, 1, 66.7), (2, 10, -100), (4, 6, -50)]
)
def test_the_share_that_is_gone(before: float, now: float, percent: float) -> None:
    assert percent_gone(before, now) == percent


def begin(own: Client, block: str, score: int = 8):
    at = timezone.localtime().strftime("%H:%M")
    return own.post(reverse("my_diary", args=[block]), {"at": at, "score": score})


def began(*, hours_ago: float) -> None:
    BlockDiary.objects.update(block_at=timezone.now() - timedelta(hours=hours_ago))


def tapped(person: Patient, today: date) -> list[tuple[float, float]]:
    return [(row.minutes_after, row.score_after) for row in chart_of(person, today).table("relief")]


IN_THE_BACKGROUND = {"HX-Request": "true"}


def test_each_tap_is_relief_at_once_and_the_end_is_the_report_that_counts(
    own: Client, person: Patient, block: str, today: date, as_role: As
) -> None:
    address = reverse("my_diary", args=[block])
    assert own.get(address).status_code == 200
    assert begin(own, block).status_code == 302
    began(hours_ago=1.5)
    own.post(address, {"score": 1})
    began(hours_ago=2)
    assert own.post(address, {"score": 2}).status_code == 302
    assert "2:00" in own.get(address).content.decode()
    rows = chart_of(person, today).table("relief")
    assert [(row.percent, row.minutes_after, row.score_before) for row in rows] == [(87.5, 90, 8), (75, 120, 8)]
    assert own.post(address, {"close": "yes"}).status_code == 302
    verdict = next(one for one in follow_ups(book(), chart_of(person, today), today) if one.procedure == block)
    assert verdict.meaning == "positive test"
    assert verdict.response.percent == 87.5
    page = as_role(Role.NURSE).get(reverse("own_pages", args=[person.public_id])).content.decode()
    assert verdict.says in page
    assert own.post(address, {"score": 3}).status_code == 302
    assert len(chart_of(person, today).table("relief")) == 3


def test_a_slip_of_the_finger_is_put_right_by_the_next_tap(
    own: Client, person: Patient, block: str, today: date
) -> None:
    address = reverse("my_diary", args=[block])
    begin(own, block)
    began(hours_ago=1)
    for score in (9, 3, 3):
        own.post(address, {"score": score})
    assert tapped(person, today) == [(60, 3)]
    assert Entry.objects.filter(patient=person, table="relief").count() == 2, "the first tap stays in the ledger"
    began(hours_ago=1.05)
    own.post(address, {"score": 5})
    assert tapped(person, today) == [(60, 3), (63, 5)]


def test_a_tap_that_had_to_wait_counts_from_the_moment_it_was_made(
    own: Client, person: Patient, block: str, today: date
) -> None:
    address = reverse("my_diary", args=[block])
    begin(own, block)
    began(hours_ago=3)
    for score, minutes_ago in ((2, 120), (4, 60), (4, 60)):
        answer = own.post(address, {"score": score, "ago": minutes_ago * 60}, headers=IN_THE_BACKGROUND)
        assert answer.status_code == 204
    assert tapped(person, today) == [(60, 2), (120, 4)], "a tap that is sent twice counts once"


def test_a_waiting_tap_that_cannot_count_is_told_in_words(
    own: Client, person: Patient, block: str, today: date
) -> None:
    address = reverse("my_diary", args=[block])
    begin(own, block)
    began(hours_ago=1)
    for typed, said in (({"score": 2, "ago": 7200}, "before the injection"), ({"score": 11}, "from 0 to 10")):
        answer = own.post(address, typed, headers=IN_THE_BACKGROUND)
        assert (answer.status_code, said in answer.content.decode()) == (422, True)
    assert tapped(person, today) == []


def test_a_waiting_tap_of_somebody_signed_out_is_not_taken_for_sent(own: Client, block: str) -> None:
    begin(own, block)
    answer = Client().post(reverse("my_diary", args=[block]), {"score": 2}, headers=IN_THE_BACKGROUND)
    assert answer.status_code == 401


def test_patients_read_whom_to_call(own: Client, person: Patient, block: str) -> None:
    LetterHead.objects.create(practice=person.practice, lines="River Clinic\n1 Mill Lane", phone="(216) 555-0100")
    for name in ("mine", "my_afterwards", "my_help_now"):
        assert 'href="tel:2165550100"' in own.get(reverse(name)).content.decode()


def test_a_block_without_pain_before_it_has_no_diary(own: Client, block: str) -> None:
    assert begin(own, block, 0).status_code == 422
    assert not BlockDiary.objects.exists()


def test_only_the_own_recent_block_has_a_diary(own: Client, person: Patient, patient: Patient, today: date) -> None:
    others = chart_of(patient, today).table("procedure")[-1].id
    old = {"kind": "medial_branch_block_lumbar", "intent": "diagnostic", "true_on": today - timedelta(days=2)}
    [entry] = record_facts(patient=person, facts=[NewFact("procedure", old)], by=None, source="visit")
    for name in (others, entry.fact_id, "nothing"):
        assert own.get(reverse("my_diary", args=[name])).status_code == 404


@pytest.fixture
def planned(person: Patient, today: date) -> date:
    """An epidural in three weeks, for somebody who takes apixaban."""
    on = today + timedelta(days=21)
    drug = {"ingredient": "apixaban", "status": "active", "drug_class": "anticoagulant"}
    record_facts(patient=person, facts=[NewFact("medication", drug)], by=None, source="visit")
    made = Request(kind=EPIDURAL, on=on, region="lumbar", sedation="moderate", guidance="fluoroscopy")
    make_request(patient=person, request=made, by=None)
    return on


def test_a_hold_is_a_question_with_the_day_that_the_library_works_out(
    own: Client, person: Patient, planned: date
) -> None:
    page = own.get(reverse("my_ready"))
    [plan] = page.context["plans"]
    [ask] = plan.asks
    assert ask.last_dose is not None
    assert ask.last_dose < planned
    text = page.content.decode()
    assert "Ask before you stop" in text
    assert "Keep taking it until" in text
    assert "Your stomach must be empty" in text


def test_what_to_talk_about_is_there_even_with_nothing_planned(own: Client) -> None:
    text = " ".join(unescape(own.get(reverse("my_ready")).content.decode()).split())
    for talk in book().content.talks.values():
        assert talk.label in text
        assert all(row.first in text and row.second in text for row in talk.rows)
        assert all(one.question in text and (one.answer or "") in text for one in talk.questions)


def test_the_calendar_file_keeps_the_rules_of_the_format_and_the_patients_secret(own: Client, planned: date) -> None:
    answer = own.get(reverse("my_calendar"))
    assert answer["Content-Type"].startswith("text/calendar")
    text = answer.content.decode()
    lines = text.split("\r\n")
    assert (lines[0], lines[-2], lines[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR", "")
    assert max(len(line.encode()) for line in lines) <= 75
    assert f"DTSTART;VALUE=DATE:{planned:%Y%m%d}" in lines
    assert text.count("BEGIN:VEVENT") == text.count("END:VEVENT") == 2
    for word in ("epidural", "apixaban", "pain"):
        assert word not in text.lower()


def test_a_booked_hour_is_written_in_world_time(planned: date) -> None:
    begins = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
    plan = Plan("x", "X", EPIDURAL, begins.date(), 9, begins, (), None, False, None, 45)  # type: ignore[arg-type]
    text = calendar_of([plan], "Practice; of, all", begins)
    assert "DURATION:PT45M\r\n" in text
    assert "DTSTART:20261201T093000Z\r\n" in text
    assert "SUMMARY:Appointment at Practice\\; of\\, all\r\n" in text


@pytest.mark.parametrize(
    ("sedation", "fasting", "said"),
    [
        ("moderate", True, ("Your stomach must be empty.", "An adult must take you home. Do not drive that day.")),
        ("minimal", False, ("Ask your clinic whether you may eat before.", "An adult must take you home.")),
        ("none", False, ("Ask your clinic whether you may eat before.", "Have somebody with you who can drive.")),
        (None, False, ("Ask your clinic whether you may eat before.", "Have somebody with you who can drive.")),
    ],
)
def test_the_calendar_says_where_to_come_how_to_prepare_and_whom_to_call(
    sedation: str | None, fasting: bool, said: tuple[str, ...]
) -> None:
    begins = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
    plan = Plan("x", "X", EPIDURAL, begins.date(), 9, begins, (), sedation, fasting, None, 30)  # type: ignore[arg-type]
    clinic = Clinic(["Example Pain Clinic", "1 Example Street, Springfield"], "555-0100", "5550100")
    text = calendar_of([plan], "Practice", begins, clinic).replace("\r\n ", "")
    assert "LOCATION:Example Pain Clinic\\, 1 Example Street\\, Springfield\r\n" in text
    for words in (*said, "Call 555-0100."):
        assert words in text
    assert "sedation" not in text


def test_after_a_procedure_the_ambulance_comes_first(own: Client, block: str) -> None:
    text = own.get(reverse("my_afterwards")).content.decode()
    headings = ["Call 911 at once", "Go to an emergency department", "Call your clinic the same day", "What is normal"]
    places = [text.find(heading) for heading in headings]
    assert places == sorted(places)
    assert places[0] > 0
    assert 'href="tel:911"' in text


def test_scores_over_time_have_a_line_a_table_and_a_word_on_the_change(
    own: Client, person: Patient, today: date
) -> None:
    scores = [(8, today - timedelta(days=60)), (3, today)]
    facts = [NewFact("measure", {"instrument": "nrs", "score": score, "true_on": on}) for score, on in scores]
    record_facts(patient=person, facts=facts, by=None, source="visit")
    page = own.get(reverse("my_doing"))
    [line] = page.context["lines"]
    assert line.change.matters == "met"
    first, last = line.points
    assert first.x < last.x
    assert first.y < last.y
    assert "People usually notice" in page.content.decode()
    assert '<td class="number">8</td>' in page.content.decode()


def test_what_an_ablation_gave_stands_before_the_scores_of_today(own: Client, person: Patient, today: date) -> None:
    """Its relief has come and gone: the first score against the last would say that it did nothing."""
    done_on = today - timedelta(days=330)
    done = {"kind": "radiofrequency_ablation_medial_branch_lumbar", "intent": "therapeutic", "true_on": done_on}
    [entry] = record_facts(patient=person, facts=[NewFact("procedure", done)], by=None, source="visit")
    told = {"procedure": entry.fact_id, "percent": 65, "lasted_days": 270, "ended": True, "true_on": today}
    scores = [(6, done_on), (2, done_on + timedelta(days=60)), (6, today)]
    facts = [
        NewFact("relief", told),
        *(NewFact("measure", {"instrument": "nrs", "score": score, "true_on": on}) for score, on in scores),
    ]
    record_facts(patient=person, facts=facts, by=None, source="visit")
    page = own.get(reverse("my_doing"))
    [helped], [line] = page.context["helped"], page.context["lines"]
    words = " ".join(unescape(page.content.decode()).split())
    assert (helped.percent, helped.days, helped.still_lasts) == (65, 270, False)
    assert "65 % of the pain went away" in words
    assert "It helped for 270 days." in words
    assert "6 before, 2 at best after it; 6 on" in words
    assert line.change is None
    assert "The same:" not in words


def test_a_score_told_with_the_relief_stands_on_the_line(own: Client, person: Patient, today: date) -> None:
    """Without it the line would run flat past a treatment that helped."""
    done_on, told_on = today - timedelta(days=330), today - timedelta(days=270)
    done = {"kind": "radiofrequency_ablation_medial_branch_lumbar", "intent": "therapeutic", "true_on": done_on}
    [entry] = record_facts(patient=person, facts=[NewFact("procedure", done)], by=None, source="visit")
    pair = {"instrument": "nrs", "score_before": 6, "score_after": 2}
    told = {"procedure": entry.fact_id, "percent": 65, "lasted_days": 60, "true_on": told_on, **pair}
    measured = [NewFact("measure", {"instrument": "nrs", "score": 6, "true_on": on}) for on in (done_on, today)]
    record_facts(patient=person, facts=[NewFact("relief", told), *measured], by=None, source="visit")
    page = own.get(reverse("my_doing"))
    [line] = page.context["lines"]
    assert [(point.on, point.score) for point in line.points] == [(done_on, 6), (told_on, 2), (today, 6)]


# --- what is near ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "word", "comes_first"),
    [(0, "Today:", True), (1, "Tomorrow:", True), (6, "In 6 days:", True), (30, "", False)],
)
def test_a_visit_that_is_near_stands_before_what_else_there_is_to_do(
    own: Client, person: Patient, today: date, days: int, word: str, comes_first: bool
) -> None:
    record_facts(
        patient=person,
        facts=[NewFact("measure", {"instrument": "nrs", "score": 5, "true_on": today})],
        by=None,
        source="x",
    )
    make_request(patient=person, request=Request(kind=EPIDURAL, on=today + timedelta(days=days)), by=None)
    text = own.get(reverse("mine")).content.decode()
    [plan] = own.get(reverse("mine")).context["plans"]
    assert plan.in_words == word.removesuffix(":")
    assert word in text
    assert (text.index(plan.label) < text.index("Tell us where it hurts")) is comes_first


def test_what_was_done_today_is_not_to_be_prepared_for_any_more(
    own: Client, person: Patient, block: str, today: date
) -> None:
    for kind in ("medial_branch_block_lumbar", EPIDURAL):
        make_request(patient=person, request=Request(kind=kind, on=today), by=None)
    assert [plan.kind for plan in own.get(reverse("my_ready")).context["plans"]] == [EPIDURAL]


def test_a_last_dose_that_is_due_already_asks_for_a_call(
    own: Client, person: Patient, planned: date, today: date
) -> None:
    page = own.get(reverse("my_ready"))
    assert "Call your clinic today, and ask." not in page.content.decode()
    make_request(patient=person, request=Request(kind=EPIDURAL, on=today + timedelta(days=1), region="lumbar"), by=None)
    assert "Call your clinic today, and ask." in own.get(reverse("my_ready")).content.decode()


def test_what_comes_afterwards_can_be_read_before(own: Client, planned: date) -> None:
    text = own.get(reverse("my_ready")).content.decode()
    assert text.index("Afterwards: what is normal, and when to call") < text.index("Call 911 at once")


def test_help_now_is_on_the_first_screen_of_every_page(own: Client, person: Patient) -> None:
    for name in ("mine", "my_ready", "my_afterwards", "my_doing", "my_help_now"):
        text = own.get(reverse(name)).content.decode()
        assert text.index("I need help now") < text.index("<h1>")

"""Where a request to a payer stands: state, day of the decision, validity, sessions, next steps, warnings."""

from datetime import date

import pytest

from lenitive.chart import Request
from lenitive.interop.case_file import parse_case_file
from lenitive.reasoning.authorities import authorities_over, decision_due, times_for
from lenitive.reasoning.authorizations import authorizations, booking_warnings
from lenitive.reasoning.book import book

DAY = date(2026, 6, 1)
HEAD = """
as_of = 2026-06-01
[patient]
id = "sorrel"
[[coverage]]
payer = "Medicare"
programme = "medicare"
state = "OH"
site_of_service = "hospital_outpatient"
true_on = 2026-01-01
"""
SENT = """
[[authorization]]
request = "block"
status = "sent"
kind = "medial_branch_block_lumbar"
side = "left"
levels = ["L4-5", "L5-S1"]
true_on = 2026-05-20
"""
APPROVED = """
[[authorization]]
request = "block"
status = "approved"
number = "T1"
sessions_granted = 2
true_on = 2026-05-22
"""


def followed(text, day=DAY):
    return authorizations(parse_case_file(HEAD + text).chart, day)


def step(status, on="2026-05-28", **more):
    values = "".join(f"{name} = {value}\n" for name, value in more.items())
    return f'[[authorization]]\nrequest = "block"\nstatus = "{status}"\ntrue_on = {on}\n{values}'


def session(on, side="left", kind="medial_branch_block_lumbar"):
    return f'[[procedure]]\nkind = "{kind}"\nside = "{side}"\nlevels = ["L4-5"]\ntrue_on = {on}\n'


@pytest.mark.parametrize(
    ("steps", "state", "word"),
    [
        (step("drafted"), "drafted", "send the request"),
        (SENT, "waiting for a decision", "decision is overdue"),
        (SENT + step("more_wanted", answer_by="2026-06-10", reason='"MRI report"'), "more is wanted", "Send what"),
        (SENT + APPROVED, "approved", "while the decision holds"),
        (SENT + step("partly_approved"), "partly approved", "accept the part"),
        (SENT + step("denied", reason='"no scores"'), "denied", "Answer the reason"),
        (SENT + step("denied") + step("appealed", "2026-05-29"), "in appeal", "Wait for the appeal"),
        (SENT + step("denied") + step("overturned", "2026-05-29"), "approved", "while the decision holds"),
        (SENT + step("appealed") + step("upheld", "2026-05-29"), "refused in appeal", "other treatments"),
        (SENT + APPROVED + session("2026-05-25") + session("2026-05-27"), "used up", "Ask again"),
        (SENT + step("approved", "2026-01-01"), "waiting for a decision", "decision is overdue"),
        (SENT + step("approved", valid_from="2026-07-01"), "not yet valid", "2026-07-01 or later"),
    ],
)
def test_the_state_and_what_to_do_next_follow_from_the_steps(steps, state, word):
    (found,) = followed(steps)
    assert found.state == state
    assert word in found.next[0].what


def test_a_withdrawn_request_asks_for_nothing():
    (found,) = followed(SENT + step("withdrawn"))
    assert (found.state, found.next) == ("withdrawn", [])


def test_the_programme_says_by_when_to_decide():
    (found,) = followed(SENT, date(2026, 5, 21))
    assert found.due.on == date(2026, 5, 27)
    assert not found.due.is_over
    assert found.due.time.citation.grade == "primary"


def test_an_expedited_request_is_decided_faster_and_in_business_days():
    friday = SENT.replace("true_on = 2026-05-20", "true_on = 2026-05-22\nexpedited = true")
    (found,) = followed(friday, date(2026, 5, 23))
    assert found.due.on == date(2026, 5, 26)


def test_where_the_time_is_not_known_no_day_is_made_up():
    commercial = HEAD.replace('"medicare"', '"commercial"').replace("Medicare", "Acorn Mutual")
    (found,) = authorizations(parse_case_file(commercial + SENT).chart, DAY)
    assert found.due is None
    assert "No time to decide is known" in found.next[0].why


def test_the_programme_says_how_long_a_decision_holds_where_it_does_not():
    (found,) = followed(SENT + APPROVED)
    assert (found.valid_until, found.days_left) == (date(2026, 9, 19), 110)
    assert found.validity_rests_on is not None
    (told,) = followed(SENT + step("approved", valid_until="2026-06-10"))
    assert told.validity_rests_on is None
    assert any("ends in 9 days" in warning for warning in told.warnings)


def test_after_its_last_day_it_is_expired():
    (last,) = followed(SENT + step("approved", valid_until="2026-06-01"))
    (after,) = followed(SENT + step("approved", valid_until="2026-05-31"))
    assert (last.state, after.state) == ("approved", "expired")


def test_sessions_of_that_side_and_kind_while_it_holds_are_used():
    others = session("2026-05-21") + session("2026-05-25", "right") + session("2026-05-26", kind="epidural_caudal")
    (found,) = followed(SENT + APPROVED + others + session("2026-05-28"))
    assert (found.sessions_used, found.sessions_left) == (1, 1)
    assert [seen.on for seen in found.used] == [date(2026, 5, 28)]


@pytest.mark.parametrize(
    ("granted", "done", "left"),
    [
        ("units_granted = 4", [], 4),
        ("units_granted = 4", ["2026-05-28"], 2),
        ("units_granted = 4", ["2026-05-28", "2026-05-30"], 0),
        ("units_granted = 4", ["2026-05-28", "2026-05-29", "2026-05-30"], 0),
        ("units_granted = 3", [], 3),
        ("units_granted = 3", ["2026-05-28"], None),
        ("", [], None),
        ("", ["2026-05-28"], None),
    ],
)
def test_units_are_left_as_sessions_are_and_unknown_where_they_do_not_divide(granted, done, left):
    (found,) = followed(SENT + APPROVED + granted + "\n" + "".join(map(session, done)))
    assert found.units_left == left


def test_units_without_a_number_of_sessions_are_known_until_the_first_session():
    told = SENT + APPROVED.replace("sessions_granted = 2", "units_granted = 2")
    assert followed(told)[0].units_left == 2
    assert followed(told + session("2026-05-28"))[0].units_left is None


def test_what_was_not_recorded_is_said():
    (found,) = followed(SENT.replace("hospital_outpatient", "") + step("approved"))
    assert "How many sessions were granted is not recorded." in found.warnings
    assert "ask for it" in found.next[-1].why


def test_steps_after_the_day_are_not_known_yet():
    (found,) = followed(SENT + APPROVED, date(2026, 5, 21))
    assert found.state == "waiting for a decision"


def test_the_request_touched_last_comes_first():
    later = SENT.replace('"block"', '"second"').replace("2026-05-20", "2026-05-30")
    assert [found.request for found in followed(later + SENT)] == ["second", "block"]


BOOKED = Request(kind="medial_branch_block_lumbar", side="left", levels=("L4-5",))


@pytest.mark.parametrize(
    ("booked", "day", "word"),
    [
        (BOOKED, date(2026, 9, 19), ""),
        (BOOKED, date(2026, 9, 20), "ends on 2026-09-19"),
        (BOOKED, date(2026, 5, 21), "begins on 2026-05-22"),
        (Request(kind="medial_branch_block_lumbar", side="right"), DAY, "left side"),
        (Request(kind="medial_branch_block_lumbar", levels=("L3-4",)), DAY, "Not granted: L3-4"),
        (Request(kind="epidural_caudal"), DAY, "another procedure"),
    ],
)
def test_a_booked_date_is_held_against_the_decision(booked, day, word):
    (found,) = followed(SENT + APPROVED)
    warnings = booking_warnings(found, booked, day)
    assert bool(warnings) == bool(word)
    assert not word or any(word in warning for warning in warnings)


def test_nothing_is_booked_on_a_request_that_waits_or_is_used_up():
    (waiting,) = followed(SENT)
    assert booking_warnings(waiting, BOOKED, DAY) == ["The request is not approved: waiting for a decision."]
    (used,) = followed(SENT + APPROVED + session("2026-05-25") + session("2026-05-27"))
    assert "No session is left." in booking_warnings(used, BOOKED, DAY)


# --- programmes ------------------------------------------------------------------------------------------------------

FACET = {"kind": "medial_branch_block_lumbar", "programme": "medicare"}
STIMULATOR = {"kind": "spinal_cord_stimulation_implant", "programme": "medicare"}
EPIDURAL = {"kind": "epidural_transforaminal_lumbar", "programme": "medicare"}


@pytest.mark.parametrize(
    ("request_", "day", "expected"),
    [
        (Request(**FACET, site_of_service="hospital_outpatient"), DAY, [("hospital_outpatient", "met")]),
        (Request(**FACET, site_of_service="office"), DAY, []),
        (Request(**FACET), DAY, [("hospital_outpatient", "undocumented")]),
        (Request(**FACET, site_of_service="hospital_outpatient"), date(2023, 6, 30), []),
        (Request(**FACET, site_of_service="hospital_outpatient"), date(2023, 7, 1), [("hospital_outpatient", "met")]),
        (Request(**EPIDURAL, site_of_service="office", state="OH"), DAY, [("wiser", "met")]),
        (Request(**EPIDURAL, site_of_service="office", state="MI"), DAY, []),
        (Request(**EPIDURAL, site_of_service="inpatient", state="OH"), DAY, []),
        (Request(**EPIDURAL, site_of_service="office", state="OH"), date(2026, 1, 14), []),
        (Request(**EPIDURAL), DAY, [("wiser", "undocumented")]),
        (
            Request(
                kind="spinal_cord_stimulation_implant",
                programme="medicare",
                state="TX",
                site_of_service="hospital_outpatient",
            ),
            DAY,
            [("hospital_outpatient", "met"), ("wiser", "undocumented")],
        ),
        (
            Request(kind="medial_branch_block_lumbar", programme="medicare_advantage", payer="Humana Gold"),
            DAY,
            [("humana_medicare_advantage", "met")],
        ),
        (Request(kind="medial_branch_block_lumbar", programme="commercial"), DAY, []),
    ],
)
def test_which_programmes_want_a_decision(request_, day, expected):
    found = authorities_over(book(), request_, day)
    assert [(one.authority, one.applies) for one in found] == expected


def test_the_time_to_decide_changed_in_2025():
    request = Request(**FACET, site_of_service="hospital_outpatient")
    (before, _) = times_for(book(), request, date(2024, 12, 31))
    (after, _) = times_for(book(), request, date(2025, 1, 1))
    assert (before.amount, before.counted) == (10, "business days")
    assert (after.amount, after.counted) == (7, "calendar days")
    assert decision_due(date(2024, 12, 20), before) == date(2025, 1, 3)


def test_medicare_advantage_has_a_time_whatever_the_procedure():
    times = times_for(book(), Request(kind="epidural_caudal", programme="medicare_advantage"), DAY)
    assert {(one.urgency, one.amount, one.counted) for one in times} == {
        ("standard", 7, "calendar days"),
        ("expedited", 72, "hours"),
    }

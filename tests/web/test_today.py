"""What each role finds on its first page."""

from __future__ import annotations

from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import escape

from lenitive.chart import Chart
from lenitive.chart.medication import Medication
from lenitive.medicine.content import content
from lenitive.reasoning.consider import consider
from lenitive.reasoning.next_test import NEEDLES
from lenitive_web.ledger.actions import record_facts, register_patient
from lenitive_web.ledger.facts import NewFact
from lenitive_web.ledger.models import Patient
from lenitive_web.ledger.selectors import assessment_of, chart_of, requests_of
from lenitive_web.people.models import Practice
from lenitive_web.people.roles import Role
from lenitive_web.schedule.actions import cancel
from lenitive_web.today import looking, views
from lenitive_web.today.asking import Question, own, questions_on_the_day, said_once
from lenitive_web.today.models import Glance, Owed
from lenitive_web.today.selectors import owed
from tests.web.conftest import As, admitted, member
from tests.web.procedure.booking import at, booked


@pytest.fixture(autouse=True)
def time_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """The page looks at all charts that it shows, however slow the machine."""
    monkeypatch.setattr(views, "ON_THE_PAGE", 60.0)
    monkeypatch.setattr(views, "AT_A_TIME", 60.0)


@pytest.fixture
def clinic(practice: Practice, today: date) -> dict[str, Patient]:
    """A block without a diary, a treatment nobody asked about, a request that waits at the payer."""
    patients = {
        name: admitted(practice, today, number) for name, number in (("block", 1), ("treated", 3), ("asked", 9))
    }
    block = {"kind": "medial_branch_block_lumbar", "intent": "diagnostic", "true_on": today - timedelta(1)}
    treated = {"kind": "sacroiliac_joint_injection", "intent": "therapeutic", "true_on": today - timedelta(20)}
    sent = {"request": "first", "status": "sent", "kind": "epidural_transforaminal_lumbar", "true_on": today}
    for name, table, said in (
        ("block", "procedure", block),
        ("treated", "procedure", treated),
        ("asked", "authorization", sent),
    ):
        record_facts(patient=patients[name], facts=[NewFact(table, said)], by=None, source="visit")
    return patients


def duties(as_role: As, role: Role) -> dict[str, list[str]]:
    page = as_role(role).get(reverse("today"))
    return {kind: [row.patient.name for row in rows] for kind, _label, rows, _number in page.context["duties"]}


def test_each_role_sees_its_own_duties(as_role: As, clinic: dict[str, Patient]) -> None:
    expected = {"diary": ["Patient 1"], "follow_up": ["Patient 3"]}
    assert {
        kind: rows for kind, rows in duties(as_role, Role.NURSE).items() if kind not in ("hold", "result")
    } == expected
    assert duties(as_role, Role.AUTHORIZATION) == {"authorization": ["Patient 9"]}
    assert set(duties(as_role, Role.PHYSICIAN)) >= {"diary", "follow_up", "authorization"}


def test_a_duty_leads_to_where_it_is_done_and_is_gone_when_it_is_done(
    as_role: As, clinic: dict[str, Patient], today: date
) -> None:
    client = as_role(Role.NURSE)
    [owed] = next(rows for kind, _label, rows, _n in client.get(reverse("today")).context["duties"] if kind == "diary")
    form = client.get(owed.address)
    assert form.status_code == 200
    clinic["block"].refresh_from_db()
    said = {"version": clinic["block"].last_entry, "on": str(today), "percent": "85", "held": "no", "lasted": "3"}
    assert client.post(owed.address, {**said, "lasted_unit": "hours"}).status_code == 302
    assert "diary" not in duties(as_role, Role.NURSE)


def test_all_duties_of_a_kind_have_a_page(as_role: As, clinic: dict[str, Patient]) -> None:
    page = as_role(Role.NURSE).get(reverse("today"), {"kind": "follow_up"})
    assert [row.patient.name for row in page.context["rows"]] == ["Patient 3"]
    assert "Follow-ups due" in page.content.decode()


def test_a_clinic_without_anything_has_a_first_page(as_role: As) -> None:
    page = as_role(Role.PHYSICIAN).get(reverse("today")).content.decode()
    assert "No chart has been written yet" in page
    assert "Nobody is booked today." in page


# --- every chart is looked at ----------------------------------------------------------------------------------------

RETENTION = NewFact("finding", {"code": "urinary_retention", "present": True})


def flagged(as_role: As) -> list[str]:
    page = as_role(Role.PHYSICIAN).get(reverse("today"))
    return [line.patient.name for line in page.context["flagged"]]


def raise_a_flag(patient: Patient, today: date) -> None:
    record_facts(patient=patient, facts=[RETENTION], by=None, source="visit")


@pytest.fixture
def quiet(practice: Practice, today: date) -> Patient:
    """Somebody without an alert."""
    return next(
        one for one in (admitted(practice, today, n) for n in range(12)) if not assessment_of(one, today).alerts
    )


def test_a_red_flag_is_first_from_the_moment_it_is_written(as_role: As, quiet: Patient, today: date) -> None:
    assert quiet.name not in flagged(as_role)
    raise_a_flag(quiet, today)
    assert assessment_of(Patient.objects.get(pk=quiet.pk), today).alerts
    assert quiet.name in flagged(as_role)


def test_the_first_page_agrees_with_the_assessment_of_every_patient(
    as_role: As, practice: Practice, today: date
) -> None:
    for number in range(12):
        admitted(practice, today, number)
    page = as_role(Role.PHYSICIAN).get(reverse("today"), {"page": 1})
    more = as_role(Role.PHYSICIAN).get(reverse("today"), {"page": 2})
    lines = [*page.context["others"], *more.context["others"]]
    assert len(lines) == 12
    for line in lines:
        told = assessment_of(line.patient, today)
        assert [(one.severity, one.title) for one in line.seen.alerts] == [
            (one.severity, one.title) for one in told.alerts
        ]
        best = max((one.estimates[0].probability for one in told.differential if one.estimates), default=None)
        assert (line.seen.likeliest.probability if line.seen.likeliest else None) == best
        asked = {one.kind for one in requests_of(line.patient)}
        assert {one.procedure: one.verdict for one in line.seen.asked_for} == {
            one.procedure: one.verdict for one in told.options if one.procedure in asked
        }


def test_a_chart_of_long_ago_is_flagged_too(as_role: As, practice: Practice, quiet: Patient, today: date) -> None:
    raise_a_flag(quiet, today)
    Patient.objects.filter(pk=quiet.pk).update(last_entry_at=timezone.now() - timedelta(900))
    for _ in range(12):
        admitted(practice, today, 9)
    page = as_role(Role.PHYSICIAN).get(reverse("today"))
    assert quiet.name in [line.patient.name for line in page.context["flagged"]]
    assert quiet.name not in [line.patient.name for line in page.context["others"]]


def test_what_was_not_looked_at_today_is_counted_and_looked_at_on_request(
    as_role: As, practice: Practice, today: date
) -> None:
    for _ in range(15):
        admitted(practice, today, 0)
    Glance.objects.update(day=today - timedelta(1))
    client = as_role(Role.NURSE)
    page = client.get(reverse("today"))
    left = page.context["progress"].left
    assert left == 15 - len(page.context["others"])
    assert f"{left} charts of 15" in page.content.decode()
    told = client.post(reverse("look"), headers={"HX-Request": "true"}).content.decode()
    assert "All 15 charts were looked at today." in told
    assert client.get(reverse("today")).context["progress"].left == 0
    assert client.post(reverse("look")).status_code == 302


@pytest.mark.parametrize(
    "spoil", [{"release": "an older one"}, {"version": 0}, {"day": date(2020, 1, 1)}], ids=["release", "version", "day"]
)
def test_what_is_shown_of_a_chart_is_never_stale(
    spoil: dict[str, object], as_role: As, quiet: Patient, today: date
) -> None:
    raise_a_flag(quiet, today)
    Glance.objects.filter(patient=quiet).update(body={}, rank=9, **spoil)
    assert quiet.name in flagged(as_role)


def test_a_page_without_time_says_what_is_not_of_today(
    as_role: As, quiet: Patient, today: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    raise_a_flag(quiet, today)
    booked(quiet, at(today))
    Glance.objects.update(day=today - timedelta(1))
    monkeypatch.setattr(views, "ON_THE_PAGE", -1.0)
    page = as_role(Role.PHYSICIAN).get(reverse("today"))
    assert quiet.name in [line.patient.name for line in page.context["flagged"]]
    assert not any(one.is_of_today for one in (*page.context["flagged"], *page.context["visits"]))
    assert page.content.decode().count("as of an earlier day") >= 3
    assert page.context["progress"].looked_at == 0


def test_a_chart_that_cannot_be_read_is_told_and_hides_no_other(
    as_role: As, quiet: Patient, patient: Patient, today: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    raise_a_flag(quiet, today)
    really = looking.chart_from

    def broken(rows: Any, one: Patient, day: date) -> Chart:
        if one.pk == patient.pk:
            raise ValueError("its contents")
        return really(rows, one, day)

    monkeypatch.setattr(looking, "chart_from", broken)
    Glance.objects.update(release="")
    call_command("look_through_charts", stdout=(told := StringIO()))
    assert "1 could not be read" in told.getvalue()
    client = as_role(Role.PHYSICIAN)
    assert "1 chart could not be looked at" in client.get(reverse("today")).content.decode()
    assert quiet.name in flagged(as_role)
    page = client.get(reverse("today"), {"kind": "unread"}).content.decode()
    assert patient.name in page
    assert "ValueError" in page
    assert "its contents" not in page


def test_the_command_rebuilds_what_was_thrown_away(as_role: As, clinic: dict[str, Patient]) -> None:
    before = {role: duties(as_role, role) for role in (Role.PHYSICIAN, Role.NURSE, Role.AUTHORIZATION)}
    Glance.objects.all().delete()
    Owed.objects.all().delete()
    call_command("look_through_charts", stdout=StringIO())
    assert {role: duties(as_role, role) for role in before} == before
    call_command("look_through_charts", "--anew", stdout=(told := StringIO()))
    assert "3 charts looked at, 3 of 3" in told.getvalue()


def test_a_booking_is_seen_with_its_verdict_and_the_drug_to_hold(as_role: As, practice: Practice, today: date) -> None:
    thinned = admitted(practice, today, 2)
    [asked] = requests_of(thinned)
    booking = booked(thinned, at(today + timedelta(2)), asked)
    [row] = [row for row in owed(practice, "hold", today + timedelta(1)) if row.patient_id == thinned.pk]
    assert row.body["more"] == booking.label
    cancel(booking=booking, version=booking.version, by=member(practice, Role.NURSE))
    assert not owed(practice, "hold", today + timedelta(1)).exists()
    booked(thinned, at(today), asked)
    [visit] = as_role(Role.NURSE).get(reverse("today")).context["visits"]
    assert visit.seen is not None
    assert (visit.seen.procedure, visit.seen.verdict) == (
        asked.kind,
        consider(chart_of(thinned, today), today, [visit.booking.request]).options[0].verdict,
    )


def test_who_comes_is_seen_with_the_last_dose_of_what_is_held(as_role: As, practice: Practice, today: date) -> None:
    thinned = admitted(practice, today, 2)
    [asked] = requests_of(thinned)
    booked(thinned, at(today), asked)
    drug = next(row for row in chart_of(thinned, today).rows(Medication) if row.drug_class == "anticoagulant")

    def held() -> tuple[str, str]:
        page = as_role(Role.NURSE).get(reverse("today"))
        [visit] = page.context["visits"]
        [one] = visit.seen.held
        assert one.words in page.content.decode()
        return one.status, one.words

    assert held() == ("undocumented", f"{drug.ingredient}: last dose not written down")
    before = drug.id
    for days, status in ((0, "not met"), (30, "met")):
        last = today - timedelta(days)
        columns = {"ingredient": drug.ingredient, "status": "active", "drug_class": "anticoagulant"}
        told = NewFact("medication", {**columns, "last_dose_on": last, "supersedes": before})
        [entry] = record_facts(patient=thinned, facts=[told], by=None, source="visit")
        before = entry.fact_id
        assert held() == (status, f"{drug.ingredient}: last dose on {date_format(last)}")


def test_another_practice_sees_nothing_of_it(as_role: As, other_practice: Practice, today: date) -> None:
    raise_a_flag(admitted(other_practice, today, 1), today)
    page = as_role(Role.PHYSICIAN).get(reverse("today"))
    assert (page.context["flagged"], page.context["duties"], page.context["progress"].charts) == ([], [], 0)


# --- results ---------------------------------------------------------------------------------------------------------


def test_a_result_from_outside_waits_until_a_clinician_has_looked(
    as_role: As, practice: Practice, quiet: Patient, today: date
) -> None:
    code = next(name for name, one in content().findings.items() if one.kind == "imaging")
    outside = member(practice, Role.FRONT_DESK)
    record_facts(patient=quiet, facts=[NewFact("finding", {"code": code})], by=outside, source="import")
    assert duties(as_role, Role.NURSE)["result"] == [quiet.name]
    [row] = as_role(Role.PHYSICIAN).get(reverse("today"), {"kind": "result"}).context["rows"]
    assert content().findings[code].label in row.duty.words
    assert "result" not in duties(as_role, Role.AUTHORIZATION)
    as_role(Role.AUTHORIZATION).get(row.address)
    assert "result" in duties(as_role, Role.PHYSICIAN)
    assert as_role(Role.PHYSICIAN).get(row.address).status_code == 200
    assert "result" not in duties(as_role, Role.NURSE)


def test_what_a_clinician_wrote_down_is_no_news(as_role: As, practice: Practice, quiet: Patient, today: date) -> None:
    as_role(Role.NURSE).get(reverse("story", args=[quiet.public_id]))
    score = [NewFact("measure", {"instrument": "peg", "score": 5})]
    record_facts(patient=quiet, facts=score, by=member(practice, Role.NURSE), source="visit")
    assert "result" not in duties(as_role, Role.PHYSICIAN)
    record_facts(patient=quiet, facts=score, by=member(practice, Role.PATIENT), source="patient, peg")
    assert duties(as_role, Role.PHYSICIAN)["result"] == [quiet.name]


# --- what to ask next ------------------------------------------------------------------------------------------------


def first_page(as_role: As) -> Any:
    return as_role(Role.PHYSICIAN).get(reverse("today"))


def asked_next(as_role: As, patient: Patient) -> Question | None:
    [line] = [one for one in first_page(as_role).context["others"] if one.patient.pk == patient.pk]
    return line.ask


def test_what_is_asked_next_is_what_holds_up_the_procedure_that_is_asked_for(
    as_role: As, practice: Practice, patient: Patient, today: date
) -> None:
    """Ablation is asked for and its gates are open: what is wanted of it is asked, not a danger, not another test."""
    found = consider(chart_of(patient, today), today, requests_of(patient))
    [option] = found.options
    assert option.gates.status == "met"
    [first] = [ask.question for result in option.candidacy.results(option.candidacy.open) for ask in result.missing]
    asked = asked_next(as_role, patient)
    assert asked is not None
    assert (asked.text, asked.room, asked.about) == (first, "option", option.procedure)
    assert first not in {ask.question for flag in found.red_flags for ask in flag.missing}
    by = member(practice, Role.PHYSICIAN)
    assert as_role(Role.PHYSICIAN).get(asked.address(patient, by, today)).status_code == 200


def test_a_source_that_is_not_settled_is_asked_about_before_all_else(
    as_role: As, practice: Practice, today: date
) -> None:
    one = next(
        one
        for one in (admitted(practice, today, number) for number in range(24))
        if (asked := requests_of(one))
        and (option := consider(chart_of(one, today), today, asked).options[0]).target.status == "undocumented"
        and option.gates.status != "not met"
    )
    found = consider(chart_of(one, today), today, requests_of(one))
    about = found.options[0].target.generator
    [answer] = [each for each in found.differential if any(rival.generator == about for rival in each.estimates)]
    best = next(test for test in answer.next_tests if test.burden not in NEEDLES)
    Patient.objects.exclude(pk=one.pk).update(last_entry_at=None)
    assert asked_next(as_role, one) == Question(best.ask, "examination", recorded_in=["finding"])


def test_who_has_no_complaint_is_asked_where_it_hurts(as_role: As, practice: Practice, today: date) -> None:
    silent = register_patient(practice=practice, name="Silent", birth_date=None, by=None)
    record_facts(patient=silent, facts=[NewFact("allergy", {"substance": "latex"})], by=None, source="visit")
    asked = asked_next(as_role, silent)
    assert asked is not None
    assert (asked.text, asked.room) == ("Where does it hurt, since when, and where does it go?", "story")


def test_red_flags_nobody_asked_about_are_one_line_and_stand_in_no_row(
    as_role: As, practice: Practice, today: date
) -> None:
    for number in range(10):
        admitted(practice, today, number)
    page = first_page(as_role)
    open_in = {
        one.patient.pk: [flag for flag in assessment_of(one.patient, today).red_flags if flag.status == "undocumented"]
        for one in page.context["others"]
    }
    some = [pk for pk, flags in open_in.items() if flags]
    assert f"Red flags not all asked: {len(some)} patients" in page.content.decode()
    asked = {ask.question for flags in open_in.values() for flag in flags for ask in flag.missing}
    assert asked
    assert not asked & {line.ask.text for line in page.context["others"] if line.ask}
    listed = as_role(Role.PHYSICIAN).get(reverse("today"), {"kind": "unasked"})
    assert {line.patient.pk: sorted(line.seen.flags_not_asked) for line in listed.context["lines"]} == {
        pk: sorted(flag.label for flag in open_in[pk]) for pk in some
    }
    assert all(flag.label in listed.content.decode() for flags in open_in.values() for flag in flags)


def test_who_comes_today_with_red_flags_not_asked_is_counted(as_role: As, quiet: Patient, today: date) -> None:
    assert any(flag.status == "undocumented" for flag in assessment_of(quiet, today).red_flags)
    booked(quiet, at(today))
    assert "of them comes today" in first_page(as_role).content.decode()


def test_the_same_question_of_all_who_come_is_said_once(as_role: As, practice: Practice, today: date) -> None:
    for number, hour in ((2, 9), (4, 11)):
        one = admitted(practice, today, number)
        booked(one, at(today, hour))
    page = first_page(as_role)
    lists = [[one.text for one in visit.questions] for visit in page.context["visits"]]
    assert lists[0][0] == lists[1][0], "the same is asked of both first"
    assert lists[0][0] in {one.text for one in page.context["asked_of_visits"]}
    for said in page.context["asked_of_visits"]:
        assert said.patients == 2
        assert page.content.decode().count(f"Ask 2 of them: {escape(said.text)}") == 1
        assert said.text not in {visit.ask.text for visit in page.context["visits"] if visit.ask}


def test_on_the_day_what_must_not_be_is_asked_first(patient: Patient, today: date) -> None:
    [option] = consider(chart_of(patient, today), today, requests_of(patient)).options
    [danger] = [
        one for result in option.contraindications.results(option.contraindications.open) for one in result.missing
    ]
    [wanted] = [one for result in option.candidacy.results(option.candidacy.open) for one in result.missing]
    told = [one.text for one in questions_on_the_day(option)]
    assert told.index(danger.question) < told.index(wanted.question)


QUESTIONS = [Question(text, "story") for text in "abcd"]


def test_a_question_is_said_above_when_half_of_the_rows_would_repeat_it() -> None:
    a, b, c, d = QUESTIONS
    lists = [[a, b], [a, b], [a, c], [d], [], []]
    assert [(one.text, one.patients) for one in said_once(lists, 3)] == [("a", 3)]
    assert [own(asks, {"a"}) for asks in lists] == [b, b, c, d, None, None]
    assert said_once(lists, 4) == []
    assert said_once([*lists, [b], [c], [c]], 3) == [], "three of seven are not half"
    assert {one.text for one in said_once([[a, b], [a, b], [a, b]], 3)} == {"a", "b"}, "what moves up is as common"

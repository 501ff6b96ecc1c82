"""The ledger only grows, refuses what the chart's structs refuse, and tells the later of two writers."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from lenitive.reasoning import assess
from lenitive.registry.invented import invented_patients
from lenitive_web.audit.models import Event
from lenitive_web.ledger.actions import ChartChangedError, record_facts
from lenitive_web.ledger.facts import FactRefusedError, NewFact
from lenitive_web.ledger.models import Entry, Patient
from lenitive_web.ledger.selectors import assessment_of, chart_of, requests_of
from lenitive_web.people.models import Practice
from lenitive_web.people.roles import Role
from tests.conftest import ROOT
from tests.web.conftest import admitted, member

SCORE = NewFact("measure", {"instrument": "nrs", "score": 4})


def test_a_chart_comes_out_of_the_ledger_as_it_went_in(patient: Patient, today: date) -> None:
    told = next(invented_patients(today, 1))
    chart = chart_of(patient, today)
    assert len(chart.facts) == len(told.chart.facts)
    assert {fact.id for fact in chart.facts} == {fact.id for fact in told.chart.facts}


@pytest.mark.parametrize("number", range(12))
def test_what_follows_is_what_the_library_says(practice: Practice, today: date, number: int) -> None:
    patient = admitted(practice, today, number)
    told = list(invented_patients(today, number + 1))[number]
    wanted = assess(told.chart, today, [told.request] if told.request else [])
    found = assessment_of(patient, today)
    assert found.differential == wanted.differential
    assert [(one.procedure, one.verdict) for one in found.options] == [
        (one.procedure, one.verdict) for one in wanted.options
    ]


def test_what_was_recorded_later_was_not_known_earlier(patient: Patient, practice: Practice, today: date) -> None:
    record_facts(patient=patient, facts=[SCORE], by=member(practice, Role.NURSE), source="visit")
    yesterday = chart_of(patient, today - timedelta(1)).table("measure")
    assert len(chart_of(patient, today).table("measure")) == len(yesterday) + 1


def test_writing_leaves_an_event_that_counts_and_names_no_value(patient: Patient, practice: Practice) -> None:
    nurse = member(practice, Role.NURSE)
    record_facts(patient=patient, facts=[SCORE, SCORE], by=nurse, source="visit", address="192.0.2.7")
    event = Event.objects.first()
    assert (event.action, event.about, event.by) == ("facts.record", "2 measure", nurse)
    assert event.address == "192.0.2.7"


@pytest.mark.parametrize(
    ("fact", "told"),
    [
        (NewFact("measure", {"score": 4}), "instrument"),
        (NewFact("measure", {"instrument": "nrs", "score": "much"}), "score"),
        (NewFact("finding", {"code": "straight_leg_raise", "side": "up"}), "side"),
        (NewFact("finding", {"code": "straight_leg_raise", "levels": ["L9"]}), "L9"),
        (NewFact("measure", {"instrument": "nrs", "colour": "red"}), "colour"),
        (NewFact("measure", {"instrument": "nrs", "supersedes": "nothing"}), "not in this chart"),
    ],
)
def test_what_a_struct_refuses_is_refused_and_nothing_is_written(patient: Patient, fact: NewFact, told: str) -> None:
    entries, events = Entry.objects.count(), Event.objects.count()
    with pytest.raises(FactRefusedError, match=told):
        record_facts(patient=patient, facts=[SCORE, fact], by=None, source="visit")
    assert (Entry.objects.count(), Event.objects.count()) == (entries, events)


def test_the_later_of_two_writers_is_told_what_the_other_wrote(patient: Patient, practice: Practice) -> None:
    opened_on = patient.last_entry
    nurse = member(practice, Role.NURSE)
    other = Patient.objects.get(pk=patient.pk)
    record_facts(patient=other, facts=[SCORE], by=nurse, source="visit", version=opened_on)
    with pytest.raises(ChartChangedError) as changed:
        record_facts(patient=patient, facts=[SCORE], by=nurse, source="visit", version=opened_on)
    assert [(entry.table, entry.by) for entry in changed.value.entries] == [("measure", nurse)]
    assert Entry.objects.filter(patient=patient, table="measure", by=nurse).count() == 1


def test_a_correction_takes_its_place_only_once(patient: Patient, practice: Practice, today: date) -> None:
    nurse = member(practice, Role.NURSE)
    [first] = record_facts(patient=patient, facts=[SCORE], by=nurse, source="visit")
    corrected = NewFact("measure", {"instrument": "nrs", "score": 5, "supersedes": first.fact_id})
    record_facts(patient=patient, facts=[corrected], by=nurse, source="visit")
    assert first.fact_id not in {fact.id for fact in chart_of(patient, today).table("measure")}
    with pytest.raises(FactRefusedError, match="corrected before"):
        record_facts(patient=patient, facts=[corrected], by=nurse, source="visit")


def test_two_corrections_of_one_fact_are_refused_together(patient: Patient, practice: Practice, today: date) -> None:
    by = member(practice, Role.PHYSICIAN)
    block = NewFact("procedure", {"kind": "medial_branch_block_lumbar"})
    [entry] = record_facts(patient=patient, facts=[block], by=by, source="visit")
    two = [
        NewFact("procedure", {"kind": "medial_branch_block_lumbar", "supersedes": entry.fact_id, **said})
        for said in ({"side": "left"}, {"levels": ("L4-5",)})
    ]
    with pytest.raises(FactRefusedError, match="correct the same one"):
        record_facts(patient=patient, facts=two, by=by, source="visit")
    assert entry.fact_id in {fact.id for fact in chart_of(patient, today).table("procedure")}
    assert not Entry.objects.filter(supersedes=entry.fact_id).exists()


@pytest.mark.parametrize("table", ["ledger_entry", "ledger_requestmade", "audit_event"])
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "UPDATE {} SET id = id"])
def test_the_database_refuses_to_change_or_remove_a_row(patient: Patient, table: str, statement: str) -> None:
    from django.db import connection

    with pytest.raises(DatabaseError, match="only grows"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))
    assert Entry.objects.filter(patient=patient).exists()


def test_the_latest_decision_about_a_procedure_holds(patient: Patient) -> None:
    from lenitive_web.ledger.actions import make_request

    [asked] = requests_of(patient)
    make_request(patient=patient, request=asked, by=None, withdrawn=True)
    assert requests_of(patient) == []


def test_each_table_that_only_grows_refuses_changes_after_all_migrations(db: None) -> None:
    written = "\n".join(file.read_text(encoding="utf-8") for file in ROOT.glob("src/lenitive_web/*/migrations/0*.py"))
    tables = set(re.findall(r'append_only\("(\w+)"\)', written))
    assert len(tables) > 10
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgrelid::regclass::text, tgname FROM pg_trigger")
            refusing = {table for table, name in cursor.fetchall() if name == f"{table}_no_change"}
        else:
            cursor.execute("SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger'")
            named = set(cursor.fetchall())
            refusing = {
                table for table in tables if {(table, f"{table}_no_{verb}") for verb in ("UPDATE", "DELETE")} <= named
            }
    assert tables <= refusing

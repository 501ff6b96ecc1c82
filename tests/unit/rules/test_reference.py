"""What the one-patient engine keeps must never leak from one patient, day or request to another."""

from datetime import UTC, date, datetime

from lenitive.chart import TABLES, Chart, Request
from lenitive.rules import model
from lenitive.rules.language import request, rows
from lenitive.rules.reference import Reference

DAY = date(2026, 6, 1)


def fact(table, patient, **fields):
    return TABLES[table](patient=patient, recorded_at=datetime(2026, 1, 1, tzinfo=UTC), **fields)


def asked(patient, *, has_block):
    attested = fact("attestation", patient, id="asked", topic="procedure")
    block = fact("procedure", patient, id="block", kind="block", region="lumbar")
    return Chart.of([attested, block] if has_block else [attested])


def test_a_filter_about_the_chart_is_worked_out_for_each_patient():
    procedures = rows("procedure")
    anything = procedures.where(request.contrast).exist()
    question = procedures.where(anything).exist().node
    answers = [Reference(asked(name, has_block=has), DAY).truth(question) for name, has in (("a", False), ("b", True))]
    assert answers == [False, None]


def test_a_filter_about_the_request_is_worked_out_for_each_request():
    procedures = rows("procedure")
    question = procedures.where(procedures.columns.region == request.region).exist().node
    chart = asked("a", has_block=True)
    first = Reference(chart, DAY, Request(kind="x", region="lumbar"))
    second = Reference(chart, DAY, Request(kind="x", region="cervical"), beside=first)
    undecided = Reference(chart, DAY, Request(kind="x"), beside=first)
    assert (first.truth(question), second.truth(question), undecided.truth(question)) == (True, False, None)


def test_engines_beside_each_other_on_other_days_share_nothing():
    question = model.Compare("==", model.AsOf(), model.Constant(DAY))
    chart = asked("a", has_block=True)
    today = Reference(chart, DAY)
    later = Reference(chart, DAY, Request(kind="x", on=date(2026, 7, 1)), beside=today)
    assert (today.truth(question), later.truth(question)) == (True, False)


def test_rows_without_the_word_stay_possible_when_words_are_looked_up():
    procedures = rows("procedure")
    question = procedures.where(procedures.columns.region == "cervical").exist().node
    unplaced = Chart.of(
        [
            fact("attestation", "a", id="asked", topic="procedure"),
            fact("procedure", "a", id="block", kind="block"),
        ]
    )
    assert Reference(unplaced, DAY).truth(question) is None

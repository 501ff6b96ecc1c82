"""What the one-patient engine keeps must never leak from one patient, day or request to another."""

from datetime import UTC, date, datetime, timedelta

from lenitive.chart import TABLES, Chart, Request
from lenitive.rules import model, remaining
from lenitive.rules.language import request, rows
from lenitive.rules.model import Criterion
from lenitive.rules.quick import BLANK, Quick, blank_beside
from lenitive.rules.sources import THE_DAY, reads

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
    answers = [Quick(asked(name, has_block=has), DAY).truth(question) for name, has in (("a", False), ("b", True))]
    assert answers == [False, None]


def test_a_filter_about_the_request_is_worked_out_for_each_request():
    procedures = rows("procedure")
    question = procedures.where(procedures.columns.region == request.region).exist().node
    chart = asked("a", has_block=True)
    first = Quick(chart, DAY, Request(kind="x", region="lumbar"))
    second = Quick(chart, DAY, Request(kind="x", region="cervical"), beside=first)
    undecided = Quick(chart, DAY, Request(kind="x"), beside=first)
    assert (first.truth(question), second.truth(question), undecided.truth(question)) == (True, False, None)


def test_engines_beside_each_other_on_other_days_share_nothing():
    question = model.Compare("==", model.AsOf(), model.Constant(DAY))
    chart = asked("a", has_block=True)
    today = Quick(chart, DAY)
    later = Quick(chart, DAY, Request(kind="x", on=date(2026, 7, 1)), beside=today)
    assert (today.truth(question), later.truth(question)) == (True, False)


def test_a_blank_chart_of_another_day_does_not_tell_what_the_day_answers():
    the_day = model.Compare("==", model.AsOf(), model.Constant(DAY))
    last = rows("procedure").latest().true_on
    long_ago = model.Compare("<", last.node, model.Shift(model.AsOf(), model.Constant(6), "months", -1))
    yesterday = Quick(BLANK, DAY - timedelta(1))
    engine = Quick(asked("a", has_block=False), DAY, blank=yesterday)
    assert (yesterday.truth(the_day), engine.truth(the_day)) == (False, True)
    assert engine.truth(model.And((the_day, model.Not(the_day)))) is False
    assert (reads(the_day) & THE_DAY, reads(long_ago) & THE_DAY) == (THE_DAY, 0)
    assert engine.truth(long_ago) is None


def blank(chart=BLANK, request=None):
    return Quick(chart, DAY, request)


def test_rows_without_the_word_stay_possible_when_words_are_looked_up():
    procedures = rows("procedure")
    question = procedures.where(procedures.columns.region == "cervical").exist().node
    asked_for = fact("attestation", "a", id="asked", topic="procedure")
    unplaced = fact("procedure", "a", id="block", kind="block")
    lumbar = fact("procedure", "a", id="other", kind="block", region="lumbar")
    for facts, expected in (([unplaced], None), ([unplaced, lumbar], None), ([lumbar], False)):
        chart = Chart.of([asked_for, *facts])
        assert Quick(chart, DAY, blank=blank()).truth(question) is expected


def test_a_chart_is_not_silent_about_a_row_without_the_word():
    procedures = rows("procedure")
    count = procedures.where(procedures.columns.region == "cervical").count()
    question = (count.is_recorded() & (count >= 0)).node
    possible = procedures.where(procedures.columns.region == "cervical").exist().node
    unplaced = Chart.of([fact("procedure", "a", id="block", kind="block")])
    engine = Quick(unplaced, DAY, blank=blank())
    assert engine.truth(question) is True
    assert {one.what for one in engine.answer(Criterion("q", possible, "", "")).missing} == {"column", "topic"}


def test_a_chart_is_not_silent_about_what_was_attested():
    question = rows("procedure").exist().node
    attested = Chart.of([fact("attestation", "a", id="asked", topic="procedure")])
    silent = Chart.of([fact("attestation", "a", id="asked", topic="allergy")])
    answers = [Quick(chart, DAY, blank=blank()).truth(question) for chart in (attested, silent)]
    assert answers == [False, None]


def test_what_was_attested_is_told_by_a_blank_chart_with_the_same_attestations():
    asked_twice = [
        fact("attestation", "a", id="first", topic="procedure"),
        fact("attestation", "a", id="then", topic="procedure"),
        fact("attestation", "a", id="not_this", topic="allergy", complete=False, true_on=DAY),
    ]
    chart = Chart.of([*asked_twice, fact("finding", "a", id="sign", code="centralisation", present=True)])
    beside = blank_beside(chart)
    assert (beside.attested, beside.table("finding")) == (frozenset({"procedure"}), ())
    assert blank_beside(Chart.of(asked_twice)) is beside
    engine = Quick(chart, DAY, blank=blank(beside))
    for table, truth, facts in (("procedure", False, {"first", "then"}), ("allergy", None, set())):
        answer = engine.answer(Criterion("q", rows(table).exist().node, "", ""))
        assert (answer.status.truth, {one.id for one in answer.facts}) == (truth, facts)


def test_an_engine_beside_another_leaves_a_different_blank_chart_aside():
    chart = Chart.of([fact("attestation", "a", id="asked", topic="procedure")])
    first = Quick(chart, DAY, blank=blank(blank_beside(chart)))
    second = Quick(chart, DAY, Request(kind="x"), beside=first, blank=blank(BLANK, Request(kind="x")))
    assert (first.blank is None, second.blank) == (False, None)
    assert second.truth(rows("procedure").exist().node) is False


def test_a_source_that_was_named_late_is_heard_by_the_blank_chart_too():
    attested = Chart.of([fact("attestation", "a", id="asked", topic="device:late")])
    beside = Quick(blank_beside(attested), DAY, blank=blank())
    engine = Quick(attested, DAY, blank=beside)
    assert beside.truth(rows("device").exist().node) is None
    late = rows("device").complete_if_asked("late")
    assert engine.truth(late.where(late.columns.kind == "named late").exist().node) is False


def test_a_source_that_was_named_late_is_heard():
    chart = asked("a", has_block=True)
    engine = Quick(chart, DAY, blank=blank())
    procedures = rows("procedure")
    assert engine.truth(procedures.exist().node) is True
    late = procedures.where(procedures.columns.kind == "a word that nobody asked for").exist().node
    assert engine.truth(late) is False


def test_requests_that_answer_alike_share_an_answer_and_others_do_not():
    procedures = rows("procedure")
    below = request.region.is_in(("lumbar", "sacral"))
    question = (below & procedures.where(procedures.columns.kind == "block").exist()).node
    chart = asked("a", has_block=True)
    first = Quick(chart, DAY, Request(kind="x", region="lumbar"))
    keys = [
        Quick(chart, DAY, Request(kind="x", region=region), beside=first).key(question)
        for region in ("lumbar", "sacral", "cervical", None)
    ]
    assert keys[0] == keys[1]
    assert len(set(keys)) == 3


def test_a_question_is_answered_alike_before_and_after_its_outcomes_are_kept(monkeypatch):
    monkeypatch.setattr(remaining, "WORTH_KEEPING", 2)
    procedures = rows("procedure")
    here, there = (procedures.where(procedures.columns.region == region).exist() for region in ("lumbar", "cervical"))
    question = Criterion("q", (here & ~there).node, "", "")
    told = [Quick(asked(str(number), has_block=True), DAY).answer(question) for number in range(4)]
    assert {(one.truth, [fact.id for fact in one.facts] == ["asked", "block"]) for one in told} == {(True, True)}
    assert remaining.question_of(question.met_when).is_worth_keeping()


def test_outcomes_that_are_kept_are_those_of_charts_with_the_same_attestations(monkeypatch):
    monkeypatch.setattr(remaining, "WORTH_KEEPING", -1)
    block, allergy = rows("procedure").exist(), rows("allergy").exist()
    question = Criterion("q", (block & ~allergy).node, "", "")
    asked_twice = Chart.of([*asked("b", has_block=True).facts, fact("attestation", "b", id="then", topic="allergy")])
    told = [
        Quick(chart, DAY, blank=blank(blank_beside(chart))).answer(question)
        for chart in (asked("a", has_block=True), asked_twice, asked("c", has_block=True))
    ]
    assert [one.truth for one in told] == [None, True, None]
    assert [[fact.id for fact in one.facts] for one in told] == [[], ["block", "then"], []]


def test_not_more_outcomes_are_kept_than_there_is_room_for(monkeypatch):
    monkeypatch.setattr(remaining, "WORTH_KEEPING", -1)
    monkeypatch.setattr(remaining, "MOST_KEPT", 2)
    procedures = rows("procedure")
    parts = [procedures.where(procedures.columns.region == region).exist() for region in ("lumbar", "cervical")]
    question = Criterion("q", (parts[0] | parts[1]).node, "", "")
    placed = [["thoracic"], ["lumbar"], ["cervical"], ["cervical", "lumbar"]] * 2
    charts = [Chart.of([fact("procedure", "a", id=one, kind="block", region=one) for one in where]) for where in placed]
    told = [Quick(chart, DAY).answer(question) for chart in charts]
    assert [one.truth for one in told] == [None, True, True, True] * 2
    assert [[fact.id for fact in one.facts] for one in told] == [[], *placed[1:4]] * 2


def test_nothing_of_a_rule_becomes_part_of_the_text_of_a_function():
    procedures = rows("procedure")
    quoting = "x' or __import__('os').abort() or '"
    question = procedures.where(procedures.columns.kind.is_in([quoting, "block"])).exist().node
    assert Quick(asked("a", has_block=True), DAY).truth(question) is True


def test_where_no_part_is_as_the_whole_is_every_part_has_decided(monkeypatch):
    monkeypatch.setattr(remaining, "WORTH_KEEPING", -1)
    block = rows("procedure").exist().node
    question = Criterion("q", model.AtLeast(2, (block,)), "", "")
    told = Quick(asked("a", has_block=True), DAY, blank=blank()).answer(question)
    assert (told.truth, [fact.id for fact in told.facts]) == (False, ["block"])

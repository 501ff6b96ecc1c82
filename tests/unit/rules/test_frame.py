"""What the many-patient engine refuses, and how it shares work."""

from datetime import UTC, date, datetime

import narwhals as nw
import pytest

from lenitive.chart import TABLES
from lenitive.errors import RuleError
from lenitive.registry.columns import PATIENTS, frames_of
from lenitive.rules import model
from lenitive.rules.frame import evaluate
from lenitive.rules.language import as_of, parameter, rows

AS_OF = date(2025, 6, 1)
procedures = rows("procedure")
procedure = procedures.columns
KIND = model.Column("procedure", "kind")


def frames():
    fact = TABLES["procedure"](id="x", patient="p", recorded_at=datetime(2025, 1, 1, tzinfo=UTC), kind="esi")
    return {name: nw.from_native(frame.lazy()) for name, frame in frames_of([fact]).items()}


def ask(*questions, given=None, keep=lambda frame, again: frame):
    tables = given or frames()
    named = {str(number): getattr(question, "node", question) for number, question in enumerate(questions)}
    return evaluate(named, tables, frames()[PATIENTS], AS_OF, None, keep)


@pytest.mark.parametrize(
    ("question", "message"),
    [
        (procedures.count() < parameter("max"), "'max' is not bound"),
        (procedures.where(procedure.kind.is_in(parameter("kinds"))).exist(), "'kinds' is not bound"),
        (model.Compare("==", KIND, model.Constant("esi")), "without a row"),
        (model.Compare("<", model.Constant("a"), model.Constant("b")), "text < text has no meaning"),
        (model.Compare("==", model.Constant(1), model.Constant(True)), "no meaning"),
        (model.Count(model.Rows("procedure", None, ("procedure",))), "A question is needed"),
        (model.Exists(model.Rows("procedure", KIND, ("procedure",))), "A question is needed"),
        (model.IsIn(model.Constant("a"), model.Constant("abc")), "a list of texts"),
        (model.IsIn(model.Constant(1), model.Constant(("a",))), "Options are for text"),
        (
            model.Compare("<", model.Shift(model.AsOf(), model.Constant(1.5), "days"), model.AsOf()),
            "whole number of days",
        ),
        (
            procedures.where(model_truth := procedure.true_on.is_recorded()).exist() & model_truth,
            "without a row",
        ),
    ],
)  # fmt: skip
def test_a_question_without_meaning_is_refused(question, message):
    with pytest.raises(RuleError, match=message):
        ask(question)


def test_only_fixed_days_move_by_months():
    moved = model.Shift(model.Column("procedure", "true_on"), model.Constant(1), "months")
    late = model.Rows("procedure", model.Compare("<", moved, model.AsOf()), ("procedure",))
    with pytest.raises(RuleError, match="moves by months"):
        ask(model.Exists(late))


def test_a_table_that_is_not_there_is_named():
    with pytest.raises(RuleError, match="'procedure'"):
        ask(procedures.exist(), given={"attestation": frames()["attestation"]})


def test_answers_are_lazy_until_they_are_asked_for():
    assert isinstance(ask(procedures.exist()), nw.LazyFrame)


def test_a_pass_is_said_to_be_read_again_only_if_a_later_one_borrows_from_it():
    told = []

    def keep(frame, again):
        told.append(again)
        return frame

    ask(procedures.exist(), keep=keep)
    assert told == [False, False]
    told.clear()
    ask(procedures.where(procedure.true_on < rows("measure").latest().true_on).exist(), keep=keep)
    assert told == [False, True, False]


def test_one_pass_over_a_table_serves_all_questions():
    told = []

    def keep(frame, again):
        told.append(frame.collect_schema().names())
        return frame

    few = procedures.where(procedure.kind == "esi")
    ask(few.exist(), ~few.exist(), few.exist() & (few.count_days() > 1), few.latest().side == "left", keep=keep)
    _, found = told
    assert len(told) == 2
    assert len(found) == 1 + 1 + 5 + 2


def test_names_and_citations_do_not_stand_in_the_way_of_sharing():
    cited = model.Constant("esi", model.Citation("e", "s", "", "primary"), "kind")
    questions = [
        model.Exists(model.Rows("procedure", model.Compare("==", KIND, kind), ("procedure",)))
        for kind in (cited, model.Constant("esi"))
    ]
    told = []

    def keep(frame, again):
        told.append(frame.collect_schema().names())
        return frame

    ask(*questions, keep=keep)
    assert len(told[-1]) == 2


def test_one_and_true_are_not_mistaken_for_each_other():
    rows_of = model.Rows("procedure", None, ("procedure",))
    many = model.Compare(">=", model.Count(rows_of), model.Constant(1))
    same = model.Compare("==", model.Constant(True), many)
    answer = ask(many, same).collect().to_native().row(0)
    assert answer == ("p", True, True)


def test_days_before_the_calendar_begins():
    assert ask(as_of.before(9999, "years") < as_of).collect().to_native().row(0) == ("p", True)

"""The fields of the request."""

from datetime import date

from lenitive.chart import Request
from lenitive.rules.language import as_of, at_least, request, rows

procedures = rows("procedure")
procedure = procedures.columns

SIDES = """
    procedure:
    attested  | side  | expect
    procedure | left  | {left}
    procedure | right | {right}
    procedure |       | undocumented
    procedure | -     | not met
    """


def test_the_same_side(spec):
    spec(
        SIDES.format(left="met", right="not met"),
        procedures.where(procedure.side == request.side).exist(),
        request=Request(kind="any", side="left"),
    )


def test_a_side_that_was_not_decided(spec):
    for undecided in (Request(kind="any"), None):
        spec(
            SIDES.format(left="undocumented", right="undocumented"),
            procedures.where(procedure.side == request.side).exist(),
            request=undecided,
        )


LEVELS = """
    procedure:
    attested  | levels    | expect
    procedure | L4-5      | {same}
    procedure | L3-4 L4-5 | {same}
    procedure | L1-2      | {other}
    procedure |           | undocumented
    """


def test_a_level_of_the_request(spec):
    spec(
        LEVELS.format(same="met", other="not met"),
        procedures.where(procedure.levels.shares(request.levels)).exist(),
        request=Request(kind="any", levels=("L4-5", "L5-S1")),
    )


def test_levels_that_were_not_decided(spec):
    spec(
        LEVELS.format(same="undocumented", other="undocumented"),
        procedures.where(procedure.levels.shares(request.levels)).exist(),
        request=Request(kind="any"),
    )


EVERYBODY = """
    procedure:
    side | expect
    left | {all}
    -    | {all}
    """


def test_a_field_of_the_request_alone(spec):
    question = request.state.is_in(["OH", "TX"])
    spec(EVERYBODY.format(all="met"), question, request=Request(kind="any", state="OH"))
    spec(EVERYBODY.format(all="not met"), question, request=Request(kind="any", state="CA"))
    spec(EVERYBODY.format(all="undocumented"), question, request=Request(kind="any"))


def test_a_truth_of_the_request(spec):
    spec(EVERYBODY.format(all="met"), request.contrast, request=Request(kind="any", contrast=True))
    spec(EVERYBODY.format(all="not met"), request.contrast, request=Request(kind="any", contrast=False))
    spec(EVERYBODY.format(all="undocumented"), request.contrast, request=Request(kind="any"))


ONE_PROCEDURE = """
    procedure:
    attested  | side | expect
    procedure | left | {there}
    procedure | -    | {none}
    """


def test_a_field_that_was_not_decided_beside_a_known_answer(spec):
    both, either = procedures.exist() & request.contrast, procedures.exist() | request.contrast
    undecided = Request(kind="any")
    spec(ONE_PROCEDURE.format(there="undocumented", none="not met"), both, request=undecided)
    spec(ONE_PROCEDURE.format(there="met", none="undocumented"), either, request=undecided)
    decided = Request(kind="any", contrast=True)
    spec(ONE_PROCEDURE.format(there="met", none="not met"), both, request=decided)
    spec(ONE_PROCEDURE.format(there="met", none="met"), either, request=decided)


def test_at_least_with_fields_that_were_not_decided(spec):
    question = at_least(2, procedures.exist(), request.contrast, request.state == "OH")
    spec(ONE_PROCEDURE.format(there="undocumented", none="undocumented"), question, request=Request(kind="any"))
    spec(ONE_PROCEDURE.format(there="met", none="undocumented"), question, request=Request(kind="any", state="OH"))
    spec(ONE_PROCEDURE.format(there="undocumented", none="not met"), question, request=Request(kind="any", state="CA"))


def test_the_beginning_of_a_field(spec):
    question = request.kind.starts_with(["esi_"])
    spec(EVERYBODY.format(all="met"), question, request=Request(kind="esi_caudal"))
    spec(EVERYBODY.format(all="not met"), question, request=Request(kind="rfa"))


def test_how_many_levels(spec):
    question = request.level_count <= 1
    spec(EVERYBODY.format(all="met"), question, request=Request(kind="any", levels=("L4-5",)))
    spec(EVERYBODY.format(all="not met"), question, request=Request(kind="any", levels=("L4-5", "L5-S1")))
    spec(EVERYBODY.format(all="undocumented"), question, request=Request(kind="any"))


def test_levels_of_the_request_among_options(spec):
    question = request.levels.shares(["C2-3", "L4-5"])
    spec(EVERYBODY.format(all="met"), question, request=Request(kind="any", levels=("L4-5",)))
    spec(EVERYBODY.format(all="not met"), question, request=Request(kind="any", levels=("L5-S1",)))
    spec(EVERYBODY.format(all="undocumented"), question, request=Request(kind="any"))


def test_the_planned_day(spec):
    question = as_of >= as_of.after(0, "days")
    spec(EVERYBODY.format(all="met"), question, request=Request(kind="any", on=date(2025, 12, 31)))

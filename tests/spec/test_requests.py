"""The fields of the request."""

from datetime import date

from lenitive.chart import Request
from lenitive.rules.language import as_of, request, rows

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

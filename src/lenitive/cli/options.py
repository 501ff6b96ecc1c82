"""What people type: days, requests, insurance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from lenitive.errors import UsageError

if TYPE_CHECKING:
    from lenitive.chart import Insurance, Request

Said = TypeVar("Said", "Request", "Insurance")


def parse_day(text: str | date) -> date:
    """A day written as 2026-05-04."""
    if isinstance(text, date):
        return text
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a day. Write it as 2026-05-04.") from None


def today() -> date:
    """The clock's day. Only commands ask for it, and they print it."""
    return date.today()


REQUEST = "kind=…, levels=L4-5;L5-S1, side=left, on=2026-06-01"
"""How a request is written: spaces stand where a narrow terminal may break the line."""

AsOf = Annotated[
    date | None,
    typer.Option(parser=parse_day, metavar="DAY", help="The day to ask about.", show_default="today"),
]
Payer = Annotated[str | None, typer.Option(help="Who pays, instead of what the chart says.")]
Programme = Annotated[str | None, typer.Option(help="The programme, for example medicare.")]
State = Annotated[str | None, typer.Option(help="The state, two letters.")]
Site = Annotated[str | None, typer.Option(help="The site of service, for example office.")]

_LISTS = ("levels",)
_TRUTHS = {"yes": True, "true": True, "no": False, "false": False}


def parse_request(text: str) -> Request:
    """A request written as ``kind=…,levels=L4-5;L5-S1,side=left,on=2026-06-01``."""
    from lenitive.chart import Request

    fields: dict[str, Any] = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        name, equals, value = (part.strip() for part in pair.partition("="))
        if not equals or not value:
            raise UsageError(f"--request: {pair!r} says nothing. Write name=value, for example side=left.")
        if name in fields:
            raise UsageError(f"--request: {name!r} is given twice. Several levels are written levels=L4-5;L5-S1.")
        fields[name] = [level.strip() for level in value.split(";")] if name in _LISTS else value
    if "kind" not in fields:
        raise UsageError("--request: the procedure is missing. Write kind=…; `lenitive knowledge list procedures`.")
    if isinstance(truth := fields.get("contrast"), str):
        fields["contrast"] = _TRUTHS.get(truth.lower(), truth)
    return _checked(Request, fields, "--request")


def parse_requests(texts: Sequence[str]) -> list[Request]:
    """Several requests, each about another procedure: an answer is told by its procedure."""
    requests = [parse_request(text) for text in texts]
    twice = [kind for kind, times in Counter(request.kind for request in requests).items() if times > 1]
    if twice:
        raise UsageError(f"Two requests are about the same procedure, {twice[0]}. Ask about one after the other.")
    return requests


def insurance_of(payer: str | None, programme: str | None, state: str | None, site: str | None) -> Insurance | None:
    """Insurance given on the command line, or ``None`` if none was given."""
    from lenitive.chart import Insurance

    given = {"payer": payer, "programme": programme, "state": state, "site_of_service": site}
    fields = {name: value for name, value in given.items() if value}
    return _checked(Insurance, fields, "--" + "/--".join(fields)) if fields else None


def _checked(shape: type[Said], fields: dict[str, Any], option: str) -> Said:
    """The fields as a request; what a request or an insurance cannot say is refused with what it can."""
    import msgspec

    from lenitive.chart.schema import columns
    from lenitive.codes import LEVELS
    from lenitive.errors import no_such

    for name in fields:
        if name not in shape.__struct_fields__:
            raise UsageError(f"{option}: {no_such('field of a request', name, shape.__struct_fields__)}")
    for level in fields.get("levels", []):
        if level not in LEVELS:
            raise UsageError(f"{option}: {level!r} is not a spinal level. Write a segment (L4-5) or a root (L5).")
    if "state" in fields:
        fields["state"] = _state(fields["state"], option)
    insurance = columns("coverage")
    for name in ("programme", "site_of_service"):
        if name in fields and fields[name] not in insurance[name].choices:
            raise UsageError(f"{option}: {no_such(name.replace('_', ' '), fields[name], insurance[name].choices)}")
    from lenitive.interop.listed_names import words_of_requests

    for name in ("region", "approach", "steroid"):
        if name in fields and fields[name] not in (known := words_of_requests(name)):
            raise UsageError(f"{option}: {no_such(name, fields[name], known)}")
    try:
        return msgspec.convert(fields, shape)
    except msgspec.ValidationError as error:
        raise UsageError(f"{option}: {_in_plain_words(str(error), fields)}") from None


def _state(letters: str, option: str) -> str:
    """The two letters of a state, in capitals."""
    from lenitive.interop.fhir.code_maps import state_letters

    known = state_letters(letters)
    if known is None or len(letters) != len(known):
        raise UsageError(f"{option}: {letters!r} is no state of the United States. Write two letters, as OH.")
    return known


_EXPECTED = {
    "on": "a day, for example 2026-06-01",
    "contrast": "yes or no",
    "side": "left, right, both or midline",
}


def _in_plain_words(message: str, fields: dict[str, Any]) -> str:
    problem, _, path = message.partition(" - at `$.")
    name = path.rstrip("`").split("[")[0]
    if name not in fields:
        return problem
    from typing import Literal, get_args, get_origin, get_type_hints

    from lenitive.chart import Request

    expected = _EXPECTED.get(name, "")
    for part in get_args(get_type_hints(Request)[name]):
        if get_origin(part) is Literal:
            expected = "one of " + ", ".join(get_args(part))
    return f"{name}={fields[name]} cannot be. Expected {expected or 'another value'}."

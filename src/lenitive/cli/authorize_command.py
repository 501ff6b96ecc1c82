"""``lenitive authorize``: how one request stands against the payer's policy, and the packet for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lenitive.cli.new_files import check_targets, write_new
from lenitive.cli.options import REQUEST, AsOf, Payer, Programme, Site, State, insurance_of, parse_request, today
from lenitive.cli.output import write_json
from lenitive.cli.record import read_record
from lenitive.cli.teaching import complain, teaching_errors
from lenitive.errors import UsageError

if TYPE_CHECKING:
    from lenitive.chart import Insurance, Request
    from lenitive.cli.record import Record
    from lenitive.documents.appeal import Appeal
    from lenitive.documents.authorization import Authorization
    from lenitive.documents.packet import Packet, Summary


def authorize(
    file: Annotated[Path, typer.Argument(help="A case file, a FHIR bundle or an NDJSON export.")],
    request: Annotated[
        str | None,
        typer.Option(help=f"The procedure: {REQUEST}. A case file may hold it."),
    ] = None,
    as_of: AsOf = None,
    payer: Payer = None,
    programme: Programme = None,
    state: State = None,
    site: Site = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    packet: Annotated[
        Path | None, typer.Option(help="Write the packet for the payer, a PDF: it claims what stands and no more.")
    ] = None,
    letter: Annotated[
        Path | None, typer.Option(help="Write the packet's letter as text, for a payer's form that takes no file.")
    ] = None,
    for_us: Annotated[
        Path | None, typer.Option(help="Write our own copy of the packet, a PDF: it says what is open as well.")
    ] = None,
    summary: Annotated[Path | None, typer.Option(help="Write a page for the physician, a PDF.")] = None,
    appeal: Annotated[
        Path | None, typer.Option(help="Write a draft of an appeal against the refusal on record, a PDF.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over files that exist.")] = False,
) -> None:
    """Say how a request for the patient in FILE stands against the payer's policy, and what is missing."""
    with teaching_errors():
        asked = parse_request(request) if request else None
        insured = insurance_of(payer, programme, state, site)
        wanted = {"packet": packet, "letter": letter, "for-us": for_us, "summary": summary, "appeal": appeal}
        targets = {name: file for name, file in wanted.items() if file}
        check_targets(targets.values(), force)
        record = read_record(file)
        day = as_of or record.day or today()
        found = _authorization(record, day, asked, insured)
        _write_all(targets, found, record, day, force)
        if as_json:
            import msgspec

            write_json(msgspec.json.encode(found))
            return
        print_authorization(found, record, day)


def _authorization(record: Record, day: date, asked: Request | None, insured: Insurance | None) -> Authorization:
    from lenitive.documents.authorization import authorization

    request = asked or record.request
    if request is None:
        raise UsageError(
            f"{record.file} does not say what is requested. Add --request kind=…; `lenitive knowledge list procedures`."
        )
    patient = record.chart.as_of(day).patient
    if patient and patient.has_died_by(day):
        raise UsageError(
            f"The patient of {record.file} died on {patient.died_on}: nothing is asked of a payer after that day. "
            "Correct died_on if that is a mistake, or ask about an earlier day with --as-of."
        )
    return authorization(record.chart, day, request, insured)


# --- writing --------------------------------------------------------------------------------------------------------


def _write_all(targets: Mapping[str, Path], found: Authorization, record: Record, day: date, force: bool) -> None:
    """Every document is set before the first is written: one that cannot be made leaves no other behind."""
    if not targets:
        return
    made = {file: _made(name, found, record, day) for name, file in targets.items()}
    for file, (body, remark) in made.items():
        write_new(file, body, force)
        complain(f"Wrote {file}.{remark}")
    if not targets.keys().isdisjoint(("packet", "letter")):
        _warn_of_what_is_open(found, record)


def _made(name: str, found: Authorization, record: Record, day: date) -> tuple[bytes, str]:
    """One of the documents, and what is to be said about it."""
    if name == "letter":
        from lenitive.documents.letter import as_text
        from lenitive.documents.payers_copy import payers_copy

        return as_text(payers_copy(found, record.chart).letter).encode(), ""
    from lenitive.documents.typesetting import pdf

    pages = pdf(_content(name, found, record, day))
    unshown = "" if pages.is_accessible else " Some signs have no font here and show as boxes; it is not PDF/UA."
    return pages.body, unshown


def _content(name: str, found: Authorization, record: Record, day: date) -> Packet | Summary | Appeal:
    """What one of the documents says."""
    from lenitive.documents import appeal, packet, payers_copy

    chart = record.chart
    if name == "packet":
        return payers_copy.payers_copy(found, chart)
    if name == "for-us":
        return packet.packet(found, chart)
    if name == "summary":
        return packet.summary(found, chart)
    return appeal.appeal(found, appeal.denied_request(chart, day, found.request.kind), chart)


def _warn_of_what_is_open(found: Authorization, record: Record) -> None:
    """The payer's copy is silent about what is open; whoever takes it is not."""
    from lenitive.documents.readiness import readiness

    stands = readiness(found, record.chart)
    if not stands.is_judged:
        complain("Nobody checked what this payer asks: no policy was found.")
    elif not stands.is_ready:
        names = [*(one.label for one in (*stands.against, *stands.open)), *stands.lacks]
        complain(f"Not ready: {stands.number} open, which the payer's copy does not claim: {'; '.join(names)}.")


# --- printing -------------------------------------------------------------------------------------------------------


def print_authorization(found: Authorization, record: Record, day: date) -> None:
    """Print what is said about the request on stdout."""
    from lenitive.cli.authorization_pages import Pages
    from lenitive.cli.glyphs import all_in_ascii, in_ascii
    from lenitive.cli.paper import paper
    from lenitive.cli.report import who
    from lenitive.reasoning.authorizations import authorizations

    on = paper()
    name = who(record.chart.as_of(day), day)
    followed = [one for one in authorizations(record.chart, day) if one.kind == found.request.kind]
    if on.is_ascii:
        found, name, followed = all_in_ascii(found), in_ascii(name), [all_in_ascii(one) for one in followed]
    on.print(*Pages(on.glyphs, on.width).all(found, name, record.refused, followed))

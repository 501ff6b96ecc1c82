"""``lenitive authorize``: how one request stands against the payer's policy, and the packet for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lenitive.cli.assess_command import read_record, write_json
from lenitive.cli.options import AsOf, Payer, Programme, Site, State, insurance_of, parse_request, today
from lenitive.cli.teaching import complain, teaching_errors
from lenitive.errors import UsageError

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text

    from lenitive.chart import Request
    from lenitive.cli.assess_command import Record
    from lenitive.cli.glyphs import Glyphs
    from lenitive.documents.appeal import Appeal
    from lenitive.documents.authorization import Authorization, CriterionShown
    from lenitive.documents.packet import Packet, Summary
    from lenitive.reasoning.assessment import Citation
    from lenitive.reasoning.authorizations import Followed


def authorize(
    file: Annotated[Path, typer.Argument(help="A case file, a FHIR bundle or an NDJSON export.")],
    request: Annotated[
        str | None,
        typer.Option(help="The procedure: kind=…,levels=L4-5;L5-S1,side=left,on=2026-06-01. A case file may hold it."),
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
        _check_targets([one for one in (packet, for_us, summary, appeal) if one], force)
        record = read_record(file)
        day = as_of or record.day or today()
        found = _authorization(record, day, asked, insured)
        if packet:
            from lenitive.documents.payers_copy import payers_copy

            _write(packet, payers_copy(found, record.chart), force)
            _warn_of_what_is_open(found, record)
        if for_us:
            from lenitive.documents.packet import packet as packet_of

            _write(for_us, packet_of(found, record.chart), force)
        if summary:
            from lenitive.documents.packet import summary as summary_of

            _write(summary, summary_of(found, record.chart), force)
        if appeal:
            from lenitive.documents.appeal import appeal as appeal_of
            from lenitive.documents.appeal import denied_request

            refused = denied_request(record.chart, day, found.request.kind)
            _write(appeal, appeal_of(found, refused, record.chart), force)
        if as_json:
            import msgspec

            write_json(msgspec.json.encode(found))
            return
        print_authorization(found, record, day)


def _authorization(record: Record, day: date, asked: Request | None, insured: Request | None) -> Authorization:
    from lenitive.documents.authorization import authorization

    request = asked or record.request
    if request is None:
        raise UsageError(
            f"{record.file} does not say what is requested. Add --request kind=…; `lenitive knowledge list procedures`."
        )
    return authorization(record.chart, day, request, insured)


# --- writing --------------------------------------------------------------------------------------------------------


def _check_targets(targets: list[Path], force: bool) -> None:
    """Nothing is worked out for a file that could not be written."""
    if len({target.resolve() for target in targets}) < len(targets):
        raise UsageError("--packet, --for-us, --summary and --appeal name the same file. Give each its own.")
    for target in targets:
        if target.is_dir():
            raise UsageError(f"{target} is a folder. Name a file, for example {target / 'packet.pdf'}.")
        if not target.parent.is_dir():
            raise UsageError(f"{target.parent} is not a folder. Make it first, or name another place.")
        if target.exists() and not force:
            raise _already_there(target)


def _already_there(target: Path) -> UsageError:
    return UsageError(f"{target} exists already. Name another file, or add --force to write over it.")


def _warn_of_what_is_open(found: Authorization, record: Record) -> None:
    """The payer's copy is silent about what is open; whoever takes it is not."""
    from lenitive.documents.readiness import readiness

    stands = readiness(found, record.chart)
    if not stands.is_judged:
        complain("Nobody checked what this payer asks: no policy was found.")
    elif not stands.is_ready:
        names = [*(one.label for one in (*stands.against, *stands.open)), *stands.lacks]
        complain(f"Not ready: {stands.number} open, which the payer's copy does not claim: {'; '.join(names)}.")


def _write(target: Path, content: Packet | Summary | Appeal, force: bool) -> None:
    from lenitive.documents.typesetting import pdf

    pages = pdf(content)
    write_new(target, pages.body, force)
    unshown = "" if pages.is_accessible else " Some signs have no font here and are shown as boxes; it is not PDF/UA."
    complain(f"Wrote {target}.{unshown}")


def write_new(target: Path, body: bytes, force: bool) -> None:
    """Write a file whole or not at all: beside its place first, then moved there. An existing one needs ``force``."""
    import os
    import tempfile

    try:
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        beside = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(body)
            if not force:
                target.touch(mode=0o600, exist_ok=False)
            beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)
    except FileExistsError:
        raise _already_there(target) from None
    except OSError as error:
        raise UsageError(f"{target} cannot be written: {error.strerror}. Name another place.") from None


# --- printing -------------------------------------------------------------------------------------------------------


def print_authorization(found: Authorization, record: Record, day: date) -> None:
    """Print what is said about the request on stdout."""
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


class Pages:
    """Writes what is said about a request with one set of signs, for one width."""

    def __init__(self, glyphs: Glyphs, width: int) -> None:
        from lenitive.cli.report import Writer

        self.glyphs = glyphs
        self.writer = Writer(glyphs, width)

    def all(
        self, found: Authorization, name: str, refused: int, followed: Sequence[Followed] = ()
    ) -> Iterator[RenderableType]:
        """From what is asked to what would change the answer."""
        yield from self.head(found, name, refused)
        yield from self.policy(found)
        yield from self.authorities(found)
        yield from self.requests(followed)
        yield from self.ways(found)
        yield from self.open_points(found)
        yield from self.missing(found)
        yield from self.criteria(found)
        yield from self.foot(found)

    def head(self, found: Authorization, name: str, refused: int) -> Iterator[RenderableType]:
        """Who, when, what."""
        from rich.text import Text

        from lenitive.documents.letter import what_is_asked

        yield Text.assemble(("LENITIVE", "bold reverse"), "  ", (name, "bold"))
        yield Text(f"as of {found.as_of}: {what_is_asked(found)}")
        if refused:
            yield Text(f"{refused} records were refused and were not looked at.", style="bold yellow")

    def policy(self, found: Authorization) -> Iterator[RenderableType]:
        """Which policy speaks and why, and how the request stands."""
        from rich.text import Text

        chosen = found.chosen
        yield self.writer.title("POLICY")
        parts = [chosen.label, chosen.contractor, chosen.policy_id]
        yield Text(f" {self.glyphs.dot} ".join(part for part in parts if part), style="bold")
        yield Text(chosen.reason)
        if chosen.effective_from:
            yield self.writer.note(f"rows in force from {chosen.effective_from}")
        if chosen.citation:
            yield self.writer.note(f"source: {self._cited(chosen.citation)}")
        if found.determination:
            status = found.determination.status
            sign, style = _signs(self.glyphs)[{"met": True, "not met": False}.get(status)]
            yield Text(f"{sign} {status.upper()}", style=f"bold {style}")
        for warning in found.warnings:
            yield Text(f"{self.glyphs.warning} {warning}", style="yellow")

    def authorities(self, found: Authorization) -> Iterator[RenderableType]:
        """Which programmes want a decision beforehand, within what time, and for how long it holds."""
        from rich.text import Text

        if found.authorities:
            yield self.writer.title("DECISION BEFOREHAND")
        for one in found.authorities:
            sure = "" if one.applies == "met" else f" (perhaps: {one.because})"
            dot = f" {self.glyphs.dot} "
            notes = [f"codes {', '.join(one.codes)}"]
            notes += [f"{time.urgency}: {time.amount} {time.counted}" for time in one.times]
            notes += [f"holds {one.valid_days} days, for {one.valid_for}"] if one.valid_days else []
            notes += ["without it nothing is paid"] if one.condition_of_payment else []
            lines = [dot.join(notes), f"source: {self._cited(one.citation)}"]
            yield Text.assemble((f"{one.label}: {one.service}{sure}", "bold"), ("\n" + "\n".join(lines), "dim"))

    def requests(self, followed: Sequence[Followed]) -> Iterator[RenderableType]:
        """Where the requests on record for this procedure stand, and what to do next."""
        from rich.text import Text

        if followed:
            yield self.writer.title("REQUESTS ON RECORD")
        for one in followed:
            number = f" {self.glyphs.dot} number {one.number}" if one.number else ""
            yield Text.assemble((f"{one.request}: {one.state}", "bold"), number)
            for warning in one.warnings:
                yield Text(f"{self.glyphs.warning} {warning}", style="yellow")
            for step in one.next:
                by = f" (by {step.by})" if step.by else ""
                yield Text.assemble(f"{self.glyphs.step} {step.what}{by} ", (step.why, "dim"))

    def ways(self, found: Authorization) -> Iterator[RenderableType]:
        """What would make the request met."""
        from rich.text import Text

        from lenitive.documents.packet import ways

        said = ways(found)
        if said:
            yield self.writer.title("WOULD BECOME MET IF")
        for way in said:
            yield Text(f"{way.text}{':' if way.items else '.'}")
            for item in way.items:
                grid = self.writer.grid(3, None)
                grid.add_row(Text(self.glyphs.step, justify="right"), Text(item))
                yield grid

    def open_points(self, found: Authorization) -> Iterator[RenderableType]:
        """Points that the policy's text leaves open and that would change the status, both readings named."""
        from rich.text import Text

        matter = [one for one in found.open_points if one.matters]
        if matter:
            yield self.writer.title("THE TEXT CAN BE READ OTHERWISE")
        for one in matter:
            yield Text.assemble((one.issue, "bold"), f" Read the other way: {one.otherwise}.")
            yield Text(f"{one.reading} {self._cited(one.citation)}", style="dim")

    def missing(self, found: Authorization) -> Iterator[RenderableType]:
        """Questions and documents, the most useful first."""
        from rich.text import Text

        if not found.missing:
            return
        yield self.writer.title("MISSING, MOST USEFUL FIRST")
        alike = found.missing[0].change if len({one.change for one in found.missing}) == 1 else None
        if alike and len(found.missing) > 1:
            yield Text(f"Each of these: {alike}.")
        for number, one in enumerate(found.missing, start=1):
            grid = self.writer.grid(4, None)
            lines = [*one.details, f"settles: {'; '.join(one.settles)}"]
            lines += [] if alike and len(found.missing) > 1 else [f"changes: {one.change}"]
            told = Text.assemble((one.question, "bold"), ("\n" + "\n".join(lines), "dim"))
            grid.add_row(Text(f"{number}.", justify="right"), told)
            yield grid

    def criteria(self, found: Authorization) -> Iterator[RenderableType]:
        """Each criterion: wanted, found, evidence, numbers, sources."""
        if found.criteria:
            yield self.writer.title("CRITERIA")
        for one in found.criteria:
            yield self.criterion(one)

    def criterion(self, one: CriterionShown) -> RenderableType:
        """One criterion with its basis."""
        from rich.console import Group
        from rich.text import Text

        result = one.result
        sign, style = _signs(self.glyphs)[result.satisfied]
        grid = self.writer.grid(2, None)
        grid.add_row(
            Text(sign, style=style),
            Group(
                Text.assemble((one.label, "bold"), *(f" {self.glyphs.dot} {note}" for note in _notes(one))),
                *([] if _says_all(one) else [Text(f"wanted: {result.wanted}; found: {result.status}", style=style)]),
                *(Text(f"seen: {seen.text} ({_when(seen.on, seen.source)})", style="dim") for seen in result.facts),
                *(Text(f"asked with: {line}", style="dim") for line in self._asked_with(one)),
                *(Text(f"source: {cited}", style="dim") for cited in dict.fromkeys(map(self._cited, result.citations))),
            ),
        )
        return grid

    def _asked_with(self, one: CriterionShown) -> Iterator[str]:
        """The numbers of a row together; where they come from only if that is not where the row itself stands."""
        from lenitive.documents.packet import parameter_text

        grouped: dict[str, list[str]] = {}
        for used in one.parameters:
            if said := parameter_text(used):
                grouped.setdefault(self._cited(used.citation), []).append(said)
        of_the_row = {self._cited(cited) for cited in one.result.citations}
        for cited, numbers in grouped.items():
            said = "; ".join(numbers)
            yield said if cited in of_the_row else f"{said} {self.glyphs.dot} {cited}"

    def _cited(self, citation: Citation) -> str:
        return f"{self.writer.cited(citation)} {citation.locator}"

    def foot(self, found: Authorization) -> Iterator[Text | RenderableType]:
        """What the marks mean, and what this is not."""
        from rich.text import Text

        from lenitive.cli.glyphs import GRADES
        from lenitive.cli.report import NOTICE

        yield Text(self.glyphs.rule * self.writer.width, style="dim")
        if found.criteria:
            marks = ", ".join(f"{self.glyphs.grade(grade)} {words}" for grade, words in GRADES.items())
            yield Text(f"Sources: {marks}. Show one: lenitive knowledge show NAME.", style="dim")
        yield Text(f"{NOTICE} A status promises no payment.", style="dim")


def _signs(glyphs: Glyphs) -> dict[bool | None, tuple[str, str]]:
    return {True: (glyphs.yes, "green"), False: (glyphs.no, "red"), None: (glyphs.open, "cyan")}


def _says_all(one: CriterionShown) -> bool:
    """The sign in front already says that what is wanted was found."""
    return one.result.wanted == one.result.status == "met"


def _notes(one: CriterionShown) -> list[str]:
    result = one.result
    return [
        *(["advice"] if result.severity == "advice" else []),
        *([f"at least {one.at_least} of {result.group}"] if result.group else []),
        *(["only recalled: warns, never refuses"] if result.warns_only else []),
    ]


def _when(day: date | None, source: str) -> str:
    return ", ".join(part for part in (str(day) if day else "day not recorded", source) if part)

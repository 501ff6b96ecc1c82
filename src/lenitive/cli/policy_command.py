"""``lenitive policy``: what a policy wants on a day, what changed between two days, and for whom."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lenitive.cli.asking_policies import completed, not_about, only_procedure
from lenitive.cli.counting import counted
from lenitive.cli.options import AsOf, Payer, Programme, Site, State, insurance_of, parse_day, parse_request, today
from lenitive.cli.teaching import FOUND_SOMETHING, teaching_errors
from lenitive.errors import UsageError

if TYPE_CHECKING:
    from rich.console import RenderableType

    from lenitive.chart import Insurance, Request
    from lenitive.cli.paper import Paper
    from lenitive.medicine.shapes import Member
    from lenitive.reasoning.book import Book
    from lenitive.reasoning.policy_changes import Change, PolicyChanges, PolicyOnDay, RowShown
    from lenitive.registry.impact import Impact

app = typer.Typer(help="Look into payers' policies and what changes in them.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="The policy; `lenitive policy list`.", metavar="ID")]
In = Annotated[str | None, typer.Option("--state", help="Only the contractor of this state, two letters.")]
MOST_NAMED = 20
"""Patients whom a page names one by one."""

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


@app.command(name="list")
def list_policies() -> None:
    """List the policies with the days on which their versions begin."""
    with teaching_errors():
        from rich.text import Text

        from lenitive.cli.paper import paper
        from lenitive.reasoning.book import book

        on = paper()
        for name, policy in book().content.policies.items():
            begins = ", ".join(str(version.effective_from) for version in policy.versions)
            members = f"; {len(policy.members)} contractors' versions" if policy.members else ""
            on.print(
                Text.assemble((name, "bold"), f"\n  {_plain(on, policy.label)}\n", (f"  from {begins}{members}", "dim"))
            )


@app.command()
def show(name: Name, as_of: AsOf = None, state: In = None, as_json: AsJson = False) -> None:
    """Show what a policy wants on a day, with numbers and sources."""
    with teaching_errors():
        from lenitive.reasoning.book import book
        from lenitive.reasoning.policy_changes import policy_on

        found = policy_on(book(), name, as_of or today(), _state(state))
        _out(found, as_json, _shown)


@app.command()
def diff(
    name: Name,
    before: Annotated[date, typer.Argument(parser=parse_day, metavar="DAY1", help="A day, 2024-06-01.")],
    after: Annotated[date, typer.Argument(parser=parse_day, metavar="DAY2", help="Another day.")],
    state: In = None,
    as_json: AsJson = False,
) -> None:
    """Say what changed in a policy between the versions in force on DAY1 and on DAY2."""
    with teaching_errors():
        from lenitive.reasoning.book import book
        from lenitive.reasoning.policy_changes import policy_changes

        _out(policy_changes(book(), name, before, after, _state(state)), as_json, _changes)


@app.command()
def impact(
    name: Name,
    facts: Annotated[Path, typer.Option("--facts", help="A folder that `lenitive facts` wrote.")],
    as_of: Annotated[
        list[date],
        typer.Option(
            "--as-of",
            parser=parse_day,
            metavar="DAY",
            help="Give it twice: the version of which day, before and after.",
        ),
    ],
    on: Annotated[
        date | None,
        typer.Option(
            "--on",
            parser=parse_day,
            metavar="DAY",
            help="Ask both versions about the charts of this one day, so that only the policy differs.",
        ),
    ] = None,
    request: Annotated[str | None, typer.Option(help="What is asked for: kind=…, side=left.")] = None,
    payer: Payer = None,
    programme: Programme = None,
    state: State = None,
    site: Site = None,
    as_json: AsJson = False,
) -> None:
    """Say which patients of a registry stand otherwise under the version of another day."""
    with teaching_errors():
        from lenitive.reasoning.book import book
        from lenitive.registry.impact import Half
        from lenitive.registry.impact import impact as impact_on
        from lenitive.registry.store import open_store

        if len(as_of) != 2:
            raise UsageError(f"--as-of is given {counted(len(as_of), 'time')}. Give the day before and the day after.")
        before, after = as_of
        asked = _asked(book(), name, request, insurance_of(payer, programme, state, site))
        halves = Half(before, on or before), Half(after, on or after)
        found = impact_on(open_store(facts), book(), name, asked, *halves)
        _out(found, as_json, _impact)
    if found.changed:
        raise typer.Exit(FOUND_SOMETHING)


def _asked(known: Book, policy: str, text: str | None, insured: Insurance | None) -> Request:
    """What is asked for; the procedure may be left out where the policy is about one only."""
    from lenitive.chart import Request
    from lenitive.reasoning.policy_changes import policy_named

    kinds = policy_named(known, policy).procedures
    asked = parse_request(text) if text else Request(kind=only_procedure(known, policy))
    if asked.kind not in kinds:
        raise not_about(known, policy, [asked.kind])
    if asked.on is not None:
        raise UsageError("--request: leave out `on`; --as-of says which versions, and --on which day's charts.")
    return completed(known, asked, insured)


def _impact(found: Impact, on: Paper) -> Iterator[RenderableType]:
    from rich.table import Table
    from rich.text import Text

    yield Text.assemble((found.policy, "bold"))
    for word, side, version in (
        ("before", found.before, found.version_before),
        ("after", found.after, found.version_after),
    ):
        yield Text(f"{word}: the version from {version}, in force on {side.version_on}, charts of {side.asked_on}")
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for head in ("before", "after"):
        table.add_column(head)
    table.add_column("patients", justify="right")
    for moved in found.counts:
        style = "bold" if moved.before != moved.after else "dim"
        table.add_row(moved.before, moved.after, str(moved.patients), style=style)
    yield table
    if not found.changed:
        yield Text("Nobody's status changes.")
        return
    changed = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for head in ("patient", "before", "after"):
        changed.add_column(head, overflow="fold")
    for one in found.changed[:MOST_NAMED]:
        changed.add_row(one.patient, one.before, one.after)
    yield changed
    if len(found.changed) > MOST_NAMED:
        more = counted(len(found.changed) - MOST_NAMED, "more patient")
        yield Text(f"… and {more}; --json names every one.")


def _state(state: str | None) -> str | None:
    insured = insurance_of(None, None, state, None)
    return insured.state if insured else None


def _out(found: object, as_json: bool, told: object) -> None:
    from lenitive.cli.glyphs import all_in_ascii
    from lenitive.cli.output import write_json
    from lenitive.cli.paper import paper

    if as_json:
        import msgspec

        write_json(msgspec.json.encode(found))
        return
    on = paper()
    on.print(*told(all_in_ascii(found) if on.is_ascii else found, on))  # type: ignore[operator]


def _plain(on: Paper, text: str) -> str:
    from lenitive.cli.glyphs import in_ascii

    return in_ascii(text) if on.is_ascii else text


def _shown(found: PolicyOnDay, on: Paper) -> Iterator[RenderableType]:
    from rich.text import Text

    from lenitive.cli.report import Writer

    writer = Writer(on.glyphs, on.width)
    since = f"rows in force from {found.effective_from}" if found.effective_from else "no version in force"
    yield Text.assemble((found.label, "bold"), f"\n{found.policy} on {found.day}: {since}")
    for row in found.rows:
        yield _row(row, on, "")
    if found.members:
        yield writer.title("CONTRACTORS")
    for member in found.members:
        yield Text(_member(member))


def _row(row: RowShown, on: Paper, sign: str) -> RenderableType:
    from rich.text import Text

    from lenitive.cli.report import Writer
    from lenitive.documents.packet import parameter_text

    dot = f" {on.glyphs.dot} "
    notes = [row.row, f"wants {row.criterion} {row.want}"]
    notes += [f"at least {row.at_least} of {row.group}"] if row.group else []
    notes += ["advice"] if row.severity == "advice" else []
    notes += [f"only when {row.when}"] if row.when else []
    numbers = [said for one in row.parameters if (said := parameter_text(one))]
    cited = f"{Writer(on.glyphs, on.width).cited(row.citation)} {row.citation.locator}"
    lines = [dot.join(notes), *([dot.join(numbers)] if numbers else []), cited]
    return Text.assemble((f"{sign}{row.label}", "bold"), ("".join(f"\n  {line}" for line in lines), "dim"))


def _member(member: Member) -> str:
    until = f" until {member.effective_until}" if member.effective_until else ""
    places = f"{', '.join(member.jurisdictions)}: {', '.join(member.states)}"
    return f"{member.contractor} {member.policy_id}, {places}, from {member.effective_from}{until}"


def _changes(found: PolicyChanges, on: Paper) -> Iterator[RenderableType]:
    from rich.text import Text

    yield Text.assemble((found.label, "bold"), f"\n{found.policy}")
    for day, version in ((found.before, found.version_before), (found.after, found.version_after)):
        yield Text(f"on {day}: " + (f"rows in force from {version}" if version else "no version in force"))
    if found.is_empty:
        yield Text("Nothing changed.")
    for row in found.added:
        yield _row(row, on, "+ ")
    for row in found.removed:
        yield _row(row, on, "- ")
    for one in found.changed:
        yield Text.assemble((f"~ {one.label}", "bold"), (f"  {one.row}", "dim"), _arrows(one.changes, on))
    for member in found.members_added:
        yield Text(f"+ {_member(member)}")
    for member in found.members_removed:
        yield Text(f"- {_member(member)}")
    for changed in found.members_changed:
        yield Text.assemble((f"~ {changed.member}", "bold"), _arrows(changed.changes, on))


def _arrows(changes: list[Change], on: Paper) -> str:
    return "".join(f"\n  {one.what}: {one.before} {on.glyphs.step} {one.after}" for one in changes)

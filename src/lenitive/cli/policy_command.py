"""``lenitive policy``: what a policy wants on a day, and what changed between two days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from lenitive.cli.options import AsOf, parse_day, today
from lenitive.cli.teaching import teaching_errors

if TYPE_CHECKING:
    from rich.console import RenderableType

    from lenitive.cli.paper import Paper
    from lenitive.documents.policy_changes import Change, PolicyChanges, PolicyOnDay, RowShown
    from lenitive.medicine.shapes import Member

app = typer.Typer(help="Look into payers' policies and what changes in them.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="The policy; `lenitive policy list`.", metavar="ID")]
In = Annotated[str | None, typer.Option("--state", help="Only the contractor of this state, two letters.")]
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
        from lenitive.documents.policy_changes import policy_on
        from lenitive.reasoning.book import book

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
        from lenitive.documents.policy_changes import policy_changes
        from lenitive.reasoning.book import book

        _out(policy_changes(book(), name, before, after, _state(state)), as_json, _changes)


def _state(state: str | None) -> str | None:
    from lenitive.cli.options import insurance_of

    insured = insurance_of(None, None, state, None)
    return insured.state if insured else None


def _out(found: object, as_json: bool, told: object) -> None:
    from lenitive.cli.assess_command import write_json
    from lenitive.cli.glyphs import all_in_ascii
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

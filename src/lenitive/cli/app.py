"""The commands, each in a module of its own that imports what it needs only when it runs."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from lenitive import __version__
from lenitive.cli.assess_command import assess, schema
from lenitive.cli.authorize_command import authorize
from lenitive.cli.demo_command import demo
from lenitive.cli.drawing_command import drawing
from lenitive.cli.evaluate_command import evaluate
from lenitive.cli.facts_command import facts
from lenitive.cli.handout_command import handout
from lenitive.cli.knowledge_command import app as knowledge
from lenitive.cli.outcomes_command import outcomes
from lenitive.cli.plan_command import plan
from lenitive.cli.policy_command import app as policy
from lenitive.cli.serve_command import backup, open_practice, restore, serve
from lenitive.cli.teaching import complain
from lenitive.errors import UsageError


class _Command(TyperGroup):
    """The command. A word that is empty is a slip (a variable of the shell that is not set), and no file or folder."""

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        """Refuse it before anything is read: as a path it would mean the folder one is in."""
        if "" in args:
            complain("A word of the command is empty. Perhaps a variable of the shell is not set.")
            raise typer.Exit(UsageError.exit_code)
        return super().make_context(info_name, args, parent, **extra)


app = typer.Typer(
    name="lenitive",
    cls=_Command,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _say_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"lenitive {__version__}")
        raise typer.Exit


@app.callback()
def lenitive(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and stop.", is_eager=True, callback=_say_version)
    ] = False,
) -> None:
    """From one patient's record to a cited assessment of chronic pain."""


app.command()(assess)
app.command()(schema)
app.command()(authorize)
app.command()(plan)
app.command()(handout)
app.command()(drawing)
app.command()(facts)
app.command()(evaluate)
app.command()(outcomes)
app.command()(demo)
app.command()(serve)
app.command()(open_practice)
app.command()(backup)
app.command()(restore)
app.add_typer(knowledge, name="knowledge")
app.add_typer(policy, name="policy")

"""``lenitive evaluate``: how every patient of a registry stands against one policy, or against several at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lenitive.cli.asking_policies import completed, not_about, only_procedure
from lenitive.cli.counting import counted
from lenitive.cli.options import REQUEST, AsOf, Payer, Programme, Site, State, insurance_of, parse_requests, today
from lenitive.cli.progress import progress
from lenitive.cli.teaching import teaching_errors
from lenitive.errors import UsageError

if TYPE_CHECKING:
    from rich.table import Table

    from lenitive.chart import Insurance, Request
    from lenitive.reasoning.book import Book
    from lenitive.reasoning.policy_question import PolicyQuestion
    from lenitive.rules.model import Node
    from lenitive.status import Status


class Engine(StrEnum):
    """Which engine works it out."""

    POLARS = "polars"
    SPARK = "spark"


ALL = "all"


@dataclass(frozen=True)
class Asked:
    """One policy asked about one request."""

    question: PolicyQuestion
    request: Request


def evaluate(
    registry: Annotated[Path, typer.Argument(help="A folder that `lenitive facts` wrote.")],
    policy: Annotated[
        list[str],
        typer.Option(help="A policy (`lenitive knowledge list policies`), or `all` in force. May be given again."),
    ],
    out: Annotated[Path, typer.Option(help="The file to write: .csv or .parquet.")],
    as_of: AsOf = None,
    request: Annotated[
        list[str] | None,
        typer.Option(help=f"What is asked for: {REQUEST}. May be given again."),
    ] = None,
    payer: Payer = None,
    programme: Programme = None,
    state: State = None,
    site: Site = None,
    engine: Annotated[Engine, typer.Option(help="Polars on this machine, or Spark.")] = Engine.POLARS,
    replace: Annotated[bool, typer.Option("--replace", help="Replace the file that is there.")] = False,
) -> None:
    """Write the status of the POLICY and of each of its criteria for every patient of REGISTRY.

    Several policies, or several requests, go through the registry together, which is much faster than one after the
    other; the columns then begin with the name of the policy.
    """
    with teaching_errors():
        from lenitive.reasoning.book import book

        _check_out(out, replace)
        day = as_of or today()
        asked = _asked(book(), policy, request or [], insurance_of(payer, programme, state, site), day)
        from lenitive.registry.evaluation import evaluate_store
        from lenitive.registry.store import open_store

        store = open_store(registry)
        questions, about = _questions(asked, day)
        with progress() as told:
            counts = evaluate_store(
                store, questions, day, out, about, engine=engine.value, progress=told, only_where=_speaking(asked)
            )
        if about is None:
            _print_policies(asked, counts, day, store.about.patients, out)
        else:
            _print_counts(next(iter(asked.values())).question, counts, day, store.about.patients, out)


def _questions(asked: Mapping[str, Asked], day: date) -> tuple[dict[str, Node], Request | None]:
    """The columns of the answer, and the request that they are about; each its own if there are several."""
    from lenitive.registry import together
    from lenitive.registry.evaluation import named_questions

    if len(asked) == 1:
        only = next(iter(asked.values()))
        return named_questions(only.question), only.request
    each = {name: together.Asked(named_questions(one.question), one.request) for name, one in asked.items()}
    return together.together(each, day), None


def _speaking(asked: Mapping[str, Asked]) -> dict[str, str]:
    """Of several policies: the column of how each stands -> the column of whether it applies, where that is asked."""
    from lenitive.registry.evaluation import SPEAKS, STATUS

    if len(asked) == 1:
        return {}
    return {f"{name}.{STATUS}": f"{name}.{SPEAKS}" for name, one in asked.items() if one.question.speaks is not None}


def _check_out(out: Path, replace: bool) -> None:
    if out.is_dir():
        raise UsageError(f"{out} is a folder. Name a file that ends in .csv or .parquet.")
    if out.exists() and not replace:
        raise UsageError(f"{out} is there already. Name another file, or say --replace.")


def _asked(
    book: Book, policies: Sequence[str], requests: Sequence[str], insurance: Insurance | None, as_of: date
) -> dict[str, Asked]:
    """Every policy with every request that it is about. Two requests make a policy ``NAME:KIND``."""
    from lenitive.errors import no_such
    from lenitive.reasoning.policy_question import policy_question

    for name in policies:
        if name != ALL and name not in book.content.policies:
            raise no_such("policy", name, [*book.content.policies, ALL])
    if ALL in policies and not requests:
        raise UsageError("Say which procedures all policies are asked about: --request kind=…, once for each.")
    from lenitive.reasoning.in_force import version_in_force

    parsed = [completed(book, request, insurance) for request in _parsed(book, policies, requests)]
    pairs = [
        (name, request)
        for name in _named(book, policies)
        for request in _those_about(book, name, parsed, name in policies)
        if name in policies or version_in_force(book.content.policies[name], request.on or as_of)
    ]
    if not pairs:
        kinds = ", ".join(request.kind for request in parsed)
        raise UsageError(f"No policy that is in force is about {kinds}; `lenitive knowledge list policies`.")
    return {
        f"{name}:{request.kind}" if len(parsed) > 1 else name: Asked(
            policy_question(book, name, request, as_of), request
        )
        for name, request in pairs
    }


def _named(book: Book, policies: Sequence[str]) -> list[str]:
    """The policies meant, each once."""
    return list(book.content.policies) if ALL in policies else list(dict.fromkeys(policies))


def _those_about(book: Book, name: str, requests: Sequence[Request], by_name: bool) -> Iterator[Request]:
    """The requests that a policy is about. One that was named must be about some."""
    kinds = book.content.policies[name].procedures
    about = [request for request in requests if request.kind in kinds]
    if by_name and not about:
        raise not_about(book, name, [request.kind for request in requests])
    yield from about


def _parsed(book: Book, policies: Sequence[str], requests: Sequence[str]) -> list[Request]:
    """What is asked for; the procedure may be left out where the policies are about one only."""
    from lenitive.chart import Request

    if requests:
        return parse_requests(requests)
    return [Request(kind=kind) for kind in dict.fromkeys(only_procedure(book, name) for name in policies)]


def _table(*more: str) -> Table:
    """An empty table of how many patients stand how."""
    from rich.table import Table

    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("", overflow="fold")
    for head in ("as wanted", "otherwise", "undocumented", *more):
        table.add_column(head, justify="right")
    return table


def _print_policies(
    asked: Mapping[str, Asked], counts: dict[str, dict[Status, int]], day: date, patients: int, out: Path
) -> None:
    """A line a policy; the criteria stand in the file."""
    from lenitive.cli.paper import paper
    from lenitive.registry.evaluation import STATUS
    from lenitive.status import Status

    on = paper()
    table = _table("does not\napply")
    for name in asked:
        count = counts[f"{name}.{STATUS}"]
        shown = [count[status] for status in (Status.MET, Status.NOT_MET, Status.UNDOCUMENTED)]
        table.add_row(name, *map(str, [*shown, patients - sum(shown)]))
    on.print(f"{counted(len(asked), 'policy', 'policies')} as of {day}: {counted(patients, 'patient')}.", table)
    on.print(f"Wrote {out}.")


def _print_counts(
    question: PolicyQuestion, counts: dict[str, dict[Status, int]], day: date, patients: int, out: Path
) -> None:
    from lenitive.cli.glyphs import in_ascii
    from lenitive.cli.paper import paper
    from lenitive.registry.evaluation import SPEAKS, STATUS
    from lenitive.status import Status

    on = paper()
    table = _table()
    wanted = (Status.MET, Status.NOT_MET, Status.UNDOCUMENTED)
    lines = [("The policy as a whole", counts[STATUS], wanted)]
    lines += [("The policy is the one that applies", counts[SPEAKS], wanted)] if SPEAKS in counts else []
    for row in question.rows:
        order = wanted if row.row.want == "met" else (Status.NOT_MET, Status.MET, Status.UNDOCUMENTED)
        lines.append((row.row.label or row.name, counts[row.name], order))
    for label, count, order in lines:
        table.add_row(in_ascii(label) if on.is_ascii else label, *(str(count[status]) for status in order))
    on.print(
        f"{question.policy}, version from {question.effective_from}, as of {day}: {counted(patients, 'patient')}.",
        table,
    )
    on.print(f"Wrote {out}.")

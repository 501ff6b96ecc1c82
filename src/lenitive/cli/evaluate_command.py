"""``lenitive evaluate``: how every patient of a registry stands against a policy."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lenitive.cli.options import AsOf, Payer, Programme, Site, State, insurance_of, parse_request, today
from lenitive.cli.progress import progress
from lenitive.cli.teaching import teaching_errors
from lenitive.errors import UsageError

if TYPE_CHECKING:
    from lenitive.chart import Request
    from lenitive.reasoning.book import Book
    from lenitive.reasoning.policy_question import PolicyQuestion
    from lenitive.rules.model import Node
    from lenitive.status import Status


class Engine(StrEnum):
    """Which engine works it out."""

    POLARS = "polars"
    SPARK = "spark"


STATUS = "status"
SPEAKS = "policy_applies"


def evaluate(
    registry: Annotated[Path, typer.Argument(help="A folder that `lenitive facts` wrote.")],
    policy: Annotated[str, typer.Option(help="The policy; `lenitive knowledge list policies`.")],
    out: Annotated[Path, typer.Option(help="The file to write: .csv or .parquet.")],
    as_of: AsOf = None,
    request: Annotated[
        str | None, typer.Option(help="What is asked for: kind=…,levels=L4-5;L5-S1,side=left,on=2026-06-01.")
    ] = None,
    payer: Payer = None,
    programme: Programme = None,
    state: State = None,
    site: Site = None,
    engine: Annotated[Engine, typer.Option(help="Polars on this machine, or Spark.")] = Engine.POLARS,
    replace: Annotated[bool, typer.Option("--replace", help="Replace the file that is there.")] = False,
) -> None:
    """Write the status of the POLICY and of each of its criteria for every patient of REGISTRY."""
    with teaching_errors():
        from lenitive.reasoning.book import book
        from lenitive.reasoning.policy_question import policy_question

        _check_out(out, replace)
        day = as_of or today()
        asked = _request(book(), policy, request, insurance_of(payer, programme, state, site))
        question = policy_question(book(), policy, asked, day)
        from lenitive.registry.evaluation import evaluate_store
        from lenitive.registry.store import open_store

        store = open_store(registry)
        questions = named_questions(question)
        with progress() as told:
            counts = evaluate_store(store, questions, day, out, asked, engine=engine.value, progress=told)
        _print_counts(question, counts, day, store.about.patients, out)


def named_questions(question: PolicyQuestion) -> dict[str, Node]:
    """The columns of the answer: the policy, whether it applies, each criterion, and whether its row applies."""
    named: dict[str, Node] = {STATUS: question.status}
    if question.speaks is not None:
        named[SPEAKS] = question.speaks
    for row in question.rows:
        named[row.name] = row.met
        if row.applies is not None:
            named[f"{row.name}.applies"] = row.applies
    return named


def _check_out(out: Path, replace: bool) -> None:
    if out.is_dir():
        raise UsageError(f"{out} is a folder. Name a file that ends in .csv or .parquet.")
    if out.exists() and not replace:
        raise UsageError(f"{out} is there already. Name another file, or say --replace.")


def _request(book: Book, policy: str, text: str | None, insurance: Request | None) -> Request:
    """What is asked for; the procedure may be left out where the policy is about one only."""
    import msgspec

    from lenitive.chart import Request
    from lenitive.errors import no_such

    if policy not in book.content.policies:
        raise no_such("policy", policy, book.content.policies)
    kinds = book.content.policies[policy].procedures
    if text is None and len(kinds) > 1:
        raise UsageError(
            f"The policy {policy!r} is about several procedures. Say which: --request kind={kinds[0]}; "
            f"there are: {', '.join(kinds)}."
        )
    request = parse_request(text) if text else Request(kind=kinds[0])
    if request.kind not in kinds:
        raise UsageError(f"The policy {policy!r} is not about {request.kind!r}. It is about: {', '.join(kinds)}.")
    known = book.content.procedures.get(request.kind)
    if request.region is None and known:
        request = msgspec.structs.replace(request, region=known.region)
    if insurance is None:
        return request
    given = {name: getattr(insurance, name) for name in ("payer", "programme", "state", "site_of_service")}
    return msgspec.structs.replace(request, **{name: value for name, value in given.items() if value})


def _print_counts(
    question: PolicyQuestion, counts: dict[str, dict[Status, int]], day: date, patients: int, out: Path
) -> None:
    from rich.table import Table

    from lenitive.cli.glyphs import in_ascii
    from lenitive.cli.paper import paper
    from lenitive.status import Status

    on = paper()
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("", overflow="fold")
    for head in ("as wanted", "otherwise", "undocumented"):
        table.add_column(head, justify="right")
    wanted = (Status.MET, Status.NOT_MET, Status.UNDOCUMENTED)
    lines = [("The policy as a whole", counts[STATUS], wanted)]
    lines += [("The policy is the one that applies", counts[SPEAKS], wanted)] if SPEAKS in counts else []
    for row in question.rows:
        order = wanted if row.row.want == "met" else (Status.NOT_MET, Status.MET, Status.UNDOCUMENTED)
        lines.append((row.row.label or row.name, counts[row.name], order))
    for label, count, order in lines:
        table.add_row(in_ascii(label) if on.is_ascii else label, *(str(count[status]) for status in order))
    on.print(f"{question.policy}, version from {question.effective_from}, as of {day}: {patients} patients.", table)
    on.print(f"Wrote {out}.")

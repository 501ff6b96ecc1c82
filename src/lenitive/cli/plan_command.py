"""``lenitive plan``: what came of the last steps, what comes next, and who else has a part in it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lenitive.cli.options import AsOf, today
from lenitive.cli.output import write_json
from lenitive.cli.record import read_record
from lenitive.cli.teaching import teaching_errors
from lenitive.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import RenderableType

    from lenitive.cli.report import Writer
    from lenitive.reasoning.assessment import Alert, NamedSource
    from lenitive.reasoning.follow_up import FollowUp
    from lenitive.reasoning.medicines import MedicineStep
    from lenitive.reasoning.opioids import OpioidStep
    from lenitive.reasoning.plan import Rung, Then
    from lenitive.reasoning.plan_of_care import PlanOfCare

MOST_GOALS = 4
MOST_ASKED = 2
MOST_NAMED = 4
GUIDE_PARTS = {"never": "Never", "consider when": "When", "steps": "Step", "watch": "Watch"}


def plan(
    file: Annotated[Path, typer.Argument(help="A case file, a FHIR bundle or an NDJSON export.")],
    as_of: AsOf = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    as_fhir: Annotated[bool, typer.Option("--fhir", help="Print a FHIR R4 CarePlan.")] = False,
) -> None:
    """Say what came of the last procedures in FILE, what to do next, and what then."""
    import msgspec

    with teaching_errors():
        if as_json and as_fhir:
            raise UsageError("--json and --fhir print two different things. Choose one.")
        record = read_record(file)
        day = as_of or record.day or today()
        from lenitive.reasoning import assess
        from lenitive.reasoning.plan_of_care import plan_of_care

        requests = [record.request] if record.request else []
        asked_for = [request.kind for request in requests]
        told = plan_of_care(record.chart, day, assess(record.chart, day, requests), asked_for=asked_for)
        if as_json:
            write_json(msgspec.json.encode(told))
            return
        if as_fhir:
            from lenitive.interop.fhir.care_plan import care_plan

            write_json(msgspec.json.encode(care_plan(told)))
            return
        from lenitive.cli.report import who

        _print(told, who(record.chart.as_of(day), day))


def _print(told: PlanOfCare, who: str) -> None:
    from rich.text import Text

    from lenitive.cli.glyphs import all_in_ascii, in_ascii
    from lenitive.cli.paper import paper
    from lenitive.cli.report import Writer

    on = paper()
    if on.is_ascii:
        told, who = all_in_ascii(told), in_ascii(who)
    writer = Writer(on.glyphs, on.width)
    on.print(Text.assemble(("LENITIVE", "bold reverse"), "  ", (who, "bold"), f"\nplan as of {told.as_of}"))
    parts = (
        _first(told.alerts, writer),
        _came_of(told.follow_ups, writer),
        _think_of(told.named, writer),
        _ladder(told.ladder, writer),
        _medicines(told.medicines, writer),
        _opioids(told.opioid_steps, writer),
        _beside(told, writer),
    )
    for part in parts:
        on.print(*part)
    on.print(*writer.foot())


def _first(alerts: Sequence[Alert], writer: Writer) -> Iterator[RenderableType]:
    """What must be dealt with before the plan: dangers, drugs."""
    from lenitive.reasoning.telling import alike_alerts

    told = alike_alerts(alerts)
    if told:
        yield writer.title(f"ALERTS ({len(told)})", "bold red")
    for same in told:
        yield writer.alert(same[0], [alert.title for alert in same])


def _came_of(follow_ups: Sequence[FollowUp], writer: Writer) -> Iterator[RenderableType]:
    from rich.text import Text

    yield writer.title("WHAT CAME OF IT")
    if not follow_ups:
        yield Text("No procedure is recorded.")
    for one in follow_ups:
        on = f" on {one.on}" if one.on else ""
        yield Text.assemble((f"{one.label}{on}: ", "bold"), one.says)
        yield writer.note(f"Again: {one.again}. {one.why}", 2)
        for ask in one.missing[:2]:
            yield writer.note(f"{writer.glyphs.step} {ask.question}", 2)


def _think_of(named: Sequence[NamedSource], writer: Writer) -> Iterator[RenderableType]:
    """Sources that no question ranks, those on the problem list first."""
    from rich.text import Text

    if not named:
        return
    yield writer.title("ALSO THINK OF (no number is known)")
    for one in named[:MOST_NAMED]:
        yield Text.assemble((f"{one.label}. ", "bold"), one.says)
        for words in one.confirmed_by[: 0 if one.is_settled else 1]:
            yield writer.note(f"{writer.glyphs.step} {words}", 2)
    if len(named) > MOST_NAMED:
        yield writer.note(f"Also: {', '.join(one.label.lower() for one in named[MOST_NAMED:])}", 2)


def _ladder(rungs: Sequence[Rung], writer: Writer) -> Iterator[RenderableType]:
    from rich.text import Text

    yield writer.title("THE LADDER")
    if actions := [rung for rung in rungs if rung.procedure is None]:
        rungs = [rung for rung in rungs if rung not in actions]
        yield from _actions(actions, spares=bool(rungs))
    elif not rungs:
        yield Text("Nothing stands ready: see what is missing with lenitive assess.")
    for alike in _alike(rungs):
        labels = "; ".join(rung.label for rung in alike)
        yield Text.assemble((f"{alike[0].place.capitalize()}: {labels}. ", "bold"), alike[0].why)
        for when, steps in (("if it works", alike[0].if_it_works), ("if it fails", alike[0].if_it_fails)):
            for step in steps:
                yield writer.note(f"{writer.glyphs.step} {when}: {_step(step)}", 2)


def _actions(rungs: Sequence[Rung], spares: bool) -> Iterator[RenderableType]:
    """Under a red flag that stops procedures: what is done at once, and that everything else waits, or all but what it
    ``spares``."""
    from rich.text import Text

    from lenitive.reasoning.plan import WAITS, WAITS_BUT

    for rung in rungs:
        yield Text.assemble((f"Now: {rung.label}. ", "bold"), rung.why)
    if any(rung.waits for rung in rungs):
        yield Text(WAITS_BUT if spares else WAITS, style="bold yellow")


def _alike(rungs: Sequence[Rung]) -> list[list[Rung]]:
    """Rungs that stand alike and lead to the same: they share a line."""
    found: dict[tuple[object, ...], list[Rung]] = {}
    for rung in rungs:
        fails = tuple(step.procedure or step.label for step in rung.if_it_fails)
        trained = tuple(step.why for step in rung.if_it_works)
        found.setdefault((rung.place, rung.why, fails, trained), []).append(rung)
    return list(found.values())


def _step(step: Then) -> str:
    return f"{step.label}. {step.why}" if step.why else step.label


def _medicines(steps: Sequence[MedicineStep], writer: Writer) -> Iterator[RenderableType]:
    """Classes of pain medicines that are taken, may be tried now or come next; the others by name."""
    from rich.text import Text

    from lenitive.reasoning.citing import in_a_sentence
    from lenitive.reasoning.medicines import NEAR

    if not steps:
        return
    yield writer.title("MEDICINES")
    near = [step for step in steps if step.place in NEAR]
    for step in near:
        aim = f", for {in_a_sentence(step.target.label)}" if step.target.generator else ""
        head = f"{step.place.capitalize()}: {step.label}{aim}. "
        yield Text.assemble((head, "bold"), step.why)
        for dose in step.doses[:1]:
            yield writer.note(f"{dose.text} {writer.cited(dose.citation)}", 2)
        for ask in step.opens_with[:MOST_ASKED]:
            yield writer.note(f"{writer.glyphs.step} {ask}", 2)
        if step.take_care:
            yield writer.note(f"Take care: {'; '.join(step.take_care)}", 2)
    for place, title in (("later", "Later"), ("not now", "Not now")):
        rest = [step.label for step in steps if step.place == place]
        if rest:
            yield writer.note(f"{title}: {'; '.join(rest)}", 1)


def _opioids(steps: Sequence[OpioidStep], writer: Writer) -> Iterator[RenderableType]:
    """Naloxone, and coming down together: what never to do stands first."""
    from rich.text import Text

    if steps:
        yield writer.title("OPIOIDS")
    for step in steps:
        yield Text.assemble((f"{step.label}. ", "bold"), step.why)
        for part, title in GUIDE_PARTS.items():
            for one in step.guide:
                if one.part == part:
                    yield writer.note(f"{title}: {one.text} {writer.cited(one.citation)}", 2)


def _beside(told: PlanOfCare, writer: Writer) -> Iterator[RenderableType]:
    from rich.text import Text

    if told.goals:
        yield writer.title("GOALS TO TALK ABOUT")
    for goal in told.goals[:MOST_GOALS]:
        score = f" ({'; '.join(seen.text for seen in goal.scores)})" if goal.scores else ""
        yield Text.assemble((f"{goal.label}{score}: ", "bold"), f"{goal.ask} {goal.example}")
    if told.partners:
        yield writer.title("WHO ELSE")
    for partner in told.partners:
        yield Text.assemble((f"{partner.label}: ", "bold"), partner.question)

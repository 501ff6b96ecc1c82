"""The terminal's pages about one request: how it stands against the payer's policy, and what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.text import Text

from lenitive.cli.counting import counted
from lenitive.cli.glyphs import GRADES, Glyphs
from lenitive.cli.report import NOTICE, Writer

if TYPE_CHECKING:
    from lenitive.documents.authorization import Authorization, CriterionShown
    from lenitive.reasoning.assessment import Citation
    from lenitive.reasoning.authorizations import Followed


class Pages:
    """Writes what is said about a request with one set of signs, for one width."""

    def __init__(self, glyphs: Glyphs, width: int) -> None:
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
        from lenitive.documents.letter import what_is_asked

        yield Text.assemble(("LENITIVE", "bold reverse"), "  ", (name, "bold"))
        yield Text(f"as of {found.as_of}: {what_is_asked(found)}")
        if refused:
            were = "was" if refused == 1 else "were"
            told = f"{counted(refused, 'record')} {were} refused and {were} not looked at."
            yield Text(told, style="bold yellow")

    def policy(self, found: Authorization) -> Iterator[RenderableType]:
        """Which policy speaks and why, and how the request stands."""
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
        matter = [one for one in found.open_points if one.matters]
        if matter:
            yield self.writer.title("THE TEXT CAN BE READ OTHERWISE")
        for one in matter:
            yield Text.assemble((one.issue, "bold"), f" Read the other way: {one.otherwise}.")
            yield Text(f"{one.reading} {self._cited(one.citation)}", style="dim")

    def missing(self, found: Authorization) -> Iterator[RenderableType]:
        """Questions and documents, the most useful first."""
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

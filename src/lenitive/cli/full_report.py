"""The long report: every criterion with its evidence, every test, every source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import msgspec
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from lenitive.cli.bars import parts_in_words, percent
from lenitive.cli.glyphs import Glyphs
from lenitive.cli.report import HARM, Heading, Writer, _ratio
from lenitive.reasoning.telling import holds_of

if TYPE_CHECKING:
    from lenitive.chart import Chart
    from lenitive.reasoning.assessment import (
        Ask,
        Assessment,
        Citation,
        Contribution,
        CriterionResult,
        Determination,
        Differential,
        Option,
        RedFlagResult,
    )


def full_report(assessment: Assessment, heading: Heading, glyphs: Glyphs, width: int) -> Group:
    """Everything that an assessment holds, in the order of the short report."""
    writer = FullWriter(glyphs, width)
    return Group(
        *writer.head(assessment, heading),
        *writer.alerts(assessment, heading.asked_for),
        *writer.red_flags(assessment.red_flags),
        *writer.differentials(assessment.differential),
        *writer.overlays(assessment.overlays),
        *(part for option in _asked_first(assessment, heading) for part in writer.whole_option(option)),
        *writer.questions(assessment.missing),
        *writer.sources(assessment),
        *writer.foot(),
    )


def _asked_first(assessment: Assessment, heading: Heading) -> list[Option]:
    return sorted(assessment.options, key=lambda option: option.procedure not in heading.asked_for)


class FullWriter(Writer):
    """Leaves nothing out."""

    most_facts = most_sources = None

    def red_flags(self, flags: list[RedFlagResult]) -> Iterator[RenderableType]:
        """Each danger, how it stands, and on what basis."""
        if flags:
            yield self.title("RED FLAGS")
        for flag in flags:
            sign = {"met": self.glyphs.stop, "not met": self.glyphs.yes}.get(flag.status, self.glyphs.open)
            word = {"met": "raised", "not met": "not found", "undocumented": "not settled"}[flag.status]
            grid = self.grid(15, None)
            lines: list[RenderableType] = [Text(flag.label, style="bold")]
            if flag.status == "met":
                lines.append(Text(flag.action))
            lines.extend(self._basis(flag.facts, flag.citations, flag.missing))
            grid.add_row(Text(f"{sign} {word}", style="bold red" if flag.status == "met" else ""), Group(*lines))
            yield grid

    def differential(self, answer: Differential, with_tests: bool = True) -> Iterator[RenderableType]:
        """Every estimate with all its contributions, and every test worth doing."""
        yield self.title(answer.label.upper())
        yield self.note(" ".join([f"Starts from {answer.population} ({self.cited(answer.prior)}).", *answer.notes]))
        for rank, estimate in enumerate(answer.estimates):
            yield self.estimate(estimate, "blue" if rank == 0 else "")
            yield self.note(f"before the findings: {percent(estimate.prior)}", 4)
            for contribution in estimate.contributions:
                yield self.contribution(contribution)
                yield self._detail(contribution)
            for part in estimate.parts:
                yield self.note(f"within it: {parts_in_words([part])}", 4)
        yield self.unresolved(answer)
        for test in answer.next_tests:
            yield self.next_test(test, answer)
        if not answer.next_tests:
            yield self.no_next_test(answer)

    def other_pains(
        self, answers: Sequence[Differential], chart: Chart | None = None, aimed_at: frozenset[str | None] = frozenset()
    ) -> Iterator[RenderableType]:
        """Nothing is left out of another pain either."""
        for answer in answers:
            yield from self.differential(answer)

    def _detail(self, one: Contribution) -> RenderableType:
        parts = [f"printed {self.glyphs.times}{_ratio(one.ratio_printed)}"] if one.ratio_printed is not None else []
        if one.ratio_interval:
            low, high = one.ratio_interval
            kind = "printed" if one.interval_printed else "worked out"
            parts.append(f"interval {_ratio(low)} to {_ratio(high)} ({kind})")
        parts += [one.adjusted] if one.adjusted else []
        parts += [f"{one.citation.locator}", *(fact.text for fact in one.facts)]
        return self.note(f" {self.glyphs.dot} ".join(parts), 6)

    def alerts(self, assessment: Assessment, asked_for: frozenset[str]) -> Iterator[RenderableType]:
        """Alerts with every interval and every procedure."""
        holds = holds_of(assessment.options)
        count = len(assessment.alerts) + len(holds)
        yield self.title(f"ALERTS ({count})" if count else "ALERTS: none", "bold red" if count else "bold")
        found = [(alert, ()) for alert in assessment.alerts] + [(hold.alert, hold.procedures) for hold in holds]
        for alert, procedures in sorted(found, key=lambda one: HARM[one[0].severity]):
            yield self.alert(alert)
            if procedures:
                yield self.note("; ".join(procedures), 13)

    def whole_option(self, option: Option) -> Iterator[RenderableType]:
        """One procedure with every criterion."""
        yield self.title(option.label.upper())
        yield self.option([option], set())
        yield from self._determination("Gates", option.gates)
        yield from self._determination("Candidacy", option.candidacy)
        yield from self._determination("Contraindications", option.contraindications)
        yield from self._determination("Cautions", option.cautions)
        if option.coverage.determination:
            chosen = option.coverage.chosen
            yield from self._determination(f"Coverage: {chosen.label}. {chosen.reason}", option.coverage.determination)
            for warning in option.coverage.warnings:
                yield Text(f"{self.glyphs.warning} {warning}", style="yellow")

    def _determination(self, title: str, found: Determination) -> Iterator[RenderableType]:
        if not found.criteria:
            return
        yield Text.assemble("  ", (title, "bold underline"))
        for result in found.criteria:
            yield self._criterion(result)

    def _criterion(self, result: CriterionResult) -> RenderableType:
        sign, style = {
            True: (self.glyphs.yes, "green"),
            False: (self.glyphs.no, "red"),
            None: (self.glyphs.open, "cyan"),
        }[result.satisfied]
        asked = f"{result.status} (wanted: {result.wanted})"
        extra = [
            *(["advice"] if result.severity == "advice" else []),
            *([f"one of: {result.group}"] if result.group else []),
            *(["warns only"] if result.warns_only else []),
        ]
        lines: list[RenderableType] = [
            Text.assemble(
                result.label, (f" {self.glyphs.dot} {asked}", style), *(f" {self.glyphs.dot} {x}" for x in extra)
            )
        ]
        lines.extend(self._basis(result.facts, result.citations, result.missing))
        grid = self.grid(4, 2, None)
        grid.add_row("", Text(sign, style=style), Group(*lines))
        return grid

    def _basis(self, facts: Iterable[Any], citations: Iterable[Citation], missing: Iterable[Ask]) -> Iterator[Text]:
        seen = [f"{fact.text}{f' ({fact.on})' if fact.on else ''}" for fact in facts]
        if seen:
            yield Text(f"seen: {'; '.join(seen)}", style="dim")
        cited = [f"{self.cited(citation)} {citation.locator}" for citation in citations]
        if cited:
            yield Text(f"source: {'; '.join(dict.fromkeys(cited))}", style="dim")
        for ask in missing:
            yield Text(f"ask: {ask.question}" + (f" ({ask.detail})" if ask.detail else ""), style="cyan")

    def questions(self, asks: list[Ask]) -> Iterator[RenderableType]:
        """Every question that would settle something."""
        yield self.title("STILL TO ASK OR RECORD" if asks else "NOTHING IS MISSING")
        for number, ask in enumerate(asks, start=1):
            grid = self.grid(4, None)
            detail = f"\n{ask.detail}" if ask.detail else ""
            told = Text.assemble(ask.question, (f"{detail}\nsettles: {'; '.join(ask.settles)}", "dim"))
            grid.add_row(Text(f"{number}.", justify="right"), told)
            yield grid

    def sources(self, assessment: Assessment) -> Iterator[RenderableType]:
        """The documents behind the short names."""
        references: dict[str, str] = {}
        for citation in _citations(msgspec.to_builtins(assessment)):
            references.setdefault(citation["source"], citation["reference"])
        if references:
            yield self.title("SOURCES")
        for name, reference in sorted(references.items()):
            yield Padding(Text.assemble((f"{name}: ", "bold"), reference), (0, 0, 0, 2))


def _citations(value: Any) -> Iterator[dict[str, str]]:
    if isinstance(value, dict):
        if {"entry", "source", "reference", "grade"} <= value.keys():
            yield value
        for part in value.values():
            yield from _citations(part)
    elif isinstance(value, list):
        for part in value:
            yield from _citations(part)

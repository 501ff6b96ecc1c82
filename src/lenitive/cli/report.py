"""The report of an assessment for a terminal: what a physician reads in a minute."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from lenitive.cli.bars import bar, parts_in_words, percent, span
from lenitive.cli.counting import counted
from lenitive.cli.glyphs import GRADES, Glyphs, in_ascii
from lenitive.reasoning.citing import in_a_sentence
from lenitive.reasoning.proportions import in_percent
from lenitive.reasoning.telling import (
    Hold,
    alike_alerts,
    bleeding_class,
    by_drug,
    by_message,
    cautions_of,
    drugs_held,
    first_question,
    fresh_sentences,
    holds_of,
    own_reason,
    that_may_be,
    waits_for_an_answer,
)

if TYPE_CHECKING:
    from lenitive.chart import Chart
    from lenitive.reasoning.assessment import (
        Alert,
        Assessment,
        Citation,
        Contribution,
        Differential,
        Estimate,
        NamedSource,
        NextTest,
        Option,
        Overlay,
    )

NOTICE = "Lenitive supports a clinician's decision and shows its basis; it does not decide."

WIDE = 100
"""From this width on procedure, target and coverage of the options stand in columns."""
SHOWN_ESTIMATES = 4
SHOWN_ESTIMATES_OF_ANOTHER_PAIN = 3
SHOWN_NEEDLES = 3
SHOWN_CARE = 3
SHOWN_IN_A_LINE = 6
SHOWN_FAR = 2
SHOWN_BY_NAME = 2
SHOWN_NAMED = 3
LIKELY = 0.1
"""Estimates below this stand in one line together."""
NO_TARGET = "No supported target: "
"""How a reason begins where nothing stands behind a procedure that it treats."""
FAR_FETCHED = 0.05
"""Estimates below this stand with --all."""


@dataclass(frozen=True)
class Heading:
    """What the report says above the assessment: who, from what, on which day. Never goes to a log."""

    who: str
    read_from: str
    day_from: str = ""
    refused: int = 0
    notes: Sequence[str] = ()
    asked_for: frozenset[str] = frozenset()
    """Kinds of the procedures that were asked for; they are shown first."""
    chart: Chart | None = None
    """As of the day: what was measured, and where it hurts. Without it neither is told."""


def who(chart: Chart, day: date) -> str:
    """The patient in a few words: name, id, sex, age on the day."""
    patient = chart.patient
    parts = [f"{patient.name} ({chart.patient_id})" if patient and patient.name else chart.patient_id]
    parts.append(patient.sex if patient and patient.sex else "sex not recorded")
    parts.append(
        _age(patient.birth_date, patient.birth_by, day) if patient and patient.birth_date else "age not recorded"
    )
    return ", ".join(parts)


def _age(born: date, born_by: date | None, day: date) -> str:
    from lenitive.reasoning.findings import age_on

    oldest, youngest = age_on(born, day), age_on(born_by or born, day)
    return f"{oldest} years" if oldest == youngest else f"{youngest} or {oldest} years"


def report(assessment: Assessment, heading: Heading, glyphs: Glyphs, width: int) -> Group:
    """The whole report, most urgent first."""
    from lenitive.reasoning.assessment import what_stops

    writer = Writer(glyphs, width)
    writer.thought_of = {
        **{one.generator: one.label for one in assessment.overlays},
        **{one.generator: one.label for one in assessment.named},
    }
    writer.is_of_a_child = _is_of_a_child(assessment)
    options = Sorted.of(assessment, heading.asked_for)
    said: set[str] = set()
    first = _first_to_think_of(assessment, options)
    told = {one.generator for one in first}
    ranked = told | {one.generator for one in assessment.overlays if assessment.differential}
    also = [one for one in assessment.named if one.generator not in ranked]
    with_tests = not what_stops(assessment.red_flags)
    return Group(
        *writer.head(assessment, heading),
        *writer.alerts(assessment, heading.asked_for),
        *writer.what_to_do(assessment, options),
        *writer.asked_for(options, said, heading.chart),
        *writer.named_first(first, assessment.overlays),
        *writer.differentials(
            assessment.differential,
            has_named=bool(assessment.named),
            with_tests=with_tests,
            chart=heading.chart,
            aimed_at=options.sources,
        ),
        *writer.overlays([one for one in assessment.overlays if one.generator not in told]),
        *writer.named(also, is_alone=not assessment.differential),
        *writer.options(options, said),
        *writer.missing(assessment),
        *writer.foot(),
    )


@dataclass(frozen=True)
class Sorted:
    """The options as the report tells of them: what a raised red flag holds up, what was asked for, and the rest.

    ``sources`` are those that what was asked for is aimed at, else the likeliest one of the dominant pain.
    """

    waiting: Sequence[Option]
    asked: Sequence[Option]
    others: Sequence[Option]
    asked_for: frozenset[str]
    sources: frozenset[str | None]
    is_stopped: bool

    @classmethod
    def of(cls, assessment: Assessment, asked_for: frozenset[str]) -> Sorted:
        """The options of an assessment, in their order."""
        from lenitive.reasoning.assessment import what_stops

        stopping = what_stops(assessment.red_flags)
        waiting = [one for one in assessment.options if any(flag.holds_up(one.procedure) for flag in stopping)]
        open_ = [one for one in assessment.options if one not in waiting]
        asked = [one for one in open_ if one.procedure in asked_for]
        likeliest = [one.generator for answer in assessment.differential[:1] for one in answer.estimates[:1]]
        return cls(
            waiting=waiting,
            asked=asked,
            others=[one for one in open_ if one not in asked],
            asked_for=asked_for,
            sources=frozenset([one.target.generator for one in asked] or likeliest),
            is_stopped=bool(stopping),
        )


_SEVERITY = {"emergency": "bold white on red", "stop": "bold red", "warning": "bold yellow", "ask": "bold cyan"}
HARM = {severity: rank for rank, severity in enumerate(_SEVERITY)}
"""The order of alerts: what must not be done before what to think of."""
_VERDICT = {
    "candidate": "bold green",
    "not yet": "bold yellow",
    "not a candidate": "bold red",
    "undocumented": "bold cyan",
}
_STATUS = {"met": "green", "not met": "red", "undocumented": "cyan"}
_PLACES = {"now": "Now", "next": "Next", "later": "Later", "not now": "Not now"}
NEAR = ("now", "next")
_MANY = {"allergy": "allergies", "coverage": "insurances", "relief": "reports of relief", "patient": "patient record"}
_ONE = {"coverage": "insurance", "relief": "report of relief", "patient": "patient record"}


class Writer:
    """Writes the parts of a report with one set of signs, for one width."""

    most_facts: int | None = 3
    most_sources: int | None = 2
    """How many facts and sources stand behind an alert; all of them where there is no most."""
    thought_of: Mapping[str, str] = MappingProxyType({})
    """Sources and mechanisms that are named without a number: generator -> label."""
    is_of_a_child: bool = False
    """The shares are of adults: they are not told."""

    def __init__(self, glyphs: Glyphs, width: int) -> None:
        self.glyphs = glyphs
        self.width = width
        self.is_narrow = width < 76

    # --- small words ---------------------------------------------------------------------------------------------

    def title(self, text: str, style: str = "bold") -> RenderableType:
        """A heading with a rule that fills the line."""
        rest = max(0, self.width - len(text) - 1)
        return Text.assemble("\n", (text, style), " ", (self.glyphs.rule * rest, "dim"), overflow="fold")

    def cited(self, citation: Citation) -> str:
        """A source by its short name, with the mark of how well it was checked."""
        return f"{citation.source} {self.glyphs.grade(citation.grade)}"

    def grid(self, *widths: int | None, gap: int = 1) -> Table:
        """Columns without lines; ``None`` takes what is left."""
        table = Table.grid(padding=(0, gap, 0, 0), expand=True)
        for width in widths:
            if width is None:
                table.add_column(ratio=1, overflow="fold")
            else:
                table.add_column(width=width, overflow="fold")
        return table

    def note(self, text: str, indent: int = 0) -> RenderableType:
        """Something quiet."""
        return Padding(Text(text, style="dim"), (0, 0, 0, indent))

    # --- head and foot -------------------------------------------------------------------------------------------

    def head(self, assessment: Assessment, heading: Heading) -> Iterator[RenderableType]:
        """Who, when, from what."""
        day = f"as of {assessment.as_of}" + (f" ({heading.day_from})" if heading.day_from else "")
        yield Text.assemble(("LENITIVE", "bold reverse"), "  ", (heading.who, "bold"))
        total = sum(assessment.facts_read.values())
        most = sorted(assessment.facts_read.items(), key=lambda item: -item[1])
        tables = [_count(name, number) for name, number in most if name not in ("patient", "attestation")]
        told = f" ({', '.join(tables[:3])}{', …' if len(tables) > 3 else ''})" if tables else ""
        read = f" {self.glyphs.dot} {counted(total, 'fact')} from {heading.read_from}{self.dots(told)}"
        yield Text.assemble((day, "bold"), (read, "dim"))
        if heading.refused:
            were = "was" if heading.refused == 1 else "were"
            refused = f"{counted(heading.refused, 'record')} {were} refused and {were} not looked at."
            yield Text(refused, style="bold yellow")
        for note in heading.notes:
            yield Text(note, style="yellow")

    def dots(self, text: str) -> str:
        """The text with dots that the paper can show."""
        return text if self.glyphs.rule == "─" else text.replace("…", "...")

    def foot(self) -> Iterator[RenderableType]:
        """What the marks mean, and what this is not."""
        yield Text(self.glyphs.rule * self.width, style="dim")
        marks = ", ".join(f"{self.glyphs.grade(grade)} {words}" for grade, words in GRADES.items())
        bars = (
            f"{self.glyphs.low_end}{self.glyphs.whisker}{self.glyphs.point}{self.glyphs.whisker}{self.glyphs.high_end}"
        )
        yield Text(f"{marks}, {bars} 95 % interval. A source: lenitive knowledge show NAME.", style="dim")
        yield Text(f"{NOTICE} Every criterion with its evidence: --all.", style="dim")

    # --- alerts --------------------------------------------------------------------------------------------------

    def alerts(self, assessment: Assessment, asked_for: frozenset[str]) -> Iterator[RenderableType]:
        """Red flags that are raised, drugs to hold, and which dangers nobody asked about; what must not be done before
        what to think of."""
        drugs = by_message(by_drug(holds_of(that_may_be(assessment.options, asked_for)), asked_for))
        in_full = [same for same in drugs if not asked_for or _concerns(same, asked_for)]
        told: set[str] = set()
        alike = alike_alerts(assessment.alerts)
        found = [(same[0].severity, self.alert(same[0], [one.title for one in same])) for same in alike]
        found += [(same[0][0].alert.severity, self.hold(same, told, asked_for)) for same in in_full]
        found.sort(key=lambda one: HARM[one[0]])
        count = len(found)
        yield self.title(f"ALERTS ({count})" if count else "ALERTS: none", "bold red" if count else "bold")
        yield from (told_of for _, told_of in found)
        yield from self._held_for_others([same for same in drugs if same not in in_full])
        yield from self._red_flags(assessment)

    def _held_for_others(self, drugs: Sequence[Sequence[Sequence[Hold]]]) -> Iterator[RenderableType]:
        """The drugs that only procedures ask about that nobody asked for, by name."""
        names = [classes[0].alert.facts[0].text.partition(",")[0] for same in drugs for classes in same]
        if names:
            listed = ", ".join(dict.fromkeys(names))
            yield self.note(f"To hold or to ask about before procedures that nobody asked for: {listed} (--all).")

    def alert(self, alert: Alert, titles: Sequence[str] = ()) -> RenderableType:
        """One alert: how urgent, what, what to do, on what basis. ``titles`` are those of alerts that say the same."""
        title = Text("\n".join(dict.fromkeys(titles or [alert.title])), "bold")
        return self._alert(alert, title, Text(alert.action), Text(self._basis_of(alert), "dim"))

    def hold(self, drugs: Sequence[Sequence[Hold]], told: set[str], asked_for: frozenset[str]) -> RenderableType:
        """Drugs to hold of which the same is said: for what was asked for alone, else for what is nearest, with the
        other bleeding classes named. What another drug's alert has ``told`` already is not repeated."""
        nearest = drugs[0][0]
        asked = [label for kind, label in nearest.labels.items() if kind in asked_for]
        about = _some(asked or nearest.procedures, len(asked) or 1)
        titles = "\n".join(classes[0].alert.title for classes in drugs)
        action = fresh_sentences(nearest.alert.action, told)
        lines = [Text.assemble((titles, "bold"), f" {self.glyphs.dot} {about}"), *([Text(action)] if action else [])]
        lines.append(Text(self._basis_of(nearest.alert), "dim"))
        others = [f"{bleeding_class(hold.alert)} ({len(hold.labels)})" for hold in drugs[0][1:]]
        if others and not asked:
            lines.append(Text(f"Also for procedures of {' and '.join(others)}: --all.", "dim"))
        return self._alert(nearest.alert, *lines)

    def _alert(self, alert: Alert, *lines: RenderableType) -> RenderableType:
        sign = {"emergency": self.glyphs.emergency, "stop": self.glyphs.stop, "warning": self.glyphs.warning}
        word = Text(f"{sign.get(alert.severity, self.glyphs.open)} {alert.severity.upper()}", _SEVERITY[alert.severity])
        grid = self.grid(12, None)
        grid.add_row(word, Group(*lines))
        return grid

    def _basis_of(self, alert: Alert) -> str:
        """The facts behind it, the same words once with their last day, and the sources."""
        facts = list({fact.text: fact for fact in alert.facts}.values())
        shown = facts[: self.most_facts]
        seen = [f"{fact.text}{f' ({fact.on})' if fact.on else ''}" for fact in shown]
        more = [f"{len(facts) - len(shown)} more"] if len(facts) > len(shown) else []
        cited = [self.cited(citation) for citation in _distinct(alert.citations)[: self.most_sources]]
        return f" {self.glyphs.dot} ".join([*seen, *more, *cited])

    def _red_flags(self, assessment: Assessment) -> Iterator[RenderableType]:
        flags = assessment.red_flags
        if not flags:
            return
        raised = [flag for flag in flags if flag.status == "met"]
        # A flag about what is not in this chart (a needle, an implant) was not answered: it has nothing to ask.
        answered = [flag for flag in flags if flag.status == "not met" and flag.facts]
        silent = [flag for flag in flags if flag.status == "undocumented"]
        counts = f"Red flags: {len(raised)} raised, {len(answered)} answered no, {len(silent)} not settled"
        yield Text(counts, style="bold" if silent else "")

    # --- differential --------------------------------------------------------------------------------------------

    def differentials(
        self,
        answers: Sequence[Differential],
        has_named: bool = False,
        with_tests: bool = True,
        chart: Chart | None = None,
        aimed_at: frozenset[str | None] = frozenset(),
    ) -> Iterator[RenderableType]:
        """The question of the dominant pain in full, each other one in a line or two; nothing where sources with no
        number answer instead."""
        if self.is_of_a_child:
            yield from self._sources_of_adults(answers)
            return
        for answer in answers[:1]:
            yield from self.differential(answer, with_tests)
        yield from self.other_pains(answers[1:], chart, aimed_at)
        if not answers and not has_named:
            yield self.title("WHERE DOES THE PAIN COME FROM?")
            yield Text("No recorded pain raises a question that the knowledge base can answer.")

    def _sources_of_adults(self, answers: Sequence[Differential]) -> Iterator[RenderableType]:
        """The sources that are thought of in adults, without their shares."""
        for answer in answers:
            yield self.title(answer.label.upper())
            names = _some([one.label for one in answer.estimates], SHOWN_ESTIMATES)
            yield Text(f"The shares are of adults, so none is told here. In adults one thinks of: {names}.")

    def differential(self, answer: Differential, with_tests: bool = True) -> Iterator[RenderableType]:
        """Bars with whiskers, what moved them, and the test that would tell most."""
        yield self.title(answer.label.upper())
        start = Text(f"Starts from {self.cited(answer.prior)}: {answer.population}", style="dim", no_wrap=True)
        start.truncate(self.width, overflow="ellipsis" if self.glyphs.rule == "─" else "crop")
        yield start
        shown = [one for one in answer.estimates[:SHOWN_ESTIMATES] if _is_worth_a_bar(one)] or answer.estimates[:1]
        for rank, estimate in enumerate(shown):
            yield self.estimate(estimate, "blue" if rank == 0 else "")
            yield from self._reasons(estimate, 3 if rank == 0 else 1)
        yield from self._others(answer, shown)
        yield self.unresolved(answer)
        if not with_tests:
            return
        if answer.next_tests:
            yield self.next_test(answer.next_tests[0], answer)
        else:
            yield self.no_next_test(answer)

    def no_next_test(self, answer: Differential) -> RenderableType:
        """Why no test is asked for: the source is settled well enough to be treated, or none would tell much."""
        settled = [one.label for one in answer.estimates if one.generator == answer.settled_on]
        if not settled:
            return self.note("No test of the catalogue that is still open would change this much.", 2)
        why = f". Whatever one that is open shows, {in_a_sentence(settled[0])} stays likely enough to treat."
        if answer.unsure_from is not None:
            why += f" It is likely, not certain: its interval begins at {in_percent(answer.unsure_from)}."
        grid = self.grid(2, None)
        grid.add_row(Text(self.glyphs.yes, style="green"), Text.assemble(("No further test is needed", "bold"), why))
        return grid

    def other_pains(
        self, answers: Sequence[Differential], chart: Chart | None = None, aimed_at: frozenset[str | None] = frozenset()
    ) -> Iterator[RenderableType]:
        """The likeliest answers to the question of each other pain, in words; of a part of the body into which a pain
        only runs the question alone, unless a block was done there or what was asked for is ``aimed_at`` an answer.
        Bars, reasons and tests stand with --all."""
        told = [
            answer
            for answer in answers
            if chart is None
            or _is_a_pain_of_its_own(answer, chart)
            or not aimed_at.isdisjoint(one.generator for one in answer.estimates)
        ]
        if told:
            yield self.title("THE OTHER QUESTIONS" if len(told) > 1 else "THE OTHER QUESTION")
        for answer in told:
            yield from self.in_short(answer)
        rest = [answer.label for answer in answers if answer not in told]
        if rest:
            yield self.note(f"Raised only by where the pain goes: {_some(rest, SHOWN_BY_NAME)} --all.")

    def in_short(self, answer: Differential) -> Iterator[RenderableType]:
        """One question in words: its likeliest answers with their intervals, and a block that settled nothing."""
        likely = [one for one in answer.estimates if _is_worth_a_bar(one)] or answer.estimates[:1]
        shown = likely[:SHOWN_ESTIMATES_OF_ANOTHER_PAIN]
        told = [
            f"{one.label} {percent(one.probability)} ({span(one.low, one.high, self.glyphs.dash)})" for one in shown
        ]
        rest = self._the_rest(answer, shown)
        yield Text.assemble((answer.label, "bold"), f" {'; '.join([*told, *rest])}")
        for estimate in shown:
            yield from self._reasons(estimate, 0, counts_the_rest=False)

    def _others(self, answer: Differential, shown: Sequence[Estimate]) -> Iterator[RenderableType]:
        """The answers that have no bar, in one line."""
        hidden = self._the_rest(answer, shown)[:-1]
        if hidden:
            yield self.note(f"Also: {'; '.join(hidden)}", 2)

    def _the_rest(self, answer: Differential, shown: Sequence[Estimate]) -> list[str]:
        """The answers that are not shown, without those that are far-fetched; at the end what stays unresolved."""
        hidden = [one for one in answer.estimates if one not in shown]
        named = [f"{one.label} {percent(one.probability)}" for one in hidden if one.probability >= FAR_FETCHED]
        return [*named, f"unresolved {percent(answer.unresolved)}"]

    def unresolved(self, answer: Differential) -> RenderableType:
        """The share of patients in whom no source is found."""
        return self._bar("Unresolved", answer.unresolved_low, answer.unresolved, answer.unresolved_high, "dim")

    def _bar(self, label: str, low: float, value: float, high: float, style: str) -> RenderableType:
        name_width = 22 if self.is_narrow else max(30, min(42, self.width // 3))
        grid = self.grid(name_width, 5, None, 7)
        room = self.width - name_width - 5 - 7 - 4
        grid.add_row(
            Text(label, style="bold"),
            Text(percent(value), style="bold", justify="right"),
            bar(room, low, value, high, self.glyphs, style),
            Text(span(low, high, self.glyphs.dash), style="dim"),
        )
        return grid

    def estimate(self, estimate: Estimate, style: str) -> RenderableType:
        """One source of pain and how likely it is."""
        return self._bar(estimate.label, estimate.low, estimate.probability, estimate.high, style)

    def _reasons(self, estimate: Estimate, most: int, counts_the_rest: bool = True) -> Iterator[RenderableType]:
        # A block that settled nothing moves nothing, and would be missed: the patient had it.
        shown = [one for rank, one in enumerate(estimate.contributions) if rank < most or one.state == "equivocal"]
        for contribution in shown:
            yield self.contribution(contribution)
        hidden = len(estimate.contributions) - len(shown)
        parts = [f"within it: {parts_in_words(estimate.likeliest_parts)}"] if estimate.parts else []
        more = [*parts, *([counted(hidden, "more finding")] if hidden > 0 and counts_the_rest else [])]
        if more:
            yield self.note(f" {self.glyphs.dot} ".join(more), 4)

    def contribution(self, one: Contribution) -> RenderableType:
        """One finding: which way it points, by how much, on whose word."""
        if one.state == "equivocal":
            sign, label = Text(self.glyphs.open, style="dim"), f"Equivocal: {one.label} ({one.adjusted})"
        else:
            up = one.log_odds > 0
            sign = Text(self.glyphs.up if up else self.glyphs.down, style="green" if up else "magenta")
            label = one.label if one.state == "present" else f"No: {one.label}"
        grid = self.grid(1, 1, 5, None)
        told = Text.assemble(label, (f"  {self.cited(one.citation)}", "dim"))
        grid.add_row("", sign, Text(f"{self.glyphs.times}{_ratio(one.ratio)}"), told)
        return grid

    def next_test(self, test: NextTest, answer: Differential) -> RenderableType:
        """The test that would tell most for its burden, and what either result would do."""
        about = next((one.label for one in answer.estimates if one.generator == test.about), test.about)
        now, yes, no = percent(test.now), percent(test.if_present), percent(test.if_absent)
        told = Text.assemble(
            ("Next test: ", "bold cyan"),
            (test.label, "bold"),
            f" ({test.burden}). {about}: {now} now {self.glyphs.step} {yes} if positive, {no} if negative.",
            (f"  {self.cited(test.citation)}", "dim"),
        )
        if test.ask and test.ask not in test.label:
            told.append(f"\n{test.ask}")
        grid = self.grid(2, None)
        grid.add_row(Text(self.glyphs.step, style="bold cyan"), told)
        return grid

    def overlays(self, found: Sequence[Overlay]) -> Iterator[RenderableType]:
        """Mechanisms that ride on a source."""
        if not found:
            return
        yield self.title("ON TOP OF ANY SOURCE")
        for overlay in found:
            odds = f"odds {self.glyphs.times}{_ratio(overlay.odds_multiplied_by)}"
            yield Text.assemble((overlay.label, "bold"), f" {self.glyphs.dot} {odds} (no prior is known, so no share)")
            for contribution in overlay.contributions[:2]:
                yield self.contribution(contribution)

    def named_first(self, found: Sequence[NamedSource], riding: Sequence[Overlay]) -> Iterator[RenderableType]:
        """A mechanism that stands on the problem list, since it changes what any needle can do, and the source that
        what was asked for is aimed at: no number ranks them, and they come before those that have one."""
        if found:
            yield self.title("THINK FIRST OF (no number is known)")
        for one in found:
            yield Text.assemble((f"{one.label}. ", "bold"), one.says)
            for overlay in riding:
                if overlay.generator == one.generator:
                    yield from map(self.contribution, overlay.contributions[:2])

    def named(self, found: Sequence[NamedSource], is_alone: bool = False) -> Iterator[RenderableType]:
        """Sources to think of that no question ranks; where nothing else answers, also what confirms them."""
        if not found:
            return
        title = "WHERE DOES THE PAIN COME FROM? THINK OF" if is_alone else "ALSO THINK OF"
        yield self.title(f"{title} (no number is known)")
        # Beside a differential, a source that is merely felt there is named and no more.
        full = [one for one in found if is_alone or one.named_by != ["region"]][:SHOWN_NAMED]
        for one in full:
            yield Text.assemble((f"{one.label}. ", "bold"), one.says)
            for words in one.confirmed_by[: 1 if is_alone and not one.is_settled else 0]:
                yield self.note(f"{self.glyphs.step} {words}", 2)
        rest = [one.label for one in found if one not in full]
        if rest:
            yield self.note(f"{'Also felt there or found' if full else 'Felt there'}: {'; '.join(rest)}", 2)

    # --- options -------------------------------------------------------------------------------------------------

    def what_to_do(self, assessment: Assessment, options: Sorted) -> Iterator[RenderableType]:
        """Under a red flag that stops procedures its action alone, and what was asked for and waits."""
        from lenitive.reasoning.assessment import what_stops
        from lenitive.reasoning.plan import WAITS, WAITS_BUT
        from lenitive.reasoning.safety import has_died

        stopping = what_stops(assessment.red_flags)
        if not stopping:
            return
        yield self.title("WHAT TO DO")
        labels = "; ".join(flag.label for flag in stopping)
        yield Text.assemble(("Now: what the alert above says. ", "bold"), f"{labels}.")
        if not has_died(assessment.red_flags):
            yield Text(WAITS_BUT if options.others or options.asked else WAITS, style="bold yellow")
        asked = [option.label for option in options.waiting if option.procedure in options.asked_for]
        others = len(options.waiting) - len(asked)
        if asked:
            yield self.note(f"Asked for, waits: {_some(asked, 4)}", 1)
        if others:
            yield self.note(f"{counted(others, 'option')} {'wait' if others > 1 else 'waits'}: --all.", 1)

    def asked_for(self, options: Sorted, said: set[str], chart: Chart | None) -> Iterator[RenderableType]:
        """What was asked for, with its one reason: how it stands is what the reader came for. Above it what decides
        today whether it is safe."""
        if not options.asked:
            return
        yield self.title("ASKED FOR")
        if chart is not None:
            yield from self._today(options.asked, chart)
        yield from self._why_no_policy(options.asked)
        if self.width >= WIDE:
            yield self._heads()
        yield from (self.option(alike, said, is_asked=True) for alike in _alike(options.asked))
        said.update(label for option in options.others for label in _cautions_of_anybody(option))

    def _today(self, asked: Sequence[Option], chart: Chart) -> Iterator[RenderableType]:
        from lenitive.reasoning.deciding_today import deciding_today

        told = {one.says: one for option in asked for one in deciding_today(chart, option)}
        if not told:
            return
        line = Text.assemble(("Today: ", "bold"))
        for number, one in enumerate(told.values()):
            style = "bold red" if one.clashes else "cyan" if one.is_open else ""
            says = one.says if self.glyphs.rule == "─" else in_ascii(one.says)
            line.append(f" {self.glyphs.dot} " if number else "").append(says, style)
        yield Padding(line, (0, 0, 0, 1))

    def options(self, options: Sorted, said: set[str]) -> Iterator[RenderableType]:
        """What else may be done: verdict, target, coverage, why, and the step that opens it. What was asked for being
        a needle, care without one stands after the other needles that are near."""
        others = _alike(options.others)
        if options.is_stopped:
            if others:
                yield self.title("OPTIONS THAT NEED NOT WAIT")
        else:
            yield self.title("OTHER OPTIONS" if options.asked else "OPTIONS")
            if not others and not options.asked:
                yield Text("No procedure of the knowledge base is aimed at a source under consideration.")
        if not options.asked:
            yield from self._why_no_policy(options.others)
            if self.width >= WIDE and any(not _in_a_line(alike) for alike in others):
                yield self._heads()
        care = [alike for alike in others if options.asked and alike[0].role == "conservative"]
        needles = [alike for alike in others if alike not in care]
        first = None if options.asked else next((alike for alike in others if not _in_a_line(alike)), None)
        far = frozenset(option.label for option in options.others if option.place not in NEAR)
        for place, title in _PLACES.items():
            if place == "later":
                yield from self._care(care, said)
            yield from self._placed(title, _placed(needles, place), said, options.sources, first, far)

    def _heads(self) -> RenderableType:
        return self._columns(*(Text(head, style="dim") for head in ("", "procedure", "target", "coverage")))

    def _care(self, care: Sequence[Alike], said: set[str]) -> Iterator[RenderableType]:
        """Care without a needle, whatever its place: what is open in one line, what was tried with how it went."""
        if not care:
            return
        yield Text("Care without a needle", style="underline")
        told = [option for alike in care for option in alike]
        open_ = [one for one in told if one.verdict == "candidate" and one.place in NEAR and not one.earlier]
        if open_:
            yield self._line(open_, said)
        yield from (self._line([one], said) for one in told if one.earlier)
        rest = [one.label for one in told if one not in open_ and not one.earlier]
        if rest:
            yield self.note(f"Not open yet: {_some(rest, SHOWN_BY_NAME)}", 1)

    def _placed(
        self,
        title: str,
        members: Sequence[Alike],
        said: set[str],
        sources: frozenset[str | None],
        first: Alike | None,
        far: frozenset[str],
    ) -> Iterator[RenderableType]:
        """What stands in one place: some of it with the reason, the rest by name.

        Of what comes later only what was done before and what is about the same ``sources`` gives its reason, and not
        what is opened by something that is ``far`` itself. What was published stands with the ``first`` needle only,
        if nothing was asked for.
        """
        if not members:
            return
        yield Text(title, style="underline")
        is_near = members[0][0].place in NEAR
        needles = [alike for alike in members if not _in_a_line(alike)][:SHOWN_NEEDLES]
        lines = [alike for alike in members if _in_a_line(alike)]
        if members[0][0].place == "later" and sources:
            lines = [alike for alike in lines if alike[0].earlier or alike[0].target.generator in sources]
            lines = [alike for alike in lines if far.isdisjoint(alike[0].opens_with)]
            lines.sort(key=lambda alike: bool(alike[0].gates.violated))
        yield from (self.option(alike, said, with_outlook=alike is first) for alike in needles)
        shown: list[Alike] = []
        for alike in lines:
            # What is far and whose reason stands above goes by its name.
            is_new = is_near or alike[0].earlier or not self._is_said(alike[0], said)
            if is_new and len(shown) < (SHOWN_CARE if is_near else SHOWN_FAR):
                yield self._line(alike, said)
                shown.append(alike)
        rest = [option.label for alike in members if alike not in (*needles, *shown) for option in alike]
        if rest:
            also = f"Also {title.lower()}: " if needles or shown else ""
            yield self.note(f"{also}{_some(rest, SHOWN_BY_NAME)}", 1)

    def _line(self, alike: Alike, said: set[str]) -> RenderableType:
        """Care without a needle, and what is not near: its name and why, without target and coverage. What was done
        before says how it went, and no more."""
        first, sign = alike[0], self.verdict(alike[0].verdict)
        told = Text.assemble((_some([option.label for option in alike], SHOWN_IN_A_LINE), "bold"))
        if first.earlier:
            told.append(f" {self.glyphs.dot} {first.earlier.says}")
        elif first.verdict != "candidate" and (reason := self._reason(first, said)):
            told.append(f" {self.glyphs.dot} ").append_text(reason)
        grid = self.grid(1, None)
        grid.add_row(Text(sign.plain[:1], style=sign.style), told)
        return grid

    def _why_no_policy(self, options: Sequence[Option]) -> Iterator[RenderableType]:
        """Reasons for having no policy that somebody can do something about, each once."""
        silent = [option.coverage.chosen.reason for option in options if option.coverage.determination is None]
        for reason in list(dict.fromkeys(silent))[:3]:
            if not reason.startswith("No policy in the knowledge base"):
                yield self.note(f"Coverage: {reason}", 1)

    def _columns(self, *cells: RenderableType) -> RenderableType:
        grid = self.grid(17, None, 6, 38)
        grid.add_row(*cells)
        return grid

    def option(self, alike: Alike, said: set[str], with_outlook: bool = True, is_asked: bool = False) -> RenderableType:
        """One procedure, or several that stand alike: verdict, target, coverage; below it why, and what opens it.

        ``said`` holds reasons and cautions that stand above already.
        """
        first, dot = alike[0], f" {self.glyphs.dot} "
        labels, verdict, why = (
            Text(_labels(alike), "bold"),
            self.verdict(first.verdict),
            self.why(first, said, with_outlook, is_asked),
        )
        share = None if self.is_of_a_child else first.target.probability
        target = "" if share is None else percent(share)
        if self.width >= WIDE:
            return Group(
                self._columns(verdict, labels, Text(target, justify="right"), self.coverage(first)),
                Padding(Group(*why), (0, 0, 0, 18)),
            )
        aimed = f"{dot}target {target}" if target else ""
        policy = Text.assemble(dot, "policy ", self.coverage(first)) if first.coverage.determination else Text()
        grid = self.grid(1, None)
        sign, word = Text(verdict.plain[:1], verdict.style), (verdict.plain[1:].strip(), verdict.style)
        grid.add_row(sign, Group(Text.assemble(labels, dot, word, aimed, policy), *why))
        return grid

    def verdict(self, verdict: str) -> Text:
        """A verdict with its sign."""
        signs = {"candidate": self.glyphs.yes, "not yet": self.glyphs.wait, "not a candidate": self.glyphs.no}
        return Text(f"{signs.get(verdict, self.glyphs.open)} {verdict}", style=_VERDICT[verdict])

    def coverage(self, option: Option) -> Text:
        """How the request stands against the payer's policy, in a few words."""
        chosen, found = option.coverage.chosen, option.coverage.determination
        if found is None:
            return Text("no policy known", style="dim")
        sign = {"met": self.glyphs.yes, "not met": self.glyphs.no}.get(found.status, self.glyphs.open)
        open_ = f", {len(found.open)} open" if found.open and not found.violated else ""
        told = Text.assemble(
            (f"{sign} {found.status}{open_}", _STATUS[found.status]), f" ({chosen.policy_id or chosen.policy})"
        )
        if chosen.contractor:
            told.append(f" {chosen.contractor}")
        return told

    def why(
        self, option: Option, said: set[str], with_outlook: bool, is_asked: bool = False
    ) -> Iterator[RenderableType]:
        """Why now or why not, the step that opens it, what the payer and caution add. Of what was asked for all that
        calls for care is told, of the rest what does not stand above."""
        reason = self._reason(option, said)
        if reason:
            yield reason
        found = option.coverage.determination
        if found and found.violated:
            labels = [one.label for one in found.results(found.violated)]
            yield Text(f"{self.glyphs.no} Payer wants: {_some(labels, 2)}", style="red")
        for warning in option.coverage.warnings[:1]:
            yield Text(f"{self.glyphs.warning} {warning}", style="yellow")
        yield from self._cautions(option, said, is_asked)
        if is_asked and (drugs := drugs_held(option)):
            yield Text(f"{self.glyphs.warning} Drugs: {' and '.join(drugs)}, see ALERTS.", style="yellow")
        if with_outlook:
            yield from self._expected(option)

    def _cautions(self, option: Option, said: set[str], is_asked: bool) -> Iterator[RenderableType]:
        """What calls for care in this patient; below it, quietly, what does so in anybody."""
        cautions = _without_doublets(option, cautions_of(option))
        fresh = [label for label in cautions if label not in said]
        said.update(cautions)
        of_anybody = _cautions_of_anybody(option)
        own = [label for label in fresh if label not in of_anybody]
        if own:
            told = "; ".join(own) if is_asked else _some(own, 2)
            yield Text(f"{self.glyphs.warning} Caution: {told}", style="yellow")
        rest = [in_a_sentence(label) for label in fresh if label not in own]
        if rest:
            yield Text(f"In anybody: {'; '.join(rest)}", style="dim")

    def _reason(self, option: Option, said: set[str]) -> Text:
        """What the chart says about it, and the reason with its step; of a reason that stands above only what came of
        it earlier."""
        if self._is_said(option, said):
            return Text(option.earlier.says if option.earlier else "")
        reason, step = self._reason_and_step(option)
        said.add(self._key_of(option, reason, step))
        return Text.assemble(reason, (step, "cyan"))

    def _is_said(self, option: Option, said: set[str]) -> bool:
        return self._key_of(option, *self._reason_and_step(option)) in said

    def _key_of(self, option: Option, reason: str, step: str) -> str:
        """By what a reason is known again. A question is the same however many others follow it."""
        return own_reason(option, reason) + ("" if waits_for_an_answer(option) else step)

    def _reason_and_step(self, option: Option) -> tuple[str, str]:
        if waits_for_an_answer(option):
            return self._why_open(option)
        return self._why_not_established(option) or (option.why, self._step(option))

    def _why_not_established(self, option: Option) -> tuple[str, str] | None:
        """Where none of its targets is under consideration: those that are named above all the same."""
        from lenitive.medicine.content import content

        if option.target.generator is not None or not option.why.startswith(NO_TARGET):
            return None
        aimed_at = content().procedures[option.procedure].targets
        named = [in_a_sentence(self.thought_of[one]) for one in aimed_at if one in self.thought_of]
        if not named:
            return None
        step = f" {self.glyphs.step} Establish it, or write it down as the working diagnosis with the reason."
        return f"{NO_TARGET}{' and '.join(named)}, thought of here, not established.", step

    def _why_open(self, option: Option) -> tuple[str, str]:
        """The first question that it waits for, and how many more there are: the name of a row alone reads as a
        finding."""
        asked = first_question(option.why, option.opens_with)
        if asked is None:
            return option.why, self._step(option)
        return f"{asked.before}To ask: {asked.question}", f" (and {asked.more} more)" if asked.more else ""

    def _step(self, option: Option) -> str:
        """What opens it. Of what is merely not documented the questions stand below: here, how many there are."""
        if option.verdict == "undocumented":
            return f" ({counted(len(option.opens_with), 'question')})" if option.opens_with else ""
        return f" {self.glyphs.step} {_some(option.opens_with, 1)}" if option.opens_with else ""

    def _expected(self, option: Option) -> Iterator[RenderableType]:
        """What was published for patients like this one, once it is within reach; and what contradicts it."""
        if option.verdict not in ("candidate", "undocumented"):
            return
        told = [row for row in option.outlook if row.shares]
        if not told:
            return
        row = min(told, key=lambda row: (not row.half, row.shares[0].citation.grade == "recalled"))
        against = f"; {row.conflicts[0].outcome} says otherwise" if row.conflicts else ""
        yield Text(f"Published: {row.says} ({self.cited(row.shares[0].citation)}{against})", style="dim")

    # --- missing -------------------------------------------------------------------------------------------------

    def missing(self, assessment: Assessment) -> Iterator[RenderableType]:
        """The few questions that would settle most, and how many there are. The next test stands above already."""
        total = len(assessment.missing)
        yield self.title("STILL TO ASK OR RECORD" if total else "NOTHING IS MISSING")
        above = [test.ask for answer in assessment.differential[:1] for test in answer.next_tests[:1]]
        grid = self.grid(3, None)
        for number, ask in enumerate((ask for ask in assessment.ask_first if ask.question not in above), start=1):
            settles = f"  settles: {_some(ask.settles, 1)}"
            grid.add_row(Text(f"{number}.", justify="right"), Text.assemble(ask.question, (settles, "dim")))
        yield grid
        if total:
            yield self.note(f"{counted(total, 'open question')} in all: --all.", 4)


SAYS_MORE = {"glucose_may_rise": "diabetes"}
"""A caution for anybody, and that of who has the disease, which says it too."""


def _without_doublets(option: Option, cautions: Sequence[str]) -> list[str]:
    """The cautions without those for anybody that stand there for this patient."""
    found = {one.criterion: one.label for one in option.cautions.found_against}
    doublets = {found[name] for name, more in SAYS_MORE.items() if name in found and more in found}
    return [label for label in cautions if label not in doublets]


def _is_of_a_child(assessment: Assessment) -> bool:
    """An alert says that the patient is not yet an adult."""
    return any(cited.entry == "adult_age" for alert in assessment.alerts for cited in alert.citations)


def _cautions_of_anybody(option: Option) -> list[str]:
    """What goes with a procedure whoever the patient is. Of what nobody asked for it is not told."""
    return [one.label for one in option.cautions.found_against if one.severity == "advice" and not one.facts]


def _is_a_pain_of_its_own(answer: Differential, chart: Chart) -> bool:
    """A pain is recorded in a part of the body that the question is about, or a block was done for it."""
    from lenitive.chart.complaint import Complaint
    from lenitive.medicine.content import content

    known = content()
    about = known.questions[answer.question].regions
    weighed = [one for estimate in answer.estimates for one in estimate.contributions]
    return any(one.region in about for one in chart.rows(Complaint)) or any(
        one.state == "equivocal" or one.finding in known.procedures for one in weighed
    )


def _concerns(drugs: Sequence[Sequence[Hold]], asked_for: frozenset[str]) -> bool:
    """Something that was asked for waits for it, or it must not be stopped at all."""
    holds = [hold for classes in drugs for hold in classes]
    return any(hold.alert.severity in ("emergency", "stop") or asked_for & hold.labels.keys() for hold in holds)


Alike = list["Option"]
"""Options that stand alike: one verdict, one reason, one step, one word on coverage."""


def _alike(options: Sequence[Option]) -> list[Alike]:
    """The options in order, those that stand alike with the first of their kind."""
    found: dict[tuple[object, ...], Alike] = {}
    for option in options:
        policy = option.procedure if option.coverage.determination else None
        cautions = tuple(cautions_of(option))
        target = option.target.generator
        key = (option.place, option.verdict, option.why, tuple(option.opens_with), policy, cautions, target)
        found.setdefault(key, []).append(option)
    return list(found.values())


def _first_to_think_of(assessment: Assessment, options: Sorted) -> list[NamedSource]:
    """Sources without a number that come before those with one; none where no other source has one."""
    if not assessment.differential:
        return []
    aimed_at = {one.target.generator for one in options.asked}
    return [one for one in assessment.named if one.generator in aimed_at or _is_known_mechanism(one)]


def _is_known_mechanism(one: NamedSource) -> bool:
    """It rides on any source and stands on the problem list."""
    return one.kind == "overlay" and "diagnosis" in one.named_by


def _in_a_line(alike: Alike) -> bool:
    """A line is enough for care without a needle, and for what is not near."""
    return alike[0].role == "conservative" or alike[0].place not in NEAR


def _placed(groups: Sequence[Alike], place: str) -> list[Alike]:
    return [alike for alike in groups if alike[0].place == place]


def _labels(alike: Alike) -> str:
    return "; ".join(option.label for option in alike)


def _is_worth_a_bar(estimate: Estimate) -> bool:
    """It is not far-fetched, or the patient had a block for it that settled nothing."""
    return estimate.probability >= LIKELY or any(one.state == "equivocal" for one in estimate.contributions)


def _count(table: str, number: int) -> str:
    if number == 1:
        return f"1 {_ONE.get(table, table)}"
    return f"{number} {_MANY.get(table, f'{table}s')}"


def _some(items: Sequence[str], most: int) -> str:
    listed = list(dict.fromkeys(items))
    told = "; ".join(listed[:most])
    if len(listed) <= most:
        return told
    # After the end of a sentence a comma would read as a slip.
    more = f"and {len(listed) - most} more"
    return f"{told} ({more})" if told.endswith(("?", ".")) else f"{told}, {more}"


def _ratio(ratio: float) -> str:
    return f"{ratio:.2f}" if ratio < 0.995 else f"{ratio:.1f}"


def _distinct(citations: Sequence[Citation]) -> list[Citation]:
    return list({(one.source, one.grade): one for one in citations}.values())

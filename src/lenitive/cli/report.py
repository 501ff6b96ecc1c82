"""The report of an assessment for a terminal: what a physician reads in a minute."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from lenitive.cli.bars import bar, parts_in_words, percent, span
from lenitive.cli.counting import counted
from lenitive.cli.glyphs import GRADES, Glyphs

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
SHOWN_ESTIMATES_OF_A_SECOND_PAIN = 2
SHOWN_NEEDLES = 3
SHOWN_CARE = 3
SHOWN_FAR = 2
SHOWN_BY_NAME = 2
SHOWN_NAMED = 3
SHOWN_SETTLED = 3
LIKELY = 0.1
"""Estimates below this stand in one line together."""


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
    return Group(
        *writer.head(assessment, heading),
        *writer.alerts(assessment, heading.asked_for),
        *writer.differentials(
            assessment.differential, has_named=bool(assessment.named), with_tests=not what_stops(assessment.red_flags)
        ),
        *writer.overlays(assessment.overlays),
        *writer.named(assessment.named, is_alone=not assessment.differential),
        *writer.plan(assessment, heading.asked_for),
        *writer.missing(assessment),
        *writer.foot(),
    )


_SEVERITY = {"emergency": "bold white on red", "stop": "bold red", "warning": "bold yellow", "ask": "bold cyan"}
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
        """Red flags that are raised, drugs to hold, and which dangers nobody asked about."""
        holds = by_drug(holds_of(assessment.options), asked_for)
        count = len(assessment.alerts) + len(holds)
        yield self.title(f"ALERTS ({count})" if count else "ALERTS: none", "bold red" if count else "bold")
        for alert in assessment.alerts:
            yield self.alert(alert)
        for classes in holds:
            yield self.hold(classes)
        yield from self._red_flags(assessment)

    def alert(self, alert: Alert) -> RenderableType:
        """One alert: how urgent, what, what to do, on what basis."""
        lines = (Text(alert.title, "bold"), Text(alert.action), Text(self._basis_of(alert), "dim"))
        return self._alert(alert, *lines)

    def hold(self, classes: Sequence[Hold]) -> RenderableType:
        """A drug to be held: in full for what is nearest, the other bleeding classes named."""
        nearest = classes[0]
        told = Text.assemble((nearest.alert.title, "bold"), f" {self.glyphs.dot} {_some(nearest.procedures, 2)}")
        lines = [told, Text(nearest.alert.action), Text(self._basis_of(nearest.alert), "dim")]
        others = [f"{hold.alert.title.rpartition(': ')[2]} ({len(hold.procedures)})" for hold in classes[1:]]
        if others:
            lines.append(Text(f"Also for procedures of {' and '.join(others)}: --all.", "dim"))
        return self._alert(nearest.alert, *lines)

    def _alert(self, alert: Alert, *lines: RenderableType) -> RenderableType:
        sign = {"emergency": self.glyphs.emergency, "stop": self.glyphs.stop, "warning": self.glyphs.warning}
        word = Text(f"{sign.get(alert.severity, self.glyphs.open)} {alert.severity.upper()}", _SEVERITY[alert.severity])
        grid = self.grid(12, None)
        grid.add_row(word, Group(*lines))
        return grid

    def _basis_of(self, alert: Alert) -> str:
        seen = [f"{fact.text}{f' ({fact.on})' if fact.on else ''}" for fact in alert.facts[:3]]
        more = [f"{len(alert.facts) - 3} more"] if len(alert.facts) > 3 else []
        cited = [self.cited(citation) for citation in _distinct(alert.citations)[:4]]
        return f" {self.glyphs.dot} ".join([*seen, *more, *cited])

    def _red_flags(self, assessment: Assessment) -> Iterator[RenderableType]:
        flags = assessment.red_flags
        if not flags:
            return
        raised = [flag for flag in flags if flag.status == "met"]
        answered = [flag for flag in flags if flag.status == "not met"]
        silent = [flag for flag in flags if flag.status == "undocumented"]
        counts = f"Red flags: {len(raised)} raised, {len(answered)} answered no, {len(silent)} not settled"
        yield Text(counts, style="bold" if silent else "")

    # --- differential --------------------------------------------------------------------------------------------

    def differentials(
        self, answers: Sequence[Differential], has_named: bool = False, with_tests: bool = True
    ) -> Iterator[RenderableType]:
        """The question of the dominant pain in full, each other one in a few lines; nothing where sources with no
        number answer instead."""
        for rank, answer in enumerate(answers):
            yield from self.differential(answer, with_tests) if rank == 0 else self.in_short(answer, with_tests)
        if not answers and not has_named:
            yield self.title("WHERE DOES THE PAIN COME FROM?")
            yield Text("No recorded pain raises a question that the knowledge base can answer.")

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
            yield self.note("No test of the catalogue that is still open would change this much.", 2)

    def in_short(self, answer: Differential, with_tests: bool = True) -> Iterator[RenderableType]:
        """The likeliest answers to the question of another pain, and its next test. Reasons stand with --all."""
        yield self.title(answer.label.upper())
        likely = [one for one in answer.estimates if _is_worth_a_bar(one)] or answer.estimates[:1]
        shown = likely[:SHOWN_ESTIMATES_OF_A_SECOND_PAIN]
        for estimate in shown:
            yield self.estimate(estimate, "")
            yield from self._reasons(estimate, 0, counts_the_rest=False)
        yield from self._others(answer, shown, f"unresolved {percent(answer.unresolved)}")
        if answer.next_tests and with_tests:
            yield self.next_test(answer.next_tests[0], answer, in_short=True)

    def _others(self, answer: Differential, shown: Sequence[Estimate], *more: str) -> Iterator[RenderableType]:
        """The answers that have no bar, in one line."""
        hidden = [f"{one.label} {percent(one.probability)}" for one in answer.estimates if one not in shown]
        if hidden or more:
            yield self.note(f"Also: {'; '.join([*hidden, *more])}", 2)

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

    def next_test(self, test: NextTest, answer: Differential, in_short: bool = False) -> RenderableType:
        """The test that would tell most for its burden, and what either result would do."""
        about = next((one.label for one in answer.estimates if one.generator == test.about), test.about)
        now, yes, no = percent(test.now), percent(test.if_present), percent(test.if_absent)
        told = Text.assemble(
            ("Next test: ", "bold cyan"),
            (test.label, "bold"),
            f" ({test.burden}). {about}: {now} now {self.glyphs.step} {yes} if positive, {no} if negative.",
            (f"  {self.cited(test.citation)}", "dim"),
        )
        if test.ask and test.ask not in test.label and not in_short:
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
            for words in one.confirmed_by[: 1 if is_alone else 0]:
                yield self.note(f"{self.glyphs.step} {words}", 2)
        rest = [one.label for one in found if one not in full]
        if rest:
            yield self.note(f"{'Also felt there or found' if full else 'Felt there'}: {'; '.join(rest)}", 2)

    # --- options -------------------------------------------------------------------------------------------------

    def plan(self, assessment: Assessment, asked_for: frozenset[str]) -> Iterator[RenderableType]:
        """The options; under a red flag that stops procedures its action alone, and what was asked for and waits."""
        from lenitive.reasoning.assessment import what_stops
        from lenitive.reasoning.plan import WAITS
        from lenitive.reasoning.safety import has_died

        stopping = what_stops(assessment.red_flags)
        if not stopping:
            yield from self.options(assessment.options, asked_for)
            return
        waiting = [one for one in assessment.options if any(flag.holds_up(one.procedure) for flag in stopping)]
        spared = [one for one in assessment.options if one not in waiting]
        yield self.title("WHAT TO DO")
        labels = "; ".join(flag.label for flag in stopping)
        yield Text.assemble(("Now: what the alert above says. ", "bold"), f"{labels}.")
        if not has_died(assessment.red_flags):
            yield Text(WAITS, style="bold yellow")
        asked = [option.label for option in waiting if option.procedure in asked_for]
        others = len(waiting) - len(asked)
        if asked:
            yield self.note(f"Asked for, waits: {_some(asked, 4)}", 1)
        if others:
            yield self.note(f"{counted(others, 'option')} {'wait' if others > 1 else 'waits'}: --all.", 1)
        if spared:
            yield from self.options(spared, asked_for)

    def options(self, options: Sequence[Option], asked_for: frozenset[str]) -> Iterator[RenderableType]:
        """What may be done: verdict, target, coverage, why, and the step that opens it."""
        yield self.title("OPTIONS")
        if not options:
            yield Text("No procedure of the knowledge base is aimed at a source under consideration.")
            return
        yield from self._why_no_policy(options)
        asked = _alike([option for option in options if option.procedure in asked_for])
        others = _alike([option for option in options if option.procedure not in asked_for])
        said: set[str] = set()
        if self.width >= WIDE and any(not _in_a_line(alike) for alike in (*asked, *others)):
            heads = ("", "procedure", "target", "coverage")
            yield self._columns(*(Text(head, style="dim") for head in heads))
        if asked:
            yield Text("Asked for", style="underline")
            yield from (self.option(alike, said) for alike in asked)
        first = None if asked else next((alike for alike in others if not _in_a_line(alike)), None)
        for place, title in _PLACES.items():
            yield from self._placed(title, _placed(others, place), said, first)

    def _placed(
        self, title: str, members: Sequence[Alike], said: set[str], first: Alike | None
    ) -> Iterator[RenderableType]:
        """What stands in one place: some of it with the reason, the rest by name. What was published stands with the
        ``first`` needle only, if nothing was asked for."""
        if not members:
            return
        yield Text(title, style="underline")
        needles = [alike for alike in members if not _in_a_line(alike)][:SHOWN_NEEDLES]
        lines = [alike for alike in members if _in_a_line(alike)]
        lines = lines[: SHOWN_CARE if members[0][0].place in NEAR else SHOWN_FAR]
        yield from (self.option(alike, said, with_outlook=alike is first) for alike in needles)
        yield from (self._line(alike, said) for alike in lines)
        rest = [option.label for alike in members if alike not in (*needles, *lines) for option in alike]
        if rest:
            yield self.note(f"Also {title.lower()}: {_some(rest, SHOWN_BY_NAME)}", 1)

    def _line(self, alike: Alike, said: set[str]) -> RenderableType:
        """Care without a needle, and what is not near: its name and why, without target and coverage."""
        sign = self.verdict(alike[0].verdict)
        told = Text.assemble((_some([option.label for option in alike], 4), "bold"))
        earlier = alike[0].earlier
        if alike[0].verdict != "candidate":
            told.append(f" {self.glyphs.dot} ").append_text(self._reason(alike[0], said))
        elif earlier:
            told.append(f" {self.glyphs.dot} {earlier.says}")
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

    def option(self, alike: Alike, said: set[str], with_outlook: bool = True) -> RenderableType:
        """One procedure, or several that stand alike: verdict, target, coverage; below it why, and what opens it.

        ``said`` holds reasons and cautions that stand above already.
        """
        first, dot = alike[0], f" {self.glyphs.dot} "
        labels, verdict, why = (
            Text(_labels(alike), "bold"),
            self.verdict(first.verdict),
            self.why(first, said, with_outlook),
        )
        target = "" if first.target.probability is None else percent(first.target.probability)
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

    def why(self, option: Option, said: set[str], with_outlook: bool) -> Iterator[RenderableType]:
        """Why now or why not, the step that opens it, and what the payer and caution add."""
        cautions = _cautions(option)
        fresh = [label for label in cautions if label not in said]
        reason = self._reason(option, said)
        if cautions and not fresh:
            reason.append(f" {self.glyphs.warning} Caution as above.", style="yellow")
        said.update(cautions)
        yield reason
        if with_outlook:
            yield from self._expected(option)
        found = option.coverage.determination
        if found and found.violated:
            labels = [one.label for one in found.results(found.violated)]
            yield Text(f"{self.glyphs.no} Payer wants: {_some(labels, 2)}", style="red")
        for warning in option.coverage.warnings[:1]:
            yield Text(f"{self.glyphs.warning} {warning}", style="yellow")
        if fresh:
            yield Text(f"{self.glyphs.warning} Caution: {_some(fresh, 2)}", style="yellow")

    def _reason(self, option: Option, said: set[str]) -> Text:
        """What the chart says about it, and the reason with its step; a reason that stands above is not repeated."""
        earlier = option.earlier.says if option.earlier else ""
        reason = option.why.removeprefix(earlier).lstrip()
        step = self._step(option)
        if reason + step in said:
            return Text(earlier) if earlier else Text(AS_ABOVE, style="dim")
        said.add(reason + step)
        return Text.assemble(option.why, (step, "cyan"))

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
            settles = f"  settles: {_some(ask.settles, SHOWN_SETTLED if number == 1 else 1)}"
            grid.add_row(Text(f"{number}.", justify="right"), Text.assemble(ask.question, (settles, "dim")))
        yield grid
        if total:
            yield self.note(f"{counted(total, 'open question')} in all: --all.", 4)


AS_ABOVE = "As above."

Alike = list["Option"]
"""Options that stand alike: one verdict, one reason, one step, one word on coverage."""


def _alike(options: Sequence[Option]) -> list[Alike]:
    """The options in order, those that stand alike with the first of their kind."""
    found: dict[tuple[object, ...], Alike] = {}
    for option in options:
        policy = option.procedure if option.coverage.determination else None
        cautions = tuple(_cautions(option))
        target = option.target.generator
        key = (option.place, option.verdict, option.why, tuple(option.opens_with), policy, cautions, target)
        found.setdefault(key, []).append(option)
    return list(found.values())


def _cautions(option: Option) -> list[str]:
    """What calls for care, and what speaks against it as far as is recalled; not what the verdict itself is about."""
    against = [] if option.verdict == "undocumented" else option.contraindications.warned
    found = [one.label for one in option.cautions.found_against]
    return list(dict.fromkeys([*(f"{one.label} (speaks against it; recalled)" for one in against), *found]))


def _in_a_line(alike: Alike) -> bool:
    """A line is enough for care without a needle, and for what is not near."""
    return alike[0].role == "conservative" or alike[0].place not in NEAR


def _placed(groups: Sequence[Alike], place: str) -> list[Alike]:
    return [alike for alike in groups if alike[0].place == place]


def _labels(alike: Alike) -> str:
    return "; ".join(option.label for option in alike)


@dataclass(frozen=True)
class Hold:
    """A drug and a bleeding class: the alert with the earliest day, and the procedures it is about, its own first."""

    alert: Alert
    procedures: Sequence[str]
    kinds: frozenset[str]


def holds_of(options: Sequence[Option]) -> list[Hold]:
    """The alerts of the procedures, each drug and bleeding class once."""
    alerts: dict[str, list[Alert]] = {}
    about: dict[str, dict[str, str]] = {}
    for option in options:
        for alert in option.alerts:
            alerts.setdefault(alert.title, []).append(alert)
            about.setdefault(alert.title, {})[option.procedure] = option.label
    return [_hold(found, about[title]) for title, found in alerts.items()]


def _hold(alerts: Sequence[Alert], labels: dict[str, str]) -> Hold:
    earliest = min(alerts, key=lambda alert: alert.hold_from or date.max)
    kinds = sorted(labels, key=lambda kind: kind != earliest.procedure)
    return Hold(earliest, [labels[kind] for kind in kinds], frozenset(labels))


def by_drug(holds: Sequence[Hold], asked_for: frozenset[str]) -> list[list[Hold]]:
    """The bleeding classes of each drug together, that of a procedure that was asked for first."""
    drugs: dict[tuple[str, ...], list[Hold]] = {}
    for hold in holds:
        drugs.setdefault(tuple(fact.id for fact in hold.alert.facts), []).append(hold)
    return [sorted(classes, key=lambda hold: not hold.kinds & asked_for) for classes in drugs.values()]


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

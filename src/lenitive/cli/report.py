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

from lenitive.cli.bars import bar, percent, span
from lenitive.cli.glyphs import GRADES, Glyphs

if TYPE_CHECKING:
    from lenitive.chart import Chart
    from lenitive.reasoning.assessment import (
        Alert,
        Ask,
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
SHOWN_OPTIONS = 6
SHOWN_NAMED = 3
SHOWN_RULED_OUT = 3
SHOWN_QUESTIONS = 6
LIKELY = 0.1
"""Estimates below this get one reason at most."""


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
    oldest, youngest = _years(born, day), _years(born_by or born, day)
    return f"{oldest} years" if oldest == youngest else f"{youngest} or {oldest} years"


def _years(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def report(assessment: Assessment, heading: Heading, glyphs: Glyphs, width: int) -> Group:
    """The whole report, most urgent first."""
    writer = Writer(glyphs, width)
    return Group(
        *writer.head(assessment, heading),
        *writer.alerts(assessment, heading.asked_for),
        *writer.differentials(assessment.differential, has_named=bool(assessment.named)),
        *writer.overlays(assessment.overlays),
        *writer.named(assessment.named, is_alone=not assessment.differential),
        *writer.options(assessment.options, heading.asked_for),
        *writer.missing(assessment.missing),
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
        counted = [_count(name, number) for name, number in most if name not in ("patient", "attestation")]
        told = f" ({', '.join(counted[:3])}{', …' if len(counted) > 3 else ''})" if counted else ""
        read = f" {self.glyphs.dot} {_plural(total, 'fact')} from {heading.read_from}{self.dots(told)}"
        yield Text.assemble((day, "bold"), (read, "dim"))
        if heading.refused:
            yield Text(f"{heading.refused} records were refused and are not in this assessment.", style="bold yellow")
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
        yield Text(f"Sources: {marks}. {bars} 95 % interval. Show one: lenitive knowledge show NAME.", style="dim")
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
        for hold in classes[1:]:
            lines.append(Text(f"Also {hold.alert.title.rpartition(': ')[2]}: {_some(hold.procedures, 2)}", "dim"))
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
        silent = [flag.label for flag in flags if flag.status == "undocumented"]
        counts = f"Red flags: {len(raised)} raised, {len(answered)} answered no, {len(silent)} not settled"
        told = Text(counts, style="bold" if silent else "")
        if silent:
            told.append(f": {_some(silent, 4)}", style="not bold")
        yield told

    # --- differential --------------------------------------------------------------------------------------------

    def differentials(self, answers: Sequence[Differential], has_named: bool = False) -> Iterator[RenderableType]:
        """One block for each question that the pain raises; nothing where sources with no number answer instead."""
        for rank, answer in enumerate(answers):
            yield from self.differential(answer, 3 if rank == 0 else 2)
        if not answers and not has_named:
            yield self.title("WHERE DOES THE PAIN COME FROM?")
            yield Text("No recorded pain raises a question that the knowledge base can answer.")

    def differential(self, answer: Differential, most_reasons: int) -> Iterator[RenderableType]:
        """Bars with whiskers, what moved them, and the test that would tell most."""
        yield self.title(answer.label.upper())
        start = Text(f"Starts from {self.cited(answer.prior)}: {answer.population}", style="dim", no_wrap=True)
        start.truncate(self.width, overflow="ellipsis" if self.glyphs.rule == "─" else "crop")
        yield start
        for rank, estimate in enumerate(answer.estimates):
            if rank < SHOWN_ESTIMATES:
                yield self.estimate(estimate, "blue" if rank == 0 else "")
                yield from self._reasons(estimate, most_reasons if rank == 0 else 2)
        hidden = [f"{one.label} {percent(one.probability)}" for one in answer.estimates[SHOWN_ESTIMATES:]]
        if hidden:
            yield self.note(f"Also: {'; '.join(hidden)}", 2)
        yield self.unresolved(answer)
        if answer.next_tests:
            yield self.next_test(answer.next_tests[0], answer)
        else:
            yield self.note("No test of the catalogue that is still open would change this much.", 2)

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

    def _reasons(self, estimate: Estimate, most: int) -> Iterator[RenderableType]:
        if estimate.probability < LIKELY:
            most = 1
        # A block that settled nothing moves nothing, and would be missed: the patient had it.
        shown = [one for rank, one in enumerate(estimate.contributions) if rank < most or one.state == "equivocal"]
        for contribution in shown:
            yield self.contribution(contribution)
        hidden = len(estimate.contributions) - len(shown)
        parts = [f"within it: {part.label} {percent(part.share)}" for part in estimate.parts[:1]]
        more = [*parts, *([_plural(hidden, "more finding")] if hidden > 0 else [])]
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

    def named(self, found: Sequence[NamedSource], is_alone: bool = False) -> Iterator[RenderableType]:
        """Sources to think of that no question ranks, and what confirms the first of them."""
        if not found:
            return
        title = "WHERE DOES THE PAIN COME FROM? THINK OF" if is_alone else "ALSO THINK OF"
        yield self.title(f"{title} (no number is known)")
        for one in found[:SHOWN_NAMED]:
            yield Text.assemble((f"{one.label}. ", "bold"), one.says)
            for words in one.confirmed_by[:1]:
                yield self.note(f"{self.glyphs.step} {words}", 2)
        if len(found) > SHOWN_NAMED:
            yield self.note(f"Also: {', '.join(one.label.lower() for one in found[SHOWN_NAMED:])}", 2)

    # --- options -------------------------------------------------------------------------------------------------

    def options(self, options: Sequence[Option], asked_for: frozenset[str]) -> Iterator[RenderableType]:
        """What may be done: verdict, target, coverage, why, and the step that opens it."""
        yield self.title("OPTIONS")
        if not options:
            yield Text("No procedure of the knowledge base is aimed at a source under consideration.")
            return
        yield from self._why_no_policy(options)
        asked = _alike([option for option in options if option.procedure in asked_for])
        others = _alike([option for option in options if option.procedure not in asked_for])
        possible = [alike for alike in others if alike[0].place != "not now"][: max(3, SHOWN_OPTIONS - len(asked))]
        ruled_out = [alike for alike in others if alike[0].place == "not now"][:SHOWN_RULED_OUT]
        groups = [("Asked for", asked)]
        groups += [
            (words, [a for a in (*possible, *ruled_out) if a[0].place == place]) for place, words in _PLACES.items()
        ]
        yield from self._rows(groups)
        left = [option for alike in others if alike not in possible and alike not in ruled_out for option in alike]
        for place, words in _PLACES.items():
            labels = [option.label for option in left if option.place == place]
            if labels:
                yield self.note(f"Also {words.lower()}: {_some(labels, 4)}", 1)

    def _why_no_policy(self, options: Sequence[Option]) -> Iterator[RenderableType]:
        """Reasons for having no policy that somebody can do something about, each once."""
        silent = [option.coverage.chosen.reason for option in options if option.coverage.determination is None]
        for reason in list(dict.fromkeys(silent))[:3]:
            if not reason.startswith("No policy in the knowledge base"):
                yield self.note(f"Coverage: {reason}", 1)

    def _rows(self, groups: Sequence[tuple[str, Sequence[Alike]]]) -> Iterator[RenderableType]:
        if self.width >= WIDE:
            heads = ("", "procedure", "target", "coverage")
            yield self._columns(*(Text(head, style="dim") for head in heads))
        said: set[str] = set()
        for title, members in groups:
            if members:
                yield Text(title, style="underline")
            for alike in members:
                yield self.option(alike, said)

    def _columns(self, *cells: RenderableType) -> RenderableType:
        grid = self.grid(17, None, 6, 38)
        grid.add_row(*cells)
        return grid

    def option(self, alike: Alike, said: set[str]) -> RenderableType:
        """One procedure, or several that stand alike: verdict, target, coverage; below it why, and what opens it.

        ``said`` holds reasons and cautions that stand above already.
        """
        first, dot = alike[0], f" {self.glyphs.dot} "
        labels, verdict, why = Text(_labels(alike), "bold"), self.verdict(first.verdict), self.why(first, said)
        target = "" if first.target.probability is None else percent(first.target.probability)
        if self.width >= WIDE:
            return Group(
                self._columns(verdict, labels, Text(target, justify="right"), self.coverage(first)),
                Padding(Group(*why), (0, 0, 0, 18)),
            )
        aimed = f"{dot}target {target}" if target else ""
        grid = self.grid(17, None)
        grid.add_row(verdict, Group(Text.assemble(labels, aimed, dot, self.coverage(first)), *why))
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
            (f"{sign} policy {found.status}{open_}", _STATUS[found.status]), f" ({chosen.policy_id or chosen.policy})"
        )
        if chosen.contractor:
            told.append(f" {chosen.contractor}")
        return told

    def why(self, option: Option, said: set[str]) -> Iterator[RenderableType]:
        """Why now or why not, the step that opens it, and what the payer and caution add."""
        yield self._reason(option, said)
        yield from self._expected(option)
        found = option.coverage.determination
        if found and found.violated:
            labels = [one.label for one in found.results(found.violated)]
            yield Text(f"{self.glyphs.no} Payer wants: {_some(labels, 2)}", style="red")
        for warning in option.coverage.warnings[:1]:
            yield Text(f"{self.glyphs.warning} {warning}", style="yellow")
        cautions = [one.label for one in option.cautions.results(option.cautions.violated)]
        fresh = [label for label in cautions if label not in said]
        said.update(cautions)
        if cautions:
            yield Text(f"{self.glyphs.warning} Caution: {_some(fresh, 2) if fresh else 'as above'}", style="yellow")

    def _reason(self, option: Option, said: set[str]) -> RenderableType:
        """What the chart says about it, and the reason with its step; a reason that stands above is not repeated."""
        earlier = option.earlier.says if option.earlier else ""
        reason = option.why.removeprefix(earlier).lstrip()
        step = f" {self.glyphs.step} {_some(option.opens_with, 1)}" if option.opens_with else ""
        if reason + step in said:
            return Text(earlier) if earlier else Text("As above.", style="dim")
        said.add(reason + step)
        return Text.assemble(option.why, (step, "cyan"))

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

    def missing(self, asks: Sequence[Ask]) -> Iterator[RenderableType]:
        """The questions that would settle most."""
        yield self.title("STILL TO ASK OR RECORD" if asks else "NOTHING IS MISSING")
        grid = self.grid(3, None)
        for number, ask in enumerate(asks[:SHOWN_QUESTIONS], start=1):
            settles = f"  settles: {_some(ask.settles, 1)}"
            grid.add_row(Text(f"{number}.", justify="right"), Text.assemble(ask.question, (settles, "dim")))
        yield grid
        if len(asks) > SHOWN_QUESTIONS:
            yield self.note(f"{len(asks) - SHOWN_QUESTIONS} more with --all.", 4)


Alike = list["Option"]
"""Options that stand alike: one verdict, one reason, one step, one word on coverage."""


def _alike(options: Sequence[Option]) -> list[Alike]:
    """The options in order, those that stand alike with the first of their kind."""
    found: dict[tuple[object, ...], Alike] = {}
    for option in options:
        policy = option.procedure if option.coverage.determination else None
        cautions = tuple(option.cautions.violated)
        target = option.target.generator
        key = (option.place, option.verdict, option.why, tuple(option.opens_with), policy, cautions, target)
        found.setdefault(key, []).append(option)
    return list(found.values())


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


def _plural(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _count(table: str, number: int) -> str:
    if number == 1:
        return f"1 {_ONE.get(table, table)}"
    return f"{number} {_MANY.get(table, f'{table}s')}"


def _some(items: Sequence[str], most: int) -> str:
    listed = list(dict.fromkeys(items))
    told = "; ".join(listed[:most])
    if len(listed) <= most:
        return told
    # After a question mark a comma would read as a slip.
    return f"{told} (and {len(listed) - most} more)" if told.endswith("?") else f"{told}, and {len(listed) - most} more"


def _ratio(ratio: float) -> str:
    return f"{ratio:.2f}" if ratio < 0.995 else f"{ratio:.1f}"


def _distinct(citations: Sequence[Citation]) -> list[Citation]:
    return list({(one.source, one.grade): one for one in citations}.values())

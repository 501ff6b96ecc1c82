"""What a procedure brought, ready to be shown: the verdict, what it rests on, and what comes next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, cast

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lenitive.chart import Chart
from lenitive.chart.measure import Measure
from lenitive.chart.procedure import Procedure
from lenitive.chart.relief import Relief
from lenitive.chart.statement import Statement
from lenitive.documents.wording import given, joined, name_of, number, relief
from lenitive.medicine.content import content
from lenitive.reasoning import Assessment
from lenitive.reasoning.assessment import Contribution
from lenitive.reasoning.book import Book
from lenitive.reasoning.follow_up import FollowUp, ScoreCourse, follow_ups
from lenitive.reasoning.plan import Then, ladder
from lenitive.reasoning.questionnaires import band_of
from lenitive.reasoning.response import Change
from lenitive_web.look.words import Sign

COMPLICATION = "complication_reported"
GLOBAL_CHANGE = "pgic"
WORKED = ("helped", "positive test", "tests agree", "trial passed")
AGREE = "tests agree"
"""Two tests say the same; a third is not asked for."""
TESTS = ("positive test", "tests agree", "equivocal test", "negative test")
EVERYWHERE = ("now", "next", "later", "not now")

MEANINGS = {
    "helped": Sign("good", "✓", gettext_lazy("Helped")),
    "helped too short": Sign("wait", "◔", gettext_lazy("Helped, too short")),
    "did not help": Sign("bad", "✕", gettext_lazy("Did not help")),
    "not known": Sign("open", "?", gettext_lazy("Nobody asked yet")),
    "positive test": Sign("good", "✓", gettext_lazy("Positive test")),
    "tests agree": Sign("good", "✓", gettext_lazy("Two positive tests")),
    "equivocal test": Sign("wait", "◔", gettext_lazy("Equivocal test")),
    "negative test": Sign("bad", "✕", gettext_lazy("Negative test")),
    "trial passed": Sign("good", "✓", gettext_lazy("Trial passed")),
    "trial failed": Sign("bad", "✕", gettext_lazy("Trial failed")),
}
AGAIN = {
    "not due": Sign("plain", "–", gettext_lazy("Repeat not due")),
    "allowed": Sign("good", "✓", gettext_lazy("May be repeated")),
    "pointless": Sign("bad", "✕", gettext_lazy("Not to be repeated")),
    "not meant to be repeated": Sign("plain", "–", gettext_lazy("Not meant to be repeated")),
    "undocumented": Sign("open", "?", gettext_lazy("Repeat: undocumented")),
}
DIRECTIONS = {
    "better": Sign("good", "↓", gettext_lazy("better")),
    "worse": Sign("bad", "↑", gettext_lazy("worse")),
    "same": Sign("plain", "=", gettext_lazy("the same")),
    "neither": Sign("plain", "·", gettext_lazy("changed")),
}
MATTERS = {
    "met": gettext_lazy("more than the smallest change that matters"),
    "not met": gettext_lazy("less than the smallest change that matters"),
    "undocumented": gettext_lazy("whether this much matters is not settled"),
}


@dataclass(frozen=True)
class ScoreChange:
    """One score before the procedure, at its best while the relief lasted, and at last."""

    label: str
    course: ScoreCourse
    sign: Sign | None
    matters: Any

    @property
    def change(self) -> Change | None:
        """From the baseline to the best; none if nothing was scored while the relief lasted."""
        return self.course.best


@dataclass(frozen=True)
class Came:
    """The last session of a kind, and all that is known of what came of it."""

    told: FollowUp
    meaning: Sign
    again: Sign
    place: str
    reports: Sequence[str]
    readings: Sequence[Relief]
    scores: Sequence[ScoreChange]
    said: str
    complications: Sequence[str]
    complication_status: str
    evidence: Sequence[Contribution]
    following: Sequence[Then]
    ask_on: date | None

    given: str = ""
    is_judged: bool = True

    @property
    def is_test(self) -> bool:
        """Whether its relief tells a source of pain, rather than treats it."""
        return self.told.meaning in TESTS

    @property
    def is_unknown(self) -> bool:
        """Whether nobody has asked yet."""
        return self.told.meaning == "not known"


@dataclass(frozen=True)
class Earlier:
    """An earlier session of a kind, in one line."""

    id: str
    label: str
    on: date | None
    place: str
    reports: Sequence[str]


def came_of_it(chart: Chart, assessment: Assessment, as_of: date, known: Book) -> list[Came]:
    """What came of the last session of each kind; those that nobody asked about come first."""
    found = [_came(chart, assessment, told, known) for told in follow_ups(known, chart, as_of)]
    return sorted(found, key=lambda one: not one.is_unknown)


def earlier_sessions(chart: Chart, came: Sequence[Came]) -> list[Earlier]:
    """All other sessions, the latest first."""
    shown = {one.told.procedure for one in came}
    rows = list(reversed(chart.rows(Procedure)))
    return [
        Earlier(
            row.id, name_of(row, content()), row.true_on, _place(row), [relief(one) for one in reports(chart, row.id)]
        )
        for row in rows
        if row.id not in shown
    ]


def session_of(chart: Chart, session: str) -> Procedure | None:
    """The procedure of that id, if it stands in the chart."""
    rows = chart.rows(Procedure)
    return next((row for row in rows if row.id == session), None)


def baseline(chart: Chart, row: Procedure) -> dict[str, Measure]:
    """The last score of each instrument on or before the day of a procedure."""
    found: dict[str, Measure] = {}
    for measure in chart.rows(Measure):
        is_before = row.true_on is not None and measure.true_on is not None and measure.true_on <= row.true_on
        if is_before and measure.score is not None:
            found[measure.instrument] = measure
    return found


def _came(chart: Chart, assessment: Assessment, told: FollowUp, known: Book) -> Came:
    row = cast("Procedure", session_of(chart, told.procedure))
    complications = list(_complications(chart, row))
    return Came(
        told=told,
        meaning=MEANINGS[told.meaning],
        again=AGAIN[told.again],
        place=_place(row),
        reports=[relief(one) for one in reports(chart, row.id) if one.minutes_after is None],
        readings=[one for one in reports(chart, row.id) if one.minutes_after is not None],
        scores=[_score(course) for course in told.scores if course.instrument != GLOBAL_CHANGE],
        said=_global_change(chart, row, told.scores_until),
        complications=complications,
        complication_status="met" if complications else "not met" if _asked(chart, row) else "undocumented",
        evidence=list(_evidence(assessment, told.kind)),
        following=_following(assessment, told, known),
        ask_on=_ask_on(told),
        given=given(row),
        is_judged=row.intent != "diagnostic" or any(one.concordant is not None for one in reports(chart, row.id)),
    )


def _place(row: Procedure) -> str:
    return joined("both sides" if row.side == "both" else row.side, " ".join(row.levels))


def reports(chart: Chart, session: str) -> list[Relief]:
    """Every report of relief after a session, in the order of the chart."""
    rows = chart.rows(Relief)
    return [row for row in rows if row.procedure == session]


def _score(course: ScoreCourse) -> ScoreChange:
    label, best = content().instruments[course.instrument].label, course.best
    return ScoreChange(
        label, course, DIRECTIONS[best.direction] if best else None, MATTERS[best.matters] if best else ""
    )


def _global_change(chart: Chart, row: Procedure, until: date | None) -> str:
    """The patient's own word for the change, from the last time it was asked while it tells of this procedure."""
    entry = content().instruments[GLOBAL_CHANGE]
    scores = [
        measure
        for measure in chart.rows(Measure)
        if measure.instrument == GLOBAL_CHANGE
        and measure.score is not None
        and measure.true_on
        and row.true_on
        and until
        and row.true_on < measure.true_on <= until
    ]
    if not scores or scores[-1].score is None:
        return ""
    choices = entry.questionnaire.choices if entry.questionnaire else []
    chosen = next((one.label for one in choices if one.value == scores[-1].score), "")
    band = band_of(entry, GLOBAL_CHANGE, scores[-1].score)
    return chosen or (band.label if band else number(scores[-1].score))


def _statements(chart: Chart, row: Procedure) -> list[Any]:
    rows = chart.rows(Statement)
    return [one for one in rows if one.kind == COMPLICATION and one.about == row.id]


def _asked(chart: Chart, row: Procedure) -> bool:
    return row.complication is not None or any(one.says is False for one in _statements(chart, row))


def _complications(chart: Chart, row: Procedure) -> Iterator[str]:
    if row.complication and row.complication.lower() not in ("none", "no"):
        yield row.complication
    for one in _statements(chart, row):
        if one.says:
            yield joined(one.text or _("not described"), str(one.true_on or ""))


def _evidence(assessment: Assessment, kind: str) -> Iterator[Contribution]:
    """What blocks of this kind did to the differential, each source once."""
    for answer in assessment.differential:
        for estimate in answer.estimates:
            yield from (one for one in estimate.contributions if one.group == "blocks" and one.finding == kind)


def _following(assessment: Assessment, told: FollowUp, known: Book) -> list[Then]:
    """What the ladder says after this result; nothing while the result is not known, or settles nothing."""
    if told.meaning in ("not known", "equivocal test"):
        return []
    rung = next((one for one in ladder(known, assessment, EVERYWHERE) if one.procedure == told.kind), None)
    if rung is None:
        return []
    following = rung.if_it_works if told.meaning in WORKED else rung.if_it_fails
    return [then for then in following if told.meaning != AGREE or then.procedure != told.kind]


def _ask_on(told: FollowUp) -> date | None:
    """The day on which the relief will have lasted as long as its standard asks, while that is still open."""
    is_open = told.response is None or told.response.long_enough != "met"
    if told.on is None or told.standard.days is None or not is_open or told.meaning == "did not help":
        return None
    return told.on + timedelta(days=round(told.standard.days))

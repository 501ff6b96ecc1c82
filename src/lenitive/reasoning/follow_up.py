"""After a procedure: what its result means, whether to do it again, and what changed meanwhile.

The last session of each kind is held against the standard that its own repeat must meet, or, as a test, against the
relief that counts as positive; what each policy wants before a repeat stands beside it. What nobody reported is asked
for; it is never taken as failure, nor as success.

Which scores tell something of a session, and which do not (this is judgement; no source settles it):

* The baseline is the last score on or before its day; scores taken on the day of a session were taken before it.
* A score after it counts until the next procedure of any kind, surgery too, wherever that was: a score names no place,
  and from then on it may tell of the other one. The score on that day still counts: it was taken before the needle.
* It counts only while the relief was reported to last: until the longest duration that any report tells, counted from
  the session. Where nobody told a duration, only the next session ends the time.
* Of these scores the best counts, as the relief does. A pair of scores told with a report counts beside them, unless
  that report says that the relief had ended by then.
* A measurement of which neither direction is better, as the pulse, is no score.
* A test is over in hours. It is judged by its relief alone; no score of a later day is held against it.

The latest score of all stands beside it, with its day: it says how the patient is, not what the procedure did.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from lenitive.chart.chart import Chart
from lenitive.chart.measure import Measure
from lenitive.chart.procedure import Procedure
from lenitive.chart.relief import Relief
from lenitive.chart.statement import Statement
from lenitive.medicine.shapes import ProcedureEntry, Requirement
from lenitive.reasoning.assessment import NO_NEEDLE, Ask, Citation, FactSeen, Value
from lenitive.reasoning.block_series import BlockResult, anaesthetics_of, doubt, is_positive, results_of, series
from lenitive.reasoning.book import Book
from lenitive.reasoning.citing import cite, see
from lenitive.reasoning.in_force import version_in_force
from lenitive.reasoning.opioids import equivalents_on
from lenitive.reasoning.response import Change, Response, changed, responded
from lenitive.status import Status, kleene_and

NO_COMPLICATION = ("none", "no")
PERCENT, DAYS = "min_relief_percent", ("min_relief_days", "min_lasted_days")

Meaning = Literal[
    "helped", "helped too short", "did not help", "not known", "positive test", "tests agree", "equivocal test",
    "negative test", "trial passed", "trial failed",
]  # fmt: skip
Purpose = Literal["test", "trial", "treatment"]
Again = Literal["not due", "allowed", "pointless", "not meant to be repeated", "undocumented"]


class Standard(Value, frozen=True, kw_only=True):
    """How much relief counts, for how long, and who says so."""

    percent: float
    days: float | None
    citations: list[Citation]


class PolicyAnswer(Value, frozen=True, kw_only=True):
    """How the relief stands against what one policy wants before a repeat."""

    policy: str
    label: str
    standard: Standard
    response: Response


class ScoreCourse(Value, frozen=True, kw_only=True):
    """One score before a procedure, at its best while the relief lasted, and at last.

    Only ``best`` speaks of the procedure; it is none where nothing was scored in that time. ``latest`` is the last
    score of all, given where it came after the best.
    """

    instrument: str
    before: float
    best: Change | None
    best_on: date | None
    latest: float | None
    latest_on: date | None


class OpioidChange(Value, frozen=True, kw_only=True):
    """Morphine milligram equivalents on the day before the procedure, and now. Incomplete sums are lower bounds."""

    before: float
    now: float
    is_complete: bool


class FollowUp(Value, frozen=True, kw_only=True):
    """The last session of one kind: what came of it, what that means, and whether to do it again.

    ``scores_until`` is the last day whose scores tell something of it; none where no later score does.
    """

    procedure: str
    kind: str
    label: str
    on: date | None
    purpose: Purpose
    meaning: Meaning
    says: str
    standard: Standard
    response: Response | None
    policies: list[PolicyAnswer]
    relief_lasts: bool | None
    again: Again
    why: str
    scores: list[ScoreCourse]
    scores_until: date | None
    opioids: OpioidChange | None
    facts: list[FactSeen]
    missing: list[Ask]
    citations: list[Citation]


def follow_ups(book: Book, chart: Chart, as_of: date) -> list[FollowUp]:
    """The last session of each kind of procedure in the chart, the latest first."""
    chart = chart.as_of(as_of)
    found = [_follow_up(book, chart, session, as_of) for session in _last_sessions(book, chart, as_of)]
    return sorted(found, key=lambda one: (one.on is None, -(one.on or date.min).toordinal(), one.kind))


def _last_sessions(book: Book, chart: Chart, as_of: date) -> list[Procedure]:
    """The last procedure of each kind that is followed up; one without a day only if none has one."""
    last: dict[str, Procedure] = {}
    for session in _sessions(book, chart, as_of):
        kept = last.get(session.kind)
        if kept is None or _when(session) >= _when(kept):
            last[session.kind] = session
    return list(last.values())


def _sessions(book: Book, chart: Chart, as_of: date) -> Iterator[Procedure]:
    """The procedures until a day that we know and that are followed up."""
    for session in chart.rows(Procedure):
        entry = book.content.procedures.get(session.kind)
        if entry and entry.role not in NO_NEEDLE and not (session.true_on and session.true_on > as_of):
            yield session


def _when(session: Procedure) -> date:
    return session.true_on or date.min


@dataclass(frozen=True, slots=True)
class LastResult:
    """What the last session of a kind was for, and what came of it.

    ``came_too_early`` says that too little relief was reported before the procedure can have settled. ``followed_by``
    is the treatment of the same source that was done since. ``doubt`` says why a test is not taken at its word.
    """

    session: Procedure
    purpose: Purpose
    standard: Standard
    report: Relief | None
    response: Response | None
    lasts: bool | None
    meaning: Meaning
    came_too_early: bool = False
    followed_by: Procedure | None = None
    complications: Sequence[str] = ()
    doubt: str | None = None
    faded: Relief | None = None
    """The last report, where it tells too little relief after an earlier one told enough."""

    @property
    def says(self) -> str:
        """What came of it, in a sentence."""
        if self.doubt:
            return f"It neither proves nor excludes this source: {self.doubt}."
        if self.came_too_early:
            return _TOO_EARLY
        if self.faded:
            return f"It took away enough of the pain{self._so_long()}; {_by_the_last_report(self.faded)}."
        return self._how_long_it_helped() if self.meaning == "helped" else MEANS[self.meaning]

    def _so_long(self) -> str:
        days = self.report.lasted_days if self.report else None
        return "" if days is None else f", for {days:g} days"

    def _how_long_it_helped(self) -> str:
        """It was enough, for as long as was reported; beside it what a repeat asks for, where that is longer."""
        days = self.report.lasted_days if self.report else None
        long_enough = self.response.long_enough if self.response else "undocumented"
        if days is not None and self.lasts is False:
            return f"It took away enough of the pain, for {days:g} days."
        if days is not None and long_enough == "not met" and self.standard.days is not None:
            return (
                f"It took away enough of the pain, for {days:g} days by the last report; "
                f"a repeat asks for {self.standard.days:g}."
            )
        return (
            MEANS["helped"]
            if long_enough == "met"
            else "It took away enough of the pain; for how long is not recorded."
        )


def _by_the_last_report(report: Relief) -> str:
    return f"the last report, of {report.true_on}, says {report.percent:g} %"


def last_result(book: Book, chart: Chart, kind: str, side: str | None, as_of: date) -> LastResult | None:
    """What came of the last session of a kind on a side, if there was one. ``chart`` is as of that day.

    A session on the other side tells nothing about this one; where one of the two sides is not known, it counts.
    """
    sessions = [one for one in _sessions(book, chart, as_of) if one.kind == kind and not _is_opposite(one.side, side)]
    return _result(book, chart, max(sessions, key=_when), as_of) if sessions else None


def _is_opposite(one: str | None, other: str | None) -> bool:
    return {one, other} == {"left", "right"}


def _result(book: Book, chart: Chart, session: Procedure, as_of: date) -> LastResult:
    purpose = _purpose(book.content.procedures[session.kind], session)
    standard = standard_for(book, session.kind, purpose, as_of)
    report = _best_report(chart, session.id)
    response = responded(report, standard.percent, standard.days) if report else None
    faded = _faded(chart, report, standard.percent) if purpose == "treatment" else None
    lasts = False if faded else _still_lasts(session, report, as_of)
    meaning = _meaning(purpose, response, lasts, book.number("block_negative_below", as_of))
    if faded and meaning == "helped" and book.content.procedures[session.kind].role == "implant":
        meaning = "helped too short"  # what should work for years and no longer does is no success
    why_in_doubt = None
    if meaning in ("positive test", "equivocal test", "negative test"):
        tests = _with_the_one_before(book, chart, session)
        why_in_doubt = _doubt_about(book, session, tests, standard.percent, as_of)
        if why_in_doubt:
            meaning = "equivocal test"
        elif meaning == "positive test" and len(tests) == 2 and is_positive(standard.percent, tests):
            meaning = "tests agree"
    too_early = meaning == "did not help" and _came_too_early(book, session, report)
    return LastResult(
        session=session,
        purpose=purpose,
        standard=standard,
        report=report,
        response=response,
        lasts=lasts,
        meaning="not known" if too_early else meaning,
        came_too_early=too_early,
        followed_by=_followed_by(book, chart, session, as_of),
        complications=list(_complications(chart, session)),
        doubt=why_in_doubt,
        faded=faded,
    )


def _came_too_early(book: Book, session: Procedure, report: Relief | None) -> bool:
    """The report was made before too little relief is an answer: heat on a nerve, or a steroid, takes its time."""
    settles = book.content.procedures[session.kind].judged_from
    if report is None or report.true_on is None or session.true_on is None or settles is None:
        return False
    return settles.value is not None and (report.true_on - session.true_on).days < settles.value


def _followed_by(book: Book, chart: Chart, session: Procedure, as_of: date) -> Procedure | None:
    """The last treatment of the same source since a test, or the implant since a trial."""
    entry = book.content.procedures[session.kind]
    roles = ("implant",) if entry.role == "trial" else ("therapeutic", "implant")
    since = [
        one
        for one in _sessions(book, chart, as_of)
        if one.kind != session.kind
        and book.content.procedures[one.kind].role in roles
        and not set(entry.targets).isdisjoint(book.content.procedures[one.kind].targets)
        and not _is_opposite(one.side, session.side)
        and session.true_on is not None
        and one.true_on is not None
        and one.true_on > session.true_on
    ]
    return max(since, key=_when, default=None)


def whether_again(entry: ProcedureEntry, result: LastResult) -> tuple[Again, str]:
    """Whether a procedure is to be done again after its last result, and why. A complication comes before all else."""
    again, why = _again(entry, result)
    return again, f"{_before_all_else(result.complications)}{why}"


def _before_all_else(complications: Sequence[str]) -> str:
    if not complications:
        return ""
    return f"A complication is on record ({'; '.join(complications)}): first settle what it means for another one. "


def _complications(chart: Chart, session: Procedure) -> Iterator[str]:
    """What went wrong, as recorded with the procedure or reported since."""
    if session.complication is not None and session.complication.strip().casefold() not in NO_COMPLICATION:
        yield session.complication
    for said in chart.rows(Statement):
        if said.kind == "complication_reported" and said.about == session.id and said.says:
            yield said.text or "not described"


def _follow_up(book: Book, chart: Chart, session: Procedure, as_of: date) -> FollowUp:
    entry = book.content.procedures[session.kind]
    result = _result(book, chart, session, as_of)
    again, why = whether_again(entry, result)
    until = _scores_until(book, chart, result, as_of)
    return FollowUp(
        procedure=session.id,
        kind=session.kind,
        label=entry.label,
        on=session.true_on,
        purpose=result.purpose,
        meaning=result.meaning,
        says=result.says,
        standard=result.standard,
        response=result.response,
        policies=list(_by_policy(book, session.kind, result.purpose, result.report, as_of)),
        relief_lasts=result.lasts,
        again=again,
        why=why,
        scores=list(_courses(book, chart, result, until, as_of)) if until else [],
        scores_until=until,
        opioids=_opioid_change(book, chart, session, as_of),
        facts=[see(session), *(see(one) for one in (result.report, result.faded) if one)],
        missing=_missing(entry, result, again),
        citations=[
            *result.standard.citations,
            *([cite(f"{session.kind}.repeat", entry.repeat)] if entry.repeat else []),
        ],
    )


def _with_the_one_before(book: Book, chart: Chart, session: Procedure) -> list[BlockResult]:
    """This test, with the one before it if that was done at the same place; none if it is not the last that tells."""
    tests = series(results_of(chart, session.kind), anaesthetics_of(book, session.kind))
    return tests if tests and tests[-1].block.id == session.id else []


def _doubt_about(book: Book, session: Procedure, tests: list[BlockResult], percent: float, as_of: date) -> str | None:
    """Why the last test is not taken at its word: its reports disagree, or it and the positive one before it do."""
    negative_below = book.number("block_negative_below", as_of)
    alone = doubt(tests[-1:], negative_below, ())
    if alone or not is_positive(percent, tests):
        return alone
    return doubt(tests, negative_below, anaesthetics_of(book, session.kind))


# --- the standard --------------------------------------------------------------------------------------------------


def _purpose(entry: ProcedureEntry, session: Procedure) -> Purpose:
    """What it was done for: as recorded, else what the procedure is for."""
    if entry.role == "trial" or session.intent == "trial":
        return "trial"
    if session.intent in ("diagnostic", "therapeutic"):
        return "test" if session.intent == "diagnostic" else "treatment"
    return "test" if entry.role == "diagnostic" else "treatment"


def standard_for(book: Book, kind: str, purpose: Purpose, day: date) -> Standard:
    """What a result is held against: a published test threshold, the procedure's own repeat rule, else half."""
    if purpose == "test":
        found = _of_the_test(book, kind) or _of_what_it_opens(book, kind)
    elif purpose == "trial":
        found = _of_what_it_opens(book, kind)
    else:
        found = _of_its_repeat(book, kind)
    if found:
        return found
    return Standard(
        percent=book.number("response_percent", day),
        days=None,
        citations=[cite("response_percent", book.value("response_percent", day))],
    )


def _of_the_test(book: Book, kind: str) -> Standard | None:
    """The strictest threshold of the block rows that the differential uses."""
    rows = [
        (name, block)
        for rows in book.blocks_for.values()
        for name, block in rows
        if block.procedure == kind and block.threshold_percent is not None and not block.whatever_duration
    ]
    if not rows:
        return None
    percent = max(block.threshold_percent or 0.0 for _, block in rows)
    return Standard(
        percent=percent,
        days=None,
        citations=[cite(name, block) for name, block in rows if block.threshold_percent == percent],
    )


def _of_what_it_opens(book: Book, kind: str) -> Standard | None:
    """What a later procedure wants of it."""
    rows = [
        (f"{name}.gates#{number}", row)
        for name, entry in book.content.procedures.items()
        for number, row in enumerate(entry.gates, start=1)
        if kind in _words(row, "earlier_kinds") and PERCENT in row.parameters
    ]
    return _strictest(rows)


def _of_its_repeat(book: Book, kind: str) -> Standard | None:
    """What its own repeat wants: gates that apply only to a repeat, or that name a time for which relief must last."""
    rows = [
        (f"{kind}.gates#{number}", row)
        for number, row in enumerate(book.content.procedures[kind].gates, start=1)
        if PERCENT in row.parameters
        and ((row.when and "repeat" in row.when) or any(name in row.parameters for name in DAYS))
    ]
    return _strictest(rows)


def _by_policy(book: Book, kind: str, purpose: Purpose, report: Relief | None, day: date) -> Iterator[PolicyAnswer]:
    """What each policy in force wants of the last treatment before it pays for another; who pays is not asked here."""
    if purpose != "treatment" or report is None:
        return
    for name, policy in book.content.policies.items():
        version = version_in_force(policy, day) if kind in policy.procedures else None
        rows = [
            (f"{name}#{row.id or number}", row)
            for number, row in enumerate(version.wants if version else (), start=1)
            if PERCENT in row.parameters and _days(row) is not None
        ]
        standard = _strictest(rows)
        if standard:
            answered = responded(report, standard.percent, standard.days)
            yield PolicyAnswer(policy=name, label=policy.label, standard=standard, response=answered)


def _strictest(rows: list[tuple[str, Requirement]]) -> Standard | None:
    if not rows:
        return None
    name, row = max(rows, key=lambda one: (_number(one[1], PERCENT) or 0.0, _days(one[1]) or 0.0))
    return Standard(percent=_number(row, PERCENT) or 0.0, days=_days(row), citations=[cite(name, row)])


def _number(row: Requirement, name: str) -> float | None:
    value = row.parameters.get(name)
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _days(row: Requirement) -> float | None:
    return next((days for name in DAYS if (days := _number(row, name)) is not None), None)


def _words(row: Requirement, name: str) -> list[str]:
    value = row.parameters.get(name)
    return value if isinstance(value, list) else []


# --- the result ----------------------------------------------------------------------------------------------------


def _best_report(chart: Chart, session: str) -> Relief | None:
    """The report with the most relief; of several equal ones the one that lasted longest. Reports without a percent
    count only if there is no other."""
    reports = [fact for fact in chart.rows(Relief) if fact.procedure == session]
    if not reports:
        return None
    return max(
        reports,
        key=lambda one: (-1.0 if one.percent is None else one.percent, one.lasted_days or (one.lasted_hours or 0) / 24),
    )


def _faded(chart: Chart, best: Relief | None, enough: float) -> Relief | None:
    """The last report after one that told enough, where it tells too little: the newest one says how it is."""
    if best is None or best.percent is None or best.percent < enough or best.true_on is None:
        return None
    since = [
        one
        for one in chart.rows(Relief)
        if one.procedure == best.procedure
        and one.percent is not None
        and one.true_on is not None
        and one.true_on > best.true_on
    ]
    last = max(since, key=lambda one: one.true_on or date.min, default=None)
    return last if last is not None and last.percent is not None and last.percent < enough else None


def _still_lasts(session: Procedure, report: Relief | None, as_of: date) -> bool | None:
    """Whether the relief is still there; unknown where nobody said how long it lasted or when the procedure was.

    A report made while it lasted says how long it had lasted by then, not that it ended, unless it says so.
    """
    if report is None or report.percent is None:
        return None
    if report.percent == 0 or report.ended:
        return False
    days = report.lasted_days
    if days is None and report.lasted_hours is not None:
        days = report.lasted_hours / 24
    if days is None or session.true_on is None:
        return None
    end = session.true_on + timedelta(days=days)
    if end >= as_of:
        return True
    asked_while_it_lasted = report.true_on is not None and report.true_on <= end
    return None if asked_while_it_lasted else False


def _meaning(purpose: Purpose, response: Response | None, lasts: bool | None, negative_below: float) -> Meaning:
    if response is None or response.percent is None:
        return "not known"
    is_enough = response.enough == "met"
    if purpose == "test":
        if is_enough:
            return "positive test"
        return "negative test" if response.percent < negative_below else "equivocal test"
    if purpose == "trial":
        return "trial passed" if is_enough else "trial failed"
    if not is_enough:
        return "did not help"
    return "helped too short" if response.long_enough == "not met" and lasts is False else "helped"


_TOO_EARLY = "The relief was reported before the procedure can have settled."

MEANS: dict[Meaning, str] = {
    "helped": "It took away enough of the pain, for long enough as far as is recorded.",
    "helped too short": "It took away enough of the pain, but not for as long as a repeat asks for.",
    "did not help": "It did not take away enough of the pain.",
    "not known": "Nobody recorded how much it helped.",
    "positive test": "The test speaks for this source of pain; one test alone does not prove it.",
    "tests agree": "Two tests, the last and the one before it, speak for this source of pain.",
    "equivocal test": (
        "The relief lies between the thresholds that publications use: it neither proves nor excludes this source."
    ),
    "negative test": "The test speaks against this source of pain.",
    "trial passed": "The trial took away enough of the pain for the implant to be considered.",
    "trial failed": "The trial did not take away enough of the pain for an implant.",
}


def _again(entry: ProcedureEntry, result: LastResult) -> tuple[Again, str]:
    meaning, lasts = result.meaning, result.lasts
    if result.came_too_early:
        onset = f" {entry.onset.text}." if entry.onset else ""
        return "undocumented", f"It is too early to say whether to do it again.{onset}"
    if meaning == "not known":
        return "undocumented", "Whether to do it again cannot be said before the relief is recorded."
    if meaning == "equivocal test":
        return "allowed", "Another test of this source, or this one on another day, may settle it."
    if result.purpose in ("test", "trial"):
        return "not meant to be repeated", _after_a_test(result)
    if lasts and meaning == "helped":
        return "not due", "The relief still holds."
    if entry.role == "implant":
        return "not meant to be repeated", _of_a_device(entry)
    if meaning == "did not help":
        return "pointless", "What did not help is not repeated: look at the source of the pain again."
    if meaning == "helped too short":
        return "pointless", "The relief was too short for a repeat: think of the next step instead."
    if lasts is None or _is_length_open(result):
        return "undocumented", "Whether it is due depends on whether the relief still holds, and how long it held."
    rule = f" {entry.repeat.text}." if entry.repeat else ""
    enough = "It helped for long enough and" if result.standard.days is not None else "It helped, and"
    return "allowed", f"{enough} the pain is back.{rule}"


def _is_length_open(result: LastResult) -> bool:
    """A repeat wants relief for so long, and nobody said how long it held."""
    wants = result.standard.days is not None
    return wants and result.response is not None and result.response.long_enough == "undocumented"


def _after_a_test(result: LastResult) -> str:
    """What a test leads to; what was done since is not announced as coming."""
    if result.followed_by and result.meaning in ("positive test", "tests agree", "trial passed"):
        return f"What it opens was done on {result.followed_by.true_on}."
    return _AFTER_A_TEST[result.meaning]


def _of_a_device(entry: ProcedureEntry) -> str:
    rule = f" {entry.repeat.text}." if entry.repeat else ""
    return (
        "The device is in place: look at its settings, its leads or catheter and its battery, and for another source, "
        f"before anything is replaced.{rule}"
    )


_AFTER_A_TEST: dict[Meaning, str] = {
    "positive test": "A second test on another day, or the treatment it opens, comes next.",
    "tests agree": "The treatment that the two tests open comes next.",
    "negative test": "Look for another source before the next needle.",
    "trial passed": "The implant can be talked over; the trial itself is not repeated.",
    "trial failed": "No implant of this kind; look for another way.",
}


def _missing(entry: ProcedureEntry, result: LastResult, again: Again) -> list[Ask]:
    if again != "undocumented":
        return []
    if result.came_too_early or result.response is None or result.response.percent is None:
        question = "How much of the pain went away after it, in percent, and for how long?"
    else:
        question = "Does the relief still hold, and if not, for how many days did it?"
    detail = "no relief is recorded" if result.response is None else "the report leaves it open"
    return [Ask(question=question, detail=f"{entry.label}: {detail}", settles=[f"{entry.label}: whether to repeat it"])]


# --- what changed meanwhile ----------------------------------------------------------------------------------------


def _scores_until(book: Book, chart: Chart, result: LastResult, as_of: date) -> date | None:
    """The last day whose scores tell something of a session; none for a test, or without the day of the session."""
    session = result.session
    if session.true_on is None or result.purpose == "test":
        return None
    later = (one for one in chart.rows(Procedure) if not _is_conservative(book, one))
    days = (one.true_on for one in later if one.true_on and session.true_on < one.true_on <= as_of)
    next_session = min(days, default=as_of)
    ends = [end for one in chart.rows(Relief) if one.procedure == session.id and (end := _lasted_until(session, one))]
    return min(next_session, max(ends)) if ends else next_session


def _is_conservative(book: Book, done: Procedure) -> bool:
    """Exercise goes on beside everything else; surgery, and what has no entry, changes the scores as a needle does."""
    entry = book.content.procedures.get(done.kind)
    return entry is not None and entry.role == "conservative"


def _lasted_until(session: Procedure, report: Relief) -> date | None:
    """The last day on which the relief is known to have held, from one report; none if it tells no duration."""
    days = _days_of(report)
    if days is None or session.true_on is None or not report.percent:
        return None
    return session.true_on + timedelta(days=days)


def _days_of(report: Relief) -> float | None:
    if report.lasted_days is not None:
        return report.lasted_days
    return None if report.lasted_hours is None else report.lasted_hours / 24


def _courses(book: Book, chart: Chart, result: LastResult, until: date, as_of: date) -> Iterator[ScoreCourse]:
    """Each score that was taken before the procedure, and what became of it."""
    reported = [one for one in chart.rows(Relief) if one.procedure == result.session.id and not one.ended]
    names = [*(one.instrument for one in chart.rows(Measure)), *(one.instrument for one in reported if one.instrument)]
    for instrument in dict.fromkeys(names):
        entry = book.content.instruments.get(instrument)
        if entry is not None and entry.higher_is != "neither":
            course = _course(book, chart, instrument, result.session, reported, until, as_of)
            if course:
                yield course


@dataclass(frozen=True, slots=True)
class _Scored:
    """A score, and its day."""

    score: float
    on: date


def _course(
    book: Book,
    chart: Chart,
    instrument: str,
    session: Procedure,
    reported: Sequence[Relief],
    until: date,
    as_of: date,
) -> ScoreCourse | None:
    day = session.true_on or date.min
    scored = [
        _Scored(one.score, one.true_on)
        for one in chart.rows(Measure)
        if one.instrument == instrument and one.score is not None and one.true_on is not None and one.true_on <= as_of
    ]
    before, after = [one for one in scored if one.on <= day], [one for one in scored if one.on > day]
    told = [one for one in reported if one.instrument == instrument]
    begins = max(before, key=lambda one: one.on).score if before else _told_before(told)
    counting = [one for one in after if one.on <= until] + [
        _Scored(one.score_after, min(one.true_on or until, until)) for one in told if one.score_after is not None
    ]
    if begins is None or not (after or counting):
        return None
    best = _best(book, instrument, counting)
    last = max(after, key=lambda one: one.on, default=None)
    is_later = last is not None and (best is None or last.on > best.on)
    return ScoreCourse(
        instrument=instrument,
        before=begins,
        best=changed(book, instrument, begins, best.score) if best else None,
        best_on=best.on if best else None,
        latest=last.score if last and is_later else None,
        latest_on=last.on if last and is_later else None,
    )


def _told_before(told: Sequence[Relief]) -> float | None:
    """The score before the procedure as a report tells it, where none was taken."""
    return next((one.score_before for one in told if one.score_before is not None), None)


def _best(book: Book, instrument: str, scores: Sequence[_Scored]) -> _Scored | None:
    """The best of some scores, of equal ones the last; the last of all where neither direction is the better one."""
    higher_is = book.content.instruments[instrument].higher_is
    sign = {"better": 1, "worse": -1}.get(higher_is, 0)
    return max(scores, key=lambda one: (sign * one.score, one.on), default=None)


def _opioid_change(book: Book, chart: Chart, session: Procedure, as_of: date) -> OpioidChange | None:
    if session.true_on is None:
        return None
    before = equivalents_on(book, chart, session.true_on - timedelta(days=1))
    now = equivalents_on(book, chart, as_of)
    if not before.doses and not now.doses:
        return None
    complete = Status.of(kleene_and([before.is_complete, now.is_complete])).value == "met"
    return OpioidChange(before=before.total, now=now.total, is_complete=complete)

"""What a patient reads: a page in plain words with its numbers filled in, each with its source and grade.

The words stand in ``medicine/education`` and hold no number. Every number comes from an outcome, a risk row or the
after-care of the procedure, and is turned into a natural frequency here: so many of 100 people. A harm without a usable
rate is named all the same, with *nobody knows how often*; it is never left out and never called rare.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from lenitive.errors import KnowledgeError, no_such
from lenitive.knowledge.entries import Statement
from lenitive.medicine.shapes import (
    DAYS_IN_A_MONTH,
    ComparatorFigure,
    Content,
    EducationPage,
    Figure,
    Outcome,
    ProcedureEntry,
    Risk,
    WarningSign,
)
from lenitive.reasoning.assessment import Citation, Value
from lenitive.reasoning.book import Book
from lenitive.reasoning.citing import cite
from lenitive.reasoning.proportions import wilson

CLOSE_ENOUGH = 0.1
"""How far, relative to the share, a whole number of people may stand from it before more people are imagined."""

WEEKS_UNTIL = 12.0
"""Up to so many months a broken number of them is told in weeks: nobody plans for 5.5 months."""

DENOMINATORS = (100, 1_000, 10_000, 100_000, 1_000_000)
SEVERITY = {"catastrophic": 0, "serious": 1, "minor": 2}


class NaturalFrequency(Value, frozen=True, kw_only=True):
    """So many people of so many, as an icon array shows them.

    ``is_counted``: the people of the study itself, among whom there was none; otherwise people to imagine.
    """

    count: int
    of: int
    is_counted: bool = False

    @property
    def text(self) -> str:
        """In words: *about 5 in 1,000 people*; *none of 14 people*; *fewer than 1 in 1,000,000 people*."""
        if self.count:
            return f"about {self.count:,} in {self.of:,} people"
        if self.is_counted:
            return f"none of {self.of:,} people"
        is_tiny = self.of == DENOMINATORS[-1]
        return f"fewer than 1 in {self.of:,} people" if is_tiny else "none of the people counted"


class CitedText(Value, frozen=True, kw_only=True):
    """A sentence and where it comes from."""

    text: str
    citation: Citation


class SomeBetter(Value, frozen=True, kw_only=True):
    """How many people were better in one arm at one time."""

    who: str
    months: float | None
    people: NaturalFrequency
    low: NaturalFrequency | None
    high: NaturalFrequency | None
    is_comparison: bool
    citation: Citation

    @property
    def when(self) -> str:
        """The time since the treatment as a patient says it: *after 2 weeks*, *after 1 month*, *after 2 years*."""
        return "" if self.months is None else f"after {spoken_time(self.months)}"


class Benefit(Value, frozen=True, kw_only=True):
    """What one publication found, for a patient. ``better`` says who counted as better."""

    outcome: str
    label: str
    says: CitedText
    better: str
    arms: list[SomeBetter]
    paid_by_maker: bool | None
    selection: str | None
    contradicted: list[CitedText]


class Harm(Value, frozen=True, kw_only=True):
    """A harm in plain words. Without ``people`` nobody knows how often.

    ``with_placebo``: of so many people who had placebo or sham instead it came to so many all the same.
    """

    text: str
    severity: Literal["minor", "serious", "catastrophic"]
    people: NaturalFrequency | None
    low: NaturalFrequency | None
    high: NaturalFrequency | None
    citation: Citation
    with_placebo: NaturalFrequency | None = None

    @property
    def often(self) -> str:
        """How often in words; empty if nobody knows."""
        if self.people is None:
            return ""
        beside = f" ({self.with_placebo.text} with placebo)" if self.with_placebo else ""
        return f"{self.people.text}{beside}"


WHAT_TO_DO = {
    "ambulance": "Call an ambulance",
    "emergency department": "Go to the emergency department",
    "same day": "Call us the same day",
    "call": "Call us",
}
"""What a patient does, by urgency, the most urgent first."""


class WhenToCall(Value, frozen=True, kw_only=True):
    """A sign to watch for afterwards, and whom to turn to."""

    urgency: Literal["ambulance", "emergency department", "same day", "call"]
    sign: CitedText


class Education(Value, frozen=True, kw_only=True):
    """A page for one procedure or one source of pain, with its numbers."""

    page: str
    label: str
    about: Literal["condition", "procedure"]
    subject: str
    in_short: str
    what: str
    how: str
    feels: str
    helps: str
    risks: str
    alternatives: str
    before: str
    after: str
    words_from: Citation
    benefits: list[Benefit]
    benefits_unknown: bool
    harms: list[Harm]
    works_after: CitedText | None
    lasts: CitedText | None
    again: CitedText | None
    afterwards: list[CitedText]
    when_to_call: list[WhenToCall]


def education_for(book: Book, subject: str, generator: str | None = None) -> Education:
    """The page for a procedure or a source of pain. ``generator`` narrows a procedure's numbers to one source."""
    content = book.content
    if generator is not None and generator not in content.generators:
        raise no_such("source of pain", generator, content.generators)
    if subject in content.procedures:
        name, page = _page(content, subject, "procedures")
        return _of_procedure(content, name, page, subject, generator)
    if subject in content.generators:
        whole = content.generators[subject].part_of or subject
        name, page = _page(content, whole, "generators")
        return _filled(name, page, subject, content.generators[subject].plain)
    raise no_such("procedure or source of pain", subject, [*content.procedures, *content.generators])


def spoken_time(months: float) -> str:
    """A time as people say it: whole months and years as such, a broken time in weeks or days while it is short."""
    for unit, size in (("year", 12.0), ("month", 1.0)):
        count = months / size
        if count >= 1 and count == int(count) and not (unit == "year" and count == 1):
            return _counted(int(count), unit)
    if months > WEEKS_UNTIL:
        return f"about {round(months)} months"
    weeks = round(months * DAYS_IN_A_MONTH / 7)
    return _counted(weeks, "week") if weeks else _counted(max(1, round(months * DAYS_IN_A_MONTH)), "day")


def _counted(count: int, unit: str) -> str:
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"


def natural_frequency(share: float, counted: int | None = None) -> NaturalFrequency:
    """A share as whole people: of 100 if that is close, else of more, at most of a million.

    None at all is none among those who were ``counted``: what a million would have shown, nobody knows.
    """
    if not 0 <= share <= 1:
        raise ValueError(f"{share} is no share.")
    if share == 0 and counted:
        return NaturalFrequency(count=0, of=counted, is_counted=True)
    for of in DENOMINATORS:
        count = round(share * of)
        is_middling = 0 < count < of or share in (0, 1)
        smaller = min(share, 1 - share)
        if is_middling and abs(count / of - share) <= CLOSE_ENOUGH * smaller:
            return NaturalFrequency(count=count, of=of)
    return NaturalFrequency(count=round(share * DENOMINATORS[-1]), of=DENOMINATORS[-1])


def _page(content: Content, subject: str, field: Literal["procedures", "generators"]) -> tuple[str, EducationPage]:
    for name, page in content.education.items():
        if subject in getattr(page, field):
            return name, page
    raise KnowledgeError(f"No page of education/ is about {subject!r}.")


def _filled(
    name: str,
    page: EducationPage,
    subject: str,
    in_short: str,
    procedure: ProcedureEntry | None = None,
    benefits: Sequence[Benefit] = (),
    harms: Sequence[Harm] = (),
) -> Education:
    return Education(
        page=name,
        label=page.label,
        about=page.about,
        subject=subject,
        in_short=in_short,
        what=page.what,
        how=page.how,
        feels=page.feels,
        helps=page.helps,
        risks=page.risks,
        alternatives=page.alternatives,
        before=page.before,
        after=page.after,
        words_from=cite(name, page),
        benefits=list(benefits),
        benefits_unknown=procedure is not None and not any(one.arms for one in benefits),
        harms=list(harms),
        works_after=_told(f"{subject}.onset", procedure.onset if procedure else None),
        lasts=_told(f"{subject}.lasts", procedure.lasts if procedure else None),
        again=_told(f"{subject}.repeat", procedure.repeat if procedure else None),
        afterwards=[
            CitedText(text=one.text, citation=cite(f"{subject}.aftercare", one))
            for one in (procedure.aftercare if procedure else ())
        ],
        when_to_call=[_sign(subject, one) for one in _most_urgent_first(procedure.warning_signs if procedure else ())],
    )


def _of_procedure(content: Content, name: str, page: EducationPage, subject: str, generator: str | None) -> Education:
    procedure = content.procedures[subject]
    rows = [
        (outcome, row)
        for outcome, row in content.outcomes.items()
        if subject in row.procedures and (generator is None or not row.generators or generator in row.generators)
    ]
    benefits = [_benefit(content, outcome, row) for outcome, row in rows]
    benefits.sort(key=lambda one: (not one.arms, not any(arm.is_comparison for arm in one.arms)))
    harms = [_harm(content, subject, risk) for risk in procedure.risks]
    harms.sort(key=lambda harm: (SEVERITY[harm.severity], -_share(harm.people)))
    return _filled(name, page, subject, procedure.plain, procedure, benefits, harms)


def _share(people: NaturalFrequency | None) -> float:
    return people.count / people.of if people else -1.0


# --- what it brought others ----------------------------------------------------------------------------------------


def _benefit(content: Content, name: str, row: Outcome) -> Benefit:
    against = [
        other for other, one in content.outcomes.items() if other in row.conflicts_with or name in one.conflicts_with
    ]
    return Benefit(
        outcome=name,
        label=row.label,
        says=CitedText(text=row.says.text, citation=cite(name, row.says)),
        better="at least half of the pain gone" if row.half else row.responder or "",
        arms=[
            *(_some_better(name, one, one.subgroup or "") for one in row.shares),
            *(_some_better(name, one, one.arm) for one in row.comparators),
        ],
        paid_by_maker=row.sponsor,
        selection=row.selection,
        contradicted=[
            CitedText(text=content.outcomes[other].says.text, citation=cite(other, content.outcomes[other].says))
            for other in against
        ],
    )


def _some_better(name: str, figure: Figure, who: str) -> SomeBetter:
    interval = figure.interval
    if figure.events is not None and figure.of is not None:
        interval = wilson(figure.events, figure.of)
    return SomeBetter(
        who=who,
        months=figure.months,
        people=natural_frequency(figure.share, figure.of),
        low=natural_frequency(interval[0]) if interval else None,
        high=natural_frequency(interval[1]) if interval else None,
        is_comparison=isinstance(figure, ComparatorFigure),
        citation=cite(name, figure),
    )


# --- what it did to others -----------------------------------------------------------------------------------------


def _harm(content: Content, subject: str, risk: Risk) -> Harm:
    """A harm with its rate; a range over several studies has two ends and no middle."""
    share = risk.percent / 100 if risk.percent is not None else 1 / risk.per if risk.per else None
    if share is None and risk.events == 0 and risk.of:
        share = 0.0
    ends = risk.interval or risk.range
    people = None if share is None else natural_frequency(share, risk.of)
    words = content.harms.get(risk.harm)
    return Harm(
        text=words.plain if words else risk.harm,
        severity=risk.severity,
        people=people,
        low=natural_frequency(ends[0] / 100) if ends else None,
        high=natural_frequency(ends[1] / 100) if ends else None,
        citation=cite(f"{subject}.risks", risk),
        with_placebo=_beside(risk.with_placebo, people),
    )


def _beside(percent: float | None, people: NaturalFrequency | None) -> NaturalFrequency | None:
    """A share of as many people as it stands beside: of two denominators nobody sees which is more."""
    if percent is None or people is None:
        return None
    return NaturalFrequency(count=round(percent / 100 * people.of), of=people.of)


# --- afterwards ----------------------------------------------------------------------------------------------------

_URGENCIES = tuple(WHAT_TO_DO)


def _most_urgent_first(signs: Sequence[WarningSign]) -> list[WarningSign]:
    return sorted(signs, key=lambda sign: _URGENCIES.index(sign.urgency))


def _sign(subject: str, sign: WarningSign) -> WhenToCall:
    return WhenToCall(
        urgency=sign.urgency,
        sign=CitedText(text=sign.text, citation=cite(f"{subject}.warning_signs", sign)),
    )


def _told(entry: str, statement: Statement | None) -> CitedText | None:
    return None if statement is None else CitedText(text=statement.text, citation=cite(entry, statement))

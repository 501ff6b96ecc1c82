"""A decision aid: what a patient takes home about one option, in plain words, each number with its source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lenitive.medicine.content import content
from lenitive.reasoning import Assessment
from lenitive.reasoning.assessment import Citation, Option
from lenitive.reasoning.book import Book, book
from lenitive.reasoning.education import Education, Harm, NaturalFrequency, education_for
from lenitive_web.look.words import GRADES
from lenitive_web.options.figures import Benefit, Benefits, benefits

NOBODY_KNOWS = gettext_lazy("nobody knows how often")


@dataclass(frozen=True)
class Frequency:
    """A harm and how often it came, as so many people of so many."""

    text: str
    severity: str | Promise
    often: str | Promise
    between: str
    is_known: bool
    citation: Citation


@dataclass(frozen=True)
class Other:
    """Another way that is open to this patient."""

    procedure: str
    label: str
    plain: str


@dataclass(frozen=True)
class DecisionAid:
    """Everything on the page."""

    option: Option
    page: Education
    benefits: Benefits
    contradicted: Sequence[str]
    harms: Sequence[Frequency]
    others: Sequence[Other]
    questions: Sequence[str | Promise]
    sources: Sequence[tuple[str, str | Promise]]


SEVERITY = {
    "catastrophic": gettext_lazy("very serious"),
    "serious": gettext_lazy("serious"),
    "minor": gettext_lazy("passes or is mild"),
}


def frequencies(option: Option) -> list[Frequency]:
    """The harms of an option, the gravest first; one without a usable rate says that nobody knows."""
    return frequencies_of(option.procedure, option.target.generator)


def frequencies_of(procedure: str, generator: str | None) -> list[Frequency]:
    """The same for a procedure, or a class of medicines, aimed at a source."""
    return list(_frequencies(book(), procedure, generator))


@lru_cache(maxsize=2_000)
def _frequencies(known: Book, procedure: str, generator: str | None) -> tuple[Frequency, ...]:
    """The same for every patient: what the table of options asks for each of its rows is worked out once."""
    return tuple(_frequency(harm) for harm in education_for(known, procedure, generator).harms)


def _frequency(harm: Harm) -> Frequency:
    between = f"{_so_many(harm.low)} – {_so_many(harm.high)}" if harm.low and harm.high else ""
    often = harm.often or ("" if between else NOBODY_KNOWS)
    return Frequency(
        text=harm.text,
        severity=SEVERITY[harm.severity],
        often=often,
        between=between,
        is_known=bool(harm.people or between),
        citation=harm.citation,
    )


def _so_many(people: NaturalFrequency) -> str:
    return f"{people.count:,} / {people.of:,}"


def decision_aid(assessment: Assessment, option: Option) -> DecisionAid:
    """The page for one option of one patient."""
    page = education_for(book(), option.procedure, option.target.generator)
    told = benefits(option.outlook)
    found = told.all
    harms = frequencies(option)
    return DecisionAid(
        option=option,
        page=page,
        benefits=told,
        contradicted=list(dict.fromkeys(against.says for one in found for against in one.source.conflicts)),
        harms=harms,
        others=list(_others(assessment, option)),
        questions=list(_questions(option, found, harms)),
        sources=_sources(page, told.shown, harms),
    )


def _others(assessment: Assessment, option: Option) -> Iterator[Other]:
    known = content().procedures
    for one in assessment.options:
        if one.procedure != option.procedure and one.verdict == "candidate":
            yield Other(one.procedure, one.label, known[one.procedure].plain)


def _questions(option: Option, found: Sequence[Benefit], harms: Sequence[Frequency]) -> Iterator[str | Promise]:
    """Questions worth asking about this option for this patient."""
    yield gettext_lazy("What happens if I wait, or do nothing?")
    if not found:
        yield gettext_lazy("No study says how often this helps: what do you expect for me, and why?")
    if any(not one.is_known for one in harms):
        yield gettext_lazy("Of the harms that nobody has counted: how often did you see them?")
    if option.verdict != "candidate":
        yield gettext_lazy("What has to be known or done before this is right for me?")
    if option.coverage.determination is None or option.coverage.determination.status != "met":
        yield gettext_lazy("Will my insurance pay for it, and what would I pay myself?")
    yield gettext_lazy("How often have you done this, and how did your patients fare?")
    yield gettext_lazy("What will I be able to do again if it works?")


def _sources(page: Education, found: Sequence[Benefit], harms: Sequence[Frequency]) -> list[tuple[str, str | Promise]]:
    """Every publication that a number on the page rests on, and how well it was read."""
    cited = [arm.citation for one in found for arm in one.arms]
    cited += [one.citation for one in harms if one.is_known]
    cited += [one.citation for one in (page.works_after, page.lasts, page.again) if one]
    named = {(one.reference, GRADES[one.grade].word) for one in cited}
    return sorted(named, key=lambda pair: pair[0])


def why_not_yet(option: Option) -> str:
    """What keeps the option from being open, in one line for the page; nothing for a candidate."""
    return (
        ""
        if option.verdict == "candidate"
        else _("Still to be settled before it can be done: %(why)s") % {"why": option.why}
    )

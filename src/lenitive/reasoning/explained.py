"""Questions that one pain raises only by where it goes, and that a supported source of the same pain answers already.

A hip that hurts in the groin is felt in the thigh, a narrow canal in the buttock. Where the source of a pain is more
likely than not, and the pain goes only where that source is known to be felt, there is no second pain to look for: the
rivals stay in the differential, and no needle is next for them.

Where nothing that was found speaks for any answer to such a question, less is enough: a source that a finding speaks
for and that is worth testing, or, if the region itself is shared by two questions, a supported one. The groin of a
painful sacroiliac joint invites no needle into a hip for which nothing was found.

A pain that a mishap of a needle explains is not looked for elsewhere: the headache after a puncture of the sac invites
no block of a nerve of the head.

A trial that was passed answers in another way: it has shown what helps this pain, whatever its source.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from lenitive.chart.chart import Chart
from lenitive.chart.complaint import Complaint
from lenitive.medicine.shapes import Content
from lenitive.reasoning.assessment import Differential, Estimate, Option
from lenitive.reasoning.book import Book
from lenitive.reasoning.plan import is_opened_implant
from lenitive.reasoning.told_by_history import named_by_operation, pains_of_mishaps


def explained(
    content: Content, chart: Chart, differential: Sequence[Differential], supported: float, worth_testing: float
) -> frozenset[str]:
    """The questions that are explained. ``supported`` is the probability from which a source is supported,
    ``worth_testing`` that from which it is worth a test."""
    complaints, mishaps = chart.rows(Complaint), pains_of_mishaps(content, chart)
    regions = {answer.question: set(content.questions[answer.question].regions) for answer in differential}
    by_itself = {name for name, raises in regions.items() if any(one.region in raises for one in complaints)}
    found: set[str] = set()
    for answer in differential:
        name, others = answer.question, [one for one in differential if one is not answer]
        if mishaps and all(one.id in mishaps for one in complaints if one.region in regions[name]):
            found.add(name)
            continue
        is_unspoken = not any(_is_spoken_for(one) for one in answer.estimates)
        sources: set[str] = set()
        if name not in by_itself:
            sources |= _sources(others, supported)
        if is_unspoken:
            sources |= _spoken_for(others, supported if name in by_itself else worth_testing)
        if sources and all(_is_felt(content, one, regions, name, sources) for one in complaints):
            found.add(name)
    return frozenset(found)


def _is_spoken_for(estimate: Estimate) -> bool:
    """Something that was found speaks for it."""
    return any(one.log_odds > 0 and one.state == "present" for one in estimate.contributions)


def _sources(answers: Sequence[Differential], at_least: float) -> set[str]:
    """The sources that are likely enough."""
    return {one.generator for answer in answers for one in answer.estimates if one.probability >= at_least}


def _spoken_for(answers: Sequence[Differential], at_least: float) -> set[str]:
    """The sources that are likely enough and that a finding speaks for."""
    told = {one.generator for answer in answers for one in answer.estimates if _is_spoken_for(one)}
    return told & _sources(answers, at_least)


def _is_felt(
    content: Content, pain: Complaint, regions: Mapping[str, set[str]], question: str, sources: set[str]
) -> bool:
    """Every region of the pain that raises the question is one where a source of the pain's own place is felt."""
    own = {name for name, raises in regions.items() if name != question and pain.region in raises}
    felt = {
        referral.region
        for generator in sources
        if content.generators[generator].question in own
        for referral in content.generators[generator].referral
    }
    return regions[question].intersection((pain.region, *pain.radiates_to)) <= felt


def shown_by_trial(
    book: Book, chart: Chart, differential: Sequence[Differential], options: Sequence[Option], day: date
) -> frozenset[str]:
    """The questions about a pain for which a trial has opened an implant: that of the operation, or of the regions in
    which the implant's source is felt."""
    sources = [option.target.generator for option in options if is_opened_implant(option)]
    if not sources:
        return frozenset()
    operated = named_by_operation(book, chart, day)
    areas = {area for source in sources for area in _areas_of(book.content, source, operated.get(source or "", ()))}
    return frozenset(
        answer.question
        for answer in differential
        if not areas.isdisjoint(_areas(book.content, book.content.questions[answer.question].regions))
    )


def _areas_of(content: Content, source: str | None, history: Sequence[object]) -> set[str]:
    """The parts of the body where a source hurts: as the pains after an operation say, else as its map says."""
    pains = [one for one in history if isinstance(one, Complaint)]
    if pains:
        return _areas(content, [region for one in pains for region in (one.region, *one.radiates_to)])
    return _areas(content, [one.region for one in content.generators[source].referral]) if source else set()


def _areas(content: Content, regions: Sequence[str]) -> set[str]:
    return {content.regions[one].area for one in regions if one in content.regions}

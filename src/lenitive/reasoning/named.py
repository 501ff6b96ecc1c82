"""Sources to think of that the differential cannot rank: named, with what confirms them, and with no number.

A question of the differential starts from published shares. For many sources nobody published one: shingles, the
nerves of a limb, the tailbone, the face, pain after surgery. They are not rivals with a small share, and leaving them
out would hide them; so they stand beside the differential, each with the reason why it came up. A diagnosis on the
problem list, or an operation with pain after it, makes a source worth testing; to be treated it has to be written down
as the working diagnosis, or proven.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Literal

from lenitive.chart.chart import Chart
from lenitive.chart.complaint import Complaint
from lenitive.chart.condition import Condition
from lenitive.chart.fact import Fact
from lenitive.medicine.shapes import Content, Generator, Referral, ShownBy
from lenitive.reasoning.assessment import Citation, Differential, NamedSource, Overlay, ToFind
from lenitive.reasoning.book import Book
from lenitive.reasoning.citing import cite, see
from lenitive.reasoning.findings import Seen, latest_findings
from lenitive.reasoning.told_by_history import named_by_operation, named_by_words

COMMON = 2
"""From this weight of referral on a source is commonly felt in a region; below it, it is merely possible."""

OVER = frozenset({"inactive", "remission", "resolved"})
DOUBTED = frozenset({"differential", "unconfirmed"})

Because = Literal["diagnosis", "history", "findings", "code", "words", "region"]
_SAYS: dict[Because, str] = {
    "diagnosis": "It stands on the problem list.",
    "history": "There was an operation, and pain there goes on.",
    "findings": "Something that belongs to it was found.",
    "code": "A code on the problem list may stand for it, among others.",
    "words": "The words for the pain speak for it.",
    "region": "It is felt where the pain is.",
}
_SETTLED = "The chart holds what confirms it."
_RANK: dict[Because, int] = {"diagnosis": 0, "history": 1, "findings": 2, "code": 3, "words": 4, "region": 5}


def named_sources(
    book: Book,
    chart: Chart,
    seen: Mapping[str, Seen],
    differential: Sequence[Differential],
    overlays: Sequence[Overlay],
    day: date,
) -> list[NamedSource]:
    """The sources that came up and that no question ranks, those with a recorded diagnosis first."""
    spoken_against = {one.generator for one in overlays if one.odds_multiplied_by <= 1}
    found_in, felt = _found(book, seen, spoken_against), _felt(book, chart)
    worded = named_by_words(book.content, chart, day)
    held: dict[Because, Mapping[str, Sequence[Fact]]] = {
        "diagnosis": diagnosed_sources(book, chart, differential, day),
        "history": named_by_operation(book, chart, day),
        "findings": {name: [fact for one in present for fact in one.facts] for name, present in found_in.items()},
        "code": _coded_sources(book, chart, differential, day),
        "words": {name: rows for name, rows in worded.items() if name not in spoken_against},
        "region": {name: [complaint for complaint, _ in rows] for name, rows in felt.items()},
    }
    settled = settled_sources(book, chart, differential, day)
    found = [
        _named(
            book,
            name,
            seen,
            {because: facts[name] for because, facts in held.items() if name in facts},
            [referral for _, referral in felt.get(name, ())],
            name in settled,
        )
        for name in dict.fromkeys(name for facts in held.values() for name in facts)
    ]
    return sorted(found, key=lambda one: (_RANK[one.named_by[0]], -len(one.named_by), one.label))


def considered_besides(book: Book, chart: Chart, differential: Sequence[Differential], day: date) -> tuple[str, ...]:
    """The sources without a number whose care is considered: those on the problem list or defined by an operation, and,
    where no question is raised at all, those that are felt where it hurts."""
    diagnosed = diagnosed_sources(book, chart, differential, day)
    operated = named_by_operation(book, chart, day)
    return tuple(dict.fromkeys([*diagnosed, *operated, *(() if differential else _felt(book, chart))]))


def settled_sources(book: Book, chart: Chart, differential: Sequence[Differential], day: date) -> frozenset[str]:
    """The diagnosed sources without a number that the chart itself settles: a coded fracture that shines on the scan of
    its level, pain from cancer beside the cancer that is known."""
    diagnosed = diagnosed_sources(book, chart, differential, day)
    return frozenset(
        name
        for name, conditions in diagnosed.items()
        for shown in book.content.generators[name].shown_by
        if any(_is_shown(chart, condition, shown, day) for condition in conditions)
    )


def defined_sources(book: Book, chart: Chart, differential: Sequence[Differential], day: date) -> frozenset[str]:
    """The diagnosed sources that are a description, and whose operation and pain are on record. What hurts behind it is
    still looked for, so this is enough only where a trial has shown what helps."""
    diagnosed = diagnosed_sources(book, chart, differential, day)
    return frozenset(diagnosed.keys() & named_by_operation(book, chart, day).keys()) if diagnosed else frozenset()


def _is_shown(chart: Chart, condition: Condition, shown: ShownBy, day: date) -> bool:
    further = [one for one in chart.rows(Condition) if one is not condition and stands_on(one, day)]
    if any(_is_under(_icd10_of(one), shown.icd10) for one in further):
        return True
    there = [one for one in latest_findings(chart) if one.code in shown.findings and _may_be_at(condition, one.levels)]
    return any(one.present for one in there)


def _may_be_at(condition: Condition, levels: Sequence[str]) -> bool:
    """One of the levels is that of the diagnosis, or one of the two does not say its level."""
    return not levels or not condition.levels or not set(levels).isdisjoint(condition.levels)


def first_pain_is_weighed(book: Book, chart: Chart) -> bool:
    """Whether the region of the dominant pain, or of any pain if none dominates, raises a question."""
    complaints = chart.rows(Complaint)
    first = [one.region for one in complaints if one.dominant] or [one.region for one in complaints]
    return not first or any(not set(first).isdisjoint(one.regions) for one in book.content.questions.values())


def _weighed(differential: Sequence[Differential]) -> set[str]:
    """The sources that have a probability."""
    return {one.generator for answer in differential for one in answer.estimates}


# --- why a source came up ------------------------------------------------------------------------------------------


def diagnosed_sources(
    book: Book, chart: Chart, differential: Sequence[Differential], day: date
) -> dict[str, tuple[Condition, ...]]:
    """The sources that the problem list holds and no question ranks, with the diagnoses that say so.

    A code that several sources share names each of them, unless one of them has a probability: then that one speaks.
    """
    ranked = _weighed(differential)
    found: dict[str, tuple[Condition, ...]] = {}
    for condition in chart.rows(Condition):
        if not stands_on(condition, day):
            continue
        meant = _meant(book, condition.code, _icd10_of(condition))
        if not ranked & meant:
            for name in sorted(meant):
                found[name] = (*found.get(name, ()), condition)
    return found


def stands_on(condition: Condition, day: date) -> bool:
    """Whether a diagnosis is neither over nor doubted."""
    has_ended = condition.until is not None and condition.until < day
    return condition.status not in OVER and condition.certainty not in DOUBTED and not has_ended


def _coded_sources(
    book: Book, chart: Chart, differential: Sequence[Differential], day: date
) -> dict[str, tuple[Condition, ...]]:
    """The sources without a number that a code on the problem list may stand for, without naming them by itself."""
    ranked = _weighed(differential)
    found: dict[str, tuple[Condition, ...]] = {}
    for condition in chart.rows(Condition):
        icd10 = _icd10_of(condition)
        if icd10 and stands_on(condition, day):
            for name in _recorded_under(book, icd10) - ranked:
                found[name] = (*found.get(name, ()), condition)
    return dict(sorted(found.items()))


def _icd10_of(condition: Condition) -> str:
    """The ICD-10-CM code of a diagnosis without the point; empty if it has none."""
    return (condition.icd10 or "").replace(".", "").upper()


def _is_under(icd10: str, codes: Sequence[str]) -> bool:
    """Whether a code without the point is one of some codes, or stands below one."""
    return icd10.startswith(tuple(one.replace(".", "") for one in codes))


@lru_cache(maxsize=4_096)
def _recorded_under(book: Book, icd10: str) -> frozenset[str]:
    """The sources that are recorded under a code too."""
    return frozenset(
        name for name, generator in book.content.generators.items() if _is_under(icd10, generator.recorded_under)
    )


@lru_cache(maxsize=4_096)
def _meant(book: Book, code: str | None, icd10: str) -> frozenset[str]:
    """The sources that a diagnosis may mean, by our own word for it or by its ICD-10-CM code without the point."""
    meant = {
        name for name, generator in book.content.generators.items() if code == name or _is_under(icd10, generator.icd10)
    }
    return frozenset(whole for name in meant if (whole := _whole(book.content, name)))


def _whole(content: Content, name: str) -> str | None:
    """The source that a level or part belongs to; none for a danger, which acts by rule."""
    whole = content.generators[name].part_of or name
    return None if content.generators[whole].kind == "danger" else whole


def _without_share(content: Content) -> Iterator[str]:
    """The sources and mechanisms for which no question has a starting share, wholes only."""
    shares = {name for question in content.questions.values() for name in content.priors[question.prior].shares}
    for name, generator in content.generators.items():
        if generator.kind != "danger" and not generator.part_of and name not in shares:
            yield name


@lru_cache(maxsize=8)
def _shown_by(book: Book) -> Mapping[str, tuple[str, ...]]:
    """Source without a share -> the findings that belong to it, and everything that they are counted from."""
    return {
        name: tuple(
            dict.fromkeys(part for finding in findings_about(book, name) for part in _with_parts(book.content, finding))
        )
        for name in _without_share(book.content)
    }


@lru_cache(maxsize=8)
def _felt_in(book: Book) -> Mapping[str, tuple[tuple[str, Referral], ...]]:
    """Region -> the sources without a share that are commonly felt there."""
    found: dict[str, list[tuple[str, Referral]]] = defaultdict(list)
    for name in _without_share(book.content):
        for referral in book.content.generators[name].referral:
            if referral.weight >= COMMON:
                found[referral.region].append((name, referral))
    return {region: tuple(sources) for region, sources in found.items()}


def findings_about(book: Book, name: str) -> list[str]:
    """The findings that belong to a source or one of its parts: those with a ratio, then those without."""
    about = (name, *book.parts.get(name, ()))
    weighed = [row.finding for one in about for _, row in book.evidence_for.get(one, ())]
    return list(dict.fromkeys([*weighed, *(code for one in about for code in book.content.generators[one].looked_for)]))


def _found(book: Book, seen: Mapping[str, Seen], spoken_against: set[str]) -> dict[str, tuple[Seen, ...]]:
    """The sources of which a finding, or a part of a counted one, is present, unless the evidence speaks against it."""
    present = {finding for finding, known in seen.items() if known.present}
    return {
        name: tuple(seen[part] for part in parts if part in present)
        for name, parts in _shown_by(book).items()
        if name not in spoken_against and not present.isdisjoint(parts)
    }


def _with_parts(content: Content, finding: str) -> Iterator[str]:
    """A finding, and everything that it is counted from."""
    yield finding
    composite = content.findings[finding].composite
    for part in composite.of if composite else ():
        yield from _with_parts(content, part)


def _felt(book: Book, chart: Chart) -> dict[str, list[tuple[Complaint, Referral]]]:
    """The sources that are commonly felt where the patient hurts."""
    found: dict[str, list[tuple[Complaint, Referral]]] = {}
    for complaint in chart.rows(Complaint):
        for region in dict.fromkeys((complaint.region, *complaint.radiates_to)):
            for name, referral in _felt_in(book).get(region, ()):
                found.setdefault(name, []).append((complaint, referral))
    return found


# --- what is said about it -----------------------------------------------------------------------------------------


def _named(
    book: Book,
    name: str,
    seen: Mapping[str, Seen],
    reasons: Mapping[Because, Sequence[Fact]],
    felt: Sequence[Referral],
    is_settled: bool,
) -> NamedSource:
    generator = book.content.generators[name]
    because = list(reasons)
    facts = {fact.id: fact for held in reasons.values() for fact in held}
    return NamedSource(
        generator=name,
        label=generator.label,
        kind="overlay" if generator.kind == "overlay" else "generator",
        named_by=because,
        says=" ".join([*(_SAYS[one] for one in because), *([_SETTLED] if is_settled else [])]),
        facts=[see(fact) for fact in facts.values()],
        confirmed_by=[one.text for one in generator.confirmed_by],
        to_find=list(_to_find(book, name, seen)),
        mimics=[book.content.generators[one].label for one in generator.mimics],
        citations=list(_citations(name, generator, because, felt)),
    )


def _citations(
    name: str, generator: Generator, because: Sequence[Because], felt: Sequence[Referral]
) -> Iterator[Citation]:
    """What confirms it, and what the reasons rest on."""
    yield from (cite(f"{name}.confirmed_by", one) for one in generator.confirmed_by)
    if "history" in because:
        yield from (cite(f"{name}.after_operation", one) for one in generator.after_operation[:1])
    if "words" in because and generator.in_words:
        yield cite(f"{name}.in_words", generator.in_words)
    yield from (cite(f"{name}.referral", one) for one in {one.region: one for one in felt}.values())


def _to_find(book: Book, name: str, seen: Mapping[str, Seen]) -> Iterator[ToFind]:
    for finding in findings_about(book, name):
        entry, known = book.content.findings[finding], seen.get(finding)
        yield ToFind(
            finding=finding,
            label=entry.label,
            ask=entry.ask,
            state="not looked for" if known is None else "present" if known.present else "absent",
        )

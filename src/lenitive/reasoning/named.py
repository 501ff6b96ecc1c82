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
from lenitive.chart.finding import Finding
from lenitive.knowledge.entries import Statement
from lenitive.medicine.shapes import Content, Generator, Referral, ShownBy
from lenitive.reasoning.assessment import Citation, Differential, NamedSource, Overlay, ToFind
from lenitive.reasoning.book import Book
from lenitive.reasoning.citing import cite, see
from lenitive.reasoning.diagnosis_codes import icd10_of, is_under
from lenitive.reasoning.findings import Seen, examined_findings
from lenitive.reasoning.told_by_history import named_by_mishap, named_by_operation, named_by_words, replaced

COMMON = 2
"""From this weight of referral on a source is commonly felt in a region; below it, it is merely possible."""

CHARTS_AT_HAND = 8
"""Of so many charts it is kept which sources are named: a chart never changes, and each option asks for them."""

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
    """The sources that came up and that no question ranks: those that are settled first, then those diagnosed."""
    spoken_against = {one.generator for one in overlays if one.odds_multiplied_by <= 1}
    found_in, felt = _found(book, seen, spoken_against), _felt(book, chart)
    worded = named_by_words(book.content, chart, day)
    held: dict[Because, Mapping[str, Sequence[Fact]]] = {
        "diagnosis": diagnosed_sources(book, chart, differential, day),
        "history": {**named_by_operation(book, chart, day), **named_by_mishap(book, chart, day)},
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
    return sorted(found, key=lambda one: (not one.is_settled, _RANK[one.named_by[0]], -len(one.named_by), one.label))


def considered_besides(book: Book, chart: Chart, differential: Sequence[Differential], day: date) -> tuple[str, ...]:
    """The sources without a number whose care is considered: those on the problem list, defined by an operation or by
    a set of criteria that is met, and, where no question is raised at all, those that are felt where it hurts."""
    return _considered(book, chart, _weighed(differential), not differential, day)


@lru_cache(maxsize=CHARTS_AT_HAND)
def _considered(book: Book, chart: Chart, ranked: frozenset[str], is_unasked: bool, day: date) -> tuple[str, ...]:
    diagnosed = _diagnosed(book, chart, ranked, day)
    operated = named_by_operation(book, chart, day)
    by_criteria = sources_by_criteria(book, chart, day)
    mishaps, felt = named_by_mishap(book, chart, day), _felt(book, chart) if is_unasked else ()
    return tuple(dict.fromkeys([*mishaps, *diagnosed, *operated, *by_criteria, *felt]))


def felt_besides(book: Book, chart: Chart) -> tuple[str, ...]:
    """The sources without a number that are commonly felt where it hurts: what is asked for may be aimed at one."""
    return tuple(_felt(book, chart))


def settled_sources(book: Book, chart: Chart, differential: Sequence[Differential], day: date) -> frozenset[str]:
    """The sources without a number that the chart itself settles: a coded fracture that shines on the scan of its
    level, pain from cancer beside the cancer that is known, a syndrome whose criteria are all met."""
    return _settled(book, chart, _weighed(differential), day)


@lru_cache(maxsize=CHARTS_AT_HAND)
def _settled(book: Book, chart: Chart, ranked: frozenset[str], day: date) -> frozenset[str]:
    shown = frozenset(
        name
        for name, conditions in _diagnosed(book, chart, ranked, day).items()
        for row in book.content.generators[name].shown_by
        if any(_is_shown(book, chart, condition, row, day) for condition in conditions)
    )
    return shown.union(sources_by_criteria(book, chart, day), named_by_mishap(book, chart, day))


@lru_cache(maxsize=CHARTS_AT_HAND)
def sources_by_criteria(book: Book, chart: Chart, day: date) -> tuple[str, ...]:
    """The sources that are defined by a set of criteria which the examination meets. They need no code; where the only
    one is over or doubted, somebody said otherwise."""
    if not chart.rows(Finding):
        return ()
    seen = examined_findings(chart, book)
    met = [name for name, codes in _defined_by(book).items() if any(_is_present(code, seen) for code in codes)]
    return tuple(name for name in met if not _is_given_up(book, chart, name, day))


def _is_present(code: str, seen: Mapping[str, Seen]) -> bool:
    return code in seen and seen[code].present


def _is_given_up(book: Book, chart: Chart, name: str, day: date) -> bool:
    """The chart holds a diagnosis of the source, and none that still stands."""
    coded = [one for one in chart.rows(Condition) if name in _meant(book, one.code, icd10_of(one))]
    return bool(coded) and not any(stands_on(one, day) for one in coded)


def defined_sources(book: Book, chart: Chart, differential: Sequence[Differential], day: date) -> frozenset[str]:
    """The diagnosed sources that are a description, and whose operation and pain are on record. What hurts behind it is
    still looked for, so this is enough only where a trial has shown what helps."""
    diagnosed = diagnosed_sources(book, chart, differential, day)
    return frozenset(diagnosed.keys() & named_by_operation(book, chart, day).keys()) if diagnosed else frozenset()


def _is_shown(book: Book, chart: Chart, condition: Condition, shown: ShownBy, day: date) -> bool:
    further = [one for one in chart.rows(Condition) if one is not condition and stands_on(one, day)]
    if any(is_under(icd10_of(one), shown.icd10) for one in further):
        return True
    if not shown.findings:
        return False
    seen = examined_findings(chart, book)
    found = [seen[code] for code in shown.findings if _is_present(code, seen)]
    return any(_may_be_at(condition, fact.levels) for one in found for fact in one.facts if isinstance(fact, Finding))


def _may_be_at(condition: Condition, levels: Sequence[str]) -> bool:
    """One of the levels is that of the diagnosis, or one of the two does not say its level."""
    return not levels or not condition.levels or not set(levels).isdisjoint(condition.levels)


def first_pain_is_weighed(book: Book, chart: Chart) -> bool:
    """Whether the region of the dominant pain, or of any pain if none dominates, raises a question."""
    complaints = chart.rows(Complaint)
    first = [one.region for one in complaints if one.dominant] or [one.region for one in complaints]
    return not first or any(not set(first).isdisjoint(one.regions) for one in book.content.questions.values())


def _weighed(differential: Sequence[Differential]) -> frozenset[str]:
    """The sources that have a probability."""
    return frozenset(one.generator for answer in differential for one in answer.estimates)


# --- why a source came up ------------------------------------------------------------------------------------------


def diagnosed_sources(
    book: Book, chart: Chart, differential: Sequence[Differential], day: date
) -> Mapping[str, tuple[Condition, ...]]:
    """The sources that the problem list holds and no question ranks, with the diagnoses that say so.

    A code that several sources share names each of them, unless one of them has a probability: then that one speaks.
    The code of a joint that was replaced since names nothing.
    """
    return _diagnosed(book, chart, _weighed(differential), day)


@lru_cache(maxsize=CHARTS_AT_HAND)
def _diagnosed(book: Book, chart: Chart, ranked: frozenset[str], day: date) -> Mapping[str, tuple[Condition, ...]]:
    gone = replaced(book, chart, day)
    found: dict[str, tuple[Condition, ...]] = {}
    for condition in chart.rows(Condition):
        if not stands_on(condition, day):
            continue
        meant = _meant(book, condition.code, icd10_of(condition))
        if not ranked & meant:
            for name in sorted(meant.difference(gone)):
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
        icd10 = icd10_of(condition)
        if icd10 and stands_on(condition, day):
            for name in _recorded_under(book, icd10) - ranked:
                found[name] = (*found.get(name, ()), condition)
    return dict(sorted(found.items()))


@lru_cache(maxsize=4_096)
def _recorded_under(book: Book, icd10: str) -> frozenset[str]:
    """The sources that are recorded under a code too."""
    return frozenset(
        name for name, generator in book.content.generators.items() if is_under(icd10, generator.recorded_under)
    )


@lru_cache(maxsize=4_096)
def _meant(book: Book, code: str | None, icd10: str) -> frozenset[str]:
    """The sources that a diagnosis may mean, by our own word for it or by its ICD-10-CM code without the point."""
    meant = {
        name for name, generator in book.content.generators.items() if code == name or is_under(icd10, generator.icd10)
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
def _defined_by(book: Book) -> Mapping[str, tuple[str, ...]]:
    """Source without a share -> the sets of criteria that are its definition."""
    rows = {name: book.content.generators[name].shown_by for name in _without_share(book.content)}
    found = {name: tuple(code for row in shown if row.defines for code in row.findings) for name, shown in rows.items()}
    return {name: codes for name, codes in found.items() if codes}


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
    """The findings that belong to a source or one of its parts: those with a ratio, then those without, and what would
    settle it."""
    about = (name, *book.parts.get(name, ()))
    weighed = [row.finding for one in about for _, row in book.evidence_for.get(one, ())]
    told = [book.content.generators[one] for one in about]
    looked_for = [code for one in told for code in one.looked_for]
    settling = [code for one in told for row in one.shown_by for code in row.findings]
    return list(dict.fromkeys([*weighed, *looked_for, *settling]))


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
        says=" ".join(
            [
                *(_said(one, generator) for one in because),
                *([_SETTLED] if is_settled else []),
                *(one.text for one in _said_first(generator, because, is_settled)),
            ]
        ),
        facts=[see(fact) for fact in facts.values()],
        confirmed_by=[one.text for one in generator.confirmed_by],
        to_find=list(_to_find(book, name, seen)),
        mimics=[book.content.generators[one].label for one in generator.mimics],
        citations=[
            *_citations(name, generator, because, felt),
            *(cite(f"{name}.said_first", one) for one in _said_first(generator, because, is_settled)),
        ],
        is_settled=is_settled,
    )


def _said_first(generator: Generator, because: Sequence[Because], is_settled: bool) -> Iterator[Statement]:
    """What is said at once of a source that somebody diagnosed, or whose criteria are met."""
    if generator.said_first and (is_settled or "diagnosis" in because):
        yield generator.said_first


def _said(because: Because, generator: Generator) -> str:
    if because == "history" and generator.after_needle:
        return "A needle had a mishap, and within days a pain like the one that it brings began."
    return _SAYS[because]


def _citations(
    name: str, generator: Generator, because: Sequence[Because], felt: Sequence[Referral]
) -> Iterator[Citation]:
    """What confirms it, and what the reasons rest on."""
    yield from (cite(f"{name}.confirmed_by", one) for one in generator.confirmed_by)
    if "history" in because:
        yield from (cite(f"{name}.after_operation", one) for one in generator.after_operation[:1])
        yield from (cite(f"{name}.after_needle", one) for one in (generator.after_needle,) if one)
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

"""The differential: for each question that the pain raises, how likely each generator is the answer.

Each question ("where does the low back pain come from?") has rival answers and an *unresolved* class, and starts from a
cited prior. A likelihood ratio multiplies the odds of its generator against all rivals together; a finding whose
probability under several generators is known multiplies each. Answers to different questions coexist; overlays ride on
any answer and have no prior, so they show only by how much their odds are multiplied.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from math import exp, log

from lenitive.chart.chart import Chart
from lenitive.chart.complaint import Complaint
from lenitive.chart.condition import Condition
from lenitive.chart.finding import Finding
from lenitive.medicine.shapes import Evidence, Prior, Question
from lenitive.reasoning.assessment import Contribution, Differential, Estimate, Overlay, Part
from lenitive.reasoning.block_series import block_contribution, blocks_done
from lenitive.reasoning.book import Book
from lenitive.reasoning.citing import cite, in_a_sentence, see
from lenitive.reasoning.diagnosis_codes import icd10_of, is_under
from lenitive.reasoning.evidence import Limits, Scales, chosen_rows, contribution, scales_on
from lenitive.reasoning.findings import Seen, words_of
from lenitive.reasoning.next_test import rank_next_tests, supported_source
from lenitive.reasoning.odds import LogOdds, normalised, share_interval, variance_without_interval
from lenitive.reasoning.told_by_history import replaced

UNRESOLVED = "unresolved"

POWER_STEP = 1e-6
"""How closely the power is found that keeps likelihoods within their limits."""


@dataclass(slots=True)
class Weight:
    """A rival's weight on the log scale, its variance, and what went into it."""

    log: float
    variance: float
    contributions: list[Contribution] = field(default_factory=list)

    def add(self, odds: LogOdds, shown: Contribution) -> None:
        """Multiply in one piece of evidence."""
        self.log += odds.value
        self.variance += odds.variance
        self.contributions.append(shown)


def differentials(book: Book, chart: Chart, seen: Mapping[str, Seen], day: date) -> list[Differential]:
    """The differential of every question that the patient's complaints raise.

    That of the dominant complaint comes first; of its questions, that about the region itself before those about where
    the pain goes.
    """
    scales = scales_on(book, day)
    complaints = chart.rows(Complaint)
    dominant_first = sorted(complaints, key=lambda one: one.dominant is not True)
    felt = [words for complaint in dominant_first for words in ({complaint.region}, words_of(complaint))]
    raised = {
        name: next((rank for rank, words in enumerate(felt) if words & set(question.regions)), None)
        for name, question in book.content.questions.items()
    }
    ranked = sorted((rank, name) for name, rank in raised.items() if rank is not None)
    gone = replaced(book, chart, day)
    return [
        _differential(book, chart, seen, day, scales, name, gone)
        for _, name in ranked
        if not gone or not gone.keys() >= set(book.answers.get(name, ()))
    ]


def _differential(
    book: Book,
    chart: Chart,
    seen: Mapping[str, Seen],
    day: date,
    scales: Scales,
    name: str,
    gone: Mapping[str, object],
) -> Differential:
    """The differential of one question. ``gone`` are sources whose structure was replaced: they are no answer."""
    question = book.content.questions[name]
    start = _start(chart, question)
    prior = book.prior(start)
    weights = {
        rival: Weight(log(share), _prior_variance(prior, share))
        for rival, share in prior.shares.items()
        if share and rival not in gone
    }
    for rival in book.answers.get(name, ()):
        if rival in weights:
            _weigh_rival(book, chart, seen, scales, rival, weights[rival])
    _weigh_shared(book, seen, scales, prior, weights)
    blocked = {rival: blocks_done(book, chart, rival, scales.limits.block_negative_below) for rival in weights}
    shares = normalised({rival: weight.log for rival, weight in weights.items()})
    variances = {rival: weight.variance for rival, weight in weights.items()}
    intervals = {rival: share_interval(rival, shares, variances) for rival in shares}
    estimates = [
        Estimate(
            generator=rival,
            label=book.content.generators[rival].label,
            probability=shares[rival],
            low=intervals[rival][0],
            high=intervals[rival][1],
            prior=prior.shares[rival],
            contributions=sorted(weights[rival].contributions, key=lambda one: -abs(one.log_odds)),
            parts=_parts(book, chart, seen, scales, rival),
        )
        for rival in sorted(shares, key=lambda rival: (-shares[rival], rival))
        if rival != UNRESOLVED
    ]
    low, high = intervals.get(UNRESOLVED, (0.0, 0.0))
    tests = rank_next_tests(book, seen, scales, shares, blocked, day)
    supported = book.number("target_supported", day)
    settled = None if tests else supported_source(book, shares, supported)
    return Differential(
        question=name,
        label=question.label,
        population=prior.population,
        prior=cite(start, prior),
        estimates=estimates,
        unresolved=shares.get(UNRESOLVED, 0.0),
        unresolved_low=low,
        unresolved_high=high,
        next_tests=tests,
        notes=[*_left_out(book, name, gone), *_notes(book, name, prior, estimates)],
        settled_on=settled,
        settled_surely=settled is not None and intervals[settled][0] >= supported,
    )


def _start(chart: Chart, question: Question) -> str:
    """The prior of the first population that the patient belongs to, where the pain that matters most is this one. An
    injury that is over still made the patient one of them."""
    if not question.populations or not any(
        one.dominant and one.region in question.regions for one in chart.rows(Complaint)
    ):
        return question.prior
    codes = [icd10_of(one) for one in chart.rows(Condition)]
    for population in question.populations:
        if any(is_under(code, population.icd10) for code in codes):
            return population.prior
    return question.prior


def _left_out(book: Book, question: str, gone: Mapping[str, object]) -> Iterator[str]:
    for name in book.answers.get(question, ()):
        if name in gone:
            yield f"{book.content.generators[name].label} is left out: the joint that hurts was replaced."


def _notes(book: Book, question: str, prior: Prior, estimates: Sequence[Estimate]) -> list[str]:
    notes = [prior.note] if prior.note else []
    unknown = [rival for rival in book.answers.get(question, ()) if rival not in prior.shares]
    if unknown:
        labels = ", ".join(in_a_sentence(book.content.generators[rival].label) for rival in unknown)
        notes.append(f"No prior is known for {labels}: not in the comparison.")
    if prior.size is None:
        notes.append("The starting shares are a judgement: read the evidence, not the percentages.")
    return [*notes, *_measured_against(book, estimates)]


def _measured_against(book: Book, estimates: Sequence[Estimate]) -> Iterator[str]:
    """The reference standards of what moved the likeliest source: its share is only as true as they are."""
    first = estimates[0] if estimates else None
    entries = [one.citation.entry for one in first.contributions] if first else []
    rows = [book.content.evidence.get(entry) or book.content.blocks.get(entry) for entry in entries]
    references = dict.fromkeys(row.reference for row in rows if row and row.reference)
    if first and references:
        yield f"What moved {in_a_sentence(first.label)} was measured against: {'; '.join(references)}."


def _prior_variance(prior: Prior, share: float) -> float:
    """The variance of the log weight of an answer that so many patients gave, each answer counted by itself.

    Counts that are independent make shares that are not: put together by ``share_interval`` they give the variance
    1 / (n p (1 - p)) that the log-odds of a share of n patients has. A judgement counts as one patient for each answer.
    """
    size = prior.size if prior.size is not None else float(len(prior.shares))
    return 1 / (share * size)


def _weigh_rival(
    book: Book, chart: Chart, seen: Mapping[str, Seen], scales: Scales, rival: str, weight: Weight
) -> None:
    spoken_for = _shared_groups(book, rival, seen)
    for chosen in chosen_rows(book, rival, seen, scales):
        if chosen.row.group not in spoken_for:
            weight.add(chosen.weighed.odds, contribution(book, chosen))
    block = block_contribution(book, chart, rival, scales.limits)
    if block:
        weight.add(*block)


def _shared_groups(book: Book, rival: str, seen: Mapping[str, Seen]) -> set[str]:
    """Groups that a finding with a likelihood under several generators speaks for already."""
    rows = book.evidence_for.get(rival, ())
    return {row.group for _, row in rows if row.likelihoods and row.finding in seen}


def _weigh_shared(
    book: Book, seen: Mapping[str, Seen], scales: Scales, prior: Prior, weights: dict[str, Weight]
) -> None:
    done: set[str] = set()
    for rival in list(weights):
        for entry, row in book.evidence_for.get(rival, ()):
            if row.likelihoods and entry not in done and row.finding in seen:
                done.add(entry)
                _weigh_likelihoods(book, entry, row, seen[row.finding], scales, prior, weights)


def _weigh_likelihoods(
    book: Book,
    entry: str,
    row: Evidence,
    found: Seen,
    scales: Scales,
    prior: Prior,
    weights: dict[str, Weight],
) -> None:
    """Multiply each rival by its likelihood, relative to the average; rivals without one keep their share."""
    printed = relative_likelihoods(row, found.present, prior.shares)
    factors, said = tempered(row, printed, prior.shares, scales.limits)
    for rival, factor in factors.items():
        if rival not in weights:
            continue
        odds = LogOdds(log(factor), variance_without_interval(factor, scales.limits.least_factor))
        shown = Contribution(
            finding=row.finding,
            label=book.content.findings[row.finding].label,
            state="present" if found.present else "absent",
            group=row.group,
            log_odds=odds.value,
            ratio=factor,
            ratio_printed=printed[rival],
            ratio_interval=None,
            interval_printed=False,
            adjusted=said,
            citation=cite(entry, row),
            facts=[see(fact) for fact in found.facts],
        )
        weights[rival].add(odds, shown)


def relative_likelihoods(row: Evidence, present: bool, shares: Mapping[str, float]) -> dict[str, float]:
    """The probability of what was found under each rival, over its average in the population."""
    likelihoods = {
        rival: value if present else 1 - value for rival, value in (row.likelihoods or {}).items() if rival in shares
    }
    average = _average(likelihoods, shares)
    return {rival: value / average for rival, value in likelihoods.items()}


def tempered(
    row: Evidence, factors: Mapping[str, float], shares: Mapping[str, float], limits: Limits
) -> tuple[dict[str, float], str]:
    """Relative likelihoods as they are used, and how they were made.

    They are raised to one power: that of what was not replicated, and if need be a lower one, so that none of the
    rivals gains or loses more against the others than the row and the general limits allow. All keep their order.
    """
    weight = 1.0 if row.design in ("pooled", "replicated") else limits.shrink
    ceiling = min(row.cap_positive or limits.ceiling, limits.ceiling)
    floor = max(row.floor_negative or limits.floor, limits.floor)
    power = _power_within(tuple(factors.items()), tuple(shares[rival] for rival in factors), weight, ceiling, floor)
    said = [f"likelihoods relative to the average of the rivals, to the power {power:.2g}"]
    if weight < 1:
        said.append("not replicated")
    if power < weight:
        said.append(f"none against the others beyond {floor:g} to {ceiling:g}")
    raised = {rival: factor**power for rival, factor in factors.items()}
    average = _average(raised, shares)
    return {rival: value / average for rival, value in raised.items()}, "; ".join(said)


@lru_cache(maxsize=256)
def _power_within(
    factors: tuple[tuple[str, float], ...], shares: tuple[float, ...], weight: float, ceiling: float, floor: float
) -> float:
    """The greatest power up to a weight that keeps every rival's ratio against the others within bounds."""
    share_of = dict(zip(dict(factors), shares, strict=True))

    def is_within(power: float) -> bool:
        raised = {rival: factor**power for rival, factor in factors}
        return all(floor <= ratio <= ceiling for ratio in _against_the_others(raised, share_of))

    if is_within(weight):
        return weight
    low, high = 0.0, weight
    while high - low > POWER_STEP:
        middle = (low + high) / 2
        low, high = (middle, high) if is_within(middle) else (low, middle)
    return low


def _against_the_others(likelihoods: Mapping[str, float], shares: Mapping[str, float]) -> Iterator[float]:
    """Each rival's likelihood ratio against all others that have one, in their proportions."""
    for rival, value in likelihoods.items():
        others = {other: other_value for other, other_value in likelihoods.items() if other != rival}
        yield value / _average(others, shares) if others else 1.0


def _average(likelihoods: Mapping[str, float], shares: Mapping[str, float]) -> float:
    total = sum(shares[rival] for rival in likelihoods)
    return sum(shares[rival] * value for rival, value in likelihoods.items()) / total


def _parts(book: Book, chart: Chart, seen: Mapping[str, Seen], scales: Scales, whole: str) -> list[Part]:
    """The levels or parts of a generator, if a finding tells them apart. They start from equal shares.

    A finding that was recorded at the level of a part names it. No ratio is known for that, so it changes no share; the
    parts that are named come first.
    """
    chosen = {part: chosen_rows(book, part, seen, scales) for part in book.parts.get(whole, ())}
    located = _located(book, chart, seen, whole)
    is_weighed = any(chosen.values())
    if not is_weighed and not located:
        return []
    shares = normalised({part: sum(one.weighed.odds.value for one in rows) for part, rows in chosen.items()})
    return [
        Part(
            generator=part,
            label=book.content.generators[part].label,
            share=shares[part] if is_weighed else None,
            contributions=[contribution(book, one) for one in chosen[part]],
            located=[see(fact) for fact in located.get(part, ())],
        )
        for part in sorted(shares, key=lambda part: (part not in located, -shares[part], part))
        if is_weighed or part in located
    ]


def _located(book: Book, chart: Chart, seen: Mapping[str, Seen], whole: str) -> dict[str, list[Finding]]:
    """Part -> the findings about the whole that were recorded at its level, and not on the other side than the pain."""
    told = [
        fact
        for code in book.content.generators[whole].located_by
        if code in seen and seen[code].present
        for fact in seen[code].facts
        if isinstance(fact, Finding) and fact.levels and not _is_on_the_other_side(chart, fact)
    ]
    if not told:
        return {}
    levels = {part: set(book.content.generators[part].levels) for part in book.parts.get(whole, ())}
    found = {part: [one for one in told if not own.isdisjoint(one.levels)] for part, own in levels.items()}
    return {part: facts for part, facts in found.items() if facts}


def _is_on_the_other_side(chart: Chart, found: Finding) -> bool:
    """Every pain has a side, and none has the side of the finding."""
    sides = {complaint.side for complaint in chart.rows(Complaint)}
    return found.side in ("left", "right") and not sides & {found.side, "both", "midline", None}


def overlays(book: Book, seen: Mapping[str, Seen], day: date) -> list[Overlay]:
    """Mechanisms that ride on a source, for which something was found."""
    scales = scales_on(book, day)
    found: list[Overlay] = []
    for name, generator in book.overlays:
        chosen = chosen_rows(book, name, seen, scales)
        if chosen:
            found.append(
                Overlay(
                    generator=name,
                    label=generator.label,
                    odds_multiplied_by=exp(sum(one.weighed.odds.value for one in chosen)),
                    contributions=[contribution(book, one) for one in chosen],
                )
            )
    return found

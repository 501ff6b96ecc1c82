"""The differential: for each question that the pain raises, how likely each generator is the answer.

Each question ("where does the low back pain come from?") has rival answers and an *unresolved* class, and starts from a
cited prior. A likelihood ratio multiplies the odds of its generator against all rivals together; a finding whose
probability under several generators is known multiplies each. Answers to different questions coexist; overlays ride on
any answer and have no prior, so they show only by how much their odds are multiplied.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from math import exp, log

from lenitive.chart.chart import Chart
from lenitive.chart.complaint import Complaint
from lenitive.chart.finding import Finding
from lenitive.medicine.shapes import Evidence, Prior
from lenitive.reasoning.assessment import Contribution, Differential, Estimate, Overlay, Part
from lenitive.reasoning.block_series import block_contribution, blocks_done
from lenitive.reasoning.book import Book
from lenitive.reasoning.citing import cite, in_a_sentence, see
from lenitive.reasoning.evidence import Scales, chosen_rows, contribution, scales_on
from lenitive.reasoning.findings import Seen, words_of
from lenitive.reasoning.next_test import rank_next_tests
from lenitive.reasoning.odds import LogOdds, normalised, share_interval, variance_without_interval

UNRESOLVED = "unresolved"


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
    return [_differential(book, chart, seen, day, scales, name) for _, name in ranked]


def _differential(
    book: Book, chart: Chart, seen: Mapping[str, Seen], day: date, scales: Scales, name: str
) -> Differential:
    question = book.content.questions[name]
    prior = book.prior(question.prior)
    weights = {
        rival: Weight(log(share), _prior_variance(prior, share)) for rival, share in prior.shares.items() if share
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
    return Differential(
        question=name,
        label=question.label,
        population=prior.population,
        prior=cite(question.prior, prior),
        estimates=estimates,
        unresolved=shares.get(UNRESOLVED, 0.0),
        unresolved_low=low,
        unresolved_high=high,
        next_tests=rank_next_tests(book, seen, scales, shares, blocked, day),
        notes=_notes(book, name, prior),
    )


def _notes(book: Book, question: str, prior: Prior) -> list[str]:
    notes = [prior.note] if prior.note else []
    unknown = [rival for rival in book.answers.get(question, ()) if rival not in prior.shares]
    if unknown:
        labels = ", ".join(in_a_sentence(book.content.generators[rival].label) for rival in unknown)
        notes.append(f"No prior is known for {labels}: not in the comparison.")
    if prior.size is None:
        notes.append("The starting shares are a judgement: read the evidence, not the percentages.")
    return notes


def _prior_variance(prior: Prior, share: float) -> float:
    """The variance of a log share from so many patients. A judgement counts as one patient for each answer."""
    size = prior.size if prior.size is not None else float(len(prior.shares))
    return (1 - share) / (share * size)


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
    for rival, factor in relative_likelihoods(row, found.present, prior.shares).items():
        if rival not in weights:
            continue
        ceiling = min(row.cap_positive or scales.limits.ceiling, scales.limits.ceiling)
        ratio = min(max(factor, 1 / ceiling), ceiling)
        odds = LogOdds(log(ratio), variance_without_interval(ratio))
        shown = Contribution(
            finding=row.finding,
            label=book.content.findings[row.finding].label,
            state="present" if found.present else "absent",
            group=row.group,
            log_odds=odds.value,
            ratio=ratio,
            ratio_printed=factor,
            ratio_interval=None,
            interval_printed=False,
            adjusted=f"likelihood relative to the average of the rivals; within {ceiling:g}-fold",
            citation=cite(entry, row),
            facts=[see(fact) for fact in found.facts],
        )
        weights[rival].add(odds, shown)


def relative_likelihoods(row: Evidence, present: bool, shares: Mapping[str, float]) -> dict[str, float]:
    """The probability of what was found under each rival, over its average in the population."""
    likelihoods = {
        rival: value if present else 1 - value for rival, value in (row.likelihoods or {}).items() if rival in shares
    }
    total = sum(shares[rival] for rival in likelihoods)
    average = sum(shares[rival] * value for rival, value in likelihoods.items()) / total
    return {rival: value / average for rival, value in likelihoods.items()}


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

"""The next best test: which finding, not yet looked for, would settle most for what it costs.

For each candidate, the expected drop in the entropy of the differential (in bits), with the same shrunk and capped
ratios that the differential itself would use, divided by a burden for its kind.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from math import log2

import msgspec

from lenitive.reasoning.assessment import Differential, NextTest, RedFlagResult, what_holds_up
from lenitive.reasoning.book import Book
from lenitive.reasoning.citing import cite
from lenitive.reasoning.evidence import Scales, Weighable
from lenitive.reasoning.findings import Seen, can_be_scored_by
from lenitive.reasoning.odds import bayes, rates_behind

LEAST_BITS = 0.02
"""Tests that are expected to tell less than this are not listed: they would move a rival from 3 % to 6 %."""

NEEDLES = ("block", "invasive")
"""Burdens of tests that are procedures themselves."""


def rank_next_tests(
    book: Book,
    seen: Mapping[str, Seen],
    scales: Scales,
    shares: Mapping[str, float],
    blocked: Mapping[str, int],
    day: date,
) -> list[NextTest]:
    """Candidates by information for their burden, the best first; one for each finding.

    ``blocked`` says how many diagnostic blocks of each generator count already. A test of a source that would stay too
    unlikely to be worth a block, whatever the test shows, is left out: dangers among such sources act by rule. Once a
    source is supported well enough to be treated, only a test that could by itself change that is left.
    """
    burdens = _burdens(book, book.since[day])
    worth_testing, supported = book.number("target_worth_testing", day), book.number("target_supported", day)
    leader = supported_source(book, shares, supported)
    best: dict[str, NextTest] = {}
    for generator, share in shares.items():
        rows = _rows_that_would_count(scales.rows_for(book, generator), seen)
        signs = [_test(book, one, generator, share, burdens) for one in rows]
        for test in (*signs, *_blocks(book, generator, shares, burdens, blocked.get(generator, 0))):
            if test and (test.finding not in best or test.score > best[test.finding].score):
                best[test.finding] = test
    telling = [
        test
        for test in best.values()
        if _may_matter(test, worth_testing) and (leader is None or _may_unseat(test, leader, shares[leader], supported))
    ]
    ranked = sorted(telling, key=lambda test: (-test.score, test.finding))
    return _without_parts_of_better(book, ranked)


def _may_matter(test: NextTest, worth_testing: float) -> bool:
    """A block is for a source that is worth one; anything milder may first make it so."""
    return test.now >= worth_testing or (test.burden not in NEEDLES and test.if_present >= worth_testing)


def supported_source(book: Book, shares: Mapping[str, float], supported: float) -> str | None:
    """The likeliest source, if it is likely enough to be treated. What stays unresolved is no source."""
    likely = [one for one, share in shares.items() if share >= supported and one in book.content.generators]
    return max(likely, key=lambda one: shares[one], default=None)


def _may_unseat(test: NextTest, leader: str, share: float, supported: float) -> bool:
    """One of its results would leave the supported source without enough support. A test of a rival takes from the
    others in proportion."""
    if test.about == leader:
        return min(test.if_present, test.if_absent) < supported
    left = (1 - max(test.if_present, test.if_absent)) / (1 - test.now)
    return share * left < supported


@lru_cache(maxsize=32)
def _burdens(book: Book, day: date) -> dict[str, float]:
    pairs = (pair.split("=") for pair in book.words("burden_of_tests", day))
    return {name: float(weight) for name, weight in pairs}


def _rows_that_would_count(rows: Sequence[Weighable], seen: Mapping[str, Seen]) -> list[Weighable]:
    """For each finding not yet looked for, the row that the differential would prefer, if it would use it at all. A row
    that is no better than one that speaks for its group already would add nothing."""
    answered: dict[str, int] = {}
    open_: list[Weighable] = []
    for one in rows:
        if one.finding in seen:
            answered[one.group] = min(answered.get(one.group, 9), one.rank)
        elif not one.row.likelihoods:
            open_.append(one)
    preferred: dict[str, Weighable] = {}
    for one in open_:
        if answered.get(one.group, 9) <= one.rank:
            continue
        if one.finding not in preferred or one.rank < preferred[one.finding].rank:
            preferred[one.finding] = one
    return list(preferred.values())


def _test(book: Book, one: Weighable, generator: str, share: float, burdens: Mapping[str, float]) -> NextTest | None:
    if one.rates is None:
        return None
    bits, if_present, if_absent = _gained(share, one.positive, one.negative, one.rates)
    if bits < LEAST_BITS:
        return None
    row, finding = one.row, book.content.findings[one.finding]
    return NextTest(
        finding=row.finding,
        label=finding.label,
        ask=finding.ask,
        burden=finding.burden,
        information_bits=bits,
        score=bits / burdens[finding.burden],
        about=generator,
        if_present=if_present,
        if_absent=if_absent,
        now=share,
        citation=cite(one.entry, row),
    )


def expected(share: float, positive: float, negative: float) -> tuple[float, float, float] | None:
    """Expected information in bits about a generator with this share, and its probability after either result.

    A test that speaks for or against one generator leaves its rivals in their proportions, so all that it tells is
    whether it is this generator: the uncertainty about the others is the same on average before and after. ``None`` if
    the two ratios cannot belong to one test that tells both ways.
    """
    rates = rates_behind(positive, negative)
    return None if rates is None else _gained(share, positive, negative, rates)


def _gained(share: float, positive: float, negative: float, rates: tuple[float, float]) -> tuple[float, float, float]:
    sensitivity, false_positive = rates
    chance = share * sensitivity + (1 - share) * false_positive
    if_present, if_absent = bayes(share, positive), bayes(share, negative)
    left = chance * _undecided(if_present) + (1 - chance) * _undecided(if_absent)
    return _undecided(share) - left, if_present, if_absent


def _undecided(share: float) -> float:
    """The entropy of a share and its rest."""
    if not 0 < share < 1:
        return 0.0
    rest = 1 - share
    return -(share * log2(share) + rest * log2(rest))


def _blocks(
    book: Book, generator: str, shares: Mapping[str, float], burdens: Mapping[str, float], done: int
) -> list[NextTest]:
    """The first diagnostic block, if its two ratios are known.

    Once a block was done it counts in the differential; what a second one adds to it has no ratio of its own.
    """
    found: list[NextTest] = []
    for entry, block in book.blocks_for.get(generator, ()):
        if done or block.comparative:
            continue
        negative = block.lr_negative or block.floor_negative
        if not block.lr_positive or not negative:
            continue
        gained = expected(shares[generator], block.lr_positive, negative)
        if gained is None or gained[0] < LEAST_BITS:
            continue
        found.append(
            NextTest(
                finding=block.procedure,
                label=f"{book.content.procedures[block.procedure].label}: {block.protocol}"
                if block.procedure in book.content.procedures
                else block.protocol,
                ask=block.protocol,
                burden="block",
                information_bits=gained[0],
                score=gained[0] / burdens["block"],
                about=generator,
                if_present=gained[1],
                if_absent=gained[2],
                now=shares[generator],
                citation=cite(entry, block),
            )
        )
    return found


def _without_parts_of_better(book: Book, ranked: list[NextTest]) -> list[NextTest]:
    """A counted finding names its parts; they are not listed again after it."""
    named: set[str] = set()
    kept: list[NextTest] = []
    for test in ranked:
        if test.finding in named:
            continue
        kept.append(test)
        finding = book.content.findings.get(test.finding)
        if finding:
            named.update(can_be_scored_by(finding))
    return kept


def without_held_up(book: Book, differential: list[Differential], flags: Sequence[RedFlagResult]) -> list[Differential]:
    """The answers without the needles that a raised red flag holds up. A question or a look never has to wait."""
    raised = [flag for flag in flags if flag.status == "met"]
    if not raised:
        return differential
    return [
        msgspec.structs.replace(
            answer,
            next_tests=[
                test
                for test in answer.next_tests
                if test.finding not in book.content.procedures or not what_holds_up(test.finding, raised)
            ],
        )
        for answer in differential
    ]

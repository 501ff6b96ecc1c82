"""What a series of diagnostic blocks says about a generator.

Two blocks of the same nerves are one observation, "comparative", never two multiplied. Which false-positive rate
a paper means (1 - specificity, or 1 - PPV) is kept with the row; only the first can be turned into a likelihood ratio.

Relief below the threshold of a row is not yet a negative block: papers differ in what they call positive (50 to 80 %),
and none prints a ratio for the zone between. There a block is *equivocal*, moves nothing, and says so.

The ratio of a pair was measured on relief that lasts longer with the longer-acting drug. A pair known to be otherwise
is equivocal too; one of which that is not known counts by the lower ratio of relief alone. So does a pair under
sedation or an opioid, which take pain away by themselves for as long as they act; a single block of that kind has no
lower ratio: it counts and says so. A block whose reports contradict each other is not counted: it stands with what was
reported.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log
from typing import Literal

from lenitive.chart.chart import Chart
from lenitive.chart.fact import Fact
from lenitive.chart.procedure import SEDATED, Procedure
from lenitive.chart.relief import Relief
from lenitive.medicine.shapes import Block
from lenitive.reasoning.assessment import Contribution
from lenitive.reasoning.book import Book
from lenitive.reasoning.citing import cite, see
from lenitive.reasoning.evidence import Limits
from lenitive.reasoning.odds import LogOdds, variance_of_interval, variance_without_interval

Result = Literal["positive", "equivocal", "negative"]
_STATE: dict[Result, Literal["present", "absent", "equivocal"]] = {
    "positive": "present",
    "equivocal": "equivocal",
    "negative": "absent",
}


@dataclass(frozen=True, slots=True)
class BlockResult:
    """One diagnostic block, the report with the most relief after it, and all that was reported."""

    block: Procedure
    percent: float
    best: Relief
    reports: tuple[Relief, ...]

    @property
    def facts(self) -> tuple[Fact, ...]:
        """What the result rests on."""
        return (self.block, self.best)


def results_of(chart: Chart, kind: str) -> list[BlockResult]:
    """Diagnostic blocks of a kind whose relief was recorded, in time order."""
    found: list[BlockResult] = []
    for block in chart.rows(Procedure):
        if block.kind != kind or block.intent not in ("diagnostic", None):
            continue
        reports = tuple(row for row in chart.rows(Relief) if row.procedure == block.id)
        told = [report for report in reports if report.percent is not None]
        if told:
            best = max(told, key=lambda report: report.percent or 0.0)
            found.append(BlockResult(block, best.percent or 0.0, best, reports))
    return found


def _results_about(book: Book, chart: Chart, generator: str, kind: str) -> list[BlockResult]:
    """The blocks of one kind that tell of a source: of a source at one level, those known to be at no other."""
    levels = {level for _, block in book.blocks_for[generator] if block.procedure == kind for level in block.levels}
    found = results_of(chart, kind)
    return [one for one in found if one.block.levels and levels.issuperset(one.block.levels)] if levels else found


def series(results: Sequence[BlockResult], drugs: Sequence[str] = ()) -> list[BlockResult]:
    """The last block, with the one before it if the two are a pair."""
    if len(results) < 2 or why_no_pair(results, drugs):
        return list(results[-1:])
    return list(results[-2:])


def why_no_pair(results: Sequence[BlockResult], drugs: Sequence[str] = ()) -> str | None:
    """Why the last two blocks are no comparative pair, in words; none if they are, or if there are no two.

    A pair was done on two days, on one side, at a level that both share. ``drugs`` are the local anaesthetics of the
    paired protocol: two blocks with one of them are no pair either.
    """
    if len(results) < 2:
        return None
    before, last = results[-2].block, results[-1].block
    if before.true_on is None or last.true_on is None or before.true_on == last.true_on:
        return "two blocks are not known to be of two days"
    if not (before.side and last.side and before.levels and last.levels):
        return "side or levels of a block are not recorded"
    if before.side != last.side or not set(before.levels) & set(last.levels):
        return "the block before was done elsewhere"
    rank = _rank_of_drug(last, drugs)
    if rank is not None and rank == _rank_of_drug(before, drugs):
        return f"both blocks were done with {drugs[rank]}"
    return None


def block_contribution(book: Book, chart: Chart, generator: str, limits: Limits) -> tuple[LogOdds, Contribution] | None:
    """The one contribution of a generator's blocks, or ``None`` if there was none to weigh."""
    for kind in dict.fromkeys(block.procedure for _, block in book.blocks_for.get(generator, ())):
        results, drugs = _results_about(book, chart, generator, kind), anaesthetics_of(book, kind)
        told = counted(results, limits.block_negative_below) or results
        done = series(told, drugs)
        chosen = _row_for(book, generator, kind, done, drugs) if done else None
        if chosen:
            why = [why_no_pair(told, drugs), _not_counted(results, limits.block_negative_below)]
            return _weighed(book, *chosen, done, limits, "; ".join(filter(None, why)))
    return None


def _row_for(
    book: Book, generator: str, kind: str, done: Sequence[BlockResult], drugs: Sequence[str]
) -> tuple[str, Block] | None:
    """The row that speaks for a series: of one block, of a pair, or of a pair whose relief may not be that of the
    anaesthetic: nobody knows how long it held, or something else was given that takes pain away."""
    rows = [
        (entry, block)
        for entry, block in book.blocks_for[generator]
        if block.procedure == kind and block.comparative is (len(done) == 2)
    ]
    of_any_duration = [(entry, block) for entry, block in rows if block.whatever_duration]
    for entry, block in of_any_duration:
        if is_positive(block.threshold_percent or 0.0, done) and not (
            is_concordant(done, drugs) and not clouded_by(book, done)
        ):
            return entry, block
    return next((one for one in rows if one not in of_any_duration), None)


def blocks_done(book: Book, chart: Chart, generator: str, negative_below: float) -> int:
    """How many diagnostic blocks of a generator count: none, one, or a pair at one place."""
    kinds = dict.fromkeys(block.procedure for _, block in book.blocks_for.get(generator, ()))
    return max(
        (
            len(
                series(
                    counted(_results_about(book, chart, generator, kind), negative_below), anaesthetics_of(book, kind)
                )
            )
            for kind in kinds
        ),
        default=0,
    )


# --- what was reported against itself ------------------------------------------------------------------------------


def counted(results: Sequence[BlockResult], negative_below: float) -> list[BlockResult]:
    """The blocks whose reports do not contradict each other."""
    return [result for result in results if contradiction(result, negative_below) is None]


def contradiction(result: BlockResult, negative_below: float) -> str | None:
    """The other relief, in words, that was recorded for the same time and answers the other way; none if none was.

    Two scores on one scale contradict the percentage beside them. A reading contradicts another while the relief of
    that one is said to have held; what came later shows only that the drug had worn off.
    """
    is_positive = result.percent >= negative_below

    def answers_otherwise(percent: float | None) -> bool:
        return percent is not None and (percent >= negative_below) is not is_positive

    scored = _percent_by_score(result.best)
    if answers_otherwise(scored):
        return f"{scored:g} % by the scores {result.best.score_before:g} and {result.best.score_after:g}"
    others = _of_the_same_time(result.best, result.reports)
    otherwise = [one for one in others if answers_otherwise(one.percent)]
    if not otherwise or _is_borne_out(result.best, others, otherwise):
        return None
    when = otherwise[0].minutes_after
    return f"{otherwise[0].percent:g} %" + ("" if when is None else f" at {when:g} minutes")


def _is_borne_out(best: Relief, others: Sequence[Relief], otherwise: Sequence[Relief]) -> bool:
    """A summary without a time stands as long as one reading of its time agrees: relief takes minutes to come."""
    return best.minutes_after is None and len(otherwise) < len(others)


def _percent_by_score(report: Relief) -> float | None:
    before, after = report.score_before, report.score_after
    return round(100 * (before - after) / before, 1) if before and after is not None else None


def _of_the_same_time(best: Relief, reports: Sequence[Relief]) -> list[Relief]:
    """Other reports of the day that were made while the best relief is said to have held."""
    until = None if best.lasted_hours is None else best.lasted_hours * 60
    return [
        one
        for one in reports
        if one is not best
        and one.percent is not None
        and one.true_on == best.true_on
        and not one.ended
        and _is_within(one.minutes_after, best.minutes_after, until)
    ]


def _is_within(minutes: float | None, since: float | None, until: float | None) -> bool:
    """Whether a reading was surely taken while the relief held. Two without a time are of the same one."""
    if minutes is None or minutes == since:
        return minutes == since
    return until is not None and (since or 0.0) <= minutes <= until


def discordance(results: Sequence[BlockResult], drugs: Sequence[str]) -> str | None:
    """Why the relief of a pair is known not to have lasted as its drugs explain, in words; none if that is not known.

    ``drugs`` are local anaesthetics, the shorter-acting first.
    """
    if len(results) < 2:
        return None
    for result in results:
        if result.best.concordant is False:
            return f"that of {result.block.true_on} is recorded as not lasting as its drug explains"
    known = _hours_by_drug(results, drugs)
    if known and known[0][1] > known[-1][1]:
        shorter, longer = drugs[known[0][0]], drugs[known[-1][0]]
        return f"it lasted {known[-1][1]:g} h with {longer} and {known[0][1]:g} h with {shorter}"
    return None


def is_concordant(results: Sequence[BlockResult], drugs: Sequence[str]) -> bool:
    """The relief of a pair is known to have lasted as its drugs explain: somebody said so of each block, or it lasted
    longer with the longer-acting drug."""
    if all(one.best.concordant for one in results):
        return True
    known = _hours_by_drug(results, drugs)
    return bool(known) and known[0][1] < known[-1][1]


def _hours_by_drug(results: Sequence[BlockResult], drugs: Sequence[str]) -> list[tuple[int, float]]:
    """The hours of relief of two blocks with two drugs, the shorter-acting first; empty unless both are known."""
    timed = [(_rank_of_drug(one.block, drugs), one.best.lasted_hours) for one in results]
    known = sorted((rank, hours) for rank, hours in timed if rank is not None and hours is not None)
    return known if len(known) == 2 and known[0][0] < known[1][0] else []


def _rank_of_drug(block: Procedure, drugs: Sequence[str]) -> int | None:
    """Which of the drugs was given; none if none, or more than one of them."""
    given = {drugs.index(one.ingredient) for one in block.drugs if one.ingredient in drugs}
    return given.pop() if len(given) == 1 else None


@lru_cache(maxsize=64)
def anaesthetics_of(book: Book, kind: str) -> tuple[str, ...]:
    """The local anaesthetics of the paired protocol of a block, the shorter-acting first."""
    rows = (block for rows in book.blocks_for.values() for _, block in rows)
    return next((tuple(block.drugs) for block in rows if block.procedure == kind and block.drugs), ())


def doubt(results: Sequence[BlockResult], negative_below: float, drugs: Sequence[str]) -> str | None:
    """Why blocks are not taken at their word: reports that disagree, or a pair known to be discordant."""
    for result in results:
        other = contradiction(result, negative_below)
        if other:
            return f"the reports of {result.block.true_on} disagree: {result.percent:g} % relief, and {other}"
    why = discordance(results, drugs)
    return f"the relief of the pair does not agree: {why}" if why else None


def _not_counted(results: Sequence[BlockResult], negative_below: float) -> str:
    """What is said of blocks that are left out."""
    told = [doubt([one], negative_below, ()) for one in results]
    return "; ".join(f"not counted: {why}" for why in told if why)


# --- the result ----------------------------------------------------------------------------------------------------


def is_positive(threshold_percent: float, results: Sequence[BlockResult]) -> bool:
    """Every block of the series gave at least the relief that the protocol wants."""
    return all(result.percent >= threshold_percent for result in results)


def result_of(
    threshold_percent: float, negative_below: float, results: Sequence[BlockResult], drugs: Sequence[str] = ()
) -> Result:
    """What a series says: every block positive and nothing in doubt, or one surely negative, or neither."""
    if any(contradiction(result, negative_below) for result in results):
        return "equivocal"
    if is_positive(threshold_percent, results):
        return "equivocal" if discordance(results, drugs) else "positive"
    least = min(result.percent for result in results)
    return "negative" if least < negative_below else "equivocal"


def _weighed(
    book: Book, entry: str, block: Block, done: list[BlockResult], limits: Limits, not_counted: str
) -> tuple[LogOdds, Contribution] | None:
    if block.threshold_percent is None:
        return None
    drugs = anaesthetics_of(book, block.procedure)
    result = result_of(block.threshold_percent, limits.block_negative_below, done, drugs)
    if result == "equivocal":
        why = doubt(done, limits.block_negative_below, drugs) or _between(block.threshold_percent, done, limits)
        return LogOdds(0.0, 0.0), _shown(entry, block, done, "equivocal", 1.0, None, None, why)
    positive = result == "positive"
    printed = block.lr_positive if positive else block.lr_negative
    said: list[str] = []
    if not positive and printed is None:
        printed = block.floor_negative
        said.append("first negatives were not re-tested: floored")
    if not printed:
        return None
    ratio = min(max(printed, limits.floor), limits.ceiling)
    interval = block.lr_positive_interval if positive else None
    variance = variance_of_interval(*interval) if interval else variance_without_interval(ratio, limits.least_factor)
    if block.transferred:
        said.append(f"measured on: {block.transferred}")
    if block.whatever_duration and not is_concordant(done, drugs):
        said.append("whether the relief lasted as the drugs explain is not recorded for each block")
    if positive and (clouded := clouded_by(book, done)):
        less = "the ratio of relief alone counts" if block.whatever_duration else "less sure than its ratio"
        said.append(f"done under {clouded}, which can falsify relief: {less}")
    if not_counted:
        said.append(not_counted)
    odds = LogOdds(log(ratio), variance)
    return odds, _shown(entry, block, done, result, ratio, printed, interval, "; ".join(said))


def clouded_by(book: Book, done: Sequence[BlockResult]) -> str:
    """The sedation and the opioids of a series, in words; empty if none is recorded."""
    deep = [f"{one.block.sedation} sedation" for one in done if one.block.sedation in SEDATED]
    opioids = {name for one in book.content.drugs.values() if one.drug_class == "opioid" for name in one.names}
    given = [drug.ingredient for one in done for drug in one.block.drugs if drug.ingredient in opioids]
    return " and ".join(dict.fromkeys([*deep, *given]))


def _between(threshold_percent: float, done: list[BlockResult], limits: Limits) -> str:
    """Why neither ratio counts for relief between the thresholds."""
    relief = " and ".join(f"{result.percent:g} %" for result in done)
    return (
        f"{relief} relief: positive from {threshold_percent:g} %, negative below "
        f"{limits.block_negative_below:g} %; no publication gives a ratio between"
    )


def _shown(
    entry: str,
    block: Block,
    done: list[BlockResult],
    result: Result,
    ratio: float,
    printed: float | None,
    interval: tuple[float, float] | None,
    adjusted: str,
) -> Contribution:
    return Contribution(
        finding=block.procedure,
        label=block.protocol,
        state=_STATE[result],
        group="blocks",
        log_odds=log(ratio),
        ratio=ratio,
        ratio_printed=printed,
        ratio_interval=interval,
        interval_printed=interval is not None,
        adjusted=adjusted,
        citation=cite(entry, block),
        facts=[see(fact) for one in done for fact in one.facts],
    )

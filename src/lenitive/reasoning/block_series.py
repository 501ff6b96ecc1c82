"""What a series of diagnostic blocks says about a generator.

Two blocks of the same nerves are one observation, "comparative", never two multiplied. Which false-positive rate
a paper means (1 - specificity, or 1 - PPV) is kept with the row; only the first can be turned into a likelihood ratio.

Relief below the threshold of a row is not yet a negative block: papers differ in what they call positive (50 to 80 %),
and none prints a ratio for the zone between. There a block is *equivocal*, moves nothing, and says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import Literal

from lenitive.chart.chart import Chart
from lenitive.chart.fact import Fact
from lenitive.chart.procedure import Procedure
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
    """One diagnostic block and the best relief that was reported after it."""

    block: Procedure
    percent: float
    facts: tuple[Fact, ...]


def results_of(chart: Chart, kind: str) -> list[BlockResult]:
    """Diagnostic blocks of a kind whose relief was recorded, in time order."""
    found: list[BlockResult] = []
    for block in chart.rows(Procedure):
        if block.kind != kind or block.intent not in ("diagnostic", None):
            continue
        reports = [row for row in chart.rows(Relief) if row.procedure == block.id]
        told = [report for report in reports if report.percent is not None]
        if told:
            best = max(told, key=lambda report: report.percent or 0.0)
            found.append(BlockResult(block, best.percent or 0.0, (block, best)))
    return found


def series(results: list[BlockResult]) -> list[BlockResult]:
    """The last block, with the one before it if both were done at the same place."""
    if len(results) < 2:
        return results[-1:]
    before, last = results[-2:]
    same_side = before.block.side == last.block.side
    same_level = set(before.block.levels) == set(last.block.levels) or bool(
        set(before.block.levels) & set(last.block.levels)
    )
    return [before, last] if same_side and same_level else [last]


def block_contribution(book: Book, chart: Chart, generator: str, limits: Limits) -> tuple[LogOdds, Contribution] | None:
    """The one contribution of a generator's blocks, or ``None`` if there was none to weigh."""
    for kind in dict.fromkeys(block.procedure for _, block in book.blocks_for.get(generator, ())):
        done = series(results_of(chart, kind))
        for entry, block in book.blocks_for[generator]:
            if block.procedure == kind and done and block.comparative is (len(done) == 2):
                return _weighed(entry, block, done, limits)
    return None


def blocks_done(book: Book, chart: Chart, generator: str) -> int:
    """How many diagnostic blocks of a generator count: none, one, or a pair at one place."""
    kinds = dict.fromkeys(block.procedure for _, block in book.blocks_for.get(generator, ()))
    return max((len(series(results_of(chart, kind))) for kind in kinds), default=0)


def is_positive(threshold_percent: float, results: list[BlockResult]) -> bool:
    """Every block of the series gave at least the relief that the protocol wants."""
    return all(result.percent >= threshold_percent for result in results)


def result_of(threshold_percent: float, negative_below: float, results: list[BlockResult]) -> Result:
    """What a series says: every block positive, or one surely negative, or between the two."""
    if is_positive(threshold_percent, results):
        return "positive"
    least = min(result.percent for result in results)
    return "negative" if least < negative_below else "equivocal"


def _weighed(entry: str, block: Block, done: list[BlockResult], limits: Limits) -> tuple[LogOdds, Contribution] | None:
    if block.threshold_percent is None:
        return None
    result = result_of(block.threshold_percent, limits.block_negative_below, done)
    if result == "equivocal":
        return _equivocal(entry, block, block.threshold_percent, done, limits)
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
    variance = variance_of_interval(*interval) if interval else variance_without_interval(ratio)
    if block.transferred:
        said.append(f"measured on: {block.transferred}")
    odds = LogOdds(log(ratio), variance)
    return odds, _shown(entry, block, done, result, ratio, printed, interval, "; ".join(said))


def _equivocal(
    entry: str, block: Block, threshold_percent: float, done: list[BlockResult], limits: Limits
) -> tuple[LogOdds, Contribution]:
    """Neither ratio: the block stands in the differential with its reason, and leaves it as it was."""
    relief = " and ".join(f"{result.percent:g} %" for result in done)
    why = (
        f"{relief} relief: positive from {threshold_percent:g} %, negative below "
        f"{limits.block_negative_below:g} %; no publication gives a ratio between"
    )
    return LogOdds(0.0, 0.0), _shown(entry, block, done, "equivocal", 1.0, None, None, why)


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

"""What came of a registry's own procedures, and what that adds to what was published.

A session counts at so many months once it had the time. It helped if a report says that at least half of the pain was
gone and held that long; it did not if every report says otherwise; else it is not known, and is counted as that: those
who come back may be those who fare better, or worse. How much relief counts, and how long a month is, says the
knowledge base (``local_result_percent``, ``local_result_days_in_a_month``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import date

import narwhals as nw
import polars as pl

from lenitive.errors import no_such
from lenitive.medicine.shapes import Figure, Outcome
from lenitive.reasoning.assessment import Citation, LocalOutlook, Value
from lenitive.reasoning.book import Book
from lenitive.reasoning.citing import cite
from lenitive.reasoning.outlook import updated
from lenitive.registry.store import Store, told_as_bad_input
from lenitive.rules.frames import ORDER, day_column, day_number, latest_column, reference_column, standing

PERCENT, MONTH = "local_result_percent", "local_result_days_in_a_month"
"""The parameters that say how much relief counts, and how many days a month has."""
NOT_MEANT_TO_LAST = ("diagnostic", "trial", "removal")
"""What a session is for, where lasting relief is not what it is for."""


class Learned(Value, frozen=True, kw_only=True):
    """One published share, whom it speaks for, and what to expect here after the registry's own results."""

    outcome: str
    label: str
    selection: str | None
    subgroup: str | None
    expected: LocalOutlook
    citation: Citation


class Results(Value, frozen=True, kw_only=True):
    """What came of one procedure at one time: sessions that helped, that did not, and that nobody knows of."""

    procedure: str
    label: str
    months: float
    helped: int
    did_not: int
    not_known: int
    learned: list[Learned]

    @property
    def sessions(self) -> int:
        """All that had the time."""
        return self.helped + self.did_not + self.not_known


def results_of(store: Store, book: Book, as_of: date, procedures: Collection[str] = ()) -> list[Results]:
    """The results of every procedure of which a share with half of the pain gone was published, at its times.

    ``procedures`` names some only. Those of which the registry holds no session that had the time are left out. Read
    partition by partition, so memory stays bounded.
    """
    for name in procedures:
        if name not in book.content.procedures:
            raise no_such("procedure", name, book.content.procedures)
    published = _published(book, procedures or book.content.procedures)
    kinds_at: dict[float, set[str]] = defaultdict(set)
    for kind, months in published:
        kinds_at[months].add(kind)
    counts: dict[tuple[str, float], list[int]] = defaultdict(lambda: [0, 0, 0])
    enough, month = book.number(PERCENT, as_of), book.number(MONTH, as_of)
    with told_as_bad_input(store):
        for number in store.partitions:
            reports = _reports(store, number, as_of).collect()
            for months, kinds in kinds_at.items():
                for kind, *found in _counted(reports, kinds, months * month, enough, as_of).iter_rows():
                    counts[kind, months] = [a + b for a, b in zip(counts[kind, months], found, strict=True)]
    return [
        Results(
            procedure=kind,
            label=book.content.procedures[kind].label,
            months=months,
            helped=helped,
            did_not=did_not,
            not_known=not_known,
            learned=list(_learned(book, published[kind, months], helped, helped + did_not, as_of)),
        )
        for (kind, months), (helped, did_not, not_known) in sorted(counts.items())
    ]


Published = Mapping[tuple[str, float], list[tuple[str, Outcome, Figure]]]
"""A procedure and months since -> the shares that were published for it then."""


def _published(book: Book, procedures: Collection[str]) -> Published:
    found: dict[tuple[str, float], list[tuple[str, Outcome, Figure]]] = defaultdict(list)
    for name, outcome in book.content.outcomes.items():
        for kind in outcome.procedures if outcome.half else ():
            for share in outcome.shares:
                if share.months and kind in procedures:
                    found[kind, share.months].append((name, outcome, share))
    return found


def _learned(
    book: Book, published: list[tuple[str, Outcome, Figure]], helped: int, known: int, day: date
) -> Iterator[Learned]:
    for name, outcome, share in published:
        yield Learned(
            outcome=name,
            label=outcome.label,
            selection=outcome.selection,
            subgroup=share.subgroup,
            expected=updated(book, share, helped, known, day),
            citation=cite(name, share),
        )


# --- counting ----------------------------------------------------------------------------------------------------


def _reports(store: Store, partition: int, as_of: date) -> pl.LazyFrame:
    """Each report of relief beside its session; a session without a report once, with nothing beside it."""

    def rows(table: str) -> pl.LazyFrame:
        found: pl.LazyFrame = standing(nw.from_native(pl.scan_parquet(store.file(table, partition))), as_of).to_native()
        return found

    sessions = rows("procedure").filter(~pl.col("intent").is_in(NOT_MEANT_TO_LAST).fill_null(False))
    reports = rows("relief").select(
        pl.col(reference_column("procedure")).alias(ORDER),
        "percent",
        "ended",
        pl.coalesce("lasted_days", pl.col("lasted_hours") / 24).alias("lasted"),
        pl.col(day_column("true_on")).alias("reported"),
        pl.lit(True).alias("is_report"),
    )
    return sessions.select(ORDER, "kind", pl.col(latest_column("true_on")).alias("done")).join(
        reports, on=ORDER, how="left"
    )


def _counted(reports: pl.DataFrame, kinds: Collection[str], days: float, enough: float, as_of: date) -> pl.DataFrame:
    """How many sessions of each kind helped for so many days by so many percent, did not, and are not known."""
    after = pl.col("reported") - pl.col("done")
    worn_off = pl.col("ended").fill_null(False)
    held = (
        pl.when(pl.col("lasted").is_not_null())
        .then(pl.col("lasted") >= days)
        .when(worn_off & (after < days))
        .then(pl.lit(False))
        .when(~worn_off & (after >= days))
        .then(pl.lit(True))
    )
    helped = (pl.col("percent") >= enough) & held
    by_session = (
        reports.filter(pl.col("kind").is_in(list(kinds)) & (pl.col("done") + days <= day_number(as_of)))
        .with_columns(helped.alias("helped"))
        .group_by(ORDER, "kind")
        .agg(
            (pl.col("helped") & pl.col("is_report")).fill_null(False).any().alias("helped"),
            (~pl.col("helped") & pl.col("is_report")).fill_null(False).all().alias("did_not"),
        )
    )
    known = pl.col("helped") | pl.col("did_not")
    return by_session.group_by("kind").agg(pl.col("helped").sum(), pl.col("did_not").sum(), (~known).sum().alias("not"))

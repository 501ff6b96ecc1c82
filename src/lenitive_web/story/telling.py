"""The chart told in the order in which a clinician listens."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lenitive.chart import Chart
from lenitive.chart.attestation import Attestation
from lenitive.chart.complaint import NOWHERE, Complaint
from lenitive.chart.measure import Measure
from lenitive.chart.procedure import Procedure
from lenitive.chart.relief import Relief
from lenitive.chart.treatment import Treatment
from lenitive.documents.wording import capital, days, given, joined, name_of, relief, sentence
from lenitive.medicine.content import content
from lenitive.reasoning.citing import amount, plain, topic
from lenitive_web.story.words import ADHERENCE


@dataclass(frozen=True)
class Pain:
    """One pain: where, since when, and what the patient says about it."""

    id: str
    region: str
    side: str
    since: str
    dominant: bool
    to: Sequence[str]
    quality: Sequence[str]
    worse: Sequence[str]
    better: Sequence[str]
    words: str


@dataclass(frozen=True)
class Scores:
    """One instrument over time: the first score, the latest, and every one in between."""

    instrument: str
    first: Any
    latest: Any
    all: Sequence[Any]

    @property
    def change(self) -> str:
        """From the first to the latest, with its sign; nothing if there is only one."""
        if self.first is self.latest or self.first.score is None or self.latest.score is None:
            return ""
        return f"{self.latest.score - self.first.score:+g}".replace("-", "−")


@dataclass(frozen=True)
class Treated:
    """One course of conservative care."""

    id: str
    name: str
    when: str
    long: str
    details: str
    response: str


@dataclass(frozen=True)
class Done:
    """One procedure and what it brought. One that was told here, not done here, has its id for the correction."""

    id: str
    name: str
    when: str
    details: str
    reliefs: Sequence[str]


@dataclass(frozen=True)
class Line:
    """One fact as a sentence, with its id for the correction."""

    id: str
    words: str


@dataclass(frozen=True)
class Listing:
    """One table of the chart. An empty one says whether it was asked."""

    table: str
    label: Any
    lines: Sequence[Line]
    is_complete: bool


@dataclass(frozen=True)
class Story:
    """All of it."""

    pains: Sequence[Pain]
    scores: Sequence[Scores]
    treated: Sequence[Treated]
    done: Sequence[Done]
    lists: Sequence[Listing] = field(default_factory=list)
    asked: Sequence[str] = field(default_factory=list)


TOLD_HERE = "story"
"""How the source of a fact begins that was written down on the pages of the story."""
LISTED = (
    ("medication", _("Medicines")),
    ("allergy", _("Allergies")),
    ("device", _("Implants")),
    ("condition", _("Other conditions")),
    ("coverage", _("Insurance")),
    ("statement", _("Wishes and decisions")),
)
"""The tables that are told as plain lists."""


def story_of(chart: Chart) -> Story:
    """The story that a chart tells."""
    return Story(
        pains=sorted((_pain(row) for row in chart.rows(Complaint)), key=lambda pain: not pain.dominant),
        scores=_scores(chart),
        treated=[_treated(row) for row in reversed(chart.rows(Treatment))],
        done=_done(chart),
        lists=[
            Listing(
                table=table,
                label=label,
                lines=[Line(row.id, sentence(row, content())) for row in chart.table(table)],
                is_complete=chart.is_complete([table]),
            )
            for table, label in LISTED
        ],
        asked=list(dict.fromkeys(_topic(row) for row in chart.rows(Attestation) if row.complete)),
    )


def _topic(row: Any) -> str:
    return joined(capital(topic(row.topic)), day_of(row))


def day_of(row: Any) -> str:
    """When a fact was true, in the reader's way of writing days if it is one day."""
    if row.true_on is not None and row.true_by in (None, row.true_on):
        return date_format(row.true_on)
    return days(row.true_on, row.true_by)


def _where(region: str) -> str:
    """A region by its label, and the word for none."""
    known = content().regions.get(region)
    return gettext("nowhere else") if region == NOWHERE else known.label if known else plain(region)


def _pain(row: Any) -> Pain:
    regions = content().regions
    return Pain(
        id=row.id,
        region=regions[row.region].label if row.region in regions else plain(row.region),
        side={None: "", "both": "both sides"}.get(row.side, row.side),
        since=day_of(row),
        dominant=bool(row.dominant),
        to=[_where(one) for one in row.radiates_to],
        quality=[plain(one) for one in row.quality],
        worse=[plain(one) for one in row.aggravated_by],
        better=[plain(one) for one in row.relieved_by],
        words=row.description or "",
    )


def _scores(chart: Chart) -> list[Scores]:
    by_instrument: dict[str, list[Any]] = defaultdict(list)
    for row in chart.rows(Measure):
        by_instrument[row.instrument].append(row)
    known = content().instruments
    return [
        Scores(known[name].label if name in known else plain(name), rows[0], rows[-1], rows)
        for name, rows in by_instrument.items()
    ]


def _treated(row: Any) -> Treated:
    return Treated(
        id=row.id,
        name=name_of(row, content()),
        when=f"{day_of(row)} – {date_format(row.until)}" if row.until else joined(day_of(row), "no end recorded"),
        long=_weeks(row.true_on, row.until),
        details=joined(
            amount(row.sessions, "session") if row.sessions is not None else "",
            str(ADHERENCE.get(row.adherence, "")),
            row.reason,
        ),
        response=plain(row.response) if row.response else "",
    )


def _weeks(first: date | None, last: date | None) -> str:
    if first is None or last is None:
        return ""
    weeks = (last - first).days // 7
    return f"{weeks} weeks" if weeks != 1 else "1 week"


def _done(chart: Chart) -> list[Done]:
    reliefs: dict[str, list[str]] = defaultdict(list)
    for row in chart.rows(Relief):
        reliefs[row.procedure].append(relief(row))
    found: list[Done] = []
    for done in reversed(chart.rows(Procedure)):
        row: Any = done
        place = joined(row.intent, "both sides" if row.side == "both" else row.side, " ".join(row.levels), row.guidance)
        told = row.id if (row.source or "").startswith(TOLD_HERE) else ""
        found.append(Done(told, name_of(row, content()), day_of(row), joined(place, given(row)), reliefs[row.id]))
    return found

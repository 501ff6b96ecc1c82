"""The request that a chart suggests for a procedure that nobody has ordered: its region, its side and its levels.

The side is that of the complaint. Levels are the physician's to choose; where a test of the same source was done, or
the procedure itself, the physician has chosen them, and a treatment or a repeat is meant for the same place.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal

import msgspec

from lenitive.chart.chart import Chart
from lenitive.chart.complaint import Complaint
from lenitive.chart.procedure import Procedure
from lenitive.chart.request import Request
from lenitive.medicine.shapes import ProcedureEntry
from lenitive.reasoning.book import Book


class Suggesting(msgspec.Struct, frozen=True, eq=False):
    """What requests are suggested from: the side that hurts, and the places where needles went, the latest first."""

    book: Book
    side: str | None
    placed: Sequence[Procedure]

    @classmethod
    def of(cls, book: Book, chart: Chart, as_of: date) -> Suggesting:
        """What one chart says. ``chart`` is as of that day."""
        sessions = chart.rows(Procedure)
        placed = [
            one
            for one in sessions
            if one.kind in book.content.procedures and (one.levels or one.side) and one.true_on and one.true_on <= as_of
        ]
        placed.sort(key=lambda one: one.true_on or date.min, reverse=True)
        return cls(book, _side(chart), placed)

    def request(self, kind: str) -> Request:
        """The request for one procedure."""
        entry = self.book.content.procedures[kind]
        there = next((one for one in self.placed if self._is_the_place(one, kind, entry)), None)
        return Request(
            kind=kind,
            region=entry.region,
            side=(there.side if there else None) or self._side_of(entry),
            levels=there.levels if there else (),
            intent=_intent(entry),
        )

    def _side_of(self, entry: ProcedureEntry) -> str | None:
        """The side that hurts; one needle in the middle where both do and the procedure needs no more."""
        return "midline" if entry.midline and self.side == "both" else self.side

    def _is_the_place(self, session: Procedure, kind: str, entry: ProcedureEntry) -> bool:
        """The procedure itself was done there, or a needle that tests what it treats; not on the other side."""
        if {session.side, self.side} == {"left", "right"}:
            return False
        if session.kind == kind:
            return True
        done = self.book.content.procedures[session.kind]
        is_test = done.role == "diagnostic" and entry.role in ("therapeutic", "both")
        return is_test and done.region == entry.region and not set(done.targets).isdisjoint(entry.targets)


def _intent(entry: ProcedureEntry) -> Literal["diagnostic", "therapeutic", "trial", "implant"] | None:
    """What it is for, where it is for one thing only."""
    return entry.role if entry.role in ("diagnostic", "therapeutic", "trial", "implant") else None


def _side(chart: Chart) -> str | None:
    """The side of the complaints, if all that have one have the same."""
    sides = {complaint.side for complaint in chart.rows(Complaint) if complaint.side}
    return sides.pop() if len(sides) == 1 else None

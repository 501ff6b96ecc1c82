"""What the history itself names: pain that goes on after an operation there, and words that belong to a mechanism.

Some sources are definitions. Nobody publishes how likely they are, and the chart holds what defines them: an operation
on that part of the spine, and pain there that stayed, came back or began afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from lenitive.chart.chart import Chart
from lenitive.chart.complaint import Complaint
from lenitive.chart.procedure import Procedure
from lenitive.medicine.shapes import AfterOperation, Content
from lenitive.reasoning.book import Book

Told = Complaint | Procedure


def named_by_operation(book: Book, chart: Chart, day: date) -> dict[str, tuple[Told, ...]]:
    """The sources that an operation and the pain after it define, with the operations and pains that say so."""
    operations = [one for one in chart.rows(Procedure) if one.kind not in book.content.procedures]
    if not operations:
        return {}
    healed = day - timedelta(days=book.number("pain_after_operation_days", day))
    found: dict[str, tuple[Told, ...]] = {}
    for name, generator in book.content.generators.items():
        rows = [
            row
            for entry in generator.after_operation
            for row in _after(book.content, entry, operations, chart.rows(Complaint), healed, day)
        ]
        if rows:
            found[name] = tuple({row.id: row for row in rows}.values())
    return found


def _after(
    content: Content,
    entry: AfterOperation,
    operations: Sequence[Procedure],
    complaints: Sequence[Complaint],
    healed: date,
    day: date,
) -> Iterator[Told]:
    """The operations of one part of the spine and the pains there, if there are both."""
    done = [one for one in operations if _is_on(entry, one) and (one.true_on is None or one.true_on <= healed)]
    pains = [one for one in complaints if _goes_on(one, day) and _is_felt_in(content, entry, one)]
    if done and pains:
        yield from done
        yield from pains


def _is_on(entry: AfterOperation, operation: Procedure) -> bool:
    """An operation of the entry's kind on its part of the spine, by its region or, without one, by its words."""
    words = f"{operation.kind} {operation.label or ''}".lower().replace("_", " ")
    if not any(word in words for word in entry.words):
        return False
    if operation.region is not None:
        return operation.region in entry.regions
    return any(word in words for word in entry.places)


def _goes_on(complaint: Complaint, day: date) -> bool:
    return complaint.until is None or complaint.until >= day


def _is_felt_in(content: Content, entry: AfterOperation, complaint: Complaint) -> bool:
    felt = (complaint.region, *complaint.radiates_to)
    return any(content.regions[one].area in entry.areas for one in felt if one in content.regions)


def named_by_words(content: Content, chart: Chart, day: date) -> Mapping[str, tuple[Complaint, ...]]:
    """The mechanisms for which the words that a patient finds for the pain speak, with these pains."""
    found: dict[str, tuple[Complaint, ...]] = {}
    for name, generator in content.generators.items():
        if generator.in_words is None:
            continue
        speaking = set(generator.in_words.quality)
        rows = tuple(
            one for one in chart.rows(Complaint) if _goes_on(one, day) and not speaking.isdisjoint(one.quality)
        )
        if rows:
            found[name] = rows
    return found

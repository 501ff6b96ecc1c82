"""What the history itself names: pain that goes on after an operation there, and words that belong to a mechanism.
It can also rule a source out: an artificial joint does not wear as a joint does, and pain there is looked at otherwise.

Some sources are definitions. Nobody publishes how likely they are, and the chart holds what defines them: an operation
on that part of the spine, and pain there that stayed, came back or began afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache

from lenitive.chart.chart import Chart
from lenitive.chart.complaint import Complaint
from lenitive.chart.condition import Condition
from lenitive.chart.procedure import Procedure
from lenitive.medicine.shapes import AfterNeedle, AfterOperation, Content, Replacement
from lenitive.reasoning.book import Book
from lenitive.reasoning.diagnosis_codes import icd10_of, is_under

Told = Complaint | Condition | Procedure
ARTIFICIAL_JOINT = "Z966"
"""How the ICD-10-CM codes of artificial joints begin, without the point."""


def named_by_operation(book: Book, chart: Chart, day: date) -> dict[str, tuple[Told, ...]]:
    """The sources that an operation and the pain after it define, with the operations and pains that say so."""
    found: dict[str, tuple[Told, ...]] = {}
    for name, rows_of_it in replaced(book, chart, day).items():
        if entry_of_it := book.content.generators[name].replacement:
            found[entry_of_it.then] = rows_of_it
    operations = [one for one in chart.rows(Procedure) if one.kind not in book.content.procedures]
    if not operations:
        return found
    healed = day - timedelta(days=book.number("pain_after_operation_days", day))
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
    pains = [one for one in complaints if goes_on(one, day) and _is_felt_in(content, entry, one)]
    if done and pains:
        yield from done
        yield from pains


def _is_on(entry: AfterOperation, operation: Procedure) -> bool:
    """An operation of the entry's kind on its part of the spine, by its region or, without one, by its words."""
    if not _is_called(entry.words, operation):
        return False
    if operation.region is not None:
        return operation.region in entry.regions
    return _is_called(entry.places, operation)


def _is_called(words: Sequence[str], operation: Procedure) -> bool:
    """Any of the words is in those of the operation."""
    said = f"{operation.kind} {operation.label or ''}".lower().replace("_", " ")
    return any(word in said for word in words)


def named_by_mishap(book: Book, chart: Chart, day: date) -> dict[str, tuple[Told, ...]]:
    """The sources that a mishap of a needle and the pain soon after it define, with both."""
    mishaps = [one for one in chart.rows(Procedure) if one.complication and one.true_on]
    if not mishaps:
        return {}
    found: dict[str, tuple[Told, ...]] = {}
    for name, entry in _after_needles(book):
        pairs = [
            (done, pain)
            for done in mishaps
            for pain in chart.rows(Complaint)
            if _is_mishap(entry, done) and goes_on(pain, day) and _follows(book.content, entry, done, pain)
        ]
        if pairs:
            found[name] = tuple({row.id: row for pair in pairs for row in pair}.values())
    return found


def pains_of_mishaps(content: Content, chart: Chart) -> frozenset[str]:
    """The pains that a mishap of a needle explains, by their ids; one that has ended is none."""
    mishaps = [one for one in chart.rows(Procedure) if one.complication and one.true_on]
    entries = [one.after_needle for one in content.generators.values() if one.after_needle] if mishaps else []
    return frozenset(
        pain.id
        for pain in chart.rows(Complaint)
        if pain.until is None
        for entry in entries
        for done in mishaps
        if _is_mishap(entry, done) and _follows(content, entry, done, pain)
    )


@lru_cache(maxsize=8)
def _after_needles(book: Book) -> tuple[tuple[str, AfterNeedle], ...]:
    """The sources that a mishap of a needle defines."""
    return tuple((name, one.after_needle) for name, one in book.content.generators.items() if one.after_needle)


def _is_mishap(entry: AfterNeedle, done: Procedure) -> bool:
    said = (done.complication or "").lower()
    return any(word in said for word in entry.complication)


def _follows(content: Content, entry: AfterNeedle, done: Procedure, pain: Complaint) -> bool:
    """The pain began within the days after the needle, is felt there, and is worse and better as it should be."""
    if done.true_on is None or pain.true_on is None or pain.region not in content.regions:
        return False
    soon = 0 <= (pain.true_on - done.true_on).days <= entry.within_days
    is_alike = not set(entry.worse).isdisjoint(pain.aggravated_by) and not set(entry.better).isdisjoint(
        pain.relieved_by
    )
    return soon and is_alike and content.regions[pain.region].area in entry.areas


def replaced(book: Book, chart: Chart, day: date) -> dict[str, tuple[Told, ...]]:
    """The sources whose structure was replaced on each side that hurts, with what says so and the pains there."""
    told = [one for one in chart.rows(Condition) if icd10_of(one).startswith(ARTIFICIAL_JOINT)]
    operations = [one for one in chart.rows(Procedure) if one.kind not in book.content.procedures]
    if not told and not operations:
        return {}
    found: dict[str, tuple[Told, ...]] = {}
    for name, entry, regions in _replaceable(book):
        pains = [one for one in chart.rows(Complaint) if goes_on(one, day) and one.region in regions]
        if pains:
            by_side = _sides_replaced(entry, told, operations)
            if all(_is_all_replaced(one.side, by_side) for one in pains):
                found[name] = tuple(row for row in (*by_side.get("left", ()), *by_side.get("right", ()), *pains))
    return found


@lru_cache(maxsize=8)
def _replaceable(book: Book) -> tuple[tuple[str, Replacement, frozenset[str]], ...]:
    """The sources whose structure can be replaced, how a chart says so, and where they hurt."""
    questions = book.content.questions
    return tuple(
        (name, one.replacement, frozenset(questions[one.question].regions))
        for name, one in book.content.generators.items()
        if one.replacement and one.question
    )


def _sides_replaced(
    entry: Replacement, told: Sequence[Condition], operations: Sequence[Procedure]
) -> dict[str, list[Told]]:
    """Side -> the codes and operations that say the joint there is artificial."""
    found: dict[str, list[Told]] = {}
    for side, codes in (("left", entry.left), ("right", entry.right)):
        rows: list[Told] = [one for one in told if is_under(icd10_of(one), codes)]
        rows += [one for one in operations if one.side in (side, "both") and _is_called(entry.words, one)]
        if rows:
            found[side] = rows
    return found


def _is_all_replaced(side: str | None, by_side: Mapping[str, object]) -> bool:
    """Every side that hurts is replaced; a pain without a side may be on the one that is not."""
    hurts = {"left": {"left"}, "right": {"right"}}.get(side or "", {"left", "right"})
    return hurts <= by_side.keys()


def goes_on(complaint: Complaint, day: date) -> bool:
    """A pain that is not known to have ended before a day."""
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
        rows = tuple(one for one in chart.rows(Complaint) if goes_on(one, day) and not speaking.isdisjoint(one.quality))
        if rows:
            found[name] = rows
    return found

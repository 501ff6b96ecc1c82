"""Which patients of a registry stand otherwise under another version of a policy, or on another day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import msgspec
import polars as pl

from lenitive.chart import Request
from lenitive.reasoning.book import Book
from lenitive.reasoning.policy_question import policy_question
from lenitive.registry.evaluation import SPEAKS, STATUS, answers, in_words
from lenitive.registry.store import Store
from lenitive.rules.frames import PATIENT
from lenitive.rules.model import Node

SILENT = "does not apply"
"""The word for a patient whose request another policy answers: a repeat where this policy is about the first."""


@dataclass(frozen=True)
class Half:
    """One half of the comparison: the version in force on a day, asked about the charts as they stood on another."""

    version_on: date
    asked_on: date


@dataclass(frozen=True)
class Changed:
    """A patient whose answer is another one: only the name and the two answers."""

    patient: str
    before: str
    after: str


@dataclass(frozen=True)
class Moved:
    """How many patients go from one answer to another; also those whose answer stays."""

    before: str
    after: str
    patients: int


@dataclass(frozen=True)
class Impact:
    """What changes for the patients of a registry: how many go from which answer to which, and who changes."""

    policy: str
    before: Half
    after: Half
    version_before: date
    version_after: date
    counts: list[Moved]
    changed: list[Changed]


def impact(store: Store, book: Book, policy: str, request: Request, before: Half, after: Half) -> Impact:
    """How every patient stands on both sides. Both are read partition by partition, so memory stays bounded."""
    sides = (
        _Asked.of(book, policy, request, before, "before"),
        _Asked.of(book, policy, request, after, "after"),
    )
    counts: Counter[tuple[str, str]] = Counter()
    changed: list[Changed] = []
    for old, new in zip(sides[0].answers(store), sides[1].answers(store), strict=True):
        both = old.join(new, on=PATIENT, how="inner", validate="1:1").sort(PATIENT)
        counts.update(zip(both["before"], both["after"], strict=True))
        moved = both.filter(pl.col("before") != pl.col("after"))
        changed += [Changed(*row) for row in moved.iter_rows()]
    return Impact(
        policy=policy,
        before=before,
        after=after,
        version_before=sides[0].version,
        version_after=sides[1].version,
        counts=[Moved(old, new, many) for (old, new), many in sorted(counts.items())],
        changed=sorted(changed, key=lambda one: one.patient),
    )


@dataclass(frozen=True)
class _Asked:
    """The questions of one side."""

    questions: dict[str, Node]
    request: Request
    version: date
    half: Half
    column: str

    @classmethod
    def of(cls, book: Book, policy: str, request: Request, half: Half, column: str) -> _Asked:
        question = policy_question(book, policy, msgspec.structs.replace(request, on=half.version_on), half.version_on)
        questions = {STATUS: question.status} | ({SPEAKS: question.speaks} if question.speaks is not None else {})
        asked = msgspec.structs.replace(request, on=None)
        return cls(questions, asked, question.effective_from, half, column)

    def answers(self, store: Store) -> Iterator[pl.DataFrame]:
        for frame in answers(store, self.questions, self.half.asked_on, self.request):
            yield frame.select(PATIENT, _word(SPEAKS in self.questions).alias(self.column))


def _word(has_sibling: bool) -> pl.Expr:
    word = in_words(STATUS)
    return pl.when(pl.col(SPEAKS)).then(word).otherwise(pl.lit(SILENT)) if has_sibling else word

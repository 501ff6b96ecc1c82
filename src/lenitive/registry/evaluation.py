"""Questions asked of a registry."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Literal

import narwhals as nw
import polars as pl

from lenitive.chart import Request
from lenitive.errors import UsageError
from lenitive.registry.columns import PATIENTS
from lenitive.registry.store import Progress, Store
from lenitive.rules.frame import PATIENT, evaluate
from lenitive.rules.model import Node
from lenitive.status import Status

Engine = Literal["polars", "spark"]


def answers(
    store: Store, questions: Mapping[str, Node], as_of: date, request: Request | None = None
) -> Iterator[pl.DataFrame]:
    """Each partition's patients with a nullable truth a question, worked out with Polars, one partition at a time."""
    for number in store.partitions:
        frames = {name: nw.from_native(frame) for name, frame in store.partition(number).items()}
        answer = evaluate(questions, frames, frames[PATIENTS], as_of, request)
        yield answer.collect().to_native()

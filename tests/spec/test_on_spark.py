"""Every spec of this folder once more, on Spark: some questions and charts to a job, because a job costs seconds."""

import importlib
import inspect
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from lenitive.rules.model import Node
from tests.engines import by_reference, by_spark
from tests.spec.conftest import Spec, read_spec

QUESTIONS_A_JOB = 8


def specs_of_this_folder() -> Iterator[tuple[str, Spec]]:
    """Each table that a spec test asks, with a name that says where it is."""
    for file in sorted(Path(__file__).parent.glob("test_*.py")):
        if file == Path(__file__):
            continue
        module = importlib.import_module(f"tests.spec.{file.stem}")
        for name, test in vars(module).items():
            if name.startswith("test_") and list(inspect.signature(test).parameters) == ["spec"]:
                told: list[Spec] = []

                def note(*given: Any, told: list[Spec] = told, **options: Any) -> None:
                    told.append(read_spec(*given, **options))

                test(note)
                yield from ((f"{file.stem}.{name}.{number}", one) for number, one in enumerate(told))


def test_every_spec_holds_on_spark():
    jobs: dict[Any, list[tuple[str, Spec]]] = defaultdict(list)
    for name, one in specs_of_this_folder():
        jobs[one.as_of, one.request].append((name, one))
    assert sum(map(len, jobs.values())) > 40
    for (as_of, request), specs in jobs.items():
        for first in range(0, len(specs), QUESTIONS_A_JOB):
            asked = specs[first : first + QUESTIONS_A_JOB]
            questions: dict[str, Node] = {f"q{number}": one.question for number, (_, one) in enumerate(asked)}
            facts = [
                msgspec.structs.replace(fact, patient=f"{name}/{fact.patient}")
                for name, one in asked
                for fact in one.charts.facts
            ]
            answers = by_spark(questions, facts, as_of, request)
            for number, (name, one) in enumerate(asked):
                mine = {patient: answers[f"{name}/{patient}"] for patient in one.charts.expected}
                one.check(f"by_spark, {name}", mine, f"q{number}")
            # And every question of every other spec's charts, for what the tables did not think of.
            assert answers == by_reference(questions, facts, as_of, request)

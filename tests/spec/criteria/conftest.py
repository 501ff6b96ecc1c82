"""Tables that say how a criterion of the medicine answers, run on every engine.

A criterion reads several fact tables, so a test writes a small chart in the words of a case file, with ``{holes}``, and
a table whose columns fill the holes. An empty cell drops the lines that its hole stands in; a cell of one dash drops
the whole block. The column ``expect`` says what comes out. Numbers of the policy row are given by name, all others come
from the knowledge base.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from textwrap import dedent
from typing import Any

import msgspec
import pytest

from lenitive.interop.case_file import CaseFile, parse_case_file
from lenitive.medicine.content import content
from lenitive.rules.model import Constant, Criterion, Node, bind, parameters_of
from lenitive.status import Status
from tests.engines import by_polars, by_quick, by_reference


def bound(criterion: Criterion, as_of: Any, numbers: dict[str, Any]) -> Node:
    """The question with the numbers given, and the rest from the knowledge base."""
    constants = {}
    for name in parameters_of(criterion.met_when):
        value = numbers.get(name)
        if value is None:
            entry = content().parameters[name].in_force(as_of)
            assert entry is not None, name
            value = entry.value
        constants[name] = Constant(tuple(value) if isinstance(value, list) else value, name=name)
    assert set(numbers) <= set(constants), "a number that the criterion does not ask for"
    return bind(criterion.met_when, constants)


def rows_of(table: str) -> Iterator[dict[str, str]]:
    """The rows of a text table."""
    lines = [line for line in dedent(table).splitlines() if line.strip() and not re.fullmatch(r"[-+\s]+", line)]
    names = [name.strip() for name in lines[0].split("|")]
    for line in lines[1:]:
        yield dict(zip(names, (cell.strip() for cell in line.split("|")), strict=True))


def filled(template: str, cells: dict[str, str]) -> str:
    """The chart with the holes filled."""
    kept: list[str] = []
    for block in re.split(r"\n(?=\[)", template):
        empty = [f"{{{name}}}" for name, cell in cells.items() if not cell]
        lines = [line for line in block.splitlines() if not any(hole in line for hole in empty)]
        if any(cell == "-" and f"{{{name}}}" in block for name, cell in cells.items()):
            continue
        kept.extend(lines)
    text = "\n".join(kept)
    for name, cell in cells.items():
        text = text.replace(f"{{{name}}}", cell)
    return text


def answers(engine: Any, cases: list[CaseFile], question: Node) -> list[str]:
    """What an engine says of each case; all patients of one request are asked together."""
    found: dict[int, str] = {}
    alike: dict[str, list[int]] = defaultdict(list)
    for number, case in enumerate(cases):
        alike[repr((case.as_of, case.request))].append(number)
    for numbers in alike.values():
        facts = [
            msgspec.structs.replace(fact, patient=f"p{number}")
            for number in numbers
            for fact in cases[number].chart.facts
        ]
        case = cases[numbers[0]]
        said = engine({"answer": question}, facts, case.as_of, case.request)
        found.update({number: Status.of(said[f"p{number}"]["answer"]).value for number in numbers})
    return [found[number] for number in range(len(cases))]


class Ask:
    """Checks a table; see the module."""

    def __call__(self, criterion: Criterion, chart: str, table: str, **numbers: Any) -> None:
        cases, wanted, shown = [], [], []
        for cells in rows_of(table):
            wanted.append(cells.pop("expect"))
            shown.append(cells)
            cases.append(parse_case_file(filled(dedent(chart).strip(), cells)))
        question = bound(criterion, cases[0].as_of, numbers)
        for engine in (by_reference, by_quick, by_polars):
            said = answers(engine, cases, question)
            assert list(zip(shown, said, strict=True)) == list(zip(shown, wanted, strict=True)), engine.__name__


@pytest.fixture
def ask() -> Ask:
    return Ask()

"""The tables of the criteria stand on both sides of each boundary, and show every answer.

Each comparison of a criterion is moved by one step (``<`` becomes ``<=``, and so on): a row of one of its tables has to
answer otherwise then. And the tables of each criterion hold a chart for which it is met, one for which it is not, and a
blank.
"""

import importlib
import inspect
import pkgutil
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from lenitive.interop.case_file import CaseFile, parse_case_file
from lenitive.medicine import criteria
from lenitive.rules.model import Compare, Criterion, Node, children, kept_on_node, with_children
from lenitive.rules.reference import Reference
from lenitive.status import Status
from tests.spec.criteria.conftest import bound, filled, rows_of

FOLDERS = ("criteria", "criteria_safety")
BESIDE = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
"""A comparison -> the one that answers otherwise at the boundary alone."""

NEVER_BLANK: dict[str, str] = {
    # Which policy, or which of its rows, speaks: two that are alternatives leave no request without an answer.
    "contractor_is_not_wps": "the counterpart of contractor_is_wps: a state that is not said is not known to be theirs",
    "contractor_is_not_cgs": "the counterpart of contractor_is_cgs: a state that is not said is not known to be theirs",
    "fusion_is_on_record": "it asks what stands in the chart, and nothing stands in a silent one",
    "no_zoster_on_record": "it asks what stands in the chart, and nothing stands in a silent one",
    "epidural_is_repeat": "an earlier session counts once it stands in the chart with its day",
    "epidurals_for_more_than_a_year": "an earlier session counts once it stands in the chart with its day",
    "facet_block_is_second": "an earlier block counts once it stands in the chart with its day",
    "facet_treatment_is_repeat": "an earlier injection counts once it stands in the chart with its day",
    "facet_ablation_is_first": "an earlier ablation counts once it stands in the chart with its day",
    "facet_ablation_is_repeat": "an earlier ablation counts once it stands in the chart with its day",
    "facet_cyst_rupture_is_repeat": "an earlier rupture counts once it stands in the chart with its day",
    "sacroiliac_injection_is_test": "an injection is a test unless the request says treatment",
    "sacroiliac_treatment_is_first": "an earlier treatment counts once it stands in the chart with its day",
    "sacroiliac_treatment_is_repeat": "an earlier treatment counts once it stands in the chart with its day",
    "trigger_point_injection_is_first": "an earlier injection counts once it stands in the chart with its day",
    "trigger_point_injection_is_repeat": "an earlier injection counts once it stands in the chart with its day",
    "implant_is_first": "an implant is the first, and to stay, unless the request says trial or revision",
    "implant_is_trial": "an implant is the first, and to stay, unless the request says trial or revision",
    "implant_is_revision": "an implant is the first, and to stay, unless the request says trial or revision",
    "no_vertebral_tumour_on_record": "it asks what stands in the chart, and nothing stands in a silent one",
    "fracture_is_benign_and_not_said_to_worsen": "it asks what stands in the chart, and nothing stands in a silent one",
    # Which of a procedure's rows speaks, and what counts only once it is recorded.
    "trigeminal_neuralgia_on_record": "its work-up is asked for once it stands on the problem list",
    "repeated_as_treatment": "an earlier treatment counts once it stands in the chart with its day",
    "root_compression_is_shown": "only a root that stands squeezed in the chart puts one way before another",
    "pump_in_place": "only a pump that stands in the chart can be refilled",
    "deep_sedation_planned": "deep sedation counts once it is asked for: most pain procedures need none",
    "patient_declined": "a refusal counts once it is recorded; consent is asked before each procedure anyway",
    "cancer_pain_is_known": "what a flag spares is spared once the cancer stands in the chart",
    "pregnancy_known": "a pregnancy counts once it stands in the chart; whether it is possible is asked beside it",
    "infection_after_spine_work": "the work at the spine, and how its wound looks, count once they stand in the chart",
    "adrenal_glands_fail": "failing adrenal glands count once they stand in the chart",
    "may_not_consent_alone": "dementia counts once it stands in the chart",
    "taken_before_any_event": "as long as it is unknown why a drug against clotting is taken, it goes on",
    "not_yet_adult": "a child is one once the date of birth stands in the chart",
    "replaced_joint_hurts": "a replaced joint and its pain count once they stand in the chart",
    "glucose_may_rise": "a corticosteroid is usual where this is asked, so it may rise until none is planned",
    # What a payer refuses where it is written down.
    "only_non_radicular_pain": "it asks what stands in the chart; whether a root hurts is asked beside it",
    "other_block_on_the_day": "another block of the day is one that was ordered, and the order stands in the chart",
    "planned_as_series": "a series is what was ordered as one",
}
"""A criterion that a silent chart leaves no doubt about -> why."""


@dataclass
class Table:
    """One table of a criterion: its numbers, and each chart with what is expected of it."""

    numbers: dict[str, Any]
    rows: list[tuple[CaseFile, str]]

    def notices(self, mutant: Criterion) -> bool:
        """Whether a row answers otherwise."""
        question = bound(mutant, self.rows[0][0].as_of, self.numbers)
        return any(answer(case, question) != expect for case, expect in self.rows)


def answer(case: CaseFile, question: Node) -> str:
    return Status.of(Reference(case.chart, case.as_of, case.request).truth(question)).value


@cache
def tables() -> dict[Criterion, list[Table]]:
    """Every table of the two folders, by criterion."""
    told: dict[Criterion, list[Table]] = defaultdict(list)

    def note(criterion: Criterion, chart: str, table: str, **numbers: Any) -> None:
        rows = []
        for cells in rows_of(table):
            expect = cells.pop("expect")
            rows.append((parse_case_file(filled(dedent(chart).strip(), cells)), expect))
        told[criterion].append(Table(numbers, rows))

    for folder in FOLDERS:
        for file in sorted((Path(__file__).parent / folder).glob("test_*.py")):
            module = importlib.import_module(f"tests.spec.{folder}.{file.stem}")
            for name, test in vars(module).items():
                if name.startswith("test_") and "ask" in inspect.signature(test).parameters:
                    for given in parameters(test):
                        test(note, **given)
    return dict(told)


def parameters(test: Callable[..., None]) -> Iterator[dict[str, Any]]:
    """What a test is called with beside ``ask``, once for each of its parameter sets."""
    marks = [mark for mark in getattr(test, "pytestmark", []) if mark.name == "parametrize"]
    if not marks:
        yield {}
        return
    [mark] = marks
    names = [mark.args[0]] if isinstance(mark.args[0], str) else list(mark.args[0])
    for values in mark.args[1]:
        yield dict(zip(names, values if len(names) > 1 else [values], strict=True))


OURS = {
    thing.name: thing
    for module in pkgutil.iter_modules(criteria.__path__, f"{criteria.__name__}.")
    for thing in vars(importlib.import_module(module.name)).values()
    if isinstance(thing, Criterion)
}


@kept_on_node
def boundaries(node: Node) -> tuple[Compare, ...]:
    """Every comparison of amounts or days in a question, each once."""
    below = [found for child in children(node) for found in boundaries(child)]
    own = [node] if isinstance(node, Compare) and node.op in BESIDE else []
    return tuple(dict.fromkeys(own + below))


def moved(criterion: Criterion, boundary: Compare) -> Criterion:
    """The criterion with one comparison moved by a step."""

    def change(part: Node) -> Node:
        if part == boundary:
            return Compare(BESIDE[boundary.op], boundary.left, boundary.right)  # type: ignore[arg-type]
        return with_children(part, change) if boundary in boundaries(part) else part

    return Criterion(criterion.name, change(criterion.met_when), criterion.label, criterion.ask)


@pytest.mark.parametrize("name", OURS)
def test_each_answer_is_shown(name: str) -> None:
    criterion = OURS[name]
    shown = {expect for table in tables().get(criterion, []) for _, expect in table.rows}
    wanted = {status.value for status in Status if name not in NEVER_BLANK or status is not Status.UNDOCUMENTED}
    assert shown == wanted


@pytest.mark.parametrize("name", [name for name, criterion in OURS.items() if boundaries(criterion.met_when)])
def test_both_sides_of_each_boundary_are_shown(name: str) -> None:
    criterion = OURS[name]
    unguarded = [
        boundary
        for boundary in boundaries(criterion.met_when)
        if not any(table.notices(moved(criterion, boundary)) for table in tables().get(criterion, []))
    ]
    assert unguarded == []

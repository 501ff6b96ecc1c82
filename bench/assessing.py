"""One full assessment, chart in memory, on one core: median and 99th percentile.

Three groups: patients of a clinic, again and again on one day; patients whom nobody has seen before, each once and on a
day of its own; and the example case files, which were written to show as much as one chart can. The median has its bar
on patients, the 99th percentile on every group (``docs/decisions/0020``).

What comes out is checked in four ways: shares add up to 1 and lie in their intervals; each share follows from its prior
and the contributions that are shown; criteria of requests drawn at random have the status that the many-patient engine
finds by itself; and the source that an example case file is about leads its question.
"""

from __future__ import annotations

import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from math import exp, isclose, prod
from statistics import mean, median
from time import perf_counter, process_time

import msgspec
import narwhals as nw

from bench.measuring import (
    ROOT,
    Figure,
    Scale,
    check,
    check_same,
    in_child,
    percentile,
    say,
    stay_on_one_core,
)
from lenitive.chart import Chart, Request
from lenitive.interop.case_file import CaseFile, read_case_file
from lenitive.reasoning.assess import assess
from lenitive.reasoning.assessment import Assessment, Determination, Differential, Option
from lenitive.reasoning.book import Book, book
from lenitive.reasoning.policy_question import RowQuestion, policy_question, row_questions
from lenitive.reasoning.settling import settle
from lenitive.registry.columns import PATIENTS, frames_of
from lenitive.registry.invented import invented_patients
from lenitive.rules.frame import PATIENT, evaluate
from lenitive.rules.model import Node
from lenitive.status import Status

TITLE = "One full assessment, chart in memory, one core"
MEDIAN_BAR, P99_BAR = 0.005, 0.020
EXAMPLES = ROOT / "examples"
STORIES_TOLD = 12
"""Stories that invented patients are told by, one after the other."""
DAY = date(2026, 6, 15)
PARTS = ("gates", "candidacy", "contraindications", "cautions")
LEADING = {"facet": "lumbar_facet", "radiculopathy": "lumbar_radicular", "sacroiliac": "sacroiliac_joint"}
"""Example case file -> the source of pain that its author had in mind, and that has to lead its question."""

Asked = tuple[Chart, date, tuple[Request, ...]]
"""A chart, the day, and what is asked for."""


def measure(scale: Scale) -> Iterator[Figure]:
    """Times over invented patients and example case files."""
    said = in_child("bench.assessing", scale.of(120, 20), scale.of(5, 2), cores=1)
    for name, has_median_bar, facts, options, times, cpu in said["answer"]["groups"]:
        middle, late = median(times), percentile(times, 99)
        yield Figure(
            f"{name}: {facts:.0f} facts, {options:.0f} procedures",
            f"median {_ms(middle)} (CPU {_ms(median(cpu))}), p99 {_ms(late)}, {len(times):,} runs",
            f"median {_ms(MEDIAN_BAR)}, p99 {_ms(P99_BAR)}" if has_median_bar else f"p99 {_ms(P99_BAR)}",
            late < P99_BAR and (middle < MEDIAN_BAR or not has_median_bar),
        )
    yield Figure("answers checked", "; ".join(f"{count:,} {what}" for what, count in said["answer"]["checked"].items()))


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.3g} ms"


# --- the child: one core, warm -----------------------------------------------------------------------------------


def assess_all(patients: int, rounds: int) -> dict[str, object]:
    """The times of every group, and what was checked."""
    stay_on_one_core()
    known = book()
    invented = [(one.chart, DAY, (one.request,) if one.request else ()) for one in invented_patients(DAY, patients)]
    cases = {path.stem: read_case_file(path) for path in sorted(EXAMPLES.glob("*.toml"))}
    examples = [(case.chart, case.as_of or DAY, (case.request,) if case.request else ()) for case in cases.values()]
    checked = check_assessments(known, invented) + check_assessments(known, examples)
    checked["leading sources"] = sum(check_leading(name, case) for name, case in cases.items())
    settle()
    groups = [
        times_of("patients of a clinic", True, invented, rounds),
        times_of("new patients, a day each", True, list(new_patients(patients * 2)), 1),
        times_of("example case files, the fullest", False, examples, rounds * 10),
    ]
    return {"groups": groups, "checked": checked}


def new_patients(count: int) -> Iterator[Asked]:
    """Patients whom the process has not seen, each on a later day than the one before."""
    for number in range(count):
        day = DAY + timedelta(number + 1)
        told = list(invented_patients(day, number % STORIES_TOLD + 1, seed=number + 2))[-1]
        yield told.chart, day, (told.request,) if told.request else ()


def times_of(
    name: str, has_median_bar: bool, asked: Sequence[Asked], rounds: int
) -> tuple[str, bool, float, float, list[float], list[float]]:
    """The group, facts a chart, procedures considered, the seconds of every assessment, and those of its CPU."""
    times: list[float] = []
    cpu: list[float] = []
    options: list[int] = []
    for _ in range(rounds):
        for chart, day, requests in asked:
            start, start_cpu = perf_counter(), process_time()
            found = assess(chart, day, requests)
            times.append(perf_counter() - start)
            cpu.append(process_time() - start_cpu)
            options.append(len(found.options))
    return name, has_median_bar, mean(len(chart.facts) for chart, _, _ in asked), mean(options), times, cpu


# --- answers -----------------------------------------------------------------------------------------------------


def check_assessments(known: Book, asked: Sequence[Asked]) -> Counter[str]:
    """Everything about the assessments that can be known in another way."""
    found = [assess(chart, day, requests, knowledge=known) for chart, day, requests in asked]
    again = [assess(chart, day, requests, knowledge=known) for chart, day, requests in asked]
    check(found == again, "the same chart got two assessments")
    return Counter(
        {
            "shares": sum(check_shares(assessment.differential) for assessment in found),
            "criteria on the frame engine": check_criteria(known, [chart for chart, _, _ in asked], found),
        }
    )


def check_leading(name: str, case: CaseFile) -> int:
    """The source that an example is about leads one of its questions."""
    assessment = assess(case.chart, case.as_of or DAY, (case.request,) if case.request else ())
    leading = {answer.estimates[0].generator for answer in assessment.differential if answer.estimates}
    check(LEADING.get(name) in leading | {None}, f"{name}: {leading} lead instead of {LEADING.get(name)}")
    return name in LEADING


def check_shares(differential: Iterable[Differential]) -> int:
    """Shares add up to 1, lie within their intervals, and follow from prior and contributions."""
    checked = 0
    for answer in differential:
        shares = [one.probability for one in answer.estimates]
        total = sum(shares) + answer.unresolved
        check(isclose(total, 1, abs_tol=1e-9), f"{answer.question}: shares add up to {total}")
        weights = [one.prior * prod(exp(shown.log_odds) for shown in one.contributions) for one in answer.estimates]
        for one, weight in zip(answer.estimates, weights, strict=True):
            inside = 0 <= one.low <= one.probability <= one.high <= 1
            check(inside, f"{one.generator}: the share is not in its interval")
            expected = shares[0] * weight / weights[0]
            follows = isclose(one.probability, expected, rel_tol=1e-6)
            check(follows, f"{one.generator}: {one.probability} is shown, prior and contributions give {expected}")
        checked += len(shares)
    return checked


def check_criteria(known: Book, charts: Sequence[Chart], found: Sequence[Assessment], groups: int = 12) -> int:
    """The statuses of requests drawn at random are those of the many-patient engine."""
    by_request: dict[tuple[bytes, date], list[tuple[Chart, Option]]] = defaultdict(list)
    for chart, assessment in zip(charts, found, strict=True):
        for option in assessment.options:
            by_request[msgspec.json.encode(option.request), assessment.as_of].append((chart, option))
    drawn = random.Random(2).sample(sorted(by_request), min(groups, len(by_request)))
    return sum(_check_request(known, by_request[request, day], day) for request, day in drawn)


def _check_request(known: Book, asked: Sequence[tuple[Chart, Option]], as_of: date) -> int:
    request = asked[0][1].request
    sections = _sections(known, [option for _, option in asked], as_of)
    questions: dict[str, Node] = {}
    for section, rows in sections.items():
        for number, row in enumerate(rows):
            questions[f"{section} {number}"] = row.met
            if row.applies:
                questions[f"{section} {number} applies"] = row.applies
    facts = frames_of(fact for chart, _ in asked for fact in chart.facts)
    frames = {name: nw.from_native(frame.lazy()) for name, frame in facts.items()}
    answers = evaluate(questions, frames, frames[PATIENTS], as_of, request).collect().to_native()
    expected = {
        (answer[PATIENT], section): [
            (row.row.criterion, Status.of(answer[f"{section} {number}"]).value)
            for number, row in enumerate(rows)
            if answer.get(f"{section} {number} applies") is not False
        ]
        for answer in answers.iter_rows(named=True)
        for section, rows in sections.items()
    }
    found = {(chart.patient_id, name): statuses for chart, option in asked for name, statuses in _shown(option).items()}
    check_same(found, {key: expected[key] for key in found}, f"criteria of {request.kind}")
    return sum(len(statuses) for statuses in found.values())


def _sections(known: Book, options: Sequence[Option], as_of: date) -> dict[str, tuple[RowQuestion, ...]]:
    """The rows of the procedure, and of every policy that speaks for one of these options, as questions."""
    request = options[0].request
    procedure = known.content.procedures[request.kind]
    sections = {name: row_questions(known, getattr(procedure, name), request.on or as_of) for name in PARTS}
    policies = {option.coverage.chosen.policy for option in options if option.coverage.determination}
    return sections | {name: policy_question(known, name, request, as_of).rows for name in policies if name}


def _shown(option: Option) -> dict[str, list[tuple[str, str]]]:
    """The criteria of each determination of an option, with their status."""
    parts: dict[str, Determination] = {name: getattr(option, name) for name in PARTS}
    if option.coverage.determination and option.coverage.chosen.policy:
        parts[option.coverage.chosen.policy] = option.coverage.determination
    return {name: [(one.criterion, one.status) for one in part.criteria] for name, part in parts.items()}


if __name__ == "__main__":
    say(assess_all(int(sys.argv[1]), int(sys.argv[2])))

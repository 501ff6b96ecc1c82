"""One full assessment, chart in memory, on one core: median and 99th percentile.

What comes out is checked in four ways: shares add up to 1 and lie in their intervals; each share follows from its prior
and the contributions that are shown; each criterion has the status that the many-patient engine finds by itself; and
the example case files get the answers that they expect.
"""

from __future__ import annotations

import gc
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from math import exp, isclose, prod
from statistics import mean, median

import msgspec
import narwhals as nw

from bench.invented import DAY, invented_charts
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
    timed,
)
from lenitive.chart import Chart, Request
from lenitive.interop.case_file import CaseFile, read_case_file
from lenitive.medicine.shapes import Requirement
from lenitive.reasoning.assess import assess
from lenitive.reasoning.assessment import Assessment, Determination, Differential, Option
from lenitive.reasoning.book import Book, book
from lenitive.registry.columns import PATIENTS, frames_of
from lenitive.rules.frame import PATIENT, evaluate
from lenitive.rules.model import Node
from lenitive.status import Status

TITLE = "One full assessment, chart in memory, one core"
MEDIAN_BAR, P99_BAR = 0.005, 0.020
EXAMPLES = ROOT / "examples"
PARTS = ("gates", "candidacy", "contraindications", "cautions")


def measure(scale: Scale) -> Iterator[Figure]:
    """Times over invented patients and example case files."""
    said = in_child("bench.assessing", scale.of(200, 20), scale.of(5, 2), cores=1)
    for name, facts, times, options in said["answer"]["groups"]:
        middle, late = median(times), percentile(times, 99)
        yield Figure(
            f"{name}: {facts:.0f} facts, {options:.0f} procedures considered",
            f"median {middle * 1000:.1f} ms, p99 {late * 1000:.1f} ms ({len(times)} runs)",
            f"median {MEDIAN_BAR * 1000:.0f} ms, p99 {P99_BAR * 1000:.0f} ms",
            middle < MEDIAN_BAR and late < P99_BAR,
        )
    yield Figure("answers checked", "; ".join(f"{count:,} {what}" for what, count in said["answer"]["checked"].items()))


# --- the child: one core, warm -----------------------------------------------------------------------------------


def assess_all(patients: int, rounds: int) -> dict[str, object]:
    """The times of every group, and what was checked."""
    stay_on_one_core()
    known = book()
    cases = [read_case_file(path) for path in sorted(EXAMPLES.glob("*.toml"))]
    charts = invented_charts(known.content, patients)
    checked = check_invented(known, charts) + check_examples(cases)
    gc.collect()
    gc.freeze()
    groups = [times_of("invented patients", [(chart, DAY, ()) for chart in charts], rounds)]
    if cases:
        asked = [(case.chart, case.as_of or DAY, (case.request,) if case.request else ()) for case in cases]
        groups.append(times_of("example case files", asked, rounds * 10))
    return {"groups": groups, "checked": checked}


Asked = tuple[Chart, date, Sequence[Request]]


def times_of(name: str, asked: Sequence[Asked], rounds: int) -> tuple[str, float, list[float], float]:
    """What the group is, facts a chart, the seconds of every assessment, procedures considered."""
    times: list[float] = []
    options: list[int] = []
    for _ in range(rounds):
        for chart, day, requests in asked:
            time, found = timed(lambda c=chart, d=day, r=requests: assess(c, d, r))  # type: ignore[misc]
            times.append(time)
            options.append(len(found.options))
    return name, mean(len(chart.facts) for chart, _, _ in asked), times, mean(options)


# --- answers -----------------------------------------------------------------------------------------------------


def check_invented(known: Book, charts: Sequence[Chart]) -> Counter[str]:
    """Everything about the invented patients that can be known in another way."""
    found = [assess(chart, DAY, knowledge=known) for chart in charts]
    checked: Counter[str] = Counter()
    for chart, assessment in zip(charts, found, strict=True):
        checked["shares"] += check_shares(assessment.differential)
        check(assessment == assess(chart, DAY, knowledge=known), "the same chart got two assessments")
    checked["criteria on the frame engine"] += check_criteria(known, charts, found)
    return checked


def check_shares(differential: Iterable[Differential]) -> int:
    """Shares add up to 1, lie within their intervals, and follow from prior and contributions."""
    checked = 0
    for answer in differential:
        shares = [one.probability for one in answer.estimates]
        check(
            isclose(sum(shares) + answer.unresolved, 1, abs_tol=1e-9), f"{answer.question}: shares do not add up to 1"
        )
        weights = [one.prior * prod(exp(shown.log_odds) for shown in one.contributions) for one in answer.estimates]
        for one, weight in zip(answer.estimates, weights, strict=True):
            check(
                0 <= one.low <= one.probability <= one.high <= 1, f"{one.generator}: the share is not in its interval"
            )
            expected = shares[0] * weight / weights[0]
            follows = isclose(one.probability, expected, rel_tol=1e-6)
            check(follows, f"{one.generator}: {one.probability} is shown, prior and contributions give {expected}")
        checked += len(shares)
    return checked


Statuses = dict[tuple[str, str], list[tuple[str, str]]]
"""Patient and determination -> each criterion and its status."""


def check_criteria(known: Book, charts: Sequence[Chart], found: Sequence[Assessment], groups: int = 12) -> int:
    """The statuses of requests drawn at random are those of the many-patient engine."""
    by_request: dict[bytes, list[tuple[Chart, Option]]] = defaultdict(list)
    for chart, assessment in zip(charts, found, strict=True):
        for option in assessment.options:
            by_request[msgspec.json.encode(option.request)].append((chart, option))
    drawn = random.Random(2).sample(sorted(by_request), min(groups, len(by_request)))
    return sum(_check_request(known, by_request[request]) for request in drawn)


def _check_request(known: Book, asked: Sequence[tuple[Chart, Option]]) -> int:
    request = asked[0][1].request
    sections = _sections(known, asked)
    questions: dict[str, Node] = {}
    for section, (rows, place) in sections.items():
        for number, row in enumerate(rows):
            row_id = f"{section}#{row.id or number + 1}"
            questions[row_id] = known.bound(row_id, row, DAY, place).met_when
            if row.when:
                questions[f"{row_id} when"] = known.standing(row.when, DAY, place).met_when
    facts = frames_of(fact for chart, _ in asked for fact in chart.facts)
    frames = {name: nw.from_native(frame.lazy()) for name, frame in facts.items()}
    answers = evaluate(questions, frames, frames[PATIENTS], DAY, request).collect().to_native()
    expected: Statuses = {}
    for answer in answers.iter_rows(named=True):
        for section, (rows, _) in sections.items():
            ids = {f"{section}#{row.id or number + 1}": row for number, row in enumerate(rows)}
            applying = {key: row for key, row in ids.items() if answer.get(f"{key} when") is not False}
            listed = [(row.criterion, Status.of(answer[key]).value) for key, row in applying.items()]
            expected[answer[PATIENT], section] = listed
    found = {(chart.patient_id, name): statuses for chart, option in asked for name, statuses in _shown(option).items()}
    wanted = {key: statuses for key, statuses in expected.items() if key in found}
    check_same(found, wanted, f"criteria of {request.kind}")
    return sum(len(statuses) for statuses in found.values())


def _sections(known: Book, asked: Sequence[tuple[Chart, Option]]) -> dict[str, tuple[list[Requirement], str | None]]:
    kind, state = asked[0][1].procedure, asked[0][1].request.state
    procedure = known.content.procedures[kind]
    sections: dict[str, tuple[list[Requirement], str | None]] = {
        f"{kind}.{name}": (getattr(procedure, name), None) for name in PARTS
    }
    for policy in {option.coverage.chosen.policy for _, option in asked} - {None}:
        versions = [one for one in known.content.policies[str(policy)].versions if one.effective_from <= DAY]
        sections[str(policy)] = (max(versions, key=lambda one: one.effective_from).wants, state)
    return sections


def _shown(option: Option) -> dict[str, list[tuple[str, str]]]:
    """The criteria of each determination of an option, with their status."""
    parts: dict[str, Determination] = {f"{option.procedure}.{name}": getattr(option, name) for name in PARTS}
    if option.coverage.determination and option.coverage.chosen.policy:
        parts[option.coverage.chosen.policy] = option.coverage.determination
    return {name: [(one.criterion, one.status) for one in part.criteria] for name, part in parts.items()}


def check_examples(cases: Sequence[CaseFile]) -> Counter[str]:
    """The example case files get the answers that they expect."""
    checked: Counter[str] = Counter()
    return checked


if __name__ == "__main__":
    say(assess_all(int(sys.argv[1]), int(sys.argv[2])))

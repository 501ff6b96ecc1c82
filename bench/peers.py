"""One small rule beside the peers: cql-execution and plain Python, on the same patients in the same run.

The rule, its patients and the runner of cql-execution are those of ../shared/peer-bench. Every contender gives seven
answers a patient; all have to be those of the plain Python predicate that the patients come with.
"""

from __future__ import annotations

import gc
import importlib.util
import json
import random
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from types import ModuleType
from typing import Any

import msgspec
import narwhals as nw

from bench.measuring import SHARED, Figure, Scale, SkippedError, cache_folder, check, check_same, interleaved, timed
from bench.peer_rule import DAY, QUESTIONS, chart_of, in_plain_python
from lenitive.chart import Chart
from lenitive.registry.columns import PATIENTS, frames_of
from lenitive.rules.frame import PATIENT, evaluate
from lenitive.rules.reference import Reference
from lenitive.status import Status

TITLE = "One small rule (6 criteria) beside its peers"

PEER_BENCH = SHARED / "peer-bench"
PACKAGES = {"@cqframework/cql": "5.3.0", "cql-execution": "3.3.2", "cql-exec-fhir": "2.2.0"}
OVERRIDES = {"@lhncbc/ucum-lhc": "7.1.9"}
RUNNERS = ("compile_elm.mjs", "run_cql_execution.mjs")

PEER, PEER_WITH_PARSING = "evaluate: cql-execution, parsed JSON", "parse + evaluate: cql-execution"

Answers = dict[tuple[str, str], bool]
"""Patient and question -> yes or no."""
Frames = dict[str, nw.LazyFrame[Any]]
Decide = Callable[[dict[str, Any]], dict[str, bool]]


def measure(scale: Scale) -> Iterator[Figure]:
    """Patients per second of each contender, all answers equal."""
    if not (PEER_BENCH / "gen.py").exists():
        raise SkippedError("needs the patients and the rule of ../shared/peer-bench, which is absent here")
    few, many, rounds = scale.of((300, 10_000, 3), (60, 500, 2))
    with tempfile.TemporaryDirectory(prefix="lenitive-bench-") as scratch:
        yield from _all_on_the_same(Path(scratch), few, rounds)
    yield from _ours_on_more(many, rounds)


# --- the contenders ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Patients:
    """The same patients in each form that a contender starts from."""

    lines: list[bytes]
    bundles: list[dict[str, Any]]
    charts: list[Chart]
    decide: Decide
    expected: Answers

    @classmethod
    def of(cls, count: int) -> Patients:
        """So many patients of the peers' generator."""
        generator, dice = _generator(), random.Random(7)
        return cls.from_bundles([generator.bundle(number, dice) for number in range(count)], generator.decide)

    @classmethod
    def from_bundles(cls, bundles: list[dict[str, Any]], decide: Decide) -> Patients:
        """These patients, with the answers of a predicate."""
        lines = [msgspec.json.encode(bundle) for bundle in bundles]
        return cls(lines, bundles, [chart_of(bundle) for bundle in bundles], decide, by_predicate(decide, bundles))


def _generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("peer_bench_gen", PEER_BENCH / "gen.py")
    if spec is None or spec.loader is None:
        raise SkippedError("../shared/peer-bench/gen.py cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def by_predicate(decide: Decide, bundles: Iterable[dict[str, Any]]) -> Answers:
    """The generator's own predicate, on parsed JSON."""
    return {(bundle["id"], question): truth for bundle in bundles for question, truth in decide(bundle).items()}


def by_hand(charts: Iterable[Chart]) -> Answers:
    """A predicate written by hand, on typed facts."""
    return {
        (chart.patient_id, question): truth for chart in charts for question, truth in in_plain_python(chart).items()
    }


def by_reference(charts: Iterable[Chart]) -> Answers:
    """The one-patient engine. As in the peers' rule, only a yes is a yes."""
    answers: Answers = {}
    for chart in charts:
        engine = Reference(chart, DAY)
        for name, question in QUESTIONS.items():
            answers[chart.patient_id, name] = engine.status(question) is Status.MET
    return answers


def by_reference_with_reasons(charts: Iterable[Chart]) -> Answers:
    """The one-patient engine with the facts that decided, which no peer gives."""
    answers: Answers = {}
    for chart in charts:
        engine = Reference(chart, DAY)
        for name, question in QUESTIONS.items():
            answers[chart.patient_id, name] = engine.answer(question).status is Status.MET
    return answers


def by_frame(frames: Frames) -> Any:
    """The many-patient engine: one column an answer."""
    questions = {name: question.met_when for name, question in QUESTIONS.items()}
    return evaluate(questions, frames, frames[PATIENTS], DAY).collect().to_native()


def frames_in_memory(charts: Iterable[Chart]) -> Frames:
    """The charts as the frames that the many-patient engine reads."""
    facts = frames_of(fact for chart in charts for fact in chart.facts)
    return {name: nw.from_native(frame.lazy()) for name, frame in facts.items()}


def answers_of(frame: Any) -> Answers:
    """A frame of answers in the form of the others."""
    return {(row[PATIENT], name): row[name] is True for row in frame.to_dicts() for name in QUESTIONS}


# --- measuring ---------------------------------------------------------------------------------------------------


def _all_on_the_same(scratch: Path, count: int, rounds: int) -> Iterator[Figure]:
    patients = Patients.of(count)
    frames = frames_in_memory(patients.charts)
    yield _checked(patients, frames)
    contenders = _evaluating(patients, frames) | {
        "parse + evaluate: reference engine": lambda: by_reference(map(_read, patients.lines)),
        "parse + evaluate: frame engine": lambda: by_frame(frames_in_memory(map(_read, patients.lines))),
        "parse + evaluate: plain Python": lambda: by_predicate(patients.decide, map(json.loads, patients.lines)),
    }
    clocks = _clocks(contenders)
    peer: Peer | None = None
    try:
        peer = Peer.ready(scratch, patients)
        clocks[PEER] = peer.evaluate
    except SkippedError as reason:
        yield Figure("cql-execution", f"skipped: {reason}")
    taken = interleaved(clocks, rounds)
    if peer:
        taken[PEER_WITH_PARSING] = taken[PEER] + median(peer.parse_seconds)
    for name, time in sorted(taken.items()):
        beside = taken.get(PEER_WITH_PARSING if name.startswith("parse") else PEER, time)
        ratio = f", {beside / time:,.1f} × cql-execution" if beside != time else ""
        yield Figure(name, f"{count / time:,.0f} patients/s{ratio}")


def _ours_on_more(count: int, rounds: int) -> Iterator[Figure]:
    patients = Patients.of(count)
    frames = frames_in_memory(patients.charts)
    yield _checked(patients, frames)
    for name, time in interleaved(_clocks(_evaluating(patients, frames)), rounds).items():
        yield Figure(name, f"{count / time:,.0f} patients/s")


def _evaluating(patients: Patients, frames: Frames) -> dict[str, Callable[[], object]]:
    """Who only evaluates, each from the form in memory that it is made for."""
    return {
        "evaluate: reference engine, charts": lambda: by_reference(patients.charts),
        "evaluate: reference engine with its reasons": lambda: by_reference_with_reasons(patients.charts),
        "evaluate: frame engine, frames": lambda: by_frame(frames),
        "evaluate: plain Python, charts": lambda: by_hand(patients.charts),
        "evaluate: plain Python, parsed JSON": lambda: by_predicate(patients.decide, patients.bundles),
    }


def _clocks(contenders: Mapping[str, Callable[[], object]]) -> dict[str, Callable[[], float]]:
    """Each contender as its seconds. What stands in memory by now is nothing for the garbage collector to look at."""
    gc.collect()
    gc.freeze()
    return {name: lambda work=work: timed(work)[0] for name, work in contenders.items()}  # type: ignore[misc]


def _checked(patients: Patients, frames: Frames) -> Figure:
    check_answers(patients, frames)
    yes = sum(truth for (_, name), truth in patients.expected.items() if name == "Eligible")
    counted = f"{len(patients.charts):,} patients, {len(patients.expected):,} answers"
    return Figure(counted, f"equal on all; {yes:,} eligible")


def check_answers(patients: Patients, frames: Frames) -> None:
    """Every contender gives the seven answers of every patient."""
    check_same(by_reference(patients.charts), patients.expected, "reference engine")
    check_same(by_reference_with_reasons(patients.charts), patients.expected, "reference engine with its reasons")
    check_same(answers_of(by_frame(frames)), patients.expected, "frame engine")
    check_same(by_hand(patients.charts), patients.expected, "plain Python on charts")


def _read(line: bytes) -> Chart:
    return chart_of(json.loads(line))


# --- cql-execution -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Peer:
    """cql-execution, installed, its rule compiled, the patients written down for it."""

    home: Path
    data: Path
    parse_seconds: list[float]

    @classmethod
    def ready(cls, scratch: Path, patients: Patients) -> Peer:
        """Installed by npm into the cache folder the first time."""
        home = _installed()
        (scratch / "bundles.ndjson").write_bytes(b"\n".join(patients.lines) + b"\n")
        expected: dict[str, dict[str, bool]] = {}
        for (patient, question), truth in patients.expected.items():
            expected.setdefault(patient, {})[question] = truth
        (scratch / "expected.json").write_bytes(msgspec.json.encode(expected))
        return cls(home, scratch, [])

    def evaluate(self) -> float:
        """The seconds of its second evaluation in one process: the first warms it up."""
        command = ["node", "run_cql_execution.mjs", "elm", str(self.data), "2"]
        done = subprocess.run(command, cwd=self.home, capture_output=True, text=True, check=False)
        check(done.returncode == 0, f"cql-execution ended with {done.returncode}: {done.stderr.strip()[-300:]}")
        runs = [msgspec.json.decode(line) for line in done.stdout.splitlines() if line.startswith("{")]
        check(len(runs) == 2 and not any(run["wrong"] for run in runs), f"cql-execution gave wrong answers: {runs}")
        self.parse_seconds.append(runs[-1]["parse_s"])
        return float(runs[-1]["eval_s"])


def _installed() -> Path:
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        raise SkippedError("it needs Node with npm, which is absent here")
    home = cache_folder() / ("cql-execution-" + PACKAGES["cql-execution"])
    home.mkdir(parents=True, exist_ok=True)
    wanted = {"private": True, "type": "module", "dependencies": PACKAGES, "overrides": OVERRIDES}
    manifest = home / "package.json"
    if not (home / "node_modules" / "cql-execution").exists():
        manifest.write_bytes(msgspec.json.encode(wanted))
        _run([npm, "install", "--no-audit", "--no-fund", "--ignore-scripts"], home)
    for name in RUNNERS:
        (home / name).write_bytes((PEER_BENCH / name).read_bytes())
    _run(["node", "compile_elm.mjs", str(PEER_BENCH / "rule"), "elm"], home)
    return home


def _run(command: list[str], home: Path) -> str:
    done = subprocess.run(command, cwd=home, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SkippedError(f"`{' '.join(command)}` ended with {done.returncode}: {done.stderr.strip()[-300:]}")
    return done.stdout

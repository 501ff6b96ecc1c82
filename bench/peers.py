"""One small rule beside the peers: cql-execution and plain Python, on the same patients in the same run.

The rule, its patients and the runner of cql-execution are those of ../shared/peer-bench. Every contender gives seven
answers a patient; all have to be those of the plain Python predicate that the patients come with.
"""

from __future__ import annotations

import importlib.util
import json
import random
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
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

Answers = dict[tuple[str, str], bool]


def measure(scale: Scale) -> Iterator[Figure]:
    """Patients per second of each contender, all answers equal."""
    if not (PEER_BENCH / "gen.py").exists():
        raise SkippedError("needs the patients and the rule of ../shared/peer-bench, which is absent here")
    few, many, rounds = scale.of((500, 20_000, 5), (60, 500, 2))
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
    expected: Answers

    @classmethod
    def of(cls, count: int) -> Patients:
        """So many patients of the peers' generator."""
        generator, rng = _generator(), random.Random(7)
        bundles = [generator.bundle(number, rng) for number in range(count)]
        expected = {
            (bundle["id"], question): truth
            for bundle in bundles
            for question, truth in generator.decide(bundle).items()
        }
        lines = [msgspec.json.encode(bundle) for bundle in bundles]
        return cls(lines, bundles, [chart_of(bundle) for bundle in bundles], expected)


def _generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("peer_bench_gen", PEER_BENCH / "gen.py")
    if spec is None or spec.loader is None:
        raise SkippedError("../shared/peer-bench/gen.py cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def by_predicate(decide: Callable[[Any], dict[str, bool]], bundles: Iterable[dict[str, Any]]) -> Answers:
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


def by_frame(frames: dict[str, nw.LazyFrame[Any]]) -> Any:
    """The many-patient engine: one column an answer."""
    questions = {name: question.met_when for name, question in QUESTIONS.items()}
    return evaluate(questions, frames, frames[PATIENTS], DAY).collect().to_native()


def frames_in_memory(charts: Iterable[Chart]) -> dict[str, nw.LazyFrame[Any]]:
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
    yield from _checked(patients, frames)
    contenders: dict[str, Callable[[], float]] = {
        "reference engine, typed charts": lambda: timed(lambda: by_reference(patients.charts))[0],
        "reference engine with its reasons": lambda: timed(lambda: by_reference_with_reasons(patients.charts))[0],
        "frame engine, frames in memory": lambda: timed(lambda: by_frame(frames))[0],
        "plain Python, typed charts": lambda: timed(lambda: by_hand(patients.charts))[0],
        "plain Python, parsed JSON": lambda: timed(lambda: by_predicate(_generator().decide, patients.bundles))[0],
        "from NDJSON: reference engine": lambda: timed(lambda: by_reference(map(_read, patients.lines)))[0],
        "from NDJSON: frame engine": lambda: timed(lambda: by_frame(frames_in_memory(map(_read, patients.lines))))[0],
        "from NDJSON: plain Python": lambda: timed(lambda: by_predicate(_generator().decide, _parsed(patients)))[0],
    }
    peer: Peer | None = None
    try:
        peer = Peer.ready(scratch, patients)
    except SkippedError as reason:
        yield Figure("cql-execution", f"skipped: {reason}")
    if peer:
        contenders["cql-execution, parsed JSON"] = peer.evaluate
    taken = interleaved(contenders, rounds)
    if peer:
        taken["from NDJSON: cql-execution"] = taken["cql-execution, parsed JSON"] + peer.parsing()
    yield from _speeds(taken, count, "cql-execution, parsed JSON", "from NDJSON: cql-execution")


def _checked(patients: Patients, frames: dict[str, nw.LazyFrame[Any]]) -> Iterator[Figure]:
    compared = check_same(by_reference(patients.charts), patients.expected, "reference engine")
    check_same(by_reference_with_reasons(patients.charts), patients.expected, "reference engine with its reasons")
    check_same(answers_of(by_frame(frames)), patients.expected, "frame engine")
    check_same(by_hand(patients.charts), patients.expected, "plain Python on typed charts")
    yes = sum(truth for (_, name), truth in patients.expected.items() if name == "Eligible")
    yield Figure(f"{len(patients.charts):,} patients, {compared:,} answers", f"equal on all; {yes:,} eligible")


def _speeds(taken: dict[str, float], count: int, peer: str, peer_from_lines: str) -> Iterator[Figure]:
    for name, time in taken.items():
        beside = taken.get(peer_from_lines if name.startswith("from NDJSON") else peer)
        ratio = f", {beside / time:,.1f} × cql-execution" if beside and beside != time else ""
        yield Figure(name, f"{count / time:,.0f} patients/s{ratio}")


def _ours_on_more(count: int, rounds: int) -> Iterator[Figure]:
    patients = Patients.of(count)
    frames = frames_in_memory(patients.charts)
    yield from _checked(patients, frames)
    contenders: dict[str, Callable[[], float]] = {
        "frame engine, frames in memory": lambda: timed(lambda: by_frame(frames))[0],
        "reference engine, typed charts": lambda: timed(lambda: by_reference(patients.charts))[0],
        "plain Python, typed charts": lambda: timed(lambda: by_hand(patients.charts))[0],
        "plain Python, parsed JSON": lambda: timed(lambda: by_predicate(_generator().decide, patients.bundles))[0],
    }
    for name, time in interleaved(contenders, rounds).items():
        yield Figure(name, f"{count / time:,.0f} patients/s")


def _read(line: bytes) -> Chart:
    return chart_of(json.loads(line))


def _parsed(patients: Patients) -> Iterator[dict[str, Any]]:
    return (json.loads(line) for line in patients.lines)


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
        said = _run(["node", "run_cql_execution.mjs", "elm", str(self.data), "2"], self.home)
        runs = [msgspec.json.decode(line) for line in said.splitlines() if line.startswith("{")]
        check(len(runs) == 2 and not any(run["wrong"] for run in runs), f"cql-execution gave wrong answers: {said}")
        self.parse_seconds.append(runs[-1]["parse_s"])
        return float(runs[-1]["eval_s"])

    def parsing(self) -> float:
        """The seconds that it takes to parse the lines."""
        return sorted(self.parse_seconds)[len(self.parse_seconds) // 2]


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

"""How our differential fares on pains whose source others confirmed. Run ``python -m tests.cases.diagnosis_report``.

The files of ``decided/dx-*`` hold the facts in our words; the labels (the confirmed source, and which parts of the
record gave it away) come from ``../shared/cases``. Each case is assessed twice: with all facts, and without those that
gave the answer away. Nothing in the library is tuned to these few cases.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from lenitive.chart import Chart
from lenitive.interop.case_file import CaseFile, read_case_file
from lenitive.reasoning import assess
from lenitive.reasoning.assessment import Assessment
from lenitive.reasoning.plan_of_care import plan_of_care

DECIDED = Path(__file__).parent / "decided"
SHARED = Path(__file__).resolve().parents[2].parent / "shared"
CASES = sorted(file.stem for file in DECIDED.glob("dx-*.toml"))

ANSWERS = {
    "cervical_facet": "cervical_facet",
    "cervical_radiculopathy": "cervical_radicular",
    "crps": "crps",
    "fracture": "vertebral_fracture",
    "hip": "hip_oa",
    "lumbar_disc": "lumbar_disc",
    "lumbar_radiculopathy": "lumbar_radicular",
    "lumbar_stenosis": "lumbar_stenosis",
    "other_neurological": None,
    "peripheral_nerve": "cluneal_nerve",
    "piriformis_sciatic": "deep_gluteal",
    "post_surgical": "persistent_spinal_pain_type_2",
    "sacroiliac_joint": "sacroiliac_joint",
    "shoulder": "rotator_cuff",
    "synovial_cyst_radiculopathy": "lumbar_radicular",
}
"""Our generator for the class of a label; ``None`` where we have none. A class that is missing is a danger, which acts
by rule and has no share."""

BLIND, SEEING = "without what gave it away", "with all facts"


@dataclass(frozen=True)
class Standing:
    """Where the confirmed source stands in one view of a case.

    No rank: no question of ours ranks it. It may still be ``named`` beside the differential, with no number.
    """

    case: str
    view: str
    generator: str | None
    rank: int | None
    share: float | None
    moved: bool
    named: bool
    flags: tuple[str, ...]
    is_danger: bool
    expects_flag: bool


@cache
def decided(name: str) -> CaseFile:
    """The facts of a case."""
    return read_case_file(DECIDED / f"{name}.toml")


def label_of(name: str, shared: Path = SHARED) -> dict[str, Any]:
    """What others found."""
    return tomllib.loads((shared / "cases" / "diagnosis" / f"{name}.toml").read_text(encoding="utf-8"))


def hidden_parts(label: dict[str, Any]) -> tuple[str, ...]:
    """The parts of the record that gave the answer away."""
    mask = label["outcome"].get("mask_for_blind_test", "not stated")
    return () if mask == "not stated" else tuple(mask)


@cache
def seen(name: str, hidden: tuple[str, ...] = ()) -> Assessment:
    """The assessment of a case without the facts that come from the hidden parts of the record."""
    facts = [fact for fact in decided(name).chart.facts if fact.source not in hidden]
    return assess(Chart.of(facts), decided(name).as_of)


def named(name: str, hidden: tuple[str, ...] = ()) -> set[str]:
    """The sources that a case names beside the differential, with no number."""
    told = seen(name, hidden)
    facts = [fact for fact in decided(name).chart.facts if fact.source not in hidden]
    return {one.generator for one in plan_of_care(Chart.of(facts), told.as_of, told).named}


def standing(name: str, label: dict[str, Any], view: str) -> Standing:
    """Where the confirmed source of one case stands in one view."""
    told = seen(name, hidden_parts(label) if view == BLIND else ())
    kind = label["outcome"]["generator_class"]
    generator = ANSWERS.get(kind)
    rank, share, moved = _place(told, generator)
    return Standing(
        case=name,
        view=view,
        generator=generator,
        rank=rank,
        share=share,
        moved=moved,
        named=generator in named(name, hidden_parts(label) if view == BLIND else ()),
        flags=tuple(sorted(flag.id for flag in told.red_flags if flag.status == "met")),
        is_danger=kind not in ANSWERS,
        expects_flag=label["outcome"]["red_flag"],
    )


def _place(told: Assessment, generator: str | None) -> tuple[int | None, float | None, bool]:
    """Rank and share among the rivals, or first among the overlays if the evidence raises it most."""
    for answer in told.differential:
        for rank, one in enumerate(answer.estimates, start=1):
            if one.generator == generator:
                return rank, one.probability, bool(one.contributions)
    supported = [one for one in told.overlays if one.odds_multiplied_by > 1]
    ranked = sorted(supported, key=lambda one: -one.odds_multiplied_by)
    for rank, overlay in enumerate(ranked, start=1):
        if overlay.generator == generator:
            return rank, None, True
    return None, None, False


def standings(shared: Path = SHARED) -> Iterator[Standing]:
    """Every case in both views."""
    for name in CASES:
        label = label_of(name, shared)
        for view in (SEEING, BLIND):
            yield standing(name, label, view)


def agreement(rows: list[Standing], view: str, limit: int) -> tuple[int, int]:
    """In how many cases the confirmed source is among the first, of how many that have a source and no mere danger."""
    counted = [row for row in rows if row.view == view and not row.is_danger]
    return sum(row.rank is not None and row.rank <= limit for row in counted), len(counted)


def report(rows: list[Standing]) -> Iterator[str]:
    """The report, line by line."""
    yield from (line(row) for row in rows)
    for view in (SEEING, BLIND):
        first, of = agreement(rows, view, 1)
        three, _ = agreement(rows, view, 3)
        yield f"{view}: first in {first} of {of}, among the first three in {three} of {of}"
    for view in (SEEING, BLIND):
        unranked = [row for row in rows if row.view == view and not row.is_danger and row.rank is None]
        count = sum(row.named for row in unranked)
        yield f"{view}: named with no number in {count} of {len(unranked)} that no question ranks"
    dangers = [row for row in rows if row.view == SEEING and row.expects_flag]
    yield f"red flags: raised in {sum(bool(row.flags) for row in dangers)} of {len(dangers)} cases that have one"


def line(row: Standing) -> str:
    """One case in one view."""
    if row.is_danger:
        place = "a danger, acts by rule"
    elif row.rank is None:
        place = "named, no number is known" if row.named else "ranked by no question"
    else:
        share = "" if row.share is None else f", {row.share:.0%}"
        place = f"rank {row.rank}{share}{'' if row.moved else ', starting share alone'}"
    flags = f"; red flags: {', '.join(row.flags)}" if row.flags else ""
    return f"{row.case:24} {row.view:26} {row.generator or '-':30} {place}{flags}"


def main() -> int:
    """Print the report."""
    if not SHARED.is_dir():
        print("needs the reference cases in ../shared, beside the repository, which are absent here", file=sys.stderr)
        return 1
    print("\n".join(report(list(standings()))))
    return 0


if __name__ == "__main__":
    sys.exit(main())

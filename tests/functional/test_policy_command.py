"""``lenitive policy``: what a policy wants on a day, and what changed."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest

from lenitive.interop.case_file import parse_case_file
from lenitive.medicine.content import content
from lenitive.reasoning.book import Book
from lenitive.reasoning.policy_changes import policy_changes
from lenitive.registry.store import write_facts
from tests.functional.conftest import Run

ABLATION = "medicare_facet_ablation_initial"


def test_every_policy_is_listed_and_can_be_shown(run: Run) -> None:
    listed = run("policy", "list").output
    for name in content().policies:
        assert name in listed
        assert run("policy", "show", name, "--as-of", "2026-06-01").exit_code == 0


def test_show_gives_the_numbers_and_the_contractor_of_a_state(run: Run) -> None:
    found = json.loads(run("policy", "show", ABLATION, "--as-of", "2026-06-01", "--state", "OH", "--json").stdout)
    assert [member["contractor"] for member in found["members"]] == ["CGS"]
    numbers = {one["name"]: one["value"] for row in found["rows"] for one in row["parameters"]}
    assert numbers["min_relief_percent"] == 80


def test_diff_says_what_changed(run: Run) -> None:
    told = " ".join(run("policy", "diff", ABLATION, "2024-01-01", "2025-01-01").output.split())
    assert "on 2024-01-01: rows in force from 2021-04-25" in told
    assert "severity: advice → required" in told


def test_between_days_of_one_version_nothing_changed(run: Run) -> None:
    assert "Nothing changed." in run("policy", "diff", ABLATION, "2025-01-01", "2025-01-02").output


def test_before_the_first_version_every_row_is_new(run: Run) -> None:
    found = json.loads(run("policy", "diff", ABLATION, "2019-01-01", "2025-01-01", "--json").stdout)
    assert found["version_before"] is None
    assert len(found["added"]) == len(content().policies[ABLATION].versions[-1].wants)
    assert found["members_added"]


def test_back_in_time_what_was_added_is_removed(run: Run) -> None:
    there = json.loads(run("policy", "diff", ABLATION, "2019-01-01", "2025-01-01", "--json").stdout)
    back = json.loads(run("policy", "diff", ABLATION, "2025-01-01", "2019-01-01", "--json").stdout)
    assert [row["row"] for row in there["added"]] == [row["row"] for row in back["removed"]]


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("nope", "2024-01-01", "2025-01-01"), "No policy called"),
        ((ABLATION, "1999-01-01", "2000-01-01"), "was in force"),
        ((ABLATION, "yesterday", "2025-01-01"), "is not a day"),
    ],
    ids=["unknown_policy", "never_in_force", "no_day"],
)
def test_wrong_use_teaches(run: Run, arguments: tuple[str, ...], word: str) -> None:
    result = run("policy", "diff", *arguments)
    assert result.exit_code == 2
    assert word in " ".join(result.output.replace("│", " ").split())


def test_rows_numbers_and_members_are_compared() -> None:
    """A policy of our own making, so that each kind of change is tried."""
    policy = content().policies[ABLATION]
    old = policy.versions[-1]
    relief = next(row for row in old.wants if "min_relief_percent" in row.parameters)
    stricter = msgspec.structs.replace(relief, parameters={**relief.parameters, "min_relief_percent": 90.0})
    gone = next(row for row in old.wants if row is not relief)
    fresh = msgspec.structs.replace(gone, id="fresh")
    rows = [stricter if row is relief else row for row in old.wants if row is not gone]
    day = date(2030, 1, 1)
    member = policy.members[0]
    changed = msgspec.structs.replace(
        policy,
        versions=[*policy.versions, msgspec.structs.replace(old, effective_from=day, wants=[*rows, fresh])],
        members=[
            msgspec.structs.replace(member, effective_until=date(2029, 12, 31)),
            msgspec.structs.replace(member, effective_from=day, policy_id="L99999"),
            *policy.members[1:],
        ],
    )
    known = Book(msgspec.structs.replace(content(), policies={**content().policies, ABLATION: changed}))
    found = policy_changes(known, ABLATION, date(2029, 1, 1), day)
    assert [row.row for row in found.added] == ["fresh"]
    assert [row.row for row in found.removed] == [gone.id]
    assert [(one.what, one.before, one.after) for row in found.changed for one in row.changes] == [
        ("min_relief_percent", "80 %", "90 %")
    ]
    assert ("policy id", member.policy_id, "L99999") in [
        (one.what, one.before, one.after) for row in found.members_changed for one in row.changes
    ]
    assert not found.is_empty


# --- impact ----------------------------------------------------------------------------------------------------------

BLOCK = "medicare_medial_branch_block_first"
DAYS = ("--as-of", "2024-01-01", "--as-of", "2025-01-01")
ASKED = ("--request", "kind=medial_branch_block_lumbar,side=left,levels=L3-4;L4-5;L5-S1,guidance=fluoroscopy")


READY = """
as_of = 2023-12-01
complete = ["procedure:facet", "condition", "procedure:spine_surgery"]
[patient]
id = "{name}"
[[complaint]]
region = "low_back_paramidline"
dominant = true
true_on = 2023-01-01
[[measure]]
instrument = "nrs"
score = 7
true_on = 2023-11-01
[[measure]]
instrument = "odi"
score = 40
true_on = 2023-11-01
[[treatment]]
kind = "physical_therapy"
true_on = 2023-02-01
until = 2023-06-01
response = "failed"
[[finding]]
code = "dermatomal_leg_pain"
present = false
[[finding]]
code = "neurogenic_claudication"
present = false
[[statement]]
kind = "other_cause_excluded"
says = true
[[statement]]
kind = "anterior_lumbar_fusion"
says = false
[[statement]]
kind = "plan_is_ablation"
says = true
"""


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two patients: one ready for a block of three levels as the policy was until August 2024, one of a blank chart."""
    out = tmp_path_factory.mktemp("impact") / "registry"
    blank = parse_case_file('as_of = 2023-12-01\n[patient]\nid = "blank"\n').chart
    write_facts([parse_case_file(READY.format(name="ready")).chart, blank], out)
    return out


def impact(run: Run, facts: Path, *more: str) -> Any:
    sedated = f"{ASKED[1]},sedation=none,steroid=none,state=OH,programme=medicare"
    return run("policy", "impact", BLOCK, "--facts", facts, *DAYS, "--request", sedated, *more)


def test_impact_names_whose_status_changes(run: Run, facts: Path) -> None:
    """A third level was advice until August 2024 and is refused since."""
    result = impact(run, facts, "--json")
    found = json.loads(result.stdout)
    assert found["changed"] == [
        {"patient": "blank", "before": "undocumented", "after": "not met"},
        {"patient": "ready", "before": "met", "after": "not met"},
    ]
    assert [one["patients"] for one in found["counts"]] == [1, 1]
    assert result.exit_code == 1


def test_impact_of_one_version_on_one_day_is_nothing(run: Run, facts: Path) -> None:
    days = ("--as-of", "2025-01-01", "--as-of", "2025-06-01", "--on", "2025-01-01")
    result = run("policy", "impact", BLOCK, "--facts", facts, *days, *ASKED, "--state", "OH")
    assert result.exit_code == 0
    assert "Nobody's status changes." in result.output


def test_both_versions_can_be_asked_about_one_day(run: Run, facts: Path) -> None:
    found = json.loads(impact(run, facts, "--on", "2024-01-01", "--json").stdout)
    assert found["before"]["asked_on"] == found["after"]["asked_on"] == "2024-01-01"
    assert (found["version_before"], found["version_after"]) == ("2021-04-25", "2024-08-11")


def test_impact_prints_no_value_of_a_patient(run: Run, facts: Path) -> None:
    told = impact(run, facts).output
    assert "ready" in told
    assert "low_back" not in told
    assert "physical" not in told


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("--as-of", "2024-01-01", *ASKED), "given 1 time."),
        ((*DAYS,), "about several procedures"),
        ((*DAYS, "--request", "kind=vertebroplasty"), "is not about"),
        ((*DAYS, "--request", "kind=medial_branch_block_lumbar,on=2025-01-01"), "leave out `on`"),
        (("--as-of", "1999-01-01", "--as-of", "2025-01-01", *ASKED), "was in force on 1999-01-01"),
    ],
)
def test_wrong_use_of_impact_is_told(run: Run, facts: Path, arguments: tuple[str, ...], word: str) -> None:
    result = run("policy", "impact", BLOCK, "--facts", facts, *arguments)
    assert result.exit_code == 2
    assert word in result.stderr

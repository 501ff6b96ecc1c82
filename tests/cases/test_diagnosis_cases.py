"""Pains whose source others confirmed: does our differential rank it, and does every danger raise its flag?

``python -m tests.cases.diagnosis_report`` prints the whole report. Where we differ, a table below says so and why, and
the test fails as soon as that changes. Nothing is tuned to these few cases.
"""

import pytest

from lenitive.reasoning.book import book
from tests.cases.diagnosis_report import (
    ANSWERS,
    BLIND,
    CASES,
    SEEING,
    agreement,
    decided,
    hidden_parts,
    label_of,
    report,
    seen,
    standing,
    standings,
)

FIRST_OF_ALL = (1, 1)

# case -> our rank with all facts, our rank without those that gave the answer away, and why it is not the first.
RANKS = {
    "dx-hip-oa-56f": (
        2,
        2,
        (
            "At 56 the age ratio speaks against arthritis of the hip, and the starting shares of joint and tendons are "
            "nearly equal (one of them a judgement). The examination that settles it is not stated."
        ),
    ),
    "dx-piri-35f": (
        4,
        4,
        (
            "Buttock and leg pain with a clean lumbar scan: no row lets a clean scan speak against a nerve root, and "
            "the anomalous nerve is no finding of our catalogue. The two piriformis tests are not stated."
        ),
    ),
    "dx-sif-62f": (
        4,
        4,
        (
            "The fractures stand as diagnoses from scans. No evidence row speaks of imaging, or of cement that did not "
            "help, so the starting share stays as it was. The red flag is raised all the same."
        ),
    ),
    "dx-sacralstress-30f": (
        4,
        4,
        (
            "A fracture of the sacrum has no published starting share; it is named beside the differential. The class "
            "of the label is any fracture, and that of the spine ranks low. The red flag is raised."
        ),
    ),
    "dx-crps-10f": (
        None,
        None,
        (
            "Two of four groups of symptoms are stated where the criteria want three, so the overlay stays undecided. "
            "The label's own count is said to be three, but the third is not in the text."
        ),
    ),
    "dx-l5-mononeuritis-61m": (
        None,
        None,
        "An inflamed root or nerve that nothing presses on is no source of ours.",
    ),
    "dx-psps-41m": (
        None,
        None,
        (
            "Pain after spinal surgery is an overlay for which no published ratio was found; nothing raises or lowers "
            "it. The operation that the chart tells of names it beside the differential, with no number."
        ),
    ),
    "dx-scn-55f": (
        None,
        None,
        (
            "Series give these nerves 1.6 to 14 % of low back pain: too wide a range for a starting share. They are "
            "named beside the differential, with what confirms them."
        ),
    ),
}

NAMED = {"dx-crps-10f", "dx-psps-41m", "dx-scn-55f"}
"""Cases whose source no question ranks, and which it is named in all the same, with no number."""

AGREEMENT = {SEEING: (8, 9, 16), BLIND: (8, 9, 16)}
"""View -> confirmed source first, among the first three, of how many that have a source and are no mere danger."""


@pytest.fixture(scope="module")
def rows(shared):
    if not (shared / "cases" / "diagnosis").is_dir():
        pytest.skip("needs the reference cases in ../shared, which are absent here")
    return list(standings(shared))


def test_all_twenty_cases_are_here(shared):
    assert set(CASES) == {file.stem for file in (shared / "cases" / "diagnosis").glob("*.toml")}
    assert len(CASES) == 20


def test_every_answer_is_a_source_of_ours():
    assert {name for name in ANSWERS.values() if name} <= set(book().content.generators)


def test_how_high_the_confirmed_source_ranks(rows):
    print("\n" + "\n".join(report(rows)))
    found = {}
    for row in rows:
        if not row.is_danger:
            found.setdefault(row.case, {})[row.view] = row.rank
    expected = {name: RANKS.get(name, FIRST_OF_ALL)[:2] for name in found}
    assert {name: (views[SEEING], views[BLIND]) for name, views in found.items()} == expected


@pytest.mark.parametrize("view", AGREEMENT)
def test_a_source_without_a_share_is_named_where_the_facts_point_to_it(rows, view):
    unranked = {row.case: row.named for row in rows if row.view == view and not row.is_danger and row.rank is None}
    assert {case for case, is_named in unranked.items() if is_named} == NAMED
    assert {case for case in unranked if case not in NAMED} == {"dx-l5-mononeuritis-61m"}


@pytest.mark.parametrize("view", AGREEMENT)
def test_the_agreement_is_as_the_documentation_says(rows, view):
    first, of = agreement(rows, view, 1)
    assert (first, agreement(rows, view, 3)[0], of) == AGREEMENT[view]


def test_every_difference_is_of_a_case_that_has_a_source(rows):
    assert set(RANKS) <= {row.case for row in rows if not row.is_danger}


@pytest.mark.parametrize("name", CASES)
def test_every_fact_says_from_which_part_of_the_record_it_comes(name, shared):
    label = label_of(name, shared)
    parts = {fact.source for fact in decided(name).chart.facts} - {f"{name}.toml"}
    assert parts <= set(label["patient"])
    assert set(hidden_parts(label)) <= parts, "what gave the answer away is not in the case file"


@pytest.mark.parametrize("name", CASES)
def test_every_danger_raises_its_flag_and_nothing_else_does(name, shared):
    row = standing(name, label_of(name, shared), SEEING)
    assert bool(row.flags) == row.expects_flag


def test_numbness_between_the_legs_is_an_emergency_without_the_biopsy(shared):
    """dx-plasmacytoma-23f without the biopsy: the danger shows in the history and on examination alone."""
    label = label_of("dx-plasmacytoma-23f", shared)
    blind = seen("dx-plasmacytoma-23f", hidden_parts(label))
    assert "cauda_equina" in {flag.id for flag in blind.red_flags if flag.status == "met"}
    assert [alert.severity for alert in blind.alerts] == ["emergency"]
    assert not any(option.verdict == "candidate" for option in blind.options if option.step > 3)


def test_a_confirming_injection_with_57_percent_relief_does_not_speak_against_the_joint():
    """dx-sij-27f: our row for that block wants 75 %. The relief settles nothing; the two tests put the joint first."""
    (answer, *_) = seen("dx-sij-27f").differential
    (block,) = [one for one in answer.estimates[0].contributions if one.group == "blocks"]
    assert (answer.estimates[0].generator, block.state, block.log_odds) == ("sacroiliac_joint", "equivocal", 0)


def test_a_pain_that_lies_down_badly_warns_before_any_scan(shared):
    """dx-l1-schwannoma-36m without the scan: the story alone asks for one, and stops nothing by itself."""
    blind = standing("dx-l1-schwannoma-36m", label_of("dx-l1-schwannoma-36m", shared), BLIND)
    assert blind.flags == ("recumbent_pain",)
    assert not book().content.red_flags["recumbent_pain"].stops_procedures

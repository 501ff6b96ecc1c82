"""The coverage policies fit together: criteria, numbers, sources, versions, contractors and siblings."""

from collections.abc import Iterator
from itertools import combinations

import pytest

from lenitive.chart import Chart, Request
from lenitive.medicine.content import content
from lenitive.medicine.criteria import all_criteria
from lenitive.medicine.shapes import Policy, PolicyVersion, Requirement
from lenitive.rules.model import parameters_of

POLICIES = content().policies
MEDICARE = {name: policy for name, policy in POLICIES.items() if policy.members}


def rows_of(policy: Policy) -> Iterator[tuple[PolicyVersion, Requirement]]:
    for version in policy.versions:
        for row in version.wants:
            yield version, row


ROWS = [
    pytest.param(name, row, id=f"{name}-{version.effective_from}-{row.id}")
    for name, policy in POLICIES.items()
    for version, row in rows_of(policy)
]


@pytest.mark.parametrize(("name", "row"), ROWS)
def test_a_row_names_a_criterion_and_gives_exactly_the_numbers_it_needs(name: str, row: Requirement) -> None:
    criterion = all_criteria()[row.criterion]
    needed = parameters_of(criterion.met_when)
    known = set(content().parameters)
    assert set(row.parameters) <= needed, "a number that the criterion does not ask for"
    assert needed - set(row.parameters) <= known, "a number that neither the row nor the knowledge base gives"


@pytest.mark.parametrize(("name", "row"), ROWS)
def test_what_says_when_a_row_applies_needs_no_numbers_of_the_row(name: str, row: Requirement) -> None:
    if row.when is not None:
        assert parameters_of(all_criteria()[row.when].met_when) <= set(content().parameters)


@pytest.mark.parametrize("name", POLICIES)
def test_rows_have_an_id_of_their_own_and_our_words(name: str) -> None:
    for version in POLICIES[name].versions:
        ids = [row.id for row in version.wants]
        assert None not in ids
        assert len(set(ids)) == len(ids)
        assert all(row.label for row in version.wants)


@pytest.mark.parametrize("name", POLICIES)
def test_alternatives_have_company(name: str) -> None:
    for version in POLICIES[name].versions:
        groups = [row.group for row in version.wants if row.group]
        assert all(groups.count(group) > 1 for group in groups)
        for row in version.wants:
            assert row.at_least <= max(1, groups.count(row.group))


@pytest.mark.parametrize("name", POLICIES)
def test_every_source_is_described_and_grades_follow_how_it_was_read(name: str) -> None:
    policy = POLICIES[name]
    sources = content().sources
    cited = [
        *policy.members,
        *policy.ambiguities,
        *policy.statements,
        *(row for _, row in rows_of(policy)),
    ]
    for part in cited:
        source = sources[part.source]
        if part.grade == "primary":
            assert source.access == "read", part
        if source.access == "not read":
            assert part.grade == "recalled", part


@pytest.mark.parametrize("name", POLICIES)
def test_versions_follow_one_another_without_overlap(name: str) -> None:
    versions = sorted(POLICIES[name].versions, key=lambda version: version.effective_from)
    for earlier, later in zip(versions, versions[1:], strict=False):
        assert earlier.effective_until is not None
        assert earlier.effective_until < later.effective_from


@pytest.mark.parametrize("name", MEDICARE)
def test_no_state_has_two_contractors_versions_on_one_day(name: str) -> None:
    for one, other in combinations(MEDICARE[name].members, 2):
        if set(one.states) & set(other.states):
            first, second = sorted((one, other), key=lambda member: member.effective_from)
            assert first.effective_until is not None
            assert first.effective_until < second.effective_from


@pytest.mark.parametrize("name", MEDICARE)
def test_a_contractors_states_are_those_of_its_jurisdictions(name: str) -> None:
    contractors = content().contractors
    for member in MEDICARE[name].members:
        states = [state for jurisdiction in member.jurisdictions for state in contractors[jurisdiction].states]
        assert sorted(member.states) == sorted(states)
        assert {contractors[jurisdiction].name for jurisdiction in member.jurisdictions} == {member.contractor}


@pytest.mark.parametrize("name", MEDICARE)
def test_no_contractor_begins_before_the_first_version(name: str) -> None:
    first = min(version.effective_from for version in MEDICARE[name].versions)
    assert all(member.effective_from >= first for member in MEDICARE[name].members)


@pytest.mark.parametrize(
    ("parameter", "names"),
    [
        ("states_of_wps", {"WPS"}),
        ("states_of_cgs", {"CGS"}),
        ("states_of_first_coast_and_novitas", {"First Coast", "Novitas"}),
    ],
)
def test_states_in_rules_are_those_of_the_contractors(parameter: str, names: set[str]) -> None:
    held = {state for row in content().contractors.values() if row.name in names for state in row.states}
    (value,) = content().parameters[parameter].values
    assert isinstance(value.value, list)
    assert set(value.value) == held


def test_no_state_has_two_contractors() -> None:
    states = [state for row in content().contractors.values() for state in row.states]
    assert len(set(states)) == len(states)


def test_procedures_exist() -> None:
    known = content().procedures
    if not known:
        pytest.skip("no procedures yet")
    for name, policy in POLICIES.items():
        assert set(policy.procedures) <= set(known), name


def test_what_chooses_a_policy_exists_and_needs_no_numbers_of_a_row() -> None:
    for policy in POLICIES.values():
        if policy.applies_when is not None:
            assert parameters_of(all_criteria()[policy.applies_when].met_when) <= set(content().parameters)


def test_an_ambiguity_gives_both_readings() -> None:
    for name, policy in POLICIES.items():
        for ambiguity in policy.ambiguities:
            assert "Reading 1" in ambiguity.reading, name
            assert "Reading 2" in ambiguity.reading, name

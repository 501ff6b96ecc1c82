"""The coverage policies fit together: criteria, numbers, sources, versions, contractors and siblings."""

import tomllib
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import combinations, pairwise, product
from pathlib import Path
from typing import Any

import msgspec
import pytest

from lenitive.chart import TABLES, Chart, Request
from lenitive.errors import KnowledgeError
from lenitive.medicine.content import FOLDER, content, with_shared_parts
from lenitive.medicine.criteria import (
    all_criteria,
    common_coverage,
    conservative,
    coverage,
    epidural,
    facet,
    intrathecal_coverage,
    pain,
    sacroiliac,
    soft_tissue_coverage,
    stimulation_coverage,
    vertebral_coverage,
)
from lenitive.medicine.criteria.families import HIGH_PROCEDURES, LOW_PROCEDURES
from lenitive.medicine.shapes import Policy, PolicyVersion, Requirement
from lenitive.reasoning.book import book
from lenitive.rules import model
from lenitive.rules.model import Criterion, Node, children, parameters_of
from lenitive.rules.reference import Reference

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
    for earlier, later in pairwise(versions):
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


def test_a_local_policy_on_stimulators_is_asked_for_where_a_contractor_has_one() -> None:
    """Noridian and Palmetto: the states of the members that are no national decision."""
    members = POLICIES["medicare_stimulation_trial"].members
    local = {state for member in members if not member.policy_id.startswith("NCD") for state in member.states}
    (value,) = content().parameters["states_with_stimulation_policy"].values
    assert isinstance(value.value, list)
    assert set(value.value) == local


def test_a_national_decision_binds_every_contractor() -> None:
    everywhere = {state for row in content().contractors.values() for state in row.states}
    for name in ("medicare_stimulation_trial", "medicare_intrathecal_pump", "medicare_lumbar_decompression"):
        assert {state for member in POLICIES[name].members for state in member.states} == everywhere, name


def test_shared_parts_are_all_used() -> None:
    """A shared row that no version names, or a set that no policy takes over, would be checked by nobody."""
    folder = FOLDER / "policies"
    written: dict[str, Any] = {}
    for file in folder.glob("policy*.toml"):
        written |= tomllib.loads(file.read_text(encoding="utf-8"))
    named = {row for policy in written.values() for version in policy["versions"] for row in version.get("rows", ())}
    taken = {share for policy in written.values() for share in policy.get("shares", ())}
    assert set(content().shared_policy_parts) == taken
    for name, parts in content().shared_policy_parts.items():
        assert set(parts.rows) - named == set(), name


def test_what_a_policy_shares_stands_in_it_like_its_own() -> None:
    sets = content().shared_policy_parts
    for file in (FOLDER / "policies").glob("policy*.toml"):
        for name, written in tomllib.loads(file.read_text(encoding="utf-8")).items():
            shared = [sets[share] for share in written.get("shares", ())]
            policy = POLICIES[name]
            assert len(policy.members) == len(written.get("members", ())) + sum(len(one.members) for one in shared)
            for version, rows in zip(policy.versions, written["versions"], strict=True):
                own = [row["id"] for row in rows.get("wants", ())]
                known = {key: row.id or key for one in shared for key, row in one.rows.items()}
                expected = [known.get(row, row) for row in rows.get("rows", ())]
                expected += [row for row in own if row not in rows.get("rows", ())]
                assert [row.id for row in version.wants] == expected


def test_a_row_that_is_nowhere_is_refused_with_what_is_near() -> None:
    policy = POLICIES["medicare_sacroiliac_ablation"]
    version = msgspec.structs.replace(policy.versions[0], rows=["sij.excl.rfb"])
    with pytest.raises(KnowledgeError, match=r"names the row 'sij.excl.rfb'.*Near it: sij.excl.rfa"):
        with_shared_parts("tried", msgspec.structs.replace(policy, versions=[version]), {})


def test_what_stands_in_belongs_to_no_payer_and_no_contractor() -> None:
    standing_in = [policy for policy in POLICIES.values() if policy.stands_in]
    assert standing_in
    for policy in standing_in:
        assert not policy.payers
        assert not policy.members
        assert any("no policy of the payer" in statement.text for statement in policy.statements)


def test_programmes_name_procedures_times_and_days() -> None:
    for name, authority in content().authorities.items():
        assert authority.times or authority.services, name
        assert set(authority.states) <= {state for row in content().contractors.values() for state in row.states}
        for service in authority.services:
            assert service.codes, name
            assert service.effective_from >= authority.effective_from


def test_procedures_exist() -> None:
    known = set(content().procedures)
    for name, policy in POLICIES.items():
        assert set(policy.procedures) <= known, name
    assert set(LOW_PROCEDURES + HIGH_PROCEDURES) <= known


WORDS = {
    "lumbosacral_pain_regions": "regions",
    "cervicothoracic_pain_regions": "regions",
    "axial_low_back_regions": "regions",
    "axial_neck_and_chest_regions": "regions",
    "sacroiliac_pain_regions": "regions",
    "pain_scales": "instruments",
    "function_scales": "instruments",
    "conservative_kinds": "treatments",
    "rehabilitation_kinds": "treatments",
    "radicular_symptoms_lumbar": "findings",
    "radicular_symptoms_cervicothoracic": "findings",
    "claudication_symptoms": "findings",
    "nerve_compression_imaging": "findings",
    "midline_compression_imaging": "findings",
    "root_examination_lumbar": "findings",
    "root_examination_cervicothoracic": "findings",
    "zoster_findings": "findings",
    "facet_cyst_imaging": "findings",
    "sacroiliac_tests": "findings",
    "non_covered_procedures": "procedures",
    "trial_kinds": "procedures",
    "test_kinds": "procedures",
    "supporting_findings": "findings",
    "recent_fracture_imaging": "findings",
    "modic_findings": "findings",
    "stenosis_imaging": "findings",
}
"""Parameters that are lists of words, and the content that must know the words."""


@pytest.mark.parametrize("parameter", WORDS)
def test_words_of_a_list_are_known(parameter: str) -> None:
    lists: list[Any] = [row.parameters[parameter] for _, row in all_rows() if parameter in row.parameters]
    if parameter in content().parameters:
        lists += [value.value for value in content().parameters[parameter].values]
    assert lists
    for words in lists:
        assert set(words) <= set(getattr(content(), WORDS[parameter]))


def all_rows() -> Iterator[tuple[PolicyVersion, Requirement]]:
    for policy in POLICIES.values():
        yield from rows_of(policy)


MODULES = (
    common_coverage,
    conservative,
    coverage,
    epidural,
    facet,
    intrathecal_coverage,
    pain,
    sacroiliac,
    soft_tissue_coverage,
    stimulation_coverage,
    vertebral_coverage,
)
OURS = {thing.name: thing for module in MODULES for thing in vars(module).values() if isinstance(thing, Criterion)}


def nodes_of(node: Node) -> Iterator[Node]:
    yield node
    for child in children(node):
        yield from nodes_of(child)


def test_statements_that_criteria_read_are_known() -> None:
    read = {
        node.right.value
        for criterion in OURS.values()
        for node in nodes_of(criterion.met_when)
        if isinstance(node, model.Compare) and node.left == model.Column("statement", "kind")
        if isinstance(node.right, model.Constant)
    }
    assert read
    assert read <= set(content().statements)


def test_every_coverage_criterion_has_a_table() -> None:
    folder = Path(__file__).parents[1] / "spec" / "criteria"
    said = "".join(file.read_text(encoding="utf-8") for file in folder.glob("test_*.py"))
    assert [name for name in OURS if name not in said] == []


DAY = date(2026, 5, 15)
RECORDED = datetime(2020, 1, 1)
SIBLINGS = sorted({kind for policy in POLICIES.values() if policy.applies_when for kind in policy.procedures})


def earlier_facts() -> list[list[Any]]:
    """Charts with nothing, one or two earlier procedures, of every kind, intent, age and exactness."""
    rows: list[list[Any]] = [[]]
    for number, (kind, intent, side, levels, days) in enumerate(
        product(
            (
                "epidural_caudal",
                "medial_branch_block_lumbar",
                "facet_procedure",
                "sacroiliac_joint_injection",
                "radiofrequency_ablation_medial_branch_lumbar",
                "medial_branch_block_cervical",
                "trigger_point_injection",
            ),
            ("diagnostic", "therapeutic", None),
            ("left", None),
            (("L4-5",), ("C5-6",), ()),
            (0, 30, 364, 365, 3000),
        )
    ):
        rows.append(
            [
                TABLES["procedure"](
                    id=f"procedure-{number}",
                    patient="p",
                    recorded_at=RECORDED,
                    kind=kind,
                    intent=intent,
                    side=side,
                    levels=levels,
                    true_on=DAY - timedelta(days=days),
                )
            ]
        )
    return rows


@pytest.mark.parametrize("kind", SIBLINGS)
def test_exactly_one_sibling_speaks_for_a_request(kind: str) -> None:
    families: dict[str, list[str]] = {}
    for name, policy in POLICIES.items():
        if policy.applies_when and kind in policy.procedures:
            families.setdefault(name.split("_")[0], []).append(policy.applies_when)
    patient = TABLES["patient"](id="patient", patient="p", recorded_at=RECORDED)
    for facts in earlier_facts():
        chart = Chart.of([patient, *facts])
        for intent in ("diagnostic", "therapeutic", "trial", "implant", "revision", None):
            engine = Reference(chart, DAY, Request(kind=kind, side="left", levels=("L4-5",), intent=intent))
            for family, criteria in families.items():
                said = [engine.truth(book().standing(name, DAY).met_when) for name in criteria]
                assert None not in said
                assert said.count(True) <= 1
                if family == "medicare":
                    assert said.count(True) == 1


def test_what_chooses_a_policy_exists_and_needs_no_numbers_of_a_row() -> None:
    for policy in POLICIES.values():
        if policy.applies_when is not None:
            assert parameters_of(all_criteria()[policy.applies_when].met_when) <= set(content().parameters)


def test_what_an_ambiguity_would_change_is_a_row_of_a_policy_that_has_it() -> None:
    asked: dict[str, set[str]] = {}
    rows: dict[str, set[str | None]] = {}
    for policy in POLICIES.values():
        for ambiguity in policy.ambiguities:
            wanted = {change.row for change in ambiguity.otherwise}
            asked.setdefault(ambiguity.issue, set()).update(wanted)
            rows.setdefault(ambiguity.issue, set()).update(row.id for _, row in rows_of(policy))
            for _, row in rows_of(policy):
                for change in ambiguity.otherwise:
                    if change.row == row.id:
                        assert set(change.parameters) <= set(row.parameters)
                        assert (change.severity or row.severity, {**row.parameters, **change.parameters}) != (
                            row.severity,
                            row.parameters,
                        ), "the other reading is the one that is used"
    assert any(asked.values())
    for issue, wanted in asked.items():
        assert wanted <= rows[issue], issue


def test_an_ambiguity_gives_both_readings() -> None:
    for name, policy in POLICIES.items():
        for ambiguity in policy.ambiguities:
            assert "Reading 1" in ambiguity.reading, name
            assert "Reading 2" in ambiguity.reading, name

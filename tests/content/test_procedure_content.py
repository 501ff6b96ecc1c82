"""Procedures, drugs, instruments and words fit together, and every part is there or said to be unknown."""

import ast
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from lenitive.medicine.content import FOLDER, cited_parts, content
from lenitive.medicine.criteria import all_criteria
from lenitive.medicine.shapes import ProcedureEntry, Requirement
from lenitive.rules import model
from lenitive.rules.model import Node, children, parameters_of

CONTENT = content()
PROCEDURES = CONTENT.procedures
NO_NEEDLE = ("conservative", "referral", "medicine")
CLASSES = ("low", "intermediate", "high")

# What is asked of every procedure, by kind. Purpose is the role with its targets; the trial that an implant requires,
# the codes' citation and the set of rows for bleeding have tests of their own below, and preparation is a part of the
# page that a patient reads.
EVERYWHERE = ("plain", "targets", "contraindications")
NOT_A_MEDICINE = ("codes", "onset", "lasts", "setting")
BY_NEEDLE = (
    "approaches",
    "drugs",
    "steroid",
    "candidacy",
    "cautions",
    "bleeding_class",
    "guidance",
    "contrast",
    "sedation",
    "minutes",
    "radiation",
    "repeat",
    "antibiotics",
    "risks",
    "aftercare",
    "warning_signs",
    "follow_up",
)
AS_A_TEST = ("diagnostic", "both", "trial")
PROVEN_BEFORE = ("therapeutic", "implant", "trial")
BY_VOLUME = ("epidural", "medial branch block", "facet joint injection", "sacroiliac", "sympathetic", "peripheral")
BY_MOUTH = {"prednisone", "prednisolone", "hydrocortisone"}
BY_MOUTH_OR_SKIN = ("advice", "doses", "onset", "lasts", "risks", "aftercare", "warning_signs", "follow_up")


def parts_of(entry: ProcedureEntry) -> Iterator[str]:
    """The parts that a procedure of this kind has."""
    yield from EVERYWHERE
    if entry.role == "medicine":
        yield from BY_MOUTH_OR_SKIN
        return
    yield from NOT_A_MEDICINE
    if entry.role in NO_NEEDLE:
        return
    yield from BY_NEEDLE
    if entry.role in AS_A_TEST:
        yield "positive_if"
    if entry.role in PROVEN_BEFORE:
        yield "gates"
    if entry.family in BY_VOLUME:
        yield "volume_ml"


def requirements(thing: Any, path: str) -> Iterator[tuple[str, Requirement]]:
    if isinstance(thing, Requirement):
        yield path, thing
    elif isinstance(thing, msgspec.Struct):
        for name in thing.__struct_fields__:
            yield from requirements(getattr(thing, name), f"{path}.{name}")
    elif isinstance(thing, list):
        for number, part in enumerate(thing):
            yield from requirements(part, f"{path}[{number}]")


def nodes(node: Node) -> Iterator[Node]:
    yield node
    for child in children(node):
        yield from nodes(child)


ROWS = {name: list(requirements(entry, name)) for name, entry in PROCEDURES.items()}


@pytest.mark.parametrize("name", PROCEDURES)
def test_a_procedure_has_every_part_or_says_that_it_is_unknown(name: str) -> None:
    entry = PROCEDURES[name]
    for part in parts_of(entry):
        value = getattr(entry, part)
        assert (value not in (None, [])) is not (part in entry.unknown), part
    assert set(entry.unknown) <= set(entry.__struct_fields__)


@pytest.mark.parametrize("name", PROCEDURES)
def test_how_to_get_ready_stands_on_the_page_of_every_procedure(name: str) -> None:
    [page] = [page for page in CONTENT.education.values() if name in page.procedures]
    assert page.before


def test_what_is_injected_has_its_ceiling_or_says_whether_it_is_a_suspension() -> None:
    numbing = [drug for drug in CONTENT.drugs.values() if drug.drug_class == "local_anaesthetic"]
    assert numbing
    assert all(drug.ceilings for drug in numbing)
    given = {name for name in CONTENT.drugs if CONTENT.drugs[name].drug_class == "steroid"} - BY_MOUTH
    assert given
    assert all(CONTENT.drugs[name].particulate is not None for name in given)


@pytest.mark.parametrize("name", PROCEDURES)
def test_a_row_names_a_criterion_and_gives_exactly_the_numbers_it_needs(name: str) -> None:
    for path, row in ROWS[name]:
        asked = parameters_of(all_criteria()[row.criterion].met_when)
        assert set(row.parameters) <= asked, path
        assert asked - set(row.parameters) <= set(CONTENT.parameters), path
        if row.when is not None:
            assert parameters_of(all_criteria()[row.when].met_when) <= set(CONTENT.parameters), path


@pytest.mark.parametrize("name", PROCEDURES)
def test_words_of_a_row_are_words_of_the_content(name: str) -> None:
    lists = {"supporting_findings": CONTENT.findings, "supporting_imaging": CONTENT.findings}
    lists |= {"forbidding_findings": CONTENT.findings, "earlier_kinds": PROCEDURES}
    lists |= {"pain_regions": CONTENT.regions}
    for path, row in ROWS[name]:
        for parameter, known in lists.items():
            assert set(row.parameters.get(parameter, [])) <= set(known), path


@pytest.mark.parametrize("name", PROCEDURES)
def test_alternatives_have_company(name: str) -> None:
    entry = PROCEDURES[name]
    for rows in (entry.gates, entry.candidacy, entry.contraindications, entry.cautions):
        groups = [row.group for row in rows if row.group]
        assert all(groups.count(group) > 1 for group in groups)


@pytest.mark.parametrize("name", PROCEDURES)
def test_a_gate_says_what_opens_it(name: str) -> None:
    gates = [gate for gate in PROCEDURES[name].gates if gate.severity == "required"]
    alone = [gate for gate in gates if not gate.group]
    assert all(gate.opens_with for gate in alone)
    for group in {gate.group for gate in gates if gate.group}:
        assert any(gate.opens_with for gate in gates if gate.group == group)


@pytest.mark.parametrize("name", PROCEDURES)
def test_targets_are_generators(name: str) -> None:
    assert set(PROCEDURES[name].targets) <= set(CONTENT.generators)


@pytest.mark.parametrize("kind", ["procedures", "shared_rows", "drugs", "instruments"])
def test_every_statement_names_a_source_and_no_better_grade_than_its_reading_allows(kind: str) -> None:
    allowed = {
        "read": {"primary", "secondary", "recalled", "disputed"},
        "third party": {"secondary", "recalled", "disputed"},
        "not read": {"recalled"},
        "judgement": {"judgement"},
    }
    for name, entry in getattr(CONTENT, kind).items():
        for path, part in cited_parts(entry, name):
            assert part.source in CONTENT.sources, path
            assert part.grade in allowed[CONTENT.sources[part.source].access], path


@pytest.mark.parametrize("name", PROCEDURES)
def test_a_needle_waits_for_infection_refusal_and_clotting(name: str) -> None:
    entry = PROCEDURES[name]
    against = {row.criterion for row in entry.contraindications}
    assert "patient_declined" in against
    if entry.role in NO_NEEDLE:
        return
    assert "active_infection" in against
    if entry.continues:  # a pump that runs dry is the greater danger
        return
    assert entry.bleeding_class is not None
    assert entry.bleeding_class.text in CLASSES
    assert f"bleeding_{entry.bleeding_class.text}" in entry.shares
    assert {"inr_raised", "platelets_low"} <= against
    assert "hold_agreed_with_prescriber" in {row.criterion for row in entry.cautions}


@pytest.mark.parametrize("name", PROCEDURES)
def test_a_corticosteroid_brings_its_cautions(name: str) -> None:
    entry = PROCEDURES[name]
    cautions = {row.criterion for row in entry.cautions}
    assert bool(entry.steroid) is ({"diabetes", "steroid_given_recently", "cyp3a4_inhibitor_taken"} <= cautions)


def test_procedures_that_give_a_corticosteroid_are_counted() -> None:
    counted = CONTENT.parameters["steroid_procedures"].values[0].value
    assert isinstance(counted, list)
    giving = {name for name, entry in PROCEDURES.items() if entry.steroid}
    assert giving <= set(counted)
    assert set(counted) - giving == {"epidural_steroid_injection"}, "read from code numbers alone"


@pytest.mark.parametrize("name", [name for name, entry in PROCEDURES.items() if entry.role == "implant"])
def test_no_implant_without_a_passed_trial(name: str) -> None:
    assert any(gate.criterion == "trial_succeeded" and gate.want == "met" for gate in PROCEDURES[name].gates)


@pytest.mark.parametrize("region", ["lumbar", "cervical", "thoracic"])
def test_no_ablation_of_medial_branches_without_two_positive_blocks(region: str) -> None:
    entry = PROCEDURES[f"radiofrequency_ablation_medial_branch_{region}"]
    counts = {gate.parameters["min_blocks"]: gate for gate in entry.gates if gate.criterion == "enough_positive_blocks"}
    assert set(counts) == {1, 2}
    assert str(counts[2].opens_with).startswith("Second diagnostic medial branch block")
    for gate in counts.values():
        alternatives = {other.criterion for other in entry.gates if other.group == gate.group}
        assert alternatives == {"enough_positive_blocks", "last_ablation_relieved"}


@pytest.mark.parametrize("name", [name for name in PROCEDURES if "ablation" in name or "neurolysis" in name])
def test_what_is_ablated_was_tested_or_cannot_be(name: str) -> None:
    gates = {gate.criterion for gate in PROCEDURES[name].gates}
    tested = {"enough_positive_blocks", "diagnostic_blocks_relieved"}
    assert gates & tested or name == "radiofrequency_ablation_basivertebral"


@pytest.mark.parametrize("name", PROCEDURES)
def test_codes_are_bare_numbers_with_a_citation(name: str) -> None:
    entry = PROCEDURES[name]
    assert all(len(code) == 5 and code.isalnum() for code in entry.codes)
    assert bool(entry.codes) is (entry.codes_cited is not None)


@pytest.mark.parametrize("name", PROCEDURES)
def test_a_rate_is_a_share_and_fits_its_counts(name: str) -> None:
    for risk in PROCEDURES[name].risks:
        assert risk.percent is None or 0 < risk.percent <= 100
        if risk.percent and risk.events and risk.of:
            assert risk.percent == pytest.approx(100 * risk.events / risk.of, rel=0.05)
        for low, high in filter(None, (risk.interval, risk.range)):
            assert low < high
            assert risk.percent is None or low <= risk.percent <= high


# --- medicines ---------------------------------------------------------------------------------------------------

MEDICINES = [name for name, entry in PROCEDURES.items() if entry.role == "medicine"]


@pytest.mark.parametrize("name", MEDICINES)
def test_a_medicine_is_aimed_at_what_its_advice_speaks_of(name: str) -> None:
    entry = PROCEDURES[name]
    assert set(entry.targets) == {generator for advice in entry.advice for generator in advice.generators}
    assert set(entry.courses) <= set(CONTENT.treatments)


def test_only_medicines_have_advice_and_doses() -> None:
    for name, entry in PROCEDURES.items():
        assert bool(entry.advice or entry.doses or entry.ingredients) <= (name in MEDICINES)


def test_opioids_of_the_plan_are_those_that_are_counted() -> None:
    counted = {word for drug in DRUGS.values() if drug.drug_class == "opioid" for word in drug.names}
    assert set(PROCEDURES["opioid"].ingredients) == counted
    assert CONTENT.parameters["opioid_ingredients"].values[0].value == sorted(counted)


def test_a_drug_belongs_to_one_class_of_medicines() -> None:
    words = [word for name in MEDICINES for word in PROCEDURES[name].ingredients]
    assert len(words) == len(set(words))


# --- drugs -------------------------------------------------------------------------------------------------------

DRUGS = CONTENT.drugs
AGAINST_CLOTTING = ("anticoagulant", "antiplatelet")


@pytest.mark.parametrize("name", DRUGS)
def test_nothing_is_stopped_without_the_prescriber(name: str) -> None:
    assert DRUGS[name].ask_prescriber


@pytest.mark.parametrize("name", [name for name, drug in DRUGS.items() if drug.drug_class in AGAINST_CLOTTING])
def test_a_drug_against_clotting_has_a_hold_for_every_class(name: str) -> None:
    assert {hold.bleeding_class for hold in DRUGS[name].holds} == set(CLASSES)


@pytest.mark.parametrize("name", DRUGS)
def test_a_hold_has_the_number_that_its_rule_needs(name: str) -> None:
    for hold in DRUGS[name].holds:
        assert (hold.amount is not None) is (hold.rule in ("days", "hours", "half-lives"))
        assert hold.range is None or hold.range[1] == hold.amount, "the longer end counts"
        assert hold.criterion is None or hold.criterion in all_criteria()


def test_each_name_and_code_belongs_to_one_drug() -> None:
    for field in ("names", "rxnorm"):
        words = [word for drug in DRUGS.values() for word in getattr(drug, field)]
        assert len(words) == len(set(words))


def test_the_list_of_antithrombotics_is_that_of_the_drugs() -> None:
    names = {name for drug in DRUGS.values() if drug.drug_class in AGAINST_CLOTTING for name in drug.names}
    assert CONTENT.parameters["antithrombotics"].values[0].value == sorted(names)


def test_the_lists_of_corticosteroids_are_those_of_the_drugs() -> None:
    particulate = {
        name for drug in DRUGS.values() if drug.particulate and drug.particulate.text == "yes" for name in drug.names
    }
    assert CONTENT.parameters["particulate_steroids"].values[0].value == sorted(particulate)


# --- instruments and words ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CONTENT.instruments)
def test_an_instrument_has_a_range_in_order_and_changes_above_zero(name: str) -> None:
    instrument = CONTENT.instruments[name]
    if instrument.low is not None and instrument.high is not None:
        assert instrument.low < instrument.high
    for change in instrument.minimal_important_change:
        assert (change.value or change.low or 0) > 0


def test_each_loinc_code_belongs_to_one_instrument() -> None:
    codes = [code for instrument in CONTENT.instruments.values() for code in instrument.loinc]
    assert len(codes) == len(set(codes))


def test_every_statement_that_a_criterion_asks_for_is_a_word() -> None:
    asked = set()
    for criterion in all_criteria().values():
        for node in nodes(criterion.met_when):
            match node:
                case model.Compare(_, model.Column("statement", "kind"), model.Constant(str(word))):
                    asked.add(word)
    assert asked
    assert asked <= set(CONTENT.statements)


@pytest.mark.parametrize("name", ["conservative_kinds", "rehabilitation_kinds"])
def test_kinds_of_care_are_words(name: str) -> None:
    listed = CONTENT.parameters[name].values[0].value
    assert isinstance(listed, list)
    assert set(listed) <= set(CONTENT.treatments)


@pytest.mark.parametrize("name", ["infection_findings", "flexion_findings"])
def test_findings_of_the_parameters_are_in_the_catalogue(name: str) -> None:
    listed = CONTENT.parameters[name].values[0].value
    assert isinstance(listed, list)
    assert set(listed) <= set(CONTENT.findings)


@pytest.mark.parametrize("module", ["safety", "candidacy", "medicines"])
def test_no_number_stands_in_the_questions(module: str) -> None:
    tree = ast.parse((FOLDER / "criteria" / f"{module}.py").read_text(encoding="utf-8"))
    assert not [
        node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and type(node.value) in (int, float)
    ]


# --- waveforms -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CONTENT.waveforms)
def test_a_waveform_has_every_part_or_says_that_it_is_unknown(name: str) -> None:
    entry = CONTENT.waveforms[name]
    for part in ("felt", "frequency", "pulse_width", "current"):
        assert (getattr(entry, part) is not None) is not (part in entry.unknown), part
    for outcome in entry.outcomes:
        assert set(CONTENT.outcomes[outcome].procedures) & set(entry.procedures)


def test_what_keeps_going_what_is_in_the_body_is_listed_once_for_the_rules() -> None:
    [version] = CONTENT.parameters["upkeep_procedures"].values
    assert version.value == [name for name, entry in PROCEDURES.items() if entry.continues]

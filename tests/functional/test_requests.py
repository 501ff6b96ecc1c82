"""What is typed as a request or an option: a word that no rule knows is refused with the nearest that one does."""

import pytest

from tests.conftest import ROOT
from tests.functional.conftest import Run

EXAMPLE = ROOT / "examples" / "radiculopathy.toml"
EPIDURAL = "kind=epidural_transforaminal_lumbar"


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ("region=lumbr", "No region called 'lumbr'. Did you mean lumbar?"),
        ("approach=transforaminl", "No approach called 'transforaminl'. Did you mean transforaminal "),
        ("approach=zzz", "No approach called 'zzz'."),
        ("steroid=dexamethason", "No steroid called 'dexamethason'. Did you mean dexamethasone"),
        ("state=ZZ", "'ZZ' is no state of the United States."),
    ],
)
@pytest.mark.parametrize("command", ["assess", "authorize"])
def test_a_word_of_a_request_that_no_rule_knows_is_refused(run: Run, command: str, more: str, told: str) -> None:
    result = run(command, EXAMPLE, "--request", f"{EPIDURAL},{more}")
    assert (result.exit_code, result.stdout) == (2, "")
    assert told in result.stderr


@pytest.mark.parametrize("more", ["region=lumbar", "approach=transforaminal", "steroid=none", "state=oh"])
def test_a_word_that_a_rule_knows_is_taken(run: Run, more: str) -> None:
    assert run("assess", EXAMPLE, "--request", f"{EPIDURAL},{more}").exit_code == 0


def test_two_requests_for_one_procedure_are_refused_not_lost(run: Run) -> None:
    result = run("assess", EXAMPLE, "--request", f"{EPIDURAL},side=left", "--request", f"{EPIDURAL},side=right")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "about the same procedure, epidural_transforaminal_lumbar." in result.stderr


def test_a_state_that_is_none_is_refused_where_a_policy_is_shown(run: Run) -> None:
    result = run("policy", "show", "aetna_medial_branch_block_first", "--state", "ZZ")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "'ZZ' is no state" in result.stderr


def test_a_source_of_pain_that_is_none_is_refused(run: Run) -> None:
    result = run("handout", "radiofrequency_ablation_medial_branch_lumbar", "--source", "lumbar_facett")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Did you mean lumbar_facet" in result.stderr

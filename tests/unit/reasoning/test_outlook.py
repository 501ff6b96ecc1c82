"""What to expect: published shares as they are shown, learning from a clinic's own, and the arithmetic behind both."""

from datetime import date
from math import comb

import msgspec
import pytest

from lenitive.chart import Request
from lenitive.medicine.shapes import Figure
from lenitive.reasoning import assess
from lenitive.reasoning.book import Book, book
from lenitive.reasoning.determination import Asking
from lenitive.reasoning.outlook import outlook, updated
from lenitive.reasoning.proportions import Belief, after, belief, beta_quantile, beta_share, size_behind, wilson
from tests.unit.reasoning.conftest import DAY, chart_of, fact

ABLATION = "radiofrequency_ablation_medial_branch_lumbar"
SACROILIAC = "radiofrequency_ablation_lateral_branch_sacral"


def named(rows, outcome):
    return next(row for row in rows if row.outcome == outcome)


def ids(rows):
    return [row.outcome for row in rows]


def blocks(count, percent):
    """So many medial branch blocks of L4-5 and L5-S1 on the left, in a list that is known to be complete."""
    facts = [fact("attestation", id=topic, topic=topic, true_on=DAY) for topic in ("procedure:facet", "relief:facet")]
    for number in range(count):
        on = date(2026, 2 + number, 2)
        facts += [
            fact(
                "procedure",
                id=f"block-{number}",
                kind="medial_branch_block_lumbar",
                intent="diagnostic",
                region="lumbar",
                side="left",
                levels=("L4-5", "L5-S1"),
                true_on=on,
                drugs=({"ingredient": "lidocaine", "strength_percent": 2, "volume_ml": 1.5},),
            ),
            fact(
                "relief",
                id=f"relief-{number}",
                procedure=f"block-{number}",
                percent=percent,
                lasted_hours=2,
                concordant=True,
                true_on=on,
            ),
        ]
    return facts


LEFT = Request(kind=ABLATION, region="lumbar", side="left", levels=("L4-5", "L5-S1"))


# --- published examples ------------------------------------------------------------------------------------------


def test_cohen_2008_fourteen_and_fourteen(asking):
    row = named(outlook(asking(), SACROILIAC, "sacroiliac_joint"), "sacroiliac_rfa_cohen2008")
    treated = {one.months: one for one in row.shares if not one.comparator and not one.subgroup}
    assert [round(treated[months].probability * 14) for months in (1, 3, 6, 12)] == [11, 9, 8, 2]
    month = treated[1]
    assert month.interval == "computed"
    assert (month.low, month.high) == pytest.approx((0.524, 0.924), abs=0.001)
    sham = {one.months: one for one in row.shares if one.comparator == "sham"}
    assert sham[3].probability == sham[3].low == 0
    assert sham[3].high == pytest.approx(0.215, abs=0.001)


def test_smith_2020_keeps_its_printed_interval_and_its_conflict(asking):
    row = named(
        outlook(asking(), "epidural_transforaminal_lumbar", "lumbar_radicular"), "transforaminal_disc_smith2020"
    )
    assert [(one.months, one.probability) for one in row.shares] == [(1, 0.63), (3, 0.74), (6, 0.64), (12, 0.64)]
    assert (row.shares[0].low, row.shares[0].high, row.shares[0].interval) == (0.58, 0.68, "printed")
    assert [one.outcome for one in row.conflicts] == ["epidural_placebo_cochrane2020"]
    assert row.conflicts[0].why


def test_a_conflict_that_one_side_names_is_shown_at_both(asking):
    rows = outlook(asking(), "epidural_transforaminal_lumbar", "lumbar_radicular")
    other = named(rows, "epidural_placebo_cochrane2020")
    assert "transforaminal_disc_smith2020" in [one.outcome for one in other.conflicts]


def test_a_share_without_counts_or_interval_is_a_point(asking):
    row = named(outlook(asking(), ABLATION, "lumbar_facet"), "lumbar_rfa_one_block_schneider2020")
    (share,) = row.shares
    assert (share.probability, share.low, share.high, share.interval) == (0.26, None, None, "none")


# --- which rows speak --------------------------------------------------------------------------------------------


def test_rows_of_another_source_of_pain_are_not_borrowed(asking):
    stenosis = outlook(asking(), "epidural_transforaminal_lumbar", "lumbar_stenosis")
    root = outlook(asking(), "epidural_transforaminal_lumbar", "lumbar_radicular")
    assert not set(ids(stenosis)) & set(ids(root))
    both = outlook(asking(), "epidural_transforaminal_lumbar", None)
    assert set(ids(both)) == set(ids(stenosis)) | set(ids(root))


def test_two_positive_blocks_bring_the_row_of_two_blocks(asking):
    rows = outlook(asking(*blocks(2, 85), request=LEFT), ABLATION, "lumbar_facet")
    assert named(rows, "lumbar_rfa_two_blocks_schneider2020").selected == "met"
    assert "lumbar_rfa_two_blocks_complete_schneider2020" not in ids(rows), "85 % is not complete relief"


def test_one_positive_block_leaves_the_rows_of_two_blocks_out(asking):
    rows = outlook(asking(*blocks(1, 85), request=LEFT), ABLATION, "lumbar_facet")
    assert "lumbar_rfa_two_blocks_schneider2020" not in ids(rows)
    assert named(rows, "lumbar_rfa_one_block_schneider2020").selected == "met"


def test_without_a_word_about_blocks_the_selection_is_undocumented(asking):
    rows = outlook(asking(request=LEFT), ABLATION, "lumbar_facet")
    assert named(rows, "lumbar_rfa_two_blocks_schneider2020").selected == "undocumented"


def test_a_selection_that_no_rule_checks_is_never_met(asking):
    rows = outlook(asking(), "epidural_transforaminal_lumbar", "lumbar_radicular")
    assert named(rows, "transforaminal_disc_smith2020").selected == "undocumented"


def test_rows_that_surely_speak_come_first(asking):
    rows = outlook(asking(*blocks(2, 85), request=LEFT), ABLATION, "lumbar_facet")
    with_shares = [row.selected for row in rows if row.shares]
    assert with_shares == sorted(with_shares)
    assert with_shares[0] == "met"


@pytest.mark.parametrize(
    "procedure",
    ["facet_joint_injection_cervical", "trigger_point_injection", "vertebroplasty", "sphenopalatine_ganglion_block"],
)
def test_no_usable_number_is_unknown_and_says_why(asking, procedure):
    rows = outlook(asking(), procedure, None)
    assert rows[0].status == "unknown"
    assert rows[0].says
    assert not any(row.shares for row in rows)


def test_a_failed_trial_leaves_the_rows_of_passed_trials_out(asking):
    trial = [
        fact("procedure", id="t", kind="spinal_cord_stimulation_trial", intent="trial", true_on=date(2026, 4, 1)),
        fact("relief", id="relief", procedure="t", percent=20, true_on=date(2026, 4, 8)),
    ]
    request = Request(kind="spinal_cord_stimulation_implant")
    rows = outlook(asking(*trial, request=request), "spinal_cord_stimulation_implant", None)
    assert "stimulation_senza_back" not in ids(rows)
    assert "stimulation_process" in ids(rows), "it counted everybody as randomised"


def test_numbers_for_others_only_are_unknown_for_this_patient(asking):
    known = book().content
    strict = "lumbar_rfa_two_blocks_schneider2020"
    only = {name: msgspec.structs.replace(known.outcomes[name], conflicts_with=[]) for name in [strict]}
    ask = asking(*blocks(1, 85), request=LEFT)
    ask = Asking(Book(msgspec.structs.replace(known, outcomes=only)), ask.engine)
    (row,) = outlook(ask, ABLATION, "lumbar_facet")
    assert row.status == "unknown"
    assert "two blocks" in row.says


def test_a_mere_test_is_not_expected_to_relieve(asking):
    assert outlook(asking(), "discography_lumbar", "lumbar_disc") == []


def test_every_option_of_an_assessment_has_its_outlook():
    complaint = fact("complaint", id="pain", region="low_back_paramidline", side="left", true_on=date(2025, 1, 20))
    told = assess(chart_of(complaint), DAY)
    for option in told.options:
        is_test = book().content.procedures[option.procedure].role == "diagnostic"
        assert option.outlook or is_test, option.procedure
        for row in option.outlook:
            assert all(one.probability is not None for one in row.shares)
            assert (row.status == "unknown") is (row.outcome == "")


# --- learning from the clinic's own ------------------------------------------------------------------------------

SMITH = Figure(share=0.64, interval=(0.59, 0.69), months=6, source="x", locator="x", grade="secondary")
BARE = Figure(share=0.49, months=6, source="x", locator="x", grade="secondary")
NOBODY = Figure(share=0.0, events=0, of=14, months=3, source="x", locator="x", grade="secondary")
TINY = Figure(share=0.58, events=7, of=12, months=6, source="x", locator="x", grade="secondary")


def test_without_local_results_the_literature_stands():
    now = updated(book(), SMITH, 0, 0, DAY)
    assert now.probability == pytest.approx(0.64)
    assert now.low < 0.64 < now.high
    assert now.literature_counts_for == 30, "the cap, as its interval stands for more"


def test_local_results_pull_by_as_many_patients_as_they_are():
    now = updated(book(), SMITH, 30, 30, DAY)
    assert now.probability == pytest.approx((0.64 * 30 + 30) / 60)


def test_much_local_data_outweighs_the_literature():
    now = updated(book(), SMITH, 200, 1000, DAY)
    assert now.probability == pytest.approx(0.2, abs=0.015)
    assert now.high - now.low < 0.06


def test_a_share_of_few_patients_counts_for_those_only():
    assert updated(book(), TINY, 0, 0, DAY).literature_counts_for == 12


def test_a_share_without_its_size_counts_for_little_and_says_so():
    now = updated(book(), BARE, 0, 0, DAY)
    assert now.literature_counts_for == 5
    assert [one.entry for one in now.citations] == ["literature_without_size_counts_for"]
    assert now.citations[0].grade == "judgement"


def test_all_successes_are_not_certainty():
    now = updated(book(), BARE, 10, 10, DAY)
    assert 0.49 < now.low < now.probability < now.high < 1


def test_nobody_in_the_literature_is_not_never():
    none = updated(book(), NOBODY, 0, 0, DAY)
    assert 0 < none.probability < 0.05
    assert none.low >= 0
    assert updated(book(), NOBODY, 3, 6, DAY).probability > none.probability


def test_it_learns_from_a_share_as_it_is_shown(asking):
    shown = named(outlook(asking(), SACROILIAC, "sacroiliac_joint"), "sacroiliac_rfa_cohen2008").shares[0]
    now = updated(book(), shown, 0, 0, DAY)
    assert now.probability == pytest.approx(11 / 14)
    assert now.literature_counts_for == 14


@pytest.mark.parametrize(("successes", "trials"), [(3, 2), (-1, 2), (0, -1)])
def test_counts_that_can_never_be_are_refused(successes, trials):
    with pytest.raises(ValueError, match="can never be"):
        updated(book(), SMITH, successes, trials, DAY)


# --- the arithmetic ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("events", "of", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_gives_the_intervals_of_newcombe_1998(events, of, low, high):
    """Newcombe RG, Stat Med 1998;17:857-72, table I, method 3."""
    assert wilson(events, of) == pytest.approx((low, high), abs=0.00006)


def test_wilson_of_all_is_the_mirror_of_wilson_of_none():
    low, high = wilson(20, 20)
    assert (1 - high, 1 - low) == pytest.approx(wilson(0, 20))


@pytest.mark.parametrize(("events", "of"), [(0, 0), (3, 2), (-1, 5)])
def test_wilson_refuses_what_is_no_share(events, of):
    with pytest.raises(ValueError, match="no share"):
        wilson(events, of)


@pytest.mark.parametrize("x", [0.001, 0.1, 0.3, 0.5, 0.77, 0.999])
@pytest.mark.parametrize(("a", "b"), [(1, 1), (1, 7), (3, 2), (12, 5), (40, 90), (2, 300)])
def test_a_beta_distribution_of_whole_numbers_is_a_binomial_sum(x, a, b):
    """The share below x is the chance of at least a successes in a + b - 1 trials."""
    n = a + b - 1
    exact = sum(comb(n, k) * x**k * (1 - x) ** (n - k) for k in range(a, n + 1))
    assert beta_share(x, a, b) == pytest.approx(exact, abs=1e-12)


def test_a_beta_distribution_with_halves_is_an_arcsine():
    from math import asin, pi, sqrt

    for x in (0.01, 0.2, 0.5, 0.9):
        assert beta_share(x, 0.5, 0.5) == pytest.approx(2 / pi * asin(sqrt(x)), abs=1e-12)


@pytest.mark.parametrize(("a", "b"), [(0.5, 0.5), (0.5, 14.5), (19.2, 10.8), (230, 800)])
@pytest.mark.parametrize("probability", [0.025, 0.5, 0.975])
def test_a_quantile_undoes_the_share_below_it(a, b, probability):
    assert beta_share(beta_quantile(probability, a, b), a, b) == pytest.approx(probability, abs=1e-9)


def test_all_of_n_after_a_flat_start_has_a_closed_form():
    """Beta(n + 1, 1): the share below x is x to the power of n + 1."""
    low, _ = after(Belief(1, 1), 9, 9).interval()
    assert low == pytest.approx(0.025 ** (1 / 10))


def test_a_belief_of_nothing_is_refused():
    with pytest.raises(ValueError, match="says nothing"):
        belief(0.5, 0)
    with pytest.raises(ValueError, match="says nothing"):
        belief(1.2, 10)


def test_the_size_behind_an_interval():
    assert size_behind(0.64, 0.59, 0.69) == pytest.approx(354, abs=1)
    assert size_behind(0.64, 0.64, 0.64) is None
    assert size_behind(0.0, 0.0, 0.2) is None


@pytest.mark.parametrize(("intent", "speaks"), [("therapeutic", True), ("diagnostic", False), (None, False)])
def test_what_repeated_blocks_gave_is_not_expected_of_a_test(asking, intent, speaks):
    kind = "medial_branch_block_lumbar"
    rows = outlook(asking(request=Request(kind=kind, intent=intent)), kind, "lumbar_facet")
    assert ("lumbar_medial_branch_treatment_manchikanti2010" in ids(rows)) is speaks

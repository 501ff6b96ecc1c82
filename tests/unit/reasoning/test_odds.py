"""Published worked examples of the arithmetic, each named for what it reproduces."""

from math import exp, isclose, log

import pytest

from lenitive.reasoning.odds import (
    bayes,
    intervals_of_counts,
    normalised,
    rates_behind,
    ratios,
    ratios_of_counts,
    share_interval,
    variance_of_interval,
    variance_without_interval,
)


@pytest.mark.parametrize(
    ("prior", "ratio", "printed"),
    [
        (0.20, 2.13, 0.35),
        (0.20, 0.33, 0.08),
        (0.23, 30.3, 0.90),
        (0.23, 6.1, 0.65),
        (0.23, 0.88, 0.21),
        (21 / 72, 24.3, 0.91),
        (21 / 72, 5.2, 0.68),
        (21 / 72, 7.3, 0.75),
        (0.59, 16.7, 0.96),
        (0.59, 0.113, 0.14),
    ],
    ids=[
        "saueressig_2021_positive",
        "saueressig_2021_negative",
        "wainner_2003_four_of_four",
        "wainner_2003_three_of_four",
        "wainner_2003_two_of_four",
        "sutlive_2008_four_of_five",
        "sutlive_2008_three_of_five",
        "sutlive_2008_single",
        "kinsella_2021_positive",
        "kinsella_2021_negative",
    ],
)
def test_posterior_probabilities_are_those_printed(prior, ratio, printed):
    assert round(bayes(prior, ratio), 2) == printed


@pytest.mark.parametrize(
    ("prior", "positive", "negative"), [(0.15, 0.443, 0.084), (0.55, 0.846, 0.390)], ids=["lumbar", "neck"]
)
def test_bogduk_2010_comparative_blocks_prove_little_at_low_prevalence(prior, positive, negative):
    plus, minus = 0.54 / 0.12, 0.46 / 0.88
    assert ratios(0.54, 0.88) == pytest.approx((plus, minus))
    assert round(bayes(prior, 4.5), 3) == positive
    assert bayes(prior, minus) == pytest.approx(negative, abs=0.001)


def test_depalma_2011_three_sources_by_midline_pain():
    shares = {"disc": 72 / 155, "facet": 52 / 155, "sij": 31 / 155}
    midline = {"disc": 69 / 72, "facet": 8 / 52, "sij": 4 / 31}
    present = normalised({source: log(share * midline[source]) for source, share in shares.items()})
    absent = normalised({source: log(share * (1 - midline[source])) for source, share in shares.items()})
    assert {source: round(share * 81) for source, share in present.items()} == {"disc": 69, "facet": 8, "sij": 4}
    assert {source: round(share * 74) for source, share in absent.items()} == {"disc": 3, "facet": 44, "sij": 27}


def test_laslett_2003_cluster_without_centralisation_gives_its_printed_ratio():
    positive, negative = ratios_of_counts(tp=10, fn=1, fp=3, tn=20)
    assert round(positive, 2) == 6.97
    assert round(negative, 2) == 0.10


def test_an_empty_cell_stays_finite():
    positive, negative = ratios_of_counts(tp=16, fn=0, fp=7, tn=25)
    assert 1 < positive < 10
    assert 0 < negative < 0.1


def test_laslett_2003_cluster_has_the_interval_that_its_counts_give():
    """By hand: the variance of ln LR+ is 1/10 - 1/11 + 1/3 - 1/23, that of ln LR- is 1/1 - 1/11 + 1/20 - 1/23."""
    positive, negative = intervals_of_counts(tp=10, fn=1, fp=3, tn=20)
    assert positive == pytest.approx((2.387, 20.35), rel=0.001)
    assert negative == pytest.approx((0.01602, 0.6820), rel=0.001)


def test_an_interval_and_its_variance_are_inverse():
    variance = variance_of_interval(1.2, 3.9)
    middle = (log(1.2) + log(3.9)) / 2
    assert exp(middle - 1.959963984540054 * variance**0.5) == pytest.approx(1.2)


def test_a_ratio_without_interval_is_taken_to_reach_one():
    assert log(3.0) - 1.959963984540054 * variance_without_interval(3.0, 1.9) ** 0.5 == pytest.approx(0)
    assert log(0.2) + 1.959963984540054 * variance_without_interval(0.2, 1.9) ** 0.5 == pytest.approx(0)


@pytest.mark.parametrize("ratio", [1.0, 1.05, 0.97, 1.9, 1 / 1.9])
def test_a_ratio_without_interval_is_no_surer_for_lying_near_one(ratio):
    assert 1.959963984540054 * variance_without_interval(ratio, 1.9) ** 0.5 == pytest.approx(log(1.9))


def test_the_interval_of_a_share_holds_it_and_widens_with_doubt():
    shares = {"a": 0.5, "b": 0.3, "c": 0.2}
    tight = share_interval("a", shares, dict.fromkeys(shares, 0.01))
    wide = share_interval("a", shares, dict.fromkeys(shares, 0.5))
    assert wide[0] < tight[0] < 0.5 < tight[1] < wide[1]
    assert wide[0] > 0
    assert wide[1] < 1


def test_a_share_interval_agrees_with_drawing_at_random():
    import random

    rng = random.Random(1)
    logs, variances = {"a": log(0.5), "b": log(0.3), "c": log(0.2)}, {"a": 0.04, "b": 0.09, "c": 0.02}
    draws = sorted(
        normalised({name: rng.gauss(value, variances[name] ** 0.5) for name, value in logs.items()})["a"]
        for _ in range(20000)
    )
    low, high = share_interval("a", normalised(logs), variances)
    assert low == pytest.approx(draws[500], abs=0.02)
    assert high == pytest.approx(draws[19500], abs=0.02)


def test_sensitivity_and_false_positives_come_back_from_the_ratios():
    sensitivity, false_positive = rates_behind(*ratios(0.8, 0.9))
    assert isclose(sensitivity, 0.8)
    assert isclose(false_positive, 0.1)


def test_ratios_that_no_test_can_have_give_no_rates():
    assert rates_behind(3.0, 1.0) is None
    assert rates_behind(1.0, 0.5) is None

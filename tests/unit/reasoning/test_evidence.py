"""Which evidence counts, and how much: composites, groups, shrinking, caps, blocks."""

from datetime import date, timedelta
from math import exp, log, log2, prod

import msgspec
import pytest

from lenitive.chart.procedure import DrugGiven
from lenitive.cli.bars import parts_in_words
from lenitive.medicine.shapes import Evidence
from lenitive.reasoning.book import book
from lenitive.reasoning.differential import differentials, relative_likelihoods, tempered
from lenitive.reasoning.evidence import Limits, weigh
from lenitive.reasoning.findings import findings_of
from lenitive.reasoning.next_test import expected
from lenitive.reasoning.odds import bayes, normalised, rates_behind
from tests.unit.reasoning.conftest import DAY, chart_of, fact

LIMITS = Limits(shrink=0.7, ceiling=10.0, floor=0.1, least_factor=1.9, block_negative_below=50.0)
PAIN = fact("complaint", id="pain", region="low_back_paramidline", side="left", true_on=date(2025, 2, 1))
SINGLES = ("sij_distraction", "sij_thigh_thrust", "sij_compression", "sij_sacral_thrust")


def evidence(**fields):
    return Evidence(
        **{
            "generator": "g",
            "finding": "f",
            "group": "x",
            "use": "primary",
            "design": "pooled",
            "source": "x",
            "locator": "x",
            "grade": "primary",
            **fields,
        }
    )


def found(code, present=True, **fields):
    return fact("finding", id=f"{code}-{fields}", code=code, present=present, **fields)


def differential_of(*facts, question="axial_low_back"):
    chart = chart_of(PAIN, *facts).as_of(DAY)
    answers = differentials(book(), chart, findings_of(chart, book(), DAY), DAY)
    return next(answer for answer in answers if answer.question == question)


def estimate(differential, generator):
    return next(one for one in differential.estimates if one.generator == generator)


@pytest.mark.parametrize(
    ("fields", "state", "ratio"),
    [
        ({"lr_positive": 3.0}, "present", 3.0),
        ({"lr_positive": 3.0, "design": "derivation"}, "present", 3.0**0.7),
        ({"lr_positive": 30.0}, "present", 10.0),
        ({"lr_positive": 30.0, "lr_positive_interval": (12.0, 60.0)}, "present", 30.0),
        ({"lr_positive": 30.0, "lr_positive_interval": (9.0, 60.0)}, "present", 10.0),
        ({"lr_positive": 7.0, "cap_positive": 3.0}, "present", 3.0),
        ({"lr_negative": 0.05}, "absent", 0.1),
        ({"lr_negative": 0.08, "floor_negative": 0.15}, "absent", 0.15),
        ({"sensitivity": 0.8, "specificity": 0.9}, "present", 8.0),
        ({"sensitivity": 1.0, "specificity": 0.22, "floor_negative": 0.15}, "absent", 0.15),
    ],
    ids=str,
)
def test_a_ratio_is_shrunk_and_capped(fields, state, ratio):
    assert weigh(evidence(**fields), state, LIMITS).odds.value == pytest.approx(log(ratio))


def test_a_rule_out_row_says_nothing_when_present():
    assert weigh(evidence(lr_positive=1.3, lr_negative=0.2, use="rule-out-only"), "present", LIMITS) is None


def test_a_row_without_the_ratio_says_nothing():
    assert weigh(evidence(lr_positive=2.0), "absent", LIMITS) is None


def test_four_single_tests_give_the_composite_and_never_their_product():
    joint = estimate(differential_of(*(found(code) for code in SINGLES)), "sacroiliac_joint")
    provocation = [one for one in joint.contributions if one.group == "sij-provocation"]
    rows = book().content.evidence.values()
    singles = [
        row.lr_positive
        for row in rows
        if row.finding in SINGLES and row.generator == "sacroiliac_joint" and row.lr_positive
    ]
    assert round(prod(singles)) == 49
    assert len(provocation) == 1
    assert provocation[0].finding == "sij_provocation_cluster"
    assert provocation[0].ratio < 5


def test_one_ratio_moves_the_odds_against_all_rivals_together():
    before = differential_of()
    after = differential_of(*(found(code) for code in SINGLES))
    prior = estimate(before, "sacroiliac_joint").probability
    ratio = estimate(after, "sacroiliac_joint").contributions[0].ratio
    assert estimate(after, "sacroiliac_joint").probability == pytest.approx(bayes(prior, ratio))


def test_rivals_keep_their_odds_among_themselves():
    before, after = differential_of(), differential_of(*(found(code) for code in SINGLES))
    odds = [
        estimate(one, "lumbar_disc").probability / estimate(one, "lumbar_facet").probability for one in (before, after)
    ]
    assert odds[0] == pytest.approx(odds[1])


def test_shares_of_a_question_add_to_one():
    differential = differential_of(found("centralisation"), found("mri_modic_1"))
    total = sum(one.probability for one in differential.estimates) + differential.unresolved
    assert total == pytest.approx(1)
    for one in differential.estimates:
        assert one.low <= one.probability <= one.high


def test_the_midline_table_of_depalma_comes_out_exactly_without_the_cap():
    row = next(row for row in book().content.evidence.values() if row.likelihoods and "lumbar_facet" in row.likelihoods)
    shares = {"lumbar_disc": 72 / 155, "lumbar_facet": 52 / 155, "sacroiliac_joint": 31 / 155}
    factors = relative_likelihoods(row, True, shares)
    after = {name: round(shares[name] * factors[name], 2) for name in shares}
    assert after == {"lumbar_disc": 0.85, "lumbar_facet": 0.1, "sacroiliac_joint": 0.05}


MIDLINE = "midline_pain_depalma2011"


def against_the_others(name, factors, shares):
    others = [one for one in factors if one != name]
    average = sum(shares[one] * factors[one] for one in others) / sum(shares[one] for one in others)
    return factors[name] / average


@pytest.mark.parametrize("present", [True, False])
def test_a_vector_of_one_series_gives_no_source_more_than_its_cap_against_the_others(present):
    row, shares = (
        book().content.evidence[MIDLINE],
        {"lumbar_disc": 0.35, "lumbar_facet": 0.25, "sacroiliac_joint": 0.15},
    )
    printed = relative_likelihoods(row, present, shares)
    used, said = tempered(row, printed, shares, LIMITS)
    ratios = [against_the_others(name, used, shares) for name in used]
    assert sorted(used, key=used.get) == sorted(printed, key=printed.get)
    assert max(ratios) <= row.cap_positive
    assert min(ratios) >= LIMITS.floor
    assert "not replicated" in said
    assert sum(shares[name] * used[name] for name in used) == pytest.approx(sum(shares[name] for name in used))
    if present:
        assert max(ratios) == pytest.approx(row.cap_positive, rel=1e-3)
        assert max(ratios) < against_the_others("lumbar_disc", printed, shares) ** LIMITS.shrink


def test_a_vector_that_was_replicated_and_stays_within_its_limits_is_used_as_printed():
    row = msgspec.structs.replace(book().content.evidence[MIDLINE], design="replicated", cap_positive=None)
    shares = {"lumbar_disc": 0.35, "lumbar_facet": 0.25, "sacroiliac_joint": 0.15}
    printed = relative_likelihoods(row, True, shares)
    assert tempered(row, printed, shares, LIMITS)[0] == pytest.approx(printed)


def test_midline_pain_and_a_worn_disc_make_the_disc_likely_and_never_near_certain():
    both = estimate(differential_of(found("midline_low_back_pain"), found("mri_disc_degeneration")), "lumbar_disc")
    one = estimate(differential_of(found("mri_disc_degeneration")), "lumbar_disc")
    prior = estimate(differential_of(), "lumbar_disc")
    odds = [each.probability / (1 - each.probability) for each in (prior, one, both)]
    assert odds[1] / odds[0] == pytest.approx(2.53)
    assert 1 < odds[2] / odds[1] < book().content.evidence[MIDLINE].cap_positive
    assert both.high - both.low > 0.2


def test_the_reader_is_told_against_what_the_evidence_for_the_first_source_was_measured():
    worn = differential_of(found("midline_low_back_pain"), found("mri_disc_degeneration"))
    assert worn.estimates[0].generator == "lumbar_disc"
    told = next(one for one in worn.notes if "was measured against" in one)
    assert "lumbar disc" in told
    assert "discography (pooled)" in told
    assert not any("was measured against" in one for one in differential_of().notes)


def test_a_finding_nobody_looked_for_changes_nothing():
    assert differential_of().estimates[0].contributions == []


def test_a_later_finding_outweighs_an_earlier_one_of_the_same_place():
    early = found("centralisation", True, true_on=DAY - timedelta(days=30))
    late = found("centralisation", False, true_on=DAY - timedelta(days=1))
    assert estimate(differential_of(early, late), "lumbar_disc").contributions[0].state == "absent"


def block(number, percent, day):
    identity = f"block-{number}"
    return (
        fact(
            "procedure",
            id=identity,
            kind="medial_branch_block_lumbar",
            intent="diagnostic",
            side="left",
            levels=("L4-5",),
            true_on=day,
        ),
        fact("relief", id=f"relief-{number}", procedure=identity, percent=percent, true_on=day),
    )


def blocks_of(*facts):
    facet = estimate(differential_of(*facts), "lumbar_facet")
    return [one for one in facet.contributions if one.group == "blocks"]


def test_two_blocks_are_one_observation():
    once = blocks_of(*block(1, 90.0, date(2026, 3, 1)))
    twice = blocks_of(*block(1, 90.0, date(2026, 3, 1)), *block(2, 85.0, date(2026, 4, 1)))
    assert len(once) == len(twice) == 1
    assert once[0].ratio == pytest.approx(2.58)
    assert twice[0].ratio == pytest.approx(2.86)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"side": None}, "side or levels of a block are not recorded"),
        ({"levels": ()}, "side or levels of a block are not recorded"),
        ({"side": "right"}, "the block before was done elsewhere"),
        ({"levels": ("L5-S1",)}, "the block before was done elsewhere"),
        ({"true_on": date(2026, 4, 1)}, "two blocks are not known to be of two days"),
        ({"true_on": None}, "two blocks are not known to be of two days"),
    ],
    ids=str,
)
def test_two_blocks_that_are_not_known_to_be_a_pair_count_as_one(changes, why):
    first, relief = block(1, 90.0, date(2026, 3, 1))
    [found] = blocks_of(msgspec.structs.replace(first, **changes), relief, *block(2, 85.0, date(2026, 4, 1)))
    assert found.ratio == pytest.approx(2.58)
    assert why in found.adjusted


def test_two_blocks_with_one_anaesthetic_are_no_comparative_pair():
    relief = {"percent": 90.0, "concordant": True}
    same = [told(n, date(2026, 2 + n, 1), "lidocaine", relief) for n in (1, 2)]
    [found] = blocks_of(*same[0], *same[1])
    assert found.ratio == pytest.approx(2.58)
    assert "both blocks were done with lidocaine" in found.adjusted


def test_a_second_block_that_fails_lowers_the_odds():
    pair = blocks_of(*block(1, 90.0, date(2026, 3, 1)), *block(2, 30.0, date(2026, 4, 1)))
    assert pair[0].ratio == pytest.approx(0.52)


def test_a_negative_single_block_is_floored():
    assert blocks_of(*block(1, 0.0, date(2026, 3, 1)))[0].ratio >= 0.15


NECK = fact("complaint", id="neck", region="mid_neck", side="left", true_on=date(2025, 2, 1))


def neck_blocks(*reliefs):
    """What blocks of one place in the neck did to the odds of its facet joints."""
    facts = [NECK]
    for number, percent in enumerate(reliefs):
        on, identity = date(2026, 2 + number, 1), f"block-{number}"
        facts.append(
            fact(
                "procedure", id=identity, kind="medial_branch_block_cervical", intent="diagnostic", side="left",
                levels=("C5-6",), true_on=on,
            )
        )  # fmt: skip
        facts.append(fact("relief", id=f"relief-{number}", procedure=identity, percent=percent, true_on=on))
    chart = chart_of(*facts).as_of(DAY)
    answers = differentials(book(), chart, findings_of(chart, book(), DAY), DAY)
    (found,) = [
        one
        for answer in answers
        for rival in answer.estimates
        if rival.generator == "cervical_facet"
        for one in rival.contributions
        if one.group == "blocks"
    ]
    return found


@pytest.mark.parametrize(
    ("reliefs", "state", "ratio"),
    [
        ((80.0,), "present", 1.59),
        ((79.0,), "equivocal", 1.0),
        ((50.0,), "equivocal", 1.0),
        ((49.0,), "absent", 0.15),
        ((80.0, 80.0), "present", 2.86),
        ((80.0, 79.0), "equivocal", 1.0),
        ((50.0, 90.0), "equivocal", 1.0),
        ((49.0, 90.0), "absent", 0.52),
    ],
    ids=str,
)
def test_relief_between_the_thresholds_in_use_says_nothing(reliefs, state, ratio):
    found = neck_blocks(*reliefs)
    assert (found.state, found.ratio, found.log_odds) == (state, pytest.approx(ratio), pytest.approx(log(ratio)))


def test_an_equivocal_block_says_why():
    assert neck_blocks(57.0).adjusted == (
        "57 % relief: positive from 80 %, negative below 50 %; no publication gives a ratio between"
    )


def test_where_the_paper_itself_counts_half_there_is_no_zone_between():
    states = [blocks_of(*block(1, percent, date(2026, 3, 1)))[0].state for percent in (50.0, 49.0)]
    assert states == ["present", "absent"]


def test_a_block_that_settles_nothing_leaves_the_probability_where_it_was():
    facts = [fact("complaint", id="back", region="buttock", side="left", true_on=date(2025, 2, 1))]
    joint = [
        fact("procedure", id="joint", kind="sacroiliac_joint_injection", intent="diagnostic", true_on=date(2026, 3, 1)),
        fact("relief", id="relief", procedure="joint", percent=57.0, true_on=date(2026, 3, 1)),
    ]
    before, after = (estimate(differential_of(*facts, *more), "sacroiliac_joint") for more in ([], joint))
    assert (after.probability, after.low, after.high) == (before.probability, before.low, before.high)
    assert [one.state for one in after.contributions if one.group == "blocks"] == ["equivocal"]


# --- reports that contradict each other, and pairs that do not agree -----------------------------------------------


def told(number, on, drug, *reports):
    """A lumbar block with a drug, and what was reported after it."""
    identity = f"told-{number}"
    done = fact(
        "procedure", id=identity, kind="medial_branch_block_lumbar", intent="diagnostic", side="left",
        levels=("L4-5",), true_on=on, drugs=(DrugGiven(ingredient=drug, strength_percent=2),),
    )  # fmt: skip
    return (done, *(fact("relief", id=f"{identity}-{n}", procedure=identity, true_on=on, **one) for n, one in enumerate(reports)))  # fmt: skip  # noqa: E501


def pair(first, second):
    """The contribution of a block with lidocaine and one with bupivacaine a month later."""
    return blocks_of(
        *told(1, date(2026, 3, 1), "lidocaine", {"percent": 90.0, **first}),
        *told(2, date(2026, 4, 1), "bupivacaine", {"percent": 85.0, **second}),
    )[0]


@pytest.mark.parametrize(
    ("first", "second", "state", "ratio"),
    [
        ({"lasted_hours": 2, "concordant": True}, {"lasted_hours": 6, "concordant": True}, "present", 4.5),
        ({"lasted_hours": 2, "concordant": True}, {"lasted_hours": 1, "concordant": False}, "equivocal", 1.0),
        ({"concordant": False}, {"concordant": True}, "equivocal", 1.0),
        ({"lasted_hours": 3}, {"lasted_hours": 2}, "equivocal", 1.0),
        ({"lasted_hours": 2}, {"lasted_hours": 3}, "present", 4.5),
        ({"lasted_hours": 2}, {"lasted_hours": 2}, "present", 2.86),
        ({"lasted_hours": 3}, {}, "present", 2.86),
        ({"concordant": True}, {}, "present", 2.86),
        ({"concordant": True}, {"concordant": True}, "present", 4.5),
        ({"percent": 30.0}, {}, "absent", 0.52),
        ({"percent": 60.0}, {}, "equivocal", 1.0),
    ],
    ids=[
        "agree",
        "both say no",
        "first says no",
        "shorter with the longer drug",
        "longer",
        "as long",
        "one not known",
        "one says yes",
        "both say yes",
        "first failed",
        "first between",
    ],
)
def test_a_pair_known_to_be_discordant_does_not_count_as_a_concordant_one(first, second, state, ratio):
    found = pair(first, second)
    assert (found.state, found.ratio) == (state, pytest.approx(ratio))


def test_a_discordant_pair_says_why():
    assert pair({"lasted_hours": 3}, {"lasted_hours": 2}).adjusted == (
        "the relief of the pair does not agree: it lasted 2 h with bupivacaine and 3 h with lidocaine"
    )


def test_a_pair_of_unrecorded_duration_says_so():
    assert "is not recorded for each block" in pair({}, {}).adjusted
    assert "is not recorded" not in pair({"concordant": True}, {"concordant": True}).adjusted
    assert "is not recorded" not in pair({"percent": 30.0}, {}).adjusted


@pytest.mark.parametrize(
    ("reports", "counts"),
    [
        ([{"percent": 85, "score_before": 8, "score_after": 8}], False),
        ([{"percent": 85, "score_before": 8, "score_after": 1}], True),
        ([{"percent": 85, "score_before": 0, "score_after": 0}], True),
        ([{"percent": 10, "score_before": 8, "score_after": 0}], False),
        ([{"percent": 90, "minutes_after": 30, "lasted_hours": 2}, {"percent": 10, "minutes_after": 60}], False),
        ([{"percent": 90, "minutes_after": 30, "lasted_hours": 2}, {"percent": 10, "minutes_after": 180}], True),
        ([{"percent": 90, "minutes_after": 30}, {"percent": 10, "minutes_after": 60}], True),
        ([{"percent": 90, "minutes_after": 30, "lasted_hours": 2}, {"percent": 10, "minutes_after": 5}], True),
        ([{"percent": 90}, {"percent": 10}], False),
        ([{"percent": 90}, {"percent": 10, "ended": True}], True),
        ([{"percent": 90, "lasted_hours": 2}, {"percent": 10, "minutes_after": 60}], False),
        (
            [
                {"percent": 90, "lasted_hours": 2},
                {"percent": 10, "minutes_after": 5},
                {"percent": 90, "minutes_after": 60},
            ],
            True,
        ),
    ],
    ids=str,
)
def test_reports_of_one_time_that_contradict_each_other_are_not_counted(reports, counts):
    """What came after the drug had worn off, or before it began to work, contradicts nothing."""
    (found,) = blocks_of(*told(1, date(2026, 3, 1), "lidocaine", *reports))
    assert (found.state != "equivocal", found.ratio != 1.0) == (counts, counts)
    assert ("disagree" in found.adjusted) is not counts


def test_a_later_visit_does_not_contradict_the_day_of_the_block():
    done = told(1, date(2026, 3, 1), "lidocaine", {"percent": 90.0})
    visit = fact("relief", id="visit", procedure="told-1", percent=0.0, true_on=date(2026, 3, 15))
    assert blocks_of(*done, visit)[0].state == "present"


def test_a_block_that_is_not_counted_leaves_the_one_before_it_as_a_single_one():
    sound = told(1, date(2026, 3, 1), "lidocaine", {"percent": 90.0})
    doubtful = told(2, date(2026, 4, 1), "bupivacaine", {"percent": 85.0, "score_before": 8, "score_after": 8})
    (found,) = blocks_of(*sound, *doubtful)
    assert (found.state, found.ratio) == ("present", pytest.approx(2.58))
    assert (
        "not counted: the reports of 2026-04-01 disagree: 85 % relief, and 0 % by the scores 8 and 8" in found.adjusted
    )


def test_a_block_whose_reports_disagree_may_be_done_again():
    facts = told(1, date(2026, 3, 1), "lidocaine", {"percent": 85.0, "score_before": 8, "score_after": 8})
    assert "medial_branch_block_lumbar" in {test.finding for test in differential_of(*facts).next_tests}
    sound = told(1, date(2026, 3, 1), "lidocaine", {"percent": 85.0})
    assert "medial_branch_block_lumbar" not in {test.finding for test in differential_of(*sound).next_tests}


def test_a_block_without_recorded_relief_says_nothing():
    assert blocks_of(block(1, 0.0, date(2026, 3, 1))[0]) == []


def test_information_is_never_negative_and_grows_with_the_ratio():
    weak, strong = expected(0.4, 1.5, 0.8), expected(0.4, 8.0, 0.2)
    assert 0 < weak[0] < strong[0]
    assert strong[1] == pytest.approx(bayes(0.4, 8.0))


def entropy(shares: list[float]) -> float:
    """How undecided a set of shares is, in bits."""
    return -sum(share * log2(share) for share in shares if share > 0)


def test_information_is_the_drop_in_the_entropy_of_the_whole_differential():
    shares = {"a": 0.4, "b": 0.35, "c": 0.25}
    bits, if_present, if_absent = expected(shares["a"], 8.0, 0.2)
    sensitivity, false_positive = rates_behind(8.0, 0.2)
    chance = 0.4 * sensitivity + 0.6 * false_positive
    after = [normalised({"a": log(0.4 * ratio), "b": log(0.35), "c": log(0.25)}) for ratio in (8.0, 0.2)]
    left = chance * entropy(list(after[0].values())) + (1 - chance) * entropy(list(after[1].values()))
    assert bits == pytest.approx(entropy(list(shares.values())) - left)
    assert (if_present, if_absent) == pytest.approx((after[0]["a"], after[1]["a"]))


def test_the_next_test_foretells_with_the_row_that_the_differential_would_use():
    tests = {test.finding: test for test in differential_of().next_tests}
    foretold = tests["sij_provocation_cluster"]
    then = estimate(differential_of(*(found(code) for code in SINGLES)), "sacroiliac_joint")
    assert foretold.if_present == pytest.approx(then.probability)
    assert foretold.citation == then.contributions[0].citation


def test_the_next_test_is_one_not_yet_done():
    differential = differential_of(found("centralisation", False))
    assert differential.next_tests
    assert "centralisation" not in {test.finding for test in differential.next_tests}
    assert differential.next_tests == sorted(differential.next_tests, key=lambda test: -test.score)


# --- which level ---------------------------------------------------------------------------------------------------

ROOT_PAIN = fact("complaint", id="leg", region="posterior_thigh", side="left", true_on=date(2026, 1, 1))


def root_of(*facts):
    chart = chart_of(ROOT_PAIN, *facts).as_of(DAY)
    answers = differentials(book(), chart, findings_of(chart, book(), DAY), DAY)
    return next(one for answer in answers for one in answer.estimates if one.generator == "lumbar_radicular")


def at(code, *levels, **fields):
    return found(code, levels=levels, **{"side": "left", "true_on": DAY, **fields})


def named(parts):
    return [part.generator.removeprefix("lumbar_radicular_") for part in parts]


def test_a_sign_shared_by_two_roots_names_neither_first():
    leading = root_of(found("achilles_reflex_loss", true_on=DAY)).likeliest_parts
    assert sorted(named(leading)) == ["l5", "s1"]
    assert parts_in_words(leading).endswith("% each")


@pytest.mark.parametrize("root", ["l5", "s1"])
def test_the_level_of_the_scan_names_the_root_and_changes_no_share(root):
    reflex = found("achilles_reflex_loss", true_on=DAY)
    scan = at("mri_nerve_root_compression", root.upper())
    with_scan, without = root_of(reflex, scan), root_of(reflex)
    assert named(with_scan.likeliest_parts) == [root]
    assert {one.generator: one.share for one in with_scan.parts} == {one.generator: one.share for one in without.parts}
    assert "no ratio is known" in parts_in_words(with_scan.likeliest_parts)


@pytest.mark.parametrize("code", ["mri_nerve_root_compression", "muscle_weakness", "sensory_deficit", "reflex_absent"])
def test_a_level_without_any_ratio_is_named_without_a_number(code):
    (part,) = root_of(at(code, "L5")).parts
    assert (part.generator, part.share) == ("lumbar_radicular_l5", None)
    assert "%" not in parts_in_words([part])
    assert [fact.id for fact in part.located]


@pytest.mark.parametrize(
    "scan",
    [
        at("mri_nerve_root_compression", "L5", present=False),
        at("mri_nerve_root_compression", "L5", side="right"),
        at("mri_nerve_root_compression"),
        at("mri_nerve_root_compression", "C7"),
    ],
    ids=["absent", "other side", "no level", "another part of the spine"],
)
def test_what_names_no_root_of_this_pain_names_nothing(scan):
    assert root_of(scan).parts == []


def test_two_named_levels_stand_side_by_side():
    found_ = root_of(at("mri_nerve_root_compression", "L5", "S1"))
    assert sorted(named(found_.likeliest_parts)) == ["l5", "s1"]
    assert " or " in parts_in_words(found_.likeliest_parts)


# --- a ratio without its interval ------------------------------------------------------------------------------------


def test_a_ratio_near_one_without_interval_is_not_nearly_certain():
    weighed = weigh(evidence(lr_positive=1.05), "present", LIMITS)
    assert 1.959963984540054 * weighed.odds.variance**0.5 == pytest.approx(log(1.9))
    assert weighed.adjusted == "no interval printed: taken to pass 1"
    assert weigh(evidence(lr_positive=5.0), "present", LIMITS).adjusted == "no interval printed: taken to reach 1"


def test_the_least_spread_is_the_middle_of_the_printed_ones():
    """Ratios as printed, or as their counts give them, each with its interval."""
    spreads = []
    for row in book().content.evidence.values():
        for state in ("present", "absent"):
            weighed = weigh(row, state, LIMITS)
            if weighed and weighed.interval and weighed.interval[0] > 0:
                low, high = weighed.interval
                spreads.append((log(high) - log(low)) / 2)
    middle = sorted(spreads)[len(spreads) // 2]
    assert exp(middle) == pytest.approx(book().number("least_factor_without_interval", DAY), abs=0.1)

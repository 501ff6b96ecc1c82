"""The diagnostic content holds together: names exist, printed and derived figures agree, published tables come out."""

import re
from datetime import date, datetime
from math import isclose, log
from pathlib import Path

import pytest

from lenitive.chart.chart import Chart
from lenitive.chart.condition import Condition
from lenitive.chart.fact import Fact
from lenitive.chart.finding import Finding
from lenitive.chart.measure import Measure
from lenitive.chart.patient import Patient
from lenitive.chart.procedure import Procedure
from lenitive.medicine.content import FOLDER, cited_parts, load
from lenitive.medicine.shapes import Block, Evidence, Question
from lenitive.reasoning.book import Book
from lenitive.reasoning.differential import relative_likelihoods
from lenitive.reasoning.evidence import chosen_rows, scales_on
from lenitive.reasoning.findings import findings_of
from lenitive.reasoning.odds import bayes, normalised, ratios_of_counts
from lenitive.rules.reference import Reference

CONTENT = load(FOLDER)
BOOK = Book(CONTENT)
EVIDENCE = sorted(CONTENT.evidence.items())
BLOCKS = sorted(CONTENT.blocks.items())
DAY = date(2026, 5, 4)

GROUPS = [
    "aaa-exam",
    "aaa-risk",
    "acromioclavicular-exam",
    "age",
    "cancer-flags",
    "cancer-lab",
    "capsulitis-exam",
    "ces-all",
    "cgh-exam",
    "crps-criteria",
    "cuff-exam",
    "cuff-tear",
    "cuff-tear-imaging",
    "deep-gluteal",
    "disc-history",
    "disc-mri",
    "disc-repeated-movement",
    "dpn-exam",
    "dpn-history",
    "endplate-mri",
    "facet-c-exam",
    "facet-l-exam",
    "facet-l-imaging",
    "gtps-exam",
    "hip-oa-all",
    "hip-oa-history",
    "hip-oa-rom",
    "hip-oa-strength",
    "knee-oa-all",
    "knee-oa-radiograph",
    "lss-all",
    "lss-balance",
    "lss-claudication",
    "lss-laterality",
    "neuropathic-screen",
    "pain-location-drawing",
    "pain-location-midline",
    "radic-c-cluster",
    "radic-l-history",
    "radic-l-level",
    "radic-l-neuro-deficit",
    "radic-l-tension",
    "sij-location",
    "sij-provocation",
    "vcf-demography",
    "vcf-exam",
]
"""Findings that are not independent share a group. A misspelt group would let them be multiplied, so each is listed."""


def each(named: list) -> pytest.MarkDecorator:
    """One test for each entry, named by it."""
    return pytest.mark.parametrize(("name", "row"), named, ids=[name for name, _ in named])


# --- names -----------------------------------------------------------------------------------------------------------


@each(EVIDENCE)
def test_an_evidence_row_names_what_exists(name: str, row: Evidence) -> None:
    assert row.generator in CONTENT.generators, f"{name}: no generator {row.generator!r}"
    assert row.finding in CONTENT.findings, f"{name}: no finding {row.finding!r} in the catalogue"
    assert row.source in CONTENT.sources, f"{name}: no source {row.source!r}"
    assert row.group in GROUPS, f"{name}: the group {row.group!r} is not known; if it is new, list it in GROUPS"
    for other in row.replaces_groups:
        assert other in GROUPS, f"{name}: replaces the unknown group {other!r}"
    for generator in row.likelihoods or {}:
        assert generator in CONTENT.generators, f"{name}: likelihood of the unknown generator {generator!r}"
    for field in row.derived:
        assert getattr(row, field, None) is not None, f"{name}: {field} is called derived but is not given"


def test_every_group_is_used() -> None:
    unused = set(GROUPS) - {row.group for _, row in EVIDENCE}
    assert not unused, f"no evidence row is in {sorted(unused)}"


@each(sorted((name, one) for name, one in CONTENT.findings.items() if one.composite))
def test_a_counted_finding_stands_after_its_parts(name: str, row: object) -> None:
    rule = CONTENT.findings[name].composite
    assert rule is not None
    order = list(CONTENT.findings)
    for part in (*rule.of, *rule.without):
        assert part in CONTENT.findings, f"{name}: is counted from {part!r}, which is not in the catalogue"
        if CONTENT.findings[part].composite:
            assert order.index(part) < order.index(name), (
                f"{name}: its part {part!r} is counted too and must stand first"
            )
    assert rule.at_least <= len(rule.of), f"{name}: wants {rule.at_least} of {len(rule.of)}"
    assert len(set(rule.of)) == len(rule.of), f"{name}: a part is named twice"


def test_generators_fit_together() -> None:
    for name, generator in CONTENT.generators.items():
        assert generator.question is None or generator.question in CONTENT.questions, f"{name}: {generator.question!r}"
        assert generator.part_of is None or generator.part_of in CONTENT.generators, f"{name}: {generator.part_of!r}"
        assert not (generator.question and generator.part_of), f"{name}: a part answers no question of its own"
        if generator.kind != "generator":
            assert not generator.question, f"{name}: an {generator.kind} answers no question"
        for other in generator.mimics:
            assert other in CONTENT.generators, f"{name}: mimics the unknown {other!r}"
        for referral in generator.referral:
            assert referral.region in CONTENT.regions, f"{name}: is felt in the unknown region {referral.region!r}"


def test_every_source_says_what_confirms_it() -> None:
    for name, generator in CONTENT.generators.items():
        if generator.kind != "danger" and not generator.part_of:
            assert generator.confirmed_by, name


def test_the_body_map_is_complete_enough() -> None:
    assert len(CONTENT.regions) >= 70
    assert {"front", "back", "side"} <= {region.view for region in CONTENT.regions.values()}
    for name, question in CONTENT.questions.items():
        for region in question.regions:
            assert region in CONTENT.regions, f"question {name}: unknown region {region!r}"


# Billable codes that the review does not list, each seen as such in a listing of the table of 2026.
LEAVES_LOOKED_UP = (
    *("G03.9", "M05.79", "M05.9", "M08.1", "M31.5", "M35.3", "N80.9"),
    *(f"I70.21{site}" for site in (1, 2, 3, 8, 9)),
    *(f"M45.{site}" for site in range(10)),
)


def test_codes_are_leaf_codes_of_the_table(shared: Path) -> None:
    table = (shared / "evidence/codes/icd10cm.md").read_text(encoding="utf-8")
    known = {*re.findall(r'^"([A-Z][0-9A-Z.]+)" = ', table, flags=re.MULTILINE), *LEAVES_LOOKED_UP}
    wrong = {(name, code) for name, one in CONTENT.generators.items() for code in one.icd10 if code not in known}
    assert not wrong, f"not billable codes of the table: {sorted(wrong)}"


# --- priors ----------------------------------------------------------------------------------------------------------


def priors_of(question: Question) -> list[str]:
    """The prior that a question starts from, and those of its populations."""
    return [question.prior, *(one.prior for one in question.populations)]


def test_starting_shares_add_to_one_and_cover_the_answers() -> None:
    for name, start in [(name, start) for name, one in CONTENT.questions.items() for start in priors_of(one)]:
        prior = CONTENT.priors.get(start)
        assert prior, f"question {name}: no prior {start!r}"
        assert prior.used, f"prior {start}: is started from, so it must say used"
        assert isclose(sum(prior.shares.values()), 1, abs_tol=1e-9), f"prior {start}: {sum(prior.shares.values())}"
        assert set(prior.shares) == {*BOOK.answers[name], "unresolved"}, f"prior {start}: not the answers of {name}"
        assert min(prior.shares.values()) > 0, f"prior {start}: an answer without a share can never win"


def test_recorded_shares_never_exceed_one() -> None:
    started = {name for question in CONTENT.questions.values() for name in priors_of(question)}
    for name, prior in CONTENT.priors.items():
        assert sum(prior.shares.values()) <= 1 + 1e-9, f"prior {name}: {sum(prior.shares.values())}"
        assert prior.used == (name in started), f"prior {name}: used says {prior.used}, the questions say otherwise"
        for generator in prior.shares:
            assert generator in CONTENT.generators or generator == "unresolved", f"prior {name}: unknown {generator!r}"


def test_the_composed_priors_are_composed_as_they_say() -> None:
    solved = 1 - CONTENT.priors["neck_pain_yin2008"].shares["unresolved"]
    series = {"lumbar_disc": 72, "lumbar_facet": 52, "sacroiliac_joint": 31}
    back = CONTENT.priors["axial_low_back_start"].shares
    for generator, count in series.items():
        assert isclose(back[generator], solved * count / 170, abs_tol=5e-5), generator
    assert isclose(back["vertebral_fracture"], (0.007 + 0.045) / 2, abs_tol=5e-5)
    assert isclose(back["unresolved"], 1 - solved + solved * 15 / 170 - 0.026, abs_tol=1e-4)

    leg = CONTENT.priors["leg_pain_start"].shares
    stenosis = CONTENT.priors["leg_pain_stenosis_jensen2020"].shares["lumbar_stenosis"]
    atlas = CONTENT.priors["leg_pain_konstantinou2015"].shares
    assert isclose(leg["lumbar_stenosis"], solved * stenosis, abs_tol=5e-5)
    for generator, share in atlas.items():
        assert isclose(leg[generator], solved * (1 - stenosis) * share, abs_tol=5e-5), generator

    shoulder = dict(CONTENT.priors["shoulder_pain_start"].shares)
    clinic = CONTENT.priors["shoulder_juel2014"].shares
    blocked = CONTENT.priors["shoulder_blocks_cadogan2011"].shares["acromioclavicular_joint"]
    named = sum(clinic.values()) + 0.08  # the torn rims and loose joints of its note
    assert shoulder.pop("acromioclavicular_joint") == blocked <= 1 - named + 1e-9
    assert isclose(shoulder.pop("unresolved"), 1 - blocked - sum(shoulder.values()), abs_tol=1e-9)
    assert shoulder == {name: share for name, share in clinic.items() if name != "myofascial_pain"}


# --- figures ---------------------------------------------------------------------------------------------------------


def _half_unit(value: float) -> float:
    """How far a printed share can be from the true one: half a unit of its last decimal, at least two decimals."""
    return 0.5 * 10 ** -max(2, len(f"{value}".partition(".")[2]))


def _within(value: float, low: float, high: float) -> bool:
    """True if a printed ratio fits the range its rounded inputs allow, its own rounding and half a percent granted."""
    slack = max(0.006, 0.005 * value) if value < 1 else max(0.06, 0.005 * value)
    return low - slack <= value <= high + slack


@each(EVIDENCE)
def test_a_present_finding_speaks_for_and_an_absent_one_against(name: str, row: Evidence) -> None:
    if "LR+ below 1" in (row.note or ""):
        assert row.lr_positive is not None
        assert row.lr_positive < 1, f"{name}: the note says LR+ below 1, the row has {row.lr_positive}"
        return
    positive = 1 if row.lr_positive is None else row.lr_positive
    negative = 1 if row.lr_negative is None else row.lr_negative
    assert positive >= 1 >= negative, (
        f"{name}: LR+ {row.lr_positive}, LR- {row.lr_negative}: swapped, or say so in the note"
    )


@each(EVIDENCE)
def test_ratios_agree_with_sensitivity_and_specificity(name: str, row: Evidence) -> None:
    if row.sensitivity is None or row.specificity is None:
        return
    a, b = _half_unit(row.sensitivity), _half_unit(row.specificity)
    low_sens, high_sens = max(0, row.sensitivity - a), min(1, row.sensitivity + a)
    low_spec, high_spec = max(0, row.specificity - b), min(1, row.specificity + b)
    if row.lr_positive is not None:
        highest = high_sens / (1 - high_spec) if high_spec < 1 else float("inf")
        lowest = low_sens / (1 - low_spec)
        assert _within(row.lr_positive, lowest, highest), (
            f"{name}: LR+ {row.lr_positive}, should be {lowest:.2f}-{highest:.2f}"
        )
    if row.lr_negative is not None:
        lowest, highest = (1 - high_sens) / high_spec, (1 - low_sens) / low_spec
        assert _within(row.lr_negative, lowest, highest), (
            f"{name}: LR- {row.lr_negative}, should be {lowest:.3f}-{highest:.3f}"
        )


@each([(name, row) for name, row in EVIDENCE if row.counts])
def test_counts_give_the_printed_figures(name: str, row: Evidence) -> None:
    assert row.counts
    tp, fn, fp, tn = (row.counts[cell] for cell in ("tp", "fn", "fp", "tn"))
    assert row.n is None or tp + fn + fp + tn == row.n, f"{name}: the counts add to {tp + fn + fp + tn}, n is {row.n}"
    if row.sensitivity is not None:
        assert abs(tp / (tp + fn) - row.sensitivity) <= 0.0075, (
            f"{name}: sensitivity {row.sensitivity}, counts {tp / (tp + fn):.3f}"
        )
    if row.specificity is not None:
        assert abs(tn / (fp + tn) - row.specificity) <= 0.0075, (
            f"{name}: specificity {row.specificity}, counts {tn / (fp + tn):.3f}"
        )
    positive, negative = ratios_of_counts(tp, fn, fp, tn)
    if row.lr_positive is not None:
        assert isclose(row.lr_positive, positive, rel_tol=0.025), (
            f"{name}: LR+ {row.lr_positive}, counts {positive:.2f}"
        )
    if row.lr_negative is not None and fp:
        assert isclose(row.lr_negative, negative, abs_tol=0.03, rel_tol=0.03), (
            f"{name}: LR- {row.lr_negative}, counts {negative:.3f}"
        )


@each(EVIDENCE)
def test_an_interval_contains_its_point(name: str, row: Evidence) -> None:
    for field in ("lr_positive", "lr_negative", "sensitivity", "specificity"):
        interval, point = getattr(row, f"{field}_interval"), getattr(row, field)
        if interval is None:
            continue
        assert point is not None, f"{name}: an interval of {field} without the point"
        assert interval[0] <= point <= interval[1], f"{name}: {field} {point} lies outside {interval}"


@each(EVIDENCE)
def test_a_row_without_numbers_is_not_used(name: str, row: Evidence) -> None:
    numbers = (row.lr_positive, row.lr_negative, row.sensitivity, row.specificity, row.counts, row.likelihoods)
    if all(number is None for number in numbers):
        assert row.use in ("context", "do-not-use"), f"{name}: nothing to count with, but use = {row.use!r}"
    if row.use == "cap":
        assert row.cap_positive or row.lr_positive is None or row.lr_positive <= 10, f"{name}: capped at what?"


# --- blocks ----------------------------------------------------------------------------------------------------------


@each(BLOCKS)
def test_a_block_makes_a_ratio_only_of_one_minus_specificity(name: str, row: Block) -> None:
    assert row.generator in CONTENT.generators, f"{name}: no generator {row.generator!r}"
    assert row.source in CONTENT.sources, f"{name}: no source {row.source!r}"
    if row.false_positive_means == "1-PPV":
        assert row.lr_positive is None, f"{name}: a share of the positives makes no likelihood ratio"
        assert row.use == "context", f"{name}: cannot be counted with"
    if row.false_positive_means == "1-specificity":
        assert row.specificity is not None
        assert row.false_positive_rate is not None
        assert isclose(row.specificity, 1 - row.false_positive_rate, abs_tol=1e-9), name
    if row.use == "primary":
        assert row.threshold_percent is not None, f"{name}: how much relief counts as positive?"
        assert row.lr_positive, f"{name}: a primary block needs a ratio"
        assert row.lr_negative or row.floor_negative, (
            f"{name}: a negative block must not be able to prove anything alone"
        )
        assert row.procedure in CONTENT.procedures, f"{name}: no procedure {row.procedure!r}"


@each([(name, row) for name, row in BLOCKS if row.lr_positive and row.specificity])
def test_block_ratios_follow_from_their_figures(name: str, row: Block) -> None:
    assert row.lr_positive
    assert row.specificity is not None
    counts = row.counts or {}
    if "without_condition" in counts:
        false, sound = counts["unconfirmed"], counts["without_condition"]
        assert counts["first_positive"] == counts["confirmed"] + false, name
        expected = ratios_of_counts(counts["confirmed"], 0, false, sound - false)[0]
    else:
        expected = (1.0 if row.sensitivity is None else row.sensitivity) / (1 - row.specificity)
    assert isclose(row.lr_positive, expected, rel_tol=0.005), (
        f"{name}: LR+ {row.lr_positive}, figures give {expected:.3f}"
    )


# --- grades ----------------------------------------------------------------------------------------------------------

ALLOWED = {
    "read": {"primary", "secondary", "recalled", "disputed"},
    "third party": {"secondary", "recalled", "disputed"},
    "not read": {"recalled", "disputed"},
    "judgement": {"judgement"},
}
OURS = ("generators", "priors", "evidence", "blocks", "red_flags")


def test_no_grade_is_better_than_the_access_to_its_source() -> None:
    for kind in OURS:
        for path, part in cited_parts(getattr(CONTENT, kind), kind):
            access = CONTENT.sources[part.source].access
            assert part.grade in ALLOWED[access], f"{path}: graded {part.grade}, but {part.source} is '{access}'"


def test_every_source_of_the_differential_is_cited() -> None:
    texts = [file.read_text(encoding="utf-8") for file in FOLDER.rglob("*.toml") if not file.name.startswith("sources")]
    mine = re.findall(
        r"^\[([a-z0-9-]+)\]", (FOLDER / "sources-diagnosis.toml").read_text(encoding="utf-8"), re.MULTILINE
    )
    everything = "\n".join(texts)
    unused = [source for source in mine if not re.search(rf"(?<![\w-]){re.escape(source)}(?![\w-])", everything)]
    assert not unused, f"described but cited nowhere: {unused}"


# --- published tables ------------------------------------------------------------------------------------------------


def ratio_of(entry: str, sign: str = "positive") -> float:
    row = CONTENT.evidence.get(entry) or CONTENT.blocks[entry]
    value = getattr(row, f"lr_{sign}")
    assert value is not None, f"{entry} has no LR ({sign})"
    return float(value)


@pytest.mark.parametrize(
    ("prior", "entry", "sign", "printed"),
    [
        (0.20, "sij_cluster3_saueressig2021", "positive", 0.35),
        (0.20, "sij_cluster3_saueressig2021", "negative", 0.08),
        (0.23, "radic_c_wainner4_wainner2003", "positive", 0.90),
        (0.23, "radic_c_wainner3_wainner2003", "positive", 0.65),
        (21 / 72, "hip_oa_sutlive_4of5_sutlive2008", "positive", 0.91),
        (21 / 72, "hip_oa_sutlive_3of5_sutlive2008", "positive", 0.68),
        (0.59, "gtps_palpation_then_abduction_pos_kinsella2024", "positive", 0.96),
        (0.59, "gtps_palpation_then_abduction_neg_kinsella2024", "negative", 0.14),
    ],
)
def test_the_printed_post_test_probability_comes_out(prior: float, entry: str, sign: str, printed: float) -> None:
    assert round(bayes(prior, ratio_of(entry, sign)), 2) == printed


@pytest.mark.parametrize(("prior", "positive", "negative"), [(0.15, 0.443, 0.084), (0.55, 0.846, 0.389)])
def test_comparative_blocks_at_a_low_and_a_high_prior(prior: float, positive: float, negative: float) -> None:
    lord = "cervical_facet_comparative_lord1995"
    assert isclose(bayes(prior, ratio_of(lord)), positive, abs_tol=1e-3)
    assert isclose(bayes(prior, ratio_of(lord, "negative")), negative, abs_tol=1e-3)


def test_schwarzer_s_two_false_positive_rates() -> None:
    row = CONTENT.blocks["lumbar_facet_single_schwarzer1994"]
    assert row.counts
    assert round(row.counts["unconfirmed"] / row.counts["without_condition"], 2) == row.false_positive_rate == 0.38
    assert round(row.counts["confirmed"] / row.counts["first_positive"], 3) == 0.313


@pytest.mark.parametrize(("present", "of_155"), [(True, (69, 8, 4)), (False, (3, 44, 27))])
def test_midline_pain_divides_three_sources_as_in_the_series(present: bool, of_155: tuple[int, int, int]) -> None:
    vector = CONTENT.evidence["midline_pain_depalma2011"].likelihoods
    assert vector
    prior = {"lumbar_disc": 72 / 155, "lumbar_facet": 52 / 155, "sacroiliac_joint": 31 / 155}
    found = {name: share if present else 1 - share for name, share in vector.items()}
    expected = {name: count / sum(of_155) for name, count in zip(prior, of_155, strict=True)}
    for likelihoods in (
        found,
        relative_likelihoods(CONTENT.evidence["midline_pain_depalma2011"], present, prior),
    ):
        shares = normalised({name: log(share * likelihoods[name]) for name, share in prior.items()})
        for name, share in shares.items():
            assert isclose(share, expected[name], abs_tol=2e-3), (
                f"{name}: {share:.4f}, the series has {expected[name]:.4f}"
            )


def test_four_positive_sacroiliac_tests_count_as_their_composite_only() -> None:
    tests = ("sij_distraction", "sij_thigh_thrust", "sij_compression", "sij_sacral_thrust")
    chart = chart_of(*(looked_for(test, True) for test in tests))
    chosen = chosen_rows(BOOK, "sacroiliac_joint", findings_of(chart, BOOK, DAY), scales_on(BOOK, DAY))
    assert [one.entry for one in chosen] == ["sij_cluster3_saueressig2021"]


# --- red flags -------------------------------------------------------------------------------------------------------

WHEN = datetime(2026, 5, 4)
_numbers = iter(range(1, 1_000_000))


def looked_for(code: str, present: bool, on: date | None = DAY) -> Finding:
    return Finding(id=f"f{next(_numbers)}", patient="p1", recorded_at=WHEN, true_on=on, code=code, present=present)


def person(born: date, sex: str = "male") -> Patient:
    return Patient(id="who", patient="p1", recorded_at=WHEN, birth_date=born, sex=sex)  # type: ignore[arg-type]


def diagnosis(icd10: str, status: str | None = None) -> Condition:
    return Condition(
        id=f"c{next(_numbers)}", patient="p1", recorded_at=WHEN, true_on=date(2020, 1, 1), icd10=icd10, status=status
    )  # type: ignore[arg-type]


def chart_of(*facts: Fact) -> Chart:
    return Chart.of((*facts, Measure(id="any", patient="p1", recorded_at=WHEN, instrument="nrs", score=5)))


def answer(criterion: str, *facts: Fact) -> str:
    return Reference(chart_of(*facts), DAY).status(BOOK.standing(criterion, DAY)).value


def test_red_flags_name_criteria_and_dangers() -> None:
    for name, flag in CONTENT.red_flags.items():
        assert BOOK.standing(flag.criterion, DAY).name == flag.criterion, name
        if flag.danger:
            assert CONTENT.generators[flag.danger].kind == "danger", f"{name}: {flag.danger!r} is no danger"


ASKED_ONLY_AFTER = {
    "bleed_at_cord": "a needle at the spine",
    "heart_pain": "a new, pressing pain near the heart",
    "infection_after_spine_work": "work at the spine and its wound",
    "joint_infection": "a new pain of a joint",
    "leg_clot": "a new pain of the calf",
    "pump_withdrawal": "a pump",
    "sudden_headache": "a new headache",
    "infected_device": "an implant",
    "leg_ischaemia": "narrowed vessels of the leg",
    "replaced_joint": "the replacement of a joint",
    "tumour_at_cord": "a cancer, which another flag asks about",
}
"""A danger of what has to stand in the chart before anybody is asked about it."""


@pytest.mark.parametrize("flag", sorted(CONTENT.red_flags))
def test_a_flag_is_undocumented_until_somebody_asked(flag: str) -> None:
    assert answer(CONTENT.red_flags[flag].criterion) == ("not met" if flag in ASKED_ONLY_AFTER else "undocumented")


LONG_AGO = date(2025, 1, 1)
LAST_WEEK = date(2026, 4, 27)
OLD = person(date(1950, 1, 1))
YOUNG = person(date(1990, 1, 1))
OLD_WOMAN = person(date(1950, 1, 1), "female")
AFTER_SURGERY = Procedure(
    id="op", patient="p1", recorded_at=WHEN, true_on=LAST_WEEK, kind="laminectomy", region="lumbar"
)


@pytest.mark.parametrize(
    ("criterion", "facts", "expected"),
    [
        # cauda equina
        ("cauda_equina_suspected", [looked_for("saddle_anaesthesia", True)], "met"),
        ("cauda_equina_suspected", [looked_for("saddle_anaesthesia", True, LONG_AGO)], "met"),
        ("cauda_equina_suspected", [looked_for("saddle_anaesthesia", True, None)], "met"),
        (
            "cauda_equina_suspected",
            [looked_for("saddle_anaesthesia", True, None), looked_for("cauda_equina_excluded", True, LAST_WEEK)],
            "not met",
        ),
        ("cauda_equina_suspected", [looked_for("cauda_equina_signs", False, None)], "undocumented"),
        ("cauda_equina_suspected", [looked_for("saddle_anaesthesia", False)], "undocumented"),
        ("cauda_equina_suspected", [looked_for("cauda_equina_signs", False)], "not met"),
        ("cauda_equina_suspected", [looked_for("cauda_equina_signs", False, LONG_AGO)], "undocumented"),
        (
            "cauda_equina_suspected",
            [looked_for("cauda_equina_signs", False), looked_for("reduced_anal_tone", True)],
            "met",
        ),
        ("cauda_equina_suspected", [diagnosis("G83.4")], "met"),
        (
            "cauda_equina_suspected",
            [looked_for("urinary_retention", True, LONG_AGO), looked_for("cauda_equina_excluded", True, LAST_WEEK)],
            "not met",
        ),
        (
            "cauda_equina_suspected",
            [looked_for("cauda_equina_excluded", True, LAST_WEEK), looked_for("urinary_retention", True)],
            "met",
        ),
        # a deficit that gets worse
        ("neurological_deficit_progresses", [looked_for("progressive_weakness", True)], "met"),
        ("neurological_deficit_progresses", [looked_for("progressive_deficit_signs", False)], "not met"),
        # infection
        ("spinal_infection_suspected", [looked_for("fever", True)], "met"),
        ("spinal_infection_suspected", [looked_for("fever", True, LONG_AGO)], "undocumented"),
        ("spinal_infection_suspected", [looked_for("unremitting_pain", True)], "undocumented"),
        ("spinal_infection_suspected", [looked_for("unremitting_pain", True), AFTER_SURGERY], "met"),
        ("spinal_infection_suspected", [looked_for("infection_signs", False), AFTER_SURGERY], "not met"),
        ("spinal_infection_suspected", [diagnosis("M46.46", "resolved")], "undocumented"),
        ("spinal_infection_suspected", [looked_for("pain_much_worse_lately", True)], "undocumented"),
        (
            "spinal_infection_suspected",
            [looked_for("pain_much_worse_lately", True), looked_for("injection_drug_use", True)],
            "met",
        ),
        (
            "spinal_infection_suspected",
            [
                looked_for("pain_much_worse_lately", True),
                looked_for("injection_drug_use", True),
                looked_for("spinal_infection_excluded", True),
            ],
            "not met",
        ),
        # malignancy
        ("pain_worse_lying_flat", [looked_for("pain_worse_lying", True)], "met"),
        ("pain_worse_lying_flat", [looked_for("pain_worse_lying", False)], "not met"),
        (
            "pain_worse_lying_flat",
            [looked_for("pain_worse_lying", True, LONG_AGO), looked_for("spinal_malignancy_excluded", True, LAST_WEEK)],
            "not met",
        ),
        ("spinal_malignancy_suspected", [looked_for("history_of_cancer", True, LONG_AGO)], "met"),
        ("spinal_malignancy_suspected", [diagnosis("Z85.3", "resolved")], "met"),
        (
            "spinal_malignancy_suspected",
            [looked_for("history_of_cancer", False), looked_for("weight_loss", False)],
            "not met",
        ),
        ("spinal_malignancy_suspected", [looked_for("history_of_cancer", False)], "undocumented"),
        (
            "spinal_malignancy_suspected",
            [diagnosis("Z85.3"), looked_for("spinal_malignancy_excluded", True, LAST_WEEK)],
            "not met",
        ),
        # fracture
        ("vertebral_fracture_suspected", [looked_for("severe_trauma", True)], "met"),
        ("vertebral_fracture_suspected", [looked_for("sudden_onset_pain", True), OLD], "met"),
        (
            "vertebral_fracture_suspected",
            [
                looked_for("severe_trauma", False),
                looked_for("prolonged_corticosteroids", False),
                looked_for("sudden_onset_pain", False),
                OLD,
            ],
            "not met",
        ),
        ("vertebral_fracture_suspected", [diagnosis("M80.08XA")], "met"),
        ("vertebral_fracture_suspected", [diagnosis("S32.010A", "resolved")], "undocumented"),
        ("vertebral_fracture_suspected", [looked_for("focal_bone_tenderness", True), YOUNG], "undocumented"),
        ("vertebral_fracture_suspected", [looked_for("focal_bone_tenderness", True), OLD], "met"),
        (
            "vertebral_fracture_suspected",
            [looked_for("focal_bone_tenderness", True), looked_for("bone_stress_risk", True)],
            "met",
        ),
        # aorta
        ("aortic_aneurysm_suspected", [diagnosis("I71.40")], "met"),
        ("aortic_aneurysm_suspected", [diagnosis("I71.40", "resolved")], "undocumented"),
        (
            "aortic_aneurysm_suspected",
            [diagnosis("I71.40"), looked_for("aortic_aneurysm_assessed", True, LAST_WEEK)],
            "undocumented",
        ),
        ("aortic_aneurysm_suspected", [looked_for("new_nonmechanical_pain", True), OLD], "met"),
        ("aortic_aneurysm_suspected", [looked_for("new_nonmechanical_pain", True), YOUNG], "not met"),
        ("aortic_aneurysm_suspected", [looked_for("new_nonmechanical_pain", True)], "undocumented"),
        ("aortic_aneurysm_suspected", [looked_for("new_nonmechanical_pain", True), OLD_WOMAN], "undocumented"),
        (
            "aortic_aneurysm_suspected",
            [looked_for("new_nonmechanical_pain", True), OLD_WOMAN, looked_for("current_smoker", True)],
            "met",
        ),
        ("aortic_aneurysm_suspected", [looked_for("new_nonmechanical_pain", False)], "not met"),
        # suicide
        ("suicidal_thoughts_reported", [looked_for("suicidal_thoughts", True)], "met"),
        ("suicidal_thoughts_reported", [looked_for("suicidal_thoughts", False)], "not met"),
    ],
)
def test_red_flags_on_both_sides_of_their_boundary(criterion: str, facts: list[Fact], expected: str) -> None:
    assert answer(criterion, *facts) == expected


@pytest.mark.parametrize(("millilitres", "expected"), [(200, "undocumented"), (201, "met")])
def test_urine_left_in_the_bladder(millilitres: float, expected: str) -> None:
    scan = Measure(
        id="scan", patient="p1", recorded_at=WHEN, true_on=DAY, instrument="post_void_residual", score=millilitres
    )
    assert answer("cauda_equina_suspected", scan) == expected


@pytest.mark.parametrize(("born", "expected"), [(date(1966, 5, 4), "met"), (date(1966, 5, 5), "not met")])
def test_the_age_for_an_aneurysm_is_reached_on_the_birthday(born: date, expected: str) -> None:
    assert answer("aortic_aneurysm_suspected", looked_for("new_nonmechanical_pain", True), person(born)) == expected


# --- the body map ----------------------------------------------------------------------------------------------------


def test_a_patient_can_point_to_seventy_regions_on_each_side() -> None:
    sided = [name for name, region in CONTENT.regions.items() if region.sided]
    assert len(sided) >= 70


def test_every_region_that_a_question_names_can_be_pointed_to() -> None:
    asked = {region for question in CONTENT.questions.values() for region in question.regions}
    assert asked <= set(CONTENT.regions)

"""What the review of sources holds and what we hold agree, number by number; a difference is one that was meant."""

import re
import tomllib
from collections import defaultdict

import pytest

from lenitive.medicine.content import content

CONTENT = content()

# --- findings --------------------------------------------------------------------------------------------------------

FIELDS = {
    "lr_pos": "lr_positive",
    "lr_neg": "lr_negative",
    "lr_pos_ci": "lr_positive_interval",
    "lr_neg_ci": "lr_negative_interval",
    "sensitivity": "sensitivity",
    "specificity": "specificity",
    "sensitivity_ci": "sensitivity_interval",
    "specificity_ci": "specificity_interval",
    "n": "n",
}

# Rows of the research that we split by level or by finding, or that no answer of ours can use.
SPLIT_OR_LEFT_OUT = {
    "hip_oa_history_items_metcalfe2019",
    "knee_oa_genicular_block_mccormick2018",
    "facet_l_no_midline_pain_depalma2011",
    "sij_no_midline_pain_depalma2011",
    "radic_l_femoral_stretch_patellar_suri2011",
    "radic_l_level_specific_suri2011",
    "radic_l_achilles_suri2011",
    "radic_l_overall_level_iversen2013",
    "radic_l_neuro_pooled_alnezari2013",
    "vcf_henschke_rule_henschke2009",
    "vcf_primary_care_flags_williams2013",
    "cancer_history_posttest_downie2013",
    "aaa_risk_items_aaarisk",
}

# Numbers that differ on purpose; the note of the row says why.
MEANT = {
    # Printed intervals that were only recalled are absent, and ratios follow from sensitivity and specificity.
    "radic_c_wainner4_wainner2003": {"lr_neg", "lr_pos_ci"},
    "radic_c_wainner3_wainner2003": {"lr_neg", "lr_pos_ci"},
    "radic_c_distraction_wainner2003": {"lr_pos_ci", "lr_neg_ci"},
    "radic_c_ultt_a_wainner2003": {"lr_pos", "lr_neg", "lr_pos_ci", "lr_neg_ci"},
    "radic_c_cluster3_validation2026": {"lr_neg"},
    "facet_l_revel_laslett2004": {"specificity"},
    "lss_cook_cluster_cook2011": {"lr_pos_ci", "n"},
    # Uncertain in the research.
    "lss_nclass_genevay2018": {"lr_pos", "lr_neg", "sensitivity", "specificity"},
    # Printed in the text of the row, as fields here.
    "crps_budapest_derivation_harden2007": {"sensitivity", "specificity"},
}


def test_the_findings_of_the_research_stand_as_they_were_found(shared):
    compared = 0
    for row in tables(shared / "evidence/diagnosis", "finding"):
        name = ours(row["id"])
        if name in SPLIT_OR_LEFT_OUT:
            assert name not in CONTENT.evidence, f"{name} is not left out any more"
            continue
        held = CONTENT.evidence[name]
        for field, our_field in FIELDS.items():
            if field in MEANT.get(name, set()):
                continue
            number = getattr(held, our_field)
            assert (list(number) if isinstance(number, tuple) else number) == row.get(field), (name, field)
            compared += field in row
    assert compared > 350


@pytest.mark.parametrize("name", sorted(MEANT))
def test_a_number_that_differs_on_purpose_says_why(name):
    assert CONTENT.evidence[name].note


def test_no_finding_is_graded_above_the_research(shared):
    for row in tables(shared / "evidence/diagnosis", "finding"):
        held = CONTENT.evidence.get(ours(row["id"]))
        if held and row["status"] != "SEEN":
            assert held.grade in {"recalled", "judgement"}, row["id"]


# --- blocks and starting shares --------------------------------------------------------------------------------------

BLOCKS = {
    "block.facet_l.single50.schwarzer1994": "lumbar_facet_single_schwarzer1994",
    "block.facet_l.single.manchikanti2004": "lumbar_facet_single_manchikanti2004",
    "block.facet_c.single.manchikanti2004": "cervical_facet_single_manchikanti2004",
    "block.facet_t.single.manchikanti2004": "thoracic_facet_single_manchikanti2004",
    "block.facet_c.single.barnsley1993": "cervical_facet_single_barnsley1993",
    "block.facet_c.comparative.lord1995": "cervical_facet_comparative_lord1995",
    "block.sij.single.mitchell2015": "sacroiliac_single_mitchell2015",
    "block.snrb_l.beynon2019_surgery": "root_block_beynon2019",
    "block.discography.wolfer2008": "discography_wolfer2008",
}
BLOCK_FIELDS = {
    "fp_rate": "false_positive_rate",
    "fp_rate_ci": "false_positive_interval",
    "fp_kind": "false_positive_means",
    "sensitivity": "sensitivity",
    "specificity": "specificity",
    "lr_pos": "lr_positive",
    "lr_pos_ci": "lr_positive_interval",
    "lr_neg": "lr_negative",
    "n": "n",
}


def test_the_blocks_of_the_research_stand_as_they_were_found(shared):
    rows = {row["id"]: row for row in tables(shared / "evidence/diagnosis", "block")}
    assert rows.keys() == BLOCKS.keys()
    for name, row in rows.items():
        held = CONTENT.blocks[BLOCKS[name]]
        for field, our_field in BLOCK_FIELDS.items():
            if field in row:
                number = getattr(held, our_field)
                expected = tuple(row[field]) if isinstance(row[field], list) else row[field]
                assert number == expected or number == pytest.approx(expected, rel=0.02), (name, field)


PRIORS = {
    "clbp.depalma2011": "axial_low_back_depalma2011",
    "clbp.disc.schwarzer1995": "axial_low_back_disc_schwarzer1995",
    "clbp.facet.schwarzer1994": "axial_low_back_facet_schwarzer1994",
    "clbp.facet.schwarzer1995": "axial_low_back_facet_schwarzer1995",
    "clbp.facet.manchikanti2004": "axial_low_back_facet_manchikanti2004",
    "clbp.sij.schwarzer1995": "axial_low_back_sij_schwarzer1995",
    "clbp.sij.maigne1996": "axial_low_back_sij_maigne1996",
    "clbp.three.manchikanti2001": "axial_low_back_three_manchikanti2001",
    "neck.yin2008": "neck_pain_yin2008",
    "neck.lord1996": "neck_pain_lord1996",
    "neck.barnsley1995": "neck_pain_barnsley1995",
    "neck.speldewinde2001": "neck_pain_speldewinde2001",
    "neck.manchikanti2004": "neck_pain_manchikanti2004",
    "stenosis.community": "leg_pain_stenosis_disto2015",
    "hip_oa.primary_care": "hip_pain_metcalfe2019",
    "psps2.fusion.depalma2011": "after_fusion_depalma2011",
    "psps2.fbss.waguespack2002": "after_surgery_waguespack2002",
    "psps2.facet.manchikanti2007": "after_surgery_facet_manchikanti2007",
}
# For the thorax the starting share holds the number; the percentages of Slipman were recalled and never checked.
PRIORS_ELSEWHERE = {"thoracic.manchikanti2004", "psps2.fbss.slipman2002"}


def test_the_starting_shares_of_the_research_stand_as_they_were_found(shared):
    rows = {row["id"]: row for row in tables(shared / "evidence/diagnosis", "prior")}
    assert rows.keys() == PRIORS.keys() | PRIORS_ELSEWHERE
    for name, prior in PRIORS.items():
        held = CONTENT.priors[prior]
        known = {source: share for source, share in rows[name]["sources"].items() if source in CONTENT.generators}
        assert {source: held.shares.get(source) for source in known} == pytest.approx(known, rel=0.02), name
        if rows[name]["status"] != "SEEN":
            assert held.grade == "recalled", name


# --- drugs -----------------------------------------------------------------------------------------------------------

# The drug of the research, ours, and for which use its row speaks where we keep several.
DRUGS = {
    "aspirin-primary-prevention": ("aspirin", "to prevent"),
    "aspirin-secondary-prevention": ("aspirin", "after a heart attack"),
    "cilostazol": ("cilostazol", None),
    "dipyridamole": ("dipyridamole", None),
    "clopidogrel": ("clopidogrel", None),
    "prasugrel": ("prasugrel", None),
    "ticagrelor": ("ticagrelor", None),
    "cangrelor": ("cangrelor", None),
    "warfarin": ("warfarin", None),
    "acenocoumarol": ("acenocoumarol", None),
    "heparin-iv": ("heparin", "into a vein"),
    "heparin-sc": ("heparin", "under the skin"),
    "enoxaparin-low-dose": ("enoxaparin", "preventive"),
    "enoxaparin-high-dose": ("enoxaparin", "treatment"),
    "dalteparin": ("dalteparin", None),
    "fondaparinux": ("fondaparinux", None),
    "dabigatran": ("dabigatran", None),
    "rivaroxaban": ("rivaroxaban", None),
    "apixaban": ("apixaban", None),
    "edoxaban": ("edoxaban", None),
    "abciximab": ("abciximab", None),
    "eptifibatide-or-tirofiban": ("eptifibatide_tirofiban", None),
    "fibrinolytic": ("fibrinolytic", None),
}
# Anti-inflammatory drugs have days of their own; antidepressants have words; the days of herbs are uncertain.
DRUGS_ELSEWHERE = {"nsaid", "ssri-snri", "herbal"}
CLASSES = ("high", "intermediate", "low")


def test_how_long_drugs_are_stopped_stands_as_it_was_found(shared):
    rows = {row["drug"]: row for row in tables(shared / "evidence/safety", "antithrombotic")}
    assert rows.keys() == DRUGS.keys() | DRUGS_ELSEWHERE
    for name, (drug, use) in DRUGS.items():
        for bleeding_class in CLASSES:
            said = rows[name][bleeding_class]
            found = [
                hold
                for hold in CONTENT.drugs[drug].holds
                if hold.bleeding_class == bleeding_class and (not use or not hold.when or use in hold.when)
            ]
            assert said_as(said) in {(hold.rule, hold.amount) for hold in found}, (name, bleeding_class)


def test_how_long_anti_inflammatory_drugs_are_stopped_stands_as_it_was_found(shared):
    (row,) = tables(shared / "evidence/safety", "nsaid_hold")
    for drug, days in row["days"].items():
        (hold,) = [hold for hold in CONTENT.drugs[drug].holds if hold.bleeding_class == "high"]
        assert (hold.rule, hold.amount) == ("days", days), drug


def test_the_newer_times_of_the_direct_anticoagulants_stand_as_they_were_found(shared):
    for row in tables(shared / "evidence/safety", "doac2025"):
        hours = {hold.amount for hold in CONTENT.drugs[row["drug"]].holds if hold.source == "asra-ra2025-copy"}
        assert hours == {number for field, number in row.items() if field.endswith("_hours") and "next" not in field}


def test_the_opioid_factors_and_the_steroid_equivalents_stand_as_they_were_found(shared):
    factors = single(shared / "evidence/safety/opioids.md", "mme_cdc2022")["factors"]
    renamed = {"fentanyl_transdermal_mcg_h": "fentanyl"}
    held = {name: CONTENT.drugs[name].mme_factor.value for name in (renamed.get(one, one) for one in factors)}
    assert held == {renamed.get(one, one): factor for one, factor in factors.items()}
    equivalents = single(shared / "evidence/safety/steroids.md", "equivalence")["mg"]
    assert {name: CONTENT.drugs[name].equivalent_mg.value for name in equivalents} == equivalents


def test_the_ceilings_of_local_anaesthetics_stand_as_they_were_found(shared):
    for row in tables(shared / "evidence/safety", "local_anaesthetic"):
        ceilings = {(one.with_adrenaline, one.mg_per_kg, one.max_mg) for one in CONTENT.drugs[row["drug"]].ceilings}
        printed = {(False, row["plain_mg_kg"], row["plain_max_mg"])}
        if "plain_mg_kg_strict" in row:
            printed.add((False, row["plain_mg_kg_strict"], row["plain_max_mg"]))
        printed.add((True, row["epi_mg_kg"], row.get("epi_max_mg")))
        assert ceilings == printed, row["drug"]


def said_as(words):
    """The rule and the longer end of an interval as the research writes it."""
    if words in {"none", "shared"}:
        return words, None
    number, unit = re.fullmatch(r"(?:\d+-)?(\d+) (d|h)\b.*", words).groups()
    return {"d": "days", "h": "hours"}[unit], float(number)


# --- risks -----------------------------------------------------------------------------------------------------------

# Not a harm (a procedure that was not finished), or told in the words of the entry.
RISKS_IN_WORDS = {"aborted-carr", "glucose-esi", "adrenal-esi", "bone-esi", "ssi-after-lesi", "itp-survival-ispr"}


def test_the_risks_of_the_research_stand_as_they_were_found(shared):
    held = defaultdict(set)
    for kind in CONTENT.procedures.values():
        for risk in kind.risks:
            held[risk.source] |= {risk.percent, *(risk.range or ())}
    compared = 0
    for row in tables(shared / "evidence/safety", "risk"):
        source = row["src"].partition(":")[2]
        for percent in percents(row) if row["id"] not in RISKS_IN_WORDS else ():
            assert percent in held[source], (row["id"], percent)
            compared += 1
    assert compared > 60


def percents(row):
    """Every share of a risk, in percent."""
    if "pct" in row:
        yield row["pct"]
    if "pct_per_year" in row:
        yield row["pct_per_year"]
    if "per_1000" in row:
        yield round(row["per_1000"] / 10, 5)
    if "per_million_patients" in row:
        yield round(row["per_million_patients"] / 10_000, 5)
    yield from row.get("range", ())
    for several in ("by_event", "by_route", "by_group"):
        yield from row.get(several, {}).values()


# --- smallest changes that matter -----------------------------------------------------------------------------------

SCALES = {
    "NRS-pain-0-10": "nrs",
    "VAS-pain-0-100": "vas",
    "PEG-0-10": "peg",
    "ODI-0-100": "odi",
    "RMDQ-0-24": "rmdq",
    "QBPDS-0-100": "quebec",
    "NDI-0-50": "ndi",
    "PROMIS-PainInterference-T": "promis29_pain_interference",
    "PROMIS-PhysicalFunction-T": "promis29_physical_function",
    "PROMIS-PainIntensity-0-10": "promis29_pain_intensity",
    "PROMIS-Anxiety-T": "promis29_anxiety",
    "PROMIS-Depression-T": "promis29_depression",
    "PROMIS-Fatigue-T": "promis29_fatigue",
    "PROMIS-SleepDisturbance-T": "promis29_sleep",
    "PROMIS-SocialRoles-T": "promis29_social_roles",
    "EQ-5D-utility": "eq5d_utility",
    "PCS-0-52": "pcs",
    "PHQ-9-0-27": "phq9",
    "GAD-7-0-21": "gad7",
}


def test_the_smallest_changes_of_the_research_stand_as_they_were_found(shared):
    rows = {row["scale"]: row for row in tables(shared / "evidence/outcomes", "mcid")}
    assert rows.keys() == SCALES.keys()
    for scale, row in rows.items():
        instrument = CONTENT.instruments[SCALES[scale]]
        changes = {(one.value, one.unit == "%") for one in instrument.minimal_important_change}
        assert instrument.higher_is == {"up": "better", "down": "worse"}[row["direction"]], scale
        for field, is_share in (("abs", False), ("rel_pct", True)):
            if field in row:
                assert (row[field], is_share) in changes, (scale, field)


# --- reading ---------------------------------------------------------------------------------------------------------


def tables(folder, kind):
    """Every row of one kind in the tables of a folder."""
    rows = [
        row
        for path in sorted(folder.glob("*.md"))
        for block in re.findall(r"```toml\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL)
        for row in tomllib.loads(block).get(kind, [])
    ]
    assert rows, f"no table of {kind} in {folder}"
    return rows


def ours(name):
    """Our name of a row of the research."""
    return re.sub(r"[^a-z0-9]", "_", name.lower())


def single(file, name):
    """The one table of a name in a file."""
    blocks = re.findall(r"```toml\n(.*?)```", file.read_text(encoding="utf-8"), re.DOTALL)
    (found,) = [table[name] for table in map(tomllib.loads, blocks) if name in table]
    return found

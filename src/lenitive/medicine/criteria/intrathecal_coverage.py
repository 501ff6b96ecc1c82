"""Pumps that give a drug into the spinal fluid: selection, the trial dose, what speaks against one."""

from __future__ import annotations

from lenitive.medicine.criteria.phrases import stated
from lenitive.rules.language import criterion

survival_is_long_enough = criterion(
    "survival_is_long_enough",
    met_when=~stated("survival_expected_under_three_months"),
    label="The patient is expected to live for three months or longer",
    ask="Is survival of more than three months expected?",
)

amplifying_factors_were_addressed = criterion(
    "amplifying_factors_were_addressed",
    met_when=stated("amplifying_factors_addressed"),
    label="Physical and behavioural factors that amplify the pain were looked into and treated",
    ask="What was done about physical and behavioural factors that amplify the pain?",
)

opioid_reduction_is_agreed = criterion(
    "opioid_reduction_is_agreed",
    met_when=stated("opioid_reduction_agreed"),
    label="The patient agreed to reduce systemic opioids before the trial",
    ask="Was a reduction of the opioids taken by mouth or skin agreed, and by how much?",
)

intrathecal_trial_was_accepted = criterion(
    "intrathecal_trial_was_accepted",
    met_when=stated("intrathecal_trial_acceptable"),
    label="Relief, side effects and daily life during the trial were acceptable to patient and physician",
    ask="Were relief, side effects and daily life during the trial acceptable?",
)

trial_may_be_left_out = criterion(
    "trial_may_be_left_out",
    met_when=stated("trial_left_out_reason"),
    label="The reason to leave out the trial is written down (advanced cancer, danger of the procedure)",
    ask="Why is there no trial?",
)

muscle_tone_fell_enough = criterion(
    "muscle_tone_fell_enough",
    met_when=stated("spasticity_improved_in_trial"),
    label="The trial dose lowered the muscle tone as the payer wants",
    ask="What were the Ashworth or spasm scores before and after the trial dose?",
)

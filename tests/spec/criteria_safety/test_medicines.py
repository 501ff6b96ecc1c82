"""What speaks against a pain medicine, and what was tried before it."""

import pytest

from lenitive.medicine.criteria import candidacy, medicines

LISTED = """
    as_of = 2026-05-15
    complete = ["{complete}"]
    [patient]
    sex = "female"
    [[condition]]
    icd10 = "{icd10}"
    status = "{status}"
    certainty = "{certainty}"
    until = {until}
"""


@pytest.mark.parametrize(
    ("criterion", "code"),
    [
        (medicines.heart_rhythm_disease, "I44.2"),
        (medicines.breathing_impaired, "J44.9"),
        (medicines.glaucoma_or_urinary_retention, "H40.9"),
        (medicines.overactive_thyroid, "E05.90"),
    ],
    ids=lambda value: getattr(value, "name", value),
)
def test_a_disease_on_the_problem_list_counts_until_it_is_over(ask, criterion, code):
    ask(
        criterion,
        LISTED,
        f"""
        icd10  | status   | certainty   | until      | complete  | expect
        -------+----------+-------------+------------+-----------+-------------
        {code} | active   |             |            | allergy   | met
        {code} |          |             | 2026-05-15 | allergy   | met
        {code} |          |             | 2026-05-14 | condition | not met
        {code} | resolved |             |            | condition | not met
        {code} | active   | unconfirmed |            | condition | not met
        M54.50 | active   |             |            | condition | not met
        M54.50 | active   |             |            | allergy   | undocumented
        -      |          |             |            | condition | not met
        -      |          |             |            | allergy   | undocumented
        """,
    )


@pytest.mark.parametrize(
    ("criterion", "code"),
    [
        (medicines.liver_disease, "K74.60"),
        (medicines.prone_to_gut_bleeding, "K25.7"),
        (medicines.heart_or_vessel_disease, "I63.9"),
        (medicines.heart_failure, "I50.22"),
        (medicines.coronary_disease, "I25.2"),
        (medicines.stroke_before, "Z86.73"),
        (medicines.substance_use_disorder, "F11.20"),
        (candidacy.arachnoiditis_known, "G03.9"),
    ],
    ids=lambda value: getattr(value, "name", value),
)
def test_a_disease_that_leaves_a_danger_behind_counts_when_it_is_over(ask, criterion, code):
    ask(
        criterion,
        LISTED,
        f"""
        icd10  | status   | certainty   | until      | complete  | expect
        -------+----------+-------------+------------+-----------+-------------
        {code} | active   |             |            | allergy   | met
        {code} |          |             | 2019-05-14 | condition | met
        {code} | resolved |             |            | condition | met
        {code} | active   | unconfirmed |            | condition | not met
        M54.50 | active   |             |            | condition | not met
        M54.50 | active   |             |            | allergy   | undocumented
        -      |          |             |            | condition | not met
        -      |          |             |            | allergy   | undocumented
        """,
    )


def test_kidneys_are_too_weak_below_the_limit_of_the_medicine(ask):
    ask(
        medicines.kidneys_too_weak,
        """
        as_of = 2026-05-15
        complete = ["condition"]
        [patient]
        sex = "female"
        [[measure]]
        instrument = "{instrument}"
        score = {score}
        true_on = {measured}
        [[condition]]
        icd10 = "{icd10}"
        status = "{status}"
        until = {until}
        """,
        """
        instrument           | score | measured   | icd10 | status   | until      | expect
        ---------------------+-------+------------+-------+----------+------------+-------------
        egfr                 | 29    | 2026-05-15 | -     |          |            | met
        egfr                 | 30    | 2026-05-15 | -     |          |            | not met
        creatinine_clearance | 29    | 2026-05-15 | -     |          |            | met
        egfr                 | 29    | 2026-02-14 | -     |          |            | met
        egfr                 | 29    | 2026-02-13 | -     |          |            | undocumented
        egfr                 | 29    | 2026-05-16 | -     |          |            | undocumented
        egfr                 |       | 2026-05-15 | -     |          |            | undocumented
        egfr                 | 90    | 2026-05-15 | N18.5 |          |            | met
        -                    |       |            | N18.5 | active   |            | met
        -                    |       |            | N18.5 |          | 2026-05-15 | met
        -                    |       |            | N18.5 |          | 2026-05-14 | undocumented
        -                    |       |            | N18.5 | resolved |            | undocumented
        -                    |       |            | N18.2 | active   |            | undocumented
        -                    |       |            | -     |          |            | undocumented
        """,
        min_kidney_function=30,
    )


def test_older_is_from_the_birthday_on(ask):
    ask(
        medicines.older_medicine_taker,
        """
        as_of = 2026-05-15
        [patient]
        sex = "female"
        birth_date = {born}
        """,
        """
        born       | expect
        -----------+-------------
        1961-05-15 | met
        1961-05-16 | not met
                   | undocumented
        """,
    )


@pytest.mark.parametrize(
    ("criterion", "ingredient"),
    [
        (medicines.opioid_or_sedative_taken, "oxycodone"),
        (medicines.opioid_or_sedative_taken, "lorazepam"),
        (medicines.other_anti_inflammatory_taken, "naproxen"),
        (medicines.acetaminophen_taken, "acetaminophen"),
        (medicines.acetaminophen_taken, "paracetamol"),
        (medicines.anticoagulant_taken, "apixaban"),
        (medicines.kidney_straining_drug_taken, "lisinopril"),
        (medicines.kidney_straining_drug_taken, "furosemide"),
        (medicines.sodium_lowering_drug_taken, "hydrochlorothiazide"),
        (medicines.sodium_lowering_drug_taken, "sertraline"),
        (medicines.lithium_taken, "lithium"),
        (medicines.methotrexate_taken, "methotrexate"),
        (medicines.tizanidine_raising_drug_taken, "ciprofloxacin"),
        (medicines.tizanidine_raising_drug_taken, "fluvoxamine"),
    ],
    ids=lambda value: getattr(value, "name", value),
)
def test_what_is_taken_beside_it(ask, criterion, ingredient):
    ask(
        criterion,
        """
        as_of = 2026-05-15
        complete = ["{complete}"]
        [patient]
        sex = "female"
        [[medication]]
        ingredient = "{ingredient}"
        status = "{status}"
        true_on = 2026-01-01
        until = {until}
        """,
        f"""
        ingredient   | status   | until      | complete   | expect
        -------------+----------+------------+------------+-------------
        {ingredient} | active   |            | allergy    | met
        {ingredient} |          |            | allergy    | met
        {ingredient} |          | 2026-05-15 | allergy    | met
        {ingredient} |          | 2026-05-14 | medication | not met
        {ingredient} | stopped  |            | medication | not met
        {ingredient} | intended |            | medication | not met
        metformin    | active   |            | medication | not met
        metformin    | active   |            | allergy    | undocumented
                     | active   |            | medication | undocumented
        -            |          |            | medication | not met
        -            |          |            | allergy    | undocumented
        """,
    )


def test_a_reaction_to_any_of_them_counts(ask):
    ask(
        medicines.anti_inflammatory_allergy,
        """
        as_of = 2026-05-15
        complete = ["{complete}"]
        [patient]
        sex = "female"
        [[allergy]]
        substance = "{substance}"
        active = {active}
        """,
        """
        substance  | active | complete | expect
        -----------+--------+----------+-------------
        aspirin    | true   | measure  | met
        naproxen   |        | measure  | met
        aspirin    | false  | allergy  | not met
        penicillin | true   | allergy  | not met
        penicillin | true   | measure  | undocumented
        -          |        | allergy  | not met
        -          |        | measure  | undocumented
        """,
    )


def test_other_medicines_have_failed_when_one_did_not_help_or_was_not_borne(ask):
    ask(
        medicines.other_medicines_did_not_help,
        """
        as_of = 2026-05-15
        complete = ["{complete}"]
        [patient]
        sex = "female"
        [[treatment]]
        kind = "{kind}"
        response = "{response}"
        true_on = {begun}
        """,
        """
        kind          | response      | begun      | complete  | expect
        --------------+---------------+------------+-----------+-------------
        nsaid         | failed        | 2026-01-01 | allergy   | met
        gabapentinoid | not_tolerated | 2026-01-01 | allergy   | met
        acetaminophen | partial       | 2026-01-01 | allergy   | met
        nsaid         | failed        |            | allergy   | met
        nsaid         | failed        | 2026-05-15 | allergy   | met
        nsaid         | failed        | 2026-05-16 | treatment | not met
        nsaid         | good          | 2026-01-01 | allergy   | not met
        nsaid         |               | 2026-01-01 | allergy   | undocumented
        opioid        | failed        | 2026-01-01 | treatment | not met
        opioid        | failed        | 2026-01-01 | allergy   | undocumented
        -             |               |            | treatment | not met
        -             |               |            | allergy   | undocumented
        """,
    )


TOGETHER = """
    as_of = 2026-05-15
    complete = ["{complete}"]
    [patient]
    sex = "female"
    [[medication]]
    ingredient = "{one}"
    status = "{status}"
    true_on = 2026-05-01
    until = {until}
    [[medication]]
    ingredient = "{other}"
    status = "active"
    true_on = 2026-05-01
"""


def test_duloxetine_beside_tamoxifen_and_not_venlafaxine(ask):
    ask(
        medicines.tamoxifen_is_weakened,
        TOGETHER,
        """
        one       | status  | until      | other       | complete   | expect
        ----------+---------+------------+-------------+------------+-------------
        tamoxifen | active  |            | duloxetine  | allergy    | met
        tamoxifen | active  | 2026-05-15 | paroxetine  | allergy    | met
        tamoxifen | active  | 2026-05-14 | duloxetine  | medication | not met
        tamoxifen | stopped |            | duloxetine  | medication | not met
        tamoxifen | active  |            | venlafaxine | medication | not met
        letrozole | active  |            | duloxetine  | medication | not met
        tamoxifen | active  |            | venlafaxine | allergy    | undocumented
        -         |         |            | -           | allergy    | undocumented
        """,
    )


def test_tizanidine_beside_ciprofloxacin_and_not_another_fluoroquinolone(ask):
    ask(
        medicines.tizanidine_is_raised,
        TOGETHER,
        """
        one        | status  | until      | other         | complete   | expect
        -----------+---------+------------+---------------+------------+-------------
        tizanidine | active  |            | ciprofloxacin | allergy    | met
        tizanidine | active  | 2026-05-15 | fluvoxamine   | allergy    | met
        tizanidine | active  | 2026-05-14 | ciprofloxacin | medication | not met
        tizanidine | stopped |            | ciprofloxacin | medication | not met
        tizanidine | active  |            | levofloxacin  | medication | not met
        baclofen   | active  |            | ciprofloxacin | medication | not met
        tizanidine | active  |            | levofloxacin  | allergy    | undocumented
        -          |         |            | -             | allergy    | undocumented
        """,
    )


@pytest.mark.parametrize(
    ("criterion", "drug"),
    [(medicines.tamoxifen_taken, "tamoxifen"), (medicines.drug_that_harms_the_unborn_taken, "topiramate")],
    ids=lambda value: getattr(value, "name", value),
)
def test_a_drug_that_is_taken_counts_until_it_has_ended(ask, criterion, drug):
    ask(
        criterion,
        TOGETHER,
        f"""
        one       | status   | until      | other       | complete   | expect
        ----------+----------+------------+-------------+------------+-------------
        {drug}    | active   |            | -           | allergy    | met
        {drug}    |          | 2026-05-15 | -           | allergy    | met
        {drug}    | active   | 2026-05-14 | -           | medication | not met
        {drug}    | intended |            | -           | medication | not met
        ibuprofen | active   |            | -           | medication | not met
        ibuprofen | active   |            | -           | allergy    | undocumented
        """,
    )

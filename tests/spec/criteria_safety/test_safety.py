"""What can stop, delay or change a procedure. Each table stands on both sides of every boundary, with a blank."""

import pytest

from lenitive.medicine.criteria import safety

SAID = """
    as_of = 2026-05-15
    [patient]
    sex = "female"
    [[statement]]
    kind = "{kind}"
    says = {says}
    true_on = {said_on}
    [request]
    kind = "epidural_caudal"
"""


@pytest.mark.parametrize(
    ("criterion", "kind"),
    [
        (safety.hold_agreed_with_prescriber, "prescriber_agrees_to_hold"),
        (safety.device_team_agreed, "device_team_agrees"),
        (safety.escort_arranged, "escort_arranged"),
        (safety.surgery_planned_nearby, "surgery_planned_nearby"),
        (safety.tobacco_used, "uses_tobacco"),
        (safety.staphylococcus_screened, "staphylococcus_screened"),
        (safety.immunosuppressed, "immunosuppressed"),
        (safety.diabetes, "diabetes"),
        (safety.dural_puncture_before, "dural_puncture_before"),
        (safety.thrombosis_risk_high, "thrombosis_risk"),
        (safety.bleeding_tendency, "bleeding_tendency"),
        (safety.cardiac_device, "cardiac_device"),
        (safety.nerve_stimulator_or_pump, "nerve_stimulator_or_pump"),
        (safety.airway_risk, "airway_risk"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_answer_on_the_way_counts_for_a_month(ask, criterion, kind):
    ask(
        criterion,
        SAID,
        """
        kind                   | says  | said_on    | expect
        -----------------------+-------+------------+-------------
        KIND                   | true  | 2026-05-15 | met
        KIND                   | true  | 2026-04-15 | met
        KIND                   | true  | 2026-04-14 | undocumented
        KIND                   | true  | 2026-05-16 | undocumented
        KIND                   | false | 2026-05-15 | not met
        KIND                   |       | 2026-05-15 | undocumented
        wants_to_avoid_surgery | true  | 2026-05-15 | undocumented
        -                      | -     | -          | undocumented
        """.replace("KIND", kind),
    )


def test_fasted_is_asked_again_within_a_week(ask):
    ask(
        safety.fasted,
        SAID,
        """
        kind                   | says  | said_on    | expect
        -----------------------+-------+------------+-------------
        fasted                 | true  | 2026-05-15 | met
        fasted                 | false | 2026-05-15 | not met
        fasted                 | true  | 2026-05-08 | met
        fasted                 | true  | 2026-05-07 | undocumented
        fasted                 | true  | 2026-05-16 | undocumented
        fasted                 |       | 2026-05-15 | undocumented
        wants_to_avoid_surgery | true  | 2026-05-15 | undocumented
        -                      | -     | -          | undocumented
        """,
    )


def test_a_refusal_counts_for_its_procedure_or_for_all(ask):
    ask(
        safety.patient_declined,
        """
        as_of = 2026-05-15
        [patient]
        sex = "female"
        [[statement]]
        kind = "{kind}"
        says = {says}
        text = "{text}"
        about = "{about}"
        true_on = {said_on}
        [request]
        kind = "epidural_caudal"
        """,
        """
        kind                   | says  | text          | about           | said_on    | expect
        -----------------------+-------+---------------+-----------------+------------+--------
        declines_procedure     | true  |               | epidural_caudal | 2026-05-01 | met
        declines_procedure     | true  |               |                 | 2026-05-01 | met
        declines_procedure     | true  |               | epidural_caudal |            | met
        declines_procedure     |       | Wants to wait | epidural_caudal | 2026-05-01 | met
        declines_procedure     |       | Wants to wait | epidural_caudal |            | met
        declines_procedure     | true  |               | joint_injection | 2026-05-01 | not met
        declines_procedure     | true  |               | joint_injection |            | not met
        declines_procedure     | false |               | epidural_caudal | 2026-05-01 | not met
        declines_procedure     | false | Is willing    | epidural_caudal |            | not met
        wants_to_avoid_surgery | true  |               |                 | 2026-05-01 | not met
        -                      |       |               |                 |            | not met
        """,
    )


# --- infection ---------------------------------------------------------------------------------------------------


def test_an_infection_is_asked_about_again_within_a_week(ask):
    ask(
        safety.active_infection,
        SAID,
        """
        kind                   | says  | said_on    | expect
        -----------------------+-------+------------+-------------
        infection_now          | true  | 2026-05-15 | met
        infection_now          | true  | 2026-05-08 | met
        infection_now          | true  | 2026-05-07 | met
        infection_now          | true  | 2026-04-15 | met
        infection_now          | true  | 2026-04-14 | undocumented
        infection_now          | true  | 2026-05-16 | undocumented
        infection_now          | false | 2026-05-15 | not met
        infection_now          | false | 2026-05-08 | not met
        infection_now          | false | 2026-05-07 | undocumented
        infection_now          |       | 2026-05-15 | undocumented
        wants_to_avoid_surgery | false | 2026-05-15 | undocumented
        -                      | -     | -          | undocumented
        """,
    )


def test_what_shows_an_infection_outweighs_a_no(ask):
    denied = """
        as_of = 2026-05-15
        [patient]
        sex = "female"
        [[statement]]
        kind = "infection_now"
        says = false
        true_on = 2026-05-14
        [[measure]]
        instrument = "{instrument}"
        score = {score}
        true_on = {measured}
        [[finding]]
        code = "{sign}"
        present = {present}
        true_on = {seen}
        [[medication]]
        drug_class = "{drug}"
        until = {until}
        status = "{status}"
        """
    ask(
        safety.active_infection,
        denied,
        """
        instrument  | score | measured   | sign | drug | expect
        ------------+-------+------------+------+------+--------
        temperature | 38.0  | 2026-05-15 | -    | -    | met
        temperature | 37.9  | 2026-05-15 | -    | -    | not met
        temperature | 39.0  | 2026-05-08 | -    | -    | met
        temperature | 39.0  | 2026-05-07 | -    | -    | not met
        temperature |       | 2026-05-15 | -    | -    | not met
        weight      | 90    | 2026-05-15 | -    | -    | not met
        """,
    )
    ask(
        safety.active_infection,
        denied,
        """
        instrument | sign              | present | seen       | drug | expect
        -----------+-------------------+---------+------------+------+--------
        -          | infection_at_site | true    | 2026-05-15 | -    | met
        -          | infection_at_site | false   | 2026-05-15 | -    | not met
        -          | infection_at_site |         | 2026-05-15 | -    | not met
        -          | infection_at_site | true    | 2026-05-08 | -    | met
        -          | infection_at_site | true    | 2026-05-07 | -    | not met
        -          | groin_pain        | true    | 2026-05-15 | -    | not met
        """,
    )
    ask(
        safety.active_infection,
        denied,
        """
        instrument | sign | drug       | until      | status    | expect
        -----------+------+------------+------------+-----------+--------
        -          | -    | antibiotic |            | active    | met
        -          | -    | antibiotic | 2026-05-15 |           | met
        -          | -    | antibiotic | 2026-05-14 | active    | not met
        -          | -    | antibiotic |            | completed | not met
        -          | -    | antibiotic |            | intended  | not met
        -          | -    | statin     |            | active    | not met
        """,
    )
    ask(
        safety.active_infection,
        denied.replace('drug_class = "{drug}"', 'ingredient = "{drug}"'),
        """
        instrument | sign | drug          | until      | status    | expect
        -----------+------+---------------+------------+-----------+--------
        -          | -    | ciprofloxacin |            | active    | met
        -          | -    | vancomycin    | 2026-05-15 |           | met
        -          | -    | vancomycin    | 2026-05-14 |           | not met
        -          | -    | cefazolin     |            | intended  | not met
        -          | -    | atorvastatin  |            | active    | not met
        """,
    )


CONDITION = """
    as_of = 2026-05-15
    complete = ["{complete}"]
    [patient]
    sex = "female"
    [[condition]]
    code = "{code}"
    icd10 = "{icd10}"
    label = "as recorded"
    status = "{status}"
    certainty = "{certainty}"
    until = {until}
    true_on = 2020-01-01
    [[statement]]
    kind = "{kind}"
    says = {says}
    true_on = 2026-05-10
"""


@pytest.mark.parametrize(
    ("criterion", "kind", "concept", "icd10", "other"),
    [
        (safety.diabetes, "diabetes", "diabetes", "E11.42", "E78.5"),
        (safety.bleeding_tendency, "bleeding_tendency", "thrombocytopenia", "D69.6", "D50.9"),
        (safety.airway_risk, "airway_risk", "sleep_apnoea", "G47.33", "G47.00"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_condition_or_an_answer(ask, criterion, kind, concept, icd10, other):
    table = """
        code    | icd10 | status   | certainty   | until      | says  | complete  | expect
        --------+-------+----------+-------------+------------+-------+-----------+-------------
        CONCEPT |       |          |             |            | -     | allergy   | met
                | CODE  | active   | provisional |            | -     | allergy   | met
                | CODE  | active   | unconfirmed |            | -     | condition | not met
                | CODE  | resolved |             |            | -     | condition | not met
                | CODE  |          |             | 2026-05-14 | -     | condition | not met
                | CODE  |          |             | 2026-05-15 | -     | condition | met
                | OTHER |          |             |            | -     | condition | not met
                | OTHER |          |             |            | -     | allergy   | undocumented
                |       |          |             |            | -     | condition | undocumented
        -       | -     | -        |             | -          | -     | condition | not met
        -       | -     | -        |             | -          | -     | allergy   | undocumented
        -       | -     | -        |             | -          | false | allergy   | not met
        -       | -     | -        |             | -          | true  | condition | met
                | CODE  |          |             |            | false | allergy   | met
        """
    for hole, word in (("CONCEPT", concept), ("CODE", icd10), ("OTHER", other)):
        table = table.replace(hole, word)
    ask(criterion, CONDITION.replace("{kind}", kind), table)


def test_few_platelets_are_a_bleeding_tendency_whatever_was_said(ask):
    ask(
        safety.bleeding_tendency,
        """
        as_of = 2026-05-15
        complete = ["{complete}"]
        [patient]
        sex = "female"
        [[measure]]
        instrument = "platelets"
        score = {score}
        true_on = {measured}
        [[statement]]
        kind = "bleeding_tendency"
        says = {says}
        true_on = 2026-05-10
        """,
        """
        score | measured   | says  | complete  | expect
        ------+------------+-------+-----------+-------------
        99    | 2026-05-15 | -     | allergy   | met
        99    | 2026-02-14 | false | condition | met
        99    | 2026-02-13 | false | condition | not met
        99    | 2026-05-16 | -     | condition | not met
        100   | 2026-05-15 | -     | condition | not met
        100   | 2026-05-15 | -     | allergy   | undocumented
              | 2026-05-15 | -     | condition | not met
        -     | -          | -     | allergy   | undocumented
        """,
    )


def test_what_makes_stopping_dangerous_counts_when_it_is_over(ask):
    ask(
        safety.thrombosis_risk_high,
        CONDITION.replace("{kind}", "thrombosis_risk"),
        """
        code                | icd10  | status   | certainty   | until      | says  | complete  | expect
        --------------------+--------+----------+-------------+------------+-------+-----------+-------------
        atrial_fibrillation |        | active   |             |            | -     | allergy   | met
                            | I48.91 | active   | provisional |            | -     | allergy   | met
                            | I48.91 | active   | unconfirmed |            | -     | condition | not met
                            | I63.9  | resolved |             |            | -     | condition | met
                            | I63.9  |          |             | 2020-05-14 | -     | condition | met
                            | I63.9  | resolved |             |            | false | allergy   | met
                            | I10    | active   |             |            | -     | condition | not met
                            | I10    | active   |             |            | -     | allergy   | undocumented
                            |        |          |             |            | -     | condition | undocumented
        -                   |        |          |             |            | -     | condition | not met
        -                   |        |          |             |            | -     | allergy   | undocumented
        -                   |        |          |             |            | false | allergy   | not met
        -                   |        |          |             |            | true  | condition | met
        """,
    )


def test_immunosuppressed_by_disease_or_drug(ask):
    ask(
        safety.immunosuppressed,
        """
        as_of = 2026-05-15
        complete = ["condition", "{complete}"]
        [patient]
        sex = "male"
        [[condition]]
        icd10 = "{icd10}"
        until = {over}
        true_on = 2024-01-01
        [[medication]]
        ingredient = "{drug}"
        status = "{status}"
        until = {until}
        [[statement]]
        kind = "immunosuppressed"
        says = {says}
        true_on = 2026-05-10
        """,
        """
        icd10 | over       | drug         | status  | until      | says  | complete   | expect
        ------+------------+--------------+---------+------------+-------+------------+-------------
        D70.9 |            | -            | -       | -          | -     | medication | met
        D70.9 | 2026-05-15 | -            | -       | -          | -     | medication | met
        D70.9 | 2026-05-14 | -            | -       | -          | -     | medication | not met
        I10   |            | -            | -       | -          | -     | medication | not met
        -     |            | methotrexate | active  |            | -     | medication | met
        -     |            | methotrexate |         |            | -     | medication | met
        -     |            | methotrexate | stopped |            | -     | medication | not met
        -     |            | methotrexate |         | 2026-05-15 | -     | medication | met
        -     |            | methotrexate |         | 2026-05-14 | -     | medication | not met
        -     |            | lisinopril   | active  |            | -     | medication | not met
        -     |            | lisinopril   | active  |            | -     | allergy    | undocumented
        -     |            | lisinopril   | active  |            | false | allergy    | not met
        -     |            | -            | -       | -          | true  | medication | met
        """,
    )


# --- pregnancy ---------------------------------------------------------------------------------------------------


def test_pregnancy_possible(ask):
    ask(
        safety.pregnancy_possible,
        """
        as_of = 2026-05-15
        [patient]
        sex = "{sex}"
        birth_date = {born}
        [[condition]]
        icd10 = "{icd10}"
        status = "{status}"
        true_on = {since}
        until = {until}
        [[statement]]
        kind = "pregnancy_possible"
        says = {says}
        true_on = {said_on}
        """,
        """
        sex    | born       | icd10  | status   | since      | until      | says  | said_on    | expect
        -------+------------+--------+----------+------------+------------+-------+------------+-------------
        male   |            | -      |          | -          |            | -     | -          | not met
        male   |            | -      |          | -          |            | true  | 2026-05-15 | met
        female | 1970-05-15 | -      |          | -          |            | -     | -          | not met
        female | 1970-05-16 | -      |          | -          |            | -     | -          | undocumented
        female | 2014-05-16 | -      |          | -          |            | -     | -          | not met
        female | 2014-05-15 | -      |          | -          |            | -     | -          | undocumented
        female | 1990-01-01 | -      |          | -          |            | false | 2026-05-08 | not met
        female | 1990-01-01 | -      |          | -          |            | false | 2026-05-07 | undocumented
        female | 1990-01-01 | -      |          | -          |            | true  | 2026-05-14 | met
        female | 1990-01-01 | -      |          | -          |            | true  | 2026-04-30 | met
        female | 1990-01-01 | -      |          | -          |            | true  | 2025-07-25 | met
        female | 1990-01-01 | -      |          | -          |            | true  | 2025-07-24 | undocumented
        female | 1990-01-01 | -      |          | -          |            | true  | 2026-05-16 | undocumented
        female | 1990-01-01 | Z34.90 |          | 2026-05-15 |            | -     | -          | met
        female | 1990-01-01 | Z34.90 |          | 2025-07-25 |            | false | 2026-05-14 | met
        female | 1990-01-01 | Z34.90 |          | 2025-07-24 |            | false | 2026-05-14 | not met
        female | 1990-01-01 | Z34.90 |          | 2025-09-01 | 2026-05-15 | false | 2026-05-14 | met
        female | 1990-01-01 | Z34.90 |          | 2025-09-01 | 2026-05-14 | false | 2026-05-14 | not met
        female | 1990-01-01 | Z34.90 | resolved | 2025-09-01 |            | false | 2026-05-14 | not met
        female | 1990-01-01 | Z34.90 |          | 2025-09-01 | 2026-05-14 | -     | -          | undocumented
        female | 1990-01-01 | O99.89 |          | 2026-05-01 |            | -     | -          | met
        female | 1990-01-01 | O9A.21 |          | 2026-05-01 |            | -     | -          | met
        female | 1990-01-01 | O90.89 |          | 2026-05-01 |            | -     | -          | undocumented
        female |            | -      |          | -          |            | -     | -          | undocumented
        """,
    )


# --- allergies ---------------------------------------------------------------------------------------------------

ALLERGY = """
    as_of = 2026-05-15
    complete = ["{complete}"]
    [patient]
    sex = "female"
    [[allergy]]
    substance = "{substance}"
    severity = "{severity}"
    active = {active}
"""


@pytest.mark.parametrize(
    ("criterion", "substance"),
    [
        (safety.contrast_reaction, "iohexol"),
        (safety.steroid_allergy, "triamcinolone"),
        (safety.local_anaesthetic_allergy, "lidocaine"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_allergy_to_what_is_used(ask, criterion, substance):
    ask(
        criterion,
        ALLERGY,
        """
        substance | severity | active | complete | expect
        ----------+----------+--------+----------+-------------
        ALLERGEN  |          |        | measure  | met
        ALLERGEN  |          | true   | measure  | met
        ALLERGEN  |          | false  | allergy  | not met
        shellfish | severe   |        | allergy  | not met
        shellfish | severe   |        | measure  | undocumented
        -         | -        | -      | allergy  | not met
        -         | -        | -      | measure  | undocumented
        """.replace("ALLERGEN", substance),
    )


def test_severe_contrast_reaction(ask):
    ask(
        safety.severe_contrast_reaction,
        ALLERGY,
        """
        substance | severity | active | complete | expect
        ----------+----------+--------+----------+-------------
        contrast  | severe   |        | measure  | met
        contrast  | severe   | false  | allergy  | not met
        contrast  | mild     |        | allergy  | not met
        shellfish | severe   |        | allergy  | not met
        contrast  |          |        | allergy  | undocumented
        -         | -        | -      | allergy  | not met
        """,
    )


@pytest.mark.parametrize(
    ("criterion", "reacted", "did_not"),
    [(safety.contrast_reaction, "met", "not met"), (safety.contrast_left_out, "not met", "met")],
    ids=["contrast_reaction", "contrast_left_out"],
)
def test_a_reaction_to_contrast_that_stands_as_a_diagnosis(ask, criterion, reacted, did_not):
    ask(
        criterion,
        """
        as_of = 2026-05-15
        complete = ["allergy"]
        [patient]
        sex = "female"
        [[condition]]
        code = "{code}"
        icd10 = "{icd10}"
        certainty = "{certainty}"
        status = "{status}"
        until = {until}
        [request]
        kind = "epidural_caudal"
        contrast = false
        """,
        f"""
        code             | icd10   | certainty   | status   | until      | expect
        -----------------+---------+-------------+----------+------------+----------
        contrast_allergy |         |             |          |            | {reacted}
                         | Z91.041 |             |          |            | {reacted}
                         | Z91.041 |             |          | 2026-05-15 | {reacted}
                         | Z91.041 |             |          | 2026-05-14 | {did_not}
                         | Z91.041 |             | resolved |            | {did_not}
                         | Z91.041 | unconfirmed |          |            | {did_not}
                         | Z91.013 |             |          |            | {did_not}
        -                |         |             |          |            | {did_not}
        """,
    )


# --- corticosteroids ---------------------------------------------------------------------------------------------

INJECTIONS = """
    as_of = 2026-05-15
    complete = ["{complete}"]
    [patient]
    sex = "female"
    [[procedure]]
    id = "one"
    kind = "{kind}"
    true_on = {first}
    [[procedure]]
    id = "two"
    kind = "epidural_caudal"
    true_on = {second}
"""


def test_steroid_given_recently(ask):
    ask(
        safety.steroid_given_recently,
        INJECTIONS,
        """
        kind                       | first      | second | complete            | expect
        ---------------------------+------------+--------+---------------------+-------------
        joint_injection            | 2026-05-15 | -      | allergy             | met
        joint_injection            | 2026-04-15 | -      | allergy             | met
        joint_injection            | 2026-04-14 | -      | procedure:injection | not met
        joint_injection            | 2026-04-14 | -      | allergy             | undocumented
        medial_branch_block_lumbar | 2026-05-01 | -      | procedure           | not met
        joint_injection            |            | -      | procedure           | undocumented
        -                          | -          | -      | procedure           | not met
        """,
        steroid_gap_days=30,
    )


def test_injections_in_quick_succession(ask):
    ask(
        safety.injections_in_quick_succession,
        INJECTIONS,
        """
        kind            | first      | second     | complete  | expect
        ----------------+------------+------------+-----------+-------------
        joint_injection | 2026-02-14 | 2026-04-01 | allergy   | met
        joint_injection | 2026-05-15 | 2026-04-01 | allergy   | met
        joint_injection | 2026-02-13 | 2026-04-01 | procedure | not met
        joint_injection | 2026-02-13 | 2026-04-01 | allergy   | undocumented
        joint_injection | 2026-04-01 | 2026-04-01 | procedure | not met
        joint_injection |            | 2026-04-01 | procedure | undocumented
        nerve_block     | 2026-03-01 | 2026-04-01 | procedure | not met
        -               | -          | -          | procedure | not met
        """,
    )


DRUG = """
    as_of = 2026-05-15
    complete = ["{complete}"]
    [patient]
    sex = "female"
    [[medication]]
    ingredient = "{drug}"
    status = "{status}"
    until = {until}
"""


@pytest.mark.parametrize(
    ("criterion", "drug"),
    [
        (safety.systemic_steroid_taken, "prednisone"),
        (safety.cyp3a4_inhibitor_taken, "ritonavir"),
        (safety.glp1_taken, "semaglutide"),
        (safety.sglt2_taken, "empagliflozin"),
        (safety.glucose_raising_drug_taken, "hydrochlorothiazide"),
        (safety.sedative_taken, "diazepam"),
        (safety.serotonergic_antidepressant_taken, "sertraline"),
        (safety.monoamine_oxidase_inhibitor_taken, "phenelzine"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_drug_that_changes_the_plan(ask, criterion, drug):
    ask(
        criterion,
        DRUG,
        """
        drug       | status   | until      | complete   | expect
        -----------+----------+------------+------------+-------------
        DRUG       | active   |            | allergy    | met
        DRUG       |          | 2026-05-15 | allergy    | met
        DRUG       |          | 2026-05-14 | medication | not met
        DRUG       | intended |            | medication | not met
        lisinopril | active   |            | medication | not met
                   | active   |            | medication | undocumented
        -          | -        | -          | allergy    | undocumented
        """.replace("DRUG", drug),
    )


MEASURED = """
    as_of = 2026-05-15
    [patient]
    sex = "female"
    [[measure]]
    instrument = "{instrument}"
    score = {score}
    true_on = {measured_on}
"""


@pytest.mark.parametrize(
    ("criterion", "instrument", "limit", "safe", "unsafe", "last_day", "too_old"),
    [
        (safety.glucose_too_high, "glucose", {"max_glucose_mg_dl": 250}, 250, 251, "2026-05-14", "2026-05-13"),
        (safety.hba1c_too_high, "hba1c", {"max_hba1c_percent": 8}, 8.0, 8.1, "2026-02-14", "2026-02-13"),
        (safety.platelets_low, "platelets", {"min_platelets": 50}, 50, 49, "2026-02-14", "2026-02-13"),
        (safety.inr_raised, "inr", {"max_inr": 1.2}, 1.2, 1.3, "2026-05-13", "2026-05-12"),
        (safety.kidney_function_reduced, "egfr", {}, 50, 49, "2026-02-14", "2026-02-13"),
        (safety.kidney_function_reduced, "creatinine_clearance", {}, 50, 49, "2026-02-14", "2026-02-13"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_value_beyond_its_limit(ask, criterion, instrument, limit, safe, unsafe, last_day, too_old):
    ask(
        criterion,
        MEASURED,
        f"""
        instrument   | score    | measured_on | expect
        -------------+----------+-------------+-------------
        {instrument} | {unsafe} | 2026-05-15  | met
        {instrument} | {unsafe} | {last_day}  | met
        {instrument} | {safe}   | {last_day}  | not met
        {instrument} | {unsafe} | {too_old}   | undocumented
        {instrument} |          | {last_day}  | undocumented
        weight       | {unsafe} | 2026-05-15  | undocumented
        -            |          |             | undocumented
        """,
        **limit,
    )


PLANNED = """
    as_of = 2026-05-15
    complete = ["procedure", "{complete}"]
    [patient]
    sex = "female"
    [[procedure]]
    kind = "{earlier}"
    true_on = {before}
    [[allergy]]
    substance = "{substance}"
    [request]
    kind = "epidural_transforaminal_lumbar"
    steroid = "{steroid}"
    contrast = {contrast}
"""


def test_particulate_steroid_planned(ask):
    ask(
        safety.particulate_steroid_planned,
        PLANNED,
        """
        steroid            | contrast | before | substance | complete | expect
        -------------------+----------+--------+-----------+----------+-------------
        triamcinolone      |          | -      | -         | allergy  | met
        methylprednisolone |          | -      | -         | allergy  | met
        betamethasone      |          | -      | -         | allergy  | met
        dexamethasone      |          | -      | -         | allergy  | not met
        none               |          | -      | -         | allergy  | not met
                           |          | -      | -         | allergy  | undocumented
        """,
    )


def test_first_injection_particulate(ask):
    ask(
        safety.first_injection_particulate,
        PLANNED,
        """
        steroid       | contrast | before     | earlier                        | substance | complete | expect
        --------------+----------+------------+--------------------------------+-----------+----------+-------------
        triamcinolone |          | -          | -                              | -         | allergy  | met
        triamcinolone |          | 2026-05-14 | epidural_transforaminal_lumbar | -         | allergy  | not met
        triamcinolone |          | 2026-05-15 | epidural_transforaminal_lumbar | -         | allergy  | met
        triamcinolone |          | 2026-01-01 | epidural_caudal                | -         | allergy  | met
        dexamethasone |          | -          | -                              | -         | allergy  | not met
                      |          | -          | -                              | -         | allergy  | undocumented
        """,
    )


def test_particulate_without_contrast(ask):
    ask(
        safety.particulate_without_contrast,
        PLANNED,
        """
        steroid       | contrast | before | substance | complete | expect
        --------------+----------+--------+-----------+----------+-------------
        triamcinolone | false    | -      | -         | allergy  | met
        triamcinolone | true     | -      | -         | allergy  | not met
        dexamethasone | false    | -      | -         | allergy  | not met
        triamcinolone |          | -      | -         | allergy  | undocumented
        dexamethasone |          | -      | -         | allergy  | not met
        """,
    )


def test_contrast_left_out(ask):
    ask(
        safety.contrast_left_out,
        PLANNED,
        """
        steroid | contrast | before | substance | complete | expect
        --------+----------+--------+-----------+----------+-------------
                | false    | -      | -         | allergy  | met
                | false    | -      | iohexol   | allergy  | not met
                | true     | -      | -         | allergy  | not met
                | false    | -      | -         | measure  | undocumented
                |          | -      | -         | allergy  | undocumented
        """,
    )


# --- bleeding ----------------------------------------------------------------------------------------------------

ANTITHROMBOTIC = """
    as_of = 2026-05-15
    complete = ["{complete}"]
    [patient]
    sex = "female"
    [[medication]]
    id = "one"
    ingredient = "{drug}"
    status = "{status}"
    until = {until}
    [[medication]]
    id = "two"
    ingredient = "{second}"
    status = "active"
"""


def test_antithrombotic_taken_or_until_lately(ask):
    ask(
        safety.antithrombotic_taken,
        ANTITHROMBOTIC,
        """
        drug      | status   | until      | second | complete   | expect
        ----------+----------+------------+--------+------------+-------------
        apixaban  | active   |            | -      | allergy    | met
        aspirin   |          |            | -      | allergy    | met
        apixaban  | on-hold  |            | -      | allergy    | met
        apixaban  | stopped  | 2026-05-01 | -      | allergy    | met
        apixaban  | stopped  | 2026-04-30 | -      | medication | not met
        apixaban  |          | 2026-05-01 | -      | allergy    | met
        apixaban  |          | 2026-04-30 | -      | medication | not met
        apixaban  | stopped  |            | -      | medication | undocumented
        apixaban  | intended |            | -      | medication | not met
        ibuprofen | active   |            | -      | medication | not met
                  | active   |            | -      | medication | undocumented
        -         | -        | -          | -      | medication | not met
        -         | -        | -          | -      | allergy    | undocumented
        """,
    )


def test_several_antithrombotics_taken(ask):
    ask(
        safety.several_antithrombotics_taken,
        ANTITHROMBOTIC,
        """
        drug        | status   | until      | second  | complete   | expect
        ------------+----------+------------+---------+------------+-------------
        clopidogrel | active   |            | aspirin | allergy    | met
        clopidogrel | stopped  | 2026-05-01 | aspirin | allergy    | met
        clopidogrel | stopped  | 2026-04-30 | aspirin | medication | not met
        clopidogrel | stopped  |            | aspirin | medication | undocumented
        clopidogrel |          | 2026-04-30 | aspirin | medication | not met
        clopidogrel | intended |            | aspirin | medication | not met
        ibuprofen   | active   |            | aspirin | medication | not met
        aspirin     | active   |            | aspirin | medication | not met
        clopidogrel | active   |            | -       | medication | not met
        clopidogrel | active   |            | -       | allergy    | undocumented
        """,
    )


def test_vitamin_k_antagonist_taken(ask):
    ask(
        safety.vitamin_k_antagonist_taken,
        ANTITHROMBOTIC,
        """
        drug     | status   | until      | second | complete   | expect
        ---------+----------+------------+--------+------------+-------------
        warfarin | active   |            | -      | allergy    | met
        warfarin | stopped  | 2026-05-01 | -      | allergy    | met
        warfarin | stopped  | 2026-04-30 | -      | medication | not met
        warfarin |          | 2026-04-30 | -      | medication | not met
        warfarin | stopped  |            | -      | medication | undocumented
        warfarin | intended |            | -      | medication | not met
        apixaban | active   |            | -      | medication | not met
        -        | -        | -          | -      | allergy    | undocumented
        """,
    )


def test_older_patient(ask):
    ask(
        safety.older_patient,
        """
        as_of = 2026-05-15
        [patient]
        sex = "female"
        birth_date = {born}
        birth_by = {by}
        """,
        """
        born       | by         | expect
        -----------+------------+-------------
        1951-05-15 |            | met
        1951-05-16 |            | not met
        1951-01-01 | 1951-12-31 | undocumented
                   |            | undocumented
        """,
    )


# --- devices -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("criterion", "kind", "device"),
    [
        (safety.cardiac_device, "cardiac_device", "pacemaker"),
        (safety.nerve_stimulator_or_pump, "nerve_stimulator_or_pump", "spinal_cord_stimulator"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_device_in_the_body(ask, criterion, kind, device):
    ask(
        criterion,
        """
        as_of = 2026-05-15
        complete = ["{complete}"]
        [patient]
        sex = "female"
        [[device]]
        kind = "{device}"
        true_on = 2020-01-01
        until = {until}
        [[statement]]
        kind = "KIND"
        says = {says}
        true_on = 2026-05-10
        """.replace("KIND", kind),
        """
        device   | until      | says  | complete | expect
        ---------+------------+-------+----------+-------------
        DEVICE   |            | -     | allergy  | met
        DEVICE   |            | false | allergy  | met
        DEVICE   | 2026-05-15 | -     | allergy  | met
        DEVICE   | 2026-05-14 | -     | device   | not met
        hip_stem |            | -     | device   | not met
        -        | -          | -     | device   | not met
        -        | -          | -     | allergy  | undocumented
        -        | -          | false | allergy  | not met
        -        | -          | true  | device   | met
        """.replace("DEVICE", device),
    )


# --- how it is to be done ----------------------------------------------------------------------------------------

REQUEST = """
    as_of = 2026-05-15
    [patient]
    sex = "female"
    [request]
    kind = "epidural_interlaminar_cervical"
    sedation = "{sedation}"
    guidance = "{guidance}"
    side = "{side}"
    levels = ["{level}"]
"""


def test_sedation(ask):
    chart = REQUEST.replace("{guidance}", "ct").replace("{side}", "left").replace("{level}", "C7-T1")
    ask(
        safety.sedation_beyond_light,
        chart,
        """
        sedation | expect
        ---------+-------------
        none     | not met
        minimal  | not met
        moderate | met
        deep     | met
        general  | met
                 | undocumented
        """,
    )
    ask(
        safety.deep_sedation_planned,
        chart,
        """
        sedation | expect
        ---------+--------
        moderate | not met
        deep     | met
        general  | not met
                 | not met
        """,
    )
    ask(
        safety.any_sedation,
        chart,
        """
        sedation | expect
        ---------+-------------
        none     | not met
        minimal  | met
        general  | met
                 | undocumented
        """,
    )


def test_guidance_unsuitable(ask):
    ask(
        safety.guidance_unsuitable,
        REQUEST.replace("{sedation}", "none").replace("{side}", "left").replace("{level}", "C7-T1"),
        """
        guidance    | expect
        ------------+-------------
        fluoroscopy | not met
        ultrasound  | met
        none        | met
                    | undocumented
        """,
        suitable_guidance=["fluoroscopy", "ct"],
    )


def test_level_barred(ask):
    ask(
        safety.level_barred,
        REQUEST.replace("{sedation}", "none").replace("{side}", "left").replace("{guidance}", "ct"),
        """
        level | expect
        ------+-------------
        C5-6  | met
        C6-7  | not met
        C7-T1 | not met
              | undocumented
        """,
        barred_levels=["C4-5", "C5-6"],
    )


def test_both_sides_on_one_day(ask):
    ask(
        safety.both_sides_on_one_day,
        REQUEST.replace("{sedation}", "none").replace("{level}", "C7-T1").replace("{guidance}", "ct"),
        """
        side | expect
        -----+-------------
        both | met
        left | not met
             | undocumented
        """,
    )


def test_imaging_of_level_reviewed(ask):
    ask(
        safety.imaging_of_level_reviewed,
        """
        as_of = 2026-05-15
        [patient]
        sex = "female"
        [[statement]]
        kind = "{kind}"
        says = {says}
        about = "{about}"
        true_on = 2026-05-01
        [request]
        kind = "epidural_interlaminar_cervical"
        """,
        """
        kind                   | says  | about                          | expect
        -----------------------+-------+--------------------------------+-------------
        imaging_reviewed       | true  | epidural_interlaminar_cervical | met
        imaging_reviewed       | true  |                                | met
        imaging_reviewed       | false | epidural_interlaminar_cervical | not met
        imaging_reviewed       | true  | epidural_caudal                | undocumented
        imaging_reviewed       |       | epidural_interlaminar_cervical | undocumented
        wants_to_avoid_surgery | true  |                                | undocumented
        -                      | -     | -                              | undocumented
        """,
    )


# --- the way in ------------------------------------------------------------------------------------------------------

EARLIER = """
    as_of = 2026-05-15
    complete = ["{complete}"]
    [patient]
    sex = "female"
    [[procedure]]
    kind = "epidural_caudal"
    true_on = 2026-01-10
    complication = "{happened}"
    [[condition]]
    icd10 = "{icd10}"
    status = "{status}"
    certainty = "{certainty}"
    [[statement]]
    kind = "dural_puncture_before"
    says = {said}
    true_on = 2026-05-10
    [request]
    kind = "epidural_caudal"
"""


def test_an_earlier_puncture_of_the_sac(ask):
    ask(
        safety.dural_puncture_before,
        EARLIER,
        """
        happened                  | icd10  | status   | certainty   | said  | complete  | expect
        --------------------------+--------+----------+-------------+-------+-----------+-------------
        puncture of the dural sac | -      |          |             | -     | allergy   | met
        wet tap                   | -      |          |             | -     | procedure | met
        none                      | -      |          |             | -     | procedure | not met
        none                      | -      |          |             | -     | allergy   | undocumented
                                  | -      |          |             | -     | procedure | undocumented
        none                      | G97.0  | active   |             | -     | allergy   | met
        none                      | G97.41 | active   |             | -     | allergy   | met
        none                      | G97.1  | resolved |             | -     | procedure | met
        none                      | G97.1  | active   | unconfirmed | -     | procedure | not met
        none                      | G97.8  | active   |             | -     | procedure | not met
        -                         | -      |          |             | true  | allergy   | met
        -                         | -      |          |             | false | allergy   | not met
        wet tap                   | -      |          |             | false | allergy   | met
        -                         | -      |          |             | -     | procedure | not met
        -                         | -      |          |             | -     | allergy   | undocumented
        """,
    )


ROUTE_AND_STEROID = """
    as_of = 2026-05-15
    [patient]
    sex = "female"
    [request]
    kind = "{kind}"
    steroid = "{steroid}"
"""


def test_only_the_foramina_of_the_neck_pass_the_arteries_of_the_cord(ask):
    ask(
        safety.route_near_cord_artery,
        ROUTE_AND_STEROID,
        """
        kind                                | steroid | expect
        ------------------------------------+---------+--------
        epidural_transforaminal_cervical    |         | met
        selective_nerve_root_block_cervical |         | met
        epidural_interlaminar_cervical      |         | not met
        epidural_transforaminal_lumbar      |         | not met
        -                                   |         | undocumented
        """,
    )


def test_only_a_planned_absence_of_steroid_rules_out_its_effect_on_the_glucose(ask):
    ask(
        safety.glucose_may_rise,
        ROUTE_AND_STEROID,
        """
        kind            | steroid       | expect
        ----------------+---------------+--------
        joint_injection | none          | not met
        joint_injection | triamcinolone | met
        joint_injection |               | met
        """,
    )


# --- opioids ---------------------------------------------------------------------------------------------------------

HOLDS_OPIOIDS_BADLY = """
    as_of = 2026-05-15
    complete = ["medication", "condition"]
    [patient]
    birth_date = {born}
    [[medication]]
    ingredient = "{drug}"
    until = {drug_until}
    [[condition]]
    code = "{code}"
    icd10 = "{icd10}"
    certainty = "{certainty}"
    until = {until}
"""


def test_who_is_prone_to_harm_by_an_opioid(ask):
    ask(
        safety.prone_to_opioid_harm,
        HOLDS_OPIOIDS_BADLY,
        """
        born       | drug     | drug_until | code            | icd10    | certainty    | until      | expect
        -----------+----------+------------+-----------------+----------+--------------+------------+-------------
        1961-05-15 | -        |            | -               |          |              |            | met
        1961-05-16 | -        |            | -               |          |              |            | not met
        1990-01-01 | diazepam |            | -               |          |              |            | met
        1990-01-01 | diazepam | 2026-05-15 | -               |          |              |            | met
        1990-01-01 | diazepam | 2026-05-14 | -               |          |              |            | not met
        1990-01-01 | codeine  |            | -               |          |              |            | not met
        1990-01-01 | -        |            |                 | G47.33   |              |            | met
        1990-01-01 | -        |            |                 | G47.33   |              | 2026-05-15 | met
        1990-01-01 | -        |            |                 | G47.33   |              | 2026-05-14 | not met
        1990-01-01 | -        |            |                 | G47.33   | differential |            | not met
        1990-01-01 | -        |            | cirrhosis       |          |              |            | met
        1990-01-01 | -        |            |                 | F11.20   |              |            | met
        1990-01-01 | -        |            |                 | F11.20   |              | 2020-05-14 | met
        1990-01-01 | -        |            |                 | T40.2X1A |              | 2020-05-14 | met
        1990-01-01 | -        |            |                 | T40.2X1A | unconfirmed  | 2020-05-14 | not met
        1990-01-01 | -        |            | opioid_overdose |          |              | 2020-05-14 | met
        1990-01-01 | -        |            |                 | M54.50   |              |            | not met
        1990-01-01 | -        |            |                 |          |              |            | undocumented
                   | -        |            | -               |          |              |            | undocumented
        """,
    )


def test_a_coronary_stent_is_young_for_six_months_and_for_twelve_around_a_heart_attack(ask):
    ask(
        safety.coronary_stent_is_young,
        """
        as_of = 2026-05-15
        complete = ["{complete}"]
        [patient]
        sex = "female"
        [[condition]]
        icd10 = "{stent}"
        status = "{status}"
        true_on = {placed}
        [[condition]]
        icd10 = "{attack}"
        true_on = {struck}
        """,
        """
        stent | status   | placed     | attack | struck     | complete  | expect
        ------+----------+------------+--------+------------+-----------+-------------
        Z95.5 | active   | 2025-11-15 | -      |            | condition | met
        Z95.5 | active   | 2025-11-14 | -      |            | condition | not met
        Z95.5 | resolved | 2025-11-15 | -      |            | condition | met
        Z95.5 | active   | 2026-05-15 | -      |            | condition | met
        Z95.5 | active   | 2025-11-14 | I21.4  | 2025-11-14 | condition | met
        Z95.5 | active   | 2025-05-15 | I20.0  | 2025-05-15 | condition | met
        Z95.5 | active   | 2025-05-14 | I21.4  | 2025-05-15 | condition | not met
        Z95.5 | active   | 2025-05-15 | I21.4  | 2025-05-14 | condition | not met
        Z95.5 | active   | 2025-05-15 | I21.4  | 2026-05-15 | condition | met
        Z95.5 | active   |            | -      |            | condition | undocumented
        I25.1 |          | 2026-05-01 | I21.4  | 2026-05-01 | condition | not met
        -     |          |            | -      |            | condition | not met
        -     |          |            | -      |            | allergy   | undocumented
        """,
    )


def test_a_heart_attack_counts_as_recent_for_a_year(ask):
    ask(
        safety.heart_attack_lately,
        """
        as_of = 2026-05-15
        complete = ["{complete}"]
        [patient]
        sex = "female"
        [[condition]]
        icd10 = "{attack}"
        true_on = {struck}
        """,
        """
        attack | struck     | complete  | expect
        -------+------------+-----------+-------------
        I21.4  | 2025-05-15 | allergy   | met
        I21.4  | 2026-05-15 | allergy   | met
        I21.4  | 2025-05-14 | condition | not met
        I21.4  | 2025-05-14 | allergy   | undocumented
        I25.2  | 2026-05-14 | condition | not met
        I22.0  |            | condition | undocumented
        -      |            | allergy   | undocumented
        """,
    )


def test_an_opioid_together_with_a_sedative_makes_sedation_risky_for_breathing(ask):
    ask(
        safety.airway_risk,
        """
        as_of = 2026-05-15
        complete = ["{complete}"]
        [patient]
        sex = "female"
        [[medication]]
        ingredient = "{one}"
        status = "active"
        true_on = 2026-05-01
        [[medication]]
        ingredient = "{other}"
        status = "{status}"
        until = {until}
        true_on = 2026-05-01
        """,
        """
        one       | other      | status  | until      | complete  | expect
        ----------+------------+---------+------------+-----------+-------------
        oxycodone | alprazolam | active  |            | condition | met
        oxycodone | alprazolam | active  | 2026-05-15 | condition | met
        oxycodone | alprazolam | active  | 2026-05-14 | condition | not met
        oxycodone | alprazolam | stopped |            | condition | not met
        oxycodone | -          |         |            | condition | not met
        -         | alprazolam | active  |            | condition | not met
        oxycodone | ibuprofen  | active  |            | allergy   | undocumented
        """,
    )


def test_a_pregnancy_is_known_once_it_stands_in_the_chart(ask):
    ask(
        safety.pregnancy_known,
        """
        as_of = 2026-05-15
        [patient]
        sex = "female"
        [[condition]]
        icd10 = "{icd10}"
        true_on = {since}
        until = {until}
        """,
        """
        icd10  | since      | until      | expect
        -------+------------+------------+--------
        Z3A.09 | 2026-05-15 |            | met
        Z33.1  | 2026-05-01 | 2026-05-15 | met
        Z33.1  | 2026-05-01 | 2026-05-14 | not met
        Z33.1  | 2025-07-25 |            | met
        Z33.1  | 2025-07-24 |            | not met
        Z33.1  |            |            | not met
        M54.5  | 2026-05-01 |            | not met
        -      |            |            | not met
        """,
    )


def test_nobody_is_an_adult_before_the_eighteenth_birthday(ask):
    ask(
        safety.not_yet_adult,
        """
        as_of = 2026-05-15
        [patient]
        sex = "female"
        birth_date = {born}
        """,
        """
        born       | expect
        -----------+--------
        2008-05-16 | met
        2008-05-15 | not met
                   | not met
        """,
    )

# ruff: noqa: E501  (a table is as wide as it needs to be)
"""Dangers that are acute and not of the spine, a pump that stops, and what makes a needle wait beside them.

Each table stands on both sides of every boundary, with a blank.
"""

from lenitive.medicine.criteria import red_flags, safety

# --- a joint -------------------------------------------------------------------------------------------------------

JOINT = """
    as_of = 2026-05-15
    [patient]
    sex = "female"
    [[complaint]]
    region = "{region}"
    true_on = {began}
    until = {until}
    [[complaint]]
    region = "{also}"
    until = {ended}
    [[measure]]
    instrument = "temperature"
    score = {score}
    true_on = {measured}
    [[finding]]
    code = "{code}"
    present = {present}
    true_on = {found}
    [[finding]]
    code = "joint_infection_excluded"
    present = true
    true_on = {drawn}
    """


def test_a_hot_joint_or_fever_where_only_a_joint_hurts(ask):
    ask(
        red_flags.joint_infection_suspected,
        JOINT,
        """
        region           | began      | until      | also             | ended      | score | measured   | code              | present | found      | drawn      | expect
        -----------------+------------+------------+------------------+------------+-------+------------+-------------------+---------+------------+------------+-------------
        -                | -          | -          | -                | -          | -     | -          | -                 | -       | -          | -          | not met
        knee_front       | 2026-05-15 |            | -                | -          | -     | -          | -                 | -       | -          | -          | undocumented
        knee_front       | 2026-05-01 |            | -                | -          | -     | -          | -                 | -       | -          | -          | undocumented
        knee_front       | 2026-04-30 |            | -                | -          | -     | -          | -                 | -       | -          | -          | not met
        knee_front       | 2026-05-16 |            | -                | -          | -     | -          | -                 | -       | -          | -          | not met
        knee_front       | 2026-05-14 | 2026-05-15 | -                | -          | -     | -          | -                 | -       | -          | -          | undocumented
        knee_front       | 2026-05-14 | 2026-05-14 | -                | -          | -     | -          | -                 | -       | -          | -          | not met
        low_back_midline | 2026-05-15 |            | -                | -          | -     | -          | hot_swollen_joint | true    | 2026-05-15 | -          | not met
        knee_front       | 2026-05-10 |            | -                | -          | -     | -          | hot_swollen_joint | false   | 2026-05-12 | -          | not met
        knee_front       | 2025-05-10 |            | -                | -          | -     | -          | hot_swollen_joint | true    | 2026-05-15 | -          | met
        knee_front       | 2025-05-10 |            | -                | -          | -     | -          | hot_swollen_joint | true    | 2026-04-15 | -          | met
        knee_front       | 2025-05-10 |            | -                | -          | -     | -          | hot_swollen_joint | true    | 2026-04-14 | -          | not met
        knee_front       | 2025-05-10 |            | -                | -          | -     | -          | hot_swollen_joint | true    | 2026-05-16 | -          | not met
        knee_front       | 2025-05-10 |            | -                | -          | -     | -          | hot_swollen_joint | true    | 2026-05-10 | 2026-05-10 | not met
        knee_front       | 2025-05-10 |            | -                | -          | -     | -          | hot_swollen_joint | true    | 2026-05-11 | 2026-05-10 | met
        knee_front       | 2026-05-10 |            | -                | -          | -     | -          | -                 | -       | -          | 2026-05-12 | not met
        knee_front       | 2026-05-10 |            | -                | -          | -     | -          | -                 | -       | -          | 2026-05-15 | not met
        knee_front       | 2026-05-10 |            | -                | -          | -     | -          | -                 | -       | -          | 2026-02-14 | not met
        knee_front       | 2026-05-10 |            | -                | -          | -     | -          | -                 | -       | -          | 2026-02-13 | undocumented
        knee_front       | 2026-05-10 |            | -                | -          | -     | -          | -                 | -       | -          | 2026-05-16 | undocumented
        knee_front       | 2025-05-10 |            | low_back_midline |            | -     | -          | hot_swollen_joint | true    | 2026-05-15 | -          | met
        knee_front       | 2025-05-10 |            | -                | -          | 38.0  | 2026-05-15 | -                 | -       | -          | -          | met
        knee_front       | 2025-05-10 |            | -                | -          | 37.9  | 2026-05-15 | -                 | -       | -          | -          | not met
        knee_front       | 2025-05-10 |            | -                | -          | 38.0  | 2026-04-15 | -                 | -       | -          | -          | met
        knee_front       | 2025-05-10 |            | -                | -          | 38.0  | 2026-04-14 | -                 | -       | -          | -          | not met
        knee_front       | 2025-05-10 |            | -                | -          | 38.0  | 2026-05-16 | -                 | -       | -          | -          | not met
        knee_front       | 2025-05-10 |            | -                | -          | 38.0  | 2026-05-10 | -                 | -       | -          | 2026-05-10 | not met
        knee_front       | 2025-05-10 |            | -                | -          | 38.0  | 2026-05-11 | -                 | -       | -          | 2026-05-10 | met
        knee_front       | 2025-05-10 |            | low_back_midline |            | 38.6  | 2026-05-15 | -                 | -       | -          | -          | not met
        knee_front       | 2025-05-10 |            | low_back_midline | 2026-05-15 | 38.6  | 2026-05-15 | -                 | -       | -          | -          | not met
        knee_front       | 2025-05-10 |            | low_back_midline | 2026-05-14 | 38.6  | 2026-05-15 | -                 | -       | -          | -          | met
        knee_front       | 2025-05-10 |            | -                | -          | -     | -          | fever             | true    | 2026-04-15 | -          | met
        knee_front       | 2025-05-10 |            | -                | -          | -     | -          | fever             | true    | 2026-04-14 | -          | not met
        knee_front       | 2025-05-10 |            | -                | -          | -     | -          | bacteraemia       | true    | 2026-02-14 | -          | met
        knee_front       | 2025-05-10 |            | -                | -          | -     | -          | bacteraemia       | true    | 2026-02-13 | -          | not met
        groin            | 2025-05-10 |            | -                | -          | 38.6  | 2026-05-15 | -                 | -       | -          | -          | not met
        """,
    )


PRONE = """
    as_of = 2026-05-15
    [patient]
    sex = "female"
    [[complaint]]
    region = "knee_front"
    true_on = 2025-05-10
    [[finding]]
    code = "unremitting_pain"
    present = {unremitting}
    true_on = {since}
    [[finding]]
    code = "{prone}"
    present = true
    true_on = {noted}
    [[condition]]
    icd10 = "{icd10}"
    until = {until}
    [[procedure]]
    kind = "epidural_caudal"
    region = "lumbar"
    true_on = {done}
    """


def test_a_joint_that_never_lets_go_in_somebody_prone_to_infection(ask):
    ask(
        red_flags.joint_infection_suspected,
        PRONE,
        """
        unremitting | since      | prone                   | noted      | icd10 | until      | done       | expect
        ------------+------------+-------------------------+------------+-------+------------+------------+--------
        true        | 2026-05-01 | -                       | -          | -     | -          | -          | not met
        true        | 2026-05-01 | immunosuppression       | 2026-05-01 | -     | -          | -          | met
        true        | 2026-05-01 | injection_drug_use      | 2026-05-01 | -     | -          | -          | met
        true        | 2026-05-01 | recent_spinal_procedure | 2026-02-14 | -     | -          | -          | met
        true        | 2026-05-01 | recent_spinal_procedure | 2026-02-13 | -     | -          | -          | not met
        true        | 2026-05-01 | -                       | -          | B20   | 2026-05-15 | -          | met
        true        | 2026-05-01 | -                       | -          | B20   | 2026-05-14 | -          | not met
        true        | 2026-05-01 | -                       | -          | -     | -          | 2026-02-14 | met
        true        | 2026-05-01 | -                       | -          | -     | -          | 2026-02-13 | not met
        true        | 2026-05-01 | -                       | -          | -     | -          | 2026-05-15 | met
        true        | 2026-05-01 | -                       | -          | -     | -          | 2026-05-16 | not met
        false       | 2026-05-01 | immunosuppression       | 2026-05-01 | -     | -          | -          | not met
        """,
    )


def test_fever_where_only_a_joint_hurts_is_no_infection_of_the_spine(ask):
    ask(
        red_flags.spinal_infection_suspected,
        """
        as_of = 2026-05-15
        [patient]
        sex = "female"
        [findings]
        present = ["fever"]
        true_on = 2026-05-15
        [[complaint]]
        region = "{region}"
        until = {until}
        [[complaint]]
        region = "{also}"
        until = {ended}
        """,
        """
        region     | until      | also             | ended      | expect
        -----------+------------+------------------+------------+--------
        -          | -          | -                | -          | met
        knee_front |            | -                | -          | not met
        knee_front | 2026-05-15 | -                | -          | not met
        knee_front | 2026-05-14 | -                | -          | met
        knee_front |            | low_back_midline |            | met
        knee_front |            | low_back_midline | 2026-05-15 | met
        knee_front |            | low_back_midline | 2026-05-14 | not met
        groin      |            | -                | -          | met
        calf       |            | -                | -          | met
        """,
    )


# --- after an operation or a needle at the spine -------------------------------------------------------------------


def test_an_infection_after_work_at_the_spine(ask):
    ask(
        red_flags.infection_after_spine_work,
        """
        as_of = 2026-05-15
        [patient]
        sex = "male"
        [[procedure]]
        kind = "lumbar fusion"
        region = "{region}"
        true_on = {done}
        [[finding]]
        code = "{code}"
        present = true
        true_on = {found}
        [[measure]]
        instrument = "crp"
        score = {crp}
        true_on = {drawn}
        [[measure]]
        instrument = "temperature"
        score = {heat}
        true_on = {felt}
        [[condition]]
        icd10 = "{icd10}"
        true_on = {noted}
        until = {until}
        [[finding]]
        code = "spinal_infection_excluded"
        present = true
        true_on = {cleared}
        """,
        """
        region | done       | code              | found      | crp | drawn      | heat | felt       | icd10   | noted      | until      | cleared    | expect
        -------+------------+-------------------+------------+-----+------------+------+------------+---------+------------+------------+------------+--------
        -      | -          | -                 | -          | -   | -          | -    | -          | -       | -          | -          | -          | not met
        lumbar | 2026-04-01 | -                 | -          | -   | -          | -    | -          | -       | -          | -          | -          | not met
        -      | -          | infection_at_site | 2026-05-15 | -   | -          | -    | -          | -       | -          | -          | -          | not met
        lumbar | 2026-04-01 | infection_at_site | 2026-05-15 | -   | -          | -    | -          | -       | -          | -          | -          | met
        lumbar | 2026-02-14 | infection_at_site | 2026-05-15 | -   | -          | -    | -          | -       | -          | -          | -          | met
        lumbar | 2026-02-13 | infection_at_site | 2026-05-15 | -   | -          | -    | -          | -       | -          | -          | -          | not met
        lumbar | 2026-05-15 | infection_at_site | 2026-05-15 | -   | -          | -    | -          | -       | -          | -          | -          | met
        lumbar | 2026-05-16 | infection_at_site | 2026-05-15 | -   | -          | -    | -          | -       | -          | -          | -          | not met
        hip    | 2026-04-01 | infection_at_site | 2026-05-15 | -   | -          | -    | -          | -       | -          | -          | -          | not met
        lumbar | 2026-04-01 | infection_at_site | 2026-04-15 | -   | -          | -    | -          | -       | -          | -          | -          | met
        lumbar | 2026-04-01 | infection_at_site | 2026-04-14 | -   | -          | -    | -          | -       | -          | -          | -          | not met
        lumbar | 2026-04-01 | infection_at_site | 2026-05-16 | -   | -          | -    | -          | -       | -          | -          | -          | not met
        lumbar | 2026-04-01 | infection_at_site | 2026-05-10 | -   | -          | -    | -          | -       | -          | -          | 2026-05-10 | not met
        lumbar | 2026-04-01 | infection_at_site | 2026-05-11 | -   | -          | -    | -          | -       | -          | -          | 2026-05-10 | met
        lumbar | 2026-04-01 | infection_at_site |            | -   | -          | -    | -          | -       | -          | -          | -          | met
        lumbar | 2026-04-01 | infection_at_site |            | -   | -          | -    | -          | -       | -          | -          | 2026-05-15 | not met
        lumbar | 2026-04-01 | infection_at_site |            | -   | -          | -    | -          | -       | -          | -          | 2026-02-14 | not met
        lumbar | 2026-04-01 | infection_at_site |            | -   | -          | -    | -          | -       | -          | -          | 2026-02-13 | met
        lumbar | 2026-04-01 | infection_at_site |            | -   | -          | -    | -          | -       | -          | -          | 2026-05-16 | met
        lumbar | 2026-04-01 | fever             | 2026-05-15 | -   | -          | -    | -          | -       | -          | -          | -          | not met
        lumbar | 2026-04-01 | fever             | 2026-05-15 | 10  | 2026-05-15 | -    | -          | -       | -          | -          | -          | met
        lumbar | 2026-04-01 | fever             | 2026-04-15 | 10  | 2026-05-15 | -    | -          | -       | -          | -          | -          | met
        lumbar | 2026-04-01 | fever             | 2026-04-14 | 10  | 2026-05-15 | -    | -          | -       | -          | -          | -          | not met
        lumbar | 2026-04-01 | fever             | 2026-05-15 | 9.9 | 2026-05-15 | -    | -          | -       | -          | -          | -          | not met
        lumbar | 2026-04-01 | fever             | 2026-05-15 | 10  | 2026-04-15 | -    | -          | -       | -          | -          | -          | met
        lumbar | 2026-04-01 | fever             | 2026-05-15 | 10  | 2026-04-14 | -    | -          | -       | -          | -          | -          | not met
        lumbar | 2026-04-01 | fever             | 2026-05-15 | 10  | 2026-05-16 | -    | -          | -       | -          | -          | -          | not met
        lumbar | 2026-04-01 | fever             | 2026-05-15 | 10  | 2026-05-10 | -    | -          | -       | -          | -          | 2026-05-10 | not met
        lumbar | 2026-04-01 | fever             | 2026-05-15 | 10  | 2026-05-11 | -    | -          | -       | -          | -          | 2026-05-10 | met
        lumbar | 2026-04-01 | -                 | -          | 10  | 2026-05-15 | 38.0 | 2026-05-15 | -       | -          | -          | -          | met
        lumbar | 2026-04-01 | -                 | -          | 10  | 2026-05-15 | 37.9 | 2026-05-15 | -       | -          | -          | -          | not met
        lumbar | 2026-04-01 | -                 | -          | 10  | 2026-05-15 | 38.0 | 2026-04-15 | -       | -          | -          | -          | met
        lumbar | 2026-04-01 | -                 | -          | 10  | 2026-05-15 | 38.0 | 2026-04-14 | -       | -          | -          | -          | not met
        lumbar | 2026-04-01 | -                 | -          | 10  | 2026-05-15 | 38.0 | 2026-05-16 | -       | -          | -          | -          | not met
        lumbar | 2026-04-01 | -                 | -          | 10  | 2026-05-15 | 38.0 | 2026-05-10 | -       | -          | -          | 2026-05-10 | not met
        lumbar | 2026-04-01 | -                 | -          | 10  | 2026-05-15 | 38.0 | 2026-05-11 | -       | -          | -          | 2026-05-10 | met
        lumbar | 2026-04-01 | -                 | -          | -   | -          | -    | -          | T81.42XA | 2026-05-01 |            | -          | met
        lumbar | 2026-04-01 | -                 | -          | -   | -          | -    | -          | T84.63XA |            |            | -          | met
        lumbar | 2026-04-01 | -                 | -          | -   | -          | -    | -          | T81.42XA | 2026-05-01 | 2026-05-15 | -          | met
        lumbar | 2026-04-01 | -                 | -          | -   | -          | -    | -          | T81.42XA | 2026-05-01 | 2026-05-14 | -          | not met
        lumbar | 2026-04-01 | -                 | -          | -   | -          | -    | -          | T81.42XA | 2026-05-01 |            | 2026-05-01 | not met
        lumbar | 2026-04-01 | -                 | -          | -   | -          | -    | -          | T81.42XA | 2026-05-02 |            | 2026-05-01 | met
        """,
    )


# --- head, heart, vein ---------------------------------------------------------------------------------------------


def test_a_headache_that_came_at_one_moment(ask):
    ask(
        red_flags.sudden_headache_suspected,
        """
        as_of = 2026-05-15
        [patient]
        sex = "female"
        [[complaint]]
        region = "{region}"
        true_on = {began}
        until = {until}
        [[finding]]
        code = "{code}"
        present = {present}
        true_on = {found}
        [[finding]]
        code = "brain_bleed_excluded"
        present = true
        true_on = {scanned}
        """,
        """
        region     | began      | until      | code                 | present | found      | scanned    | expect
        -----------+------------+------------+----------------------+---------+------------+------------+-------------
        -          | -          | -          | -                    | -       | -          | -          | not met
        temple     | 2026-05-15 |            | -                    | -       | -          | -          | undocumented
        temple     | 2026-05-01 |            | -                    | -       | -          | -          | undocumented
        temple     | 2026-04-30 |            | -                    | -       | -          | -          | not met
        temple     | 2026-05-16 |            | -                    | -       | -          | -          | not met
        temple     | 2026-05-13 | 2026-05-15 | -                    | -       | -          | -          | undocumented
        temple     | 2026-05-13 | 2026-05-14 | -                    | -       | -          | -          | not met
        whole_head | 2026-05-13 |            | thunderclap_headache | true    | 2026-05-15 | -          | met
        whole_head | 2026-05-13 |            | sudden_onset_pain    | true    | 2026-05-15 | -          | met
        whole_head | 2026-05-13 |            | sudden_onset_pain    | true    | 2026-05-01 | -          | met
        whole_head | 2026-05-13 |            | sudden_onset_pain    | true    | 2026-04-30 | -          | undocumented
        whole_head | 2026-05-13 |            | sudden_onset_pain    | true    | 2026-05-16 | -          | undocumented
        whole_head | 2026-05-13 |            | sudden_onset_pain    | true    |            | -          | met
        whole_head | 2026-05-14 |            | sudden_onset_pain    | true    |            | 2026-02-14 | not met
        whole_head | 2026-05-14 |            | sudden_onset_pain    | true    |            | 2026-02-13 | met
        whole_head | 2026-05-14 |            | sudden_onset_pain    | true    | 2026-05-13 | 2026-05-13 | not met
        whole_head | 2026-05-14 |            | sudden_onset_pain    | true    | 2026-05-14 | 2026-05-13 | met
        low_neck   | 2026-05-13 |            | sudden_onset_pain    | true    | 2026-05-15 | -          | not met
        whole_head | 2026-05-13 |            | thunderclap_headache | false   | 2026-05-15 | -          | not met
        whole_head | 2026-05-13 |            | thunderclap_headache | false   | 2026-02-14 | -          | not met
        whole_head | 2026-05-13 |            | thunderclap_headache | false   | 2026-02-13 | -          | undocumented
        whole_head | 2026-05-13 |            | thunderclap_headache | false   | 2026-05-16 | -          | undocumented
        whole_head | 2026-05-13 |            | sudden_onset_pain    | false   | 2026-05-15 | -          | undocumented
        whole_head | 2026-05-13 |            | -                    | -       | -          | 2026-05-13 | not met
        whole_head | 2026-05-13 |            | -                    | -       | -          | 2026-05-12 | not met
        whole_head | 2026-05-13 |            | -                    | -       | -          | 2026-02-14 | not met
        whole_head | 2026-05-13 |            | -                    | -       | -          | 2026-02-13 | undocumented
        whole_head | 2026-05-13 |            | -                    | -       | -          | 2026-05-16 | undocumented
        whole_head | 2026-05-13 |            | thunderclap_headache | true    | 2026-05-13 | 2026-05-13 | not met
        whole_head | 2026-05-14 |            | thunderclap_headache | true    | 2026-05-13 | 2026-05-13 | not met
        whole_head | 2026-05-14 |            | thunderclap_headache | true    | 2026-05-14 | 2026-05-13 | met
        whole_head | 2026-05-13 |            | thunderclap_headache | true    | 2026-05-14 | 2026-05-13 | not met
        whole_head | 2026-05-14 |            | thunderclap_headache | true    |            | 2026-02-13 | met
        whole_head | 2026-05-14 |            | thunderclap_headache | true    |            | 2026-02-14 | not met
        """,
    )


def test_a_pressing_pain_that_exertion_brings_on(ask):
    ask(
        red_flags.heart_pain_suspected,
        """
        as_of = 2026-05-15
        [patient]
        sex = "male"
        [[complaint]]
        region = "{region}"
        quality = [{quality}]
        aggravated_by = [{worse}]
        true_on = {began}
        until = {until}
        [[finding]]
        code = "pressing_pain_on_exertion"
        present = {present}
        true_on = {found}
        [[finding]]
        code = "heart_excluded"
        present = true
        true_on = {cleared}
        """,
        """
        region         | quality    | worse     | began      | until      | present | found      | cleared    | expect
        ---------------+------------+-----------+------------+------------+---------+------------+------------+-------------
        -              | -          | -         | -          | -          | -       | -          | -          | not met
        breastbone     | "pressing" |           | 2026-05-15 |            | -       | -          | -          | undocumented
        breastbone     | "pressing" |           | 2026-04-17 |            | -       | -          | -          | undocumented
        breastbone     | "pressing" |           | 2026-04-16 |            | -       | -          | -          | not met
        breastbone     | "pressing" |           | 2026-05-16 |            | -       | -          | -          | not met
        breastbone     | "aching"   | "walking" | 2026-05-10 |            | -       | -          | -          | not met
        low_neck       | "pressing" | "walking" | 2026-05-10 |            | -       | -          | -          | not met
        shoulder_front | "pressing" | "walking" | 2026-05-10 |            | -       | -          | -          | met
        shoulder_front | "pressing" | "stairs"  | 2026-05-10 |            | -       | -          | -          | met
        shoulder_front | "pressing" | "lifting" | 2026-05-10 |            | -       | -          | -          | undocumented
        shoulder_front | "pressing" | "walking" | 2026-05-10 | 2026-05-15 | -       | -          | -          | met
        shoulder_front | "pressing" | "walking" | 2026-05-10 | 2026-05-14 | -       | -          | -          | not met
        shoulder_front | "pressing" | "walking" | 2026-05-10 |            | -       | -          | 2026-05-10 | not met
        shoulder_front | "pressing" | "walking" | 2026-05-11 |            | -       | -          | 2026-05-10 | met
        breastbone     | "pressing" |           | 2026-05-10 |            | true    | 2026-05-12 | -          | met
        breastbone     | "pressing" |           | 2026-05-10 |            | true    |            | -          | met
        breastbone     | "pressing" |           | 2026-05-10 |            | true    |            | 2026-02-14 | not met
        breastbone     | "pressing" |           | 2026-05-10 |            | true    |            | 2026-02-13 | met
        breastbone     | "pressing" |           | 2026-05-11 |            | true    |            | 2026-05-16 | met
        breastbone     | "pressing" |           | 2026-05-11 |            | true    | 2026-05-10 | 2026-05-10 | not met
        breastbone     | "pressing" |           | 2026-05-11 |            | true    | 2026-05-11 | 2026-05-10 | met
        breastbone     | "pressing" |           | 2026-05-10 |            | false   | 2026-05-12 | -          | not met
        breastbone     | "pressing" |           | 2026-05-10 |            | false   | 2026-02-14 | -          | not met
        breastbone     | "pressing" |           | 2026-05-10 |            | false   | 2026-02-13 | -          | undocumented
        breastbone     | "pressing" |           | 2026-05-10 |            | false   | 2026-05-16 | -          | undocumented
        """,
    )


def test_a_new_pain_of_the_calf(ask):
    ask(
        red_flags.leg_clot_suspected,
        """
        as_of = 2026-05-15
        [patient]
        sex = "female"
        [[complaint]]
        region = "{region}"
        true_on = {began}
        until = {until}
        [[procedure]]
        kind = "{kind}"
        code = "{number}"
        true_on = {done}
        [[finding]]
        code = "{code}"
        present = {present}
        true_on = {found}
        [[finding]]
        code = "leg_clot_excluded"
        present = true
        true_on = {scanned}
        """,
        """
        region | began      | until      | kind             | number | done       | code                       | present | found      | scanned    | expect
        -------+------------+------------+------------------+--------+------------+----------------------------+---------+------------+------------+-------------
        -      | -          | -          | -                | -      | -          | -                          | -       | -          | -          | not met
        calf   | 2026-05-15 |            | -                | -      | -          | -                          | -       | -          | -          | undocumented
        calf   | 2026-04-17 |            | -                | -      | -          | -                          | -       | -          | -          | undocumented
        calf   | 2026-04-16 |            | -                | -      | -          | -                          | -       | -          | -          | not met
        calf   | 2026-05-16 |            | -                | -      | -          | -                          | -       | -          | -          | not met
        calf   | 2026-05-10 | 2026-05-15 | -                | -      | -          | -                          | -       | -          | -          | undocumented
        calf   | 2026-05-10 | 2026-05-14 | -                | -      | -          | -                          | -       | -          | -          | not met
        shin   | 2026-05-10 |            | knee replacement |        | 2026-05-01 | -                          | -       | -          | -          | not met
        calf   | 2026-05-10 |            | knee replacement |        | 2026-05-01 | -                          | -       | -          | -          | met
        calf   | 2026-05-10 |            | operation        | 27447  | 2026-05-01 | -                          | -       | -          | -          | met
        calf   | 2026-05-10 |            | epidural_caudal  |        | 2026-05-01 | -                          | -       | -          | -          | undocumented
        calf   | 2026-05-10 |            | knee replacement |        | 2026-05-15 | -                          | -       | -          | -          | met
        calf   | 2026-05-10 |            | knee replacement |        | 2026-05-16 | -                          | -       | -          | -          | undocumented
        calf   | 2026-05-10 |            | knee replacement |        | 2026-02-20 | -                          | -       | -          | -          | met
        calf   | 2026-05-10 |            | knee replacement |        | 2026-02-19 | -                          | -       | -          | -          | undocumented
        calf   | 2026-05-10 |            | -                | -      | -          | one_leg_swollen            | true    | 2026-05-12 | -          | met
        calf   | 2026-05-10 |            | -                | -      | -          | bedridden_or_leg_in_a_cast | true    | 2026-05-12 | -          | met
        calf   | 2026-05-10 |            | -                | -      | -          | bedridden_or_leg_in_a_cast | true    | 2026-02-20 | -          | met
        calf   | 2026-05-10 |            | -                | -      | -          | bedridden_or_leg_in_a_cast | true    | 2026-02-19 | -          | undocumented
        calf   | 2026-05-10 |            | -                | -      | -          | bedridden_or_leg_in_a_cast | true    | 2026-05-16 | -          | undocumented
        calf   | 2026-05-11 |            | -                | -      | -          | bedridden_or_leg_in_a_cast | true    | 2026-05-10 | 2026-05-10 | not met
        calf   | 2026-05-11 |            | -                | -      | -          | bedridden_or_leg_in_a_cast | true    | 2026-05-11 | 2026-05-10 | met
        calf   | 2026-05-10 |            | -                | -      | -          | bedridden_or_leg_in_a_cast | false   | 2026-05-12 | -          | undocumented
        calf   | 2026-05-10 |            | -                | -      | -          | one_leg_swollen            | false   | 2026-05-12 | -          | undocumented
        calf   | 2026-05-10 |            | -                | -      | -          | one_leg_swollen            | true    |            | -          | met
        calf   | 2026-05-10 |            | -                | -      | -          | one_leg_swollen            | true    |            | 2026-02-14 | not met
        calf   | 2026-05-10 |            | -                | -      | -          | one_leg_swollen            | true    |            | 2026-02-13 | met
        calf   | 2026-05-10 |            | -                | -      | -          | -                          | -       | -          | 2026-05-10 | not met
        calf   | 2026-05-11 |            | knee replacement |        | 2026-05-01 | -                          | -       | -          | 2026-05-10 | met
        calf   | 2026-05-10 |            | knee replacement |        | 2026-05-01 | -                          | -       | -          | 2026-05-10 | not met
        calf   | 2026-05-11 |            | -                | -      | -          | one_leg_swollen            | true    | 2026-05-10 | 2026-05-10 | not met
        calf   | 2026-05-11 |            | -                | -      | -          | one_leg_swollen            | true    | 2026-05-11 | 2026-05-10 | met
        """,
    )


def test_no_clot_is_thought_of_once_leg_and_rest_were_asked_about(ask):
    ask(
        red_flags.leg_clot_suspected,
        """
        as_of = 2026-05-15
        [patient]
        sex = "female"
        [[complaint]]
        region = "calf"
        true_on = 2026-05-10
        [[finding]]
        code = "one_leg_swollen"
        present = false
        true_on = {looked}
        [[finding]]
        code = "bedridden_or_leg_in_a_cast"
        present = false
        true_on = 2026-05-12
        """,
        """
        looked     | expect
        -----------+-------------
        2026-05-15 | not met
        2026-02-14 | not met
        2026-02-13 | undocumented
        2026-05-16 | undocumented
        """,
    )


# --- a pump --------------------------------------------------------------------------------------------------------


def test_a_pump_that_may_have_stopped(ask):
    ask(
        red_flags.pump_withdrawal_suspected,
        """
        as_of = 2026-05-15
        [patient]
        sex = "male"
        [[device]]
        kind = "{kind}"
        true_on = {placed}
        until = {removed}
        [[condition]]
        icd10 = "{icd10}"
        true_on = {noted}
        until = {until}
        [[finding]]
        code = "pump_withdrawal_signs"
        present = {present}
        true_on = {found}
        [[finding]]
        code = "pump_found_running"
        present = true
        true_on = {read}
        """,
        """
        kind                   | placed     | removed    | icd10    | noted      | until      | present | found      | read       | expect
        -----------------------+------------+------------+----------+------------+------------+---------+------------+------------+-------------
        -                      | -          | -          | -        | -          | -          | -       | -          | -          | not met
        intrathecal_pump       | 2020-01-01 |            | -        | -          | -          | -       | -          | -          | undocumented
        intrathecal_pump       | 2026-05-15 |            | -        | -          | -          | -       | -          | -          | undocumented
        intrathecal_pump       | 2026-05-16 |            | -        | -          | -          | -       | -          | -          | not met
        intrathecal_pump       |            | 2026-05-15 | -        | -          | -          | -       | -          | -          | undocumented
        intrathecal_pump       |            | 2026-05-14 | -        | -          | -          | -       | -          | -          | not met
        spinal_cord_stimulator |            |            | -        | -          | -          | true    | 2026-05-15 | -          | not met
        intrathecal_pump       |            |            | -        | -          | -          | true    | 2026-05-15 | -          | met
        intrathecal_pump       |            |            | -        | -          | -          | true    | 2026-04-15 | -          | met
        intrathecal_pump       |            |            | -        | -          | -          | true    | 2026-04-14 | -          | undocumented
        intrathecal_pump       |            |            | -        | -          | -          | true    | 2026-05-16 | -          | undocumented
        intrathecal_pump       |            |            | -        | -          | -          | true    |            | -          | met
        intrathecal_pump       |            |            | -        | -          | -          | true    |            | 2026-02-14 | undocumented
        intrathecal_pump       |            |            | -        | -          | -          | true    |            | 2026-02-13 | met
        intrathecal_pump       |            |            | -        | -          | -          | true    |            | 2026-05-15 | not met
        intrathecal_pump       |            |            | -        | -          | -          | true    |            | 2026-05-16 | met
        intrathecal_pump       |            |            | -        | -          | -          | false   | 2026-05-15 | -          | not met
        intrathecal_pump       |            |            | -        | -          | -          | true    | 2026-05-10 | 2026-05-10 | not met
        intrathecal_pump       |            |            | -        | -          | -          | true    | 2026-05-11 | 2026-05-10 | met
        intrathecal_pump       |            |            | -        | -          | -          | -       | -          | 2026-05-15 | not met
        intrathecal_pump       |            |            | -        | -          | -          | -       | -          | 2026-04-15 | not met
        intrathecal_pump       |            |            | -        | -          | -          | -       | -          | 2026-04-14 | undocumented
        intrathecal_pump       |            |            | -        | -          | -          | -       | -          | 2026-05-16 | undocumented
        intrathecal_pump       |            |            | F11.23   | 2026-05-14 |            | -       | -          | -          | met
        intrathecal_pump       |            |            | T85.615A | 2026-05-15 |            | -       | -          | -          | met
        intrathecal_pump       |            |            | T85.615A | 2026-04-15 |            | -       | -          | -          | met
        intrathecal_pump       |            |            | T85.615A | 2026-04-14 |            | -       | -          | -          | undocumented
        intrathecal_pump       |            |            | T85.615A | 2026-05-16 |            | -       | -          | -          | undocumented
        intrathecal_pump       |            |            | T85.615A |            |            | -       | -          | -          | met
        intrathecal_pump       |            |            | T85.615A | 2026-05-10 | 2026-05-15 | -       | -          | -          | met
        intrathecal_pump       |            |            | T85.615A | 2026-05-10 | 2026-05-14 | -       | -          | -          | undocumented
        intrathecal_pump       |            |            | T85.615A | 2026-05-10 |            | -       | -          | 2026-05-10 | not met
        intrathecal_pump       |            |            | T85.615A | 2026-05-11 |            | -       | -          | 2026-05-10 | met
        -                      | -          | -          | F11.23   | 2026-05-14 |            | -       | -          | -          | not met
        """,
    )


# --- before a needle -----------------------------------------------------------------------------------------------


def test_upkeep_is_nothing_new(ask):
    ask(
        safety.something_new,
        """
        as_of = 2026-05-15
        [patient]
        sex = "female"
        [request]
        kind = "{kind}"
        """,
        """
        kind                    | expect
        ------------------------+-------------
        epidural_caudal         | met
        intrathecal_pump_refill | not met
        -                       | undocumented
        """,
    )


LISTED = """
    as_of = 2026-05-15
    [patient]
    sex = "female"
    [[condition]]
    icd10 = "{icd10}"
    until = {until}
    """


def test_adrenal_glands_fail(ask):
    ask(
        safety.adrenal_glands_fail,
        LISTED,
        """
        icd10 | until      | expect
        ------+------------+--------
        -     | -          | not met
        E27.1 |            | met
        E23.0 |            | met
        E27.5 |            | not met
        E27.1 | 2026-05-15 | met
        E27.1 | 2026-05-14 | not met
        """,
    )


def test_dementia_asks_who_consents(ask):
    ask(
        safety.may_not_consent_alone,
        LISTED,
        """
        icd10  | until      | expect
        -------+------------+--------
        -      | -          | not met
        F03.90 |            | met
        G30.9  |            | met
        F04    |            | not met
        F03.90 | 2026-05-15 | met
        F03.90 | 2026-05-14 | not met
        """,
    )


def test_an_inr_counts_where_it_was_measured_or_warfarin_is_taken(ask):
    ask(
        safety.inr_counts,
        """
        as_of = 2026-05-15
        [patient]
        sex = "male"
        [[measure]]
        instrument = "inr"
        score = {score}
        true_on = {measured}
        [[medication]]
        ingredient = "{taken}"
        status = "{status}"
        until = {until}
        """,
        """
        score | measured   | taken    | status  | until      | expect
        ------+------------+----------+---------+------------+-------------
        -     | -          | -        | -       | -          | undocumented
        1.1   | 2026-05-15 | -        | -       | -          | met
        1.1   | 2026-05-13 | -        | -       | -          | met
        1.1   | 2026-05-12 | -        | -       | -          | undocumented
        1.1   | 2026-05-16 | -        | -       | -          | undocumented
        -     | -          | warfarin | active  |            | met
        -     | -          | warfarin | stopped | 2026-05-01 | met
        -     | -          | warfarin | stopped | 2020-05-01 | undocumented
        """,
    )


def test_no_warfarin_on_a_full_list_and_no_inr(ask):
    ask(
        safety.inr_counts,
        """
        as_of = 2026-05-15
        complete = ["{topic}"]
        [patient]
        sex = "male"
        """,
        """
        topic      | expect
        -----------+--------
        medication | not met
        """,
    )


def test_a_clot_is_young_for_three_months(ask):
    ask(
        safety.clot_is_young,
        """
        as_of = 2026-05-15
        [patient]
        sex = "male"
        [[condition]]
        icd10 = "{icd10}"
        true_on = {found}
        """,
        """
        icd10   | found      | expect
        --------+------------+-------------
        -       | -          | undocumented
        I82.412 | 2026-05-15 | met
        I82.412 | 2026-02-15 | met
        I82.412 | 2026-02-14 | undocumented
        I82.412 | 2026-05-16 | undocumented
        I26.99  | 2026-05-01 | met
        I82.502 | 2026-05-01 | undocumented
        """,
    )


def test_no_clot_on_a_full_list(ask):
    ask(
        safety.clot_is_young,
        """
        as_of = 2026-05-15
        complete = ["{topic}"]
        [patient]
        sex = "male"
        [[condition]]
        icd10 = "{icd10}"
        true_on = {found}
        """,
        """
        topic     | icd10   | found      | expect
        ----------+---------+------------+--------
        condition | -       | -          | not met
        condition | I82.412 | 2026-02-14 | not met
        condition | I82.412 | 2026-02-15 | met
        """,
    )


def test_why_a_drug_against_clotting_is_taken(ask):
    ask(
        safety.taken_before_any_event,
        """
        as_of = 2026-05-15
        [patient]
        sex = "male"
        [[condition]]
        icd10 = "{icd10}"
        until = {until}
        [[statement]]
        kind = "thrombosis_risk"
        says = {says}
        true_on = {said_on}
        """,
        """
        icd10   | until | says  | said_on    | expect
        --------+-------+-------+------------+--------
        -       | -     | -     | -          | not met
        -       | -     | true  | 2026-05-10 | not met
        -       | -     | false | 2026-05-15 | met
        -       | -     | false | 2026-04-15 | met
        -       | -     | false | 2026-04-14 | not met
        -       | -     | false | 2026-05-16 | not met
        I10     |       | false | 2026-05-10 | met
        I70.213 |       | false | 2026-05-10 | not met
        I73.9   |       | false | 2026-05-10 | not met
        I25.10  |       | false | 2026-05-10 | not met
        Z95.5   |       | false | 2026-05-10 | not met
        """,
    )

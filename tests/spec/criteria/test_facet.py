# ruff: noqa: E501  (a table is as wide as it needs to be)
"""Facet joints: blocks as tests, injections as treatment, ablation."""

import re

import pytest

from lenitive.medicine.criteria import facet

PROBLEMS = """
    as_of = 2026-05-15
    complete = ["{complete}"]
    [patient]
    sex = "female"
    [[condition]]
    code = "{concept}"
    icd10 = "{icd10}"
    [[finding]]
    code = "{finding}"
    present = {present}
    true_on = 2026-05-01
    [[finding]]
    code = "neurogenic_claudication"
    present = {claudication}
    true_on = 2026-05-01
    [[finding]]
    code = "mri_facet_cyst"
    present = {cyst}
    true_on = 2026-05-01
    [[statement]]
    kind = "{statement}"
    says = {says}
    true_on = 2026-05-01
    [request]
    kind = "medial_branch_block_lumbar"
"""


def test_untreated_radiculopathy(ask):
    ask(
        facet.untreated_radiculopathy,
        PROBLEMS,
        """
        concept              | icd10  | finding             | present | claudication | cyst  | statement             | says | complete  | expect
        ---------------------+--------+---------------------+---------+--------------+-------+-----------------------+------+-----------+-------------
        lumbar_radiculopathy |        | -                   |         | -            | -     | -                     |      | allergy   | met
                             | M54.16 | -                   |         | -            | -     | -                     |      | allergy   | met
        -                    |        | dermatomal_leg_pain | true    | -            | -     | -                     |      | allergy   | met
        -                    |        | dermatomal_leg_pain | false   | true         | -     | -                     |      | allergy   | met
        -                    |        | dermatomal_leg_pain | false   | false        | -     | -                     |      | allergy   | not met
        -                    |        | dermatomal_leg_pain | false   | -            | -     | -                     |      | allergy   | undocumented
        -                    |        | dermatomal_leg_pain | true    | -            | true  | -                     |      | allergy   | not met
        -                    |        | dermatomal_leg_pain | true    | -            | false | -                     |      | allergy   | met
        -                    |        | dermatomal_leg_pain | true    | -            | -     | radiculopathy_treated | true | allergy   | not met
        -                    |        | -                   |         | -            | -     | -                     |      | allergy   | undocumented
        -                    |        | -                   |         | -            | -     | -                     |      | condition | undocumented
        """,
    )


def test_other_cause_excluded(ask):
    ask(
        facet.other_cause_excluded,
        PROBLEMS,
        """
        concept         | icd10    | finding | present | claudication | cyst | statement            | says  | complete  | expect
        ----------------+----------+---------+---------+--------------+------+----------------------+-------+-----------+-------------
        spinal_fracture |          | -       |         | -            | -    | -                    |       | allergy   | not met
                        | M80.08XA | -       |         | -            | -    | other_cause_excluded | true  | allergy   | not met
        fibromyalgia    |          | -       |         | -            | -    | -                    |       | condition | met
                        |          | -       |         | -            | -    | -                    |       | condition | undocumented
        -               |          | -       |         | -            | -    | -                    |       | condition | met
        -               |          | -       |         | -            | -    | other_cause_excluded | false | condition | not met
        -               |          | -       |         | -            | -    | other_cause_excluded | true  | allergy   | met
        -               |          | -       |         | -            | -    | other_cause_excluded | false | allergy   | not met
        -               |          | -       |         | -            | -    | -                    |       | allergy   | undocumented
        """,
    )


def test_tests_that_exclude_every_danger_exclude_other_causes(ask):
    ask(
        facet.other_cause_excluded,
        """
        as_of = 2026-05-15
        [patient]
        sex = "female"
        [[finding]]
        code = "vertebral_fracture_excluded"
        present = true
        [[finding]]
        code = "spinal_malignancy_excluded"
        present = true
        [[finding]]
        code = "spinal_infection_excluded"
        present = {infection}
        """,
        """
        infection | expect
        ----------+-------------
        true      | met
        false     | undocumented
        -         | undocumented
        """,
    )


def test_generalised_pain(ask):
    ask(
        facet.generalised_pain,
        PROBLEMS,
        """
        concept      | icd10 | finding | present | claudication | cyst | statement | says | complete  | expect
        -------------+-------+---------+---------+--------------+------+-----------+------+-----------+-------------
        fibromyalgia |       | -       |         | -            | -    | -         |      | allergy   | met
                     | M79.7 | -       |         | -            | -    | -         |      | allergy   | met
                     | M79.1 | -       |         | -            | -    | -         |      | condition | not met
        -            |       | -       |         | -            | -    | -         |      | condition | not met
        -            |       | -       |         | -            | -    | -         |      | allergy   | undocumented
        """,
    )


def test_anterior_lumbar_fusion(ask):
    ask(
        facet.anterior_lumbar_fusion,
        """
        as_of = 2026-05-15
        complete = ["{complete}"]
        [patient]
        sex = "female"
        [[procedure]]
        kind = "{kind}"
        code = "{code}"
        [[statement]]
        kind = "anterior_lumbar_fusion"
        says = {says}
        true_on = 2026-05-01
        """,
        """
        kind                             | code  | says  | complete                | expect
        ---------------------------------+-------+-------+-------------------------+-------------
        anterior_lumbar_interbody_fusion |       | -     | allergy                 | met
        Lumbar fusion                    | 22558 | -     | allergy                 | met
        Knee replacement                 | 27447 | -     | allergy                 | undocumented
        Knee replacement                 | 27447 | -     | procedure:spine_surgery | not met
        -                                |       | true  | allergy                 | met
        -                                |       | false | allergy                 | not met
        -                                |       | -     | allergy                 | undocumented
        """,
    )


# --- which policy --------------------------------------------------------------------------------------------------

SITE = """
    as_of = 2026-05-15
    [patient]
    sex = "female"
    [[procedure]]
    kind = "{kind}"
    code = "{code}"
    intent = "{earlier}"
    side = "{side}"
    levels = {levels}
    true_on = {day}
    [[procedure]]
    kind = "radiofrequency_ablation_medial_branch_lumbar"
    side = "left"
    levels = ["L4-5"]
    true_on = {ablated}
    [request]
    kind = "{asked}"
    side = "left"
    levels = ["L4-5", "L5-S1"]
    intent = "{intent}"
"""
BLOCKS = """
    asked                        | intent      | kind                         | code  | earlier     | side  | levels    | day        | ablated    | expect
    -----------------------------+-------------+------------------------------+-------+-------------+-------+-----------+------------+------------+--------
    medial_branch_block_lumbar   |             | medial_branch_block_lumbar   |       | diagnostic  | left  | ["L4-5"]  | 2026-03-01 | -          | {second}
    medial_branch_block_lumbar   | diagnostic  | medial_branch_block_lumbar   |       |             | left  | ["L4-5"]  | 2026-03-01 | -          | {second}
    medial_branch_block_lumbar   |             | medial_branch_block_lumbar   |       | diagnostic  | both  | ["L4-5"]  | 2026-03-01 | -          | {second}
    medial_branch_block_lumbar   |             | medial_branch_block_lumbar   |       | diagnostic  |       |           | 2026-03-01 | -          | {second}
    medial_branch_block_lumbar   |             | Facet block                  | 64493 | diagnostic  | left  | ["L4-5"]  | 2026-03-01 | -          | {second}
    medial_branch_block_lumbar   |             | medial_branch_block_lumbar   |       | diagnostic  | left  | ["L4-5"]  | 2025-05-16 | -          | {second}
    medial_branch_block_lumbar   |             | medial_branch_block_lumbar   |       | diagnostic  | left  | ["L4-5"]  | 2025-05-15 | -          | {first}
    medial_branch_block_lumbar   |             | medial_branch_block_lumbar   |       | diagnostic  | right | ["L4-5"]  | 2026-03-01 | -          | {first}
    medial_branch_block_lumbar   |             | medial_branch_block_lumbar   |       | diagnostic  | left  | ["L2-3"]  | 2026-03-01 | -          | {first}
    medial_branch_block_lumbar   |             | medial_branch_block_lumbar   |       | therapeutic | left  | ["L4-5"]  | 2026-03-01 | -          | {first}
    medial_branch_block_lumbar   |             | medial_branch_block_cervical |       | diagnostic  | left  |           | 2026-03-01 | -          | {first}
    medial_branch_block_lumbar   |             | medial_branch_block_lumbar   |       | diagnostic  | left  | ["L4-5"]  | 2026-03-01 | 2026-03-15 | {first}
    medial_branch_block_lumbar   |             | medial_branch_block_lumbar   |       | diagnostic  | left  | ["L4-5"]  | 2026-03-01 | 2026-02-01 | {second}
    medial_branch_block_lumbar   |             | -                            |       |             |       |           |            | -          | {first}
    facet_joint_injection_lumbar | diagnostic  | -                            |       |             |       |           |            | -          | {first}
    facet_joint_injection_lumbar | diagnostic  | medial_branch_block_lumbar   |       |             | left  | ["L4-5"]  | 2026-03-01 | -          | {second}
    facet_joint_injection_lumbar |             | medial_branch_block_lumbar   |       |             | left  | ["L4-5"]  | 2026-03-01 | -          | {one}
    facet_joint_injection_lumbar | therapeutic | facet_joint_injection_lumbar |       | therapeutic | left  | ["L4-5"]  | 2026-03-01 | -          | {again}
    facet_joint_injection_lumbar |             | facet_joint_injection_lumbar |       | therapeutic | right | ["L4-5"]  | 2026-03-01 | -          | {one}
    medial_branch_block_lumbar   | therapeutic | -                            |       |             |       |           |            | -          | {one}
"""


def test_exactly_one_of_the_four_requests_for_a_facet_injection(ask):
    words = dict.fromkeys(("first", "second", "one", "again"), "not met")
    ask(facet.facet_block_is_first, SITE, BLOCKS.format(**(words | {"first": "met"})))
    ask(facet.facet_block_is_second, SITE, BLOCKS.format(**(words | {"second": "met"})))
    ask(facet.facet_treatment_is_first, SITE, BLOCKS.format(**(words | {"one": "met"})))
    ask(facet.facet_treatment_is_repeat, SITE, BLOCKS.format(**(words | {"again": "met"})))


def test_first_or_repeat_ablation(ask):
    table = """
        asked                                           | intent | kind                                            | code  | earlier | side  | levels    | day        | ablated | expect
        ------------------------------------------------+--------+-------------------------------------------------+-------+---------+-------+-----------+------------+---------+--------
        radiofrequency_ablation_medial_branch_lumbar    |        | radiofrequency_ablation_medial_branch_lumbar    |       |         | left  | ["L5-S1"] | 2020-03-01 | -       | {again}
        radiofrequency_ablation_medial_branch_lumbar    |        | Rhizotomy                                       | 64635 |         | left  | ["L5-S1"] | 2020-03-01 | -       | {again}
        radiofrequency_ablation_medial_branch_lumbar    |        | radiofrequency_ablation_medial_branch_lumbar    |       |         |       |           | 2020-03-01 | -       | {again}
        radiofrequency_ablation_medial_branch_lumbar    |        | radiofrequency_ablation_medial_branch_lumbar    |       |         | right | ["L5-S1"] | 2020-03-01 | -       | {first}
        radiofrequency_ablation_medial_branch_lumbar    |        | radiofrequency_ablation_medial_branch_lumbar    |       |         | left  | ["L2-3"]  | 2020-03-01 | -       | {first}
        radiofrequency_ablation_medial_branch_lumbar    |        | radiofrequency_ablation_medial_branch_cervical  |       |         | left  |           | 2020-03-01 | -       | {first}
        radiofrequency_ablation_medial_branch_lumbar    |        | -                                               |       |         |       |           |            | -       | {first}
        """
    ask(facet.facet_ablation_is_repeat, SITE, table.format(again="met", first="not met"))
    ask(facet.facet_ablation_is_first, SITE, table.format(again="not met", first="met"))


# --- blocks --------------------------------------------------------------------------------------------------------

BLOCK_RELIEF = """
    as_of = 2026-05-15
    complete = ["{complete}"]
    [patient]
    sex = "female"
    [[procedure]]
    id = "one"
    kind = "{kind}"
    intent = "diagnostic"
    side = "{side}"
    levels = {levels}
    true_on = 2026-03-01
    [[procedure]]
    id = "two"
    kind = "medial_branch_block_lumbar"
    intent = "diagnostic"
    side = "left"
    levels = ["L4-5", "L5-S1"]
    true_on = {day}
    [[relief]]
    procedure = "one"
    percent = {first}
    concordant = {fits}
    true_on = 2026-03-01
    [[relief]]
    procedure = "two"
    percent = {second}
    concordant = true
    instrument = "{scale}"
    score_before = {before}
    score_after = {after}
    true_on = 2026-04-01
    [request]
    kind = "{asked}"
    side = "{at}"
    levels = ["L4-5", "L5-S1"]
"""
HEAD = """
    asked                      | at    | kind                       | side  | levels             | first | fits  | day        | second | scale | before | after | complete        | expect
"""


def test_latest_block_positive(ask):
    ask(
        facet.latest_block_positive,
        BLOCK_RELIEF.replace("{asked}", "medial_branch_block_lumbar"),
        HEAD.replace("asked                      |", "")
        + """
                                     left  | medial_branch_block_lumbar | left  | ["L4-5", "L5-S1"]  | 80    | true  | -          | -      |       |        |       | allergy         | met
                                     left  | medial_branch_block_lumbar | left  | ["L4-5", "L5-S1"]  | 79    | true  | -          | -      |       |        |       | allergy         | not met
                                     left  | medial_branch_block_lumbar | left  | ["L4-5", "L5-S1"]  | 80    | false | -          | -      |       |        |       | allergy         | not met
                                     left  | medial_branch_block_lumbar | left  | ["L4-5", "L5-S1"]  | 80    |       | -          | -      |       |        |       | allergy         | undocumented
                                     left  | medial_branch_block_lumbar | left  | ["L4-5", "L5-S1"]  | 10    |       | -          | -      |       |        |       | allergy         | not met
                                     left  | medial_branch_block_lumbar | left  | ["L4-5", "L5-S1"]  | -     |       | -          | -      |       |        |       | allergy         | undocumented
                                     left  | medial_branch_block_lumbar | both  | ["L4-5", "L5-S1"]  | 80    | true  | -          | -      |       |        |       | allergy         | met
                                     both  | medial_branch_block_lumbar | both  | ["L4-5", "L5-S1"]  | 80    | true  | -          | -      |       |        |       | allergy         | met
                                     both  | medial_branch_block_lumbar | left  | ["L4-5", "L5-S1"]  | 80    | true  | -          | -      |       |        |       | allergy         | undocumented
                                     left  | medial_branch_block_lumbar | right | ["L4-5", "L5-S1"]  | 80    | true  | -          | -      |       |        |       | allergy         | undocumented
                                     left  | medial_branch_block_lumbar | left  | ["L4-5"]           | 80    | true  | -          | -      |       |        |       | allergy         | undocumented
                                     left  | medial_branch_block_lumbar | left  | ["L3-4", "L4-5", "L5-S1"] | 80 | true | -       | -      |       |        |       | allergy         | met
                                     left  | medial_branch_block_lumbar | left  |                    | 80    | true  | -          | -      |       |        |       | allergy         | undocumented
                                           | medial_branch_block_lumbar | left  | ["L4-5", "L5-S1"]  | 80    | true  | -          | -      |       |        |       | allergy         | undocumented
                                     midline | medial_branch_block_lumbar | left | ["L4-5", "L5-S1"] | 80    | true  | -          | -      |       |        |       | allergy         | not met
                                     left  | medial_branch_block_lumbar | left  | ["L4-5", "L5-S1"]  | 80    | true  | 2026-04-01 | 40     |       |        |       | allergy         | not met
                                     left  | medial_branch_block_lumbar | left  | ["L4-5", "L5-S1"]  | 40    | true  | 2026-04-01 | 90     |       |        |       | allergy         | met
                                     left  | medial_branch_block_lumbar | left  | ["L4-5", "L5-S1"]  | 40    | true  | 2026-04-01 | 90     | nrs   | 8      | 4     | allergy         | not met
                                     left  | medial_branch_block_lumbar | left  | ["L4-5", "L5-S1"]  | 40    | true  | 2026-04-01 | 10     | nrs   | 8      | 1     | allergy         | met
                                     left  | -                          |       |                    | -     |       | -          | -      |       |        |       | allergy         | undocumented
        """,
        min_relief_percent=80,
    )


def mirrored(text: str) -> str:
    """The same chart or table of the other side."""
    return re.sub("left|right", lambda side: "right" if side[0] == "left" else "left", text)


ON_EACH_SIDE = pytest.mark.parametrize("turned", [str, mirrored], ids=["left", "right"])
ABLATION = BLOCK_RELIEF.replace("{asked}", "radiofrequency_ablation_medial_branch_lumbar").replace("{at}", "left")
PAIR = """
    kind                         | side  | levels            | first | fits | day        | second | scale | before | after | complete        | expect
"""


@ON_EACH_SIDE
def test_block_before_latest_positive(ask, turned):
    ask(
        facet.block_before_latest_positive,
        turned(ABLATION),
        turned(
            PAIR
            + """
        medial_branch_block_lumbar   | left  | ["L4-5", "L5-S1"] | 80    | true | 2026-04-01 | 40     |       |        |       | allergy         | met
        medial_branch_block_lumbar   | left  | ["L4-5", "L5-S1"] | 79    | true | 2026-04-01 | 90     |       |        |       | allergy         | not met
        medial_branch_block_lumbar   | left  | ["L4-5", "L5-S1"] | -     |      | 2026-04-01 | 90     |       |        |       | allergy         | undocumented
        medial_branch_block_lumbar   | left  | ["L4-5", "L5-S1"] | 80    | true | -          | -      |       |        |       | allergy         | undocumented
        medial_branch_block_lumbar   | left  | ["L4-5", "L5-S1"] | 40    | true | 2026-02-01 | 40     | nrs   | 10     | 2     | allergy         | met
        medial_branch_block_lumbar   | left  | ["L4-5", "L5-S1"] | 90    | true | 2026-02-01 | 90     | nrs   | 10     | 3     | allergy         | not met
        medial_branch_block_lumbar   | left  | ["L4-5", "L5-S1"] | 80    | true | 2026-05-15 | 90     |       |        |       | allergy         | undocumented
        medial_branch_block_lumbar   | right | ["L4-5", "L5-S1"] | 80    | true | 2026-04-01 | 90     |       |        |       | allergy         | undocumented
        """
        ),
        min_relief_percent=80,
    )


@ON_EACH_SIDE
def test_enough_positive_blocks(ask, turned):
    ask(
        facet.enough_positive_blocks,
        turned(ABLATION),
        turned(
            PAIR
            + """
        medial_branch_block_lumbar   | left  | ["L4-5", "L5-S1"] | 80    | true | 2026-04-01 | 80     |       |        |       | allergy         | met
        medial_branch_block_lumbar   | left  | ["L4-5", "L5-S1"] | 80    | true | 2026-03-01 | 80     |       |        |       | allergy         | undocumented
        medial_branch_block_lumbar   | left  | ["L4-5", "L5-S1"] | 80    | true | 2026-03-01 | 80     |       |        |       | procedure:facet | not met
        medial_branch_block_lumbar   | left  | ["L4-5", "L5-S1"] | 79    | true | 2026-04-01 | 80     |       |        |       | allergy         | undocumented
        medial_branch_block_lumbar   | left  | ["L4-5", "L5-S1"] | 79    | true | 2026-04-01 | 80     |       |        |       | relief          | not met
        medial_branch_block_lumbar   | left  | ["L4-5", "L5-S1"] | 80    |      | 2026-04-01 | 80     |       |        |       | relief          | undocumented
        medial_branch_block_lumbar   | left  | ["L4-5", "L5-S1"] | 80    | true | 2026-05-15 | 80     |       |        |       | relief          | not met
        medial_branch_block_lumbar   | left  | ["L4-5", "L5-S1"] | 80    | true | 2026-05-15 | 80     |       |        |       | procedure:facet | not met
        medial_branch_block_lumbar   | left  | ["L4-5", "L5-S1"] | 80    | true | -          | -      |       |        |       | allergy         | undocumented
        medial_branch_block_lumbar   | left  | ["L4-5", "L5-S1"] | 80    | true | -          | -      |       |        |       | procedure:facet | not met
        medial_branch_block_lumbar   | right | ["L4-5", "L5-S1"] | 80    | true | 2026-04-01 | 80     |       |        |       | procedure:facet | not met
        medial_branch_block_lumbar   | left  | ["L4-5"]          | 80    | true | 2026-04-01 | 80     |       |        |       | procedure:facet | not met
        facet_joint_injection_lumbar | left  | ["L4-5", "L5-S1"] | 80    | true | 2026-04-01 | 80     |       |        |       | relief          | not met
        """
        ),
        min_relief_percent=80,
        min_blocks=2,
    )


def test_blocks_of_the_joint_count_toward_an_injection_as_treatment(ask):
    ask(
        facet.enough_positive_blocks,
        BLOCK_RELIEF.replace("{asked}", "facet_joint_injection_lumbar").replace("{at}", "left"),
        PAIR
        + """
        facet_joint_injection_lumbar | left  | ["L4-5", "L5-S1"] | 80    | true | 2026-04-01 | 80     |       |        |       | allergy         | met
        """,
        min_relief_percent=80,
        min_blocks=2,
    )


SAID_OF_SCORES = """
    [[statement]]
    kind = "relief_was_scored"
    says = {says}
    true_on = {said}
    [request]
"""


@ON_EACH_SIDE
def test_latest_block_was_scored(ask, turned):
    ask(
        facet.latest_block_was_scored,
        turned(ABLATION.replace("    [request]", SAID_OF_SCORES)),
        turned("""
    kind                         | side  | levels            | first | fits | day        | second | scale | before | after | says  | said       | complete | expect
        medial_branch_block_lumbar   | left  | ["L4-5", "L5-S1"] | 80    | true | 2026-04-01 | 80     | nrs   | 8      | 1     | -     |            | allergy  | met
        medial_branch_block_lumbar   | left  | ["L4-5", "L5-S1"] | 80    | true | 2026-04-01 | 80     | nrs   | 8      |       | -     |            | allergy  | undocumented
        medial_branch_block_lumbar   | left  | ["L4-5", "L5-S1"] | 80    | true | 2026-04-01 | 80     | nrs   |        | 1     | -     |            | allergy  | undocumented
        medial_branch_block_lumbar   | left  | ["L4-5", "L5-S1"] | 80    | true | 2026-04-01 | 80     |       | 8      | 1     | -     |            | allergy  | undocumented
        medial_branch_block_lumbar   | left  | ["L4-5", "L5-S1"] | 80    | true | 2026-04-01 | 80     |       |        |       | false | 2026-04-01 | allergy  | not met
        medial_branch_block_lumbar   | left  | ["L4-5", "L5-S1"] | 80    | true | 2026-04-01 | 80     |       |        |       | false | 2026-03-31 | allergy  | undocumented
        medial_branch_block_lumbar   | left  | ["L4-5", "L5-S1"] | 80    | true | 2026-04-01 | 80     |       |        |       | true  | 2026-04-01 | allergy  | undocumented
        medial_branch_block_lumbar   | left  | ["L4-5", "L5-S1"] | 80    | true | 2026-04-01 | 80     | nrs   | 8      | 1     | false | 2026-04-01 | allergy  | met
        medial_branch_block_lumbar   | left  | ["L4-5", "L5-S1"] | 80    | true | 2026-04-01 | -      |       |        |       | -     |            | allergy  | undocumented
        -                            |       |                   | -     |      | -          | -      |       |        |       | -     |            | allergy  | undocumented
        """),
    )


EARLIER_BLOCK = """
    as_of = 2026-05-15
    complete = ["{complete}"]
    [patient]
    sex = "female"
    [[procedure]]
    kind = "medial_branch_block_lumbar"
    intent = "{intent}"
    side = "{side}"
    levels = {levels}
    true_on = {day}
    [[procedure]]
    kind = "{other}"
    intent = "{meant}"
    true_on = {then}
    side = "left"
    levels = ["L4-5"]
    [[statement]]
    kind = "{statement}"
    says = {says}
    text = "{text}"
    about = "{about}"
    true_on = 2026-05-10
    [request]
    kind = "{asked}"
    side = "left"
    levels = ["L4-5"]
"""
BLOCK_AGAIN = EARLIER_BLOCK.replace("{asked}", "medial_branch_block_lumbar")


def test_same_levels_and_side_as_block(ask):
    ask(
        facet.same_levels_and_side_as_block,
        BLOCK_AGAIN,
        """
        intent     | side  | levels            | day        | other | meant | then | statement | says | text | about | complete        | expect
        -----------+-------+-------------------+------------+-------+-------+------+-----------+------+------+-------+-----------------+-------------
        diagnostic | left  | ["L4-5"]          | 2026-04-01 | -     |       |      | -         |      |      |       | allergy         | met
        diagnostic | left  | ["L4-5", "L5-S1"] | 2026-04-01 | -     |       |      | -         |      |      |       | allergy         | met
        diagnostic |       | ["L4-5"]          | 2026-04-01 | -     |       |      | -         |      |      |       | allergy         | undocumented
        diagnostic | left  |                   | 2026-04-01 | -     |       |      | -         |      |      |       | allergy         | undocumented
        diagnostic | right | ["L4-5"]          | 2026-04-01 | -     |       |      | -         |      |      |       | allergy         | undocumented
        diagnostic | right | ["L4-5"]          | 2026-04-01 | -     |       |      | -         |      |      |       | procedure:facet | not met
        -          |       |                   |            | -     |       |      | -         |      |      |       | procedure:facet | not met
        """,
    )


def test_a_second_block_with_one_level_more_than_the_first_is_not_the_same(ask):
    ask(
        facet.same_levels_and_side_as_block,
        BLOCK_AGAIN.replace('    levels = ["L4-5"]\n"""', "").replace(
            'side = "left"\n    levels = ["L4-5"]\n', 'side = "left"\n    levels = ["L4-5", "L5-S1"]\n'
        ),
        """
        intent     | side  | levels            | day        | other | meant | then | statement | says | text | about | complete        | expect
        -----------+-------+-------------------+------------+-------+-------+------+-----------+------+------+-------+-----------------+-------------
        diagnostic | left  | ["L4-5", "L5-S1"] | 2026-04-01 | -     |       |      | -         |      |      |       | allergy         | met
        diagnostic | left  | ["L4-5"]          | 2026-04-01 | -     |       |      | -         |      |      |       | allergy         | not met
        """,
    )


def test_block_interval_kept(ask):
    ask(
        facet.block_interval_kept,
        BLOCK_AGAIN,
        """
        intent     | side | levels   | day        | other | meant | then | statement               | says  | text         | about | complete | expect
        -----------+------+----------+------------+-------+-------+------+-------------------------+-------+--------------+-------+----------+-------------
        diagnostic | left | ["L4-5"] | 2026-05-01 | -     |       |      | -                       |       |              |       | allergy  | met
        diagnostic | left | ["L4-5"] | 2026-05-02 | -     |       |      | -                       |       |              |       | allergy  | not met
        diagnostic | left | ["L4-5"] | 2026-05-02 | -     |       |      | shorter_interval_needed |       | Lives abroad |       | allergy  | met
        diagnostic | left | ["L4-5"] | 2026-05-02 | -     |       |      | shorter_interval_needed | false |              |       | allergy  | not met
        -          |      |          |            | -     |       |      | -                       |       |              |       | allergy  | undocumented
        """,
        min_interval_days=14,
    )


def test_facet_sessions_are_left(ask):
    table = """
        intent      | side | levels   | day        | other                        | meant       | then       | statement | says | text | about | complete        | expect
        ------------+------+----------+------------+------------------------------+-------------+------------+-----------+------+------+-------+-----------------+-------------
        diagnostic  | left | ["L4-5"] | 2026-04-01 | medial_branch_block_lumbar   | diagnostic  | 2025-05-16 | -         |      |      |       | procedure:facet | {tests}
        diagnostic  | left | ["L4-5"] | 2026-04-01 | medial_branch_block_lumbar   | diagnostic  | 2025-05-15 | -         |      |      |       | procedure:facet | met
        diagnostic  | left | ["L4-5"] | 2026-04-01 | medial_branch_block_lumbar   | diagnostic  | 2026-04-01 | -         |      |      |       | procedure:facet | met
        diagnostic  | left | ["L4-5"] | 2026-04-01 | medial_branch_block_cervical | diagnostic  | 2026-03-01 | -         |      |      |       | procedure:facet | met
        diagnostic  | left | ["L4-5"] | 2026-04-01 | facet_joint_injection_lumbar | therapeutic | 2026-03-01 | -         |      |      |       | procedure:facet | {both}
        therapeutic | left | ["L4-5"] | 2026-04-01 | facet_joint_injection_lumbar | therapeutic | 2026-03-01 | -         |      |      |       | procedure:facet | {treatments}
        therapeutic | left | ["L4-5"] | 2026-04-01 | facet_joint_injection_lumbar | therapeutic | 2025-05-16 | -         |      |      |       | procedure:facet | {treatments}
        therapeutic | left | ["L4-5"] | 2026-04-01 | facet_joint_injection_lumbar | therapeutic | 2025-05-15 | -         |      |      |       | procedure:facet | met
        diagnostic  | left | ["L4-5"] | 2026-04-01 | medial_branch_block_lumbar   |             | 2026-03-01 | -         |      |      |       | procedure:facet | {maybe}
        diagnostic  | left | ["L4-5"] | 2026-04-01 | -                            |             |            | -         |      |      |       | procedure:facet | met
        diagnostic  | left | ["L4-5"] | 2026-04-01 | -                            |             |            | -         |      |      |       | allergy         | undocumented
        -           |      |          |            | -                            |             |            | -         |      |      |       | procedure       | met
        """
    numbers = {"max_sessions": 2, "window_months": 12}
    words = {"tests": "met", "both": "met", "treatments": "met", "maybe": "undocumented"}
    ask(
        facet.diagnostic_facet_sessions_are_left, BLOCK_AGAIN, table.format(**(words | {"tests": "not met"})), **numbers
    )
    ask(
        facet.therapeutic_facet_sessions_are_left,
        BLOCK_AGAIN,
        table.format(**(words | {"treatments": "not met", "maybe": "met"})),
        **numbers,
    )
    ask(
        facet.facet_sessions_of_any_intent_are_left,
        BLOCK_AGAIN,
        table.format(tests="not met", both="not met", treatments="not met", maybe="not met"),
        **numbers,
    )


def test_usual_number_of_blocks_not_reached(ask):
    ask(
        facet.usual_number_of_blocks_not_reached,
        BLOCK_AGAIN,
        """
        intent      | side | levels   | day        | other                      | meant      | then       | statement | says | text | about | complete        | expect
        ------------+------+----------+------------+----------------------------+------------+------------+-----------+------+------+-------+-----------------+-------------
        diagnostic  | left | ["L4-5"] | 2026-04-01 | -                          |            |            | -         |      |      |       | procedure:facet | met
        diagnostic  | left | ["L4-5"] | 2026-04-01 | -                          |            |            | -         |      |      |       | allergy         | undocumented
        diagnostic  | left | ["L4-5"] | 2026-04-01 | medial_branch_block_lumbar | diagnostic | 2026-03-01 | -         |      |      |       | allergy         | not met
        diagnostic  | left | ["L2-3"] | 2026-04-01 | medial_branch_block_lumbar | diagnostic | 2026-03-01 | -         |      |      |       | procedure:facet | met
        """,
        usual_max_blocks=2,
    )


def test_statements_about_ablation(ask):
    table = """
        intent | side | levels | day | other | meant | then | statement | says  | text        | about                                          | complete | expect
        -------+------+--------+-----+-------+-------+------+-----------+-------+-------------+------------------------------------------------+----------+-------------
        -      |      |        |     | -     |       |      | {kind}    | true  |             |                                                | allergy  | met
        -      |      |        |     | -     |       |      | {kind}    |       | Pacemaker   |                                                | allergy  | met
        -      |      |        |     | -     |       |      | {kind}    | true  |             | radiofrequency_ablation_medial_branch_lumbar   | allergy  | met
        -      |      |        |     | -     |       |      | {kind}    | true  |             | medial_branch_block_lumbar                     | allergy  | met
        -      |      |        |     | -     |       |      | {kind}    | true  |             | radiofrequency_ablation_medial_branch_cervical | allergy  | undocumented
        -      |      |        |     | -     |       |      | {kind}    | false |             |                                                | allergy  | not met
        -      |      |        |     | -     |       |      | -         |       |             |                                                | allergy  | undocumented
        """
    ask(facet.plan_is_ablation, BLOCK_AGAIN, table.format(kind="plan_is_ablation"))
    ask(facet.ablation_not_possible, BLOCK_AGAIN, table.format(kind="ablation_not_possible"))


def test_medial_branch_block_or_reason(ask):
    ask(
        facet.medial_branch_block_or_reason,
        EARLIER_BLOCK,
        """
        asked                        | intent | side | levels | day | other | meant | then | statement                        | says | text          | about | complete | expect
        -----------------------------+--------+------+--------+-----+-------+-------+------+----------------------------------+------+---------------+-------+----------+-------------
        medial_branch_block_lumbar   | -      |      |        |     | -     |       |      | -                                |      |               |       | allergy  | met
        facet_joint_injection_lumbar | -      |      |        |     | -     |       |      | medial_branch_block_not_possible |      | Fusion screws |       | allergy  | met
        facet_joint_injection_lumbar | -      |      |        |     | -     |       |      | medial_branch_block_not_possible | false |              |       | allergy  | not met
        facet_joint_injection_lumbar | -      |      |        |     | -     |       |      | -                                |      |               |       | allergy  | undocumented
        """,
    )


# --- after an ablation ---------------------------------------------------------------------------------------------

ABLATED = """
    as_of = 2026-05-15
    complete = ["{complete}"]
    [patient]
    sex = "female"
    [[procedure]]
    id = "last"
    kind = "{kind}"
    intent = "{intent}"
    side = "{side}"
    levels = ["L4-5"]
    true_on = {day}
    [[procedure]]
    id = "other"
    kind = "{other}"
    side = "left"
    levels = ["L4-5"]
    true_on = {then}
    [[relief]]
    procedure = "last"
    percent = {percent}
    function_percent = {function}
    lasted_days = {days}
    true_on = {reported}
    [[statement]]
    kind = "pain_source_in_doubt"
    says = {doubt}
    true_on = 2026-05-10
    [request]
    kind = "{asked}"
    side = "left"
    levels = ["L4-5"]
"""
ABLATION_AGAIN = ABLATED.replace("{asked}", "radiofrequency_ablation_medial_branch_lumbar").replace(
    "{kind}", "radiofrequency_ablation_medial_branch_lumbar"
)
TREATED_AGAIN = ABLATED.replace("{asked}", "facet_joint_injection_lumbar").replace(
    "{kind}", "facet_joint_injection_lumbar"
)
RESPONSE = """
    intent      | side  | day        | other | then | percent | function | days | reported   | doubt | complete | expect
    ------------+-------+------------+-------+------+---------+----------+------+------------+-------+----------+-------------
    therapeutic | left  | 2025-09-01 | -     |      | 50      |          | 180  | 2026-05-01 | -     | allergy  | {enough}
    therapeutic | left  | 2025-09-01 | -     |      | 49      |          | 180  | 2026-05-01 | -     | allergy  | {less}
    therapeutic | left  | 2025-09-01 | -     |      | 50      |          | 179  | 2025-12-01 | -     | allergy  | {less}
    therapeutic | left  | 2025-09-01 | -     |      | 50      |          |      | 2026-02-28 | -     | allergy  | {enough}
    therapeutic | left  | 2025-09-01 | -     |      | 50      |          |      | 2026-02-27 | -     | allergy  | {short}
    therapeutic | both  | 2025-09-01 | -     |      | 50      |          | 180  | 2026-05-01 | -     | allergy  | {enough}
    therapeutic | right | 2025-09-01 | -     |      | 50      |          | 180  | 2026-05-01 | -     | allergy  | undocumented
    therapeutic | left  | 2025-09-01 | -     |      |         |          | 180  | 2026-05-01 | -     | allergy  | undocumented
    therapeutic | left  | 2025-09-01 | -     |      | -       |          |      |            | -     | allergy  | undocumented
    -           |       |            | -     |      | -       |          |      |            | -     | allergy  | undocumented
"""


def swapped(table: str) -> str:
    """The same table with the gain in function in place of the relief."""
    rows = []
    for line in table.splitlines():
        cells = line.split("|")
        if len(cells) > 6 and "percent" not in line and cells[5].strip() not in ("", "-"):
            cells[5], cells[6] = cells[6], cells[5]
        rows.append("|".join(cells))
    return "\n".join(rows)


def test_response_to_the_last_ablation(ask):
    table = RESPONSE.format(enough="met", less="not met", short="undocumented")
    ask(facet.last_ablation_relieved, ABLATION_AGAIN, table, min_relief_percent=50, min_relief_days=180)
    ask(
        facet.last_ablation_improved_function,
        ABLATION_AGAIN,
        swapped(table),
        min_function_percent=50,
        min_relief_days=180,
    )


def test_response_to_the_last_injection_as_treatment(ask):
    table = RESPONSE.format(enough="met", less="not met", short="undocumented")
    ask(facet.last_facet_treatment_relieved, TREATED_AGAIN, table, min_relief_percent=50, min_relief_days=180)
    ask(
        facet.last_facet_treatment_improved_function,
        TREATED_AGAIN,
        swapped(table),
        min_function_percent=50,
        min_relief_days=180,
    )


def test_ablation_sessions_are_left(ask):
    ask(
        facet.ablation_sessions_are_left,
        ABLATION_AGAIN,
        """
        intent | side  | day        | other                                          | then       | percent | function | days | reported | doubt | complete        | expect
        -------+-------+------------+------------------------------------------------+------------+---------+----------+------+----------+-------+-----------------+-------------
               | left  | 2025-09-01 | radiofrequency_ablation_medial_branch_lumbar   | 2025-09-15 | -       |          |      |          | -     | procedure:facet | not met
               | right | 2025-09-01 | radiofrequency_ablation_medial_branch_lumbar   | 2025-09-15 | -       |          |      |          | -     | allergy         | not met
               | left  | 2025-09-01 | radiofrequency_ablation_medial_branch_lumbar   | 2025-09-01 | -       |          |      |          | -     | procedure:facet | met
               | left  | 2025-05-15 | radiofrequency_ablation_medial_branch_lumbar   | 2025-09-15 | -       |          |      |          | -     | procedure:facet | met
               | left  | 2025-05-16 | radiofrequency_ablation_medial_branch_lumbar   | 2025-09-15 | -       |          |      |          | -     | procedure:facet | not met
               | left  | 2025-09-01 | radiofrequency_ablation_medial_branch_cervical | 2025-09-15 | -       |          |      |          | -     | procedure:facet | met
               | left  | 2025-09-01 | -                                              |            | -       |          |      |          | -     | allergy         | undocumented
               | left  |            | radiofrequency_ablation_medial_branch_lumbar   | 2025-09-15 | -       |          |      |          | -     | procedure:facet | undocumented
        """,
        max_sessions=2,
        window_months=12,
    )


def test_source_is_sure_or_retested(ask):
    ask(
        facet.source_is_sure_or_retested,
        ABLATION_AGAIN,
        """
        intent | side | day        | other                      | then       | percent | function | days | reported | doubt | complete | expect
        -------+------+------------+----------------------------+------------+---------+----------+------+----------+-------+----------+-------------
               | left | 2024-05-16 | -                          |            | -       |          |      |          | -     | allergy  | met
               | left | 2024-05-15 | -                          |            | -       |          |      |          | -     | allergy  | undocumented
               | left | 2024-05-15 | -                          |            | -       |          |      |          | false | allergy  | met
               | left | 2024-05-15 | -                          |            | -       |          |      |          | true  | allergy  | not met
               | left | 2024-05-15 | medial_branch_block_lumbar | 2026-04-01 | -       |          |      |          | true  | allergy  | met
               | left | 2024-05-15 | medial_branch_block_lumbar | 2024-05-16 | -       |          |      |          | true  | allergy  | met
               | left | 2024-05-15 | medial_branch_block_lumbar | 2024-05-15 | -       |          |      |          | true  | allergy  | not met
               | left | 2024-05-15 | medial_branch_block_lumbar | 2024-05-01 | -       |          |      |          | true  | allergy  | not met
        """,
        retest_after_years=2,
    )


def test_site_was_ablated_with_success(ask):
    ask(
        facet.site_was_ablated_with_success,
        ABLATED.replace("{asked}", "medial_branch_block_lumbar").replace(
            "{kind}", "radiofrequency_ablation_medial_branch_lumbar"
        ),
        """
        intent | side  | day        | other | then | percent | function | days | reported   | doubt | complete | expect
        -------+-------+------------+-------+------+---------+----------+------+------------+-------+----------+-------------
               | left  | 2025-09-01 | -     |      | 50      |          |      | 2026-01-01 | -     | allergy  | met
               | left  | 2025-09-01 | -     |      | 49      |          |      | 2026-01-01 | -     | allergy  | not met
               | left  | 2025-09-01 | -     |      | -       |          |      |            | -     | allergy  | undocumented
               | right | 2025-09-01 | -     |      | 50      |          |      | 2026-01-01 | -     | allergy  | not met
               | left  | 2024-05-15 | -     |      | 50      |          |      | 2025-01-01 | true  | allergy  | not met
               | left  | 2024-05-15 | -     |      | 50      |          |      | 2025-01-01 | -     | allergy  | met
               | left  | 2024-05-16 | -     |      | 50      |          |      | 2025-01-01 | true  | allergy  | met
        -      |       |            | -     |      | -       |          |      |            | -     | allergy  | not met
        """,
        min_relief_percent=50,
        retest_after_years=2,
    )


def test_non_thermal_ablation_is_planned(ask):
    ask(
        facet.non_thermal_ablation_is_planned,
        """
        as_of = 2026-05-15
        [patient]
        sex = "female"
        [request]
        kind = "radiofrequency_ablation_medial_branch_lumbar"
        approach = "{method}"
        """,
        """
        method  | expect
        --------+-------------
        pulsed  | met
        thermal | not met
        cooled  | not met
                | undocumented
        """,
        non_thermal_methods=["pulsed", "cryo"],
    )


def test_the_record_of_an_ablation_on_the_day_asked_for_says_how_it_was_done(ask):
    ask(
        facet.non_thermal_ablation_is_planned,
        """
        as_of = 2026-05-15
        [patient]
        sex = "female"
        [request]
        kind = "radiofrequency_ablation_medial_branch_lumbar"
        region = "lumbar"
        side = "left"
        levels = ["L4-5"]
        approach = "{asked}"
        [[procedure]]
        kind = "radiofrequency_ablation_medial_branch_lumbar"
        region = "lumbar"
        side = "left"
        levels = ["L4-5"]
        ablation_mode = "{mode}"
        true_on = {day}
        """,
        """
        mode         | day        | asked  | expect
        -------------+------------+--------+-------------
        pulsed       | 2026-05-15 |        | met
        conventional | 2026-05-15 |        | not met
        conventional | 2026-05-15 | pulsed | not met
        pulsed       | 2025-05-15 |        | undocumented
                     | 2026-05-15 |        | undocumented
                     | 2026-05-15 | pulsed | met
        """,
        non_thermal_methods=["pulsed", "cryo"],
    )


def test_the_latest_statement_counts_and_one_without_a_day_only_alone(ask):
    ask(
        facet.plan_is_ablation,
        """
        as_of = 2026-05-15
        [patient]
        sex = "female"
        [[statement]]
        kind = "plan_is_ablation"
        says = {first}
        true_on = {day}
        [[statement]]
        kind = "plan_is_ablation"
        says = {second}
        true_on = {then}
        [request]
        kind = "medial_branch_block_lumbar"
        """,
        """
        first | day        | second | then       | expect
        ------+------------+--------+------------+-------------
        true  | 2026-05-01 | false  | 2026-05-02 | not met
        false | 2026-05-01 | true   | 2026-05-02 | met
        true  |            | -      |            | met
        false |            | -      |            | not met
        true  |            | false  | 2026-05-02 | not met
        -     |            | -      |            | undocumented
        """,
    )


def test_ablation_interval_kept(ask):
    ask(
        facet.ablation_interval_kept,
        """
        as_of = 2026-05-15
        [patient]
        sex = "female"
        [[procedure]]
        kind = "radiofrequency_ablation_medial_branch_lumbar"
        side = "{side}"
        levels = ["L4-5"]
        true_on = {day}
        [request]
        kind = "radiofrequency_ablation_medial_branch_lumbar"
        side = "left"
        levels = ["L4-5"]
        """,
        """
        side  | day        | expect
        ------+------------+-------------
        left  | 2025-11-15 | met
        left  | 2025-11-16 | not met
        both  | 2025-11-16 | not met
        right | 2025-11-16 | undocumented
        left  |            | undocumented
        -     |            | undocumented
        """,
        min_interval_months=6,
    )


def test_facet_injection_is_treatment(ask):
    ask(
        facet.facet_injection_is_treatment,
        """
        as_of = 2026-05-15
        [patient]
        sex = "female"
        [request]
        kind = "{kind}"
        intent = "{intent}"
        """,
        """
        kind                         | intent      | expect
        -----------------------------+-------------+-------------
        medial_branch_block_lumbar   | therapeutic | met
        medial_branch_block_lumbar   | diagnostic  | not met
        medial_branch_block_lumbar   |             | not met
        facet_joint_injection_lumbar |             | met
        facet_joint_injection_lumbar | diagnostic  | not met
        -                            |             | undocumented
        """,
    )


CYST = """
    as_of = 2026-05-15
    complete = ["{complete}"]
    [patient]
    sex = "female"
    [[finding]]
    code = "{finding}"
    present = {present}
    side = "{side}"
    levels = {levels}
    true_on = 2026-05-01
    [request]
    kind = "facet_cyst_rupture_lumbar"
    side = "{asked}"
    levels = ["L4-5"]
"""
IMAGES = """
    asked | finding   | present | side  | levels            | complete        | expect
    ------+-----------+---------+-------+-------------------+-----------------+-------------
    left  | {finding} | true    | left  | ["L4-5"]          | allergy         | met
    left  | {finding} | true    | both  | ["L3-4", "L4-5"]  | allergy         | met
    left  | {finding} | true    | right | ["L4-5"]          | allergy         | undocumented
    left  | {finding} | true    | right | ["L4-5"]          | finding:imaging | not met
    left  | {finding} | true    | left  | ["L3-4"]          | allergy         | undocumented
    left  | {finding} | true    | left  | ["L3-4"]          | finding:imaging | not met
    left  | {finding} | true    |       | ["L4-5"]          | finding:imaging | undocumented
    left  | {finding} | true    | left  |                   | finding:imaging | undocumented
    left  | {finding} | false   |       |                   | allergy         | not met
    left  | {finding} | false   | left  | ["L4-5"]          | allergy         | not met
    left  | {finding} | false   | right | ["L4-5"]          | allergy         | undocumented
    left  | {finding} | false   |       | ["L3-4"]          | allergy         | undocumented
    both  | {finding} | true    | left  | ["L4-5"]          | allergy         | undocumented
    both  | {finding} | true    | both  | ["L4-5"]          | allergy         | met
          | {finding} | true    | left  | ["L4-5"]          | allergy         | undocumented
    left  | -         |         |       |                   | allergy         | undocumented
    left  | -         |         |       |                   | finding:imaging | not met
"""


def test_facet_cyst_at_request(ask):
    ask(facet.facet_cyst_at_request, CYST, IMAGES.replace("{finding}", "mri_facet_cyst"))


def test_root_compressed_at_request(ask):
    ask(facet.root_compressed_at_request, CYST, IMAGES.replace("{finding}", "mri_nerve_root_compression"))


RUPTURED = """
    as_of = 2026-05-15
    complete = ["{complete}"]
    [patient]
    sex = "female"
    [[procedure]]
    id = "last"
    kind = "facet_cyst_rupture_lumbar"
    side = "{side}"
    levels = {levels}
    true_on = {day}
    [[procedure]]
    kind = "{other}"
    side = "left"
    levels = ["L4-5"]
    true_on = {then}
    [[relief]]
    procedure = "last"
    percent = {relief}
    lasted_days = {lasted}
    true_on = 2026-05-01
    [request]
    kind = "facet_cyst_rupture_lumbar"
    side = "left"
    levels = ["L4-5"]
"""


def test_facet_cyst_rupture_is_repeat(ask):
    ask(
        facet.facet_cyst_rupture_is_repeat,
        RUPTURED,
        """
        side  | levels    | day        | other                        | then       | relief | lasted | complete        | expect
        ------+-----------+------------+------------------------------+------------+--------+--------+-----------------+--------
        left  | ["L4-5"]  | 2026-01-10 | -                            |            | -      |        | allergy         | met
              | ["L4-5"]  | 2026-01-10 | -                            |            | -      |        | allergy         | met
        left  | ["L4-5"]  | 2026-05-15 | -                            |            | -      |        | allergy         | not met
        right | ["L4-5"]  | 2026-01-10 | -                            |            | -      |        | allergy         | not met
        left  | ["L5-S1"] | 2026-01-10 | -                            |            | -      |        | allergy         | not met
        -     |           |            | facet_joint_injection_lumbar | 2026-01-10 | -      |        | allergy         | not met
        -     |           |            | -                            |            | -      |        | allergy         | not met
        """,
    )


def test_last_facet_cyst_rupture_relieved(ask):
    ask(
        facet.last_facet_cyst_rupture_relieved,
        RUPTURED,
        """
        side | levels   | day        | other | then | relief | lasted | complete | expect
        -----+----------+------------+-------+------+--------+--------+----------+-------------
        left | ["L4-5"] | 2025-12-01 | -     |      | 50     | 90     | allergy  | met
        left | ["L4-5"] | 2025-12-01 | -     |      | 49     | 90     | allergy  | not met
        left | ["L4-5"] | 2025-12-01 | -     |      | 50     | 89     | allergy  | not met
        left | ["L4-5"] | 2026-01-31 | -     |      | 50     |        | allergy  | met
        left | ["L4-5"] | 2026-02-01 | -     |      | 50     |        | allergy  | undocumented
        left | ["L4-5"] | 2025-12-01 | -     |      | -      |        | allergy  | undocumented
        """,
        min_relief_percent=50,
        min_relief_days=90,
    )


def test_facet_cyst_ruptures_are_left(ask):
    ask(
        facet.facet_cyst_ruptures_are_left,
        RUPTURED,
        """
        side  | levels   | day        | other                     | then       | relief | lasted | complete        | expect
        ------+----------+------------+---------------------------+------------+--------+--------+-----------------+-------------
        left  | ["L4-5"] | 2026-01-10 | -                         |            | -      |        | procedure:facet | met
        left  | ["L4-5"] | 2026-01-10 | facet_cyst_rupture_lumbar | 2025-06-01 | -      |        | procedure:facet | not met
        left  | ["L4-5"] | 2026-01-10 | facet_cyst_rupture_lumbar | 2025-06-01 | -      |        | allergy         | not met
        left  | ["L4-5"] | 2026-05-14 | facet_cyst_rupture_lumbar | 2025-06-01 | -      |        | procedure:facet | not met
        left  | ["L4-5"] | 2026-05-15 | facet_cyst_rupture_lumbar | 2025-06-01 | -      |        | procedure:facet | met
        right | ["L4-5"] | 2026-01-10 | facet_cyst_rupture_lumbar | 2025-06-01 | -      |        | procedure:facet | met
        left  | ["L4-5"] | 2026-01-10 | -                         |            | -      |        | allergy         | undocumented
        -     |          |            | -                         |            | -      |        | procedure:facet | met
        """,
        max_repeats=1,
    )

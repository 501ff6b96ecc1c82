# ruff: noqa: E501  (a table is as wide as it needs to be)
"""Epidural injections and nerve root blocks."""

from lenitive.medicine.criteria import epidural

WHY = """
    as_of = 2026-05-15
    complete = ["{complete}"]
    [patient]
    sex = "female"
    [[condition]]
    code = "{concept}"
    icd10 = "{icd10}"
    status = "{status}"
    certainty = "{certainty}"
    [[finding]]
    code = "{finding}"
    present = {present}
    true_on = 2026-05-01
    [[finding]]
    code = "{other}"
    present = {too}
    true_on = 2026-05-01
    [request]
    kind = "{kind}"
"""
LUMBAR = WHY.replace("{kind}", "epidural_transforaminal_lumbar")


def test_radicular_indication(ask):
    ask(
        epidural.radicular_indication,
        LUMBAR,
        """
        concept              | icd10  | status   | certainty    | finding             | present | other                  | too   | complete  | expect
        ---------------------+--------+----------+--------------+---------------------+---------+------------------------+-------+-----------+-------------
        lumbar_radiculopathy |        |          |              | -                   |         | -                      |       | allergy   | met
                             | M54.16 |          |              | -                   |         | -                      |       | allergy   | met
                             | M48.062 | active  | confirmed    | -                   |         | -                      |       | allergy   | met
                             | M48.061 | active  | confirmed    | -                   |         | -                      |       | allergy   | undocumented
                             | M54.16 | resolved |              | -                   |         | -                      |       | allergy   | undocumented
                             | M54.16 |          | differential | -                   |         | -                      |       | allergy   | undocumented
                             | M54.12 |          |              | -                   |         | -                      |       | allergy   | undocumented
        -                    |        |          |              | dermatomal_leg_pain | true    | -                      |       | allergy   | met
        -                    |        |          |              | dermatomal_leg_pain | false   | -                      |       | allergy   | undocumented
        -                    |        |          |              | dermatomal_leg_pain | false   | neurogenic_claudication | true  | allergy   | met
        -                    |        |          |              | dermatomal_leg_pain | false   | neurogenic_claudication | false | allergy   | undocumented
        -                    |        |          |              | dermatomal_leg_pain | false   | neurogenic_claudication | false | condition | not met
        -                    |        |          |              | dermatomal_leg_pain |         | neurogenic_claudication | false | condition | undocumented
        -                    |        |          |              | -                   |         | -                      |       | condition | undocumented
        -                    |        |          |              | -                   |         | -                      |       | allergy   | undocumented
        """,
    )


def test_radicular_indication_above_the_low_back(ask):
    ask(
        epidural.radicular_indication,
        WHY.replace("{kind}", "epidural_interlaminar_cervical"),
        """
        concept              | icd10  | status | certainty | finding             | present | other | too | complete  | expect
        ---------------------+--------+--------+-----------+---------------------+---------+-------+-----+-----------+-------------
                             | M54.12 |        |           | -                   |         | -     |     | allergy   | met
        lumbar_radiculopathy | M54.16 |        |           | -                   |         | -     |     | allergy   | undocumented
        -                    |        |        |           | dermatomal_arm_pain | true    | -     |     | allergy   | met
        -                    |        |        |           | dermatomal_leg_pain | true    | -     |     | allergy   | undocumented
        -                    |        |        |           | dermatomal_arm_pain | false   | -     |     | condition | not met
        """,
    )


def test_after_laminectomy(ask):
    ask(
        epidural.after_laminectomy,
        LUMBAR,
        """
        concept                 | icd10 | status | certainty | finding | present | other | too | complete  | expect
        ------------------------+-------+--------+-----------+---------+---------+-------+-----+-----------+-------------
        postlaminectomy_syndrome |      |        |           | -       |         | -     |     | allergy   | met
                                | M96.1 |        |           | -       |         | -     |     | allergy   | met
                                | M54.5 |        |           | -       |         | -     |     | allergy   | undocumented
                                | M54.5 |        |           | -       |         | -     |     | condition | not met
                                |       | active |           | -       |         | -     |     | condition | undocumented
        -                       |       |        |           | -       |         | -     |     | allergy   | undocumented
        """,
    )


def test_herpes_zoster(ask):
    table = """
        concept       | icd10 | status   | certainty | finding | present | other | too | complete  | expect
        --------------+-------+----------+-----------+---------+---------+-------+-----+-----------+-------------
        herpes_zoster |       |          |           | -       |         | -     |     | allergy   | met
                      | B02.9 |          |           | -       |         | -     |     | allergy   | met
                      | B02.9 | resolved |           | -       |         | -     |     | condition | not met
        -             |       |          |           | -       |         | -     |     | condition | not met
        -             |       |          |           | -       |         | -     |     | allergy   | undocumented
        """
    ask(epidural.acute_herpes_zoster, LUMBAR, table)
    without = table.replace("| met", "| yes").replace("| not met", "| met").replace("| undocumented", "| met")
    ask(epidural.no_zoster_on_record, LUMBAR, without.replace("| yes", "| not met"))


def test_only_non_radicular_pain(ask):
    ask(
        epidural.only_non_radicular_pain,
        LUMBAR,
        """
        concept              | icd10  | status | certainty | finding             | present | other | too | complete  | expect
        ---------------------+--------+--------+-----------+---------------------+---------+-------+-----+-----------+--------
        low_back_pain        |        |        |           | -                   |         | -     |     | allergy   | met
                             | G90.51 |        |           | -                   |         | -     |     | allergy   | met
        low_back_pain        |        |        |           | dermatomal_leg_pain | true    | -     |     | allergy   | not met
        low_back_pain        | M54.16 |        |           | -                   |         | -     |     | allergy   | not met
        lumbar_radiculopathy |        |        |           | -                   |         | -     |     | allergy   | not met
        -                    |        |        |           | -                   |         | -     |     | allergy   | not met
        """,
    )


def test_approach(ask):
    chart = """
        as_of = 2026-05-15
        [patient]
        sex = "female"
        [request]
        kind = "{kind}"
        approach = "{approach}"
        """
    table = """
        kind                           | approach       | expect
        -------------------------------+----------------+--------
        epidural_transforaminal_lumbar |                | {tf}
        selective_nerve_root_block_lumbar |             | {tf}
        epidural_thoracic              | transforaminal | {tf}
        epidural_thoracic              |                | {il}
        epidural_interlaminar_cervical | interlaminar   | {il}
        epidural_caudal                |                | {caudal}
        -                              |                | undocumented
        """
    ask(epidural.request_is_transforaminal, chart, table.format(tf="met", il="not met", caudal="not met"))
    ask(epidural.request_is_interlaminar_at_a_level, chart, table.format(tf="not met", il="met", caudal="not met"))
    ask(epidural.request_is_interlaminar_or_caudal, chart, table.format(tf="not met", il="met", caudal="met"))


def test_imaging_matches_request(ask):
    ask(
        epidural.imaging_matches_request,
        """
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
        kind = "{kind}"
        side = "{asked}"
        levels = {at}
        """,
        """
        kind                           | asked | at        | finding             | present | side  | levels    | complete        | expect
        -------------------------------+-------+-----------+---------------------+---------+-------+-----------+-----------------+-------------
        epidural_transforaminal_lumbar | left  | ["L5-S1"] | mri_disc_herniation | true    | left  | ["L5-S1"] | allergy         | met
        epidural_transforaminal_lumbar | left  | ["L5-S1"] | mri_disc_herniation | true    | both  | ["L5-S1"] | allergy         | met
        epidural_transforaminal_lumbar | left  | ["L5-S1"] | mri_disc_herniation | true    | right | ["L5-S1"] | allergy         | undocumented
        epidural_transforaminal_lumbar | left  | ["L5-S1"] | mri_disc_herniation | true    | right | ["L5-S1"] | finding:imaging | not met
        epidural_transforaminal_lumbar | left  | ["L5-S1"] | mri_disc_herniation | true    |       | ["L5-S1"] | finding:imaging | undocumented
        epidural_transforaminal_lumbar | left  | ["L5-S1"] | mri_central_stenosis | true   |       | ["L5-S1"] | allergy         | met
        epidural_transforaminal_lumbar | left  | ["L5-S1"] | mri_disc_herniation | true    | left  | ["L3-4"]  | finding:imaging | not met
        epidural_transforaminal_lumbar | left  | ["L5-S1"] | mri_disc_herniation | false   | left  | ["L5-S1"] | finding:imaging | not met
        epidural_transforaminal_lumbar | both  | ["L5-S1"] | mri_disc_herniation | true    | left  | ["L5-S1"] | finding:imaging | not met
        epidural_transforaminal_lumbar | both  | ["L5-S1"] | mri_disc_herniation | true    | both  | ["L5-S1"] | allergy         | met
        epidural_transforaminal_lumbar |       | ["L5-S1"] | mri_disc_herniation | true    | left  | ["L5-S1"] | allergy         | undocumented
        epidural_transforaminal_lumbar | left  |           | mri_disc_herniation | true    | left  | ["L5-S1"] | allergy         | undocumented
        epidural_interlaminar_lumbar   |       | ["L5-S1"] | mri_disc_herniation | true    | left  | ["L5-S1"] | allergy         | met
        epidural_interlaminar_lumbar   |       | ["L4-5"]  | mri_disc_herniation | true    | left  | ["L5-S1"] | finding:imaging | not met
        epidural_interlaminar_cervical |       | ["C7-T1"] | mri_disc_herniation | true    | left  | ["C6-7"]  | allergy         | met
        epidural_interlaminar_cervical |       | ["C7-T1"] | mri_disc_herniation | true    | left  | ["L5-S1"] | finding:imaging | not met
        epidural_interlaminar_cervical |       | ["C7-T1"] | mri_disc_herniation | true    | left  |           | finding:imaging | undocumented
        epidural_transforaminal_cervical | left | ["C7-T1"] | mri_disc_herniation | true   | left  | ["C6-7"]  | finding:imaging | not met
        epidural_caudal                |       |           | mri_disc_herniation | true    | left  | ["L4-5"]  | allergy         | met
        epidural_caudal                |       |           | -                   |         |       |           | allergy         | undocumented
        epidural_caudal                |       |           | -                   |         |       |           | finding:imaging | not met
        """,
    )


def test_roots_were_examined(ask):
    ask(
        epidural.roots_were_examined,
        LUMBAR,
        """
        concept | icd10 | status | certainty | finding            | present | other | too | complete            | expect
        --------+-------+--------+-----------+--------------------+---------+-------+-----+---------------------+-------------
        -       |       |        |           | straight_leg_raise | true    | -     |     | allergy             | met
        -       |       |        |           | straight_leg_raise | false   | -     |     | allergy             | met
        -       |       |        |           | straight_leg_raise |         | -     |     | allergy             | undocumented
        -       |       |        |           | faber              | true    | -     |     | allergy             | undocumented
        -       |       |        |           | -                  |         | -     |     | finding:examination | not met
        -       |       |        |           | -                  |         | -     |     | allergy             | undocumented
        """,
    )


SESSION = """
    as_of = 2026-05-15
    complete = ["{complete}"]
    [patient]
    sex = "female"
    [[procedure]]
    id = "earlier"
    kind = "{kind}"
    code = "{code}"
    region = "{region}"
    true_on = {day}
    true_by = {by}
    [request]
    kind = "epidural_transforaminal_lumbar"
    intent = "{intent}"
"""
SESSIONS = """
    kind                           | code  | region   | day        | by         | intent     | complete | expect
    -------------------------------+-------+----------+------------+------------+------------+----------+--------
    epidural_caudal                |       |          | 2026-05-14 |            |            | allergy  | {yes}
    epidural_caudal                |       |          | 2025-05-16 |            |            | allergy  | {yes}
    epidural_caudal                |       |          | 2025-05-15 |            |            | allergy  | {no}
    epidural_caudal                |       |          | 2026-05-15 |            |            | allergy  | {no}
    epidural_caudal                |       |          | 2025-05-01 | 2025-05-31 |            | allergy  | {no}
    epidural_caudal                |       |          |            |            |            | allergy  | {no}
    epidural_interlaminar_cervical |       |          | 2026-05-01 |            |            | allergy  | {no}
    Lumbar epidural                | 62323 |          | 2026-05-01 |            |            | allergy  | {yes}
    Cervical epidural              | 62321 |          | 2026-05-01 |            |            | allergy  | {no}
    epidural_steroid_injection     |       | lumbar   | 2026-05-01 |            |            | allergy  | {yes}
    epidural_steroid_injection     |       | cervical | 2026-05-01 |            |            | allergy  | {no}
    epidural_steroid_injection     |       |          | 2026-05-01 |            |            | allergy  | {no}
    epidural_caudal                |       |          | 2026-05-01 |            | diagnostic | allergy  | not met
    -                              |       |          |            |            |            | allergy  | {no}
"""


def test_epidural_is_repeat(ask):
    ask(epidural.epidural_is_repeat, SESSION, SESSIONS.format(yes="met", no="not met"))


def test_epidural_is_first(ask):
    ask(epidural.epidural_is_first, SESSION, SESSIONS.format(yes="not met", no="met"))


def test_nerve_root_block_is_diagnostic(ask):
    ask(
        epidural.nerve_root_block_is_diagnostic,
        """
        as_of = 2026-05-15
        [patient]
        sex = "female"
        [request]
        kind = "{kind}"
        intent = "{intent}"
        """,
        """
        kind                              | intent      | expect
        ----------------------------------+-------------+-------------
        selective_nerve_root_block_lumbar |             | met
        selective_nerve_root_block_lumbar | diagnostic  | met
        selective_nerve_root_block_lumbar | therapeutic | not met
        epidural_transforaminal_lumbar    |             | not met
        epidural_transforaminal_lumbar    | diagnostic  | met
        epidural_caudal                   | diagnostic  | not met
        -                                 |             | undocumented
        """,
    )


def test_epidural_sessions_are_left(ask):
    ask(
        epidural.epidural_sessions_are_left,
        """
        as_of = 2026-05-15
        complete = ["{complete}"]
        [patient]
        sex = "female"
        [[procedure]]
        kind = "epidural_transforaminal_lumbar"
        true_on = 2026-02-01
        [[procedure]]
        kind = "epidural_transforaminal_lumbar"
        true_on = 2026-02-01
        [[procedure]]
        kind = "{second}"
        region = "{region}"
        true_on = {day}
        [[procedure]]
        kind = "epidural_interlaminar_cervical"
        true_on = 2026-03-01
        [request]
        kind = "{kind}"
        """,
        """
        kind                           | second                     | region | day        | complete           | expect
        -------------------------------+----------------------------+--------+------------+--------------------+-------------
        epidural_transforaminal_lumbar | -                          |        |            | procedure:epidural | met
        epidural_transforaminal_lumbar | -                          |        |            | procedure          | met
        epidural_transforaminal_lumbar | -                          |        |            | allergy            | undocumented
        epidural_transforaminal_lumbar | epidural_caudal            |        | 2025-05-16 | procedure:epidural | not met
        epidural_transforaminal_lumbar | epidural_caudal            |        | 2025-05-16 | allergy            | not met
        epidural_transforaminal_lumbar | epidural_caudal            |        | 2025-05-15 | procedure:epidural | met
        epidural_transforaminal_lumbar | epidural_caudal            |        |            | procedure:epidural | undocumented
        epidural_transforaminal_lumbar | epidural_steroid_injection |        | 2026-03-01 | procedure:epidural | undocumented
        epidural_transforaminal_lumbar | epidural_steroid_injection | lumbar | 2026-03-01 | procedure:epidural | not met
        epidural_interlaminar_cervical | epidural_caudal            |        | 2026-03-01 | procedure:epidural | met
        """,
        max_sessions=2,
        window_months=12,
    )


RELIEF = """
    as_of = 2026-05-15
    complete = ["{complete}"]
    [patient]
    sex = "female"
    [[procedure]]
    id = "earlier"
    kind = "epidural_caudal"
    true_on = 2025-10-01
    [[procedure]]
    id = "last"
    kind = "epidural_caudal"
    true_on = 2026-01-10
    [[relief]]
    procedure = "{after}"
    percent = {percent}
    function_percent = {function}
    lasted_days = {days}
    instrument = "{instrument}"
    score_before = {before}
    score_after = {score}
    true_on = {reported}
    [request]
    kind = "epidural_caudal"
"""


SAID_OF_SCORES = """
    [[statement]]
    kind = "relief_was_scored"
    says = {says}
    true_on = {said}
    [request]
"""


def test_last_epidural_relieved(ask):
    ask(
        epidural.last_epidural_relieved,
        RELIEF,
        """
        after   | percent | function | days | instrument | before | score | reported   | complete | expect
        --------+---------+----------+------+------------+--------+-------+------------+----------+-------------
        last    | 50      |          |      |            |        |       | 2026-02-01 | allergy  | met
        last    | 49      |          |      |            |        |       | 2026-02-01 | allergy  | not met
        last    |         |          |      | nrs        | 8      | 4     | 2026-02-01 | allergy  | met
        last    |         |          |      | nrs        | 8      | 5     | 2026-02-01 | allergy  | not met
        last    | 60      |          |      | nrs        | 8      | 5     | 2026-02-01 | allergy  | not met
        last    |         | 60       |      |            |        |       | 2026-02-01 | allergy  | undocumented
        earlier | 90      |          |      |            |        |       | 2026-02-01 | allergy  | undocumented
        last    | 90      |          |      |            |        |       | 2026-05-15 | allergy  | met
        last    | 90      |          |      |            |        |       | 2026-05-16 | allergy  | undocumented
        -       |         |          |      |            |        |       |            | allergy  | undocumented
        -       |         |          |      |            |        |       |            | relief   | not met
        """,
        min_relief_percent=50,
    )


def test_last_epidural_improved_function(ask):
    ask(
        epidural.last_epidural_improved_function,
        RELIEF,
        """
        after | percent | function | days | instrument | before | score | reported   | complete | expect
        ------+---------+----------+------+------------+--------+-------+------------+----------+-------------
        last  |         | 50       |      |            |        |       | 2026-02-01 | allergy  | met
        last  |         | 49       |      |            |        |       | 2026-02-01 | allergy  | not met
        last  | 90      |          |      |            |        |       | 2026-02-01 | allergy  | undocumented
        last  |         | 90       |      |            |        |       | 2026-05-15 | allergy  | met
        last  |         | 90       |      |            |        |       | 2026-05-16 | allergy  | undocumented
        -     |         |          |      |            |        |       |            | allergy  | undocumented
        """,
        min_function_percent=50,
    )


def test_last_epidural_lasted(ask):
    ask(
        epidural.last_epidural_lasted,
        RELIEF,
        """
        after | percent | function | days | instrument | before | score | reported   | complete | expect
        ------+---------+----------+------+------------+--------+-------+------------+----------+-------------
        last  | 60      |          | 90   |            |        |       | 2026-02-01 | allergy  | met
        last  | 60      |          | 89   |            |        |       | 2026-02-01 | allergy  | not met
        last  | 60      |          |      |            |        |       | 2026-04-10 | allergy  | met
        last  | 60      |          |      |            |        |       | 2026-04-09 | allergy  | undocumented
        last  | 60      |          | 14   |            |        |       | 2026-04-10 | allergy  | not met
        last  | 60      |          |      |            |        |       |            | allergy  | undocumented
        last  | 20      |          | 90   |            |        |       | 2026-02-01 | allergy  | undocumented
        last  | 20      | 10       | 90   |            |        |       | 2026-02-01 | allergy  | not met
        last  | 20      | 60       | 90   |            |        |       | 2026-02-01 | allergy  | met
        last  | 50      |          | 90   |            |        |       | 2026-02-01 | allergy  | met
        last  | 49      | 50       | 90   |            |        |       | 2026-02-01 | allergy  | met
        last  | 49      | 49       | 90   |            |        |       | 2026-02-01 | allergy  | not met
        last  |         |          | 90   | nrs        | 8      | 4     | 2026-02-01 | allergy  | met
        last  |         | 10       | 90   | nrs        | 8      | 5     | 2026-02-01 | allergy  | not met
        last  | 60      |          | 90   |            |        |       | 2026-05-15 | allergy  | met
        last  | 60      |          | 90   |            |        |       | 2026-05-16 | allergy  | undocumented
        -     |         |          |      |            |        |       |            | allergy  | undocumented
        """,
        min_relief_percent=50,
        min_function_percent=50,
        min_relief_days=90,
    )


def test_last_epidural_was_scored(ask):
    ask(
        epidural.last_epidural_was_scored,
        RELIEF.replace("    [request]", SAID_OF_SCORES),
        """
        after | percent | function | days | instrument | before | score | reported   | says  | said       | complete | expect
        ------+---------+----------+------+------------+--------+-------+------------+-------+------------+----------+-------------
        last  |         |          |      | nrs        | 8      | 4     | 2026-02-01 | -     |            | allergy  | met
        last  | 50      |          |      | nrs        | 8      |       | 2026-02-01 | -     |            | allergy  | undocumented
        last  | 50      |          |      | nrs        |        | 4     | 2026-02-01 | -     |            | allergy  | undocumented
        last  | 50      |          |      |            | 8      | 4     | 2026-02-01 | -     |            | allergy  | undocumented
        last  | 50      |          |      |            |        |       | 2026-02-01 | false | 2026-01-10 | allergy  | not met
        last  | 50      |          |      |            |        |       | 2026-02-01 | false | 2026-01-09 | allergy  | undocumented
        last  | 50      |          |      |            |        |       | 2026-02-01 | true  | 2026-02-01 | allergy  | undocumented
        last  |         |          |      | nrs        | 8      | 4     | 2026-02-01 | false | 2026-02-01 | allergy  | met
        last  |         |          |      | nrs        | 8      | 4     | 2026-05-15 | -     |            | allergy  | met
        last  |         |          |      | nrs        | 8      | 4     | 2026-05-16 | -     |            | allergy  | undocumented
        -     |         |          |      |            |        |       |            | -     |            | allergy  | undocumented
        """,
    )


def test_epidural_changes_after_poor_response(ask):
    ask(
        epidural.epidural_changes_after_poor_response,
        """
        as_of = 2026-05-15
        [patient]
        sex = "female"
        [[procedure]]
        kind = "{earlier}"
        true_on = {before}
        [[procedure]]
        kind = "{kind}"
        levels = {levels}
        true_on = {day}
        [[statement]]
        kind = "epidural_change_reason"
        text = "{reason}"
        true_on = 2026-05-10
        [[statement]]
        kind = "epidural_drug_changes"
        says = {drug}
        true_on = 2026-05-10
        [request]
        kind = "epidural_transforaminal_lumbar"
        levels = ["L5-S1"]
        """,
        """
        earlier         | before     | kind                           | levels    | day        | reason     | drug | expect
        ----------------+------------+--------------------------------+-----------+------------+------------+------+-------------
        -               |            | epidural_caudal                |           | 2026-05-01 | Target it  | -    | met
        -               |            | epidural_caudal                |           | 2026-05-02 | Target it  | -    | not met
        -               |            | epidural_caudal                |           | 2026-05-15 | Target it  | -    | undocumented
        -               |            | epidural_caudal                |           | 2026-05-01 | -          | -    | undocumented
        -               |            | epidural_transforaminal_lumbar | ["L4-5"]  | 2026-05-01 | Other root | -    | met
        -               |            | epidural_transforaminal_lumbar | ["L5-S1"] | 2026-05-01 | Why not    | -    | not met
        -               |            | epidural_transforaminal_lumbar | ["L5-S1"] | 2026-05-01 | Other drug | true | met
        -               |            | epidural_transforaminal_lumbar |           | 2026-05-01 | Why not    | -    | undocumented
        epidural_caudal | 2026-03-01 | epidural_caudal                |           | 2026-05-01 | Target it  | -    | not met
        epidural_caudal | 2025-05-16 | epidural_caudal                |           | 2026-05-01 | Target it  | -    | not met
        epidural_caudal | 2025-05-15 | epidural_caudal                |           | 2026-05-01 | Target it  | -    | met
        -               |            | -                              |           |            | Target it  | -    | undocumented
        """,
        min_interval_days=14,
    )


def test_epidurals_for_more_than_a_year(ask):
    ask(
        epidural.epidurals_for_more_than_a_year,
        """
        as_of = 2026-05-15
        [patient]
        sex = "female"
        [[procedure]]
        kind = "epidural_caudal"
        true_on = {first}
        [[procedure]]
        kind = "epidural_caudal"
        true_on = {last}
        [request]
        kind = "epidural_caudal"
        """,
        """
        first      | last       | expect
        -----------+------------+--------
        2025-05-15 | 2026-01-01 | met
        2025-05-16 | 2026-01-01 | not met
        2020-01-01 | 2025-05-15 | not met
        2020-01-01 | 2026-05-14 | met
        2020-01-01 | 2026-05-15 | not met
        2020-01-01 | -          | not met
        -          | -          | not met
        """,
    )


def test_statements_beyond_a_year(ask):
    chart = """
        as_of = 2026-05-15
        [patient]
        sex = "female"
        [[statement]]
        kind = "{kind}"
        says = {says}
        text = "{text}"
        true_on = 2026-05-01
        """
    table = """
        kind   | says  | text             | expect
        -------+-------+------------------+-------------
        {kind} | true  |                  | met
        {kind} |       | Surgery too risky | met
        {kind} | false |                  | not met
        {kind} | false | Was not told     | not met
        {kind} |       |                  | undocumented
        -      |       |                  | undocumented
        """
    ask(epidural.reason_to_go_on, chart, table.format(kind="epidural_continuation_reason"))
    ask(epidural.primary_care_was_told, chart, table.format(kind="primary_care_told_of_steroids"))


INTERVAL = """
    as_of = 2026-05-15
    complete = ["{complete}"]
    [patient]
    sex = "female"
    [[procedure]]
    id = "last"
    kind = "{kind}"
    true_on = {day}
    [[finding]]
    code = "{code}"
    present = {present}
    true_on = {seen}
    [request]
    kind = "epidural_transforaminal_lumbar"
    side = "left"
    levels = ["L4-5"]
"""


def test_epidural_interval_kept(ask):
    ask(
        epidural.epidural_interval_kept,
        INTERVAL,
        """
        kind                         | day        | code | present | seen | complete | expect
        -----------------------------+------------+------+---------+------+----------+-------------
        epidural_interlaminar_lumbar | 2026-05-01 | -    |         |      | allergy  | met
        epidural_interlaminar_lumbar | 2026-05-02 | -    |         |      | allergy  | not met
        epidural_interlaminar_lumbar |            | -    |         |      | allergy  | undocumented
        -                            |            | -    |         |      | allergy  | undocumented
        """,
        min_interval_days=14,
    )


def test_imaging_is_recent_enough(ask):
    ask(
        epidural.imaging_is_recent_enough,
        INTERVAL,
        """
        kind | day | code                       | present | seen       | complete | expect
        -----+-----+----------------------------+---------+------------+----------+-------------
        -    |     | mri_nerve_root_compression | true    | 2024-05-15 | allergy  | met
        -    |     | mri_nerve_root_compression | true    | 2024-05-14 | allergy  | not met
        -    |     | mri_nerve_root_compression | true    | 2026-05-15 | allergy  | met
        -    |     | mri_nerve_root_compression | true    | 2026-05-16 | allergy  | undocumented
        -    |     | mri_nerve_root_compression | false   | 2024-05-15 | allergy  | not met
        -    |     | mri_nerve_root_compression | true    |            | allergy  | undocumented
        -    |     | -                          |         |            | allergy  | undocumented
        """,
        max_imaging_months=24,
    )

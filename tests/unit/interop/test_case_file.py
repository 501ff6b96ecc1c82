"""The case file: what a clinician may leave out, and how a mistake is told."""

import re
from datetime import UTC, date, datetime
from pathlib import Path
from textwrap import dedent

import pytest

from lenitive.chart import TABLES
from lenitive.errors import BadInputError
from lenitive.interop.case_file import parse_case_file, read_case_file
from lenitive.interop.case_file_writing import case_file_text, write_case_file

EXAMPLES = sorted((Path(__file__).parents[3] / "examples").glob("*.toml"))


def case(text: str, **named):
    return parse_case_file(dedent(text), **named)


def refusal(text: str) -> str:
    with pytest.raises(BadInputError) as caught:
        case(text, file="case.toml")
    assert caught.value.exit_code == 3
    return str(caught.value)


def test_what_every_fact_carries_is_filled_in():
    chart = case(
        """
        as_of = 2026-05-04

        [patient]
        id = "p1"

        [[measure]]
        instrument = "nrs"
        score = 7
        true_on = 2026-03-02

        [[measure]]
        instrument = "nrs"
        score = 5
        """,
        file="some/case.toml",
        source="case.toml",
    ).chart
    dated, undated = sorted(chart.table("measure"), key=lambda measure: measure.id)
    assert (dated.id, undated.id) == ("measure-1", "measure-2")
    assert dated.patient == undated.patient == chart.patient_id == "p1"
    assert dated.recorded_at == datetime(2026, 3, 2, tzinfo=UTC)
    assert undated.recorded_at == datetime(2026, 5, 4, tzinfo=UTC)
    assert undated.true_on is None
    assert dated.source == "case.toml"


def test_without_an_id_the_patient_is_called_patient():
    assert case("recorded_on = 2026-01-01\n[patient]\nsex = 'male'").chart.patient_id == "patient"


def test_a_correction_of_the_patient_is_a_second_row():
    chart = case(
        """
        recorded_on = 2026-01-01
        [[patient]]
        id = "p1"
        sex = "male"
        [[patient]]
        id = "p1-corrected"
        sex = "female"
        supersedes = "p1"
        """
    ).chart
    assert chart.patient.sex == "female"
    assert chart.patient_id == "p1"


def test_findings_can_be_listed_as_present_and_absent():
    chart = case(
        """
        as_of = 2026-05-04
        [patient]
        [[finding]]
        code = "mri_modic_1"
        present = true
        [findings]
        kind = "examination"
        true_on = 2026-05-01
        present = ["extension_rotation"]
        absent = ["slump_test", "faber"]
        """
    ).chart
    found = {fact.code: (fact.id, fact.present, fact.kind, fact.true_on) for fact in chart.table("finding")}
    assert found == {
        "mri_modic_1": ("finding-1", True, None, None),
        "extension_rotation": ("finding-2", True, "examination", date(2026, 5, 1)),
        "slump_test": ("finding-3", False, "examination", date(2026, 5, 1)),
        "faber": ("finding-4", False, "examination", date(2026, 5, 1)),
    }


def test_complete_topics_are_attestations():
    chart = case('as_of = 2026-05-04\ncomplete = ["allergy", "procedure:epidural"]\n[patient]').chart
    assert chart.is_complete(["allergy"])
    assert chart.is_complete(["procedure:epidural"])
    assert not chart.is_complete(["procedure"])


def test_request_expectations_and_day_are_kept():
    file = case(
        """
        name = "A sentence"
        as_of = 2026-05-04
        [patient]
        [request]
        kind = "medial_branch_block_lumbar"
        levels = ["L4-5"]
        on = 2026-06-01
        [expect]
        pain_is_chronic = "met"
        """
    )
    assert (file.name, file.as_of, file.expect) == ("A sentence", date(2026, 5, 4), {"pain_is_chronic": "met"})
    assert (file.request.levels, file.request.on) == (("L4-5",), date(2026, 6, 1))


@pytest.mark.parametrize(
    ("block", "place", "allowed"),
    [
        ('[[measure]]\ninstrument = "nrs"\nscore = 70', "line 4, measure 1: score", "0 to 10"),
        ('[[measure]]\ninstrument = "nrs"\nscore = -0.5', "line 4, measure 1: score", "0 to 10"),
        ('[[measure]]\ninstrument = "eq5d_utility"\nscore = 1.5', "line 4, measure 1: score", "1 at most"),
        ('[[goal]]\nkind = "activity"\ninstrument = "peg"\nscore = 11', "line 5, goal 1: score", "0 to 10"),
        (
            '[[relief]]\nprocedure = "x"\ninstrument = "nrs"\nscore_before = 8\nscore_after = 12',
            "line 6, relief 1: score_after",
            "0 to 10",
        ),
    ],
)
def test_a_score_that_its_instrument_does_not_have_is_refused(block, place, allowed):
    with pytest.raises(BadInputError) as refused:
        case(f"as_of = 2026-05-04\n{block}\n[patient]\n")
    message = str(refused.value)
    assert place in message
    assert f"Expected {allowed}" in message


@pytest.mark.parametrize(("instrument", "score"), [("nrs", 0), ("nrs", 10), ("paindetect", -1), ("weight", 300)])
def test_the_ends_of_a_scale_belong_to_it(instrument, score):
    text = f'as_of = 2026-05-04\n[patient]\n[[measure]]\ninstrument = "{instrument}"\nscore = {score}\n'
    [measure] = case(text).chart.table("measure")
    assert measure.score == score


GOOD = """
as_of = 2026-05-04
complete = ["allergy"]

[patient]
sex = "female"

[[procedure]]
id = "block-1"
kind = "medial_branch_block_lumbar"
levels = ["L4-5"]
drugs = [{ ingredient = "lidocaine", volume_ml = 1 }]

[[relief]]
procedure = "block-1"
percent = 85

[[finding]]
code = "faber"

[[finding]]
code = "gillet"
true_on = 2026-05-01

[request]
kind = "x"
"""


@pytest.mark.parametrize(
    ("written", "instead", "told"),
    [
        ("percent = 85", "percnt = 85", ["line 16, relief 1", "no 'percnt' in a relief", "Did you mean percent"]),
        ("percent = 85", "percent = 850", ["line 16, relief 1", "percent: must be <= 100"]),
        ("percent = 85", 'percent = "85"', ["line 16", "found text here", "Expected a number"]),
        ("percent = 85", "percent = nan", ["line 16", "not a finite number"]),
        ('"L4-5"', '"L4-6"', ["line 11, procedure 1", "'L4-6' is not a spinal level", "L4-5"]),
        (
            '"L4-5"',
            "{ a = 1 }",
            ["line 11, procedure 1", "found object here", "a list of texts"],
        ),
        ("volume_ml", "volum_ml", ["procedure 1", "no 'volum_ml' in a drug given", "Did you mean volume_ml"]),
        ('"female"', '"f"', ["line 6, patient 1", "sex", "female, male, other, unknown"]),
        ("2026-05-01", '"2026-05-01"', ["line 23, finding 2", "without quotes"]),
        ("2026-05-01", "2026-02-30", ["line 23", "not TOML"]),
        ('"gillet"', "", ["line 22", "not TOML"]),
        ('= "block-1"\npercent', '= "blok-1"\npercent', ["line 15, relief 1", "'blok-1'", "Did you mean block-1"]),
        ('["allergy"]', '["alergy"]', ["'alergy' is not a topic", "Did you mean allergy"]),
        ('[[finding]]\ncode = "faber"', '[[fnding]]\ncode = "faber"', ["line 18", "Did you mean finding"]),
        ("[[relief]]", "[relief]", ["relief", "blocks that begin with [[relief]]"]),
        ('code = "faber"', 'codes = "faber"', ["finding 1", "no 'codes'"]),
        ('code = "faber"\n', "", ["line 18, finding 1", "code is missing"]),
        ('[request]\nkind = "x"', '[request]\nkinds = "x"', ["line 26, request 1", "Did you mean kind"]),
        ("as_of = 2026-05-04", 'as_of = "today"', ["line 2", "as_of", "a day"]),
        ("as_of = 2026-05-04", "", ["nothing says when this was recorded", "as_of or recorded_on"]),
    ],
)
def test_a_mistake_is_told_with_its_place(written, instead, told):
    assert written in GOOD
    message = refusal(GOOD.replace(written, instead, 1))
    assert message.startswith("case.toml, ") or "nothing says when" in message
    for part in told:
        assert part in message, message


@pytest.mark.parametrize("wrong", ["7", "2026-05-01", '"gillet"'])
def test_findings_that_are_no_block_are_refused(wrong):
    assert "findings: is not a block" in refusal(f'findings = {wrong}\nas_of = 2026-05-04\n[patient]\nid = "p1"\n')


def test_the_file_that_is_corrected_is_accepted():
    assert case(GOOD).chart.table("relief")


def test_an_until_before_the_beginning_is_refused():
    assert "before" in refusal(
        "recorded_on = 2026-01-01\n[patient]\n[[treatment]]\nkind = 'x'\ntrue_on = 2026-02-01\nuntil = 2026-01-01"
    )


def test_an_empty_file_is_refused():
    assert "no facts" in refusal("as_of = 2026-01-01")


def test_a_missing_file_and_a_file_of_another_encoding_are_refused(tmp_path):
    with pytest.raises(BadInputError, match="no such file"):
        read_case_file(tmp_path / "none.toml")
    (tmp_path / "latin.toml").write_bytes('name = "Möller"'.encode("latin-1"))
    with pytest.raises(BadInputError, match="not UTF-8"):
        read_case_file(tmp_path / "latin.toml")


def test_a_byte_order_mark_and_windows_line_ends_do_not_matter(tmp_path):
    path = tmp_path / "case.toml"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert read_case_file(path).chart.table("finding")[-1].code == "gillet"


@pytest.mark.parametrize("table", TABLES)
def test_the_example_in_the_docstring_of_a_table_can_be_read(table):
    docstring = TABLES[table].__doc__
    example = dedent(docstring.partition("Example::\n")[2])
    head = "as_of = 2026-05-04\nopen_references = true\n" + ("" if table == "patient" else "[patient]\n")
    chart = case(head + example).chart
    assert len(chart.table(table)) == 1


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_shipped_examples_are_whole_cases(path):
    file = read_case_file(path)
    assert file.name
    assert file.as_of
    assert file.request
    assert file.chart.as_of(file.as_of).patient
    again = parse_case_file(case_file_text(file.chart, name=file.name, as_of=file.as_of, request=file.request))
    assert (again.chart.facts, again.request) == (file.chart.facts, file.request)


def test_there_are_three_examples_and_one_of_them_also_with_open_questions():
    assert [path.stem for path in EXAMPLES] == ["facet", "facet_open", "radiculopathy", "sacroiliac"]


def test_a_written_file_leaves_out_what_the_reader_fills_in(tmp_path):
    path = tmp_path / "case.toml"
    write_case_file(path, case(GOOD).chart, as_of=date(2026, 5, 4))
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"recorded_at|\nid = \"(finding|relief)|withdrawn", text)
    assert read_case_file(path).chart.facts == case(GOOD).chart.facts


# --- names that stand in a list


NAMED = """
as_of = 2026-05-04
complete = ["procedure:epidural"]

[patient]

[[complaint]]
region = "low_back_paramidline"
radiates_to = [
    "buttock",
]

[findings]
present = [
    "faber",
    "saddle_anaesthesia",
]

[[measure]]
instrument = "nrs"

[[goal]]
kind = "activity"
instrument = "peg"

[[statement]]
kind = "plan_is_ablation"

[[attestation]]
topic = "allergy"

[[medication]]
ingredient = "apixaban"

[[procedure]]
kind = "epidural_caudal"
drugs = [{ ingredient = "lidocaine" }]

[[treatment]]
kind = "physical_therapy"

[[device]]
kind = "pacemaker"

[[complaint]]
region = "groin"
quality = ["burning", "like toothache"]
aggravated_by = ["stairs", "my bicycle"]
relieved_by = ["leaning_forward"]

[[condition]]
code = "lumbar_radiculopathy"
icd10 = "M54.16"

[[allergy]]
substance = "iodinated contrast"

[[procedure]]
kind = "Lumbar laminectomy"
region = "low_back"

[request]
kind = "epidural_caudal"
region = "lumbar"
approach = "caudal"
steroid = "dexamethasone"
"""


@pytest.mark.parametrize(
    ("written", "instead", "told"),
    [
        ("saddle_anaesthesia", "sadle_anaesthesia", ["line 16, finding 2", "code: there is no finding called"]),
        ("low_back_paramidline", "low_back_paramedline", ["line 8, complaint 1", "region: there is no region"]),
        ("buttock", "butock", ["line 10, complaint 1", "radiates_to: there is no region"]),
        ("nrs", "nsr", ["line 20, measure 1", "instrument: there is no instrument"]),
        ("activity", "activty", ["line 23, goal 1", "kind: there is no goal"]),
        ("peg", "pge", ["line 24, goal 1", "instrument: there is no instrument"]),
        ("plan_is_ablation", "plan_is_ablaton", ["line 27, statement 1", "kind: there is no statement"]),
        ("procedure:epidural", "procedure:epidual", ["line 3, attestation 2", "topic: there is no topic"]),
    ],
)
def test_a_name_that_stands_in_no_closed_list_is_refused_with_its_line(written, instead, told):
    message = refusal(NAMED.replace(f'"{written}"', f'"{instead}"', 1))
    for part in (*told, repr(instead), "Expected one of"):
        assert part in message, message
    assert f"Did you mean {written}" in message or written in ("nrs", "peg")


@pytest.mark.parametrize(
    ("written", "instead", "remark"),
    [
        ("apixaban", "apixabann", "No rule knows the drug 'apixabann'. Did you mean apixaban?"),
        ("apixaban", "eliquis", "No rule knows the drug 'eliquis'. Did you mean apixaban?"),
        ("apixaban", "unheardofine", "No rule knows the drug 'unheardofine'."),
        ("lidocaine", "lidocain", "No rule knows the drug 'lidocain'. Did you mean lidocaine?"),
        ("physical_therapy", "physcal_therapy", "the treatment 'physcal_therapy'. Did you mean physical_therapy"),
        ("pacemaker", "pacmaker", "No rule knows the device 'pacmaker'. Did you mean pacemaker?"),
        ('"lumbar"', '"lumbr"', "No rule knows the region of procedures 'lumbr'. Did you mean lumbar?"),
        ("dexamethasone", "dexamethason", "the corticosteroid 'dexamethason'. Did you mean dexamethasone or"),
        ('kind = "epidural_caudal"', 'kind = "epidural_cauda"', "the procedure 'epidural_cauda'. Did you mean epid"),
        ("burning", "burnning", "the word for what a pain is like 'burnning'. Did you mean burning?"),
        ("stairs", "stair", "the word for what changes a pain 'stair'. Did you mean stairs?"),
        ("leaning_forward", "leaning forward", "what changes a pain 'leaning forward'. Did you mean leaning_forward"),
        ("lumbar_radiculopathy", "lumbar_radiculopaty", "'lumbar_radiculopaty'. Did you mean lumbar_radiculopathy"),
        ("lumbar_radiculopathy", "M54.16", "the diagnosis 'M54.16'. Did you mean icd10 = \"M54.16\"?"),
        ("lumbar_radiculopathy", "gout", "No rule knows the diagnosis 'gout'."),
        ("M54.16", "m5416", "No rule knows the ICD-10-CM code 'm5416'. Did you mean M54.16?"),
        ("M54.16", "C3490", "No rule knows the ICD-10-CM code 'C3490'. Did you mean C34.90?"),
        ("M54.16", "54.16", "No rule knows the ICD-10-CM code '54.16'. One is written like M54.16."),
        ("M54.16", "H61.20", "No rule knows the ICD-10-CM code 'H61.20'."),
        ("iodinated contrast", "Iodinated contrast", "'Iodinated contrast'. Did you mean iodinated contrast?"),
        ("iodinated contrast", "Eliquis", "No rule knows the substance 'Eliquis'. Did you mean apixaban?"),
        ("iodinated contrast", "pollen", "No rule knows the substance 'pollen'."),
        ('"low_back"', '"low_bak"', "No rule knows the region of procedures 'low_bak'. Did you mean low_back?"),
        ("Lumbar laminectomy", "Lumbar laminektomy", "No rule knows the procedure 'Lumbar laminektomy'."),
    ],
)
def test_a_name_that_stands_in_no_open_list_stays_and_is_remarked(written, instead, remark):
    file = case(NAMED.replace(written, instead, 1))
    assert remark in " ".join(file.remarks)
    assert len(file.remarks) == 1


def test_names_that_stand_in_their_lists_are_not_remarked():
    assert case(NAMED).remarks == ()


def test_unknown_drugs_without_a_near_name_share_one_remark():
    more = '[[medication]]\ningredient = "nobodyknowsin"\n[[medication]]\ningredient = "warfarn"\n'
    assert case(NAMED.replace("apixaban", "unheardofine") + more).remarks == (
        "No rule knows the drug 'warfarn'. Did you mean warfarin?",
        "No rule knows the drug 'unheardofine' or 'nobodyknowsin'.",
    )


def test_a_chart_with_foreign_names_is_written_so_that_it_can_be_read_again():
    foreign = case("open_names = true\n" + NAMED.replace("saddle_anaesthesia", "sadle_anaesthesia"))
    assert foreign.remarks == ("No rule knows the finding 'sadle_anaesthesia'. Did you mean saddle_anaesthesia?",)
    text = case_file_text(foreign.chart, as_of=date(2026, 5, 4))
    assert "open_names = true" in text
    assert parse_case_file(text).chart.facts == foreign.chart.facts
    assert "open_names" not in case_file_text(case(NAMED).chart, as_of=date(2026, 5, 4))


def test_the_error_about_two_patients_names_neither():
    message = refusal("""
        as_of = 2026-05-04
        [patient]
        id = "anna"
        [[finding]]
        patient = "bert"
        code = "faber"
    """)
    assert "facts of 2 patients" in message
    assert "anna" not in message
    assert "bert" not in message


def test_a_refusal_repeats_only_the_beginning_of_a_long_text():
    said = refusal(f'recorded_on = 2026-01-01\n[patient]\nid = "p"\n[[complaint]]\nregion = "{"q" * 9000}"\n')
    assert "q" * 60 + "…" in said
    assert len(said) < 250

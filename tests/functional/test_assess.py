"""``lenitive assess``: what a physician reads, what a program reads, and what happens when the input is wrong."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from lenitive.cli.published_schema import schema_text
from tests.conftest import ROOT
from tests.functional.conftest import COMMAND, Process, Run
from tests.functional.schema_check import problems

NOTICE = "does not decide"


# --- the report ------------------------------------------------------------------------------------------------------


def test_the_report_says_who_when_what_and_that_it_does_not_decide(run: Run, cases: dict[str, Path]) -> None:
    result = run("assess", cases["facet_pain_after_two_blocks"])
    assert result.exit_code == 0
    for part in ("Example (invented-001)", "as of 2026-06-01", "ALERTS", "ASKED FOR", "OTHER OPTIONS", NOTICE):
        assert part in _in_one_line(result.output)
    order = [result.output.index(part) for part in ("ALERTS", "ASKED FOR", "WHERE DOES", "OTHER OPTIONS")]
    assert order == sorted(order)


def _in_one_line(text: str) -> str:
    return " ".join(text.split())


def test_a_raised_red_flag_comes_before_everything_else(run: Run, cases: dict[str, Path]) -> None:
    output = run("assess", cases["cauda_equina"]).output
    assert "EMERGENCY" in output
    assert output.index("EMERGENCY") < output.index("WHERE DOES")


def test_a_drug_to_hold_is_told_once_with_the_last_day(run: Run, cases: dict[str, Path]) -> None:
    output = run("assess", cases["radiculopathy_under_an_anticoagulant"]).output
    assert output.count("Takes Apixaban") == 1
    assert "last dose no later than 2026-06" in _in_one_line(output)


def test_an_empty_chart_says_what_to_ask_and_claims_nothing(run: Run, tmp_path: Path) -> None:
    empty = tmp_path / "empty.toml"
    empty.write_text('as_of = 2026-06-01\n[patient]\nid = "p"\n')
    output = run("assess", empty).output
    assert "No recorded pain raises a question" in output
    assert "Where does it hurt" in output
    assert "%" not in output.split("STILL TO ASK")[0]


def test_every_criterion_is_shown_on_request(run: Run, cases: dict[str, Path]) -> None:
    short = run("assess", cases["facet_pain_before_any_block"]).output
    full = run("assess", cases["facet_pain_before_any_block"], "--all").output
    assert len(full) > 3 * len(short)
    for part in ("Gates", "Contraindications", "(wanted: ", "source: ", "SOURCES"):
        assert part in full


@pytest.mark.parametrize("width", [60, 80, 100, 120])
def test_no_line_is_wider_than_the_terminal(run: Run, cases: dict[str, Path], width: int) -> None:
    for story in ("facet_pain_after_two_blocks", "radiculopathy_under_an_anticoagulant", "cauda_equina"):
        for every in ([], ["--all"]):
            lines = run("assess", cases[story], *every, COLUMNS=str(width)).output.splitlines()
            assert max(map(len, lines)) <= width, (story, max(lines, key=len))


def test_the_same_chart_and_day_give_the_same_report(run: Run, cases: dict[str, Path]) -> None:
    first, second = (run("assess", cases["narrow_canal"], "--all").output for _ in range(2))
    assert first == second


def test_every_example_and_story_can_be_assessed(run: Run, cases: dict[str, Path], examples: list[Path]) -> None:
    for file in (*examples, *cases.values()):
        result = run("assess", file)
        assert (result.exit_code, NOTICE in _in_one_line(result.output)) == (0, True), file


# --- colour and encoding ---------------------------------------------------------------------------------------------


def test_without_colour_nothing_is_lost(process: Process, cases: dict[str, Path]) -> None:
    case = cases["facet_pain_before_any_block"]
    plain = process("assess", case, NO_COLOR="1", FORCE_COLOR="1", TERM="xterm-256color").stdout.decode()
    colourful = process("assess", case, FORCE_COLOR="1", TERM="xterm-256color").stdout.decode()
    assert "\x1b[3" not in plain
    assert "\x1b[" in colourful
    assert _bare(colourful) == _bare(plain)


def _bare(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def test_where_the_encoding_has_no_shapes_the_report_is_ascii(process: Process, cases: dict[str, Path]) -> None:
    for every in ([], ["--all"]):
        result = process(
            "assess", cases["facet_pain_after_two_blocks"], *every, PYTHONUTF8="0", PYTHONIOENCODING="ascii"
        )
        assert (result.returncode, result.stderr) == (0, b"")
        assert result.stdout.isascii()
        assert b"|-" in result.stdout


# --- options ---------------------------------------------------------------------------------------------------------


def test_the_day_is_that_of_the_option_else_of_the_file_else_today(
    run: Run, tmp_path: Path, cases: dict[str, Path]
) -> None:
    assert "(the day of the file)" in run("assess", cases["disc_pain"]).output
    asked = run("assess", cases["disc_pain"], "--as-of", "2026-07-01").output
    assert "as of 2026-07-01" in asked
    undated = tmp_path / "undated.toml"
    undated.write_text('recorded_on = 2026-01-01\n[patient]\nid = "p"\n')
    assert "(today)" in run("assess", undated).output


def test_facts_recorded_later_are_left_out_and_that_is_said(run: Run, cases: dict[str, Path]) -> None:
    output = run("assess", cases["facet_pain_after_two_blocks"], "--as-of", "2026-04-01").output
    assert "were recorded after this day" in output


def test_a_request_on_the_command_line_counts(run: Run, cases: dict[str, Path]) -> None:
    request = "kind=medial_branch_block_lumbar,levels=L4-5;L5-S1,side=left,on=2026-06-15,contrast=yes"
    result = run("assess", cases["hardly_documented"], "--request", request, "--json")
    option = next(o for o in json.loads(result.stdout)["options"] if o["procedure"] == "medial_branch_block_lumbar")
    assert option["request"]["levels"] == ["L4-5", "L5-S1"]
    assert (option["request"]["on"], option["request"]["contrast"]) == ("2026-06-15", True)


def test_insurance_on_the_command_line_outweighs_the_chart(run: Run, cases: dict[str, Path]) -> None:
    given = ("--payer", "Medicare", "--programme", "medicare", "--state", "tx", "--site", "office")
    options = json.loads(run("assess", cases["sacroiliac_joint_pain"], *given, "--json").stdout)["options"]
    assert {(o["request"]["programme"], o["request"]["state"]) for o in options} == {("medicare", "TX")}


# --- JSON ------------------------------------------------------------------------------------------------------------


def test_json_is_what_the_schema_says(run: Run, cases: dict[str, Path]) -> None:
    schema = json.loads(schema_text())
    for case in cases.values():
        result = run("assess", case, "--json")
        assert problems(json.loads(result.stdout), schema, schema) == []


def test_the_checker_of_the_schema_can_say_no(run: Run, cases: dict[str, Path]) -> None:
    schema = json.loads(schema_text())
    assessment = json.loads(run("assess", cases["disc_pain"], "--json").stdout)
    assessment["differential"][0]["estimates"][0]["probability"] = "likely"
    del assessment["patient"]
    assessment["extra"] = 1
    assert len(problems(assessment, schema, schema)) == 3


def test_the_published_schema_is_current(run: Run) -> None:
    published = ROOT / "docs" / "reference" / "assessment.schema.json"
    how = f"Write it anew: .venv/bin/python -m lenitive.cli.published_schema {published.relative_to(ROOT)}"
    assert published.read_text(encoding="utf-8") == schema_text(), how
    assert json.loads(run("schema").stdout) == json.loads(schema_text())


def test_json_is_utf8_whatever_the_terminal_speaks(process: Process, examples: list[Path]) -> None:
    results = [
        process("assess", examples[0], "--json", PYTHONUTF8="0", PYTHONIOENCODING=name) for name in ("ascii", "utf8")
    ]
    assert results[0].stdout == results[1].stdout
    json.loads(results[0].stdout)


# --- mistakes --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        pytest.param("a.toml", "as_of = \n", "line 1", id="broken TOML"),
        pytest.param("a.toml", "[patient]\nborn = 1\n", "born", id="a field that no table has"),
        pytest.param("a.toml", "", "holds no facts", id="an empty case file"),
        pytest.param("a.json", "{", "a.json", id="broken JSON"),
        pytest.param(
            "a.json", '{"resourceType": "Bundle", "type": "collection", "entry": []}', "no facts", id="no entry"
        ),
        pytest.param("a.xml", "<Bundle/>", "XML", id="XML"),
        pytest.param("a.txt", "hello", "neither", id="anything else"),
        pytest.param("a.bin", "\0\1\2", "neither", id="bytes"),
    ],
)
def test_bad_input_names_the_place_and_ends_with_3(run: Run, tmp_path: Path, name: str, text: str, told: str) -> None:
    file = tmp_path / name
    file.write_text(text)
    result = run("assess", file)
    assert (result.exit_code, result.stdout) == (3, "")
    assert str(file) in result.stderr
    assert told in result.stderr
    assert "Traceback" not in result.stderr


def test_a_missing_file_ends_with_3(run: Run, tmp_path: Path) -> None:
    for name in ("nowhere.toml", "nowhere.json", "nowhere.ndjson"):
        result = run("assess", tmp_path / name)
        assert (result.exit_code, "there is no such file" in result.stderr) == (3, True), name
        assert "Did you mean" not in result.stderr


def test_a_misspelt_file_names_the_one_beside_it(run: Run, tmp_path: Path) -> None:
    (tmp_path / "facet.toml").write_text("")
    for command, name in (("assess", "facett.toml"), ("plan", "facet.tml")):
        result = run(command, tmp_path / name)
        assert (result.exit_code, f"Did you mean {tmp_path / 'facet.toml'}?" in result.stderr) == (3, True), name
    result = run("facts", tmp_path / "facets.toml", "--out", tmp_path / "new")
    assert (result.exit_code, f"Did you mean {tmp_path / 'facet.toml'}?" in result.stderr) == (3, True)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        pytest.param(["--as-of", "yesterday"], "2026-05-04", id="no day"),
        pytest.param(["--as-of", "2026-02-30"], "not a day", id="a day that never was"),
        pytest.param(
            ["--request", "kind=medial_branch_blok_lumbar"], "medial_branch_block_lumbar", id="nearly a procedure"
        ),
        pytest.param(["--request", "side=left"], "kind=", id="no procedure"),
        pytest.param(["--request", "kind=exercise,colour=red"], "colour", id="no such field"),
        pytest.param(["--request", "kind=exercise,levels=L9"], "spinal level", id="no such level"),
        pytest.param(["--request", "kind=exercise,side=top"], "left", id="no such side"),
        pytest.param(["--request", "kind=exercise,on=soon"], "a day", id="no planned day"),
        pytest.param(["--request", "kind=exercise,intent=fun"], "diagnostic", id="no such intent"),
        pytest.param(["--request", "kind=exercise,kind=exercise"], "twice", id="said twice"),
        pytest.param(["--request", "kind=exercise,contrast=perhaps"], "yes or no", id="neither yes nor no"),
        pytest.param(["--state", "Ohio"], "OH", id="no state"),
        pytest.param(["--programme", "medicar"], "medicare", id="nearly a programme"),
        pytest.param(["--site", "kitchen"], "office", id="no site of service"),
    ],
)
def test_wrong_use_teaches_and_ends_with_2(run: Run, cases: dict[str, Path], options: list[str], told: str) -> None:
    result = run("assess", cases["disc_pain"], *options)
    assert (result.exit_code, result.stdout) == (2, "")
    assert told in _in_one_line(result.stderr)
    assert "Traceback" not in result.stderr


def test_a_command_without_its_file_says_what_to_name(run: Run) -> None:
    result = run("assess")
    assert result.exit_code == 2
    assert "Which chart?" in result.stderr


@pytest.mark.parametrize("option", ["--json", "--all"])
def test_a_reader_that_goes_away_is_no_error(cases: dict[str, Path], option: str) -> None:
    command = subprocess.Popen(
        [*COMMAND, "assess", str(cases["narrow_canal"]), option],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"},
    )
    assert command.stdout is not None
    assert command.stderr is not None
    command.stdout.read(10)
    command.stdout.close()
    assert command.wait(60) == 141
    assert command.stderr.read() == b""
    command.stderr.close()


# --- what could not be taken in --------------------------------------------------------------------------------------

ASKS = 'kind = "medial_branch_block_lumbar"'
COMMANDS = [["assess"], ["assess", "--json"], ["plan"], ["plan", "--json"], ["authorize"], ["authorize", "--json"]]


@pytest.fixture
def with_a_refusal(tmp_path: Path) -> Path:
    file = tmp_path / "export.ndjson"
    patient = {"resourceType": "Patient", "id": "p1", "gender": "female", "birthDate": "1960-01-01"}
    broken = {"resourceType": "Condition", "id": "c1", "subject": {"reference": "Patient/p1"}, "onsetDateTime": "x"}
    file.write_text("".join(json.dumps(one) + "\n" for one in (patient, broken)))
    return file


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_tells_of_refused_records_on_stderr(run: Run, with_a_refusal: Path, command: list[str]) -> None:
    more = ["--request", "kind=medial_branch_block_lumbar"] if command[0] == "authorize" else []
    result = run(*command, with_a_refusal, "--as-of", "2026-05-04", *more)
    assert result.exit_code == 0, result.output
    assert "1 record was refused and was not looked at, the first:" in result.stderr
    assert "line 2" in result.stderr


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_tells_of_a_drug_that_no_rule_knows(run: Run, tmp_path: Path, command: list[str]) -> None:
    file = tmp_path / "case.toml"
    file.write_text(f'as_of = 2026-05-04\n[patient]\n[[medication]]\ningredient = "apixabann"\n[request]\n{ASKS}\n')
    result = run(*command, file)
    assert result.exit_code == 0, result.output
    told = "No rule knows the drug 'apixabann'. Did you mean apixaban?"
    assert _in_one_line(result.output).count(told) == 1


def test_a_misspelt_finding_stops_the_assessment(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "case.toml"
    file.write_text('as_of = 2026-05-04\n[patient]\n[findings]\npresent = ["sadle_anaesthesia"]\n')
    result = run("assess", file)
    assert (result.exit_code, result.stdout) == (3, "")
    assert "case.toml, line 4, finding 1: code: there is no finding called 'sadle_anaesthesia'" in result.stderr
    assert "Did you mean saddle_anaesthesia?" in result.stderr

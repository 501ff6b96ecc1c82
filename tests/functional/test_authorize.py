"""``lenitive authorize``: what staff read, what a program reads, and the files it writes."""

import json
from pathlib import Path

import pytest

from lenitive.chart import Insurance
from lenitive.cli.new_files import write_new
from lenitive.cli.options import parse_request
from lenitive.cli.record import read_record
from lenitive.documents.authorization import authorization
from lenitive.documents.payers_copy import payers_copy
from lenitive.errors import UsageError
from tests.functional.conftest import Process, Run

RFA = "kind=radiofrequency_ablation_medial_branch_lumbar,region=lumbar,side=left,levels=L4-5;L5-S1,on=2026-06-20"
MEDICARE = ("--payer", "Medicare", "--programme", "medicare", "--state", "OH")


def one_line(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture
def chart(cases: dict[str, Path]) -> Path:
    return cases["facet_pain_after_two_blocks"]


def test_it_says_policy_status_criteria_and_what_is_missing(run: Run, examples: list[Path]) -> None:
    result = run("authorize", next(file for file in examples if file.stem == "facet_open"))
    told = one_line(result.output)
    assert result.exit_code == 0
    for part in (
        "POLICY",
        "CGS · L38773",
        "belongs to CGS",
        "UNDOCUMENTED",
        "WOULD BECOME MET IF",
        "MISSING",
        "CRITERIA",
    ):
        assert part in told
    for part in ("wanted: not met; found: undocumented", "seen: ", "Pain relief, at least: 80 %", "source: "):
        assert part in told
    assert "wanted: met; found: met" not in told, "the sign in front says so"
    assert told.count("an answer against it refuses") == 1, "what is the same of every question is said once"


def test_a_row_that_nobody_read_can_only_warn(run: Run, cases: dict[str, Path]) -> None:
    cyst = "kind=facet_cyst_rupture_lumbar,side=left,levels=L4-5,guidance=fluoroscopy,on=2026-06-20"
    chart = cases["facet_pain_after_two_blocks"]
    told = one_line(run("authorize", chart, "--request", cyst, *MEDICARE).output)
    assert "an answer against it only warns" in told
    assert "an answer against it refuses" not in told


def test_a_case_file_may_hold_the_request(run: Run, examples: list[Path]) -> None:
    for file in examples:
        assert run("authorize", file).exit_code == 0


def test_nothing_is_asked_of_a_payer_for_a_patient_who_died(run: Run, examples: list[Path], tmp_path: Path) -> None:
    text = next(file for file in examples if file.stem == "facet_open").read_text(encoding="utf-8")
    assert "\n[patient]\n" in text
    died = tmp_path / "died.toml"
    died.write_text(text.replace("\n[patient]\n", "\n[patient]\ndied_on = 2026-01-02\n"), encoding="utf-8")
    result = run("authorize", died, "--packet", tmp_path / "packet.pdf")
    assert result.exit_code == 2
    assert "died on 2026-01-02" in one_line(result.output)
    assert not (tmp_path / "packet.pdf").exists()


def test_without_a_policy_it_says_why(run: Run, chart: Path) -> None:
    told = one_line(run("authorize", chart, "--request", "kind=discography_lumbar", *MEDICARE).output)
    assert "No policy" in told
    assert "CRITERIA" not in told


def test_a_policy_that_is_not_the_payers_own_warns(run: Run, chart: Path) -> None:
    told = one_line(run("authorize", chart, "--request", RFA, "--payer", "Any", "--programme", "commercial").output)
    assert "not the payer's own policy" in told


def test_json_holds_everything(run: Run, chart: Path) -> None:
    found = json.loads(run("authorize", chart, "--request", RFA, *MEDICARE, "--json").stdout)
    assert found["determination"]["status"] == found["would_be_met"]["status"]
    assert found["request"]["levels"] == ["L4-5", "L5-S1"]
    shown = found["criteria"][0]
    assert {"row", "label", "result", "parameters"} <= shown.keys()
    assert shown["result"]["citations"][0]["grade"]


@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_line_is_wider_than_the_terminal(run: Run, chart: Path, width: int) -> None:
    lines = run("authorize", chart, "--request", RFA, *MEDICARE, COLUMNS=str(width)).output.splitlines()
    assert max(map(len, lines)) <= width


def test_in_ascii_there_is_only_ascii(process: Process, chart: Path) -> None:
    done = process("authorize", chart, "--request", RFA, *MEDICARE, PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert done.returncode == 0
    assert done.stdout.isascii()


def test_packet_and_summary_are_written_and_never_over_a_file(run: Run, chart: Path, tmp_path: Path) -> None:
    packet, summary = tmp_path / "packet.pdf", tmp_path / "summary.pdf"
    asked = ("authorize", chart, "--request", RFA, *MEDICARE, "--packet", packet, "--summary", summary)
    result = run(*asked)
    assert result.exit_code == 0
    assert packet.read_bytes().startswith(b"%PDF")
    assert summary.read_bytes().startswith(b"%PDF")
    assert sorted(tmp_path.iterdir()) == [packet, summary]
    assert "Not ready: " in one_line(result.output)

    packet.write_bytes(b"mine")
    again = run(*asked)
    assert (again.exit_code, packet.read_bytes()) == (2, b"mine")
    assert "exists already" in again.output
    assert run(*asked, "--force").exit_code == 0
    assert packet.read_bytes().startswith(b"%PDF")
    assert sorted(tmp_path.iterdir()) == [packet, summary]


def test_an_appeal_that_cannot_be_made_leaves_no_packet_behind(run: Run, chart: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    result = run("authorize", chart, "--packet", folder / "a.pdf", "--appeal", folder / "b.pdf")
    assert result.exit_code == 2
    assert list(folder.iterdir()) == []
    assert "Wrote" not in result.stderr


def test_the_letter_is_written_as_text_and_says_what_the_packet_says(run: Run, chart: Path, tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    result = run("authorize", chart, "--request", RFA, *MEDICARE, "--letter", letter)
    assert result.exit_code == 0
    assert "Not ready: " in one_line(result.output)
    record = read_record(chart)
    asked = parse_request(RFA)
    found = authorization(
        record.chart, record.day, asked, Insurance(payer="Medicare", programme="medicare", state="OH")
    )
    told = letter.read_text(encoding="utf-8")
    paragraphs = payers_copy(found, record.chart).letter
    assert [block.splitlines()[0] for block in told.rstrip().split("\n\n")] == [one.title for one in paragraphs]
    assert all(sentence.text in told for one in paragraphs for sentence in one.sentences)
    assert "[E" in told


def test_our_own_copy_is_another_file(run: Run, chart: Path, tmp_path: Path) -> None:
    packet, ours = tmp_path / "packet.pdf", tmp_path / "ours.pdf"
    result = run("authorize", chart, "--request", RFA, *MEDICARE, "--packet", packet, "--for-us", ours)
    assert result.exit_code == 0
    assert ours.read_bytes().startswith(b"%PDF")
    assert ours.read_bytes() != packet.read_bytes()


def test_the_first_example_is_ready(run: Run, tmp_path: Path) -> None:
    example = Path(__file__).parents[2] / "examples" / "facet.toml"
    told = one_line(run("authorize", example, "--packet", tmp_path / "packet.pdf").output)
    assert "MET" in told
    assert "Not ready" not in told
    assert "MISSING" not in told


def test_a_file_that_appears_meanwhile_is_kept(tmp_path: Path) -> None:
    target = tmp_path / "packet.pdf"
    target.write_bytes(b"mine")
    with pytest.raises(UsageError, match="exists already"):
        write_new(target, b"ours", force=False)
    assert (target.read_bytes(), list(tmp_path.iterdir())) == (b"mine", [target])


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        (("--request", "kind=nope"), 2, "No procedure called"),
        (("--request", "side=left"), 2, "kind="),
        (("--request", RFA, "--packet", "nowhere/out.pdf"), 2, "not a folder"),
        (("--request", RFA, "--packet", "x.pdf", "--summary", "x.pdf"), 2, "same file"),
        (("--request", RFA, "--programme", "lottery"), 2, "No programme called"),
    ],
    ids=["unknown_procedure", "no_kind", "no_folder", "one_file_for_both", "unknown_programme"],
)
def test_wrong_use_teaches(run: Run, chart: Path, arguments: tuple[str, ...], code: int, word: str) -> None:
    result = run("authorize", chart, *arguments)
    assert (result.exit_code, word in one_line(result.output)) == (code, True), result.output


def test_a_chart_without_a_request_asks_for_one(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "p.toml"
    file.write_text('as_of = 2026-06-01\n[patient]\nid = "p"\n')
    result = run("authorize", file)
    assert (result.exit_code, "--request" in result.output) == (2, True)


def test_an_empty_chart_claims_nothing(run: Run, tmp_path: Path) -> None:
    file, packet = tmp_path / "p.toml", tmp_path / "p.pdf"
    file.write_text('as_of = 2026-06-01\n[patient]\nid = "p"\n')
    result = run("authorize", file, "--request", RFA, *MEDICARE, "--packet", packet)
    assert result.exit_code == 0
    assert packet.read_bytes().startswith(b"%PDF")


def test_a_file_that_is_no_chart_is_bad_input(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "p.toml"
    file.write_text("this is = not [toml")
    assert run("authorize", file, "--request", RFA).exit_code == 3

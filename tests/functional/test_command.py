"""What all commands share: help, documentation, speed of the start, and that no command says too much."""

import json
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from textwrap import dedent

import msgspec
import pytest

from lenitive import __version__
from lenitive.medicine.content import content
from lenitive.medicine.criteria import all_criteria
from lenitive.medicine.shapes import CatalogueFinding, Evidence, Policy
from tests.conftest import ROOT
from tests.functional.conftest import Process, Run

COMMANDS = (
    ["assess"], ["schema"], ["facts"], ["evaluate"], ["demo"], ["serve"], ["open-practice"], ["backup"], ["restore"],
    ["plan"], ["handout"], ["outcomes"], ["drawing"],
    ["authorize"], ["policy"], ["policy", "list"], ["policy", "show"], ["policy", "diff"], ["policy", "impact"],
    ["knowledge"], ["knowledge", "check"], ["knowledge", "list"], ["knowledge", "show"],
)  # fmt: skip
README = ROOT / "README.md"
PAGE = ROOT / "docs" / "reference" / "command-line.md"


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_and_option_is_documented(run: Run, command: list[str]) -> None:
    result = run(*command, "--help", COLUMNS="200")
    assert result.exit_code == 0
    page = PAGE.read_text(encoding="utf-8")
    assert f"lenitive {' '.join(command)}" in page
    for option in set(re.findall(r"--[a-z][a-z-]+", result.stdout)) - {"--help"}:
        assert f"`{option}" in page, option


def test_every_documented_option_exists(run: Run) -> None:
    known = {"--help", "--extra"}
    for command in COMMANDS:
        known |= set(re.findall(r"--[a-z][a-z-]+", run(*command, "--help", COLUMNS="200").stdout))
    documented = set(re.findall(r"`(--[a-z][a-z-]+)", PAGE.read_text(encoding="utf-8")))
    assert documented <= known


def test_without_a_command_it_shows_them(run: Run) -> None:
    result = run()
    assert all(name in result.output for name in ("assess", "facts", "evaluate", "knowledge", "demo"))


def test_it_says_its_version(run: Run) -> None:
    assert run("--version").stdout == f"lenitive {__version__}\n"


@pytest.mark.parametrize("command", ["assess", "authorize", "evaluate"])
def test_the_help_shows_how_a_request_is_written(run: Run, command: str) -> None:
    shown = run(command, "--help", COLUMNS="80").stdout
    for part in ("kind=…", "levels=L4-5;L5-S1", "side=left", "on=2026-06-01"):
        assert part in shown


@pytest.mark.parametrize("written", re.findall(r"\$ \.venv/bin/lenitive (.*)", README.read_text(encoding="utf-8")))
def test_the_commands_of_the_readme_exist_and_its_examples_run(run: Run, written: str) -> None:
    words = shlex.split(written, comments=True)
    if any(word.isupper() for word in words):
        assert run(words[0], "--help").exit_code == 0
    else:
        assert run(*(ROOT / word if (ROOT / word).is_file() else word for word in words)).exit_code == 0


def test_the_snippets_for_contributors_have_the_shapes_of_content() -> None:
    """A finding, its evidence, a policy: each is read as the files of the content are."""
    texts = re.findall(r"```toml\n(.*?)```", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"), re.DOTALL)
    finding, evidence, policy = (tomllib.loads(dedent(text)) for text in texts)
    assert not set(finding) & set(content().findings)
    assert msgspec.convert(finding, dict[str, CatalogueFinding])
    (row,) = msgspec.convert(evidence, dict[str, Evidence]).values()
    assert row.finding in finding
    assert row.generator in content().generators
    (asked,) = msgspec.convert(policy, dict[str, Policy]).values()
    assert {want.criterion for want in asked.versions[0].wants} <= set(all_criteria())


def test_an_unknown_command_or_option_is_wrong_use(run: Run) -> None:
    assert run("asess").exit_code == 2
    assert run("assess", "--colour").exit_code == 2


def test_the_installed_command_runs() -> None:
    command = Path(sys.executable).with_name("lenitive")
    result = subprocess.run([command, "knowledge", "list"], capture_output=True, timeout=60, check=False)
    assert (result.returncode, b"procedures" in result.stdout) == (0, True)


def test_assess_starts_without_the_heavy_libraries(examples: list[Path]) -> None:
    told = (
        "import sys; sys.argv = ['lenitive', 'assess', sys.argv[1]]\n"
        "from lenitive.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = {'polars', 'narwhals', 'pyspark', 'pyarrow', 'numpy', 'django', 'granian'} & set(sys.modules)\n"
        "sys.exit(f'imported: {heavy}' if heavy else 0)"
    )
    result = subprocess.run([sys.executable, "-c", told, examples[0]], capture_output=True, timeout=60, check=False)
    assert (result.returncode, result.stderr) == (0, b"")


def test_the_first_start_and_the_next_say_the_same(process: Process, examples: list[Path], tmp_path: Path) -> None:
    """The first start decodes the content and keeps it, the next takes what was kept."""
    first, second = (process("assess", examples[0], XDG_CACHE_HOME=str(tmp_path)) for _ in range(2))
    assert (first.returncode, first.stderr) == (0, b"")
    assert first.stdout == second.stdout
    assert list(tmp_path.rglob("content-*.msgpack"))


def test_a_folder_that_cannot_be_written_costs_only_time(
    process: Process, examples: list[Path], tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    result = process("assess", examples[0], XDG_CACHE_HOME=str(tmp_path / "file"))
    assert (result.returncode, result.stderr) == (0, b"")


def test_the_picture_of_the_report_asks_no_other_host_for_anything(examples: list[Path]) -> None:
    from lenitive.cli.picture import picture

    drawn = picture(examples[0], 80)
    assert "OPTIONS" in drawn
    assert "@font-face" not in drawn
    assert "url(http" not in drawn
    assert (ROOT / "docs" / "images" / "report.svg").is_file()


@pytest.mark.parametrize(
    "words", [["assess", ""], ["facts", "", "--out", "x"], ["assess", "--payer", "", "x.toml"], [""]]
)
def test_an_empty_word_is_a_slip_and_not_the_folder_one_is_in(run: Run, words: list[str]) -> None:
    told = run(*words)
    assert (told.exit_code, told.stdout) == (2, "")
    assert "A word of the command is empty" in told.stderr


def test_shaded_regions_name_the_sources_that_are_felt_there(run: Run) -> None:
    told = run("drawing", "buttock", "calf_lateral_foot_sole")
    assert told.exit_code == 0
    assert "2 of 2 regions" in told.stdout.splitlines()[1]
    assert "The order is no probability." in told.stdout
    found = json.loads(run("drawing", "buttock", "calf_lateral_foot_sole", "--json").stdout)
    assert found[0]["explains"] == 1
    assert found[0]["label"] in told.stdout.splitlines()[1]
    wrong = run("drawing", "buttok")
    assert (wrong.exit_code, wrong.stdout) == (2, "")
    assert "buttock" in wrong.stderr

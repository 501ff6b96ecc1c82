"""``lenitive knowledge``: the content holds, and what would not hold is refused with file and line."""

import shutil
from functools import cache
from pathlib import Path

import pytest

from lenitive.knowledge.places import Places
from lenitive.medicine.checking import Problem, check
from lenitive.medicine.content import FOLDER, KINDS, content
from tests.functional.conftest import Run

VALUE = """effective_from = 2000-01-01
value = 5.0
source = "lenitive-judgement"
locator = "tests"
grade = "judgement"
"""
ENTRY = f"""
[invented_number]
label = "A number for this test only"
minimum = 0.0
maximum = 10.0
[[invented_number.values]]
{VALUE}"""


# --- check -----------------------------------------------------------------------------------------------------------


def test_the_content_holds(run: Run) -> None:
    result = run("knowledge", "check")
    assert (result.exit_code, result.stderr) == (0, ""), result.stdout
    assert "Everything holds" in result.stdout


def mutation(file: str, old: str, new: str, told: str, name: str) -> object:
    """What is changed in which file (appended if there is nothing to replace), and what must be told about it."""
    return pytest.param(file, old, new, told, id=name)


PARAMETERS = "parameters/reasoning.toml"


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        mutation(PARAMETERS, "", ENTRY.replace("lenitive-judgement", "lenitive-nowhere"),
                 "no source 'lenitive-nowhere'", "a source that is not described"),
        mutation(PARAMETERS, "", ENTRY.replace('grade = "judgement"', 'grade = "solid"'), "Invalid enum value 'solid'",
                 "a grade that is none"),
        mutation(PARAMETERS, "", ENTRY.replace('grade = "judgement"\n', ""), "missing required field `grade`",
                 "no grade"),
        mutation(PARAMETERS, "", ENTRY.replace('grade = "judgement"', 'grade = "primary"'),
                 "the source 'lenitive-judgement' is", "a grade that its source does not bear"),
        mutation(PARAMETERS, "", ENTRY + 'colour = "red"\n', "unknown field `colour`", "a field that is none"),
        mutation(PARAMETERS, "", ENTRY + f"[[invented_number.values]]\n{VALUE}",
                 "two values are in force from 2000-01-01", "two values at once"),
        mutation(PARAMETERS, "", ENTRY.replace("5.0", "11.0"), "11 is above the maximum 10", "too large"),
        mutation(PARAMETERS, "", ENTRY.replace("5.0", "-1.0"), "-1 is below the minimum 0", "too small"),
        mutation(PARAMETERS, "", "\n[shrink_weight]\nlabel = 'again'\n", "not TOML", "an id twice in a file"),
        mutation("parameters/zz.toml", "", ENTRY.replace("invented_number", "shrink_weight"),
                 "is defined already in parameters/reasoning.toml", "an id in two files"),
        mutation("parameters/a/lost.toml", "", ENTRY, "nothing reads a file of this name", "a file that nothing reads"),
        mutation(PARAMETERS, "", "\n[a]\nb = [1,\n", "not TOML", "broken TOML"),
        mutation("parameters/candidacy.toml", "moderate_pain_nrs", "moderate_pain_nrz", "needs 'moderate_pain_nrs'",
                 "a number that a criterion needs"),
        mutation("procedures/shared/rows.toml", 'criterion = "patient_declined"', 'criterion = "patient_decline"',
                 "no criterion 'patient_decline'. Did you mean patient_declined", "a criterion that is none"),
        mutation("procedures/facet.toml", "min_relief_percent = 80", "min_relief = 80", "has no parameter 'min_relief'",
                 "a number that a criterion does not use"),
        mutation("procedures/facet.toml", 'targets = ["lumbar_facet"]', 'targets = ["lumbar_fact"]',
                 "no generator 'lumbar_fact'. Did you mean lumbar_facet", "a target that is none"),
        mutation("generators/questions.toml", 'prior = "axial_low_back_start"', 'prior = "axial_low_back_strat"',
                 "no prior 'axial_low_back_strat'", "a prior that is none"),
        mutation("generators/priors.toml", "lumbar_disc = 0.3515", "lumbar_disc = 0.5515", "add up to 1.2",
                 "shares that are too many"),
        mutation("words/treatments.toml", "[physical_therapy]", "[physical_terapy]", "no treatment 'physical_therapy'",
                 "a word that no list knows"),
    ],
)  # fmt: skip
def test_what_does_not_hold_is_refused_with_file_and_line(
    run: Run, tmp_path: Path, file: str, old: str, new: str, told: str
) -> None:
    folder = copied(tmp_path)
    place = change(folder / file, old, new)
    result = run("knowledge", "check", "--folder", folder, COLUMNS="400")
    assert result.exit_code == 1
    mine = [line for line in result.stdout.splitlines() if told in line]
    assert mine, result.stdout
    if not old:
        name, _, rest = mine[0].partition(", line ")
        assert name == file
        assert place <= int(rest.split(":")[0]) <= place + new.count("\n") + 1


def test_overlapping_dates_of_a_policy_are_refused(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    policy = """
[invented_policy]
label = "A policy for this test only"
programmes = ["medicare"]
procedures = ["exercise"]
"""
    version = """
[[invented_policy.versions]]
effective_from = {begin}
{until}
[[invented_policy.versions.wants]]
criterion = "patient_declined"
want = "not met"
source = "lenitive-judgement"
locator = "tests"
grade = "judgement"
"""
    member = """
[[invented_policy.members]]
contractor = "{name}"
jurisdictions = []
states = ["OH"]
policy_id = "L1"
effective_from = {begin}
source = "lenitive-judgement"
locator = "tests"
grade = "judgement"
"""
    file = folder / "policies" / "policy-invented.toml"
    first = version.format(begin="2020-01-01", until="effective_until = 2021-12-31")
    good = policy + first + version.format(begin="2022-01-01", until="")
    file.write_text(good)
    assert fresh(folder) == set()
    file.write_text(policy + first + version.format(begin="2021-12-31", until=""))
    assert told_of(folder) == {"the version from 2021-12-31 overlaps the one from 2020-01-01 to 2021-12-31."}
    file.write_text(policy + version.format(begin="2020-01-01", until="effective_until = 2019-12-31"))
    assert told_of(folder) == {"ends on 2019-12-31, before it begins on 2020-01-01."}
    file.write_text(good + member.format(name="A", begin="2020-01-01") + member.format(name="B", begin="2021-01-01"))
    assert told_of(folder) == {"B and A both decide for OH from 2021-01-01."}


def copied(tmp_path: Path) -> Path:
    folder = tmp_path / "medicine"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return folder


def change(file: Path, old: str, new: str) -> int:
    """Replace, or append; the line on which the new text begins."""
    file.parent.mkdir(parents=True, exist_ok=True)
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    assert old in text, f"{file.name} does not say {old!r} any more; give the test something else to change"
    file.write_text(text.replace(old, new) if old else text + new, encoding="utf-8")
    return text.count("\n") + 1


def fresh(folder: Path) -> set[Problem]:
    """What is wrong with a copy and not with the content."""
    return set(check(folder)) - _of_the_content()


@cache
def _of_the_content() -> set[Problem]:
    return set(check())


def told_of(folder: Path) -> set[str]:
    return {problem.message.partition(": ")[2] for problem in fresh(folder)}


def test_a_folder_that_is_none_is_wrong_use(run: Run, tmp_path: Path) -> None:
    assert run("knowledge", "check", "--folder", tmp_path / "nowhere").exit_code == 2


def test_places_of_a_file() -> None:
    places = Places(
        '[a]\nx = 1\n[[a.values]]\nv = 1\n[[a.values]]\nv = 2\nw = [\n  { n = "]" },\n  { n = 2 },\n]\n'
        '[b.c]\ntext = """\n[a.nope]\n"""\n'
        "[[b.c.versions]]\n[[b.c.versions.wants]]\n[[b.c.versions]]\n[[b.c.versions.wants]]\n"
    )
    expected = {
        "a": 1,
        "a.x": 2,
        "a.values[0].v": 4,
        "a.values[1]": 5,
        "a.values[1].w[1].n": 9,
        "a.values[1].missing": 5,
        "a.nope": 1,
        "b.c.versions[0].wants[0]": 16,
        "b.c.versions[1].wants[0].grade": 18,
        "nowhere": 1,
    }
    assert {path: places.line(path) for path in expected} == expected


# --- list and show ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [*KINDS, "criteria"])
def test_every_kind_can_be_listed(run: Run, kind: str) -> None:
    result = run("knowledge", "list", kind)
    assert result.exit_code == 0
    assert "what it is" in result.stdout


def test_the_kinds_are_listed_with_their_numbers(run: Run) -> None:
    output = run("knowledge", "list").stdout
    for kind in KINDS:
        assert f"lenitive knowledge list {kind}" in output
    assert f"{len(content().procedures)} " in output


def test_an_entry_shows_its_citation_grade_and_what_stands_beside_it(run: Run) -> None:
    rows = content().evidence
    name, row = next(
        (name, row)
        for name, row in rows.items()
        if any(other != name and (r.generator, r.group) == (row.generator, row.group) for other, r in rows.items())
    )
    output = run("knowledge", "show", name, COLUMNS="200").stdout
    for part in (row.source, row.grade, row.generator, "beside it", content().sources[row.source].citation[:40]):
        assert part in output


def test_intervals_that_differ_by_source_are_shown_together(run: Run) -> None:
    output = run("knowledge", "show", "apixaban").stdout
    assert "by source:" in output


def test_an_entry_of_every_kind_can_be_shown(run: Run) -> None:
    for kind in KINDS:
        for name in list(getattr(content(), kind))[:3]:
            result = run("knowledge", "show", f"{kind}:{name}")
            assert (result.exit_code, name in result.stdout) == (0, True), (kind, name)
    assert run("knowledge", "show", "patient_declined").exit_code == 0


def test_an_unknown_entry_or_kind_names_the_nearest(run: Run) -> None:
    result = run("knowledge", "show", "lumbar_facett")
    assert (result.exit_code, "Did you mean lumbar_facet" in result.stderr) == (2, True)
    result = run("knowledge", "list", "procedure")
    assert (result.exit_code, "procedures" in result.stderr) == (2, True)
    result = run("knowledge", "show", "procedure:exercise")
    assert (result.exit_code, "procedures" in result.stderr) == (2, True)

"""Published outcomes: numbers have their comparator, source and grade, doubtful ones are absent, conflicts are kept."""

import re
import tomllib

import pytest

from lenitive.medicine.checking import check
from lenitive.medicine.content import FOLDER, cited_parts, content

CONTENT = content()
OUTCOMES = sorted(CONTENT.outcomes.items())
each = pytest.mark.parametrize(("name", "row"), OUTCOMES, ids=[name for name, _ in OUTCOMES])


@each
def test_a_row_speaks_for_a_procedure_and_its_targets(name, row):
    targets = {target for kind in row.procedures for target in CONTENT.procedures[kind].targets}
    assert set(row.generators) <= targets


@each
def test_no_figure_is_a_judgement_of_ours(name, row):
    for figure in (*row.shares, *row.comparators, *row.differences):
        assert figure.grade != "judgement"


@each
def test_a_grade_is_never_above_what_was_read(name, row):
    allowed = {"read": {"primary", "secondary", "recalled"}, "third party": {"secondary", "recalled"}}
    for path, part in cited_parts(row, name):
        access = CONTENT.sources[part.source].access
        if part.grade != "judgement":
            assert part.grade in allowed.get(access, {"recalled"}), path


@each
def test_a_comparator_stands_beside_a_share_of_the_same_time(name, row):
    times = {figure.months for figure in row.shares}
    assert {figure.months for figure in row.comparators} <= times


@each
def test_half_of_the_pain_is_said_in_the_words_of_the_responder(name, row):
    if row.half:
        assert "50 % less" in row.responder
        assert row.shares


@each
def test_a_conflict_is_about_the_same_source_of_pain(name, row):
    for other in row.conflicts_with:
        there = CONTENT.outcomes[other]
        assert set(row.generators) & set(there.generators) or row.generators == there.generators == []
        assert name not in there.conflicts_with, "say it once"


def test_the_conflicts_of_the_field_are_kept():
    pairs = {frozenset((name, other)) for name, row in OUTCOMES for other in row.conflicts_with}
    for pair in (
        ("lumbar_rfa_two_blocks_schneider2020", "lumbar_rfa_mint2017"),
        ("sacroiliac_rfa_cohen2008", "sacroiliac_rfa_mint2017"),
        ("transforaminal_disc_smith2020", "epidural_placebo_cochrane2020"),
        ("transforaminal_stenosis_smith2020", "epidural_stenosis_friedly2014"),
        ("stimulation_process", "stimulation_hara2022"),
        ("kyphoplasty_free", "vertebroplasty_cochrane2018"),
        ("genicular_davis2018", "genicular_malaithong2023"),
        ("knee_cryoneurolysis_radnovich2017", "knee_cryoneurolysis_second_trial"),
        ("stimulation_trial_conversion_2000_2009", "stimulation_trial_conversion_2010_2022"),
    ):
        assert frozenset(pair) in pairs


def test_every_source_of_the_file_is_used():
    described = tomllib.loads((FOLDER / "sources-outcomes.toml").read_text(encoding="utf-8"))
    texts = "\n".join(
        file.read_text(encoding="utf-8") for file in FOLDER.rglob("*.toml") if not file.name.startswith("sources")
    )
    assert set(described) <= set(re.findall(r'source = "([^"]+)"', texts)) | set(re.findall(r"in ([\w-]+)", texts))


def test_doubtful_durations_of_the_research_are_not_here(shared):
    """A duration that the research marks as uncertain (blocks of a nerve, neurolysis) stands in no row."""
    (block,) = toml_blocks(shared / "evidence/outcomes/durations.md")
    doubtful = [row for row in block["duration"] if row.get("src", "").startswith("UNCERTAIN")]
    ranges = {(*row[unit], unit) for row in doubtful for unit in ("weeks", "months") if unit in row}
    assert ranges == {(2, 8, "weeks"), (3, 6, "months")}
    for name, row in OUTCOMES:
        for one in row.lasts:
            for low, high, unit in ranges:
                assert f"{low} to {high} {unit}" not in one.text, name


def test_the_shares_of_the_research_and_ours_agree(shared):
    """A share whose source the research read too has the value that stands in the research.

    Sources read later than the research are not in its list; what is said of them is checked by hand alone.
    """
    research = [outcome for block in toml_blocks(responders(shared)) for outcome in block["outcome"]]
    percents = {
        (source(point, outcome), round(point["pct"], 1))
        for outcome in research
        for point in (*outcome.get("points", ()), *outcome.get("comparators", ()))
        if "pct" in point
    }
    listed = {one for one, _ in percents}
    also = {("dreyfuss2000", 87.0), ("bvn-pool5", 32.1)}
    ours = [figure for _, row in OUTCOMES for figure in (*row.shares, *row.comparators) if not figure.subgroup]
    held = [figure for figure in ours if figure.source in listed]
    assert len(held) > 70
    for figure in held:
        key = (figure.source, round(figure.share * 100, 1))
        assert key in percents | also, key


LEFT_OUT = {
    "vertos2-vcf": "new fractures: a risk, told with the risks of vertebroplasty",
    "cryo-lumbar": "the low back is no target of cold treatment here",
    "senza-nsrbp": "backs never operated on are no target of stimulation here",
    "deer-sunburst": "which of two waveforms people prefer is no relief",
    "mint-repub": "a copy of the abstract that stands as mint2017",
    "senza-eu": "averages of a cohort beside the trial of the same device",
}
"""Publications of the research without a row, and why."""


def test_no_publication_of_the_research_was_forgotten(shared):
    research = [outcome for block in toml_blocks(responders(shared)) for outcome in block["outcome"]]
    ours = {part.source for name, row in OUTCOMES for _, part in cited_parts(row, name)}
    assert {source({}, outcome) for outcome in research} - ours == set(LEFT_OUT)


def toml_blocks(file):
    return [
        tomllib.loads(block) for block in re.findall(r"```toml\n(.*?)```", file.read_text(encoding="utf-8"), re.DOTALL)
    ]


def responders(shared):
    return shared / "evidence/outcomes/responder-rates.md"


def source(point, outcome):
    return point.get("src", outcome["src"]).split(":")[1]


def broken(tmp_path, **changes):
    """The problems of a copy of the content in which one outcome is changed."""
    import shutil

    folder = tmp_path / "medicine"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    file = folder / "outcomes" / "lumbar.toml"
    text = file.read_text(encoding="utf-8")
    for old, new in changes.items():
        assert CHANGES[old] in text
        text = text.replace(CHANGES[old], new, 1)
    file.write_text(text, encoding="utf-8")
    return [str(problem) for problem in check(folder) if "outcomes" in problem.file]


CHANGES = {
    "counts": "share = 0.79, events = 11, of = 14",
    "interval": "share = 0.63, interval = [0.58, 0.68]",
    "conflict": 'conflicts_with = ["epidural_placebo_cochrane2020"]',
    "generator": 'generators = ["lumbar_radicular"]',
    "responder": 'responder = "at least 50 % less pain"\n',
}


@pytest.mark.parametrize(
    ("what", "new", "message"),
    [
        ("counts", "share = 0.79, events = 12, of = 14", "12 of 14 is 0.857, not 0.79"),
        ("counts", "share = 0.79, events = 15, of = 14", "can never be"),
        ("counts", "share = 0.79, events = 11", "11 of how many?"),
        ("interval", "share = 0.63, interval = [0.64, 0.68]", "is not around 0.63"),
        ("conflict", 'conflicts_with = ["nowhere"]', "there is no outcome 'nowhere'"),
        ("conflict", 'conflicts_with = ["transforaminal_disc_smith2020"]', "conflicts with itself"),
        ("generator", 'generators = ["knee_oa"]', "is no target of"),
        ("responder", "", "who counts as better?"),
    ],
)
def test_the_check_finds_what_does_not_hold(tmp_path, what, new, message):
    assert any(message in problem for problem in broken(tmp_path, **{what: new}))

"""What the pages would repeat line by line is said once."""

from pathlib import Path

import pytest

from lenitive.documents.authorization import Authorization, authorization
from lenitive.documents.packet import Packet, Summary, packet, summary
from lenitive.interop.case_file import read_case_file

EXAMPLES = Path(__file__).parents[3] / "examples"


@pytest.fixture(scope="module", params=["facet", "radiculopathy", "sacroiliac"])
def pages(request: pytest.FixtureRequest) -> tuple[Authorization, Packet, Summary]:
    case = read_case_file(EXAMPLES / f"{request.param}.toml")
    told = authorization(case.chart, case.as_of, case.request)
    return told, packet(told, case.chart), summary(told, case.chart)


def test_a_tick_says_by_itself_that_the_answer_is_as_wanted(pages):
    _, whole, _ = pages
    told = [note for line in whole.criteria if line.state != "no" for note in line.notes]
    assert not [note for note in told if note.startswith("wanted:")]


def test_the_own_judgement_is_a_mark_in_its_rows_and_one_note_below(pages):
    request, whole, _ = pages
    cited = {one.row: {citation.source for citation in one.result.citations} for one in request.criteria}
    assert [line.is_judged for line in whole.criteria] == ["lenitive-judgement" in found for found in cited.values()]
    assert not [source for line in whole.criteria for source in line.sources if "lenitive-judgement" in source]
    assert bool(whole.judged_in) is any(line.is_judged for line in whole.criteria)
    assert len(whole.judged_in) == len(set(whole.judged_in))


def test_no_change_is_told_twice_and_none_is_lost(pages):
    _, whole, short = pages
    told = [one.change for one in short.missing if one.change]
    assert len(told) == len(set(told))
    if short.change_of_most:
        shared = [one for one in short.missing if not one.change]
        first = next(one for one in whole.missing if one.question == shared[0].question)
        assert len(shared) >= 2
        assert short.change_of_most.endswith(f": {first.change[0].lower()}{first.change[1:]}.")

"""From shaded regions to the sources that are felt there."""

import pytest

from lenitive.errors import LenitiveError
from lenitive.reasoning.book import book
from lenitive.reasoning.pain_drawing import Mark, candidates


def drawn(*regions):
    return [Mark(region=region) for region in regions]


def test_what_explains_all_of_the_drawing_comes_first():
    found = candidates(book(), drawn("buttock", "calf_lateral_foot_sole"))
    assert found[0].unexplained == []
    assert [one.explains for one in found] == sorted((one.explains for one in found), reverse=True)


def test_the_root_whose_skin_is_shaded_is_named_with_its_source():
    found = {one.generator: one for one in candidates(book(), drawn("calf_lateral_foot_sole"))}
    root = found["lumbar_radicular_s1"]
    assert root.felt[0].weight == 3
    assert root.felt[0].citation.reference


def test_more_typical_regions_break_a_tie():
    found = candidates(book(), drawn("calf_lateral_foot_sole"))
    whole = [one for one in found if one.explains == 1]
    assert [one.weight for one in whole] == sorted((one.weight for one in whole), reverse=True)


def test_a_region_shaded_on_both_sides_counts_once():
    both = [Mark(region="buttock", side="left"), Mark(region="buttock", side="right", intensity=7, depth="deep")]
    assert candidates(book(), both) == candidates(book(), drawn("buttock"))


def test_no_danger_is_a_candidate():
    every = candidates(book(), drawn(*book().content.regions))
    assert not {one.generator for one in every} & {
        name for name, one in book().content.generators.items() if one.kind == "danger"
    }


def test_an_empty_drawing_has_no_candidate():
    assert candidates(book(), []) == []


def test_a_region_that_nobody_knows_names_the_nearest():
    with pytest.raises(LenitiveError, match="buttock"):
        candidates(book(), drawn("buttok"))

"""The payer's copy claims what stands, hides no fact, and says nothing of what is open or how a source was read."""

import inspect
import re

import msgspec
import pytest

from lenitive.documents import letter as letters
from lenitive.documents import packet as packets
from lenitive.documents import wording
from lenitive.documents.packet import packet
from lenitive.documents.payers_copy import payers_copy
from lenitive.documents.readiness import readiness
from lenitive.documents.typesetting import images, pdf
from lenitive.documents.wording import GAPS, without_gaps
from tests.unit.documents.test_letter import said, sourced, unfounded

OURS = re.compile(
    r"lenitive-judgement|\((?:primary|secondary|recalled|disputed|judgement)\)|undocumented|not in the record"
    r"|not recorded|not set|no end recorded|ambiguity|as remembered",
    re.IGNORECASE,
)


def words_of(made):
    """Everything that the template prints; the names of our own fields are no words."""
    return "\n".join(texts(msgspec.to_builtins(made, builtin_types=())))


def texts(value):
    if isinstance(value, dict):
        for part in value.values():
            yield from texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from texts(part)
    elif isinstance(value, str):
        yield value


def test_a_criterion_that_does_not_stand_is_not_named(authorizations):
    seen = 0
    for chart, found in authorizations:
        made = payers_copy(found, chart)
        stands = [one.label for one in found.criteria if one.result.satisfied]
        assert [line.label for line in made.criteria] == stands
        told = {sentence.text for part in made.letter for sentence in part.sentences}
        for one in found.criteria:
            if not one.result.satisfied and one.label not in stands:
                seen += 1
                assert f"{one.label}." not in told
                assert not [ask.question for ask in one.result.missing if ask.question in words_of(made)]
    assert seen > 20


def test_nothing_of_ours_and_nothing_unknown_is_on_the_pages(authorizations):
    assert any(OURS.search(words_of(packet(found, chart))) for chart, found in authorizations)
    for chart, found in authorizations:
        made = payers_copy(found, chart)
        assert OURS.findall(words_of(made)) == []
        assert (made.status, made.warnings, made.missing, made.ways, made.judged_in) == ("", [], [], [], [])


def test_every_fact_of_our_copy_is_told_whichever_way_it_speaks(authorizations):
    for chart, found in authorizations:
        ours, made = packet(found, chart), payers_copy(found, chart)
        tables = (*made.treatments, *made.procedures, *made.examination, *made.imaging)
        told = [number for line in tables for number in line.evidence] + [row.number for row in made.evidence]
        assert sorted(told) == sorted(row.number for row in ours.evidence)


def test_every_day_and_number_has_a_source(authorizations):
    for chart, found in authorizations:
        assert unfounded(said(payers_copy(found, chart).letter), sourced(chart, found)) == []


def test_every_reference_leads_to_a_fact_on_the_pages(authorizations):
    for chart, found in authorizations:
        made = payers_copy(found, chart)
        tables = (*made.treatments, *made.procedures, *made.examination, *made.imaging)
        there = {number for line in tables for number in line.evidence} | {row.number for row in made.evidence}
        assert {ref for part in made.letter for one in part.sentences for ref in one.evidence} <= there
        assert {ref for one in made.criteria for ref in one.evidence} <= there


def test_a_section_that_nobody_read_is_not_quoted(authorizations):
    recalled = 0
    for chart, found in authorizations:
        lines = iter(payers_copy(found, chart).criteria)
        for one in found.criteria:
            if one.result.satisfied:
                line, cited = next(lines), one.result.citations[0]
                if cited.grade == "recalled":
                    recalled += 1
                    assert cited.locator not in line.sources[0]
                assert found.chosen.policy_id in line.sources[0]
    assert recalled


def test_what_is_open_is_counted_for_us(authorizations):
    for chart, found in authorizations:
        stands = readiness(found, chart)
        if found.determination is None:
            assert not stands.is_judged
            assert not stands.is_ready
        elif found.determination.status != "met":
            assert stands.against or stands.open
            assert not stands.is_ready


def test_every_way_to_say_unknown_is_known():
    """A new phrase beside those of the list would reach the payer."""
    source = "".join(map(inspect.getsource, (wording, letters, packets)))
    found = set(re.findall(r"\b((?:[a-z]+ ){1,3}not (?:recorded|set)|no \w+ recorded)\b", source))
    assert found
    assert {one for one in found if not any(one.endswith(gap) for gap in GAPS)} == set()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Physical therapy, start not recorded, no end recorded, response not recorded", "Physical therapy"),
        ("Physical therapy, from 2025-01-01, no end recorded, failed", "Physical therapy, from 2025-01-01, failed"),
        ("Medial branch block (day not recorded): relief not recorded.", "Medial branch block."),
        ("Medial branch block: percent of relief not recorded, for 2 hours.", "Medial branch block: for 2 hours."),
        ("80 % relief (reported day not recorded)", "80 % relief"),
        ("side not set, levels not set", ""),
        ("birth date not recorded, female", "female"),
        ("“the side is not recorded”, by physician", "“the side is not recorded”, by physician"),
    ],
)
def test_what_is_unknown_is_left_out_and_nothing_else(text, told):
    assert without_gaps(text) == told


def test_it_becomes_accessible_pages(authorizations):
    chart, found = authorizations[0]
    made = payers_copy(found, chart)
    assert pdf(made).is_accessible
    assert len(images(made, 20)) <= len(images(packet(found, chart), 20))

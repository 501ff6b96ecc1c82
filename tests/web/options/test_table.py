"""The table of options: each column says what the assessment and the knowledge base say, and where it is from."""

from __future__ import annotations

import re
from datetime import date

import msgspec
import pytest
from django.urls import reverse

from lenitive.medicine.content import content
from lenitive.reasoning.assessment import Option
from lenitive_web.ledger.models import Patient
from lenitive_web.ledger.selectors import assessment_of
from lenitive_web.look.words import percent, percent_beside
from lenitive_web.options.aid import frequencies
from lenitive_web.options.figures import PEOPLE, PITCH, benefits, dots
from lenitive_web.options.presenting import lasting, relief
from lenitive_web.people.roles import Role
from tests.web.conftest import As

ABLATION = "radiofrequency_ablation_medial_branch_lumbar"


def option_of(patient: Patient, today: date, procedure: str = ABLATION) -> Option:
    return next(one for one in assessment_of(patient, today).options if one.procedure == procedure)


def row_of(body: str, procedure: str) -> str:
    """The row of a procedure, as it is sent."""
    rows = body.split('<tr class="option-row">')[1:]
    return next(row for row in rows if f'/options/{procedure}"' in row.partition("</th>")[0])


def drawn(path: str) -> int:
    """How many dots a path draws: a run of them is as long as the steps between its ends."""
    return sum(round(float(length)) // PITCH + 1 for length in re.findall(r"h([\d.]+)", path))


@pytest.mark.parametrize(
    ("count", "low", "high", "parts"),
    [
        (53, 40, 66, (40, 13, 13, 34)),
        (53, None, None, (53, 0, 0, 47)),
        (0, 0, 5, (0, 0, 5, 95)),
        (100, 96, 100, (96, 4, 0, 0)),
        (1, 0, 21, (0, 1, 20, 79)),
    ],
)
def test_a_hundred_dots_show_the_share_and_its_interval(
    count: int, low: int | None, high: int | None, parts: tuple[int, ...]
) -> None:
    found = dots(count, low, high)
    counted = tuple(drawn(path) for path in (found.sure, found.likely, found.possible, found.others))
    assert counted == parts
    assert sum(counted) == PEOPLE


def test_no_two_dots_stand_on_each_other() -> None:
    found = dots(33, 21, 48)
    places = [
        (float(x) + step * PITCH, float(y))
        for path in (found.sure, found.likely, found.possible, found.others)
        for x, y, length in re.findall(r"M([\d.]+) ([\d.]+)h([\d.]+)", path)
        for step in range(round(float(length)) // PITCH + 1)
    ]
    assert len(set(places)) == len(places) == PEOPLE
    assert all(x < found.width and y < found.height for x, y in places)


def test_the_table_has_a_column_for_all_that_is_weighed(as_role: As, patient: Patient, today: date) -> None:
    body = as_role(Role.PHYSICIAN).get(reverse("options", args=[patient.public_id])).content.decode()
    head = re.findall(r'<th scope="col">(.*?)</th>', body.partition("</thead>")[0])
    assert head == [
        "Procedure", "Candidacy and gate", "Relief, as published", "Lasts", "Risks", "Safety", "Coverage"
    ]  # fmt: skip
    row, option = row_of(body, ABLATION), option_of(patient, today)
    assert all(f'data-label="{name}"' in row for name in head[1:])
    told = relief(option.outlook)
    assert told is not None
    own, beside = told.arms[0], told.arms[1]
    assert beside.is_comparison
    assert f"{own.share}</b>" in row
    assert f"{beside.share}</b>" in row
    assert content().procedures[ABLATION].lasts.text in row
    assert frequencies(option)[0].text in row


def test_the_share_is_the_one_of_the_outlook(patient: Patient, today: date) -> None:
    option = option_of(patient, today)
    told = relief(option.outlook)
    assert told is not None
    source = next(one for one in option.outlook if one.label == told.label)
    assert told.arms[0].share in {percent(one.probability) for one in source.shares if one.comparator is None}
    assert {str(arm.who) for arm in told.arms[1:]} <= {one.comparator for one in source.shares}


def test_a_publication_that_speaks_less_surely_does_not_come_first_for_its_comparator(
    patient: Patient, today: date
) -> None:
    outlook = option_of(patient, today).outlook
    drawn_ = benefits(outlook).all
    alone = next(one.source for one in drawn_ if not one.is_compared)
    compared = next(one.source for one in drawn_ if one.is_compared)
    sure = msgspec.structs.replace(alone, selected="met")
    unsure = msgspec.structs.replace(compared, selected="undocumented")
    equal = msgspec.structs.replace(compared, selected="met")
    assert relief([sure, unsure]).label == alone.label  # type: ignore[union-attr]
    assert relief([sure, equal]).label == compared.label  # type: ignore[union-attr]


def test_sources_that_contradict_each_other_are_said_to(as_role: As, patient: Patient, today: date) -> None:
    told = relief(option_of(patient, today).outlook)
    assert told is not None
    assert told.conflicts
    body = as_role(Role.PHYSICIAN).get(reverse("options", args=[patient.public_id])).content.decode()
    row = row_of(body, ABLATION)
    assert "otherwise" in row
    for conflict in told.conflicts:
        assert conflict.label in row


def test_a_publication_without_a_share_is_told_in_its_words(patient: Patient, today: date) -> None:
    option = option_of(patient, today, "exercise")
    [one] = [one for one in option.outlook if one.status == "published"][:1]
    assert not one.shares
    told = relief(option.outlook)
    assert told is not None
    assert told.arms == []
    assert told.says == one.says
    cited = [citation.source for citation in (*told.citations, *(row.citation for row in told.differences))]
    assert {citation.source for citation in one.citations} <= set(cited)
    assert not {citation.source for citation in told.citations} & {row.citation.source for row in told.differences}


def test_nothing_is_shown_where_nothing_may_be_used(patient: Patient, today: date) -> None:
    unknown = msgspec.structs.replace(option_of(patient, today).outlook[0], status="unknown", shares=[])
    assert relief([unknown]) is None
    assert relief([]) is None


def test_each_number_of_a_row_opens_to_its_source(as_role: As, patient: Patient, today: date) -> None:
    option = option_of(patient, today)
    body = as_role(Role.PHYSICIAN).get(reverse("options", args=[patient.public_id])).content.decode()
    row = row_of(body, ABLATION)
    told, lasts = relief(option.outlook), lasting(option)
    assert told is not None
    assert lasts is not None
    for citation in [*told.citations, *lasts.citations]:
        assert f"<code>{citation.entry}</code>" in row


def test_a_gate_is_shut_where_its_first_step_is_missing(as_role: As, patient: Patient, today: date) -> None:
    body = as_role(Role.PHYSICIAN).get(reverse("options", args=[patient.public_id])).content.decode()
    words = {"met": "Gate open", "not met": "Gate shut", "undocumented": "Gate: not all asked"}
    for one in assessment_of(patient, today).options:
        row = row_of(body, one.procedure)
        said = {word for word in words.values() if word in row}
        assert said == ({words[one.gates.status]} if one.gates.criteria else set())


@pytest.mark.parametrize(
    ("share", "needed", "told"),
    [(0.496, 0.5, "just under 50 %"), (0.5, 0.5, "50 %"), (0.504, 0.5, "50 %"), (0.48, 0.5, "48 %")],
)
def test_what_falls_short_by_a_hair_says_so(share: float, needed: float, told: str) -> None:
    assert percent_beside(share, needed) == told

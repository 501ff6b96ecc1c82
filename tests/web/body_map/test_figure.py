"""Every region of the medicine has a place on the figure, on the right side."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from django.db import DatabaseError, transaction
from django.template import Context, Template
from django.urls import reverse

from lenitive.errors import LenitiveError
from lenitive.medicine.content import content
from lenitive.reasoning.pain_drawing import Mark
from lenitive_web.body_map.drawings import latest_marks, record_drawing
from lenitive_web.body_map.figure import VIEWS, figure, labels
from lenitive_web.body_map.models import Drawing
from lenitive_web.body_map.outline import HALF, HEIGHT, MIDLINE, WIDE, WIDTH, ZONES, points_of
from lenitive_web.ledger.models import Patient
from lenitive_web.ledger.selectors import assessment_of, chart_of
from lenitive_web.people.roles import Role
from tests.web.conftest import As


def test_every_region_of_the_medicine_is_drawn_on_each_of_its_sides() -> None:
    assert {shape.mark for view in VIEWS for shape in figure(view).shapes} == set(labels())
    assert {mark.partition(":")[0] for mark in labels()} == set(content().regions)


@pytest.mark.parametrize("view", VIEWS)
def test_a_region_is_drawn_in_the_view_that_the_medicine_says(view: str) -> None:
    elsewhere = {"front": "back", "back": "front"}[view]
    drawn = {zone.region for zone in ZONES[view]}
    assert not {name for name in drawn if content().regions[name].view == elsewhere} - drawn & {
        zone.region for zone in ZONES[elsewhere]
    }


@pytest.mark.parametrize(("view", "side", "is_left_half"), [
    ("front", "right", True), ("front", "left", False), ("back", "right", False), ("back", "left", True),
])  # fmt: skip
def test_sides_are_the_patients(view: str, side: str, is_left_half: bool) -> None:
    for shape in figure(view).shapes:
        if shape.mark.endswith(f":{side}"):
            first = float(shape.path[1:].split()[0])
            assert first == MIDLINE or (first < MIDLINE) is is_left_half, shape.mark


@pytest.mark.parametrize("zones", [*ZONES.values(), *WIDE.values()])
def test_every_zone_reaches_into_the_picture_and_has_an_area(zones: tuple) -> None:
    for zone in zones:
        corners = points_of(zone)
        area = sum(x * below - nearer * y for (x, y), (nearer, below) in pairwise([*corners, corners[0]])) / 2
        assert abs(area) > 5, zone
        assert all(x >= 0 for x, _y in corners), zone


def test_the_outline_stays_in_the_picture() -> None:
    assert all(0 < x <= WIDTH - MIDLINE and 0 < y <= HEIGHT for x, y in HALF)


def test_a_drawing_is_kept_and_the_database_refuses_to_change_it(patient: Patient, today: date) -> None:
    marks = [Mark(region="buttock", side="left", intensity=6, quality=["aching"], depth="deep")]
    record_drawing(patient=patient, marks=marks, by=None)
    assert latest_marks(patient, chart_of(patient, today)) == (marks, today)
    with pytest.raises(DatabaseError), transaction.atomic():
        Drawing.objects.update(marks=[])


def test_without_a_drawing_the_complaints_are_drawn_without_a_strength(patient: Patient, today: date) -> None:
    marks, drawn_on = latest_marks(patient, chart_of(patient, today))
    assert drawn_on is None
    assert {mark.region for mark in marks} == {"low_back_paramidline", "buttock"}
    assert {mark.intensity for mark in marks} == {None}


def test_a_region_that_does_not_exist_is_refused(patient: Patient) -> None:
    with pytest.raises(LenitiveError, match="third_elbow"):
        record_drawing(patient=patient, marks=[Mark(region="third_elbow")], by=None)
    assert not Drawing.objects.exists()


def test_the_tint_says_in_words_what_fits_and_what_does_not(patient: Patient, today: date, as_role: As) -> None:
    likeliest = assessment_of(patient, today).differential[0].estimates[0]
    shown = Template("{% load body_map %}{% body_map_tinted marks generator 'x' %}").render(
        Context({"marks": [Mark(region="low_back_paramidline", side="left"), Mark(region="sole", side="left")],
                 "generator": likeliest.generator})
    )  # fmt: skip
    weight = {one.region: one.weight for one in content().generators[likeliest.generator].referral}
    assert f'class="zone fits-{weight["low_back_paramidline"]} rim"' in shown
    assert f"<dd>{content().regions['sole'].label}</dd>" in shown
    page = as_role(Role.PHYSICIAN).get(reverse("diagnosis", args=[patient.public_id])).content.decode()
    assert page.count('<svg class="body"') >= 2

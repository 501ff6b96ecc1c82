"""What staff write into a story becomes facts that assess() sees; a correction supersedes; nothing is made up."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from lenitive.chart import complaint as chart_words
from lenitive.chart.measure import Measure
from lenitive.medicine.content import content
from lenitive_web.ledger.actions import record_facts
from lenitive_web.ledger.facts import NewFact
from lenitive_web.ledger.models import Entry, Patient
from lenitive_web.ledger.selectors import assessment_of, chart_of
from lenitive_web.people.models import Practice
from lenitive_web.people.roles import Role
from lenitive_web.portal import words as own_words
from lenitive_web.story.forms import FORMS
from lenitive_web.story.words import AREAS, FACTORS, QUALITIES
from tests.web.conftest import As, member

COMPLAINT = {
    "region": "low_back_paramidline",
    "side": "left",
    "true_on": "2025-03",
    "dominant": "on",
    "quality": "aching",
}


@pytest.fixture
def blank(practice: Practice) -> Patient:
    """A patient about whom nothing is written."""
    return Patient.objects.create(practice=practice, name="Nobody Asked")


def written(as_role: As, patient: Patient, table: str, **said: object):
    address = reverse("story_add", args=[patient.public_id, table])
    patient.refresh_from_db()
    return as_role(Role.NURSE).post(address, {"version": patient.last_entry, **said})


def only(patient: Patient, table: str) -> dict[str, object]:
    [entry] = Entry.objects.filter(patient=patient, table=table)
    return entry.body


def test_a_complaint_becomes_a_fact_with_its_month_and_opens_a_differential(
    as_role: As, blank: Patient, today: date
) -> None:
    assert assessment_of(blank, today).differential == []
    assert written(as_role, blank, "complaint", **COMPLAINT).status_code == 302
    body = only(blank, "complaint")
    assert (body["true_on"], body["true_by"], body["quality"]) == ("2025-03-01", "2025-03-31", ["aching"])
    assert body["source"] == "story, nurse"
    blank.refresh_from_db()
    assert assessment_of(blank, today).differential


def test_a_pain_that_stays_where_it_is_is_one_choice_and_stands_alone(as_role: As, blank: Patient) -> None:
    both = written(as_role, blank, "complaint", **COMPLAINT, radiates_to=["nowhere", "buttock"])
    assert both.status_code == 422
    assert "choose one of both" in both.content.decode()
    assert written(as_role, blank, "complaint", **COMPLAINT, radiates_to=["nowhere"]).status_code == 302
    assert only(blank, "complaint")["radiates_to"] == ["nowhere"]
    page = as_role(Role.NURSE).get(reverse("story", args=[blank.public_id])).content.decode()
    assert "nowhere else" in page


def test_a_correction_supersedes_and_keeps_what_the_form_does_not_show(
    as_role: As, blank: Patient, practice: Practice, today: date
) -> None:
    said = {"ingredient": "apixaban", "label": "Eliquis", "drug_class": "anticoagulant", "rxnorm": "1364430", "dose": 5}
    by = member(practice, Role.PHYSICIAN)
    [first] = record_facts(patient=blank, facts=[NewFact("medication", said)], by=by, source="visit")
    address = reverse("story_correct", args=[blank.public_id, "medication", first.fact_id])
    client = as_role(Role.NURSE)
    form = client.get(address).context["form"]
    assert form.initial["label"] == "Eliquis"
    corrected = {"version": blank.last_entry, "label": "Eliquis", "dose": "2.5", "unit": "mg", "status": "active"}
    assert client.post(address, corrected).status_code == 302
    [row] = chart_of(blank, today).table("medication")
    assert (row.dose, row.rxnorm, row.ingredient, row.supersedes) == (2.5, "1364430", "apixaban", first.fact_id)
    assert Entry.objects.filter(patient=blank).count() == 2


def test_what_was_entered_in_error_is_taken_back_and_stays_in_the_ledger(
    as_role: As, blank: Patient, today: date
) -> None:
    written(as_role, blank, "allergy", substance="latex")
    fact = only(blank, "allergy")["id"]
    blank.refresh_from_db()
    address = reverse("story_correct", args=[blank.public_id, "allergy", fact])
    assert as_role(Role.NURSE).post(address, {"version": blank.last_entry, "withdraw": "yes"}).status_code == 302
    assert chart_of(blank, today).table("allergy") == ()
    assert Entry.objects.filter(patient=blank, table="allergy").count() == 2
    assert as_role(Role.NURSE).get(address).status_code == 404


def test_an_operation_done_elsewhere_names_the_pain_that_stayed(as_role: As, blank: Patient, today: date) -> None:
    written(as_role, blank, "complaint", region="posterior_thigh", true_on="2022", dominant="on")
    written(
        as_role, blank, "procedure", label="Lumbar fusion", region="lumbar", levels="L4-5, L5-S1", true_on="2023-05"
    )
    [row] = chart_of(blank, today).table("procedure")
    assert (row.kind, row.label, row.levels, row.true_by) == (
        "Lumbar fusion", "Lumbar fusion", ("L4-5", "L5-S1"), date(2023, 5, 31),
    )  # fmt: skip
    named = [one.generator for one in assessment_of(blank, today).named]
    assert "persistent_spinal_pain_type_2" in named
    page = as_role(Role.NURSE).get(reverse("story", args=[blank.public_id])).content.decode()
    assert reverse("story_correct", args=[blank.public_id, "procedure", row.id]) in page


def test_a_block_done_elsewhere_is_the_procedure_that_we_know(as_role: As, blank: Patient, today: date) -> None:
    written(as_role, blank, "procedure", label="Medial branch block, lumbar", side="left", true_on="2026-03-02")
    [row] = chart_of(blank, today).table("procedure")
    assert (row.kind, row.region, row.intent) == ("medial_branch_block_lumbar", "lumbar", "diagnostic")
    address = reverse("story_correct", args=[blank.public_id, "procedure", row.id])
    blank.refresh_from_db()
    said = {"version": blank.last_entry, "label": row.label, "side": "right", "true_on": "2026-03-02"}
    assert as_role(Role.NURSE).post(address, said).status_code == 302
    [now] = chart_of(blank, today).table("procedure")
    assert (now.kind, now.side, now.intent) == ("medial_branch_block_lumbar", "right", "diagnostic")


def test_a_medicine_is_found_in_the_words_that_are_typed(as_role: As, blank: Patient) -> None:
    written(as_role, blank, "medication", label="Warfarin 5 mg tablets", status="active")
    body = only(blank, "medication")
    assert (body["ingredient"], body["drug_class"], body["matched"]) == ("warfarin", "anticoagulant", "name")


def test_a_diagnosis_code_tells_our_concept(as_role: As, blank: Patient) -> None:
    written(as_role, blank, "condition", label="Radiculopathy", icd10="m54.16")
    body = only(blank, "condition")
    assert (body["icd10"], body["code"]) == ("M54.16", "lumbar_radiculopathy")


@pytest.mark.parametrize(
    ("table", "said", "told"),
    [
        ("complaint", {"region": "low_back_paramidline", "true_on": "last spring"}, "Write a day as"),
        ("complaint", {"region": "low_back_paramidline", "true_on": "2025-13"}, "Write a day as"),
        ("complaint", {"region": "low_back_paramidline", "true_on": "2999"}, "has not come yet"),
        ("complaint", {}, "Nothing is chosen yet. Choose one."),
        ("treatment", {"kind": "nsaid", "true_on": "2025-06", "until": "2025-05-01"}, "cannot end before it began"),
        ("device", {"kind": "other"}, "Say which implant"),
        ("procedure", {"label": "Lumbar fusion", "levels": "L9"}, "is not a spinal level"),
        ("coverage", {"payer": "Example", "state": "Ohio"}, "and 2 fit in"),
        ("statement", {"kind": "plan_is_ablation", "true_on": "2025-05-01"}, "Answer yes or no"),
    ],
)
def test_what_cannot_stand_is_told_and_not_written(
    as_role: As, blank: Patient, table: str, said: dict[str, str], told: str
) -> None:
    answer = written(as_role, blank, table, **said)
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not Entry.objects.exists()


def test_a_story_written_on_an_old_chart_is_told(as_role: As, blank: Patient) -> None:
    version = blank.last_entry
    written(as_role, blank, "allergy", substance="latex")
    address = reverse("story_add", args=[blank.public_id, "allergy"])
    again = as_role(Role.PHYSICIAN).post(address, {"version": version, "substance": "lidocaine"})
    assert again.status_code == 409
    assert "Nurse One" in again.content.decode()
    assert only(blank, "allergy")["substance"] == "latex"


def test_every_form_opens_and_an_unknown_table_does_not(as_role: As, patient: Patient) -> None:
    client = as_role(Role.PHYSICIAN)
    for table in FORMS:
        assert client.get(reverse("story_add", args=[patient.public_id, table])).status_code == 200
    assert client.get(reverse("story_add", args=[patient.public_id, "authorization"])).status_code == 404


def test_scores_say_their_band_and_their_change(as_role: As, blank: Patient, today: date) -> None:
    by = member(blank.practice, Role.NURSE)
    before = [
        NewFact("measure", {"instrument": name, "score": 8, "true_on": today - timedelta(90)})
        for name in ("nrs", "peg")
    ]
    record_facts(patient=blank, facts=before, by=by, source="visit")
    said = {"version": blank.last_entry, "on": str(today), "nrs": "4", "peg": "7.8"}
    page = as_role(Role.NURSE).post(reverse("scores", args=[blank.public_id]), said, follow=True)
    told = [str(message) for message in page.context["messages"]]
    assert "(mild), -4 since" in told[0]
    assert "better, a change that matters" in told[0]
    assert "less than a change that matters" in told[1]
    assert Entry.objects.filter(patient=blank, table="measure").count() == 4


def test_a_raw_sum_is_kept_as_its_t_score(as_role: As, blank: Patient, today: date) -> None:
    client, address = as_role(Role.NURSE), reverse("scores", args=[blank.public_id])
    assert "T-score, or the raw sum from 4 to 20" in client.get(address).content.decode()
    typed = {"promis29_sleep": "12", "promis29_pain_interference": "65.2"}
    assert client.post(address, {"version": blank.last_entry, "on": str(today), **typed}).status_code == 302
    kept = {one.instrument: one.score for one in chart_of(blank, today).rows(Measure)}
    assert kept == {"promis29_sleep": 54.3, "promis29_pain_interference": 65.2}


def test_a_score_outside_its_scale_is_refused(as_role: As, blank: Patient, today: date) -> None:
    said = {"version": blank.last_entry, "on": str(today), "nrs": "11"}
    assert as_role(Role.NURSE).post(reverse("scores", args=[blank.public_id]), said).status_code == 422
    assert not Entry.objects.exists()


def test_asked_completely_is_attested_and_taken_back(as_role: As, blank: Patient, today: date) -> None:
    address = reverse("asked", args=[blank.public_id])
    client = as_role(Role.NURSE)
    said = {"version": blank.last_entry, "on": str(today), "topics": ["allergy", "device"]}
    assert client.post(address, said).status_code == 302
    assert chart_of(blank, today).attested == {"allergy", "device"}
    blank.refresh_from_db()
    assert client.post(address, {**said, "version": blank.last_entry, "topics": ["device"]}).status_code == 302
    assert chart_of(blank, today).attested == {"device"}


def test_the_words_of_the_forms_are_words_that_rules_know() -> None:
    offered = {word for word, _label in (*QUALITIES, *FACTORS)}
    heard = {word for finding in content().findings.values() for word in finding.from_complaint}
    assert heard - set(content().regions) <= offered
    own = {word for word, _label in (*own_words.QUALITIES, *own_words.WORSE, *own_words.BETTER)}
    assert offered | own <= {*chart_words.QUALITIES, *chart_words.FACTORS}
    assert {region.area for region in content().regions.values()} == set(AREAS)

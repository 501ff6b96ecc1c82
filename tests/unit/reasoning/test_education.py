"""Pages for patients: numbers as people, from entries, with their source."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lenitive.errors import LenitiveError
from lenitive.reasoning.book import book
from lenitive.reasoning.education import education_for, natural_frequency, spoken_time


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.56, "about 56 in 100 people"),
        (0.011, "about 1 in 100 people"),
        (0.025, "about 25 in 1,000 people"),
        (0.005, "about 5 in 1,000 people"),
        (0.00081 / 100, "about 8 in 1,000,000 people"),
        (0.995, "about 995 in 1,000 people"),
        (1, "about 100 in 100 people"),
        (0, "none of the people counted"),
        (1e-9, "fewer than 1 in 1,000,000 people"),
    ],
)
def test_a_share_is_told_as_people(share, text):
    assert natural_frequency(share).text == text


@given(st.floats(1e-5, 1 - 1e-5))
def test_whole_people_stay_close_to_the_share(share):
    people = natural_frequency(share)
    assert 0 < people.count < people.of
    assert abs(people.count / people.of - share) <= 0.1 * min(share, 1 - share) + 1e-6


def test_more_than_all_is_no_share():
    with pytest.raises(ValueError, match="no share"):
        natural_frequency(1.2)


def test_a_trial_is_told_with_both_its_arms():
    page = education_for(book(), "radiofrequency_ablation_genicular")
    trial = next(one for one in page.benefits if one.outcome == "genicular_davis2018")
    told = {arm.who: (arm.people.count, arm.people.of, arm.is_comparison) for arm in trial.arms}
    assert told == {"": (74, 100, False), "steroid into the knee": (16, 100, True)}
    assert trial.better == "at least half of the pain gone"
    assert all(arm.citation.reference and arm.citation.grade for arm in trial.arms)


def test_none_of_a_small_study_is_told_as_none_of_it():
    page = education_for(book(), "radiofrequency_ablation_lateral_branch_sacral")
    trial = next(one for one in page.benefits if one.outcome == "sacroiliac_rfa_cohen2008")
    sham = next(arm for arm in trial.arms if arm.is_comparison and arm.people.count == 0)
    assert sham.people.text == "none of 14 people"


def test_a_harm_that_no_one_of_a_study_had_is_told_as_none_of_it():
    page = education_for(book(), "radiofrequency_ablation_genicular")
    assert "none of 76 people" in {harm.people.text for harm in page.harms if harm.people}


@pytest.mark.parametrize(("counted", "text"), [(14, "none of 14 people"), (None, "none of the people counted")])
def test_none_is_never_a_rate(counted, text):
    assert natural_frequency(0, counted).text == text
    assert natural_frequency(0.5, 14).text == "about 50 in 100 people", "a number other than none is told as before"


def test_what_contradicts_a_publication_stands_beside_it():
    page = education_for(book(), "vertebroplasty")
    assert any(one.contradicted for one in page.benefits)


def test_a_source_of_pain_narrows_the_numbers():
    every = education_for(book(), "epidural_transforaminal_lumbar")
    stenosis = education_for(book(), "epidural_transforaminal_lumbar", generator="lumbar_stenosis")
    assert {one.outcome for one in stenosis.benefits} < {one.outcome for one in every.benefits}
    assert "transforaminal_stenosis_smith2020" in {one.outcome for one in stenosis.benefits}


def test_a_procedure_without_a_usable_share_says_so():
    assert education_for(book(), "trigger_point_injection").benefits_unknown
    assert not education_for(book(), "radiofrequency_ablation_genicular").benefits_unknown


def test_a_harm_that_came_with_placebo_too_says_so():
    [dizzy] = [one for one in education_for(book(), "gabapentinoid").harms if "dizzy" in one.text]
    assert dizzy.often == f"{dizzy.people.text} ({dizzy.with_placebo.text} with placebo)"
    assert dizzy.with_placebo.count < dizzy.people.count
    assert dizzy.with_placebo.of == dizzy.people.of


def test_the_gravest_harm_stands_first_and_a_harm_without_a_rate_is_named():
    harms = education_for(book(), "epidural_interlaminar_lumbar").harms
    assert [harm.severity for harm in harms] == sorted(
        (harm.severity for harm in harms), key=["catastrophic", "serious", "minor"].index
    )
    assert any(harm.people is None for harm in harms)
    rare = next(harm for harm in harms if harm.people and harm.people.of == 1_000_000)
    assert rare.severity == "catastrophic"
    assert rare.citation.source == "eworuke2021"


def test_signs_for_the_ambulance_stand_first():
    urgencies = [one.urgency for one in education_for(book(), "epidural_interlaminar_lumbar").when_to_call]
    assert urgencies[0] == "ambulance"
    assert "same day" in urgencies
    assert urgencies == sorted(urgencies, key=["ambulance", "emergency department", "same day", "call"].index)


def test_a_level_shares_the_page_of_the_whole_and_keeps_its_own_words():
    level, whole = (education_for(book(), name) for name in ("lumbar_radicular_l5", "lumbar_radicular"))
    assert level.page == whole.page
    assert level.in_short != whole.in_short


def test_every_number_of_a_page_has_a_source():
    for name in book().content.procedures:
        page = education_for(book(), name)
        cited = [
            *(harm.citation for harm in page.harms),
            *(arm.citation for one in page.benefits for arm in one.arms),
            *(one.sign.citation for one in page.when_to_call),
            *(one.citation for one in page.afterwards),
        ]
        assert all(one.locator and not one.reference.startswith("unknown source") for one in cited), name


def test_a_subject_that_nobody_knows_is_refused():
    with pytest.raises(LenitiveError, match="medial_branch_block_lumbar"):
        education_for(book(), "medial_branch_block_lumbr")


@pytest.mark.parametrize(
    ("months", "told"),
    [(0.5, "2 weeks"), (1, "1 month"), (1.5, "6 weeks"), (2, "2 months"), (5.5, "24 weeks"), (6.2, "27 weeks"),
     (12, "12 months"), (24, "2 years"), (67.2, "about 67 months"), (0.1, "3 days")],
)  # fmt: skip
def test_a_time_is_told_as_people_say_it(months, told):
    assert spoken_time(months) == told

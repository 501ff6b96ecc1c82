"""What patients read: a page for everything, plain enough, and without a number of its own."""

import re

import pytest

from lenitive.medicine.content import content
from lenitive.medicine.shapes import EducationPage, Talk
from lenitive.reasoning.book import book
from lenitive.reasoning.education import education_for

CONTENT = content()
PAGES = CONTENT.education
PARTS = ("what", "how", "feels", "helps", "risks", "alternatives", "before", "after")
GRADE = 8

CLINICAL_NUMBER = re.compile(
    r"\d|%|\b(two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|thirty|fifty|hundred|thousand) "
    r"(hours?|days?|weeks?|months?|years?|people|percent|times)\b"
)


# --- reading level -----------------------------------------------------------------------------------------------


def sentences(text):
    return [part for part in re.split(r"[.!?:;]+\s+|[.!?:;]+$", text) if part.strip()]


def words(text):
    return re.findall(r"[A-Za-z]+(?:[-'][A-Za-z]+)*", text)


def syllables(word):
    """Groups of vowels, without a silent e or ed at the end; at least one. Close to a dictionary for plain words."""
    word = re.sub(r"[^a-z]", "", word.lower())
    groups = len(re.findall(r"[aeiouy]+", word))
    if re.search(r"[^aeiouyl]e$|[^aeiouydt]ed$|[^aeiouysxzcg]es$", word) or re.search(r"[aeiouy]le$", word):
        groups -= 1
    return max(1, groups)


def reading_grade(text):
    """The Flesch-Kincaid grade level."""
    said = words(text)
    return 0.39 * len(said) / len(sentences(text)) + 11.8 * sum(map(syllables, said)) / len(said) - 15.59


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("pain", 1),
        ("needle", 2),
        ("cortisone", 3),
        ("numbed", 1),
        ("treated", 2),
        ("injection", 3),
        ("table", 2),
        ("whole", 1),
        ("nerves", 1),
        ("doses", 2),
        ("emergency", 4),
    ],
)
def test_syllables_are_counted_as_a_dictionary_does(word, count):
    assert syllables(word) == count


def test_a_hard_sentence_is_told_from_an_easy_one():
    hard = "Radiofrequency neurotomy interrupts nociceptive transmission from the zygapophysial articulations."
    assert reading_grade(hard) > 14
    assert reading_grade("The needle goes in. You may feel it. Tell us if it hurts.") < 3


@pytest.mark.parametrize("name", PAGES)
def test_a_page_can_be_read_after_eight_years_of_school(name):
    text = " ".join(getattr(PAGES[name], part) for part in PARTS)
    assert reading_grade(text) <= GRADE, f"{reading_grade(text):.1f}"


@pytest.mark.parametrize("name", CONTENT.procedures)
def test_what_is_filled_into_a_page_can_be_read_too(name):
    page = education_for(book(), name)
    filled = [page.in_short, *(harm.text for harm in page.harms), *(one.text for one in page.afterwards)]
    assert reading_grade(" ".join([page.what, page.how, *filled])) <= GRADE


@pytest.mark.parametrize("name", CONTENT.talks)
def test_help_for_a_talk_can_be_read_too(name):
    assert reading_grade(" ".join(texts_of_talk(CONTENT.talks[name]))) <= GRADE


def texts_of_talk(talk: Talk):
    yield talk.intro
    for row in talk.rows:
        yield from (row.first, row.second)
    for question in talk.questions:
        yield question.question
        if question.answer:
            yield question.answer


# --- no number of its own ----------------------------------------------------------------------------------------


def texts():
    for name, page in PAGES.items():
        yield from (pytest.param(getattr(page, part), id=f"{name}.{part}") for part in PARTS)
    for name, talk in CONTENT.talks.items():
        yield from (pytest.param(text, id=f"{name}.{number}") for number, text in enumerate(texts_of_talk(talk)))
    yield from (pytest.param(harm.plain, id=name) for name, harm in CONTENT.harms.items())


@pytest.mark.parametrize("text", list(texts()))
def test_no_clinical_number_is_typed_into_a_text(text):
    assert not CLINICAL_NUMBER.search(text.lower()), CLINICAL_NUMBER.search(text.lower())


# --- complete ----------------------------------------------------------------------------------------------------


def pages_about(field, name):
    return [page for page, entry in PAGES.items() if name in getattr(entry, field)]


@pytest.mark.parametrize("name", CONTENT.procedures)
def test_every_procedure_has_one_page(name):
    assert len(pages_about("procedures", name)) == 1


@pytest.mark.parametrize("name", [name for name, one in CONTENT.generators.items() if not one.part_of])
def test_every_source_of_pain_has_one_page(name):
    assert len(pages_about("generators", name)) == 1


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_a_page_is_about_procedures_or_about_sources(page: EducationPage):
    assert bool(page.procedures) is (page.about == "procedure")
    assert bool(page.generators) is (page.about == "condition")


def test_every_harm_is_told_in_plain_words():
    harms = {risk.harm for procedure in CONTENT.procedures.values() for risk in procedure.risks}
    assert harms == set(CONTENT.harms)


def test_every_question_to_ask_is_open_and_every_common_question_is_answered():
    assert all(one.answer is None for one in CONTENT.talks["ask_the_specialist"].questions)
    assert all(one.answer for one in CONTENT.talks["common_questions"].questions)


@pytest.mark.parametrize("name", CONTENT.talks)
def test_a_talk_compares_or_asks(name):
    talk = CONTENT.talks[name]
    assert bool(talk.rows) is (talk.kind == "comparison") is bool(talk.first and talk.second)
    assert bool(talk.questions) is (talk.kind == "questions")


# --- urgency -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CONTENT.procedures)
def test_a_warning_sign_tells_the_sign_and_leaves_whom_to_call_to_its_urgency(name):
    for sign in CONTENT.procedures[name].warning_signs:
        assert not re.search(r"emergency|ambulance|call\b|same day", sign.text), sign.text
        assert sign.text.endswith(".")


@pytest.mark.parametrize("name", CONTENT.procedures)
def test_what_a_patient_does_afterwards_is_told_in_whole_sentences(name):
    for told in CONTENT.procedures[name].aftercare:
        assert told.text.endswith("."), told.text
        assert reading_grade(told.text) <= GRADE, f"{reading_grade(told.text):.1f}: {told.text}"

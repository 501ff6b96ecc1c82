"""The letter claims nothing: each day and number in it stands in the chart, the request, or a row of the policy."""

import re
from datetime import date, datetime

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lenitive.chart import Request
from lenitive.documents.authorization import authorization
from lenitive.documents.letter import as_text
from lenitive.documents.packet import packet
from lenitive.documents.wording import days, number
from tests.strategies import charts, requests
from tests.unit.documents.conftest import DAY, KINDS, MEDICARE

DAYS = re.compile(r"\d{4}-\d{2}-\d{2}")
MONTHS = re.compile(r"\d{4}-\d{2}")
NUMBERS = re.compile(r"\d+(?:\.\d+)?")


def texts(value):
    """Every text and number inside a value."""
    if isinstance(value, dict):
        for part in value.values():
            yield from texts(part)
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from texts(part)
    elif isinstance(value, float):
        yield number(value)
    elif value is not None and not isinstance(value, bool):
        yield str(value)


def sourced(chart, found):
    """What the letter may draw on: whose it is, the facts, the request, and the rows of the policy that was chosen."""
    plain = [
        chart.patient_id,
        *(msgspec.to_builtins(fact, builtin_types=(date, datetime)) for fact in chart.as_of(found.as_of).facts),
        msgspec.to_builtins(found.request, builtin_types=(date,)),
        msgspec.to_builtins(found.chosen, builtin_types=(date,)),
        [one.label for one in found.criteria],
        [parameter.value for one in found.criteria for parameter in one.parameters],
        found.procedure,
    ]
    return "\n".join(texts(plain))


def said(paragraphs):
    return "\n".join(sentence.text for paragraph in paragraphs for sentence in paragraph.sentences)


def unfounded(letter, source):
    """Days and numbers of the letter that stand nowhere in the source."""
    known_days = set(DAYS.findall(source))
    known_months = {day[:7] for day in known_days} | set(MONTHS.findall(source))
    known_numbers = {float(one) for one in NUMBERS.findall(source)}
    wrong = [day for day in DAYS.findall(letter) if day not in known_days]
    rest = DAYS.sub(" ", letter)
    wrong += [month for month in MONTHS.findall(rest) if month not in known_months]
    return wrong + [one for one in NUMBERS.findall(MONTHS.sub(" ", rest)) if float(one) not in known_numbers]


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(charts(max_facts=12), requests(), st.sampled_from(KINDS), st.dates(date(2022, 1, 1), date(2030, 12, 31)))
def test_every_day_and_number_has_a_source(chart, request, kind, day):
    request = msgspec.structs.replace(request, kind=kind, **MEDICARE)
    found = authorization(chart, day, request)
    letter = said(packet(found, chart).letter)
    assert unfounded(letter, sourced(chart, found)) == []


def test_every_day_and_number_of_the_invented_patients_has_a_source(authorizations):
    for chart, found in authorizations:
        letter = said(packet(found, chart).letter)
        assert unfounded(letter, sourced(chart, found)) == []
        assert NUMBERS.search(letter)


def test_the_check_would_see_an_invented_number(authorizations):
    chart, found = authorizations[0]
    source = sourced(chart, found)
    assert unfounded("97.531 % relief on 1871-01-18", source) == ["1871-01-18", "97.531"]


def test_every_criterion_that_is_open_is_listed_as_not_in_the_record(authorizations):
    for chart, found in authorizations:
        made = packet(found, chart)
        absent = {
            one.text for part in made.letter if part.title.startswith("Not in the record") for one in part.sentences
        }
        claimed = {one.text for part in made.letter if part.title.startswith("On record") for one in part.sentences}
        assert not absent & claimed
        for one in found.criteria:
            if one.result.satisfied is None and not one.result.group and one.result.severity == "required":
                assert f"{one.label}." in absent


def test_every_sentence_about_a_fact_points_to_evidence_that_is_there(authorizations):
    for chart, found in authorizations:
        made = packet(found, chart)
        numbers = {row.number for row in made.evidence}
        assert {ref for part in made.letter for one in part.sentences for ref in one.evidence} <= numbers
        assert {ref for one in made.criteria for ref in one.evidence} <= numbers


def test_what_was_recorded_later_is_not_told(authorizations):
    chart, found = authorizations[0]
    early = date(2000, 1, 1)
    request = Request(kind=found.request.kind, **MEDICARE)
    made = packet(authorization(chart, early, request), chart)
    assert made.evidence == []


def test_drugs_and_allergies_stay_out_unless_a_criterion_rests_on_them(authorizations):
    for chart, found in authorizations:
        witnesses = {seen.id for one in found.criteria for seen in one.result.facts}
        shown = {row.fact for row in packet(found, chart).evidence if row.table in ("medication", "allergy")}
        assert shown <= witnesses


def test_the_letter_as_text_names_its_evidence(authorizations):
    chart, found = authorizations[0]
    assert re.search(r"\[E\d+", as_text(packet(found, chart).letter))


def test_days_that_are_known_roughly_say_so():
    assert days(None) == "day not recorded"
    assert days(DAY) == "2026-06-01"
    assert days(date(2026, 6, 1), date(2026, 6, 30)) == "2026-06"
    assert days(date(2026, 1, 1), date(2026, 12, 31)) == "2026"
    assert days(date(2026, 6, 2), date(2026, 7, 9)) == "between 2026-06-02 and 2026-07-09"


def test_numbers_are_not_rounded():
    assert [number(7.0), number(2.5), number(33.333333333)] == ["7", "2.5", "33.333333333"]

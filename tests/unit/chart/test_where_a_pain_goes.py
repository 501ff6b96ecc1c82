"""A pain that stays where it is: asked, and told in one word."""

from datetime import date, datetime
from pathlib import Path

import pytest

from lenitive.chart import TABLES, Chart
from lenitive.chart.complaint import NOWHERE
from lenitive.documents import wording
from lenitive.errors import LenitiveError
from lenitive.interop.case_file import parse_case_file
from lenitive.interop.case_file_writing import case_file_text
from lenitive.interop.fhir.reader import facts_of_document
from lenitive.interop.fhir.writer import chart_as_json
from lenitive.interop.report import ReadReport
from lenitive.reasoning.book import book
from lenitive.reasoning.citing import see
from lenitive.reasoning.differential import differentials
from lenitive.reasoning.findings import findings_of

DAY = date(2026, 6, 1)
CASE = """
as_of = 2026-06-01
[patient]
[[complaint]]
region = "buttock"
side = "left"
radiates_to = ["nowhere"{more}]
"""


def pain(**fields):
    said = {"id": "pain", "region": "buttock", "side": "left", "radiates_to": (NOWHERE,), **fields}
    return TABLES["complaint"](patient="p", recorded_at=datetime(2026, 1, 1), **said)


def test_the_word_is_read_from_a_case_file_and_stands_alone():
    [complaint] = parse_case_file(CASE.replace("{more}", "")).chart.table("complaint")
    assert complaint.stays
    with pytest.raises(LenitiveError, match="goes to no region"):
        parse_case_file(CASE.replace("{more}", ', "groin"'))


def test_silence_and_a_region_are_not_the_word():
    assert not pain(radiates_to=()).stays
    assert not pain(radiates_to=("groin",)).stays


def test_it_comes_back_from_a_case_file_and_from_fhir():
    chart = Chart.of([pain()])
    assert parse_case_file(case_file_text(chart)).chart.facts == chart.facts
    assert list(facts_of_document(Path("b.json"), ReadReport(), chart_as_json(chart), check_keys=True)) == list(
        chart.facts
    )


def test_it_is_told_in_words():
    assert see(pain()).text == "pain: buttock, left, goes nowhere"
    assert "going nowhere else" in wording.sentence(pain(), book().content)
    assert NOWHERE not in see(pain(radiates_to=())).text


@pytest.mark.parametrize(
    ("pains", "present"),
    [
        ([pain()], False),
        ([pain(radiates_to=())], None),
        ([pain(radiates_to=("posterior_thigh",))], None),
        ([pain(radiates_to=("groin",))], True),
        ([pain(region="groin")], True),
        ([pain(), pain(id="other", radiates_to=())], None),
        ([pain(), pain(id="other", radiates_to=("groin",))], True),
    ],
    ids=["stays", "silent", "thigh", "groin", "in the groin", "one silent", "one in the groin"],
)
def test_a_finding_that_is_read_from_where_it_hurts_is_absent_once_every_pain_stays(pains, present):
    seen = findings_of(Chart.of(pains), book(), DAY)
    assert (seen["groin_pain"].present if "groin_pain" in seen else None) is present


def test_what_is_read_from_other_words_stays_open():
    assert "pain_rising_from_sitting" not in findings_of(Chart.of([pain()]), book(), DAY)


def test_it_raises_no_question_of_its_own():
    def raised(**fields):
        chart = Chart.of([pain(**fields)])
        return [one.question for one in differentials(book(), chart, findings_of(chart, book(), DAY), DAY)]

    assert raised() == raised(radiates_to=())

"""A practice's own reading of a policy: told to who works with the request, and to the payer without a warning."""

import pytest

from lenitive.documents.appeal import appeal, denied_request
from lenitive.documents.authorization import Authorization, authorization
from lenitive.documents.packet import packet, summary
from lenitive.documents.payers_copy import payers_copy
from lenitive.interop.case_file import CaseFile
from lenitive.reasoning.book import Book, book
from lenitive.reasoning.readings import book_read_otherwise
from tests.unit.documents.test_appeal import case_of

POINT = "facet.scale.disability.advice"
OPEN = "Is a disability scale compulsory before the first block?"


@pytest.fixture(scope="module")
def otherwise() -> Book:
    return book_read_otherwise(frozenset({POINT}))


@pytest.fixture(scope="module")
def case() -> CaseFile:
    return case_of()


def stands(case: CaseFile, known: Book) -> Authorization:
    return authorization(case.chart, case.as_of, case.request, knowledge=known)


def test_the_payer_reads_how_the_open_point_is_asked_and_no_warning(case, otherwise):
    told = stands(case, otherwise)
    pages = payers_copy(told, case.chart, otherwise)
    [cell] = [one for one in pages.policy if one.name == "Where the text is open"]
    assert cell.value == f"{OPEN} Asked here: A disability scale at baseline (required)."
    refused = denied_request(case.chart, case.as_of, case.request.kind)
    draft = appeal(told, refused, case.chart, otherwise)
    assert "practice chose" not in str((pages, draft))


def test_the_physician_is_told_before_the_talk(case, otherwise):
    told = stands(case, otherwise)
    assert told.own_readings == [f"{OPEN} The practice chose to read this otherwise than the knowledge base does."]
    assert summary(told, case.chart, otherwise).warnings[0] == told.own_readings[0]


def test_who_reads_it_as_shipped_says_nothing_of_it(case):
    told = stands(case, book())
    assert told.own_readings == []
    assert "Where the text is open" not in [one.name for one in packet(told, case.chart, book()).policy]

"""The journal of requests and answers: whole or not at all, and one request for each number."""

import pytest

from lenitive.errors import UsageError
from lenitive.interop.davinci.pas_journal import FolderJournal


def test_requests_and_answers_come_back_byte_for_byte(tmp_path):
    journal = FolderJournal(tmp_path)
    journal.begin("pa-1", b'{"a": 1.0}')
    journal.keep_answer("pa-1", b'{ "b" : 2 }')
    again = FolderJournal(tmp_path)
    assert again.request_of("pa-1") == b'{"a": 1.0}'
    assert again.answer_to("pa-1") == b'{ "b" : 2 }'
    assert sorted(file.name for file in tmp_path.iterdir()) == ["pa-1.answer.json", "pa-1.request.json"]


def test_what_was_never_sent_is_nothing(tmp_path):
    assert FolderJournal(tmp_path).request_of("pa-1") is None
    assert FolderJournal(tmp_path).answer_to("pa-1") is None


def test_a_number_stands_for_one_request(tmp_path):
    journal = FolderJournal(tmp_path)
    journal.begin("pa-1", b"one")
    journal.begin("pa-1", b"one")
    with pytest.raises(UsageError, match="number of its own"):
        journal.begin("pa-1", b"two")
    assert journal.request_of("pa-1") == b"one"


def test_a_later_answer_takes_the_place_of_an_earlier_one(tmp_path):
    journal = FolderJournal(tmp_path)
    journal.keep_answer("pa-1", b"pended")
    journal.keep_answer("pa-1", b"approved")
    assert journal.answer_to("pa-1") == b"approved"


@pytest.mark.parametrize("number", ["../pa", "a/b", "", ".hidden", "x" * 65])
def test_no_number_leads_out_of_the_folder(tmp_path, number):
    with pytest.raises(UsageError):
        FolderJournal(tmp_path).begin(number, b"x")

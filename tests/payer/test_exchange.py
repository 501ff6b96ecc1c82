"""Requests sent to a payer that drops, delays and fails: one request stays one."""

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import httpx
import pytest

from lenitive.errors import UsageError
from lenitive.interop.davinci.claim_inquiry import claim_inquiry
from lenitive.interop.davinci.claim_parties import ServiceLine
from lenitive.interop.davinci.claim_update import as_cancellation, as_update
from lenitive.interop.davinci.pas_exchange import PayerEndpoint, PayerUnreachableError, RefusedByPayerError
from lenitive.interop.davinci.pas_journal import FolderJournal
from lenitive.interop.davinci.pas_notification import read_notification, subscription
from tests.conftest import ROOT
from tests.payer.conftest import Process
from tests.unit.interop.davinci.inventing import AT, LINES, asked, submission, written

PENDS = (ServiceLine(key="pa-1-lead", code="63650", units=1),)


@pytest.fixture(scope="module")
def about():
    return asked()


def bundles(about, **said: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """A request and the inquiry about it."""
    sent = submission(**said)
    return written(about, sent).bundle, claim_inquiry(about.chart, about.as_of, sent)


def test_an_approval_comes_back_line_by_line(about, payer: PayerEndpoint, process: Process, journal: FolderJournal):
    request, inquiry = bundles(about)
    answer = payer.submit(request, inquiry)
    assert (answer.how, answer.sent, answer.decision.state) == ("answered", 1, "approved")
    assert [(line.trace, line.number, line.granted[0].units) for line in answer.decision.lines] == [
        ("pa-1-first", "AUTH-C1", 1),
        ("pa-1-next", "AUTH-C1", 1),
    ]
    assert json.loads(journal.request_of("pa-1") or b"") == request
    assert process.ledger()["received"] == ["pa-1"]


@pytest.mark.parametrize("behaviour", ["drop after", "500 after", "delay 2"])
def test_an_answer_that_is_lost_is_asked_for_and_the_request_not_sent_again(about, payer, process, behaviour):
    process.tell("behave", [behaviour])
    answer = payer.submit(*bundles(about))
    assert (answer.how, answer.sent, answer.decision.state) == ("found by inquiry", 1, "approved")
    ledger = process.ledger()
    assert ledger["received"] == ledger["authorizations"] == ["pa-1"]
    assert ledger["inquired"] == 1


@pytest.mark.parametrize("behaviour", ["drop", "500"])
def test_a_request_that_did_not_arrive_is_sent_again_under_the_same_number(about, payer, process, behaviour):
    process.tell("behave", [behaviour, behaviour])
    answer = payer.submit(*bundles(about))
    assert (answer.how, answer.sent) == ("answered", 3)
    ledger = process.ledger()
    assert ledger["received"] == ledger["authorizations"] == ["pa-1"]
    assert ledger["inquired"] == 2


def test_a_payer_that_stays_out_of_order_is_an_error_and_the_next_call_asks_first(about, payer, process):
    request = bundles(about)
    process.tell("behave", ["500", "500", "500", "500 after"])
    with pytest.raises(PayerUnreachableError, match="may have arrived"):
        payer.submit(*request)
    answer = payer.submit(*request)
    assert (answer.how, answer.sent) == ("found by inquiry", 0)
    assert process.ledger()["received"] == ["pa-1"]


def test_nobody_listening_is_no_arrival(about, journal):
    with httpx.Client(timeout=0.5, trust_env=False) as client:
        unreachable = PayerEndpoint(client, "http://127.0.0.1:9/fhir", journal, attempts=2, pause_seconds=0)
        with pytest.raises(PayerUnreachableError):
            unreachable.submit(*bundles(about))


def test_pauses_grow(about, process, journal):
    process.tell("behave", ["500", "500", "500"])
    waited: list[float] = []
    with httpx.Client(timeout=2, trust_env=False) as client:
        base = f"http://127.0.0.1:{process.port}/fhir"
        PayerEndpoint(client, base, journal, attempts=4, pause_seconds=0.5, wait=waited.append).submit(*bundles(about))
    assert waited == [0.5, 1.0, 2.0]


def test_a_second_submission_of_the_same_request_sends_nothing(about, payer, process):
    request = bundles(about)
    first = payer.submit(*request)
    again = payer.submit(*request)
    assert (again.how, again.sent, again.decision) == ("answered before", 0, first.decision)
    assert process.ledger()["received"] == ["pa-1"]


def test_a_changed_request_under_the_same_number_is_refused_here(about, payer, process):
    payer.submit(*bundles(about))
    with pytest.raises(UsageError, match="number of its own"):
        payer.submit(*bundles(about, lines=LINES[:1]))
    assert process.ledger()["received"] == ["pa-1"]


def test_a_payer_that_has_the_number_already_is_asked(about, payer, process, tmp_path):
    request = bundles(about)
    payer.submit(*request)
    elsewhere = tmp_path / "another"
    elsewhere.mkdir()
    forgetful = PayerEndpoint(payer.client, payer.base, FolderJournal(elsewhere), attempts=3, pause_seconds=0)
    answer = forgetful.submit(*request)
    assert (answer.how, answer.sent) == ("found by inquiry", 1)
    assert process.ledger()["authorizations"] == ["pa-1"]


def test_a_request_that_the_payer_refuses_is_never_sent_again(about, payer, process):
    request, inquiry = bundles(about)
    del request["entry"][0]["resource"]["item"][0]["category"]
    with pytest.raises(RefusedByPayerError) as refusal:
        payer.submit(request, inquiry)
    assert refusal.value.status == 400
    assert refusal.value.issues == ("Claim.item.category is missing",)
    assert "category" not in str(refusal.value)
    assert process.ledger()["received"] == []


KILLED = """
import sys, httpx
from pathlib import Path
from lenitive.interop.davinci.pas_exchange import PayerEndpoint
from lenitive.interop.davinci.pas_journal import FolderJournal
from tests.payer.test_exchange import bundles
from tests.unit.interop.davinci.inventing import asked
request = bundles(asked())
print("ready", flush=True)
with httpx.Client(timeout=60, trust_env=False) as client:
    PayerEndpoint(client, sys.argv[1], FolderJournal(Path(sys.argv[2])), attempts=1, pause_seconds=0).submit(*request)
"""


def test_killed_between_sending_and_answer_the_next_start_asks(about, payer, process, journal):
    process.tell("behave", ["delay 30"])
    sender = subprocess.Popen(
        [sys.executable, "-c", KILLED, payer.base, str(journal.folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert sender.stdout is not None
    sender.stdout.readline()
    wait_until(lambda: process.ledger()["received"] == ["pa-1"])
    sender.send_signal(signal.SIGKILL)
    sender.wait()
    sender.stdout.close()
    assert journal.answer_to("pa-1") is None
    answer = payer.submit(*bundles(about))
    assert (answer.how, answer.sent, answer.decision.state) == ("found by inquiry", 0, "approved")
    assert process.ledger()["received"] == ["pa-1"]


def wait_until(holds: Any) -> None:
    for _ in range(200):
        if holds():
            return
        threading.Event().wait(0.05)
    raise AssertionError("did not come true in ten seconds")


# --- other answers


@pytest.mark.parametrize(
    ("code", "units", "state", "line"),
    [
        ("64635", 1, "approved", "approved"),
        ("64636", 2, "partly approved", "changed"),
        ("64625", 1, "denied", "denied"),
        ("63650", 1, "pended", "pended"),
        ("64483", 1, "unclear", "unclear"),
    ],
)
def test_each_kind_of_decision(about, payer, code, units, state, line):
    answer = payer.submit(*bundles(about, lines=(ServiceLine(key="k", code=code, units=units),)))
    assert answer.decision.state == state
    assert answer.decision.line("k").state == line
    granted = [one.units for one in answer.decision.line("k").granted]
    assert granted == ([1] if line in ("approved", "changed") else [])
    if line == "denied":
        assert answer.decision.line("k").reasons == ("Criteria not met",)
        assert answer.decision.line("k").notes == ("The second block is not documented.",)
    if line == "pended":
        assert answer.decision.line("k").case == "PEND-C1"


def test_the_whole_is_no_better_than_its_worst_line(about, payer):
    lines = (LINES[0], ServiceLine(key="other", code="64625", units=1))
    assert payer.submit(*bundles(about, lines=lines)).decision.state == "partly approved"


# --- pended, changed, taken back


def test_a_pended_request_is_found_approved_by_asking(about, payer, process, journal):
    request, inquiry = bundles(about, lines=PENDS)
    assert payer.submit(request, inquiry).decision.state == "pended"
    assert payer.inquire(request, inquiry).decision.state == "pended"  # type: ignore[union-attr]
    process.tell("decide", {"number": "pa-1", "action": "A1"})
    found = payer.inquire(request, inquiry)
    assert found is not None
    assert found.decision.state == "approved"
    assert payer.submit(request, inquiry).decision.state == "approved"
    assert process.ledger()["received"] == ["pa-1"]


def test_asking_about_a_request_that_never_came_finds_nothing(about, payer):
    assert payer.inquire(*bundles(about)) is None


class Ear(BaseHTTPRequestHandler):
    """Takes notifications."""

    heard: list[tuple[str | None, dict[str, Any]]]

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.heard.append((self.headers["X-Secret"], body))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *said: Any) -> None:
        pass


@pytest.fixture
def ear() -> Iterator[HTTPServer]:
    Ear.heard = []
    server = HTTPServer(("127.0.0.1", 0), Ear)
    listening = threading.Thread(target=server.serve_forever, daemon=True)
    listening.start()
    yield server
    server.shutdown()
    server.server_close()


def test_a_pended_request_is_found_approved_by_notification(about, payer, process, ear):
    request, inquiry = bundles(about, lines=PENDS)
    wanted = subscription(f"http://127.0.0.1:{ear.server_address[1]}/heard", "1234567893", "X-Secret: between-us")
    assert payer.client.post(f"{payer.base}/Subscription", json=wanted).status_code == 201
    payer.submit(request, inquiry)
    process.tell("decide", {"number": "pa-1", "action": "A1"})
    [(secret, notification)] = Ear.heard
    assert secret == "between-us"
    [told] = read_notification(notification, {"pa-1": request}, ())
    assert (told.what, told.number) == ("decided", "pa-1")
    assert told.decision is not None
    assert told.decision.state == "approved"
    [again] = read_notification(notification, {"pa-1": request}, {told.fingerprint})
    assert (again.what, again.decision) == ("repeated", None)
    [strange] = read_notification(notification, {}, ())
    assert strange.what == "not ours"


def test_an_update_takes_the_place_of_the_earlier_request(about, payer, process):
    request, inquiry = bundles(about)
    payer.submit(request, inquiry)
    sent = submission(number="pa-2", lines=LINES[:1])
    update = as_update(written(about, sent).bundle, request)
    answer = payer.submit(update, claim_inquiry(about.chart, about.as_of, sent))
    assert answer.decision.line("pa-1-first").state == "approved"
    assert process.ledger()["authorizations"] == ["pa-2"]


def test_a_cancellation_points_to_what_it_takes_back(about, payer, process):
    request, inquiry = bundles(about)
    payer.submit(request, inquiry)
    payer.submit(
        as_cancellation(request, "pa-3", AT), claim_inquiry(about.chart, about.as_of, submission(number="pa-3"))
    )
    assert process.ledger()["authorizations"] == ["pa-3"]
    with pytest.raises(RefusedByPayerError) as refusal:
        payer.submit(
            as_cancellation(request, "pa-4", AT), claim_inquiry(about.chart, about.as_of, submission(number="pa-4"))
        )
    assert refusal.value.status == 422

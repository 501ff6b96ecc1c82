"""A payer that answers with nonsense, with too much or without end harms neither the clinic nor other requests."""

from __future__ import annotations

import gzip
import json
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from lenitive.interop.davinci import pas_exchange
from lenitive_web.authorization import exchange
from lenitive_web.authorization.models import PayerConnection, Sending, SendingState
from lenitive_web.authorization.sending_actions import keep_refusal, keep_silence, stop_sending
from lenitive_web.ledger.models import Patient
from lenitive_web.people.roles import Role
from tests.payer.deciding import decide
from tests.web.authorization.sending import carry, submit
from tests.web.conftest import As, member


class Nonsense(ThreadingHTTPServer):
    """A payer that says ``said`` to everything."""

    status = 200
    said: tuple[bytes, ...] = (b"",)
    packed = False
    pause = 0.0


class Saying(BaseHTTPRequestHandler):
    server: Nonsense

    def log_message(self, *said: object) -> None:
        """Say nothing."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(self.server.status)
        if self.server.packed:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        try:
            for part in self.server.said:
                self.wfile.write(part)
                time.sleep(self.server.pause)
        except (BrokenPipeError, ConnectionResetError):
            pass


@pytest.fixture
def nonsense(connected: Patient) -> Iterator[Nonsense]:
    with Nonsense(("127.0.0.1", 0), Saying) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        PayerConnection.objects.update(base=f"http://127.0.0.1:{server.server_address[1]}/fhir")
        yield server
        server.shutdown()


@pytest.fixture
def kept(as_role: As, connected: Patient) -> Sending:
    submit(as_role(Role.AUTHORIZATION), connected)
    return Sending.objects.get()


@pytest.mark.parametrize("status", [200, 422])
@pytest.mark.parametrize("said", [b'{"a": "\xff"}', b"[" * 100_000, b"null", b"[]", b""])
def test_an_answer_that_is_none_is_noted(
    as_role: As, nonsense: Nonsense, kept: Sending, status: int, said: bytes
) -> None:
    nonsense.status, nonsense.said = status, (said,)
    assert carry(as_role(Role.AUTHORIZATION), kept).status_code == 302
    kept.refresh_from_db()
    assert (kept.state, kept.problem) == (
        (SendingState.UNANSWERED, "unreadable") if status == 200 else (SendingState.REFUSED, "HTTP 422")
    )
    assert kept.leased_until is None


def test_a_sign_that_no_database_keeps_is_no_answer(nonsense: Nonsense, kept: Sending) -> None:
    answer = decide(json.loads(kept.request_body), "C1", "A1")
    answer["entry"][0]["resource"]["disposition"] = "granted\0"
    nonsense.said = (json.dumps(answer).encode(),)
    assert exchange.carry_on(kept, by=None).state == SendingState.UNANSWERED
    assert (kept.problem, kept.answer_body) == ("unreadable", "")


@pytest.mark.parametrize("packed", [False, True])
def test_more_than_any_answer_is_not_read_to_its_end(
    monkeypatch: pytest.MonkeyPatch, nonsense: Nonsense, kept: Sending, packed: bool
) -> None:
    monkeypatch.setattr(pas_exchange, "MAX_ANSWER", 100_000)
    blanks = b" " * 1_000_000
    nonsense.said, nonsense.packed = (gzip.compress(blanks) if packed else blanks,), packed
    assert exchange.carry_on(kept, by=None).state == SendingState.UNANSWERED
    assert kept.problem == "no answer"


def test_an_answer_without_end_is_given_up_before_the_lease_ends(
    monkeypatch: pytest.MonkeyPatch, nonsense: Nonsense, kept: Sending
) -> None:
    """Each piece comes in time, so that no time limit of a single read ends it."""
    monkeypatch.setattr(pas_exchange, "LONGEST_ANSWER", 0.5)
    nonsense.said, nonsense.pause = (b" ",) * 60, 0.1
    began = time.monotonic()
    assert exchange.carry_on(kept, by=None).state == SendingState.UNANSWERED
    assert time.monotonic() - began < 3


def test_one_request_that_cannot_be_carried_on_holds_up_no_other(
    monkeypatch: pytest.MonkeyPatch, as_role: As, connected: Patient, kept: Sending
) -> None:
    other = Sending.objects.get()
    other.pk, other.number, other.kind = None, "pa-00000000000000000000", "another"
    other.save()
    carried = []

    def falls_over(sending: Sending, **more: object) -> Sending:
        carried.append(sending.pk)
        if sending.pk == kept.pk:
            raise ZeroDivisionError("a mistake of ours")
        return sending

    monkeypatch.setattr("lenitive_web.authorization.management.commands.send_requests.carry_on", falls_over)
    with pytest.raises(CommandError, match="1 of 2"):
        call_command("send_requests")
    assert carried == [kept.pk, other.pk]


@pytest.mark.parametrize("late", ["silence", "refusal"])
def test_what_goes_on_by_hand_is_not_taken_up_again_by_a_late_answer(
    connected: Patient, kept: Sending, late: str
) -> None:
    """Whoever was at it took longer than the lease; meanwhile somebody stopped it."""
    Sending.objects.update(state=SendingState.SENDING, leased_until=timezone.now() - timedelta(seconds=1))
    stop_sending(sending=kept, by=member(connected.practice, Role.AUTHORIZATION))
    if late == "silence":
        keep_silence(sending=kept, problem="no answer", by=None)
    else:
        keep_refusal(sending=kept, status=400, issues=(), by=None)
    kept.refresh_from_db()
    assert kept.state == SendingState.STOPPED
    assert exchange.sendings_due() == []

"""Where a request may go: names are looked up here as the machine does it, and a real server stands behind them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import httpx
import pytest

from lenitive_web.authorization import outward
from lenitive_web.authorization.connections import client_for
from lenitive_web.authorization.models import PayerConnection, Sending, SendingState
from lenitive_web.authorization.outward import InwardAddressError, OutwardTransport, is_inward, way_to
from lenitive_web.ledger.models import Patient
from lenitive_web.people.roles import Role
from tests.web.authorization.sending import Office, carry, submit
from tests.web.conftest import As

OUTSIDE = "93.184.215.14"


class Server:
    """A server on this machine that keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        keeper = self

        class Answering(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                keeper.asked.append((self.headers["Host"], self.path))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.http = HTTPServer(("127.0.0.1", 0), Answering)
        self.port = self.http.server_address[1]
        threading.Thread(target=self.http.serve_forever, daemon=True).start()


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.http.shutdown()
    running.http.server_close()


def post(transport: httpx.BaseTransport, host: str, port: int) -> int:
    with httpx.Client(transport=transport, trust_env=False) as client:
        return client.post(f"http://{host}:{port}/Claim/$submit", content=b"{}").status_code


@pytest.mark.parametrize("name", ["127.1", "0x7f.1", "2130706433", "localhost", "127.0.0.1", "0"])
def test_whatever_name_leads_to_this_machine_is_refused_before_anything_leaves(name: str, server: Server) -> None:
    with pytest.raises(InwardAddressError):
        post(OutwardTransport(allowed=()), name, server.port)
    assert server.asked == []


def test_a_host_that_was_allowed_is_reached_under_its_own_name(server: Server) -> None:
    assert post(OutwardTransport(allowed=["localhost"]), "localhost", server.port) == 204
    assert server.asked == [(f"localhost:{server.port}", "/Claim/$submit")]


def answers(*lists: list[str]) -> tuple[Callable[[str, int], list[str]], list[str]]:
    """A directory of names that changes its mind each time it is asked."""
    left, asked = list(lists), []

    def look_up(host: str, _port: int) -> list[str]:
        asked.append(host)
        return left.pop(0)

    return look_up, asked


def test_a_name_is_looked_up_once_and_what_was_checked_is_what_is_reached(server: Server) -> None:
    look_up, asked = answers(["127.0.0.1"], ["127.0.0.99"])
    assert post(OutwardTransport(["payer.intern"], look_up), "payer.intern", server.port) == 204
    assert asked == ["payer.intern"]
    assert server.asked == [(f"payer.intern:{server.port}", "/Claim/$submit")]


def test_a_name_that_leads_elsewhere_the_second_time_is_refused_then(server: Server) -> None:
    look_up, _asked = answers(["127.0.0.1"])
    with pytest.raises(InwardAddressError):
        post(OutwardTransport((), look_up), "payer.example", server.port)
    look_up, _asked = answers([OUTSIDE, "127.0.0.1"])
    with pytest.raises(InwardAddressError):
        post(OutwardTransport((), look_up), "payer.example", server.port)
    assert server.asked == [], "one address inside is enough"


def test_the_next_address_is_tried_where_nobody_answers_at_the_first(server: Server) -> None:
    look_up, _asked = answers(["127.0.0.77", "127.0.0.1"])
    assert post(OutwardTransport(["payer.intern"], look_up), "payer.intern", server.port) == 204


def test_a_name_that_is_nowhere_is_no_answer() -> None:
    with pytest.raises(httpx.ConnectError):
        post(OutwardTransport(()), "name.invalid", 443)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "255.255.255.255", "::1", "::", "fd00::1", "fe80::1", "ff02::1", "::ffff:10.0.0.1", "::ffff:127.0.0.1",
        "2002:7f00:1::", "64:ff9b::7f00:1", "64:ff9b::a00:1", "fe80::1%eth0", "not an address",
    ],
)  # fmt: skip
def test_inward(address: str) -> None:
    assert is_inward(address)


@pytest.mark.parametrize("address", [OUTSIDE, "1.1.1.1", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"])
def test_outward(address: str) -> None:
    assert not is_inward(address)


def test_a_payer_inside_is_reached_where_the_server_says_so(settings: Any, connected: Patient, office: Office) -> None:
    connection = PayerConnection.objects.get()
    connection.base = f"http://127.1:{office.port}/fhir"
    settings.HTTPS = True
    with pytest.raises(InwardAddressError), OutwardTransport(outward.allowed_inward()) as closed:
        post(closed, "127.1", office.port)
    settings.INWARD_HOSTS = ["127.1"]
    with httpx.Client(transport=way_to(connection.base)) as client:
        assert client.get(f"{connection.base}/metadata").status_code < 600


def test_a_request_to_an_inward_name_does_not_leave_and_says_so(
    as_role: As, connected: Patient, office: Office
) -> None:
    PayerConnection.objects.update(base=f"https://127.1:{office.port}/fhir")
    staff = as_role(Role.AUTHORIZATION)
    submit(staff, connected)
    carry(staff, Sending.objects.get())
    kept = Sending.objects.get()
    assert (kept.state, kept.problem) == (SendingState.UNANSWERED, "inward")
    page = staff.get(f"/patients/{connected.public_id}/authorization").content.decode()
    assert "leads into the clinic’s own network" in page


def test_where_the_server_has_a_proxy_the_proxy_is_asked(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """It looks the name up itself; whoever set it answers for where it leads."""
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{server.port}")
    monkeypatch.delenv("no_proxy", raising=False)
    assert post(way_to("http://payer.example/fhir"), "payer.example", 80) == 204
    assert server.asked == [("payer.example", "http://payer.example/Claim/$submit")]


def test_the_client_of_a_connection_goes_outward_only(connected: Patient, settings: Any) -> None:
    connection = PayerConnection.objects.get()
    connection.base = "https://127.1/fhir"
    with client_for(connection, {}) as client, pytest.raises(InwardAddressError):
        client.get("https://127.1/fhir/metadata")

"""CDS Hooks at 50 requests a second: the served process, beside an empty Django view that gets the same requests.

``lenitive serve`` runs on a database of its own with two workers. Requests of order-sign about invented patients leave
at fixed moments, whether earlier ones came back or not, and a latency counts from the moment at which its request was
due. Every call carries a signed token of its own, which the service checks and notes as used. Every answer is compared
with what the library says.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPException
from itertools import cycle, islice
from pathlib import Path
from socket import socket
from statistics import median
from threading import Thread
from time import perf_counter, sleep
from typing import Any
from uuid import uuid4

import jwt
import msgspec
from cryptography.hazmat.primitives.asymmetric import ec

from bench.hook_clinic import ISSUER
from bench.measuring import ROOT, Figure, Scale, SkippedError, check, percentile
from lenitive.interop.case_file import read_case_file
from lenitive.interop.cds_hooks.asking import draft_order, hook_request
from lenitive.interop.cds_hooks.service import Desk, answer, read_call
from lenitive.reasoning.book import book

TITLE = "CDS Hooks order-sign, the served process, 50 requests a second"
RATE = 50
WORKERS = 2
"""The bar is for two cores, and a process answers on one."""
P95_BAR = 0.050
SERVICE = "lenitive-order-check"
PATH = f"/cds-services/{SERVICE}"
NUMBERS = ("64635", "64493", "64483", "27096")
CONNECTIONS = 8
WARM = 100


@dataclass(frozen=True)
class Load:
    """What came of sending requests for some seconds. A call that never came back has no latency, and is an error."""

    sent: int
    latencies: list[float]
    errors: list[str]
    answers: list[tuple[int, bytes]]


def measure(scale: Scale) -> Iterator[Figure]:
    """The floor first, then the service."""
    seconds = scale.of(20, 4)
    requests = _requests()
    key = ec.generate_private_key(ec.SECP384R1())
    with tempfile.TemporaryDirectory(prefix="lenitive-bench-") as folder:
        environment = _environment(Path(folder), key)
        with _served([_beside("granian"), "--interface", "wsgi", "bench.hook_floor:application", "--port"], {}) as port:
            floor = _load(port, requests, seconds, key)
        with _served([_beside("lenitive"), "serve", "--workers", str(WORKERS), "--port"], environment) as port:
            load = _load(port, requests, seconds, key)
            desk = Desk.handing_out_forms(f"http://127.0.0.1:{port}/fhir", book())
    expected = [_expected(body, desk) for body in requests]
    yield _figure("an empty Django view", floor, bar=False)
    yield _figure(
        f"the order check, {sum(map(len, requests)) / len(requests) / 1024:.0f} KiB a request", load, bar=True
    )
    check(not floor.errors, f"{len(floor.errors)} calls of the empty view failed, the first: {floor.errors[:1]}")
    check(not load.errors, f"{len(load.errors)} of {seconds * RATE} calls failed, the first: {load.errors[:1]}")
    wrong = [number for number, body in load.answers if body != expected[number]]
    check(not wrong, f"{len(wrong)} of {len(load.answers)} answers are not what the library says")
    yield Figure("answers checked", f"{len(load.answers):,} equal to the library's")


def _figure(what: str, load: Load, *, bar: bool) -> Figure:
    check(bool(load.latencies), f"{what}: no call came back, the first: {load.errors[:1]}")
    middle, late = median(load.latencies), percentile(load.latencies, 95)
    said = f"p50 {middle * 1000:.3g} ms, p95 {late * 1000:.3g} ms, {len(load.errors)} errors of {load.sent}"
    return Figure(what, said, f"p95 {P95_BAR * 1000:.3g} ms" if bar else "", late < P95_BAR if bar else None)


# --- requests and what is right


def _requests() -> list[bytes]:
    """Orders for the patients of the example case files."""
    today = datetime.now(UTC).date()
    bodies: list[bytes] = []
    for path in sorted((ROOT / "examples").glob("*.toml")):
        chart = read_case_file(path).chart
        for number in NUMBERS:
            on = today + timedelta(days=14)
            order = draft_order("draft-1", number, site="left L4-5, L5-S1", on=on, authored=today, place="22")
            bodies.append(json.dumps(hook_request("order-sign", chart, uuid4(), [order])).encode())
    return bodies


def _expected(body: bytes, desk: Desk) -> bytes:
    given = answer(read_call(SERVICE, body), datetime.now(UTC).date(), desk)
    return msgspec.json.encode(given.response)


# --- servers


def _environment(folder: Path, key: ec.EllipticCurvePrivateKey) -> dict[str, str]:
    """A clinic of its own in a folder, with the client that signs with the key."""
    public: dict[str, Any] = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(key.public_key()))
    keys = folder / "keys.json"
    keys.write_text(json.dumps({"keys": [public | {"kid": "bench"}]}))
    environment = {
        "SECRET_KEY": secrets.token_urlsafe(50),
        "DATABASE_URL": f"sqlite:///{folder / 'clinic.sqlite3'}",
        "DJANGO_SETTINGS_MODULE": "lenitive_web.settings",
        "LENITIVE_HTTPS": "no",
        "LENITIVE_TIME_ZONE": "UTC",
    }
    made = subprocess.run(
        [sys.executable, "-m", "bench.hook_clinic", str(keys)],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    check(made.returncode == 0, f"the clinic could not be made: {made.stderr[-300:]}")
    return environment


def _beside(name: str) -> str:
    """A program of this environment."""
    program = Path(sys.executable).with_name(name)
    if not program.exists():
        raise SkippedError(f"{name} is not installed; it comes with the extra `web`")
    return str(program)


@contextmanager
def _served(command: Sequence[str], environment: dict[str, str]) -> Iterator[int]:
    """A server on a free port, stopped afterwards."""
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryFile() as told:
        process = subprocess.Popen(
            [*command, str(port)], cwd=ROOT, env=os.environ | environment, stdout=told, stderr=told
        )
        try:
            _wait_for(port, process)
            yield port
        finally:
            process.terminate()
            process.wait(timeout=20)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until a worker answers; an open port alone says only that somebody will."""
    for _ in range(300):
        check(process.poll() is None, "the server ended before it answered")
        connection = HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request("GET", PATH)
            connection.getresponse().read()
        except (OSError, HTTPException):
            sleep(0.1)
        else:
            return
        finally:
            connection.close()
    check(False, "the server did not answer for half a minute")


# --- load


def _load(port: int, requests: Sequence[bytes], seconds: int, key: ec.EllipticCurvePrivateKey) -> Load:
    """Requests at fixed moments over some connections; a few before that, which do not count."""
    planned = list(islice(cycle(range(len(requests))), seconds * RATE))
    _send(port, requests, planned[:WARM], [_token(port, key) for _ in range(WARM)])
    return _send(port, requests, planned, [_token(port, key) for _ in planned])


def _send(port: int, requests: Sequence[bytes], planned: Sequence[int], tokens: Sequence[str]) -> Load:
    load = Load(len(planned), [], [], [])
    start = perf_counter() + 0.1

    def work(first: int) -> None:
        connection = HTTPConnection("127.0.0.1", port, timeout=10)
        for number in range(first, len(planned), CONNECTIONS):
            due = start + number / RATE
            sleep(max(0.0, due - perf_counter()))
            headers = {"Content-Type": "application/json", "Authorization": f"Bearer {tokens[number]}"}
            try:
                connection.request("POST", PATH, requests[planned[number]], headers)
                response = connection.getresponse()
                body = response.read()
            except (OSError, HTTPException) as error:
                load.errors.append(type(error).__name__)
                connection.close()
                continue
            load.latencies.append(perf_counter() - due)
            if response.status == 200:
                load.answers.append((planned[number], body))
            else:
                load.errors.append(f"{response.status} {body[:200]!r}")

    workers = [Thread(target=work, args=(first,)) for first in range(CONNECTIONS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return load


def _token(port: int, key: ec.EllipticCurvePrivateKey) -> str:
    now = datetime.now(UTC)
    claims = {
        "iss": ISSUER,
        "aud": f"http://127.0.0.1:{port}{PATH}",
        "iat": now,
        "exp": now + timedelta(minutes=5),
        "jti": str(uuid4()),
    }
    return jwt.encode(claims, key, algorithm="ES384", headers={"kid": "bench"})

"""The payer of the tests, in a process of its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import httpx
import pytest

from lenitive_web.authorization import connections, exchange
from lenitive_web.ledger.models import Patient
from tests.web.authorization.sending import Office, connect, payer_process, say_the_rest


@pytest.fixture
def office(today: date) -> Iterator[Office]:
    """A payer for whom what it grants began four days ago."""
    with payer_process(today - timedelta(10)) as running:
        yield running


@pytest.fixture
def connected(office: Office, patient: Patient, today: date, monkeypatch: pytest.MonkeyPatch) -> Patient:
    """A patient whose payer is reached, and who is impatient: no attempt waits long."""
    monkeypatch.setattr(connections, "TIMEOUT", httpx.Timeout(0.5))
    monkeypatch.setattr(exchange, "TIMEOUT", httpx.Timeout(0.5))
    monkeypatch.setattr(exchange, "PAUSE_SECONDS", 0.01)
    connect(patient.practice, office.base)
    say_the_rest(patient, today)
    return patient

"""A process that is killed while it waits for the payer's answer loses nothing, and the payer gets one request."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from django.utils import timezone

from tests.conftest import ROOT
from tests.web.authorization.sending import NUMBER, payer_process

BEGIN = """
import sys, django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("createcachetable")
from django.test import Client
from django.utils import timezone
from lenitive_web.people.models import Practice
from lenitive_web.people.roles import Role
from tests.web.authorization.sending import connect, say_the_rest, submit
from tests.web.conftest import admitted, member
today = timezone.localdate()
practice = Practice.objects.create(name="First Practice")
patient = admitted(practice, today)
connect(practice, sys.argv[1])
say_the_rest(patient, today)
client = Client()
Client().get("/health")
client.force_login(member(practice, Role.AUTHORIZATION), backend="allauth.account.auth_backends.AuthenticationBackend")
assert submit(client, patient).status_code == 302
"""
SEND = """
import django
django.setup()
from django.core.management import call_command
call_command("send_requests")
"""
GO_ON = """
import django
django.setup()
from datetime import timedelta
from django.core.management import call_command
from django.utils import timezone
from lenitive_web.authorization.models import Sending
sending = Sending.objects.get()
print(sending.state, sending.begun_at is not None, bool(sending.answer_body))
Sending.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
call_command("send_requests")
from lenitive_web.ledger.models import Entry
print(*(row["status"] for row in Entry.objects.filter(table="authorization").values_list("body", flat=True)))
"""


def started(code: str, database: Path, *arguments: str) -> subprocess.Popen[str]:
    surroundings = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.web.settings",
        "LENITIVE_TEST_DATABASE_URL": f"sqlite:///{database}",
    }
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.Popen(command, cwd=ROOT, env=surroundings, stdout=subprocess.PIPE, text=True)


def said_by(process: subprocess.Popen[str]) -> list[str]:
    said, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    return said.splitlines()


def wait_until(holds: Callable[[], bool]) -> None:
    for _ in range(600):
        if holds():
            return
        time.sleep(0.05)
    raise AssertionError("did not come true in half a minute")


def test_killed_between_sending_and_answer_the_next_run_asks(tmp_path: Path) -> None:
    database = tmp_path / "clinic.sqlite3"
    with payer_process(timezone.localdate() - timedelta(days=10)) as office:
        said_by(started(BEGIN, database, office.base))
        office.tell("behave", ["delay 60"])
        sender = started(SEND, database)
        wait_until(lambda: office.ledger()["received"] == [NUMBER])
        sender.send_signal(signal.SIGKILL)
        sender.communicate()
        before, told, steps = said_by(started(GO_ON, database))
        assert before == "sending True False"
        assert told.startswith("1 of 1 requests were answered")
        assert steps == "drafted sent approved"
        ledger = office.ledger()
        assert (ledger["received"], ledger["inquired"]) == ([NUMBER], 1)

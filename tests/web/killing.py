"""``python -m tests.web.killing``: kills the clinic while it writes, again and again, and says what stood afterwards.

Each act of a person is a request to the real view, made by a process that is forked for it. The process is killed (by
SIGKILL, from inside) after its first statement that writes, after its second, and so on, until the act is over. After
each kill the parent compares every row of every table with what stood before. What an act adds when nobody kills it is
learned from a twin: the same patient once more, for whom each act comes through undisturbed.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import django

django.setup()

from django.apps import apps  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, connections  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from lenitive_web.audit.chain import breaks  # noqa: E402
from lenitive_web.audit.models import Event  # noqa: E402
from lenitive_web.importing.models import StagedPatient  # noqa: E402
from lenitive_web.ledger.models import Patient  # noqa: E402
from lenitive_web.people.models import Practice  # noqa: E402
from lenitive_web.people.roles import PERMISSIONS, Role  # noqa: E402
from lenitive_web.schedule.models import Booking  # noqa: E402
from tests.web.conftest import admitted, member  # noqa: E402
from tests.web.importing.uploads import bundle, pain, person, taken_in  # noqa: E402
from tests.web.procedure.booking import at, booked  # noqa: E402
from tests.web.procedure.test_booking import ABLATION, said  # noqa: E402
from tests.web.procedure.test_day import BLOCK, GOOD, checked, send, stopped  # noqa: E402

WRITES = ("INSERT", "UPDATE", "DELETE")
APART = ("sessions.Session", "usersessions.UserSession", "audit.Event", "audit.Shown")
"""Who is signed in is written at each click, in a transaction of its own, and is nothing that is acknowledged."""
MOST_WRITES = 400

Act = Callable[[], int]
"""Does something as a person would; the status of the answer."""


Rows = dict[str, list[str]]


@dataclass
class Told:
    """What was found about one act: at how many places it was killed, and at which of them something was wrong."""

    act: str
    writes: dict[str, int]
    killed: int = 0
    half_written: list[int] = field(default_factory=list)
    came_through: bool = False


def everything() -> Rows:
    """Every row of every table. That somebody opened a page is an event of its own, and stands whatever follows."""
    rows = {
        model._meta.label: sorted(map(repr, model.objects.values_list()))
        for model in apps.get_models()
        if model._meta.label not in APART
    }
    acts = Event.objects.exclude(action__in=PERMISSIONS)
    return rows | {"audit.Event": sorted(map(repr, acts.values_list("pk", "action", "about")))}


def added(before: Rows, after: Rows) -> dict[str, int]:
    """How many rows each table has more, or another content."""
    return {label: len(after[label]) - len(rows) for label, rows in before.items() if after[label] != rows}


def forked(act: Act, *, kill_at: int | None = None, kill_after_answer: bool = False) -> bool:
    """Whether the act came through in a process of its own."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        _be_killed(act, kill_at, kill_after_answer)
    _pid, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return False
    if os.WEXITSTATUS(status):
        raise RuntimeError(f"{act} was refused, or failed; its process says why.")
    return True


def _be_killed(act: Act, kill_at: int | None, kill_after_answer: bool) -> None:
    """Act, and be killed on the way. Never returns."""
    written = 0

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal written
        result = execute(sql, params, many, context)
        written += sql.lstrip().upper().startswith(WRITES)
        if written == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    try:
        with connection.execute_wrapper(count):
            status = act()
        if kill_after_answer:
            os.kill(os.getpid(), signal.SIGKILL)
        print(f"answered {status}", file=sys.stderr)
        os._exit(0 if status in (200, 302) else 1)
    finally:  # never back into the parent's code
        traceback.print_exc()
        os._exit(2)


def killed_everywhere(name: str, act: Act, twin: Act) -> Told:
    """Kill an act after each of its writes, until it is over; its twin says what it adds when it is left alone."""
    before = everything()
    assert forked(twin)
    told = Told(name, added(before, everything()))
    before = everything()
    for place in range(1, MOST_WRITES):
        was_killed = not forked(act, kill_at=place)
        told.killed += was_killed
        changes = added(before, everything())
        told.came_through = changes == told.writes
        if changes and not told.came_through:
            told.half_written.append(place)
        if changes or not was_killed:
            break
    return told


# --- the acts


def signed_in(role: Role) -> Client:
    """Somebody of the practice, signed in."""
    client = Client()
    client.force_login(
        member(Practice.objects.get(), role), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    return client


class Journey:
    """What is done for one patient, by people who are signed in."""

    def __init__(self, practice: Practice, number: int) -> None:
        self.practice, self.today, self.number = practice, timezone.localdate(), number
        self.patient = admitted(practice, self.today)
        booked(self.patient, at(self.today, 14 + number))
        upload = bundle(person(f"n{number}", f"Given{number} Example", identifier=f"{number}"), pain("o", f"n{number}"))
        self.job = taken_in(member(practice, Role.FRONT_DESK), one__json=upload)
        self.nurse, self.doctor, self.desk = map(signed_in, (Role.NURSE, Role.PHYSICIAN, Role.FRONT_DESK))

    @property
    def booking(self) -> Booking:
        """The visit of the day."""
        return Booking.objects.get(kind=BLOCK.kind, patient=self.patient)

    def book(self) -> int:
        form = said(self.practice, self.today, ABLATION, time=f"1{self.number}:00", reason="It is on paper.")
        return self.doctor.post(reverse("book", args=[self.patient.public_id]), form).status_code

    def check_the_list(self) -> int:
        checked(self.nurse, self.booking, self.today)
        return 302

    def sign_the_consent(self) -> int:
        signed = {"signed_name": self.patient.name, "signed_as": "patient", "understood": "on"}
        return send(self.nurse, self.booking, "visit-consent", **signed).status_code

    def stop_for_the_time_out(self) -> int:
        stopped(self.nurse, self.booking)
        return 302

    def record_the_procedure(self) -> int:
        return send(self.doctor, self.booking, "visit-record", **GOOD).status_code

    def make_the_packet(self) -> int:
        return self.doctor.post(packet_of(self.patient), {"why": "The payer wants it today."}).status_code

    def decide_about_an_import(self) -> int:
        return self._sent(was="", more={"do": "save"})

    def begin_an_import(self) -> int:
        return self._sent(was="leave", more={"do": "import", "leave": ""})

    def _sent(self, was: str, more: dict[str, str]) -> int:
        [row] = StagedPatient.objects.filter(record_import=self.job)
        leave = more.pop("leave", "yes")
        form = {f"was-{row.pk}": was, **({f"leave-{row.pk}": leave} if leave else {}), **more}
        return self.desk.post(reverse("import", args=[self.job.pk]), form).status_code


ACTS = (
    "book",
    "check_the_list",
    "sign_the_consent",
    "stop_for_the_time_out",
    "record_the_procedure",
    "make_the_packet",
    "decide_about_an_import",
    "begin_an_import",
)


def packet_of(patient: Patient) -> str:
    """Where the packet of a patient is made."""
    return reverse("packet", args=[patient.public_id, ABLATION.kind])


def answered_and_killed(journey: Journey) -> bool:
    """Whether what was answered stands, although the process was killed the moment after."""
    patient, client = journey.patient, journey.doctor
    address = reverse("story_add", args=[patient.public_id, "allergy"])
    form = {"version": Patient.objects.get(pk=patient.pk).last_entry, "substance": "a rare resin"}
    before = patient.entries.count()
    forked(lambda: client.post(address, form).status_code, kill_after_answer=True)
    return patient.entries.count() == before + 1


def killed_while_it_is_set(journey: Journey) -> list[str]:
    """What a packet leaves behind that is killed while it is being set, at several moments: no paper, no file.

    That somebody asked for it, and the word why, is written before it is set and stays.
    """
    before = everything()
    for wait in (0.02, 0.1, 0.3):
        connections.close_all()
        child = os.fork()
        if child == 0:
            journey.make_the_packet()
            os._exit(0)
        time.sleep(wait)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    changed = [
        label for label in added(before, everything()) if label not in ("audit.Event", "authorization.PacketTaken")
    ]
    return changed + [path.name for path in Path(tempfile.gettempdir()).iterdir()]


def main() -> None:
    """Do it all on the database of the surroundings, and print what was found as JSON."""
    call_command("migrate", verbosity=0)
    call_command("createcachetable")
    practice = Practice.objects.create(name="First Practice")
    one, twin = Journey(practice, 0), Journey(practice, 2)
    # What is read once for all is read before anything is forked; a packet is not made, for its threads would be lost.
    one.doctor.get(reverse("book", args=[one.patient.public_id]))
    told = {
        "acts": [asdict(killed_everywhere(name, getattr(one, name), getattr(twin, name))) for name in ACTS],
        "answered_stands": answered_and_killed(one),
        "left_behind": killed_while_it_is_set(one),
        "packet": one.make_the_packet(),
        "breaks": len(list(breaks())),
    }
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main()

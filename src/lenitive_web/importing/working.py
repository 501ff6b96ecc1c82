"""Who does the long work: a thread of the serving process, or a command. The table of imports is the queue.

A worker takes an import by writing its name into the row, and says every few seconds that it is still at work. Another
takes over when the process is gone or has been silent for long. Whatever it had begun was a transaction, so there is
nothing to clean up: the reading starts again, the writing goes on with the next patient.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from time import monotonic, sleep

from django.db import close_old_connections, connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from lenitive.interop.report import ReadReport
from lenitive_web.importing.expiry import expire, kept_for
from lenitive_web.importing.matching import Directory
from lenitive_web.importing.models import BUSY, Part, RecordImport, State
from lenitive_web.importing.reading import is_alive, read
from lenitive_web.importing.staging import stage
from lenitive_web.importing.writing import NotOursError, write_next

SILENT_FOR = timedelta(minutes=2)
"""A worker of another machine that has not been heard of for so long is taken to be gone."""
BEAT_SECONDS = 2.0
LOOK_SECONDS = 5.0
"""How often an idle worker looks for work that another process left."""
EXPIRY_SECONDS = 3600.0
"""How often what nobody decided about is looked for."""
LONGEST_PAUSE = 0.2
"""Between two patients the worker rests as long as the last one took, up to this: SQLite has one writer at a time, and
people who click go first."""
MOST_ATTEMPTS = 3
"""So often an import may bring its worker down before it is put aside."""

log = logging.getLogger("lenitive_web.importing")
_news = threading.Event()
_starting = threading.Lock()
_thread: threading.Thread | None = None


# --- in the serving process


def start_worker() -> None:
    """Have a thread of this process do the work; called where the process begins to serve."""
    global _thread
    with _starting:
        if _thread is None or not _thread.is_alive():
            _thread = threading.Thread(target=_work_for_ever, name="imports", daemon=True)
            _thread.start()


def wake() -> None:
    """Say that there is work, so that the thread of this process does not wait for its next look."""
    _news.set()


def _work_for_ever() -> None:
    looked = -EXPIRY_SECONDS
    while True:
        try:
            close_old_connections()
            work()
            if monotonic() - looked >= EXPIRY_SECONDS:
                looked = monotonic()
                throw_away_old()
        except Exception:
            log.exception("an import brought its worker down; it will be taken up again")
        finally:
            connection.close()
        _news.wait(LOOK_SECONDS)
        _news.clear()


# --- the work


def work() -> int:
    """Do all the work there is; how many imports were taken up."""
    taken = 0
    while (job := _take()) is not None:
        taken += 1
        if job.state == State.READING:
            _read(job)
        else:
            _write(job)
    return taken


def throw_away_old() -> int:
    """Throw away what nobody decided about for as long as the settings say; of how many imports."""
    kept = kept_for()
    return expire(timezone.now(), kept) if kept else 0


def worker_name() -> str:
    """This machine, process and thread."""
    return f"{socket.gethostname()[:60]}:{os.getpid()}:{threading.get_ident()}"


def _take() -> RecordImport | None:
    """The oldest import that has something to do and nobody who does it, now ours."""
    for job in RecordImport.objects.filter(state__in=BUSY).select_related("practice", "by").order_by("pk"):
        if job.worker and not _is_left(job):
            continue
        if job.attempts >= MOST_ATTEMPTS:
            _put_aside(job)
            continue
        mine = RecordImport.objects.filter(pk=job.pk, state=job.state, worker=job.worker, beat_at=job.beat_at)
        now, name = timezone.now(), worker_name()
        if mine.update(worker=name, beat_at=now, attempts=F("attempts") + 1):
            job.worker, job.beat_at, job.attempts = name, now, job.attempts + 1
            return job
    return None


def _is_left(job: RecordImport) -> bool:
    """Whether the worker whose name stands in an import is gone."""
    machine, _sep, rest = job.worker.partition(":")
    process = rest.partition(":")[0]
    if job.worker == worker_name():
        return True
    if machine == socket.gethostname()[:60] and process.isdigit() and not is_alive(int(process)):
        return True
    return job.beat_at is None or timezone.now() - job.beat_at > SILENT_FOR


def _put_aside(job: RecordImport) -> None:
    problem = _("It was taken up %(times)s times and each time its worker came to an end.") % {"times": job.attempts}
    mine = RecordImport.objects.filter(pk=job.pk, state=job.state, attempts=job.attempts)
    with transaction.atomic():
        if mine.update(state=State.BROKEN, problem=problem, worker="", changed_at=timezone.now()):
            Part.objects.filter(file__record_import=job).delete()  # nobody will read them any more


class _Beat:
    """Says every few seconds that the worker is at work, and hears whether the import is still wanted."""

    def __init__(self, job: RecordImport) -> None:
        self.job = job
        self.last = monotonic()

    def __call__(self, records: int | None = None) -> None:
        if monotonic() - self.last < BEAT_SECONDS / 2:
            return
        self.last = monotonic()
        mine = RecordImport.objects.filter(pk=self.job.pk, state=self.job.state, worker=self.job.worker)
        told = {} if records is None else {"records_read": records}
        if not mine.update(beat_at=timezone.now(), **told):
            raise NotOursError


@contextmanager
def _unless_taken_away(job: RecordImport) -> Iterator[None]:
    try:
        yield
    except NotOursError:
        log.info("an import was stopped or taken over", extra={"fields": {"import": job.pk}})


def _read(job: RecordImport) -> None:
    with _unless_taken_away(job):
        report = ReadReport()
        beat = _Beat(job)
        told = read(job, report, beat)
        stage(job, told, report, beat, worker=job.worker, today=timezone.localdate())


def _write(job: RecordImport) -> None:
    with _unless_taken_away(job):
        beat, directory, written = _Beat(job), Directory(job.practice), 0
        began = monotonic()
        while write_next(job, directory, worker=job.worker):
            beat()
            written += 1
            if written == 1:  # it gets on, so whatever ended a worker before was not this import
                RecordImport.objects.filter(pk=job.pk).update(attempts=0)
            sleep(min(monotonic() - began, LONGEST_PAUSE))
            began = monotonic()
        RecordImport.objects.filter(pk=job.pk, state=State.WRITING, worker=job.worker).update(
            state=State.DONE, worker="", attempts=0, changed_at=timezone.now()
        )

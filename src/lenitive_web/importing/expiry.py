"""What waits in an import does not wait for ever: records of people about whom nobody decides are thrown away.

Reading an upload leaves copies of records outside of the charts. They are there for as long as somebody may still
decide about them: so many days after the last thing that was done about the import.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import ngettext

from lenitive_web.audit.actions import write_event
from lenitive_web.importing.actions import throw_away
from lenitive_web.importing.models import OPEN, UNDONE, RecordImport, StagedPatient


def kept_for() -> timedelta | None:
    """How long what waits is kept; nothing if it is kept until somebody decides."""
    return timedelta(days=settings.IMPORT_DAYS) if settings.IMPORT_DAYS else None


def ends_on(job: RecordImport) -> date | None:
    """The day on which what waits in an import is thrown away; nothing if nothing waits, or for ever."""
    kept = kept_for()
    waits = job.is_open and _waiting().filter(record_import=job).exists()
    return timezone.localdate(job.changed_at + kept) if kept and waits else None


def expire(at: datetime, kept: timedelta) -> int:
    """Throw away what nobody decided about for so long, as of a moment; of how many imports."""
    due = _untouched(at - kept).order_by("pk").values_list("pk", flat=True)
    return sum(_expire(number, at, kept) for number in list(due))


def _untouched(since: datetime) -> QuerySet[RecordImport]:
    waits = Exists(_waiting().filter(record_import=OuterRef("pk")))
    return RecordImport.objects.filter(waits, state__in=OPEN, changed_at__lte=since)


def _waiting() -> QuerySet[StagedPatient]:
    """Patients of whom something is kept and about whom somebody can still decide."""
    return StagedPatient.objects.filter(Q(facts__isnull=False) | ~Q(name=""), outcome__in=UNDONE)


@transaction.atomic
def _expire(number: int, at: datetime, kept: timedelta) -> bool:
    """Throw away what waits in one import, unless somebody was at it in the meantime."""
    held = RecordImport.objects.select_for_update().get(pk=number)
    if not _untouched(at - kept).filter(pk=number).exists():
        return False
    patients = _waiting().filter(record_import=held).count()
    words = ngettext("Nobody decided about it for %(n)s day.", "Nobody decided about it for %(n)s days.", kept.days)
    throw_away(held, problem=words % {"n": kept.days})
    write_event(
        practice=held.practice,
        by=None,
        action="import.expire",
        about=f"import {held.pk}: {patients} patients, {held.state}",
    )
    return True

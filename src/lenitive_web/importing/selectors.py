"""What stands about imports: who is ready, how far the work is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from lenitive_web.importing.models import Decision, Outcome, Received, RecordImport, StagedPatient, Standing, State
from lenitive_web.people.models import Practice

_READY = Q(standing__in=(Standing.NEW, Standing.KNOWN)) | Q(decision__in=(Decision.NEW, Decision.EXISTING))


def imports_of(practice: Practice) -> QuerySet[RecordImport]:
    """The imports of a practice, the latest first."""
    return RecordImport.objects.filter(practice=practice).select_related("by")


def ready(job: RecordImport) -> QuerySet[StagedPatient]:
    """The patients who would be written now."""
    waiting = StagedPatient.objects.filter(record_import=job, outcome=Outcome.WAITING)
    return waiting.exclude(standing=Standing.HELD).exclude(decision=Decision.LEAVE).filter(_READY)


def undecided(job: RecordImport) -> QuerySet[StagedPatient]:
    """The patients about whom a person has to decide."""
    return StagedPatient.objects.filter(
        record_import=job, outcome=Outcome.WAITING, standing=Standing.ASK, decision=Decision.OPEN
    )


@dataclass(frozen=True)
class Numbers:
    """How many patients of an upload stand where."""

    patients: int
    new: int
    known: int
    ask: int
    held: int
    left: int
    ready: int
    undecided: int
    written: int
    same: int
    failed: int
    facts: int
    facts_before: int
    facts_left_out: int
    facts_to_come: int
    not_compared: int

    @property
    def over(self) -> int:
        """With how many the work is over."""
        return self.written + self.same + self.failed

    @property
    def nothing_new(self) -> bool:
        """Whether nothing of what waits would add a fact to a chart, as far as the preview could see."""
        compared = not (self.facts_to_come or self.not_compared)
        return bool(self.known) and compared and not (self.new or self.ask or self.over)

    @property
    def to_do(self) -> int:
        """How many somebody can still do something about."""
        return self.ready + self.undecided + self.failed

    @property
    def all(self) -> int:
        """How many the work is about."""
        return self.over + self.ready


def numbers(job: RecordImport) -> Numbers:
    """The numbers of an import, counted now."""
    waiting = Q(outcome=Outcome.WAITING)
    over = Q(outcome__in=(Outcome.WRITTEN, Outcome.SAME))
    left = Q(decision=Decision.LEAVE) | Q(outcome=Outcome.LEFT)
    counted: dict[str, Any] = StagedPatient.objects.filter(record_import=job).aggregate(
        facts=Sum("written", filter=over, default=0),
        facts_before=Sum("there_before", filter=over, default=0),
        facts_left_out=Sum("left_out", filter=over, default=0),
        facts_to_come=Sum("written", filter=waiting & Q(standing=Standing.KNOWN), default=0),
        not_compared=Count("pk", filter=waiting & Q(standing=Standing.KNOWN, match=None)),
        patients=Count("pk"),
        new=Count("pk", filter=Q(standing=Standing.NEW)),
        known=Count("pk", filter=Q(standing=Standing.KNOWN)),
        ask=Count("pk", filter=Q(standing=Standing.ASK)),
        held=Count("pk", filter=Q(standing=Standing.HELD)),
        left=Count("pk", filter=left),
        ready=Count("pk", filter=waiting & ~Q(standing=Standing.HELD) & ~Q(decision=Decision.LEAVE) & _READY),
        undecided=Count("pk", filter=waiting & Q(standing=Standing.ASK, decision=Decision.OPEN)),
        written=Count("pk", filter=Q(outcome=Outcome.WRITTEN)),
        same=Count("pk", filter=Q(outcome=Outcome.SAME)),
        failed=Count("pk", filter=Q(outcome=Outcome.FAILED)),
    )
    return Numbers(**counted)


def imported_before(job: RecordImport) -> RecordImport | None:
    """The last import of the practice, finished before this one, that held one of the same files."""
    sums = job.files.values_list("sha256", flat=True)
    same = Received.objects.filter(sha256__in=list(sums), record_import__practice=job.practice_id)
    jobs = RecordImport.objects.filter(files__in=same, pk__lt=job.pk, state=State.DONE)
    return jobs.select_related("by").order_by("pk").last()

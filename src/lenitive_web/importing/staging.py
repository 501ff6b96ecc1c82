"""From what was read to patients that wait: who each is, what would be new. Nothing of a chart is written yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone

from lenitive.chart import TABLE_OF, Chart
from lenitive.chart.versions import withdraws_a_record
from lenitive.interop.report import ReadReport
from lenitive_web.importing.matching import Directory, Verdict, Who, match, who_is, why_held
from lenitive_web.importing.models import Part, RecordImport, StagedPatient, Standing, State, Why
from lenitive_web.importing.packing import digest_of, packed
from lenitive_web.importing.placing import place, stored_facts
from lenitive_web.importing.reading import Tell, Told, plain_report


def stage(job: RecordImport, told: Sequence[Told], report: ReadReport, tell: Tell, *, worker: str, today: date) -> bool:
    """Keep what was read, and let go of the files, in one transaction; no if the import is not ours any more."""
    directory = Directory(job.practice)
    directory.refresh()
    before: set[str] = set()
    rows = []
    for number, one in enumerate(told, 1):
        tell(report.records)
        rows.append(_staged(job, number, one, directory, before, today))
    kept = plain_report(report)
    with transaction.atomic():
        held = RecordImport.objects.select_for_update().get(pk=job.pk)
        if held.state != State.READING or held.worker != worker:
            return False
        StagedPatient.objects.bulk_create(rows, batch_size=50)
        Part.objects.filter(file__record_import=held).delete()
        held.state = State.READ if rows else State.EMPTY
        held.report, held.records_read, held.worker, held.attempts = kept, kept["records"], "", 0
        held.changed_at = timezone.now()
        held.save()
    return True


def _staged(
    job: RecordImport, number: int, told: Told, directory: Directory, before: set[str], today: date
) -> StagedPatient:
    chart = told.chart
    digest = digest_of(chart.facts)
    who = who_is(chart, digest)
    held = why_held(chart, today)
    verdict = Verdict(Standing.HELD, held) if held else _verdict(who, directory, before)
    clean = str.maketrans("\0", "�")
    row = StagedPatient(
        record_import=job,
        number=number,
        name=who.name.translate(clean),
        birth_date=who.birth_date,
        identifiers=[] if held else list(who.identifiers),
        digest=digest,
        facts=None if held else packed(chart.facts),
        counts=_counts(chart),
        versions=told.versions,
        standing=verdict.standing,
        why=verdict.why,
        match=verdict.match,
        alike=[one.pk for one in verdict.alike],
    )
    if verdict.match:
        would = place(chart.facts, stored_facts(verdict.match), versions=told.versions)
        row.written, row.there_before, row.left_out = len(would.new), would.there_before, would.left_out
    return row


def _counts(chart: Chart) -> dict[str, int]:
    """Facts by table. The withdrawal of a record of which nothing was read is none."""
    facts = (fact for fact in chart.facts if not withdraws_a_record(fact))
    return dict(Counter(TABLE_OF[type(fact)] for fact in facts).most_common())


def _verdict(who: Who, directory: Directory, before: set[str]) -> Verdict:
    """Who it is; a patient whose identifier came before in this upload will be known when its turn comes."""
    verdict = match(who, directory)
    doubled = not before.isdisjoint(who.identifiers)
    before.update(who.identifiers)
    return Verdict(Standing.KNOWN, Why.SAME_UPLOAD) if doubled and verdict.standing == Standing.NEW else verdict

"""Looking at a chart: what the first page keeps of it, and when that has to be worked out anew."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

import msgspec
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

import lenitive.reasoning
from lenitive.chart import Chart
from lenitive.chart.medication import Medication
from lenitive.knowledge.loading import fingerprint
from lenitive.medicine.content import FOLDER, content
from lenitive.reasoning.assessment import Differential, Estimate, Option, StatusWord, Verdict, what_stops
from lenitive.reasoning.book import Book
from lenitive.reasoning.consider import consider
from lenitive_web.ledger.models import Entry, Patient, RequestMade
from lenitive_web.ledger.selectors import chart_from, requests_from
from lenitive_web.people.models import Practice
from lenitive_web.people.roles import Role
from lenitive_web.readings.selectors import book_of, read_otherwise
from lenitive_web.schedule.models import NOT_BEGUN, Booking
from lenitive_web.today.asking import Question, questions_of, questions_on_the_day
from lenitive_web.today.duties import Duty, duties_of, news
from lenitive_web.today.models import Glance, Owed

log = logging.getLogger(__name__)

RANK = {"emergency": 0, "stop": 1, "warning": 2, "ask": 3}
CALM = 9
"""The rank of a chart without an alert."""
CLINICIANS = (Role.PHYSICIAN, Role.NURSE)
TESTS = ("imaging", "electrodiagnostic", "laboratory")
RECENT = timedelta(days=14)
"""So long results that nobody has looked at stand on the first page."""
TOGETHER = 20
"""So many charts are written in one transaction, so that nobody else waits long for the database."""


class AlertSeen(msgspec.Struct, frozen=True):
    """An alert in one line."""

    severity: str
    title: str


class Likeliest(msgspec.Struct, frozen=True):
    """The likeliest source of pain with its interval."""

    label: str
    probability: float
    low: float
    high: float


class Held(msgspec.Struct, frozen=True):
    """A drug that is held for what is booked: its last dose, and the latest day on which that may have been."""

    drug: str
    last_dose: date | None = None
    latest: date | None = None

    @property
    def status(self) -> StatusWord:
        """Whether it was held for long enough, as the checklist of the day reads it."""
        if self.last_dose is None:
            return "undocumented"
        return "met" if self.latest is None or self.last_dose <= self.latest else "not met"

    @property
    def words(self) -> str:
        """The drug and its last dose, in the reader's language."""
        if self.last_dose is None:
            return _("%(drug)s: last dose not written down") % {"drug": self.drug}
        return _("%(drug)s: last dose on %(day)s") % {"drug": self.drug, "day": date_format(self.last_dose)}


class Wanted(msgspec.Struct, frozen=True):
    """A procedure that is asked for, or booked under a number, what is still to be asked for it, and what is held."""

    procedure: str
    label: str
    verdict: Verdict
    number: int | None = None
    questions: list[Question] = []
    held: list[Held] = []


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What the first page shows of one chart."""

    alerts: list[AlertSeen] = []
    holds: list[AlertSeen] = []
    likeliest: Likeliest | None = None
    asked_for: list[Wanted] = []
    booked: list[Wanted] = []
    questions: list[Question] = []
    flags_not_asked: list[str] = []

    @property
    def rank(self) -> int:
        """Of the worst alert; smaller comes first."""
        return min((RANK[alert.severity] for alert in self.alerts), default=CALM)


def release(practice_id: int) -> str:
    """Tells one state of the knowledge, as a practice reads it, and of the reasoning over it from another."""
    return _release(read_otherwise(practice_id))


@lru_cache(maxsize=64)
def _release(readings: frozenset[str]) -> str:
    return blake2b(" ".join([_program(), *sorted(readings)]).encode(), digest_size=16).hexdigest()


@cache
def _program() -> str:
    reasoning = Path(lenitive.reasoning.__file__).parent
    return fingerprint([*FOLDER.rglob("*.toml"), *reasoning.glob("*.py"), Path(__file__)])


# --- working out -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Read:
    """What is read from the database to look at one chart."""

    patient: Patient
    entries: Sequence[tuple[str, Mapping[str, Any]]]
    decisions: Sequence[RequestMade]
    bookings: Sequence[Booking]
    results: Sequence[tuple[str, datetime]]


def seen_in(read: Read, day: date, known: Book) -> tuple[Seen, list[Duty]]:
    """What there is to see in one chart on a day, and what is owed to the patient."""
    chart = chart_from(read.entries, read.patient, day)
    asked = requests_from(read.decisions)
    found = consider(chart, day, [*asked, *(booking.request for booking in read.bookings)], known)
    wanted, booked = found.options[: len(asked)], found.options[len(asked) :]
    seen = Seen(
        alerts=[AlertSeen(alert.severity, alert.title) for alert in found.alerts],
        holds=[AlertSeen(alert.severity, alert.title) for option in wanted for alert in option.alerts],
        likeliest=_likeliest(found.differential),
        asked_for=[_wanted(option) for option in wanted],
        booked=[_booked(option, booking.number, chart) for option, booking in zip(booked, read.bookings, strict=True)],
        # While a danger stops everything, its own action is what comes next.
        questions=[]
        if what_stops(found.red_flags)
        else questions_of(chart, [*_soonest_first(booked, read.bookings), *wanted], found.differential),
        flags_not_asked=[flag.label for flag in found.red_flags if flag.status == "undocumented"],
    )
    duties = list(duties_of(chart, booked, day, known))
    if read.results:
        duties.append(news([label for label, _at in read.results], max(at for _label, at in read.results)))
    return seen, duties


def _read(patients: Sequence[Patient], day: date) -> list[Read]:
    """Everything about some patients in three queries."""
    entries: dict[int, list[tuple[str, Mapping[str, Any]]]] = defaultdict(list)
    results: dict[int, list[tuple[str, datetime]]] = defaultdict(list)
    since = timezone.now() - RECENT
    written = Entry.objects.filter(patient__in=patients)
    for pk, table, body, role, at in written.values_list("patient", "table", "body", "by__role", "recorded_at"):
        entries[pk].append((table, body))
        if at > since and role not in CLINICIANS and (label := _result(table, body)):
            results[pk].append((label, at))
    decisions: dict[int, list[RequestMade]] = defaultdict(list)
    for made in RequestMade.objects.filter(patient__in=patients):
        decisions[made.patient_id].append(made)
    begin = timezone.make_aware(datetime.combine(day, time.min))
    bookings: dict[int, list[Booking]] = defaultdict(list)
    for booking in Booking.objects.filter(patient__in=patients, state__in=NOT_BEGUN, starts_at__gte=begin):
        bookings[booking.patient_id].append(booking)
    return [Read(one, entries[one.pk], decisions[one.pk], bookings[one.pk], results[one.pk]) for one in patients]


def _result(table: str, body: Mapping[str, Any]) -> str:
    """What a score or a finding of a test is called; nothing for any other entry."""
    if table == "measure":
        instrument = content().instruments.get(body["instrument"])
        return instrument.label if instrument else ""
    finding = content().findings.get(body["code"]) if table == "finding" else None
    return finding.label if finding and finding.kind in TESTS else ""


def _likeliest(differential: Sequence[Differential]) -> Likeliest | None:
    found: list[Estimate] = [answer.estimates[0] for answer in differential if answer.estimates]
    first = max(found, key=lambda one: one.probability, default=None)
    return Likeliest(first.label, first.probability, first.low, first.high) if first else None


def _wanted(option: Option) -> Wanted:
    return Wanted(option.procedure, option.label, option.verdict)


def _booked(option: Option, number: int, chart: Chart) -> Wanted:
    questions = questions_on_the_day(option)
    return Wanted(option.procedure, option.label, option.verdict, number, questions, list(_held(option, chart)))


def _held(option: Option, chart: Chart) -> Iterator[Held]:
    drugs = {row.id: row for row in chart.rows(Medication)}
    for alert in option.alerts:
        for seen in alert.facts[:1]:
            if drug := drugs.get(seen.id):
                yield Held(drug.ingredient or drug.label or seen.text, drug.last_dose_on, alert.hold_from)


def _soonest_first(booked: Sequence[Option], bookings: Sequence[Booking]) -> list[Option]:
    ordered = sorted(zip(bookings, booked, strict=True), key=lambda pair: pair[0].starts_at)
    return [option for _booking, option in ordered]


# --- keeping ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def look_at(patients: Sequence[Patient], day: date) -> None:
    """Look at charts and keep what was found. One that cannot be read is kept as such and told on the page."""
    glances: list[Glance] = []
    owed: list[Owed] = []
    held = list(Patient.objects.select_for_update().filter(pk__in=[one.pk for one in patients]).order_by("pk"))
    known = {practice: (book_of(practice), release(practice)) for practice in {one.practice_id for one in held}}
    for read in _read(held, day):
        glance, duties = _glance(read, day, *known[read.patient.practice_id])
        glances.append(glance)
        owed += [_owed(read.patient, duty) for duty in duties]
    Owed.objects.filter(patient__in=held).delete()
    Owed.objects.bulk_create(owed)
    Glance.objects.bulk_create(
        glances,
        update_conflicts=True,
        unique_fields=["patient"],
        update_fields=["version", "day", "release", "rank", "unasked", "problem", "body"],
    )


def _glance(read: Read, day: date, known: Book, now: str) -> tuple[Glance, list[Duty]]:
    problem = ""
    try:
        seen, duties = seen_in(read, day, known)
    except Exception as error:
        # Whatever is wrong with one chart must not hide the others, nor be hidden itself.
        log.exception("a chart could not be looked at")
        seen, duties, problem = Seen(), [], type(error).__name__
    patient = read.patient
    body: Any = msgspec.to_builtins(seen)
    glance = Glance(
        patient=patient,
        practice_id=patient.practice_id,
        version=patient.last_entry,
        day=day,
        release=now,
        rank=seen.rank,
        unasked=len(seen.flags_not_asked),
        problem=problem,
        body=body,
    )
    return glance, duties


def _owed(patient: Patient, duty: Duty) -> Owed:
    body = msgspec.to_builtins(duty)
    return Owed(patient=patient, practice_id=patient.practice_id, kind=duty.kind, due=duty.due, body=body)


# --- what is not looked at yet ---------------------------------------------------------------------------------------


def written(practice: Practice) -> QuerySet[Patient]:
    """The patients in whose chart something stands."""
    return Patient.objects.filter(practice=practice, last_entry_at__isnull=False)


def current(practice: Practice, day: date) -> QuerySet[Glance]:
    """What was worked out for this day, from the chart as it is and by what is known now."""
    return Glance.objects.filter(
        practice=practice,
        day=day,
        release=release(practice.pk),
        version=F("patient__last_entry"),
        patient__last_entry_at__isnull=False,
    )


def waiting(practice: Practice, day: date) -> QuerySet[Patient]:
    """The patients whose chart has to be looked at, those first in whom something urgent was seen before."""
    behind = (
        Q(glance=None)
        | ~Q(glance__day=day)
        | ~Q(glance__release=release(practice.pk))
        | ~Q(glance__version=F("last_entry"))
    )
    return written(practice).filter(behind).order_by(F("glance__rank").asc(nulls_first=True), "pk")


def look_through(practice: Practice, day: date) -> Iterator[int]:
    """Look at every chart that waits, some at a time; how many were looked at each time."""
    while patients := list(waiting(practice, day)[:TOGETHER]):
        look_at(patients, day)
        yield len(patients)

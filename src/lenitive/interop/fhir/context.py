"""What one run of the reader knows besides the resource in hand: whose it is, what it points to, what is still open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NoReturn

from lenitive.chart import Fact
from lenitive.chart.versions import withdrawal_of_record
from lenitive.interop.fhir.days import ALWAYS_KNOWN, days, last_day, midnight, moment
from lenitive.interop.fhir.resources import Concept, Meta, Period, Reference, Resource
from lenitive.interop.report import ReadReport

if TYPE_CHECKING:
    from lenitive.chart.measure import Measure
    from lenitive.interop.fhir.resources import Coverage, Medication, MedicationUse

OUR_PATIENT = "urn:lenitive:patient"
"""System of the identifier under which our own writer names a patient whose id FHIR does not allow."""

NOTHING: tuple[Fact, ...] = ()


class NotR4Error(ValueError):
    """A resource has the shape of another version of FHIR."""


class ImpossibleError(ValueError):
    """Values that cannot be true together. Does not repeat them."""


class SetAsideError(Exception):
    """A resource that was understood and makes no fact, and why."""


class NoFactAnyMore(Exception):
    """A resource says that its record is no fact: an older version of it, where one was read, is withdrawn."""

    def __init__(self, withdrawal: Fact) -> None:
        super().__init__()
        self.withdrawal = withdrawal


class Refused(Exception):
    """One resource cannot be read: what is wrong, what was expected, where in it."""

    def __init__(self, problem: str, expected: str = "", path: str = "") -> None:
        super().__init__(problem)
        self.problem, self.expected, self.path = problem, expected, path


class Context:
    """One run of the reader over one input, be it a Bundle or a folder of NDJSON."""

    __slots__ = (
        "_entries_base",
        "_of_our_own",
        "_patients",
        "_patients_base",
        "coverages",
        "entry_base",
        "local",
        "means_recorded",
        "medications",
        "named",
        "only_patient",
        "open_medications",
        "organizations",
        "our_own",
        "report",
        "source",
        "state_of",
        "time_points",
        "withdrawn",
    )

    def __init__(self, report: ReadReport, source: str) -> None:
        self.report = report
        self.source = source
        self.local: dict[str, str] = {}
        """Full URLs and conditional references of a Bundle, and the ``Type/id`` they stand for."""
        self.only_patient: str | None = None
        """The patient of a Bundle that holds exactly one."""
        self.medications: dict[str, Medication] = {}
        self.organizations: dict[str, str] = {}
        self.open_medications: list[tuple[MedicationUse, str, str]] = []
        self.coverages: list[tuple[Coverage, str, str]] = []
        self.state_of: dict[str, str] = {}
        self.time_points: dict[tuple[str, str], dict[str, Measure]] = {}
        self.means_recorded: set[tuple[str, str, str]] = set()
        self.withdrawn: set[str] = set()
        """Ids of records that make no fact any more, by a version of which the patient is known."""
        self.named: set[str] = set()
        """Patients who have a Patient resource."""
        self.our_own = False
        """True while a resource is read that our own writer wrote: it says all there is to say itself."""
        self._of_our_own: Context | None = None
        self._patients: dict[str, str | None] = {}
        self._patients_base: str | None = None
        """The server whose patients the input speaks of: that of the first address."""
        self.entry_base: str | None = None
        """The server on which the resource in hand stands, if its full URL says so. Relative references lead there."""
        self._entries_base: str | None = None

    @property
    def of_our_own(self) -> Context:
        """What is known about a resource that our own writer wrote. It names its source itself, and nothing counts."""
        if self._of_our_own is None:
            self._of_our_own = Context(ReadReport(), "")
            self._of_our_own.our_own = True
            self._of_our_own.local = self.local
        return self._of_our_own

    def aside(self, kind: str, reason: str) -> tuple[Fact, ...]:
        """No facts, and a count of why."""
        if self.our_own:
            raise SetAsideError(reason)
        self.report.set_aside[kind, reason] += 1
        return NOTHING

    def no_longer(
        self, fact_id: str, resource: Resource, whose: Reference | None, kind: str, reason: str
    ) -> tuple[Fact, ...]:
        """No facts, a count of why, and the end of those that an older version of the same record made."""
        if self.our_own or (patient := self.patient_of(whose)) is None:
            return self.aside(kind, reason)
        self.withdraw(fact_id, resource, patient, kind, reason)

    def withdraw(self, fact_id: str, resource: Resource, patient: str, kind: str, reason: str) -> NoReturn:
        """The same of a patient who is known. It ends at the moment at which the server wrote this version."""
        meta = resource.meta
        at = moment(meta.lastUpdated) if meta is not None and meta.lastUpdated is not None else None
        self.aside(kind, reason)
        self.withdrawn.add(fact_id)
        raise NoFactAnyMore(withdrawal_of_record(fact_id, patient, at, self.source))

    # --- what every fact of a resource says

    def about(
        self,
        resource: Resource,
        patient: str,
        first: date | None = None,
        last: date | None = None,
        written: str | None = None,
    ) -> dict[str, Any]:
        """The columns that every fact has: whose it is, when it was recorded and true, and where it came from."""
        return {
            "patient": patient,
            "recorded_at": self.recorded(written, resource.meta, first, last),
            "source": self.source,
            "true_on": first,
            "true_by": last,
        }

    # --- references

    def whose(self, reference: Reference | None) -> str:
        """The id of the patient a reference points to. A resource of no patient is set aside."""
        patient = self.patient_of(reference)
        if patient is None:
            raise SetAsideError("no patient")
        return patient

    def patient_of(self, reference: Reference | None) -> str | None:
        """The id of the patient a reference points to; none if it points to no patient."""
        if reference is None or reference.reference is None:
            return self._patient_named_otherwise(reference)
        if self.our_own and reference.identifier is not None and reference.identifier.system == OUR_PATIENT:
            return reference.identifier.value
        text = reference.reference
        if self.entry_base is not None and text.startswith("Patient/"):
            self._keep_entries_to_one_server(self.entry_base)
        try:
            return self._patients[text]
        except KeyError:
            found = self._patients[text] = self._resolve_patient(text)
            return found

    def _patient_named_otherwise(self, reference: Reference | None) -> str | None:
        identifier = reference.identifier if reference else None
        if identifier is None:
            if self.only_patient is not None:
                self.report.notes["a resource without a subject was read as the only patient's"] += 1
            return self.only_patient
        if identifier.system == OUR_PATIENT:
            return identifier.value
        key = f"Patient?identifier={identifier.system}|{identifier.value}"
        return self._resolve_patient(key)

    def _resolve_patient(self, text: str) -> str | None:
        self.keep_to_one_server(text)
        target = self.target(text)
        kind, _, name = target.rpartition("/")
        if kind == "Patient":
            return name
        if target.startswith(("urn:", "Patient?")):
            self.report.unresolved[_without_values(text)] += 1
            return target
        return None

    def keep_to_one_server(self, address: str) -> None:
        """Refuse the address of a patient on another server than that of those before: two of one id would be one."""
        base, found, _ = address.partition("://")[2].rpartition("/Patient/")
        if not found:
            return
        if self._patients_base is None:
            self._patients_base = base
        elif base != self._patients_base:
            raise _of_another_server()

    def _keep_entries_to_one_server(self, base: str) -> None:
        """Refuse a relative reference to a patient in an entry of another server than the entries before it."""
        if self._entries_base is None:
            self._entries_base = base
        elif base != self._entries_base:
            raise _of_another_server()

    def target(self, reference: str) -> str:
        """``Type/id`` for a reference of any form; the text itself where that cannot be known."""
        found = self.local.get(reference)
        if found is not None:
            return found
        text = reference.partition("/_history/")[0]
        if "://" in text:
            kind, _, name = text.rpartition("/")
            return f"{kind.rpartition('/')[2]}/{name}"
        return text

    # --- days

    def recorded(self, written: str | None, meta: Meta | None, first: date | None, last: date | None) -> datetime:
        """When a fact was recorded: the resource's own date of writing, else the server's, else when it was true."""
        if written is not None:
            return moment(written)
        if meta is not None and meta.lastUpdated is not None:
            return moment(meta.lastUpdated)
        day = last or first
        if day is not None:
            return midnight(day)
        self.report.notes["no date at all in the resource: taken as known from the beginning"] += 1
        return ALWAYS_KNOWN


def _of_another_server() -> Refused:
    return Refused("the patient is one of another server", "the patients of one server in one input")


def span(onset: str | None, begun: Period | None, ended: str | None) -> tuple[date | None, date | None, date | None]:
    """The earliest day of a beginning, its latest if that is another, and the last day of the end."""
    start = onset or (begun.start if begun else None)
    end = ended or (begun.end if begun else None)
    first, last = days(start) if start is not None else (None, None)
    until = last_day(end) if end is not None else None
    if first and until and until < first:
        raise ImpossibleError("the end is before the beginning")
    return first, last, until


def words(concept: Concept | None) -> str | None:
    """What a concept is called: its text, else the first display."""
    if concept is None:
        return None
    if concept.text:
        return concept.text
    return next((coding.display for coding in concept.coding or () if coding.display), None)


def first_code(concept: Concept | None) -> str | None:
    """The first code of a concept, of any system."""
    return next((coding.code for coding in (concept.coding if concept else None) or () if coding.code), None)


def code_in(concept: Concept | None, system: str) -> str | None:
    """The code of a concept in one system."""
    for coding in (concept.coding if concept else None) or ():
        if coding.system == system and coding.code:
            return coding.code
    return None


def first_words(concepts: Sequence[Concept] | None) -> str | None:
    """What the first concept that has words is called."""
    return next((said for said in map(words, concepts or ()) if said), None)


def not_r4(path: str, version: str) -> NoReturn:
    """Refuse a resource of another version."""
    raise NotR4Error(f"{path} belongs to FHIR {version}; this reader takes R4 (4.0.1)")


def _without_values(reference: str) -> str:
    """A reference as it may stand in a report: a conditional one holds a patient's identifier."""
    return reference.partition("|")[0] + "|…" if "|" in reference else reference

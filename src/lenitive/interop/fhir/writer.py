"""A chart as a FHIR R4 Bundle that any system can read, and from which the chart comes back whole.

Each fact becomes the resource that says it most honestly in standard elements. That resource is then read back as
anybody's would be, and what is missing or different goes into one extension (see :mod:`lenitive.interop.fhir.own`).
A fact that a later one supersedes, or that was entered in error, is marked ``entered-in-error``, so that a system
that knows nothing of ours does not use it.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any, cast

import msgspec

from lenitive.chart import TABLE_OF, Chart, Fact
from lenitive.chart.allergy import Allergy
from lenitive.chart.attestation import Attestation
from lenitive.chart.authorization import Authorization
from lenitive.chart.complaint import Complaint
from lenitive.chart.condition import Condition
from lenitive.chart.coverage import Coverage
from lenitive.chart.device import Device
from lenitive.chart.finding import Finding
from lenitive.chart.goal import Goal
from lenitive.chart.measure import Measure
from lenitive.chart.medication import Medication
from lenitive.chart.patient import Patient
from lenitive.chart.procedure import Procedure
from lenitive.chart.relief import Relief
from lenitive.chart.statement import Statement
from lenitive.chart.treatment import Treatment
from lenitive.codes import CPT, HCPCS, ICD10CM, LENITIVE, LOINC, RXNORM, SNOMED, UCUM
from lenitive.interop.fhir import own
from lenitive.interop.fhir.context import OUR_PATIENT, Context
from lenitive.interop.fhir.resource_reader import standard_reading
from lenitive.interop.report import ReadReport

Json = dict[str, Any]

_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
_CODE = re.compile(r"[^\s]+( [^\s]+)*")
_URLS = uuid.UUID("6f0a1f7e-5b3c-5f0e-9a53-0b6f2f1d7c11")
_TERMS = "http://terminology.hl7.org/CodeSystem/"


def chart_as_bundle(chart: Chart) -> Json:
    """The chart as a collection Bundle, as plain values: not sealed, because whoever takes values may change them."""
    writer = _Writer(chart)
    return _bundle([(url, own.with_extension(one, writer.said(fact, one))) for fact, url, one in writer.resources()])


def chart_as_json(chart: Chart) -> bytes:
    """The chart as a collection Bundle, as JSON, each resource sealed."""
    writer = _Writer(chart)
    sealed = [(url, msgspec.Raw(writer.sealed(fact, one))) for fact, url, one in writer.resources()]
    return msgspec.json.encode(_bundle(sealed))


def chart_as_lines(chart: Chart) -> Iterator[bytes]:
    """The chart as Bulk Data (NDJSON): a sealed resource a line, which names others by type and id."""
    writer = _Writer(chart)
    resources = list(writer.resources())
    targets = {url: f"{one['resourceType']}/{one['id']}" for _, url, one in resources}
    for fact, _, one in resources:
        yield writer.sealed(fact, pointing(one, targets)) + b"\n"


def pointing(value: Any, targets: Mapping[str, str]) -> Any:
    """The same with other references, where one is known, for the full URLs of a Bundle."""
    if isinstance(value, dict):
        return {
            key: targets.get(part, part) if key == "reference" and isinstance(part, str) else pointing(part, targets)
            for key, part in value.items()
        }
    if isinstance(value, list):
        return [pointing(part, targets) for part in value]
    return value


def _bundle(resources: Iterable[tuple[str, Json | msgspec.Raw]]) -> Json:
    entries = [{"fullUrl": url, "resource": resource} for url, resource in resources]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


class _Writer:
    """Writes one chart; knows which of its facts no longer stand."""

    def __init__(self, chart: Chart) -> None:
        self.chart = chart
        self.superseded = {fact.supersedes for fact in chart.facts if fact.supersedes}
        self.names: set[tuple[str, str]] = set()
        self.url_of = {fact.id: f"urn:uuid:{uuid.uuid5(_URLS, f'{fact.patient}|{fact.id}')}" for fact in chart.facts}
        patients = [fact.id for fact in chart.facts if isinstance(fact, Patient)]
        self.patient_url = self.url_of[patients[-1]] if patients else None

    def resources(self) -> Iterator[tuple[Fact, str, Json]]:
        """Each fact, the full URL of its resource, and the resource in standard elements."""
        for fact in self.chart.facts:
            yield fact, self.url_of[fact.id], self.resource(fact)

    def resource(self, fact: Fact) -> Json:
        table = TABLE_OF[type(fact)]
        kind = own.RESOURCE_OF[table]
        body: Json = _pruned(_WRITERS[type(fact)](fact, self))
        mark = {"system": f"{own.FACT_SYSTEM}{table}", "value": fact.id}
        shell: Json = {"resourceType": kind, "id": self._name(kind, fact.id)}
        shell["identifier"] = [mark, *body.pop("identifier", [])]
        return shell | body

    def said(self, fact: Fact, resource: Json) -> own.Said:
        """What the extension has to say beside the standard elements, which are read back for that."""
        data, context = msgspec.json.encode(resource), Context(ReadReport(), "")
        table = TABLE_OF[type(fact)]
        standard = standard_reading(data, fact.id, resource["resourceType"], table, context)
        return own.said_of(table, fact, standard, wrong=self.is_wrong(fact))

    def sealed(self, fact: Fact, resource: Json) -> bytes:
        return own.sealed(resource, TABLE_OF[type(fact)], self.said(fact, resource))

    def _name(self, kind: str, fact_id: str) -> str:
        plain = fact_id.removeprefix(f"{kind}/")
        if not _ID.fullmatch(plain) or (kind, plain) in self.names:
            plain = hashlib.sha256(fact_id.encode()).hexdigest()[:40]
        self.names.add((kind, plain))
        return plain

    def subject(self) -> Json:
        who: Json = {"identifier": {"system": OUR_PATIENT, "value": self.chart.patient_id}}
        return ({"reference": self.patient_url} if self.patient_url else {}) | who

    def is_wrong(self, fact: Fact) -> bool:
        """True if nobody should use this fact any more."""
        return fact.withdrawn or fact.id in self.superseded

    def status(self, fact: Fact, otherwise: str) -> str:
        return "entered-in-error" if self.is_wrong(fact) else otherwise


# --- elements


def _pruned(value: Any) -> Any:
    """The same without nulls, empty texts, empty lists and empty objects, which FHIR does not allow."""
    if isinstance(value, dict):
        kept = {key: _pruned(part) for key, part in value.items()}
        return {key: part for key, part in kept.items() if not _is_empty(part)}
    if isinstance(value, list):
        return [part for part in map(_pruned, value) if not _is_empty(part)]
    return value


def _is_empty(value: Any) -> bool:
    return value is None or value == [] or value == {} or (isinstance(value, str) and not own.is_fhir_text(value))


def _concept(*codings: tuple[str, str | None], text: str | None = None) -> Json:
    coding = [{"system": system, "code": code} for system, code in codings if code and _CODE.fullmatch(code)]
    return {"coding": coding, "text": text}


def _uri(text: str) -> str | None:
    return text if text and not any(sign.isspace() for sign in text) else None


def _term(system: str, code: str | None) -> Json | None:
    return {"coding": [{"system": _TERMS + system, "code": code}]} if code else None


def _moment(at: datetime) -> str | None:
    """A moment as FHIR writes it; none for one without a zone, or with a zone of odd seconds."""
    offset = at.utcoffset()
    return at.isoformat() if offset is not None and offset % timedelta(minutes=1) == timedelta(0) else None


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _rough(fact: Fact) -> str | None:
    """The day a fact was true, as rough as it is known: a year, a month or a day."""
    first, last = fact.true_on, fact.true_by
    if first is None:
        return None
    if last is None:
        return first.isoformat()
    if first == date(first.year, 1, 1) and last == date(first.year, 12, 31):
        return f"{first.year:04}"
    next_day = last + timedelta(days=1) if last < date.max else last
    if first.day == 1 and next_day.day == 1 and (first.year, first.month) == (last.year, last.month):
        return f"{first.year:04}-{first.month:02}"
    return None


def _effective(fact: Fact) -> Json:
    rough = _rough(fact)
    if rough is not None or fact.true_on is None:
        return {"effectiveDateTime": rough}
    return {"effectivePeriod": {"start": _day(fact.true_on), "end": _day(fact.true_by)}}


def _quantity(value: float | None, unit: str | None) -> Json | None:
    if value is None:
        return None
    ucum = unit if unit and _CODE.fullmatch(unit) else None
    return {"value": value, "unit": unit, "system": UCUM if ucum else None, "code": ucum}


def _period(fact: Any) -> Json:
    return {"start": _rough(fact) or _day(fact.true_on), "end": _day(fact.until)}


def _sited(fact: Any) -> list[Json]:
    region = getattr(fact, "region", None)
    text = ", ".join(part for part in (fact.side, *fact.levels, region) if part)
    return [{"text": text}] if text else []


def _observation(fact: Fact, writer: _Writer, code: Json, **body: Any) -> Json:
    return {
        "status": writer.status(fact, "final"),
        "code": code,
        "subject": writer.subject(),
        **_effective(fact),
        "issued": _moment(fact.recorded_at),
        **body,
    }


# --- resources


def _patient(fact: Patient, writer: _Writer) -> Json:
    born = fact.birth_date
    if born and fact.birth_by:
        year_only = (born.month, born.day, fact.birth_by.month, fact.birth_by.day) == (1, 1, 12, 31)
        birth_date = f"{born.year:04}" if year_only and born.year == fact.birth_by.year else None
    else:
        birth_date = _day(born)
    pairs = [item.partition("|") for item in fact.identifiers]
    return {
        "meta": {"lastUpdated": _moment(fact.recorded_at)},
        "identifier": [{"system": _uri(system), "value": value} for system, _, value in pairs],
        "active": not writer.is_wrong(fact),
        "name": [{"text": fact.name}],
        "gender": fact.sex,
        "birthDate": birth_date,
        "deceasedDateTime": _day(fact.died_on),
    }


def _condition(fact: Condition, writer: _Writer) -> Json:
    wrong = writer.is_wrong(fact)
    status = fact.status or ("resolved" if fact.until else "active")
    ended = status in ("inactive", "resolved", "remission")
    return {
        "clinicalStatus": None if wrong else _term("condition-clinical", status),
        "verificationStatus": _term("condition-ver-status", "entered-in-error" if wrong else fact.certainty),
        "category": [_term("condition-category", "problem-list-item")],
        "code": _concept((ICD10CM, fact.icd10), (SNOMED, fact.snomed), (LENITIVE, fact.code), text=fact.label),
        "bodySite": _sited(fact),
        "subject": writer.subject(),
        "onsetDateTime": _rough(fact) or _day(fact.true_on),
        "abatementDateTime": _day(fact.until) if ended else None,
        "recordedDate": _moment(fact.recorded_at),
    }


def _complaint(fact: Complaint, writer: _Writer) -> Json:
    wrong = writer.is_wrong(fact)
    status = "resolved" if fact.until else "active"
    return {
        "clinicalStatus": None if wrong else _term("condition-clinical", status),
        "verificationStatus": _term("condition-ver-status", "entered-in-error" if wrong else "unconfirmed"),
        "category": [{"text": "complaint"}, _term("condition-category", "problem-list-item")],
        "code": _concept((LENITIVE, "pain"), text=f"Pain: {fact.region}"),
        "bodySite": [
            _concept((LENITIVE, fact.region), text=", ".join(part for part in (fact.side, fact.region) if part))
        ],
        "subject": writer.subject(),
        "onsetDateTime": _rough(fact) or _day(fact.true_on),
        "abatementDateTime": _day(fact.until),
        "recordedDate": _moment(fact.recorded_at),
        "note": [{"text": fact.description}],
    }


def _finding(fact: Finding, writer: _Writer) -> Json:
    category = {"examination": "exam", "imaging": "imaging", "laboratory": "laboratory"}.get(fact.kind or "", "survey")
    value: Json = {"valueBoolean": fact.present}
    if fact.value is not None:
        value = {"valueQuantity": _quantity(fact.value, fact.unit)}
    elif fact.present is None:
        value = {"valueString": fact.text}
    return _observation(
        fact,
        writer,
        _concept((LENITIVE, fact.code), text=fact.code),
        category=[_term("observation-category", category)],
        bodySite=next(iter(_sited(fact)), None),
        note=[{"text": fact.text}] if fact.text and "valueString" not in value else None,
        **value,
    )


def _measure(fact: Measure, writer: _Writer) -> Json:
    value: Json = {"valueQuantity": _quantity(fact.score, fact.unit)}
    if fact.score is None:
        value = {"valueString": fact.text}
    return _observation(
        fact,
        writer,
        _concept((LOINC, fact.loinc), (LENITIVE, fact.instrument), text=fact.instrument),
        category=[_term("observation-category", "survey")],
        **value,
    )


def _relief(fact: Relief, writer: _Writer) -> Json:
    parts = [
        ("function_gain", _quantity(fact.function_percent, "%")),
        ("score_before", _quantity(fact.score_before, "{score}")),
        ("score_after", _quantity(fact.score_after, "{score}")),
        ("minutes_after", _quantity(fact.minutes_after, "min")),
        ("lasted_hours", _quantity(fact.lasted_hours, "h")),
        ("lasted_days", _quantity(fact.lasted_days, "d")),
    ]
    url = writer.url_of.get(fact.procedure)
    return _observation(
        fact,
        writer,
        _concept((LENITIVE, "pain_relief"), text="Pain relief after a procedure"),
        category=[_term("observation-category", "survey")],
        partOf=[{"reference": url} if url else {"display": fact.procedure}],
        valueQuantity=_quantity(fact.percent, "%"),
        component=[{"code": _concept((LENITIVE, code)), "valueQuantity": given} for code, given in parts if given],
    )


def _statement(fact: Statement, writer: _Writer) -> Json:
    return _observation(
        fact,
        writer,
        _concept((LENITIVE, fact.kind), text=fact.kind),
        category=[{"text": "statement"}, _term("observation-category", "social-history")],
        valueBoolean=fact.says,
        note=[{"text": fact.text}],
    )


def _authorization(fact: Authorization, writer: _Writer) -> Json:
    """A step of a request, as an observation on its course; claims and their answers are exchanged apart from it."""
    return _observation(
        fact,
        writer,
        _concept((LENITIVE, "prior_authorization"), text="Step of a prior authorization"),
        category=[{"text": "authorization"}],
        valueString=fact.status,
        note=[{"text": fact.reason}],
    )


def _attestation(fact: Attestation, writer: _Writer) -> Json:
    return {
        "status": writer.status(fact, "current"),
        "mode": "snapshot",
        "title": f"{'Asked completely' if fact.complete else 'No longer complete'}: {fact.topic}",
        "code": _concept((LENITIVE, fact.topic), text=fact.topic),
        "subject": writer.subject(),
        "date": _moment(fact.recorded_at),
        "note": [
            {"text": "What the chart holds on this topic was asked for and is complete." if fact.complete else None}
        ],
    }


def _treatment(fact: Treatment, writer: _Writer) -> Json:
    return {
        "meta": {"lastUpdated": _moment(fact.recorded_at)},
        "status": writer.status(fact, "completed" if fact.until else "unknown"),
        "category": {"text": "conservative care"},
        "code": _concept((LENITIVE, fact.kind), text=fact.kind),
        "subject": writer.subject(),
        "performedPeriod": _period(fact),
        "outcome": {"text": fact.response},
        "note": [{"text": fact.reason}],
    }


def _procedure(fact: Procedure, writer: _Writer) -> Json:
    performed: Json = {"performedDateTime": _rough(fact)}
    if fact.true_on and not performed["performedDateTime"]:
        performed = {"performedPeriod": {"start": _day(fact.true_on), "end": _day(fact.true_by)}}
    numbered = fact.code is not None and fact.code[:1].isalpha()
    return {
        "meta": {"lastUpdated": _moment(fact.recorded_at)},
        "status": writer.status(fact, "completed"),
        "code": _concept((HCPCS if numbered else CPT, fact.code), (LENITIVE, fact.kind), text=fact.label or fact.kind),
        "subject": writer.subject(),
        **performed,
        "bodySite": _sited(fact),
        "performer": [{"actor": {"display": fact.operator}}],
        "complication": [{"text": fact.complication}],
    }


def _medication(fact: Medication, writer: _Writer) -> Json:
    times = fact.times_a_day
    whole = times is not None and times.is_integer() and times < 100
    repeat = {"frequency": int(times), "period": 1, "periodUnit": "d"} if times and whole else None
    named = fact.label or fact.ingredient or fact.drug_class or fact.rxnorm or "not named"
    return {
        "status": writer.status(fact, fact.status or ("completed" if fact.until else "unknown")),
        "medicationCodeableConcept": _concept((RXNORM, fact.rxnorm), text=named),
        "subject": writer.subject(),
        "effectivePeriod": _period(fact),
        "dateAsserted": _moment(fact.recorded_at),
        "dosage": [
            {
                "text": fact.frequency,
                "timing": {"repeat": repeat},
                "route": {"text": fact.route},
                "doseAndRate": [{"doseQuantity": _quantity(fact.dose, fact.unit)}],
            }
        ],
    }


def _allergy(fact: Allergy, writer: _Writer) -> Json:
    wrong = writer.is_wrong(fact)
    system, _, code = (fact.code or "").rpartition("|")
    status = "inactive" if fact.active is False else "active"
    return {
        "clinicalStatus": None if wrong else _term("allergyintolerance-clinical", status),
        "verificationStatus": _term("allergyintolerance-verification", "entered-in-error" if wrong else None),
        "code": _concept((system, code) if system else ("", None), text=fact.substance),
        "patient": writer.subject(),
        "onsetDateTime": _rough(fact) or _day(fact.true_on),
        "recordedDate": _moment(fact.recorded_at),
        "reaction": [
            {"manifestation": [{"text": fact.reaction or "not described"}], "severity": fact.severity}
            if fact.reaction or fact.severity
            else None
        ],
    }


def _device(fact: Device, writer: _Writer) -> Json:
    return {
        "meta": {"lastUpdated": _moment(fact.recorded_at)},
        "status": writer.status(fact, "inactive" if fact.until else "active"),
        "udiCarrier": [{"deviceIdentifier": fact.identifier}],
        "type": _concept((LENITIVE, fact.kind), text=fact.label or fact.kind),
        "patient": writer.subject(),
    }


def _coverage(fact: Coverage, writer: _Writer) -> Json:
    plan = {"type": _term("coverage-class", "plan"), "value": fact.plan, "name": fact.plan} if fact.plan else None
    return {
        "meta": {"lastUpdated": _moment(fact.recorded_at)},
        "status": writer.status(fact, "active"),
        "type": {"text": fact.programme},
        "subscriberId": fact.member,
        "beneficiary": writer.subject(),
        "period": _period(fact),
        "payor": [{"display": fact.payer}],
        "class": [plan],
        "order": fact.order,
    }


def _goal(fact: Goal, writer: _Writer) -> Json:
    target = {
        "measure": _concept((LENITIVE, fact.instrument), text=fact.instrument) if fact.instrument else None,
        # FHIR wants to know what is measured wherever it is told how much (gol-1); our extension keeps the rest.
        "detailQuantity": _quantity(fact.score, "{score}") if fact.instrument else None,
        "dueDate": str(fact.due) if fact.due else None,
    }
    lifecycle, achievement = _COURSE_OF_GOAL[fact.outcome]
    return {
        "meta": {"lastUpdated": _moment(fact.recorded_at)},
        "lifecycleStatus": writer.status(fact, lifecycle),
        "achievementStatus": _term("goal-achievement", achievement),
        "category": [_concept((LENITIVE, fact.kind), text=fact.kind)],
        "description": {
            "text": fact.text if fact.text and own.is_fhir_text(fact.text) else fact.kind or "not described"
        },
        "subject": writer.subject(),
        "startDate": str(fact.true_on) if fact.true_on else None,
        "target": [target],
        "statusDate": str(fact.outcome_on) if fact.outcome_on else None,
    }


_COURSE_OF_GOAL: dict[str | None, tuple[str, str]] = {
    None: ("active", "in-progress"),
    "reached": ("completed", "achieved"),
    "partly reached": ("active", "improving"),
    "not reached": ("completed", "not-achieved"),
    "given up": ("cancelled", "not-attainable"),
}
"""Outcome -> the state of a goal's life, and of its achievement."""


_WRITERS = cast(
    dict[type[Fact], Callable[[Any, _Writer], Json]],
    {
        Patient: _patient,
        Complaint: _complaint,
        Finding: _finding,
        Condition: _condition,
        Treatment: _treatment,
        Medication: _medication,
        Allergy: _allergy,
        Procedure: _procedure,
        Relief: _relief,
        Measure: _measure,
        Device: _device,
        Coverage: _coverage,
        Attestation: _attestation,
        Statement: _statement,
        Authorization: _authorization,
        Goal: _goal,
    },
)

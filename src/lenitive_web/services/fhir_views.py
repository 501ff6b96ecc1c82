"""The FHIR R4 API: what it can do, one resource read, resources searched. Reading only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.dateparse import parse_date

from lenitive import __version__
from lenitive.chart import Chart
from lenitive.chart.patient import Patient as PatientFact
from lenitive.interop.fhir.care_plan import served_care_plan
from lenitive.interop.fhir.days import ALWAYS_KNOWN
from lenitive.interop.fhir.documents import FILE, Document, id_of_document, served_document, served_file
from lenitive.interop.fhir.serving import (
    DATES,
    PROFILES,
    SERVED_TYPES,
    TOKENS,
    US_CORE,
    US_CORE_VERSION,
    Answers,
    Asked,
    BadSearchError,
    Served,
    matches,
    patient_of_id,
    served,
    served_answers,
)
from lenitive.reasoning import assess
from lenitive.reasoning.book import book
from lenitive.reasoning.plan_of_care import plan_of_care
from lenitive_web.attachments.actions import tell_changed
from lenitive_web.attachments.models import Attachment
from lenitive_web.attachments.naming import name_of
from lenitive_web.attachments.selectors import ChangedError, documents_of
from lenitive_web.attachments.serving import ENDINGS, INERT
from lenitive_web.attachments.whole import media_of, size_of, whole
from lenitive_web.attachments.words import LOINC
from lenitive_web.audit.actions import address_of
from lenitive_web.authorization.models import AnswersReceived
from lenitive_web.ledger.door import access_patient
from lenitive_web.ledger.models import Patient, RequestMade
from lenitive_web.ledger.selectors import chart_of, requests_of
from lenitive_web.readings.selectors import book_of
from lenitive_web.services.models import Client
from lenitive_web.services.refusals import FHIR_JSON, RefusedError, for_machines, said
from lenitive_web.services.trust import fhir_client

MOST_ON_A_PAGE = 200
_PAGING = ("_count", "_page", "_format")
_PATIENT_SEARCHES = {"_id": "token", "name": "string", "birthdate": "date"}


@for_machines("GET", kind=FHIR_JSON)
def metadata(request: HttpRequest) -> HttpResponse:
    """What this server can do. No token is needed to learn that."""
    return said(capabilities(request.build_absolute_uri("/fhir")), kind=FHIR_JSON)


@for_machines("GET", kind=FHIR_JSON)
def read(request: HttpRequest, kind: str, resource_id: str) -> HttpResponse:
    """One resource."""
    _enter(request, kind, "r")
    patient_id = patient_of_id(resource_id)
    if patient_id is None:
        raise Http404
    resources = _resources(request, patient_id, kind)
    found = next((one for one in resources if (one.kind, one.id) == (kind, resource_id)), None)
    if found is None:
        raise Http404
    return said(found.body, kind=FHIR_JSON)


@for_machines("GET", kind=FHIR_JSON)
def file(request: HttpRequest, resource_id: str) -> HttpResponse:
    """The bytes of a document: as what they are, or as a resource for who asks for FHIR."""
    _enter(request, FILE, "r", READ)
    patient_id = patient_of_id(resource_id)
    if patient_id is None:
        raise Http404
    patient = access_patient(request, patient_id, "chart.view")
    found = next((one for one in documents_of(patient) if _id_of(one, patient) == resource_id), None)
    if found is None:
        raise Http404
    try:
        held = whole(found)
    except ChangedError:
        tell_changed(found, by=request.user, address=address_of(request))
        raise RefusedError(409, "conflict", "The document is not what was attached; it is not given out.") from None
    if not _wants_fhir(request):
        name = f"document-{str(found.public_id)[:8]}.{ENDINGS[held.media]}"
        headers = {**INERT, "Content-Disposition": f'attachment; filename="{name}"'}
        return HttpResponse(held.body, content_type=held.media, headers=headers)
    return said(served_file(_document(found), held.body, patient.public_id).body, kind=FHIR_JSON)


def _wants_fhir(request: HttpRequest) -> bool:
    """Whether the caller names FHIR itself; who takes anything gets the bytes."""
    return any(kind in request.headers.get("Accept", "").lower() for kind in (FHIR_JSON, "application/json+fhir"))


@for_machines("GET", kind=FHIR_JSON)
def search(request: HttpRequest, kind: str) -> HttpResponse:
    """The resources of a type that fit: of one patient, or patients by name."""
    client = _enter(request, kind, "s")
    asked = [(name, value) for name in request.GET for value in request.GET.getlist(name) if name not in _PAGING]
    if any("\0" in value for _, value in asked):
        raise RefusedError(400, "value", "A value of a search parameter cannot be read.")
    page = _asked_page(request)
    if kind == "Patient":
        rows = _patients(client, asked)
        total, shown = rows.count(), [_patient(request, one) for one in rows[page.rows]]
    else:
        found = _of_one_patient(request, kind, asked)
        total, shown = len(found), found[page.rows]
    return said(_bundle(request, page, total, shown), kind=FHIR_JSON)


# --- who may


READ = (*SERVED_TYPES, FILE)


def _enter(request: HttpRequest, kind: str, right: str, types: Sequence[str] = SERVED_TYPES) -> Client:
    """The client, which from here on is its account; the door asks the account's role."""
    client = fhir_client(request)
    if kind not in types:
        raise RefusedError(404, "not-supported", f"This type is not served here. There are: {', '.join(types)}.")
    if not may(client.scopes, kind, right):
        raise RefusedError(403, "forbidden", f"The token has no scope for this type ({kind}.{right}).")
    request.user = client.account
    return client


_RIGHTS_OF_VERSION_1 = {"read": "rs", "write": "cud"}


def may(scopes: str, kind: str, right: str) -> bool:
    """True if SMART scopes allow reading (``r``), searching (``s``) or creating (``c``) a type."""
    for scope in scopes.split():
        context, _, rest = scope.partition("/")
        named, _, rights = rest.partition(".")
        granted = _RIGHTS_OF_VERSION_1.get(rights, rights)
        # Anything else than letters of the standard, such as a search that bounds a scope, is not understood here.
        if context == "system" and named in (kind, "*") and right in granted and set(granted) <= set("cruds"):
            return True
    return False


# --- what


def _resources(request: HttpRequest, patient_id: UUID, kind: str) -> list[Served]:
    """What a chart gives out, the resources of one kind among it. Documents stand apart from the facts."""
    patient = access_patient(request, patient_id, "chart.view")
    if kind == "DocumentReference":
        base = request.build_absolute_uri("/fhir")
        return [served_document(_document(one), patient_id, base) for one in documents_of(patient)]
    chart = chart_of(patient, timezone.localdate())
    if kind == "CarePlan":
        return _care_plan(_with_register(chart, patient), patient)
    asked = [
        Asked(str(made.pk), timezone.localtime(made.recorded_at), request_) for request_, made in _requests(patient)
    ]
    taken = AnswersReceived.objects.filter(form__patient=patient, ending="taken")
    answers = [served_answers(Answers(str(one.pk), one.body), patient_id) for one in taken]
    return [*served(_with_register(chart, patient), patient_id, book(), asked), *answers]


def _care_plan(chart: Chart, patient: Patient) -> list[Served]:
    """The plan of today, worked out when it is asked for, and the goals that it points to."""
    today, known = timezone.localdate(), book_of(patient.practice_id)
    requests = [request for request, _ in _requests(patient)]
    told = assess(chart, today, requests, knowledge=known)
    plan = plan_of_care(chart, today, told, known, [request.kind for request in requests])
    goals = [one for one in served(chart, patient.public_id, known) if one.kind == "Goal"]
    return [served_care_plan(plan, patient.public_id, goals)]


def _document(one: Attachment) -> Document:
    return Document(
        number=one.public_id,
        title=name_of(one),
        about=str(one.get_about_display()),
        day=one.day,
        at=timezone.localtime(one.recorded_at),
        media=media_of(one),
        size=size_of(one),
        is_from_patient=one.is_from_patient,
        loinc=LOINC.get(one.about),
    )


def _id_of(one: Attachment, patient: Patient) -> str:
    return id_of_document(one.public_id, patient.public_id)


def _requests(patient: Patient) -> list[tuple[Any, RequestMade]]:
    made = {one.kind: one for one in RequestMade.objects.filter(patient=patient).order_by("pk")}
    return [(request, made[request.kind]) for request in requests_of(patient)]


def _with_register(chart: Chart, patient: Patient) -> Chart:
    """The chart; where nobody recorded who the patient is, with what the practice's register says."""
    if chart.patient is not None:
        return chart
    known = PatientFact(
        id="register",
        patient=chart.patient_id,
        recorded_at=ALWAYS_KNOWN,
        name=patient.name,
        birth_date=patient.birth_date,
    )
    return Chart(chart.patient_id, (known, *chart.facts), chart.day)


def _of_one_patient(request: HttpRequest, kind: str, asked: Sequence[tuple[str, str]]) -> list[Served]:
    named = [value for name, value in asked if name in ("patient", "subject")]
    if len(named) != 1:
        raise RefusedError(400, "required", "Name one patient: patient=ID.")
    try:
        patient_id = UUID(named[0].removeprefix("Patient/"))
    except ValueError:
        raise RefusedError(404, "not-found", "There is no such patient.") from None
    rest = [(name, value) for name, value in asked if name not in ("patient", "subject")]
    _refuse_unknown(rest, ("_id", *TOKENS.get(kind, ()), *DATES.get(kind, ())))
    try:
        return [one for one in _resources(request, patient_id, kind) if one.kind == kind and matches(one, rest)]
    except BadSearchError as problem:
        raise RefusedError(400, "value", f"The value of the search parameter {problem} cannot be read.") from None


def _patients(client: Client, asked: Sequence[tuple[str, str]]) -> QuerySet[Patient, UUID]:
    """The numbers of patients of the client's practice."""
    _refuse_unknown(asked, tuple(_PATIENT_SEARCHES))
    if not asked:
        raise RefusedError(400, "required", f"Say who: {', '.join(_PATIENT_SEARCHES)}.")
    rows = Patient.objects.filter(practice=client.practice)
    for name, value in asked:
        rows = rows.filter(**_patient_filter(name, value))
    return rows.order_by("pk").values_list("public_id", flat=True)


def _patient(request: HttpRequest, patient_id: UUID) -> Served:
    """One patient of a search: an access of its own."""
    return next(one for one in _resources(request, patient_id, "Patient") if one.kind == "Patient")


def _patient_filter(name: str, value: str) -> dict[str, Any]:
    if name == "name":
        return {"name__icontains": value}
    if name == "birthdate":
        try:
            day = parse_date(value.removeprefix("eq"))
        except ValueError:
            day = None
        if day is None:
            raise RefusedError(400, "value", "The value of the search parameter birthdate cannot be read.")
        return {"birth_date": day}
    try:
        return {"public_id": UUID(value)}
    except ValueError:
        return {"pk__in": ()}


def _refuse_unknown(asked: Sequence[tuple[str, str]], known: Sequence[str]) -> None:
    """A filter that was ignored would give out more than was asked for."""
    unknown = sorted({name for name, _ in asked} - set(known))
    if unknown:
        raise RefusedError(
            400, "not-supported", f"A search parameter is not known here. There are: {', '.join(known)}."
        )


# --- pages


@dataclass(frozen=True)
class _Page:
    """Which of the resources are wanted."""

    count: int
    number: int

    @property
    def rows(self) -> slice:
        """Where they stand among all that fit."""
        return slice((self.number - 1) * self.count, self.number * self.count)


def _asked_page(request: HttpRequest) -> _Page:
    count, number = _whole(request, "_count", MOST_ON_A_PAGE), _whole(request, "_page", 1)
    return _Page(min(count, MOST_ON_A_PAGE), max(number, 1))


def _bundle(request: HttpRequest, page: _Page, total: int, shown: Sequence[Served]) -> dict[str, Any]:
    base = request.build_absolute_uri("/fhir")
    links = [{"relation": "self", "url": request.build_absolute_uri()}]
    if page.count and page.rows.stop < total:
        following = request.GET.copy()
        following["_page"] = str(page.number + 1)
        links.append({"relation": "next", "url": f"{request.build_absolute_uri(request.path)}?{following.urlencode()}"})
    entries = [
        {"fullUrl": f"{base}/{one.kind}/{one.id}", "resource": one.body, "search": {"mode": "match"}} for one in shown
    ]
    bundle: dict[str, Any] = {"resourceType": "Bundle", "type": "searchset", "total": total, "link": links}
    return bundle | ({"entry": entries} if entries else {})


def _whole(request: HttpRequest, name: str, otherwise: int) -> int:
    value = request.GET.get(name, "")
    if not value:
        return otherwise
    if not (value.isascii() and value.isdigit() and len(value) <= 6):
        raise RefusedError(400, "value", f"{name} is not a whole number.")
    return int(value)


# --- what this server can do


def capabilities(base: str) -> dict[str, Any]:
    """The CapabilityStatement. It claims no guide as a whole, only the profiles that every resource follows."""
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": "2026-11-22",
        "kind": "instance",
        "software": {"name": "Lenitive", "version": __version__},
        "implementation": {"description": "Charts of a pain clinic, to read", "url": base},
        "fhirVersion": "4.0.1",
        "format": [FHIR_JSON],
        "rest": [
            {
                "mode": "server",
                "security": {"description": "A bearer token of a registered client, with SMART system scopes"},
                "resource": [*(_capability(kind) for kind in SERVED_TYPES), _FILES, _FORMS],
            }
        ],
    }


_FILES = {
    "type": FILE,
    "interaction": [{"code": "read"}],
    "documentation": "The bytes of a DocumentReference; as a resource for who asks for FHIR",
}
_FORMS = {
    "type": "Questionnaire",
    "operation": [
        {
            "name": "questionnaire-package",
            "definition": "http://hl7.org/fhir/us/davinci-dtr/OperationDefinition/questionnaire-package",
        }
    ],
}


_BESIDE_READING = {"QuestionnaireResponse": ("create",)}


def _capability(kind: str) -> dict[str, Any]:
    searches = [
        (name, "string" if name == "name" else "date" if name == "birthdate" else "token") for name in _PATIENT_SEARCHES
    ]
    if kind != "Patient":
        searches = [
            ("_id", "token"),
            ("patient", "reference"),
            *((name, "token") for name in TOKENS.get(kind, ())),
            *((name, "date") for name in DATES.get(kind, ())),
        ]
    profile = {"supportedProfile": [f"{US_CORE}/{PROFILES[kind]}|{US_CORE_VERSION}"]} if kind in PROFILES else {}
    return {
        "type": kind,
        **profile,
        "interaction": [{"code": code} for code in ("read", "search-type", *_BESIDE_READING.get(kind, ()))],
        "searchParam": [{"name": name, "type": type_} for name, type_ in searches],
    }

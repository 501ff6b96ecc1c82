"""The room: what was uploaded, what is in it, who it is about, and the buttons that write it or let it go."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import TooManyFilesSent
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Case, IntegerField, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lenitive_web.audit.actions import address_of, write_event
from lenitive_web.importing import actions
from lenitive_web.importing.expiry import ends_on
from lenitive_web.importing.forms import DecisionsError, Said, UploadForm, decisions_in, too_large
from lenitive_web.importing.models import UNDONE, Decision, Outcome, RecordImport, StagedPatient, Standing, State
from lenitive_web.importing.receiving import MAX_FILES, MAX_SENT, MEGABYTE, receive
from lenitive_web.importing.selectors import imported_before, imports_of, numbers
from lenitive_web.importing.working import wake
from lenitive_web.ledger.models import Patient
from lenitive_web.look.unread import refused_unread
from lenitive_web.people.guards import needs

PER_PAGE = 25
REFUSALS_PER_PAGE = 50
SHOWN_REFUSALS = 5
PERMISSION = "records.import"
_ROOM_FOR_THE_FORM = MEGABYTE
_DRAINED = 4 * MAX_SENT
"""A request that is too large is read to its end, up to this, so that the browser hears the answer."""


@require_GET
@needs(PERMISSION)
def imports(request: HttpRequest) -> HttpResponse:
    """What was imported before, and the form for more."""
    return _imports(request, UploadForm())


@csrf_exempt  # checked below: before, the whole request would be read, however large it is
@require_POST
@needs(PERMISSION)
def upload(request: HttpRequest) -> HttpResponse:
    """Take files in, if they are not too many bytes."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_SENT + _ROOM_FOR_THE_FORM:
        _drain(request)
        return _imports(request, refused_unread(UploadForm, "files", too_large()), status=413)
    try:
        request.FILES  # noqa: B018  reads the request
    except TooManyFilesSent:
        told = _("These are more than %(most)s files. Send them in several imports.") % {"most": MAX_FILES}
        return _imports(request, refused_unread(UploadForm, "files", told), status=413)
    return _upload(request)


@csrf_protect
def _upload(request: HttpRequest) -> HttpResponse:
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _imports(request, form, status=422)
    job = receive(files=form.cleaned_data["files"], by=request.user, address=address_of(request))
    wake()
    return redirect("import", job.pk)


@require_http_methods(["GET", "POST"])
@needs(PERMISSION)
def one_import(request: HttpRequest, number: int) -> HttpResponse:
    """One import: how far it is, or what is in it and what became of it. Sent decisions are kept."""
    job = _job(request, number)
    if job.is_busy:
        return render(request, "importing/busy.html", _progress(job))
    if request.method == "POST":
        return _decided(request, job)
    return _import_page(request, job)


@require_GET
@needs(PERMISSION)
def state(request: HttpRequest, number: int) -> HttpResponse:
    """How far the work is; when it is over the page is asked for anew."""
    job = _job(request, number)
    if not job.is_busy:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "importing/_progress.html", _progress(job))


@require_POST
@needs(PERMISSION)
def stop(request: HttpRequest, number: int) -> HttpResponse:
    """Stop the work."""
    after = actions.stop(job=_job(request, number), by=request.user, address=address_of(request))
    if after == State.STOPPED:
        messages.success(request, _("The import is stopped. Patients that were imported before are complete."))
    elif after == State.DISCARDED:
        messages.success(request, _("The upload is thrown away. Nothing was imported."))
    return redirect("import", number)


@require_POST
@needs(PERMISSION)
def discard(request: HttpRequest, number: int) -> HttpResponse:
    """Throw away what waits."""
    actions.discard(job=_job(request, number), by=request.user, address=address_of(request))
    messages.success(request, _("What was not imported is thrown away."))
    return redirect("imports")


@require_GET
@needs(PERMISSION)
def refused(request: HttpRequest, number: int) -> HttpResponse:
    """Every record that was refused, with its place."""
    job = _job(request, number)
    page = Paginator(job.report.get("refusals", []), REFUSALS_PER_PAGE).get_page(request.GET.get("page"))
    _seen(request, f"import {job.pk}, refused, page {page.number}")
    return render(request, "importing/refused.html", {"job": job, "page": page})


# --- pieces


def _job(request: HttpRequest, number: int) -> RecordImport:
    return get_object_or_404(imports_of(request.user.practice), pk=number)


def _seen(request: HttpRequest, about: str, patients: Iterable[Patient | None] = ()) -> None:
    write_event(
        practice=request.user.practice,
        by=request.user,
        action=PERMISSION,
        about=about,
        address=address_of(request),
        shown={one.public_id for one in patients if one},
    )


def _drain(request: HttpRequest) -> None:
    left = _DRAINED
    while left > 0 and (piece := request.read(MEGABYTE)):
        left -= len(piece)


def _imports(request: HttpRequest, form: UploadForm, status: int = 200) -> HttpResponse:
    page = Paginator(imports_of(request.user.practice), PER_PAGE).get_page(request.GET.get("page"))
    _seen(request, f"imports, page {page.number}")
    rows = [(job, numbers(job), [file.name for file in job.files.all()]) for job in page.object_list]
    context = {"form": form, "page": page, "rows": rows, "most": MAX_SENT // MEGABYTE}
    return render(request, "importing/imports.html", context, status=status)


def _progress(job: RecordImport) -> dict[str, Any]:
    return {"job": job, "numbers": numbers(job), "files": job.files.all(), "reading": job.state == State.READING}


def _in_order(job: RecordImport) -> Any:
    """The patients of an import, those that need somebody first."""
    first = Case(
        When(outcome=Outcome.FAILED, then=Value(0)),
        When(standing=Standing.ASK, decision=Decision.OPEN, outcome=Outcome.WAITING, then=Value(1)),
        When(standing=Standing.HELD, then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
    rows = StagedPatient.objects.filter(record_import=job).defer("facts").select_related("match", "chosen", "into")
    return rows.order_by(first, "number")


def _import_page(
    request: HttpRequest, job: RecordImport, problems: dict[int, str] | None = None, status: int = 200
) -> HttpResponse:
    page = Paginator(_in_order(job), PER_PAGE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    alike = _alike(request, rows)
    known = [one for row in rows for one in (row.match, row.chosen, row.into)]
    _seen(request, f"import {job.pk}, page {page.number}, {len(rows)} patients", [*alike.values(), *known])
    context = {
        "job": job,
        "numbers": numbers(job),
        "files": job.files.all(),
        "before": imported_before(job),
        "ends_on": ends_on(job),
        "page": page,
        "rows": [(row, [alike[one] for one in row.alike if one in alike]) for row in rows],
        "problems": problems or {},
        "refusals": job.report.get("refusals", [])[:SHOWN_REFUSALS],
        "may_open": request.user.may("chart.view"),
    }
    return render(request, "importing/import.html", context, status=status)


def _alike(request: HttpRequest, rows: list[StagedPatient]) -> dict[int, Patient]:
    named = {number for row in rows for number in row.alike}
    return {one.pk: one for one in Patient.objects.filter(practice=request.user.practice, pk__in=named)}


def _keep(request: HttpRequest, job: RecordImport, said: Sequence[Said]) -> None:
    told = {"by": request.user, "address": address_of(request)}
    kept = [
        actions.decide(row=one.row, decision=one.decision, chosen=one.chosen, typed_name=one.typed_name, **told)
        for one in said
    ]
    if not all(kept):
        messages.warning(request, _("Somebody else decided about a patient meanwhile. Look again."))
    elif request.POST.get("do") == "import":
        if actions.begin(job=job, **told):
            transaction.on_commit(wake)
        else:
            messages.warning(request, _("There is nobody to import. Decide about a patient first."))
    elif said:
        messages.success(request, _("The decisions are kept."))


def _decided(request: HttpRequest, job: RecordImport) -> HttpResponse:
    """Keep the decisions of the page, and begin if that was asked."""
    if not job.is_open:
        messages.warning(request, _("This import is over; nothing can be decided in it any more."))
        return _import_page(request, job, status=409)
    wanted = [key.removeprefix("was-") for key in request.POST if key.startswith("was-")]
    numbered = [int(key) for key in wanted if key.isdecimal() and len(key) < 19]
    rows = list(_in_order(job).filter(pk__in=numbered, outcome__in=UNDONE))
    try:
        said = decisions_in(request.POST, rows, _alike(request, rows))
    except DecisionsError as error:
        return _import_page(request, job, error.problems, status=422)
    with transaction.atomic():  # what is pressed at once is kept at once
        _keep(request, job, said)
    here = request.GET.get("page", "")
    return redirect(f"{request.path}?page={here}" if here.isdigit() and len(here) < 9 else request.path)

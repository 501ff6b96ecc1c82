"""How payers are reached, and in whose name requests are sent: for the administrator."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from lenitive_web.audit.actions import address_of
from lenitive_web.authorization.connection_actions import change_clinician, change_connection
from lenitive_web.authorization.connections import lacks
from lenitive_web.authorization.models import PayerConnection, RequestingClinician
from lenitive_web.authorization.sending_forms import ClinicianForm, ConnectionForm
from lenitive_web.people.guards import needs
from lenitive_web.practice.actions import letter_head_of
from lenitive_web.practice.meanwhile import one_at_a_time, status_of
from lenitive_web.practice.models import Payer

PER_PAGE = 25


@require_GET
@needs("practice.manage")
def connections(request: HttpRequest) -> HttpResponse:
    """How each payer is reached, what is still lacking, and in whose name requests are sent."""
    practice = request.user.practice
    page = Paginator(Payer.objects.filter(practice=practice).order_by("name", "pk"), PER_PAGE).get_page(
        request.GET.get("page")
    )
    rows = [(payer, _connection(payer)) for payer in page.object_list]
    context = {
        "page": page,
        "rows": [(payer, one, [] if one.by_hand else lacks(one)) for payer, one in rows],
        "clinicians": RequestingClinician.objects.filter(user__practice=practice).select_related("user"),
        "head": letter_head_of(practice),
    }
    return _page(request, "connections", context)


@require_http_methods(["GET", "POST"])
@needs("practice.manage")
@one_at_a_time
def connection(request: HttpRequest, payer: int) -> HttpResponse:
    """How one payer is reached."""
    found = get_object_or_404(Payer, pk=payer, practice=request.user.practice)
    form = ConnectionForm(request.POST or None, instance=_connection(found), practice=request.user.practice)
    if request.method == "POST" and form.is_valid():
        change_connection(connection=form.save(commit=False), by=request.user, address=address_of(request))
        messages.success(request, _("How %(payer)s is reached is saved.") % {"payer": found.name})
        return redirect("connections")
    return _page(request, "connection", {"form": form, "payer": found}, status_of(form, request))


@require_http_methods(["GET", "POST"])
@needs("practice.manage")
@one_at_a_time
def clinician(request: HttpRequest, clinician: int | None = None) -> HttpResponse:
    """In whose name requests are sent: one physician."""
    practice = request.user.practice
    found = get_object_or_404(RequestingClinician, pk=clinician, user__practice=practice) if clinician else None
    form = ClinicianForm(request.POST or None, instance=found, practice=practice)
    if request.method == "POST" and form.is_valid():
        change_clinician(clinician=form.save(commit=False), by=request.user, address=address_of(request))
        messages.success(request, _("The physician is saved."))
        return redirect("connections")
    return _page(request, "clinician", {"form": form}, status_of(form, request))


def _connection(payer: Payer) -> PayerConnection:
    return PayerConnection.objects.filter(payer=payer).first() or PayerConnection(payer=payer)


def _page(request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    return render(request, f"authorization/{name}.html", {"here": "connections", **context}, status=status)

"""The book of partners: whom letters of the practice often go to."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from lenitive_web.audit.actions import address_of
from lenitive_web.letters import actions
from lenitive_web.letters.forms import PartnerForm
from lenitive_web.letters.models import Partner
from lenitive_web.people.guards import needs

PER_PAGE = 50


@require_http_methods(["GET", "POST"])
@needs("practice.manage")
def partners(request: HttpRequest) -> HttpResponse:
    """The book, and a form to add to it."""
    form = PartnerForm(request.POST or None, practice=request.user.practice)
    if request.method == "POST" and form.is_valid():
        actions.add_partner(partner=form.save(commit=False), by=request.user, address=address_of(request))
        messages.success(request, _("The partner is in the book."))
        return redirect("partners")
    page = Paginator(Partner.objects.filter(practice=request.user.practice), PER_PAGE).get_page(request.GET.get("page"))
    context = {"here": "partners", "form": form, "page": page, "partners": page.object_list}
    return render(request, "letters/partners.html", context, status=422 if form.errors else 200)


@require_POST
@needs("practice.manage")
def remove_partner(request: HttpRequest, number: int) -> HttpResponse:
    """Take one partner out of the book."""
    found = get_object_or_404(Partner, pk=number, practice=request.user.practice)
    actions.remove_partner(partner=found, by=request.user, address=address_of(request))
    messages.success(request, _("The partner is out of the book."))
    return redirect("partners")

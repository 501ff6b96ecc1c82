"""Answers to a policy's questions came back: a person looks at them before they become facts."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lenitive.errors import BadInputError
from lenitive.reasoning.citing import see
from lenitive_web.audit.actions import address_of
from lenitive_web.authorization.answers import AnswersEndedError, end_answers, is_changed, shown, told
from lenitive_web.authorization.models import AnswersReceived
from lenitive_web.patients.page import PatientPage, open_page


@require_http_methods(["GET", "POST"])
def answers(request: HttpRequest, patient_id: UUID, answers: int) -> HttpResponse:
    """What was answered, by whom, and which facts it becomes; taken or not by somebody who may record."""
    page = open_page(request, patient_id, "authorization.view" if request.method == "GET" else "chart.record")
    found = (
        AnswersReceived.objects.filter(form__patient=page.patient, pk=answers).select_related("form", "client").first()
    )
    if found is None:
        messages.error(request, _("There are no such answers here. The page shows how things stand."))
        return redirect("authorization", patient_id)
    if found.ending:
        messages.error(request, _("Somebody decided about these answers already."))
        return redirect("authorization", patient_id)
    return _end(page, found) if request.method == "POST" else _page(page, found)


def _end(page: PatientPage, found: AnswersReceived) -> HttpResponse:
    take = page.request.POST.get("ending") == "taken"
    try:
        end_answers(answers=found, take=take, by=page.request.user, address=address_of(page.request))
    except BadInputError:
        messages.error(page.request, _("They no longer fit the chart. Nothing was written."))
        return _page(page, found, 409)
    except AnswersEndedError:
        messages.error(page.request, _("Somebody decided about these answers meanwhile."))
    else:
        messages.success(page.request, _("The answers are in the chart.") if take else _("The answers were not taken."))
    return redirect("authorization", page.patient.public_id)


def _page(page: PatientPage, found: AnswersReceived, status: int = 200) -> HttpResponse:
    try:
        become = told(found.form, found.body)
    except BadInputError as problem:
        become, trouble = None, str(problem)
    else:
        trouble = ""
    context = page.context(
        "authorization",
        found=found,
        answers=list(shown(found.form.form, found.body)),
        facts=[see(one) for one in become.facts] if become else [],
        becomes=become.request if become and is_changed(found.form, become) else None,
        trouble=trouble,
    )
    return render(page.request, "authorization/answers.html", context, status=status)

"""Where a form sends what is typed, while it is typed."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from lenitive_web.drafts import keeping
from lenitive_web.ledger.door import access_patient


@require_POST
def keep(request: HttpRequest, patient_id: UUID, form: str) -> HttpResponse:
    """Keep a draft, and say when."""
    patient = access_patient(request, patient_id, "draft.keep")
    begun_from, version = (_number(request, name) for name in ("draft_edition", "version"))
    context = {"form_name": form[:120], "patient": patient, "edition": begun_from}
    try:
        draft = keeping.keep(
            patient=patient,
            by=request.user,
            form=form[:120],
            begun_from=begun_from,
            version=version,
            typed=request.POST.lists(),
        )
    except keeping.OtherWindowError as other:
        return render(request, "drafts/_kept.html", {**context, "elsewhere": other.draft})
    except keeping.TooLongError:
        return render(request, "drafts/_kept.html", {**context, "too_long": True})
    return render(request, "drafts/_kept.html", {**context, "edition": draft.edition, "kept": draft})


@require_POST
def discard(request: HttpRequest, patient_id: UUID, form: str) -> HttpResponse:
    """Throw a draft away and show the form as it was before."""
    patient = access_patient(request, patient_id, "draft.keep")
    keeping.forget(patient=patient, by=request.user, form=form[:120])
    return HttpResponse(headers={"HX-Refresh": "true"})


def _number(request: HttpRequest, name: str) -> int:
    said = request.POST.get(name, "")
    return int(said) if said.isdecimal() and len(said) < 18 else 0

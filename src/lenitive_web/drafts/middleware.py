"""A form that was written down needs its draft no more."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from lenitive_web.drafts.keeping import forget
from lenitive_web.ledger.models import Patient


def is_written_down(request: HttpRequest) -> None:
    """Say so in a view that answers with a page. One that redirects, as most do after writing, need not."""
    request.is_written_down = True


class ForgetsWhatIsWritten:
    """Empties the draft that a posted form names, once the form was taken. It only ever is the person's own draft."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method == "POST" and request.user.is_authenticated and _was_taken(request, response):
            _forget(request)
        return response


def _was_taken(request: HttpRequest, response: HttpResponse) -> bool:
    return response.status_code == 302 or getattr(request, "is_written_down", False)


def _forget(request: HttpRequest) -> None:
    form, match = request.POST.get("draft_form"), request.resolver_match
    if not form or match is None or "patient_id" not in match.kwargs:
        return
    user = request.user
    patient = Patient.objects.filter(public_id=match.kwargs["patient_id"], practice=user.practice_id).first()
    if patient is not None:
        forget(patient=patient, by=user, form=form[:120])

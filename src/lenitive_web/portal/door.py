"""A patient's way to the own chart: the account says which one it is, so no address ever names a patient."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest
from django.utils import timezone

from lenitive_web.audit.actions import address_of, write_event
from lenitive_web.ledger.door import access_patient
from lenitive_web.patients.page import ChartToday
from lenitive_web.portal.models import OwnChart
from lenitive_web.practice.models import LetterHead


@dataclass(frozen=True)
class Clinic:
    """How a patient reaches the clinic: the lines of its letter head, and its telephone as it is read and dialled."""

    lines: Sequence[str]
    phone: str
    dialled: str


def clinic_of(practice: int) -> Clinic:
    """What the letter head says; blank where the practice has not said it."""
    head = LetterHead.objects.filter(practice=practice).only("lines", "phone").first()
    phone = head.phone.strip() if head else ""
    return Clinic(head.lines.splitlines() if head else (), phone, re.sub(r"[^\d+]", "", phone))


class OwnPage(ChartToday):
    """The patient who is signed in, today."""

    @property
    def address(self) -> str | None:
        """Where the request comes from."""
        return address_of(self.request)

    def context(self, here: str, **more: Any) -> dict[str, Any]:
        """What the frame of an own page needs, and ``more``."""
        clinic = clinic_of(self.patient.practice_id)
        return {"here": here, "as_of": self.as_of, "practice": self.patient.practice, "clinic": clinic, **more}


def own_page(request: HttpRequest, permission: str) -> OwnPage:
    """The own chart of the person who asks; who has none finds nothing here, and the attempt is an event."""
    own = OwnChart.objects.select_related("patient").filter(user=request.user).first()
    if own is None:
        write_event(
            practice=request.user.practice,
            by=request.user,
            action=f"refused: {permission}",
            about=f"{request.method} {request.resolver_match.view_name}",
            address=address_of(request),
        )
        raise Http404
    return OwnPage(request, access_patient(request, own.patient.public_id, permission), timezone.localdate())

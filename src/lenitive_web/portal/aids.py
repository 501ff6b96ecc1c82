"""Decision aids on a patient's own pages: put there, opened, asked about, taken off again.

What is kept is that it stands there. The page is drawn from the chart of the day on which it is read, so nobody reads
on the phone what has not been so for weeks.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from lenitive.reasoning import Assessment
from lenitive.reasoning.assessment import Option, what_holds_up
from lenitive_web.audit.actions import write_event
from lenitive_web.ledger.models import Patient
from lenitive_web.people.models import User
from lenitive_web.portal.models import OwnChart, SharedAid


def shared_aids(patient: Patient) -> QuerySet[SharedAid]:
    """The aids that stand on the patient's own pages now, the latest first."""
    found = SharedAid.objects.filter(patient=patient, withdrawn_at=None)
    return found.select_related("shared_by").order_by("-pk")


def has_own_pages(patient: Patient) -> bool:
    """Whether the patient can sign in."""
    return OwnChart.objects.filter(patient=patient, user__is_active=True).exists()


def option_to_choose(assessment: Assessment, procedure: str) -> Option | None:
    """The option that an aid is about; none if it is no option, or while a red flag leaves nothing to choose."""
    if what_holds_up(procedure, assessment.red_flags):
        return None
    return next((one for one in assessment.options if one.procedure == procedure), None)


@transaction.atomic
def share_aid(*, patient: Patient, procedure: str, by: User, address: str | None = None) -> SharedAid:
    """Put the aid on the patient's own pages. What stands there already is left as it is."""
    Patient.objects.select_for_update().get(pk=patient.pk)
    before = shared_aids(patient).filter(procedure=procedure).first()
    if before is not None:
        return before
    made = SharedAid.objects.create(patient=patient, procedure=procedure, shared_at=timezone.now(), shared_by=by)
    _tell(made, "aid.shared", by, address)
    return made


@transaction.atomic
def withdraw_aid(*, shared: SharedAid, by: User, address: str | None = None) -> None:
    """Take the aid off again. What the patient asked stays in the row, and every event."""
    held = _held(shared)
    if held.withdrawn_at is not None:
        return
    held.withdrawn_at, held.withdrawn_by = timezone.now(), by
    held.save(update_fields=["withdrawn_at", "withdrawn_by"])
    _tell(held, "aid.withdrawn", by, address)


@transaction.atomic
def open_aid(*, shared: SharedAid, by: User, address: str | None = None) -> None:
    """Write down that the patient opened it, the first time."""
    held = _held(shared)
    if held.opened_at is None:
        held.opened_at = timezone.now()
        held.save(update_fields=["opened_at"])
        _tell(held, "aid.opened", by, address)


@transaction.atomic
def ask_about_aid(*, shared: SharedAid, questions: str, by: User, address: str | None = None) -> None:
    """Keep the patient's own questions, in place of what stood there."""
    held = _held(shared)
    if held.questions == questions:
        return
    held.questions, held.asked_at = questions, timezone.now()
    held.save(update_fields=["questions", "asked_at"])
    _tell(held, "aid.asked" if questions else "aid.unasked", by, address)


def _held(shared: SharedAid) -> SharedAid:
    return SharedAid.objects.select_for_update(of=("self",)).select_related("patient__practice").get(pk=shared.pk)


def _tell(shared: SharedAid, action: str, by: User, address: str | None) -> None:
    patient = shared.patient
    write_event(
        practice=patient.practice,
        by=by,
        action=action,
        patient=patient.public_id,
        about=shared.procedure,
        address=address,
    )

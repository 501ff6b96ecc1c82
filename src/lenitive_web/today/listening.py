"""A chart is looked at again in the transaction that changes it, or that books something for the patient."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver
from django.utils import timezone

from lenitive_web.ledger.models import Patient
from lenitive_web.ledger.signals import chart_changed
from lenitive_web.schedule.models import Booking
from lenitive_web.today.looking import look_at


@receiver(chart_changed)
def chart_was_written(patient: Patient, **_more: Any) -> None:
    """Facts were recorded, or a request decided."""
    look_at([patient], timezone.localdate())


@receiver(post_save, sender=Booking)
def booking_was_written(instance: Booking, **_more: Any) -> None:
    """Something was booked, moved, cancelled or taken a step further."""
    look_at([instance.patient], timezone.localdate())

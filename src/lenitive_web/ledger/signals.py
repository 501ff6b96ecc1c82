"""What the ledger tells whoever keeps something that is derived from charts, inside the transaction of the write."""

from __future__ import annotations

from django.dispatch import Signal

chart_changed = Signal()
"""Sent with ``patient`` after facts were written or a decision about a request was made."""

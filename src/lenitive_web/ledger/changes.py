"""What others wrote meanwhile, in words, so that it can be read beside one's own entry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lenitive.chart import TABLE_OF, Fact
from lenitive.chart.authorization import Authorization
from lenitive.documents.wording import sentence
from lenitive.medicine.content import content
from lenitive.reasoning.citing import plain
from lenitive_web.ledger.facts import fact_of
from lenitive_web.ledger.models import Entry

LABELS: dict[str, Promise] = {
    "patient": gettext_lazy("Person"),
    "complaint": gettext_lazy("Pain"),
    "condition": gettext_lazy("Illness"),
    "medication": gettext_lazy("Medicine"),
    "allergy": gettext_lazy("Allergy"),
    "finding": gettext_lazy("Finding"),
    "treatment": gettext_lazy("Treatment"),
    "procedure": gettext_lazy("Procedure"),
    "relief": gettext_lazy("Relief"),
    "measure": gettext_lazy("Score"),
    "device": gettext_lazy("Implant"),
    "coverage": gettext_lazy("Insurance"),
    "statement": gettext_lazy("Statement"),
    "goal": gettext_lazy("Goal"),
}
"""What kind of thing a sentence is about, where it does not say so itself."""


@dataclass(frozen=True)
class Change:
    """One entry in words: who wrote it, when, and what it says."""

    who: str
    at: datetime
    words: str
    corrects: bool
    takes_back: bool


def changes(entries: Sequence[Entry]) -> list[Change]:
    """What was written, the latest first."""
    return [_change(entry) for entry in reversed(entries)]


def _change(entry: Entry) -> Change:
    fact = fact_of(entry.table, entry.body)
    return Change(
        who=entry.by.name if entry.by else "",
        at=timezone.localtime(entry.recorded_at),
        words=_words(fact),
        corrects=bool(entry.supersedes) and not fact.withdrawn,
        takes_back=fact.withdrawn,
    )


def _words(fact: Fact) -> str:
    """The fact as a sentence. A step at a payer has none of its own: it reads as a table elsewhere."""
    if isinstance(fact, Authorization):
        kind = content().procedures[fact.kind].label if fact.kind in content().procedures else ""
        return f"{kind or _('Authorization')}: {plain(fact.status)}"
    label = LABELS.get(TABLE_OF[type(fact)])
    return f"{label}: {sentence(fact, content())}" if label else sentence(fact, content())

"""The policies by which requests of a practice are answered: what changed in them, and who stands otherwise since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from lenitive.chart import Request
from lenitive.medicine.content import content
from lenitive.medicine.criteria import all_criteria
from lenitive.reasoning.assessment import Citation, StatusWord
from lenitive.reasoning.book import Book
from lenitive.reasoning.citing import plain
from lenitive.reasoning.coverage import insurance, with_insurance
from lenitive.reasoning.policy_changes import Change, PolicyChanges, RowShown, policy_changes, policy_on
from lenitive.reasoning.policy_impact import Turn, status_under, turns
from lenitive_web.audit.actions import address_of, write_event
from lenitive_web.authorization.selectors import asked_for_in
from lenitive_web.ledger.models import Patient
from lenitive_web.ledger.selectors import assessment_of, chart_of
from lenitive_web.people.guards import needs
from lenitive_web.people.models import Practice
from lenitive_web.readings.selectors import book_of

MOST_PATIENTS = 50
"""So many patients are named for one turn; the count says how many there are."""
ABOUT_OUR_READING = ("source", "locator", "grade")
"""Changes in where we read a row: nothing of them is the payer's."""
WORDS = {
    "label": _("What is asked"),
    "criterion": _("The question behind it"),
    "want": _("The answer that is wanted"),
    "group": _("Among alternatives"),
    "at_least": _("So many of them"),
    "severity": _("How it counts"),
    "when": _("Only when"),
}


@dataclass(frozen=True)
class Moved:
    """A patient whose request stands otherwise under the later version."""

    patient: Patient
    label: str
    kind: str
    before: StatusWord
    after: StatusWord


@dataclass(frozen=True)
class RowMoved:
    """A row that both versions have, and what is different in it, in words."""

    label: str
    changes: Sequence[Change]
    citation: Citation


@dataclass(frozen=True)
class TurnShown:
    """One turn of a policy: what it changed, and for whom."""

    turn: Turn
    is_to_come: bool
    added: Sequence[RowShown]
    removed: Sequence[RowShown]
    changed: Sequence[RowMoved]
    moved: Sequence[Moved]

    @property
    def named(self) -> Sequence[Moved]:
        """The patients that are shown."""
        return self.moved[:MOST_PATIENTS]


@dataclass(frozen=True)
class InUse:
    """A policy that answers requests of the practice."""

    label: str
    requests: int
    turns: Sequence[TurnShown]


@require_GET
@needs("authorization.list")
def policies_in_use(request: HttpRequest) -> HttpResponse:
    """What changed in the policies by which requests are answered, and whose request stands otherwise since."""
    day = timezone.localdate()
    found = in_use(request.user.practice, day)
    named = [one.patient.public_id for policy in found for turn in policy.turns for one in turn.named]
    write_event(
        practice=request.user.practice,
        by=request.user,
        action="authorization.list",
        about=f"policies in use, {len(named)} patients stand otherwise",
        address=address_of(request),
        shown=named,
    )
    turned = [one for one in found if one.turns]
    context = {"policies": turned, "unturned": [one for one in found if not one.turns], "day": day}
    return render(request, "authorization/policies_in_use.html", context)


def in_use(practice: Practice, day: date) -> list[InUse]:
    """The policies that answer what is asked for now, those with a turn first."""
    known = book_of(practice.pk)
    asked: dict[str, list[tuple[Patient, Request]]] = defaultdict(list)
    for patient, request in asked_for_in(practice):
        options = {one.procedure: one for one in assessment_of(patient, day).options}
        option = options.get(request.kind)
        if option and option.coverage.chosen.policy:
            asked[option.coverage.chosen.policy].append((patient, request))
    found = [
        InUse(known.content.policies[name].label, len(those), list(_turns(known, name, those, day)))
        for name, those in asked.items()
    ]
    return sorted(found, key=lambda one: (not one.turns, one.label))


def _turns(known: Book, name: str, asked: Sequence[tuple[Patient, Request]], day: date) -> Iterator[TurnShown]:
    for turn in turns(known.content.policies[name], day):
        changes = policy_changes(known, name, turn.eve, turn.on)
        moved = list(_moved(known, name, asked, turn, day))
        yield TurnShown(turn, turn.on > day, changes.added, changes.removed, list(_rows(known, changes)), moved)


def _rows(known: Book, changes: PolicyChanges) -> Iterator[RowMoved]:
    cited = {one.row: one.citation for one in policy_on(known, changes.policy, changes.after).rows}
    for row in changes.changed:
        theirs = [_in_words(one) for one in row.changes if one.what not in ABOUT_OUR_READING]
        if theirs:
            yield RowMoved(row.label, theirs, cited[row.row])


def _in_words(change: Change) -> Change:
    parameter, criteria = content().parameters.get(change.what), all_criteria()
    what = str(WORDS.get(change.what) or (parameter.label if parameter else plain(change.what)))
    before, after = (criteria[said].label if said in criteria else said for said in (change.before, change.after))
    return Change(what=what, before=before, after=after)


def _moved(known: Book, name: str, asked: Sequence[tuple[Patient, Request]], turn: Turn, day: date) -> Iterator[Moved]:
    for patient, request in asked:
        chart = chart_of(patient, day)
        meant = with_insurance(request, insurance(chart, day))
        before, after = (status_under(known, name, chart, day, meant, on) for on in (turn.eve, turn.on))
        if before != after and before is not None and after is not None:
            yield Moved(patient, content().procedures[request.kind].label, request.kind, before, after)

"""A letter is changed before it is signed: of medical necessity, an appeal, to a partner of the plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from lenitive.documents.appeal import CLOSING, OPENING, appeal, denied_request
from lenitive.documents.authorization import authorization
from lenitive.documents.letter import in_words
from lenitive.documents.packet import packet
from lenitive.documents.payers_copy import payers_copy
from lenitive.errors import UsageError
from lenitive.reasoning.plan_of_care import plan_of_care
from lenitive_web.audit.actions import address_of
from lenitive_web.authorization.cases import request_about
from lenitive_web.ledger.selectors import requests_of
from lenitive_web.letters.actions import LetterChangedError, record_letter_step, write_letter
from lenitive_web.letters.forms import LetterForm, LetterStepForm
from lenitive_web.letters.models import Sort, StepKind
from lenitive_web.letters.selectors import Proposed, last_edition, sort_of, steps_of
from lenitive_web.patients.page import PatientPage, open_page
from lenitive_web.plan.letters import QUESTION, key_of, referral_letter


@dataclass(frozen=True)
class Proposal:
    """A letter as the chart proposes it, where it is read as it leaves, and the room it belongs to."""

    about: str
    paragraphs: Sequence[Proposed]
    room: str
    document: str


@require_http_methods(["GET", "POST"])
def letter(request: HttpRequest, patient_id: UUID, sort: str, about: str) -> HttpResponse:
    """The paragraphs of a letter, each to be changed or taken as proposed, and whom it goes to."""
    page = open_page(request, patient_id, "letter.write")
    which, proposal = _proposed(page, sort, about)
    last = last_edition(page.patient, which, about)
    form = LetterForm(proposal.paragraphs, last, page.patient.practice, request.POST or None)
    if request.method == "GET" or not form.is_valid():
        return _page(page, which, about, proposal, form, status=422 if form.errors else 200)
    written = form.changed()
    written.pop(request.POST.get("reset", ""), None)
    name, lines = form.whom()
    try:
        write_letter(
            patient=page.patient,
            sort=which,
            about=about,
            seen=form.cleaned_data["edition"],
            written=written,
            to_name=name,
            to_address=lines,
            by=request.user,
            address=address_of(request),
        )
    except LetterChangedError as changed:
        return _page(page, which, about, proposal, _told(form, changed), status=409)
    messages.success(request, _("The letter is saved."))
    return redirect("letter", patient_id, sort, about)


def _told(form: LetterForm, changed: LetterChangedError) -> LetterForm:
    """The later of two writers keeps the own words and hears whose they would replace; saved again, they do."""
    said = form.data.copy()
    said["edition"] = str(changed.last.edition)
    form.data = said
    theirs = " ".join(f"“{one['text']}”" for one in changed.last.written.values())
    form.add_error(
        None,
        _("%(name)s saved this letter while yours was open. Yours was not written. Saved again, it takes its place.")
        % {"name": changed.last.by.name}
        + (" " + _("It says: %(words)s") % {"words": theirs} if theirs else ""),
    )
    form.last = changed.last
    return form


@require_POST
def letter_step(request: HttpRequest, patient_id: UUID, sort: str, about: str) -> HttpResponse:
    """Write down that the letter was sent, or answered."""
    page = open_page(request, patient_id, "letter.write")
    which, proposal = _proposed(page, sort, about)
    form = LetterStepForm(page.as_of, request.POST)
    if not form.is_valid():
        last = last_edition(page.patient, which, about)
        fresh = LetterForm(proposal.paragraphs, last, page.patient.practice)
        return _page(page, which, about, proposal, fresh, step=form, status=422)
    record_letter_step(
        patient=page.patient,
        sort=which,
        about=about,
        kind=StepKind(form.cleaned_data["kind"]),
        on=form.cleaned_data["on"],
        by=request.user,
        address=address_of(request),
    )
    messages.success(request, _("Written down."))
    return redirect("letter", patient_id, sort, about)


def _page(
    page: PatientPage,
    sort: Sort,
    about: str,
    proposal: Proposal,
    form: LetterForm,
    *,
    step: LetterStepForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context = page.context(
        proposal.room,
        title=sort.label,
        about=proposal.about,
        form=form,
        rows=list(form.rows()),
        steps=steps_of(page.patient, sort, about),
        step_form=step or LetterStepForm(page.as_of),
        step_address=reverse("letter_step", args=[page.patient.public_id, sort, about]),
        document=proposal.document,
        back=reverse(proposal.room, args=[page.patient.public_id]),
        may_write=page.request.user.may("letter.write"),
    )
    return render(page.request, "letters/letter.html", context, status=status)


# --- what is proposed ------------------------------------------------------------------------------------------------


def _proposed(page: PatientPage, sort: str, about: str) -> tuple[Sort, Proposal]:
    which = sort_of(sort)
    found = _PROPOSALS[which](page, about) if which else None
    if which is None or found is None:
        raise Http404
    return which, found


def _necessity(page: PatientPage, kind: str) -> Proposal | None:
    asked, _followed = request_about(page, kind)
    if asked is None:
        return None
    stands = authorization(page.chart, page.as_of, asked, knowledge=page.book)
    facts = {row.number: f"{row.text} ({row.source})" for row in packet(stands, page.chart, page.book).evidence}
    paragraphs = [
        Proposed(one.title, one.title, in_words(one), _behind(facts, (said.evidence for said in one.sentences)))
        for one in payers_copy(stands, page.chart, page.book).letter
    ]
    document = reverse("packet", args=[page.patient.public_id, kind])
    return Proposal(stands.procedure, paragraphs, "authorization", document)


def _behind(facts: Mapping[str, str], evidence: object) -> list[str]:
    numbers = dict.fromkeys(number for some in evidence for number in some)  # type: ignore[attr-defined]
    return [facts[number] for number in numbers]


def _appeal(page: PatientPage, kind: str) -> Proposal | None:
    asked, _followed = request_about(page, kind)
    if asked is None:
        return None
    stands = authorization(page.chart, page.as_of, asked, knowledge=page.book)
    try:
        draft = appeal(stands, denied_request(page.chart, page.as_of, kind), page.chart, page.book)
    except UsageError:
        return None
    facts = {row.number: f"{row.text} ({row.source})" for row in draft.evidence}
    opening = Proposed(OPENING, _("Why this decision should be looked at again"), "\n".join(draft.opening))
    shown = [
        Proposed(one.key, one.label, "\n".join(one.seen), [facts[number] for number in one.evidence])
        for one in draft.shown
    ]
    closing = Proposed(CLOSING, _("Words at the end"), "")
    document = reverse("appeal", args=[page.patient.public_id, kind])
    return Proposal(stands.procedure, [opening, *shown, closing], "authorization", document)


def _referral(page: PatientPage, partner: str) -> Proposal | None:
    kinds = [one.kind for one in reversed(requests_of(page.patient))]
    plan = plan_of_care(page.chart, page.as_of, page.assessment, page.book, kinds)
    asked = next((one for one in plan.partners if one.partner == partner), None)
    if asked is None:
        return None
    told = referral_letter(asked, page)
    because = [f"{fact.text}{f' ({fact.on})' if fact.on else ''}" for fact in told.because]
    question = Proposed(QUESTION, _("The question"), str(told.question), because)
    rest = [
        Proposed(key_of(one), str(one.title), "\n".join(one.sentences), list(one.sentences)) for one in told.paragraphs
    ]
    document = reverse("referral_letter", args=[page.patient.public_id, partner])
    return Proposal(str(told.to), [question, *rest], "plan", document)


_PROPOSALS: Mapping[Sort, Callable[[PatientPage, str], Proposal | None]] = {
    Sort.NECESSITY: _necessity,
    Sort.APPEAL: _appeal,
    Sort.REFERRAL: _referral,
}

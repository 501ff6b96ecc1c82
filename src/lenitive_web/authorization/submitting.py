"""What would leave for a payer, what it still lacks, and the Bundles that are kept before they are sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import msgspec
from django.utils import timezone
from django.utils.translation import gettext as _

from lenitive.chart import Chart
from lenitive.chart.condition import Condition
from lenitive.documents.authorization import Authorization
from lenitive.documents.enclosures import Enclosure as Enclosed
from lenitive.documents.payers_copy import payers_copy
from lenitive.documents.readiness import Readiness, readiness
from lenitive.documents.typesetting import pdf
from lenitive.errors import UsageError
from lenitive.interop.davinci.claim_bundle import PLACES, claim_request
from lenitive.interop.davinci.claim_evidence import claim_evidence
from lenitive.interop.davinci.claim_inquiry import claim_inquiry
from lenitive.interop.davinci.claim_parties import (
    Attached,
    Beneficiary,
    Clinic,
    Clinician,
    Payer,
    ServiceLine,
    Submission,
    Subscriber,
)
from lenitive.interop.davinci.claim_update import as_cancellation, as_update
from lenitive.reasoning.assessment import Coverage, FactSeen
from lenitive.reasoning.authorizations import Followed
from lenitive.reasoning.book import Book
from lenitive.reasoning.coverage import insurance
from lenitive_web.attachments.enclosing import NOT_WHAT_IT_WAS, enclosures_named, files_of
from lenitive_web.attachments.naming import name_of
from lenitive_web.attachments.selectors import ChangedError
from lenitive_web.attachments.words import LOINC
from lenitive_web.authorization.answers import AnswersTaken, answers_taken
from lenitive_web.authorization.connections import lacks
from lenitive_web.authorization.models import PayerConnection, Purpose, RequestingClinician, Sending, SendingState
from lenitive_web.authorization.steps import steps_from
from lenitive_web.ledger.models import Patient
from lenitive_web.letters.models import Sort
from lenitive_web.letters.selectors import addressee_of, last_edition, texts_of
from lenitive_web.people.models import Practice
from lenitive_web.practice.actions import letter_head_of
from lenitive_web.practice.models import LetterHead

Json = dict[str, Any]

STANDING = ("waiting for a decision", "more is wanted", "approved", "not yet valid", "partly approved")
"""The states in which a payer holds a request that can be asked about, changed and cancelled."""


def new_number() -> str:
    """A number that no other sending has."""
    return f"pa-{uuid4().hex[:20]}"


@dataclass(frozen=True)
class Lack:
    """Something that a payer wants and nobody said yet; ``table`` says where it can be said, if anywhere."""

    what: str
    table: str = ""
    fact: str = ""


@dataclass(frozen=True)
class Leaving:
    """What would leave for the payer about one procedure."""

    chart: Chart
    as_of: date
    told: Authorization
    patient: Patient
    connection: PayerConnection
    base: str
    knowledge: Book

    @property
    def practice(self) -> Practice:
        """The clinic that asks."""
        return self.patient.practice

    @cached_property
    def _evidence(self) -> Any:
        return claim_evidence(self.chart, self.told.determination, self.knowledge, self.base)

    @property
    def shown(self) -> Sequence[str]:
        """What the facts that go along show, criterion by criterion."""
        return [one.shows for one in self._evidence.shown]

    @property
    def shows(self) -> list[tuple[str, int]]:
        """What the evidence shows, and by how many facts."""
        return list(Counter(self.shown).items())

    @property
    def left_out(self) -> list[FactSeen]:
        """The facts that the form of the request has no place for."""
        ids = set(self._evidence.left_out)
        criteria = self.told.determination.criteria if self.told.determination else ()
        return list({one.id: one for result in criteria for one in result.facts if one.id in ids}.values())

    @cached_property
    def answers(self) -> list[AnswersTaken]:
        """Answers of another system about the procedure that were taken into the chart."""
        return answers_taken(self.patient, self.told.request.kind)

    @cached_property
    def diagnoses(self) -> Mapping[str, str]:
        """The full codes of the chart's diagnoses, with their names."""
        recorded = self.chart.rows(Condition)
        return {one.icd10: one.label or (one.code or "").replace("_", " ") for one in recorded if one.icd10}

    @cached_property
    def clinicians(self) -> list[RequestingClinician]:
        """In whose name a request can be sent."""
        found = RequestingClinician.objects.filter(user__practice=self.practice, user__is_active=True)
        return list(found.select_related("user"))

    @cached_property
    def letter_head(self) -> LetterHead:
        """Where the clinic's own number stands."""
        return letter_head_of(self.practice)

    @property
    def in_the_chart(self) -> list[Lack]:
        """What the chart does not say yet."""
        person, cover = self.chart.patient, insurance(self.chart, self.as_of)
        who, insured = person.id if person else "", cover.id if cover else ""
        asked = (
            (person and person.sex, Lack(_("The patient’s sex, as registered, is not recorded."), "patient", who)),
            (cover and cover.member, Lack(_("The insurance has no member number."), "coverage", insured)),
            (self.diagnoses, Lack(_("No diagnosis with an ICD-10-CM code is recorded."), "condition")),
            (
                self.told.request.site_of_service in PLACES,
                Lack(_("Nobody said where it will be done."), "request"),
            ),
        )
        return [lack for is_said, lack in asked if not is_said]

    @property
    def in_the_settings(self) -> list[str]:
        """What the administrator has not said yet."""
        found = lacks(self.connection)
        if not self.letter_head.npi:
            found.append(_("The letter head does not say the clinic’s national provider identifier."))
        if not self.clinicians:
            found.append(_("No physician is named in whose name requests are sent."))
        return found

    @cached_property
    def ready(self) -> Readiness:
        """The criteria that are open, and what every payer's form asks and nobody said."""
        return readiness(self.told, self.chart)

    @property
    def can_leave(self) -> bool:
        """Whether nothing is lacking that would keep the payer from reading it."""
        return not self.in_the_chart and not self.in_the_settings

    # --- what goes out

    def submission(self, said: Mapping[str, Any], number: str, root: str) -> Submission:
        """Who asks whom for what. ``root`` names the lines through every change of the request."""
        head, clinician = self.letter_head, said["clinician"]
        return Submission(
            number=number,
            at=timezone.localtime().replace(microsecond=0),
            clinic=Clinic(base=self.base, name=self.practice.name, npi=head.npi),
            clinician=Clinician(
                family=clinician.family, given=tuple(clinician.given.split()), npi=clinician.npi, phone=clinician.phone
            ),
            payer=Payer(
                name=self.connection.payer.name,
                identifier_system=self.connection.identifier_system,
                identifier=self.connection.identifier,
                member_system=self.connection.member_system,
            ),
            beneficiary=_beneficiary(said),
            lines=tuple(
                ServiceLine(key="-".join((root, code, *modifiers)), code=code, units=units, modifiers=modifiers)
                for code, units, modifiers in said["lines"]
            ),
            diagnoses=tuple(said["diagnoses"]),
            expedited=said["expedited"],
            documents=self._documents(said["with_packet"]),
            answers=tuple(one.response for one in self.answers),
            answers_from=tuple(one.source for one in self.answers),
        )

    @cached_property
    def enclosed(self) -> list[Enclosed]:
        """The documents that go along, each as a file of its own."""
        return enclosures_named(self.patient, self.told.request.kind)

    def _documents(self, with_packet: bool) -> tuple[Attached, ...]:
        """The packet, if it is wanted, and each document as a file of its own, with what it shows."""
        try:
            along = files_of(self.patient, self.told.request.kind)
        except ChangedError as changed:
            raise UsageError(str(NOT_WHAT_IT_WAS)) from changed
        if too_large := [name_of(one.attachment) for one in along if one.file is None]:
            told = _("Too large to go along: %(names)s. Take it out of the request here, and send it apart.")
            raise UsageError(told % {"names": "; ".join(too_large)})
        files = [
            Attached(
                title=name_of(one.attachment),
                content_type=one.file.media,
                data=one.file.body,
                loinc=LOINC.get(one.attachment.about),
                shows=one.shows or None,
                about=str(one.attachment.get_about_display()),
                on=one.attachment.day,
            )
            for one in along
            if one.file
        ]
        return (*((self._packet(),) if with_packet else ()), *files)

    def _packet(self) -> Attached:
        """The packet, with the documents listed; their pages are in files of their own."""
        letter = last_edition(self.patient, Sort.NECESSITY, self.told.request.kind)
        told = payers_copy(self.told, self.chart, self.knowledge, written=texts_of(letter), to=addressee_of(letter))
        whole = msgspec.structs.replace(told, head=self.letter_head.printed(), enclosures=self.enclosed)
        return Attached(title="Prior authorization packet", content_type="application/pdf", data=pdf(whole).body)

    def sending(self, submission: Submission, earlier: Sending | None, current: Followed | None) -> Sending:
        """The row that is kept before anything leaves."""
        told = self.told
        standing = Coverage(
            chosen=told.chosen, determination=told.determination, warnings=told.warnings, authorities=told.authorities
        )
        written = claim_request(self.chart, self.as_of, told.request, standing, submission, self.knowledge)
        body = as_update(written.bundle, msgspec.json.decode(earlier.request_body)) if earlier else written.bundle
        return Sending(
            practice=self.practice,
            patient=self.patient,
            kind=told.request.kind,
            ledger_request=_ledger_request(submission.number, earlier, current),
            number=submission.number,
            purpose=Purpose.UPDATE if earlier else Purpose.REQUEST,
            earlier=earlier,
            connection=self.connection,
            asked=msgspec.to_builtins(told.request),
            submission=_without_documents(submission),
            request_body=msgspec.json.encode(body).decode(),
            inquiry_body=msgspec.json.encode(claim_inquiry(self.chart, self.as_of, submission)).decode(),
            left_out=list(written.left_out),
        )


def cancellation_of(earlier: Sending, chart: Chart, as_of: date, number: str) -> Sending:
    """The row that takes back what was sent."""
    at = timezone.localtime().replace(microsecond=0)
    submission = msgspec.structs.replace(msgspec.convert(earlier.submission, Submission), number=number, at=at)
    body = as_cancellation(msgspec.json.decode(earlier.request_body), number, at)
    return Sending(
        practice=earlier.practice,
        patient=earlier.patient,
        kind=earlier.kind,
        ledger_request=earlier.ledger_request,
        number=number,
        purpose=Purpose.CANCELLATION,
        earlier=earlier,
        connection=earlier.connection,
        asked=earlier.asked,
        submission=_without_documents(submission),
        request_body=msgspec.json.encode(body).decode(),
        inquiry_body=msgspec.json.encode(claim_inquiry(chart, as_of, submission)).decode(),
    )


def base_of(address: str, earlier: Sending | None) -> str:
    """The address under which the clinic's resources are named; a change keeps that of what it changes."""
    if earlier is not None:
        return str(earlier.submission["clinic"]["base"])
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}/fhir"


def root_of(sending: Sending | None) -> str | None:
    """The number of the first sending of a request."""
    while sending is not None and sending.earlier is not None:
        sending = sending.earlier
    return sending.number if sending else None


# --- what may be done now


def latest_about(sendings: Sequence[Sending], kind: str) -> Sending | None:
    """The last sending about a procedure."""
    return next((one for one in reversed(sendings) if one.kind == kind), None)


def standing_with_payer(sendings: Sequence[Sending], current: Followed | None) -> Sending | None:
    """The sending that the payer holds for the request as it stands: it can be asked about, changed, cancelled."""
    if current is None or current.state not in STANDING:
        return None
    answered = [
        one
        for one in sendings
        if one.ledger_request == current.request
        and one.state == SendingState.ANSWERED
        and one.purpose != Purpose.CANCELLATION
    ]
    return answered[-1] if answered else None


def may_send(sendings: Sequence[Sending], kind: str, current: Followed | None) -> bool:
    """Whether a request can be sent now: the steps allow it, and nothing about it is on its way."""
    last = latest_about(sendings, kind)
    if last is not None and last.is_open:
        return False
    return "sent" in steps_from(current) or standing_with_payer(sendings, current) is not None


def _ledger_request(number: str, earlier: Sending | None, current: Followed | None) -> str:
    if earlier is not None:
        return earlier.ledger_request
    return current.request if current is not None and current.state in ("drafted", "more is wanted") else number


def _without_documents(submission: Submission) -> Json:
    """What names the parties and the lines. Documents and answers stand in the request itself."""
    bare = msgspec.structs.replace(submission, documents=(), answers=(), answers_from=())
    kept: Json = msgspec.to_builtins(bare)
    return kept


def _beneficiary(said: Mapping[str, Any]) -> Beneficiary:
    own = said["insured_through"] == "self"
    subscriber = (
        None
        if own
        else Subscriber(
            family=said["subscriber_family"],
            given=tuple(said["subscriber_given"].split()),
            member=said["subscriber_member"],
            sex=said["subscriber_sex"],
            patient_is=said["insured_through"],
        )
    )
    return Beneficiary(
        family=said["family"], given=tuple(said["given"].split()), is_subscriber=own, subscriber=subscriber
    )

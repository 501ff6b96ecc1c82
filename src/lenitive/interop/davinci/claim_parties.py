"""Who takes part in a request to a payer, and what is asked: what a chart does not hold and the clinic knows."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from lenitive.errors import UsageError
from lenitive.interop.davinci.pas_codes import SURGICAL_SERVICE

NpiNumber = Annotated[str, Meta(pattern="^[0-9]{10}$", description="national provider identifier")]
FHIR_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")


class Named(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The root of the values below: frozen, by keyword."""


class Address(Named, frozen=True, kw_only=True):
    """A postal address."""

    lines: tuple[str, ...]
    city: str
    state: str
    postal_code: str


class Clinic(Named, frozen=True, kw_only=True):
    """The organization that asks. ``base`` is the address under which its resources are named."""

    base: Annotated[str, Meta(pattern="^https?://[^ ]+[^/ ]$")]
    name: str
    npi: NpiNumber
    address: Address | None = None


class Clinician(Named, frozen=True, kw_only=True):
    """The physician who does the procedure."""

    family: str
    given: tuple[str, ...] = ()
    npi: NpiNumber
    phone: str


class Payer(Named, frozen=True, kw_only=True):
    """The insurer that is asked, and the address space of its member numbers."""

    name: str
    identifier_system: str
    identifier: str
    member_system: str


class Subscriber(Named, frozen=True, kw_only=True):
    """The person through whom the patient is insured, and what the patient is to that person."""

    family: str
    given: tuple[str, ...] = ()
    member: Annotated[str, Meta(min_length=1, description="the subscriber's own member number")]
    sex: Literal["female", "male", "other", "unknown"]
    patient_is: Literal["child", "parent", "spouse", "common", "other", "injured"]


class Beneficiary(Named, frozen=True, kw_only=True):
    """What the payer knows the patient by, besides sex, birth date and member number, which the chart holds.

    ``subscriber`` stands exactly where the patient is insured through somebody else.
    """

    family: str
    given: tuple[str, ...] = ()
    is_subscriber: bool
    subscriber: Subscriber | None = None
    address: Address | None = None


class ServiceLine(Named, frozen=True, kw_only=True):
    """One code number that is asked for. ``key`` names the line through the life of the request."""

    key: Annotated[str, Meta(min_length=1)]
    code: Annotated[str, Meta(pattern="^[0-9A-Z]{5}$", description="CPT or HCPCS number")]
    units: Annotated[int, Meta(ge=1)]
    modifiers: tuple[Annotated[str, Meta(pattern="^[0-9A-Z]{2}$")], ...] = ()
    service_type: Annotated[str, Meta(description="X12 1365")] = SURGICAL_SERVICE


class Attached(Named, frozen=True, kw_only=True):
    """A document that goes along, such as the packet. ``loinc`` is its type, where one was chosen.

    ``shows`` says which criterion it shows, ``about`` what kind of document it is, ``on`` the day that it is about.
    """

    title: str
    content_type: str
    data: bytes
    loinc: str | None = None
    shows: str | None = None
    about: str | None = None
    on: date | None = None


class Submission(Named, frozen=True, kw_only=True):
    """One sending of one request.

    ``number`` names it for ever: the payer finds it again by it, and a repeated sending keeps it. ``diagnoses`` are
    ICD-10-CM codes of the chart, the principal one first. ``answers`` are completed QuestionnaireResponse resources;
    ``answers_from`` says of each, in the same order, where it came from, if any came from elsewhere.
    """

    number: str
    at: datetime
    clinic: Clinic
    clinician: Clinician
    payer: Payer
    beneficiary: Beneficiary
    lines: Annotated[tuple[ServiceLine, ...], Meta(min_length=1)]
    diagnoses: Annotated[tuple[str, ...], Meta(min_length=1)]
    expedited: bool = False
    billed_as: Literal["professional", "institutional"] = "professional"
    place_of_service: Annotated[str | None, Meta(description="instead of what the request's site says")] = None
    documents: tuple[Attached, ...] = ()
    answers: tuple[dict[str, Any], ...] = ()
    answers_from: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not FHIR_ID.fullmatch(self.number):
            raise UsageError("The number of a submission has letters, digits, '-' and '.', at most 64 of them.")
        if self.at.utcoffset() is None:
            raise UsageError("The moment of a submission needs a time zone.")
        if self.answers_from and len(self.answers_from) != len(self.answers):
            raise UsageError("Say of each of the answers where it came from, or of none.")
        keys = [line.key for line in self.lines]
        if len(set(keys)) < len(keys):
            raise UsageError("Two lines of a submission have the same key; each line needs its own.")
        if self.beneficiary.is_subscriber is (self.beneficiary.subscriber is not None):
            raise UsageError("Name the subscriber exactly where the patient is insured through somebody else.")


def checked(submission: Submission) -> Submission:
    """The same submission, every part of it as described; an error that names the part that is not."""
    try:
        return msgspec.convert(msgspec.to_builtins(submission), Submission)
    except msgspec.ValidationError as error:
        raise UsageError(f"The submission cannot be written as a PAS request: {error}.") from None

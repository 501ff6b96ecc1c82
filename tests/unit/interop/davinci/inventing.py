"""An invented clinic, physician and payer, and requests of theirs for the example patients."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import msgspec

from lenitive.chart import Chart, Request
from lenitive.chart.coverage import Coverage as Insurance
from lenitive.interop.case_file import read_case_file
from lenitive.interop.davinci.claim_bundle import ClaimRequest, claim_request
from lenitive.interop.davinci.claim_parties import (
    Address,
    Attached,
    Beneficiary,
    Clinic,
    Clinician,
    Payer,
    ServiceLine,
    Submission,
    Subscriber,
)
from lenitive.reasoning.assessment import Coverage
from lenitive.reasoning.consider import consider
from tests.conftest import ROOT

AT = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
STREET = Address(lines=("1 Invented Way",), city="Example City", state="OH", postal_code="00000")
CLINIC = Clinic(base="https://clinic.example/fhir", name="Example Pain Clinic", npi="1234567893", address=STREET)
CLINICIAN = Clinician(family="Exampleton", given=("Dana",), npi="1245319599", phone="555-0100")
PAYER = Payer(
    name="Example Health Plan",
    identifier_system="https://payer.example/id",
    identifier="12345",
    member_system="https://payer.example/member",
)
SPOUSE = Subscriber(family="Example", given=("Noah",), member="M-000-9", sex="male", patient_is="spouse")
LINES = (ServiceLine(key="pa-1-first", code="64635", units=1), ServiceLine(key="pa-1-next", code="64636", units=1))
PACKET = Attached(title="Prior authorization packet", content_type="application/pdf", data=b"%PDF-1.7 invented")
REPORTS = (
    Attached(
        title="MRI of the lumbar spine",
        content_type="application/pdf",
        data=b"%PDF-1.7 a report",
        shows="Imaging shows no other cause of the pain",
        about="Imaging",
        on=date(2026, 3, 2),
    ),
    Attached(title="A photograph", content_type="image/png", data=b"\x89PNG invented", about="Photograph"),
)


@dataclass(frozen=True)
class Asked:
    """A chart, a request, and how it stands."""

    chart: Chart
    as_of: date
    request: Request
    standing: Coverage


def asked(example: str = "facet_open", **request: Any) -> Asked:
    """The request of an example patient, who has a member number."""
    case = read_case_file(ROOT / "examples" / f"{example}.toml")
    facts = tuple(
        msgspec.structs.replace(fact, member="M-000-1") if isinstance(fact, Insurance) else fact
        for fact in case.chart.facts
    )
    return standing(Chart(case.chart.patient_id, facts), case.as_of, msgspec.structs.replace(case.request, **request))


def standing(chart: Chart, as_of: date, request: Request) -> Asked:
    """How a request stands for a chart."""
    found = consider(chart, as_of, [request]).options[0]
    return Asked(chart, as_of, found.request, found.coverage)


def submission(**said: Any) -> Submission:
    """The submission of the facet example."""
    return Submission(
        **{
            "number": "pa-1",
            "at": AT,
            "clinic": CLINIC,
            "clinician": CLINICIAN,
            "payer": PAYER,
            "beneficiary": Beneficiary(family="Example", given=("Rosa",), is_subscriber=True),
            "lines": LINES,
            "diagnoses": ("M47.816",),
        }
        | said
    )


def written(about: Asked, sent: Submission) -> ClaimRequest:
    """The Bundle of a request."""
    return claim_request(about.chart, about.as_of, about.request, about.standing, sent)

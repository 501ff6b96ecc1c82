"""Requests to payers in every state, and tasks, for the patients of the demonstration. All of it is invented."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
from django.utils import timezone

from lenitive.chart import Request
from lenitive.chart.authorization import Authorization
from lenitive.chart.coverage import Coverage
from lenitive.documents.authorization import Authorization as Determined
from lenitive.documents.authorization import authorization as determined
from lenitive.interop.davinci.dtr_package import known_answers
from lenitive.interop.davinci.questionnaire import questionnaire
from lenitive.interop.davinci.questionnaire_questions import policy_questions
from lenitive.interop.davinci.questionnaire_response import AboutResponse, completed, draft
from lenitive.reasoning.determination import Asking
from lenitive_web.authorization.actions import give_task
from lenitive_web.authorization.answers import keep_form, receive_answers
from lenitive_web.authorization.connection_actions import change_clinician, change_connection
from lenitive_web.authorization.connections import variables_of
from lenitive_web.authorization.models import PayerConnection, RequestingClinician
from lenitive_web.authorization.sending_actions import keep_sending, keep_silence
from lenitive_web.authorization.submitting import Leaving, new_number
from lenitive_web.ledger.actions import import_facts, record_facts
from lenitive_web.ledger.facts import NewFact
from lenitive_web.ledger.models import Patient
from lenitive_web.ledger.selectors import chart_of, requests_of
from lenitive_web.people.models import Practice, User
from lenitive_web.people.roles import Role
from lenitive_web.practice.actions import change_letter_head, letter_head_of
from lenitive_web.practice.models import Payer
from lenitive_web.readings.selectors import book_of
from lenitive_web.services.actions import register_client


@dataclass(frozen=True)
class Step:
    """A step so many days before today; days in ``more`` count from today as well."""

    days: int
    status: str
    more: Mapping[str, Any]


def step(days: int, status: str, **more: Any) -> Step:
    """A step of a request."""
    return Step(days, status, more)


STEPS: Mapping[str, Sequence[Step]] = {
    "Rosalind Achterberg": [step(3, "drafted"), step(2, "sent")],
    "Cleo Barrowman": [
        step(25, "sent"),
        step(
            18, "approved", number="A-4417", sessions_granted=1, units_granted=1, valid_from=-18, valid_until=10
        ),
    ],
    "Dov Castellanos": [
        step(30, "sent"),
        step(16, "approved", number="A-8204", sessions_granted=2, units_granted=2, valid_from=-16, valid_until=74),
    ],
    "Ivo Halloran": [
        step(9, "sent"),
        step(4, "more_wanted", reason="The report of the relief after the first block, in percent.", answer_by=5),
    ],
    "June Ibarra": [
        step(21, "sent"),
        step(
            14, "partly_approved", number="A-4390", sessions_granted=1, units_granted=1, valid_from=-14,
            valid_until=46, reason="One session was granted; the second was left out.",
        ),
    ],
    "Mira Lowenthal": [
        step(40, "sent"),
        step(33, "approved", number="A-4322", sessions_granted=1, units_granted=2, valid_from=-33, valid_until=57),
    ],
    "Noor Mansfield": [
        step(20, "sent"),
        step(11, "denied", number="D-1182", reason="Two positive blocks are not documented.", answer_by=49),
    ],
    "Otto Nakagawa": [step(34, "sent", expedited=True)],
    "Paloma Oyelaran": [
        step(100, "sent"),
        step(90, "approved", number="A-3102", valid_from=-90, valid_until=-1),
    ],
    "Thea Sandoval": [
        step(60, "sent"),
        step(50, "denied", reason="A repeat within a year.", answer_by=10),
        step(44, "appealed"),
        step(6, "overturned", number="A-4501", sessions_granted=1, units_granted=2, valid_from=-6, valid_until=84),
    ],
    "Vera Underhill": [
        step(24, "sent"),
        step(20, "approved", number="A-4408", sessions_granted=2, units_granted=2, valid_from=-20, valid_until=70),
    ],
    "Yara Whitcombe": [
        step(70, "sent"),
        step(60, "denied", reason="The psychological evaluation is older than the plan accepts."),
        step(45, "appealed"),
        step(15, "upheld", reason="The evaluation has to be done again."),
    ],
}  # fmt: skip
"""By the patient's name: what was sent and answered about what is asked for, in days before today."""

BESIDE: Mapping[str, tuple[Request, Sequence[Step]]] = {
    "Benedikt Aldana": (
        Request(kind="medial_branch_block_lumbar", side="left", levels=("L4-5", "L5-S1")),
        [step(1, "drafted")],
    ),
    "Umar Tillery": (
        Request(kind="epidural_transforaminal_lumbar", levels=("L5-S1",)),
        [step(40, "sent"), step(32, "approved", number="A-4290", sessions_granted=1, valid_from=-32, valid_until=58)],
    ),
    "Walt Vasquez": (
        Request(kind="radiofrequency_ablation_genicular", side="left"),
        [
            step(50, "sent"),
            step(38, "denied", number="D-1107", reason="No positive block is documented.", answer_by=22),
            step(12, "appealed"),
        ],
    ),
}
"""The same about something that nobody asks for any more, or that was asked elsewhere."""

TASKS: Mapping[str, Sequence[int | None]] = {
    "Benedikt Aldana": (-2, 3),
    "Noor Mansfield": (4,),
    "Ivo Halloran": (2, None),
}
"""By the patient's name: in how many days each of the first things missing is due."""

_DAYS = ("valid_from", "valid_until", "answer_by")


def open_authorizations(patients: Sequence[Patient], as_of: date, staff: User) -> None:
    """Write the steps and the tasks of the patients that have any."""
    for patient in patients:
        asked = requests_of(patient)
        if asked and patient.name in STEPS:
            _take_steps(patient, asked[0], STEPS[patient.name], as_of, staff)
        if patient.name in BESIDE:
            _take_steps(patient, *BESIDE[patient.name], as_of, staff)
        if asked and patient.name in TASKS:
            _give_tasks(patient, asked[0], TASKS[patient.name], as_of, staff)


def _determined(patient: Patient, asked: Request, as_of: date) -> Determined:
    return determined(chart_of(patient, as_of), as_of, asked, knowledge=book_of(patient.practice_id))


def _take_steps(patient: Patient, asked: Request, steps: Sequence[Step], as_of: date, staff: User) -> None:
    payer = _determined(patient, asked, as_of).request.payer
    first = {"side": asked.side, "levels": asked.levels, "payer": payer}
    facts = [
        msgspec.convert(
            {
                "id": f"authorization-{asked.kind}-{number}",
                "patient": str(patient.public_id),
                "source": "authorization, authorization staff",
                "request": asked.kind,
                "kind": asked.kind,
                "status": one.status,
                "true_on": as_of - timedelta(one.days),
                "recorded_at": _noon(as_of - timedelta(one.days)),
                **({name: value for name, value in first.items() if value} if number == 1 else {}),
                **{name: as_of + timedelta(value) if name in _DAYS else value for name, value in one.more.items()},
            },
            Authorization,
        )
        for number, one in enumerate(steps, start=1)
    ]
    import_facts(patient=patient, facts=facts, by=staff)


def _give_tasks(patient: Patient, asked: Request, dues: Sequence[int | None], as_of: date, staff: User) -> None:
    told = _determined(patient, asked, as_of)
    for missing, due in zip(told.missing, dues, strict=False):
        give_task(
            patient=patient,
            kind=asked.kind,
            what=missing.question,
            to=staff,
            due_on=None if due is None else as_of + timedelta(due),
            by=staff,
        )


def _noon(day: date) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day, 12))  # noqa: DTZ001


# --- what leaves for a payer's endpoint, and what comes back ---------------------------------------------------------

BASE = "https://clinic.example/fhir"


def open_endpoint(practice: Practice, people: Mapping[Role, User], as_of: date) -> None:
    """A payer with an endpoint, a request that could not be delivered there, and answers that came back."""
    connection = _connected(practice, people[Role.ADMINISTRATOR], people[Role.PHYSICIAN])
    undelivered = Patient.objects.get(practice=practice, name="Paloma Oyelaran")
    _leave_undelivered(undelivered, connection, as_of, people[Role.AUTHORIZATION])
    _let_answers_come(Patient.objects.get(practice=practice, name="Rosalind Achterberg"), as_of, people[Role.PHYSICIAN])


def _connected(practice: Practice, administrator: User, physician: User) -> PayerConnection:
    """How the payer is reached. Its token is not set, so nothing leaves the machine of a demonstration."""
    head = letter_head_of(practice)
    head.npi = head.npi or "1234567893"
    change_letter_head(head=head, by=administrator)
    change_clinician(
        clinician=RequestingClinician(
            user=physician, family="Okafor", given="Ines", npi="1245319599", phone="555-0100"
        ),
        by=administrator,
    )
    payer = Payer.objects.get(practice=practice, name="Example Health")
    connection = PayerConnection(
        payer=payer,
        by_hand=False,
        base="https://payer.example/fhir",
        token_variable=f"{variables_of(practice)}EXAMPLE",
        identifier_system="https://payer.example/id",
        identifier="12345",
        member_system="https://payer.example/member",
    )
    return change_connection(connection=connection, by=administrator)


def _leave_undelivered(patient: Patient, connection: PayerConnection, as_of: date, staff: User) -> None:
    """A request that is kept and could not be delivered yet, with the member number and the diagnosis that it needs."""
    [cover] = chart_of(patient, as_of).rows(Coverage)
    said = {name: value for name, value in msgspec.to_builtins(cover).items() if name in _OF_AN_INSURANCE}
    diagnosis = {"icd10": "M53.3", "label": "Sacroiliac joint pain", "true_on": str(as_of - timedelta(300))}
    record_facts(
        patient=patient,
        facts=[
            NewFact("coverage", {**said, "member": "M-000-17", "supersedes": cover.id}),
            NewFact("condition", diagnosis),
        ],
        by=staff,
        source="authorization, authorization staff",
    )
    chart, [asked] = chart_of(patient, as_of), requests_of(patient)
    leaving = Leaving(
        chart=chart,
        as_of=as_of,
        told=_determined(patient, asked, as_of),
        patient=patient,
        connection=connection,
        base=BASE,
        knowledge=book_of(patient.practice_id),
    )
    number, (given, _, family) = new_number(), patient.name.partition(" ")
    wanted = {
        "clinician": leaving.clinicians[0],
        "family": family,
        "given": given,
        "insured_through": "self",
        "lines": [("27096", 1, ())],
        "diagnoses": ["M53.3"],
        "expedited": False,
        "with_packet": False,
    }
    sending = leaving.sending(leaving.submission(wanted, number, number), None, None)
    keep_sending(sending=sending, version=patient.last_entry, by=staff)
    for _ in range(7):
        keep_silence(sending=sending, problem="not connected", by=None)


_OF_AN_INSURANCE = ("payer", "plan", "programme", "state", "site_of_service", "true_on", "order")


def _let_answers_come(patient: Patient, as_of: date, account: User) -> None:
    """A form of the policy, filled in by a physician elsewhere, that waits for somebody to look at it."""
    chart, [asked] = chart_of(patient, as_of), requests_of(patient)
    told = _determined(patient, asked, as_of)
    asking = Asking.about(book_of(patient.practice_id), chart, as_of, told.request)
    questions = policy_questions(asking, told.request, told.determination) if told.determination else None
    if questions is None:
        return
    form = questionnaire(questions, BASE, as_of)
    keep_form(patient=patient, form=form, asked=told.request)
    about = AboutResponse(
        patient=f"Patient/{patient.public_id}", coverage="Coverage/1", order="ServiceRequest/1", version="2.0"
    )
    at = timezone.localtime()
    drafted = draft(form, about, at, known_answers(told.request), "auto")
    asked_for = [item for group in form["item"] for item in group.get("item", ()) if item["type"] == "boolean"]
    told_by_hand = [{"linkId": item["linkId"], "answer": [{"valueBoolean": False}]} for item in asked_for[:3]]
    response = completed(drafted, {"item": [*drafted["item"], *told_by_hand]}, "Practitioner/referring-physician", at)
    client = register_client(practice=patient.practice, name="Hillside Family Practice", by=None)
    client.account = account
    receive_answers(patient=patient, client=client, body=response)

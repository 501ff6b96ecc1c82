"""Letters of the demonstration: a partner in the book, a letter that the physician changed and sent, one begun."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from lenitive.documents.authorization import authorization
from lenitive.documents.letter import in_words
from lenitive.documents.payers_copy import payers_copy
from lenitive_web.ledger.models import Patient
from lenitive_web.ledger.selectors import chart_of, requests_of
from lenitive_web.letters.actions import add_partner, record_letter_step, write_letter
from lenitive_web.letters.models import Partner, Sort, StepKind
from lenitive_web.people.models import Practice, User
from lenitive_web.people.roles import Role
from lenitive_web.readings.selectors import book_of

WRITTEN_TO = "Rosalind Achterberg"
"""About whom the physician wrote to the payer."""
CHANGED = "The pain"
ADDED = "She stands at a till for six hours a day, and has had to sit down after one since last summer."


def open_letters(practice: Practice, people: Mapping[Role, User], as_of: date) -> None:
    """One partner, and the letter of medical necessity of one request with a sentence of the physician's own."""
    partner = Partner(
        name="Alder Street Physical Therapy (invented)",
        work="Physical therapy",
        address="Attn. Wren Maddox, DPT\n12 Alder Street\nDayton, OH 45402",
    )
    add_partner(partner=partner, by=people[Role.ADMINISTRATOR])
    patient = Patient.objects.get(practice=practice, name=WRITTEN_TO)
    [asked, *_] = requests_of(patient)
    chart, book = chart_of(patient, as_of), book_of(practice.pk)
    told = payers_copy(authorization(chart, as_of, asked, knowledge=book), chart, book)
    proposed = next(in_words(one) for one in told.letter if one.title == CHANGED)
    write_letter(
        patient=patient,
        sort=Sort.NECESSITY,
        about=asked.kind,
        seen=0,
        written={CHANGED: {"text": f"{proposed}\n{ADDED}", "proposed": proposed}},
        to_name="Medicare, prior authorization (invented)",
        to_address="PO Box 100\nDayton, OH 45401",
        by=people[Role.PHYSICIAN],
    )
    record_letter_step(
        patient=patient,
        sort=Sort.NECESSITY,
        about=asked.kind,
        kind=StepKind.SENT,
        on=as_of,
        by=people[Role.AUTHORIZATION],
    )

"""``python -m tests.web.browser.paper DATABASE FOLDER``: the pages of what goes to a payer, as pictures."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.web.browser.pictures import FACET

DENIED = "June Ibarra"
DOTS_PER_INCH = 70


def main() -> None:
    """Put each page into FOLDER."""
    database, target = Path(sys.argv[1]), Path(sys.argv[2])
    os.environ |= {"SECRET_KEY": "paper-" + "k" * 60, "DATABASE_URL": f"sqlite:///{database}"}
    os.environ["DJANGO_SETTINGS_MODULE"] = "lenitive_web.settings"
    import django

    django.setup()
    from lenitive.documents.typesetting import images

    for name, content in _contents():
        for number, page in enumerate(images(content, DOTS_PER_INCH), start=1):
            (target / f"{name}-page-{number}.png").write_bytes(page)


def _contents() -> Iterator[tuple[str, object]]:
    import msgspec
    from django.utils import timezone

    from lenitive.documents.appeal import appeal, denied_request
    from lenitive.documents.authorization import authorization
    from lenitive.documents.packet import packet, summary
    from lenitive.documents.payers_copy import payers_copy
    from lenitive.documents.typesetting import fitted
    from lenitive_web.ledger.models import Patient
    from lenitive_web.ledger.selectors import chart_of, requests_of
    from lenitive_web.practice.actions import letter_head_of
    from lenitive_web.readings.selectors import book_of

    day = timezone.localdate()
    for name in (FACET, DENIED):
        patient = Patient.objects.get(name=name)
        chart, book, [asked, *_more] = chart_of(patient, day), book_of(patient.practice_id), requests_of(patient)
        told = authorization(chart, day, asked, knowledge=book)
        made = (
            {
                "packet": payers_copy(told, chart, book),
                "packet-for-us": packet(told, chart, book),
                "summary": fitted(summary(told, chart, book)),
            }
            if name == FACET
            else {"appeal": appeal(told, denied_request(chart, day, asked.kind), chart, book)}
        )
        head = letter_head_of(patient.practice).printed()
        yield from ((one, msgspec.structs.replace(content, head=head)) for one, content in made.items())


if __name__ == "__main__":
    main()

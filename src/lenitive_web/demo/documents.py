"""Documents of the demonstration: a report that was read, a scan, one withdrawn, and what a patient sent today."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from multiprocessing import get_context

import typst

from lenitive_web.attachments.actions import Told, attach, enclose, withdraw
from lenitive_web.attachments.drawing import drawn
from lenitive_web.attachments.models import Attachment
from lenitive_web.attachments.naming import source_of
from lenitive_web.ledger.actions import record_facts
from lenitive_web.ledger.facts import NewFact
from lenitive_web.ledger.models import Patient, RequestMade
from lenitive_web.people.models import Practice, User
from lenitive_web.people.roles import Role

READ, SENDER = "Rosalind Achterberg", "Thea Sandoval"
"""Whose report was read, and who sent something."""
MRI = """
*Technique.* Sagittal T1, T2 and STIR, axial T2. No contrast.

*Findings.* Five lumbar vertebrae. Vertebral heights and alignment are kept. No fracture, no lesion of the marrow.

L4-5: fluid in both facet joints with hypertrophy. Mild bulging of the disc, no stenosis.

L5-S1: facet hypertrophy on both sides. No herniation, no contact with a nerve root.

*Impression.* Facet arthropathy at L4-5 and L5-S1 with fluid in both L4-5 joints. No compression of a nerve root.
"""
BLOOD = """
#table(columns: (2fr, 1fr, 1fr), [Test], [Result], [Reference], [INR], [1.0], [0.9–1.1], [Platelets], [241], [150–400],
  [Creatinine], [0.9], [0.6–1.1], [HbA1c], [5.6 %], [below 5.7 %])
"""
LIST = """
#set text(size: 20pt)
My medicines

- Ramipril 5 mg, mornings
- Ibuprofen 400 mg, when it hurts
- Vitamin D
"""
CARD = """
#set text(size: 20pt)
Medicare health insurance (invented)

Member INVENTED-0042
"""
REFERRAL = """
Thank you for seeing this patient, whose low back pain came back in summer. Since the ablation of last year the walks
with the dog are possible again; the patient asks whether it can be done once more.
"""


def open_documents(practice: Practice, people: Mapping[Role, User], as_of: date) -> None:
    """Attach them, enter what one says, and let it go along with the request."""
    patient = Patient.objects.get(practice=practice, name=READ)
    day = as_of - timedelta(days=75)
    report = _attach(
        patient, _sheet("Kestrel Imaging, invented", "MRI of the lumbar spine", day, MRI), "MRI of the lumbar spine",
        ("imaging", "low_back"), day, people[Role.NURSE],
    )  # fmt: skip
    finding = {"code": "mri_facet_fluid", "kind": "imaging", "present": True, "side": "both", "levels": ["L4-5"]}
    record_facts(
        patient=patient,
        facts=[NewFact("finding", {**finding, "true_on": day})],
        by=people[Role.PHYSICIAN],
        source=source_of(report),
    )
    kind = RequestMade.objects.filter(patient=patient).values_list("kind", flat=True).last()
    if kind:
        enclose(attachment=report, kind=kind, shows="", by=people[Role.AUTHORIZATION])
    day = as_of - timedelta(days=20)
    scan = _sheet("Kestrel Laboratory, invented", "Results", day, BLOOD, picture=True)
    _attach(patient, scan, "Blood before the procedure", ("laboratory", ""), day, people[Role.NURSE])
    astray = _attach(
        patient, _sheet("Kestrel Imaging, invented", "Radiograph of the knee", day, "Two views. No fracture."),
        "Radiograph of the knee", ("imaging", "knee"), day, people[Role.AUTHORIZATION],
    )  # fmt: skip
    withdraw(attachment=astray, reason="Of another patient; filed in the right chart.", by=people[Role.NURSE])
    sender = Patient.objects.select_related("own_account__user").get(practice=practice, name=SENDER)
    note = _sheet("", "", as_of, LIST, picture=True)
    by = sender.own_account.user
    _attach(sender, note, "", ("photograph", ""), as_of, by, is_from_patient=True)
    card = _sheet("", "", as_of, CARD, picture=True)
    _attach(sender, card, "", ("card", ""), as_of, people[Role.FRONT_DESK], is_from_desk=True)
    letter = _sheet("Alder Family Practice, invented", "Referral", as_of, REFERRAL, picture=True)
    _attach(sender, letter, "", ("letter", ""), as_of, people[Role.FRONT_DESK], is_from_desk=True)


def _attach(
    patient: Patient,
    file: bytes,
    title: str,
    about: tuple[str, str],
    day: date,
    by: User,
    **came: bool,
) -> Attachment:
    told = Told(about=about[0], region=about[1], day=day, title=title)
    return attach(patient=patient, told=told, file=file, drawn=drawn(file), by=by, **came)


def _sheet(sender: str, title: str, day: date, body: str, *, picture: bool = False) -> bytes:
    """A sheet as it comes by fax or by telephone."""
    head = f"#text(fill: gray)[{sender}]\n\n= {title}\n{day.isoformat()}\n" if sender else ""
    paper = "us-letter" if sender else "a6"
    source = f'#set page(paper: "{paper}")\n{head}\n{body}'.encode()
    # In a process of its own: the serving processes are forked from this one, and Typst's threads would be lost.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as apart:
        how = {"format": "png", "ppi": 110} if picture else {}
        return bytes(apart.submit(typst.compile, source, **how).result())

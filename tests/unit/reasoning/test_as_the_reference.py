"""A whole assessment says of every requirement what the plain engine says, for the same reasons."""

from datetime import date

import pytest

from lenitive.reasoning.assess import assess
from lenitive.reasoning.book import book
from lenitive.reasoning.coverage import choose
from lenitive.reasoning.determination import Asking, determine
from lenitive.reasoning.safety import red_flags
from lenitive.registry.invented import invented_patients
from lenitive.rules.reference import Reference

DAY = date(2026, 6, 15)
SECTIONS = {"gates": True, "candidacy": True, "contraindications": False, "cautions": False}
"""The requirements of a procedure, and whether a row that is only recalled refuses."""

patients = list(invented_patients(DAY, 16))


@pytest.mark.parametrize("patient", patients, ids=lambda patient: patient.chart.patient_id)
def test_every_requirement_stands_as_the_reference_says(patient):
    found = assess(patient.chart, DAY, (patient.request,) if patient.request else ())
    chart = patient.chart.as_of(DAY)
    flags = red_flags(Asking(book(), Reference(chart, DAY)))
    assert found.red_flags == flags
    for option in found.options:
        plain = Asking(book(), Reference(chart, DAY, option.request))
        procedure = book().content.procedures[option.procedure]
        for section, refuses in SECTIONS.items():
            name = f"{option.procedure}.{section}"
            expected = determine(plain, name, getattr(procedure, section), refuses)
            assert getattr(option, section) == expected, name
        speaker = choose(plain, option.request, plain.engine.day)
        if isinstance(speaker, str):
            assert option.coverage.determination is None
        else:
            placed = plain.at(option.request.state)
            expected = determine(placed, speaker.name, speaker.version.wants, recalled_refuses=False)
            assert option.coverage.determination == expected, speaker.name


def test_the_patients_differ_in_what_was_attested():
    assert len({patient.chart.attested for patient in patients}) > 2

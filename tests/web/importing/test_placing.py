"""What a fact of an upload names is what that fact is called here."""

from datetime import UTC, date, datetime, timedelta

import msgspec

from lenitive.chart import Chart
from lenitive.chart.measure import Measure
from lenitive.chart.procedure import Procedure
from lenitive.chart.relief import Relief
from lenitive.chart.statement import Statement
from lenitive.chart.versions import withdrawal_of_record
from lenitive_web.importing.placing import place

NOTED = datetime(2026, 1, 2, tzinfo=UTC)
SAID = {"patient": "p", "recorded_at": NOTED}


def test_relief_and_statements_name_their_procedure_by_its_id_of_here():
    """``procedure-1`` counts a line of the file, and another procedure is called so here."""
    here = Procedure(id="procedure-1", kind="epidural_caudal", true_on=date(2025, 5, 1), **SAID)
    upload = [
        Statement(id="statement-1", kind="relief_was_scored", says=False, about="procedure-1", **SAID),
        Relief(id="relief-1", procedure="procedure-1", percent=80, **SAID),
        Procedure(id="procedure-1", kind="medial_branch_block_lumbar", true_on=date(2025, 9, 1), **SAID),
        Statement(id="statement-2", kind="relief_was_scored", says=False, about="epidural_caudal", **SAID),
    ]
    new = {fact.id: fact for fact in place(upload, [here], versions=False).new}
    (block,) = [fact for fact in new.values() if isinstance(fact, Procedure)]
    assert block.id != "procedure-1"
    assert (new["relief-1"].procedure, new["statement-1"].about) == (block.id, block.id)
    assert new["statement-2"].about == "epidural_caudal"


PRESSURES = [
    Measure(id=f"Observation/o#{code}", instrument=name, score=80, **SAID)
    for code, name in (("8480-6", "systolic_blood_pressure"), ("8462-4", "diastolic_blood_pressure"))
]


def test_a_record_that_is_in_error_now_takes_back_all_that_was_read_from_it():
    gone = withdrawal_of_record("Observation/o", "p", NOTED + timedelta(days=9), "later.ndjson")
    other = Measure(id="Observation/oo", instrument="nrs", score=3, **SAID)
    placed = place([gone], [*PRESSURES, other], versions=True)
    chart = Chart.of([*PRESSURES, other, *placed.new])
    assert chart.rows(Measure) == (other,)
    assert set(chart.as_of(NOTED.date() + timedelta(days=8)).rows(Measure)) == {other, *PRESSURES}
    again = place([gone], chart.facts, versions=True)
    assert (again.new, again.left_out) == ([], 1)


def test_a_record_in_error_that_was_never_here_writes_nothing():
    gone = withdrawal_of_record("Observation/o", "p", None, "later.ndjson")
    placed = place([gone], [], versions=True)
    assert (placed.new, placed.left_out) == ([], 1)


def test_a_score_that_was_corrected_here_is_not_taken_back_by_another_system():
    corrected = msgspec.structs.replace(PRESSURES[0], id="own", supersedes=PRESSURES[0].id, score=70)
    gone = withdrawal_of_record("Observation/o", "p", NOTED + timedelta(days=9), "later.ndjson")
    placed = place([gone], [PRESSURES[0], corrected], versions=True)
    assert placed.new == []

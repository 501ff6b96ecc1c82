"""What a fact of an upload names is what that fact is called here."""

from datetime import UTC, date, datetime

from lenitive.chart.procedure import Procedure
from lenitive.chart.relief import Relief
from lenitive.chart.statement import Statement
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

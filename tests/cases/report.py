"""``python -m tests.cases.report``: how our answers stand beside real decisions on coverage."""

import sys
from pathlib import Path

from tests.cases.coverage_decisions import (
    DIFFERENCES,
    GUIDELINES,
    UNDECIDABLE,
    WITHOUT_ROW,
    WRONG_OUTCOMES,
    agreement,
    criteria_agreement,
    label_of,
    outcome,
    outcome_by_own_policy,
)

SHARED = Path(__file__).parents[3] / "shared"


def lines(shared):
    """The report, line by line."""
    by_guideline = {name: outcome(name) for name in GUIDELINES}
    by_own = {name: outcome_by_own_policy(name) for name in GUIDELINES}
    yield f"{'case':32} {'decided':16} {'by its own criteria':20} by our policy"
    for name in GUIDELINES:
        decision = label_of(shared, name)["outcome"]["decision"]
        yield f"{name:32} {decision:16} {by_guideline[name] or 'cannot be decided':20} {by_own[name] or 'no policy'}"
    yield ""
    for title, answers in (
        ("By the criteria of the decision", by_guideline),
        ("By the policy we choose ourselves, as if always in force", by_own),
    ):
        found = agreement(shared, answers)
        yield f"{title}: {sum(found.counts.values())} approved or denied as a whole and answered"
        for (decision, ours), count in sorted(found.counts.items()):
            yield f"  {decision:9} {ours:13} {count}"
        yield "  sure (met or not met): {}, of which as decided: {}".format(*found.sure())
        yield f"  balanced accuracy, a request counts as refused if not met: {found.balanced_accuracy(['not met']):.2f}"
        both = found.balanced_accuracy(["not met", "undocumented"])
        yield f"  balanced accuracy, a request counts as refused unless met: {both:.2f}"
    counts = criteria_agreement(shared)
    agreed = sum(count for (label, ours), count in counts.items() if label == ours)
    yield f"Criteria that the labels decide and that have rows: {agreed} of {sum(counts.values())} answered alike"
    for (label, ours), count in sorted(counts.items()):
        yield f"  label {label:13} ours {ours:13} {count}"
    yield ""
    yield "Answered otherwise, and why"
    yield from (f"  {name} {number + 1}: {ours}. {why}" for (name, number), (ours, why) in DIFFERENCES.items())
    yield from (f"  {name}, outcome: {why}" for name, why in WRONG_OUTCOMES.items())
    yield "Criteria without a row, and why"
    yield from (f"  {name} {number + 1}: {why}" for (name, number), why in WITHOUT_ROW.items())
    yield "Cannot be decided from the facts, and why"
    yield from (f"  {name}: {why}" for name, why in UNDECIDABLE.items())


if __name__ == "__main__":
    if not SHARED.is_dir():
        sys.exit(f"The decisions stand in {SHARED}, which is absent here.")
    print("\n".join(lines(SHARED)))

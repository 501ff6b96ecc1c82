"""A question about a request that was sent before: what became of it?"""

from __future__ import annotations

from datetime import date
from typing import Any

from lenitive.chart import Chart
from lenitive.interop.davinci.claim_bundle import bundle_of, claim_head, service_codes, trace_of
from lenitive.interop.davinci.claim_parties import Submission
from lenitive.interop.davinci.claim_people import parties
from lenitive.interop.davinci.pas_codes import CLAIM_INQUIRY, INQUIRY_BUNDLE, extension


def claim_inquiry(chart: Chart, as_of: date, submission: Submission) -> dict[str, Any]:
    """The Bundle for ``Claim/$inquire`` about a submission: the same numbers, the same member, the same lines."""
    chart = chart.as_of(as_of)
    claim = {
        **claim_head(chart, submission, CLAIM_INQUIRY),
        "item": [
            {
                "extension": [extension("itemTraceNumber", valueIdentifier=trace_of(submission, line))],
                "sequence": number,
                **service_codes(line),
            }
            for number, line in enumerate(submission.lines, 1)
        ],
    }
    base = submission.clinic.base
    resources = {f"{base}/{reference}": body for reference, body in parties(chart, as_of, submission).items()}
    first = f"{base}/Claim/{submission.number}"
    return bundle_of(INQUIRY_BUNDLE, submission, first, resources | {first: claim})

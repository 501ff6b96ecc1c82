"""What keeps a request from being ready for the payer: for us to read, before a copy leaves."""

from __future__ import annotations

from lenitive.chart.chart import Chart
from lenitive.documents.authorization import Authorization, CriterionShown
from lenitive.documents.letter import that_decide
from lenitive.reasoning.assessment import Value
from lenitive.reasoning.coverage import insurance


class Readiness(Value, frozen=True, kw_only=True):
    """The criteria that decide and do not stand, what the form itself lacks, and where nobody read the policy."""

    is_judged: bool
    against: list[CriterionShown]
    open: list[CriterionShown]
    lacks: list[str]
    unread: list[CriterionShown]

    @property
    def number(self) -> int:
        """How much is open."""
        return len(self.against) + len(self.open) + len(self.lacks)

    @property
    def is_ready(self) -> bool:
        """Whether a policy speaks, all of it that decides stands, and the form can be filled."""
        return self.is_judged and self.number == 0


def readiness(request: Authorization, chart: Chart) -> Readiness:
    """How ready a request is, from the chart as of the request's day."""
    decisive = that_decide(request.criteria)
    return Readiness(
        is_judged=request.determination is not None,
        against=refusing(decisive),
        open=[one for one in decisive if one.result.satisfied is None or one.result.warns_only],
        lacks=list(_lacks(request, chart)),
        unread=[one for one in decisive if is_unread(one)],
    )


def refusing(criteria: list[CriterionShown]) -> list[CriterionShown]:
    """Those that the record answers against the policy: while one stands, no other paper helps."""
    return [one for one in that_decide(criteria) if one.result.satisfied is False and not one.result.warns_only]


def is_unread(one: CriterionShown) -> bool:
    """Whether the policy's own text for it was never read: such a row warns, and its section is not quoted."""
    return one.result.warns_only or one.result.citations[0].grade == "recalled"


def _lacks(request: Authorization, chart: Chart) -> list[str]:
    """What every payer's form asks and neither chart nor request says."""
    known, cover = chart.as_of(request.as_of), insurance(chart, request.as_of)
    patient, asked = known.patient, request.request
    said = {
        "the patient's name": patient and patient.name,
        "the patient's birth date": patient and patient.birth_date,
        "the payer": asked.payer,
        "the member number": cover and cover.member,
        "where it will be done": asked.site_of_service,
        "the planned day": asked.on,
        "a patient who is alive": not (patient and patient.has_died_by(request.as_of)),
    }
    return [name for name, value in said.items() if not value]

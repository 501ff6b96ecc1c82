"""How one request stands under another version of a policy: the same chart and day, only the policy differs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache

import msgspec

from lenitive.chart.chart import Chart
from lenitive.chart.request import Request
from lenitive.medicine.shapes import Policy
from lenitive.reasoning.assessment import StatusWord
from lenitive.reasoning.book import Book
from lenitive.reasoning.in_force import version_in_force
from lenitive.reasoning.policy_question import PolicyQuestion, policy_question
from lenitive.rules.reference import Reference
from lenitive.status import Status


def status_under(
    known: Book, policy: str, chart: Chart, as_of: date, request: Request, version_on: date
) -> StatusWord | None:
    """The status under the version in force on a day; nothing where a sibling of the policy speaks instead."""
    question = _question(known, policy, request.state, version_on)
    engine = Reference(chart.as_of(as_of), as_of, request)
    if question.speaks is not None and engine.truth(question.speaks) is not True:
        return None
    return Status.of(engine.truth(question.status)).value


@lru_cache(maxsize=256)
def _question(known: Book, policy: str, state: str | None, version_on: date) -> PolicyQuestion:
    place = Request(kind=known.content.policies[policy].procedures[0], state=state, on=version_on)
    return policy_question(known, policy, place, version_on)


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """A day on which one version of a policy takes the place of another."""

    on: date

    @property
    def eve(self) -> date:
        """The last day of the version before."""
        return self.on - timedelta(1)


def turns(policy: Policy, day: date) -> Sequence[Turn]:
    """The turn that brought the version in force on a day, and the next one to come; first versions replace nothing."""
    begins = sorted(one.effective_from for one in policy.versions)
    replacing = [on for on in begins if version_in_force(policy, on - timedelta(1)) is not None]
    past, to_come = [on for on in replacing if on <= day], [on for on in replacing if on > day]
    return [Turn(on=on) for on in (*past[-1:], *to_come[:1])]

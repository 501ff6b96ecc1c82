"""How a sending looks: its state in words, what the payer decided line by line, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import msgspec
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lenitive.errors import BadInputError
from lenitive.interop.davinci.claim_response import Decision, LineDecision, read_decision
from lenitive_web.authorization.exchange import is_due
from lenitive_web.authorization.models import Purpose, Sending, SendingState
from lenitive_web.look.words import Sign

_STATES: Mapping[str, Sign] = {
    SendingState.QUEUED: Sign("wait", "◔", _("Kept, about to be sent")),
    SendingState.SENDING: Sign("wait", "◔", _("Being sent")),
    SendingState.UNANSWERED: Sign("bad", "✕", _("Could not be delivered")),
    SendingState.ANSWERED: Sign("good", "✓", _("Delivered and answered")),
    SendingState.REFUSED: Sign("bad", "✕", _("The payer could not accept it as it is")),
    SendingState.STOPPED: Sign("plain", "–", _("Goes on by hand")),
}
_DECISIONS: Mapping[str, Sign] = {
    "approved": Sign("good", "✓", _("Approved")),
    "partly approved": Sign("wait", "◑", _("Partly approved")),
    "denied": Sign("bad", "✕", _("Denied")),
    "pended": Sign("wait", "◔", _("Pended: the payer has it and has not decided")),
    "unclear": Sign("open", "?", _("Answered in a way that a person has to read")),
}
_CANCELLED: Mapping[str, Sign] = {
    "approved": Sign("plain", "–", _("Taken back")),
}
_LINES: Mapping[str, Sign] = {
    "approved": Sign("good", "✓", _("Approved")),
    "changed": Sign("wait", "◑", _("Changed")),
    "denied": Sign("bad", "✕", _("Denied")),
    "pended": Sign("wait", "◔", _("Pended")),
    "unclear": Sign("open", "?", _("Unclear")),
}
_PROBLEMS: Mapping[str, str | Promise] = {
    "no answer": _("No answer came from the payer."),
    "not connected": _("The practice’s settings do not say everything that is needed to reach the payer."),
    "inward": _("The payer’s address leads into the clinic’s own network. Nothing was sent there."),
    "unreadable": _("An answer came that cannot be read. Ask the payer on the telephone what became of the number."),
    "not known": _("The payer was asked and knows nothing of it."),
}


@dataclass(frozen=True)
class LineShown:
    """One line of the payer's answer."""

    code: str
    line: LineDecision
    sign: Sign


@dataclass(frozen=True)
class SendingShown:
    """One sending for the page."""

    sending: Sending

    @property
    def sign(self) -> Sign:
        """Its state, or what the payer decided."""
        if self.sending.state != SendingState.ANSWERED:
            return _STATES[self.sending.state]
        if self.sending.purpose == Purpose.CANCELLATION:
            return _CANCELLED.get(self.sending.decision, _DECISIONS["unclear"])
        return _DECISIONS.get(self.sending.decision, _DECISIONS["unclear"])

    @property
    def problem(self) -> str | Promise:
        """What went wrong the last time."""
        return _PROBLEMS.get(self.sending.problem, "")

    @property
    def is_due(self) -> bool:
        """Whether the page should carry it on by itself."""
        return is_due(self.sending)

    @property
    def is_under_way(self) -> bool:
        """Whether somebody is at it now."""
        return self.sending.state == SendingState.SENDING and not self.is_due

    @property
    def may_have_arrived(self) -> bool:
        """Whether the payer may have it."""
        return self.sending.begun_at is not None

    @property
    def is_settled(self) -> bool:
        """Whether nothing has to be done for it: what the payer granted is more telling than how it was sent."""
        return self.sending.state in (SendingState.ANSWERED, SendingState.STOPPED)

    @property
    def is_pended(self) -> bool:
        """Whether a decision is still to come."""
        return self.sending.state == SendingState.ANSWERED and self.sending.decision == "pended"

    @property
    def needs_reading(self) -> bool:
        """Whether a person has to read the answer and write down what it says."""
        if self.sending.state != SendingState.ANSWERED:
            return False
        known = _CANCELLED if self.sending.purpose == Purpose.CANCELLATION else _DECISIONS
        return self.sending.decision not in known or self.sending.decision == "unclear"

    @cached_property
    def decision(self) -> Decision | None:
        """The payer's answer, read again from what is kept."""
        if not self.sending.answer_body:
            return None
        try:
            answer, request = (
                msgspec.json.decode(body) for body in (self.sending.answer_body, self.sending.request_body)
            )
            return read_decision(answer, request)
        except (BadInputError, msgspec.DecodeError):
            return None

    @property
    def lines(self) -> list[LineShown]:
        """The answer, line by line, with the code numbers that were asked for."""
        if self.decision is None:
            return []
        codes = {one["key"]: " ".join((one["code"], *one["modifiers"])) for one in self.sending.submission["lines"]}
        return [LineShown(codes.get(line.trace or "", ""), line, _LINES[line.state]) for line in self.decision.lines]

"""Requests sent to a payer, and answers fetched, so that one request never becomes two.

The payer tells requests apart by their numbers, so a repeated sending keeps every number. Whether it may be repeated
depends on what went wrong:

====================================  ================================================================
the payer could not be reached        send again
no answer in time, connection lost,   the request may have arrived: ask the payer; send again, with the
5xx, 408, 409, 429                    same numbers, only if it knows nothing of it
other 4xx                             never send the same again: :class:`RefusedByPayerError`
====================================  ================================================================

The client, its credentials and its time limit are the caller's.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Literal

import httpx
import msgspec

from lenitive.errors import BadInputError, LenitiveError
from lenitive.interop.davinci.claim_response import Decision, answers_in, read_decision
from lenitive.interop.davinci.pas_journal import Journal

Json = dict[str, Any]

FHIR_JSON = "application/fhir+json"
MAX_ANSWER = 8 * 1024 * 1024
"""An answer of more bytes, unpacked, is not read to its end."""
LONGEST_ANSWER = 20.0
"""Seconds after which an answer that still comes in pieces is given up."""
ASK_FIRST = (408, 409, 429)
"""The payer has it already, or is too busy: neither is a word on the request itself."""


class PasError(LenitiveError):
    """An exchange with a payer that brought no answer."""


class RefusedByPayerError(PasError):
    """The payer refuses the request as it is. ``issues`` are its words, which may speak of the patient."""

    def __init__(self, status: int, issues: tuple[str, ...]) -> None:
        self.status, self.issues = status, issues
        super().__init__(
            f"The payer refused the request (HTTP {status}, {len(issues)} issues). Correct it; do not send it again as "
            "it is."
        )


class PayerUnreachableError(PasError):
    """No answer could be had. The request may or may not have arrived; calling again asks the payer first."""


class Exchanged(msgspec.Struct, frozen=True, kw_only=True):
    """An answer, how it was come by, and how many times the request was sent for it in this call."""

    how: Literal["answered", "found by inquiry", "answered before"]
    decision: Decision
    sent: int


class PayerEndpoint:
    """A payer's endpoint. ``base`` is the address before ``/Claim/$submit``."""

    def __init__(
        self,
        client: httpx.Client,
        base: str,
        journal: Journal,
        *,
        attempts: int,
        pause_seconds: float,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self.client, self.base, self.journal = client, base.rstrip("/"), journal
        self.attempts, self.pause_seconds, self.wait = attempts, pause_seconds, wait

    def submit(self, request: Json, inquiry: Json) -> Exchanged:
        """Send a request, an update or a cancellation, once and only once. ``inquiry`` is the Bundle that asks."""
        number: str = request["identifier"]["value"]
        answered = self.journal.answer_to(number)
        if answered is not None:
            self.journal.begin(number, msgspec.json.encode(request))
            return Exchanged(how="answered before", decision=read_decision(_json(answered), request), sent=0)
        may_have_arrived = self.journal.request_of(number) is not None
        self.journal.begin(number, msgspec.json.encode(request))
        return self._until_answered(number, request, inquiry, may_have_arrived)

    def inquire(self, request: Json, inquiry: Json) -> Exchanged | None:
        """What became of a request that was sent; ``None`` if the payer knows nothing of it."""
        response = self._post("Claim/$inquire", msgspec.json.encode(inquiry))
        if response.status_code >= 500:
            raise PayerUnreachableError(f"The payer could not answer the inquiry (HTTP {response.status_code}).")
        for bundle in answers_in(_json(self._accepted(response))):
            try:
                decision = read_decision(bundle, request)
            except BadInputError:
                continue  # about another request of the same patient
            self.journal.keep_answer(request["identifier"]["value"], msgspec.json.encode(bundle))
            return Exchanged(how="found by inquiry", decision=decision, sent=0)
        return None

    # --- once and only once

    def _until_answered(self, number: str, request: Json, inquiry: Json, may_have_arrived: bool) -> Exchanged:
        body = self.journal.request_of(number) or b""
        sent = 0
        for attempt in range(self.attempts):
            if attempt:
                self.wait(self.pause_seconds * 2 ** (attempt - 1))
            try:
                found = self.inquire(request, inquiry) if may_have_arrived else None
            except (httpx.TransportError, PayerUnreachableError):
                continue
            if found is not None:
                return msgspec.structs.replace(found, sent=sent)
            try:
                response = self._post("Claim/$submit", body)
            except httpx.ConnectError:
                continue
            except httpx.TransportError:
                sent, may_have_arrived = sent + 1, True
                continue
            sent += 1
            if response.status_code in ASK_FIRST or response.status_code >= 500:
                may_have_arrived = True
                continue
            decision = read_decision(_json(self._accepted(response)), request)
            self.journal.keep_answer(number, response.content)
            return Exchanged(how="answered", decision=decision, sent=sent)
        raise PayerUnreachableError(
            f"The payer did not answer in {self.attempts} attempts. The request may have arrived. Call again later: "
            "the payer is asked before anything is sent."
        )

    # --- HTTP

    def _post(self, operation: str, body: bytes) -> httpx.Response:
        """The answer; one that is too large or comes too slowly is like a connection that was lost."""
        headers = {"Content-Type": FHIR_JSON, "Accept": FHIR_JSON}
        began, content = time.monotonic(), bytearray()
        with self.client.stream("POST", f"{self.base}/{operation}", content=body, headers=headers) as answer:
            for part in answer.iter_bytes():
                content += part
                if len(content) > MAX_ANSWER or time.monotonic() - began > LONGEST_ANSWER:
                    raise httpx.ReadError("The answer has no end.")
        return httpx.Response(answer.status_code, content=bytes(content))

    def _accepted(self, response: httpx.Response) -> bytes:
        if response.is_success:
            return response.content
        raise RefusedByPayerError(response.status_code, _issues(response.content))


def _json(body: bytes) -> Any:
    if b"\\u0000" in body:
        raise BadInputError("answer", "", "a text holds U+0000, which no text of FHIR has", "a FHIR Bundle")
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise BadInputError("answer", "", "this is not JSON", "a FHIR Bundle") from None


def _issues(body: bytes) -> tuple[str, ...]:
    """What an OperationOutcome says; nothing if the body is none."""
    try:
        outcome = _json(body)
    except BadInputError:
        return ()
    issues = outcome.get("issue") if isinstance(outcome, dict) else None
    return tuple(_words(issue) for issue in issues if isinstance(issue, dict)) if isinstance(issues, list) else ()


def _words(issue: Json) -> str:
    details = issue.get("details")
    text = details.get("text") if isinstance(details, dict) else None
    return str(text or issue.get("diagnostics") or issue.get("code") or "no reason given")

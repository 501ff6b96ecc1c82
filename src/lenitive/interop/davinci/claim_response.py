"""What a payer answered: line by line, because ``outcome`` says *complete* for approved, denied and pended alike.

A line is approved only if the payer says so with a code that means it. A code that is not known, a line that is not
answered, an answer that does not fit the request: *unclear*, for a person to look at.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Literal

import msgspec

from lenitive.errors import BadInputError
from lenitive.interop.davinci.claim_elements import (
    AddedItem,
    Adjudication,
    ClaimResponse,
    Extended,
    Item,
    read_claim_response,
    read_identifiers,
)
from lenitive.interop.davinci.claim_references import full_url_of, resources_of
from lenitive.interop.davinci.pas_codes import (
    CERTIFIED,
    MODIFIED,
    NOT_CERTIFIED,
    PARTLY_CERTIFIED,
    PENDED,
    extensions_named,
)
from lenitive.interop.fhir.days import BadDateError, days, last_day

Json = dict[str, Any]

LineState = Literal["approved", "changed", "denied", "pended", "unclear"]
State = Literal["approved", "partly approved", "denied", "pended", "refused with faults", "unclear"]

_STATES: dict[str, LineState] = {
    CERTIFIED: "approved",
    PARTLY_CERTIFIED: "changed",
    MODIFIED: "changed",
    NOT_CERTIFIED: "denied",
    PENDED: "pended",
}


class Granted(msgspec.Struct, frozen=True, kw_only=True):
    """What a payer lets the clinic do: the number, how many of it, and its modifiers, as far as it says."""

    code: str | None
    units: float | None
    modifiers: tuple[str, ...] = ()


class LineDecision(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to one line. ``number`` is the authorization's; ``case`` the payer's own for a pended line."""

    sequence: int | None
    trace: str | None
    state: LineState
    action: str | None = None
    number: str | None = None
    case: str | None = None
    issued_on: date | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    granted: tuple[Granted, ...] = ()
    reasons: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class AnswerFault(msgspec.Struct, frozen=True, kw_only=True):
    """Something in the request that the payer could not process: its code, where, and what to do."""

    code: str
    path: str | None = None
    follow_up: str | None = None


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """A payer's answer to a request. ``added`` are lines that were authorized and not asked for."""

    created: str
    state: State
    lines: tuple[LineDecision, ...]
    added: tuple[LineDecision, ...]
    faults: tuple[AnswerFault, ...]
    notes: tuple[str, ...]
    more_is_wanted: bool

    def line(self, trace: str) -> LineDecision:
        """The answer to the line with a trace number."""
        return next(line for line in self.lines if line.trace == trace)


def read_decision(bundle: Any, sent: Json | None = None, file: str = "answer") -> Decision:
    """The decision that a response Bundle holds.

    With ``sent``, the Bundle that was asked with: an answer about another request or another patient is refused, and a
    line that is not answered is unclear.
    """
    response = _response_of(bundle, file)
    if sent is not None:
        _refuse_a_strangers(response, bundle, sent, file)
    notes = {note.number: note.text for note in response.processNote}
    answered = [_line(item, response.addItem, notes) for item in response.item]
    lines = tuple(answered if sent is None else _in_order_of(sent, answered))
    known = {line.sequence for line in lines}
    return Decision(
        created=response.created,
        state=_together(response, lines),
        lines=lines,
        added=tuple(_added(item, notes) for item in response.addItem if not known & set(item.itemSequence)),
        faults=tuple(_fault(one) for one in response.error),
        notes=tuple(note.text for note in response.processNote),
        more_is_wanted=bool(response.communicationRequest),
    )


def answers_in(body: Any, file: str = "answer") -> list[Json]:
    """The response Bundles that an inquiry brought: Parameters, one Bundle, or a list of Bundles."""
    if isinstance(body, list):
        return [bundle for part in body for bundle in answers_in(part, file)]
    kind = body.get("resourceType") if isinstance(body, dict) else None
    if kind == "Parameters":
        return [one for one in _resources_in(body.get("parameter")) if one.get("resourceType") == "Bundle"]
    if kind == "Bundle":
        return [body]
    raise BadInputError(file, "", f"a {kind or type(body).__name__}", "Parameters or a Bundle")


def _resources_in(parameters: Any) -> list[Json]:
    listed = parameters if isinstance(parameters, list) else []
    held = [one.get("resource") for one in listed if isinstance(one, dict)]
    return [resource for resource in held if isinstance(resource, dict)]


# --- is it an answer, and to us


def _response_of(bundle: Any, file: str) -> ClaimResponse:
    if not isinstance(bundle, dict) or bundle.get("resourceType") != "Bundle" or bundle.get("type") != "collection":
        raise BadInputError(file, "", "not a Bundle of type collection", "a PAS response Bundle")
    entries = bundle.get("entry")
    if not isinstance(entries, list) or not entries or not isinstance(entries[0], dict):
        raise BadInputError(file, "entry", "the Bundle is empty", "a ClaimResponse first")
    response = read_claim_response(entries[0].get("resource"), file)
    if (response.status, response.use) != ("active", "preauthorization"):
        raise BadInputError(file, "ClaimResponse", "not an active answer to a preauthorization")
    _refuse_open_patient(response, bundle, file)
    return response


def _refuse_open_patient(response: ClaimResponse, bundle: Json, file: str) -> None:
    """The patient of an answer has to be in its Bundle, or the answer could be about anybody."""
    holder = bundle["entry"][0].get("fullUrl")
    if not isinstance(holder, str):
        raise BadInputError(file, "entry[0].fullUrl", "missing", "the address of the ClaimResponse")
    reference = response.patient.reference
    if reference is None or full_url_of(reference, holder) not in resources_of(bundle):
        raise BadInputError(file, "ClaimResponse.patient", "the patient is not in the Bundle")


def _refuse_a_strangers(response: ClaimResponse, bundle: Json, sent: Json, file: str) -> None:
    claim = sent["entry"][0]["resource"]
    if not _answers(response, claim, sent["entry"][0]["fullUrl"]):
        raise BadInputError(file, "ClaimResponse.request", "the answer is about another request")
    if not _member_numbers(bundle, file) & _member_numbers(sent, file):
        raise BadInputError(file, "ClaimResponse.patient", "the answer is about another patient")


def _answers(response: ClaimResponse, claim: Json, url: str) -> bool:
    ours = {(one.get("system"), one["value"]) for one in claim["identifier"]}
    theirs = {(one.system, one.value) for one in response.identifier}
    pointed = response.request
    if pointed is not None:
        if pointed.reference is not None and pointed.reference in (url, f"Claim/{claim['id']}"):
            return True
        if pointed.identifier is not None:
            theirs.add((pointed.identifier.system, pointed.identifier.value))
    return bool(ours & theirs)


def _member_numbers(bundle: Json, file: str) -> set[tuple[str | None, str]]:
    """The numbers of the patient that the first resource of a Bundle names."""
    first = bundle["entry"][0]
    patient = resources_of(bundle).get(full_url_of(first["resource"]["patient"]["reference"], first["fullUrl"]))
    return {(one.system, one.value) for one in read_identifiers(patient, file) if one.value} if patient else set()


# --- lines


def _in_order_of(sent: Json, answered: Sequence[LineDecision]) -> Iterable[LineDecision]:
    """The answer to each line that was sent, by trace number, else by sequence; *unclear* if there is none."""
    for item in sent["entry"][0]["resource"]["item"]:
        traced = extensions_named(item, "itemTraceNumber")
        trace = traced[0]["valueIdentifier"]["value"] if traced else None
        found = next((line for line in answered if trace and line.trace == trace), None) or next(
            (line for line in answered if line.trace is None and line.sequence == item["sequence"]), None
        )
        if found is None:
            yield LineDecision(sequence=item["sequence"], trace=trace, state="unclear", notes=("not answered",))
        else:
            yield _with_what_was_asked(found, item, trace)


def _with_what_was_asked(line: LineDecision, item: Json, trace: str | None) -> LineDecision:
    """Certified in total without a word on numbers and units means those that were asked for."""
    line = msgspec.structs.replace(line, trace=trace)
    if line.state != "approved" or line.granted:
        return line
    return msgspec.structs.replace(
        line,
        granted=(
            Granted(
                code=item["productOrService"]["coding"][0]["code"],
                units=item.get("quantity", {}).get("value"),
                modifiers=tuple(one["coding"][0]["code"] for one in item.get("modifier", ())),
            ),
        ),
    )


def _line(item: Item, added: Sequence[AddedItem], notes: dict[int | None, str]) -> LineDecision:
    instead = [one for one in added if item.itemSequence in one.itemSequence]
    detail = item.first("itemAuthorizedDetail")
    granted = tuple(_granted(one) for one in instead) or ((_detailed(detail),) if detail else ())
    found = _decided(item, item.adjudication, item.itemSequence, [notes[n] for n in item.noteNumber if n in notes])
    if found.number is None and instead:
        found = msgspec.structs.replace(found, number=_reviewed(instead[0].adjudication).number)
    granting = found.state in ("approved", "changed")
    return msgspec.structs.replace(found, granted=granted if granting else ())


def _added(item: AddedItem, notes: dict[int | None, str]) -> LineDecision:
    sequence = next(iter(item.itemSequence), None)
    found = _decided(item, item.adjudication, sequence, [notes[n] for n in item.noteNumber if n in notes])
    return msgspec.structs.replace(found, granted=(_granted(item),))


class _Review(msgspec.Struct, frozen=True):
    """What the adjudications of a line say together."""

    action: str | None
    number: str | None
    reasons: tuple[str, ...]


def _reviewed(adjudications: Sequence[Adjudication]) -> _Review:
    reviews = [review for one in adjudications for review in one.named("reviewAction")]
    actions = {
        concept.code
        for review in reviews
        for one in review.inner("reviewActionCode")
        if (concept := one.valueCodeableConcept) is not None
    }
    numbers = [one.valueString for review in reviews for one in review.inner("number") if one.valueString]
    reasons = [
        words
        for review in reviews
        for one in review.inner("reasonCode")
        if (concept := one.valueCodeableConcept) is not None and (words := concept.words)
    ]
    action = actions.pop() if len(actions) == 1 else None
    return _Review(action, next(iter(numbers), None), tuple(reasons))


def _decided(
    holder: Extended, adjudications: Sequence[Adjudication], sequence: int | None, notes: Sequence[str]
) -> LineDecision:
    review = _reviewed(adjudications)
    trace, case = holder.first("itemTraceNumber"), holder.first("administrationReferenceNumber")
    period, issued = holder.first("itemPreAuthPeriod"), holder.first("itemPreAuthIssueDate")
    said = period.valuePeriod if period else None
    return LineDecision(
        sequence=sequence,
        trace=trace.valueIdentifier.value if trace and trace.valueIdentifier else None,
        state=_STATES.get(review.action or "", "unclear"),
        action=review.action,
        number=review.number,
        case=case.valueString if case else None,
        issued_on=_day(issued.valueDate if issued else None),
        valid_from=_day(said.start if said else None),
        valid_until=_last_day(said.end if said else None),
        reasons=review.reasons,
        notes=tuple(notes),
    )


def _granted(item: AddedItem) -> Granted:
    return Granted(
        code=item.productOrService.code,
        units=item.quantity.value if item.quantity else None,
        modifiers=tuple(code for one in item.modifier if (code := one.code)),
    )


def _detailed(detail: Any) -> Granted:
    codes = [one.valueCodeableConcept.code for one in detail.inner("productOrServiceCode") if one.valueCodeableConcept]
    units = [one.valueQuantity.value for one in detail.inner("quantity") if one.valueQuantity]
    modifiers = [one.valueCodeableConcept.code for one in detail.inner("modifier") if one.valueCodeableConcept]
    return Granted(
        code=next(iter(codes), None),
        units=next(iter(units), None),
        modifiers=tuple(code for code in modifiers if code),
    )


def _fault(fault: Any) -> AnswerFault:
    path, follow = fault.first("errorPath"), fault.first("errorFollowupAction")
    return AnswerFault(
        code=fault.code.code or fault.code.words or "no code",
        path=path.valueString if path else None,
        follow_up=follow.valueCodeableConcept.code if follow and follow.valueCodeableConcept else None,
    )


def _day(text: str | None) -> date | None:
    try:
        return days(text)[0] if text else None
    except BadDateError as error:
        raise BadInputError("answer", "ClaimResponse.item", str(error)) from None


def _last_day(text: str | None) -> date | None:
    try:
        return last_day(text) if text else None
    except BadDateError as error:
        raise BadInputError("answer", "ClaimResponse.item", str(error)) from None


# --- the whole


def _together(response: ClaimResponse, lines: Sequence[LineDecision]) -> State:
    """The state of the whole: no better than its worst line."""
    if response.error or response.outcome == "error":
        return "refused with faults"
    states = {line.state for line in lines}
    if not states or "unclear" in states:
        return "unclear"
    if "pended" in states:
        return "pended"
    if states == {"approved"}:
        return "approved"
    return "denied" if states == {"denied"} else "partly approved"

"""One hook call, answered: from the bytes of the request to cards and system actions.

:func:`read_call` decodes and checks; :func:`answer` gathers the data, works out what follows and writes the cards. The
day is given, the network is whatever ``fetch`` is, and nothing here is logged but the counts in :class:`Answer`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

import msgspec

from lenitive.chart import Chart
from lenitive.interop.cds_hooks.cards import CardWriter, Unseen, general_cards, order_cards, patient_cards
from lenitive.interop.cds_hooks.configuration import Configuration, configuration_of
from lenitive.interop.cds_hooks.discovery import WHAT_A_KEY_HOLDS, hooks_of, prefetch_of
from lenitive.interop.cds_hooks.errors import BadHookError
from lenitive.interop.cds_hooks.gathering import Fetch, Gathered, Gatherer, Resource, chart_of
from lenitive.interop.cds_hooks.messages import (
    CONTEXTS,
    Action,
    Feedback,
    HookRequest,
    HookResponse,
    OrderSelectContext,
    OrderSignContext,
    PatientViewContext,
)
from lenitive.interop.cds_hooks.orders import Order, orders_in
from lenitive.interop.davinci.coverage_information import BillingCode, Version, annotated
from lenitive.interop.davinci.order_coverage import AboutOrder, PayerRules, coverage_information
from lenitive.interop.davinci.questionnaire import questionnaire_address
from lenitive.interop.fhir.shape import MAX_DEPTH, nested_too_deep
from lenitive.reasoning.assess import assess
from lenitive.reasoning.assessment import Option
from lenitive.reasoning.authorizations import Followed, authorizations
from lenitive.reasoning.book import Book, book
from lenitive.reasoning.consider import consider
from lenitive.reasoning.coverage import insurance

_read_request = msgspec.json.Decoder(HookRequest).decode
_read_feedback = msgspec.json.Decoder(Feedback).decode


@lru_cache(maxsize=8)
def _context_decoder(context: type[PatientViewContext]) -> msgspec.json.Decoder[PatientViewContext]:
    return msgspec.json.Decoder(context)


@dataclass(frozen=True, slots=True)
class Call:
    """A hook call that is well formed."""

    service: str
    request: HookRequest
    context: PatientViewContext
    configuration: Configuration


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back, and what may stand in a log: counts and numbers of ours, never a value of a patient."""

    response: HookResponse
    orders: int = 0
    fetched: int = 0
    unseen: tuple[str, ...] = ()
    refused: int = 0
    assertions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Desk:
    """What a service answers with: the content, the payers' rules, and the page that explains it."""

    book: Book = field(default_factory=book)
    rules: PayerRules = field(default_factory=PayerRules)
    page: str | None = None

    @classmethod
    def handing_out_forms(cls, base: str, known: Book) -> Desk:
        """A desk whose answers point to the questionnaires that stand under an address."""
        return cls(known, PayerRules(questionnaire=lambda policy: questionnaire_address(policy, base)))


# --- reading


def read_call(service: str, body: bytes) -> Call:
    """The call in a request body, checked as far as it can be without the patient's data."""
    hooks = hooks_of(service)
    request = _decoded(body)
    if request.hook not in hooks:
        raise BadHookError(f"The service {service} answers the hooks {', '.join(hooks)}.", "hook")
    if request.fhirAuthorization is not None and not request.fhirServer:
        raise BadHookError("fhirAuthorization came without fhirServer.", "fhirServer")
    configuration = configuration_of(request.hook, request.extension)
    try:
        context = _context_decoder(CONTEXTS[request.hook]).decode(request.context)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _bad(error, "context") from None
    return Call(service, request, context, configuration)


def read_feedback(service: str, body: bytes) -> Feedback:
    """What became of cards, from a request body."""
    hooks_of(service)
    _refuse_unreadable(body)
    try:
        return _read_feedback(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _bad(error, "") from None


def _decoded(body: bytes) -> HookRequest:
    _refuse_unreadable(body)
    try:
        return _read_request(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _bad(error, "") from None


_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
"""The escape of U+0000, which no FHIR text may hold and no database keeps; an escaped backslash before it is text."""


def _refuse_unreadable(body: bytes) -> None:
    try:
        body.decode()
    except UnicodeDecodeError:
        raise BadHookError("The body is not UTF-8.") from None
    if rb"\u0000" in body and _NUL.search(body):  # looked for letter by letter, it took a fifth of a call
        raise BadHookError("A text in the body holds the character U+0000.")
    if nested_too_deep(body):
        raise BadHookError(f"The body is nested deeper than {MAX_DEPTH} levels.")


def _bad(error: Exception, below: str) -> BadHookError:
    """What is wrong with the shape, where; without the value that is there."""
    if not isinstance(error, msgspec.ValidationError):
        return BadHookError("The body is not JSON.")
    message, _, path = str(error).partition(" - at `$")
    where = f"{below}{path.rstrip('`')}".lstrip(".")
    return BadHookError(f"{message}.", where)


# --- answering


def answer(call: Call, as_of: date, desk: Desk, fetch: Fetch | None = None) -> Answer:
    """What is said to a call on a day."""
    if isinstance(call.context, OrderSignContext):
        return _about_orders(call, call.context, as_of, desk, fetch)
    return _about_patient(call, as_of, desk, fetch)


def _about_patient(call: Call, as_of: date, desk: Desk, fetch: Fetch | None) -> Answer:
    gathered, chart = _chart(call, fetch, frozenset({"patient"}))
    writer = CardWriter(call.request.hookInstance, desk.book, call.configuration, desk.page)
    cards = patient_cards(assess(chart, as_of, knowledge=desk.book), _unseen(gathered, call), writer)
    response = HookResponse(cards=writer.kept(cards))
    return Answer(response, 0, gathered.fetched, gathered.unseen, gathered.report.refused_count)


def _about_orders(call: Call, context: OrderSignContext, as_of: date, desk: Desk, fetch: Fetch | None) -> Answer:
    """Nothing of the patient is looked at unless an order of ours is among the drafts."""
    orders = _in_scope(context, orders_in(context.draftOrders, context.patientId, desk.book))
    if not orders:
        return Answer(HookResponse(cards=[]))
    gathered, chart = _chart(call, fetch, _needed(call.configuration))
    coverage = _the_coverage(gathered, chart, call.configuration, as_of)
    followed = tuple(authorizations(chart, as_of, desk.book))
    requests = list(dict.fromkeys(request for order in orders for request in order.requests))
    considered = consider(chart, as_of, requests, desk.book)
    option_of = dict(zip(requests, considered.options, strict=True))
    writer = CardWriter(call.request.hookInstance, desk.book, call.configuration, desk.page)
    cards = general_cards(considered.alerts, _unseen(gathered, call), writer)
    actions: list[Action] = []
    assertions: list[str] = []
    for order in orders:
        options = sorted((option_of[request] for request in order.requests), key=_nearest_first)
        action, assertion = _coverage_action(call, order, options, coverage, as_of, desk, followed)
        if action is not None:
            actions.append(action)
        if assertion is not None:
            assertions.append(assertion)
        cards += order_cards(options, order.reference, writer, with_coverage=assertion is None)
    response = HookResponse(cards=writer.kept(cards), systemActions=actions or msgspec.UNSET)
    refused = gathered.report.refused_count
    return Answer(response, len(orders), gathered.fetched, gathered.unseen, refused, tuple(assertions))


def _nearest_first(option: Option) -> int:
    """Of the procedures that an order may mean, the one that may be done first."""
    return ("candidate", "undocumented", "not yet", "not a candidate").index(option.verdict)


def _in_scope(context: OrderSignContext, orders: list[Order]) -> list[Order]:
    """All orders when they are signed, the chosen ones while they are chosen."""
    if not isinstance(context, OrderSelectContext):
        return orders
    chosen = {"/".join(selection.split("/")[-2:]) for selection in context.selections}
    return [order for order in orders if order.reference in chosen]


def _needed(configuration: Configuration) -> frozenset[str]:
    """The keys without which nothing can be said; coverage only where the caller wants to be told about it."""
    wanted = configuration.follows_crd and configuration.wants("coverage-info")
    return frozenset({"patient", "coverage"}) if wanted else frozenset({"patient"})


def _chart(call: Call, fetch: Fetch | None, needed: frozenset[str]) -> tuple[Gathered, Chart]:
    gatherer = Gatherer(call.request, call.context.patientId, fetch)
    gathered = gatherer.gather(prefetch_of(call.request.hook), needed)
    return gathered, chart_of(gathered, call.context.patientId)


def _unseen(gathered: Gathered, call: Call) -> Unseen:
    """What nobody could look at: what did not come, and what came and could not be read."""
    keys = [key for key in gathered.unseen if key != "coverage" or call.configuration.wants("coverage-info")]
    missing = tuple(WHAT_A_KEY_HOLDS[key] for key in keys if key in WHAT_A_KEY_HOLDS)
    unread = Counter[str]()
    for key, number in gathered.unread().items():
        unread[WHAT_A_KEY_HOLDS.get(key, "other data")] += number
    return Unseen(missing, tuple(unread.items()))


# --- coverage


@dataclass(frozen=True, slots=True)
class _Insured:
    """The coverage that answers are about, as the caller names it, and whether it is in force."""

    reference: str
    in_force: bool


def _the_coverage(gathered: Gathered, chart: Chart, configuration: Configuration, as_of: date) -> _Insured | None:
    """CRD wants exactly one coverage; else it is the one that pays first. Without one nothing is said."""
    if not configuration.wants("coverage-info"):
        return None
    sent = [one for one in gathered.under.get("coverage", ()) if one.kind == "Coverage"]
    if configuration.follows_crd and len(sent) != 1:
        raise BadHookError(
            f"{'No' if not sent else 'More than one'} Coverage was sent; CRD wants exactly one.", "prefetch.coverage"
        )
    first = insurance(chart, as_of)
    if len(sent) == 1:
        return _Insured(_as_named(sent[0]), first is not None)
    return next(
        (_Insured(_as_named(one), True) for one in sent if first is not None and one.reference == first.id), None
    )


def _as_named(resource: Resource) -> str:
    full = resource.full_url
    return full if full and full.startswith(("http://", "https://")) else resource.reference


def _coverage_action(
    call: Call,
    order: Order,
    options: Sequence[Option],
    coverage: _Insured | None,
    as_of: date,
    desk: Desk,
    followed: tuple[Followed, ...],
) -> tuple[Action | None, str | None]:
    """The system action that records the coverage answer on the order, and the number of the answer.

    No action if the order says so already; no number if nothing is said about coverage at all.
    """
    if coverage is None:
        return None, None
    version: Version = "2.0" if call.configuration.version == "2.0" else "2.2"
    billed = tuple(BillingCode(system=code.system, code=code.code) for code in order.codes)
    about = AboutOrder(
        str(call.request.hookInstance), order.reference, coverage.reference, billed, as_of, coverage.in_force, followed
    )
    said = coverage_information(
        options, desk.book, about, desk.rules, version, asks_for_documents=call.request.hook == "order-sign"
    )
    if said is None:
        return None, None
    resource = annotated(bytes(order.raw), said.as_extension(version), coverage.reference)
    if resource is None:
        return None, said.assertion_id
    words = "Record on the order how it stands under the payer's policy"
    return Action(type="update", description=words, resource=resource), said.assertion_id

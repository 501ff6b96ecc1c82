"""From how a request stands under a policy to the coverage-information of an order.

What is said is what the payer's published policy says about this record, never more. A policy that is not the payer's
own says nothing about coverage. Where no policy is found the answer is *indeterminate* with the reason; where the
record is silent it is *conditional* with the questions.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import msgspec

from lenitive.chart import Request
from lenitive.interop.davinci.coverage_information import (
    BillingCode,
    CoverageInformation,
    Covered,
    DocNeeded,
    DocPurpose,
    InfoNeeded,
    PaNeeded,
    Reason,
    Version,
)
from lenitive.reasoning.assessment import Option
from lenitive.reasoning.authorizations import Followed
from lenitive.reasoning.book import Book

MOST_REASONS = 6
"""So many criteria or questions are named on an order; the rest are counted."""

_NOT_KNOWN = "Whether a prior authorization is needed is not known here; ask the payer."


def _no_questionnaire(policy: str) -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class PayerRules:
    """What is offered of a payer's besides its policies: the canonical of a policy's questionnaire, if there is one."""

    questionnaire: Callable[[str], str | None] = _no_questionnaire


@dataclass(frozen=True, slots=True)
class AboutOrder:
    """Which call, which order, which coverage an answer is about."""

    call: str
    order: str
    coverage: str
    billing_codes: tuple[BillingCode, ...]
    day: date
    in_force: bool = True
    """The coverage is in force on the day."""
    followed: tuple[Followed, ...] = ()
    """The requests to payers that the record knows of."""

    @property
    def codes(self) -> list[str]:
        """The numbers alone."""
        return [billed.code for billed in self.billing_codes]

    @property
    def assertion_id(self) -> str:
        """The number under which the answer is found again; another for each call, order and coverage."""
        return f"ca-{hashlib.sha256(f'{self.call}|{self.order}|{self.coverage}'.encode()).hexdigest()[:24]}"


def coverage_information(
    options: Sequence[Option],
    book: Book,
    about: AboutOrder,
    rules: PayerRules,
    version: Version,
    *,
    asks_for_documents: bool = True,
) -> CoverageInformation | None:
    """The answer for one order, which may mean any of ``options``; ``None`` if the version has no words for it.

    While an order is only being chosen, no documents are asked for (``asks_for_documents``).
    """
    said = _said(options, book, about) if about.in_force else _no_coverage(about, version)
    if said.covered != "not-covered":
        said = _with_authorization(said, options[0], about)
    if said.doc_needed and not asks_for_documents:
        said = msgspec.structs.replace(said, doc_needed=(), doc_purpose=())
    elif said.doc_needed:
        said = msgspec.structs.replace(said, questionnaires=_questionnaires(options, rules))
    return _in_2_0(said) if version == "2.0" else said


# --- covered


def _said(options: Sequence[Option], book: Book, about: AboutOrder) -> CoverageInformation:
    """Whether it is covered; one answer only if every procedure that the order may mean gets it."""
    answers = [_stand(option, book, about) for option in options]
    if len({(one.covered, option.coverage.chosen.policy) for one, option in zip(answers, options, strict=True)}) == 1:
        return answers[0]
    meant = "; ".join(dict.fromkeys(option.label for option in options))
    return _answer(about, "conditional", [f"The order may mean: {meant}. Say which."], info_needed=("detail-code",))


def _no_coverage(about: AboutOrder, version: Version) -> CoverageInformation:
    reason = Reason(
        text="The coverage that was sent is not in force on this day.",
        code="no-active-coverage" if version != "2.0" else None,
    )
    return msgspec.structs.replace(_answer(about, "not-covered", []), reasons=(reason,))


def _stand(option: Option, book: Book, about: AboutOrder) -> CoverageInformation:
    chosen, determination = option.coverage.chosen, option.coverage.determination
    policy = book.content.policies[chosen.policy] if chosen.policy else None
    if policy is None or determination is None:
        return _answer(about, "indeterminate", [chosen.reason])
    if policy.stands_in:
        return _answer(about, "indeterminate", ["No policy of this payer's own is known here."])
    name = chosen.policy_id or chosen.label
    if determination.status == "met":
        return _answer(about, "covered", [f"The record meets every criterion of {name}. The payer decides."])
    if determination.status == "not met":
        labels = [one.label for one in determination.results(determination.violated)]
        return _answer(about, "not-covered", [f"Not as {name} wants it: {label}." for label in _first(labels)])
    questions = [ask.question for one in determination.results(determination.open) for ask in one.missing]
    asked = [f"{name} asks, and the record does not say: {question}" for question in _first(questions)]
    return _answer(
        about,
        "conditional",
        [*asked, *option.coverage.warnings, *option.coverage.own_readings]
        or [f"Not every criterion of {name} could be answered."],
        doc_needed=("clinical",),
        info_needed=("OTH",),
    )


def _first(texts: Sequence[str]) -> list[str]:
    distinct = list(dict.fromkeys(texts))
    rest = len(distinct) - MOST_REASONS
    return distinct[:MOST_REASONS] + ([f"and {rest} more"] if rest > 0 else [])


def _answer(
    about: AboutOrder,
    covered: Covered,
    reasons: Sequence[str],
    doc_needed: tuple[DocNeeded, ...] = (),
    info_needed: tuple[InfoNeeded, ...] = (),
) -> CoverageInformation:
    return CoverageInformation(
        coverage=about.coverage,
        covered=covered,
        on=about.day,
        assertion_id=about.assertion_id,
        doc_needed=doc_needed,
        info_needed=info_needed,
        billing_codes=about.billing_codes,
        reasons=tuple(Reason(text=text) for text in reasons),
    )


# --- prior authorization


def _with_authorization(said: CoverageInformation, option: Option, about: AboutOrder) -> CoverageInformation:
    """The answer with what is known about a prior authorization: granted, wanted by a programme, or not known."""
    granted = next((one for one in about.followed if _holds_for(one, option.request, about.day)), None)
    if granted is not None:
        return msgspec.structs.replace(
            said, pa_needed="satisfied", satisfied_pa_id=granted.number, expiry=granted.valid_until
        )
    over = [one for one in option.coverage.authorities if not one.codes or set(one.codes) & set(about.codes)]
    wanted = next((one for one in over if one.applies == "met"), None)
    if wanted is not None:
        purpose: tuple[DocPurpose, ...] = ("withpa",) if said.doc_needed else ()
        return _because(msgspec.structs.replace(said, doc_purpose=purpose), "auth-needed", f"{wanted.label}.")
    if over:
        info: InfoNeeded = "location" if option.request.site_of_service is None else "OTH"
        told = msgspec.structs.replace(said, info_needed=tuple(dict.fromkeys((*said.info_needed, info))))
        return _because(told, "conditional", f"{over[0].label}: {over[0].because}.")
    return _because(said, "indeterminate", _NOT_KNOWN)


def _because(said: CoverageInformation, needed: PaNeeded, why: str) -> CoverageInformation:
    return msgspec.structs.replace(said, pa_needed=needed, reasons=(*said.reasons, Reason(text=why)))


def _holds_for(one: Followed, request: Request, today: date) -> bool:
    """True if a payer said yes to this procedure, there, on the planned day, and gave the number."""
    day = request.on or today
    return (
        one.number is not None
        and one.state in ("approved", "not yet valid")
        and one.kind == request.kind
        and one.side in (None, "both", request.side)
        and (not one.levels or (bool(request.levels) and set(request.levels) <= set(one.levels)))
        and one.valid_from is not None
        and one.valid_from <= day
        and (one.valid_until is None or day <= one.valid_until)
    )


def _questionnaires(options: Sequence[Option], rules: PayerRules) -> tuple[str, ...]:
    policies = dict.fromkeys(option.coverage.chosen.policy for option in options if option.coverage.chosen.policy)
    return tuple(canonical for policy in policies if (canonical := rules.questionnaire(policy)))


# --- version 2.0


def _in_2_0(said: CoverageInformation) -> CoverageInformation | None:
    """The same in the words of version 2.0, which knows no *indeterminate*; none where coverage itself is open."""
    if said.covered == "indeterminate":
        return None
    needed: PaNeeded | None = "conditional" if said.pa_needed == "indeterminate" else said.pa_needed
    info: tuple[InfoNeeded, ...] = tuple("OTH" if code == "detail-code" else code for code in said.info_needed)
    if needed == "conditional" and not info:
        info = ("OTH",)
    return msgspec.structs.replace(said, pa_needed=needed, info_needed=info)

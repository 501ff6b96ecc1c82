"""Which programmes want a decision before a procedure, and until when they must have decided.

A programme is apart from the policy: the policy says when a procedure is paid, the programme that somebody must be
asked first. A request may be under none, one or two of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType

from lenitive.chart.request import Request
from lenitive.medicine.criteria import all_criteria
from lenitive.medicine.shapes import Authority, ProgrammeService, TimeToDecide
from lenitive.reasoning.assessment import Ask, AuthorityOver, DecisionTime, StatusWord
from lenitive.reasoning.book import Book
from lenitive.reasoning.citing import cite
from lenitive.reasoning.in_force import holds_on

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Place:
    """Something about where it is done: what it is called, a criterion that asks for it, and where it is written."""

    name: str
    criterion: str
    recorded_in: str


STATE = Place("the state", "contractor_is_wps", "coverage")
SITE = Place("the site of service", "site_is_accepted", "request")


@lru_cache(maxsize=4_096)
def authorities_over(book: Book, request: Request, day: date) -> list[AuthorityOver]:
    """The programmes that are, or may be, to be asked about a request on a day."""
    return [
        _shown(name, authority, service, missing, day)
        for name, authority, service in _services_about(book).get(request.kind, ())
        if holds_on(authority, day) and holds_on(service, day) and _is_of_payer(authority, request)
        if (missing := _missing(authority, request)) is not None
    ]


@lru_cache(maxsize=8)
def _services_about(book: Book) -> Mapping[str, tuple[tuple[str, Authority, ProgrammeService], ...]]:
    """Procedure -> the programmes' services that are about it."""
    found: dict[str, list[tuple[str, Authority, ProgrammeService]]] = defaultdict(list)
    for name, authority in book.content.authorities.items():
        for service in authority.services:
            for procedure in service.procedures:
                found[procedure].append((name, authority, service))
    return MappingProxyType({procedure: tuple(services) for procedure, services in found.items()})


def _is_of_payer(authority: Authority, request: Request) -> bool:
    if request.programme not in authority.programmes:
        return False
    name = (request.payer or "").lower()
    return not authority.payers or any(payer.lower() in name for payer in authority.payers)


def _missing(authority: Authority, request: Request) -> list[Place] | None:
    """What the request does not say of place and site; ``None`` if it says that the programme is not meant."""
    missing: list[Place] = []
    for allowed, said, place in (
        (authority.states, request.state, STATE),
        (authority.sites, request.site_of_service, SITE),
    ):
        if allowed and said is None:
            missing.append(place)
        elif allowed and said not in allowed:
            return None
    return missing


def asks_beforehand(book: Book, request: Request, day: date) -> list[Ask]:
    """The questions on whose answers it depends whether a programme has to be asked at all, each of them once."""
    settles: dict[Place, list[str]] = defaultdict(list)
    for _name, authority, service in _services_about(book).get(request.kind, ()):
        if holds_on(authority, day) and holds_on(service, day) and _is_of_payer(authority, request):
            for place in _missing(authority, request) or ():
                settles[place].append(f"{authority.label}: {service.label}")
    criteria = all_criteria()
    return [
        Ask(
            question=criteria[place.criterion].ask,
            detail=f"{place.name} is not recorded",
            settles=list(dict.fromkeys(labels)),
            about_request=place is SITE,
            recorded_in=[place.recorded_in],
        )
        for place, labels in settles.items()
    ]


def _shown(
    name: str, authority: Authority, service: ProgrammeService, missing: list[Place], day: date
) -> AuthorityOver:
    asked = [f"{' and '.join(place.name for place in missing)} not recorded"] if missing else []
    asked += [f"only if {service.only_if}"] if service.only_if else []
    applies: StatusWord = "undocumented" if asked else "met"
    return AuthorityOver(
        authority=name,
        label=authority.label,
        service=service.label,
        codes=service.codes,
        applies=applies,
        because="; ".join(asked),
        condition_of_payment=authority.condition_of_payment,
        times=times_in_force(name, authority, day),
        valid_days=authority.validity.days if authority.validity else None,
        valid_for=authority.validity.per if authority.validity else None,
        says=[statement.text for statement in authority.statements],
        citation=cite(f"{name}#{service.label}", service),
    )


def times_in_force(name: str, authority: Authority, day: date) -> list[DecisionTime]:
    """The times to decide on a day, one of each urgency."""
    found: dict[str, TimeToDecide] = {}
    for time in sorted(authority.times, key=lambda time: time.effective_from):
        if time.effective_from <= day:
            found[time.urgency] = time
    return [
        DecisionTime(urgency=time.urgency, amount=time.amount, counted=time.counted, citation=cite(name, time))
        for time in found.values()
    ]


def times_for(book: Book, request: Request, day: date) -> list[DecisionTime]:
    """The times to decide that bind the payer of a request: its programmes' own, then those that hold for all plans."""
    over = {one.authority for one in authorities_over(book, request, day)}
    found: list[DecisionTime] = []
    for name, authority in book.content.authorities.items():
        is_general = not authority.services and holds_on(authority, day) and _is_of_payer(authority, request)
        if name in over or is_general:
            found += times_in_force(name, authority, day)
    return found


def decision_due(sent_on: date, time: DecisionTime) -> date:
    """The last day for the decision on a request. Business days leave out weekends, not holidays."""
    if time.counted == "hours":
        return sent_on + timedelta(hours=time.amount)
    if time.counted == "calendar days":
        return sent_on + timedelta(days=time.amount)
    day, left = sent_on, time.amount
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < SATURDAY
    return day

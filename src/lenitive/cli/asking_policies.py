"""What policies are asked about: the requests that were typed, with what the procedure and the insurance say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lenitive.errors import UsageError

if TYPE_CHECKING:
    from lenitive.chart import Insurance, Request
    from lenitive.reasoning.book import Book


def only_procedure(book: Book, policy: str) -> str:
    """The procedure of a policy that is about one only; which of several is meant must be said."""
    kinds = book.content.policies[policy].procedures
    if len(kinds) > 1:
        raise UsageError(
            f"The policy {policy!r} is about several procedures. Say which: --request kind={kinds[0]}; "
            f"there are: {', '.join(kinds)}."
        )
    return kinds[0]


def not_about(book: Book, policy: str, asked: list[str]) -> UsageError:
    """The error for requests that a policy says nothing about."""
    kinds = book.content.policies[policy].procedures
    return UsageError(
        f"The policy {policy!r} is not about {' or '.join(map(repr, asked))}. It is about: {', '.join(kinds)}."
    )


def completed(book: Book, request: Request, insurance: Insurance | None) -> Request:
    """The request with the region that the procedure has, and with the insurance given beside it."""
    import msgspec

    known = book.content.procedures.get(request.kind)
    if request.region is None and known:
        request = msgspec.structs.replace(request, region=known.region)
    return insurance.over(request) if insurance else request

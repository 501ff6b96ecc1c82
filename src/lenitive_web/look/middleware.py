"""Pages about people are never kept by a browser or a proxy; an address that only takes forms says so."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

from lenitive_web.addresses import page_above


class NothingToLookAt:
    """A page instead of a blank refusal for a person who opens an address that only takes forms."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 405 or response.content or not request.accepts("text/html"):
            return response
        page = render(request, "405.html", {"page": page_above(request.path)}, status=405)
        page["Allow"] = response["Allow"]
        return page


class NeverStored:
    """Says no-store on everything that is not a public file, so that Back after signing out shows nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        add_never_cache_headers(response)
        return response

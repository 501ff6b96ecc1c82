"""How a machine is told no: the status, and an OperationOutcome that says why without quoting what came."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import msgspec
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt

from lenitive.interop.cds_hooks.errors import HookError, operation_outcome
from lenitive_web.services.models import Client

JSON = "application/json"
FHIR_JSON = "application/fhir+json"
MAX_BODY = 8 * 1024 * 1024
"""A larger request is refused before it is read."""

View = Callable[..., HttpResponse]


class RefusedError(Exception):
    """A request that gets no answer: status, issue type, reason."""

    def __init__(self, status: int, code: str, reason: str, **headers: str) -> None:
        self.status, self.code, self.reason = status, code, reason
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}
        super().__init__(reason)


def said(value: Any, *, status: int = 200, kind: str = JSON) -> HttpResponse:
    """A JSON answer."""
    return HttpResponse(msgspec.json.encode(value), status=status, content_type=kind)


def for_machines(*methods: str, kind: str = JSON) -> Callable[[View], View]:
    """A view that machines call: no session, no form token, every refusal an OperationOutcome."""

    def decorated(view: View) -> View:
        @functools.wraps(view)
        def called(request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
            try:
                if request.method == "OPTIONS":
                    return across_origins(request, HttpResponse(status=204), methods)
                if request.method not in methods:
                    raise RefusedError(405, "not-supported", "This is not a way to ask here.", Allow=", ".join(methods))
                response = view(request, *arguments, **named)
            except RefusedError as refusal:
                response = said(operation_outcome(refusal.code, refusal.reason), status=refusal.status, kind=kind)
                for name, value in refusal.headers.items():
                    response[name] = value
            except HookError as error:
                response = said(operation_outcome(error.code, str(error), error.path), status=error.status, kind=kind)
            except Http404:
                response = said(operation_outcome("not-found", "There is no such thing here."), status=404, kind=kind)
            return across_origins(request, response, methods)

        return csrf_exempt(login_not_required(called))

    return decorated


def body_of(request: HttpRequest) -> bytes:
    """The body of a JSON request, neither too large nor of another kind."""
    kind = (request.content_type or "").lower()
    if kind not in (JSON, FHIR_JSON):
        raise RefusedError(415, "not-supported", f"Send the body as {JSON}.")
    told = request.META.get("CONTENT_LENGTH") or "0"
    if not told.isdigit() or int(told) > MAX_BODY:
        raise _too_large()
    body = request.read(MAX_BODY + 1)
    if len(body) > MAX_BODY:
        raise _too_large()
    return body


def _too_large() -> RefusedError:
    return RefusedError(413, "too-long", f"The body is larger than {MAX_BODY} bytes.")


def across_origins(request: HttpRequest, response: HttpResponse, methods: tuple[str, ...]) -> HttpResponse:
    """The answer, readable from the web origins that a practice listed."""
    origin = request.headers.get("Origin")
    if origin is None:
        return response
    patch_vary_headers(response, ["Origin"])
    listed = Client.objects.filter(is_active=True).values_list("origins", flat=True)
    if any(origin in origins for origins in listed):
        response["Access-Control-Allow-Origin"] = origin
        response["Access-Control-Allow-Methods"] = ", ".join(methods)
        response["Access-Control-Allow-Headers"] = "Authorization, Content-Type"
        response["Access-Control-Max-Age"] = "600"
    return response

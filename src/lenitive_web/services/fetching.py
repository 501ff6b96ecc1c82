"""Reading at a caller's FHIR server, with the permission that came along; only where the practice allowed it."""

from __future__ import annotations

from urllib.parse import urlsplit

import httpx

from lenitive.interop.cds_hooks.gathering import Fetch, FetchError
from lenitive.interop.cds_hooks.messages import HookRequest
from lenitive_web.services.models import Client

MAX_ANSWER = 8 * 1024 * 1024
TIMEOUT = httpx.Timeout(2.0, connect=1.0)


def fetch_for(request: HookRequest, client: Client) -> Fetch | None:
    """How missing data is fetched for a call; nothing if the call gives no permission, or the practice does not."""
    permission = request.fhirAuthorization
    if permission is None or not request.fhirServer or not is_allowed(request.fhirServer, client.fhir_servers):
        return None
    headers = {"Authorization": f"Bearer {permission.access_token}", "Accept": "application/fhir+json"}

    def fetch(url: str) -> bytes:
        try:
            with httpx.stream("GET", url, headers=headers, timeout=TIMEOUT, follow_redirects=False) as answer:
                if answer.status_code != httpx.codes.OK:
                    raise FetchError("the caller's server refused")
                return _limited(answer)
        except (httpx.InvalidURL, UnicodeError):
            raise FetchError("the address or the permission cannot be sent") from None
        except httpx.HTTPError:
            raise FetchError("the caller's server did not answer") from None

    return fetch


def _limited(answer: httpx.Response) -> bytes:
    body = bytearray()
    for part in answer.iter_bytes():
        body += part
        if len(body) > MAX_ANSWER:
            raise FetchError("the caller's server gave too much")
    return bytes(body)


def is_allowed(server: str, allowed: list[str]) -> bool:
    """True if a server is one of those that the practice registered, over TLS unless it is this machine."""
    if server.rstrip("/") not in {one.rstrip("/") for one in allowed}:
        return False
    try:
        parts = urlsplit(server)
    except ValueError:
        return False
    return parts.scheme == "https" or parts.hostname in ("localhost", "127.0.0.1", "::1")

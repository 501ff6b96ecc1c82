"""Asking outside of the clinic's own network, and nowhere else.

An address that an administrator of a practice writes down could lead to what only the server reaches: the machine
itself, its neighbours, the cloud's own services. So a name is looked up once, every address that it has is checked, and
the connection is made to what was checked: a name that leads elsewhere a moment later gains nothing.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Collection, Iterator
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx
from django.conf import settings

from lenitive.errors import LenitiveError

Address = IPv4Address | IPv6Address
LookUp = Callable[[str, int], list[str]]

_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
_TRANSLATED = IPv6Network("64:ff9b::/96")
"""Addresses that a network translates to IPv4 (RFC 6052)."""
_PORTS = {"http": 80, "https": 443}


class InwardAddressError(LenitiveError):
    """A name leads into the clinic's own network, where no payer is expected."""


class OutwardTransport(httpx.BaseTransport):
    """Looks each host up once, refuses it if it leads inward, and connects to what was looked up."""

    def __init__(self, allowed: Collection[str], look_up: LookUp | None = None) -> None:
        self.allowed = frozenset(allowed)
        self.look_up = look_up or addresses_of
        self.wire = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request. The certificate is checked against the name, as ever."""
        problem: httpx.ConnectError | None = None
        for address in self._addresses(request.url):
            try:
                return self.wire.handle_request(_to(address, request))
            except httpx.ConnectError as failed:  # nothing has left; the next address may do
                problem = failed
        raise problem or httpx.ConnectError("The name has no address.", request=request)

    def close(self) -> None:
        """Close the connections."""
        self.wire.close()

    def _addresses(self, url: httpx.URL) -> list[str]:
        found = self.look_up(url.host, url.port or _PORTS[url.scheme])
        if url.host not in self.allowed and any(is_inward(one) for one in found):
            raise InwardAddressError("The name leads into the clinic's own network.")
        return found


def way_to(address: str) -> httpx.BaseTransport:
    """How an address is reached: directly, or by the proxy of the server, which then answers for where that leads."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    proxy = None if host in allowed_inward() or proxy_bypass(host) else getproxies().get(parts.scheme)
    return httpx.HTTPTransport(proxy=proxy) if proxy else OutwardTransport(allowed_inward())


def allowed_inward() -> frozenset[str]:
    """The hosts of the own network that may be asked; on one's own machine without HTTPS, that machine too."""
    return frozenset([*settings.INWARD_HOSTS, *(() if settings.HTTPS else _THIS_MACHINE)])


def addresses_of(host: str, port: int) -> list[str]:
    """The addresses that a name has now, as the machine looks names up; a number is its own."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise httpx.ConnectError("The name was not found.") from None
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def is_inward(address: str) -> bool:
    """Whether an address is of this machine, of a network of one's own, or of no host at all."""
    try:
        return any(not one.is_global or one.is_multicast for one in _meant_by(ip_address(address)))
    except ValueError:
        return True


def _meant_by(address: Address) -> Iterator[Address]:
    """The address, and what it stands for on its way through a translator or tunnel."""
    if not isinstance(address, IPv6Address):
        yield address
        return
    if address in _TRANSLATED:
        yield IPv4Address(int(address) & 0xFFFFFFFF)
    for inner in (address.ipv4_mapped, address.sixtofour, *(address.teredo or ())):
        if inner is not None:
            yield inner
    if address.ipv4_mapped is None:
        yield address


def _to(address: str, request: httpx.Request) -> httpx.Request:
    """The same request to an address; the name stays in the Host header and in the greeting of TLS."""
    return httpx.Request(
        request.method,
        request.url.copy_with(host=address),
        headers=request.headers,
        stream=request.stream,
        extensions={**request.extensions, "sni_hostname": request.url.host},
    )

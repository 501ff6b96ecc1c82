"""How a payer is reached: its endpoint, who signs in there, and what is still to be said before anything can be sent.

The token that signs in stands in the environment, after the address that it is for, as ``https://payer.example/fhir
TOKEN``. It goes to that address alone. A practice reaches only the variables whose names begin with its own
``LENITIVE_PAYER_<number>_``: whoever runs the server says which these are, and no practice sends in another's name.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

import httpx
from django.conf import settings
from django.utils.translation import gettext as _

from lenitive.errors import LenitiveError
from lenitive_web.authorization.models import PayerConnection
from lenitive_web.authorization.outward import allowed_inward, is_inward, way_to
from lenitive_web.people.models import Practice

_OWN_PART = re.compile(r"[A-Z0-9_]{1,50}")
TIMEOUT = httpx.Timeout(15, connect=5)
"""The guide lets a payer take fifteen seconds before it has to answer that the decision is pended."""


def variables_of(practice: Practice) -> str:
    """What the names of the variables begin with that whoever runs the server sets for a practice."""
    return f"LENITIVE_PAYER_{practice.pk}_"


def is_variable_of(practice: Practice, name: str) -> bool:
    """Whether a variable is one that a practice may name."""
    beginning = variables_of(practice)
    return name.startswith(beginning) and _OWN_PART.fullmatch(name.removeprefix(beginning)) is not None


class NotConnectedError(LenitiveError):
    """The payer cannot be reached as the practice's settings are. The message says what they lack."""


def connection_of(practice: Practice, payer: str | None) -> PayerConnection | None:
    """How the payer of that name is reached; nothing if the practice did not say, or its requests go by hand."""
    if not payer:
        return None
    found = PayerConnection.objects.filter(payer__practice=practice, payer__name__iexact=payer, by_hand=False)
    return found.select_related("payer__practice").first()


def lacks(connection: PayerConnection, environment: Mapping[str, str] = os.environ) -> list[str]:
    """What the administrator still has to say, or set in the environment, before requests can go out."""
    found: list[str] = []
    problem = problem_with_address(connection.base)
    if problem:
        found.append(problem)
    if not (connection.identifier_system and connection.identifier and connection.member_system):
        found.append(_("The payer’s identifier and its address spaces are not complete."))
    if connection.token_variable and not _token(connection, environment):
        beginning = variables_of(connection.payer.practice)
        found.append(_lacking(connection, environment) % {"name": connection.token_variable, "beginning": beginning})
    return found


def _lacking(connection: PayerConnection, environment: Mapping[str, str]) -> str:
    if not is_variable_of(connection.payer.practice, connection.token_variable):
        return _("The variable %(name)s is not one of this practice: their names begin with %(beginning)s.")
    if _is_set(connection, environment):
        return _("The variable %(name)s is set where the clinic runs, but not for this address.")
    return _("The variable %(name)s is not set where the clinic runs.")


def problem_with_address(address: str) -> str:
    """Why an address cannot be a payer's endpoint; nothing if it can."""
    if not address:
        return _("The address of the payer’s endpoint is missing.")
    try:
        parts = urlsplit(address)
        host, named = parts.hostname or "", parts.username or parts.password
        _port = parts.port
    except ValueError:
        return _("This is not a web address.")
    if not host or named or parts.query or parts.fragment or any(sign.isspace() for sign in address):
        return _("Write the plain address before /Claim/$submit, without a name, a password or a query.")
    if _is_named_inside(host) and host not in allowed_inward():
        return _("This address is in the clinic’s own network.")
    if parts.scheme == "https" or (parts.scheme == "http" and _is_this_machine(host) and not settings.HTTPS):
        return ""
    return _("The address must begin with https://.")


def client_for(connection: PayerConnection, environment: Mapping[str, str] = os.environ) -> httpx.Client:
    """A client that signs in as the settings say. No redirect is followed: the token goes to this address only.

    Where the name leads into the clinic's own network, asking raises :class:`InwardAddressError`.
    """
    missing = lacks(connection, environment)
    if missing:
        raise NotConnectedError(" ".join(missing))
    token = _token(connection, environment)
    return httpx.Client(
        headers={"Authorization": f"Bearer {token}"} if token else {},
        timeout=TIMEOUT,
        follow_redirects=False,
        trust_env=False,
        transport=way_to(connection.base),
    )


def _token(connection: PayerConnection, environment: Mapping[str, str]) -> str:
    """The token, if it was set for the address of the connection."""
    address, _blank, token = environment.get(connection.token_variable, "").strip().partition(" ")
    is_for_it = _is_set(connection, environment) and address.rstrip("/") == connection.base
    return token.strip() if is_for_it else ""


def _is_set(connection: PayerConnection, environment: Mapping[str, str]) -> bool:
    is_ours = is_variable_of(connection.payer.practice, connection.token_variable)
    return is_ours and bool(environment.get(connection.token_variable, "").strip())


def _is_named_inside(host: str) -> bool:
    """Whether a host is named by a number of this machine or its network. Where names lead is seen on connecting."""
    try:
        return is_inward(str(ip_address(host)))
    except ValueError:
        return _is_this_machine(host)


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False

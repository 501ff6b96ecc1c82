"""Who calls: the signed token of a CDS Hooks client, and the token of a client of the FHIR API.

A hook client signs each call (ES384 or RS384) with a key that was agreed beforehand, or that stands at the one address
registered for it. A token holds for one address and is used once. Whatever is wrong, the answer is 401 and the same
few words: a stranger learns nothing from them.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import jwt
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone

from lenitive_web.services.models import Client, UsedToken
from lenitive_web.services.refusals import RefusedError

log = logging.getLogger("lenitive_web.services")

ALGORITHMS = ("ES384", "RS384")
"""The signatures that are accepted. None is symmetric, so no public key can pass for a secret."""
KEYS_KEPT = 600
"""Seconds for which fetched keys are kept."""
TIDIED_EVERY = 1000
"""After so many calls the tokens that have ended are forgotten."""
MAX_KEYS_BYTES = 64 * 1024
MAX_TOKEN = 8 * 1024
_REQUIRED = ["iss", "aud", "exp", "iat", "jti"]


def hook_client(request: HttpRequest) -> Client:
    """The client whose signed token came with a call; a token that was used before is refused."""
    token = bearer_of(request)
    try:
        client = _claimed_client(token)
        claims = _verified(token, client, request.build_absolute_uri(request.path))
        _use_once(client, claims)
    except (jwt.PyJWTError, _DistrustError) as problem:
        log.info("token refused", extra={"fields": {"why": type(problem).__name__}})
        raise _unknown_caller() from None
    return client


def fhir_client(request: HttpRequest) -> Client:
    """The client whose token came with a request to the FHIR API."""
    hashed = hash_of(bearer_of(request))
    client = Client.objects.select_related("account__practice", "practice").filter(token_hash=hashed).first()
    usable = client is not None and client.is_active and client.account is not None and client.account.is_active
    if client is None or not usable or (client.token_until and client.token_until <= timezone.now()):
        raise _unknown_caller()
    return client


def sending_client(request: HttpRequest) -> Client:
    """The client that sends something of its own accord, by a call that it signed or by the token it was given."""
    return hook_client(request) if bearer_of(request).count(".") == 2 else fhir_client(request)


def is_first_time(client: Client, body: bytes) -> bool:
    """Whether a client sends these very bytes for the first time in a month; the database decides between two."""
    try:
        with transaction.atomic():
            token = hashlib.sha256(b"body|" + body).hexdigest()
            UsedToken.objects.create(client=client, token=token, until=timezone.now() + timedelta(days=30))
    except IntegrityError:
        return False
    return True


def bearer_of(request: HttpRequest) -> str:
    """The token of the Authorization header."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip() or len(token) > MAX_TOKEN:
        raise _unknown_caller()
    return token.strip()


def hash_of(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


class _DistrustError(Exception):
    """A token that is not trusted."""


class UnknownIssuer(_DistrustError):
    """Nobody of that name was registered."""


class WrongAlgorithm(_DistrustError):
    """The signature is of a kind that is not accepted."""


class ForeignKeysAddress(_DistrustError):
    """The token points to keys elsewhere than where its client registered them."""


class NoSuchKey(_DistrustError):
    """The client has no key of that name."""


class EndlessToken(_DistrustError):
    """The token says that it ends when no calendar has a day any more."""


class UsedBefore(_DistrustError):
    """The token was used already."""


def _unknown_caller() -> RefusedError:
    return RefusedError(401, "login", "The caller is not known here.", WWW_Authenticate="Bearer")


# --- the signed token of a hook client


def _claimed_client(token: str) -> Client:
    """The client that a token says it is from; nothing is believed yet."""
    unverified = jwt.decode(token, options={"verify_signature": False})
    issuer = unverified.get("iss")
    if not isinstance(issuer, str) or "\0" in issuer:
        raise UnknownIssuer
    client = Client.objects.filter(issuer=issuer, is_active=True).first()
    if client is None:
        raise UnknownIssuer
    return client


def _verified(token: str, client: Client, address: str) -> Mapping[str, Any]:
    header = jwt.get_unverified_header(token)
    if header.get("alg") not in ALGORITHMS:
        raise WrongAlgorithm
    if str(header.get("typ", "JWT")).upper() != "JWT":
        raise WrongAlgorithm
    key = _key_named(header.get("kid"), _keys_of(client, header))
    claims: dict[str, Any] = jwt.decode(
        token,
        jwt.PyJWK(key, algorithm=header["alg"]),
        algorithms=[header["alg"]],
        audience=address,
        issuer=client.issuer,
        options={"require": _REQUIRED},
    )
    if not isinstance(claims["jti"], str) or not claims["jti"]:
        raise UsedBefore
    return claims


def _keys_of(client: Client, header: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The keys agreed beforehand, else those at the one registered address. No other address is ever asked."""
    pointed_to = header.get("jku")
    if pointed_to is not None and pointed_to != client.keys_url:
        raise ForeignKeysAddress
    if client.keys_url and (pointed_to is not None or not client.keys):
        return fetched_keys(client.keys_url)
    return list(client.keys)


def _key_named(name: object, keys: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    found = [key for key in keys if isinstance(name, str) and key.get("kid") == name]
    if len(found) != 1:
        raise NoSuchKey
    return dict(found[0])


def fetched_keys(address: str) -> Sequence[Mapping[str, Any]]:
    """The keys at a registered address, kept for some minutes. No redirect is followed."""
    kept = cache.get(f"jwks:{hash_of(address)}")
    if kept is not None:
        return list(kept)
    try:
        answer = httpx.get(address, timeout=2.0, follow_redirects=False, headers={"Accept": "application/json"})
        keys = answer.raise_for_status().json()["keys"] if len(answer.content) <= MAX_KEYS_BYTES else []
    except (httpx.HTTPError, ValueError, KeyError, TypeError):
        raise NoSuchKey from None
    usable = [key for key in keys if isinstance(key, dict)] if isinstance(keys, list) else []
    cache.set(f"jwks:{hash_of(address)}", usable, KEYS_KEPT)
    return usable


def _use_once(client: Client, claims: Mapping[str, Any]) -> None:
    """Note the token as used; the database refuses the second of two that come at once."""
    try:
        until = datetime.fromtimestamp(int(claims["exp"]), UTC)
    except (ValueError, OverflowError, OSError):
        raise EndlessToken from None
    try:
        with transaction.atomic():
            used = UsedToken.objects.create(client=client, token=hash_of(claims["jti"]), until=until)
    except IntegrityError:
        raise UsedBefore from None
    if used.pk % TIDIED_EVERY == 0:
        forget_ended_tokens()


def forget_ended_tokens() -> int:
    """Drop used tokens that have ended, and would be refused for that; how many there were."""
    ended = UsedToken.objects.filter(until__lt=timezone.now() - timedelta(minutes=5))
    return ended.delete()[0]

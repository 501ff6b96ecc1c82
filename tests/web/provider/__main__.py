"""``python -m tests.web.provider``: serves on a free port of this machine and prints it.

It refuses what the standard says must be refused: an unknown client, a wrong secret, a code used twice, a code of
another client's challenge. Beside its own doors there is one for the test alone: ``POST /behave`` says who is signed in
at the provider and how it misbehaves, as ``{"email": …, "email_verified": true, "audience": …, "other_key": false}``.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

Json = dict[str, Any]
CLIENT, SECRET = "clinic", "between the clinic and its provider"
KEY_NAME = "the-key"
KEY, OTHER_KEY = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))
PERSON: Json = {"email": "nobody@example.org", "email_verified": True, "audience": CLIENT, "other_key": False}
CODES: dict[str, Json] = {}
TOKENS: set[str] = set()
ASKED: list[str] = []


def challenge_of(verifier: str) -> str:
    """The S256 challenge of RFC 7636."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def claims() -> Json:
    """Who is signed in at the provider."""
    return {
        "sub": f"person-{PERSON['email']}",
        **{name: PERSON[name] for name in ("email", "email_verified")},
        "name": "A Person",
    }


class Counter(BaseHTTPRequestHandler):
    """Where requests come in."""

    def log_message(self, *said: Any) -> None:
        """Nothing."""

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def do_GET(self) -> None:
        where = urlsplit(self.path)
        ASKED.append(where.path)
        if where.path == "/.well-known/openid-configuration":
            return self.say(200, self.discovery())
        if where.path == "/keys":
            public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
            return self.say(200, {"keys": [{**public, "kid": KEY_NAME, "alg": "RS256", "use": "sig"}]})
        if where.path == "/authorize":
            return self.authorize({name: values[0] for name, values in parse_qs(where.query).items()})
        if where.path == "/me" and self.headers.get("Authorization", "").removeprefix("Bearer ") in TOKENS:
            return self.say(200, claims())
        if where.path == "/asked":
            return self.say(200, ASKED)
        return self.say(404, {"error": "not_found"})

    def do_POST(self) -> None:
        said = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self.path == "/behave":
            PERSON.update(json.loads(said))
            return self.say(200, PERSON)
        return self.token(dict(parse_qsl(said))) if self.path == "/token" else self.say(404, {"error": "not_found"})

    def discovery(self) -> Json:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/me",
            "jwks_uri": f"{self.issuer}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
        }

    def authorize(self, asked: Json) -> None:
        """The person is signed in here already, and is sent back with a code."""
        if asked.get("client_id") != CLIENT or asked.get("code_challenge_method") != "S256":
            return self.say(400, {"error": "invalid_request"})
        code = secrets.token_urlsafe()
        CODES[code] = asked
        self.send_response(302)
        self.send_header("Location", f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def token(self, said: Json) -> None:
        """A code against tokens, once."""
        asked = CODES.pop(said.get("code", ""), None)
        if (said.get("client_id"), said.get("client_secret")) != (CLIENT, SECRET):
            return self.say(401, {"error": "invalid_client"})
        if asked is None or challenge_of(said.get("code_verifier", "")) != asked["code_challenge"]:
            return self.say(400, {"error": "invalid_grant"})
        now = int(time.time())  # noqa: TID251
        token = secrets.token_urlsafe()
        TOKENS.add(token)
        told = {"iss": self.issuer, "aud": PERSON["audience"], "iat": now, "exp": now + 300, **claims()}
        key = OTHER_KEY if PERSON["other_key"] else KEY
        signed = jwt.encode(told, key, algorithm="RS256", headers={"kid": KEY_NAME})
        return self.say(200, {"access_token": token, "token_type": "Bearer", "expires_in": 300, "id_token": signed})

    def say(self, status: int, value: Any) -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Server(ThreadingHTTPServer):
    """Serves this machine only; a caller who has hung up is no error."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


if __name__ == "__main__":
    server = Server(("127.0.0.1", 0), Counter)
    print(server.server_address[1], flush=True)
    server.serve_forever()

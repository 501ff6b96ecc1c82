"""A practice with a hook client that signs its calls, and a client of the FHIR API."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import uuid4

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.utils import timezone

from lenitive.interop.case_file import read_case_file
from lenitive_web.ledger.actions import import_facts, register_patient
from lenitive_web.people.models import Practice, User
from lenitive_web.services.actions import give_token, register_client
from tests.conftest import ROOT

BASE = "http://testserver"
ORDER_CHECK = "/cds-services/lenitive-order-check"
ISSUER = "https://ehr.example"


@dataclass
class Signer:
    """A hook client's side: its key, and how it signs a call."""

    key: Any = field(default_factory=lambda: ec.generate_private_key(ec.SECP384R1()))
    algorithm: str = "ES384"
    name: str = "key-1"

    @property
    def public(self) -> dict[str, Any]:
        """The public key as a JWK."""
        kinds = {"ES384": jwt.algorithms.ECAlgorithm, "RS384": jwt.algorithms.RSAAlgorithm}
        written = json.loads(kinds[self.algorithm].to_jwk(self.key.public_key()))
        return written | {"kid": self.name, "use": "sig", "alg": self.algorithm}

    def token(self, path: str, *, header: dict[str, Any] | None = None, **claims: Any) -> str:
        """A token for one call; ``None`` leaves a claim out."""
        now = timezone.now()
        said = {
            "iss": ISSUER,
            "aud": f"{BASE}{path}",
            "iat": now,
            "exp": now + timedelta(minutes=5),
            "jti": str(uuid4()),
        } | claims
        said = {name: value for name, value in said.items() if value is not None}
        return jwt.encode(said, self.key, algorithm=self.algorithm, headers={"kid": self.name} | (header or {}))


def rsa_signer() -> Signer:
    return Signer(rsa.generate_private_key(public_exponent=65537, key_size=2048), "RS384", "key-2")


SIGNER = Signer()
RSA_SIGNER = rsa_signer()


@pytest.fixture
def signer() -> Signer:
    return SIGNER


@pytest.fixture
def practice(db) -> Practice:
    return Practice.objects.create(name="Hill Clinic")


@pytest.fixture
def account(practice) -> User:
    return User.objects.create_user(
        email="reader@hill.example", password=None, practice=practice, role="physician", name="FHIR reader"
    )


@pytest.fixture
def hook_client(practice):
    return register_client(
        practice=practice,
        name="Example record",
        by=None,
        issuer=ISSUER,
        keys=[SIGNER.public, RSA_SIGNER.public],
        fhir_servers=["https://ehr.example/fhir"],
        origins=["https://app.ehr.example"],
    )


@pytest.fixture
def post(client, hook_client, signer) -> Callable[..., Any]:
    """Posts to a service, signed as the registered client does."""

    def posted(path: str, body: Any, *, token: str | None = None, kind: str = "application/json", **headers: Any):
        signed = signer.token(path) if token is None else token
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return client.post(path, data, content_type=kind, headers={"Authorization": f"Bearer {signed}", **headers})

    return posted


@pytest.fixture
def patient(practice):
    """The example patient in the practice's ledger."""
    chart = read_case_file(ROOT / "examples" / "facet_open.toml").chart
    kept = register_patient(practice=practice, name="Rosa Example", birth_date=chart.patient.birth_date, by=None)
    import_facts(patient=kept, facts=chart.facts, by=None)
    return kept


@pytest.fixture
def reading(client, practice, account) -> Callable[..., Any]:
    """Reads through the FHIR API with a token, of all scopes unless said otherwise."""

    def read(path: str, scopes: str = "system/*.rs", token: str | None = None, accept: str = "*/*"):
        if token is None:
            name = f"reader {hashlib.sha256(scopes.encode()).hexdigest()[:8]}"
            kept = practice.clients.filter(name=name).first() or register_client(practice=practice, name=name, by=None)
            until = timezone.now() + timedelta(days=1)
            token = give_token(client=kept, account=account, scopes=scopes, until=until, by=None)
        return client.get(path, headers={"Authorization": f"Bearer {token}", "Accept": accept})

    return read

"""The hook services over HTTP: who may call, what is refused, what is kept, what stands in the log."""

import base64
import json
import logging
import re
from datetime import UTC, datetime

import httpx
import jwt
import pytest
from django.utils import timezone

from lenitive.interop.davinci.questionnaire import questionnaire_address
from lenitive_web.logs import JsonLines
from lenitive_web.services import trust
from lenitive_web.services.models import CardFeedback, HookCall, UsedToken
from lenitive_web.services.refusals import MAX_BODY
from tests.unit.interop.cds_hooks.conftest import CALL, asked, order
from tests.web.services.conftest import BASE, ISSUER, ORDER_CHECK, RSA_SIGNER, Signer

pytestmark = pytest.mark.django_db


def is_outcome(response, status: int) -> bool:
    said = json.loads(response.content)
    return response.status_code == status and said["resourceType"] == "OperationOutcome" and bool(said["issue"])


# --- discovery


def test_the_services_are_listed_for_everybody(client):
    response = client.get("/cds-services")
    services = response.json()["services"]
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"
    assert {service["hook"] for service in services} == {"patient-view", "order-select", "order-sign"}


def test_a_bad_token_is_refused_even_there(client, hook_client):
    response = client.get("/cds-services", headers={"Authorization": "Bearer nonsense"})
    assert is_outcome(response, 401)


def test_a_good_token_for_the_list_is_accepted(client, hook_client, signer):
    token = signer.token("/cds-services")
    assert client.get("/cds-services", headers={"Authorization": f"Bearer {token}"}).status_code == 200


# --- a call


def test_a_signed_call_is_answered_and_kept(post, hook_client):
    response = post(ORDER_CHECK, asked(order("64483"), example="radiculopathy"))
    assert response.status_code == 200
    cards = response.json()["cards"]
    assert any("Apixaban" in card["summary"] for card in cards)
    kept = HookCall.objects.get()
    assert (kept.client, kept.hook, kept.orders, kept.cards) == (hook_client, "order-sign", 1, len(cards))
    assert kept.instance == CALL


def test_an_rsa_key_will_do(post, client):
    assert post(ORDER_CHECK, asked(), token=RSA_SIGNER.token(ORDER_CHECK)).status_code == 200


def test_the_number_of_the_coverage_answer_is_kept(post):
    sent = json.dumps(post(ORDER_CHECK, asked()).json())
    assert HookCall.objects.get().assertions[0] in sent


def test_the_coverage_answer_points_to_the_form_that_is_handed_out_here(post):
    sent = json.dumps(post(ORDER_CHECK, asked()).json())
    assert re.findall(r'"url": "questionnaire", "valueCanonical": "([^"]+)"', sent) == [
        questionnaire_address("medicare_facet_ablation_initial", "http://testserver/fhir")
    ]


# --- who may call


@pytest.fixture
def refused(post):
    """Posts a call with a token, and says whether it was refused as every stranger is."""

    def with_token(token: str) -> bool:
        response = post(ORDER_CHECK, asked(), token=token)
        words = {issue["diagnostics"] for issue in response.json().get("issue", [])}
        return (
            is_outcome(response, 401) and words == {"The caller is not known here."} and not HookCall.objects.exists()
        )

    return with_token


def test_no_token(client, hook_client):
    response = client.post(ORDER_CHECK, b"{}", content_type="application/json")
    assert is_outcome(response, 401)
    assert response["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "e30.e30.", "Basic abc", "é", "x" * 100_000])
def test_nonsense_for_a_token(refused, token):
    assert refused(token)


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://stranger.example"},
        {"iss": None},
        {"iss": 5},
        {"aud": f"{BASE}/cds-services"},
        {"aud": "https://elsewhere.example/cds-services/lenitive-order-check"},
        {"aud": None},
        {"exp": datetime(2020, 1, 1, tzinfo=UTC)},
        {"exp": None},
        {"exp": "soon"},
        {"exp": 10**18},
        {"iss": "https://ehr.example\0"},
        {"iat": None},
        {"iat": datetime(2999, 1, 1, tzinfo=UTC)},
        {"jti": None},
        {"jti": ""},
    ],
    ids=str,
)
def test_a_wrong_claim(refused, signer, claims):
    try:
        token = signer.token(ORDER_CHECK, **claims)
    except TypeError:  # the library refuses to write what a forger would
        token = forged(signer, claims)
    assert refused(token)


def forged(signer: Signer, claims: dict) -> str:
    """A token with claims that the library does not write, signed with the client's own key."""
    now = int(timezone.now().timestamp())
    said = {"iss": ISSUER, "aud": f"{BASE}{ORDER_CHECK}", "iat": now, "exp": now + 300, "jti": "1"} | claims
    body = json.dumps({name: value for name, value in said.items() if value is not None}).encode()
    return jwt.api_jws.encode(body, signer.key, algorithm=signer.algorithm, headers={"kid": signer.name})


def test_several_audiences_may_be_named(post, signer):
    token = signer.token(ORDER_CHECK, aud=["https://else.example", f"{BASE}{ORDER_CHECK}"])
    assert post(ORDER_CHECK, asked(), token=token).status_code == 200


def test_a_key_of_somebody_else(refused):
    assert refused(Signer().token(ORDER_CHECK))


def test_a_key_that_has_no_such_name(refused, signer):
    assert refused(signer.token(ORDER_CHECK, header={"kid": "key-9"}))
    assert refused(signer.token(ORDER_CHECK, header={"kid": ""}))


def test_no_signature_at_all(refused):
    claims = {"iss": ISSUER, "aud": f"{BASE}{ORDER_CHECK}", "iat": 1, "exp": 9999999999, "jti": "1"}
    assert refused(jwt.encode(claims, None, algorithm="none", headers={"kid": "key-1"}))


@pytest.mark.parametrize("algorithm", ["HS256", "HS384"])
def test_the_public_key_as_a_secret(refused, algorithm):
    """The classic confusion of a public key with a shared secret."""
    secret = json.dumps(RSA_SIGNER.public).encode()
    claims = {"iss": ISSUER, "aud": f"{BASE}{ORDER_CHECK}", "iat": 1, "exp": 9999999999, "jti": "1"}
    head = {"alg": algorithm, "kid": "key-2", "typ": "JWT"}
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (head, claims)]
    mac = jwt.algorithms.HMACAlgorithm(
        {"HS256": jwt.algorithms.hashlib.sha256, "HS384": jwt.algorithms.hashlib.sha384}[algorithm]
    )
    parts.append(base64.urlsafe_b64encode(mac.sign(b".".join(parts), secret)).rstrip(b"="))
    assert refused(b".".join(parts).decode())


def test_a_weaker_signature_of_the_same_key(refused):
    token = jwt.encode(
        {"iss": ISSUER, "aud": f"{BASE}{ORDER_CHECK}", "iat": 1, "exp": 9999999999, "jti": "1"},
        RSA_SIGNER.key,
        algorithm="RS256",
        headers={"kid": "key-2"},
    )
    assert refused(token)


def test_a_token_is_used_once(post, signer):
    token = signer.token(ORDER_CHECK)
    assert post(ORDER_CHECK, asked(), token=token).status_code == 200
    assert is_outcome(post(ORDER_CHECK, asked(), token=token), 401)
    assert UsedToken.objects.count() == 1


def test_ended_tokens_are_forgotten_and_others_are_not(post, hook_client):
    post(ORDER_CHECK, asked())
    UsedToken.objects.create(client=hook_client, token="old", until=datetime(2020, 1, 1, tzinfo=UTC))
    assert trust.forget_ended_tokens() == 1
    assert UsedToken.objects.count() == 1


def test_a_client_that_was_shut_out(refused, hook_client, signer):
    hook_client.is_active = False
    hook_client.save()
    assert refused(signer.token(ORDER_CHECK))


def test_keys_are_never_fetched_where_nobody_registered_them(refused, signer, monkeypatch):
    def never(*args, **kwargs):
        raise AssertionError("keys were fetched")

    monkeypatch.setattr(httpx, "get", never)
    assert refused(signer.token(ORDER_CHECK, header={"jku": "https://evil.example/keys"}))


def test_keys_are_fetched_at_the_registered_address_and_kept(post, hook_client, signer, monkeypatch):
    hook_client.keys, hook_client.keys_url = [], "https://ehr.example/keys"
    hook_client.save()
    fetched: list[str] = []

    def answered(address, **told):
        fetched.append(address)
        assert told["follow_redirects"] is False
        return httpx.Response(200, json={"keys": [signer.public]}, request=httpx.Request("GET", address))

    monkeypatch.setattr(httpx, "get", answered)
    monkeypatch.setattr(trust, "cache", Kept())
    for _ in range(2):
        token = signer.token(ORDER_CHECK, header={"jku": "https://ehr.example/keys"})
        assert post(ORDER_CHECK, asked(), token=token).status_code == 200
    assert fetched == ["https://ehr.example/keys"]


class Kept(dict):
    """A cache in memory."""

    def set(self, key, value, seconds):
        self[key] = value


# --- what is refused


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"[]", 400),
        (b"\xff", 400),
        (b"[" * 50_000, 400),
        (b"{}", 400),
        (json.dumps(asked() | {"hook": "order-dispatch"}).encode(), 400),
        (json.dumps(asked(extension={"davinci-crd.requestedVersion": "9.9"})).encode(), 422),
        (b" " * (MAX_BODY + 1), 413),
    ],
    ids=["half", "list", "bytes", "deep", "empty", "hook", "version", "large"],
)
def test_a_bad_body(post, body, status):
    assert is_outcome(post(ORDER_CHECK, body), status)


def test_a_body_of_another_kind(post):
    assert is_outcome(post(ORDER_CHECK, b"<xml/>", kind="application/xml"), 415)
    assert is_outcome(post(ORDER_CHECK, b"{}", kind="text/plain"), 415)


def test_a_service_that_is_not_there(post):
    assert is_outcome(post("/cds-services/nope", asked()), 404)


def test_another_method(client):
    response = client.get(ORDER_CHECK)
    assert is_outcome(response, 405)
    assert response["Allow"] == "POST"


def test_data_that_cannot_be_had(post):
    request = asked()
    request["prefetch"].pop("patient")
    assert is_outcome(post(ORDER_CHECK, request), 412)


def test_data_is_not_fetched_from_a_server_that_nobody_registered(post, monkeypatch):
    monkeypatch.setattr(httpx, "stream", lambda *args, **kwargs: pytest.fail("something was fetched"))
    request = asked() | {
        "fhirServer": "https://evil.example/fhir",
        "fhirAuthorization": {
            "access_token": "t",
            "token_type": "Bearer",
            "expires_in": 30,
            "scope": "patient/*.read",
            "subject": "lenitive",
        },
    }
    request["prefetch"].pop("patient")
    assert is_outcome(post(ORDER_CHECK, request), 412)


# --- browsers


def test_a_listed_origin_may_call_from_a_browser(client, hook_client):
    headers = {"Origin": "https://app.ehr.example", "Access-Control-Request-Method": "POST"}
    response = client.options(ORDER_CHECK, headers=headers)
    assert response.status_code == 204
    assert response["Access-Control-Allow-Origin"] == "https://app.ehr.example"
    assert response["Access-Control-Allow-Headers"] == "Authorization, Content-Type"


def test_another_origin_may_not(client, hook_client):
    response = client.options(ORDER_CHECK, headers={"Origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in response


# --- feedback


def test_feedback_is_kept_and_may_come_again(post):
    path = f"{ORDER_CHECK}/feedback"
    told = {
        "card": "c1",
        "outcome": "overridden",
        "outcomeTimestamp": "2026-11-21T10:05:31Z",
        "overrideReason": {"reason": {"code": "exception", "system": "urn:lenitive:codes"}, "userComment": "fine"},
    }
    assert post(path, {"feedback": [told]}).status_code == 200
    assert post(path, {"feedback": [told, told | {"card": "c2", "outcome": "accepted"}]}).status_code == 200
    assert CardFeedback.objects.filter(card="c1").count() == 2
    assert CardFeedback.objects.get(card="c2").outcome == "accepted"


@pytest.mark.parametrize("body", [{}, {"feedback": []}, {"feedback": [{"card": "c1", "outcome": "liked"}]}], ids=str)
def test_feedback_that_is_none(post, body):
    assert is_outcome(post(f"{ORDER_CHECK}/feedback", body), 400)


@pytest.mark.parametrize(
    ("comment", "status"), [(r"a\u0000b", 400), (r"a\\\u0000b", 400), (r"a\\u0000b", 200), ("plain", 200)]
)
def test_a_text_that_no_database_keeps_is_refused_and_one_that_only_looks_like_it_is_kept(post, comment, status):
    told = b'{"feedback": [{"card": "%s", "outcome": "accepted", "outcomeTimestamp": "2026-11-21T10:05:31Z"}]}'
    assert post(f"{ORDER_CHECK}/feedback", told % comment.encode()).status_code == status


# --- the log


def test_no_value_of_a_patient_and_no_token_stands_in_the_log(post, signer, caplog):
    token = signer.token(ORDER_CHECK)
    with caplog.at_level(logging.DEBUG):
        post(ORDER_CHECK, asked(order("64483"), example="radiculopathy"), token=token)
        post(ORDER_CHECK, asked(), token=token)
        post(ORDER_CHECK, asked() | {"context": {"patientId": "Rosa Example"}})
        post(ORDER_CHECK, b'{"name": "Rosa Example"')
    ours = [JsonLines().format(record) for record in caplog.records if record.name.startswith("lenitive_web")]
    assert any("hook answered" in line for line in ours)
    assert any("UsedBefore" in line for line in ours)
    text = "\n".join(ours)
    for value in ("Rosa", "Example", "apixaban", "Apixaban", "1961", "example-", token):
        assert value not in text

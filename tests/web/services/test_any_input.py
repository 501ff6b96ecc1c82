"""Input that nobody thought of: whatever the description allows, and what it does not, no answer is a 500."""

import json
from collections.abc import Callable
from functools import cache

import msgspec
import pytest
import schemathesis
from django.test import Client as HttpClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.pytest.lazy import get_all_tests

from lenitive.interop.cds_hooks.gathering import FetchError
from lenitive.interop.cds_hooks.messages import HookRequest
from lenitive_web.services.describing import openapi
from lenitive_web.services.fetching import fetch_for
from lenitive_web.services.trust import hash_of
from tests.unit.interop.cds_hooks.conftest import asked, order
from tests.web.services.conftest import ORDER_CHECK

pytestmark = pytest.mark.django_db

EXAMPLES = 25
BOUNDED = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
DESCRIBED = openapi()
OPERATIONS = [
    f"{method.upper()} {path}"
    for path, methods in DESCRIBED["paths"].items()
    for method in methods
    if method != "parameters"
]


@pytest.fixture
def send(client: HttpClient, hook_client, signer, reading, patient):
    """Sends a request with whatever token the endpoint takes."""
    reading("/fhir/metadata")
    kept = hook_client.practice.clients.exclude(pk=hook_client.pk).get()
    token = "a token of the FHIR API, long enough"
    kept.token_hash = hash_of(token)
    kept.save()

    def sent(method: str, path: str, *, query=None, body: bytes | None = None, kind: str = "application/json"):
        bearer = signer.token(path) if path.startswith("/cds-services") else token
        headers = {"Authorization": f"Bearer {bearer}"}
        return client.generic(method, path, body or b"", content_type=kind, headers=headers, query_params=query or None)

    return sent


def is_right(response, allowed: dict) -> bool:
    """An answer that the description names, and a refusal with an OperationOutcome."""
    assert response.status_code < 500
    assert str(response.status_code) in {*allowed, "204"}  # 204: a browser's question before it asks
    if response.status_code >= 400:
        assert json.loads(response.content)["resourceType"] == "OperationOutcome"
    return True


def answered(send, case):
    """Whether one request is answered as the description says."""
    body = case.body if isinstance(case.body, bytes) else json.dumps(case.body, default=str).encode()
    has_body = not isinstance(case.body, schemathesis.core.NotSet)
    query = {name: str(value) for name, value in (case.query or {}).items()}
    response = send(
        case.method,
        case.formatted_path,
        query=query,
        body=body if has_body else None,
        kind=case.media_type or "application/json",
    )
    assert is_right(response, case.operation.definition.raw["responses"])


@cache
def tried() -> dict[str, Callable[..., None]]:
    """For each operation what tries it: every corner of its description, then requests at random.

    Built when the first is tried, because a second goes into it that only one worker has to spend.
    """
    schema = schemathesis.openapi.from_dict(DESCRIBED)
    built = get_all_tests(schema=schema, test_func=answered, settings=BOUNDED, given_kwargs=None)
    return {operation.label: test for operation, test in (one.ok() for one in built)}


def test_every_operation_of_the_description_is_tried():
    assert sorted(tried()) == sorted(OPERATIONS)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_no_request_of_the_description_breaks_a_service(send, operation):
    tried()[operation](send=send)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def places(value, path=()):
    """Every place in a JSON value."""
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in items:
        yield from places(part, (*path, key))


def with_changed(value, path, new):
    """The value with another one at a place."""
    if not path:
        return new
    key, *rest = path
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[key] = with_changed(copy[key], rest, new)
    return copy


REQUEST = asked(order("64483"), example="radiculopathy", extension={"davinci-crd.configuration": {"max-cards": 3}})
PLACES = sorted(places(REQUEST), key=lambda path: (len(path), str(path)))
STATUSES = DESCRIBED["paths"]["/cds-services/{service_id}"]["post"]["responses"]


@given(data=st.data())
@settings(BOUNDED, max_examples=150)
def test_no_change_to_a_good_request_breaks_the_order_check(send, data):
    """A good request with one or two places filled with something else."""
    request = REQUEST
    for _ in range(data.draw(st.integers(1, 2))):
        path = data.draw(st.sampled_from(PLACES))
        try:
            request = with_changed(request, path, data.draw(anything))
        except (KeyError, IndexError, TypeError):  # an earlier change took the place away
            continue
    assert is_right(send("POST", ORDER_CHECK, body=json.dumps(request).encode()), STATUSES)


@pytest.mark.parametrize(
    "following", ["http://[", "https://ehr.example]/x", "https://ehr.example:99999/x", "\ud83d", "a:b:c"]
)
def test_a_link_that_is_no_address_breaks_nothing(send, following):
    link = [{"relation": "next", "url": following}]
    paged = {"resourceType": "Bundle", "type": "searchset", "link": link}
    request = REQUEST | {
        "prefetch": REQUEST["prefetch"] | {"conditions": paged},
        "fhirServer": "https://ehr.example/fhir",
    }
    assert is_right(send("POST", ORDER_CHECK, body=json.dumps(request).encode()), STATUSES)


@pytest.mark.parametrize("server", ["http://[", "https://ehr.example]/fhir", "https://ehr.example:99999/fhir"])
def test_a_server_that_is_no_address_breaks_nothing(send, hook_client, server):
    hook_client.fhir_servers = [server]
    hook_client.save()
    permission = {
        "access_token": "good",
        "token_type": "Bearer",
        "expires_in": 30,
        "scope": "patient/*.read",
        "subject": "lenitive",
    }
    request = REQUEST | {"fhirServer": server, "fhirAuthorization": permission}
    request["prefetch"] = {key: value for key, value in REQUEST["prefetch"].items() if key != "conditions"}
    assert is_right(send("POST", ORDER_CHECK, body=json.dumps(request).encode()), STATUSES)


@pytest.mark.parametrize(
    ("address", "token"),
    [("https://ehr.example/\x00", "good"), ("https://a:b:c/", "good"), ("https://ehr.example/n", "n\u00e9")],
)
def test_what_cannot_be_sent_is_an_answer_that_did_not_come(hook_client, address, token):
    server = "https://ehr.example"
    hook_client.fhir_servers = [server]
    permission = {"access_token": token, "token_type": "Bearer", "expires_in": 3, "scope": "x", "subject": "y"}
    asked_with = REQUEST | {"fhirServer": server, "fhirAuthorization": permission}
    call = msgspec.json.decode(json.dumps(asked_with), type=HookRequest)
    fetch = fetch_for(call, hook_client)
    assert fetch is not None
    with pytest.raises(FetchError):
        fetch(address)

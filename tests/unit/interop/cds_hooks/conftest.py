"""Calls about invented patients, and a server that holds what a call left out."""

from collections.abc import Callable
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest

from lenitive.interop.case_file import read_case_file
from lenitive.interop.cds_hooks.asking import draft_order, hook_request
from lenitive.interop.cds_hooks.gathering import FetchError
from lenitive.interop.cds_hooks.service import Answer, Desk, answer, read_call

EXAMPLES = Path(__file__).resolve().parents[4] / "examples"
CALL = UUID("2c7a6c7e-98b8-4d42-8a5c-0c5b5be14cc8")
DAY = date(2026, 5, 4)
ORDER_CHECK = "lenitive-order-check"
CRD = {"davinci-crd.requestedVersion": "2.2"}
SERVER = "https://ehr.example/fhir"

Json = dict[str, Any]


def order(number: str = "64635", **changed: Any) -> Json:
    """A draft order for the patient of the example: ablation of the nerves to two joints, in the hospital."""
    written = draft_order("draft-1", number, site="left L4-5, L5-S1", on=date(2026, 5, 18), authored=DAY, place="22")
    return {key: value for key, value in (written | changed).items() if value is not None}


def asked(*orders: Json, example: str = "facet_open", hook: Any = "order-sign", extension: Any = None) -> Json:
    """A request about an example patient."""
    chart = read_case_file(EXAMPLES / f"{example}.toml").chart
    return deepcopy(hook_request(hook, chart, CALL, orders or [order()], extension=extension))


def answered(request: Json, fetch: Any = None, desk: Desk | None = None, service: str = ORDER_CHECK) -> Answer:
    """What is said to a request on the day of the examples."""
    return answer(read_call(service, msgspec.json.encode(request)), DAY, desk or Desk(), fetch)


def as_sent(given: Answer) -> Json:
    """An answer as it goes over the wire."""
    return msgspec.json.decode(msgspec.json.encode(given.response))


class Server:
    """A FHIR server that answers what it was given, and remembers what it was asked."""

    def __init__(self, pages: dict[str, Any]) -> None:
        self.pages = pages
        self.asked: list[str] = []

    def __call__(self, url: str) -> bytes:
        self.asked.append(url)
        for start, body in self.pages.items():
            if url.startswith(start):
                return msgspec.json.encode(body)
        raise FetchError("no such page")


@pytest.fixture
def without() -> Callable[..., tuple[Json, Server]]:
    """A request from which some keys were taken, and the server at which they can be had."""

    def taken(*keys: str, **named: Any) -> tuple[Json, Server]:
        request = asked(**named)
        request |= {
            "fhirServer": SERVER,
            "fhirAuthorization": {
                "access_token": "secret-of-the-caller",
                "token_type": "Bearer",
                "expires_in": 30,
                "scope": "patient/*.read",
                "subject": "lenitive",
            },
        }
        names = {
            "patient": "Patient/",
            "conditions": "Condition?",
            "medications": "MedicationRequest?",
            "coverage": "Coverage?",
            "procedures": "Procedure?",
        }
        pages = {f"{SERVER}/{names[key]}": request["prefetch"].pop(key) for key in keys}
        empty = {"resourceType": "Bundle", "type": "searchset"}
        return request, Server({start: body or empty for start, body in pages.items()})

    return taken

"""How payers are reached: for the administrator only, audited, without a secret, and nowhere else than it says."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from lenitive_web.audit.models import Event
from lenitive_web.authorization.connections import (
    NotConnectedError,
    client_for,
    is_variable_of,
    lacks,
    problem_with_address,
    variables_of,
)
from lenitive_web.authorization.models import PayerConnection, RequestingClinician
from lenitive_web.people.models import Practice
from lenitive_web.people.roles import Role
from lenitive_web.practice.models import Payer
from lenitive_web.services.actions import register_client
from tests.web.conftest import As, member, seen_at

SAID = {
    "by_hand": "no",
    "base": "https://payer.example/fhir/",
    "token_variable": "",
    "identifier_system": "https://payer.example/id",
    "identifier": "12345",
    "member_system": "https://payer.example/member",
    "notifier": "",
}


@pytest.fixture
def payer(practice: Practice) -> Payer:
    return Payer.objects.create(practice=practice, name="Example Health", programme="commercial")


def save(client: Any, payer: Payer, **said: str) -> Any:
    return client.post(reverse("connection", args=[payer.pk]), SAID | {"token_variable": variable(payer)} | said)


def variable(payer: Payer) -> str:
    """A name that whoever runs the server gave to the payer's practice."""
    return f"{variables_of(payer.practice)}EXAMPLE"


def connection_to(payer: Payer) -> PayerConnection:
    said = {name: value for name, value in SAID.items() if name not in ("by_hand", "notifier")}
    return PayerConnection(payer=payer, **said | {"token_variable": variable(payer)})


def test_the_administrator_says_where_requests_go(as_role: As, payer: Payer) -> None:
    administrator = as_role(Role.ADMINISTRATOR)
    assert save(administrator, payer).status_code == 302
    kept = PayerConnection.objects.get()
    assert (kept.by_hand, kept.base, kept.token_variable) == (
        False,
        "https://payer.example/fhir",
        variable(payer),
    )
    event = Event.objects.filter(action="practice.connection").get()
    assert (event.by.role, event.about) == (
        Role.ADMINISTRATOR,
        f"payer {payer.pk}, endpoint https://payer.example/fhir",
    )
    page = administrator.get(reverse("connections")).content.decode()
    assert f"{variable(payer)} is not set where the clinic runs" in page
    assert "No physician yet" in page


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_for_everybody_else_there_is_no_such_page(as_role: As, payer: Payer, role: Role) -> None:
    client = as_role(role)
    for name, args in (("connections", []), ("connection", [payer.pk]), ("new_clinician", [])):
        assert client.get(reverse(name, args=args)).status_code == 404
    assert save(client, payer).status_code == 404
    assert not PayerConnection.objects.exists()


def test_another_practices_payer_is_not_there(as_role: As, other_practice: Practice) -> None:
    theirs = Payer.objects.create(practice=other_practice, name="Theirs", programme="other")
    assert save(as_role(Role.ADMINISTRATOR), theirs).status_code == 404


def test_another_practices_system_is_not_offered(as_role: As, payer: Payer, other_practice: Practice) -> None:
    theirs = register_client(practice=other_practice, name="Theirs", by=None)
    assert save(as_role(Role.ADMINISTRATOR), payer, notifier=str(theirs.pk)).status_code == 422


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"base": ""}, "need this"),
        ({"base": "http://payer.example/fhir"}, "must begin with https"),
        ({"base": "ftp://payer.example"}, "must begin with https"),
        ({"base": "https://user:secret@payer.example"}, "plain address"),
        ({"base": "https://payer.example/fhir?x=1"}, "plain address"),
        ({"base": "https://[broken"}, "not a web address"),
        ({"base": "https://10.0.0.5/fhir"}, "own network"),
        ({"base": "https://169.254.169.254"}, "own network"),
        ({"base": "https://[fd00::1]/fhir"}, "own network"),
        ({"base": "https://[::ffff:192.168.1.1]/fhir"}, "own network"),
        ({"base": "https://payer.example:port"}, "not a web address"),
        ({"token_variable": "SECRET_KEY"}, "begins with LENITIVE_PAYER_"),
        ({"token_variable": "LENITIVE_PAYER_EXAMPLE"}, "begins with LENITIVE_PAYER_"),
        ({"token_variable": "LENITIVE_PAYER_0_A b"}, "begins with LENITIVE_PAYER_"),
        ({"identifier": ""}, "need this"),
        ({"by_hand": ""}, "required"),
    ],
)
def test_what_cannot_be_is_refused(as_role: As, payer: Payer, said: dict[str, str], told: str) -> None:
    page = save(as_role(Role.ADMINISTRATOR), payer, **said)
    assert page.status_code == 422
    assert told in page.content.decode()
    assert not PayerConnection.objects.exists()


def test_by_hand_needs_nothing(as_role: As, payer: Payer) -> None:
    nothing = dict.fromkeys(SAID, "")
    assert save(as_role(Role.ADMINISTRATOR), payer, **nothing | {"by_hand": "yes"}).status_code == 302
    assert PayerConnection.objects.get().by_hand


def test_plain_http_is_for_ones_own_machine_and_only_where_the_clinic_does_without_https(settings: Any) -> None:
    assert problem_with_address("http://127.0.0.1:8080/fhir") == ""
    assert problem_with_address("http://localhost:8080/fhir") == ""
    settings.HTTPS = True
    assert problem_with_address("http://127.0.0.1:8080/fhir") != ""
    for address in ("https://127.0.0.1", "https://localhost:8443/fhir", "https://[::1]/fhir"):
        assert "own network" in problem_with_address(address)


def test_no_other_secret_of_the_surroundings_is_ever_sent(payer: Payer) -> None:
    """Also not if the name got into the database by another way."""
    connection = connection_to(payer)
    connection.base = "https://payer.example/fhir"
    connection.token_variable = "SECRET_KEY"
    surroundings = {"SECRET_KEY": "https://payer.example/fhir not-for-a-payer"}
    [told] = lacks(connection, surroundings)
    assert told.startswith("The variable SECRET_KEY is not one of this practice")
    with pytest.raises(NotConnectedError):
        client_for(connection, surroundings)


def test_a_token_goes_only_to_the_address_that_it_was_set_for(payer: Payer) -> None:
    """Whoever may change the address, here or in another practice, cannot have the token sent to an own machine."""
    connection = connection_to(payer)
    surroundings = {variable(payer): "https://payer.example/fhir/ a-secret-token"}
    connection.base = "https://payer.example/fhir"
    with client_for(connection, surroundings) as client:
        assert client.headers["Authorization"] == "Bearer a-secret-token"
    for elsewhere in (
        "https://payer.example.thief.example/fhir",
        "https://thief.example/fhir",
        "https://payer.example",
    ):
        connection.base = elsewhere
        assert lacks(connection, surroundings) == [
            f"The variable {variable(payer)} is set where the clinic runs, but not for this address."
        ]
        with pytest.raises(NotConnectedError):
            client_for(connection, surroundings)


def test_a_practice_reaches_no_token_of_another(as_role: As, payer: Payer, other_practice: Practice) -> None:
    """The same payer, the same address, one server: what was set for one practice is not there for the other."""
    theirs = variable(Payer(practice=other_practice))
    page = save(as_role(Role.ADMINISTRATOR), payer, token_variable=theirs)
    assert page.status_code == 422
    assert variables_of(payer.practice) in page.content.decode()
    connection = connection_to(payer)
    connection.base, connection.token_variable = "https://payer.example/fhir", theirs
    surroundings = {theirs: "https://payer.example/fhir their-token"}
    assert "not one of this practice" in lacks(connection, surroundings)[0]
    with pytest.raises(NotConnectedError):
        client_for(connection, surroundings)


def test_a_practice_whose_number_begins_like_anothers_is_another() -> None:
    first, twelfth = Practice(pk=1), Practice(pk=12)
    assert is_variable_of(first, "LENITIVE_PAYER_1_2_A")
    assert not is_variable_of(first, "LENITIVE_PAYER_12_A")
    assert is_variable_of(twelfth, "LENITIVE_PAYER_12_A")
    assert not is_variable_of(twelfth, "LENITIVE_PAYER_1_2_A")
    assert not is_variable_of(first, "LENITIVE_PAYER_1_")


def test_a_physician_is_named_once(as_role: As, practice: Practice) -> None:
    physician = member(practice, Role.PHYSICIAN)
    administrator = as_role(Role.ADMINISTRATOR)
    said = {"user": physician.pk, "family": "One", "given": "Physician", "npi": "1245319599", "phone": "555-0100"}
    address = reverse("new_clinician")
    assert administrator.post(address, said | {"npi": "12"}).status_code == 422
    assert administrator.post(address, said | {"user": member(practice, Role.NURSE).pk}).status_code == 422
    assert administrator.post(address, said).status_code == 302
    assert administrator.post(address, said).status_code == 422
    kept = RequestingClinician.objects.get()
    address = reverse("clinician", args=[kept.pk])
    changed = administrator.post(address, said | {"phone": "555-0199"} | seen_at(administrator, address))
    assert changed.status_code == 302
    kept.refresh_from_db()
    assert kept.phone == "555-0199"
    assert Event.objects.filter(action="practice.clinician", about=f"account {physician.pk}").count() == 2

"""A payer says that it has decided: it is asked, and what it says then is in the chart. Strangers change nothing."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from lenitive.chart import Request
from lenitive.reasoning.authorizations import authorizations
from lenitive_web.authorization import exchange, selectors
from lenitive_web.authorization.exchange import ask_as_announced
from lenitive_web.authorization.models import BODIES, PayerConnection, Sending, SendingState
from lenitive_web.authorization.sending_actions import ask_later
from lenitive_web.ledger.actions import make_request
from lenitive_web.ledger.models import Entry, Patient
from lenitive_web.ledger.selectors import chart_of
from lenitive_web.people.roles import Role
from lenitive_web.services import pas_views
from lenitive_web.services.actions import give_token, register_client
from tests.payer.__main__ import notification_of
from tests.payer.deciding import decide
from tests.web.authorization.sending import NUMBER, Office, carry, submit
from tests.web.conftest import As, member
from tests.web.services.conftest import ISSUER, SIGNER

PATH = "/pas/notifications"
PENDS = "spinal_cord_stimulation_trial"


@pytest.fixture
def pended(as_role: As, connected: Patient) -> Sending:
    """A request that the payer has and thinks about."""
    asked = Request(kind=PENDS, on=timezone.localdate() + timedelta(9))
    make_request(patient=connected, request=asked, by=None)
    staff = as_role(Role.AUTHORIZATION)
    submit(staff, connected, PENDS, code_1="63650")
    carry(staff, Sending.objects.get())
    return Sending.objects.get()


def token_of(connection: PayerConnection, *, notifies: bool = True, scopes: str = "system/ClaimResponse.c") -> str:
    practice = connection.payer.practice
    client = register_client(practice=practice, name="The payer", by=None)
    if notifies:
        PayerConnection.objects.filter(pk=connection.pk).update(notifier=client)
    account = member(practice, Role.ADMINISTRATOR)
    return give_token(client=client, account=account, scopes=scopes, until=timezone.now() + timedelta(1), by=None)


def tell(body: Any, token: str) -> Any:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {token}"}
    return Browser().post(PATH, data, content_type="application/fhir+json", headers=headers)


def told_of(sending: Sending, action: str = "A1") -> dict[str, Any]:
    """The notification as this payer writes it."""
    return notification_of(decide(json.loads(sending.request_body), "C1", action), 1)


def state(patient: Patient, today: date) -> str:
    return next(one.state for one in authorizations(chart_of(patient, today), today) if one.kind == PENDS)


def test_a_notification_leads_to_an_inquiry_and_the_answer_into_the_chart(
    pended: Sending, office: Office, today: date
) -> None:
    office.tell("decide", {"number": NUMBER, "action": "A1"})
    before = office.ledger()["inquired"]
    assert tell(told_of(pended), token_of(pended.connection)).status_code == 204
    assert office.ledger()["inquired"] == before + 1
    assert state(pended.patient, today) == "approved"


def test_what_a_notification_claims_is_not_believed_against_the_payer_itself(pended: Sending, today: date) -> None:
    assert tell(told_of(pended, "A1"), token_of(pended.connection)).status_code == 204
    assert state(pended.patient, today) == "waiting for a decision"


def test_a_notification_that_comes_twice_asks_once(pended: Sending, office: Office) -> None:
    token, notification = token_of(pended.connection), told_of(pended)
    before = office.ledger()["inquired"]
    assert [tell(notification, token).status_code for _ in range(3)] == [204] * 3
    assert office.ledger()["inquired"] == before + 1


def test_a_notification_without_content_asks_about_all_that_wait(pended: Sending, office: Office, today: date) -> None:
    office.tell("decide", {"number": NUMBER, "action": "A3"})
    notification = told_of(pended)
    del notification["entry"][1]
    assert tell(notification, token_of(pended.connection)).status_code == 204
    assert state(pended.patient, today) == "denied"


def test_while_the_payer_cannot_be_asked_the_news_is_kept_and_the_command_asks(
    pended: Sending, office: Office, today: date
) -> None:
    office.tell("decide", {"number": NUMBER, "action": "A1"})
    base = pended.connection.base
    PayerConnection.objects.update(base="http://127.0.0.1:9/fhir")
    assert tell(told_of(pended), token_of(pended.connection)).status_code == 204
    pended.refresh_from_db()
    assert pended.ask_at is not None
    assert state(pended.patient, today) == "waiting for a decision"
    PayerConnection.objects.update(base=base)
    call_command("send_requests")
    assert state(pended.patient, today) == "waiting for a decision", "it is not asked again at once"
    in_an_hour(pended)
    call_command("send_requests")
    assert state(pended.patient, today) == "approved"
    pended.refresh_from_db()
    assert pended.ask_at is None


def in_an_hour(sending: Sending) -> None:
    """The hour that is waited at most is over."""
    sending.refresh_from_db()
    assert sending.ask_at is not None
    Sending.objects.filter(pk=sending.pk).update(ask_at=sending.ask_at - timedelta(hours=1))


def test_the_pauses_grow_while_the_payer_says_nothing(pended: Sending) -> None:
    PayerConnection.objects.update(base="http://127.0.0.1:9/fhir")
    assert tell(told_of(pended), token_of(pended.connection)).status_code == 204
    pauses = []
    for _ in range(8):
        in_an_hour(pended)
        call_command("send_requests", stdout=StringIO())
        pended.refresh_from_db()
        assert pended.ask_at is not None
        pauses.append(round((pended.ask_at - timezone.now()) / timedelta(minutes=1)))
    assert pauses == sorted(pauses)
    assert pauses[0] < 10
    assert pauses[-1] == 60


@pytest.mark.parametrize("came", ["not known", "not connected"])
def test_news_is_over_once_nobody_can_tell_more(pended: Sending, came: str, office: Office) -> None:
    ask_later(sendings=Sending.objects.filter(pk=pended.pk))
    if came == "not connected":
        PayerConnection.objects.update(by_hand=True)
    else:
        Sending.objects.update(inquiry_body=pended.inquiry_body.replace(NUMBER, "pa-another"))
    call_command("send_requests", stdout=(told := StringIO()))
    assert "of 0 of 1 the payer told more" in told.getvalue()
    pended.refresh_from_db()
    assert (pended.ask_at, pended.problem) == (None, came)
    call_command("send_requests", stdout=(told := StringIO()))
    assert "of 0 of 0" in told.getvalue(), "it is not asked for ever"


# --- hundreds that wait ----------------------------------------------------------------------------------------------

MANY = 500
LARGE = 200_000
MEMORY = 8_000_000
"""Bytes that may be held at once; what was sent is a hundred million together."""
QUERIES = 40
"""So many while the payer waits for the answer, however many requests wait."""


@pytest.fixture
def many(pended: Sending) -> list[int]:
    """Five hundred that wait, each with as much as a request with a document."""
    body = json.loads(pended.request_body)
    filler = "x" * (LARGE - len(pended.request_body))
    number = f"pa-{'f' * 16}"
    Sending.objects.filter(pk=pended.pk).update(state=SendingState.STOPPED)
    for start in range(0, MANY, 100):
        Sending.objects.bulk_create(
            Sending(
                **{
                    one.name: getattr(pended, one.attname)
                    for one in Sending._meta.concrete_fields
                    if not one.is_relation and one.name not in ("id", "number", "kind", "request_body", "answer_body")
                },
                practice_id=pended.practice_id, patient_id=pended.patient_id, connection_id=pended.connection_id,
                made_by_id=pended.made_by_id, number=f"{number}{start + n:04d}", kind=f"kind {start + n}",
                request_body=json.dumps({**body, "filler": filler}),
            )
            for n in range(100)
        )  # fmt: skip
    return list(Sending.objects.exclude(pk=pended.pk).values_list("pk", flat=True))


def peak(act: Callable[[], object]) -> int:
    """The most memory that was held at once."""
    tracemalloc.start()
    act()
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most


def test_news_of_hundreds_is_noted_and_asked_about_one_at_a_time(
    pended: Sending, many: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    token, notification = token_of(pended.connection), told_of(pended)
    del notification["entry"][1]
    asked: list[int] = []

    def without_a_payer(sending: Sending, **_: object) -> bool:
        assert len(sending.request_body) > LARGE * 0.9
        asked.append(sending.pk)
        return True

    monkeypatch.setattr(pas_views, "ask", without_a_payer)
    monkeypatch.setattr(exchange, "ask", without_a_payer)
    with CaptureQueriesContext(connection) as while_the_payer_waits:
        assert peak(lambda: tell(notification, token)) < MEMORY
    assert len(while_the_payer_waits) < QUERIES
    assert len(asked) == pas_views.ASKED_AT_ONCE
    assert Sending.objects.filter(ask_at__lte=timezone.now()).count() == MANY
    assert peak(lambda: call_command("send_requests", stdout=StringIO())) < MEMORY
    assert sorted(asked[pas_views.ASKED_AT_ONCE :]) == many


def test_a_page_that_lists_what_was_sent_reads_no_body(pended: Sending) -> None:
    [listed] = selectors.sendings_of(pended.patient)
    assert listed.get_deferred_fields() == set(BODIES)


def test_a_run_ends_in_time_and_says_what_waits(pended: Sending) -> None:
    ask_later(sendings=Sending.objects.filter(pk=pended.pk))
    call_command("send_requests", "--minutes", "0", stdout=(told := StringIO()))
    assert "1 wait for the next run." in told.getvalue()
    pended.refresh_from_db()
    assert pended.ask_at is not None


def test_of_two_runs_at_once_one_asks(pended: Sending, office: Office) -> None:
    ask_later(sendings=Sending.objects.filter(pk=pended.pk))
    before = office.ledger()["inquired"]
    seen_by_both = Sending.objects.get(pk=pended.pk)
    assert ask_as_announced(Sending.objects.get(pk=pended.pk))
    assert not ask_as_announced(seen_by_both)
    assert office.ledger()["inquired"] == before + 1


def test_a_notification_of_very_many_events_is_refused(pended: Sending) -> None:
    notification = told_of(pended)
    events = notification["entry"][0]["resource"]["parameter"]
    events += [one for one in events if one["name"] == "notification-event"] * (pas_views.MOST_EVENTS + 1)
    assert tell(notification, token_of(pended.connection)).status_code == 413


def test_news_that_could_not_be_noted_is_news_when_it_comes_again(
    pended: Sending, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A payer repeats what got no answer: the repetition must not pass for something that was noted."""
    token, notification = token_of(pended.connection), told_of(pended)

    def too_late(**_: object) -> None:
        raise DatabaseError("no space left")

    with monkeypatch.context() as broken:
        broken.setattr(pas_views, "ask_later", too_late)
        with pytest.raises(DatabaseError):
            tell(notification, token)
    asked: list[Sending] = []
    monkeypatch.setattr(pas_views, "ask", lambda sending, by: asked.append(sending))
    assert tell(notification, token).status_code == 204
    assert asked == [pended]


def test_another_payers_notification_changes_nothing(pended: Sending, office: Office) -> None:
    before = (office.ledger()["inquired"], Entry.objects.count())
    token = token_of(pended.connection, notifies=False)
    assert tell(told_of(pended), token).status_code == 204
    assert (office.ledger()["inquired"], Entry.objects.count()) == before


def test_a_signed_call_will_do_and_its_token_is_used_once(pended: Sending) -> None:
    practice = pended.practice
    client = register_client(practice=practice, name="Signs", by=None, issuer=ISSUER, keys=[SIGNER.public])
    give_token(
        client=client, account=member(practice, Role.ADMINISTRATOR), scopes="system/ClaimResponse.c",
        until=timezone.now() + timedelta(1), by=None,
    )  # fmt: skip
    signed = SIGNER.token(PATH)
    assert [tell(told_of(pended), signed).status_code for _ in range(2)] == [204, 401]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"\xff", 400),
        ([], 422),
        ({"resourceType": "Bundle", "type": "collection"}, 422),
        ({"resourceType": "Bundle", "type": "history", "entry": [{"resource": 7}]}, 422),
        ({"resourceType": "Bundle", "type": "history", "entry": [{"resource": {"resourceType": "Parameters"}}]}, 422),
    ],
)
def test_what_is_no_notification_is_refused(pended: Sending, body: Any, status: int) -> None:
    answer = tell(body, token_of(pended.connection))
    assert answer.status_code == status
    assert answer.json()["resourceType"] == "OperationOutcome"


def test_who_may_not_is_refused(pended: Sending) -> None:
    assert tell(told_of(pended), "nobody's token").status_code == 401
    reader = token_of(pended.connection, scopes="system/*.rs system/*.read")
    assert tell(told_of(pended), reader).status_code == 403


def test_the_subscription_is_made_by_command_and_its_token_works(pended: Sending, office: Office, today: date) -> None:
    member(pended.practice, Role.ADMINISTRATOR)
    email = f"administrator-{pended.practice.pk}@example.org"
    call_command("subscribe_to_payer", "medicare", "http://127.0.0.1:9", email)
    connection = PayerConnection.objects.get()
    assert connection.notifier is not None
    assert connection.notifier.scopes == "system/ClaimResponse.c"
    with pytest.raises(CommandError, match="No administrator"):
        call_command("subscribe_to_payer", "medicare", "http://127.0.0.1:9", f"nurse-{pended.practice.pk}@example.org")
    with pytest.raises(CommandError, match="go by hand"):
        call_command("subscribe_to_payer", "Nobody", "http://127.0.0.1:9", email)


def test_a_subscription_that_fails_leaves_the_earlier_token_as_it_was(pended: Sending, office: Office) -> None:
    token = token_of(pended.connection)
    PayerConnection.objects.update(base="http://127.0.0.1:9/fhir")
    email = f"administrator-{pended.practice.pk}@example.org"
    with pytest.raises(CommandError, match="did not answer"):
        call_command("subscribe_to_payer", "medicare", "http://127.0.0.1:9", email)
    assert tell(told_of(pended), token).status_code == 204


@pytest.fixture
def served(pended: Sending) -> Iterator[str]:
    """The address of the clinic, served beside the test on the test's own connection to the database."""
    if connection.vendor != "sqlite":
        pytest.skip("only a database in memory can be shared with the thread that serves")
    server = LiveServer("127.0.0.1")
    yield server.url
    server.stop()


def test_the_payer_itself_tells_the_clinic_which_asks_it_back(
    pended: Sending, office: Office, today: date, served: str
) -> None:
    member(pended.practice, Role.ADMINISTRATOR)
    email = f"administrator-{pended.practice.pk}@example.org"
    call_command("subscribe_to_payer", "medicare", served, email)
    before = office.ledger()["inquired"]
    office.tell("decide", {"number": NUMBER, "action": "A1"})
    assert office.ledger()["inquired"] == before + 1
    assert state(pended.patient, today) == "approved"


def test_no_value_of_a_patient_stands_in_the_log(pended: Sending, caplog: pytest.LogCaptureFixture) -> None:
    tell(told_of(pended), token_of(pended.connection))
    assert "payer has news" in caplog.text
    for secret in ("M-000-1", NUMBER, str(pended.patient.public_id), "AUTH-C1"):
        assert secret not in caplog.text

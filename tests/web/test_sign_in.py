"""Signing in as it really goes: password rules, limits, sessions that end, second factors, the practice's provider."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lenitive_web.audit.models import Event
from lenitive_web.people.models import Practice, User
from lenitive_web.people.roles import Role
from tests.web.conftest import member
from tests.web.provider.__main__ import CLIENT, SECRET
from tests.web.provider.running import Provider, provider

PASSWORD = "a long enough password"
PERIOD = 30


@pytest.fixture(autouse=True)
def nobody_tried_before() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def nurse(practice: Practice) -> User:
    return member(practice, Role.NURSE)


def signed_in(user: User, password: str = PASSWORD) -> Client:
    client = Client()
    client.post(reverse("account_login"), {"login": user.email, "password": password})
    return client


def is_in(client: Client) -> bool:
    return client.get(reverse("usersessions_list")).status_code == 200


def code_of(secret: str, periods_later: int = 0) -> str:
    """What an authenticator app shows so many half minutes from now (RFC 6238)."""
    return format_hotp_value(hotp_value(secret, int(timezone.now().timestamp()) // PERIOD + periods_later))


# --- passwords -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ("short one", "at least 12 characters"),
        ("administrator", "too common"),
        ("nurse one nurse", "too similar"),
    ],
)
def test_a_password_that_is_short_common_or_about_oneself_is_refused(nurse: User, wanted: str, told: str) -> None:
    said = {"oldpassword": PASSWORD, "password1": wanted, "password2": wanted}
    answer = signed_in(nurse).post(reverse("account_change_password"), said)
    assert told in answer.content.decode()
    nurse.refresh_from_db()
    assert nurse.check_password(PASSWORD)


def test_a_new_password_ends_every_session_and_opens_a_new_one(nurse: User) -> None:
    here, elsewhere = signed_in(nurse), signed_in(nurse)
    new = "quiet river under stones"
    here.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert (is_in(here), is_in(elsewhere)) == (False, False)
    assert is_in(signed_in(nurse, new))
    assert not is_in(signed_in(nurse))


def test_a_forgotten_password_is_set_by_a_link_that_works_once(nurse: User) -> None:
    client = Client()
    client.post(reverse("account_reset_password"), {"email": nurse.email})
    [letter] = mail.outbox
    [link] = re.findall(r"https?://\S+", letter.body)
    form = client.get(link, follow=True)
    new = {"password1": "quiet river under stones", "password2": "quiet river under stones"}
    assert client.post(form.redirect_chain[-1][0], new).status_code == 302
    assert is_in(signed_in(nurse, new["password1"]))
    assert "password1" not in Client().get(link, follow=True).content.decode()


def test_asking_for_an_unknown_address_looks_the_same_and_writes_to_nobody(nurse: User) -> None:
    known = Client().post(reverse("account_reset_password"), {"email": nurse.email}, follow=True)
    mail.outbox.clear()
    unknown = Client().post(reverse("account_reset_password"), {"email": "nobody@example.org"}, follow=True)
    assert known.content.partition(b"<main")[2] == unknown.content.partition(b"<main")[2]
    assert mail.outbox == []


def test_wrong_passwords_close_the_door_even_to_the_right_one_for_a_while(nurse: User) -> None:
    for _ in range(5):
        signed_in(nurse, "not the right one")
    assert not is_in(signed_in(nurse))
    other = member(nurse.practice, Role.PHYSICIAN)
    assert is_in(signed_in(other)), "a colleague is not shut out"


def test_nobody_changes_the_address_of_the_own_account(nurse: User) -> None:
    client = signed_in(nurse)
    assert client.get("/accounts/email/").status_code == 404
    assert client.post("/accounts/email/", {"action_add": "", "email": "other@example.org"}).status_code == 404
    assert list(EmailAddress.objects.values_list("email", "verified")) == [(nurse.email, True)]


# --- sessions --------------------------------------------------------------------------------------------------------


def later(monkeypatch: pytest.MonkeyPatch, **more: int) -> None:
    """As if so much time had passed."""
    now = timezone.now() + timedelta(**more)
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)


def test_a_session_ends_without_a_click_and_lives_by_one(nurse: User, monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in(nurse)
    cookie = client.cookies["session"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    later(monkeypatch, minutes=25)
    assert is_in(client)
    later(monkeypatch, minutes=25)
    assert is_in(client)
    later(monkeypatch, minutes=31)
    assert not is_in(client)


def test_a_session_ends_after_a_working_day_however_busy(nurse: User, monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in(nurse)
    for _ in range(24):
        later(monkeypatch, minutes=29)
        assert is_in(client)
    later(monkeypatch, minutes=29)
    assert not is_in(client)
    assert Event.objects.order_by("-pk")[0].action == "account.sign_out"


def test_signing_in_makes_a_new_session_key(nurse: User) -> None:
    client = Client()
    client.get(reverse("account_login"))
    session = client.session
    session["kept"] = "from before"
    session.save()
    before = session.session_key
    client.cookies["session"] = before
    client.post(reverse("account_login"), {"login": nurse.email, "password": PASSWORD})
    assert client.session.session_key != before


def test_other_sessions_are_seen_and_ended(nurse: User) -> None:
    here, lost = signed_in(nurse), signed_in(nurse)
    assert here.get(reverse("usersessions_list")).context["session_count"] == 2
    here.post(reverse("usersessions_list"))
    assert (is_in(here), is_in(lost)) == (True, False)


# --- second factors --------------------------------------------------------------------------------------------------


def with_an_app(user: User) -> str:
    """Set up an authenticator app; its secret."""
    client = signed_in(user)
    address = reverse("mfa_activate_totp")
    assert "reauthenticate" in client.get(address)["Location"], "the password is asked once more"
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    secret: str = client.get(address).context["form"].secret
    wrong = client.post(address, {"code": "000000" if code_of(secret) != "000000" else "111111"})
    assert "Incorrect code" in wrong.content.decode()
    assert client.post(address, {"code": code_of(secret)}).status_code == 302
    assert Authenticator.objects.filter(user=user, type="totp").exists()
    return secret


def test_after_the_password_an_authenticator_app_is_asked(nurse: User, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = with_an_app(nurse)
    client = Client()
    first = client.post(reverse("account_login"), {"login": nurse.email, "password": PASSWORD})
    assert first["Location"].endswith(reverse("mfa_authenticate"))
    assert not is_in(client)
    old = code_of(secret, -10)
    assert client.post(reverse("mfa_authenticate"), {"code": old}).status_code == 200
    assert not is_in(client)
    soon = timezone.now().timestamp() + 2 * PERIOD
    monkeypatch.setattr("time.time", lambda: soon)
    right = {"code": code_of(secret, 2)}
    assert client.post(reverse("mfa_authenticate"), right).status_code == 302
    assert is_in(client)
    again = Client()
    again.post(reverse("account_login"), {"login": nurse.email, "password": PASSWORD})
    again.post(reverse("mfa_authenticate"), right)
    assert not is_in(again), "a code works once"


def test_a_lost_app_is_replaced_by_a_recovery_code_that_works_once(nurse: User) -> None:
    with_an_app(nurse)
    codes = Authenticator.objects.get(user=nurse, type="recovery_codes").wrap().get_unused_codes()
    assert len(codes) == 10
    for expected in (True, False):
        client = signed_in(nurse)
        client.post(reverse("mfa_authenticate"), {"code": codes[0]})
        assert is_in(client) is expected


def test_guessing_a_code_is_slowed_down(nurse: User) -> None:
    with_an_app(nurse)
    cache.clear()
    client = signed_in(nurse)
    answers = [client.post(reverse("mfa_authenticate"), {"code": "12345"}) for _ in range(7)]
    assert "Too many" in answers[-1].content.decode() or answers[-1].status_code == 429


def test_refusals_and_changed_secrets_are_events(
    nurse: User, django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[object]]
) -> None:
    signed_in(nurse, "not the right one")
    with django_capture_on_commit_callbacks(execute=True):
        with_an_app(nurse)
    signed_in(nurse).post(reverse("mfa_authenticate"), {"code": "12345"})
    told = list(Event.objects.order_by("pk").values_list("action", "about", "by"))
    assert told[0] == ("account.refused", f"account {nurse.pk}, password", None)
    assert ("account.factor_added", "totp", nurse.pk) in told
    assert ("account.factor_added", "recovery_codes", nurse.pk) in told
    assert told[-1] == ("account.refused", f"account {nurse.pk}, second factor", None)


def test_a_second_factor_is_changed_only_by_who_has_just_proved_to_be_the_person(
    nurse: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_an_app(nurse)
    client = Client()
    client.force_login(nurse, backend="allauth.account.auth_backends.AuthenticationBackend")
    for route in ("mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_download_recovery_codes", "mfa_add_webauthn"):
        assert "reauthenticate" in client.get(reverse(route))["Location"]


# --- the practice's own provider -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def issuer() -> Iterator[Provider]:
    with provider() as running:
        yield running


@pytest.fixture
def single_sign_on(issuer: Provider, settings: object) -> Provider:
    """The settings as they are with LENITIVE_OIDC_URL."""
    issuer.behave(email_verified=True, audience=CLIENT, other_key=False)
    app = {
        "provider_id": "oidc",
        "name": "Clinic directory",
        "client_id": CLIENT,
        "secret": SECRET,
        "settings": {"server_url": issuer.issuer},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
    return issuer


def through_the_provider(client: Client) -> HttpResponse:
    """As a browser goes: our button, the provider, back with the code."""
    import requests

    led = client.post(reverse("openid_connect_login", kwargs={"provider_id": "oidc"}))
    assert led.status_code == 200
    there = requests.get(led.context["to"], allow_redirects=False, timeout=10)
    assert there.status_code == 302
    return client.get(there.headers["Location"], follow=True)


def test_the_provider_opens_the_account_of_the_verified_address(nurse: User, single_sign_on: Provider) -> None:
    single_sign_on.behave(email=nurse.email)
    client = Client()
    assert "Clinic directory" in client.get(reverse("account_login")).content.decode()
    answer = through_the_provider(client)
    assert answer.redirect_chain[-1][0] == reverse("today")
    assert "/keys" in single_sign_on.asked(), "the signature is checked with the provider's key"
    nurse.refresh_from_db()
    assert nurse.check_password(PASSWORD), "the own password still stands"
    assert is_in(signed_in(nurse))


@pytest.mark.parametrize(
    "wrong",
    [{"email_verified": False}, {"email_verified": "false"}, {"audience": "another-client"}, {"other_key": True}],
    ids=lambda one: str(one),
)
def test_what_the_provider_did_not_verify_or_sign_for_us_opens_nothing(
    nurse: User, single_sign_on: Provider, wrong: dict[str, object]
) -> None:
    single_sign_on.behave(email=nurse.email, **wrong)
    client = Client()
    through_the_provider(client)
    assert not is_in(client)


def test_the_provider_makes_no_accounts(nurse: User, single_sign_on: Provider) -> None:
    single_sign_on.behave(email="stranger@example.org")
    client = Client()
    answer = through_the_provider(client)
    assert "There is no account for you here" in answer.content.decode()
    assert not is_in(client)
    assert list(User.objects.values_list("email", flat=True)) == [nurse.email]


def test_the_provider_opens_no_closed_account(nurse: User, single_sign_on: Provider) -> None:
    single_sign_on.behave(email=nurse.email)
    User.objects.filter(pk=nurse.pk).update(is_active=False)
    client = Client()
    through_the_provider(client)
    assert not is_in(client)


def test_the_provider_does_not_replace_the_second_factor(nurse: User, single_sign_on: Provider) -> None:
    with_an_app(nurse)
    single_sign_on.behave(email=nurse.email)
    client = Client()
    answer = through_the_provider(client)
    assert answer.redirect_chain[-1][0] == reverse("mfa_authenticate")
    assert not is_in(client)


def test_a_code_that_was_brought_by_somebody_else_opens_nothing(nurse: User, single_sign_on: Provider) -> None:
    import requests

    single_sign_on.behave(email=nurse.email)
    mine = Client()
    led = mine.post(reverse("openid_connect_login", kwargs={"provider_id": "oidc"}))
    there = requests.get(led.context["to"], allow_redirects=False, timeout=10)
    victim = Client()
    victim.get(there.headers["Location"])
    assert not is_in(victim)


# --- a form that is older than the session ---------------------------------------------------------------------------


def test_a_page_learns_whether_it_is_signed_in_and_takes_the_token_of_the_new_session(nurse: User) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.get(reverse("here")).status_code == 401
    client.force_login(nurse, backend="allauth.account.auth_backends.AuthenticationBackend")
    answer = client.get(reverse("here"))
    assert (answer.status_code, "no-store" in answer["Cache-Control"]) == (200, True)
    token = answer.json()["token"]
    assert client.post(reverse("account_logout"), {"csrfmiddlewaretoken": "x" * 64}).status_code == 403
    assert client.post(reverse("account_logout"), {"csrfmiddlewaretoken": token}).status_code == 302

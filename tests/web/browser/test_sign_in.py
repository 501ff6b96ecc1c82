"""Second factors, passkeys and the practice's provider in a real browser, and the pages about the own account."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import CDPSession, Page, expect

from lenitive_web.demo.accounts import PASSWORD
from tests.web.browser.accessible import fits, hindered, refuses
from tests.web.browser.driving import empty_clinic, sign_in
from tests.web.provider.__main__ import CLIENT, SECRET
from tests.web.provider.running import Provider, provider

ACCOUNT_PAGES = ("password/change/", "2fa/", "2fa/webauthn/", "sessions/", "reauthenticate/")
ENTRANCE_PAGES = ("password/reset/", "password/reset/done/", "inactive/", "signup/", "3rdparty/login/error/")


@pytest.fixture
def home(clinic: str) -> str:
    """The clinic under a name: a passkey belongs to a name, never to a number."""
    return clinic.replace("127.0.0.1", "localhost")


@contextmanager
def authenticator(page: Page) -> Iterator[CDPSession]:
    """A device that holds passkeys, built into this browser."""
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
    }
    made = device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    yield device
    device.send("WebAuthn.removeVirtualAuthenticator", made)


def prove(page: Page) -> None:
    """Say the password once more."""
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))  # noqa: TID251


def is_sound(page: Page) -> None:
    assert (refuses(page), fits(page)) == ([], True), page.url


@pytest.mark.parametrize("page", ["desktop"], indirect=True)
def test_the_pages_about_the_own_account_are_accessible_and_fit(page: Page, home: str) -> None:
    for name in ENTRANCE_PAGES:
        page.goto(f"{home}/accounts/{name}")
        assert hindered(page) == [], name
    sign_in(page, home, "physician@example.org")
    for name in ACCOUNT_PAGES:
        page.goto(f"{home}/accounts/{name}")
        assert hindered(page) == [], name


@pytest.mark.parametrize("page", ["phone"], indirect=True)
def test_an_authenticator_app_is_set_up_and_asked_for(page: Page, home: str) -> None:
    sign_in(page, home, "authorization@example.org")
    page.get_by_text("Authorization staff").click()
    page.get_by_role("link", name="Second factor and passkeys").click()
    page.get_by_role("link", name="Set up an authenticator app").click()
    prove(page)
    is_sound(page)
    secret = page.get_by_label("Authenticator secret").input_value()
    page.get_by_label("Authenticator code").fill(code_of(secret))
    page.get_by_role("button", name="Activate").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    is_sound(page)
    recovery = page.get_by_role("list", name="Not used yet").get_by_role("listitem").all_inner_texts()
    assert len(recovery) == 10
    page.goto(f"{home}/accounts/2fa/")
    expect(page.get_by_text("10 of 10 are left")).to_be_visible()
    is_sound(page)

    page.context.clear_cookies()
    sign_in_begun(page, home, "authorization@example.org")
    is_sound(page)
    page.get_by_label("Code", exact=True).fill(recovery[0])
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Today")).to_be_visible()

    page.goto(f"{home}/accounts/2fa/totp/deactivate/")
    page.get_by_role("link", name="Use authenticator app or code").click()
    page.get_by_label("Code", exact=True).fill(recovery[1])
    page.get_by_role("button", name="Confirm").click()
    is_sound(page)
    page.get_by_role("button", name="Deactivate").click()
    expect(page.get_by_role("link", name="Set up an authenticator app")).to_be_visible()


def sign_in_begun(page: Page, home: str, email: str) -> None:
    """The password is right; the second factor is still asked."""
    page.goto(f"{home}/accounts/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/2fa/authenticate/")


@pytest.mark.parametrize("page", ["desktop"], indirect=True)
def test_a_passkey_is_made_and_signs_in_without_a_password(page: Page, home: str) -> None:
    with authenticator(page):
        sign_in(page, home, "auditor@example.org")
        page.goto(f"{home}/accounts/2fa/")
        page.get_by_role("link", name="Add a passkey").click()
        prove(page)
        is_sound(page)
        page.get_by_label("Name").fill("My laptop")
        expect(page.get_by_label("without the password")).to_be_checked()
        page.get_by_role("button", name="Add it").click()
        expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
        page.goto(f"{home}/accounts/2fa/webauthn/")
        expect(page.get_by_role("row", name="My laptop")).to_be_visible()
        is_sound(page)

        page.context.clear_cookies()
        page.goto(f"{home}/accounts/login/")
        page.get_by_role("button", name="Sign in with a passkey").click()
        page.wait_for_url(lambda url: "/accounts/" not in url)
        expect(page.locator(".me__name")).to_have_text("Sunniva Reyes")

        page.context.clear_cookies()
        sign_in_begun(page, home, "auditor@example.org")
        is_sound(page)
        page.get_by_role("button", name="Use a passkey or security key").click()
        page.wait_for_url(lambda url: "/accounts/" not in url)

        page.goto(f"{home}/accounts/2fa/webauthn/")
        page.get_by_role("link", name="Remove").click()
        if "reauthenticate" in page.url:
            prove(page)
        is_sound(page)
        page.get_by_role("button", name="Remove").click()
        expect(page.get_by_text("None yet.")).to_be_visible()


@pytest.fixture(scope="module")
def issuer() -> Iterator[Provider]:
    with provider() as running:
        yield running


@pytest.fixture(scope="module")
def clinic_with_provider(issuer: Provider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A clinic in the settings of every clinic, which name the provider."""
    said = {"URL": issuer.issuer, "CLIENT": CLIENT, "SECRET": SECRET, "NAME": "Clinic directory"}
    with pytest.MonkeyPatch.context() as surroundings:
        for name, value in said.items():
            surroundings.setenv(f"LENITIVE_OIDC_{name}", value)
        with empty_clinic(tmp_path_factory.mktemp("provided")) as address:
            yield address


@pytest.mark.parametrize("page", ["desktop"], indirect=True)
def test_the_provider_named_in_the_settings_signs_in_and_so_does_a_password(
    page: Page, clinic_with_provider: str, issuer: Provider
) -> None:
    issuer.behave(email="nurse@example.org")
    page.goto(f"{clinic_with_provider}/accounts/login/")
    is_sound(page)
    page.get_by_role("link", name="Clinic directory").click()
    is_sound(page)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="Today")).to_be_visible()
    expect(page.locator(".me__name")).to_have_text("Tomás Lindqvist")
    page.context.clear_cookies()
    sign_in(page, clinic_with_provider, "nurse@example.org")
    expect(page.locator(".me__name")).to_have_text("Tomás Lindqvist")

"""Settings, headers, health, logs, signing in, and the page that documents them."""

from __future__ import annotations

import json
import logging
import re
import sys
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from lenitive_web import environment
from lenitive_web.ledger.models import Patient
from lenitive_web.logs import JsonLines
from lenitive_web.people.models import Practice
from lenitive_web.people.roles import Role
from tests.conftest import ROOT
from tests.web.conftest import As, member


def test_production_refuses_to_start_without_a_secret() -> None:
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY must be set"):
        environment.secret_key(debug=False, environment={})
    with pytest.raises(ImproperlyConfigured):
        environment.secret_key(debug=True, environment={"SECRET_KEY": "short"})
    assert len(environment.secret_key(debug=True, environment={})) >= 50


def test_the_database_is_chosen_by_one_setting() -> None:
    assert environment.database("sqlite:////var/lib/clinic.sqlite3")["NAME"] == "/var/lib/clinic.sqlite3"
    assert environment.database("sqlite:///clinic.sqlite3")["NAME"] == "clinic.sqlite3"
    postgres = environment.database("postgresql://ann:s%40fe@db.example:5433/clinic")
    assert [postgres[key] for key in ("USER", "PASSWORD", "HOST", "PORT", "NAME")] == [
        "ann", "s@fe", "db.example", "5433", "clinic",
    ]  # fmt: skip
    secured = environment.database("postgresql://ann@db.example/clinic?sslmode=verify-full&sslrootcert=%2Fca.pem")
    assert secured["OPTIONS"] == {"sslmode": "verify-full", "sslrootcert": "/ca.pem"}
    with pytest.raises(ImproperlyConfigured, match="mysql"):
        environment.database("mysql://db/clinic")


@pytest.mark.parametrize(("name", "value"), [("DEBUG", "perhaps"), ("LENITIVE_HTTPS", "2")])
def test_a_setting_that_is_neither_yes_nor_no_is_refused(name: str, value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=name):
        environment.truth(name, {name: value})


def test_the_page_documents_every_setting() -> None:
    assert environment.as_markdown() in (ROOT / "docs" / "how-to" / "clinic.md").read_text(encoding="utf-8")


def test_no_migration_is_missing(db: None) -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_health_and_readiness_need_no_account(db: None) -> None:
    assert Client().get("/health").json()["status"] == "ok"
    assert Client().get("/ready").json() == {"status": "ok"}


def test_the_policy_of_the_browser_allows_nothing_inline(as_role: As, patient: Patient) -> None:
    answer = as_role(Role.PHYSICIAN).get(reverse("diagnosis", args=[patient.public_id]))
    policy = answer["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "no-store" in answer["Cache-Control"]
    page = answer.content.decode()
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=", page)
    assert not re.search(r"<script(?![^>]*\ssrc=)[^>]*>", page)


def test_a_file_of_the_look_names_no_other_host() -> None:
    for name in ("nhsuk/nhsuk-frontend.css", "lenitive/lenitive.css"):
        found = finders.find(name)
        assert found, f"{name} is missing; collect it with: python -m lenitive_web.frontend"
        assert not re.search(r"url\([\"']?(https?:)?//", Path(found).read_text(encoding="utf-8"))


def test_nobody_signs_up(db: None) -> None:
    answer = Client().post(
        reverse("account_signup"),
        {"email": "new@example.org", "password1": "long enough 1234", "password2": "long enough 1234"},
    )
    assert "_auth_user_id" not in Client().session
    assert answer.status_code == 200
    from lenitive_web.people.models import User

    assert not User.objects.filter(email="new@example.org").exists()


def test_signing_in_with_the_password_leads_to_the_first_room(practice: Practice) -> None:
    nurse = member(practice, Role.NURSE)
    client = Client()
    answer = client.post(
        reverse("account_login"), {"login": nurse.email.upper(), "password": "a long enough password"}, follow=True
    )
    assert answer.redirect_chain[-1][0] == reverse("today")


def test_guessing_a_password_is_slowed_down(practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.core.cache import cache

    cache.clear()
    nurse = member(practice, Role.NURSE)
    answers = [Client().post(reverse("account_login"), {"login": nurse.email, "password": "wrong"}) for _ in range(12)]
    right = Client().post(reverse("account_login"), {"login": nurse.email, "password": "a long enough password"})
    assert "Too many wrong tries" in answers[-1].content.decode() or answers[-1].status_code == 429
    assert "_auth_user_id" not in right.client.session
    cache.clear()


def test_a_log_line_of_an_error_says_where_and_never_what() -> None:
    try:
        raise ValueError("Rosa Example, born 1961")
    except ValueError:
        record = logging.LogRecord("t", logging.ERROR, "f", 1, "failed", (), sys.exc_info())
    line = JsonLines().format(record)
    assert "Rosa" not in line
    assert json.loads(line)["error"] == "ValueError"


def test_the_request_log_names_routes_not_patients(
    as_role: As, patient: Patient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "lenitive_web.requests"):
        as_role(Role.PHYSICIAN).get(reverse("story", args=[patient.public_id]))
        as_role(Role.PHYSICIAN).get(reverse("patients"), {"q": "Secret Name"})
    lines = [JsonLines().format(record) for record in caplog.records]
    assert any('"route": "patients/<uuid:patient_id>/story"' in line for line in lines)
    assert not any(str(patient.public_id) in line or "Secret" in line for line in lines)

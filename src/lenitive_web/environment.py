"""What the surroundings may set: one table, read once at the start, printed in the documentation."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


@dataclass(frozen=True)
class Setting:
    """One variable of the environment: its name, what holds without it, and what it is for."""

    name: str
    default: str
    meaning: str


SETTINGS = (
    Setting("SECRET_KEY", "none", "Signs sessions and links; at least 50 characters. Required unless DEBUG is on."),
    Setting("DEBUG", "no", "Shows errors in the browser. Never on where real people are."),
    Setting(
        "DATABASE_URL", "sqlite:///lenitive.sqlite3", "`sqlite:///FILE` or `postgresql://USER:PASSWORD@HOST/NAME`."
    ),
    Setting("LENITIVE_HOSTS", "localhost,127.0.0.1", "Host names under which the clinic answers, with commas."),
    Setting(
        "LENITIVE_ORIGINS", "none", "Origins whose forms are accepted behind a proxy, as `https://clinic.example`."
    ),
    Setting(
        "LENITIVE_HTTPS", "yes", "Cookies only over HTTPS, plain HTTP is redirected. `no` only on one's own machine."
    ),
    Setting("LENITIVE_PROXY", "no", "`yes` behind a proxy that sets X-Forwarded-Proto and X-Forwarded-For itself."),
    Setting("LENITIVE_HSTS_SECONDS", "0", "For how long browsers insist on HTTPS, once it is known to work."),
    Setting("LENITIVE_SESSION_MINUTES", "30", "A session ends after so many minutes without a click."),
    Setting("LENITIVE_SESSION_HOURS", "12", "A session ends after so many hours, however busy."),
    Setting("LENITIVE_TIME_ZONE", "UTC", "The clinic's time zone; it decides which day today is."),
    Setting("LENITIVE_OIDC_URL", "none", "The issuer of an OpenID Connect provider; adds it to the sign-in page."),
    Setting("LENITIVE_OIDC_CLIENT", "none", "The client identifier at that provider."),
    Setting("LENITIVE_OIDC_SECRET", "none", "The client secret at that provider."),
    Setting("LENITIVE_OIDC_NAME", "Single sign-on", "What the button on the sign-in page says."),
    Setting("LENITIVE_MAIL_FROM", "none", "The sender of mail. Without it, mail is written to the log's stream."),
    Setting("LENITIVE_MAIL_HOST", "localhost", "The mail server."),
    Setting(
        "LENITIVE_ATTACHMENT_MEGABYTES", "20", "The largest file that can be attached to a chart, in millions of bytes."
    ),
    Setting("LENITIVE_INWARD_HOSTS", "none", "Payers' hosts in the clinic's network that may be asked, with commas."),
    Setting(
        "LENITIVE_IMPORT_DAYS",
        "30",
        "What waits in an import goes after so many days without a decision; `0`: never.",
    ),
    Setting("LENITIVE_EMERGENCY_NUMBER", "911", "The number that patients call for an ambulance."),
    Setting("LENITIVE_CRISIS_LINE", "988", "The number that patients call when life feels not worth living."),
)
_DEFAULTS = {setting.name: "" if setting.default == "none" else setting.default for setting in SETTINGS}
_YES = {"yes": True, "true": True, "1": True, "on": True, "no": False, "false": False, "0": False, "off": False}


def text(name: str, environment: Mapping[str, str] = os.environ) -> str:
    """The value of a setting, or what holds without it."""
    return environment.get(name, "").strip() or _DEFAULTS[name]


def truth(name: str, environment: Mapping[str, str] = os.environ) -> bool:
    """A setting that is yes or no."""
    value = text(name, environment).lower()
    if value not in _YES:
        raise ImproperlyConfigured(f"{name} is {value!r}; write yes or no.")
    return _YES[value]


def whole(name: str, environment: Mapping[str, str] = os.environ) -> int:
    """A setting that is a whole number, nought or more."""
    value = text(name, environment)
    if not value.isdigit():
        raise ImproperlyConfigured(f"{name} is {value!r}; write a whole number.")
    return int(value)


def listed(name: str, environment: Mapping[str, str] = os.environ) -> list[str]:
    """A setting that is a list with commas."""
    return [part for part in (part.strip() for part in text(name, environment).split(",")) if part]


def secret_key(debug: bool, environment: Mapping[str, str] = os.environ) -> str:
    """The key that signs sessions. In debugging a new one each start; in production a missing one is an error."""
    key = text("SECRET_KEY", environment)
    if key and len(key) >= 50:
        return key
    if key or not debug:
        raise ImproperlyConfigured(
            "SECRET_KEY must be set to at least 50 characters that nobody else knows. "
            "Make one: python -c 'import secrets; print(secrets.token_urlsafe(50))'"
        )
    return secrets.token_urlsafe(50)


def database(url: str) -> dict[str, Any]:
    """Django's settings for a database URL. SQLite writes ahead, waits for its turn, and takes its turn at once."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        path = unquote(parts.path)
        name = path.removeprefix("/")
        if not name:
            raise ImproperlyConfigured(f"DATABASE_URL is {url!r}; name a file: sqlite:///lenitive.sqlite3")
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": name if name == ":memory:" else str(Path(name)),
            "OPTIONS": {
                "timeout": 20,
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON",
            },
        }
    if parts.scheme in ("postgres", "postgresql"):
        # What the address says besides (sslmode, sslrootcert, …) is the driver's, which refuses what it does not know.
        said = dict(parse_qsl(parts.query, keep_blank_values=True))
        host = said.pop("host", "")
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or host,
            "PORT": str(parts.port or ""),
            "OPTIONS": said,
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
        }
    raise ImproperlyConfigured(f"DATABASE_URL starts with {parts.scheme!r}; write sqlite:///FILE or postgresql://…")


def as_markdown() -> str:
    """The table for the documentation."""
    rows = [f"| `{setting.name}` | {setting.default} | {setting.meaning} |" for setting in SETTINGS]
    return "\n".join(["| variable | without it | meaning |", "| --- | --- | --- |", *rows]) + "\n"

"""Django's settings, all from the environment (``environment.py`` has the table) with safe values by default."""

from __future__ import annotations

from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from lenitive_web import environment
from lenitive_web.languages import translated

HERE = Path(__file__).resolve().parent

DEBUG = environment.truth("DEBUG")
SECRET_KEY = environment.secret_key(DEBUG)
ALLOWED_HOSTS = environment.listed("LENITIVE_HOSTS")
CSRF_TRUSTED_ORIGINS = environment.listed("LENITIVE_ORIGINS")
HTTPS = environment.truth("LENITIVE_HTTPS")
BEHIND_PROXY = environment.truth("LENITIVE_PROXY")

INSTALLED_APPS = [
    # The rooms. A room that opens adds its line here, its routes in urls.py, its stage in stages.py.
    "lenitive_web.people",
    "lenitive_web.audit",
    "lenitive_web.auditing",
    "lenitive_web.readings",
    "lenitive_web.ledger",
    "lenitive_web.emergency",
    "lenitive_web.look",
    "lenitive_web.drafts",
    "lenitive_web.patients",
    "lenitive_web.today",
    "lenitive_web.timeline",
    "lenitive_web.body_map",
    "lenitive_web.story",
    "lenitive_web.examination",
    "lenitive_web.diagnosis",
    "lenitive_web.options",
    "lenitive_web.letters",
    "lenitive_web.plan",
    "lenitive_web.authorization",
    "lenitive_web.schedule",
    "lenitive_web.attachments",
    "lenitive_web.procedure",
    "lenitive_web.outcome",
    "lenitive_web.practice",
    "lenitive_web.portal",
    "lenitive_web.desk",
    "lenitive_web.importing",
    # The services for machines: CDS Hooks and the FHIR API.
    "lenitive_web.services",
    # What the rooms stand on.
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
]

MIDDLEWARE = [
    "lenitive_web.logs.RequestLog",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "lenitive_web.people.working_day.WorkingDay",
    "lenitive_web.people.asking_to_sign_in.AsksToSignIn",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "lenitive_web.people.signed_out.SaysSignedOut",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "lenitive_web.drafts.middleware.ForgetsWhatIsWritten",
    "lenitive_web.look.middleware.NothingToLookAt",
    "lenitive_web.look.middleware.NeverStored",
]

ROOT_URLCONF = "lenitive_web.urls"
WSGI_APPLICATION = "lenitive_web.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "lenitive_web.look.context.look",
            ],
        },
    }
]

# --- data ------------------------------------------------------------------------------------------------------------

DATABASES = {"default": environment.database(environment.text("DATABASE_URL"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Shared by all workers, so that the limits on sign-in hold however many there are. Nothing of a patient goes there.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}}

# --- people ----------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "lenitive_web.people.adapters.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "lenitive_web.people.adapters.SocialAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
# Accounts are made by the practice, which knows the address.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[Lenitive] "
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# One step of half a minute: telephones do not all have the right time.
MFA_TOTP_TOLERANCE = 1
MFA_TOTP_ISSUER = "Lenitive"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
USERSESSIONS_TRACK_ACTIVITY = False
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
if environment.text("LENITIVE_OIDC_URL"):
    SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": "oidc",
                    "name": environment.text("LENITIVE_OIDC_NAME"),
                    "client_id": environment.text("LENITIVE_OIDC_CLIENT"),
                    "secret": environment.text("LENITIVE_OIDC_SECRET"),
                    "settings": {"server_url": environment.text("LENITIVE_OIDC_URL")},
                }
            ],
        }
    }

# --- sessions, cookies, headers --------------------------------------------------------------------------------------

SESSION_COOKIE_AGE = environment.whole("LENITIVE_SESSION_MINUTES") * 60
SESSION_LONGEST = environment.whole("LENITIVE_SESSION_HOURS") * 3600
SESSION_SAVE_EVERY_REQUEST = True
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
SECURE_SSL_REDIRECT = HTTPS
# A probe of the machine itself speaks plain HTTP.
SECURE_REDIRECT_EXEMPT = [r"^health$", r"^ready$"]
SECURE_HSTS_SECONDS = environment.whole("LENITIVE_HSTS_SECONDS")
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE_HSTS_SECONDS > 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "manifest-src": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
INWARD_HOSTS = environment.listed("LENITIVE_INWARD_HOSTS")
IMPORT_DAYS = environment.whole("LENITIVE_IMPORT_DAYS")
ATTACHMENT_MEGABYTES = environment.whole("LENITIVE_ATTACHMENT_MEGABYTES")

# --- words and days --------------------------------------------------------------------------------------------------

USE_TZ = True
TIME_ZONE = environment.text("LENITIVE_TIME_ZONE")
USE_I18N = True
LANGUAGE_CODE = "en-us"
LANGUAGES = [("en-us", _("English")), *translated(HERE / "locale")]
LOCALE_PATHS = [HERE / "locale"]

# --- files of the look -----------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
# Ours, and what set-up collected from packages (lenitive_web.frontend).
STATICFILES_DIRS = [HERE / "static", HERE / "static_built"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 600

# --- help for patients -----------------------------------------------------------------------------------------------

EMERGENCY_NUMBER = environment.text("LENITIVE_EMERGENCY_NUMBER")
CRISIS_LINE = environment.text("LENITIVE_CRISIS_LINE")

# --- mail and logs ---------------------------------------------------------------------------------------------------

DEFAULT_FROM_EMAIL = environment.text("LENITIVE_MAIL_FROM") or "clinic@localhost"
EMAIL_HOST = environment.text("LENITIVE_MAIL_HOST")
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if environment.text("LENITIVE_MAIL_FROM")
    else "django.core.mail.backends.console.EmailBackend"
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "lenitive_web.logs.JsonLines"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "lenitive_web": {"level": "INFO"},
        "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        # Says the path of every refusal; the request log says the route, which names nobody.
        "django.request": {"level": "ERROR"},
    },
}

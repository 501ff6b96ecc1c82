"""The clinic's settings for tests: a database of their own, and no HTTPS between a test and the clinic."""

import os

os.environ["SECRET_KEY"] = "tests-" + "k" * 60
os.environ["DEBUG"] = "no"
os.environ["DATABASE_URL"] = os.environ.get("LENITIVE_TEST_DATABASE_URL", "sqlite:///:memory:")
os.environ["LENITIVE_HTTPS"] = "no"
os.environ["LENITIVE_HOSTS"] = "testserver,localhost,127.0.0.1"

from lenitive_web.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
# Each client of a test has middleware of its own, and would look up every file of the look anew.
WHITENOISE_USE_FINDERS = False

"""The clinic's settings with passwords that are checked at once: there are many."""

from lenitive_web.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

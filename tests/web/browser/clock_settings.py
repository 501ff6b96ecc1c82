"""The clinic's settings with the clock of a test, and with passwords that are checked at once: there are many."""

from tests.web.browser import clock

clock.follow()

from lenitive_web.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

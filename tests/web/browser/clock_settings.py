"""The quick settings with the clock of a test."""

from tests.web.browser import clock

clock.follow()

from tests.web.browser.quick_settings import *  # noqa: E402, F403

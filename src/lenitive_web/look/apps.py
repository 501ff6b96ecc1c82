"""The look as a Django app."""

from django.apps import AppConfig


class LookConfig(AppConfig):
    """Lets forms speak to whoever fills them in."""

    name = "lenitive_web.look"

    def ready(self) -> None:
        """Put plain sentences in the place of Django's."""
        from lenitive_web.look.refusals import speak_plainly

        speak_plainly()

"""How signing in behaves here: nobody signs up, and a provider opens only accounts that the practice made."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by the practice."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("The address or the password is not right. Nobody can see which."),
        "too_many_login_attempts": _(
            "Too many wrong tries. Wait five minutes, then try again. Or have a new password sent to you."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody makes an account for themselves."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Where a request comes from, for the limits on signing in."""
        from lenitive_web.audit.actions import address_of

        return address_of(request) or "unknown"


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """A provider's person must have an account here already, found by an address that the provider has verified."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: object) -> bool:
        """A provider makes no accounts."""
        return False

    def authenticate_by_email(self, sociallogin: SocialLogin) -> tuple[Any, str] | None:
        """The account of an address. Some providers say "false" in words, which would count as a yes."""
        for one in sociallogin.email_addresses:
            one.verified = one.verified in (True, "true")
        return super().authenticate_by_email(sociallogin)

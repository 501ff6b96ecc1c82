"""The doors of signing in that are ours: the practice's provider, and the pages that do not exist here."""

from __future__ import annotations

from typing import Any, NoReturn

from allauth.account.internal.decorators import login_not_required
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect import views as openid_connect
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET


class CheckedOpenIDConnect(openid_connect.OpenIDConnectOAuth2Adapter):
    """OpenID Connect that checks the signature of every token, also of one that came straight from the provider."""

    def _decode_id_token(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        return jwtkit.verify_and_decode(
            credential=id_token,
            keys_url=self.openid_config["jwks_uri"],
            issuer=self.openid_config["issuer"],
            audience=app.client_id,
            lookup_kid=jwtkit.lookup_kid_jwk,
            verify_signature=True,
        )


@require_GET
@never_cache
@login_not_required
def here(request: HttpRequest) -> HttpResponse:
    """Whether one is signed in still, asked before a form is sent; a page older than the session gets its token."""
    if not request.user.is_authenticated:
        return HttpResponse(status=401)
    return JsonResponse({"token": get_token(request)})


@login_not_required
def to_provider(request: HttpRequest, provider_id: str) -> HttpResponse:
    """To the provider by a page of ours: the browser's policy lets no form lead elsewhere, not even by redirect."""
    answer = openid_connect.login(request, provider_id)
    if answer.status_code != 302:
        return answer
    return render(request, "socialaccount/led_on.html", {"to": answer["Location"]})


@login_not_required
def from_provider(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Back from the provider with a code."""
    try:
        view = OAuth2CallbackView.adapter_view(CheckedOpenIDConnect(request, provider_id))
        return view(request)
    except SocialApp.DoesNotExist as unknown:
        raise Http404 from unknown


@login_not_required
def not_here(request: HttpRequest) -> NoReturn:
    """The practice makes accounts and knows the addresses; nobody does either for themselves."""
    raise Http404

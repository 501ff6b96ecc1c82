"""The doors of signing in that differ from those of the library behind them. They come before its own."""

from django.urls import path

from lenitive_web.people import sign_in_views as views

urlpatterns = [
    path("accounts/here/", views.here, name="here"),
    path("accounts/oidc/<str:provider_id>/login/", views.to_provider),
    path("accounts/oidc/<str:provider_id>/login/callback/", views.from_provider),
    path("accounts/email/", views.not_here),
    path("accounts/3rdparty/", views.not_here),
]

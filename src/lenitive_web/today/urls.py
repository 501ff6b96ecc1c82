"""Routes of the first page."""

from django.urls import path

from lenitive_web.today import views

urlpatterns = [
    path("", views.home, name="home"),
    path("today", views.today, name="today"),
    path("today/look", views.look, name="look"),
]

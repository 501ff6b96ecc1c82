"""Routes of the list of patients."""

from django.urls import path

from lenitive_web.patients import views

urlpatterns = [path("patients", views.patients, name="patients")]

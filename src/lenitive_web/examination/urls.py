"""Routes of the examination."""

from django.urls import path

from lenitive_web.examination import views

urlpatterns = [path("patients/<uuid:patient_id>/examination", views.examination, name="examination")]

"""Routes of the story."""

from django.urls import path

from lenitive_web.story import views

urlpatterns = [
    path("patients/<uuid:patient_id>", views.patient, name="patient"),
    path("patients/<uuid:patient_id>/story", views.story, name="story"),
]

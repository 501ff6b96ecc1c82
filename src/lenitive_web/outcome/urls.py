"""Routes of the outcome."""

from django.urls import path

from lenitive_web.outcome import views

urlpatterns = [
    path("patients/<uuid:patient_id>/outcome", views.outcome, name="outcome"),
    path("patients/<uuid:patient_id>/outcome/<str:session>", views.follow_up, name="follow_up"),
]

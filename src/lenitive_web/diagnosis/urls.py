"""Routes of the diagnosis."""

from django.urls import path

from lenitive_web.diagnosis import views

urlpatterns = [
    path("patients/<uuid:patient_id>/diagnosis", views.diagnosis, name="diagnosis"),
    path("patients/<uuid:patient_id>/diagnosis/override", views.override, name="override"),
]

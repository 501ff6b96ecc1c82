"""Routes of the examination, and of a document that is read in it."""

from django.urls import path

from lenitive_web.examination import beside, views

urlpatterns = [
    path("patients/<uuid:patient_id>/examination", views.examination, name="examination"),
    path("patients/<uuid:patient_id>/documents/<uuid:document>", beside.document, name="document"),
]

"""Routes of the list of patients, of registering, and of emergency access."""

from django.urls import path

from lenitive_web.patients import emergency_views, views

urlpatterns = [
    path("patients", views.patients, name="patients"),
    path("patients/new", views.register_new, name="register"),
    path("emergency", emergency_views.emergency, name="emergency"),
    path("emergency/accesses", emergency_views.accesses, name="accesses"),
    path("emergency/accesses/<int:access>", emergency_views.review, name="review_access"),
]

"""Routes of the authorization."""

from django.urls import path

from lenitive_web.authorization import views

urlpatterns = [
    path("patients/<uuid:patient_id>/authorization", views.authorization, name="authorization"),
    path("patients/<uuid:patient_id>/authorization/ask", views.ask, name="ask"),
    path("patients/<uuid:patient_id>/authorization/<slug:kind>/withdraw", views.withdraw, name="withdraw"),
    path("patients/<uuid:patient_id>/authorization/<slug:kind>/packet.pdf", views.packet_pdf, name="packet"),
]

"""Routes of the authorization."""

from django.urls import path

from lenitive_web.authorization import documents, overview, views

ABOUT = "patients/<uuid:patient_id>/authorization"

urlpatterns = [
    path("authorizations", overview.authorizations, name="authorizations"),
    path(ABOUT, views.authorization, name="authorization"),
    path(f"{ABOUT}/ask", views.ask, name="ask"),
    path(f"{ABOUT}/end-task", views.end_a_task, name="end_task"),
    path(f"{ABOUT}/<slug:kind>/withdraw", views.withdraw, name="withdraw"),
    path(f"{ABOUT}/<slug:kind>/record", views.record, name="record_step"),
    path(f"{ABOUT}/<slug:kind>/task", views.give_a_task, name="give_task"),
    path(f"{ABOUT}/<slug:kind>/packet.pdf", documents.packet_pdf, name="packet"),
    path(f"{ABOUT}/<slug:kind>/summary.pdf", documents.summary_pdf, name="summary"),
    path(f"{ABOUT}/<slug:kind>/appeal.pdf", documents.appeal_pdf, name="appeal"),
]

"""Routes of the authorization."""

from django.urls import path

from lenitive_web.authorization import (
    answer_views,
    connection_views,
    documents,
    letter_views,
    overview,
    policies_in_use,
    sending_views,
    views,
)

ABOUT = "patients/<uuid:patient_id>/authorization"

urlpatterns = [
    path("authorizations", overview.authorizations, name="authorizations"),
    path("authorizations/policies", policies_in_use.policies_in_use, name="policies_in_use"),
    path("practice/sending", connection_views.connections, name="connections"),
    path("practice/payers/<int:payer>/connection", connection_views.connection, name="connection"),
    path("practice/clinicians/new", connection_views.clinician, name="new_clinician"),
    path("practice/clinicians/<int:clinician>", connection_views.clinician, name="clinician"),
    path("patients/<uuid:patient_id>/letters/<slug:sort>/<slug:about>", letter_views.letter, name="letter"),
    path(
        "patients/<uuid:patient_id>/letters/<slug:sort>/<slug:about>/step", letter_views.letter_step, name="letter_step"
    ),
    path(ABOUT, views.authorization, name="authorization"),
    path(f"{ABOUT}/ask", views.ask, name="ask"),
    path(f"{ABOUT}/end-task", views.end_a_task, name="end_task"),
    path(f"{ABOUT}/sendings/<int:sending>", sending_views.sending_state, name="sending_state"),
    path(f"{ABOUT}/sendings/<int:sending>/carry-on", sending_views.carry, name="carry_on"),
    path(f"{ABOUT}/sendings/<int:sending>/ask", sending_views.ask_payer, name="ask_payer"),
    path(f"{ABOUT}/sendings/<int:sending>/stop", sending_views.stop, name="stop_sending"),
    path(f"{ABOUT}/sendings/<int:sending>/cancel", sending_views.cancel, name="cancel_request"),
    path(f"{ABOUT}/answers/<int:answers>", answer_views.answers, name="answers"),
    path(f"{ABOUT}/<slug:kind>/send", sending_views.send, name="send_request"),
    path(f"{ABOUT}/<slug:kind>/withdraw", views.withdraw, name="withdraw"),
    path(f"{ABOUT}/<slug:kind>/record", views.record, name="record_step"),
    path(f"{ABOUT}/<slug:kind>/task", views.give_a_task, name="give_task"),
    path(f"{ABOUT}/<slug:kind>/tasks", views.give_all_tasks, name="give_all_tasks"),
    path(f"{ABOUT}/<slug:kind>/packet", documents.packet_for_the_payer, name="packet"),
    path(f"{ABOUT}/<slug:kind>/our-copy.pdf", documents.packet_for_us, name="packet_for_us"),
    path(f"{ABOUT}/<slug:kind>/summary.pdf", documents.summary_pdf, name="summary"),
    path(f"{ABOUT}/<slug:kind>/appeal.pdf", documents.appeal_pdf, name="appeal"),
]

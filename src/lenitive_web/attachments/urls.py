"""Routes of the documents of a chart. The page of one document, where findings are entered, is the examination's."""

from django.urls import path

from lenitive_web.attachments import views

urlpatterns = [
    path("patients/<uuid:patient_id>/documents", views.documents, name="documents"),
    path("patients/<uuid:patient_id>/export/documents.zip", views.export, name="export_documents"),
    path(
        "patients/<uuid:patient_id>/documents/<uuid:document>/pages/<int:number>",
        views.page_picture,
        name="document_page",
    ),
    path("patients/<uuid:patient_id>/documents/<uuid:document>/file", views.file, name="document_file"),
    path("patients/<uuid:patient_id>/documents/<uuid:document>/withdraw", views.withdraw, name="document_withdraw"),
    path("patients/<uuid:patient_id>/documents/<uuid:document>/look", views.look, name="document_look"),
    path("patients/<uuid:patient_id>/authorization/<str:kind>/enclosures", views.enclose, name="enclose"),
    path(
        "patients/<uuid:patient_id>/authorization/<str:kind>/enclosures/<uuid:document>/out",
        views.take_out,
        name="take_out",
    ),
]

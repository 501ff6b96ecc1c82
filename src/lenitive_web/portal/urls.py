"""Routes of the patient's own pages, of the way to an account, and of the clinic's view of both."""

from django.urls import path

from lenitive_web.portal.views import aids, clinic, diary, documents, entrance, home, intake, leaflets, questions

urlpatterns = [
    path("invitation/<str:token>", entrance.invitation, name="invitation"),
    path("my", home.mine, name="mine"),
    path("my/story/<slug:step>", intake.step, name="my_story"),
    path("my/story", intake.check, name="my_story_check"),
    path("my/questions/<slug:instrument>/<int:number>", questions.sheet, name="my_questions"),
    path("my/diary/<str:procedure>", diary.diary, name="my_diary"),
    path("my/documents", documents.documents, name="my_documents"),
    path("my/documents/<uuid:document>/pages/<int:number>", documents.picture, name="my_document_page"),
    path("my/getting-ready", leaflets.ready, name="my_ready"),
    path("my/getting-ready.ics", leaflets.calendar, name="my_calendar"),
    path("my/afterwards", leaflets.afterwards, name="my_afterwards"),
    path("my/how-i-am-doing", leaflets.doing, name="my_doing"),
    path("my/options/<slug:procedure>", aids.read, name="my_aid"),
    path("my/help-now", home.help_now, name="my_help_now"),
    path("patients/<uuid:patient_id>/options/<slug:procedure>/aid/share", aids.share, name="share_aid"),
    path("patients/<uuid:patient_id>/own-pages", clinic.own_pages, name="own_pages"),
]

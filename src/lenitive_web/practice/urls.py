"""Routes of the practice's settings."""

from django.urls import path

from lenitive_web.practice import reading_views, views

urlpatterns = [
    path("practice", views.practice, name="practice"),
    path("practice/people/new", views.invite, name="invite"),
    path("practice/people/<int:person>", views.person, name="person"),
    path("practice/people/<int:person>/again", views.invite_again, name="invite_again"),
    path("practice/rooms", views.places, name="places"),
    path("practice/rooms/<int:place>", views.place, name="place"),
    path("practice/payers", views.payers, name="payers"),
    path("practice/payers/<int:payer>/remove", views.remove_payer, name="remove_payer"),
    path("practice/letter-head", views.letter_head, name="letter_head"),
    path("practice/logo", views.logo, name="logo"),
    path("practice/policies", views.policies, name="policies"),
    path("practice/questionnaires", views.questionnaires, name="questionnaires"),
    path("practice/readings", reading_views.readings, name="readings"),
]

"""Routes of the book of partners; a letter itself is changed where it is proposed."""

from django.urls import path

from lenitive_web.letters import views

urlpatterns = [
    path("practice/partners", views.partners, name="partners"),
    path("practice/partners/<int:number>/remove", views.remove_partner, name="remove_partner"),
]

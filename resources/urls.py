"""Public addresses; under the language."""

from django.urls import path

from resources import views

app_name = "resources"

urlpatterns = [
    path("", views.home_show, name="home"),
    path("r/<int:number>/", views.page_show, name="page"),
    path("kept/", views.kept_show, name="kept"),
]

"""Addresses of editors, under `r/`."""

from django.urls import path

from resources.pages.editing import history, local_views, second_review, views

urlpatterns = [
    path("edit/", views.pages_edit, name="pages_edit"),
    path("new/", views.page_new, name="page_new"),
    path("local/", local_views.local_list, name="local_list"),
    path("<int:number>/edit/", views.page_edit, name="page_edit"),
    path("<int:number>/draft/", views.draft_discard, name="draft_discard"),
    path("<int:number>/off/", views.page_off, name="page_off"),
    path("<int:number>/asked/", second_review.page_asked, name="second_review"),
    path("<int:number>/versions/", history.page_versions, name="page_versions"),
    path("<int:number>/local/", local_views.page_local, name="page_local"),
]

"""Addresses of editors, under `r/`."""

from django.urls import path

from resources.pages.editing import history, local_note_views, second_review, views

urlpatterns = [
    path("edit/", views.pages_edit, name="edit_list"),
    path("new/", views.page_new, name="new"),
    path("local/", local_note_views.local_list, name="local_list"),
    path("<int:number>/edit/", views.page_edit, name="edit"),
    path("<int:number>/draft/", views.draft_discard, name="draft_discard"),
    path("<int:number>/off/", views.page_off, name="off"),
    path("<int:number>/asked/", second_review.page_second_review, name="second_review"),
    path("<int:number>/versions/", history.page_versions, name="versions"),
    path("<int:number>/local/", local_note_views.page_local, name="local"),
]

"""The address of the sheet for a doctor."""

from django.urls import path

from resources.doctor import views

app_name = "doctor"

urlpatterns = [path("", views.sheet, name="sheet")]
